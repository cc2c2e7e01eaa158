"""Rows that share a plan and rows that do not: what decides how a row is posted, one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from invledger.model import Row, Voucher
from invledger.posting import Rule, RuleLine
from tests.posting.small import (
    BACK,
    BEIJING,
    CUSTOMER,
    MAIN,
    OTHER,
    Books,
    books,
    company,
    derive,
    row,
    rules,
    sources_of,
)

STOCK = row("2026-01-01", "opening", "O1", "100", price="2.00")
SUGAR = row("2026-01-01", "opening", "O2", "50.000", item="SUGAR", price="6.00")


def by_rules(rows: list[Row], *more: Rule, **company_says: object) -> Books:
    mine = replace(company(), **company_says)  # type: ignore[arg-type]  # by name
    sources = sources_of(rows, mine)
    sources.rules = {**rules(), **{rule.type: (rule,) for rule in more}}
    return derive(sources)


def custom(*lines: RuleLine, **says: object) -> Rule:
    flows = (
        (frozenset({"available"}), frozenset({"other", "customer", "available"})),
        (frozenset({"customer"}), frozenset({"available"})),
    )
    made = Rule("own", "自定", "Own", flows=flows, cites=("sale-delivery",), lines=lines)
    return replace(made, **says)  # type: ignore[arg-type]  # by name


def out(id_: str, quantity: str = "1", **given: str) -> Row:
    return row("2026-01-05", "own", id_, quantity, **{"source": MAIN, "target": OTHER, **given})


def line(side: str, role: str, **says: object) -> RuleLine:
    return replace(RuleLine(side, role, "cost"), **says)  # type: ignore[arg-type]  # by name


def test_a_return_and_a_gift_of_one_type_are_posted_by_their_kind() -> None:
    """From the customer: what cites its delivery undoes its cost, what cites none is income."""
    rule = custom(
        line("debit", "inventory"),
        line("credit", "cost-of-sales", when={"kind": ("return-in",)}),
        line("credit", "other-income", when={"kind": ("receive",)}),
    )
    sold = row("2026-01-03", "sale-delivery", "D1", "10")
    came = {"source": CUSTOMER, "target": MAIN}
    made = by_rules([STOCK, sold, out("G1", "2", **came), out("G2", "3", ref="D1", **came)], rule)
    assert made.codes() == []
    assert made.lines("own/G1/main") == [("1405", "4.00"), ("6301", "-4.00")]
    assert made.lines("own/G2/main") == [("1405", "6.00"), ("6401", "-6.00")]
    turned = [STOCK, sold, out("G1", "3", ref="D1", **came), out("G2", "2", **came)]
    made = by_rules(turned, rule)
    assert made.lines("own/G1/main") == [("1405", "6.00"), ("6401", "-6.00")]
    assert made.lines("own/G2/main") == [("1405", "4.00"), ("6301", "-4.00")]


@pytest.mark.parametrize(
    ("fact", "one", "two"),
    [
        ("reason", {"reason": "a"}, {"reason": "b"}),
        ("to", {"target": OTHER}, {"target": CUSTOMER}),
        ("from", {"source": MAIN}, {"source": "Assets:Stock:SH:Inspection"}),
    ],
)
def test_each_fact_of_a_row_decides_its_lines(
    fact: str, one: dict[str, str], two: dict[str, str]
) -> None:
    values = {"reason": ("a", "b"), "to": ("other", "customer"), "from": ("available",
              "inspection")}[fact]  # fmt: skip
    flows = ((frozenset({"available", "inspection"}), frozenset({"other", "customer"})),)
    rule = custom(
        line("credit", "inventory"),
        line("debit", "selling-expense", when={fact: (values[0],)}),
        line("debit", "administration", when={fact: (values[1],)}),
        flows=flows,
    )
    made = by_rules([STOCK, out("A", **one), out("B", "2", **two), out("C", "3", **one)], rule)
    assert made.codes() == []
    assert made.lines("own/A/main") == [("1405", "-2.00"), ("6601", "2.00")]
    assert made.lines("own/B/main") == [("1405", "-4.00"), ("6602", "4.00")]
    assert made.lines("own/C/main") == [("1405", "-6.00"), ("6601", "6.00")]


def test_items_of_two_categories_have_accounts_of_their_own() -> None:
    made = books(STOCK, SUGAR, row("2026-01-05", "scrap", "S1", "1", reason="x"),
                 row("2026-01-05", "scrap", "S2", "1.000", item="SUGAR", reason="x"))  # fmt: skip
    assert made.lines("scrap/S1/main") == [("1901:待处理流动资产损溢", "2.00"), ("1405", "-2.00")]
    assert made.lines("scrap/S2/main") == [("1901:待处理流动资产损溢", "6.00"), ("1403", "-6.00")]


def test_a_rule_of_which_no_account_is_known_makes_no_voucher() -> None:
    rule = custom(line("credit", "nobody"), line("debit", "no-one"))
    made = by_rules([STOCK, out("A"), out("B")], rule)
    assert made.codes() == ["role-unclaimed", "role-unclaimed"]
    assert [dict(one.args)["role"] for one in made.problems] == ["nobody", "no-one"]
    assert set(made.vouchers) == {"opening/O1/main"}


@pytest.mark.parametrize("name", ["dept", "project", "handler", "lot"])
def test_dimensions_beside_party_and_order_are_noted(name: str) -> None:
    rule = custom(line("credit", "inventory"), line("debit", "selling-expense",
                                                    dimensions=("party", name)))  # fmt: skip
    said = {name: "D7"} if name == "lot" else {}
    meta = () if name == "lot" else ((name, "D7"),)
    rows = [STOCK, out("A", party="C1", **said)._replace(meta=meta), out("B")._replace(meta=())]
    made = by_rules(rows, rule)
    assert made.vouchers["own/A/main"].postings[1].meta == (("party", "C1"), (name, "D7"))
    assert made.vouchers["own/B/main"].postings[1].meta == (("party", "V1"),)


def test_party_and_order_part_the_sums_of_a_day() -> None:
    """Of one day and one account, what different orders and parties bear is told apart."""
    rule = custom(line("credit", "inventory", quantity=True),
                  line("debit", "production-cost", dimensions=("party", "order")),
                  group="day")  # fmt: skip
    rows = [STOCK, out("A", "1", order="W1", party="C1"), out("B", "2", order="W1", party="V1"),
            out("C", "3", order="W2", party="C1"), out("D", "4", order="W1", party="C1"),
            out("E", "5", party="")]  # fmt: skip
    voucher = by_rules(rows, rule).vouchers["own/2026-01-05/main"]
    said = {p.meta: p.amount for p in voucher.postings}
    assert said == {
        (("item", "COLA"), ("qty", "-15")): -3000,
        (("party", "C1"), ("order", "W1")): 1000,
        (("party", "V1"), ("order", "W1")): 400,
        (("party", "C1"), ("order", "W2")): 600,
        (): 1000,
    }
    assert voucher.links == ("A", "B", "C", "D", "E")
    assert (voucher.payee, voucher.narration) == ("", "自定 2026-01-05")


@pytest.mark.parametrize(
    ("group", "key", "date"),
    [("day", "2026-01-05", "2026-01-05"), ("period", "2026-01", "2026-01-31"),
     ("document", "A", "2026-01-05")],
)  # fmt: skip
def test_a_group_has_its_key_its_date_and_its_words(group: str, key: str, date: str) -> None:
    """Whichever way: with a sum, and with a dimension that needs the long way."""
    for dimension in ("order", "lot"):
        rule = custom(line("credit", "inventory", quantity=True),
                      line("debit", "selling-expense", dimensions=(dimension,)), group=group,
                      word="转", summary="{title-en}|{date}|{id}|{party}")  # fmt: skip
        made = by_rules([STOCK, out("A", links="PO-1"), out("B", "2")], rule)
        voucher = made.vouchers[f"own/{key}/main"]
        party = "华东电子" if group == "document" else ""
        assert (voucher.date, voucher.word) == (date, "转")
        assert voucher.narration == f"Own|{date}|{key}|{party}"
        assert voucher.payee == party
        both = () if group == "document" else ("B",)
        assert voucher.links == tuple(sorted(("A", "PO-1", *both)))
        amounts = [p.amount for p in voucher.postings]
        assert amounts == ([-200, 200] if group == "document" else [-600, 600])


def test_a_movement_of_several_lines_is_one_voucher_however_it_is_made() -> None:
    rows = [STOCK, SUGAR, out("A"), out("A", "1.000", item="SUGAR", line="2"), out("B")]
    found: list[dict[str, Voucher]] = []
    for dimension in ("order", "lot"):
        rule = custom(line("credit", "inventory", quantity=True),
                      line("debit", "selling-expense", dimensions=(dimension,)))  # fmt: skip
        made = by_rules(rows, rule)
        assert made.lines("own/A/main") == [("1405", "-2.00"), ("6601", "8.00"), ("1403", "-6.00")]
        assert made.lines("own/B/main") == [("1405", "-2.00"), ("6601", "2.00")]
        found.append(made.vouchers)
    assert list(found[0]) == list(found[1]) == [
        "opening/O1/main", "opening/O2/main", "own/A/main", "own/B/main",
    ]  # fmt: skip


def test_what_balances_to_nothing_is_no_line_but_its_quantity_counts() -> None:
    """Goods of no value beside goods that have one: the line notes all of them."""
    free = row("2026-01-02", "purchase-receipt", "R1", "10", price="0", tax="0", reason="gift")
    rule = custom(line("credit", "inventory", quantity=True), line("debit", "selling-expense"),
                  group="day")  # fmt: skip
    goods = replace(company().categories["goods"], cost=replace(
        company().categories["goods"].cost, method="fifo"))  # fmt: skip
    categories = {**company().categories, "goods": goods}
    made = by_rules([free, STOCK._replace(date="2026-01-03"), out("A", "10"), out("B", "5")], rule,
                    categories=categories)  # fmt: skip
    voucher = made.vouchers["own/2026-01-05/main"]
    assert [(p.amount, dict(p.meta).get("qty")) for p in voucher.postings] == [
        (-1000, "-15"), (1000, None),
    ]  # fmt: skip
    assert "purchase-receipt/R1/main" not in made.vouchers


def test_pairs_inside_one_account_cancel_and_between_accounts_they_stay() -> None:
    rule = custom(line("debit", "inventory", quantity=True, at="to"),
                  line("credit", "inventory", quantity=True, at="from"))  # fmt: skip
    made = by_rules([STOCK, out("A", target=BACK), out("B", target=BEIJING)], rule)
    assert made.codes() == []
    assert set(made.vouchers) == {"opening/O1/main"}
    plain = custom(line("debit", "inventory", at="to"), line("credit", "inventory", at="from"))
    goods = company().categories["goods"]
    by_site = replace(goods, cost=replace(goods.cost, pool="site"))
    made = by_rules([STOCK, out("A", target=BEIJING)], plain,
                    categories={**company().categories, "goods": by_site})  # fmt: skip
    # nothing is noted, both lines stay
    assert [p.amount for p in made.vouchers["own/A/main"].postings] == [200, -200]


def test_sums_and_single_vouchers_come_in_order_of_date_and_row() -> None:
    """One day's sum stands where its first row does, between the movements of that day."""
    group = {"scrap": "day"}
    rows = [STOCK, row("2026-01-05", "count-shortage", "A1", "1"),
            row("2026-01-05", "scrap", "S1", "1", reason="x"),
            row("2026-01-05", "scrap", "S2", "1", reason="x"),
            row("2026-01-06", "other-in", "E1", "1", price="2.00"),
            row("2026-01-06", "count-shortage", "A2", "1"),
            row("2026-01-06", "scrap", "S3", "1", reason="x")]  # fmt: skip
    made = by_rules(rows, grouping=group)
    ranks = [one.id for one in sorted(rows, key=lambda r: (r.date, r.rank, r.id))]
    wanted = ["opening/O1/main"]
    for id_ in ranks[1:]:
        one = next(r for r in rows if r.id == id_)
        key = one.date if one.type == "scrap" else id_
        if (name := f"{one.type}/{key}/main") not in wanted:
            wanted.append(name)
    assert list(made.vouchers) == wanted


