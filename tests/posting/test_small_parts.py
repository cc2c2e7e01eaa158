"""Small parts of posting by themselves: kinds, classes, pools, tax, shares, citations, periods."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from invledger.costing.interface import Kind
from invledger.model import Company, CostChange, CostPolicy, Location, MovementTable, Price
from invledger.model.problem import NOWHERE
from invledger.posting import Chart, Pools, Rate, RuleLine, accounts_of, class_of
from invledger.posting.citations import Citation, Index, Shares, ids_in, resolve_text
from invledger.posting.course import Course
from invledger.posting.foreign import ExchangeRates, Foreign, stated_rate_of
from invledger.posting.methods import period_end
from invledger.posting.pools import OURS, kind_of
from invledger.posting.production import portion_of
from invledger.posting.revalue import slice_of
from invledger.posting.split import NO_TAX, Taxes, split_amount, stated_rate
from tests.posting.small import (
    BEIJING,
    COUNT,
    CUSTOMER,
    DISPATCHED,
    MAIN,
    OPENING,
    OTHER,
    PRODUCTION,
    SCRAP,
    SUPPLIER,
    TRANSIT,
    company,
    master,
    pack,
    row,
    tax,
)

INSIDE = ("available", "inspection", "locked", "rejected", "transit", "dispatched", "subcontract")
OUTSIDE = ("supplier", "customer", "production", "scrap", "count", "opening", "other", "order",
           "invoice", "")  # fmt: skip


@pytest.mark.req("CO-01")
@pytest.mark.parametrize("cites", [False, True])
@pytest.mark.parametrize("order", [False, True])
@pytest.mark.parametrize("back", [False, True])
def test_what_a_line_does_to_cost(*, cites: bool, order: bool, back: bool) -> None:
    """The kernel's interface as a table: where goods come from, where they go."""
    assert frozenset(INSIDE) == OURS

    def kind(source: str, target: str) -> Kind:
        return kind_of(source, target, cites=cites, has_order=order, hand_back=back)

    for here in INSIDE:
        assert {kind(here, there) for there in INSIDE} == {Kind.MOVE}
        for outside in OUTSIDE:
            comes = Kind.RECEIVE
            if outside == "customer" and cites:
                comes = Kind.RETURN_IN
            if outside == "production":
                comes = Kind.HAND_BACK if back else Kind.PRODUCE
            goes = Kind.ISSUE
            if outside == "supplier" and cites:
                goes = Kind.RETURN_OUT
            if outside == "production" and order:
                goes = Kind.CONSUME
            assert (kind(outside, here), kind(here, outside)) == (comes, goes)
    for source in OUTSIDE:
        for target in OUTSIDE:
            is_service = (source, target) == ("supplier", "production")
            assert kind(source, target) is (Kind.ADD_TO_ORDER if is_service else Kind.SKIP)


@pytest.mark.parametrize(
    ("account", "class_"),
    [
        ("Assets:Stock:InTransit", "transit"), ("Assets:Stock:InTransit:X", "transit"),
        ("Assets:Stock:InTransitX", ""), ("Assets:Stock:Dispatched:C1", "dispatched"),
        ("Assets:Stock:Subcontract", "subcontract"), ("Equity:Order:Sale", "order"),
        ("Equity:Invoice", "invoice"), ("Equity:Stock:Supplier", "supplier"),
        ("Equity:Stock:Production:X", "production"), ("Equity:Stock", ""), ("Equity:X", ""),
        ("", ""), ("Assets:Stock:SH:Main", ""),
    ],
)  # fmt: skip
def test_the_class_of_a_location_by_its_name(account: str, class_: str) -> None:
    assert class_of(account, {}) == class_
    known = {account: Location(account, "locked")}
    assert class_of(account, known) == "locked"


