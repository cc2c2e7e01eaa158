"""Control totals of an import as a table: what was read, taken, repeated, rejected, left out.

One row an output, then one a file, then one an entry of the map's `left-out`. An accountant ticks
it against the totals of the source before the books are looked at.
"""

from __future__ import annotations

from fractions import Fraction

from invledger.capture.counting import ImportPlan
from invledger.model import PRICE_DECIMALS, Cell, Column, Table, Title, format_scaled

_COLUMNS = (
    Column("part", ("Part", "部分")),
    Column("name", ("Name", "名称")),
    Column("rows", ("Rows", "行数"), "quantity"),
    Column("accepted", ("Accepted", "接受"), "quantity"),
    Column("repeated", ("Repeated", "重复"), "quantity"),
    Column("rejected", ("Rejected", "拒绝"), "quantity"),
    Column("left_out", ("Left out", "未导入"), "quantity"),
    Column("quantity", ("Quantity", "数量"), "quantity"),
    Column("amount", ("Amount", "金额"), "money"),
)
_PARTS: dict[str, Title] = {
    "record": ("Records", "记录"),
    "file": ("Files", "文件"),
    "left-out": ("Left out by the map", "映射未导入"),
}
_TITLE: Title = ("Control totals of the import", "导入控制总数")
_NOTE: Title = (
    "Rows of a file that were only looked up by a record are neither accepted nor left out.",
    "文件中仅供关联查询的行既不算接受，也不算未导入。",
)


def control_table(plan: ImportPlan, decimals: int, language: str = "en") -> Table:
    """The control totals of a plan; amounts have `decimals` decimals."""
    chinese = language == "zh"
    rows: list[dict[str, Cell]] = []

    def add(part: str, name: str, **cells: Cell) -> None:
        row: dict[str, Cell] = {column.key: None for column in _COLUMNS}
        rows.append({**row, "part": _PARTS[part][chinese], "name": name, **cells})

    for one in plan.outputs:
        is_line = one.output.kind == "movements"
        add(
            "record",
            one.output.name,
            rows=one.read,
            accepted=one.accepted,
            repeated=one.repeated,
            rejected=one.rejected,
            quantity=format_scaled(one.quantity, PRICE_DECIMALS, 0) if is_line else None,
            amount=format_scaled(one.amount, decimals) if is_line else None,
        )
    for file in plan.files:
        add(
            "file",
            file.path,
            rows=file.rows,
            accepted=file.taken,
            rejected=file.faulty,
            left_out=file.unused,
        )
    for left in plan.left_out:
        add(
            "left-out",
            left.title[chinese],
            left_out=left.rows,
            quantity=_shown(left.quantity, 0, PRICE_DECIMALS),
            amount=_shown(left.amount, decimals, decimals),
        )
    totals = {
        "records": plan.records,
        "rejected": sum(one.rejected for one in plan.outputs),
        "repeated": sum(one.repeated for one in plan.outputs),
    }
    return Table("import", _TITLE, _COLUMNS, rows, totals, notes=(_NOTE,))


def _shown(value: Fraction | None, decimals_min: int, decimals: int) -> str | None:
    """An exact number as decimal text, cut at `decimals` only where the source had more."""
    if value is None:
        return None
    places = decimals
    while (value * 10**places).denominator != 1 and places < 2 * PRICE_DECIMALS:
        places += 1
    return format_scaled(int(value * 10**places), places, decimals_min)
