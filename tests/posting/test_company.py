"""Reading `rules/company.yaml`: every key arrives, policies are inherited, places are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, CostPolicy, Master, Place, Problem
from invledger.posting import read_company, unknown_items
from tests.posting.small import document, master

PATH = "rules/company.yaml"


def read(text: str) -> tuple[Company | None, list[Problem]]:
    return read_company(document(PATH, text))


def company_of(text: str) -> Company:
    made, problems = read(text)
    assert problems == []
    assert made is not None
    return made


def said(problems: list[Problem]) -> list[tuple[str, int, int, dict[str, str]]]:
    return [(p.code, p.place.line, p.place.column, dict(p.args)) for p in problems]


def test_every_key_of_a_company_arrives_where_it_belongs() -> None:
    """Each key with a value that is not its default."""
    made = company_of("""\
name: {zh: 甲公司, en: A Ltd}
registration: "91310000"
currency: USD
currency-decimals: "3"
chart: sbe
taxpayer: small-scale
prices: gross
revenue: at-acceptance
cost-voucher: together
invoice-difference: remaining-share
grouping: {sale-delivery: day, purchase-receipt: period}
book: daily
timezone: Europe/Zurich
engine: "2"
production: {settlement: material-only, estimate: last-cost}
order: as-entered
books: management
management: {method: lifo}
categories:
  goods: {title: {zh: 商品, en: Goods}, tax: reduced}
""")
    goods = made.categories["goods"]
    said = (goods.name, goods.title, goods.title_en, goods.cost, goods.tax)
    assert said == ("goods", "商品", "Goods", CostPolicy(), "reduced")
    assert replace(made, categories={}) == Company(
        name="甲公司", name_en="A Ltd", registration="91310000", currency="USD",
        currency_decimals=3, chart="sbe", taxpayer="small-scale", prices="gross",
        revenue="at-acceptance", cost_voucher="together", invoice_difference="remaining-share",
        grouping={"sale-delivery": "day", "purchase-receipt": "period"}, book="daily",
        timezone="Europe/Zurich", engine="2", settlement="material-only", estimate="last-cost",
        order="as-entered", books="management", management={"method": "lifo"},
        place=Place(PATH, 1, 1),
    )  # fmt: skip


@pytest.mark.req("CO-01")
def test_a_company_that_says_nothing_has_the_defaults_of_the_design() -> None:
    assert company_of("name: {zh: 甲, en: A}\n") == Company("甲", "A", place=Place(PATH, 1, 1))


COST = {
    "method: specific": ("method", "specific"),
    "pool: lot+site": ("pool", "lot+site"),
    "negative: provisional": ("negative", "provisional"),
    "estimate: zero": ("estimate", "zero"),
    "true-up: balance": ("true_up", "balance"),
    "purchase-return: method": ("purchase_return", "method"),
    "backdated: current-average": ("backdated", "current-average"),
    "stated-issue: cost": ("stated_issue", "cost"),
    "landed-cost: on-hand-share": ("landed_cost", "on-hand-share"),
    "invoice-difference: expense": ("invoice_difference", "expense"),
    "period: year": ("period", "year"),
    'receipts-first: "true"': ("receipts_first", True),
    'receipts-first: "yes"': ("receipts_first", True),
    "cycles: previous": ("cycles", "previous"),
    'unit-decimals: "4"': ("unit_decimals", 4),
    "rate: opening": ("rate", "opening"),
    'rate-decimals: "6"': ("rate_decimals", 6),
    "ending: rate": ("ending", "rate"),
}


@pytest.mark.req("CO-01", "CO-06")
@pytest.mark.parametrize("text", COST)
def test_a_policy_holds_for_company_category_or_item(text: str) -> None:
    """Said once, inherited by all below, and by nobody beside."""
    field, value = COST[text]

    def found(given: str) -> list[object]:
        made = company_of("name: {zh: 甲, en: A}\n" + given.replace("SAYS", text))
        policies = [made.default_cost, made.cost_policy("", "goods"), made.cost_policy("", "raw"),
                    made.cost_policy("X", "goods"), made.cost_policy("Y", "raw")]  # fmt: skip
        return [getattr(policy, field) for policy in policies]

    usual = getattr(CostPolicy(), field)
    assert usual != value
    two = "  raw: {title: {zh: 原料, en: Raw}}\n"
    goods = "categories:\n  goods: {title: {zh: 商品, en: Goods}GOODS}\n" + two
    item = "items:\n  X: {reason: so it is, SAYS}\n"
    assert found("cost: {SAYS}\n" + goods.replace("GOODS", "")) == [value] * 5
    one = [usual, value, usual, value, usual]
    assert found(goods.replace("GOODS", ", cost: {SAYS}")) == one
    assert found(goods.replace("GOODS", "") + item) == [usual, usual, usual, value, usual]


@pytest.mark.req("CO-05")
@pytest.mark.parametrize(("key", "field"), [("unit-decimals", "unit_decimals"),
                                            ("rate-decimals", "rate_decimals")])  # fmt: skip
def test_an_item_may_be_exact_where_its_category_rounds(key: str, field: str) -> None:
    head = f'name: {{zh: 甲, en: A}}\ncost: {{{key}: "2"}}\n'
    made = company_of(f"{head}items:\n  X: {{{key}: exact, reason: x}}\n")
    assert getattr(made.default_cost, field) == 2
    assert getattr(made.cost_policy("X", ""), field) is None
    assert getattr(made.cost_policy("Y", ""), field) == 2


CHANGES = """\
name: {zh: 甲公司, en: A Ltd}
cost: {pool: site}
categories:
  goods: {title: {zh: 商品, en: Goods}, cost: {method: fifo}}
  raw: {title: {zh: 原料, en: Raw}}
