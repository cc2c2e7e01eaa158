"""Rules on given facts and amounts: previews for `record`, and the examples that rules carry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, Place
from invledger.posting import Example, Rule, RuleLine, preview, run_examples
from tests.posting.small import company, rules

PATH = "rules/movements/x.yaml"

PREVIEWS = [
    # 3 x 2.50 and 13 %: 7.50 + 0.98 = 8.48 (a half cent goes up)
    ({"qty": "3", "price": "2.50", "tax": "13"}, {"net": 750, "tax": 98, "gross": 848}),
    ({"amount": "7.50", "tax": "13"}, {"net": 750, "tax": 98, "gross": 848}),
    ({"price": "7.50", "tax": "13%"}, {"net": 750, "tax": 98, "gross": 848}),
    ({"amount": "8.48", "tax": "13", "price-is": "gross"}, {"net": 750, "tax": 98, "gross": 848}),
    ({"qty": "0.5", "price": "0.01"}, {"net": 1, "tax": 0, "gross": 1}),
    ({"net": "5", "tax": "0.60"}, {"net": 500, "tax": 60, "gross": 0}),
    ({"amount": "7.50", "tax": "13", "gross": "9"}, {"net": 750, "tax": 98, "gross": 900}),
]


@pytest.mark.parametrize(("given", "wanted"), PREVIEWS)
def test_a_preview_reckons_as_a_line_does(given: dict[str, str], wanted: dict[str, int]) -> None:
    lines = tuple(RuleLine("debit", name, name) for name in ("net", "tax", "gross"))
    rule = Rule("x", "X", "X", price_means="cost", lines=lines)
    shown = preview(rule, given, company())
    assert not isinstance(shown, str)
    assert {one.role: one.amount for one in shown} == {k: v for k, v in wanted.items() if v}
    untaxed = preview(replace(rule, taxed=False), given, company())
    assert not isinstance(untaxed, str)
    if "price" in given or given.keys() == {"amount", "tax"}:
        net = wanted["net"]
        assert {one.role: one.amount for one in untaxed} == {"net": net, "gross": net}


def test_what_bears_no_tax_bears_none_however_large() -> None:
    """A rule without tax, or without a price, asks no rate: 9,999,999.99 stay what they are."""
    lines = tuple(RuleLine("debit", name, name) for name in ("net", "tax", "gross"))
    given = {"amount": "9999999.99", "tax": "13"}
    for rule in (Rule("x", "X", "X", price_means="cost", taxed=False, lines=lines),
                 Rule("x", "X", "X", lines=lines)):  # fmt: skip
        shown = preview(rule, given, company())
        assert not isinstance(shown, str)
        assert [(one.role, one.amount) for one in shown] == [
            ("net", 999_999_999), ("gross", 999_999_999),
        ]  # fmt: skip


@pytest.mark.req("FIN-15")
@pytest.mark.parametrize(
    ("means", "ledger", "more", "wanted"),
    [
        ("cost", "stock", {}, "value=100 accrued=100 deductible-tax=13 deemed-tax=13 cost=100"),
        ("cost", "value", {},
         "value=100 accrued=100 deductible-tax=13 deemed-tax=13 cost=100 landed=100"),
        ("cost", "stock", {"taxpayer": "small-scale"},
         "value=113 accrued=113 deemed-tax=13 cost=113"),
        ("cost", "stock", {"deductible": "no"}, "value=113 accrued=113 deemed-tax=13 cost=113"),
        ("sale", "stock", {}, "value=100 accrued=100 deductible-tax=13 deemed-tax=13"),
        ("sale", "stock", {"taxpayer": "none"}, "value=100 accrued=100 deemed-tax=13"),
        ("none", "stock", {}, "value=100 accrued=100"),
    ],
)  # fmt: skip
def test_what_a_preview_takes_value_to_be(
    means: str, ledger: str, more: dict[str, str], wanted: str
) -> None:
    """Value is what cannot be deducted; of a sale it is the net amount; a charge is landed."""
    names = ("value", "accrued", "deductible-tax", "deemed-tax", "cost", "landed")
    rule = Rule("x", "X", "X", ledger=ledger, price_means=means,
                lines=tuple(RuleLine("debit", name, name) for name in names))  # fmt: skip
    shown = preview(rule, {"amount": "1", "tax": "13", **more}, company())
    assert not isinstance(shown, str)
    assert " ".join(f"{one.role}={one.amount}" for one in shown) == wanted


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"cots": "1"}, "cots"),
        ({"amount": "x"}, "amount"),
        ({"amount": "1.234"}, "amount"),
        ({"qty": "x", "price": "1"}, "amount"),
        ({"qty": "1", "price": "x"}, "amount"),
        ({"qty": "0.0000001", "price": "1"}, "amount"),  # six decimals at most
        ({"amount": "1", "tax": "x"}, "tax"),
        ({"amount": "1", "tax": "100"}, "tax"),
        ({"tax": "x"}, "tax"),
        ({"cost": "x"}, "cost"),
    ],
)
def test_what_an_example_cannot_read_is_named_at_its_place(
    given: dict[str, str], field: str
) -> None:
    rule = rules()["scrap"][0]
    assert preview(rule, given, company()) == field
    place = Place(PATH, 9, 3)
    [one] = run_examples([replace(rule, examples=(Example(given, (), place),))], company())
    assert (one.code, one.place) == ("example-unreadable", place)
    assert dict(one.args) == {"type": "scrap", "field": field}


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("kind", "issue"), ("reason", "gift"), ("taxpayer", "small-scale"), ("chart", "sbe"),
        ("revenue", "at-invoice"), ("from", "transit"), ("to", "scrap"), ("method", "lifo"),
        ("backdated", "current-average"), ("apply", "prospective"), ("type", "x"),
    ],
)  # fmt: skip
def test_a_preview_asks_the_facts_that_are_given(fact: str, value: str) -> None:
    line = RuleLine("debit", "r", "cost", when={fact: (value,)})
    rule = Rule("x", "X", "X", lines=(line,))
    given = {"cost": "1"} if fact == "type" else {"cost": "1", fact: value}
    assert len(preview(rule, given, company())) == 1
    if fact != "type":
        assert preview(rule, {"cost": "1"}, company()) == []
        mine = Company("甲", taxpayer="small-scale", chart="sbe", revenue="at-invoice")
        is_known = fact in ("taxpayer", "chart", "revenue")
        assert len(preview(rule, {"cost": "1"}, mine)) == is_known


def test_what_goods_cost_is_cost_and_variance_together() -> None:
    rule = Rule("x", "X", "X", lines=(RuleLine("debit", "r", "actual"),))
    for given, cents in (
        ({"variance": "1"}, 100), ({"cost": "2"}, 200), ({"actual": "7"}, 700),
        ({"variance": "1", "cost": "2"}, 300),
    ):  # fmt: skip
        shown = preview(rule, given, company())
        assert not isinstance(shown, str)
        assert [one.amount for one in shown] == [cents]
    assert preview(rule, {}, company()) == []


def test_examples_are_told_where_they_fail_or_do_not_balance() -> None:
    """Of a rule that does not balance the example fails even where it expects just that."""
    lines = (RuleLine("debit", "a", "cost"), RuleLine("credit", "b", "cost"))
    rule = Rule("x", "X", "X", lines=lines)
    good = Example({"cost": "1"}, (("a", 100), ("b", -100)), Place(PATH, 1))
    bad = Example({"cost": "1"}, (("b", -100), ("a", 100)), Place(PATH, 2))
    none = Example({}, (("a", 1),), Place(PATH, 3))
    mine = Company("甲公司", currency_decimals=0, prices="gross")
    found = run_examples([replace(rule, examples=(good, bad, none))], mine)
    assert [(p.code, p.place.line) for p in found] == [("example-fails", 2), ("example-fails", 3)]
    assert dict(found[0].args) == {
        "type": "x", "expected": "b -1.00; a 1.00", "got": "a 1.00; b -1.00", "company": "甲公司",
    }  # fmt: skip
    assert dict(found[1].args)["got"] == "-"
    single = replace(rule, lines=lines[:1], examples=(replace(good, expect=(("a", 100),)),))
    assert [p.code for p in run_examples([single], mine)] == ["example-fails"]


def test_a_line_against_its_side_is_red() -> None:
    lines = (
        RuleLine("debit", "a", "variance"), RuleLine("credit", "b", "variance"),
        RuleLine("debit", "c", "variance", red=True),
        RuleLine("credit", "d", "variance", red=True),
        RuleLine("debit", "e", "actual", aspect="cost"),
    )  # fmt: skip
    rule = Rule("x", "X", "X", lines=lines)
    shown = preview(rule, {"variance": "1", "cost": "2"}, company())
    assert shown == [
        ("main", "a", 100, False), ("main", "b", -100, False),
        ("main", "c", -100, True), ("main", "d", 100, True), ("cost", "e", 300, False),
    ]  # fmt: skip
