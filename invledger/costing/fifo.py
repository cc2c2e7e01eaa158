"""FIFO 先进先出法: the oldest layer leaves first (CO-02)."""

from __future__ import annotations

from invledger.costing.layered import LayeredPool

#: Used-up layers before the head are dropped when there are more than this many of them.
USED_MAX = 1024


class FifoPool(LayeredPool):
    """The layer at the head is the oldest."""

    __slots__ = ()

    def drop_used(self, head: int) -> None:
        """Forget the layers before `head`, which are used up."""
        del self.origins[:head]
        del self.quantities[:head]
        del self.values[:head]
        self.head = 0

    def _next_layer(self) -> int:
        while not self.quantities[self.head]:
            self.head += 1
        if self.head > USED_MAX and 2 * self.head > len(self.origins):
            self.drop_used(self.head)
        return self.head
