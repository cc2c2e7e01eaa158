"""Reading rules, rates and charts: every key arrives, and what does not fit has a place."""

from __future__ import annotations

import pytest

from invledger.model import Account, Place, Problem, RoleClaim
from invledger.posting import (
    Example,
    Rate,
    Rule,
    RuleLine,
    TaxTable,
    accounts_of,
    read_chart_pack,
    read_company,
    read_rule,
    read_tax,
)
from invledger.posting.packs import PackAccount, read_claims
from tests.posting.small import document

PATH = "rules/movements/x.yaml"
FULL = """\
type: full
title: {zh: 全, en: Full}
ledger: document
valid-from: 2026-02-01
from: available
to: [other, scrap]
flows:
  - {from: [transit, available], to: count}
default: {from: "Assets:Stock:A", to: "Equity:Stock:Other"}
rank: 77
price: {means: sale, required: true, tax: false}
fields: {party: required, lot: forbidden}
reasons: [gift, sample]
cites: {types: [opening], required: true}
voucher:
  word: 转
  group: period
  summary: "{title} {date}"
  lines:
    - {debit: inventory, amount: cost, aspect: cost, red: true, foreign: true, quantity: true,
       item: true, at: from, party: true, order: true, dept: true, project: true, handler: true,
       lot: true, when: {reason: [gift, ""], to: other}}
    - {credit: revenue, amount: net}
examples:
  - given: {qty: 2}
    expect: [[inventory, 1.50], [revenue, -2]]
"""


def test_every_key_of_a_rule_arrives_where_it_belongs() -> None:
    (rule,), problems = read_rule(document(PATH, FULL))
    assert problems == []
    first = RuleLine(
        "debit", "inventory", "cost", "cost", red=True, quantity=True, at="from",
        dimensions=("party", "order", "dept", "project", "handler", "lot"), foreign=True,
        when={"reason": ("gift", ""), "to": ("other",)}, place=Place(PATH, 20, 7), item=True,
    )  # fmt: skip
    assert rule == Rule(
        type="full", title="全", title_en="Full", ledger="document", valid_from="2026-02-01",
        flows=(
            (frozenset({"available"}), frozenset({"other", "scrap"})),
            (frozenset({"transit", "available"}), frozenset({"count"})),
        ),
        default_source="Assets:Stock:A", default_target="Equity:Stock:Other", rank=77,
        price_means="sale", price_required=True, taxed=False,
        fields={"party": "required", "lot": "forbidden"}, reasons=("gift", "sample"),
        cites=("opening",), cites_required=True, word="转", group="period",
        summary="{title} {date}",
        lines=(first, RuleLine("credit", "revenue", "net", place=Place(PATH, 23, 7))),
        examples=(Example({"qty": "2"}, (("inventory", 150), ("revenue", -200)),
                          Place(PATH, 25, 5)),),
        place=Place(PATH, 1, 1),
    )  # fmt: skip


def test_what_a_rule_does_not_say_has_its_default() -> None:
    text = "type: x\ntitle: X\nfrom: transit\nto: available\nvoucher: none\n"
    (rule,), problems = read_rule(document(PATH, text))
    assert problems == []
    flows = ((frozenset({"transit"}), frozenset({"available"})),)
    assert rule == Rule("x", "X", "X", flows=flows, place=Place(PATH, 1, 1))


VERSIONS = """\
- type: x
  title: X
  voucher: none
- type: x
  titel: X
  voucher: none
- type: x
  title: X
  ledger: value
  valid-from: 2026-03-01
  voucher:
    lines:
      - {amount: cost, debit: a, credit: b}
      - {amount: cost, credit: b}
  examples:
    - expect: []
"""


