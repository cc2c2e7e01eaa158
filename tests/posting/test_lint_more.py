"""The linter on facts of the company, amounts that are nothing, and lines never reached."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.posting import Rule, RuleLine, lint_rules
from tests.posting.small import chart, company, rules
from tests.posting.test_lint import findings, rule_of, said


@pytest.mark.req("FIN-02")
def test_a_line_never_reached_is_told_with_all_it_asks() -> None:
    rule = rules()["scrap"][-1]
    never = replace(rule.lines[0], when={"to": ("customer", "supplier"), "kind": ("issue",)})
    [found] = findings(replace(rule, lines=(*rule.lines, never)), "rule-line-unreachable")
    assert said(found)["when"] == "to=customer|supplier kind=issue"


@pytest.mark.req("FIN-02", "AR-06")
def test_an_advance_is_nothing_where_goods_leave_with_their_invoice() -> None:
    """A line that posts it there does no harm: debit stays credit."""
    rule = rules()["sale-invoice"][-1]
    always = tuple(replace(x, when={}) if x.amount == "advance" else x for x in rule.lines)
    assert findings(replace(rule, lines=always)) == []
    never = tuple(x for x in rule.lines if x.amount != "advance")
    assert findings(replace(rule, lines=never)) == []
    half = tuple(replace(x, side="debit") if x.amount == "advance" else x for x in rule.lines)
    assert [one.code for one in findings(replace(rule, lines=half))] == ["rule-unbalanced"]


@pytest.mark.req("FIN-02", "CO-08")
def test_a_service_bought_for_an_order_costs_what_it_is_worth() -> None:
    """Into the order at cost, owed at value: 受托加工费."""
    rule = rule_of("""
type: service
title: 加工费
from: supplier
to: production
rank: 30
price: {means: cost, required: true}
voucher:
  lines:
    - {debit: production-cost, amount: cost, order: true}
    - {credit: goods-received-not-invoiced, amount: accrued}
    - {credit: goods-in-transit, amount: invoiced}
    - {credit: landed-cost-accrual, amount: landed}
""")
    assert findings(rule) == []
    less = tuple(line for line in rule.lines if line.amount != "invoiced")
    [found] = findings(replace(rule, lines=less))
    assert said(found)["rest"] == "+invoiced"


@pytest.mark.req("FIN-02", "FIN-14")
@pytest.mark.parametrize(
    ("fact", "ours", "others"),
    [("chart", "cas", "sbe"), ("taxpayer", "general", "none"),
     ("revenue", "at-delivery", "at-invoice")],
)  # fmt: skip
def test_only_roles_of_lines_for_this_company_are_asked_for(
    fact: str, ours: str, others: str
) -> None:
    plain = rules()["scrap"][-1]

    def told(value: str) -> list[str]:
        lines = tuple(
            replace(line, role="nobody-s", when={fact: (value,)}) for line in plain.lines
        )
        rule: Rule = replace(plain, lines=lines)
        found = lint_rules({"scrap": (rule,)}, company(), chart())
        return [one.code for one in found]

    assert getattr(company(), fact) == ours
    assert told(ours) == ["rule-role-unclaimed"]
    assert told(others) == []


@pytest.mark.req("FIN-02")
def test_what_is_nothing_counts_on_neither_side() -> None:
    """An invoice that finds its goods has no cost of its own: posting it twice does no harm."""
    rule = rules()["purchase-invoice"][-1]
    extra = RuleLine("debit", "inventory", "cost", when={"kind": ("skip",)})
    assert findings(replace(rule, lines=(*rule.lines, extra))) == []
    twice = replace(extra, when={"kind": ("revalue",)})
    assert "rule-unbalanced" in {
        one.code for one in findings(replace(rule, lines=(*rule.lines, twice)))
    }
