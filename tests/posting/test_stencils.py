"""Stencils: which rows are of a kind that has one, and that it prints what the plain path does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.costing.interface import Costed, Kind
from invledger.ledger import print_voucher
from invledger.model import (
    Booking,
    Company,
    CostPolicy,
    Location,
    MovementTable,
    Period,
    Price,
    Row,
    line_amount,
)
from invledger.model.problem import NOWHERE, Place
from invledger.posting import Rate, RuleLine, Sources, TaxTable, derive_vouchers, value_rows
from invledger.posting.methods import CLOSING
from invledger.posting.plain_company import is_plain_company, item_class
from invledger.posting.stencil import Stencils
from invledger.posting.stencil_form import Like, Stencil
from tests.posting.small import (
    BEIJING,
    COUNT,
    DISPATCHED,
    ENDS,
    MAIN,
    SUPPLIER,
    TRANSIT,
    company,
    row,
    rules,
    sources_of,
)

METHODS = frozenset({"fifo", "moving-average", "periodic-average"})


def kept(method: str, pool: str = "company") -> Company:
    """All goods by one method and pool."""
    cost = CostPolicy(method, pool)
    categories = {name: replace(one, cost=cost) for name, one in company().categories.items()}
    return replace(company(), categories=categories, default_cost=cost)


def plain(mine: Company | None = None, rows: tuple[Row, ...] = ()) -> Sources:
    sources = sources_of(rows, mine or kept("fifo"))
    for code in ("V2", "V3"):  # they have tax rates of their own
        del sources.master.parties[code]
    return sources


def like_of(type_: str, item: str = "COLA", *, price: bool = False, party: bool = True) -> Like:
    source, target = ENDS[type_]
    return Like(type_, source, target, item, price, party, "x" if type_ == "scrap" else "")


def learned(type_: str, mine: Company | None = None, *, price: bool = False) -> Stencil | None:
    return Stencils(plain(mine), "2026-01-01").of(like_of(type_, price=price))


@pytest.mark.req("TE-02")
@pytest.mark.parametrize(
    ("type_", "price", "kind", "source", "target", "count"),
    [
        ("opening", True, Kind.RECEIVE, None, "", 1),
        ("purchase-receipt", True, Kind.RECEIVE, None, "", 1),
        ("count-overage", True, Kind.RECEIVE, None, "", 1),
        ("sale-delivery", False, Kind.ISSUE, "", None, 1),
        ("scrap", False, Kind.ISSUE, "", None, 1),
        ("count-shortage", False, Kind.ISSUE, "", None, 1),
        ("transfer", False, Kind.SKIP, "", "", 0),
        ("status-change", False, Kind.SKIP, "", "", 0),
        ("transfer-out", False, Kind.MOVE, "", f"@{TRANSIT}", 0),
        ("transfer-in", False, Kind.MOVE, f"@{TRANSIT}", "", 0),
    ],
)
def test_plain_rows_have_stencils(
    type_: str, price: bool, kind: Kind, source: str | None, *, target: str | None, count: int
) -> None:
    """From outside at a price, out at cost, and about inside the company."""
    found = learned(type_, price=price)
    assert found is not None
    assert (found.kind, found.source, found.target) == (kind, source, target)
    assert found.is_valued is (kind is Kind.RECEIVE)
    assert (len(found.vouchers), found.closing) == (count, ())
    assert found.like == like_of(type_, price=price)


@pytest.mark.parametrize(
    ("type_", "price"),
    [
        ("sale-delivery", True),  # its price bears VAT: another amount than its cost
        ("purchase-receipt", False),  # its price is asked for
        ("count-overage", False),  # at the pool's own cost, which no stencil knows
        ("purchase-return", False), ("sale-return", False), ("sale-acceptance", False),  # cite
        ("purchase-invoice", True), ("sale-invoice", True),  # are documents
        ("production-issue", False), ("production-receipt", False),  # name orders
        ("other-out", False),  # wants a reason
    ],
)  # fmt: skip
def test_other_rows_have_none(type_: str, price: bool) -> None:
    assert learned(type_, price=price) is None


@pytest.mark.parametrize("pool", ["site", "location"])
def test_pools_are_named_by_what_follows_the_item(pool: str) -> None:
    stencils = Stencils(plain(kept("moving-average", pool)), "2026-01-01")
    found = stencils.of(Like("transfer", MAIN, BEIJING, "COLA", False, False, ""))
    assert found is not None
    here, there = ("@SH", "@BJ") if pool == "site" else (f"@{MAIN}", f"@{BEIJING}")
    assert (found.kind, found.source, found.target) == (Kind.MOVE, here, there)
    assert stencils.of(found.like) is found


def texts_of(sources: Sources, one: Row, cost: int) -> list[str]:
    """What the plain path makes of a row that costs so much."""
    sources = replace(sources, table=MovementTable.of([one]), problems=[])
    valued = value_rows(sources)
    assert valued.problems == []
    vouchers, problems = derive_vouchers(sources, valued, Costed([cost], {}, [], {}, {}, []))
    assert problems == []
    decimals = sources.company.currency_decimals
    return [
        print_voucher(one, decimals)
        for one in vouchers
        if not one.identity.endswith(f"/{CLOSING}")
    ]


@pytest.mark.req("TE-02")
@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("item", ["COLA", "SUGAR"])
@pytest.mark.parametrize(
    "type_", ["opening", "purchase-receipt", "count-overage", "sale-delivery", "scrap",
              "count-shortage", "transfer-out"],
)  # fmt: skip
def test_a_stencil_prints_what_the_plain_path_prints(type_: str, item: str, method: str) -> None:
    """Other figures, ids, dates, parties and payees than those that it was learned from."""
    sources = plain(kept(method, "site"))
    stencils = Stencils(sources, "2026-01-01")
    has_price = ENDS[type_][0].startswith("Equity:")
    needs_party = type_ in ("purchase-receipt", "sale-delivery")
    party = "C1" if type_.startswith("sale") else "V1"
    for number, (price, quantity, cost, payee) in enumerate((
        ("2.35", "10", 2350, ""), ("0.01", "1", 1, "某客户"), ("99999.99", "123", 98_765_432, "A"),
        ("0.00001", "1", 0, ""),
    )):  # fmt: skip
        for who in (party,) if needs_party else ("", party):
            one = row(
                f"2026-02-0{number + 1}", type_, f"SH1-{number}", quantity, item=item, party=who,
                payee=payee, price=price if has_price else "", reason="x" * (type_ == "scrap"),
            )  # fmt: skip
            found = stencils.of(like_of(type_, item, price=has_price, party=bool(who)))
            assert found is not None
            decimals = sources.master.items[item].decimals
            net = line_amount(one.quantity, decimals, one.price or 0, 2) if has_price else 0
            mine = net if found.is_valued else cost
            said = list(stencils.texts(found, one, net, mine))
            assert said == texts_of(sources, one, mine)


def test_a_stencil_by_hand() -> None:
    """10 @ 2.35 received: the accrual says to whom it is owed, the stock how much it is."""
    stencils = Stencils(plain(), "2026-01-01")
    found = stencils.of(like_of("purchase-receipt", price=True))
    assert found is not None
    one = row("2026-02-03", "purchase-receipt", "R1", "10", price="2.35")
    [text] = stencils.texts(found, one, 2350, 2350)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines == [
        '2026-02-03 * "华东电子" "采购入库 华东电子 R1" ^R1',
        'voucher: "purchase-receipt/R1/main"',
        "Assets:1405-库存商品 23.50 CNY",
        'item: "COLA"',
        "qty: 10",
        "Liabilities:2202-应付账款:暂估 -23.50 CNY",
        'party: "V1"',
    ]
    assert list(stencils.texts(found, one, 0, 0)) == []


def test_a_periodic_method_carries_cost_over_at_the_end() -> None:
    """The month's voucher has cost of sales and stock; the movement itself has none."""
    found = learned("sale-delivery", kept("periodic-average"))
    assert found is not None
    assert found.vouchers == ()
    said = [(x.account.split("-")[0], x.sign, x.amount, x.decimals) for x in found.closing]
    assert said == [("Expenses:6401", 1, "cost", -2), ("Assets:1405", -1, "cost", 0)]
    daily = kept("periodic-average")
    cost = replace(daily.default_cost, period="day")
    categories = {name: replace(one, cost=cost) for name, one in daily.categories.items()}
    daily = replace(daily, categories=categories)
    assert learned("sale-delivery", daily) is None