@pytest.mark.req("CO-01", "INV-18")
@pytest.mark.parametrize(
    ("pool", "keys"),
    [
        ("company", ("COLA", "COLA", f"COLA@{TRANSIT}", "COLA")),
        ("site", ("COLA@SH", "COLA@BJ", f"COLA@{TRANSIT}", "COLA@XY")),
        ("location", (f"COLA@{MAIN}", f"COLA@{BEIJING}", f"COLA@{TRANSIT}",
                      "COLA@Assets:Stock:XY:Z")),
        ("lot", ("COLA#L1", "COLA#L1", f"COLA@{TRANSIT}#L1", "COLA#L1")),
        ("lot+site", ("COLA@SH#L1", "COLA@BJ#L1", f"COLA@{TRANSIT}#L1", "COLA@XY#L1")),
    ],
)  # fmt: skip
def test_the_keys_of_pools(pool: str, keys: tuple[str, ...]) -> None:
    """By policy; in transit a pool of its own; a site by the name where nobody says another."""
    mine = replace(company(), categories={}, default_cost=CostPolicy(pool=pool))
    course = Course(mine, master(), MovementTable.of([]))
    pools = Pools(course, master())
    places = (MAIN, BEIJING, TRANSIT, "Assets:Stock:XY:Z")
    assert tuple(pools.key("COLA", place, "L1") for place in places) == keys
    assert tuple(pools.key("COLA", place, "L1") for place in places) == keys  # from memory
    assert pools.pool("COLA") == pool
    if pool == "site":
        assert pools.key("COLA", "Nowhere", "") == "COLA@"


def test_amounts_net_and_gross() -> None:
    """100.00 net and 13 % are 113.00; 113.00 gross are 100.00; of 1.00 gross 0.88 (0.8849…)."""
    assert split_amount(10_000, 1300, gross_entry=False) == (10_000, 1300, 11_300)
    assert split_amount(11_300, 1300, gross_entry=True) == (10_000, 1300, 11_300)
    assert split_amount(100, 1300, gross_entry=True) == (88, 12, 100)
    assert split_amount(100, 1300, gross_entry=False, tax_amount=7) == (100, 7, 107)
    assert split_amount(100, 1300, gross_entry=True, tax_amount=7) == (93, 7, 100)
    assert split_amount(50, 100, gross_entry=False) == (50, 1, 51)  # half a cent goes up


@pytest.mark.parametrize(
    ("text", "rate"),
    [("13", 1300), ("6.5%", 650), ("0", 0), ("99.99", 9999), ("100", None), ("-1", None),
     ("x", None), ("1.234", None), ("", None)],
)  # fmt: skip
def test_a_stated_rate(text: str, rate: int | None) -> None:
    assert stated_rate(text) == rate


@pytest.mark.req("FIN-15")
def test_which_rate_a_line_bears() -> None:
    """Purchases by the supplier's status, sales by the company's own; item before category."""
    items = master()
    items.items["TAXED"] = replace(items.items["COLA"], code="TAXED", tax="reduced")
    items.items["ZERO"] = replace(items.items["COLA"], code="ZERO", tax="zero")
    items.parties["N"] = replace(items.parties["V2"], meta={"taxpayer": "none"})
    day = "2026-01-05"

    def rate(mine: Company, item: str, party: str, *, buying: bool) -> int:
        found = Taxes(mine, items, tax()).rate(item, party, day, buying=buying)
        assert found is not None
        return found.rate

    mine = company()
    assert [rate(mine, "COLA", v, buying=True) for v in ("", "V1", "V2", "N", "?")] == [
        1300, 1300, 100, 0, 1300,
    ]  # fmt: skip
    assert [rate(mine, "COLA", v, buying=False) for v in ("", "V2", "N")] == [1300] * 3
    assert rate(mine, "TAXED", "V1", buying=True) == 900
    assert rate(mine, "TAXED", "V2", buying=True) == 100
    assert rate(mine, "ZERO", "V2", buying=True) == 0
    goods = replace(mine.categories["goods"], tax="services")
    cheaper = replace(mine, categories={"goods": goods})
    assert rate(cheaper, "COLA", "V1", buying=True) == 600
    assert rate(cheaper, "TAXED", "V1", buying=True) == 900
    assert rate(cheaper, "?", "V1", buying=True) == 1300
    small = replace(mine, taxpayer="small-scale")
    assert [rate(small, "COLA", v, buying=False) for v in ("", "V1")] == [100, 100]
    assert rate(small, "COLA", "V1", buying=True) == 1300
    none = Taxes(replace(mine, taxpayer="none"), items, tax())
    assert [none.rate("COLA", "V1", day, buying=b) for b in (True, False)] == [NO_TAX, NO_TAX]
    assert Taxes(mine, items, tax()).rate("COLA", "V1", "1990-01-01", buying=True) is None


