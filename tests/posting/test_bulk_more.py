"""Sums of a month and single vouchers side by side: nothing is merged that is told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostPolicy
from tests.posting.small import books, company, derive, row, rules, sources_of
from tests.posting.test_bulk import STOCK, by_rules, custom, line, out

AVERAGE = {
    **company().categories,
    "goods": replace(company().categories["goods"], cost=CostPolicy("periodic-average")),
}


@pytest.mark.req("FIN-02", "CO-03")
def test_what_is_told_at_once_and_what_is_carried_over_are_two_vouchers() -> None:
    """No party and no order tells them apart, only that one is cost: 3 @ 5.00, and 6.00."""
    rule = custom(
        line("debit", "selling-expense", amount="net"),
        line("credit", "other-income", amount="net"),
        line("debit", "cost-of-sales"), line("credit", "inventory", quantity=True),
        price_means="cost", taxed=False,
    )  # fmt: skip
    rows = [STOCK, out("A", "1", price="5.00", party=""), out("B", "2", price="5.00", party="")]
    made = by_rules(rows, rule, grouping={"own": "period"}, categories=AVERAGE)
    assert made.codes() == []
    assert made.lines("own/2026-01/main") == [("6601", "15.00"), ("6301", "-15.00")]
    assert made.lines("own/2026-01/period-cost") == [("6401", "6.00"), ("1405", "-6.00")]


@pytest.mark.req("FIN-01")
def test_a_voucher_with_a_line_told_twice_merges_it_and_its_neighbour_is_as_before() -> None:
    """Net and tax both on the receivable are one line of 11.30; cost stands in its own voucher."""
    plain = rules()["sale-delivery"][-1]
    gross = next(x for x in plain.lines if x.amount == "gross")
    parts = tuple(replace(gross, amount=name) for name in ("net", "tax"))
    rule = replace(plain, lines=(*parts, *(x for x in plain.lines if x is not gross)))
    sold = row("2026-01-05", "sale-delivery", "D1", "2", price="5.00")
    made = by_rules([STOCK, sold], rule)
    assert made.codes() == []
    assert made.lines("sale-delivery/D1/main") == [
        ("1122", "11.30"), ("6001", "-10.00"), ("2221:应交增值税:销项税额", "-1.30"),
    ]  # fmt: skip
    assert made.lines("sale-delivery/D1/cost") == [("6401", "4.00"), ("1405", "-4.00")]


@pytest.mark.req("FIN-08")
def test_links_go_with_what_names_its_movements() -> None:
    """A movement of two lines, and a day's sales, are linked to their orders; a month's cost is of
    all sales, and linked to none.
    """

    def sold(id_: str, number: str, links: str) -> object:
        return row("2026-01-05", "sale-delivery", id_, "1", price="5.00", line=number, links=links)

    rows = [STOCK, sold("D1", "1", "SO-7"), sold("D1", "2", "SO-8 SO-7"), sold("D2", "1", "")]
    made = books(*rows)  # type: ignore[arg-type]  # rows all
    assert made.vouchers["sale-delivery/D1/main"].links == ("D1", "SO-7", "SO-8")
    assert made.vouchers["sale-delivery/D2/main"].links == ("D2",)
    mine = replace(company(), grouping={"sale-delivery": "day"}, categories=AVERAGE)
    made = books(*rows, mine=mine)  # type: ignore[arg-type]  # rows all
    assert made.vouchers["sale-delivery/2026-01-05/main"].links == ("D1", "D2", "SO-7", "SO-8")
    assert made.vouchers["sale-delivery/2026-01/period-cost"].links == ()


@pytest.mark.req("FIN-01")
@pytest.mark.parametrize("order", ["by-date", "as-entered"])
def test_vouchers_stand_in_order_of_date_however_rows_were_entered(order: str) -> None:
    """As entered: the sale of the 8th, then those of the 3rd and the 9th."""
    days = ("2026-01-08", "2026-01-03", "2026-01-09")
    rows = [row(day, "sale-delivery", f"D{n}", "1") for n, day in enumerate(days)]
    sources = sources_of([STOCK, *rows], replace(company(), order=order))
    if order == "as-entered":
        sources.table = type(sources.table).of([STOCK, *rows])
    made = derive(sources)
    dates = [one.date for one in made.vouchers.values()]
    assert dates == ["2026-01-01", "2026-01-03", "2026-01-08", "2026-01-09"]