@pytest.mark.parametrize(("side", "difference"), [("debit", "2.00"), ("credit", "-2.00")])
@pytest.mark.parametrize("group", ["document", "day"])
def test_what_does_not_balance_is_told_with_its_difference(
    side: str, difference: str, group: str
) -> None:
    made = by_rules([STOCK, out("A")], custom(line(side, "selling-expense"), group=group))
    [one] = made.problems
    key = "A" if group == "document" else "2026-01-05"
    assert (one.code, dict(one.args)) == (
        "voucher-unbalanced", {"identity": f"own/{key}/main", "difference": difference},
    )  # fmt: skip
    assert f"own/{key}/main" not in made.vouchers


@pytest.mark.req("CO-04")
def test_sales_of_a_month_and_their_cost_are_two_vouchers_of_one_key() -> None:
    """Grouped by period under the periodic average: 3 @ 5.00 sold, 6.00 carried over."""
    goods = company().categories["goods"]
    average = replace(goods, cost=replace(goods.cost, method="periodic-average"))
    rows = [STOCK, row("2026-01-05", "sale-delivery", "D1", "1", price="5.00", tax="0"),
            row("2026-01-06", "sale-delivery", "D2", "2", price="5.00", tax="0")]  # fmt: skip
    made = by_rules(rows, grouping={"sale-delivery": "period"},
                    categories={**company().categories, "goods": average})  # fmt: skip
    assert made.codes() == []
    assert made.lines("sale-delivery/2026-01/main") == [("1122", "15.00"), ("6001", "-15.00")]
    cost = "sale-delivery/2026-01/period-cost"
    assert made.lines(cost) == [("6401", "6.00"), ("1405", "-6.00")]
    assert made.vouchers[cost].date == "2026-01-31"


