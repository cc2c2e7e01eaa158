"""Sales in foreign money, billed ahead in part, accepted at the invoice's price; stated costs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.costing.interface import Kind
from invledger.model import CostPolicy, Place, Price
from invledger.posting.schema import YamlDocument
from tests.posting.small import DISPATCHED, books, company, derive, row, rules, sources_of
from tests.posting.test_production import SUGAR, issue
from tests.posting.test_production import by as with_orders

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")
AT_ACCEPTANCE = replace(company(), revenue="at-acceptance")


@pytest.mark.req("FIN-09", "AR-06")
def test_a_receivable_in_small_money_is_what_the_invoice_says() -> None:
    """10,001 VND at 0.0003 are 3.00, at which the goods went out; not 10,000 VND."""
    given = {"price": "10001", "tax": "0", "party": "C1"}
    out = row("2026-01-06", "sale-delivery", "D1", "1", target=DISPATCHED, rate="0.0003", **given)
    paper = row("2026-01-07", "sale-invoice", "S1", "1", ref="D1", rate="0.0004", **given)
    both = [one._replace(currency="VND") for one in (out, paper)]
    made = books(RECEIPT, *both, mine=AT_ACCEPTANCE)
    assert made.codes() == []
    assert made.lines("sale-invoice/S1/main") == [("1122", "3.00"), ("2205", "-3.00")]
    noted = dict(made.vouchers["sale-invoice/S1/main"].postings[0].meta)
    assert (noted["foreign"], noted["rate"]) == ("10001 VND", "0.0003")


@pytest.mark.req("AR-06")
def test_goods_without_a_price_are_sold_as_far_as_they_were_billed() -> None:
    """4 of 10 were billed at 5.00: 20.00 of revenue, and the rest waits for its invoice."""
    paper = row("2026-01-06", "sale-invoice", "S1", "4", price="5.00", tax="13")
    out = row("2026-01-07", "sale-delivery", "D1", "10", ref="S1")
    made = books(RECEIPT, paper, out)
    assert made.codes() == []
    assert made.lines("sale-delivery/D1/main") == [("2205", "20.00"), ("6001", "-20.00")]


@pytest.mark.req("AR-06", "OUT-01")
def test_an_acceptance_takes_the_price_of_what_was_billed_ahead() -> None:
    """Sent without a price, billed at 5.00 and accepted: 50.00 of revenue, nothing missing."""
    out = row("2026-01-06", "sale-delivery", "D1", "10", target=DISPATCHED)
    paper = row("2026-01-07", "sale-invoice", "S1", "10", price="5.00", tax="13")
    taken = row("2026-01-08", "sale-acceptance", "A1", "10", ref="D1 S1")
    made = books(RECEIPT, out, paper, taken, mine=AT_ACCEPTANCE)
    assert made.codes() == []
    assert [made.balance(code) for code in ("1122", "2205", "6001", "1406", "6401")] == [
        5650, 0, -5000, 0, 2000,
    ]  # fmt: skip


@pytest.mark.req("AR-06")
def test_an_acceptance_of_what_was_sent_without_vat_bears_none() -> None:
    sources = sources_of(
        [RECEIPT, row("2026-01-06", "sale-delivery", "D1", "10", price="5.00", target=DISPATCHED),
         row("2026-01-08", "sale-acceptance", "A1", "10", ref="D1")], AT_ACCEPTANCE,
    )  # fmt: skip
    untaxed = replace(rules()["sale-delivery"][-1], taxed=False)
    sources.rules = {**sources.rules, "sale-delivery": (untaxed,)}
    made = derive(sources)
    assert made.codes() == []
    assert made.lines("sale-acceptance/A1/main") == [("1122", "50.00"), ("6001", "-50.00")]


@pytest.mark.req("CO-05", "CO-06")
def test_where_every_item_may_state_its_cost_it_counts() -> None:
    """5 of 10 at 2.00 leave at 1.00 each, as their line says."""
    policy = CostPolicy("fifo", stated_issue="cost")
    known = {name: replace(one, cost=policy) for name, one in company().categories.items()}
    mine = replace(company(), categories=known, default_cost=policy)
    out = row("2026-01-06", "scrap", "S1", "5", reason="x", unit_cost="1.00")
    out = out._replace(meta=(*out.meta, ("pick", "R1")))
    made = books(RECEIPT, out, mine=mine)
    assert (made.costed.costs[1], made.balance("1405")) == (500, 1500)


@pytest.mark.req("FIN-18", "CO-08")
def test_material_taken_back_is_no_output() -> None:
    """Where output is estimated at a standard, nobody asks the standard of returned sugar."""
    used = issue("50.000")
    back = used._replace(date="2026-01-15", id="X1", source=used.target, target=used.source,
                         meta=(("reverses", used.id),))  # fmt: skip
    found = books(SUGAR, used, back, mine=with_orders(estimate="standard"))
    assert found.codes() == [] == found.costed.troubles
    assert (found.balance("1403"), found.balance("5001")) == (books(SUGAR).balance("1403"), 0)


@pytest.mark.req("OUT-04")
def test_material_without_an_order_is_used_up() -> None:
    """Where a company's rule asks no order: an issue, and no order of one's own."""
    rule = rules()["production-issue"][-1]
    sources = sources_of([RECEIPT, row("2026-01-06", "production-issue", "P1", "5", order="")])
    sources.rules = {**sources.rules, rule.type: (replace(rule, fields={}),)}
    assert derive(sources).valued.lines[1].kind == Kind.ISSUE


@pytest.mark.req("FIN-02")
def test_papers_cite_no_line_for_the_kernel() -> None:
    made = books(RECEIPT, row("2026-01-31", "write-down", "W1", item="", amount="1.00", party=""))
    assert [line.cites for line in made.valued.lines] == [-1, -1]


@pytest.mark.req("TR-06")
def test_what_has_no_place_of_its_own_stands_in_its_file() -> None:
    assert YamlDocument("rules/x.yaml", {}).place("a", 1) == Place("rules/x.yaml")


@pytest.mark.req("CO-05", "TE-06")
def test_goods_short_of_any_history_cost_what_was_expected_at_their_first_line() -> None:
    """5.00 expected in January, 9.00 in February: sold in January before any came in."""
    prices = [
        Price(f"2026-0{month}-01", "COLA", price * 10**10, "CNY", Place("p", 1), "estimate")
        for month, price in ((1, 5), (2, 9))
    ]
    goods = CostPolicy("moving-average", negative="provisional")
    known = {**company().categories, "goods": replace(company().categories["goods"], cost=goods)}
    rows = [row(day, "scrap", f"S{n}", "2", reason="x")
            for n, day in enumerate(("2026-01-06", "2026-02-06"))]  # fmt: skip
    sources = sources_of(rows, replace(company(), categories=known))
    sources.master.prices = prices
    assert derive(sources).costed.costs == [1000, 1000]


@pytest.mark.req("CO-05")
def test_goods_may_leave_for_nothing_where_their_line_says_so() -> None:
    policy = CostPolicy("fifo", stated_issue="cost")
    known = {name: replace(one, cost=policy) for name, one in company().categories.items()}
    mine = replace(company(), categories=known, default_cost=policy)
    for says in ({"cost": "0.00"}, {"unit_cost": "0"}):
        out = row("2026-01-06", "scrap", "S1", "5", reason="x", **says)
        made = books(RECEIPT, out, mine=mine)
        assert (made.codes(), made.costed.costs[1]) == ([], 0)