def test_versions_of_one_file_are_judged_each_for_itself() -> None:
    found, problems = read_rule(document(PATH, VERSIONS))
    assert [(p.code, str(p.place), dict(p.args).get("key", dict(p.args).get("type")))
            for p in problems] == [
        ("rule-no-flow", f"{PATH}:1:3", "x"),
        ("yaml-missing-key", f"{PATH}:4:3", "1.title"),
        ("yaml-unknown-key", f"{PATH}:5:3", "1.titel"),
        ("rule-line-side", f"{PATH}:13:9", "x"),
    ]  # fmt: skip
    assert [(rule.valid_from, rule.place.line, len(rule.lines)) for rule in found] == [
        ("", 1, 0), ("2026-03-01", 7, 1),
    ]  # fmt: skip
    assert found[1].examples[0].place == Place(PATH, 16, 7)
    assert found[1].lines[0].side == "credit"


@pytest.mark.parametrize(
    ("flows", "source", "target"),
    [
        ("from: supplier\nto: available\n", "Equity:Stock:Supplier", ""),
        ("from: [supplier, customer]\nto: scrap\n", "", "Equity:Stock:Scrap"),
        ("flows: [{from: customer, to: transit}, {from: customer, to: other}]\n",
         "Equity:Stock:Customer", ""),
        ("from: available\nto: dispatched\n", "", ""),
        ("from: order\nto: invoice\n", "", ""),
        ("from: production\nto: count\n", "Equity:Stock:Production", "Equity:Stock:Count"),
        ("from: opening\nto: available\n", "Equity:Stock:Opening", ""),
    ],
)  # fmt: skip
def test_the_only_counterparty_is_the_default(flows: str, source: str, target: str) -> None:
    (rule,), problems = read_rule(document(PATH, f"type: x\ntitle: X\n{flows}voucher: none\n"))
    assert problems == []
    assert (rule.default_source, rule.default_target) == (source, target)


@pytest.mark.parametrize("ledger", ["stock", "document", "value", "money", "policy"])
@pytest.mark.parametrize("ends", ["", "from: transit\n", "to: transit\n"])
def test_goods_need_a_flow_with_both_ends(ledger: str, ends: str) -> None:
    text = f"type: x\ntitle: X\nledger: {ledger}\n{ends}voucher: none\n"
    wanted = ["rule-no-flow"] if ledger in ("stock", "document") else []
    assert [p.code for p in read_rule(document(PATH, text))[1]] == wanted


def found(problems: list[Problem]) -> list[tuple[str, str, str, str]]:
    said = [(p, dict(p.args)) for p in problems]
    return [(p.code, f"{p.place.line}:{p.place.column}", args.get("key", ""),
             args.get("nearest", args.get("value", ""))) for p, args in said]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("rank: 77", "rnak: 77", ("yaml-unknown-key", "10:1", "rnak", "rank")),
        ("means: sale", "menas: sale", ("yaml-unknown-key", "11:9", "price.menas", "means")),
        ("    - {debit: inventory", "    - {debt: inventory",
         ("yaml-unknown-key", "20:8", "voucher.lines.0.debt", "debit")),
        ("  word: 转", "  wrod: 转", ("yaml-unknown-key", "16:3", "voucher.wrod", "word")),
        ("  - {from: [transit", "  - {form: [transit",
         ("yaml-unknown-key", "8:6", "flows.0.form", "from")),
        ("  - given:", "  - givne:", ("yaml-unknown-key", "25:5", "examples.0.givne", "given")),
        ("default: {from", "default: {x", ("yaml-unknown-key", "9:11", "default.x", "from to")),
        ("cites: {types", "cites: {tyqes", ("yaml-unknown-key", "14:9", "cites.tyqes", "types")),
        ("ledger: document", "ledger: docs", ("yaml-bad-value", "3:1", "ledger", "docs")),
        ("rank: 77", "rank: x", ("yaml-bad-value", "10:1", "rank", "x")),
        ("rank: 77", "rank: [1]", ("yaml-bad-value", "10:1", "rank", "list")),
        ("rank: 77", "rank: {a: 1}", ("yaml-bad-value", "10:1", "rank", "dict")),
        ("amount: net", "amount: nets", ("yaml-bad-value", "23:25", "voucher.lines.1.amount",
                                         "nets")),
    ],
)  # fmt: skip
def test_a_key_that_is_not_there_names_its_neighbour_and_a_value_itself(
    old: str, new: str, wanted: tuple[str, str, str, str]
) -> None:
    assert old in FULL
    assert wanted in found(read_rule(document(PATH, FULL.replace(old, new)))[1])


