"""Periodic average the swift way: costs of a month at its end, and the vouchers that carry them.

Items that only come and go, with enough goods at every moment (as `costing.periodic_quick`); a
month's vouchers (结转成本) are made by the plain path from one row for each kind of row and item,
since every line of theirs adds up. Anything else raises NotPlain.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple

from invledger.books.swift import NotPlain, Plain, Printed, Sum
from invledger.costing import Costed, CostLine, Kind
from invledger.ledger import print_voucher
from invledger.model import MovementTable, Row, Voucher
from invledger.posting import Valued, derive_vouchers
from invledger.posting.methods import CLOSING, period_end
from invledger.posting.stencil import Stencil

_RECEIVE, _ISSUE, _MOVE = int(Kind.RECEIVE), int(Kind.ISSUE), int(Kind.MOVE)
_MONTH = 7
_NO_ROWS = sha256(b"").hexdigest()


class _Pool:
    """Goods of an item: what is in it with all of the month, and what is there at this moment."""

    __slots__ = ("outs", "quantity", "there", "value")

    def __init__(self) -> None:
        self.quantity = self.value = self.there = 0
        self.outs: list[tuple[int, int]] = []  # quantity and slot of what leaves in this month


class _Slot:
    """Rows of one kind and item in a month."""

    __slots__ = ("cost", "first", "item", "quantity", "stencil")

    def __init__(self, first: int, item: int, stencil: Stencil) -> None:
        self.first, self.item, self.stencil = first, item, stencil
        self.cost = self.quantity = 0


class Lines(NamedTuple):
    """Columns of rows in total order: kernel's kind, item and stencil by number, figures."""

    kinds: Sequence[int]
    items: Sequence[int]
    stencils: Sequence[int]
    quantities: Sequence[int]
    nets: Sequence[int]


