"""Corners of posting that a mutation run found untested."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from invledger.books.deriving import derive as derive_books
from invledger.model import CostPolicy, Party, Price, Voucher
from invledger.model.problem import Place
from invledger.posting import derive_vouchers, money_voucher
from invledger.posting.bulk import Bulk
from tests.posting.small import books, company, derive, row, rules, sources_of
from tests.properties.happenings import STEPS
from tests.properties.histories import PERIODIC, PERPETUAL, History


def said(vouchers: list[Voucher]) -> list[Voucher]:
    """Vouchers by identity, whatever the order of their lines."""
    found = [voucher._replace(postings=tuple(sorted(voucher.postings))) for voucher in vouchers]
    return sorted(found, key=lambda voucher: voucher.identity)


@pytest.mark.req("FIN-01")
@pytest.mark.parametrize("methods", [PERPETUAL, PERIODIC], ids=["perpetual", "periodic"])
def test_the_short_way_is_the_long_one_on_random_books(
    methods: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every movement type, any policy and grouping: the same vouchers whichever way."""
    for seed in range(30):
        sources = History(Random(seed), methods).sources(12, STEPS)  # noqa: S311  a seed
        if seed % 3:
            group = ("day", "period")[seed % 2]
            sources.company = replace(sources.company, grouping=dict.fromkeys(rules(), group))
        found = derive_books(sources)
        short, told = derive_vouchers(sources, found.valued, found.costed)
        short_list = said(list(short))
        with monkeypatch.context() as patched:
            patched.setattr(Bulk, "_quick", lambda *_: None)
            long, told_long = derive_vouchers(sources, found.valued, found.costed)
            long_list = said(list(long))
        assert short_list == long_list, f"seed {seed}"
        assert sorted(told) == sorted(told_long), f"seed {seed}"


def test_a_name_with_blanks_is_told_with_single_ones() -> None:
    sources = sources_of([row("2026-01-05", "purchase-receipt", "R1", "10", price="1.00")])
    sources.master.parties["V1"] = Party("V1", "华东  电子")
    made = derive(sources)
    assert made.vouchers["purchase-receipt/R1/main"].narration == "采购入库 华东 电子 R1"


def test_red_and_quantity_of_an_issue_and_its_reversal() -> None:
    """10 @ 2.00 in, 4 out, the 4 back: the second voucher is the first one in red."""
    sale = row("2026-01-06", "scrap", "S1", "4", reason="x")
    back = sale._replace(id="S2", source=sale.target, target=sale.source, date="2026-01-07",
                         meta=(*sale.meta, ("reverses", "S1")))  # fmt: skip
    made = books(row("2026-01-05", "opening", "O1", "10", price="2.00"), sale, back)
    first, second = made.vouchers["scrap/S1/main"], made.vouchers["scrap/S2/main"]
    assert [(p.amount, p.red) for p in first.postings] == [(800, False), (-800, False)]
    assert [(p.amount, p.red) for p in second.postings] == [(-800, True), (800, True)]
    quantities = [dict(p.meta).get("qty") for p in (*first.postings, *second.postings)]
    assert [one for one in quantities if one] == ["-4", "4"]


def test_orders_travel_into_vouchers_of_a_day() -> None:
    mine = replace(company(), grouping={"purchase-receipt": "day"})
    made = books(
        row("2026-01-05", "purchase-receipt", "R1", "10", price="1.00", links="PO-7 PO-8"),
        row("2026-01-05", "purchase-receipt", "R2", "10", price="1.00"),
        mine=mine,
    )
    voucher = made.vouchers["purchase-receipt/2026-01-05/main"]
    assert sorted(voucher.links) == ["PO-7", "PO-8", "R1", "R2"]


@pytest.mark.parametrize("line", ["x", "一", "²", "1a"])
def test_a_line_is_cited_by_its_number_only(line: str) -> None:
    made = books(
        row("2026-01-05", "purchase-receipt", "R1", "10", price="1.00"),
        row("2026-01-06", "purchase-return", "B1", "1", ref=f"R1/{line}"),
    )
    assert "citation-unknown" in made.codes()


def test_a_receipt_cited_twice_gives_no_more_than_it_has() -> None:
    """Of 10 received, an invoice names 6 and then 5: one too many."""
    made = books(
        row("2026-01-05", "purchase-receipt", "R1", "10", price="1.00"),
        row("2026-01-06", "purchase-invoice", "I1", "11", price="1.00", ref="R1/1=6 R1/1=5"),
    )
    assert "citation-quantity" in made.codes()
    made = books(
        row("2026-01-05", "purchase-receipt", "R1", "11", price="1.00"),
        row("2026-01-06", "purchase-invoice", "I1", "11", price="1.00", ref="R1/1=6 R1/1=5"),
    )
    assert made.codes() == []
    assert made.balance("2202:暂估") == 0


def test_an_amount_paid_back_is_red() -> None:
    """A payment, and the same one taken back with a minus."""
    sources = sources_of([])
    sources.master.accounts = dict(sources.chart.accounts)
    for text, red in (("10.00", False), ("-10.00", True)):
        values = {"date": "2026-01-05", "id": "P1", "amount": text, "party": "V1"}
        found, problems = money_voucher(sources, "payment", values)
        assert [one.code for one in problems] == []
        assert found is not None
        assert {p.red for p in found.postings} == {red}
        assert sorted(p.amount for p in found.postings) == [-1000, 1000]


def test_revenue_by_company_setting_reaches_the_rules() -> None:
    """At invoice, a delivery books no revenue; at delivery it does."""
    rows = [
        row("2026-01-05", "opening", "O1", "10", price="2.00"),
        row("2026-01-06", "sale-delivery", "D1", "4", price="5.00"),
    ]
    at_delivery = books(*rows, mine=replace(company(), revenue="at-delivery"))
    assert at_delivery.balance("6001") != 0
    dispatched = rows[1]._replace(target="Assets:Stock:Dispatched:C1")
    later = books(rows[0], dispatched, mine=replace(company(), revenue="at-acceptance"))
    assert later.balance("6001") == 0
    assert later.balance("1406") == 800


@pytest.mark.parametrize("method", ["planned", "retail"])
def test_the_difference_account_of_each_method(method: str) -> None:
    """10 for 23.50, at a list price of 2.00 each: 3.50 above planned cost, or a loss of margin."""
    goods = replace(company().categories["goods"], cost=CostPolicy(method))
    mine = replace(company(), categories={**company().categories, "goods": goods})
    sources = sources_of([row("2026-01-05", "opening", "O1", "10", price="2.35")], mine)
    sources.master.prices = priced(method)
    made = derive(sources)
    account = {"planned": "1404", "retail": "1407"}[method]
    assert made.balance(account) == 350
    assert made.balance("1405") + made.balance("1403") == 2000


def priced(kind: str) -> list[Price]:
    """2.00 a piece from the first day on."""
    place = Place("ledgers/prices.beancount", 1)
    return [Price("2026-01-01", "COLA", 2 * 10**10, "CNY", place, kind)]
