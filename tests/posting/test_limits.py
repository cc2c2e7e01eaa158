"""What too much is: told once; of a product at a standard what it really took."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostPolicy, Price, Row
from invledger.model.problem import Place
from tests.posting.small import Books, books, company, derive, row, rules, sources_of
from tests.posting.test_adjusting import by, document, on_item

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "5", price="10.00", tax="0")
PLACE = Place("ledgers/prices.beancount", 1)


@pytest.mark.req("CO-09", "FIN-18")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_a_slip_that_was_undone_is_told_once(method: str) -> None:
    """500.00 less on 50.00 and undone: goods cannot be worth that, so neither is posted as it
    stands; the first paper, which is the cause, says so, and the second not again.
    """
    slip = document("cost-adjustment", "2026-01-10", "-500.00", ref="R1")
    pool = on_item(document("revaluation", "2026-01-10", "-500.00"))
    for paper in (slip, pool):
        undone = paper._replace(id="Z1", date="2026-01-11", ref="",
                                meta=(*paper.meta, ("reverses", paper.id)))  # fmt: skip
        made = books(RECEIPT, paper, undone, mine=by(method))
        assert [(one.code, dict(one.args)["id"]) for one in made.problems] == [
            ("adjustment-exceeds", paper.id)
        ]


def at_standard(*rows: Row) -> Books:
    """Products kept at 15.00."""
    finished = replace(company().categories["finished"], cost=CostPolicy("standard"))
    mine = replace(company(), categories={**company().categories, "finished": finished})
    sources = sources_of(rows, mine)
    sources.master.prices = [Price("2026-01-01", "SYRUP", 15 * 10**10, "CNY", PLACE, "standard")]
    return derive(sources)


@pytest.mark.req("CO-09", "CO-05")
def test_a_product_at_a_standard_gives_what_its_order_took() -> None:
    """One at 15.00 took 20.00: 20.00 less leaves nothing, a cent more is too much."""
    rows = (
        RECEIPT,
        row("2026-01-06", "production-issue", "P1", "2", order="WO-1"),
        row("2026-01-07", "production-receipt", "F1", "1", item="SYRUP", order="WO-1"),
    )
    least = document("cost-adjustment", "2026-01-10", "-20.00", ref="F1")
    assert at_standard(*rows, least).codes() == []
    over = document("cost-adjustment", "2026-01-10", "-20.01", ref="F1")
    assert at_standard(*rows, over).codes() == ["adjustment-exceeds"]


@pytest.mark.req("CO-05", "FIN-02")
def test_a_type_that_restates_from_some_day_on_is_judged() -> None:
    """Goods at cost have no standard to change, whatever the first version of the rule did."""
    plain = rules()["standard-cost-change"][-1]
    first = replace(plain, lines=())
    then = replace(plain, valid_from="2026-02-01")
    paper = row("2026-02-05", "standard-cost-change", "C1", item="", party="", reason="new")
    sources = sources_of([RECEIPT, paper._replace(meta=(("item", "COLA"),))])
    sources.rules = {**sources.rules, plain.type: (first, then)}
    assert derive(sources).codes() == ["standard-change-idle"]
