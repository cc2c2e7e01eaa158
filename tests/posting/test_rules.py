"""Rules as data: schema Problems with their place, the linter, examples, versions."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from invledger.model import Problem
from invledger.posting import (
    Rule,
    lint_rules,
    preview,
    read_company,
    read_rule,
    read_tax,
    rule_json_schema,
    rules_of,
    run_examples,
    version_at,
)
from tests.posting.small import (
    ROOT,
    books,
    chart,
    company,
    derive,
    document,
    row,
    rules,
    sources_of,
)

GOOD = """\
type: gift-out
title: {zh: 赠送, en: Gift}
from: available
to: other
rank: 50
voucher:
  lines:
    - {debit: selling-expense, amount: cost}
    - {credit: inventory, amount: cost, quantity: true}
examples:
  - given: {cost: 2.35}
    expect: [[selling-expense, 2.35], [inventory, -2.35]]
"""


def made(text: str) -> tuple[tuple[Rule, ...], list[Problem]]:
    return read_rule(document("rules/movements/x.yaml", text))


def linted(text: str) -> list[Problem]:
    found, problems = made(text)
    assert problems == []
    return lint_rules({**rules(), **rules_of(found)}, company(), chart())


@pytest.mark.parametrize("standard", ["cas", "sbe"])
@pytest.mark.parametrize("taxpayer", ["general", "small-scale", "none"])
def test_the_shipped_rules_have_no_findings(standard: str, taxpayer: str) -> None:
    mine = replace(company(), chart=standard, taxpayer=taxpayer)
    assert lint_rules(rules(), mine, chart(standard, taxpayer)) == []


def test_every_shipped_type_that_posts_has_examples_that_run() -> None:
    shipped = [rule for versions in rules().values() for rule in versions]
    assert run_examples(shipped, company()) == []
    assert [rule.type for rule in shipped if rule.lines and not rule.examples] == []


@pytest.mark.req("IN-05")
def test_the_types_of_the_house() -> None:
    asked = """opening purchase-receipt purchase-return sale-delivery sale-return transfer
        transfer-out transfer-in scrap other-in other-out count-overage count-shortage
        production-issue production-receipt subcontract-issue subcontract-receipt status-change
        loss-settlement purchase-invoice sale-invoice payment collection"""
    assert set(rules()) >= set(asked.split())


def test_ranks_put_causes_before_effects() -> None:
    rank = {type_: versions[0].rank for type_, versions in rules().items()}
    assert rank["opening"] == 0
    assert rank["purchase-receipt"] == 10
    assert rank["production-issue"] == 20
    assert rank["production-receipt"] == 30
    assert (rank["transfer-out"], rank["transfer-in"]) == (40, 45)
    assert (rank["sale-delivery"], rank["sale-return"]) == (50, 60)
    assert rank["count-overage"] == rank["count-shortage"] == 90


@pytest.mark.req("IN-05", "FIN-02")
def test_a_company_adds_a_type_by_adding_a_file() -> None:
    found, problems = made(GOOD)
    assert problems == []
    assert linted(GOOD) == []
    assert run_examples(found, company()) == []
    sources = sources_of(
        [row("2026-01-01", "opening", "O1", "10", price="2.35"),
         row("2026-01-02", "gift-out", "G1", "1", source="Assets:Stock:SH:Main",
             target="Equity:Stock:Other")]
    )  # fmt: skip
    sources.rules = {**rules(), **rules_of(found)}
    again = derive(sources)
    assert again.codes() == []
    assert again.lines("gift-out/G1/main") == [("6601", "2.35"), ("1405", "-2.35")]


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("rank: 50", "rnak: 50", "yaml-unknown-key", (5, 1)),
        ("type: gift-out\n", "", "yaml-missing-key", (1, 1)),
        ("amount: cost}\n    - {c", "amount: costs}\n    - {c", "yaml-bad-value", (8, 39)),
        ("from: available", "from: avail", "yaml-bad-value", (3, 7)),
        ("debit: selling-expense, ", "", "rule-line-side", (8, 7)),
        ("from: available\nto: other\n", "", "rule-no-flow", (1, 1)),
        ("quantity: true", "quantity: maybe", "yaml-bad-value", (9, 53)),
        ("voucher:", "voucher: some\nvoucher2:", "yaml-bad-value", (6, 10)),
    ],
)
def test_schema_errors_have_a_place(old: str, new: str, code: str, place: tuple[int, int]) -> None:
    assert old in GOOD
    problems = made(GOOD.replace(old, new))[1]
    found = [p for p in problems if p.code == code]
    assert found, problems
    assert found[0].place.path == "rules/movements/x.yaml"
    assert found[0].place.line == place[0]
    assert found[0].place.column > 0
    for language in ("en", "zh"):
        assert "{" not in found[0].text(language) + found[0].remedy(language)


def test_all_schema_errors_come_at_once() -> None:
    problems = made(GOOD.replace("rank: 50", "rnak: 50").replace("to: other", "to: nowhere"))[1]
    assert {p.code for p in problems} == {"yaml-unknown-key", "yaml-bad-value"}
    assert "rank" in next(p for p in problems if p.code == "yaml-unknown-key").remedy()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("credit: inventory, amount: cost", "credit: inventory, amount: net", "rule-unbalanced"),
        ("amount: cost}", "amount: cost, when: {to: customer}}", "rule-line-unreachable"),
        ("amount: cost}", "amount: cost, when: {weather: fine}}", "rule-fact-unknown"),
        ("debit: selling-expense", "debit: seling-expense", "rule-role-unclaimed"),
        ("rank: 50", "rank: 50\ncites: {types: [transfre]}", "rule-cites-unknown"),
        ("rank: 50", "rank: 50\nvalid-from: 2026-03-01", "rule-gap"),
    ],
)
def test_the_linter_finds(old: str, new: str, code: str) -> None:
    found = linted(GOOD.replace(old, new))
    assert code in [p.code for p in found], found
    assert "{" not in found[0].text("zh") + found[0].remedy("zh")


def test_the_linter_names_the_facts_that_do_not_balance() -> None:
    text = GOOD.replace(
        "    - {credit",
        "    - {debit: gifts-given, amount: cost, when: {chart: sbe}}\n    - {credit",
    )
    found = linted(text)
    assert [p.code for p in found] == ["rule-unbalanced"]
    assert "chart=sbe" in found[0].text()
    assert "+cost" in found[0].text()


def test_overlapping_versions() -> None:
    first, _ = made(GOOD)
    found = lint_rules({"gift-out": (*first, *first)}, company())
    assert "rule-overlap" in [p.code for p in found]


@pytest.mark.req("INV-18")
def test_an_inventory_account_is_never_finer_than_the_pool() -> None:
    books_chart = chart()
    name = next(n for n in books_chart.accounts if "1405" in n)
    books_chart._claims["inventory"].append(({"site": "SH"}, name))
    found = lint_rules(rules(), company(), books_chart)
    assert [p.code for p in found] == ["rule-account-finer"]


def test_an_example_that_fails_says_what_it_got() -> None:
    found, _ = made(GOOD.replace("[inventory, -2.35]", "[inventory, -2.36]"))
    problems = run_examples(found, company())
    assert [p.code for p in problems] == ["example-fails"]
    assert "inventory -2.35" in problems[0].text()
    assert problems[0].place.line == 11


def test_an_example_with_an_unknown_name() -> None:
    found, _ = made(GOOD.replace("given: {cost: 2.35}", "given: {costs: 2.35}"))
    assert [p.code for p in run_examples(found, company())] == ["example-unreadable"]


def test_versions_by_date() -> None:
    text = GOOD.replace("\n", "\n  ").rstrip()
    newer = text.replace("rank: 50", "rank: 60\n  valid-from: 2026-07-01")
    found, problems = made(f"- {text}\n- {newer}\n")
    assert problems == []
    versions = rules_of(found)["gift-out"]
    assert [r.rank for r in versions] == [50, 60]
    assert version_at(versions, "2026-06-30") is versions[0]
    assert version_at(versions, "2026-07-01") is versions[1]


def test_a_row_takes_the_version_of_its_date() -> None:
    old = rules()["scrap"][0]
    new = replace(old, title="报损", valid_from="2026-02-01")
    sources = sources_of(
        [row("2026-01-01", "opening", "O1", "10", price="2.35"),
         row("2026-01-31", "scrap", "S1", "1", reason="x"),
         row("2026-02-01", "scrap", "S2", "1", reason="x")]
    )  # fmt: skip
    sources.rules = {**rules(), "scrap": (old, new)}
    again = derive(sources)
    assert again.codes() == []
    assert again.vouchers["scrap/S1/main"].narration == "报废出库 S1"
    assert again.vouchers["scrap/S2/main"].narration == "报损 S2"


def test_a_rule_not_yet_in_force() -> None:
    sources = sources_of([row("2026-01-31", "scrap", "S1", "1", reason="x")])
    sources.rules = {"scrap": (replace(rules()["scrap"][0], valid_from="2026-02-01"),)}
    assert derive(sources).codes() == ["rule-not-in-force"]


def test_a_preview_shows_lines_and_red() -> None:
    given = {"from": "customer", "qty": "2", "price": "5.00", "tax": "13"}
    shown = preview(rules()["sale-return"][0], given, company())
    assert not isinstance(shown, str)
    assert [(s.role, s.amount, s.red) for s in shown] == [
        ("receivable", -1130, True),
        ("revenue", 1000, True),
        ("output-tax", 130, True),
    ]


def test_the_json_schema_knows_the_keys_of_a_rule() -> None:
    schema = rule_json_schema()
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert {"type", "valid-from", "from", "to", "voucher", "examples"} <= set(properties)
    assert schema["additionalProperties"] is False


def test_the_shipped_schema_is_the_generated_one() -> None:
    shipped = json.loads((ROOT / "rules/movement.schema.json").read_text(encoding="utf-8"))
    assert shipped == rule_json_schema()


COMPANY = """\
name: {zh: 甲公司, en: A Ltd}
cost: {method: fifo, pool: site}
categories:
  goods: {title: {zh: 商品, en: Goods}, cost: {method: moving-average}, tax: reduced}