@pytest.mark.parametrize("group", ["document", "day"])
def test_a_line_notes_its_goods_and_then_who_and_for_what(group: str) -> None:
    rule = custom(
        line("credit", "inventory", quantity=True, dimensions=("party", "order")),
        line("debit", "selling-expense", item=True, dimensions=("order",)), group=group,
    )  # fmt: skip
    made = by_rules([STOCK, out("A", order="W1", party="C1")], rule)
    first, second = made.vouchers[
        f"own/{'A' if group == 'document' else '2026-01-05'}/main"
    ].postings
    assert first.meta == (("item", "COLA"), ("qty", "-1"), ("party", "C1"), ("order", "W1"))
    assert second.meta == (("item", "COLA"), ("order", "W1"))


FIELDS = {
    "party": "C1", "order": "W1", "reason": "x", "lot": "L1", "expiry": "2027-01-01",
    "ref": "D1", "tax": "13", "owner": "C1", "time": "10:00", "doc": "7",
}  # fmt: skip


@pytest.mark.req("IN-05")
@pytest.mark.parametrize("name", FIELDS)
def test_fields_that_a_rule_requires_or_forbids(name: str) -> None:
    """Each column, and metadata: told where it lacks, or is there."""
    lines = (line("credit", "inventory"), line("debit", "selling-expense"))
    bare = out("A")._replace(party="")
    column: dict[str, Any] = {name: FIELDS[name]}
    if name == "doc":
        column = {"meta": (("doc", "7"),)}
    given = bare._replace(**column)
    sold = row("2026-01-03", "sale-delivery", "D1", "1")
    for demand, bad in (("required", bare), ("forbidden", given)):
        rule = custom(*lines, fields={name: demand})
        for one in (bare, given):
            made = by_rules([STOCK, sold, one], rule)
            told = [(p.code, dict(p.args)) for p in made.problems if p.code.startswith("field-")]
            wanted = [(f"field-{demand}", {"id": "A", "field": name, "type": "own"})]
            assert told == (wanted if one is bad else [])
