"""Parquet files into sheets: exact text, binary floats refused, hostile files are Problems."""

from __future__ import annotations

import datetime as dt
import io
import random
from decimal import Decimal

import polars as pl
import pytest

from invledger.capture.sheet import SheetFormat, read_sheet
from invledger.model import Place


def parquet(**columns: object) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()


@pytest.mark.req("IT-01")
def test_cells_are_what_the_file_says() -> None:
    data = parquet(
        id=["a", " b ", None],
        day=[dt.date(2026, 1, 5), None, None],
        qty=[100, -3, None],
        price=[Decimal("2.3500"), Decimal("0.0001"), None],
        gift=[True, False, None],
    )
    sheet, problems = read_sheet("m.parquet", data, SheetFormat())
    assert problems == []
    assert list(sheet.columns) == ["id", "day", "qty", "price", "gift"]
    assert sheet.cells == (
        ("a", "2026-01-05", "100", "2.3500", "TRUE"),
        ("b", "", "-3", "0.0001", "FALSE"),
    )
    assert sheet.place(1, "qty") == Place("m.parquet", 3, 3)


@pytest.mark.parametrize("values", [[0.1, 0.2], [[1], [2]], [b"x", b"y"]])
def test_columns_that_are_no_exact_text_are_refused(values: list[object]) -> None:
    sheet, problems = read_sheet("m.parquet", parquet(price=values), SheetFormat())
    assert (len(sheet), [p.code for p in problems]) == (0, ["import-file-unreadable"])
    assert "price" in str(problems[0].args)


def test_a_control_character_costs_its_row_only() -> None:
    sheet, problems = read_sheet("m.parquet", parquet(a=["x\x1b[2J", "y"]), SheetFormat())
    assert sheet.cells == (("y",),)
    assert (sheet.faulty, problems[0].place.line) == (1, 2)


def test_more_rows_than_anyone_imports_are_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("invledger.capture.parquet.ROWS_MAX", 2)
    _, problems = read_sheet("m.parquet", parquet(a=["x"] * 3), SheetFormat())
    assert "3 rows" in str(problems[0].args)


def test_damaged_files_are_problems() -> None:
    """Cut, flipped, or only the magic: each is told, none raises (seed 1)."""
    whole = parquet(a=["x", "y"] * 50, b=list(range(100)))
    chance = random.Random(1)  # noqa: S311  which bytes break is no secret
    for n in range(200):
        data = bytearray(whole if n % 2 else whole[: chance.randrange(4, len(whole))])
        for _ in range(n % 5):
            data[chance.randrange(3, len(data))] ^= 1 << chance.randrange(8)
        sheet, problems = read_sheet("m.parquet", bytes(data), SheetFormat())
        assert problems or len(sheet) <= 100
    _, problems = read_sheet("m.parquet", b"PAR1", SheetFormat())
    assert [p.code for p in problems] == ["import-file-unreadable"]
