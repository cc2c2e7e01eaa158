"""The part of the books that one line can depend on: its item, and what orders tie to it.

Pools are one item's, and only cost objects carry value from item to item. So a line explains
itself from the lines of connected items alone, which is what keeps `explain` quick on big books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from invledger.costing.interface import CostLine, Kind

NOTHING = CostLine(Kind.SKIP, "", 0, "", "", None, -1, "")


def focus(lines: Sequence[CostLine], *indices: int) -> list[CostLine]:
    """The same lines, at the same places, with all that cannot touch `indices` left out."""
    items, orders = connected(lines, indices)
    return [
        line
        if line.item in items
        or (line.order and line.order in orders)
        or _cites(lines, line, items)
        else NOTHING
        for line in lines
    ]


def connected(lines: Sequence[CostLine], indices: Sequence[int]) -> tuple[set[str], set[str]]:
    """Items and orders that value can flow between, from the items or orders of lines."""
    orders_of: dict[str, set[str]] = defaultdict(set)
    items_of: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line.order:
            items_of[line.order].add(line.item)
            orders_of[line.item].add(line.order)
    items, orders = set[str](), set[str]()
    open_items, open_orders = set[str](), set[str]()
    for start in (lines[index] for index in indices):
        named = lines[start.cites] if not start.item and start.cites >= 0 else start
        open_items |= {named.item} - {""}
        open_orders |= {named.order} - {""}
    while open_items or open_orders:
        items |= open_items
        open_orders |= {order for item in open_items for order in orders_of[item]}
        open_orders -= orders
        orders |= open_orders
        open_items = {item for order in open_orders for item in items_of[order]} - items - {""}
        open_orders = set()
    return items, orders


def _cites(lines: Sequence[CostLine], line: CostLine, items: set[str]) -> bool:
    """Late value that names a receipt and no item of its own."""
    return not line.item and line.cites >= 0 and lines[line.cites].item in items