items:
  X: {method: specific, reason: serial numbers}
cost-changes:
  - {from: 2026-05-01, item: X, cost: {method: fifo}, apply: prospective, reason: third}
  - {from: 2026-03-01, category: goods, cost: {pool: lot}, apply: retrospective, reason: first}
  - {from: 2026-04-01, cost: {method: standard, negative: provisional}, apply: prospective,
     reason: second}
"""


@pytest.mark.req("CO-06")
def test_dated_changes_come_by_date_each_with_all_that_holds() -> None:
    made = company_of(CHANGES)
    first, second, third = made.cost_changes
    assert [(c.start, c.category, c.item, c.is_retrospective, c.reason, c.place.line)
            for c in made.cost_changes] == [
        ("2026-03-01", "goods", "", True, "first", 10),
        ("2026-04-01", "", "", False, "second", 11),
        ("2026-05-01", "", "X", False, "third", 9),
    ]  # fmt: skip
    assert made.default_cost == CostPolicy(pool="site")
    assert made.cost_policy("A", "goods") == CostPolicy("fifo", "site")
    assert made.cost_policy("X", "goods") == CostPolicy("specific", "site")
    assert (first.default, first.policy("A", "goods"), first.policy("A", "raw")) == (
        CostPolicy(pool="site"), CostPolicy("fifo", "lot"), CostPolicy(pool="site"),
    )  # fmt: skip
    base = CostPolicy("standard", "site", negative="provisional")
    assert (second.default, second.policy("A", "raw")) == (base, base)
    assert second.policy("A", "goods") == CostPolicy("fifo", "lot", negative="provisional")
    assert second.policy("X", "goods").method == "specific"
    assert third.policy("X", "goods") == CostPolicy("fifo", "lot", negative="provisional")
    assert third.policy("X", "raw") == CostPolicy("fifo", "site", negative="provisional")
    assert third.policy("A", "raw") == base


@pytest.mark.req("CO-06")
def test_findings_about_changes_stand_at_their_key_and_leave_the_others() -> None:
    text = """\
name: {zh: 甲公司, en: A Ltd}
categories:
  goods: {title: {zh: 商品, en: Goods}}
  raw: {title: {zh: 原料, en: Raw}}
cost-changes:
  - {from: 2026-02-02, category: goods, cost: {pool: lot}, apply: prospective, reason: x}
  - {from: 2026-02-30, cost: {pool: lot}, apply: prospective, reason: x}
  - {from: 2026-03-01, category: godos, cost: {pool: lot}, apply: prospective, reason: x}
  - {from: 2026-03-01, category: raw, item: X, cost: {pool: lot}, apply: prospective, reason: x}
  - {from: 2026-03-01, item: X, cost: {pool: lot}, apply: prospective, reason: x}
  - {from: 2026-03-01, item: X, cost: {pool: site}, apply: prospective, reason: x}
  - {from: 2026-03-01, cost: {pool: site}, apply: prospective, reason: x}
  - {from: 2026-03-01, cost: {pool: lot}, apply: prospective, reason: x}
  - {from: 2026-04-01, cost: {method: fifoo}, apply: prospective, reason: x}
