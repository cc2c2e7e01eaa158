"""Credit notes for returns of goods that no bill had named; items that are kept by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.posting.plain_company import item_class
from tests.posting.small import company, derive, master, row, rules, sources_of

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")


@pytest.mark.req("OUT-05", "AR-05")
def test_a_credit_note_for_found_goods_is_for_their_share() -> None:
    """A company's own rule sends found goods to a supplier: 5 at 2.00; 4 of them are credited at
    3.00: 8.00 of 10.00 owed, 4.00 of difference; then the fifth.
    """
    rule = rules()["purchase-return"][-1]
    wide = replace(rule, cites=(*rule.cites, "count-overage"))
    rows = [
        RECEIPT,
        row("2026-01-06", "count-overage", "F1", "10"),
        row("2026-01-08", "purchase-return", "B1", "5", ref="F1"),
        row("2026-01-09", "purchase-credit", "N1", "4", price="3.00", tax="0", ref="B1/1=4"),
        row("2026-01-10", "purchase-credit", "N2", "1", price="3.00", tax="0", ref="B1/1=1"),
    ]
    sources = sources_of(rows)
    sources.rules = {**sources.rules, rule.type: (wide,)}
    made = derive(sources)
    assert made.codes() == []
    assert made.lines("purchase-credit/N1/main") == [
        ("2202:暂估", "-8.00R"), ("6401", "-4.00R"), ("2202", "12.00R"),
    ]  # fmt: skip
    assert made.lines("purchase-credit/N2/main")[0] == ("2202:暂估", "-2.00R")


@pytest.mark.req("CF-05", "CO-06")
def test_an_item_with_a_policy_of_its_own_is_a_class_of_its_own() -> None:
    mine = replace(company(), item_cost={"COLA": {"method": "fifo"}})
    cola = master().items["COLA"]
    other = replace(cola, code="TEA")
    assert item_class(mine, cola).policy.method == "fifo"
    assert item_class(mine, other).policy.method == "moving-average"
    assert item_class(company(), cola) == item_class(company(), other)
