"""Corners of posting that a mutation run found untested."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from invledger.books.deriving import derive as derive_books
from invledger.ledger import voucher_digest
from invledger.model import Booking, CostChange, CostPolicy, Party, Price, Row, Voucher
from invledger.model.problem import Place
from invledger.posting import adjust_booked, derive_vouchers, money_voucher, run_examples
from invledger.posting.bulk import Bulk
from tests.posting.small import BEIJING, MAIN, books, company, derive, row, rules, sources_of
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


def scrapped(date: str, id_: str, quantity: str, **given: str) -> Row:
    return row(date, "scrap", id_, quantity, reason="x", **given)


def undone(first: Row, id_: str, date: str) -> Row:
    return first._replace(id=id_, source=first.target, target=first.source, date=date,
                          meta=(*first.meta, ("reverses", first.id)))  # fmt: skip


@pytest.mark.req("CO-10")
def test_a_reversal_brings_its_part_of_the_allowance_back() -> None:
    """10 @ 2.00, written down by 5.00; 4 scrapped release 2.00, the reversal takes them back."""
    down = row("2026-01-06", "write-down", "W1", item="", amount="5.00")
    down = down._replace(party="", meta=(("item", "COLA"),))
    lost = scrapped("2026-01-07", "S1", "4")
    rows = [row("2026-01-05", "opening", "O1", "10", price="2.00"), down, lost]
    assert books(*rows).balance("1471") == -300
    made = books(*rows, undone(lost, "S2", "2026-01-08"))
    assert made.codes() == []
    assert made.balance("1471") == -500
    last = books(*rows, undone(lost, "S2", "2026-01-08"), scrapped("2026-01-09", "S3", "10"))
    assert last.balance("1471") == 0


@pytest.mark.req("CO-09")
def test_a_revaluation_of_one_site_leaves_the_other_alone() -> None:
    """5 @ 2.00 in each of two sites; one of them becomes 3.00 each."""
    goods = replace(company().categories["goods"], cost=CostPolicy("moving-average", "site"))
    mine = replace(company(), categories={**company().categories, "goods": goods})
    up = row("2026-01-06", "revaluation", "A1", item="", reason="review")._replace(
        party="", meta=(("item", "COLA"), ("location", MAIN), ("unit-cost", "3.00"))
    )
    rows = [
        row("2026-01-05", "opening", "O1", "5", price="2.00"),
        row("2026-01-05", "opening", "O2", "5", price="2.00", target=BEIJING),
    ]
    made = books(*rows, up, mine=mine)
    assert made.codes() == []
    assert {key: pool.value for key, pool in made.costed.pools.items()} == {
        "COLA@SH": 1500, "COLA@BJ": 1000,
    }  # fmt: skip


@pytest.mark.req("CO-09")
def test_an_adjustment_over_two_receipts_is_shared_to_the_cent() -> None:
    """10,000.00 onto two receipts of equal value: half each, 5,000.00 onto the first's 10.00."""
    goods = replace(company().categories["goods"], cost=CostPolicy("fifo"))
    mine = replace(company(), categories={**company().categories, "goods": goods})
    more = row("2026-01-06", "cost-adjustment", "A1", item="", amount="10000.00", ref="R1 R2",
               reason="review")._replace(party="")  # fmt: skip
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "10", price="1.00", tax="0"),
        row("2026-01-05", "purchase-receipt", "R2", "10", price="1.00", tax="0"),
        more,
        row("2026-01-07", "sale-delivery", "D1", "10"),
    ]
    made = books(*rows, mine=mine)
    assert made.codes() == []
    assert made.costed.costs[-1] == 501_000


