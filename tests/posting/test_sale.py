"""Sales: delivery, invoice, return, samples; revenue at delivery, at acceptance, at invoice.

Amounts by hand: 13 % output VAT on the net price, cost at the moving average.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.posting.small import CUSTOMER, DISPATCHED, MAIN, books, company, row

STOCK = row("2026-01-01", "opening", "O1", "100", price="2.35")
SALE = row("2026-01-05", "sale-delivery", "D1", "10", price="5.00")
SALE_LINES = [("1122", "56.50"), ("6001", "-50.00"), ("2221:应交增值税:销项税额", "-6.50")]
COST_LINES = [("6401", "23.50"), ("1405", "-23.50")]


@pytest.mark.req("OUT-01", "OUT-18", "FIN-01")
def test_a_delivery_books_revenue_tax_and_cost() -> None:
    made = books(STOCK, SALE)
    assert made.codes() == []
    assert made.lines("sale-delivery/D1/main") == SALE_LINES
    assert made.lines("sale-delivery/D1/cost") == COST_LINES
    cost = made.vouchers["sale-delivery/D1/cost"]
    assert cost.postings[1].meta == (("item", "COLA"), ("qty", "-10"))
    assert (cost.postings[1].debit, cost.postings[1].credit) == (0, 2350)


def test_one_voucher_or_two() -> None:
    made = books(STOCK, SALE, mine=replace(company(), cost_voucher="together"))
    assert set(made.vouchers) == {"opening/O1/main", "sale-delivery/D1/main"}
    assert made.lines("sale-delivery/D1/main") == SALE_LINES + COST_LINES


def test_without_a_price_only_cost() -> None:
    made = books(STOCK, SALE._replace(price=None))
    assert made.codes() == []
    assert set(made.vouchers) == {"opening/O1/main", "sale-delivery/D1/cost"}


@pytest.mark.req("FIN-14", "FIN-15")
@pytest.mark.parametrize(
    ("date", "net", "tax"),
    [
        ("2019-12-31", "-97.09", "-2.91"),  # 100 / 1.03
        ("2021-05-01", "-99.01", "-0.99"),  # 100 / 1.01, the relief of 2020-03
        ("2022-10-01", "-97.09", "-2.91"),
        ("2026-01-05", "-99.01", "-0.99"),
        ("2028-01-01", "-97.09", "-2.91"),
    ],
)
def test_a_small_scale_taxpayer_levies_by_date(date: str, net: str, tax: str) -> None:
    mine = replace(company(), taxpayer="small-scale", prices="gross")
    stock = STOCK._replace(date="2019-01-01")
    made = books(stock, row(date, "sale-delivery", "D1", "10", price="10.00"), mine=mine)
    assert made.codes() == []
    assert made.lines("sale-delivery/D1/main") == [
        ("1122", "100.00"),
        ("6001", net),
        ("2221:应交增值税", tax),
    ]


@pytest.mark.req("FIN-14")
@pytest.mark.parametrize(
    ("date", "tax"), [("2018-04-30", -1700), ("2018-05-01", -1600), ("2019-04-01", -1300)]
)
def test_the_standard_rate_by_date(date: str, tax: int) -> None:
    stock = STOCK._replace(date="2018-01-01")
    made = books(stock, row(date, "sale-delivery", "D1", "10", price="10.00"))
    assert made.balance("2221") == tax


@pytest.mark.req("IN-04", "OUT-11")
def test_a_return_comes_back_at_price_and_cost_of_its_delivery() -> None:
    """After the sale 100 come in at 9.00: the return still costs 2.35 each."""
    made = books(
        STOCK,
        SALE,
        row("2026-01-06", "purchase-receipt", "R1", "100", price="9.00"),
        row("2026-01-07", "sale-return", "B1", "4", ref="D1/1"),
    )
    assert made.codes() == []
    assert made.lines("sale-return/B1/main") == [
        ("1122", "-22.60R"),
        ("6001", "20.00R"),
        ("2221:应交增值税:销项税额", "2.60R"),
    ]
    assert made.lines("sale-return/B1/cost") == [("6401", "-9.40R"), ("1405", "9.40R")]


def test_returns_in_parts_add_up_to_the_delivery() -> None:
    """3 at 3.33 net: 9.99 and 1.30 tax come back as thirds that add up exactly."""
    parts = [row(f"2026-01-0{n + 5}", "sale-return", f"B{n}", "1", ref="D1") for n in (1, 2, 3)]
    made = books(STOCK, row("2026-01-05", "sale-delivery", "D1", "3", price="3.33"), *parts)
    assert made.codes() == []
    assert made.balance("1122") == made.balance("6001") == made.balance("2221") == 0
    assert made.balance("6401") == 0


def test_a_return_without_citation_is_refused() -> None:
    made = books(STOCK, SALE, row("2026-01-07", "sale-return", "B1", "4", price="5.00"))
    assert "citation-required" in made.codes()
    assert made.valued.lines[-1].value is None  # a sale price is never a cost


@pytest.mark.req("AR-03")
def test_an_invoice_books_nothing_twice() -> None:
    invoice = row("2026-01-08", "sale-invoice", "I1", "10", price="5.00", ref="D1/1")
    made = books(STOCK, SALE, invoice)
    assert made.codes() == []
    assert not any(identity.startswith("sale-invoice") for identity in made.vouchers)


def test_an_invoice_books_the_difference_of_price() -> None:
    invoice = row("2026-01-08", "sale-invoice", "I1", "10", price="4.50", ref="D1/1")
    made = books(STOCK, SALE, invoice)
    assert made.lines("sale-invoice/I1/main") == [
        ("1122", "-5.65R"),
        ("6001", "5.00R"),
        ("2221:应交增值税:销项税额", "0.65R"),
    ]


@pytest.mark.req("FIN-01", "FIN-03")
def test_an_invoice_of_a_part_balances_to_the_cent() -> None:
    """10 went for 965.29 and 125.49 VAT; 6 of them, 579.17 and 75.29, are invoiced for 480.00
    and 62.40. What is taken back is the sum of both, 112.06: 6/10 of 1,090.78 would be 112.07.
    """
    sale = row("2026-01-05", "sale-delivery", "D1", "10", price="96.529")
    invoice = row("2026-01-08", "sale-invoice", "I1", "6", price="80.00", ref="D1/1")
    made = books(STOCK, sale, invoice)
    assert made.codes() == []
    assert made.lines("sale-invoice/I1/main") == [
        ("1122", "-112.06R"), ("6001", "99.17R"), ("2221:应交增值税:销项税额", "12.89R"),
    ]  # fmt: skip


def test_an_invoice_books_what_the_delivery_left_unpriced() -> None:
    invoice = row("2026-01-08", "sale-invoice", "I1", "10", price="5.00", ref="D1/1")
    made = books(STOCK, SALE._replace(price=None), invoice)
    assert made.lines("sale-invoice/I1/main") == SALE_LINES


def test_an_invoice_before_the_goods_is_an_advance() -> None:
    made = books(
        STOCK,
        row("2026-01-03", "sale-invoice", "I1", "10", price="5.00"),
        row("2026-01-05", "sale-delivery", "D1", "10", price="5.00", ref="I1/1"),
    )
    assert made.codes() == []
    assert made.lines("sale-invoice/I1/main") == [
        ("1122", "56.50"),
        ("2205", "-50.00"),
        ("2221:应交增值税:销项税额", "-6.50"),
    ]
    assert made.lines("sale-delivery/D1/main") == [("2205", "50.00"), ("6001", "-50.00")]


@pytest.mark.parametrize(
    ("revenue", "type_"), [("at-acceptance", "sale-acceptance"), ("at-invoice", "sale-invoice")]
)
def test_revenue_after_delivery(revenue: str, type_: str) -> None:
    made = books(
        STOCK,
        row("2026-01-05", "sale-delivery", "D1", "10", price="5.00", target=DISPATCHED),
        row("2026-01-09", type_, "A1", "10", price="5.00", source=DISPATCHED, target=CUSTOMER,
            ref="D1/1"),
        mine=replace(company(), revenue=revenue),
    )  # fmt: skip
    assert made.codes() == []
    assert made.lines("sale-delivery/D1/cost") == [("1406", "23.50"), ("1405", "-23.50")]
    assert "sale-delivery/D1/main" not in made.vouchers
    assert made.lines(f"{type_}/A1/main") == SALE_LINES
    assert made.lines(f"{type_}/A1/cost") == [("6401", "23.50"), ("1406", "-23.50")]


@pytest.mark.req("FIN-18")
def test_a_reversed_sale_is_red_on_the_original_sides() -> None:
    undo = row("2026-01-09", "sale-delivery", "X1", "10", price="5.00", source=CUSTOMER,
               target=MAIN, reverses="D1")  # fmt: skip
    made = books(STOCK, SALE, undo)
    assert made.codes() == []
    assert made.lines("sale-delivery/X1/main") == [
        ("1122", "-56.50R"),
        ("6001", "50.00R"),
        ("2221:应交增值税:销项税额", "6.50R"),
    ]
    assert made.lines("sale-delivery/X1/cost") == [("6401", "-23.50R"), ("1405", "23.50R")]
    debit = sum(p.debit for v in made.vouchers.values() for p in v.postings if "6401" in p.account)
    assert debit == 0  # turnover is taken back, not doubled


@pytest.mark.req("OUT-06")
def test_samples_and_gifts_are_deemed_sold() -> None:
    """Without a price: cost 23.50 x 1.10 = 25.85, 13 % of it 3.36; with 5.00 each 6.50."""
    made = books(
        STOCK,
        row("2026-01-05", "other-out", "S1", "10", reason="sample"),
        row("2026-01-05", "other-out", "S2", "10", reason="gift", price="5.00"),
        row("2026-01-05", "other-out", "S3", "10", reason="internal-use", dept="办公室"),
    )
    assert made.codes() == []
    assert made.lines("other-out/S1/main") == [
        ("6601", "26.86"),
        ("1405", "-23.50"),
        ("2221:应交增值税:销项税额", "-3.36"),
    ]
    assert made.balance("2221") == -336 - 650
    assert made.lines("other-out/S3/main") == [("6602", "23.50"), ("1405", "-23.50")]
    assert made.vouchers["other-out/S3/main"].postings[0].meta == (("dept", "办公室"),)


def test_an_unknown_reason_names_the_nearest() -> None:
    made = books(STOCK, row("2026-01-05", "other-out", "S1", "10", reason="samples"))
    found = next(p for p in made.problems if p.code == "reason-unknown")
    assert found.remedy() == "one of: sample"


@pytest.mark.req("FIN-02")
@pytest.mark.parametrize(("group", "key"), [("day", "2026-01-05"), ("period", "2026-01")])
def test_grouping_joins_equal_lines(group: str, key: str) -> None:
    mine = replace(company(), grouping={"sale-delivery": group})
    made = books(STOCK, SALE, SALE._replace(id="D2"), mine=mine)
    assert made.lines(f"sale-delivery/{key}/main") == [
        ("1122", "113.00"),
        ("6001", "-100.00"),
        ("2221:应交增值税:销项税额", "-13.00"),
    ]
    voucher = made.vouchers[f"sale-delivery/{key}/cost"]
    assert voucher.postings[1].meta == (("item", "COLA"), ("qty", "-20"))
    assert voucher.links == ("D1", "D2")
    assert voucher.date == ("2026-01-05" if group == "day" else "2026-01-31")


def test_negative_stock_is_trued_up_by_its_own_voucher() -> None:
    """10 go out of nothing at the last cost 2.35; 20 come at 3.00: 6.50 more cost."""
    mine = company()
    goods = mine.categories["goods"]
    policy = replace(goods, cost=replace(goods.cost, negative="provisional"))
    mine = replace(mine, categories={**mine.categories, "goods": policy})
    made = books(
        STOCK,
        row("2026-01-02", "sale-delivery", "D0", "100"),
        row("2026-01-05", "sale-delivery", "D1", "10"),
        row("2026-01-06", "purchase-receipt", "R1", "20", price="3.00"),
        mine=mine,
    )
    identity = "sale-delivery/D1/true-up-R1"
    assert made.lines(identity) == [("6401", "6.50"), ("1405", "-6.50")]
    assert made.vouchers[identity].date == "2026-01-06"
    assert made.vouchers[identity].postings[1].meta == (("item", "COLA"),)
    assert made.balance("1405") == 3000
