"""Periodic average: one voucher a period carries the cost over 结转成本 (CO-03)."""

from __future__ import annotations

import pytest

from tests.methods.kept import kept, moved, noted

AVERAGE = "cost: {method: periodic-average}"
MONTH = (
    moved("2026-01-01", "opening", "O1", "3000", price="4.00"),
    moved("2026-01-08", "purchase-receipt", "R1", "2000", price="2.20"),
    moved("2026-01-15", "sale-delivery", "S1", "2500", price="6.00"),
    moved("2026-01-20", "purchase-receipt", "R2", "3000", price="2.30"),
    moved("2026-01-28", "sale-delivery", "S2", "1500", price="6.00"),
)


@pytest.mark.req("CO-03")
def test_one_cost_voucher_a_month() -> None:
    """(12,000 + 4,400 + 6,900) / 8,000 = 2.9125; 4,000 sold cost 11,650.00."""
    books = kept(AVERAGE, *MONTH)
    assert books.derivation.problems == []
    assert books.lines("sale-delivery/S1/main") == [("1122", "15000.00"), ("6001", "-15000.00")]
    assert books.lines("sale-delivery/2026-01/period-cost") == [
        ("6401", "11650.00"), ("1405", "-11650.00"),
    ]  # fmt: skip
    assert books.dates()["sale-delivery/2026-01/period-cost"] == "2026-01-31"
    assert books.value() == books.balance("1405") == "11650.00"
    assert books.differences() == {}
    assert books.problems() == []


@pytest.mark.req("CO-03")
def test_within_the_month_issues_are_not_yet_costed() -> None:
    """On the 15th the ledger holds 16,400.00 still; 2,500 at 3.28 = 8,200.00 are not yet carried
    over, in a row of their own.
    """
    books = kept(AVERAGE, *MONTH)
    rows = {row.between: row for row in books.compared("2026-01-15")}
    assert rows[""].stock_value == 820_000
    assert rows[""].ledger_value == 1_640_000
    assert rows["cost-not-carried"].ledger_value == -820_000
    assert books.differences("2026-01-15") == {}


@pytest.mark.req("CO-03")
def test_the_unit_cost_rounded_first() -> None:
    """2.9125 becomes 2.91: 4,000 left = ... the ending stock is what remains."""
    books = kept("cost: {method: periodic-average, unit-decimals: 2}", *MONTH)
    assert books.costs()["S1"] == "7275.00"
    assert books.costs()["S2"] == "4365.00"
    assert books.value() == "11660.00"
    assert books.differences() == {}


@pytest.mark.req("CO-03")
@pytest.mark.parametrize(("period", "key"), [("day", "2026-01-15"), ("year", "2026")])
def test_days_and_years(period: str, key: str) -> None:
    books = kept("cost: {method: periodic-average, period: " + period + "}", *MONTH)
    dates = {"day": "2026-01-15", "year": "2026-12-31"}
    assert books.dates()[f"sale-delivery/{key}/period-cost"] == dates[period]
    assert books.differences() == {}


@pytest.mark.req("CO-03", "INV-11")
def test_a_loss_is_settled_on_the_day_of_its_document() -> None:
    """8,000 for 23,300.00; 100 broken in January: 291.25, settled as bad management in March."""
    books = kept(
        AVERAGE,
        *MONTH,
        moved("2026-01-31", "scrap", "L1", "100", reason="broken"),
        noted("2026-03-02", "loss-settlement", "X1", ref="L1", reason="abnormal"),
    )
    assert books.derivation.problems == []
    assert books.lines("loss-settlement/X1/main") == [("6711", "291.25"), ("1901", "-291.25")]
    assert books.dates()["loss-settlement/X1/main"] == "2026-03-02"
    assert books.balance("1901") == "0.00"
    assert books.problems() == []
