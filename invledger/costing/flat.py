"""Flat costing: receipts, issues and moves of FIFO and moving average, pools by number.

The same figures as `Pool` gives, line by line, with nothing made for a line; whatever is more than
plain (goods that are not there above all) gives None, and the kernel proper does the work.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import chain

from invledger.costing.interface import Kind

_RECEIVE, _ISSUE, _MOVE = int(Kind.RECEIVE), int(Kind.ISSUE), int(Kind.MOVE)


class NotThere(LookupError):
    """More goods leave than are there."""


#: Origin, quantity and value.
Layer = tuple[int, int, int]
_NOTHING: Layer = (-1, 0, 0)


class FlatPool:
    """Goods of one pool: the oldest layer apart, the others behind it.

    A layer is its origin, quantity and value. An average is one layer, into which all goods go.
    """

    __slots__ = ("layers", "origin", "there", "worth")

    def __init__(self) -> None:
        self.there = self.worth = 0  # quantity and value of the oldest layer
        self.origin = -1
        self.layers: deque[Layer] = deque()

    def issue(self, quantity: int) -> int:
        """Take the oldest goods; what they cost. Raises NotThere."""
        there, worth, cost, layers = self.there, self.worth, 0, self.layers
        while 0 < there <= quantity:
            cost += worth
            quantity -= there
            self.origin, there, worth = layers.popleft() if layers else _NOTHING
        if quantity:
            if not there:
                raise NotThere
            part = (2 * worth * quantity + there) // (2 * there)
            worth -= part
            cost += part
            there -= quantity
        self.there, self.worth = there, worth
        return cost

    def take(self, quantity: int) -> list[Layer]:
        """Take the oldest goods, layer by layer or part of one. Raises NotThere."""
        origin, there, worth, layers = self.origin, self.there, self.worth, self.layers
        parts = []
        while 0 < there <= quantity:
            parts.append((origin, there, worth))
            quantity -= there
            origin, there, worth = layers.popleft() if layers else _NOTHING
        if quantity:
            if not there:
                raise NotThere
            part = (2 * worth * quantity + there) // (2 * there)
            parts.append((origin, quantity, part))
            worth -= part
            there -= quantity
        self.origin, self.there, self.worth = origin, there, worth
        return parts

    def put(self, parts: Iterable[Layer]) -> None:
        """Layers, the oldest first, at their places, or parts of some that are here already."""
        layers, at = self.layers, 0
        for part in parts:
            origin, quantity, value = part
            if not self.there or origin == self.origin:
                self.origin = origin
                self.there += quantity
                self.worth += value
            elif origin < self.origin:
                layers.appendleft((self.origin, self.there, self.worth))
                self.origin, self.there, self.worth = part
            else:
                at = bisect_left(layers, (origin,), at)
                if at < len(layers) and layers[at][0] == origin:
                    _, some, worth = layers[at]
                    layers[at] = (origin, some + quantity, worth + value)
                else:
                    layers.insert(at, part)

    def held(self) -> list[int]:
        """Origin, quantity and value of each layer, one behind the other; [] for none."""
        if not self.there:
            return []
        return [self.origin, self.there, self.worth, *chain.from_iterable(self.layers)]


#: What lines of one kind do: the kind, pools by item that they take from and put into, whether
#: these have layers. No named tuple, since Python takes a plain one apart more quickly.
Way = tuple[int, dict[int, FlatPool], dict[int, FlatPool], bool]


class FlatCosting:
    """The pools of a company, and what lines cost as they come."""

    def __init__(self) -> None:
        self.pools: dict[tuple[str, bool], dict[int, FlatPool]] = {}
        self.lines = self.quantity = self.value = 0  # what has come, less what has left

    def way(self, kind: int, source: str | None, target: str | None, *, is_layered: bool) -> Way:
        """The way of lines between two scopes of pools."""
        source_pools = self.pools.setdefault((source or "", is_layered), {})
        target_pools = self.pools.setdefault((target or "", is_layered), {})
        return kind, source_pools, target_pools, is_layered

    def costs(
        self, ways: Iterable[Way], items: Sequence[int], quantities: Sequence[int],
        values: Sequence[int],
    ) -> list[int] | None:  # fmt: skip
        """What each line costs; None where one is not plain."""
        try:
            return self._costs(zip(ways, items, quantities, values, strict=True))
        except LookupError:  # no goods, or not even a pool
            return None

    def _costs(self, lines: Iterable[tuple[Way, int, int, int]]) -> list[int]:
        costs: list[int] = []
        add = costs.append
        first, held, worth_held = self.lines, 0, 0
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
                held -= quantity
                worth_held -= cost
            elif kind == _RECEIVE:
                if item in targets:
                    pool = targets[item]
                else:
                    pool = targets[item] = FlatPool()
                if is_layered and pool.there:
                    pool.layers.append((first + len(costs), quantity, value))
                else:
                    pool.there += quantity
                    pool.worth += value
                    pool.origin = first + len(costs) if is_layered else -1
                add(value)
                held += quantity
                worth_held += value
            elif kind == _MOVE:
                parts = sources[item].take(quantity)
                cost = sum([worth for _, _, worth in parts])
                if item not in targets:
                    targets[item] = FlatPool()
                targets[item].put(parts if is_layered else [(-1, quantity, cost)])
                add(cost)
            else:
                add(0)
        self.lines += len(costs)
        self.quantity += held
        self.value += worth_held
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
