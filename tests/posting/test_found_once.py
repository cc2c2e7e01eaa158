"""What is wrong with a row's type or price is told once; what a rule does besides is no matter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostPolicy, Price
from invledger.model.problem import Place
from tests.posting.small import company, derive, row, rules, sources_of

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")
PLACE = Place("ledgers/prices.beancount", 1)


@pytest.mark.req("FIN-02", "TE-07")
@pytest.mark.parametrize("notes", [{}, {"ref": "R1"}, {"reverses": "R1"}, {"pick": "R1"}])
def test_a_type_that_is_not_yet_in_force_is_told_once_a_row(notes: dict[str, str]) -> None:
    """Whatever else the row says: without a rule nobody reads it."""
    later = replace(rules()["purchase-invoice"][-1], valid_from="2026-03-01")
    paper = row("2026-01-20", "purchase-invoice", "I1", "10", price="2.00", tax="0", **notes)
    for rows in ([RECEIPT, paper], [RECEIPT, paper, paper._replace(id="I2")]):
        sources = sources_of(rows)
        sources.rules = {**sources.rules, "purchase-invoice": (later,)}
        found = [one.code for one in derive(sources).problems]
        assert found.count("rule-not-in-force") == len(rows) - 1
        assert set(found) <= {"rule-not-in-force", "reversal-differs", "reversal-twice"}


@pytest.mark.req("OUT-04", "FIN-02")
def test_material_comes_back_from_a_type_that_also_does_other_things() -> None:
    """A company's issue goes to production or to other use; what cites it comes back to stock."""
    issue = rules()["production-issue"][-1]
    inside, other, order = (frozenset({name}) for name in ("available", "other", "production"))
    wide = replace(issue, flows=((inside, other), *issue.flows, (order, order)))
    used = row("2026-01-06", "production-issue", "P1", "5", order="WO-1")
    back = row("2026-01-08", "production-handback", "H1", "5", ref="P1")
    sources = sources_of([RECEIPT, used, back])
    sources.rules = {**sources.rules, "production-issue": (wide,)}
    made = derive(sources)
    assert made.codes() == [] == made.costed.troubles
    assert (made.balance("1405"), made.balance("5001")) == (2000, 0)


@pytest.mark.req("CO-05", "TE-07")
@pytest.mark.parametrize("what", ["issue", "receipt", "none"])
def test_goods_that_lie_at_an_old_price_want_a_document(what: str) -> None:
    """A standard of 2.00, then 3.00: told once, where goods next come or go; where the document
    is there, or nothing lies there, nobody asks.
    """
    goods = replace(company().categories["goods"], cost=CostPolicy("standard"))
    mine = replace(company(), categories={**company().categories, "goods": goods})
    out = row("2026-02-05", "sale-delivery", "D1", "4")
    come = row("2026-02-05", "purchase-receipt", "R2", "4", price="3.00", tax="0")
    turned = row("2026-02-01", "standard-cost-change", "C1", item="", party="", reason="new")
    turned = turned._replace(meta=(("item", "COLA"),))
    rows = {"issue": [RECEIPT, out, out._replace(id="D2")], "none": [come],
            "receipt": [RECEIPT, come, come._replace(id="R3")]}[what]  # fmt: skip
    for asked in (True, False):
        sources = sources_of(rows if asked else [*rows, turned], mine)
        sources.master.prices = [
            Price(day, "COLA", price * 10**10, "CNY", PLACE, "standard")
            for day, price in (("2026-01-01", 2), ("2026-02-01", 3))
        ]
        wanted = ["standard-change-missing"] if asked and what != "none" else []
        assert derive(sources).codes() == wanted
