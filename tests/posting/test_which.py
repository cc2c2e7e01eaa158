"""Which line, account and policy a row means, where several could be meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Account, CostChange, CostPolicy, MovementTable, RoleClaim, Row
from invledger.model.problem import Place
from invledger.posting import Chart
from invledger.posting.course import first_rows
from tests.posting.small import Books, books, chart, company, derive, row, sources_of

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")
PRICES = Place("ledgers/prices.beancount", 1)


@pytest.mark.req("IN-14", "TE-07")
def test_a_fraction_is_no_quantity_of_a_citation() -> None:
    """R1 is known: what is wrong is how much of it."""
    paper = row("2026-01-20", "purchase-invoice", "I1", "1", price="2.00", tax="0")
    for ref in ("R1=1/2", "R1/1=1/2", "R1=x"):
        assert books(RECEIPT, paper._replace(ref=ref)).codes() == ["citation-quantity"]
    assert books(RECEIPT, paper._replace(ref="R1=1")).codes() == []


@pytest.mark.req("AR-05", "TE-07")
def test_a_movement_without_the_item_is_one_finding() -> None:
    """Three lines of sugar are cited by an invoice of cola."""
    lines = [row("2026-01-05", "purchase-receipt", "R2", "1.000", item="SUGAR", price="6.00",
                 tax="0", line=str(number)) for number in (1, 2, 3)]  # fmt: skip
    paper = row("2026-01-20", "purchase-invoice", "I1", "1", price="2.00", tax="0", ref="R2")
    assert books(*lines, paper).codes() == ["citation-item"]


@pytest.mark.req("FIN-02")
def test_of_equally_particular_claims_the_first_account_counts() -> None:
    def account(name: str, **where: str) -> Account:
        return Account(name, "1405", "x", roles=(RoleClaim("inventory", tuple(where.items())),))

    goods, site = account("Assets:A", category="goods"), account("Assets:B", site="SH")
    facts = {"category": "goods", "site": "SH"}
    assert Chart.of([goods, site]).account("inventory", **facts) == "Assets:A"
    assert Chart.of([site, goods]).account("inventory", **facts) == "Assets:B"
    both = account("Assets:C", **facts)
    assert Chart.of([goods, site, both]).account("inventory", **facts) == "Assets:C"


def with_accounts_of_parties(*rows: Row) -> Books:
    """V1, and what is not invoiced of V2, have accounts of their own."""
    sources = sources_of(rows)
    own = next(a for a in chart().accounts.values() if a.name == "Liabilities:2202-应付账款")
    one = replace(own, name=f"{own.name}:甲", roles=(RoleClaim("payable", (("party", "V1"),)),))
    role = "goods-received-not-invoiced"
    two = replace(own, name=f"{own.name}:乙", roles=(RoleClaim(role, (("party", "V2"),)),))
    sources.chart = Chart.of([*sources.chart.accounts.values(), one, two])
    return derive(sources)


@pytest.mark.req("FIN-02", "AR-05")
def test_each_party_s_debts_stand_in_its_own_account() -> None:
    """Alike in all but the party: 20.00 of V1 billed, 20.00 of V2 not yet; and late value, too."""
    other = RECEIPT._replace(id="R2", party="V2")
    paper = row("2026-01-20", "purchase-invoice", "I1", "10", price="2.00", tax="0", ref="R1")
    freight = row("2026-01-21", "landed-cost", "L1", item="", amount="5.00", ref="R1", tax="0",
                  treat="remaining-share")  # fmt: skip
    made = with_accounts_of_parties(RECEIPT, other, paper, freight._replace(party="V2"))
    assert made.codes() == []
    assert made.lines("purchase-receipt/R1/main")[1] == ("2202:暂估", "-20.00")
    assert made.lines("purchase-receipt/R2/main")[1] == ("2202:乙", "-20.00")
    assert made.lines("purchase-invoice/I1/main") == [
        ("2202:暂估", "20.00"),
        ("2202:甲", "-20.00"),
    ]
    assert made.lines("landed-cost/L1/main") == [("1405", "5.00"), ("2202", "-5.00")]
    mine = with_accounts_of_parties(RECEIPT, other, paper, freight)
    assert mine.lines("landed-cost/L1/main") == [("1405", "5.00"), ("2202:甲", "-5.00")]


@pytest.mark.req("CO-06")
@pytest.mark.parametrize("order", ["as-entered", "by-date"])
def test_a_change_holds_from_its_first_day_on(order: str) -> None:
    days = ("2026-01-31", "2026-02-01", "2026-02-02")
    rows = [row(day, "opening", f"O{n}", "1", price="1.00") for n, day in enumerate(days)]
    change = CostChange("2026-02-01", "", "", False, "x", CostPolicy(), {}, {}, PRICES)
    mine = replace(company(), order=order, cost_changes=(change,))
    assert first_rows(mine, MovementTable.of(rows)) == (1,)
