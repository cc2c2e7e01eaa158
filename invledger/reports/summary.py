"""收发存汇总表: opening, receipts, issues and closing per item (schema `invledger.summary/1`).

Receipts by kind: purchase, production, transfer, count overage, other; issues: sale, production,
transfer, count shortage, scrap, other. Returns reduce the side that they return (red). Value
without goods (landed cost, invoice differences) has a column of its own 金额调整, so that in every
row opening + receipts + adjusted - issues = closing. Movements that set the books up are opening
balance. `group` is empty (the company), `category`, `site` or `location`; each group ends with a
subtotal. Where nothing of a kind happened its cells are empty.

`totals.ledger_value` is what the inventory accounts of the money ledger say on the last day,
`totals.adjusted_later` what adjusting vouchers of later periods add to that, and
`totals.difference` what the printed closing value differs from both; only where no filter narrows
the view to a part of the company and every row has a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from invledger.checks.stock_gl import comparisons
from invledger.model import Cell, Column, Item, Table, Title
from invledger.posting.sources import Derivation, Sources
from invledger.reports.figures import NO_VALUE, Figures, Side
from invledger.reports.flow import ADJUST, flows
from invledger.reports.query import Query, demand_group, sorted_rows

TITLE = ("Receipts, issues and balance", "收发存汇总表")
_FLOWS: dict[str, Title] = {
    "receipt_purchase": ("Purchased", "采购入库"),
    "receipt_production": ("Produced", "生产入库"),
    "receipt_transfer": ("Transferred in", "调入"),
    "receipt_count": ("Count overage", "盘盈"),
    "receipt_other": ("Other receipts", "其他入库"),
    "receipts": ("Receipts", "本期收入"),
    ADJUST: ("Adjusted", "金额调整"),
    "issue_sale": ("Sold", "销售出库"),
    "issue_production": ("Issued to production", "生产领用"),
    "issue_transfer": ("Transferred out", "调出"),
    "issue_count": ("Count shortage", "盘亏"),
    "issue_scrap": ("Scrapped", "报废"),
    "issue_other": ("Other issues", "其他出库"),
    "issues": ("Issues", "本期发出"),
}
SIDES = ("opening", *_FLOWS, "closing")
ALWAYS = frozenset({"opening", "receipts", "issues", "closing"})
GROUPS = {"": "company", "category": "company", "site": "site", "location": "location"}


@dataclass(slots=True)
class _Line:
    """One row: an item at a place, every side as quantity and value."""

    kind: str  # item, subtotal
    item: Item | None
    code: str
    group: str
    sides: dict[str, Side] = field(default_factory=lambda: {name: Side() for name in SIDES})

    def close(self) -> None:
        """Sum the kinds of receipts and of issues, and what is left."""
        sides = self.sides
        for name in _FLOWS:
            whole = {"receipt": "receipts", "issue": "issues"}.get(name.partition("_")[0])
            if whole is not None:
                sides[whole].add(sides[name].quantity, sides[name].value)
        for name, sign in (("opening", 1), ("receipts", 1), (ADJUST, 1), ("issues", -1)):
            value = sides[name].value
            sides["closing"].add(
                sign * sides[name].quantity, None if value is None else sign * value
            )

    def has_anything(self) -> bool:
        return any(side.is_used() for side in self.sides.values())


def summary(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """The summary of the query's span; raises Refused for an unknown group or filter."""
    demand_group(query.group, GROUPS)
    lines = [
        line
        for line in _collected(sources, derivation, query).values()
        if query.zero or line.has_anything()
    ]
    figures = Figures.of(sources)
    rows = [_row(line, figures) for line in lines]
    rows = sorted_rows(rows, query.sort, _columns(query.group))
    if query.group and not query.sort:
        rows = _with_subtotals(lines, figures)
    if query.group == "category":
        rows = [{**row, **_titles(sources, str(row["group"]))} for row in rows]
    totals: dict[str, object] = {
        f"{name}_value": figures.money(sum(line.sides[name].value or 0 for line in lines))
        for name in SIDES
        if _has_sum(lines, name)
    }
    is_whole = replace(query, group="", sort="") == _span_of(query)
    if is_whole and GROUPS[query.group] == "company" and _has_sum(lines, "closing"):
        closing = sum(line.sides["closing"].value or 0 for line in lines)
        totals |= _ledger_tie(sources, derivation, query, closing)
    unvalued = any(side.value is None for line in lines for side in line.sides.values())
    notes = (NO_VALUE,) if unvalued else ()
    return Table("summary", TITLE, _columns(query.group), rows, totals, notes=notes)


def _titles(sources: Sources, name: str) -> dict[str, Cell]:
    """What a category is called."""
    found = sources.company.categories.get(name)
    return {"group_zh": found.title, "group_en": found.title_en} if found is not None else {}


