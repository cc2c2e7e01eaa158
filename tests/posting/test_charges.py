"""Freight and other charges: on goods of a cent, on goods whose price comes later, by size."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostPolicy, Row
from tests.posting.small import Books, books, closed, company, derive, row, rules, sources_of
from tests.posting.test_clearing import by

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")
UNPRICED = row("2026-01-05", "purchase-receipt", "R2", "10", tax="0")
PAPER = row("2026-01-20", "purchase-invoice", "I2", "10", price="2.00", tax="0", ref="R2")


def freight(amount: str, ref: str, **given: str) -> Row:
    return row("2026-01-10", "landed-cost", "L1", item="", amount=amount, ref=ref, tax="0",
               **given)  # fmt: skip


def values(made: Books) -> list[int | None]:
    assert made.codes() == [] == made.costed.troubles
    return [line.value for line in made.valued.lines if line.item and line.target]


@pytest.mark.req("IN-14")
def test_goods_of_a_single_cent_bear_what_lies_on_them() -> None:
    cent = row("2026-01-05", "purchase-receipt", "R1", "1", price="0.01", tax="0")
    assert values(books(cent, freight("4.00", "R1"))) == [401]


@pytest.mark.req("IN-14", "IN-13")
def test_a_charge_may_come_before_the_price() -> None:
    """5.00 of freight, then an invoice of 20.00: 25.00, all of it owed."""
    made = books(UNPRICED, freight("5.00", "R2", basis="equal"), PAPER, mine=by("fifo"))
    assert values(made) == [2500]
    assert (made.balance("1405"), made.balance("2202:暂估"), made.balance("2202")) == (
        2500, 0, -2500,
    )  # fmt: skip


@pytest.mark.req("IN-14")
def test_by_value_nothing_falls_to_goods_without_a_price_yet() -> None:
    """4,002.00 over 20.00 and an unknown price: all of it lies on the 20.00."""
    made = books(RECEIPT, UNPRICED, freight("4002.00", "R1 R2"), PAPER)
    assert values(made) == [402200, 2000]


@pytest.mark.req("IN-14", "TE-07")
@pytest.mark.parametrize(("weight", "code"), [("0.000000001", []), ("0.0000000001", None)])
def test_sizes_have_at_most_nine_decimals(weight: str, code: list[str] | None) -> None:
    sources = sources_of([RECEIPT, freight("4.00", "R1", basis="weight")])
    item = sources.master.items["COLA"]
    sources.master.items["COLA"] = replace(item, meta={"weight": weight})
    assert derive(sources).codes() == (["landed-no-basis"] if code is None else code)


@pytest.mark.req("IN-14", "FIN-02")
@pytest.mark.parametrize("type_", ["landed-cost", "cost-adjustment"])
def test_value_counts_no_goods_whatever_its_rule_notes(type_: str) -> None:
    """A rule that notes quantities everywhere: late value has none, in stock, orders or expense.

    8.00 onto 10, of which 3 were sold and 3 consumed: 2.40 each, and 3.20 stay.
    """
    rule = rules()[type_][-1]
    noting = replace(rule, lines=tuple(replace(line, quantity=True) for line in rule.lines))
    out = row("2026-01-06", "sale-delivery", "D1", "3", price="5.00", tax="0")
    used = row("2026-01-07", "production-issue", "P1", "3", order="WO-1")
    late = freight("8.00", "R1", treat="recost")._replace(
        type=type_, reason="x", date="2026-02-05"
    )
    periods = [closed("2026-01", "2026-02-01")]
    sources = sources_of([RECEIPT, out, used, late], by("fifo"), periods)
    sources.rules = {**sources.rules, type_: (noting,)}
    made = derive(sources)
    assert made.codes() == [] == made.costed.troubles
    postings = made.vouchers[f"{type_}/L1/main"].postings
    assert {abs(one.amount) for one in postings} >= {240, 320}
    assert not [key for one in postings for key, _ in one.meta if key == "qty"]


@pytest.mark.req("OUT-05", "CO-01")
def test_goods_found_go_back_at_what_they_came_in_at() -> None:
    """A company's own rule lets found goods go to a supplier: 20 at 2.00 and 20 at 5.00 average
    3.50. 5 of the found ones are owed as 10.00; they leave as 17.50, where the method says so.
    """
    rule = rules()["purchase-return"][-1]
    wide = replace(rule, cites=(*rule.cites, "count-overage"))
    found = row("2026-01-06", "count-overage", "F1", "10")
    dear = row("2026-01-07", "purchase-receipt", "R2", "20", price="5.00", tax="0")
    back = row("2026-01-08", "purchase-return", "B1", "5", ref="F1")
    policy = CostPolicy("moving-average", purchase_return="method")
    goods = replace(company().categories["goods"], cost=policy)
    mine = replace(company(), categories={**company().categories, "goods": goods})
    sources = sources_of([RECEIPT, found, dear, back], mine)
    sources.rules = {**sources.rules, rule.type: (wide,)}
    made = derive(sources)
    assert made.codes() == [] == made.costed.troubles
    assert made.lines("purchase-return/B1/main") == [
        ("1405", "-17.50R"), ("6401", "7.50"), ("2202:暂估", "10.00R"),
    ]  # fmt: skip