@pytest.mark.parametrize("change", [
    "grouping", "dated", "two versions", "no rule", "matches", "cites required", "value",
    "no account", "dimension", "twins", "unbalanced",
])  # fmt: skip
def test_rules_that_are_not_plain_have_none(change: str) -> None:
    sources = plain()
    rule = rules()["scrap"][0]
    first, second = rule.lines
    changed = {
        "dated": (replace(rule, valid_from="2026-01-01"),),
        "two versions": (rule, rule),
        "no rule": (),
        "cites required": (replace(rule, cites=("opening",), cites_required=True),),
        "value": (replace(rule, ledger="value"),),
        "matches": (replace(rule, lines=(*rule.lines, RuleLine("debit", "payable", "matched"))),),
        "no account": (replace(rule, lines=(replace(first, role="nobody"), second)),),
        "dimension": (replace(rule, lines=(replace(first, dimensions=("dept",)), second)),),
        "twins": (replace(rule, lines=(first, first, second, second)),),
        "unbalanced": (replace(rule, lines=(first, first, second)),),
    }
    if change == "grouping":
        sources.company = replace(sources.company, grouping={"scrap": "day"})
    else:
        sources.rules = {**rules(), "scrap": changed[change]}
    assert Stencils(sources, "2026-01-01").of(like_of("scrap")) is None
    assert Stencils(plain(), "2026-01-01").of(like_of("scrap")) is not None


