"""Output of work orders at estimates, by bills and by what is still in work; figures by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Price, Row
from invledger.model.problem import Place
from tests.posting.small import Books, books, derive, row, sources_of
from tests.posting.test_production import SUGAR, by, held, issue, labour, made, settled

PLACE = Place("ledgers/prices.beancount", 1)


def priced(*prices: Price, rows: tuple[Row, ...], **meta: str) -> Books:
    sources = sources_of(rows, by())
    sources.master.prices = list(prices)
    sugar = sources.master.items["SUGAR"]
    said = {key.replace("_", "-"): text for key, text in meta.items()}
    sources.master.items["SUGAR"] = replace(sugar, meta={**sugar.meta, **said})
    return derive(sources)


@pytest.mark.req("CO-08")
@pytest.mark.parametrize("kind", ["standard", "estimate"])
def test_an_estimate_is_the_price_in_force(kind: str) -> None:
    """12 at 7.00 are 84.00 until the order says more; a price of the month after is none yet."""
    now = Price("2026-01-01", "SYRUP", 7 * 10**10, "CNY", PLACE, kind)
    then = Price("2026-02-01", "SYRUP", 9 * 10**10, "CNY", PLACE, kind)
    out = made("12", "P1", estimate="standard")
    there = row("2026-01-01", "other-in", "O1", "1", item="SYRUP", price="15.00", reason="x")
    found = priced(now, then, rows=(there, SUGAR, issue("50.000"), out))
    assert (held(found, "SYRUP"), found.balance("5001")) == (1500 + 8400, 50000 - 8400)
    lacking = priced(then, rows=(SUGAR, issue("50.000"), out))
    assert [one.code for one in lacking.problems] == ["estimate-missing"]


@pytest.mark.req("CO-08")
def test_a_bill_counts_in_base_units_of_what_is_made() -> None:
    """One kilogram of it takes two bottles at 1.50: 2.500 kg are 7.50."""
    cola = Price("2026-01-01", "COLA", 15 * 10**9, "CNY", PLACE, "standard")
    goods = row("2026-01-01", "purchase-receipt", "R0", "10", price="2.00", tax="0")
    used = row("2026-01-05", "production-issue", "M1", "10", order="WO-1")
    out = row("2026-01-20", "production-receipt", "P1", "2.500", item="SUGAR", order="WO-1",
              estimate="bom")  # fmt: skip
    found = priced(cola, rows=(goods, used, out), bom="COLA=2")
    assert found.codes() == []
    assert (held(found, "SUGAR"), found.balance("5001")) == (750, 2000 - 750)


@pytest.mark.req("CO-08")
def test_material_that_is_half_in_the_goods_in_work() -> None:
    """1,000.00 of material, 600.00 of conversion; 80 finished, 40 in work at 50 %, a quarter of
    their material in: 80/90 of the material, 80/100 of the conversion.
    """
    mine = by(settlement="equivalent-units")
    first = made("80", "P1", price="15.00", estimate="stated")
    rows = (SUGAR, issue("100.000"), labour("600.00"), first,
            settled(wip="40", stage="50%", material="25%"))  # fmt: skip
    found = books(*rows, mine=mine)
    assert found.codes() == [] == found.costed.troubles
    assert (held(found, "SYRUP"), found.balance("5001")) == (88889 + 48000, 11111 + 12000)


@pytest.mark.req("CO-08")
def test_without_output_all_stays_in_work() -> None:
    mine = by(settlement="equivalent-units")
    found = books(SUGAR, issue("100.000"), labour("600.00"), settled(wip="1", stage="50%"),
                  mine=mine)  # fmt: skip
    assert found.codes() == []
    assert (held(found, "SYRUP"), found.balance("5001")) == (0, 160000)
