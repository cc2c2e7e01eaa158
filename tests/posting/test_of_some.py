"""Settings that only some items have: the others' do not switch them off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, CostPolicy, MovementTable
from tests.posting.small import company, derive, row, sources_of


def of_category(name: str, policy: CostPolicy) -> Company:
    known = company().categories
    return replace(company(), categories={**known, name: replace(known[name], cost=policy)})


@pytest.mark.req("CO-01", "CO-06")
def test_a_late_entry_at_today_s_average_where_its_category_says_so() -> None:
    """10 at 2.00; 10 more, entered after with an earlier date, at 4.00: 20.00 in, 20.00 beside."""
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0"),
        row("2026-01-03", "purchase-receipt", "R2", "10", price="4.00", tax="0"),
        row("2026-01-05", "purchase-receipt", "R3", "1.000", item="SUGAR", price="9.00", tax="0"),
        row("2026-01-03", "purchase-receipt", "R4", "1.000", item="SUGAR", price="7.00", tax="0"),
    ]
    mine = of_category("goods", CostPolicy("moving-average", backdated="current-average"))
    sources = sources_of(rows, replace(mine, order="as-entered"))
    sources.table = MovementTable.of(rows)
    made = derive(sources)
    assert made.codes() == []
    assert made.costed.costs == [2000, 2000, 900, 700]
    assert made.lines("purchase-receipt/R2/main") == [
        ("1405", "20.00"), ("6401", "20.00"), ("2202:暂估", "-40.00"),
    ]  # fmt: skip
    assert (made.balance("1405"), made.balance("1403")) == (4000, 1600)


@pytest.mark.req("CO-03")
def test_a_unit_cost_rounded_first_where_its_category_says_so() -> None:
    """3.000 kg for 10.00 are 3.33 each: 2.000 kg are 6.66, 3.34 stay."""
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "3.000", item="SUGAR", amount="10.00",
            tax="0"),
        row("2026-01-06", "scrap", "S1", "2.000", item="SUGAR", reason="x"),
    ]  # fmt: skip
    policy = CostPolicy("periodic-average", unit_decimals=2)
    made = derive(sources_of(rows, of_category("raw", policy)))
    assert made.codes() == []
    assert (made.costed.costs[1], made.balance("1403")) == (666, 334)
