"""Value that comes after the goods: it follows them where they lie, and back to the supplier.

100 come at 2.00; the invoice says 2.50. What is here, dispatched or returned is worth 2.50 each
in the end, what was sold in a closed period stays in cost of sales.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, CostPolicy, Place, Price, Row
from tests.posting.small import (
    BEIJING,
    DISPATCHED,
    MAIN,
    PRODUCTION,
    SUBCONTRACT,
    SUPPLIER,
    Books,
    books,
    closed,
    company,
    derive,
    row,
    sources_of,
)

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "100", price="2.00")
INVOICE = row("2026-02-10", "purchase-invoice", "I1", "100", price="2.50", ref="R1/1")
CREDIT = row("2026-02-18", "purchase-credit", "N1", "10", price="2.50", ref="B1/1")
JANUARY = [closed("2026-01", "2026-02-03")]
METHODS = pytest.mark.parametrize("method", ["fifo", "moving-average"])
PERIODS = pytest.mark.parametrize("is_closed", [True, False])


def by(method: str) -> Company:
    goods = replace(company().categories["goods"], cost=CostPolicy(method))
    return replace(company(), categories={**company().categories, "goods": goods})


def run(*rows: Row, method: str = "fifo", is_closed: bool = True) -> Books:
    made = books(RECEIPT, *rows, mine=by(method), periods=JANUARY if is_closed else [])
    assert made.costed.troubles == []
    stock = sum(pool.value for pool in made.costed.pools.values())
    assert stock == made.balance("1405") + made.balance("1406")
    return made


@pytest.mark.req("IN-14", "CO-09")
def test_late_value_finds_the_goods_that_were_dispatched() -> None:
    """60 on hand take 30.00, 40 dispatched (FIFO layers keep their identity) 20.00."""
    sent = row("2026-01-06", "sale-delivery", "D1", "40", price="5.00", target=DISPATCHED)
    made = run(sent, INVOICE)
    assert made.codes() == []
    assert made.lines("purchase-invoice/I1/main") == [
        ("2202:暂估", "200.00"),
        ("1405", "30.00"),
        ("1406", "20.00"),
        ("2221:应交增值税:进项税额", "32.50"),
        ("2202", "-282.50"),
    ]
    assert (made.balance("1405"), made.balance("1406")) == (15000, 10000)
    undone = INVOICE._replace(
        date="2026-02-11", id="Z1", source=INVOICE.target, target=INVOICE.source,
        meta=(("reverses", "I1"),),
    )  # fmt: skip
    again = run(sent, INVOICE, undone)
    assert again.codes() == []
    assert (again.balance("1405"), again.balance("1406")) == (12000, 8000)


def test_an_invoice_whose_value_moved_on_is_not_reversed() -> None:
    sent = row("2026-01-06", "sale-delivery", "D1", "40", price="5.00", target=DISPATCHED)
    accepted = row("2026-02-11", "sale-acceptance", "A1", "40", ref="D1/1")
    undone = INVOICE._replace(
        date="2026-02-12", id="Z1", source=INVOICE.target, target=INVOICE.source,
        meta=(("reverses", "I1"),),
    )  # fmt: skip
    made = books(RECEIPT, sent, INVOICE, accepted, undone, mine=by("fifo"), periods=JANUARY)
    assert made.codes() == ["reversal-consumed"]


@METHODS
@PERIODS
@pytest.mark.req("OUT-05")
def test_goods_returned_before_the_invoice_bear_none_of_its_difference(
    method: str, is_closed: bool
) -> None:
    """10 go back at 2.00, 90 are invoiced at 2.50: stock 225.00, nothing in cost of sales."""
    back = row("2026-01-07", "purchase-return", "B1", "10", ref="R1/1")
    paper = row("2026-02-10", "purchase-invoice", "I1", "90", price="2.50", ref="R1/1")
    made = run(back, paper, method=method, is_closed=is_closed)
    assert made.codes() == []
    assert made.lines("purchase-return/B1/main") == [("1405", "-20.00R"), ("2202:暂估", "20.00R")]
    assert (made.balance("1405"), made.balance("6401")) == (22500, 0)
    assert made.balance("2202:暂估") == 0


@METHODS
@PERIODS
@pytest.mark.req("OUT-05")
def test_goods_returned_after_the_invoice_go_back_at_its_price(
    method: str, is_closed: bool
) -> None:
    back = row("2026-02-17", "purchase-return", "B1", "10", ref="R1/1")
    made = run(INVOICE, back, CREDIT, method=method, is_closed=is_closed)
    assert made.codes() == []
    assert made.lines("purchase-return/B1/main") == [("1405", "-25.00R"), ("2202:暂估", "25.00R")]
    assert (made.balance("1405"), made.balance("6401")) == (22500, 0)
    assert made.balance("2202:暂估") == 0


@METHODS
@PERIODS
def test_all_that_was_not_sold_goes_back(method: str, is_closed: bool) -> None:
    """40 sold, 60 returned after the invoice: cost of sales 40 × 2.50, no stock left."""
    sold = row("2026-01-06", "sale-delivery", "D1", "40")
    back = row("2026-02-17", "purchase-return", "B1", "60", ref="R1/1")
    credit = row("2026-02-18", "purchase-credit", "N1", "60", price="2.50", ref="B1/1")
    made = run(sold, INVOICE, back, credit, method=method, is_closed=is_closed)
    assert made.codes() == []
    assert (made.balance("1405"), made.balance("6401")) == (0, 10000)
    assert made.balance("2202:暂估") == 0


@METHODS
def test_freight_on_goods_that_go_back_is_cost_of_sales(method: str) -> None:
    """10.00 freight on 100; 10 returned uninvoiced at 2.00, 90 invoiced at 2.50: 1.00 is lost."""
    freight = row("2026-01-06", "landed-cost", "L1", item="", amount="10.00", ref="R1")
    back = row("2026-01-07", "purchase-return", "B1", "10", ref="R1/1")
    paper = row("2026-01-10", "purchase-invoice", "I1", "90", price="2.50", ref="R1/1")
    made = run(freight, back, paper, method=method, is_closed=False)
    assert made.codes() == []
    assert (made.balance("1405"), made.balance("6401")) == (22500 + 900, 100)
    assert made.balance("2202:暂估") == 0


def test_a_late_invoice_for_a_service_is_expensed() -> None:
    """Processing accrued at 50.00 in January's product, invoiced at 60.00 in February."""
    made = books(
        row("2026-01-05", "purchase-receipt", "RS", "10", price="30.00", item="SUGAR"),
        row("2026-01-10", "subcontract-receipt", "U2", "1", item="WORK", party="V2",
            source="Equity:Stock:Supplier", target="Equity:Stock:Production", price="50.00"),
        row("2026-01-10", "subcontract-receipt", "U2", "10", item="SYRUP", party="V2", line="2",
            source="Equity:Stock:Production", target="Assets:Stock:SH:Main"),
        row("2026-02-12", "purchase-invoice", "I1", "1", item="WORK", party="V2",
            price="60.00", ref="U2/1"),
        periods=JANUARY,
    )  # fmt: skip
    assert made.codes() == [] == made.costed.troubles
    assert (made.balance("6401"), made.balance("1405"), made.balance("1408")) == (1000, 5000, 0)


