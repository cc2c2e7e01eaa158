"""Why a cost or a voucher differs between two states of the books: which movements made it so.

A movement that is new, gone or changed touches the pools and cost objects that it moves goods
of; what draws on these afterwards and costs something else goes back to it, and hands it on to
where its own goods go. What no movement explains is the work of rules, policies or master data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from invledger.costing import Kind
from invledger.model import NOWHERE, Master, Voucher

if TYPE_CHECKING:
    from invledger.reports.effect import Moved, Side

#: More causes than this are counted, not named.
NAMED_MAX = 3


@dataclass(slots=True)
class Causes:
    """Who is to blame, by pool, cost object and line of the second side."""

    after: Side
    touched: frozenset[int]  # lines of the second side that are new or changed themselves
    changed: dict[str, str]  # kind of change by movement id
    word: str  # what else differs: rules, master, or ""
    ends: dict[str, dict[str, None]] = field(default_factory=dict)  # ids by pool or cost object
    seeds: dict[str, dict[str, None]] = field(default_factory=dict)  # the same, of any time
    papers: dict[str, dict[str, None]] = field(default_factory=dict)  # by movement that they cite
    lines: dict[str, dict[str, None]] = field(default_factory=dict)  # by movement, re-costed
    kinds: dict[str, dict[str, str]] = field(default_factory=dict)  # by type: dates by movement

    @classmethod
    def of(cls, before: Side, after: Side, rows: Iterable[Moved]) -> Causes:
        """What the lines that differ by themselves may be to blame for."""
        rows = list(rows)
        word = ""
        if before.sources.rules_digest != after.sources.rules_digest:
            word = "rules"
        elif _bare(before.sources.master) != _bare(after.sources.master):
            word = "master"
        touched = frozenset(move.after for move in rows if move.after is not None)
        made = cls(after, touched, {}, word)
        for move in rows:
            for side, at in ((before, move.before), (after, move.after)):
                if at is not None:
                    made._seed(side, at, move.kind)
        return made

    def _seed(self, side: Side, at: int, kind: str) -> None:
        line, id_ = side.derivation.valued.lines[at], side.sources.table.id[at]
        self.changed.setdefault(id_, kind)
        self.kinds.setdefault(side.sources.table.type[at], {})[id_] = side.sources.table.date[at]
        keys = [line.source, line.target, line.order, f"item {line.item}" if line.item else ""]
        if line.cites >= 0:
            cited = side.derivation.valued.lines[line.cites]
            keys += [cited.source, cited.target, f"item {cited.item}"]
        for key in filter(None, keys):
            self.seeds.setdefault(key, {})[id_] = None
        if line.kind is Kind.REVALUE or not (line.source or line.target):  # freight, an invoice
            ref = side.sources.table.ref
            undone = side.derivation.valued.reverses.get(at, at)
            for cited_by_it in f"{ref[at]} {ref[undone]}".split():
                name = cited_by_it.partition("=")[0].partition("/")[0]
                self.papers.setdefault(name, {})[id_] = None

    def pass_by(self, at: int) -> None:
        """Line `at` is itself new or changed: what it touches is its doing from here on."""
        line, id_ = self.after.derivation.valued.lines[at], self.after.sources.table.id[at]
        for key in filter(None, (line.source, line.target, line.order)):
            self.ends.setdefault(key, {})[id_] = None

    def reach(self, at: int) -> tuple[str, ...]:
        """Who is to blame for the cost of line `at`; its own goods hand it on."""
        line, table = self.after.derivation.valued.lines[at], self.after.sources.table
        found = dict(self.papers.get(table.id[at], {}))
        for key in filter(None, (line.source, line.order)):
            found |= self.ends.get(key, {})
        if line.cites >= 0:
            found |= self.lines.get(table.id[line.cites], {})
        for key in (line.source, line.order, line.target, f"item {line.item}"):
            if not found and key:
                found |= self.seeds.get(key, {})
        for key in filter(None, (line.source, line.target, line.order)):
            self.ends.setdefault(key, {}).update(found)
        self.lines.setdefault(table.id[at], {}).update(found)
        self.kinds.setdefault(table.type[at], {})[table.id[at]] = table.date[at]
        return tuple(found) or ((self.word,) if self.word else ())

    def of_voucher(self, before: Voucher | None, after: Voucher | None) -> tuple[str, ...]:
        """Who is to blame for a voucher that differs."""
        either = after or before
        if either is None:
            return ()
        if not either.derived:
            return ("money",)
        ids = {id_: None for one in (before, after) if one is not None for id_ in one.links}
        if not ids:  # of a period: it says of which movements by their type and date
            type_, _, rest = either.identity.partition("/")
            span = rest.partition("/")[0]
            dates = self.kinds.get(type_, {})
            ids = {id_: None for id_, date in dates.items() if date.startswith(span)}
        found = {id_: None for id_ in ids if id_ in self.changed}
        for id_ in ids:
            found |= self.lines.get(id_, {})
        if found:
            return tuple(found)
        if self.word:
            return (self.word,)
        return ("booked",) if "~" in either.identity.rpartition("/")[2] else ()


def _bare(master: Master) -> list[object]:
    """Master data without the places where they are written."""
    books = (master.items, master.locations, master.parties, master.accounts)
    listed = (master.prices, master.settings)
    return [
        *({key: replace(one, place=NOWHERE) for key, one in book.items()} for book in books),
        *([one._replace(place=NOWHERE) for one in entries] for entries in listed),
    ]


def named(causes: tuple[str, ...]) -> tuple[str, int]:
    """The first few causes as one text, and how many more there are."""
    return " ".join(causes[:NAMED_MAX]), max(len(causes) - NAMED_MAX, 0)
