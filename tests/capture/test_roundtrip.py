"""Whatever stands in the cells: what is imported reads back, and a second run writes nothing."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.capture.books import MAIN, found, planned, sources, with_movements
from tests.capture.test_plan import HEAD, MAP

texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")),
    max_size=12,
)
rows = st.lists(
    st.tuples(
        st.dates(date(1970, 1, 1), date(2069, 12, 31)),
        st.integers(1, 10**9),
        st.decimals("0.0001", 10**6, places=4),
        texts,
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.req("IT-01")
@given(rows)
def test_an_import_reads_back_and_repeats(rows: list[tuple[date, int, Decimal, str]]) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream)
    for number, (day, quantity, price, note) in enumerate(rows, 1):
        writer.writerow([number, day, "IN", "COLA", quantity, "EA", f"{price:f}", note])
    files = {"goods.csv": HEAD + stream.getvalue()}
    plan = planned(MAP, files)
    assert found(plan) == []
    books = with_movements(sources(), plan)
    want = {
        (f"SHOP-{f'{day}'[2:].replace('-', '')}-{number:04d}", quantity, " ".join(note.split()))
        for number, (day, quantity, _, note) in enumerate(rows, 1)
    }
    have = {
        (row.id, row.quantity, dict(row.meta).get("comment", "")) for row in books.table.rows()
    }
    assert have == want
    assert {row.target for row in books.table.rows()} == {MAIN}
    again = planned(MAP, files, books)
    assert (found(again), again.blocks) == ([], {})
