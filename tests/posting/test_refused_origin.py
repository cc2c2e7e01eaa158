"""Returns whose origin is refused, goods that come to a price site by site."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostChange, CostPolicy, Place, Price
from tests.posting.small import BEIJING, books, company, derive, row, sources_of

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="10.00", tax="0")
PLACE = Place("rules/company.yaml", 9)


@pytest.mark.req("IN-04", "TE-07")
def test_a_return_of_what_was_never_sold_is_one_finding() -> None:
    """It cites a receipt: no cost and no price is asked beside."""
    back = row("2026-01-08", "sale-return", "T1", "2", ref="R1")
    made = books(RECEIPT, back)
    assert made.codes() == ["citation-type"]
    assert made.costed.troubles == []


@pytest.mark.req("CO-05", "CO-06")
def test_sites_come_to_a_standard_each_and_go_on_to_the_next() -> None:
    """10 in Shanghai, 10 in Beijing at 10.00, from February at a standard of 12.00, from March
    13.00: one left at 12.00, 19.00 more on the others; 5 of Beijing leave at 13.00.
    """
    standard, fifo = CostPolicy("standard", "site"), CostPolicy("fifo", "site")
    change = CostChange("2026-02-01", "goods", "", False, "x", CostPolicy(),
                        {"goods": standard}, {}, PLACE)  # fmt: skip
    goods = replace(company().categories["goods"], cost=fifo)
    mine = replace(company(), cost_changes=(change,),
                   categories={**company().categories, "goods": goods})  # fmt: skip
    turned = row("2026-03-01", "standard-cost-change", "C1", item="", party="", reason="new")
    rows = [
        RECEIPT, RECEIPT._replace(id="R2", target=BEIJING),
        row("2026-02-05", "scrap", "S0", "1", reason="x"),
        turned._replace(meta=(("item", "COLA"),)),
        row("2026-03-05", "scrap", "S1", "5", source=BEIJING, reason="x"),
    ]  # fmt: skip
    sources = sources_of(rows, mine)
    sources.master.prices = [
        Price(day, "COLA", price * 10**10, "CNY", PLACE, "standard")
        for day, price in (("2026-02-01", 12), ("2026-03-01", 13))
    ]
    made = derive(sources)
    assert made.codes() == [] == made.costed.troubles
    assert made.lines("standard-cost-change/C1/main")[0] == ("1405", "19.00")
    assert made.costed.costs[-1] == 6500
    assert made.balance("1405") == 14 * 1300
