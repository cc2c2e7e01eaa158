"""Goods issued before they are there: the estimate they leave at, and what it turns out to be.

The estimate is the last unit cost used, that of the last receipt, or nothing, as the policy says.
Goods that come fill the oldest shortage first; the gap is a true-up of the line that was short:
an expense, or cost of the unfinished order that it fed. Under `true_up: balance` what is still
short is priced again at what came. Source: DESIGN section 3, negative stock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from invledger.costing.interface import Kind, Share, TrueUp
from invledger.costing.pool import Pool, Shortage, Slice
from invledger.model import share

if TYPE_CHECKING:
    from invledger.costing.run import Run

#: Kinds that are receipts in the sense of `estimate: last-receipt`.
_RECEIPTS = frozenset({Kind.RECEIVE, Kind.PRODUCE, Kind.MOVE})


def borrow(run: Run, at: int, pool: Pool, quantity: int) -> Slice:
    """Goods that are not there leave at an estimate."""
    known_value, known_quantity = _estimate(run, at, pool)
    wanted = run.rows[at].quantity
    if not pool.refused:
        pool.refused = True
        on_hand = wanted - quantity - pool.short()
        key = run.rows[at].source
        run.trouble("stock-short", at, pool=key, on_hand=on_hand, wanted=wanted)
    elif not known_quantity and pool.policy.negative == "provisional":
        run.trouble("cost-estimate-missing", at, pool=run.rows[at].source)
    value = share(known_value, quantity, known_quantity) if known_quantity else 0
    pool.shortages.append(Shortage(at, quantity, value))
    parts = (Share(-1, quantity, value),) if run.shares is not None else ()
    return Slice(at, quantity, value, parts)


def _estimate(run: Run, at: int, pool: Pool) -> tuple[int, int]:
    """Unit cost of goods not there, as (value, quantity); (0, 0) where nothing is known."""
    if pool.at_standard and at in run.setting.standards:
        return run.setting.standards[at], run.rows[at].quantity
    if pool.policy.estimate == "zero":
        return 0, 1
    if pool.received[1]:
        return pool.received
    if pool.last_quantity:
        return pool.last_value, pool.last_quantity
    return run.setting.fallback.get(pool.item, (0, 0))


def note_receipt(run: Run, at: int, pool: Pool) -> None:
    """Remember what the last receipt cost, for `estimate: last-receipt`."""
    if run.rows[at].kind in _RECEIPTS:
        pool.received = (run.costs[at], run.rows[at].quantity)


def fill(run: Run, at: int, pool: Pool, filled: Slice) -> None:
    """Goods that came meet the oldest shortage: its estimate becomes actual."""
    of, quantity, estimate = pool.shortages[0]
    settled = share(estimate, filled.quantity, quantity)
    if filled.quantity == quantity:
        del pool.shortages[0]
    else:
        pool.shortages[0] = Shortage(of, quantity - filled.quantity, estimate - settled)
    pool.last_value, pool.last_quantity = filled.value, filled.quantity
    amount = filled.value - settled
    _true_up(run, TrueUp(at, of, filled.quantity, amount), filled.parts)


def reprice(run: Run, at: int, pool: Pool) -> None:
    """What is still short is worth what came last, too."""
    for number, (of, quantity, estimate) in enumerate(pool.shortages):
        value = share(pool.last_value, quantity, pool.last_quantity)
        if value != estimate:
            pool.shortages[number] = Shortage(of, quantity, value)
            _true_up(run, TrueUp(at, of, 0, value - estimate), ())


def _true_up(run: Run, found: TrueUp, parts: tuple[Share, ...]) -> None:
    """Enter a true-up, into the order that the short line fed as long as that is open."""
    key = run.rows[found.of].order
    order = run.orders.get(key) if key else None
    if order is None or order.completed or order.worth + found.amount < 0:
        key = ""
    else:
        order.add(Share(found.of, 0, found.amount))
    run.true_ups.append(found._replace(order=key))
    run.adjust(found.of, found.amount)
    if run.fills is not None:
        run.fills.append(parts)
