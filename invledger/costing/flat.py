"""Flat costing: receipts, issues and moves of FIFO and moving average, pools by number.

The same figures as `Pool` gives, line by line, with nothing made for a line; whatever is more than
plain (goods that are not there above all) gives None, and the kernel proper does the work.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from operator import mul
from typing import NamedTuple

from invledger.costing.interface import Kind

_RECEIVE, _ISSUE, _MOVE = int(Kind.RECEIVE), int(Kind.ISSUE), int(Kind.MOVE)
_SIGNS = {_RECEIVE: 1, _ISSUE: -1}
_USED_MAX = 1024


class NotThere(LookupError):
    """More goods leave than are there."""


class FlatPool:
    """Goods of one pool: the oldest layer apart, the others behind it from `head` on.

    An average is one layer, into which all goods go. Layers are numbers in arrays: a million of
    objects that stay would make all others dear.
    """

    __slots__ = ("head", "origin", "origins", "quantities", "there", "values", "worth")

    def __init__(self) -> None:
        self.there = self.worth = self.head = 0  # quantity and value of the oldest layer
        self.origin = -1
        self.origins, self.quantities, self.values = array("q"), array("q"), array("q")

    def issue(self, quantity: int) -> int:
        """Take the oldest goods; what they cost. Raises NotThere."""
        there, cost = self.there, 0
        while quantity >= there:
            cost += self.worth
            quantity -= there
            head = self.head
            if head == len(self.origins):
                self.there = self.worth = there = 0
                self.origin = -1
                break
            there, self.worth = self.quantities[head], self.values[head]
            self.origin = self.origins[head]
            self.head = head + 1
        if quantity:
            if not there:
                raise NotThere
            part = (2 * self.worth * quantity + there) // (2 * there)
            self.worth -= part
            cost += part
        if there:
            self.there = there - quantity
        if self.head > _USED_MAX and 2 * self.head > len(self.origins):
            del self.origins[: self.head], self.quantities[: self.head], self.values[: self.head]
            self.head = 0
        return cost

    def take(self, quantity: int) -> list[tuple[int, int, int]]:
        """Take the oldest goods: origin, quantity and value of each part. Raises NotThere."""
        parts = []
        while quantity:
            if not self.there:
                raise NotThere
            part, origin = min(quantity, self.there), self.origin
            parts.append((origin, part, self.issue(part)))
            quantity -= part
        return parts

    def put(self, origin: int, quantity: int, value: int) -> None:
        """A layer at its place, or part of one that is here already."""
        if not self.there or origin == self.origin:
            self.origin = origin
            self.there += quantity
            self.worth += value
            return
        if origin < self.origin:
            origin, self.origin = self.origin, origin
            quantity, self.there = self.there, quantity
            value, self.worth = self.worth, value
        at = bisect_left(self.origins, origin, self.head)
        if at < len(self.origins) and self.origins[at] == origin:
            self.quantities[at] += quantity
            self.values[at] += value
            return
        self.origins.insert(at, origin)
        self.quantities.insert(at, quantity)
        self.values.insert(at, value)

    def held(self) -> list[int]:
        """Origin, quantity and value of each layer, one behind the other; [] for none."""
        if not self.there:
            return []
        columns = (self.origins, self.quantities, self.values)
        rest = zip(*[column[self.head :] for column in columns], strict=True)
        return [self.origin, self.there, self.worth, *[one for layer in rest for one in layer]]


class Way(NamedTuple):
    """What lines of one kind do: pools by item that they take from and put into."""

    kind: int
    source: dict[int, FlatPool]
    target: dict[int, FlatPool]
    is_layered: bool


class FlatCosting:
    """The pools of a company, and what lines cost as they come."""

    def __init__(self) -> None:
        self.pools: dict[tuple[str, bool], dict[int, FlatPool]] = {}
        self.lines = self.quantity = self.value = 0

    def way(self, kind: int, source: str | None, target: str | None, *, is_layered: bool) -> Way:
        """The way of lines between two scopes of pools."""
        source_pools = self.pools.setdefault((source or "", is_layered), {})
        target_pools = self.pools.setdefault((target or "", is_layered), {})
        return Way(kind, source_pools, target_pools, is_layered)

    def costs(
        self, ways: Sequence[Way], items: Sequence[int], quantities: Sequence[int],
        values: Sequence[int],
    ) -> list[int] | None:  # fmt: skip
        """What each line costs; None where one is not plain."""
        try:
            found = self._costs(zip(ways, items, quantities, values, strict=True))
        except (LookupError, OverflowError):  # no goods, or not even a pool; very large numbers
            return None
        signs = [_SIGNS.get(way.kind, 0) for way in ways]
        self.quantity += sum(map(mul, signs, quantities))
        self.value += sum(map(mul, signs, found))
        self.lines += len(found)
        return found

    def _costs(self, lines: Iterable[tuple[Way, int, int, int]]) -> list[int]:
        costs: list[int] = []
        add = costs.append
        first = self.lines
        for (kind, sources, targets, is_layered), item, quantity, value in lines:
            if kind == _ISSUE:
                pool = sources[item]
                there = pool.there
                if quantity < there:
                    worth = pool.worth
                    cost = (2 * worth * quantity + there) // (2 * there)
                    pool.there = there - quantity
                    pool.worth = worth - cost
                else:
                    cost = pool.issue(quantity)
                add(cost)
            elif kind == _RECEIVE:
                if item not in targets:
                    targets[item] = FlatPool()
                pool = targets[item]
                at = first + len(costs)
                if is_layered and pool.there:
                    pool.origins.append(at)
                    pool.quantities.append(quantity)
                    pool.values.append(value)
                else:
                    pool.there += quantity
                    pool.worth += value
                    pool.origin = at if is_layered else -1
                add(value)
            elif kind == _MOVE:
                parts = sources[item].take(quantity)
                if item not in targets:
                    targets[item] = FlatPool()
                pool = targets[item]
                for origin, some, worth in parts:
                    pool.put(origin if is_layered else -1, some, worth)
                add(sum([part[2] for part in parts]))
            else:
                add(0)
        return costs

    def is_conserved(self) -> bool:
        """Whether the pools hold what the lines left."""
        quantity = value = 0
        for pools in self.pools.values():
            for pool in pools.values():
                held = pool.held()
                quantity += sum(held[1::3])
                value += sum(held[2::3])
        return (quantity, value) == (self.quantity, self.value)
