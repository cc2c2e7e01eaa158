"""Goods of several origins go back at once: each at what it was owed at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.posting.small import derive, row, rules, sources_of

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