def company_with(name: str, value: object) -> Company:
    return replace(kept("fifo"), **{name: value})  # type: ignore[arg-type]  # by name


COMPANY = {
    "taxpayer": "small-scale", "prices": "gross", "settlement": "material-only",
    "estimate": "standard", "order": "as-entered", "books": "management",
}  # fmt: skip
FREE: dict[str, object] = {
    "name": "乙", "name_en": "B", "registration": "1", "currency": "USD", "currency_decimals": 0,
    "chart": "sbe", "revenue": "at-invoice", "cost_voucher": "together",
    "grouping": {"scrap": "day"}, "book": "daily", "timezone": "UTC", "engine": "2",
    "invoice_difference": "expense", "management": {"method": "lifo"},
    "item_places": {"X": NOWHERE}, "place": Place("x"), "categories": {},
}  # fmt: skip


def test_what_a_company_may_say_and_what_it_may_not() -> None:
    sources = plain()
    assert is_plain_company(sources, METHODS)
    for name, value in COMPANY.items():
        sources.company = company_with(name, value)
        assert not is_plain_company(sources, METHODS), name
    for name, free in FREE.items():
        sources.company = company_with(name, free)
        assert is_plain_company(sources, METHODS), name


@pytest.mark.parametrize(
    ("policy", "is_plain"),
    [
        (CostPolicy("moving-average"), True), (CostPolicy("fifo", "location"), True),
        (CostPolicy("fifo", "lot"), False), (CostPolicy("standard"), False),
        (CostPolicy("fifo", negative="provisional"), False),
        (CostPolicy("fifo", stated_issue="cost"), False),
        (CostPolicy("periodic-average", unit_decimals=2), False),
    ],
)  # fmt: skip
def test_policies_of_company_category_and_item_must_be_usual(
    policy: CostPolicy, is_plain: bool
) -> None:
    mine = kept("fifo")
    goods = replace(mine.categories["goods"], cost=policy)
    says = {"method": policy.method, "pool": policy.pool, "negative": policy.negative,
            "stated_issue": policy.stated_issue,
            "unit_decimals": policy.unit_decimals}  # fmt: skip
    for changed in (
        replace(mine, default_cost=policy),
        replace(mine, categories={**mine.categories, "goods": goods}),
        replace(mine, item_cost={"X": says}),
    ):
        assert is_plain_company(plain(changed), METHODS) is is_plain


