"""数量金额明细账: what came, what went, what is left, month by month."""

from __future__ import annotations

import pytest

from invledger.costing import Kind
from invledger.model import Booking, CostPolicy
from invledger.reports import Query, card, cost_layers, movements, summary
from tests.handmade import (
    COUNT,
    CUSTOMER,
    GOODS,
    MAIN,
    OPENING,
    SCRAP,
    SHOP,
    SUPPLIER,
    Books,
    of_item,
    voucher,
)


def quarter() -> Books:
    """FIFO: 10 for 100.00 and 10 for 120.00; 15 go for 160.00, 2 for 24.00, one of the 15 returns.

    The return comes back at 160.00 / 15 = 10.67.
    """
    books = Books()
    books.item("A", name="甲", category="goods")
    books.move("2026-01-01", "O1", 10, OPENING, MAIN, kind=Kind.RECEIVE, value=10000)
    books.move("2026-01-05", "R1", 10, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=12000)
    sale = books.move("2026-01-10", "S1", 15, MAIN, CUSTOMER, kind=Kind.ISSUE)
    books.move("2026-02-03", "S2", 2, MAIN, CUSTOMER, kind=Kind.ISSUE)
    books.move("2026-02-05", "B1", 1, CUSTOMER, MAIN, kind=Kind.RETURN_IN, cites=sale)
    return books


SIDES = (
    "in_quantity",
    "in_value",
    "out_quantity",
    "out_value",
    "balance_quantity",
    "balance_value",
)


@pytest.mark.req("RP-01")
def test_the_card_of_a_quarter() -> None:
    table = card(*quarter().closed(), Query())
    assert [(row["kind"], row["id"], *(row[key] for key in SIDES)) for row in table.rows] == [
        ("opening", "", None, None, None, None, "10", "100.00"),
        ("line", "R1", "10", "120.00", None, None, "20", "220.00"),
        ("line", "S1", None, None, "15", "160.00", "5", "60.00"),
        ("month", "", "10", "120.00", "15", "160.00", "5", "60.00"),
        ("year", "", "10", "120.00", "15", "160.00", "5", "60.00"),
        ("line", "S2", None, None, "2", "24.00", "3", "36.00"),
        ("line", "B1", None, None, "-1", "-10.67", "4", "46.67"),
        ("month", "", "0", "0.00", "1", "13.33", "4", "46.67"),
        ("year", "", "10", "120.00", "16", "173.33", "4", "46.67"),
    ]
    prices = [row["in_unit_cost"] or row["out_unit_cost"] for row in table.rows[1:3]]
    assert prices == ["12.00", "10.666667"]


@pytest.mark.req("RP-01")
def test_a_period_opens_with_what_was_before() -> None:
    table = card(*quarter().closed(), Query(period="2026-02"))
    assert [
        (row["kind"], row["balance_quantity"], row["balance_value"]) for row in table.rows
    ] == [
        ("opening", "5", "60.00"),
        ("line", "3", "36.00"),
        ("line", "4", "46.67"),
        ("month", "4", "46.67"),
        ("year", "4", "46.67"),
    ]
    assert table.rows[-1]["out_value"] == "173.33"  # the year counts from January on


def test_a_card_without_a_line_in_the_span_shows_its_opening() -> None:
    table = card(*quarter().closed(), Query(period="2026-03"))
    assert [(row["kind"], row["balance_value"]) for row in table.rows] == [("opening", "46.67")]


@pytest.mark.req("RP-04")
def test_lines_name_their_voucher_by_number_once_booked() -> None:
    books = quarter()
    books.posted = [
        voucher("2026-01-05", "purchase-receipt/R1/main", of_item(GOODS, 12000), links=("R1",)),
        voucher("2026-01-10", "sale-delivery/S1/cost", of_item(GOODS, -16000), links=("S1",)),
    ]
    entry = Booking("2026-01", "记", 7, "purchase-receipt/R1/main", "", "2026-01-05", "", "", "")
    books.register = [entry]
    named = {row["id"]: row["voucher"] for row in card(*books.closed(), Query()).rows if row["id"]}
    assert named["R1"] == "记-7"
    assert named["S1"] == "sale-delivery/S1/cost"
    assert named["S2"] == ""


def test_a_place_inside_a_company_pool_has_quantities_only() -> None:
    books = quarter()
    books.move("2026-02-06", "T1", 2, MAIN, SHOP, kind=Kind.SKIP)
    table = card(*books.closed(), Query(locations=(SHOP,)))
    assert [
        (row["kind"], row["balance_quantity"], row["balance_value"]) for row in table.rows
    ] == [
        ("opening", "0", None),
        ("line", "2", None),
        ("month", "2", None),
        ("year", "2", None),
    ]
    assert table.notes


