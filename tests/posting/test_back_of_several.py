"""Goods of several origins go back at once: each at what it was owed at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.costing import Layer
from invledger.model import CostPolicy, Row
from tests.posting.small import (
    MAIN,
    SUPPLIER,
    Books,
    books,
    closed,
    company,
    derive,
    row,
    rules,
    sources_of,
)

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")


@pytest.mark.req("OUT-05")
def test_bought_and_found_goods_go_back_together() -> None:
    """A company's own rule lets both go: 3 bought and 5 found, all at 2.00, are 16.00."""
    rule = rules()["purchase-return"][-1]
    wide = replace(rule, cites=(*rule.cites, "count-overage"))
    found = row("2026-01-06", "count-overage", "F1", "10")
    back = row("2026-01-08", "purchase-return", "B1", "8", ref="R1/1=3 F1/1=5")
    sources = sources_of([RECEIPT, found, back])
    sources.rules = {**sources.rules, rule.type: (wide,)}
    made = derive(sources)
    assert made.codes() == [] == made.costed.troubles
    assert made.lines("purchase-return/B1/main") == [("1405", "-16.00R"), ("2202:暂估", "16.00R")]


EVERY = ("fifo", "lifo", "specific", "moving-average", "periodic-average", "periodic-lifo")
#: 10 @ 2.00, of which 6 are billed @ 3.00; 10 @ 5.00; 10 @ 1.00, all of them billed @ 4.00
BOUGHT = [
    row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0"),
    row("2026-01-06", "purchase-receipt", "R2", "10", price="5.00", tax="0"),
    row("2026-01-06", "purchase-receipt", "R3", "10", price="1.00", tax="0"),
    row("2026-01-07", "purchase-invoice", "I1", "6", price="3.00", tax="0", ref="R1/1=6"),
    row("2026-01-07", "purchase-invoice", "I3", "10", price="4.00", tax="0", ref="R3"),
]
#: 4 @ 2.00, 2 @ 5.00 and 3 @ 4.00
BACK = row("2026-01-09", "purchase-return", "B1", "9", ref="R1/1=4 R2/1=2 R3/1=3")
UNDONE = BACK._replace(
    date="2026-01-10", id="Z1", source=SUPPLIER, target=MAIN, ref="", meta=(("reverses", "B1"),)
)
CREDIT = row("2026-01-12", "purchase-credit", "N1", "3", price="4.00", tax="0", ref="B1/1=3")


def kept(method: str, *rows: Row, close: str = "", treat: str = "") -> Books:
    policy = CostPolicy(method, invoice_difference=treat)
    goods = replace(company().categories["goods"], cost=policy)
    mine = replace(company(), categories={**company().categories, "goods": goods})
    made = books(*rows, mine=mine, periods=[closed("2026-01", close)] if close else [])
    assert made.codes() == [] == made.costed.troubles
    return made


@pytest.mark.req("OUT-05", "CO-09")
@pytest.mark.parametrize("method", EVERY)
def test_what_was_not_billed_goes_back_at_its_own_price(method: str) -> None:
    """Two origins: 4 @ 2.00 and 2 @ 5.00. Nothing of the invoice's difference is an expense."""
    back = BACK._replace(quantity=6, ref="R1/1=4 R2/1=2")
    made = kept(method, *BOUGHT[:2], BOUGHT[3], back)
    assert made.lines("purchase-return/B1/main") == [("1405", "-18.00R"), ("2202:暂估", "18.00R")]
    assert (made.balance("1405"), made.balance("2202:暂估")) == (5800, -4000)
    if method in ("fifo", "lifo", "specific", "periodic-lifo"):
        (pool,) = made.costed.pools.values()
        assert pool.layers == [Layer(0, 6, 1800), Layer(1, 8, 4000)]


@pytest.mark.req("OUT-05", "CO-09")
@pytest.mark.parametrize("method", EVERY)
def test_what_was_billed_goes_back_at_the_bill_and_is_credited(method: str) -> None:
    """Three origins: 30.00; the supplier credits the 3 that he had billed."""
    made = kept(method, *BOUGHT, BACK, CREDIT)
    assert made.lines("purchase-return/B1/main") == [("1405", "-30.00R"), ("2202:暂估", "30.00R")]
    assert made.lines("purchase-credit/N1/main") == [("2202:暂估", "-12.00R"), ("2202", "12.00R")]
    assert (made.balance("1405"), made.balance("2202:暂估")) == (8600, -4000)
    assert made.balance("6401") == 0


@pytest.mark.req("OUT-05", "FIN-18")
@pytest.mark.parametrize("method", EVERY)
def test_undone_all_of_it_may_go_back_again(method: str) -> None:
    """26.00 + 50.00 + 40.00 are there again, and nothing stays when all goes back."""
    all_back = row("2026-01-14", "purchase-return", "B2", "30", ref="R1 R2 R3")
    made = kept(method, *BOUGHT, BACK, UNDONE)
    assert made.lines("purchase-return/Z1/main") == [("1405", "30.00"), ("2202:暂估", "-30.00")]
    assert (made.balance("1405"), made.balance("2202:暂估")) == (11600, -5800)
    notes = [
        row("2026-01-15", "purchase-credit", "N1", "6", price="3.00", tax="0", ref="B2/1=6"),
        row("2026-01-15", "purchase-credit", "N2", "10", price="4.00", tax="0", ref="B2/1=10"),
    ]
    made = kept(method, *BOUGHT, BACK, UNDONE, all_back, *notes)
    assert all(made.balance(code) == 0 for code in ("1405", "6401", "2202"))