def test_keys_of_lists_and_mappings_of_records_are_known_too() -> None:
    text = "name: {zh: 甲, en: A}\ncategories: {goods: {titel: {zh: 商, en: G}}}\n"
    [missing, unknown] = found(read_company(document("rules/company.yaml", text))[1])
    assert missing == ("yaml-missing-key", "2:14", "categories.goods.title", "")
    assert unknown == ("yaml-unknown-key", "2:22", "categories.goods.titel", "title")
    text = "name: {zh: 甲, en: A}\nitems: {X: {methdo: fifo}}\n"
    [unknown] = found(read_company(document("rules/company.yaml", text))[1])
    assert unknown == ("yaml-unknown-key", "2:13", "items.X.methdo", "method")


TAX = """\
deemed-margin: MARGIN
rates:
  - {class: standard, taxpayer: general, since: 2026-01-01, rate: 13}
  - {class: levy, taxpayer: small-scale, since: 2026-01-01, rate: 0.5, deductible: false}
  - {class: a, taxpayer: general, since: 2026-01-01, rate: 100}
  - {class: b, taxpayer: general, since: 2026-01-01, rate: -1}
  - {class: c, taxpayer: general, since: 2026-01-01, rate: 1.234}
  - {class: d, taxpayer: general, since: 2026-01-01, rate: 99.99}
  - {class: zero, taxpayer: general, since: 2026-01-01, rate: 0}
"""


@pytest.mark.req("FIN-15")
@pytest.mark.parametrize(("text", "margin"), [("10", 1000), ("7.5", 750), ("0", 0)])
def test_rates_below_one_hundred_per_cent(text: str, margin: int) -> None:
    """Ten-thousandths of one: 13 % = 1300; what is no rate is told at its key and left out."""
    table, problems = read_tax(document("rules/tax.yaml", TAX.replace("MARGIN", text)))
    day = "2026-01-01"
    assert table == TaxTable(
        (
            Rate("standard", "general", day, 1300, deductible=True),
            Rate("levy", "small-scale", day, 50, deductible=False),
            Rate("d", "general", day, 9999, deductible=True),
            Rate("zero", "general", day, 0, deductible=True),
        ),
        margin,
    )
    assert [(str(p.place), dict(p.args)["value"]) for p in problems] == [
        ("rules/tax.yaml:5:54", "100"),
        ("rules/tax.yaml:6:54", "-1"),
        ("rules/tax.yaml:7:54", "1.234"),
    ]


def test_a_margin_that_nobody_states_is_ten_per_cent() -> None:
    """The composite price of deemed sales: cost × (1 + 10 %)."""
    for text in ("rates: []\n", "deemed-margin: 1.234\nrates: []\n"):
        table, _ = read_tax(document("rules/tax.yaml", text))
        assert table.deemed_margin == 1000
    table, problems = read_tax(document("rules/tax.yaml", "rate: []\n"))
    assert table == TaxTable()
    assert [p.code for p in problems] == ["yaml-missing-key", "yaml-unknown-key"]


@pytest.mark.req("FIN-15")
def test_the_youngest_rate_in_force_counts() -> None:
    table = TaxTable((
        Rate("a", "general", "2026-03-01", 900), Rate("a", "general", "2026-01-01", 1300),
        Rate("a", "small-scale", "2026-02-01", 300), Rate("b", "general", "2026-02-01", 600),
    ))  # fmt: skip
    said = [table.rate("a", "general", day) for day in ("2025-12-31", "2026-01-01", "2026-03-01")]
    assert [one and one.rate for one in said] == [None, 1300, 900]
    assert table.rate("b", "small-scale", "2026-06-01") is None
    assert table.changes() == ("2026-01-01", "2026-02-01", "2026-03-01")