def test_a_provisional_issue_is_trued_up_on_the_card() -> None:
    # 2 issued at the last cost of 10.00 before they came at 12.00: 4.00 more cost of issues.
    books = Books(CostPolicy("moving-average", negative="provisional"))
    books.move("2026-01-01", "R1", 1, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=1000)
    books.move("2026-01-02", "S1", 3, MAIN, CUSTOMER, kind=Kind.ISSUE)
    books.move("2026-01-03", "R2", 5, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=6000)
    rows = card(*books.closed(), Query()).rows
    keys = ("out_value", "adjust_value", "balance_quantity", "balance_value")
    assert [tuple(row[key] for key in keys) for row in rows] == [
        (None, None, "0", "0.00"),
        (None, None, "1", "10.00"),
        ("30.00", None, "-2", "-20.00"),
        (None, None, "3", "40.00"),
        (None, "-4.00", "3", "36.00"),
        ("30.00", "-4.00", "3", "36.00"),
        ("30.00", "-4.00", "3", "36.00"),
    ]
    (row,) = summary(*books.closed(), Query()).rows
    assert [row[f"{side}_value"] for side in ("receipts", "adjust", "issues", "closing")] == [
        "70.00", "-4.00", "30.00", "36.00",
    ]  # fmt: skip


@pytest.mark.req("RP-03")
def test_the_summary_of_a_month() -> None:
    books = quarter()
    books.move("2026-01-20", "C1", 1, COUNT, MAIN, kind=Kind.RECEIVE, value=1200)
    books.rows = [*books.rows[:3], books.rows[5], *books.rows[3:5]]
    books.lines = [*books.lines[:3], books.lines[5], *books.lines[3:5]]
    books.amounts = [{} for _ in books.rows]
    books.posted = [voucher("2026-01-31", "x/1/main", of_item(GOODS, 7200))]
    (row,) = summary(*books.closed(), Query(period="2026-01")).rows
    assert row["opening_quantity"] == "10"
    assert row["opening_value"] == "100.00"
    assert (row["receipt_purchase_quantity"], row["receipt_purchase_value"]) == ("10", "120.00")
    assert (row["receipt_count_quantity"], row["receipt_count_value"]) == ("1", "12.00")
    assert (row["receipts_quantity"], row["receipts_value"]) == ("11", "132.00")
    assert (row["issue_sale_quantity"], row["issue_sale_value"]) == ("15", "160.00")
    assert (row["closing_quantity"], row["closing_value"]) == ("6", "72.00")
    assert row["closing_unit_cost"] == "12.00"


@pytest.mark.req("RP-03", "INV-19")
def test_the_summary_ties_to_the_general_ledger() -> None:
    books = quarter()
    books.posted = [voucher("2026-02-28", "x/1/main", of_item(GOODS, 4667))]
    totals = summary(*books.closed(), Query()).totals
    assert totals["closing_value"] == "46.67"
    assert (totals["ledger_value"], totals["difference"]) == ("46.67", "0.00")


def test_sale_returns_reduce_sales_and_scrap_has_its_column() -> None:
    books = quarter()
    books.move("2026-02-06", "X1", 1, MAIN, SCRAP, kind=Kind.ISSUE)
    (row,) = summary(*books.closed(), Query(period="2026-02")).rows
    assert (row["issue_sale_quantity"], row["issue_sale_value"]) == ("1", "13.33")
    assert (row["issue_scrap_quantity"], row["issue_scrap_value"]) == ("1", "12.00")
    assert row["issues_value"] == "25.33"


@pytest.mark.req("RP-13")
def test_subtotals_by_category_and_transfers_by_location() -> None:
    books = quarter()
    table = summary(*books.closed(), Query(group="category"))
    assert [(row["kind"], row["group"], row["closing_value"]) for row in table.rows] == [
        ("item", "goods", "46.67"),
        ("subtotal", "goods", "46.67"),
    ]
    books.move("2026-02-06", "T1", 2, MAIN, SHOP, kind=Kind.SKIP)
    rows = {
        r["group"]: r for r in summary(*books.closed(), Query(group="location")).rows if r["item"]
    }
    assert rows[MAIN]["issue_transfer_quantity"] == "2"
    assert rows[SHOP]["receipt_transfer_quantity"] == "2"
    assert rows[SHOP]["closing_value"] is None


@pytest.mark.req("CO-11")
def test_layers_with_their_receipts_and_ages() -> None:
    table = cost_layers(*quarter().closed(), Query(as_of="2026-02-04"))
    assert [
        (r["receipt"], r["quantity"], r["unit_cost"], r["value"], r["age"]) for r in table.rows
    ] == [("R1/1", "3", "12.00", "36.00", 30)]
    assert table.totals == {"value": "36.00"}


@pytest.mark.req("RP-04")
def test_movements_line_by_line() -> None:
    rows = movements(*quarter().closed(), Query(period="2026-02")).rows
    assert [(row["id"], row["quantity"], row["cost"]) for row in rows] == [
        ("S2", "2", "24.00"),
        ("B1", "1", "10.67"),
    ]


@pytest.mark.req("RP-05")
def test_statistics_by_type() -> None:
    table = movements(*quarter().closed(), Query(group="type"))
    assert [(row["group"], row["count"], row["quantity"], row["cost"]) for row in table.rows] == [
        ("issue", 2, "17", "184.00"),
        ("receive", 2, "20", "220.00"),
        ("return_in", 1, "1", "10.67"),
    ]
