"""Values of a cycle as sums: a constant, and so many times the unknown cost of each pool.

Used for nothing but finding the costs of a cycle; what lines cost in cents is found when they are
costed. Unknown is the cost of one base unit (a unit of quantity, or of value at list price).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from invledger.costing.interface import INTO_POOL, OUT_OF_POOL, CostLine, Kind
from invledger.costing.periodic_pool import PeriodicPool
from invledger.costing.revaluing import spots_of
from invledger.costing.run import Run
from invledger.costing.window import Piece

#: The key of the part of a form that is known.
CONSTANT = ""
Form = dict[str, Fraction]
_STATED = frozenset({Kind.ISSUE, Kind.CONSUME})


class Forms:
    """What comes into each pool of a cycle, line by line."""

    def __init__(
        self, run: Run, left_in: Mapping[int, Piece], known: Mapping[str, Fraction]
    ) -> None:
        self.run, self.left_in, self.known = run, left_in, known
        self.inflow: dict[str, Form] = {}
        self.bases: dict[str, int] = {}
        self.quantities: dict[str, int] = {}
        self.of: dict[int, Form] = {}  # by line of the cycle
        self.inside: dict[str, Form] = {}  # by cost object: value in it
        self.came: dict[str, Form] = {}  # and all that ever went in

    def enter(self, key: str, pool: PeriodicPool) -> None:
        """A pool with what has come in so far."""
        self.inflow[key] = {CONSTANT: Fraction(pool.value)}
        self.bases[key] = pool.base
        self.quantities[key] = pool.quantity

    def line(self, at: int, bases: Mapping[str, int]) -> None:
        """Follow the value that a line of the cycle moves; `bases` by its pools."""
        row = self.run.rows[at]
        if row.kind == Kind.REVALUE:
            self._late(at)
            return
        form = self.of[at] = self._moved(at, row, bases)
        if row.order:
            self._through_order(at, row, form)
        is_post = at in self.left_in
        is_in = not is_post or self.left_in[at].key != row.target or row.kind == Kind.MOVE
        if row.kind in INTO_POOL and row.target in self.inflow and is_in:
            add(self.inflow[row.target], form, 1)
            self.bases[row.target] += bases[row.target]
            self.quantities[row.target] += row.quantity
        if row.kind in OUT_OF_POOL and row.source in self.inflow and not is_post:
            add(self.inflow[row.source], form, -1)
            self.bases[row.source] -= bases[row.source]
            self.quantities[row.source] -= row.quantity

    def _late(self, at: int) -> None:
        """Late value goes to the goods that will be there by then, pool by pool."""
        pools = {key: self.run.pools[key] for key in self.inflow}
        now = {key: pool.quantity for key, pool in pools.items()}
        for key, pool in pools.items():
            pool.quantity = self.quantities[key]
        for spot in spots_of(self.run, at):
            if spot.key in self.inflow:
                add(self.inflow[spot.key], {CONSTANT: Fraction(spot.amount)}, 1)
        for key, pool in pools.items():
            pool.quantity = now[key]

    def _moved(self, at: int, row: CostLine, bases: Mapping[str, int]) -> Form:
        piece, stated = self.left_in.get(at), self.run.setting.stated
        if piece is not None and piece.key in self.inflow and row.kind in OUT_OF_POOL:
            return self._at_rate(piece.key, bases[piece.key])
        if piece is not None and isinstance(piece.pool, PeriodicPool) and at in piece.pool.planned:
            return {CONSTANT: Fraction(piece.pool.planned[at])}  # a pool before it in line
        if row.kind == Kind.PRODUCE:
            return self._produced(at, row)
        if piece is None and row.kind in _STATED and row.cites < 0 and at in stated:
            return {CONSTANT: Fraction(stated[at])}  # what stays bears the difference
        if row.value is not None:
            return {CONSTANT: Fraction(row.value)}
        if row.kind == Kind.ADD_TO_ORDER:
            return self._lost(at, row)
        if 0 <= row.cites < at:
            result: Form = {}
            for cited, quantity in self.run.cited_by(at):
                whole = self.run.rows[cited].quantity
                if whole and quantity:
                    add(result, self._cited(cited), Fraction(quantity, whole))
            return result
        if piece is not None and piece.key in self.inflow:
            return self._at_rate(piece.key, bases[piece.key])
        return {}

    def _lost(self, at: int, row: CostLine) -> Form:
        lost: Form = {}
        undone = self.run.undone_loss(at)
        if undone >= 0:
            add(lost, self._cited(undone), -1)
        elif at in self.run.setting.portions:
            add(lost, self._order(row.order)[1], -Fraction(*self.run.setting.portions[at]))
        return lost

    def _cited(self, cited: int) -> Form:
        own = self.of.get(cited)
        if own is not None:
            return own
        return {CONSTANT: Fraction(self.run.costs[cited] + self.run.adjusted.get(cited, 0))}

    def _at_rate(self, key: str, base: int) -> Form:
        if key in self.known:
            return {CONSTANT: self.known[key] * base}
        return {key: Fraction(base)}

    def _produced(self, at: int, row: CostLine) -> Form:
        portion = self.run.setting.portions.get(at)
        if portion is not None:
            result: Form = {}
            add(result, self._order(row.order)[1], Fraction(*portion))
            return result
        if row.value is None:
            return dict(self._order(row.order)[0])
        return {CONSTANT: Fraction(row.value)}

    def _order(self, key: str) -> tuple[Form, Form]:
        if key not in self.inside:
            order = self.run.orders[key]
            self.inside[key] = {CONSTANT: Fraction(order.value)}
            self.came[key] = {CONSTANT: Fraction(order.came)}
        return self.inside[key], self.came[key]

    def _through_order(self, at: int, row: CostLine, form: Form) -> None:
        inside, came = self._order(row.order)
        if row.kind in (Kind.CONSUME, Kind.ADD_TO_ORDER):
            add(inside, form, 1)
            if not self.run.is_loss(at):
                add(came, form, 1)
        elif row.kind in (Kind.HAND_BACK, Kind.PRODUCE):
            add(inside, form, -1)
            if row.kind == Kind.HAND_BACK:
                add(came, form, -1)


def add(form: Form, other: Mapping[str, Fraction], times: Fraction | int) -> None:
    """Add so many times the other form."""
    for key, part in other.items():
        form[key] = form.get(key, Fraction(0)) + part * times


def solve(
    inflow: Mapping[str, Form], bases: Mapping[str, int], known: Mapping[str, Fraction]
) -> dict[str, Fraction] | None:
    """The cost of a base unit in every pool; None where there is no single answer.

    rate x base = constant + sum of coefficient x rate, for every pool that is not known; a pool
    with no goods has rate 0. Elimination in exact fractions, rows as sparse mappings.
    """
    result = dict(known)
    rows: list[tuple[Form, Fraction]] = []
    for key, form in inflow.items():
        if key in known:
            continue
        if bases[key] <= 0:
            result[key] = Fraction(0)
            continue
        left = {other: -part for other, part in form.items() if other != CONSTANT and part}
        left[key] = left.get(key, Fraction(0)) + bases[key]
        rows.append(({k: v for k, v in left.items() if v}, form.get(CONSTANT, Fraction(0))))
    for key in result.keys() - known.keys():
        rows = [({k: v for k, v in left.items() if k != key}, right) for left, right in rows]
    solved: list[tuple[str, Form, Fraction]] = []
    while rows:
        rows.sort(key=lambda pair: len(pair[0]), reverse=True)
        left, right = rows.pop()
        if not left:
            return None
        key = min(left)
        once = Fraction(1, left[key])
        left = {k: v * once for k, v in left.items()}
        right *= once
        rows = [_without(key, left, right, pair) for pair in rows]
        solved.append((key, left, right))
    for key, left, right in reversed(solved):
        result[key] = right - sum(
            (part * result[other] for other, part in left.items() if other != key), Fraction(0)
        )
    return result


def _without(
    key: str, left: Form, right: Fraction, row: tuple[Form, Fraction]
) -> tuple[Form, Fraction]:
    """A row with one unknown eliminated."""
    times = row[0].get(key)
    if times is None:
        return row
    form = dict(row[0])
    add(form, left, -times)
    return {k: v for k, v in form.items() if v}, row[1] - times * right