CHART = """\
chart: mine
title: {zh: 我的, en: Mine}
accounts:
  - {code: "1405", zh: 库存, en: Stock, root: Assets, role: "inventory category=goods site=SH; x"}
  - {code: "140501", zh: 甲, en: A, root: Assets, parent: "1405", direction: credit}
  - {code: "2202", zh: 应付, en: Payable, root: Liabilities, taxpayer: general}
  - {code: "2202", zh: 应付款, en: Payables, root: Liabilities, taxpayer: small-scale}
  - {code: "220201", zh: 暂估, en: Accrual, root: Liabilities, parent: "2202"}
  - {code: "4001", zh: 资本, en: Capital, root: Equity}
  - {code: "5001", zh: 收入, en: Income, root: Income, role: " "}
  - {code: "6401", zh: 成本, en: Cost, root: Expenses}
"""


@pytest.mark.req("FIN-14")
def test_every_key_of_a_chart_arrives_and_debit_is_the_side_of_assets_and_expenses() -> None:
    pack, problems = read_chart_pack(document("rules/charts/mine.yaml", CHART))
    assert problems == []
    assert pack is not None
    assert (pack.name, pack.title, pack.title_en, pack.place.line) == ("mine", "我的", "Mine", 1)
    claim = RoleClaim("inventory", (("category", "goods"), ("site", "SH")))
    place = Place("rules/charts/mine.yaml", 4, 5)
    assert pack.accounts[0] == PackAccount(
        "1405", "库存", "Stock", "Assets", "", "debit", (claim, RoleClaim("x", ())), "", place
    )
    said = [(one.code, one.parent, one.direction, one.taxpayer) for one in pack.accounts[1:]]
    assert said == [
        ("140501", "1405", "credit", ""), ("2202", "", "credit", "general"),
        ("2202", "", "credit", "small-scale"), ("220201", "2202", "credit", ""),
        ("4001", "", "credit", ""), ("5001", "", "credit", ""), ("6401", "", "debit", ""),
    ]  # fmt: skip
    assert pack.accounts[5].roles == ()
    made = accounts_of(pack, taxpayer="small-scale", opened="2026-01-01")
    assert made[0] == Account(
        "Assets:1405-库存", "1405", "库存", "Stock", "debit", (claim, RoleClaim("x", ())),
        opened="2026-01-01", place=place,
    )  # fmt: skip
    assert [one.name for one in made[1:4]] == [
        "Assets:1405-库存:甲", "Liabilities:2202-应付款", "Liabilities:2202-应付款:暂估",
    ]  # fmt: skip
    none = accounts_of(pack, taxpayer="none", opened="2026-01-01")
    assert "220201" not in [one.code for one in none]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ('"6401"', '"1405"', ("chart-twice", 11, {"code": "1405"})),
        ('parent: "1405"', 'parent: "1404"', ("chart-parent", 5, {"code": "140501",
                                                                  "parent": "1404"})),
        ('role: " "', 'role: "a b"', ("chart-role", 10, {"code": "5001", "role": "a b"})),
        ('role: " "', 'role: "a b=c=d"', ("chart-role", 10, {"code": "5001",
                                                             "role": "a b=c=d"})),
    ],
)  # fmt: skip
def test_a_chart_that_contradicts_itself_says_where(
    old: str, new: str, wanted: tuple[str, int, dict[str, str]]
) -> None:
    assert old in CHART
    pack, problems = read_chart_pack(document("rules/charts/mine.yaml", CHART.replace(old, new)))
    assert pack is None
    assert [(p.code, p.place.line, dict(p.args)) for p in problems] == [wanted]


def test_claims_as_text() -> None:
    assert read_claims("a; b k=v") == (RoleClaim("a", ()), RoleClaim("b", (("k", "v"),)))
    assert read_claims("a k") is None
