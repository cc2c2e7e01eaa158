"""Sales taken back or accepted later: at which price, and what the advance does.

All goods cost 2.00; VAT is 13 %. What was delivered at 5.00 and billed at 5.50 goes back at 5.50.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.posting.small import CUSTOMER, DISPATCHED, MAIN, Books, books, company, row

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "100", price="2.00")
AT_ACCEPTANCE = replace(company(), revenue="at-acceptance")
DISPATCH = row("2026-01-07", "sale-delivery", "D1", "10", price="5.00", target=DISPATCHED)


def is_square(made: Books) -> bool:
    """Whether nothing rests in 1406, nor in 2205 合同负债."""
    return made.balance("1406") == made.balance("2205") == 0


@pytest.mark.req("IN-04", "OUT-11")
def test_goods_delivered_without_price_go_back_at_the_invoice_s() -> None:
    """10 delivered, billed later at 5.00; 3 back: 15.00 + 1.95."""
    made = books(
        RECEIPT,
        row("2026-01-07", "sale-delivery", "D1", "10"),
        row("2026-01-08", "sale-invoice", "S1", "10", price="5.00", ref="D1/1"),
        row("2026-01-09", "sale-return", "T1", "3", ref="D1/1"),
    )
    assert made.codes() == []
    assert made.lines("sale-return/T1/main") == [
        ("1122", "-16.95R"),
        ("6001", "15.00R"),
        ("2221:应交增值税:销项税额", "1.95R"),
    ]
    assert made.balance("1122") == 5650 - 1695


def test_goods_billed_before_delivery_go_back_at_the_invoice_s_price() -> None:
    made = books(
        RECEIPT,
        row("2026-01-06", "sale-invoice", "S1", "10", price="5.00"),
        row("2026-01-07", "sale-delivery", "D1", "10", ref="S1/1"),
        row("2026-01-09", "sale-return", "T1", "10", ref="D1/1"),
    )
    assert made.codes() == []
    assert [made.balance(code) for code in ("1122", "2205", "6001", "2221", "6401")] == [0] * 5


def test_goods_not_billed_go_back_first() -> None:
    """10 at 5.00, of which 6 billed at 5.50: the first 4 go back at 5.00, the fifth at 5.50."""
    made = books(
        RECEIPT,
        row("2026-01-07", "sale-delivery", "D1", "10", price="5.00"),
        row("2026-01-08", "sale-invoice", "S1", "6", price="5.50", ref="D1/1"),
        row("2026-01-09", "sale-return", "T1", "5", ref="D1/1"),
    )
    assert made.lines("sale-return/T1/main")[1] == ("6001", "25.50R")
    assert made.balance("6001") == -5 * 550


def test_an_invoice_adds_only_to_what_its_own_part_booked() -> None:
    """4 of 10 billed ahead at 6.00, the other 6 by the delivery at 5.00: the second invoice of
    these 6 at 5.00 books nothing.
    """
    made = books(
        RECEIPT,
        row("2026-01-06", "sale-invoice", "S1", "4", price="6.00"),
        row("2026-01-07", "sale-delivery", "D1", "10", price="5.00", ref="S1/1"),
        row("2026-01-09", "sale-invoice", "S2", "6", price="5.00", ref="D1/1"),
    )
    assert made.codes() == []
    assert "sale-invoice/S2/main" not in made.vouchers
    assert (made.balance("6001"), made.balance("2205")) == (-5400, 0)
    assert made.balance("1122") == 2712 + 3390


@pytest.mark.req("OUT-01")
def test_an_acceptance_takes_the_price_of_its_delivery() -> None:
    """Dispatched at 5.00, accepted without a price: revenue 50.00, tax 6.50, cost 20.00."""
    made = books(
        RECEIPT, DISPATCH,
        row("2026-01-09", "sale-acceptance", "A1", "10", ref="D1/1"), mine=AT_ACCEPTANCE,
    )  # fmt: skip
    assert made.codes() == []
    assert made.lines("sale-acceptance/A1/main") == [
        ("1122", "56.50"),
        ("6001", "-50.00"),
        ("2221:应交增值税:销项税额", "-6.50"),
    ]
    assert is_square(made)


def test_an_acceptance_without_any_price_is_refused() -> None:
    bare = DISPATCH._replace(price=None)
    accepted = row("2026-01-09", "sale-acceptance", "A1", "10", ref="D1/1")
    assert books(RECEIPT, bare, accepted, mine=AT_ACCEPTANCE).codes() == ["missing-price"]


def test_accepted_refused_billed_and_returned() -> None:
    """10 dispatched at 5.00: 6 accepted, 4 refused, 6 billed at 5.50, one of these returned.

    Revenue 5 × 5.50 = 27.50, stock 100 - 5 at 2.00 = 190.00.
    """
    made = books(
        RECEIPT, DISPATCH,
        row("2026-01-09", "sale-acceptance", "A1", "6", ref="D1/1"),
        row("2026-01-09", "sale-return", "T1", "4", ref="D1/1", source=DISPATCHED, target=MAIN),
        row("2026-01-10", "sale-invoice", "S1", "6", price="5.50", ref="A1/1"),
        row("2026-01-12", "sale-return", "T2", "1", ref="A1/1"),
        mine=AT_ACCEPTANCE,
    )  # fmt: skip
    assert made.codes() == [] == made.costed.troubles
    assert made.lines("sale-return/T1/cost") == [("1405", "8.00"), ("1406", "-8.00")]
    assert "sale-return/T1/main" not in made.vouchers
    assert (made.balance("6001"), made.balance("1405")) == (-2750, 19000)
    assert is_square(made)


def test_an_invoice_before_acceptance_is_an_advance() -> None:
    made = books(
        RECEIPT, DISPATCH,
        row("2026-01-08", "sale-invoice", "S1", "10", price="5.20", ref="D1/1"),
        row("2026-01-09", "sale-acceptance", "A1", "10", ref="D1/1 S1/1"),
        mine=AT_ACCEPTANCE,
    )  # fmt: skip
    assert made.codes() == []
    assert made.lines("sale-acceptance/A1/main") == [("2205", "52.00"), ("6001", "-52.00")]
    assert made.balance("1122") == 5876
    assert is_square(made)


def test_revenue_at_invoice_needs_the_goods() -> None:
    mine = replace(company(), revenue="at-invoice")
    paper = row("2026-01-08", "sale-invoice", "S1", "10", price="5.20", ref="D1/1")
    assert books(RECEIPT, DISPATCH, paper, mine=mine).codes() == ["invoice-on-dispatched"]
    with_goods = paper._replace(source=DISPATCHED, target=CUSTOMER)
    assert books(RECEIPT, DISPATCH, with_goods, mine=mine).codes() == []


@pytest.mark.req("OUT-11", "CO-02")
def test_goods_sold_before_the_books_began_come_back_at_a_stated_cost() -> None:
    """3 at 2.10 with a reason; without cost or reason a return must cite."""
    back = row("2026-01-09", "sale-return", "T1", "3", price="5.00", reason="sold in 2025",
               unit_cost="2.10")  # fmt: skip
    made = books(RECEIPT, back)
    assert made.codes() == []
    assert made.lines("sale-return/T1/cost") == [("6401", "-6.30R"), ("1405", "6.30R")]
    assert made.balance("1405") == 20630
    assert books(RECEIPT, back._replace(reason="")).codes() == ["citation-required"]
    assert books(RECEIPT, back._replace(meta=())).codes() == ["citation-required"]
    bad = back._replace(meta=(("cost", "-1"),))
    assert "stated-cost-unclear" in books(RECEIPT, bad).codes()
