"""An order known by the id of its receipt; changes that reach back over others before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostChange, CostPolicy, Place, Price
from tests.posting.small import BEIJING, books, company, derive, row, sources_of
from tests.posting.test_undone_output import SENT


@pytest.mark.req("CO-08")
def test_a_receipt_without_an_order_is_known_by_its_own_id() -> None:
    done = row("2026-01-31", "production-settlement", "S9", item="", order="B1", party="")
    made = books(*SENT, done)
    assert "settlement-order-unknown" not in made.codes()
    lost = books(*SENT, done._replace(order="B2"))
    assert "settlement-order-unknown" in lost.codes()


@pytest.mark.req("CO-06", "INV-18")
def test_a_method_taken_as_always_kept_reaches_back_over_a_change_of_pools() -> None:
    """10 at 10.00 in Shanghai, 10 at 20.00 in Beijing, 5 of Shanghai sold for 50.00; one pool
    since February, one more sold for 10.00. As if it had always been one average the six had cost
    90.00: 30.00 less is left.
    """
    place = Place("rules/company.yaml", 9)
    kinds = CostPolicy("fifo", "site"), CostPolicy("fifo"), CostPolicy("moving-average")
    changes = tuple(
        CostChange(day, "goods", "", is_back, "x", CostPolicy(), {"goods": kind}, {}, place)
        for day, is_back, kind in (("2026-02-01", False, kinds[1]), ("2026-03-01", True, kinds[2]))
    )
    goods = replace(company().categories["goods"], cost=kinds[0])
    mine = replace(company(), cost_changes=changes,
                   categories={**company().categories, "goods": goods})  # fmt: skip
    one = row("2026-01-05", "purchase-receipt", "R1", "10", price="10.00", tax="0")
    far = row("2026-01-06", "purchase-receipt", "R2", "10", price="20.00", tax="0", target=BEIJING)
    rows = [one, far, row("2026-01-10", "sale-delivery", "D1", "5"),
            row("2026-02-10", "sale-delivery", "D2", "1"),
            row("2026-03-10", "sale-delivery", "D3", "1")]  # fmt: skip
    made = books(*rows, mine=mine)
    assert made.codes() == [] == made.costed.troubles
    assert made.costed.costs[2:] == [5000, 1000, 1500]
    assert made.lines("policy-change/2026-03-01/main")[0] == ("1405", "-30.00R")
    assert made.balance("1405") == 13 * 1500


@pytest.mark.req("CO-06", "CO-05")
def test_goods_taken_as_always_planned_stand_at_the_plan_of_the_change() -> None:
    """10 for 100.00; planned at 12.00 in January, at 13.00 from March, when the plan is taken up
    as if it had always been kept: 130.00, and 30.00 of savings beside.
    """
    place = Place("rules/company.yaml", 9)
    change = CostChange("2026-03-01", "goods", "", True, "x", CostPolicy(),
                        {"goods": CostPolicy("planned")}, {}, place)  # fmt: skip
    goods = replace(company().categories["goods"], cost=CostPolicy("fifo"))
    mine = replace(company(), cost_changes=(change,),
                   categories={**company().categories, "goods": goods})  # fmt: skip
    rows = [row("2026-01-05", "purchase-receipt", "R1", "10", price="10.00", tax="0"),
            row("2026-03-05", "transfer", "T1", "1")]  # fmt: skip
    sources = sources_of(rows, mine)
    sources.master.prices = [
        Price(day, "COLA", price * 10**10, "CNY", place, "planned")
        for day, price in (("2026-01-01", 12), ("2026-03-01", 13))
    ]
    made = derive(sources)
    assert made.codes() == [] == made.costed.troubles
    assert (made.balance("1405"), made.balance("1404")) == (13000, -3000)


@pytest.mark.req("CO-09", "INV-18")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_a_new_unit_cost_of_a_receipt_leaves_other_places_alone(method: str) -> None:
    """6 at 10.00 come to 8.00; 5 of another receipt, elsewhere, keep their 20.00."""
    goods = replace(company().categories["goods"], cost=CostPolicy(method, "location"))
    mine = replace(company(), categories={**company().categories, "goods": goods})
    one = row("2026-01-05", "purchase-receipt", "R1", "6", price="10.00", tax="0")
    far = row("2026-01-06", "purchase-receipt", "R2", "5", price="20.00", tax="0", target=BEIJING)
    down = row("2026-01-31", "revaluation", "A1", item="", party="", ref="R1", reason="x",
               unit_cost="8.00")  # fmt: skip
    made = books(one, far, down, mine=mine)
    assert made.codes() == [] == made.costed.troubles
    assert sorted(pool.value for pool in made.costed.pools.values()) == [4800, 10000]