def test_a_hand_back_without_a_citation_is_said_once() -> None:
    made = books(
        row("2026-01-05", "purchase-receipt", "RS", "10", price="30.00", item="SUGAR"),
        row("2026-01-06", "production-issue", "P1", "5", item="SUGAR", order="W"),
        row("2026-01-07", "production-handback", "H1", "1", item="SUGAR"),
    )
    assert made.codes() == ["citation-required"]
    assert made.costed.troubles == []


@METHODS
@pytest.mark.req("IN-03")
def test_opening_stock_is_invoiced_and_returned_like_a_receipt_of_a_closed_period(
    method: str,
) -> None:
    """100 at 2.00 with 200.00 accrued before the start; 40 sold; invoice at 2.50; 10 returned.

    Of 50.00, 30.00 stay in stock and 20.00 are cost of sales; 10 go back at 2.50. The accrual that
    the opening balances brought (200.00) is cleared, and the opening value is not touched.
    """
    made = books(
        row("2026-01-01", "opening", "O1", "100", price="2.00"),
        row("2026-01-06", "sale-delivery", "D1", "40"),
        row("2026-01-10", "purchase-invoice", "I1", "100", price="2.50", ref="O1/1"),
        row("2026-01-17", "purchase-return", "B1", "10", ref="O1/1"),
        row("2026-01-18", "purchase-credit", "N1", "10", price="2.50", ref="B1/1"),
        mine=by(method),
    )
    assert made.codes() == [] == made.costed.troubles
    assert (made.balance("4999"), made.balance("2202:暂估")) == (-20000, 20000)
    assert (made.balance("1405"), made.balance("6401")) == (12500, 8000 + 2000)


