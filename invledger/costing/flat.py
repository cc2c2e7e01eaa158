"""Flat costing: receipts, issues and moves of FIFO and moving average, pools by number.

The same figures as `Pool` gives, line by line, with nothing made for a line; whatever is more than
plain (goods that are not there above all) gives None, and the kernel proper does the work.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from invledger.costing.interface import Kind

_RECEIVE, _ISSUE, _MOVE = int(Kind.RECEIVE), int(Kind.ISSUE), int(Kind.MOVE)
_USED_MAX = 1024


class FlatPool:
    """Goods of one pool: their quantity and value, and as layers under FIFO."""

    __slots__ = ("head", "origins", "quantities", "quantity", "value", "values")

    def __init__(self) -> None:
        self.quantity = self.value = self.head = 0
        self.origins: list[int] = []
        self.quantities: list[int] = []
        self.values: list[int] = []

    def put(self, origin: int, quantity: int, value: int) -> None:
        """A layer, or part of one that is here already."""
        origins = self.origins
        if not origins or origins[-1] < origin:
            at = len(origins)
        else:
            at = bisect_left(origins, origin, lo=self.head)
            if at < len(origins) and origins[at] == origin:
                self.quantities[at] += quantity
                self.values[at] += value
                return
        origins.insert(at, origin)
        self.quantities.insert(at, quantity)
        self.values.insert(at, value)

    def take(self, quantity: int) -> list[tuple[int, int, int]]:
        """The oldest goods: origin, quantity and value of each part; so much is here."""
        quantities, values, head = self.quantities, self.values, self.head
        parts = []
        while quantity:
            there, worth = quantities[head], values[head]
            if there <= quantity:
                parts.append((self.origins[head], there, worth))
                quantities[head] = values[head] = 0
                quantity -= there
                head += 1
            else:
                value = (2 * worth * quantity + there) // (2 * there)
                parts.append((self.origins[head], quantity, value))
                quantities[head] = there - quantity
                values[head] = worth - value
                quantity = 0
        self.head = head
        if head > _USED_MAX and 2 * head > len(quantities):
            del self.origins[:head], quantities[:head], values[:head]
            self.head = 0
        return parts

    def is_conserved(self) -> bool:
        """Whether the layers hold what the lines left."""
        if not self.origins:
            return self.quantity > 0 or not self.value
        left = sum(self.quantities[self.head :]), sum(self.values[self.head :])
        return left == (self.quantity, self.value)


def run(  # noqa: PLR0913, PLR0917  columns, one by one
    pools: dict[int, FlatPool], first: int, kinds: Sequence[int], sources: Sequence[int],
    targets: Sequence[int], quantities: Sequence[int], values: Sequence[int],
    layered: Sequence[bool],
) -> list[int] | None:  # fmt: skip
    """What each line costs; `first` is the number of line 0. None where one is not plain."""
    costs: list[int] = []
    at = first - 1
    lines = zip(kinds, sources, targets, quantities, values, layered, strict=True)
    for kind, source, target, quantity, value, is_layered in lines:
        at += 1
        if kind == _ISSUE:
            pool = pools.get(source)
            if pool is None or pool.quantity < quantity:
                return None
            there = pool.quantities[pool.head] if is_layered else 0
            if quantity < there:
                head = pool.head
                worth = pool.values[head]
                cost = (2 * worth * quantity + there) // (2 * there)
                pool.quantities[head] = there - quantity
                pool.values[head] = worth - cost
            elif is_layered:
                cost = sum([part[2] for part in pool.take(quantity)])
            else:
                cost = (2 * pool.value * quantity + pool.quantity) // (2 * pool.quantity)
            pool.quantity -= quantity
            pool.value -= cost
        elif kind == _RECEIVE:
            pool = pools.get(target)
            if pool is None:
                pool = pools[target] = FlatPool()
            cost = value
            pool.quantity += quantity
            pool.value += cost
            if is_layered:
                pool.origins.append(at)
                pool.quantities.append(quantity)
                pool.values.append(cost)
        elif kind == _MOVE:
            pool = pools.get(source)
            if pool is None or pool.quantity < quantity:
                return None
            other = pools.setdefault(target, FlatPool())
            cost = _move(pool, other, quantity, is_layered)
        else:
            cost = 0
        costs.append(cost)
    return costs


def _move(pool: FlatPool, other: FlatPool, quantity: int, is_layered: bool) -> int:
    if is_layered:
        parts = pool.take(quantity)
        for part in parts:
            other.put(*part)
        cost = sum([part[2] for part in parts])
    else:
        cost = (2 * pool.value * quantity + pool.quantity) // (2 * pool.quantity)
    pool.quantity -= quantity
    pool.value -= cost
    other.quantity += quantity
    other.value += cost
    return cost
