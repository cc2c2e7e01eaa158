"""Goods of several origins go back at once: each at what it was owed at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.posting.small import books, derive, row, rules, sources_of
from tests.posting.test_clearing import by

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")


@pytest.mark.req("OUT-05")
def test_bought_and_found_goods_go_back_together() -> None:
    """A company's own rule lets both go: 3 bought and 5 found, all at 2.00, are 16.00."""
    rule = rules()["purchase-return"][-1]
    wide = replace(rule, cites=(*rule.cites, "count-overage"))
    found = row("2026-01-06", "count-overage", "F1", "10")
    back = row("2026-01-08", "purchase-return", "B1", "8", ref="R1/1=3 F1/1=5")
    sources = sources_of([RECEIPT, found, back])
    sources.rules = {**sources.rules, rule.type: (wide,)}
    made = derive(sources)
    assert made.codes() == [] == made.costed.troubles
    assert made.lines("purchase-return/B1/main") == [("1405", "-16.00R"), ("2202:暂估", "16.00R")]


@pytest.mark.req("OUT-05", "AR-05", "CO-02")
def test_goods_not_billed_bear_nothing_of_a_bill_whatever_goes_with_them() -> None:
    """6 of 10 at 2.00 were billed at 3.00; the other 4, and 2 of another receipt, go back: 12.00
    of 46.00.
    """
    other = RECEIPT._replace(id="R2")
    paper = row("2026-01-06", "purchase-invoice", "I1", "6", price="3.00", tax="0", ref="R1/1=6")
    for ref in ("R1/1=4 R2/1=2", "R2/1=2 R1/1=4"):
        back = row("2026-01-08", "purchase-return", "B1", "6", ref=ref)
        made = books(RECEIPT, other, paper, back, mine=by("fifo"))
        assert made.codes() == [] == made.costed.troubles
        assert made.lines("purchase-return/B1/main") == [
            ("1405", "-12.00R"), ("2202:暂估", "12.00R"),
        ]  # fmt: skip
        assert (made.balance("1405"), made.balance("2202:暂估")) == (3400, -1600)
