"""Prices in another currency: the rate of the day, which the goods keep; what payables note."""

from __future__ import annotations

import pytest

from invledger.model import Price, Row
from invledger.model.problem import Place
from tests.posting.small import Books, derive, row, sources_of

RATES = [
    Price("2026-01-01", "USD", 71_000_000_000, "CNY", Place("ledgers/prices.beancount", 1)),
    Price("2026-01-10", "USD", 73_000_000_000, "CNY", Place("ledgers/prices.beancount", 2)),
]


def run(*rows: Row) -> Books:
    sources = sources_of(rows)
    sources.master.prices = RATES
    return derive(sources)


def usd(row_: Row) -> Row:
    return row_._replace(currency="USD")


RECEIPT = usd(row("2026-01-05", "purchase-receipt", "R1", "100", price="1.00", tax="0"))
PAPER = usd(row("2026-01-10", "purchase-invoice", "I1", "100", price="1.00", ref="R1", tax="0"))


def noted(made: Books, identity: str, line: int) -> dict[str, str]:
    return dict(made.vouchers[identity].postings[line].meta)


@pytest.mark.req("AR-10", "IN-13")
def test_a_receipt_takes_the_rate_of_its_date() -> None:
    """100.00 USD at 7.1: 710.00, and the accrual remembers it."""
    made = run(RECEIPT)
    assert made.codes() == []
    assert made.lines("purchase-receipt/R1/main") == [("1405", "710.00"), ("2202:暂估", "-710.00")]
    assert noted(made, "purchase-receipt/R1/main", 0) == {"item": "COLA", "qty": "100"}
    assert noted(made, "purchase-receipt/R1/main", 1) == {
        "party": "V1", "foreign": "-100.00 USD", "rate": "7.1",
    }  # fmt: skip


def test_a_stated_rate_wins_and_the_value_is_rounded_once() -> None:
    """erpnext: 3 at 0.35 and 62.9: 66.045, so 66.05 (1.05 USD at 62.9 is that, too)."""
    stated = usd(row("2026-01-05", "purchase-receipt", "R1", "3", price="0.35", tax="0",
                     rate="62.9"))  # fmt: skip
    assert run(stated).balance("1405") == 6605
    fine = usd(row("2026-01-05", "purchase-receipt", "R1", "1000000", price="0.0005", tax="0",
                   rate="0.5"))  # fmt: skip
    assert run(fine).balance("1405") == 25000


@pytest.mark.req("AR-10")
def test_goods_keep_their_rate_and_the_difference_is_an_exchange_loss() -> None:
    """Invoiced at 7.3: payable 730.00, accrual 710.00 cleared, 20.00 lost; stock stays."""
    made = run(RECEIPT, PAPER)
    assert made.codes() == []
    assert made.lines("purchase-invoice/I1/main") == [
        ("2202:暂估", "710.00"), ("6061", "20.00"), ("2202", "-730.00"),
    ]  # fmt: skip
    assert noted(made, "purchase-invoice/I1/main", 0)["foreign"] == "100.00 USD"
    assert noted(made, "purchase-invoice/I1/main", 0)["rate"] == "7.1"
    assert noted(made, "purchase-invoice/I1/main", 2)["foreign"] == "-100.00 USD"
    assert noted(made, "purchase-invoice/I1/main", 2)["rate"] == "7.3"
    assert made.balance("1405") == 71000


@pytest.mark.req("AR-10")
def test_a_price_difference_is_converted_at_the_rate_of_the_goods() -> None:
    """Billed at 1.10 USD: the goods cost 781.00, payable 803.00, exchange loss 22.00."""
    dearer = PAPER._replace(price=11_000_000_000)
    made = run(RECEIPT, dearer)
    assert made.codes() == []
    assert (made.balance("1405"), made.balance("2202:暂估"), made.balance("6061")) == (
        78100, 0, 2200,
    )  # fmt: skip
    gain = dearer._replace(meta=(("rate", "7"),))
    assert run(RECEIPT, gain).balance("6061") == -1100


def test_a_prepaid_purchase_keeps_the_rate_of_its_payment() -> None:
    prepaid = (("rate", "6.9"),)
    made = run(RECEIPT._replace(meta=prepaid), PAPER._replace(meta=prepaid))
    assert (made.balance("1405"), made.balance("2202:暂估"), made.balance("6061")) == (69000, 0, 0)
    assert made.codes() == []


def test_tax_on_a_foreign_price_and_a_return_at_the_rate_of_its_receipt() -> None:
    """13 % on 100.00 USD at 7.1: net 710.00, tax 92.30; 10 go back at 71.00 and 10.00 USD."""
    taxed = RECEIPT._replace(tax="13")
    back = row("2026-01-12", "purchase-return", "B1", "10", ref="R1")
    credit = usd(row("2026-01-13", "purchase-credit", "N1", "10", price="1.00", ref="B1", tax="0"))
    made = run(taxed, PAPER, back, credit)
    assert made.codes() == []
    assert made.lines("purchase-return/B1/main") == [("1405", "-71.00R"), ("2202:暂估", "71.00R")]
    assert noted(made, "purchase-return/B1/main", 1)["foreign"] == "10.00 USD"
    assert (made.balance("1405"), made.balance("2202:暂估")) == (63900, 0)
    assert made.balance("6061") == 2000 - 200


