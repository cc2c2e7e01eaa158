"""Movements in the order of their entry: what was posted is never touched (design, section 2)."""

from __future__ import annotations

import pytest

from tests.methods.kept import kept, moved

ORDER = "order: as-entered\n"
FIRST = moved("2026-01-05", "purchase-receipt", "SH1-260105-0001", "10", price="10.00")
SOLD = moved("2026-01-20", "sale-delivery", "SH1-260120-0001", "5")
LATE = moved("2026-01-10", "purchase-receipt", "SH1-260121-0001", "10", price="16.00")
AGAIN = moved("2026-01-25", "sale-delivery", "SH1-260125-0001", "5")
BOOKS = (FIRST, SOLD, LATE, AGAIN)


@pytest.mark.req("CO-07")
def test_a_late_entry_takes_its_place_at_the_end() -> None:
    """By entry: 5 at 10.00, then (50 + 160) / 15 = 14.00; by date both at 13.00."""
    entered = kept(ORDER + "cost: {method: moving-average}", *BOOKS)
    assert entered.sources.table.id == [
        "SH1-260105-0001", "SH1-260120-0001", "SH1-260121-0001", "SH1-260125-0001",
    ]  # fmt: skip
    assert entered.costs()["SH1-260120-0001"] == "50.00"
    assert entered.costs()["SH1-260125-0001"] == "70.00"
    assert entered.value() == entered.balance("1405") == "140.00"
    assert entered.differences() == {}
    assert entered.problems() == []
    dated = kept("cost: {method: moving-average}", *BOOKS)
    assert dated.costs()["SH1-260120-0001"] == dated.costs()["SH1-260125-0001"] == "65.00"


@pytest.mark.req("CO-07")
def test_as_of_a_date_the_ledger_agrees() -> None:
    """On the 15th both receipts are there by their dates: 260.00, in stock and ledger."""
    books = kept(ORDER + "cost: {method: moving-average}", *BOOKS)
    assert books.differences("2026-01-15") == {}
    (row,) = books.compared("2026-01-15")
    assert row.stock_value == 26_000
    assert books.differences("2026-01-22") == {}


@pytest.mark.req("CO-07")
def test_one_file_a_day() -> None:
    books = kept(ORDER + "cost: {method: moving-average}", *BOOKS)
    assert len(books.sources.posted) == len(books.derivation.vouchers) == 4
    assert [v.date for v in books.derivation.vouchers] == [
        "2026-01-05", "2026-01-10", "2026-01-20", "2026-01-25",
    ]  # fmt: skip


@pytest.mark.req("CO-07", "CO-01")
def test_a_back_dated_receipt_at_the_current_average() -> None:
    """10 at 16.00 enter at the average of 10.00 that holds at their entry: 60.00 expensed."""
    policy = ORDER + "cost: {method: moving-average, backdated: current-average}"
    books = kept(policy, *BOOKS)
    assert books.lines("purchase-receipt/SH1-260121-0001/main") == [
        ("1405", "100.00"), ("6401", "60.00"), ("2202", "-160.00"),
    ]  # fmt: skip
    assert books.costs()["SH1-260125-0001"] == "50.00"
    assert books.differences() == {}
    assert books.problems() == []


@pytest.mark.req("CO-07")
def test_devices_and_counters() -> None:
    """Of one day the counters decide, then devices; other ids were entered on their date."""
    rows = [
        moved("2026-01-05", "purchase-receipt", "B-260105-0002", "1", price="1.00"),
        moved("2026-01-05", "purchase-receipt", "A-260105-0002", "1", price="1.00"),
        moved("2026-01-01", "purchase-receipt", "B-260105-0001", "1", price="1.00"),
        moved("2026-01-04", "purchase-receipt", "OLD7", "1", price="1.00"),
        moved("2026-01-06", "purchase-receipt", "A-260104-0009", "1", price="1.00"),
    ]
    books = kept(ORDER + "cost: {method: fifo}", *rows)
    assert books.sources.table.id == [
        "OLD7", "A-260104-0009", "B-260105-0001", "A-260105-0002", "B-260105-0002",
    ]  # fmt: skip
