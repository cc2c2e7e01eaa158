"""The linter judged as a class: what each shipped line carries, which facts exist, and places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from invledger.model import METHODS, Place, Problem
from invledger.posting import Rule, lint_rules, read_rule
from invledger.posting.lint import fact_values, flow_facts
from invledger.posting.rule import RuleLine
from tests.posting.small import chart, company, document, rules

PATH = "rules/movements/x.yaml"


def rule_of(text: str) -> Rule:
    (rule,), problems = read_rule(document(PATH, text))
    assert problems == []
    return rule


def findings(rule: Rule, code: str = "") -> list[Problem]:
    """What the linter says of one rule beside those that it cites, by code or all of it."""
    beside = {name: rules()[name] for name in rule.cites if name in rules()}
    beside["transfer-in"] = rules()["transfer-in"]
    found = lint_rules({**beside, rule.type: (rule,)}, company(), chart())
    mine = [one for one in found if said(one)["type"] == rule.type]
    return [one for one in mine if code in ("", one.code)]


def said(problem: Problem) -> dict[str, str]:
    return dict(problem.args)


def without(type_: str, role: str, amount: str) -> Rule:
    """A shipped rule that lacks one line."""
    rule = rules()[type_][-1]
    kept = tuple(x for x in rule.lines if (x.role, x.amount) != (role, amount))
    assert len(kept) < len(rule.lines)
    return replace(rule, lines=kept)


@pytest.mark.req("FIN-02")
@pytest.mark.parametrize(
    ("type_", "role", "amount", "rests"),
    [
        # stock at cost: what goes out of one account goes into the other
        ("scrap", "pending-loss", "cost", ["-cost"]),
        ("scrap", "inventory", "cost", ["+cost"]),
        ("transfer-out", "inventory", "cost", []),  # both lines: nothing is left
        ("production-issue", "production-cost", "cost", ["-cost"]),
        ("production-handback", "inventory", "cost", ["-cost"]),  # both sides red
        ("production-handback", "production-cost", "cost", ["+cost"]),
        # received goods without VAT of their own: value is the net amount, cost is value
        ("opening", "opening-balance", "value", ["+net"]),
        ("count-overage", "pending-loss", "cost", ["+net"]),
        # a receipt: its value = accrued + invoiced before + landed cost
        ("purchase-receipt", "inventory", "value", ["-accrued -invoiced -landed"]),
        ("purchase-receipt", "goods-in-transit", "invoiced", ["+invoiced"]),
        ("purchase-receipt", "landed-cost-accrual", "landed", ["+landed"]),
        # back to the supplier: what he owes = cost + variance
        ("purchase-return", "inventory", "cost", ["+cost"]),
        ("purchase-return", "cost-of-sales", "variance", ["+variance"]),
        ("purchase-return", "goods-received-not-invoiced", "value", ["-cost -variance"]),
        # the supplier's invoice: gross = net + tax; what is in transit is all that is not told
        ("purchase-invoice", "payable", "gross", ["+net +tax"]),
        ("purchase-invoice", "input-tax", "deductible-tax", ["-deductible-tax"]),
        ("purchase-invoice", "purchase-price-variance", "difference", ["-difference"]),
        ("purchase-invoice", "exchange-loss", "exchange-loss", ["-exchange-loss"]),
        ("purchase-invoice", "exchange-gain", "exchange-gain", ["+exchange-gain"]),
        ("purchase-invoice", "inventory", "cost", ["-cost"]),
        ("purchase-invoice", "production-cost", "followed", ["-followed"]),
        ("purchase-invoice", "goods-in-transit", "in-transit", [
            "+deductible-tax +difference -exchange-gain +exchange-loss +matched -net -tax",
            ("+cost +deductible-tax +difference -exchange-gain +exchange-loss +expensed +followed"
             " +matched -net -tax"),
        ]),
        ("purchase-credit", "payable", "gross", ["-net -tax"]),  # in red
        ("purchase-credit", "input-tax", "deductible-tax", ["+deductible-tax"]),
        # charges: landed = net + tax - deductible tax, less what does not become value of receipts
        ("landed-cost", "payable", "gross", ["+net +tax"]),
        ("landed-cost", "input-tax", "deductible-tax", ["-deductible-tax"]),
        ("landed-cost", "cost-of-sales", "expensed", ["-expensed"]),
        ("landed-cost", "inventory", "cost", ["-cost"]),
        ("landed-cost", "production-cost", "followed", ["-followed"]),
        ("landed-cost", "landed-cost-accrual", "landed", [
            "+deductible-tax +expensed -net -tax",
            "+cost +deductible-tax +expensed +followed -net -tax",
        ]),
        # what is sold: gross = net + tax, less the customer's advance
        ("sale-delivery", "receivable", "gross", ["+advance -net -tax"]),
        ("sale-delivery", "revenue", "net", ["+net"]),
        ("sale-delivery", "output-tax", "tax", ["+tax"]),
        ("sale-acceptance", "receivable", "gross", ["+advance -net -tax"]),
        ("sale-acceptance", "cost-of-sales", "cost", ["-cost"]),
        ("sale-return", "receivable", "gross", ["+net +tax"]),
        ("sale-invoice", "receivable", "gross", ["-advance -net -tax", "-net -tax"]),
        ("sale-invoice", "output-tax", "tax", ["+tax"]),
        # money and documents of value
        ("payment", "bank", "gross", ["+net"]),
        ("collection", "bank", "gross", ["-net"]),
        ("production-cost", "production-cost", "value", ["-net"]),
        ("production-loss", "production-cost", "value", ["+net"]),
        ("other-out", "output-tax", "deemed-tax", ["+deemed-tax"]),
        ("loss-settlement", "input-tax-transferred-out", "transferred-tax", ["+transferred-tax"]),
        ("write-down", "inventory-allowance", "allowance", ["+allowance"]),
        ("standard-cost-change", "cost-revaluation", "revaluation", ["+revaluation"]),
        ("policy-change", "retained-earnings", "revaluation", ["+revaluation"]),
        # a settlement: what was settled stayed in stock, was followed, expensed or is a variance
        ("production-settlement", "production-cost", "settled",
         ["+cost +expensed +followed +variance"]),
        ("production-settlement", "purchase-price-variance", "variance", ["-variance"]),
        # a service for an order
        ("subcontract-receipt", "goods-received-not-invoiced", "value", ["+net"]),
    ],
)  # fmt: skip
def test_a_rule_that_lacks_a_line_does_not_balance_by_what_the_line_carried(
    type_: str, role: str, amount: str, rests: list[str]
) -> None:
    broken = without(type_, role, amount)
    found = findings(broken, "rule-unbalanced")
    assert [said(one)["rest"] for one in found] == rests
    assert {one.place for one in found} <= {broken.place}
    assert {said(one)["type"] for one in found} <= {type_}


@pytest.mark.req("FIN-02", "FIN-15")
@pytest.mark.parametrize(
    ("amount", "role", "statuses"),
    [
        ("tax", "output-tax", {"general", "small-scale"}),
        ("deemed-tax", "output-tax", {"general", "small-scale"}),
        ("deductible-tax", "input-tax", {"general"}),
        ("transferred-tax", "input-tax-transferred-out", {"general"}),
        ("cost", "inventory", {"general", "small-scale", "none"}),
    ],
)
def test_tax_that_a_company_never_has_unbalances_nothing(
    amount: str, role: str, statuses: set[str]
) -> None:
    """A line under `taxpayer: x` alone is out of balance only where x has such tax, and its role
    is asked for only there.
    """
    for taxpayer in ("general", "small-scale", "none"):
        line = RuleLine("credit", role, amount, when={"taxpayer": (taxpayer,)})
        rule = replace(rules()["scrap"][0], lines=(*rules()["scrap"][0].lines, line))
        rests = {said(one)["rest"] for one in findings(rule, "rule-unbalanced")}
        assert rests == ({f"-{amount}"} if taxpayer in statuses else set())
        mine = replace(company(), taxpayer=taxpayer)
        rule = replace(rule, lines=(*rule.lines[:-1], replace(line, role="nobody")))
        found = lint_rules({"scrap": (rule,)}, mine, chart("cas", taxpayer))
        roles = [said(one)["role"] for one in found if one.code == "rule-role-unclaimed"]
        assert roles == (["nobody"] if taxpayer in statuses else [])


@pytest.mark.parametrize(
    ("type_", "kinds"),
    [
        ("purchase-receipt", {("supplier", "transit"): "receive"}),
        ("count-shortage", {("subcontract", "count"): "issue"}),
        ("production-issue", {("available", "production"): "issue consume"}),
        ("production-receipt", {("production", "rejected"): "produce"}),
        ("production-handback", {("production", "locked"): "hand-back"}),
        ("transfer", {("available", "available"): "skip move"}),
        ("purchase-return", {("available", "supplier"): "return-out"}),
        ("sale-return", {("customer", "available"): "return-in",
                         ("dispatched", "available"): "skip move"}),
        ("sale-invoice", {("invoice", "invoice"): "skip", ("dispatched", "customer"): "issue"}),
        ("sale-delivery", {("inspection", "customer"): "issue",
                           ("inspection", "dispatched"): "skip move"}),
        ("purchase-order", {("order", "order"): "skip"}),
        ("purchase-invoice", {("invoice", "invoice"): "skip revalue"}),
        ("subcontract-receipt", {("subcontract", "production"): "issue consume",
                                 ("supplier", "production"): "add-to-order",
                                 ("production", "available"): "produce",
                                 ("subcontract", "available"): "skip move"}),
        ("payment", {("", ""): "skip"}),
        ("production-cost", {("", ""): "add-to-order"}),
        ("production-settlement", {("", ""): "settle"}),
        ("landed-cost", {("", ""): "skip revalue"}),
        ("loss-settlement", {("", ""): "skip"}),
        ("write-down", {("", ""): "skip", ("available", "customer"): "issue",
                        ("available", "supplier"): "issue", ("available", "other"): "issue"}),
    ],
)  # fmt: skip
def test_the_kinds_that_rows_of_a_type_can_be(
    type_: str, kinds: Mapping[tuple[str, str], str]
) -> None:
    """As the kernel's interface defines them: from where, to where, in an order, citing."""
    facts = flow_facts(rules()[type_][-1], rules())
    for (come, go), names in kinds.items():
        here = [f for f in facts if (f.get("from", ""), f.get("to", "")) == (come, go)]
        assert [f["kind"] for f in here] == names.split()


