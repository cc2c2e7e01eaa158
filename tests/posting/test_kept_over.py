"""What was there before the rows: goods at a price; accounts of places; orders without a name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostPolicy, Place, Price, RoleClaim
from invledger.posting import Chart
from tests.posting.small import TRANSIT, chart, company, derive, row, sources_of

PLACE = Place("ledgers/prices.beancount", 1)
THIRD = 33_333_000_000  # 3.3333


@pytest.mark.req("CO-05", "CO-07")
def test_goods_at_a_price_before_the_rows_leave_with_all_their_value() -> None:
    """3 at 3.3333 stood at 10.01 after what was rounded: one leaves at 3.33, the last two take the
    rest; at another price than today's their document is missing.
    """
    standard = CostPolicy("standard", "site")
    goods = replace(company().categories["goods"], cost=standard)
    mine = replace(company(), categories={**company().categories, "goods": goods})
    rows = [row("2026-02-05", "scrap", "S1", "1", reason="x"),
            row("2026-02-06", "scrap", "S2", "2", reason="x")]  # fmt: skip
    for price, codes in ((THIRD, []), (THIRD + 1, ["standard-change-missing"])):
        sources = sources_of(rows, mine)
        sources.master.prices = [Price("2026-01-01", "COLA", THIRD, "CNY", PLACE, "standard")]
        sources.held = {"COLA@SH": ("COLA", 3, 1001, price)}
        made = derive(sources)
        assert dict(made.valued.setting.standards) == {0: 333, 1: 668}
        assert made.codes() == codes


@pytest.mark.req("OUT-02", "FIN-02")
def test_goods_under_way_stand_in_their_own_account_where_the_chart_has_one() -> None:
    own = next(a for a in chart().accounts.values() if a.name.startswith("Assets:1405"))
    claim = RoleClaim("inventory-in-transit", ())
    sources = sources_of([
        row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0"),
        row("2026-01-06", "transfer-out", "T1", "4"),
    ])  # fmt: skip
    others = [
        replace(a, roles=tuple(c for c in a.roles if c.role != "inventory-in-transit"))
        for a in sources.chart.accounts.values()
    ]
    sources.chart = Chart.of([*others, replace(own, name=f"{own.name}:在途", roles=(claim,))])
    made = derive(sources)
    assert made.codes() == []
    assert made.sources.table.target[1] == TRANSIT
    assert (made.balance("1405:在途"), made.balance("1405")) == (800, 2000)
