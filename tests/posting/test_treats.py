"""Late value by all four treatments: figures of other systems' tests, and by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, CostPolicy, Row
from tests.posting.small import DISPATCHED, Books, books, closed, company, row

JANUARY = [closed("2026-01", "2026-02-03")]


def mine(method: str, **policy: str) -> Company:
    cost = CostPolicy(method, **policy)  # type: ignore[arg-type]  # texts only
    categories = {name: replace(known, cost=cost) for name, known in company().categories.items()}
    return replace(company(), categories=categories)


def held(made: Books) -> tuple[int, int]:
    """Value on hand in the kernel, which must be the ledger's, and cost of sales."""
    assert made.codes() == [] == made.costed.troubles
    stock = sum(pool.value for pool in made.costed.pools.values())
    assert stock == sum(made.balance(code) for code in ("1403", "1405", "1406"))
    return stock, made.balance("6401")


def receipt(id_: str, quantity: str, price: str, date: str = "2026-01-01") -> Row:
    return row(date, "purchase-receipt", id_, quantity, price=price, tax="0")


def freight(amount: str, ref: str, date: str, **given: str) -> Row:
    return row(date, "landed-cost", "L1", item="", amount=amount, ref=ref, tax="0", **given)


@pytest.mark.req("IN-14", "CO-09")
@pytest.mark.parametrize("way", ["policy", "document"])
def test_remaining_share_of_an_average_is_first_in_first_out(way: str) -> None:
    """10 at 10.00, 10 at 20.00, one sold; 100.00 on the first: 9 of 10, so 90.00 and 10.00."""
    rows = [receipt("R1", "10", "10.00"), receipt("R2", "10", "20.00", "2026-01-02"),
            row("2026-01-03", "sale-delivery", "D1", "1")]  # fmt: skip
    if way == "policy":
        by = mine("moving-average", landed_cost="remaining-share")
        made = books(*rows, freight("100.00", "R1", "2026-01-04"), mine=by)
    else:
        charge = freight("100.00", "R1", "2026-01-04", treat="remaining-share")
        made = books(*rows, charge, mine=mine("moving-average"))
    assert held(made) == (37500, 1500 + 1000)
    assert made.lines("landed-cost/L1/main") == [
        ("1405", "90.00"), ("6401", "10.00"), ("2202", "-100.00"),
    ]  # fmt: skip


@pytest.mark.req("IN-14")
def test_nothing_left_all_expensed() -> None:
    made = books(
        receipt("R1", "10", "10.00"),
        row("2026-01-02", "sale-delivery", "D1", "10"),
        freight("100.00", "R1", "2026-01-03"),
        mine=mine("fifo", landed_cost="remaining-share"),
    )
    assert held(made) == (0, 20000)


@pytest.mark.req("IN-14")
@pytest.mark.parametrize(("method", "kept"), [("moving-average", 10000), ("fifo", 10000)])
def test_on_hand_share_counts_goods_of_other_receipts(method: str, kept: int) -> None:
    """The first 10 are sold, 10 others are on hand: min(10, 10) / 10 of the charge stays."""
    made = books(
        receipt("R1", "10", "10.00"),
        row("2026-01-02", "sale-delivery", "D1", "10"),
        receipt("R2", "10", "10.00", "2026-01-03"),
        freight("100.00", "R1", "2026-01-04", treat="on-hand-share"),
        mine=mine(method),
    )
    assert held(made) == (10000 + kept, 10000)


@pytest.mark.req("IN-14")
def test_on_hand_share_takes_its_place_by_date() -> None:
    """iDempiere: the charge of 6 January finds all 10; what is sold later is dearer."""
    made = books(
        receipt("R1", "10", "5.00", "2026-01-05"),
        freight("10.00", "R1", "2026-01-06"),
        row("2026-01-08", "sale-delivery", "D1", "6"),
        receipt("R2", "12", "7.00", "2026-01-09"),
        row("2026-01-10", "sale-delivery", "D2", "10"),
        mine=mine("moving-average", landed_cost="on-hand-share"),
    )
    assert held(made) == (4050, 3600 + 6750)


