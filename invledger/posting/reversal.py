"""Reversals: the same type, legs opposite, the exact original amounts in red.

A reversal names the movement by `reverses:`; its line n undoes line n. To the kernel it is the
return of what the original did, at the original's own cost. Codes: reversal-unknown,
reversal-later, reversal-differs, reversal-twice, reversal-of-reversal, reversal-unit-cost,
reversal-consumed.
"""

from __future__ import annotations

from collections.abc import Sequence

from invledger.costing.interface import Costed, CostLine, Kind
from invledger.posting.sources import Valued
from invledger.posting.work import NOTHING, Work

_INVERSE = {
    Kind.RECEIVE: Kind.RETURN_OUT,
    Kind.ISSUE: Kind.RETURN_IN,
    Kind.MOVE: Kind.MOVE,
    Kind.RETURN_IN: Kind.RETURN_OUT,
    Kind.RETURN_OUT: Kind.RETURN_IN,
    Kind.CONSUME: Kind.HAND_BACK,
    Kind.HAND_BACK: Kind.CONSUME,
    Kind.PRODUCE: Kind.CONSUME,
    Kind.ADD_TO_ORDER: Kind.ADD_TO_ORDER,
    Kind.REVALUE: Kind.REVALUE,
    Kind.SKIP: Kind.SKIP,
    Kind.SETTLE: Kind.SETTLE,
}


def link_reversal(work: Work, at: int) -> None:
    """Find the line that row `at` reverses and tie the two together."""
    table = work.sources.table
    id_ = work.special[at]["reverses"]
    found = work.index.cited(id_, table.line[at]) if work.index else []
    work.unpriced.discard(at)
    if not found:
        _refuse(work, at, "reversal-unknown")
        return
    origin = found[0]
    if origin >= at:
        _refuse(work, at, "reversal-later")
        return
    if "reverses" in work.special.get(origin, {}):
        _refuse(work, at, "reversal-of-reversal")
        return
    if origin in work.reversed_rows:
        _refuse(work, at, "reversal-twice")
        return
    if "unit-cost" in work.special.get(origin, {}) and not table.item[origin]:
        _refuse(work, at, "reversal-unit-cost")
        return
    same = (
        table.type[at] == table.type[origin]
        and table.item[at] == table.item[origin]
        and table.quantity[at] == table.quantity[origin]
        and (not table.item[at] or table.source[at] == table.target[origin])
        and (not table.item[at] or table.target[at] == table.source[origin])
    )
    if not same:
        _refuse(work, at, "reversal-differs")
        return
    work.reverses[at] = origin
    work.reversed_rows.add(origin)
    work.cancelled[origin] = at


def _refuse(work: Work, at: int, code: str) -> None:
    """One finding is enough: what reverses nothing moves nothing."""
    work.report(code, at, reverses=work.special[at]["reverses"])
    work.set_line(at, kind=Kind.SKIP)
    work.amounts[at] = NOTHING


def settle_reversals(work: Work) -> None:
    """Give reversing rows their kernel line and the original's amounts, once those are final."""
    for at, origin in sorted(work.reverses.items()):
        first = work.lines[origin]
        kind = _INVERSE[Kind(first.kind)]
        value = first.value
        if kind in (Kind.ADD_TO_ORDER, Kind.REVALUE) and value is not None:
            value = -value
        elif kind not in (Kind.ADD_TO_ORDER, Kind.REVALUE):
            value = None
        cites = first.cites if kind is Kind.REVALUE else origin
        if origin in work.citations and kind is Kind.REVALUE:  # goods: the line itself says it
            work.citations[at] = tuple((line, -part) for line, part in work.citations[origin])
        if origin in work.write_downs:
            work.write_downs[at] = work.write_downs[origin]
        if origin in work.treats:
            work.treats[at] = work.treats[origin]
        if kind is Kind.SKIP or (kind is Kind.ADD_TO_ORDER and value is not None):
            cites = -1  # of a loss by share costing alone knows the value
        is_late = kind is Kind.REVALUE  # it speaks of the same goods
        work.set_line(
            at,
            kind=kind,
            item=first.item if is_late else work.lines[at].item,
            source=first.source if is_late else first.target,
            target=first.target if is_late else first.source,
            value=value,
            cites=cites,
            order=first.order,
        )
        work.amounts[at] = work.amounts[origin]


def undone_before_output(work: Work) -> frozenset[int]:
    """Lines of reversals that undo what went into an order, or came out of it, before the last
    one that takes back what the order made of it: a whole subcontract receipt is undone in the
    order of its lines.
    """
    ids, last = work.sources.table.id, dict[tuple[str, str], int]()
    for at, origin in work.reverses.items():
        if work.lines[origin].kind == Kind.PRODUCE:
            key = ids[at], work.lines[at].order
            last[key] = max(at, last.get(key, at))
    return frozenset(
        at
        for at in work.reverses
        if work.lines[at].kind in (Kind.HAND_BACK, Kind.ADD_TO_ORDER, Kind.CONSUME)
        and at < last.get((ids[at], work.lines[at].order), at)
    )


def is_exact(lines: Sequence[CostLine], costed: Costed, at: int, origin: int) -> bool:
    """Whether a reversal takes back just what the original brought: its cost, late value where
    it went, and of output what its price of entry had made a variance.
    """
    undone = [(key, -amount) for key, amount in costed.revalued.get(at, ())]
    orders = [(key, -amount) for key, amount in costed.followed.get(at, ())]
    beside = costed.variances.get(at, 0) + costed.variances.get(origin, 0)
    return (
        abs(costed.costs[at]) == abs(costed.costs[origin])
        and undone == costed.revalued.get(origin, [])
        and orders == costed.followed.get(origin, [])
        and (lines[at].kind != Kind.CONSUME or not beside)
    )


def users(valued: Valued, costed: Costed, at: int, origin: int) -> set[int]:
    """Lines that took of the same pool, or settled the same order, between the two; a settlement
    that is undone by then did neither.
    """
    lines, first = valued.lines, valued.lines[origin]
    pools = {first.target} - {""}
    pools |= {key for key, _ in costed.revalued.get(origin, ())}
    gone = {row for pair in valued.reverses.items() if pair[0] < at for row in pair}
    orders = {first.order} - {""} if first.kind == Kind.PRODUCE else set()
    between = range(origin + 1, at)
    took = {k for k in between if lines[k].source in pools}
    settled = {k for k in between if lines[k].kind == Kind.SETTLE and lines[k].order in orders}
    return took | (settled - gone)