@pytest.mark.req("OUT-05", "CO-03")
@pytest.mark.parametrize(("sold", "goods"), [("8", "37.20"), ("10", "42.00")])
def test_what_is_sold_of_a_layer_cannot_go_back(sold: str, goods: str) -> None:
    """8 sold: 2 of R1 are there for 5.20, 2 @ 5.00 and 3 @ 4.00 go as stated, 2 more of R2 for
    10.00. 10 sold: 4 more of R2 for 20.00. The supplier owes 30.00.
    """
    made = kept("fifo", *BOUGHT, row("2026-01-08", "sale-delivery", "D1", sold), BACK)
    lines = dict(made.lines("purchase-return/B1/main"))
    assert (lines["1405"], lines["2202:暂估"]) == (f"-{goods}R", "30.00R")


@pytest.mark.req("OUT-05", "CO-09")
@pytest.mark.parametrize("treat", ["recost", "remaining-share", "on-hand-share", "expense"])
@pytest.mark.parametrize("method", EVERY)
def test_a_late_bill_is_no_matter_of_what_was_not_billed(method: str, treat: str) -> None:
    """January is closed when 6 of R1 are billed @ 3.00: 6.00 of late value. In February the other
    4 go back @ 2.00 with 2 @ 5.00: 18.00; 6 @ 3.00 (2.00, if the bill is expensed) and 8 @ 5.00
    stay.
    """
    late = row("2026-02-03", "purchase-invoice", "I1", "6", price="3.00", tax="0", ref="R1/1=6")
    back = BACK._replace(date="2026-02-04", quantity=6, ref="R1/1=4 R2/1=2")
    made = kept(method, *BOUGHT[:2], late, back, close="2026-02-01", treat=treat)
    assert made.lines("purchase-return/B1/main") == [("1405", "-18.00R"), ("2202:暂估", "18.00R")]
    expensed = 600 if treat == "expense" else 0
    assert (made.balance("1405"), made.balance("6401")) == (5800 - expensed, expensed)
    assert made.balance("2202:暂估") == -4000


@pytest.mark.req("OUT-05", "CO-09")
def test_a_bill_that_comes_later_still_changes_nothing_of_what_went_back() -> None:
    """Of 3 for 10.00 one goes back in January, for 3.33; a dearer bill of one in February, when
    January is closed, changes nothing of that.
    """
    receipt = row("2026-01-05", "purchase-receipt", "R1", "3", amount="10.00", tax="0")
    back = row("2026-01-06", "purchase-return", "B1", "1", ref="R1")
    late = row("2026-02-03", "purchase-invoice", "I1", "1", price="6.33", tax="0", ref="R1/1=1")
    made = kept("fifo", receipt, back, late, close="2026-02-01")
    assert made.valued.lines[1].value is None
    assert made.costed.costs[1] == 333


@pytest.mark.req("OUT-05", "IN-14")
@pytest.mark.parametrize("method", EVERY)
def test_late_freight_lies_on_all_goods_billed_or_not(method: str) -> None:
    """After January is closed 6 of 10 @ 2.00 are billed @ 3.00, and 10.00 of freight come: 36.00.
    4 go back at 14.40; the supplier owes 8.00.
    """
    rows = (
        BOUGHT[0],
        row("2026-02-03", "purchase-invoice", "I1", "6", price="3.00", tax="0", ref="R1/1=6"),
        row("2026-02-03", "landed-cost", "L1", item="", amount="10.00", tax="0", ref="R1"),
        row("2026-02-04", "purchase-return", "B1", "4", ref="R1"),
    )
    made = kept(method, *rows, close="2026-02-01", treat="recost")
    assert dict(made.lines("purchase-return/B1/main")) == {
        "1405": "-14.40R", "6401": "6.40", "2202:暂估": "8.00R",
    }  # fmt: skip
    assert made.balance("1405") == 2160


@pytest.mark.req("OUT-05", "IN-14")
@pytest.mark.parametrize("method", EVERY)
def test_freight_in_time_lies_on_all_goods_too(method: str) -> None:
    """10 @ 2.00 with 10.00 of freight, 6 billed @ 3.00: 36.00. 4 go back for 12.00, with 2 @ 5.00;
    the supplier owes 18.00.
    """
    freight = row("2026-01-06", "landed-cost", "L1", item="", amount="10.00", tax="0", ref="R1")
    back = BACK._replace(quantity=6, ref="R1/1=4 R2/1=2")
    made = kept(method, *BOUGHT[:2], freight, BOUGHT[3], back)
    assert dict(made.lines("purchase-return/B1/main")) == {
        "1405": "-22.00R", "6401": "4.00", "2202:暂估": "18.00R",
    }  # fmt: skip
    assert made.balance("1405") == 6400


@pytest.mark.req("OUT-05", "CO-09")
@pytest.mark.parametrize("method", EVERY)
def test_a_late_bill_before_and_one_after(method: str) -> None:
    """3 of 10 @ 2.00 billed @ 3.00 before 4 go back for 8.00, and 3 after: 6 @ 3.00 stay."""
    rows = (
        BOUGHT[0],
        row("2026-02-03", "purchase-invoice", "I1", "3", price="3.00", tax="0", ref="R1/1=3"),
        row("2026-02-04", "purchase-return", "B1", "4", ref="R1"),
        row("2026-02-05", "purchase-invoice", "I2", "3", price="3.00", tax="0", ref="R1/1=3"),
    )
    made = kept(method, *rows, close="2026-02-01", treat="recost")
    assert made.lines("purchase-return/B1/main") == [("1405", "-8.00R"), ("2202:暂估", "8.00R")]
    assert (made.balance("1405"), made.balance("6401")) == (1800, 0)