@pytest.mark.req("FIN-04")
@pytest.mark.parametrize("quantity", ["100", "100.0000"])
def test_a_quantity_written_with_other_decimals_is_the_same_quantity(quantity: str) -> None:
    """Booked with other decimals than 100.000: only the money differs."""
    receipt = row("2026-01-05", "purchase-receipt", "R1", "100.000", item="SUGAR", price="2.35")
    sources = sources_of([receipt])
    derived = list(derive(sources).vouchers.values())
    [voucher] = derived
    stock, accrual = voucher.postings
    old = stock._replace(amount=stock.amount - 500, meta=(("item", "SUGAR"), ("qty", quantity)))
    booked = voucher._replace(postings=(old, accrual._replace(amount=accrual.amount + 500)))
    sources.posted = [booked]
    sources.register = [
        Booking("2026-01", booked.word, 1, booked.identity, voucher_digest(booked, 2),
                booked.date, "张三", "李四", "2026-02-05")
    ]  # fmt: skip
    made, problems = adjust_booked(derived, sources)
    assert problems == []
    [more] = [one for one in made if one.identity.endswith("~1")]
    assert [(p.amount, dict(p.meta).get("qty")) for p in more.postings] == [
        (500, None), (-500, None),
    ]  # fmt: skip


@pytest.mark.req("CO-06")
def test_a_change_for_a_category_reaches_its_items_and_no_others() -> None:
    """From February on goods are first in, first out: 10 @ 1.00, 10 @ 2.00, 10 leave for 10.00."""
    kept = {name: replace(c, cost=CostPolicy("moving-average"))
            for name, c in company().categories.items()}  # fmt: skip
    policies = {name: category.cost for name, category in kept.items()}
    change = CostChange(
        "2026-02-01", "goods", "", is_retrospective=False, reason="x", default=CostPolicy(),
        categories={**policies, "goods": CostPolicy("fifo")}, items={},
    )  # fmt: skip
    mine = replace(company(), categories=kept, cost_changes=(change,))
    rows = [
        row(date, "opening", f"{item[0]}{n}", "10", item=item, price=price)
        for item in ("COLA", "SUGAR")
        for n, (date, price) in enumerate((("2026-01-05", "1.00"), ("2026-02-05", "2.00")))
    ]
    rows += [
        row("2026-02-06", "scrap", f"S{item[0]}", "10", item=item, reason="x")
        for item in ("COLA", "SUGAR")
    ]
    costed = books(*rows, mine=mine).costed
    assert costed.costs[-2:] == [1000, 1500]


@pytest.mark.parametrize("basis", ["weight", "volume"])
def test_freight_by_a_measure_that_an_item_lacks_is_refused(basis: str) -> None:
    """Only sugar says what a kilo takes: nobody knows the share of the other."""
    sources = sources_of([
        row("2026-01-05", "purchase-receipt", "R1", "10", price="1.00"),
        row("2026-01-05", "purchase-receipt", "R2", "10.000", item="SUGAR", price="1.00"),
        row("2026-01-06", "landed-cost", "L1", item="", amount="5.00", ref="R1 R2", basis=basis),
    ])  # fmt: skip
    items = sources.master.items
    items["SUGAR"] = replace(items["SUGAR"], meta={basis: "1"})
    assert derive(sources).codes() == ["landed-no-basis"]
    items["COLA"] = replace(items["COLA"], meta={basis: "0.35"})
    assert derive(sources).codes() == []


def test_an_example_needs_quantity_and_price_as_numbers() -> None:
    """A rule's own example with a price that is none: the linter says so, and does not fail."""
    first = rules()["purchase-receipt"][0]
    example = first.examples[0]
    for given in ({"qty": "x", "price": "1"}, {"qty": "1", "price": "x"}):
        broken = replace(example, given={**example.given, **given})
        kept = {k: v for k, v in broken.given.items() if k != "amount"}
        rule = replace(first, examples=(replace(broken, given=kept),))
        assert len(run_examples([rule], company())) == 1


def test_an_invoice_does_not_clear_goods_of_another_item() -> None:
    made = books(
        row("2026-01-05", "purchase-receipt", "R1", "10.000", item="SUGAR", price="1.00"),
        row("2026-01-06", "purchase-invoice", "I1", "10", price="1.00", ref="R1/1"),
    )
    assert "citation-item" in made.codes()
    assert made.balance("2202:暂估") == -1000


def test_a_payment_rule_that_does_not_balance_makes_no_voucher() -> None:
    sources = sources_of([])
    rule = sources.rules["payment"][0]
    sources.rules = {"payment": (replace(rule, lines=rule.lines[:1]),)}
    values = {"date": "2026-01-05", "id": "P1", "amount": "10.00", "party": "V1"}
    found, problems = money_voucher(sources, "payment", values)
    assert found is None
    assert [one.code for one in problems] == ["voucher-unbalanced"]