def test_who_may_deduct() -> None:
    yes, no = Rate("a", "general", "", 1300), Rate("a", "general", "", 1300, deductible=False)
    taxes = Taxes(company(), master(), tax())
    assert taxes.deductible("V1", "", yes)
    assert not taxes.deductible("V1", "", no)
    assert not taxes.deductible("V3", "", yes)  # the party says no
    assert taxes.deductible("V3", "yes", yes)  # the line says yes
    assert [taxes.deductible("V1", say, yes) for say in ("no", "false", "FALSE")] == [False] * 3
    assert taxes.deductible("?", "", yes)
    for status in ("small-scale", "none"):
        mine = replace(company(), taxpayer=status)
        assert not Taxes(mine, master(), tax()).deductible("V1", "", yes)


def test_rates_of_exchange() -> None:
    """The youngest on or before the day; prices of items are none."""
    one = 10**10  # prices have ten decimals
    items = master()
    prices = [
        Price("2026-02-01", "USD", 71 * one // 10, "CNY", NOWHERE),
        Price("2026-01-01", "USD", 7 * one, "CNY", NOWHERE),
        Price("2026-01-01", "USD", one, "EUR", NOWHERE),
        Price("2026-01-01", "COLA", 2 * one, "CNY", NOWHERE),
    ]
    rates = ExchangeRates(replace(items, prices=prices), "CNY")
    days = ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01", "2026-03-01")
    assert [rates.at("USD", day) for day in days] == [
        None, 7 * one, 7 * one, 71 * one // 10, 71 * one // 10,
    ]  # fmt: skip
    assert rates.at("COLA", "2026-03-01") is None
    assert rates.at("EUR", "2026-03-01") is None
    plain = Foreign("USD", 7 * one)
    assert plain.converted(100, 71 * one // 10) == 710
    assert plain.converted(1, 75 * one // 10) == 8
    assert [stated_rate_of(text) for text in ("7.1", "0", "-1", "x", "0.0000000001")] == [
        71 * one // 10, None, None, None, 1,
    ]  # fmt: skip
    said = Foreign("USD", 7 * one, exact={"net": (700, 100)}, rates={"matched": 5 * one})
    assert (said.rate_of("net"), said.rate_of("matched")) == (7 * one, 5 * one)
    assert (said.amount("net", 700), said.amount("net", 1400)) == (100, 200)
    assert said.amount("matched", 500) == 100


@pytest.mark.req("AR-10")
def test_money_of_other_decimals() -> None:
    """1,000 JPY at 0.05 are 50.00 CNY; 1.000 KWD at 23.5 is 23.50 CNY; and back."""
    one = 10**10
    yen, dinar = Foreign("JPY", one // 20, shift=2), Foreign("KWD", 235 * one // 10, shift=-1)
    assert (yen.converted(1000, yen.rate), yen.amount("net", 5000)) == (5000, 1000)
    assert (dinar.converted(1000, dinar.rate), dinar.amount("net", 2350)) == (2350, 1000)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("0.4", Fraction(2, 5)), ("40%", Fraction(2, 5)), ("2/5", Fraction(2, 5)),
        ("1", Fraction(1)), ("100%", Fraction(1)), ("1/3", Fraction(1, 3)), ("0", None),
        ("1.01", None), ("-0.5", None), ("x", None), ("1/0", None), ("1/x", None), ("", None),
        ("1/2/3", None), ("50%/2", Fraction(1, 4)), ("9" * 40 + "/" + "9" * 40, None),
    ],
)  # fmt: skip
def test_a_share_of_an_order(text: str, share: Fraction | None) -> None:
    assert portion_of(text) == share


def test_slices_of_an_amount_add_up_to_it() -> None:
    for total in (100, -100, 7):
        for cuts in ((0, 3, 5, 11), (0, 11), (0, 1, 2, 3, 4, 11)):
            parts = [slice_of(total, start, end, 11) for start, end in pairwise(cuts)]
            assert sum(parts) == total
    assert [slice_of(100, n, n + 1, 3) for n in range(3)] == [33, 34, 33]


@pytest.mark.parametrize(
    ("key", "end"),
    [("2026-02", "2026-02-28"), ("2024-02", "2024-02-29"), ("2026", "2026-12-31"),
     ("2026-01-15", "2026-01-15"), ("2026-11", "2026-11-30")],
)  # fmt: skip
def test_the_last_day_of_a_period(key: str, end: str) -> None:
    assert period_end(key) == end


ROWS = [
    row("2026-01-05", "purchase-receipt", "R/1", "10", price="1.00"),
    row("2026-01-05", "purchase-receipt", "R/1", "5.500", price="1.00", item="SUGAR", line="2"),
    row("2026-01-05", "purchase-receipt", "R/1", "7", price="1.00", line="3"),
    row("2026-01-06", "purchase-return", "B1", "1", ref="R/1"),
    row("2026-01-06", "landed-cost", "F1", item="", amount="1.00", ref="R/1"),
]


@pytest.mark.parametrize(
    ("at", "text", "cited", "codes"),
    [
        (3, "R/1/1", [(0, None)], []),
        (3, "R/1/1=4 R/1/3=2", [(0, 4), (2, 2)], []),
        (3, "R/1/3 R/1/1", [(2, None), (0, None)], []),  # in the order written
        (3, "R/1/2=1.5", [(1, 1500)], []),
        (3, "R/1/9", [], ["citation-unknown"]),
        (3, "R/1/x", [], ["citation-unknown"]),
        (3, "X", [], ["citation-unknown"]),
        (3, "R/1/1=0", [], ["citation-quantity"]),
        (3, "R/1/1=-1", [], ["citation-quantity"]),
        (3, "R/1/1=1.5", [], ["citation-quantity"]),
        (3, "B1", [], ["citation-later"]),
        (2, "B1", [], ["citation-later"]),
        (3, "X R/1/1 Y", [(0, None)], ["citation-unknown", "citation-unknown"]),
        (3, "R/1/1=x R/1/3", [(2, None)], ["citation-quantity"]),
        (3, "B1 R/1/1", [(0, None)], ["citation-later"]),
    ],
)
def test_what_a_reference_means(
    at: int, text: str, cited: list[tuple[int, int | None]], codes: list[str]
) -> None:
    table = MovementTable.of(ROWS)
    index = Index(table, {"R/1", "B1"})
    found, problems = resolve_text(table, index, master(), at, text)
    assert found == [Citation(*one) for one in cited]
    assert [one.code for one in problems] == codes
    assert {(one.place.path, one.place.line) for one in problems} <= {(table.path[at], 3)}
    assert {dict(one.args)["id"] for one in problems} <= {table.id[at]}


def test_a_whole_movement_is_its_lines_of_the_same_item_or_all_for_a_value() -> None:
    table = MovementTable.of([one._replace(id="R1") if n < 3 else one
                              for n, one in enumerate(ROWS)])  # fmt: skip
    index = Index(table, set(ids_in("R1=2 B1/1 F1")))
    assert set(index.lines) == {"R1", "B1", "F1"}
    assert [c.at for c in resolve_text(table, index, master(), 3, "R1")[0]] == [0, 2]
    assert [c.at for c in resolve_text(table, index, master(), 4, "R1")[0]] == [0, 1, 2]
    other = MovementTable.of([*ROWS[:1], ROWS[3]._replace(item="SYRUP")])
    index = Index(other, {"R/1"})
    assert index.cited("R/1", 1) == [0]
    assert index.cited("R/1", 2) == []
    assert index.cited("R/2", None) == []


def test_what_is_taken_is_no_longer_left() -> None:
    shares = Shares()
    assert shares.left("a", 3, 10) == 10
    assert shares.take("a", 3, 4) == (0, 4)
    assert shares.take("a", 3, 2) == (4, 6)
    assert shares.take("b", 3, 1) == (0, 1)
    assert (shares.left("a", 3, 10), shares.left("b", 3, 10), shares.left("a", 2, 10)) == (
        4,
        9,
        10,
    )


def test_a_line_applies_where_each_fact_has_one_of_its_values() -> None:
    line = RuleLine("debit", "x", "net", when={"a": ("1", ""), "b": ("2",)})
    assert line.applies({"a": "1", "b": "2"})
    assert line.applies({"b": "2"})
    assert not line.applies({"a": "1"})
    assert not line.applies({"a": "3", "b": "2"})
    signs = [RuleLine(side, "x", "net", red=red).sign
             for side in ("debit", "credit") for red in (False, True)]  # fmt: skip
    assert signs == [1, -1, -1, 1]


@pytest.mark.req("INV-18")
def test_the_account_with_the_most_conditions_that_hold() -> None:
    plain = accounts_of(pack("cas"), taxpayer="general", opened="2026-01-01")
    names = {one.code: one.name for one in plain}
    chart = Chart.of(plain)
    assert chart.account("inventory", category="raw") == names["1403"]
    assert chart.account("inventory", category="goods", site="SH", party="V1") == names["1405"]
    assert chart.account("nobody") is None
    claims = chart.claims("inventory")
    claims.clear()
    assert chart.claims("inventory")  # the chart's own list is not given away
    assert "category" in chart.claim_keys()
    assert {"inventory", "payable", "revenue"} <= chart.roles()


def test_places_of_all_classes_are_known_to_the_small_books() -> None:
    places = (SUPPLIER, CUSTOMER, PRODUCTION, OPENING, SCRAP, COUNT, OTHER, DISPATCHED)
    classes = [class_of(place, master().locations) for place in places]
    assert classes == ["supplier", "customer", "production", "opening", "scrap", "count", "other",
                       "dispatched"]  # fmt: skip


@pytest.mark.req("CO-06")
def test_the_course_of_an_item_s_policies() -> None:
    """Two changes: by category, then by exception; SYRUP is not touched by either."""
    base = CostPolicy()
    lot, plan = replace(base, pool="lot"), replace(base, pool="lot", method="planned")
    place = company().place
    first = CostChange("2026-02-01", "goods", "", False, "x", base, {"goods": lot}, {}, place)
    second = CostChange("2026-03-01", "", "COLA", True, "x", base, {"goods": lot},
                        {"COLA": {"method": "planned"}}, place)  # fmt: skip
    goods = replace(company().categories["goods"], cost=base)
    mine = replace(company(), default_cost=base, categories={"goods": goods}, item_cost={},
                   cost_changes=(first, second))  # fmt: skip
    days = ("2026-01-05", "2026-02-05", "2026-02-06", "2026-03-05")
    table = MovementTable.of([row(day, "opening", f"O{n}", "1", price="1.00")
                              for n, day in enumerate(days)])  # fmt: skip
    course = Course(mine, master(), table)
    assert course.changes == (1, 3)
    assert [course.stage(at) for at in range(4)] == [0, 1, 1, 2]
    assert [course.policy("COLA", stage) for stage in range(3)] == [base, lot, plan]
    assert course.every("COLA") == [base, lot, plan]
    assert course.every("SYRUP") == [base] * 3
    assert [(t.before, t.item, t.stage, t.old, t.new, t.change) for t in course.turns()] == [
        (1, "COLA", 1, base, lot, first), (3, "COLA", 2, lot, plan, second),
    ]  # fmt: skip
    assert (course.is_priced("COLA"), course.is_priced("SYRUP")) == (True, False)
    # a retrospective change wants its price from the last prospective one on
    assert [course.kind("COLA", stage) for stage in range(3)] == ["", "planned", "planned"]
    short = Course(mine, master(), MovementTable.of([row("2026-01-05", "opening", "O", "1",
                                                         price="1.00")]))  # fmt: skip
    assert (short.changes, list(short.turns())) == ((1, 1), [])
