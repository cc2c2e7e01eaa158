"""Periodic average in the engine `bulk`: months whose rows are costed as they come.

Items that only come and go, with enough goods at every moment (as `costing.periodic_quick`);
anything else raises NotPlain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
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
    """Columns of rows in total order: stencil and item by number, figures."""

    stencils: Sequence[int]
    items: Sequence[int]
    quantities: Sequence[int]
    nets: Sequence[int]


class _Slot:
    """Rows of one stencil and item in a month; `first` counts from the month's first row on."""

    __slots__ = ("cost", "first", "item", "quantity", "stencil")

    def __init__(self, stencil: int, item: int, first: int) -> None:
        self.stencil, self.item, self.first = stencil, item, first
        self.cost = self.quantity = 0


class _Pool:
    """Goods of an item: what is in it with all of the month, what is there at this moment, and
    what leaves in the month, by quantity and slot.
    """

    __slots__ = ("outs", "quantity", "slots", "there", "value")

    def __init__(self) -> None:
        self.quantity = self.value = self.there = 0
        self.outs: list[int] = []
        self.slots: list[_Slot] = []


class _Way(NamedTuple):
    """What rows of one stencil do: pools and slots by item; `is_carried`: the month's vouchers
    say what came in, too.
    """

    kind: int
    pools: dict[int, _Pool]
    slots: dict[int, _Slot]
    is_carried: bool


class Periods(Months):
    """Months whose rows are costed as they come."""

    def __init__(self, plain: Plain) -> None:
        super().__init__(plain)
        self.stencils: Sequence[Stencil] = ()
        self.ways: list[_Way] = []
        self.held: dict[str, dict[int, _Pool]] = {}  # by scope and item
        self.slots: list[_Slot] = []
        self.rows = 0  # of the month

    def cost(
        self, dates: Iterable[tuple[str, int]], lines: Lines, stencils: Sequence[Stencil],
        ids: Ids,
    ) -> list[int]:  # fmt: skip
        """What each row costs as far as it is known at once; `dates`: each with its rows' end.

        Raises NotPlain.
        """
        costs: list[int] = []
        self._learn(stencils)
        rows = zip(*lines, strict=True)
        for date, end in dates:
            self.turn(date[:MONTH])
            start = len(costs)
            costs += self._costs(islice(rows, end - start))
            if date == period_end(self.month):
                shift = self.rows - end
                kinds = ((stencils[s.stencil].like.type, s.first - shift) for s in self.slots)
                self.end_day((start, end), kinds, ids)
        return costs

    def _learn(self, stencils: Sequence[Stencil]) -> None:
        self.stencils = stencils
        for one in stencils[len(self.ways) :]:
            scope = one.target if one.kind == _RECEIVE else one.source
            pools = self.held.setdefault(scope or "", {})
            self.ways.append(_Way(int(one.kind), pools, {}, bool(one.closing)))

    def _costs(self, rows: Iterable[tuple[int, int, int, int]]) -> list[int]:
        """What rows of this month cost as far as it is known: an issue costs 0 until its end."""
        costs: list[int] = []
        add, ways = costs.append, self.ways
        for stencil, item, quantity, net in rows:
            kind, pools, slots, is_carried = ways[stencil]
            if kind == _ISSUE:
                if item not in pools:
                    raise NotPlain("goods that are not there")
                pool = pools[item]
                pool.there -= quantity
                if pool.there < 0:
                    raise NotPlain("goods that are not there")
                if item not in slots:
                    slots[item] = self._slot(stencil, item, self.rows + len(costs))
                pool.outs.append(quantity)
                pool.slots.append(slots[item])
                add(0)
            elif kind == _RECEIVE:
                if item not in pools:
                    pools[item] = _Pool()
                pool = pools[item]
                pool.quantity += quantity
                pool.there += quantity
                pool.value += net
                if is_carried:
                    if item not in slots:
                        slots[item] = self._slot(stencil, item, self.rows + len(costs))
                    self._carry(slots[item], quantity, net)
                add(net)
            elif kind == _MOVE:
                raise NotPlain("goods that move between pools")
            else:
                add(0)
        self.rows += len(costs)
        return costs

    def _slot(self, stencil: int, item: int, first: int) -> _Slot:
        slot = _Slot(stencil, item, first)
        self.slots.append(slot)
        return slot

    def _carry(self, slot: _Slot, quantity: int, cost: int) -> None:
        if not cost and self.stencils[slot.stencil].like.reason == UNNAMED:
            raise NotPlain("rows without a cost, of reasons that may differ")
        slot.cost += cost
        slot.quantity += quantity

    def pools(self) -> Iterator[Opened]:
        """What the pools hold between months."""
        for scope, pools in self.held.items():
            for item, pool in pools.items():
                yield Opened(item, scope, pool.quantity, pool.value)

    def resume(self, before: MonthNote, stencils: Sequence[Stencil]) -> None:
        """Begin where an earlier run has been."""
        self.begin(before)
        self._learn(stencils)
        for item, scope, quantity, value in before.pools:
            pool = self.held.setdefault(scope, {}).setdefault(item, _Pool())
            pool.quantity = pool.there = quantity
            pool.value = value
        for data in before.lines:
            noted = memoryview(data).cast("q")
            count = len(noted) // COLUMNS
            columns = [noted[at * count : (at + 1) * count].tolist() for at in range(COLUMNS)]
            self._costs(zip(*columns, strict=True))

    def finish(self) -> None:
        """Cost what left in the month, and `close` it."""
        for pools in self.held.values():
            for item, pool in pools.items():
                if pool.outs:
                    self._issue(item, pool)
        rows = [Carried(one.stencil, one.item, one.quantity, one.cost) for one in self.slots]
        self.close(self.stencils, rows)
        self.slots.clear()
        for way in self.ways:
            way.slots.clear()
        self.rows = 0

    def _issue(self, item: int, pool: _Pool) -> None:
        """As `periodic_quick`: the month's ratio, the residue onto the last issue."""
        from invledger.costing.periodic_pool import Amount
        from invledger.costing.pricing import rule_of, spread_residue

        goods = Amount(pool.quantity, pool.value, pool.quantity)
        rule = rule_of(self.plain.policy(item), goods, Amount(), (0, 0))
        numerator, half, whole = 2 * rule.numerator, rule.denominator, 2 * rule.denominator
        costs = [(out * numerator + half) // whole for out in pool.outs]
        quantity = sum(pool.outs)
        left = goods.quantity - quantity
        wanted = min(rule.cost(quantity), goods.value) if left else goods.value
        if wanted != sum(costs):
            spread_residue(costs, range(len(costs)), wanted - sum(costs))
        for slot, out, cost in zip(pool.slots, pool.outs, costs, strict=True):
            if cost:
                slot.cost += cost
                slot.quantity += out
            else:
                self._carry(slot, out, cost)
        pool.value -= wanted
        pool.quantity = left
        pool.outs.clear()
        pool.slots.clear()
