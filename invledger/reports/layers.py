"""Cost layers 成本层: what is left of each receipt, pool by pool (schema `invledger.cost/1`).

Under FIFO one row a layer, oldest first, with the receipt that brought it in; under an average
one row a pool. `age` is whole days from the receipt to the query's last date (or to the last
movement). Goods issued before they arrived are layers below zero.
"""

from __future__ import annotations

from datetime import date

from invledger.checks.holdings import costed_until
from invledger.costing.interface import Layer, PoolState
from invledger.model import Cell, Column, Table
from invledger.posting.sources import Derivation, Sources
from invledger.reports.figures import Figures
from invledger.reports.query import LAST, Query, chosen_items, sorted_rows

COLUMNS = (
    Column("pool", ("Pool", "成本池")),
    Column("item", ("Item", "存货编码")),
    Column("receipt", ("Receipt", "入库单行")),
    Column("date", ("Date", "入库日期"), "date"),
    Column("quantity", ("Quantity", "数量"), "quantity"),
    Column("unit", ("Unit", "单位")),
    Column("unit_cost", ("Unit cost", "单位成本"), "price"),
    Column("value", ("Value", "金额"), "money"),
    Column("age", ("Days", "库龄(天)"), "number"),
)
TITLE = ("Cost layers", "成本层")


def cost_layers(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """Layers as of the query's last date, filtered by item, category and lot of the receipt."""
    items = chosen_items(sources, query)
    costed, count = costed_until(sources, derivation, query.last)
    figures = Figures.of(sources)
    today = query.last
    if today == LAST:
        today = sources.table.date[count - 1] if count else ""
    rows: list[dict[str, Cell]] = []
    total = 0
    for key in sorted(costed.pools):
        pool = costed.pools[key]
        if items is not None and pool.item not in items:
            continue
        for layer in pool.layers:
            lot = sources.table.lot[layer.origin] if layer.origin >= 0 else ""
            if (query.lots and lot not in query.lots) or not (layer.quantity or layer.value):
                continue
            rows.append(_row(sources, (key, pool, layer), today, figures))
            total += layer.value
    totals: dict[str, object] = {"value": figures.money(total)}
    return Table("cost", TITLE, COLUMNS, sorted_rows(rows, query.sort, COLUMNS), totals)


def _row(
    sources: Sources, found: tuple[str, PoolState, Layer], today: str, figures: Figures
) -> dict[str, Cell]:
    key, pool, layer = found
    item, table = sources.master.items.get(pool.item), sources.table
    row = table.row(layer.origin) if layer.origin >= 0 else None
    return {
        "pool": key,
        "item": pool.item,
        "name": item.name if item is not None else "",
        "name_en": item.name_en if item is not None else "",
        "receipt": row.citation if row is not None else "",
        "date": row.date if row is not None else "",
        "lot": row.lot if row is not None else "",
        "quantity": figures.quantity(layer.quantity, item),
        "unit": item.unit if item is not None else "",
        "unit_cost": figures.unit_cost(layer.value, layer.quantity, item),
        "value": figures.money(layer.value),
        "currency": sources.company.currency,
        "age": days_between(row.date, today) if row is not None else None,
    }


def days_between(start: str, end: str) -> int | None:
    """Whole days from one date to another; None where the end is no day (a period's 31st)."""
    try:
        return (date.fromisoformat(real_day(end)) - date.fromisoformat(start)).days
    except ValueError:
        return None


def real_day(day: str) -> str:
    """The last real day of a month for the 31st that stands for it; others as they are."""
    for last in ("31", "30", "29", "28"):
        text = day[:8] + last if day.endswith("31") else day
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            continue
    return day
