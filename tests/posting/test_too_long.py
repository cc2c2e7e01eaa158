"""Amounts of too many digits, types nobody knows, invoices on the day of a close."""

from __future__ import annotations

import pytest

from tests.posting.small import Books, books, closed, row
from tests.posting.test_clearing import by

PLAIN = row("2026-01-05", "purchase-receipt", "R0", "10", price="2.00", tax="0")
LONG = PLAIN._replace(id="R1", quantity=10**18, price=10**18)  # 10^28 cents


def told(made: Books) -> list[tuple[str, dict[str, object]]]:
    return [(one.code, dict(one.args)) for one in made.problems]


@pytest.mark.req("TE-07")
def test_an_amount_has_as_many_digits_as_a_number_may_have() -> None:
    """10^28 cents have 29 digits, one piece less has 28; with 13 % of VAT 9 x 10^27 have 29."""
    wanted = [("amount-too-long", {"id": "R1", "limit": "28"})]
    assert told(books(PLAIN, LONG)) == wanted
    assert told(books(PLAIN, LONG._replace(quantity=10**18 - 1))) == []
    taxed = LONG._replace(quantity=9 * 10**17, tax="13")
    paper = taxed._replace(type="sale-delivery", party="C1", source=PLAIN.target,
                           target="Equity:Stock:Customer", date="2026-01-06")  # fmt: skip
    stock = LONG._replace(id="R9", price=1)
    assert told(books(PLAIN, stock, paper)) == wanted
    assert told(books(PLAIN, stock, paper._replace(tax="0"))) == []


@pytest.mark.req("TE-07")
def test_a_type_that_nobody_knows_is_told_once() -> None:
    odd = PLAIN._replace(type="purchase-receit")
    assert books(odd, odd._replace(id="R2"), odd._replace(id="R3")).codes() == ["rule-unknown"]


@pytest.mark.req("IN-13", "CO-02")
@pytest.mark.parametrize(("day", "stock"), [("2026-02-04", 1500), ("2026-02-05", 1500)])
def test_an_invoice_on_the_day_of_a_close_comes_after_it(day: str, stock: int) -> None:
    """January is closed on February 5th. 4 of 10 at 2.00 were sold; billed at 2.50 the other 6
    are worth 15.00 either way: before the close in the receipt's own voucher, then in the bill's.
    """
    sold = row("2026-01-20", "sale-delivery", "D1", "4")
    paper = row(day, "purchase-invoice", "I1", "10", price="2.50", tax="0", ref="R0")
    made = books(PLAIN, sold, paper, mine=by("fifo"), periods=[closed("2026-01", "2026-02-05")])
    assert made.codes() == []
    assert (made.balance("1405"), made.balance("6401")) == (stock, 1000)
    is_late = day == "2026-02-05"
    assert (("1405", "3.00") in made.lines("purchase-invoice/I1/main")) is is_late
    assert made.costed.costs[1] == (800 if is_late else 1000)
