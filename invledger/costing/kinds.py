"""What each kind of line does: one short function a kind, in the table `HANDLERS`.

Codes: stock-short, cost-estimate-missing (in `shortages`), cost-method-unknown, return-exceeds,
standard-missing, goods-not-named (in `run`), cited-layer-short, quantity-not-positive,
value-missing, value-negative, citation-missing, citation-unusable, order-completed,
order-overdrawn, order-empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType

from invledger.costing.interface import INTO_POOL, OUT_OF_POOL, CostLine, Kind, Share
from invledger.costing.order import Order
from invledger.costing.pool import Pool, Slice, merge_parts
from invledger.costing.revaluing import revalue
from invledger.costing.run import KernelError, Run
from invledger.costing.settling import settle, unsettle
from invledger.model import share

_OUT_OF_ORDER = frozenset({Kind.HAND_BACK, Kind.PRODUCE})


def apply(run: Run, at: int) -> None:
    """Cost one line of any kind. Raises KernelError for a kind that does not exist."""
    row = run.rows[at]
    handler = HANDLERS.get(row.kind)
    if handler is None:
        raise KernelError(f"line {at}: no kind {row.kind}")
    if row.quantity <= 0 and row.kind not in WITHOUT_QUANTITY:
        run.void.add(at)
        run.trouble("quantity-not-positive", at, quantity=row.quantity)
        return
    handler(run, at, row)


def skip(run: Run, at: int, row: CostLine) -> None:
    """Nothing that costs anything."""


def receive(run: Run, at: int, row: CostLine) -> None:
    """Goods from outside, at the stated value or at what such goods cost here now."""
    pool = run.pool(at, row.target)
    run.bring(at, pool, _stated(run, at, pool))


def issue(run: Run, at: int, row: CostLine) -> None:
    """Goods to the outside; a citation picks the layer where the method keeps layers."""
    pool = run.pool(at, row.source)
    run.spend(at, _as_stated(run, at, pool, _pick(run, at, pool)))


def move(run: Run, at: int, row: CostLine) -> None:
    """Goods from pool to pool; layers keep their identity, an average leaves at its unit cost."""
    source, target = run.pool(at, row.source), run.pool(at, row.target)
    is_undone = 0 <= row.cites < at and run.rows[row.cites].kind == Kind.MOVE
    slices = _undo_move(run, at, source) if is_undone else _pick(run, at, source)
    cost = run.spend(at, slices)
    if not source.layered:
        parts = merge_parts(part for piece in slices for part in piece.parts)
        slices = [Slice(at, row.quantity, cost, parts)]
    if at in run.cited_lines:
        run.carried[at] = slices
    run.deposit(at, target, slices)


def return_in(run: Run, at: int, row: CostLine) -> None:
    """Goods come back from outside at what they had left for."""
    pool = run.pool(at, row.target)
    if _usable(run, at, OUT_OF_POOL):
        drawn = run.draw_all(at)
        layers = run.undone_return(at) if pool.layered else ()
        run.bring(at, pool, sum(part.value for part in drawn), tuple(drawn), layers)
        return
    if row.cites < 0 and row.value is None:
        run.trouble("citation-missing", at)
        value = _current(run, pool, row.quantity) or 0
    else:
        value = _stated(run, at, pool)
    run.bring(at, pool, value)


def return_out(run: Run, at: int, row: CostLine) -> None:
    """Goods go back to where they came from, the cited receipt's first."""
    pool = run.pool(at, row.source)
    if not _usable(run, at, INTO_POOL):
        _send(run, at, run.withdraw(at, pool))
        return
    drawn = run.draw_all(at)
    run.cited[at] = sum(part.value for part in drawn)
    wanted = [(part.origin, part.quantity) for part in drawn]
    if pool.policy.purchase_return == "method" and not pool.by_name:
        wanted = []
    worth = [  # less what was paid for it and never was in stock
        max(value - share(run.variances.get(origin, 0), quantity, run.rows[origin].quantity), 0)
        for origin, quantity, value in drawn
    ]
    stated = () if row.value is None else worth
    _send(run, at, run.withdraw(at, pool, wanted, sum(worth), stated))


def _send(run: Run, at: int, slices: list[Slice]) -> None:
    """Goods go back to where they came from; who undoes that must know which they were."""
    run.spend(at, slices)
    if at in run.cited_lines:
        run.carried[at] = slices


def consume(run: Run, at: int, row: CostLine) -> None:
    """Goods into a cost object; citing a HAND_BACK or PRODUCE line: that one undone."""
    pool = run.pool(at, row.source)
    undone = run.rows[row.cites] if 0 <= row.cites < at else None
    if undone is not None and undone.kind in _OUT_OF_ORDER and _usable(run, at, _OUT_OF_ORDER):
        order = run.orders[row.order]
        if row.cites not in run.setting.estimates:
            order.portions -= Fraction(*run.setting.portions.get(row.cites, (0, 1)))
        if undone.kind == Kind.PRODUCE and undone.value is None:
            order.completed = False
        own = run.draw(at, row.cites, row.quantity)
        slices = run.withdraw(at, pool, [(row.cites, row.quantity)], own)
    else:
        own = None
        slices = _as_stated(run, at, pool, _pick(run, at, pool))
    order = _open_order(run, at, row.order)
    cost = run.spend(at, slices)
    if own is not None and pool.at_standard and own != cost:  # its variance is undone with it
        run.variances[at] = cost - own
        cost = own
    if row.cites in order.given and own is not None:  # an estimate taken back was no cost
        order.take_back(row.cites, cost)
        return
    order.add(Share(at, row.quantity, cost))
    if own is not None:  # it had come into the order before
        order.came -= own


