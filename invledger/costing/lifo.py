"""LIFO 后进先出法, perpetual: the newest layer leaves first (CO-04).

For management only: CAS 1 (2006) and IAS 2 do not allow it. A layer that came from another pool
is as old as the line that first brought it in.
"""

from __future__ import annotations

from invledger.costing.layered import LayeredPool


class LifoPool(LayeredPool):
    """The last layer is the newest; used-up layers at the end are dropped."""

    __slots__ = ()

    def _next_layer(self) -> int:
        while not self.quantities[-1]:
            self.drop_last()
        return len(self.quantities) - 1

    def drop_last(self) -> None:
        """Forget the newest layer, which is used up."""
        self.origins.pop()
        self.quantities.pop()
        self.values.pop()
