"""The part of the books that one line can depend on: its item, and what orders tie to it.

Pools are one item's, and only cost objects carry value from item to item, or one line that puts
value onto receipts of several items. So a line explains itself from the lines of connected items
alone, which is what keeps `explain` quick on big books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from invledger.costing.interface import CostLine, Kind

NOTHING = CostLine(Kind.SKIP, "", 0, "", "", None, -1, "")


Citations = Mapping[int, Sequence[tuple[int, int]]]
_NONE: Citations = MappingProxyType({})


def focus(
    lines: Sequence[CostLine], *indices: int, citations: Citations = _NONE
) -> list[CostLine]:
    """The same lines, at the same places, with all that cannot touch `indices` left out.

    `citations` as in `Setting`.
    """
    items, orders = connected(lines, indices, citations)
    return [
        line
        if line.item in items
        or (line.order and line.order in orders)
        or (not line.item and _cited_items(lines, at, citations) & items)
        else NOTHING
        for at, line in enumerate(lines)
    ]


def connected(
    lines: Sequence[CostLine], indices: Sequence[int], citations: Citations = _NONE
) -> tuple[set[str], set[str]]:
    """Items and orders that value can flow between, from the items or orders of lines."""
    tied_to: dict[str, set[str]] = defaultdict(set)
    for at in citations:
        tied = _cited_items(lines, at, citations)
        for item in tied:
            tied_to[item] |= tied
    orders_of: dict[str, set[str]] = defaultdict(set)
    items_of: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line.order:
            items_of[line.order].add(line.item)
            orders_of[line.item].add(line.order)
    items, orders = set[str](), set[str]()
    open_items, open_orders = set[str](), set[str]()
    for index in indices:
        line = lines[index]
        open_items |= {line.item} - {""} or _cited_items(lines, index, citations)
        open_orders |= {line.order} - {""}
    while open_items or open_orders:
        items |= open_items
        open_orders |= {order for item in open_items for order in orders_of[item]}
        open_orders -= orders
        orders |= open_orders
        tied = {item for one in open_items for item in tied_to[one]}
        made = {item for order in open_orders for item in items_of[order]}
        open_items = (tied | made) - items - {""}
        open_orders = set()
    return items, orders


def _cited_items(lines: Sequence[CostLine], at: int, citations: Citations) -> set[str]:
    """The items of a line's citations, and its own."""
    line = lines[at]
    cited = [line.cites, *(other for other, _ in citations.get(at, ()))]
    return {line.item, *(lines[n].item for n in cited if 0 <= n < len(lines))} - {""}
