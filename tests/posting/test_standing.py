"""Where things stand: goods without a site, goods of a supplier, findings about gifts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostPolicy, MovementTable, Place, RoleClaim
from invledger.posting import Chart, Pools
from invledger.posting.course import Course
from tests.posting.small import books, chart, company, derive, master, row, sources_of

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")
GIFT = row("2026-01-09", "other-out", "G1", "5", reason="sample")


@pytest.mark.req("INV-18")
@pytest.mark.parametrize(
    ("account", "key"),
    [("Assets:Depot", "COLA@"), ("Assets:Stock:GZ", "COLA@GZ"), ("Assets:Stock:GZ:A", "COLA@GZ")],
)
def test_a_site_is_the_third_part_of_a_name_that_has_one(account: str, key: str) -> None:
    mine = replace(company(), categories={}, default_cost=CostPolicy(pool="site"))
    pools = Pools(Course(mine, master(), MovementTable.of([])), master())
    assert pools.key("COLA", account, "") == key


@pytest.mark.req("OUT-06", "TE-07")
def test_a_gift_at_no_known_rate_is_told_at_its_line() -> None:
    sources = sources_of([RECEIPT, GIFT])
    sources.master.items["COLA"] = replace(sources.master.items["COLA"], tax="unheard-of")
    [found] = derive(sources).problems
    assert found.place == Place("ledgers/movements/2026-01-09.beancount", 3)


@pytest.mark.req("OUT-06", "FIN-15")
def test_a_small_taxpayer_levies_what_it_gives_away() -> None:
    """5 that cost 10.00 are deemed sold at 11.00, and levied at 1 %: 0.11, not 1.43."""
    made = books(RECEIPT, GIFT, mine=replace(company(), taxpayer="small-scale"))
    assert made.codes() == []
    assert made.balance("2221") == -11


@pytest.mark.req("FIN-02", "IN-14")
def test_what_goods_of_a_supplier_bear_later_stands_with_them() -> None:
    """A chart with an account for goods of V1: 20.00, and 5.00 of freight that it billed."""
    freight = row("2026-01-21", "landed-cost", "L1", item="", amount="5.00", ref="R1", tax="0",
                  treat="remaining-share")  # fmt: skip
    sources = sources_of([RECEIPT, RECEIPT._replace(id="R2", party="V2"), freight])
    own = next(a for a in chart().accounts.values() if a.name.startswith("Assets:1405"))
    claim = RoleClaim("inventory", (("category", "goods"), ("party", "V1")))
    mine = replace(own, name=f"{own.name}:甲", roles=(claim,))
    sources.chart = Chart.of([*sources.chart.accounts.values(), mine])
    made = derive(sources)
    assert made.codes() == []
    assert made.lines("purchase-receipt/R1/main")[0] == ("1405:甲", "20.00")
    assert made.lines("purchase-receipt/R2/main")[0] == ("1405", "20.00")
    assert made.lines("landed-cost/L1/main")[0] == ("1405:甲", "5.00")
