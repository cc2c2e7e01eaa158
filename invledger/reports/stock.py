"""库存余额表: what is where, in which lot, and what it is worth (schema `invledger.stock/1`).

Quantities per item, location, lot and owner. A value belongs to a cost pool, which may span many
places: it is spread over the pool's rows by quantity, to the cent (`checks.holdings.allocate`),
so that the rows add up to the pool. Goods of others are counted and have no value. Rows of no
quantity and no value are hidden unless the query asks for them. Where goods are written down,
their allowance 存货跌价准备 and net value stand beside what they cost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from invledger.checks.holdings import Spot, holdings
from invledger.model import Cell, Column, Location, Table
from invledger.posting.sources import Derivation, Sources
from invledger.reports.figures import Figures
from invledger.reports.query import (
    Query,
    chosen_items,
    chosen_locations,
    demand_group,
    sorted_rows,
)
from invledger.reports.written_down import COLUMNS as NET_COLUMNS
from invledger.reports.written_down import allowances_on, net_cells

COLUMNS = (
    Column("item", ("Item", "存货编码")),
    Column("category", ("Category", "类别")),
    Column("name", ("Name", "名称")),
    Column("location", ("Location", "仓库")),
    Column("status", ("Status", "状态"), "term"),
    Column("lot", ("Lot", "批次")),
    Column("owner", ("Owner", "货主")),
    Column("quantity", ("Quantity", "数量"), "quantity"),
    Column("unit", ("Unit", "单位")),
    Column("value", ("Value", "金额"), "money"),
    Column("currency", ("Currency", "币种")),
)
TITLE = ("Stock", "库存余额表")


class Line(NamedTuple):
    """One row before it is printed: integers."""

    item: str  # empty where several are summed
    location: str
    site: str
    status: str
    lot: str
    owner: str
    category: str
    quantity: int | None  # None where units differ
    value: int | None  # None for goods of others
    allowance: int = 0


_NOTHING = Line("", "", "", "", "", "", "", None, None)

#: What a group keeps of a line.
_GROUPS: dict[str, Callable[[Line], Line]] = {
    "item": lambda line: _NOTHING._replace(item=line.item, category=line.category),
    "category": lambda line: _NOTHING._replace(category=line.category),
    "location": lambda line: line._replace(item="", lot="", category=""),
    "site": lambda line: _NOTHING._replace(location=line.site, site=line.site),
    "status": lambda line: _NOTHING._replace(status=line.status),
    "lot": lambda line: line._replace(location="", site="", status=""),
}


def stock(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """Stock as of the query's last date, filtered by item, category, site, location, status, lot.

    `group` is one of item, location, site, status, lot, category. Raises Refused for a filter
    that names nothing.
    """
    written_down = allowances_on(sources, derivation, query.last)
    lines = _grouped(_lines(sources, derivation, query, written_down), query.group)
    shown = [line for line in lines if query.zero or line.quantity or line.value]
    figures = Figures.of(sources)
    rows = [_row(sources, line, figures) for line in shown]
    value = sum(line.value or 0 for line in shown)
    totals: dict[str, object] = {"value": figures.money(value)}
    columns: tuple[Column, ...] = COLUMNS
    if any(line.allowance for line in shown):
        columns = (*COLUMNS[:-1], *NET_COLUMNS, COLUMNS[-1])
        totals |= net_cells(figures, value, sum(line.allowance for line in shown))
    units = {line.item for line in shown}
    if len(units) == 1 and "" not in units:
        item = sources.master.items.get(units.pop())
        totals["quantity"] = figures.quantity(sum(line.quantity or 0 for line in shown), item)
    return Table("stock", TITLE, columns, sorted_rows(rows, query.sort, columns), totals)


def _lines(
    sources: Sources, derivation: Derivation, query: Query, written_down: dict[str, int]
) -> list[Line]:
    """All spots that the filters let through, with their values, by item, location and lot."""
    items, places = chosen_items(sources, query), chosen_locations(sources, query)
    now = holdings(sources, derivation, query.last)
    values, allowances = now.values(), now.spread(written_down) if written_down else {}
    return [
        _line(
            sources, spot, places[spot.location], now.quantities[spot], values.get(spot)
        )._replace(allowance=allowances.get(spot, 0))
        for spot in sorted(now.quantities)
        if spot.location in places
        and (items is None or spot.item in items)
        and (not query.lots or spot.lot in query.lots)
    ]


def _line(sources: Sources, spot: Spot, place: Location, quantity: int, value: int | None) -> Line:
    item = sources.master.items.get(spot.item)
    worth = None if spot.owner else value or 0
    category = item.category if item is not None else ""
    return Line(*spot[:2], place.site, place.class_, *spot[2:], category, quantity, worth)


def _grouped(lines: list[Line], group: str) -> list[Line]:
    """Lines summed by group; the quantity of several items is no figure and stays away."""
    if not group:
        return lines
    demand_group(group, _GROUPS)
    members: dict[Line, list[Line]] = {}
    for line in lines:
        key = _GROUPS[group](line)._replace(
            owner=line.owner, quantity=None, value=None, allowance=0
        )
        members.setdefault(key, []).append(line)
    return [_sum(key, members[key]) for key in sorted(members, key=lambda key: key[:7])]


def _sum(key: Line, lines: list[Line]) -> Line:
    quantity = value = None
    if len({line.item for line in lines}) == 1:
        key = key._replace(item=lines[0].item)
        quantity = sum(line.quantity or 0 for line in lines)
    if not key.owner:
        value = sum(line.value or 0 for line in lines)
    allowance = sum(line.allowance for line in lines)
    return key._replace(quantity=quantity, value=value, allowance=allowance)


def _row(sources: Sources, line: Line, figures: Figures) -> dict[str, Cell]:
    item = sources.master.items.get(line.item)
    category = None if item is not None else sources.company.categories.get(line.category)
    return {
        "item": line.item,
        "name": item.name if item is not None else category.title if category else "",
        "name_en": item.name_en if item is not None else category.title_en if category else "",
        "location": line.location,
        "status": line.status,
        "lot": line.lot,
        "owner": line.owner,
        "category": line.category,
        "quantity": None if line.quantity is None else figures.quantity(line.quantity, item),
        "unit": item.unit if item is not None else "",
        "value": None if line.value is None else figures.money(line.value),
        "currency": sources.company.currency if line.value is not None else "",
        **net_cells(figures, line.value, line.allowance),
    }
