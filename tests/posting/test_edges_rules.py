"""Corners of reading, linting and using rules, which a mutation run found untested."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Problem
from invledger.posting import (
    Rule,
    lint_rules,
    ranks_of,
    read_company,
    read_rule,
    run_examples,
)
from tests.posting.small import (
    MAIN,
    OTHER,
    ROOT,
    SCRAP,
    SUPPLIER,
    books,
    chart,
    company,
    derive,
    document,
    row,
    rules,
    sources_of,
)


def named(found: list[Problem], code: str) -> list[dict[str, str]]:
    """What the findings of a code name."""
    return [dict(one.args) for one in found if one.code == code]


def rule_of(text: str) -> tuple[Rule, ...]:
    found, problems = read_rule(document("rules/movements/x.yaml", text))
    assert problems == []
    return found


def test_two_lines_of_a_rule_on_one_account_are_one_line_of_the_voucher() -> None:
    """A voucher tells an account once: twice 10 @ 2.35 are 47.00 of selling expense."""
    text = """\
type: gift-out
title: {zh: 赠送, en: Gift}
from: available
to: other
voucher:
  lines:
    - {debit: selling-expense, amount: cost}
    - {debit: selling-expense, amount: cost}
    - {credit: inventory, amount: cost, quantity: true}
    - {credit: other-income, amount: cost}
"""
    opening = row("2026-01-01", "opening", "O1", "10", price="2.35")
    gift = row("2026-01-02", "gift-out", "G1", "10", source=MAIN, target=OTHER)
    sources = sources_of([opening, gift])
    sources.rules = {**rules(), "gift-out": rule_of(text)}
    made = derive(sources)
    assert made.codes() == []
    assert made.lines("gift-out/G1/main") == [
        ("6601", "47.00"), ("1405", "-23.50"), ("6301", "-23.50"),
    ]  # fmt: skip


def test_an_example_that_fails_tells_all_its_lines() -> None:
    first = rules()["payment"][0]
    rule = replace(first, examples=(replace(first.examples[0], expect=(("payable", 1),)),))
    [said] = named(run_examples([rule], company()), "example-fails")
    assert said["got"] == "payable 265.55; bank -265.55"
    assert said["expected"] == "payable 0.01"


VALUE_RULE = """\
type: fee
title: {zh: 费用, en: Fee}
ledger: value
price: {means: cost, required: true}
fields: {party: required}
voucher:
  lines:
    - {debit: selling-expense, amount: value}
    - {debit: input-tax, amount: deductible-tax}
    - {credit: payable, amount: gross, party: true}
"""


@pytest.mark.req("FIN-02")
def test_the_linter_knows_that_value_is_what_is_not_deducted() -> None:
    """What is owed is net + tax; value is that less deductible tax: so these lines balance."""
    sound = lint_rules({**rules(), "fee": rule_of(VALUE_RULE)}, company(), chart())
    assert sound == []
    broken = VALUE_RULE.replace("    - {debit: input-tax, amount: deductible-tax}\n", "")
    found = lint_rules({**rules(), "fee": rule_of(broken)}, company(), chart())
    assert {said["rest"] for said in named(found, "rule-unbalanced")} == {"-deductible-tax"}
    none = VALUE_RULE.replace("{debit: selling-expense, amount: value}",
                              "{debit: selling-expense, amount: matters}")  # fmt: skip
    assert read_rule(document("rules/movements/x.yaml", none))[1] != []


def test_the_linter_tells_every_amount_that_is_left_over() -> None:
    text = VALUE_RULE.replace("    - {debit: selling-expense, amount: value}\n", "")
    found = lint_rules({**rules(), "fee": rule_of(text)}, company(), chart())
    assert "+deductible-tax -net -tax" in {
        said["rest"] for said in named(found, "rule-unbalanced")
    }


@pytest.mark.req("CO-10")
def test_a_release_may_ask_where_the_goods_come_from() -> None:
    """What leaves and releases an allowance was available: a line may ask for that."""
    shipped_text = (ROOT / "rules/movements/write-down.yaml").read_text(encoding="utf-8")
    text = shipped_text.replace("{chart: cas, to:", "{chart: cas, from: available, to:")
    assert text != shipped_text
    found = lint_rules({**rules(), "write-down": rule_of(text)}, company(), chart())
    assert named(found, "rule-line-unreachable") == []


@pytest.mark.req("INV-18")
@pytest.mark.parametrize("key", ["site", "party"])
def test_the_linter_tells_what_parts_an_account_from_its_pool(key: str) -> None:
    finer = chart()
    name = next(n for n in finer.accounts if "1405" in n)
    finer._claims["inventory"].append(({key: "SH"}, name))
    found = lint_rules(rules(), company(), finer)
    assert [said["key"] for said in named(found, "rule-account-finer")] == [key]


COMPANY = """\
name: {zh: 甲公司, en: A Ltd}
categories:
  goods: {title: {zh: 商品, en: Goods}}