def _has_sum(lines: Sequence[_Line], name: str) -> bool:
    """Whether the values of a side are known for every row, and there are any."""
    sides = [line.sides[name] for line in lines]
    is_shown = name in ALWAYS or any(side.is_used() for side in sides)
    return is_shown and all(side.value is not None for side in sides)


def _span_of(query: Query) -> Query:
    """The same span without any filter."""
    return Query(
        as_of=query.as_of,
        period=query.period,
        since=query.since,
        until=query.until,
        zero=query.zero,
    )


def _collected(
    sources: Sources, derivation: Derivation, query: Query
) -> dict[tuple[str, str], _Line]:
    """Lines by group and item, from the flows up to the last date."""
    items, first = sources.master.items, query.first
    grain, by_category, dates = GROUPS[query.group], query.group == "category", sources.table.date
    lines: dict[tuple[str, str], _Line] = {}
    for row, code, group, receipt, issue, quantity, value, change in flows(
        sources, derivation, query, grain
    ):
        line = lines.get((group, code))
        if line is None:
            item = items.get(code)
            shown = (item.category if item is not None else "") if by_category else group
            line = lines[group, code] = _Line("item", item, code, shown)
        if receipt == "opening" or (change or dates[row]) < first:
            sign = 1 if receipt else -1
            line.sides["opening"].add(sign * quantity, None if value is None else sign * value)
        else:
            name = f"receipt_{receipt}" if receipt else f"issue_{issue}"
            name = ADJUST if receipt == ADJUST else name
            line.sides[name].add(quantity, value)
    for line in lines.values():
        line.close()
    return {key: lines[key] for key in sorted(lines, key=lambda key: (lines[key].group, *key))}


def _with_subtotals(lines: Sequence[_Line], figures: Figures) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for group in dict.fromkeys(line.group for line in lines):
        members = [line for line in lines if line.group == group]
        rows += [_row(line, figures) for line in members]
        rows.append(_row(_subtotal(group, members), figures))
    return rows


def _subtotal(group: str, members: Iterable[_Line]) -> _Line:
    """The values of a group; quantities of several items are no figure."""
    sums = _Line("subtotal", None, "", group)
    for line in members:
        for name, side in line.sides.items():
            sums.sides[name].add(0, side.value)
    return sums


def _row(line: _Line, figures: Figures) -> dict[str, Cell]:
    item, is_item = line.item, line.kind == "item"
    row: dict[str, Cell] = {
        "kind": line.kind,
        "group": line.group,
        "item": line.code,
        "name": item.name if item is not None else "" if is_item else "subtotal",
        "name_en": item.name_en if item is not None else "",
        "spec": item.spec if item is not None else "",
        "unit": item.unit if item is not None else "",
    }
    for name, side in line.sides.items():
        shown = name in ALWAYS or side.is_used()
        quantity = figures.quantity(side.quantity, item) if is_item and shown else None
        if name != ADJUST:
            row[f"{name}_quantity"] = quantity
        row[f"{name}_value"] = (
            figures.money(side.value) if shown and side.value is not None else None
        )
    closing = line.sides["closing"]
    row["closing_unit_cost"] = (
        figures.unit_cost(closing.value, closing.quantity, item)
        if is_item and closing.value is not None
        else None
    )
    return row


def _columns(group: str) -> list[Column]:
    columns = [
        Column("item", ("Item", "存货编码")),
        Column("name", ("Name", "名称"), "term"),
        Column("unit", ("Unit", "单位")),
    ]
    if group:
        columns.insert(0, Column("group", ("Group", "分组")))
    titles = {"opening": ("Opening", "期初"), **_FLOWS, "closing": ("Closing", "期末")}
    for name, (english, chinese) in titles.items():
        if name == ADJUST:
            columns.append(Column(f"{name}_value", (english, chinese), "money"))
            continue
        columns.append(Column(f"{name}_quantity", (english, f"{chinese}数量"), "quantity"))
        if name == "closing":
            columns.append(Column("closing_unit_cost", ("Unit cost", "期末单价"), "price"))
        columns.append(Column(f"{name}_value", ("Value", f"{chinese}金额"), "money"))
    return columns


def _ledger_tie(
    sources: Sources, derivation: Derivation, query: Query, closing: int
) -> dict[str, str]:
    figures = Figures.of(sources)
    rows = comparisons(sources, derivation, query.last)
    ledger = sum(row.ledger_value for row in rows if not row.between)
    later = sum(row.ledger_value for row in rows if row.between)
    told = {"ledger_value": figures.money(ledger)}
    if later:
        told["adjusted_later"] = figures.money(later)
    return {**told, "difference": figures.money(closing - ledger - later)}