items:
  X: {method: fifo, reason: serial numbers}
"""


def test_a_company_inherits_its_policies() -> None:
    mine, problems = read_company(document("rules/company.yaml", COMPANY))
    assert problems == []
    assert mine is not None
    assert mine.default_cost.pool == "site"
    assert mine.cost_policy("Y", "goods").method == "moving-average"
    assert mine.cost_policy("Y", "goods").pool == "site"
    assert mine.cost_policy("X", "goods").method == "fifo"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("moving-average", "hifo", "company-method"),
        (", reason: serial numbers", "", "company-exception-reason"),
        ("name:", "nmae:", "yaml-unknown-key"),
    ],
)
def test_a_bad_company(old: str, new: str, code: str) -> None:
    problems = read_company(document("rules/company.yaml", COMPANY.replace(old, new)))[1]
    assert code in [p.code for p in problems]


def test_a_bad_rate() -> None:
    text = "rates:\n  - {class: x, taxpayer: general, since: 2026-01-01, rate: 130}\n"
    table, problems = read_tax(document("rules/tax.yaml", text))
    assert [p.code for p in problems] == ["tax-rate-number"]
    assert problems[0].place.line == 2
    assert table.rates == ()


def test_a_class_without_rate_is_a_problem_once() -> None:
    sources = sources_of(
        [row("2026-01-01", "purchase-receipt", f"R{n}", "1", price="1.00") for n in (1, 2)]
    )
    sources.tax = replace(sources.tax, rates=())
    assert derive(sources).codes() == ["tax-rate-unknown"]
    assert books(row("2026-01-01", "opening", "O", "1", price="1.00")).codes() == []


@pytest.mark.parametrize(
    ("type_", "source", "target"),
    [
        ("purchase-order", "Equity:Order:Supplier", "Equity:Order:Purchase"),
        ("sale-order", "Equity:Order:Sale", "Equity:Order:Customer"),
        ("purchase-invoice", "Equity:Invoice:Supplier", "Equity:Invoice:Purchase"),
        ("sale-invoice", "Equity:Invoice:Sale", "Equity:Invoice:Customer"),
        ("purchase-receipt", "Equity:Stock:Supplier", ""),
        ("purchase-return", "", "Equity:Stock:Supplier"),
        ("count-overage", "Equity:Stock:Count", ""),
        ("production-receipt", "Equity:Stock:Production", ""),
        ("sale-delivery", "", ""),  # to the customer or dispatched: the company's policy says
    ],
)
def test_where_goods_go_by_default(type_: str, source: str, target: str) -> None:
    """`record` takes these ends where nobody names a location."""
    rule = rules()[type_][-1]
    assert (rule.default_source, rule.default_target) == (source, target)


def test_a_default_that_no_flow_allows() -> None:
    text = GOOD.replace("to: other\n", 'to: other\ndefault: {to: "Equity:Stock:Scrap"}\n')
    made, problems = read_rule(document("rules/movements/gift-out.yaml", text))
    assert problems == []
    found = lint_rules(rules_of(made), company(), chart())
    assert [p.code for p in found if p.code == "rule-default-flow"] == ["rule-default-flow"]