def test_goods_that_may_cite_their_origin_may_be_two_things() -> None:
    text = "type: x\ntitle: X\nfrom: {}\nto: {}\nvoucher: none\n"
    text += "cites: {{types: [sale-delivery]}}\n"
    back = rule_of(text.format("customer", "available"))
    assert [f["kind"] for f in flow_facts(back, rules())] == ["receive", "return-in"]
    away = rule_of(text.format("available", "supplier"))
    assert [f["kind"] for f in flow_facts(away, rules())] == ["issue", "return-out"]


@pytest.mark.parametrize(
    ("cited", "kind"),
    [
        ("from: available\nto: production", "hand-back"),
        ("from: production\nto: available", "produce"),
        ("from: [available, production]\nto: production", "produce"),
        ("from: available\nto: [production, scrap]", "hand-back"),
    ],
)
def test_what_cites_goods_that_went_into_production_brings_them_back(
    cited: str, kind: str
) -> None:
    first = rule_of(f"type: first\ntitle: X\n{cited}\nvoucher: none\n")
    rule = rule_of("type: x\ntitle: X\nfrom: production\nto: available\nvoucher: none\n"
                   "cites: {types: [other, first]}\n")  # fmt: skip
    found = flow_facts(rule, {"first": (first,)})
    assert [one["kind"] for one in found] == [kind]


