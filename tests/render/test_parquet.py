"""Tables as Parquet: exact decimals, dates, text; nothing is rounded."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import polars as pl
import pytest

from invledger.model import Cell, Column, Table
from invledger.render import render_table

COLUMNS = (
    Column("item", ("Item", "存货")),
    Column("day", ("Day", "日期"), "date"),
    Column("value", ("Value", "金额"), "money"),
    Column("mixed", ("Mixed", "混合"), "money"),
)


def table() -> Table:
    rows: list[dict[str, Cell]] = [
        {"item": "=A1", "day": "2026-01-31", "value": "-1234567890123456.78", "mixed": "1.00"},
        {"item": "可乐", "day": None, "value": "0.10", "mixed": "5 kg"},
        {"item": None, "day": "2026-02-01", "value": None, "mixed": None},
    ]
    return Table("stock", ("Stock", "库存"), COLUMNS, rows, audit={"commit": "abc"})


@pytest.mark.req("RP-14")
def test_figures_are_decimals_dates_are_dates() -> None:
    data = render_table(table(), "parquet", "zh")
    assert isinstance(data, bytes)
    frame = pl.read_parquet(io.BytesIO(data))
    assert frame.schema["value"] == pl.Decimal(38, 2)
    assert frame["value"].to_list() == [Decimal("-1234567890123456.78"), Decimal("0.10"), None]
    assert frame["day"].to_list() == [
        dt.date(2026, 1, 31), None, dt.date(2026, 2, 1)
    ]  # fmt: skip
    assert frame["item"].to_list() == ["=A1", "可乐", None]
    assert frame["mixed"].to_list() == ["1.00", "5 kg", None]


def test_the_stamp_travels_and_bytes_repeat() -> None:
    data = render_table(table(), "parquet", "en")
    assert isinstance(data, bytes)
    assert data == render_table(table(), "parquet", "en")
    known = pl.read_parquet_metadata(io.BytesIO(data))
    assert known["invledger.schema"] == "invledger.stock/1"
    assert "abc" in known["invledger.audit"]


def test_figures_too_long_for_a_decimal_stay_text() -> None:
    rows = [{"item": "a", "value": "9" * 37 + ".25"}]
    data = render_table(Table("stock", ("", ""), COLUMNS[::2], rows), "parquet", "en")
    assert isinstance(data, bytes)
    assert pl.read_parquet(io.BytesIO(data))["value"].to_list() == ["9" * 37 + ".25"]


def test_a_table_without_rows_has_its_columns() -> None:
    data = render_table(Table("stock", ("", ""), COLUMNS, []), "parquet", "en")
    assert isinstance(data, bytes)
    assert pl.read_parquet(io.BytesIO(data)).columns == ["item", "day", "value", "mixed"]
