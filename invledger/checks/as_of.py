"""Books kept in the order of entry, as of a date: its movements at the costs given at entry.

By date the movements of a date are a prefix of all, and costing that prefix again gives what was
known of them. Kept as entered they are not: a receipt of the 10th may stand behind a delivery of
the 20th, whose cost never saw it. So nothing is costed again here; pools are what their movements
brought and took. Layers are not told apart then: a pool is one layer.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from invledger.costing.buckets import part_of
from invledger.costing.interface import (
    INTO_POOL,
    OUT_OF_POOL,
    Costed,
    CostLine,
    Kind,
    Layer,
    PoolState,
)
from invledger.model import MovementTable, Row
from invledger.posting.course import Course
from invledger.posting.sources import Derivation, Sources


def as_of(sources: Sources, derivation: Derivation, last: str) -> tuple[Sources, Derivation]:
    """The books with the movements dated until `last` alone; themselves where that is all."""
    table = sources.table
    if sources.company.order == "by-date" or all(date <= last for date in table.date):
        return sources, derivation
    rows = [at for at, date in enumerate(table.date) if date <= last]
    columns = {name: [getattr(table, name)[at] for at in rows] for name in Row._fields}
    valued = derivation.valued
    part = part_of(valued.lines, {}, valued.setting, rows)
    turns = list(Course(sources.company, sources.master, table).turns())
    count = sum(1 for turn in turns if turn.change.start <= last)
    switched = [
        (turns[number].item, key, after - before)
        for number, key, before, after in derivation.costed.switched
        if number < count
    ]
    mine = replace(
        valued,
        lines=list(part.lines),
        amounts=[valued.amounts[at] for at in rows],
        setting=replace(part.setting, switches=part.setting.switches[:count]),
        reverses={},
        cited={},
        late_matches={},
    )
    costed = _costed(derivation.costed, list(part.lines), rows, switched)
    return (
        replace(sources, table=MovementTable(**columns)),
        replace(derivation, valued=mine, costed=costed),
    )


def _costed(
    whole: Costed, lines: list[CostLine], rows: list[int], switched: list[tuple[str, str, int]]
) -> Costed:
    """What the lines cost in the whole run, by their own numbers; pools added up from them."""
    here = {at: mine for mine, at in enumerate(rows)}
    costs = [whole.costs[at] for at in rows]
    quantities: dict[str, int] = defaultdict(int)
    values: dict[str, int] = defaultdict(int)
    items: dict[str, str] = {}
    for line, cost in zip(lines, costs, strict=True):
        for key, kinds, sign in ((line.target, INTO_POOL, 1), (line.source, OUT_OF_POOL, -1)):
            if key and line.kind in kinds:
                items[key] = line.item
                quantities[key] += sign * line.quantity
                values[key] += sign * cost
    revalued = {here[at]: parts for at, parts in whole.revalued.items() if at in here}
    for parts in revalued.values():
        for key, amount in parts:
            values[key] += amount
    ups = [up for up in whole.true_ups if up.at in here and up.of in here]
    true_ups = [up._replace(at=here[up.at], of=here[up.of]) for up in ups]
    for up in true_ups:
        values[lines[up.at].target] -= up.amount
    for item, key, change in switched:
        items.setdefault(key, item)
        values[key] += change
    pools = {
        key: PoolState(
            item, quantities[key], values[key], [Layer(-1, quantities[key], values[key])]
        )
        for key, item in items.items()
    }
    return Costed(
        costs,
        {here[at]: value for at, value in whole.cited.items() if at in here},
        true_ups,
        pools,
        _orders(whole, lines, rows),
        [],
        revalued=revalued,
        variances={here[at]: value for at, value in whole.variances.items() if at in here},
    )


def _orders(whole: Costed, lines: list[CostLine], rows: list[int]) -> dict[str, int]:
    """What the lines put into cost objects less what they took out."""
    left: dict[str, int] = defaultdict(int)
    for at, line in zip(rows, lines, strict=True):
        cost, beside = whole.costs[at], whole.variances.get(at, 0)
        for order, amount in whole.followed.get(at, ()):
            left[order] += amount
        if line.kind in (Kind.CONSUME, Kind.ADD_TO_ORDER):
            left[line.order] += cost - beside
        elif line.kind in (Kind.PRODUCE, Kind.HAND_BACK):
            left[line.order] -= cost + beside
        elif line.kind == Kind.SETTLE:
            followed = sum(amount for _, amount in whole.followed.get(at, ()))
            left[line.order] -= cost + beside + whole.cited.get(at, 0) + followed
    here = set(rows)
    for up in whole.true_ups:
        if up.order and up.at in here and up.of in here:
            left[up.order] += up.amount
    return dict(left)
