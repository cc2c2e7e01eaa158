"""Standard cost: inventory at standard, the variance at once (CO-05)."""

from __future__ import annotations

import pytest

from invledger.reports import Query, explain
from tests.methods.kept import Kept, kept, moved, noted, priced

STANDARD = "cost: {method: standard}"
BUY = moved("2026-01-05", "purchase-receipt", "R1", "50", price="11.00")
SELL = moved("2026-01-10", "sale-delivery", "S1", "20", price="15.00")
AT_TEN = priced("2026-01-01", "P1", "10.00", "standard")


@pytest.mark.req("CO-05")
def test_a_receipt_above_standard() -> None:
    """50 bought at 11 against standard 10 (textbook): Dr inventory 500, Dr variance 50, Cr 550."""
    books = kept(STANDARD, BUY, SELL, prices=AT_TEN)
    assert books.sources.problems == books.derivation.problems == []
    assert books.lines("purchase-receipt/R1/main") == [
        ("1405", "500.00"), ("6401", "50.00"), ("2202", "-550.00"),
    ]  # fmt: skip
    assert books.lines("sale-delivery/S1/cost") == [("6401", "200.00"), ("1405", "-200.00")]
    assert books.value() == "300.00"
    assert books.balance("1405") == "300.00"
    assert books.differences() == {}
    assert books.problems() == []


def told(books: Kept, subject: str, *, reverse: bool = True) -> list[tuple[object, ...]]:
    """Rows of an explanation: what, how many, and how much."""
    query = Query(subject=subject, reverse=reverse)
    rows = explain(books.sources, books.derivation, query).rows
    return [(row["why"], row["quantity"], row["value"]) for row in rows]


@pytest.mark.req("CO-11")
def test_where_a_price_above_standard_went() -> None:
    """550.00 were paid: 200.00 sold and 300.00 on hand at standard, 50.00 were price variance."""
    books = kept(STANDARD, BUY, SELL, prices=AT_TEN)
    assert told(books, "R1") == [
        ("receive", "50", "550.00"), ("issue", "20", "200.00"),
        ("price-variance", "", "50.00"), ("on-hand", "30", "300.00"),
    ]  # fmt: skip
    assert told(books, "R1", reverse=False) == [
        ("receive", "50", "500.00"), ("net", "", "550.00"), ("price-variance", "", "-50.00"),
    ]  # fmt: skip


@pytest.mark.req("CO-11")
def test_where_a_price_below_standard_and_its_freight_went() -> None:
    """450.00 and 20.00 of freight for 500.00 at standard: 30.00 less than nothing was variance."""
    cheap = moved("2026-01-05", "purchase-receipt", "R1", "50", price="9.00")
    freight = noted("2026-01-20", "landed-cost", "L1", "20.00", party="V1", ref="R1/1")
    books = kept(STANDARD, cheap, SELL, freight, prices=AT_TEN)
    assert told(books, "R1") == [
        ("receive", "50", "470.00"), ("issue", "20", "200.00"),
        ("price-variance", "", "-30.00"), ("on-hand", "30", "300.00"),
    ]  # fmt: skip


@pytest.mark.req("CO-05")
def test_a_new_standard_revalues_what_is_on_hand() -> None:
    """30 left at 10.00 become 30 at 12.00: 60.00 more, on that day, in the middle of a month."""
    prices = AT_TEN + priced("2026-01-15", "P1", "12.00", "standard")
    change = noted("2026-01-15", "standard-cost-change", "X1", item="P1")
    later = moved("2026-01-20", "sale-delivery", "S2", "10", price="15.00")
    books = kept(STANDARD, BUY, SELL, change, later, prices=prices)
    assert books.sources.problems == books.derivation.problems == []
    assert books.lines("standard-cost-change/X1/main") == [("1405", "60.00"), ("6401", "-60.00")]
    assert books.dates()["standard-cost-change/X1/main"] == "2026-01-15"
    assert books.lines("sale-delivery/S2/cost") == [("6401", "120.00"), ("1405", "-120.00")]
    assert books.value() == books.balance("1405") == "240.00"
    assert books.differences() == {}
    assert books.problems() == []


def test_a_change_of_an_item_that_is_not_there() -> None:
    """Nobody knows which goods are meant: standard-change-item, at the document."""
    change = noted("2026-01-15", "standard-cost-change", "X1", item="NONE")
    books = kept(STANDARD, BUY, change, prices=AT_TEN)
    (found,) = books.derivation.problems
    assert (found.code, found.place.line > 0) == ("standard-change-item", True)


def test_a_change_of_an_item_kept_otherwise_is_idle() -> None:
    """Under an average the document changes nothing: a warning, and no voucher."""
    change = noted("2026-01-15", "standard-cost-change", "X1", item="P1")
    books = kept("cost: {method: moving-average}", BUY, change, prices=AT_TEN)
    assert [(p.code, p.severity) for p in books.derivation.problems] == [
        ("standard-change-idle", "warning")
    ]
    assert books.value() == books.balance("1405") == "550.00"
    assert "standard-cost-change/X1/main" not in books.dates()
