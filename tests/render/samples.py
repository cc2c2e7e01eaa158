"""Tables and Problems that the tests of render share."""

from __future__ import annotations

from collections.abc import Mapping

from invledger.model import Cell, Column, Place, Problem, Table, problem

COLUMNS = (
    Column("item", ("Item", "存货编码")),
    Column("name", ("Name", "名称")),
    Column("status", ("Status", "状态"), "term"),
    Column("quantity", ("Quantity", "数量"), "quantity"),
    Column("value", ("Value", "金额"), "money"),
)
ROWS: tuple[Mapping[str, Cell], ...] = (
    {
        "item": "SKU-COLA330",
        "name": "可乐 330ml",
        "name_en": "Cola 330 ml",
        "status": "available",
        "quantity": "12000",
        "value": "1234567.89",
    },
    {
        "item": "SKU-2",
        "name": "螺丝 M6×20",
        "name_en": "",
        "status": "locked",
        "quantity": "-5",
        "value": "-0.50",
    },
)


def table(rows: tuple[Mapping[str, Cell], ...] = ROWS) -> Table:
    """Two items with a total, a note and a stamp."""
    return Table(
        "stock",
        ("Stock", "库存余额表"),
        COLUMNS,
        rows,
        {"value": "1234567.39", "by_level": {"1": {"debit": "3.00", "credit": "3.00"}}},
        {"commit": "abc123", "data": "5f"},
        (("A note.", "附注。"),),
    )


def text_problem(text: str, place: Place) -> Problem:
    """A Problem whose sentence holds the given text."""
    return problem("environment-error", place, reason=text)
