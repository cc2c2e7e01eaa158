"""Moving average 移动加权平均法: one value for all that is in the pool.

An issue takes value x quantity / quantity on hand, rounded once; the residue stays, and the issue
that empties the pool takes all that is left. The average itself is never stored, so never rounded.
"""

from __future__ import annotations

from collections.abc import Sequence

from invledger.costing.interface import Layer, Share
from invledger.costing.pool import Pool, Slice, cut_parts, merge_parts
from invledger.model import share

#: Receipts that an average names one by one; more of them are numbered as a mix.
PARTS_MAX = 16


class AveragePool(Pool):
    """Quantity and value of everything in the pool."""

    __slots__ = ("parts", "value")

    def __init__(self, item: str, mixes: list[tuple[Share, ...]] | None = None) -> None:
        super().__init__(item, mixes)
        self.value = 0
        self.parts: tuple[Share, ...] = ()  # provenance: who brought in what is here

    def put(self, part: Slice) -> None:
        self.quantity += part.quantity
        self.value += part.value
        if part.parts:
            self._mix(part.parts)

    def take(self, quantity: int) -> list[Slice]:
        return [self._take(quantity, share(self.value, quantity, self.quantity))]

    def take_cited(
        self, wanted: Sequence[tuple[int, int]], value: int, stated: Sequence[int] = ()
    ) -> list[Slice]:
        asked = sum(quantity for _, quantity in wanted)
        quantity = min(asked, self.quantity)
        if not quantity:
            return []
        if quantity == self.quantity:
            return self.take(quantity)
        return [self._take(quantity, min(value, self.value))]

    def held(self, origin: int, received: int) -> int:
        return min(self.quantity, received)

    def counts_in(self, line: int, origin: int) -> bool:
        return True

    def revalue(self, by: int, origin: int, amount: int) -> int:
        kept = max(amount, -self.value)
        self.value += kept
        if self.made_of():
            self._mix((Share(by, 0, kept),))
        return kept

    def worth(self) -> int:
        return self.value

    def layers(self) -> list[Layer]:
        return [Layer(-1, self.quantity, self.value)] if self.quantity else []

    def made_of(self) -> tuple[Share, ...]:
        return self.parts

    def _mix(self, parts: tuple[Share, ...]) -> None:
        """Add to what the average is made of; when that grows long it gets a number instead.

        So a pool that is never empty does not carry a thousand receipts through every issue.
        """
        self.parts = merge_parts((*self.parts, *parts))
        if len(self.parts) > PARTS_MAX:
            self.mixes.append(self.parts)
            self.parts = (Share(-1 - len(self.mixes), self.quantity, self.value),)

    def _take(self, quantity: int, value: int) -> Slice:
        """Take out at a given value; a slice of an average has no layer of its own."""
        if quantity == self.quantity:
            self.last_value, self.last_quantity = self.value, self.quantity
        self.quantity -= quantity
        self.value -= value
        parts: tuple[Share, ...] = ()
        if self.parts:
            parts, self.parts = cut_parts(self.parts, quantity, value)
        return Slice(-1, quantity, value, parts)
