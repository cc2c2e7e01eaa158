"""Changes of cost policy in the books: the voucher, its lines, and its place among the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostChange, CostPolicy
from invledger.model.problem import Place
from invledger.posting import Rule, RuleLine
from tests.posting.small import Books, company, derive, row, rules, sources_of

PLACE = Place("rules/company.yaml", 9)
DEAR = row("2026-01-05", "purchase-receipt", "R1", "10", price="10.00", tax="0")
DEARER = row("2026-01-06", "purchase-receipt", "R2", "10", price="14.00", tax="0")
SOLD = row("2026-01-20", "sale-delivery", "D1", "10", price="20.00", tax="0")
SOLD_MORE = row("2026-02-01", "sale-delivery", "D2", "5", price="20.00", tax="0")
TO_AVERAGE = CostChange(
    "2026-02-01", "goods", "", True, "x", CostPolicy("moving-average"), {}, {}, PLACE
)


def changed(*types: Rule) -> Books:
    """First in first out until January, as if it had always been the average from February."""
    goods = replace(company().categories["goods"], cost=CostPolicy("fifo"))
    mine = replace(company(), categories={**company().categories, "goods": goods},
                   cost_changes=(TO_AVERAGE,))  # fmt: skip
    sources = sources_of([DEAR, DEARER, SOLD, SOLD_MORE], mine)
    sources.rules = {**sources.rules, **{rule.type: (rule,) for rule in types}}
    return derive(sources)


@pytest.mark.req("CO-06")
def test_the_voucher_of_a_change_is_of_value_and_stands_before_what_is_under_it() -> None:
    """10 left at 14.00 are 120.00 by the average: 20.00 less; no goods move."""
    made = changed()
    assert made.codes() == [] == made.costed.troubles
    assert made.lines("policy-change/2026-02-01/main") == [
        ("1405", "-20.00R"), ("4104:未分配利润", "20.00R"),
    ]  # fmt: skip
    stock, equity = made.vouchers["policy-change/2026-02-01/main"].postings
    assert (stock.meta, equity.meta) == ((("item", "COLA"),), ())
    order = list(made.vouchers)
    assert order.index("policy-change/2026-02-01/main") < order.index("sale-delivery/D2/main")


@pytest.mark.req("CO-06", "FIN-02")
def test_a_rule_says_on_which_side_a_change_stands() -> None:
    """As a red debit of the other account, where a company's rule wants it there."""
    plain = rules()["policy-change"][-1]
    lines = (RuleLine("debit", "inventory", "revaluation", quantity=True),
             RuleLine("debit", "retained-earnings", "revaluation", red=True))  # fmt: skip
    made = changed(replace(plain, lines=lines))
    assert made.codes() == []
    assert made.lines("policy-change/2026-02-01/main") == [
        ("1405", "-20.00R"), ("4104:未分配利润", "20.00"),
    ]  # fmt: skip
