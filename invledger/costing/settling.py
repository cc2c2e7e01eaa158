"""SETTLE: what a work order has taken in goes to what it made; estimates become actual cost.

Output that was received at an estimate waits in the order, below the line, until a settlement.
The settlement says how much of the material and how much of the conversion cost (labour,
overhead, fees) falls to finished goods: all of it at completion; by equivalent units 约当产量 the
share of finished units in all; material only, the conversion cost wholly. The difference to the
estimates is late value onto what is left of that output; of what is no longer here it follows
into other orders and products (see `following`), or is expensed.
Source: DESIGN section 3, production.
"""

from __future__ import annotations

from invledger.costing.interface import CostLine, Kind, Share
from invledger.costing.order import Order
from invledger.costing.pool import apportion, cut_parts
from invledger.costing.revaluing import add_onto
from invledger.costing.run import Run
from invledger.model import share

_ALL = (1, 1)


def settle(run: Run, at: int, row: CostLine, order: Order) -> None:
    """Bring the estimates of an order to actual cost, as far as the settlement goes."""
    if not order.fed:
        run.trouble("order-empty", at, order=row.order)
    conversion = run.setting.portions.get(at, _ALL)
    material = run.setting.materials.get(at, conversion)
    actual = _take(run, order, material, conversion)
    given, order.given = order.given, {}
    difference = actual - sum(given.values())
    order.value -= actual - sum(given.values())
    kept = 0
    lines = list(given)
    for line, part in zip(lines, _spread(run, given, difference), strict=True):
        if part:
            kept += add_onto(run, at, line, part)
    run.costs[at] = kept
    run.cited[at] = difference - kept - run.variances.get(at, 0) - run.followed_by(at)
    if run.shares is not None:
        run.shares[at] = (Share(at, 0, kept),)
    if material == conversion == _ALL:
        order.completed = True


def _take(run: Run, order: Order, material: tuple[int, int], conversion: tuple[int, int]) -> int:
    """Take the inputs' parts out of an order; gives what they cost."""
    total = 0
    rest: list[Share] = []
    kinds: dict[bool, list[Share]] = {False: [], True: []}
    for part in order.parts.values():
        kinds[run.rows[part.origin].kind == Kind.ADD_TO_ORDER].append(part)
    if any(sum(part.value for part in parts) < 0 for parts in kinds.values()):
        kinds = {False: [], True: list(order.parts.values())}  # by-products took of the other
    for parts, (numerator, denominator) in zip(
        kinds.values(), (material, conversion), strict=True
    ):
        value = share(sum(part.value for part in parts), numerator, denominator)
        quantity = share(sum(part.quantity for part in parts), numerator, denominator)
        _, left = cut_parts(parts, quantity, value)
        rest += left
        total += value
    order.parts = {part.origin: part for part in rest}
    return total


def _spread(run: Run, given: dict[int, int], difference: int) -> list[int]:
    """The difference over the estimated output: by share, else by estimate, else by quantity."""
    portions = run.setting.portions
    if all(line in portions for line in given):
        scale = 1
        for line in given:
            scale *= portions[line][1]
        weights = [portions[line][0] * scale // portions[line][1] for line in given]
        actual = apportion(weights, difference + sum(given.values()))
        return [part - value for part, value in zip(actual, given.values(), strict=True)]
    weights = [max(value, 0) for value in given.values()]
    if not any(weights):
        weights = [run.rows[line].quantity for line in given]
    return apportion(weights, difference)
