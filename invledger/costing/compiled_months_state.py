"""What compiled costing of months keeps: pools, kinds of rows, what leaves until a month ends.

All of it lies in flat memory that grows when `compiled_months.cost_month` asks for more.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from invledger.ledger.flat import Room, address_of, ints

#: The entries, and how many numbers each takes.
ENTRIES = {
    "place_all": 1, "open_pool": 4, "cost_month": 8, "close_month": 1, "begin_month": 1
}  # fmt: skip

#: The record that is handed over: where costing stopped, then three tables: of each its address,
#: room and rows used, and the slots that find a row by its key: address and number (outs: none).
STOPPED = 0
POOLS, KINDS, OUTS = 0, 5, 10
ADDRESS, MAX, USED, SLOTS, SLOTS_MAX = range(1, 6)
STATE_SIZE = 16
#: Columns of a pool: its key, what is in it with all of the month, what is there at this moment;
#: of what leaves in the month the last one (and one more: none is 0), quantity, and costs.
(
    POOL_KEY, POOL_QUANTITY, POOL_VALUE, POOL_THERE, POOL_LAST, POOL_OUT, POOL_COSTED,
) = range(7)  # fmt: skip
#: Columns of a kind of rows: stencil and item as key, its first line, sums, lines without a cost.
KIND_KEY, KIND_FIRST, KIND_QUANTITY, KIND_COST, KIND_ZEROS = range(5)
#: Columns of what leaves: pool, kind, quantity, cost, the one before it from the same pool.
OUT_POOL, OUT_KIND, OUT_QUANTITY, OUT_COST, OUT_BEFORE = range(5)
COLUMNS = 8  # of each: a row fills a line of the cache
#: Why `cost_month` stopped: all is done, or one of the tables is full, or not plain.
DONE, NOT_PLAIN = -1, -2


class MonthState:
    """Nothing on hand at first. `code` has the compiled functions by name."""

    def __init__(
        self, code: Any, pools: int = 1 << 10, kinds: int = 1 << 12, outs: int = 1 << 14
    ) -> None:
        self.code = code
        self.record = ints(STATE_SIZE)
        self.address = address_of(self.record)
        self._rooms = {table: Room(0) for table in (POOLS, KINDS, OUTS)}
        self._slots: dict[int, array[int]] = {}
        for table, rows in ((POOLS, pools), (KINDS, kinds), (OUTS, outs)):
            self._make_room(table, rows)
        code.place_all(self.address)

    def grow(self, table: int) -> None:
        """Twice the room of what ran out."""
        self._make_room(table, 2 * self.record[table + MAX])
        self.code.place_all(self.address)

    def _make_room(self, table: int, rows: int) -> None:
        old = self._rooms[table]
        made = self._rooms[table] = Room(8 * COLUMNS * rows)
        made.bytes[: old.size] = old.bytes[: old.size]
        self.record[table + ADDRESS], self.record[table + MAX] = made.address, rows
        if table != OUTS:
            slots = self._slots[table] = ints(4 * rows)
            self.record[table + SLOTS] = address_of(slots)
            self.record[table + SLOTS_MAX] = len(slots)

    def columns(self, table: int, *columns: int) -> list[Sequence[int]]:
        """Some columns of a table, all rows."""
        end = COLUMNS * self.record[table + USED]
        rows = self._rooms[table].ints[:end]
        return [rows[column::COLUMNS].tolist() for column in columns]
