"""What lines cite: `ref:` and `reverses:` resolved to line numbers of the table.

A citation is `<id>`, `<id>/<line>` or `<id>/<line>=<qty>`; several are separated by blanks. What
sorts later may not be cited (DESIGN section 2). Codes: citation-unknown, citation-later,
citation-quantity, citation-type.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from invledger.model import Master, MovementTable, Place, Problem, parse_scaled, problem


class Citation(NamedTuple):
    """A cited line and how much of it; quantity None = as far as it goes."""

    at: int
    quantity: int | None


class Index:
    """Lines of the table by id and line number, of the ids that somebody cites."""

    def __init__(self, table: MovementTable, wanted: set[str]) -> None:
        self.lines: dict[str, dict[int, int]] = {id_: {} for id_ in wanted}
        if not wanted:
            return
        for at, id_ in enumerate(table.id):
            if id_ in wanted:
                self.lines[id_][table.line[at]] = at

    def cited(self, id_: str, line: int | None) -> list[int]:
        """Positions of the lines of a movement, or of one of them."""
        lines = self.lines.get(id_, {})
        if line is None:
            return list(lines.values())
        return [lines[line]] if line in lines else []


def ids_in(ref: str) -> Iterable[str]:
    """The ids that a `ref:` names."""
    for part in ref.split():
        yield part.split("=")[0].rpartition("/")[0] or part.split("=")[0]


def resolve_ref(
    table: MovementTable, index: Index, master: Master, at: int
) -> tuple[list[Citation], list[Problem]]:
    """The lines that line `at` cites by `ref:`, in the order written, and what is wrong."""
    return resolve_text(table, index, master, at, table.ref[at])


def resolve_text(
    table: MovementTable, index: Index, master: Master, at: int, text: str
) -> tuple[list[Citation], list[Problem]]:
    """The lines that line `at` names in a text of citations, and what is wrong with it."""
    citations: list[Citation] = []
    problems: list[Problem] = []
    place = Place(table.path[at], table.lineno[at])
    for part in text.split():
        where, _, amount = part.partition("=")
        id_, slash, line = where.rpartition("/")
        if not slash:
            id_, line = where, ""
        if line and not (line.isascii() and line.isdigit()):
            problems.append(problem("citation-unknown", place, ref=part, id=table.id[at]))
            continue
        found = index.cited(id_, int(line) if line else None)
        if table.item[at] and not line:  # of a whole movement: its lines of the same item
            found = [k for k in found if table.item[k] == table.item[at]] or found[:1]
        if not found:
            problems.append(problem("citation-unknown", place, ref=part, id=table.id[at]))
            continue
        if found[0] >= at:
            problems.append(problem("citation-later", place, ref=part, id=table.id[at]))
            continue
        quantity: int | None = None
        if amount:
            item = master.items.get(table.item[found[0]])
            quantity = parse_scaled(amount, item.decimals if item else 0)
            if quantity is None or quantity <= 0:
                problems.append(problem("citation-quantity", place, ref=part, id=table.id[at]))
                continue
        citations += [Citation(k, quantity) for k in found]
    return citations, problems


class Shares:
    """Hands out the amounts of cited lines by quantity; the last quantity takes what is left."""

    def __init__(self) -> None:
        self.used: dict[tuple[str, int], int] = {}

    def left(self, purpose: str, at: int, whole: int) -> int:
        """Quantity of line `at` not yet taken for a purpose."""
        return whole - self.used.get((purpose, at), 0)

    def take(self, purpose: str, at: int, quantity: int) -> tuple[int, int]:
        """Take a quantity; gives the running quantity before and after."""
        before = self.used.get((purpose, at), 0)
        self.used[purpose, at] = before + quantity
        return before, before + quantity