def test_one_invoice_line_for_parts_of_several_receipts() -> None:
    """30 of R1 (2.00) and 20 of R2 (3.00) at 2.20: R1 is worth 6.00 more, R2 16.00 less; 70 at
    2.00 and 30 at 3.00 stay accrued.
    """
    made = books(
        RECEIPT,
        row("2026-01-06", "purchase-receipt", "R2", "50", price="3.00"),
        row("2026-01-10", "purchase-invoice", "I1", "50", price="2.20", ref="R1/1=30 R2/1=20"),
    )
    assert made.codes() == []
    assert made.lines("purchase-receipt/R1/main")[0] == ("1405", "206.00")
    assert made.lines("purchase-receipt/R2/main")[0] == ("1405", "134.00")
    assert made.balance("2202:暂估") == -(70 * 200 + 30 * 300)


@pytest.mark.req("INV-09")
def test_components_left_over_come_back_with_the_product() -> None:
    """5 kg at 30.00 to the processor: 4 used up with a fee of 50.00, 1 back; 1408 is empty."""
    made = books(
        row("2026-01-05", "purchase-receipt", "RS", "10", price="30.00", item="SUGAR"),
        row("2026-01-06", "subcontract-issue", "U1", "5", item="SUGAR", party="V2"),
        row("2026-01-10", "subcontract-receipt", "U2", "4", item="SUGAR", party="V2",
            source=SUBCONTRACT, target=PRODUCTION),
        row("2026-01-10", "subcontract-receipt", "U2", "1", item="WORK", party="V2", line="2",
            source=SUPPLIER, target=PRODUCTION, price="50.00"),
        row("2026-01-10", "subcontract-receipt", "U2", "10", item="SYRUP", party="V2", line="3",
            source=PRODUCTION, target=MAIN),
        row("2026-01-10", "subcontract-receipt", "U2", "1", item="SUGAR", party="V2", line="4",
            source=SUBCONTRACT, target=MAIN),
    )  # fmt: skip
    assert made.codes() == [] == made.costed.troubles
    assert [made.balance(code) for code in ("1408", "1403", "1405")] == [0, 18000, 17000]


@pytest.mark.req("CO-05", "CO-09", "FIN-06")
def test_what_the_opening_rate_took_too_much_of_is_told_in_its_own_month() -> None:
    """100 for 300.00 at 2.00 by the plan; 40 of them go to Beijing in February at January's 50 %,
    120.00. Then they are invoiced at 0.60 each: 60.00 in all, so 60.00 too much has gone. What
    January was stays as it was.
    """
    planned = CostPolicy("planned", "location", rate="opening")
    goods = replace(company().categories["goods"], cost=planned)
    mine = replace(company(), categories={**company().categories, "goods": goods})
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "100", price="3.00"),
        row("2026-01-06", "purchase-receipt", "R2", "10", price="2.00", target=BEIJING),
        row("2026-02-10", "transfer", "T1", "40", target=BEIJING),
        row("2026-02-20", "purchase-invoice", "I1", "110", price="0.60", ref="R1 R2"),
    ]
    sources = sources_of(rows, mine, JANUARY)
    place = Place("ledgers/prices.beancount", 1)
    sources.master.prices = [Price("2026-01-01", "COLA", 2 * 10**10, "CNY", place, "planned")]
    made = derive(sources)
    assert made.problems == []
    assert made.costed.costs[2] == 12_000
    assert [name for name, one in made.vouchers.items() if one.date < "2026-02"] == [
        "purchase-receipt/R1/main", "purchase-receipt/R2/main",
    ]  # fmt: skip
    assert made.vouchers["transfer/T1/true-up-R1"].date == "2026-02-10"
    assert made.lines("transfer/T1/true-up-R1") == [("6401", "-60.00R"), ("1404", "60.00R")]
    # 60 left here at nothing; 50 in Beijing for 20.00 - 14.00 + 120.00
    assert (made.balance("1405"), made.balance("1404")) == (22_000, 12_600 - 22_000)
    assert [pool.value for _, pool in sorted(made.costed.pools.items())] == [12_600, 0]
