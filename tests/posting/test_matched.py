"""Papers that take up goods: covered in part, priced by themselves, undone; and money's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Account, CostChange, CostPolicy, RoleClaim
from invledger.model.problem import Place
from invledger.posting import Chart, RuleLine
from invledger.posting.money import money_voucher
from tests.posting.small import (
    Books,
    books,
    chart,
    company,
    derive,
    row,
    rules,
    sources_of,
)
from tests.posting.test_clearing import by

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")
PLACE = Place("rules/company.yaml", 9)


@pytest.mark.req("AR-06", "TE-07")
def test_goods_that_were_billed_ahead_are_not_billed_again() -> None:
    """4 of 10 were paid ahead: a second invoice has 6 to bill, not 7."""
    rows = [
        RECEIPT,
        row("2026-01-06", "sale-invoice", "S1", "4", price="5.00", tax="0"),
        row("2026-01-07", "sale-delivery", "D1", "10", price="5.00", tax="0", ref="S1"),
    ]
    again = row("2026-01-09", "sale-invoice", "S2", "6", price="5.00", tax="0", ref="D1/1=6")
    made = books(*rows, again)
    assert (made.codes(), made.balance("1122"), made.balance("2205")) == ([], 5000, 0)
    more = again._replace(quantity=7, ref="D1/1=7")
    assert books(*rows, more).codes() == ["citation-quantity"]


@pytest.mark.req("IN-04")
def test_a_return_that_states_its_price_goes_back_at_that() -> None:
    """Sold at 5.00, 3 taken back at 4.00 of goodwill: 12.00 and 1.56 of VAT."""
    out = row("2026-01-07", "sale-delivery", "D1", "10", price="5.00", tax="13")
    back = row("2026-01-09", "sale-return", "T1", "3", price="4.00", tax="13", ref="D1")
    made = books(RECEIPT, out, back)
    assert made.codes() == []
    assert made.lines("sale-return/T1/main") == [
        ("1122", "-13.56R"), ("6001", "12.00R"), ("2221:应交增值税:销项税额", "1.56R"),
    ]  # fmt: skip


@pytest.mark.req("FIN-18", "AR-05")
def test_an_invoice_undone_in_the_month_never_touched_the_goods() -> None:
    """10 of 2.00 billed at 2.50 and undone: 5.00 of difference come and go, cost stays 2.00."""
    paper = row("2026-01-08", "purchase-invoice", "I1", "10", price="2.50", tax="0", ref="R1")
    out = row("2026-01-09", "sale-delivery", "D1", "4")
    undone = paper._replace(id="X1", date="2026-01-10", source=paper.target, target=paper.source,
                            ref="", meta=(("reverses", "I1"),))  # fmt: skip
    made = books(RECEIPT, paper, out, undone, mine=by("fifo"))
    assert made.codes() == [] == made.costed.troubles
    assert made.lines("purchase-invoice/I1/main") == [
        ("2202:暂估", "20.00"), ("6401", "5.00"), ("2202", "-25.00"),
    ]  # fmt: skip
    assert made.lines("purchase-invoice/X1/main") == [
        ("2202:暂估", "-20.00R"), ("6401", "-5.00R"), ("2202", "25.00R"),
    ]  # fmt: skip
    assert made.costed.costs[2] == 800
    assert (made.balance("1405"), made.balance("2202")) == (1200, -2000)


@pytest.mark.req("CO-06", "AR-05", "TE-07")
def test_an_invoice_over_a_change_of_treatment_must_be_divided() -> None:
    """What it differs by would be treated in two ways: told once, and the voucher balances."""
    says = ("remaining-share", "on-hand-share")
    first, then = (CostPolicy("moving-average", invoice_difference=one) for one in says)
    change = CostChange("2026-02-01", "goods", "", False, "x", CostPolicy(),
                        {"goods": then}, {}, PLACE)  # fmt: skip
    goods = replace(company().categories["goods"], cost=first)
    mine = replace(company(), categories={**company().categories, "goods": goods},
                   cost_changes=(change,))  # fmt: skip
    rows = (RECEIPT, RECEIPT._replace(date="2026-02-05", id="R2"))
    assert [mine.cost_changes[0].policy("COLA", "goods").invoice_difference] == [says[1]]
    paper = row("2026-02-20", "purchase-invoice", "I1", "20", price="2.50", tax="0", ref="R1 R2")
    made = books(*rows, paper, mine=mine)
    assert made.codes() == ["treat-mixed"]
    assert [dict(one.args)["treats"] for one in made.problems] == ["on-hand-share remaining-share"]
    alone = [paper._replace(id=f"I{n}", quantity=10, ref=f"R{n}") for n in (1, 2)]
    assert books(*rows, *alone, mine=mine).codes() == []


@pytest.mark.req("FIN-09")
def test_a_price_by_the_kilogram_in_a_foreign_currency() -> None:
    """2.500 kg at 4.00 USD, at a rate of 7: 70.00."""
    sugar = row("2026-01-05", "purchase-receipt", "R1", "2.500", item="SUGAR", price="4.00",
                tax="0", rate="7")._replace(currency="USD")  # fmt: skip
    made = books(sugar)
    assert (made.codes(), made.balance("1403")) == ([], 7000)
    noted = dict(made.vouchers["purchase-receipt/R1/main"].postings[1].meta)
    assert noted["foreign"] == "-10.00 USD"


@pytest.mark.req("OUT-04", "AR-10")
def test_a_payment_is_a_document_to_its_rule() -> None:
    """Its kind is `skip`: a rule may ask that, as of any document."""
    sources = sources_of([])
    rule = rules()["payment"][-1]
    lines = tuple(replace(x, when={**x.when, "kind": ("skip",)}) for x in rule.lines)
    sources.rules = {**sources.rules, "payment": (replace(rule, lines=lines),)}
    values = {"date": "2026-01-05", "id": "P1", "amount": "10.00", "party": "V1"}
    found, problems = money_voucher(sources, "payment", values)
    assert problems == []
    assert found is not None
    assert sorted(one.amount for one in found.postings) == [-1000, 1000]


ALLOWED = row("2026-01-31", "write-down", "W1", item="", amount="4.00")._replace(
    party="", meta=(("item", "COLA"),)
)
SOLD = row("2026-02-03", "sale-delivery", "D1", "5", price="3.00", tax="0")


@pytest.mark.req("CO-10", "FIN-02")
def test_an_allowance_is_released_on_the_account_it_was_made_on() -> None:
    """Of each category its own: 4.00 on 10 goods, half of them sold."""
    sources = sources_of([RECEIPT, ALLOWED, SOLD])
    own = next(a for a in chart().accounts.values() if a.name.startswith("Assets:1471"))
    goods = (("category", "goods"),)
    claim = RoleClaim("inventory-allowance", goods)
    mine = Account(f"{own.name}:商品", "1471", "x", roles=(claim,))
    sources.chart = Chart.of([*sources.chart.accounts.values(), mine])
    made = derive(sources)
    assert made.codes() == []
    assert made.lines("write-down/W1/main")[1] == ("1471:商品", "-4.00")
    assert made.lines("sale-delivery/D1/release") == [("1471:商品", "2.00"), ("6401", "-2.00")]


def with_write_downs(*versions: tuple[RuleLine, ...]) -> Books:
    """A rule whose versions, from 2026-02-01 on, have these lines."""
    sources = sources_of([RECEIPT, ALLOWED, SOLD])
    plain = rules()["write-down"][-1]
    dates = ("", "2026-02-01")
    sources.rules = {**sources.rules, "write-down": tuple(
        replace(plain, lines=lines, valid_from=date)
        for lines, date in zip(versions, dates, strict=False)
    )}  # fmt: skip
    return derive(sources)


@pytest.mark.req("CO-10", "FIN-02")
def test_a_rule_that_learns_to_release_does_so_from_then_on() -> None:
    lines = rules()["write-down"][-1].lines
    made = with_write_downs(tuple(x for x in lines if x.amount != "released"), lines)
    assert made.codes() == []
    assert made.lines("sale-delivery/D1/release") == [("1471", "2.00"), ("6401", "-2.00")]


@pytest.mark.req("CO-10", "FIN-02")
def test_an_allowance_counts_no_goods_whatever_its_rule_notes() -> None:
    lines = tuple(replace(x, quantity=True) for x in rules()["write-down"][-1].lines)
    made = with_write_downs(lines)
    postings = made.vouchers["sale-delivery/D1/release"].postings
    assert sorted(one.amount for one in postings) == [-200, 200]
    assert not [key for one in postings for key, _ in one.meta if key == "qty"]


@pytest.mark.req("CO-10", "FIN-18")
def test_a_cent_of_allowance_goes_with_the_receipt_that_is_undone() -> None:
    cent = ALLOWED._replace(amount=1)
    undone = RECEIPT._replace(date="2026-02-01", id="Z1", source=RECEIPT.target,
                              target=RECEIPT.source, meta=(("reverses", "R1"),))  # fmt: skip
    made = books(RECEIPT, cent, undone)
    assert made.codes() == [] == made.costed.troubles
    assert (made.balance("1471"), made.balance("6701"), made.balance("1405")) == (0, 0, 0)