@pytest.mark.parametrize("what", ["period", "price", "booking", "taxpayer", "deductible", "tax"])
def test_master_data_that_is_not_plain(what: str) -> None:
    sources = plain()
    if what == "period":
        sources.master.periods.append(Period("2026-01", "closed", "2026-02-05", NOWHERE))
    elif what == "price":
        price = Price("2026-01-01", "COLA", 1, "CNY", NOWHERE)
        sources = replace(sources, master=replace(sources.master, prices=[price]))
    elif what == "booking":
        sources.register.append(Booking("2026-01", "记", 1, "x", "0", "2026-01-05", "A", "B", "C"))
    elif what == "tax":  # deductible today, not tomorrow
        more = Rate("standard", "general", "2026-06-01", 1300, deductible=False)
        sources.tax = TaxTable((*sources.tax.rates, more))
    else:
        party = sources.master.parties["V1"]
        sources.master.parties["V1"] = replace(party, meta={what: "no"})
    assert not is_plain_company(sources, METHODS)
    elsewhere = Rate("standard", "small-scale", "2026-06-01", 300, deductible=False)
    steady = plain()
    steady.tax = TaxTable((*steady.tax.rates, elsewhere))
    assert is_plain_company(steady, METHODS)


def test_an_item_stands_for_its_class() -> None:
    mine = kept("fifo", "site")
    item = replace(plain().master.items["SUGAR"], tax="reduced")
    assert item_class(mine, item) == ("raw", 3, "reduced", CostPolicy("fifo", "site"))


def test_a_word_of_its_own_and_goods_in_a_foreign_place() -> None:
    """A rule's word stands in its vouchers; dispatched goods are another account."""
    sources = plain()
    rule = replace(rules()["scrap"][0], word="转", summary="{title-en} {date} {id} {party}")
    sources.rules = {**rules(), "scrap": (rule,)}
    stencils = Stencils(sources, "2026-01-01")
    for party in ("", "V1"):
        found = stencils.of(like_of("scrap", party=bool(party)))
        assert found is not None
        one = row("2026-02-03", "scrap", "S1", "4", reason="x", party=party)
        said = list(stencils.texts(found, one, 0, 940))
        assert said == texts_of(sources, one, 940)
        assert '  word: "转"\n' in said[0]
    sources.master.locations[COUNT] = Location(COUNT, "count")
    away = stencils.of(Like("opening", ENDS["opening"][0], DISPATCHED, "COLA", True, False, ""))
    assert away is not None
    assert away.target == f"@{DISPATCHED}"
    assert "1406" in away.vouchers[0].lines[0].account
    assert stencils.of(Like("purchase-receipt", SUPPLIER, MAIN, "COLA", True, False, "")) is None


@pytest.mark.parametrize("change", ["no account", "dimension", "value", "cost beside"])
def test_what_is_carried_over_must_be_cost_by_item(change: str) -> None:
    """Under a periodic method the lines of the period's end are no text to compare."""
    sources = plain(kept("periodic-average"))
    rule = rules()["scrap"][0]
    first, second = rule.lines
    changed = {
        "no account": (replace(first, role="nobody"), second),
        "dimension": (replace(first, dimensions=("party",)), second),
        "value": (first, second, replace(first, amount="value", closing=True)),
        "cost beside": (first, first, second),
    }
    sources.rules = {**rules(), "scrap": (replace(rule, lines=changed[change]),)}
    assert Stencils(sources, "2026-01-01").of(like_of("scrap")) is None
    assert learned("scrap", kept("periodic-average")) is not None


def test_a_line_that_notes_its_quantity_stands_beside_one_that_does_not() -> None:
    sources = plain()
    rule = rules()["scrap"][0]
    first, second = rule.lines
    noted = replace(first, quantity=True)
    sources.rules = {**rules(), "scrap": (replace(rule, lines=(first, noted, second, second)),)}
    assert Stencils(sources, "2026-01-01").of(like_of("scrap")) is None  # the same line twice
    other = replace(second, role="other-income", quantity=False)
    sources.rules = {**rules(), "scrap": (replace(rule, lines=(first, noted, second, other)),)}
    stencils = Stencils(sources, "2026-01-01")
    found = stencils.of(like_of("scrap"))
    assert found is not None
    one = row("2026-02-03", "scrap", "S1", "4", reason="x", party="V1")
    assert list(stencils.texts(found, one, 0, 940)) == texts_of(sources, one, 940)
