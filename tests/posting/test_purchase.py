"""Purchases: receipt, invoice before, with and after the goods, returns, taxpayers, closed months.

Amounts are worked out by hand from 财会〔2016〕22号 (accrual net of deductible VAT) and 13 % VAT.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.posting.small import books, closed, company, row

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "100", price="2.35")


@pytest.mark.req("IN-01", "IN-13", "FIN-01")
def test_a_receipt_accrues_net_of_deductible_tax() -> None:
    made = books(RECEIPT)
    assert made.codes() == []
    assert made.lines("purchase-receipt/R1/main") == [("1405", "235.00"), ("2202:暂估", "-235.00")]
    voucher = made.vouchers["purchase-receipt/R1/main"]
    assert voucher.payee == "华东电子"
    assert voucher.narration == "采购入库 华东电子 R1"
    assert voucher.links == ("R1",)
    assert voucher.postings[0].meta == (("item", "COLA"), ("qty", "100"))
    assert voucher.postings[1].meta == (("party", "V1"),)


@pytest.mark.req("FIN-15")
@pytest.mark.parametrize(
    ("status", "prices", "party", "tax", "value"),
    [
        ("general", "net", "V1", "", 23500),
        ("general", "gross", "V1", "", 20796),  # 235.00 / 1.13 = 207.9646
        ("small-scale", "net", "V1", "", 26555),  # 235.00 + 30.55 not deductible
        ("small-scale", "gross", "V1", "", 23500),
        ("general", "net", "V3", "", 26555),  # the party's invoices are not deductible
        ("small-scale", "net", "V2", "", 23735),  # the supplier levies 1 %
        ("general", "net", "V1", "9", 23500),
        ("none", "net", "V1", "", 23500),
    ],
)
def test_value_by_taxpayer_entry_and_party(
    status: str, prices: str, party: str, tax: str, value: int
) -> None:
    mine = replace(company(), taxpayer=status, prices=prices)
    receipt = RECEIPT._replace(party=party, tax=tax)
    made = books(receipt, mine=mine)
    assert made.codes() == []
    assert made.valued.amounts[0]["value"] == value
    assert made.costed.costs == [value]
    assert made.balance("2202:暂估") == -value


@pytest.mark.req("AR-03", "IN-13")
def test_an_invoice_after_the_goods_clears_the_accrual_and_recosts() -> None:
    """100 received at 2.35, invoiced at 2.40 after 40 went out: stock and issue follow."""
    made = books(
        RECEIPT,
        row("2026-01-08", "sale-delivery", "D1", "40"),
        row("2026-01-20", "purchase-invoice", "I1", "100", price="2.40", ref="R1/1"),
    )
    assert made.codes() == []
    assert made.lines("purchase-receipt/R1/main") == [("1405", "240.00"), ("2202:暂估", "-240.00")]
    assert made.lines("purchase-invoice/I1/main") == [
        ("2202:暂估", "240.00"),
        ("2221:应交增值税:进项税额", "31.20"),
        ("2202", "-271.20"),
    ]
    assert made.lines("sale-delivery/D1/cost") == [("6401", "96.00"), ("1405", "-96.00")]
    assert made.balance("2202:暂估") == 0


def test_a_partial_invoice_leaves_the_rest_accrued() -> None:
    made = books(
        RECEIPT,
        row("2026-01-20", "purchase-invoice", "I1", "30", price="2.35", ref="R1/1=30"),
        row("2026-01-21", "purchase-invoice", "I2", "50", price="2.45", ref="R1"),
    )
    assert made.codes() == []
    assert made.balance("2202:暂估") == -4700  # 20 x 2.35
    assert made.balance("1405") == 7050 + 12250 + 4700


def test_one_invoice_line_matches_several_receipts() -> None:
    made = books(
        RECEIPT,
        row("2026-01-06", "purchase-receipt", "R2", "50", price="2.35"),
        row("2026-01-20", "purchase-invoice", "I1", "150", price="2.38", ref="R1/1 R2/1"),
    )
    assert made.codes() == []
    assert made.balance("2202:暂估") == 0
    assert [a["value"] for a in made.valued.amounts[:2]] == [23800, 11900]


def test_a_difference_may_be_expensed() -> None:
    mine = replace(company(), invoice_difference="expense")
    made = books(
        RECEIPT,
        row("2026-01-20", "purchase-invoice", "I1", "100", price="2.40", ref="R1/1"),
        mine=mine,
    )
    assert made.codes() == []
    assert made.lines("purchase-invoice/I1/main") == [
        ("2202:暂估", "235.00"),
        ("6401", "5.00"),
        ("2221:应交增值税:进项税额", "31.20"),
        ("2202", "-271.20"),
    ]
    assert made.balance("1405") == 23500


@pytest.mark.req("IN-14", "FIN-10")
def test_a_late_difference_after_the_close_is_shared() -> None:
    """40 of 100 are gone: 5.00 of difference is 3.00 in stock and 2.00 in cost of sales."""
    made = books(
        RECEIPT,
        row("2026-01-08", "sale-delivery", "D1", "40"),
        row("2026-02-20", "purchase-invoice", "I1", "100", price="2.40", ref="R1/1"),
        periods=[closed("2026-01", "2026-02-05")],
    )
    assert made.codes() == []
    assert made.lines("purchase-receipt/R1/main")[0] == ("1405", "235.00")
    assert made.lines("purchase-invoice/I1/main") == [
        ("2202:暂估", "235.00"),
        ("1405", "3.00"),
        ("6401", "2.00"),
        ("2221:应交增值税:进项税额", "31.20"),
        ("2202", "-271.20"),
    ]
    assert made.vouchers["purchase-invoice/I1/main"].postings[1].meta == (("item", "COLA"),)


def test_an_invoice_dated_before_the_close_recosts_the_month() -> None:
    made = books(
        RECEIPT,
        row("2026-02-03", "purchase-invoice", "I1", "100", price="2.40", ref="R1/1"),
        periods=[closed("2026-01", "2026-02-05")],
    )
    assert made.lines("purchase-receipt/R1/main")[0] == ("1405", "240.00")


def test_one_line_revalues_several_closed_receipts() -> None:
    """100 and 50 at 2.35, invoiced at 2.40 after the close: 5.00 and 2.50, all on hand."""
    made = books(
        RECEIPT,
        row("2026-01-06", "purchase-receipt", "R2", "50", price="2.35"),
        row("2026-02-20", "purchase-invoice", "I1", "150", price="2.40", ref="R1/1 R2/1"),
        periods=[closed("2026-01", "2026-02-05")],
    )
    assert made.codes() == []
    assert made.balance("1405") == 36000
    assert made.balance("2202:暂估") == 0


@pytest.mark.req("AR-03")
def test_an_invoice_before_the_goods_is_goods_in_transit() -> None:
    """100 invoiced at 2.40; 60 come and cite it, then 50 of which 40 are covered."""
    made = books(
        row("2026-01-03", "purchase-invoice", "I1", "100", price="2.40"),
        row("2026-01-05", "purchase-receipt", "R1", "60", ref="I1/1"),
        row("2026-01-07", "purchase-receipt", "R2", "50", price="2.50", ref="I1/1"),
    )
    assert made.codes() == []
    assert made.lines("purchase-invoice/I1/main") == [
        ("1402", "240.00"),
        ("2221:应交增值税:进项税额", "31.20"),
        ("2202", "-271.20"),
    ]
    assert made.lines("purchase-receipt/R1/main") == [("1405", "144.00"), ("1402", "-144.00")]
    assert made.lines("purchase-receipt/R2/main") == [
        ("1405", "121.00"),
        ("2202:暂估", "-25.00"),
        ("1402", "-96.00"),
    ]
    assert made.balance("1402") == 0


def test_a_small_scale_buyer_pays_tax_as_cost() -> None:
    mine = replace(company(), taxpayer="small-scale")
    made = books(
        RECEIPT,
        row("2026-01-20", "purchase-invoice", "I1", "100", price="2.35", ref="R1/1"),
        mine=mine,
    )
    assert made.codes() == []
    assert made.lines("purchase-invoice/I1/main") == [("2202:暂估", "265.55"), ("2202", "-265.55")]


def test_the_paper_may_state_its_tax() -> None:
    made = books(
        RECEIPT,
        row(
            "2026-01-20",
            "purchase-invoice",
            "I1",
            "100",
            price="2.35",
            ref="R1",
            tax_amount="30.56",
        ),
    )
    assert made.balance("2221") == 3056


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"price": None}, "missing-price"),
        ({"price": 0}, "zero-price"),
        ({"price": None, "amount": 0}, "zero-price"),
        ({"currency": "USD"}, "rate-missing"),
        ({"party": ""}, "field-required"),
        ({"target": "Equity:Stock:Customer"}, "flow-not-allowed"),
        ({"type": "purchase-receit"}, "rule-unknown"),
        ({"tax": "abc"}, "tax-rate-unknown"),
        ({"ref": "R9"}, "citation-unknown"),
        ({"ref": "R1"}, "citation-type"),
        ({"ref": "R1/1=x"}, "citation-quantity"),
    ],
)
def test_bad_receipts_are_problems(change: dict[str, object], code: str) -> None:
    bad = RECEIPT._replace(id="R2", date="2026-01-06", **change)  # type: ignore[arg-type]  # by name
    found = [p for p in books(RECEIPT, bad).problems if p.code == code]
    assert len(found) == 1
    assert found[0].place.line == 3
    assert "{" not in found[0].text("zh") + found[0].text() + found[0].remedy()


def test_an_unknown_type_comes_with_the_nearest() -> None:
    found = books(RECEIPT._replace(type="purchase-receit")).problems[0]
    assert "purchase-receipt" in found.remedy()


def test_goods_of_others_are_never_valued() -> None:
    made = books(RECEIPT._replace(owner="C1"))
    assert made.vouchers == {}
    assert made.costed.costs == [0]


def test_what_one_invoice_brought_another_cannot_match() -> None:
    made = books(
        row("2026-01-03", "purchase-invoice", "I1", "60", price="2.40"),
        row("2026-01-05", "purchase-receipt", "R1", "100", price="2.40", ref="I1"),
        row("2026-01-20", "purchase-invoice", "I2", "50", price="2.40", ref="R1=50"),
    )
    assert made.codes() == ["citation-quantity"]
    good = books(
        row("2026-01-03", "purchase-invoice", "I1", "60", price="2.40"),
        row("2026-01-05", "purchase-receipt", "R1", "100", price="2.40", ref="I1"),
        row("2026-01-20", "purchase-invoice", "I2", "40", price="2.50", ref="R1"),
    )
    assert good.codes() == []
    assert good.balance("2202:暂估") == good.balance("1402") == 0
    assert good.balance("1405") == 14400 + 10000


@pytest.mark.parametrize(
    ("ref", "item", "code"),
    [("R2", "COLA", "citation-later"), ("R0/1", "SUGAR", "citation-item")],
)
def test_citations_that_do_not_fit(ref: str, item: str, code: str) -> None:
    made = books(
        row("2026-01-04", "purchase-receipt", "R0", "100", price="2.35"),
        row("2026-01-20", "purchase-receipt", "R2", "100", price="2.35"),
        row("2026-01-10", "purchase-invoice", "I1", "10", item=item, price="2.35", ref=ref),
    )
    assert made.codes() == [code]
