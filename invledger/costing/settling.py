"""SETTLE: what a work order has taken in goes to what it made; estimates become actual cost.

Output that was received at an estimate waits in the order, below the line, until a settlement.
The settlement says how much of the material and how much of the conversion cost (labour,
overhead, fees) falls to finished goods: all of it at completion; by equivalent units 约当产量 the
share of finished units in all; material only, the conversion cost wholly. The difference to the
estimates is late value onto what is left of that output; of what is no longer here it follows
into other orders and products (see `following`), or is expensed. Output that its own order took in
again takes none of it when the order is completed: it would come out once more, so what did not
go round bears it all. A settlement can be undone as long as all of that is where it went.
Source: DESIGN section 3, production.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from invledger.costing.following import takers_of
from invledger.costing.interface import CostLine, Kind, Settled, Share
from invledger.costing.order import Order, Settlement
from invledger.costing.pool import apportion, cut_parts, merge_parts
from invledger.costing.revaluing import add_onto, gone_of
from invledger.costing.run import Run
from invledger.model import share

_ALL = (1, 1)


def settle(run: Run, at: int, row: CostLine, order: Order) -> None:
    """Bring the estimates of an order to actual cost, as far as the settlement goes."""
    if not order.fed:
        run.trouble("order-empty", at, order=row.order)
    conversion = run.setting.portions.get(at, _ALL)
    material = run.setting.materials.get(at, conversion)
    taken = _take(run, order, material, conversion)
    given, order.given = order.given, {}
    difference = sum(part.value for part in taken) - sum(given.values())
    order.value -= difference
    completes = material == conversion == _ALL
    order.completed = order.completed or completes
    away = _away(run, at, given, completes=completes)
    spread = tuple(zip(given, _spread(run, given, difference, away), strict=True))
    run.settlements[at] = Settlement(taken, given, spread, completes)
    _tell(run, at, run.settlements[at], _lay(run, at, spread, difference, away))


def unsettle(run: Run, at: int, row: CostLine) -> None:
    """Undo a settlement: late value comes back from where it went, the order is as before."""
    undone = run.settlements.pop(row.cites, None)
    if undone is None or run.rows[row.cites].order != row.order:
        run.trouble("citation-unusable", at, cited=row.cites)
        return
    run.orders[row.order].restore(undone)
    spread = tuple((line, -part) for line, part in undone.spread)
    difference = sum(part.value for part in undone.taken) - sum(undone.given.values())
    away = _away(run, at, undone.given, completes=undone.completes)
    _tell(run, at, undone, _lay(run, at, spread, -difference, away), sign=-1)


def _away(
    run: Run, at: int, given: Iterable[int], *, completes: bool
) -> dict[int, tuple[int, int]]:
    """The part of each output that takes late value, as a fraction."""
    return {line: _not_own(run, at, line) if completes else _ALL for line in given}


def _not_own(run: Run, at: int, line: int) -> tuple[int, int]:
    """The part of an output, as a fraction, that its own order did not take in again."""
    row, key = run.rows[line], run.rows[at].order
    takers = takers_of(run, at, line) if row.item in run.watch.items else []
    own = [
        quantity
        for taker, quantity in takers
        if run.rows[taker].kind == Kind.CONSUME and run.rows[taker].order == key
    ]
    if not own or run.pools[row.target].at_standard:  # of that all is variance
        return _ALL
    gone, made = gone_of(run, at, line)
    whole = made * sum(quantity for _, quantity in takers)
    return whole - gone * sum(own), whole


def _lay(
    run: Run,
    at: int,
    spread: Sequence[tuple[int, int]],
    difference: int,
    away: Mapping[int, tuple[int, int]],
) -> list[tuple[int, int]]:
    """Late value onto each output; what does not stay in stock or orders is expensed. Gives the
    span of mixes that came of each output. So much falls to each of its goods as would come to
    what is `away` of it in the end; what falls to its own order's is counted nowhere.
    """
    kept = 0
    ends = [len(run.mixes)]
    for line, part in spread:
        if part:
            rest, whole = away[line]
            kept += add_onto(run, at, line, share(part, whole, rest) if rest else part)
        ends.append(len(run.mixes))
    run.costs[at] = kept
    run.cited[at] = difference - kept - run.variances.get(at, 0) - run.followed_by(at)
    if run.shares is not None:
        run.shares[at] = (Share(at, 0, kept),)
    return list(pairwise(ends)) or [(ends[0], ends[0])]


def _tell(
    run: Run, at: int, what: Settlement, spans: Sequence[tuple[int, int]], *, sign: int = 1
) -> None:
    """With provenance: which inputs fall to which output."""
    if run.shares is None:
        return
    rest = what.taken
    told = []
    outputs = [(line, what.given[line], part) for line, part in what.spread] or [(-1, 0, 0)]
    for number, (line, estimate, part) in enumerate(outputs):
        piece = rest
        if number < len(outputs) - 1:
            whole = sum(one.value for one in rest)
            actual = estimate + part
            quantity = sum(one.quantity for one in rest)
            asked = share(quantity, actual, whole) if whole else 0
            piece, rest = cut_parts(rest, asked, actual)
        if line >= 0:
            piece = (*piece, Share(line, -run.rows[line].quantity, -estimate))
        parts = tuple(Share(one.origin, sign * one.quantity, sign * one.value) for one in piece)
        told.append(Settled(line, *spans[number], parts))
    run.settled[at] = tuple(told)


def _take(
    run: Run, order: Order, material: tuple[int, int], conversion: tuple[int, int]
) -> tuple[Share, ...]:
    """Take the inputs' parts out of an order."""
    taken: list[Share] = []
    rest: list[Share] = []
    kinds: dict[bool, list[Share]] = {False: [], True: []}
    for part in order.parts.values():
        is_cost = part.origin >= 0 and run.rows[part.origin].kind == Kind.ADD_TO_ORDER
        kinds[is_cost].append(part)
    if any(sum(part.value for part in parts) < 0 for parts in kinds.values()):
        kinds = {False: [], True: list(order.parts.values())}  # by-products took of the other
    for parts, (numerator, denominator) in zip(
        kinds.values(), (material, conversion), strict=True
    ):
        value = share(sum(part.value for part in parts), numerator, denominator)
        quantity = share(sum(part.quantity for part in parts), numerator, denominator)
        piece, left = cut_parts(parts, quantity, value)
        taken += piece
        rest += left
    order.parts = {part.origin: part for part in merge_parts(rest)}
    return merge_parts(taken)


def _spread(
    run: Run, given: dict[int, int], difference: int, away: Mapping[int, tuple[int, int]]
) -> list[int]:
    """The difference over the estimated output: by share, else by estimate, else by quantity, of
    what did not go round.
    """
    portions = run.setting.portions
    if all(line in portions for line in given):
        scale = 1
        for line in given:
            scale *= portions[line][1]
        weights = [portions[line][0] * scale // portions[line][1] for line in given]
        actual = apportion(weights, difference + sum(given.values()))
        return [part - value for part, value in zip(actual, given.values(), strict=True)]
    weights = [share(max(value, 0), *away[line]) for line, value in given.items()]
    if not any(weights):
        weights = [run.rows[line].quantity for line in given]
    return apportion(weights, difference)