def hand_back(run: Run, at: int, row: CostLine) -> None:
    """Goods out of a cost object at what they were consumed for: unused ones, out of the order
    of the cited line; or out of an order of its own, which took apart what had been made of them.
    """
    pool = run.pool(at, row.target)
    if _usable(run, at, frozenset({Kind.CONSUME})):
        made_in = run.rows[row.cites].order
        drawn = run.draw(at, row.cites, row.quantity)
        key = row.order if run.orders[made_in].completed and row.order else made_in
        order = _open_order(run, at, key)
        run.handed_from[at] = key
        value = _limited(run, at, order, drawn)
        if key != made_in:
            run.bring(at, pool, value, order.take(value))
            return
        back = Share(row.cites, row.quantity, value)
        order.add(Share(row.cites, -row.quantity, -value))
    else:
        if row.cites < 0:
            run.trouble("citation-missing", at)
        order = _open_order(run, at, row.order)
        value = _limited(run, at, order, _current(run, pool, row.quantity) or 0)
        back = Share(-1, row.quantity, value)
        order.take(value)
    run.bring(at, pool, value, (back,))


def produce(run: Run, at: int, row: CostLine) -> None:
    """Goods out of a cost object: at a stated estimate, or with all that is left in it."""
    pool, order = run.pool(at, row.target), _open_order(run, at, row.order)
    if at in run.setting.estimates:
        value = _estimate(run, at, pool)
        order.give(at, value)
        run.bring(at, pool, value)
        return
    if at in run.setting.portions:
        value = _portion(run, at, order)
    elif row.value is None:
        if not order.fed and not order.completed:
            run.trouble("order-empty", at, order=row.order)
        value = _rest(run, at, order)
    else:
        value = _limited(run, at, order, _stated(run, at, pool))
    run.bring(at, pool, value, order.take(value))
    if order.completed and order.value == 0 and order.given:  # no settlement: estimates stand
        order.given.clear()
        order.parts.clear()


def _estimate(run: Run, at: int, pool: Pool) -> int:
    """What output is worth until its order is settled: as stated, else what such goods cost."""
    if run.rows[at].value is not None:
        return _stated(run, at, pool)
    value = _current(run, pool, run.rows[at].quantity)
    if value is None:
        run.trouble("cost-estimate-missing", at, pool=run.rows[at].target)
    return value or 0


def settle_order(run: Run, at: int, row: CostLine) -> None:
    """A cost object is complete, or its period is: estimates become actual cost; or, citing such
    a line, they are estimates again.
    """
    if row.cites >= 0:
        unsettle(run, at, row)
    else:
        settle(run, at, row, _open_order(run, at, row.order))


def _rest(run: Run, at: int, order: Order) -> int:
    """All that is left in an order, which is complete then."""
    order.completed = True
    if order.value < 0:  # estimates gave more than ever came in
        key = run.rows[at].order
        run.trouble("order-overdrawn", at, order=key, left=order.worth, wanted=-order.value)
    return max(order.value, 0)


def _portion(run: Run, at: int, order: Order) -> int:
    """A part of all that ever came into an order; the portions that make one take the rest."""
    numerator, denominator = run.setting.portions[at]
    order.portions += Fraction(numerator, denominator)
    if order.portions == 1:
        return _rest(run, at, order)
    return _limited(run, at, order, share(max(order.came, 0), numerator, denominator))


def add_to_order(run: Run, at: int, row: CostLine) -> None:
    """Labour, overhead and fees into a cost object; or what is lost out of it."""
    order = _open_order(run, at, row.order)
    if row.value is None:
        run.costs[at] = _lost(run, at, order)
    elif order.worth + row.value < 0:
        run.costs[at] = -_limited(run, at, order, -row.value)
    else:
        run.costs[at] = row.value
    own = Share(at, 0, run.costs[at])
    if run.shares is not None:
        run.shares[at] = (own,)
    order.add(own)
    if run.is_loss(at):
        order.came -= own.value


def _lost(run: Run, at: int, order: Order) -> int:
    """A share of all that ever came into an order, below zero; the rest where shares make one.
    Citing such a line: what that had taken.
    """
    undone = run.undone_loss(at)
    portion = run.setting.portions.get(at if undone < 0 else undone)
    if portion is None:
        run.trouble("value-missing", at)
        return 0
    if undone >= 0:
        order.portions -= Fraction(*portion)
        return -run.costs[undone]
    order.portions += Fraction(*portion)
    if order.portions == 1:
        return -max(order.worth, 0)
    return -_limited(run, at, order, share(max(order.came, 0), *portion))


