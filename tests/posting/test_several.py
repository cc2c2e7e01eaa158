"""Rows that name several origins: returns of many receipts or deliveries, picked goods."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, CostPolicy
from tests.posting.small import Books, books, company, row

ONE = row("2026-01-01", "purchase-receipt", "R1", "10", price="1.00", tax="0")
TWO = row("2026-01-02", "purchase-receipt", "R2", "10", price="2.00", tax="0")


def by(method: str, **policy: str) -> Company:
    cost = CostPolicy(method, **policy)  # type: ignore[arg-type]  # texts only
    goods = replace(company().categories["goods"], cost=cost)
    return replace(company(), categories={**company().categories, "goods": goods})


def figures(made: Books) -> tuple[int, int, int]:
    assert made.codes() == [] == made.costed.troubles
    value = sum(pool.value for pool in made.costed.pools.values())
    assert value == made.balance("1405")
    return value, made.balance("2202:暂估"), made.balance("6401")


@pytest.mark.req("OUT-05", "CO-02")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_a_purchase_return_over_two_receipts(method: str) -> None:
    """4 of the first, 10 of the second: 24.00 back to the supplier, 6 at 1.00 stay."""
    back = row("2026-01-05", "purchase-return", "B1", "14", ref="R1=4 R2")
    assert figures(books(ONE, TWO, back, mine=by(method))) == (600, -600, 0)


@pytest.mark.req("OUT-05")
def test_a_purchase_return_without_a_receipt_is_an_issue_where_the_policy_says_so() -> None:
    """FIFO: 12 leave at 14.00; with receipt-cost (default) a return must cite."""
    back = row("2026-01-05", "purchase-return", "B1", "12")
    made = books(ONE, TWO, back, mine=by("fifo", purchase_return="method"))
    assert figures(made) == (1600, -1600, 0)
    assert books(ONE, TWO, back, mine=by("fifo")).codes() == ["citation-required"]


@pytest.mark.req("OUT-05")
def test_an_uncited_return_of_goods_that_come_later_is_trued_up_into_cost_of_sales() -> None:
    """10 at 1.00, 12 leave at 12.00 (2 on credit), which come at 2.00: 2.00 more."""
    back = row("2026-01-01", "purchase-return", "B1", "12")
    by_method = by("fifo", purchase_return="method", negative="provisional")
    assert figures(books(ONE, back, TWO, mine=by_method)) == (1600, -1800, 200)


@pytest.mark.req("OUT-05")
def test_a_sale_return_of_two_deliveries() -> None:
    """10 sold at 10.00, 5 at 10.00; 12 come back: 10.00 + 2 of 5 (4.00), price of each."""
    rows = (
        ONE, TWO,
        row("2026-01-03", "sale-delivery", "D1", "10", price="5.00", tax="0"),
        row("2026-01-04", "sale-delivery", "D2", "5", price="6.00", tax="0"),
        row("2026-01-05", "sale-return", "T1", "12", ref="D1 D2"),
    )  # fmt: skip
    made = books(*rows, mine=by("fifo"))
    assert figures(made) == (2400, -3000, 600)
    assert made.balance("6001") == -(5000 + 3000) + 5000 + 1200


@pytest.mark.req("CO-02", "CO-05")
def test_an_issue_picks_the_receipts_that_it_takes() -> None:
    """8 of the second at 2.00; 2 of the second and all of the first."""
    sold = row("2026-01-05", "sale-delivery", "D1", "8", pick="R2")
    assert figures(books(ONE, TWO, sold, mine=by("fifo"))) == (1400, -3000, 1600)
    both = row("2026-01-05", "sale-delivery", "D1", "12", pick="R2/1=2 R1/1=10")
    assert figures(books(ONE, TWO, both, mine=by("fifo"))) == (1600, -3000, 1400)


def test_only_what_leaves_picks_and_only_what_is_known() -> None:
    late = row("2026-01-05", "purchase-receipt", "R3", "1", price="1.00", pick="R1")
    assert books(ONE, late).codes() == ["pick-unusual"]
    sold = row("2026-01-05", "sale-delivery", "D1", "1", pick="R9")
    assert books(ONE, sold).codes() == ["citation-unknown"]
    more = row("2026-01-05", "sale-delivery", "D1", "12", pick="R2=8")
    assert books(ONE, TWO, more, mine=by("fifo")).codes() == ["citation-quantity"]
    gone = row("2026-01-06", "sale-delivery", "D2", "1", pick="D1=1")
    first = row("2026-01-05", "sale-delivery", "D1", "1")
    assert books(ONE, TWO, first, gone, mine=by("fifo")).codes() == ["pick-leaves"]


def test_a_pick_of_too_much_is_named() -> None:
    sold = row("2026-01-05", "sale-delivery", "D1", "3", pick="R1=99")
    made = books(ONE, sold, mine=by("fifo"))
    found = [dict(p.args)["ref"] for p in made.problems if p.code == "citation-quantity"]
    assert set(found) == {"R1=99"}


@pytest.mark.req("CO-09")
def test_a_new_unit_cost_in_every_pool_of_an_item() -> None:
    lots = (ONE._replace(lot="L1"), TWO._replace(lot="L2"))
    down = row("2026-01-05", "revaluation", "A1", item="", reason="review", unit_cost="0.50")
    down = down._replace(meta=(*down.meta, ("item", "COLA")), party="")
    made = books(*lots, down, mine=by("moving-average", pool="lot"))
    assert figures(made)[0] == 1000
    assert {key: pool.value for key, pool in made.costed.pools.items()} == {
        "COLA#L1": 500, "COLA#L2": 500,
    }  # fmt: skip