class Periods:
    """Costs and vouchers of months, as rows come in."""

    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        self.month = ""
        self.rows = 0
        self.pools: dict[tuple[int, str], _Pool] = {}
        self.slots: list[_Slot] = []
        self.numbers: dict[tuple[int, int], int] = {}
        self.closed: deque[tuple[str, int, list[Voucher]]] = deque()  # date, last row, vouchers

    def cost(
        self, dates: Iterable[tuple[str, int]], lines: Lines, stencils: Sequence[Stencil]
    ) -> list[int]:
        """What each row costs as far as it is known at once; `dates`: each with its rows' end."""
        costs, start = [0] * len(lines.kinds), 0
        for date, end in dates:
            if date[:_MONTH] != self.month:
                self._close()
                self.month = date[:_MONTH]
            for at in range(start, end):
                costs[at] = self._row(at, lines, stencils[lines.stencils[at]])
            self.rows += end - start
            start = end
        return costs

    def _row(self, at: int, lines: Lines, stencil: Stencil) -> int:
        kind, item, quantity = lines.kinds[at], lines.items[at], lines.quantities[at]
        if kind == _RECEIVE:
            pool = self._pool(item, stencil.target or "")
            value = lines.nets[at]
            pool.quantity += quantity
            pool.there += quantity
            pool.value += value
            if stencil.closing:
                slot = self.slots[self._slot(lines.stencils[at], item, stencil)]
                slot.cost += value
                slot.quantity += quantity
            return value
        if kind == _ISSUE:
            pool = self._pool(item, stencil.source or "")
            pool.there -= quantity
            if pool.there < 0:
                raise NotPlain("goods that are not there")
            pool.outs.append((quantity, self._slot(lines.stencils[at], item, stencil)))
        elif kind == _MOVE:
            raise NotPlain("goods that move between pools")
        return 0

    def _pool(self, item: int, scope: str) -> _Pool:
        found = self.pools.get((item, scope))
        if found is None:
            found = self.pools[item, scope] = _Pool()
        return found

    def _slot(self, number: int, item: int, stencil: Stencil) -> int:
        found = self.numbers.get((number, item))
        if found is None:
            found = self.numbers[number, item] = len(self.slots)
            self.slots.append(_Slot(self.rows + found, item, stencil))
        return found

    def _close(self) -> None:
        """Cost what left in the month; its vouchers wait in `closed`."""
        for (item, _), pool in self.pools.items():
            if pool.outs:
                self._issue(item, pool)
        if self.slots:
            date = period_end(self.month)
            self.closed.append((date, self.rows, self._vouchers()))
        self.slots.clear()
        self.numbers.clear()

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
            self.slots[number].cost += cost
            self.slots[number].quantity += out
        pool.value -= wanted
        pool.quantity = left
        pool.outs.clear()

    def _vouchers(self) -> list[Voucher]:
        """What the plain path makes of one row for each kind of row that posts alike."""
        slots = self.slots if any(not slot.cost for slot in self.slots) else _together(self.slots)
        sources = self.plain.sources
        rows = [self._as_row(slot) for slot in slots]
        lines = [
            CostLine(slot.stencil.kind, row.item, row.quantity, "", "", None, -1, "")
            for slot, row in zip(slots, rows, strict=True)
        ]
        mini = replace(sources, table=MovementTable.of(rows), problems=[])
        valued = Valued(lines, [{} for _ in rows], [])
        costed = Costed([slot.cost for slot in slots], {}, [], {}, {}, [])
        vouchers, problems = derive_vouchers(mini, valued, costed)
        if problems:
            raise NotPlain("vouchers of a month")
        return [one for one in vouchers if one.identity.endswith(f"/{CLOSING}")]

    def _as_row(self, slot: _Slot) -> Row:
        like = slot.stencil.like
        return Row(
            date=f"{self.month}-01", rank=0, time="", id=f"X-{slot.first}", line=1,
            type=like.type, party="", item=self.plain.words.items[slot.item].code,
            quantity=slot.quantity, source=like.source, target=like.target, price=None,
            amount=None, currency="", lot="", expiry="", order="", ref="", reason=like.reason,
            tax="", owner="", payee="", narration="", links="", meta=(), path="", lineno=1,
        )  # fmt: skip

    def laid(self, printed: Iterable[Printed]) -> Iterator[Printed]:
        """Days with the vouchers of months before them; a last day's stand before its own."""
        for day in printed:
            if self.month == day.date[:_MONTH] and day.date == period_end(self.month):
                self._close()
            while self.closed and self.closed[0][0] < day.date:
                yield self._alone(self.closed.popleft())
            if self.closed and self.closed[0][0] == day.date:
                date, rows, vouchers = self.closed.popleft()
                del date, rows
                yield self._before(vouchers, day)
            else:
                yield day
        self._close()
        while self.closed:
            yield self._alone(self.closed.popleft())

    def _alone(self, closed: tuple[str, int, list[Voucher]]) -> Printed:
        return self._before(closed[2], Printed(closed[0], _NO_ROWS, b"", 0, ()))

    def _before(self, vouchers: list[Voucher], day: Printed) -> Printed:
        decimals = self.plain.decimals
        text = "".join(f"\n{print_voucher(voucher, decimals)}" for voucher in vouchers)
        sums: dict[tuple[str, int, bool], int] = {}
        for voucher in vouchers:
            for posting in voucher.postings:
                sign = 1 if posting.amount > 0 else -1
                key = (posting.account, sign, posting.red)
                sums[key] = sums.get(key, 0) + abs(posting.amount)
        return day._replace(
            text=text.encode() + day.text,
            vouchers=day.vouchers + len(vouchers),
            sums=(*day.sums, *(Sum(*key, amount) for key, amount in sums.items())),
        )


def _together(slots: Sequence[_Slot]) -> list[_Slot]:
    """Slots of one type and item that post to the same accounts as one, in order of first rows.

    Only where all have a cost: lines of those without one are left out row by row.
    """
    alike: dict[tuple[object, ...], _Slot] = {}
    for slot in slots:
        key = (slot.stencil.like.type, slot.stencil.closing, slot.item)
        same = alike.get(key)
        if same is None:
            alike[key] = slot
        else:
            same.cost += slot.cost
            same.quantity += slot.quantity
    return list(alike.values())
