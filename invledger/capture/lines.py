"""Drafts of movements and documents -> blocks of text, checked as the ledger checks its own.

The lines go through `ledger.resolve` as if the source's file were a ledger file, so that an
unknown item, a wrong date or a missing quantity is told in the ledger's own words, at the source's
row. Rows of one id that name a `line` are lines of one movement. Emits `import-id-twice`,
`import-record-differs`, `import-type-unfit`, and what `resolve` finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from invledger.capture.counting import ImportPlan, OutputCount
from invledger.capture.drafting import flat
from invledger.capture.drafts import Draft, placed, row_of
from invledger.ledger import print_movement, print_value_document, resolve
from invledger.model import (
    PRICE_DECIMALS,
    Company,
    Item,
    Place,
    RawRow,
    RawTable,
    Refused,
    Row,
    line_amount,
    problem,
)

if TYPE_CHECKING:
    from invledger.posting.sources import Sources

_NOT_CONTENT = ("path", "lineno", "rank", "meta")


@dataclass(slots=True)
class _Lines:
    """The lines of the source so far: raw, and by (id, line) for repeats within the source."""

    tables: dict[str, RawTable] = field(default_factory=dict)
    origin: dict[tuple[str, int], tuple[int, Draft]] = field(default_factory=dict)
    seen: dict[tuple[str, str], tuple[RawRow, Place]] = field(default_factory=dict)


def plan_lines(
    drafts: Sequence[Sequence[Draft]],
    counts: Sequence[OutputCount],
    existing: Sources,
    plan: ImportPlan,
) -> None:
    """Add new movements and documents to the plan; count repeats; reject what differs."""
    lines = _Lines()
    for position, draft in flat(drafts):
        if draft.output.kind != "movements":
            continue
        try:
            row = row_of(draft, existing.master.items, existing.company.currency)
            _keep(lines, position, draft, row, counts[position])
        except Refused as refused:
            counts[position].rejected += 1
            plan.problems += refused.problems
    ranks = {kind: versions[-1].rank for kind, versions in existing.rules.items() if versions}
    table, problems = resolve(lines.tables.values(), existing.master, ranks, existing.company)
    plan.problems += problems
    for place in {(found.place.path, found.place.line) for found in problems}:
        if place in lines.origin:
            counts[lines.origin[place][0]].rejected += 1
            del lines.origin[place]
    rows = [row for row in table.rows() if (row.path, row.lineno) in lines.origin]
    _plan_rows(rows, lines, counts, existing, plan)


def _keep(lines: _Lines, position: int, draft: Draft, row: RawRow, count: OutputCount) -> None:
    """Note a line; the same line again counts as a repeat, another one of that id is refused."""
    place, key = draft.place, (row.id, row.line)
    other = lines.seen.get(key)
    if other is not None:
        if other[0]._replace(lineno=0) != row._replace(lineno=0):
            raise Refused(problem("import-id-twice", place, id=row.id, other=other[1]))
        count.repeated += 1
        return
    lines.seen[key] = (row, place)
    lines.origin[place.path, place.line] = (position, draft)
    lines.tables.setdefault(place.path, RawTable(place.path)).append(row)


def _plan_rows(
    rows: list[Row],
    lines: _Lines,
    counts: Sequence[OutputCount],
    existing: Sources,
    plan: ImportPlan,
) -> None:
    """Compare with the books movement by movement, in total order, and print the new ones."""
    wanted = _by_id(rows)
    held = _held(existing, wanted.keys())
    for id_, mine in wanted.items():
        try:
            is_new = _judge(mine, held.get(id_), existing, plan)
        except Refused as refused:
            plan.problems += placed(refused, mine[0].place)
            is_new = None
        for row in mine:
            count = counts[lines.origin[row.path, row.lineno][0]]
            _add_up(count, row, existing.master.items, existing.company)
            if is_new is None:
                count.rejected += 1
            elif is_new:
                count.accepted += 1
            else:
                count.repeated += 1


def _judge(
    mine: Sequence[Row], held: Sequence[Row] | None, existing: Sources, plan: ImportPlan
) -> bool:
    """Put a new movement into the plan (True), know a repeat (False); raises Refused."""
    first = mine[0]
    if held is not None:
        found = _difference(mine, held)
        if found is not None:
            text = f"{found[0]}: {found[1]} -> {found[2]}"
            raise Refused(
                problem("import-record-differs", first.place, id=first.id, difference=text)
            )
        return False
    if existing.rules[first.type][-1].ledger == "money":
        raise Refused(problem("import-type-unfit", first.place, type=first.type))
    path, text = _printed(mine, existing, plan.device)
    plan.blocks.setdefault(path, []).append((text, first.place))
    return True


def _by_id(rows: Iterable[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.id, []).append(row)
    return grouped


def _held(existing: Sources, wanted: Iterable[str]) -> dict[str, list[Row]]:
    """The rows that the books have under the ids asked for."""
    ids = frozenset(wanted)
    table = existing.table
    return _by_id(table.row(index) for index, id_ in enumerate(table.id) if id_ in ids)


def _difference(mine: Sequence[Row], theirs: Sequence[Row]) -> tuple[str, object, object] | None:
    """The first field in which two versions of a movement differ: name, in the books, here."""
    if len(mine) != len(theirs):
        return "lines", len(theirs), len(mine)
    ordered = sorted(mine, key=lambda r: r.line), sorted(theirs, key=lambda r: r.line)
    for new, old in zip(*ordered, strict=True):
        for name in Row._fields:
            if name not in _NOT_CONTENT and getattr(new, name) != getattr(old, name):
                return name, getattr(old, name), getattr(new, name)
        before, after = dict(old.meta), dict(new.meta)
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                return key, before.get(key, ""), after.get(key, "")
    return None


def _add_up(count: OutputCount, row: Row, items: dict[str, Item], company: Company) -> None:
    """Add a line to its output's control totals."""
    item = items.get(row.item)
    decimals = item.decimals if item else 0
    count.quantity += row.quantity * 10 ** (PRICE_DECIMALS - decimals)
    if row.amount is not None:
        count.amount += row.amount
    elif row.price is not None:
        places = company.currency_decimals
        count.amount += line_amount(row.quantity, decimals, row.price, places)


def _printed(rows: Sequence[Row], existing: Sources, device: str) -> tuple[str, str]:
    """The file of a movement or document, by its date, and its text."""
    first = rows[0]
    is_stock = existing.rules[first.type][-1].ledger == "stock"
    folder = "movements" if is_stock else "documents"
    year, month, _ = first.date.split("-")
    path = f"ledgers/{folder}/{year}/{month}/{first.date}.{device}.beancount"
    decimals = partial(existing.master.decimals_of, company=existing.company)
    if first.item:
        return path, print_movement(rows, existing.master.items, decimals)
    return path, print_value_document(first, decimals)
