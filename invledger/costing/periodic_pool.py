"""Pools whose cost is found once a period: 全月一次加权平均法, 计划成本法, 售价金额核算法.

Within a period goods first come in, then the pool is priced (see `pricing`), then goods leave at
the cost that pricing planned for their line. Lines are not costed in their own order then, so a
pool lends itself what is sure to come back later in the period, and what leaves before all has
come in because a cycle was solved beforehand. `close` checks that nothing lent is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from invledger.costing.average import AveragePool
from invledger.costing.interface import Share
from invledger.costing.lifo import LifoPool
from invledger.costing.pool import Shortage, Slice, apportion, cut_parts, merge_parts
from invledger.model import share


class Amount(NamedTuple):
    """Goods of a pool: quantity, value, and the base that its cost is proportional to."""

    quantity: int = 0
    value: int = 0
    base: int = 0


class PeriodicLifoPool(LifoPool):
    """LIFO in which the receipts of a period count before its issues."""

    __slots__ = ()


class PeriodicPool(AveragePool):
    """One average for the period. The base is the quantity, or the value at planned price."""

    __slots__ = (
        "base", "came", "gone", "is_cyclic", "is_over", "is_priced", "is_traced", "last_in",
        "lent", "lent_last", "lent_lines", "line", "mix", "opening", "opens_at", "planned",
        "returning", "unit", "whole_of",
    )  # fmt: skip

    #: Whether cost is proportional to a planned or selling value, not to the quantity.
    at_list: ClassVar[bool] = False

    def __init__(self, item: str, mixes: list[tuple[Share, ...]] | None = None) -> None:
        super().__init__(item, mixes)
        self.base = 0
        self.opening = Amount()
        self.opens_at = 0  # first line of the period
        self.line = (-1, 0, 0)  # index, base and quantity of the line being costed
        self.last_in = -1  # the last line that brought goods in
        self.planned: dict[int, int] = {}  # cost by line that leaves after pricing
        self.returning: dict[int, Amount] = {}  # what comes back after pricing, lent already
        self.lent = Amount()  # what left before pricing
        self.lent_last = -1
        self.lent_lines: set[int] = set()
        self.gone = Amount()  # of what is lent, what has left
        self.came: list[Share] = []  # provenance of what came in since the last pricing
        self.mix = -1  # number of the period's mix, where it has one
        self.whole_of = -1  # origin of shares in the period's average
        self.is_cyclic = False
        self.is_priced = False
        self.is_over = False
        self.is_traced = False
        self.unit = (0, 0)  # the period's cost rate: value, base

    def put(self, part: Slice) -> None:
        at, base, whole = self.line
        own = base if part.quantity == whole else share(base, part.quantity, whole or 1)
        if at < 0:  # a change of policy, between periods
            own = part.quantity
        expected = self.returning.pop(at, Amount())
        self.quantity += part.quantity - expected.quantity
        self.value += part.value - expected.value
        self.base += own - expected.base
        if at in self.lent_lines:
            self._note_gone(-part.quantity, -part.value, -own)
        self.last_in = max(at, self.last_in)
        if not part.parts:
            return
        parts = (Share(at, part.quantity, part.value),) if self.is_cyclic else part.parts
        if self.is_priced:
            self.parts = merge_parts((*self.parts, *parts))
        else:
            self.came += parts

    def take(self, quantity: int) -> list[Slice]:
        at, _, whole = self.line
        planned = self.planned.pop(at, None)
        if planned is not None and quantity == whole:
            return [self._take(quantity, planned)]
        return [self._take(quantity, max(share(self.value, quantity, self.quantity), 0))]

    def take_cited(
        self, wanted: Sequence[tuple[int, int]], value: int, stated: Sequence[int] = ()
    ) -> list[Slice]:
        quantity = min(sum(part for _, part in wanted), self.quantity)
        if quantity in (0, self.quantity) or self.line[0] in self.planned:
            return self.take(quantity) if quantity else []
        return [self._take(quantity, max(min(value, self.value), 0), wanted)]

    def held(self, origin: int, received: int) -> int:
        if self.is_priced or self.is_over:  # late: what leaves has its cost already
            return min(self.quantity, received)
        there = self.whole().quantity
        return min(there if origin >= self.opens_at else self.opening.quantity, received)

    def counts_in(self, line: int, origin: int) -> bool:
        return line < self.opens_at or origin >= self.opens_at or self.is_priced or self.is_over

    def revalue(self, by: int, origin: int, amount: int) -> int:
        if self.quantity <= 0:
            return 0
        kept = max(amount, -self.value)
        self.value += kept
        if self.is_traced and kept:
            self._mix((Share(by, 0, kept),))
        return kept

    def made_of(self) -> tuple[Share, ...]:
        return merge_parts((*self.parts, *self.came)) if self.came else self.parts

    def unit_cost(self) -> tuple[int, int]:
        """The period's cost once it is known, until then the last one."""
        if self.is_priced and self.unit[1] > 0:
            return self.unit
        if self.opening.base > 0:
            return self.opening.value, self.opening.base
        if self.last_quantity:
            return self.last_value, self.last_quantity
        return (0, 0) if self.is_priced else (max(self.value, 0), max(self.base, 0))

    def lend(
        self,
        costs: dict[int, int],
        lines: set[int],
        goods: Amount,
        returning: Mapping[int, Amount] = MappingProxyType({}),
    ) -> None:
        """Let lines leave before all has come in, at costs found beforehand (cycles).

        `goods`: all of them together, less what some bring back; these are `returning`, lent too.
        """
        self.planned.update(costs)
        self.lent_lines |= lines
        self.lent_last = max(costs, default=self.lent_last)
        self.lent = Amount(*(old + new for old, new in zip(self.lent, goods, strict=True)))
        self.returning.update(returning)
        for part in (goods, *returning.values()):
            self._add(part)
        if not self.is_cyclic:
            self.is_cyclic = True
            self.mixes.append(())
            self.mix = len(self.mixes) - 1

    def whole(self) -> Amount:
        """All that came in, before pricing: without what is lent, with what of it has left."""
        lent, gone = self.lent, self.gone
        due = [sum(parts) for parts in zip(Amount(), *self.returning.values(), strict=True)]
        return Amount(
            self.quantity - lent.quantity - due[0] + gone.quantity,
            self.value - lent.value - due[1] + gone.value,
            self.base - lent.base - due[2] + gone.base,
        )

    def price(self, costs: dict[int, int], returning: dict[int, Amount], unit: Amount) -> None:
        """Take in what a period's pricing found; from here on goods leave at it."""
        lent, self.lent = self.lent, Amount()
        self.gone, self.lent_lines = Amount(), set()
        self._add(Amount(-lent.quantity, -lent.value, -lent.base))
        if self.quantity < 0:  # more left in a cycle than ever came
            owed = Shortage(self.lent_last, -self.quantity, max(-self.value, 0))
            self.shortages.append(owed)
            self._add(Amount(owed.quantity, owed.value, -self.base))
            if self.is_traced:
                self.came.append(Share(-1, owed.quantity, owed.value))
        for part in returning.values():
            self._add(part)
        self.planned.update(costs)
        self.returning.update(returning)
        self.unit = (max(unit.value, 0), unit.base)
        self.is_priced = True
        if self.quantity > 0 < unit.quantity:
            self.last_value, self.last_quantity = max(unit.value, 0), unit.quantity
        self._mix_all()

    def close(self) -> int:
        """The period is over; gives the cents that lie on no goods, which are taken out."""
        for part in self.returning.values():
            self._add(Amount(-part.quantity, -part.value, -part.base))
        stray = 0
        if not self.quantity:
            stray, self.value, self.base = self.value, 0, 0
            self.parts, self.came = (), []
        elif self.value < 0:
            stray, self.value, self.came = self.value, 0, []
            self.parts = (Share(self.whole_of, self.quantity, 0),) if self.is_traced else ()
        self.line = (-1, 0, 0)
        self.is_over = True
        self.planned.clear()
        self.returning = {}
        self.is_cyclic = self.is_priced = False
        self.mix = -1
        return stray

    def begin(self, at: int) -> None:
        """A period begins at line `at`."""
        self.opening = Amount(self.quantity, self.value, self.base)
        self.opens_at = at
        self.is_over = False

    def _note_gone(self, quantity: int, value: int, base: int) -> None:
        gone = self.gone
        self.gone = Amount(gone.quantity + quantity, gone.value + value, gone.base + base)

    def _add(self, goods: Amount) -> None:
        self.quantity += goods.quantity
        self.value += goods.value
        self.base += goods.base

    def _mix(self, parts: tuple[Share, ...]) -> None:
        self.came += parts

    def _mix_all(self) -> None:
        """Everything of the period becomes one mix, which later shares refer to by number."""
        whole = merge_parts((*self.parts, *self.came)) if self.came else self.parts
        self.came = []
        if len(whole) > 1 and self.mix < 0:
            self.mixes.append(whole)
            self.mix = len(self.mixes) - 1
        elif self.mix >= 0:
            own = -2 - self.mix
            taken = [part for part in whole if part.origin == own]
            rest = [part for part in whole if part.origin != own]
            self.mixes[self.mix] = tuple(rest)
            whole = merge_parts((*rest, *taken))
        self.parts = whole
        self.whole_of = -2 - self.mix if self.mix >= 0 else -1
        if self.mix >= 0:
            quantity = sum(part.quantity for part in whole)
            value = sum(part.value for part in whole)
            self.parts = merge_parts((Share(self.whole_of, quantity, value),))
        elif whole:
            self.whole_of = whole[0].origin

    def _take(self, quantity: int, value: int, named: Sequence[tuple[int, int]] = ()) -> Slice:
        at, base, whole = self.line
        own = base if quantity == whole else share(base, quantity, whole or 1)
        self.base -= own
        if at in self.lent_lines:
            self._note_gone(quantity, value, own)
        self.quantity -= quantity
        self.value -= value
        parts = self._cut(quantity, value, named) if self.is_traced else ()
        return Slice(-1, quantity, value, parts)

    def _cut(
        self, quantity: int, value: int, named: Sequence[tuple[int, int]]
    ) -> tuple[Share, ...]:
        """Provenance of what leaves: of the period's mix, also before what is in it is known;
        what is named is its own as long as it came in by itself.
        """
        if not self.is_priced and self.mix >= 0:
            self.came.append(Share(-2 - self.mix, -quantity, -value))
            return (Share(-2 - self.mix, quantity, value),)
        if self.came:  # goods that go back before the pool is priced
            self.parts, self.came = merge_parts((*self.parts, *self.came)), []
        if own := self._cut_named(quantity, value, named):
            return own
        if sum(part.quantity for part in self.parts) > quantity:
            first = self.parts[0]
            if first.origin != self.whole_of or first.quantity <= quantity:
                parts, self.parts = cut_parts(self.parts, quantity, value)
                return parts
        elif self.parts and quantity == sum(part.quantity for part in self.parts):
            parts, self.parts = cut_parts(self.parts, quantity, value)
            return parts
        taken = Share(self.whole_of, quantity, value)
        self.parts = merge_parts((*self.parts, Share(self.whole_of, -quantity, -value)))
        return (taken,)

    def _cut_named(
        self, quantity: int, value: int, named: Sequence[tuple[int, int]]
    ) -> tuple[Share, ...]:
        """Cut what is named out of the parts; nothing where not all of it is there by its name."""
        there = {part.origin: part for part in self.parts}
        pairs = [
            (there[origin], units)
            for origin, units in named
            if origin in there and there[origin].quantity >= units
        ]
        values = apportion([share(of.value, units, of.quantity) for of, units in pairs], value)
        if sum(units for _, units in pairs) != quantity or sum(values) != value:
            return ()
        taken = tuple(
            Share(of.origin, units, cents)
            for (of, units), cents in zip(pairs, values, strict=True)
        )
        away = (Share(origin, -units, -cents) for origin, units, cents in taken)
        self.parts = merge_parts((*self.parts, *away))
        return taken


class ListPool(PeriodicPool):
    """Planned cost and the retail method: cost is proportional to the value at a list price."""

    __slots__ = ()

    at_list: ClassVar[bool] = True

    def unit_cost(self) -> tuple[int, int]:
        value, base = super().unit_cost()
        _, own, quantity = self.line
        return value * own, base * quantity