def test_a_sale_and_freight_in_a_foreign_currency() -> None:
    sold = usd(row("2026-01-06", "sale-delivery", "D1", "10", price="2.00", tax="0"))
    freight = usd(row("2026-01-07", "landed-cost", "L1", item="", amount="10.00", ref="R1",
                      tax="0", rate="7"))  # fmt: skip
    made = run(RECEIPT, sold, freight)
    assert made.codes() == []
    assert made.lines("sale-delivery/D1/main") == [("1122", "142.00"), ("6001", "-142.00")]
    assert noted(made, "sale-delivery/D1/main", 0)["foreign"] == "20.00 USD"
    assert made.balance("1405") == 78000 - 7800
    assert noted(made, "landed-cost/L1/main", 1)["foreign"] == "-10.00 USD"


@pytest.mark.parametrize("rate", ["", "0", "-7.1", "seven"])
def test_no_rate_no_value(rate: str) -> None:
    before = RECEIPT._replace(date="2025-12-31", meta=(("rate", rate),) if rate else ())
    made = run(before)
    assert made.codes() == ["rate-missing"]
    assert made.vouchers == {}


def test_a_sale_invoice_follows_the_rate_of_its_delivery() -> None:
    """10 delivered at 2.00 USD and 7.1; billed at 7.3: nothing new; at 2.10 USD: 7.10 more."""
    sold = usd(row("2026-01-06", "sale-delivery", "D1", "10", price="2.00", tax="0"))
    bill = usd(row("2026-01-11", "sale-invoice", "S1", "10", price="2.00", tax="0", ref="D1"))
    made = run(RECEIPT, sold, bill)
    assert made.codes() == []
    assert "sale-invoice/S1/main" not in made.vouchers
    made = run(RECEIPT, sold, bill._replace(price=21_000_000_000))
    assert made.lines("sale-invoice/S1/main") == [("1122", "7.10"), ("6001", "-7.10")]
    assert noted(made, "sale-invoice/S1/main", 0)["foreign"] == "1.00 USD"


@pytest.mark.req("AR-10")
@pytest.mark.parametrize(
    ("currency", "rate", "price", "value", "foreign"),
    [
        ("JPY", 480_000_000, "333.5", "48.02", "-1001 JPY"),  # 1,000.5 yen at 0.048: 48.024
        ("KWD", 231_000_000_000, "1.2345", "85.55", "-3.704 KWD"),  # 3.7035 at 23.1: 85.55085
        ("USD", 71_000_000_000, "1.2345", "26.29", "-3.70 USD"),  # 3.7035 at 7.1: 26.29485
        ("XTS", 20_000_000_000, "1.23456", "7.41", "-3.7037 XTS"),  # 3.70368 at 2: 7.40736
    ],
)
def test_a_currency_has_decimals_of_its_own(
    currency: str, rate: int, price: str, value: str, foreign: str
) -> None:
    """Yen have none, dinars three (ISO 4217), a declared one what it declares."""
    receipt = row("2026-01-05", "purchase-receipt", "R1", "3", price=price, tax="0")
    sources = sources_of([receipt._replace(currency=currency)])
    place = Place("ledgers/prices.beancount", 1)
    sources.master.prices = [Price("2026-01-01", currency, rate, "CNY", place)]
    sources.master.currencies = {"XTS": 4}
    made = derive(sources)
    assert made.codes() == []
    assert made.lines("purchase-receipt/R1/main") == [("1405", value), ("2202:暂估", f"-{value}")]
    assert noted(made, "purchase-receipt/R1/main", 1)["foreign"] == foreign


@pytest.mark.req("AR-10")
def test_an_invoice_in_yen_clears_its_receipt_and_the_rest_is_exchange_loss() -> None:
    """1,000 yen at 0.048 and 0.05: 48.00 accrued, 50.00 payable, 2.00 lost."""
    place = Place("ledgers/prices.beancount", 1)
    receipt = row("2026-01-05", "purchase-receipt", "R1", "10", price="100", tax="0")
    paper = row("2026-01-10", "purchase-invoice", "I1", "10", price="100", ref="R1", tax="0")
    sources = sources_of([one._replace(currency="JPY") for one in (receipt, paper)])
    sources.master.prices = [
        Price("2026-01-01", "JPY", 480_000_000, "CNY", place),
        Price("2026-01-10", "JPY", 500_000_000, "CNY", place),
    ]
    made = derive(sources)
    assert made.codes() == []
    assert made.lines("purchase-invoice/I1/main") == [
        ("2202:暂估", "48.00"), ("6061", "2.00"), ("2202", "-50.00"),
    ]  # fmt: skip
    assert noted(made, "purchase-invoice/I1/main", 0)["foreign"] == "1000 JPY"
    assert noted(made, "purchase-invoice/I1/main", 2)["foreign"] == "-1000 JPY"


def test_a_whole_rate_is_told_without_decimals() -> None:
    sources = sources_of([RECEIPT])
    sources.master.prices = [RATES[0]._replace(price=70_000_000_000)]
    made = derive(sources)
    assert noted(made, "purchase-receipt/R1/main", 1) == {
        "party": "V1", "foreign": "-100.00 USD", "rate": "7",
    }  # fmt: skip