@pytest.mark.req("IN-14")
def test_a_charge_may_be_expensed() -> None:
    rows = receipt("R1", "10", "5.00"), freight("10.00", "R1", "2026-01-06", treat="expense")
    made = books(*rows)
    assert held(made) == (5000, 1000)
    assert made.lines("landed-cost/L1/main") == [("6401", "10.00"), ("2202", "-10.00")]


@pytest.mark.req("CO-09")
@pytest.mark.parametrize("is_closed", [True, False])
def test_an_invoice_by_remaining_share(is_closed: bool) -> None:
    """metasfresh: 10 at 10.00, 7 shipped, billed at 13.00: 9.00 stay, 21.00 are expensed."""
    made = books(
        receipt("R1", "10", "10.00"),
        row("2026-01-02", "sale-delivery", "D1", "7"),
        row("2026-02-05", "purchase-invoice", "I1", "10", price="13.00", ref="R1", tax="0"),
        mine=mine("moving-average", invoice_difference="remaining-share"),
        periods=JANUARY if is_closed else [],
    )
    assert held(made) == (3900, 7000 + 2100)
    assert made.balance("2202:暂估") == 0


def test_an_invoice_treats_its_difference_as_it_says() -> None:
    paper = row("2026-02-05", "purchase-invoice", "I1", "10", price="13.00", ref="R1", tax="0",
                treat="expense")  # fmt: skip
    assert held(books(receipt("R1", "10", "10.00"), paper)) == (10000, 3000)


def test_an_invoice_that_brings_the_first_price_is_no_difference() -> None:
    bare = row("2026-01-05", "purchase-receipt", "R1", "10", tax="0")
    paper = row("2026-01-06", "purchase-invoice", "I1", "10", price="13.00", ref="R1", tax="0",
                treat="expense")  # fmt: skip
    assert held(books(bare, paper)) == (13000, 0)


@pytest.mark.req("IN-14")
def test_a_charge_over_closed_receipts_of_several_items_and_places() -> None:
    """30.00 by value on 100.00 of COLA (40 of 100 dispatched) and 50.00 of SUGAR: 20.00, 10.00."""
    rows = (
        receipt("R1", "100", "1.00"),
        row("2026-01-02", "purchase-receipt", "R2", "50.000", item="SUGAR", price="1.00", tax="0"),
        row("2026-01-03", "sale-delivery", "D1", "40", price="5.00", target=DISPATCHED),
        freight("30.00", "R1 R2", "2026-02-20"),
    )
    made = books(*rows, mine=mine("fifo"), periods=JANUARY)
    assert held(made) == (18000, 0)
    assert made.lines("landed-cost/L1/main") == [
        ("1405", "12.00"), ("1406", "8.00"), ("1403", "10.00"), ("2202", "-30.00"),
    ]  # fmt: skip
    undone = rows[-1]._replace(date="2026-02-21", id="Z1", meta=(("reverses", "L1"),), ref="")
    assert held(books(*rows, undone, mine=mine("fifo"), periods=JANUARY)) == (15000, 0)


def test_treatments_must_be_known_and_one() -> None:
    goods = receipt("R1", "10", "5.00")
    made = books(goods, freight("10.00", "R1", "2026-01-06", treat="share"))
    assert made.codes() == ["treat-unknown"]
    sugar = row("2026-01-02", "purchase-receipt", "R2", "5.000", item="SUGAR", price="1.00")
    by = mine("fifo", landed_cost="remaining-share")
    raw = replace(by.categories["raw"], cost=CostPolicy("fifo", landed_cost="on-hand-share"))
    by = replace(by, categories={**by.categories, "raw": raw})
    made = books(goods, sugar, freight("10.00", "R1 R2", "2026-01-06"), mine=by)
    assert made.codes() == ["treat-mixed"]
