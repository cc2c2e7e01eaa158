"""出入库流水账: movements line by line (schema `invledger.movements/1`), and their statistics.

In total order, with the voucher that each made. `cost` is the value that the kernel moved, empty
for documents and goods of others. `group` (type, item, party, month, reason) sums instead.
"""

from __future__ import annotations

from invledger.costing.interface import Kind
from invledger.model import Cell, Column, Row, Table, format_price
from invledger.posting.sources import Derivation, Sources
from invledger.reports.figures import Figures
from invledger.reports.numbering import VoucherNames
from invledger.reports.query import (
    Query,
    chosen_items,
    chosen_locations,
    demand_group,
    demand_known,
    sorted_rows,
)

COLUMNS = (
    Column("date", ("Date", "日期"), "date"),
    Column("id", ("Document", "单据号")),
    Column("line", ("Line", "行"), "number"),
    Column("type", ("Type", "出入库类型"), "term"),
    Column("party", ("Party", "往来单位")),
    Column("item", ("Item", "存货编码")),
    Column("quantity", ("Quantity", "数量"), "quantity"),
    Column("source", ("From", "自")),
    Column("target", ("To", "至")),
    Column("price", ("Price", "单价"), "price"),
    Column("cost", ("Cost", "成本"), "money"),
    Column("voucher", ("Voucher", "凭证字号")),
)
STATISTICS = (
    Column("group", ("Group", "分组")),
    Column("count", ("Lines", "行数"), "number"),
    Column("quantity", ("Quantity", "数量"), "quantity"),
    Column("cost", ("Cost", "成本"), "money"),
)
TITLE = ("Movements", "出入库流水账")
TITLE_STATISTICS = ("Movement statistics", "出入库统计")
GROUPS = ("type", "item", "party", "month", "reason")


def movements(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """Movements of the query's span, by item, category, place, lot, party and type."""
    chosen = _chosen(sources, query)
    figures = Figures.of(sources)
    costs = {i: _cost(derivation, i) for i, _ in chosen}
    total = figures.money(sum(cost or 0 for cost in costs.values()))
    totals: dict[str, object] = {"count": len(chosen), "cost": total}
    if query.group:
        demand_group(query.group, GROUPS)
        rows = _statistics(sources, chosen, costs, query)
        rows = sorted_rows(rows, query.sort, STATISTICS)
        return Table("movements", TITLE_STATISTICS, STATISTICS, rows, totals)
    names = VoucherNames.of(sources)
    rows = [_row(sources, row, costs[i], names) for i, row in chosen]
    return Table("movements", TITLE, COLUMNS, sorted_rows(rows, query.sort, COLUMNS), totals)


def _chosen(sources: Sources, query: Query) -> list[tuple[int, Row]]:
    demand_known(sources, query)
    items, first, last = chosen_items(sources, query), query.first, query.last
    narrows = query.sites or query.locations or query.statuses
    places = chosen_locations(sources, query) if narrows else None
    return [
        (index, row)
        for index, row in enumerate(sources.table.rows())
        if first <= row.date <= last
        and (items is None or row.item in items)
        and (places is None or row.source in places or row.target in places)
        and (not query.lots or row.lot in query.lots)
        and (not query.parties or row.party in query.parties)
        and (not query.types or row.type in query.types)
    ]


def _cost(derivation: Derivation, index: int) -> int | None:
    if derivation.valued.lines[index].kind == Kind.SKIP:
        return None
    return derivation.costed.costs[index]


def _row(sources: Sources, row: Row, cost: int | None, names: VoucherNames) -> dict[str, Cell]:
    figures, item = Figures.of(sources), sources.master.items.get(row.item)
    return {
        "date": row.date,
        "id": row.id,
        "line": row.line,
        "type": row.type,
        "party": row.party,
        "item": row.item,
        "lot": row.lot,
        "quantity": figures.quantity(row.quantity, item) if row.quantity else "",
        "unit": item.unit if item is not None else "",
        "source": row.source,
        "target": row.target,
        "price": format_price(row.price) if row.price is not None else "",
        "amount": figures.money(row.amount) if row.amount is not None else "",
        "cost": None if cost is None else figures.money(cost),
        "reason": row.reason,
        "order": row.order,
        "ref": row.ref,
        "owner": row.owner,
        "summary": row.narration,
        "voucher": names.of_movement(row.id),
        "path": row.path,
        "lineno": row.lineno,
    }


def _statistics(
    sources: Sources,
    chosen: list[tuple[int, Row]],
    costs: dict[int, int | None],
    query: Query,
) -> list[dict[str, Cell]]:
    """Lines, quantity (where one item) and cost by group."""
    figures = Figures.of(sources)
    members: dict[str, list[tuple[int, Row]]] = {}
    for index, row in chosen:
        name = row.date[:7] if query.group == "month" else str(getattr(row, query.group))
        members.setdefault(name, []).append((index, row))
    rows: list[dict[str, Cell]] = []
    for name in sorted(members):
        items = {row.item for _, row in members[name]}
        item = sources.master.items.get(next(iter(items))) if len(items) == 1 else None
        quantity = sum(row.quantity for _, row in members[name])
        rows.append(
            {
                "group": name,
                "count": len(members[name]),
                "quantity": figures.quantity(quantity, item) if item is not None else None,
                "cost": figures.money(sum(costs[index] or 0 for index, _ in members[name])),
            }
        )
    return rows