"""
    made, problems = read(text)
    assert made is not None
    assert said(problems) == [
        ("cost-change-date", 6, 6, {"date": "2026-02-02"}),
        ("cost-change-date", 7, 6, {"date": "2026-02-30"}),
        ("cost-change-target", 8, 24, {"target": "category godos", "nearest": "goods"}),
        ("cost-change-target", 9, 24, {"target": "category raw", "nearest": "raw"}),
        ("cost-change-twice", 11, 5, {"date": "2026-03-01", "target": "item X"}),
        ("cost-change-twice", 13, 5, {"date": "2026-03-01", "target": "甲公司"}),
        ("company-method", 14, 31, {"method": "fifoo", "nearest": "fifo"}),
    ]
    assert [(c.start, c.item) for c in made.cost_changes] == [
        ("2026-03-01", "X"), ("2026-03-01", ""), ("2026-04-01", ""),
    ]  # fmt: skip
    assert made.cost_changes[0].items["X"] == {"pool": "lot"}
    assert made.cost_changes[-1].default == CostPolicy(pool="site")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cost: {method: moving-avarage}\n",
         ("company-method", 2, 8, {"method": "moving-avarage", "nearest": "moving-average"})),
        ("cost: {method: lifo}\n", ("method-not-statutory", 2, 8, {"method": "lifo"})),
        ("categories: {goods: {title: {zh: 商, en: G}, cost: {method: periodic-lifo}}}\n",
         ("method-not-statutory", 2, 52, {"method": "periodic-lifo"})),
        ("items: {X: {method: lifo, reason: x}}\n",
         ("method-not-statutory", 2, 13, {"method": "lifo"})),
        ("items: {X: {method: fifo}}\n", ("company-exception-reason", 2, 9, {"item": "X"})),
        ("management: {method: lifoo}\n",
         ("company-method", 2, 14, {"method": "lifoo", "nearest": "lifo"})),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_is_told_at_its_place_once(
    text: str, found: tuple[str, int, int, dict[str, str]]
) -> None:
    assert said(read("name: {zh: 甲, en: A}\n" + text)[1]) == [found]


def test_last_in_first_out_is_for_management() -> None:
    """CAS 1, article 14, knows it no more; the management view and management books may."""
    head = "name: {zh: 甲, en: A}\n"
    assert company_of(head + "management: {method: lifo}\n").management == {"method": "lifo"}
    made = company_of(head + "books: management\ncost: {method: periodic-lifo}\n")
    assert made.default_cost.method == "periodic-lifo"


def test_exceptions_for_items_that_nobody_knows_name_their_neighbours() -> None:
    made = company_of("""\
name: {zh: 甲, en: A}
items:
  COLA: {method: fifo, reason: x}
  SUGER: {method: fifo, reason: x}
cost-changes:
  - {from: 2026-03-01, item: QQQ, cost: {pool: lot}, apply: prospective, reason: x}
  - {from: 2026-03-01, item: SYRUP, cost: {pool: lot}, apply: prospective, reason: x}
  - {from: 2026-03-01, cost: {pool: lot}, apply: prospective, reason: x}
""")
    assert said(unknown_items(made, master())) == [
        ("cost-item-unknown", 4, 3, {"item": "SUGER", "nearest": "SUGAR"}),
        ("cost-item-unknown", 6, 5, {"item": "QQQ", "nearest": "COLA SUGAR SYRUP WORK"}),
    ]
    assert {one.place.path for one in unknown_items(made, master())} == {PATH}
    nobody = unknown_items(made, Master({}, {}, {}))
    assert [dict(one.args)["nearest"] for one in nobody] == ["-"] * 4
    many = Master({f"A{n}": master().items["COLA"] for n in range(7)}, {}, {})
    assert dict(unknown_items(made, many)[0].args)["nearest"] == "A0 A1 A2 A3 A4"


def test_of_two_that_are_alike_the_nearest_is_named() -> None:
    """A category's place is where its cost is said, or the category where nothing is."""
    made = company_of("""\
name: {zh: 甲, en: A}
items:
  A10: {method: fifo, reason: x}
categories:
  goods:
    title: {zh: 商品, en: Goods}
    cost:
      method: fifo
  raw: {title: {zh: 原料, en: Raw}}
""")
    item = master().items["COLA"]
    near = Master(dict.fromkeys(("A100", "A101", "B7"), item), {}, {})
    [found] = unknown_items(made, near)
    assert dict(found.args)["nearest"] in {"A100", "A101"}
    assert [made.categories[name].place.line for name in ("goods", "raw")] == [7, 9]