ASKING = """\
type: asking
title: Asking
from: available
to: other
{more}voucher:
  lines:
    - {{debit: selling-expense, amount: cost}}
    - {{credit: inventory, amount: cost, when: {{{fact}: {values}}}}}
    - {{credit: revenue, amount: cost}}
"""
FACTS = [
    ("chart", "cas sbe"),
    ("taxpayer", "general small-scale none"),
    ("revenue", "at-delivery at-invoice at-acceptance"),
    ("method", " ".join(METHODS)),
    ("backdated", "recost current-average"),
    ("apply", "prospective retrospective"),
    ("reason", "gift sample"),
    ("from", "available"),
    ("to", "other"),
    ("kind", "issue"),
]


@pytest.mark.parametrize(("fact", "values"), FACTS)
def test_each_value_of_a_fact_can_occur_and_no_other(fact: str, values: str) -> None:
    more = "reasons: [gift, sample]\n" if fact == "reason" else ""
    for value in values.split():
        rule = rule_of(ASKING.format(fact=fact, values=value, more=more))
        assert findings(rule, "rule-line-unreachable") == []
        [first] = findings(rule, "rule-unbalanced")  # under that value the last line is too much
        assert said(first)["rest"] == "-cost"
        assert f"{fact}={value}" in said(first)["facts"].split()
    rule = rule_of(ASKING.format(fact=fact, values="[never, nowhere]", more=more))
    [dead] = findings(rule, "rule-line-unreachable")
    assert said(dead) == {"type": "asking", "when": f"{fact}=never|nowhere"}
    assert dead.place == Place(PATH, 9 if more else 8, 7)


