"""Rules that post a bill with the goods, notes about its tax, pools that change twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostChange, CostPolicy, Place
from invledger.posting import RuleLine
from tests.posting.small import MAIN, books, company, derive, row, rules, sources_of

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00")


@pytest.mark.req("FIN-02", "FIN-15")
@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ((("debit", "inventory", "value"), ("debit", "input-tax", "deductible-tax"),
          ("credit", "payable", "gross")), {"1405": 2000, "2221": 260, "2202": -2260}),
        ((("debit", "inventory", "net"), ("debit", "cost-of-sales", "tax"),
          ("credit", "payable", "net"), ("credit", "other-income", "tax")),
         {"1405": 2000, "6401": 260, "2202": -2000, "6301": -260}),
        ((("debit", "inventory", "value"), ("credit", "payable", "net"),
          ("debit", "input-tax", "deductible-tax"), ("credit", "other-income", "deductible-tax")),
         {"1405": 2000, "2221": 260, "2202": -2000, "6301": -260}),
        ((("debit", "inventory", "gross"), ("credit", "payable", "gross")),
         {"1405": 2260, "2202": -2260}),
    ],
)  # fmt: skip
def test_a_company_s_receipt_posts_what_its_bill_says(
    lines: tuple[tuple[str, str, str], ...], wanted: dict[str, int]
) -> None:
    """10 at 2.00 and 13 %: 20.00, 2.60, 22.60."""
    plain = rules()["purchase-receipt"][-1]
    sources = sources_of([RECEIPT])
    rule = replace(plain, lines=tuple(RuleLine(*line) for line in lines), examples=())
    sources.rules = {**sources.rules, plain.type: (rule,)}
    made = derive(sources)
    assert made.codes() == []
    assert {code: made.balance(code) for code in wanted} == wanted


@pytest.mark.req("FIN-15")
@pytest.mark.parametrize(("note", "value"), [("no", 2260), ("yes", 2000), ("", 2000)])
def test_a_line_may_say_that_its_tax_is_not_deducted(note: str, value: int) -> None:
    noted = RECEIPT._replace(meta=(("deductible", note),)) if note else RECEIPT
    assert books(noted).valued.lines[0].value == value


@pytest.mark.req("CO-06", "INV-18")
def test_pools_that_become_finer_twice() -> None:
    """One pool of the company, from February by site, from March by place."""
    place = Place("rules/company.yaml", 9)
    goods = company().categories["goods"]
    kinds = [CostPolicy("moving-average", pool) for pool in ("company", "site", "location")]
    changes = tuple(
        CostChange(day, "goods", "", False, "x", CostPolicy(), {"goods": kind}, {}, place)
        for day, kind in zip(("2026-02-01", "2026-03-01"), kinds[1:], strict=True)
    )
    known = {**company().categories, "goods": replace(goods, cost=kinds[0])}
    mine = replace(company(), cost_changes=changes, categories=known)
    rows = [RECEIPT._replace(date=f"2026-0{month}-{day:02d}", id=f"R{month}{day}")
            for month in (1, 2, 3) for day in (5, 6, 7)]  # fmt: skip
    made = books(*rows, mine=mine)
    assert made.codes() == []
    keys = [line.target for line in made.valued.lines]
    assert keys == ["COLA"] * 3 + ["COLA@SH"] * 3 + [f"COLA@{MAIN}"] * 3


@pytest.mark.req("AR-10", "TE-07")
@pytest.mark.parametrize("type_", ["payment", "landed-cost"])
def test_a_type_of_money_or_of_value_moves_no_goods(type_: str) -> None:
    moved = row("2026-01-09", type_, "P1", "5", source=MAIN, target="Equity:Stock:Other",
                reason="other", ref="R1")  # fmt: skip
    assert "goods-unwanted" in books(RECEIPT, moved).codes()