def _stated(run: Run, at: int, pool: Pool) -> int:
    """The value that a line states, or what such goods cost in the pool now."""
    row = run.rows[at]
    if row.value is not None:
        if row.value >= 0:
            return row.value
        run.trouble("value-negative", at, value=row.value)
        return 0
    value = run.setting.standards.get(at) if pool.at_standard else None
    if value is None:
        value = _current(run, pool, row.quantity)
    if value is None:
        run.trouble("value-missing", at)
    return value or 0


def _current(run: Run, pool: Pool, quantity: int) -> int | None:
    """What goods of the pool cost now; None where nothing is known."""
    value, whole = pool.unit_cost()
    if not whole:
        value, whole = run.setting.fallback.get(pool.item, (0, 0))
    return share(value, quantity, whole) if whole else None


def _usable(run: Run, at: int, kinds: frozenset[Kind]) -> bool:
    """Whether all that the line cites are earlier lines of its item and of such a kind."""
    if run.rows[at].cites < 0:
        return False
    for cited, _ in run.cited_by(at):
        if not run.is_citable(at, cited, kinds):
            run.trouble("citation-unusable", at, cited=cited)
            return False
    return True


def _pick(run: Run, at: int, pool: Pool) -> list[Slice]:
    """Goods by method, or of the cited layer where the method keeps layers."""
    row = run.rows[at]
    if row.cites < 0 or not pool.layered or not _usable(run, at, INTO_POOL):
        return run.withdraw(at, pool)
    wanted = run.cited_by(at)
    for cited, quantity in wanted:
        there = pool.held(cited, quantity)
        if there < quantity:
            run.trouble("cited-layer-short", at, cited=cited, left=there, wanted=quantity)
            break
    return run.withdraw(at, pool, wanted)


def _as_stated(run: Run, at: int, pool: Pool, slices: list[Slice]) -> list[Slice]:
    """What leaves at a stated cost, where the policy says so; what stays bears the difference.

    Who empties the pool takes all that is in it, whatever is stated.
    """
    stated = run.setting.stated.get(at)
    is_kept = pool.policy.stated_issue == "cost" and not pool.at_standard
    if stated is None or not is_kept or not pool.quantity:
        return slices
    kept = pool.revalue(at, -1, sum(part.value for part in slices) - stated)
    return [*slices, Slice(at, 0, -kept, (Share(at, 0, -kept),))]


def _undo_move(run: Run, at: int, source: Pool) -> list[Slice]:
    """A move taken back: the layers that the cited move carried, at what they cost then."""
    row = run.rows[at]
    if not _usable(run, at, frozenset({Kind.MOVE})):
        return run.withdraw(at, source)
    own = run.draw(at, row.cites, row.quantity)
    wanted, left = [], row.quantity
    for part in run.carried[row.cites]:
        quantity = min(part.quantity, left)
        left -= quantity
        wanted.append((part.origin, quantity))
    return run.withdraw(at, source, wanted, own)


def _open_order(run: Run, at: int, key: str) -> Order:
    """A cost object; refused, once, when it is completed."""
    order = run.orders[key]
    if order.completed and not order.refused and at not in run.setting.undoing:
        order.refused = True
        run.trouble("order-completed", at, order=key)
    return order


def refuse_owing(run: Run) -> None:
    """An order owes at the end: lines of a reversal were let through (`Setting.undoing`), and what
    came back of its output was worth less. The last of them names it.
    """
    for at in sorted(run.setting.undoing, reverse=True):
        key = run.handed_from.get(at, run.rows[at].order)
        order = run.orders[key]
        if order.worth < 0 and not order.refused:
            order.refused = True
            wanted = abs(run.costs[at])
            left = max(wanted + order.worth, 0)
            run.trouble("order-overdrawn", at, order=key, left=left, wanted=wanted)


def _limited(run: Run, at: int, order: Order, value: int) -> int:
    """What can be taken from an order: never more than is in it."""
    if value <= order.worth or at in run.setting.undoing:
        return value
    if not order.refused:  # of a completed order nothing more is told
        key = run.handed_from.get(at, run.rows[at].order)
        run.trouble("order-overdrawn", at, order=key, left=order.worth, wanted=value)
    return order.worth


HANDLERS: Mapping[int, Callable[[Run, int, CostLine], None]] = MappingProxyType(
    {
        Kind.SKIP: skip,
        Kind.RECEIVE: receive,
        Kind.ISSUE: issue,
        Kind.MOVE: move,
        Kind.RETURN_IN: return_in,
        Kind.RETURN_OUT: return_out,
        Kind.CONSUME: consume,
        Kind.HAND_BACK: hand_back,
        Kind.PRODUCE: produce,
        Kind.ADD_TO_ORDER: add_to_order,
        Kind.REVALUE: revalue,
        Kind.SETTLE: settle_order,
    }
)

WITHOUT_QUANTITY = frozenset({Kind.SKIP, Kind.ADD_TO_ORDER, Kind.REVALUE, Kind.SETTLE})