@pytest.mark.parametrize(
    ("more", "values"),
    [
        ("", ("",)),
        ("reasons: [gift]\n", ("gift", "")),
        ("reasons: [gift]\nfields: {reason: required}\n", ("gift",)),
        ("fields: {reason: required}\n", ("",)),
        ("reasons: [gift]\nfields: {reason: optional}\n", ("gift", "")),
    ],
)
def test_no_reason_is_a_reason_unless_one_is_required(more: str, values: tuple[str, ...]) -> None:
    rule = rule_of(ASKING.format(fact="chart", values="cas", more=more))
    assert fact_values(rule)["reason"] == values


def test_an_unknown_fact_is_one_finding_at_its_line_with_its_neighbour() -> None:
    rule = rule_of(ASKING.format(fact="taxpayr", values="general", more=""))
    assert [one.code for one in findings(rule)] == ["rule-fact-unknown"]
    [one] = findings(rule)
    assert said(one) == {"type": "asking", "fact": "taxpayr", "nearest": "taxpayer"}
    assert one.place == Place(PATH, 8, 7)
    rule = rule_of(ASKING.format(fact="zzz", values="general", more=""))
    [one] = findings(rule)
    known = "apply backdated chart from kind method reason revenue taxpayer to"
    assert said(one)["nearest"] == known


def test_versions_that_overlap_or_leave_a_gap_say_where_and_when() -> None:
    first = rules()["scrap"][0]
    dated = [
        replace(first, valid_from=date, place=Place(PATH, line, 3))
        for date, line in (("2026-03-01", 1), ("2026-05-01", 9), ("2026-05-01", 19))
    ]
    found = lint_rules({"scrap": tuple(dated)}, company())
    assert [(one.code, one.place.line, said(one)) for one in found] == [
        ("rule-overlap", 19, {"type": "scrap", "date": "2026-05-01", "other": f"{PATH}:9:3"}),
        ("rule-gap", 1, {"type": "scrap", "date": "2026-03-01"}),
    ]
    twice = [replace(one, valid_from="") for one in dated[:2]]
    [one] = lint_rules({"scrap": tuple(twice)}, company())
    assert said(one) == {"type": "scrap", "date": "-", "other": f"{PATH}:1:3"}


def test_a_type_cited_and_unknown_names_its_neighbour_at_the_rule() -> None:
    text = ASKING.format(fact="chart", values="[cas, sbe]", more="").replace(
        "voucher:", "cites: {types: [transfer, transfr-in]}\nvoucher:"
    )
    rule = rule_of(text)
    [one] = findings(rule, "rule-cites-unknown")
    assert said(one) == {"type": "asking", "cites": "transfr-in", "nearest": "transfer-in"}
    assert one.place == rule.place == Place(PATH, 1, 1)


@pytest.mark.parametrize(
    ("default", "known"),
    [
        ("from: Equity:Stock:Supplier", "customer production"),
        ("to: Equity:Stock:Scrap", "available"),
    ],
)
def test_a_default_end_that_no_flow_allows_names_those_that_one_does(
    default: str, known: str
) -> None:
    text = (
        "type: x\ntitle: X\nflows: [{from: customer, to: available},"
        " {from: production, to: available}]\nvoucher: none\n"
    )
    rule = rule_of(f"{text}default: {{{default}}}\n")
    [one] = findings(rule)
    assert one.code == "rule-default-flow"
    account = default.split(": ")[1]
    assert said(one) == {"type": "x", "account": account, "known": known}
    for good in ("from: Equity:Stock:Production", "to: Assets:Anything"):
        assert findings(rule_of(f"{text}default: {{{good}}}\n")) == []


def test_a_line_that_asks_every_fact_may_be_dead_too() -> None:
    rule = rule_of(ASKING.format(fact="chart", values="[cas, sbe]", more=""))
    whole = dict.fromkeys((fact for fact, _ in FACTS), ("never",))
    dead = replace(rule.lines[1], when=whole)
    found = findings(replace(rule, lines=(rule.lines[0], dead, rule.lines[1])))
    assert [one.code for one in found] == ["rule-line-unreachable"]