cost-changes:
  - {from: 2026-02-01, TARGET, cost: {pool: site}, apply: prospective, reason: x}
  - {from: 2026-02-01, TARGET, cost: {pool: lot}, apply: prospective, reason: x}
"""


@pytest.mark.req("CO-06")
@pytest.mark.parametrize("target", ["category: goods", "item: X"])
def test_a_change_made_twice_names_its_target(target: str) -> None:
    text = COMPANY.replace("TARGET", target)
    found = read_company(document("rules/company.yaml", text))[1]
    [said] = named(found, "cost-change-twice")
    assert said["target"] == target.replace(":", "")


@pytest.mark.req("FIN-15")
def test_a_receipt_that_books_its_own_input_tax() -> None:
    """10 @ 1.00 and 13 %: 10.00 of goods, 1.30 of input tax, 11.30 owed."""
    text = """\
type: bought
title: {zh: 现购, en: Bought}
from: supplier
to: available
price: {means: cost, required: true}
fields: {party: required}
voucher:
  lines:
    - {debit: inventory, amount: value, quantity: true}
    - {debit: input-tax, amount: deductible-tax}
    - {credit: payable, amount: gross, party: true}
"""
    sources = sources_of([
        row("2026-01-05", "bought", "B1", "10", price="1.00", source=SUPPLIER, target=MAIN)
    ])  # fmt: skip
    sources.rules = {**rules(), "bought": rule_of(text)}
    made = derive(sources)
    assert made.codes() == []
    assert [amount for _, amount in made.lines("bought/B1/main")] == ["10.00", "1.30", "-11.30"]


def test_a_flow_that_is_refused_names_those_that_are_allowed() -> None:
    made = books(
        row("2026-01-05", "opening", "O1", "10", price="2.00"),
        row("2026-01-06", "sale-delivery", "D1", "4", target=SCRAP),
    )
    ours = "available inspection locked rejected"
    [said] = named(made.problems, "flow-not-allowed")
    assert said["flows"] == f"{ours} -> customer; {ours} -> dispatched"


def test_a_type_has_the_rank_of_its_youngest_version() -> None:
    first = rules()["scrap"][0]
    old, young = replace(first, ledger="policy", rank=1), replace(first, rank=50)
    assert ranks_of({"x": (old, young), "y": (young, old)}) == {"x": 50}


def test_an_unknown_key_inside_a_mapping_names_its_neighbour() -> None:
    text = VALUE_RULE.replace("means: cost", "maens: cost")
    found = read_rule(document("rules/movements/x.yaml", text))[1]
    [said] = named(found, "yaml-unknown-key")
    assert said["nearest"] == "means"


def test_an_unknown_key_of_a_line_names_its_neighbour() -> None:
    text = VALUE_RULE.replace("amount: gross", "amount: gross, quantiy: true")
    found = read_rule(document("rules/movements/x.yaml", text))[1]
    [said] = named(found, "yaml-unknown-key")
    assert said["nearest"] == "quantity"


def test_a_role_that_no_account_claims_is_named_with_the_category() -> None:
    scrap = rules()["scrap"][0]
    first, *rest = scrap.lines
    broken = replace(scrap, lines=(replace(first, role="pending-los"), *rest))
    sources = sources_of([
        row("2026-01-05", "opening", "O1", "10", price="2.00"),
        row("2026-01-06", "scrap", "S1", "4", reason="x"),
    ])  # fmt: skip
    sources.rules = {**rules(), "scrap": (broken,)}
    [said] = named(derive(sources).problems, "role-unclaimed")
    assert (said["role"], said["category"]) == ("pending-los", "goods")
