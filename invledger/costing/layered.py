"""Pools that keep receipts apart: every receipt is a layer; the method says which leaves first.

Layers lie in the order of the lines that brought them in, also after a move between pools: a
layer keeps its identity and its age, so a move there and back changes nothing. The residue of
rounding stays in the layer and the last unit takes it. Layers are three parallel lists with a
head index: nothing is allocated when goods leave, and ten thousand open layers stay cheap.
"""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Sequence
from typing import ClassVar

from invledger.costing.interface import Layer, Share
from invledger.costing.pool import Pool, Slice, apportion, cut_parts, merge_parts
from invledger.model import share


class LayeredPool(Pool):
    """Layers `origins[n], quantities[n], values[n]` from `head` on; origins ascend.

    A method is a subclass that says which layer leaves next.
    """

    __slots__ = ("head", "origins", "parts", "quantities", "values")

    layered: ClassVar[bool] = True

    def __init__(self, item: str, mixes: list[tuple[Share, ...]] | None = None) -> None:
        super().__init__(item, mixes)
        self.origins: list[int] = []
        self.quantities: list[int] = []
        self.values: list[int] = []
        self.parts: dict[int, tuple[Share, ...]] = {}  # provenance by origin
        self.head = 0

    def put(self, part: Slice) -> None:
        origin, quantity, value, parts = part
        self.quantity += quantity
        at = self._find(origin)
        if at < len(self.origins) and self.origins[at] == origin:
            self.quantities[at] += quantity
            self.values[at] += value
        else:
            self.origins.insert(at, origin)
            self.quantities.insert(at, quantity)
            self.values.insert(at, value)
        if parts:
            self.parts[origin] = merge_parts((*self.parts.get(origin, ()), *parts))

    def take(self, quantity: int) -> list[Slice]:
        taken = []
        while quantity:
            at = self._next_layer()
            piece = self._take_at(at, min(quantity, self.quantities[at]))
            quantity -= piece.quantity
            taken.append(piece)
        return taken

    def take_cited(
        self, wanted: Sequence[tuple[int, int]], value: int, stated: Sequence[int] = ()
    ) -> list[Slice]:
        taken = []
        for number, (origin, quantity) in enumerate(wanted):
            there = min(quantity, self.held(origin, 0))
            if there:
                worth = stated[number] if stated else None
                taken.append(self._take_at(self._home(origin), there, worth))
        return taken

    def held(self, origin: int, received: int) -> int:
        at = self._home(origin)
        return self.quantities[at] if at >= 0 else 0

    def give_up(self) -> list[Slice]:
        return [
            Slice(origin, quantity, value, self.parts.get(origin, ()))
            for origin, quantity, value in self.layers()
        ]

    def revalue(self, by: int, origin: int, amount: int) -> int:
        if origin >= 0:
            return self._revalue_at(self._home(origin), by, amount)
        spread = apportion(self.values[self.head :], amount)
        if sum(spread) != amount:  # worth nothing so far: by quantity
            spread = apportion(self.quantities[self.head :], amount)
        parts = enumerate(spread, self.head)
        return sum(self._revalue_at(at, by, part) for at, part in parts if part)

    def worth(self) -> int:
        return sum(self.values[self.head :])

    def layers(self) -> list[Layer]:
        columns = (self.origins, self.quantities, self.values)
        rows = zip(*(column[self.head :] for column in columns), strict=True)
        return [layer for layer in map(Layer._make, rows) if layer.quantity]

    def made_of(self) -> tuple[Share, ...]:
        return merge_parts(part for layer in self.parts.values() for part in layer)

    @abstractmethod
    def _next_layer(self) -> int:
        """Index of the layer that leaves next; there is one with goods."""

    def _find(self, origin: int) -> int:
        return bisect_left(self.origins, origin, lo=self.head)

    def _revalue_at(self, at: int, by: int, amount: int) -> int:
        kept = max(amount, -self.values[at])
        self.values[at] += kept
        if self.parts:
            origin = self.origins[at]
            self.parts[origin] = merge_parts((*self.parts[origin], Share(by, 0, kept)))
        return kept

    def _home(self, origin: int) -> int:
        """Index of the layer that a line's goods lie in; -1 where nothing is left of them.

        Goods from before a change of method that mixed them lie in the layer -1.
        """
        for wanted in (origin, -1) if origin < self.since else (origin,):
            at = self._find(wanted)
            if at < len(self.origins) and self.origins[at] == wanted:
                return at
        return -1

    def _take_at(self, at: int, quantity: int, stated: int | None = None) -> Slice:
        """Take of one layer, pro rata or at a stated value; the last unit takes all."""
        origin, there, worth = self.origins[at], self.quantities[at], self.values[at]
        value = share(worth, quantity, there)
        if stated is not None and quantity < there:
            value = min(stated, worth)
        self.last_value, self.last_quantity = worth, there
        self.quantity -= quantity
        self.quantities[at] = there - quantity
        self.values[at] = worth - value
        parts: tuple[Share, ...] = ()
        if origin in self.parts:
            parts, rest = cut_parts(self.parts.pop(origin), quantity, value)
            if quantity < there:
                self.parts[origin] = rest
        return Slice(origin, quantity, value, parts)
