"""Periodic average in the engine `bulk`: months whose rows are costed one by one.

Items that only come and go, with enough goods at every moment (as `costing.periodic_quick`);
anything else raises NotPlain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from invledger.books.prefix_months import COLUMNS, MonthNote, Opened
from invledger.books.swift import UNNAMED, NotPlain, Plain
from invledger.books.swift_periods import MONTH, Ids, Months
from invledger.costing import Kind
from invledger.posting.closing_form import Carried
from invledger.posting.methods import period_end
from invledger.posting.stencil_form import Stencil

_RECEIVE, _ISSUE, _MOVE = int(Kind.RECEIVE), int(Kind.ISSUE), int(Kind.MOVE)


class Lines(NamedTuple):
    """Columns of rows in total order: kernel's kind, item and stencil by number, figures."""

    kinds: Sequence[int]
    items: Sequence[int]
    stencils: Sequence[int]
    quantities: Sequence[int]
    nets: Sequence[int]


class _Pool:
    """Goods of an item: what is in it with all of the month, and what is there at this moment."""

    __slots__ = ("outs", "quantity", "there", "value")

    def __init__(self) -> None:
        self.quantity = self.value = self.there = 0
        self.outs: list[tuple[int, int]] = []  # quantity and slot of what leaves in this month


class _Slot:
    """Rows of one stencil and item in a month; `first` counts from the month's first row on."""

    __slots__ = ("cost", "first", "item", "quantity", "stencil")

    def __init__(self, stencil: int, item: int, first: int) -> None:
        self.stencil, self.item, self.first = stencil, item, first
        self.cost = self.quantity = 0


class Periods(Months):
    """Months whose rows are costed one by one."""

    def __init__(self, plain: Plain) -> None:
        super().__init__(plain)
        self.stencils: Sequence[Stencil] = ()
        self.held: dict[tuple[int, str], _Pool] = {}
        self.slots: list[_Slot] = []
        self.numbers: dict[tuple[int, int], int] = {}
        self.rows = 0  # of the month

    def cost(
        self, dates: Iterable[tuple[str, int]], lines: Lines, stencils: Sequence[Stencil],
        ids: Ids,
    ) -> list[int]:  # fmt: skip
        """What each row costs as far as it is known at once; `dates`: each with its rows' end.

        Raises NotPlain.
        """
        costs, start = [0] * len(lines.kinds), 0
        self.stencils = stencils
        for date, end in dates:
            self.turn(date[:MONTH])
            for at in range(start, end):
                costs[at] = self._row(at, lines, stencils[lines.stencils[at]])
                self.rows += 1
            if date == period_end(self.month):
                shift = self.rows - end
                kinds = ((stencils[s.stencil].like.type, s.first - shift) for s in self.slots)
                self.end_day((start, end), kinds, ids)
            start = end
        return costs

    def pools(self) -> Iterator[Opened]:
        """What the pools hold between months."""
        for (item, scope), pool in self.held.items():
            yield Opened(item, scope, pool.quantity, pool.value)

    def resume(self, before: MonthNote, kinds: Sequence[int], stencils: Sequence[Stencil]) -> None:
        """Begin where an earlier run has been; `kinds` are those of the kernel by stencil."""
        self.begin(before)
        self.stencils = stencils
        for item, scope, quantity, value in before.pools:
            pool = self._pool(item, scope)
            pool.quantity = pool.there = quantity
            pool.value = value
        for data in before.lines:
            noted = memoryview(data).cast("q")
            count = len(noted) // COLUMNS
            likes, *others = (
                noted[at * count : (at + 1) * count].tolist() for at in range(COLUMNS)
            )
            items, quantities, nets = others
            lines = Lines([kinds[like] for like in likes], items, likes, quantities, nets)
            for at in range(count):
                self._row(at, lines, stencils[likes[at]])
            self.rows += count

    def _row(self, at: int, lines: Lines, stencil: Stencil) -> int:
        kind, item, quantity = lines.kinds[at], lines.items[at], lines.quantities[at]
        if kind == _RECEIVE:
            pool = self._pool(item, stencil.target or "")
            value = lines.nets[at]
            pool.quantity += quantity
            pool.there += quantity
            pool.value += value
            if stencil.closing:
                self._carry(self._slot(lines.stencils[at], item), quantity, value)
            return value
        if kind == _ISSUE:
            pool = self._pool(item, stencil.source or "")
            pool.there -= quantity
            if pool.there < 0:
                raise NotPlain("goods that are not there")
            pool.outs.append((quantity, self._slot(lines.stencils[at], item)))
        elif kind == _MOVE:
            raise NotPlain("goods that move between pools")
        return 0

    def _pool(self, item: int, scope: str) -> _Pool:
        found = self.held.get((item, scope))
        if found is None:
            found = self.held[item, scope] = _Pool()
        return found

    def _slot(self, stencil: int, item: int) -> int:
        found = self.numbers.get((stencil, item))
        if found is None:
            found = self.numbers[stencil, item] = len(self.slots)
            self.slots.append(_Slot(stencil, item, self.rows))
        return found

    def _carry(self, number: int, quantity: int, cost: int) -> None:
        slot = self.slots[number]
        if not cost and self.stencils[slot.stencil].like.reason == UNNAMED:
            raise NotPlain("rows without a cost, of reasons that may differ")
        slot.cost += cost
        slot.quantity += quantity

    def finish(self) -> None:
        """Cost what left in the month, and `close` it."""
        for (item, _), pool in self.held.items():
            if pool.outs:
                self._issue(item, pool)
        rows = [Carried(one.stencil, one.item, one.quantity, one.cost) for one in self.slots]
        self.close(self.stencils, rows)
        self.slots.clear()
        self.numbers.clear()
        self.rows = 0

    def _issue(self, item: int, pool: _Pool) -> None:
        """As `periodic_quick`: the month's ratio, the residue onto the last issue."""
        from invledger.costing.periodic_pool import Amount
        from invledger.costing.pricing import rule_of, spread_residue

        goods = Amount(pool.quantity, pool.value, pool.quantity)
        rule = rule_of(self.plain.policy(item), goods, Amount(), (0, 0))
        twice = 2 * rule.denominator
        costs = [
            (2 * out * rule.numerator + rule.denominator) // twice for out, _ in pool.outs
        ]  # fmt: skip
        quantity = sum(out for out, _ in pool.outs)
        left = goods.quantity - quantity
        wanted = min(rule.cost(quantity), goods.value) if left else goods.value
        if wanted != sum(costs):
            spread_residue(costs, range(len(costs)), wanted - sum(costs))
        for (out, number), cost in zip(pool.outs, costs, strict=True):
            self._carry(number, out, cost)
        pool.value -= wanted
        pool.quantity = left
        pool.outs.clear()
