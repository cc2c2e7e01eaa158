"""What compiled costing keeps: pools, layers, and the table that finds a pool by its key.

All of it lies in flat memory that grows when `compiled.cost_lines` asks for more.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import Any

from invledger.ledger.flat import Room, address_of, ints

Call = Callable[..., int]  # a compiled function

#: The entries of `costing`, and how many numbers each takes.
ENTRIES = {"place_pools": 1, "cost_lines": 6, "is_conserved": 1}

#: Why `cost_lines` stopped.
DONE, MORE_POOLS, MORE_LAYERS, NOT_PLAIN = range(4)
#: Fields of the record that is handed over: arrays, and how much of each there is and is used.
(
    POOLS, POOLS_MAX, POOLS_USED, LAYERS, LAYERS_MAX, LAYERS_USED, SLOTS, SLOTS_MAX, STOPPED,
) = range(9)  # fmt: skip
STATE_SIZE = 9
#: Columns of a pool. A layer has three: origin, quantity, value.
(
    POOL_KEY, POOL_START, POOL_HEAD, POOL_END, POOL_CAP, POOL_QUANTITY, POOL_VALUE,
) = range(7)  # fmt: skip
POOL_COLUMNS, LAYER_COLUMNS = 8, 3  # a pool fills a line of the cache
FIFO, AVERAGE = 0, 1


class State:
    """Nothing on hand at first. `code` has the compiled functions by name."""

    def __init__(self, code: Any, pools: int = 1 << 10, layers: int = 1 << 16) -> None:
        self.code = code
        self.record = ints(STATE_SIZE)
        self.address = address_of(self.record)
        self._pools, self._layers = Room(0), Room(0)
        self._slots: array[int] = ints(0)
        self._grow_pools(pools)
        self._grow_layers(layers)

    def grow(self, status: int) -> None:
        """Twice the room of what ran out."""
        if status == MORE_LAYERS:
            self._grow_layers(2 * self.record[LAYERS_MAX])
        else:
            self._grow_pools(2 * self.record[POOLS_MAX])

    def _grow_pools(self, count: int) -> None:
        self._pools = self._copied(self._pools, 8 * POOL_COLUMNS * count)
        self._slots = ints([-1]) * (4 * count)
        held = self.record
        held[POOLS], held[POOLS_MAX] = self._pools.address, count
        held[SLOTS], held[SLOTS_MAX] = address_of(self._slots), len(self._slots)
        self.code.place_pools(self.address)

    def _grow_layers(self, count: int) -> None:
        self._layers = self._copied(self._layers, 8 * LAYER_COLUMNS * count)
        self.record[LAYERS], self.record[LAYERS_MAX] = self._layers.address, count

    @staticmethod
    def _copied(old: Room, size: int) -> Room:
        made = Room(size)
        made.bytes[: old.size] = old.bytes[: old.size]
        return made

    def is_conserved(self) -> bool:
        """Whether the layers of FIFO pools hold what the lines left: in quantity and in value."""
        return bool(self.code.is_conserved(self.address))

    def held(self) -> Iterator[tuple[int, int, int, list[int]]]:
        """Each pool's key, quantity, value, and layers as origin, quantity, value, origin …"""
        pools, layers = self._pools.ints, self._layers.ints
        for number in range(self.record[POOLS_USED]):
            pool = pools[POOL_COLUMNS * number : POOL_COLUMNS * (number + 1)]
            head, end = pool[POOL_HEAD], pool[POOL_END]
            lying = layers[LAYER_COLUMNS * head : LAYER_COLUMNS * end].tolist()
            yield pool[POOL_KEY], pool[POOL_QUANTITY], pool[POOL_VALUE], lying
