"""Small books for the tests of posting: shipped rules, a few items, rows written in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from invledger.costing import Costed, cost
from invledger.model import (
    PRICE_DECIMALS,
    Booking,
    Company,
    CostPolicy,
    Item,
    Location,
    Master,
    MovementTable,
    Party,
    Period,
    Problem,
    Row,
    Voucher,
    parse_scaled,
)
from invledger.model.problem import Place
from invledger.posting import (
    Chart,
    ChartPack,
    Rule,
    Sources,
    TaxTable,
    Valued,
    YamlDocument,
    accounts_of,
    derive_vouchers,
    ranks_of,
    read_chart_pack,
    read_company,
    read_rule,
    read_tax,
    rules_of,
    value_rows,
)
from invledger.store.yamlfile import parse_yaml

ROOT = Path(__file__).resolve().parents[2]
MAIN = "Assets:Stock:SH:Main"
BACK = "Assets:Stock:SH:Back"
BEIJING = "Assets:Stock:BJ:Main"
INSPECTION = "Assets:Stock:SH:Inspection"
TRANSIT = "Assets:Stock:InTransit"
DISPATCHED = "Assets:Stock:Dispatched:C1"
SUBCONTRACT = "Assets:Stock:Subcontract:V2"
SUPPLIER, CUSTOMER = "Equity:Stock:Supplier", "Equity:Stock:Customer"
PRODUCTION, OPENING = "Equity:Stock:Production", "Equity:Stock:Opening"
SCRAP, COUNT, OTHER = "Equity:Stock:Scrap", "Equity:Stock:Count", "Equity:Stock:Other"
INVOICE, INVOICED = "Equity:Invoice:Open", "Equity:Invoice:Done"


def document(path: str, text: str) -> YamlDocument:
    """A YAML text as a document; it must be sound YAML."""
    data, marks, problems = parse_yaml(path, text.encode())
    assert problems == []
    return YamlDocument(path, data, marks)


def shipped(path: str) -> YamlDocument:
    """A file of the shipped rules."""
    return document(path, (ROOT / path).read_text(encoding="utf-8"))


@cache
def rules() -> dict[str, tuple[Rule, ...]]:
    """Every shipped rule, sound."""
    found: list[Rule] = []
    for path in sorted((ROOT / "rules/movements").glob("*.yaml")):
        made, problems = read_rule(shipped(path.relative_to(ROOT).as_posix()))
        assert problems == []
        found += made
    return rules_of(found)


@cache
def company() -> Company:
    """A general taxpayer under 企业会计准则: goods by moving average, raw material by FIFO."""
    made, problems = read_company(shipped("rules/company.yaml"))
    assert problems == []
    assert made is not None
    categories = dict(made.categories)
    goods = categories["goods"]
    categories["goods"] = replace(goods, cost=CostPolicy("moving-average"))
    categories["raw"] = replace(categories["raw"], cost=CostPolicy("fifo"))
    return replace(
        made, chart="cas", taxpayer="general", prices="net", categories=categories,
        default_cost=CostPolicy(), item_cost={}, grouping={}, cost_voucher="separate",
        revenue="at-delivery", invoice_difference="recost",
    )  # fmt: skip


@cache
def pack(name: str) -> ChartPack:
    made, problems = read_chart_pack(shipped(f"rules/charts/{name}.yaml"))
    assert problems == []
    assert made is not None
    return made


@cache
def tax() -> TaxTable:
    made, problems = read_tax(shipped("rules/tax.yaml"))
    assert problems == []
    return made


def chart(name: str = "cas", taxpayer: str = "general") -> Chart:
    return Chart.of(accounts_of(pack(name), taxpayer=taxpayer, opened="2026-01-01"))


def master(periods: Sequence[Period] = ()) -> Master:
    """Two items of stock, a product and a service; locations of every class; four parties."""
    items = [
        Item("COLA", "可乐", "瓶", 0, category="goods"),
        Item("SUGAR", "白糖", "公斤", 3, category="raw"),
        Item("SYRUP", "糖浆", "桶", 0, category="finished"),
        Item("WORK", "加工", "次", 0, category="services"),
    ]
    classes = {
        MAIN: "available", BACK: "available", BEIJING: "available", INSPECTION: "inspection",
        TRANSIT: "transit", DISPATCHED: "dispatched", SUBCONTRACT: "subcontract",
        SUPPLIER: "supplier", CUSTOMER: "customer", PRODUCTION: "production",
        OPENING: "opening", SCRAP: "scrap", COUNT: "count", OTHER: "other",
        INVOICE: "invoice", INVOICED: "invoice",
    }  # fmt: skip
    sites = {MAIN: "SH", BACK: "SH", INSPECTION: "SH", BEIJING: "BJ"}
    parties = [
        Party("V1", "华东电子"),
        Party("V2", "小作坊", meta={"taxpayer": "small-scale"}),
        Party("V3", "食堂", meta={"deductible": "no"}),
        Party("C1", "好邻居超市"),
    ]
    return Master(
        items={item.code: item for item in items},
        locations={a: Location(a, c, site=sites.get(a, "")) for a, c in classes.items()},
        parties={party.code: party for party in parties},
        periods=list(periods),
    )


ENDS = {
    "opening": (OPENING, MAIN),
    "purchase-receipt": (SUPPLIER, MAIN),
    "purchase-return": (MAIN, SUPPLIER),
    "purchase-invoice": (INVOICE, INVOICED),
    "purchase-credit": (INVOICE, INVOICED),
    "sale-delivery": (MAIN, CUSTOMER),
    "sale-return": (CUSTOMER, MAIN),
    "sale-invoice": (INVOICE, INVOICED),
    "sale-acceptance": (DISPATCHED, CUSTOMER),
    "transfer": (MAIN, BACK),
    "transfer-out": (MAIN, TRANSIT),
    "transfer-in": (TRANSIT, BEIJING),
    "scrap": (MAIN, SCRAP),
    "other-in": (OTHER, MAIN),
    "other-out": (MAIN, OTHER),
    "count-overage": (COUNT, MAIN),
    "count-shortage": (MAIN, COUNT),
    "production-issue": (MAIN, PRODUCTION),
    "production-handback": (PRODUCTION, MAIN),
    "production-receipt": (PRODUCTION, MAIN),
    "subcontract-issue": (MAIN, SUBCONTRACT),
    "status-change": (MAIN, INSPECTION),
}


def row(date: str, type_: str, id_: str, quantity: str = "0", **given: str) -> Row:
    """One line; `price`/`amount` as text, ends by the type unless `source`/`target` are given.

    `item` defaults to COLA, for value documents pass `item=""`; `line` to 1. What no column
    knows becomes metadata.
    """
    item = given.pop("item", "COLA")
    decimals = master().items[item].decimals if item else 0
    source, target = ENDS.get(type_, ("", ""))
    columns = {name: given.pop(name) for name in list(given) if name in Row._fields}
    if type_ not in ("other-in", "other-out", "scrap", "opening", "transfer"):
        columns.setdefault("party", "C1" if type_.startswith("sale") else "V1")
    price, amount = columns.pop("price", ""), columns.pop("amount", "")
    line = int(columns.pop("line", "1"))
    known = rules().get(type_)
    rank = int(columns.pop("rank", known[-1].rank if known else 50))
    values: dict[str, object] = dict.fromkeys(Row._fields, "")
    values |= {"source": source if item else "", "target": target if item else "", **columns}
    values |= {
        "date": date, "rank": rank, "id": id_, "line": line, "type": type_, "item": item,
        "quantity": parse_scaled(quantity, decimals),
        "price": parse_scaled(price, PRICE_DECIMALS) if price else None,
        "amount": parse_scaled(amount, 2) if amount else None,
        "currency": "CNY" if price or amount else "",
        "meta": tuple((key.replace("_", "-"), value) for key, value in given.items()),
        "path": f"ledgers/movements/{date}.beancount", "lineno": 3,
    }  # fmt: skip
    return Row(**values)  # type: ignore[arg-type]  # made by name


class Books(NamedTuple):
    """A derivation with what it came from."""

    sources: Sources
    valued: Valued
    costed: Costed
    vouchers: dict[str, Voucher]
    problems: list[Problem]

    def lines(self, identity: str) -> list[tuple[str, str]]:
        """`(account without root and title, amount)` of a voucher; `R` marks red lines."""
        return [
            (code_of(p.account), f"{p.amount / 100:.2f}{'R' if p.red else ''}")
            for p in self.vouchers[identity].postings
        ]

    def codes(self) -> list[str]:
        return [found.code for found in self.problems]

    def balance(self, start: str) -> int:
        """Balance in minor units of all accounts whose code, or name, begins so."""
        return sum(
            p.amount
            for v in self.vouchers.values()
            for p in v.postings
            if code_of(p.account).startswith(start)
        )


def code_of(account: str) -> str:
    """`Assets:1405-库存商品` as `1405`, sub-accounts with their titles: `2202:暂估`."""
    root, *rest = account.split(":")
    assert root
    return ":".join([rest[0].split("-")[0], *rest[1:]])


def sources_of(
    rows: Sequence[Row], mine: Company | None = None, periods: Sequence[Period] = ()
) -> Sources:
    mine = mine or company()
    ordered = sorted(rows, key=lambda r: (r.date, r.rank, r.time or "~", r.id, r.line))
    return Sources(
        company=mine, master=master(periods), rules=rules(),
        chart=chart(mine.chart, mine.taxpayer), tax=tax(), table=MovementTable.of(ordered),
        money=[], posted=[], register=list[Booking](), problems=[],
    )  # fmt: skip


def derive(sources: Sources) -> Books:
    valued = value_rows(sources)
    policies = {
        code: sources.company.cost_policy(code, item.category)
        for code, item in sources.master.items.items()
    }
    costed = cost(valued.lines, policies, setting=valued.setting)
    vouchers, problems = derive_vouchers(sources, valued, costed)
    assert all(sum(p.amount for p in v.postings) == 0 for v in vouchers)
    return Books(
        sources, valued, costed, {v.identity: v for v in vouchers}, valued.problems + problems
    )


def books(*rows: Row, mine: Company | None = None, periods: Sequence[Period] = ()) -> Books:
    """Value, cost and post the rows."""
    return derive(sources_of(rows, mine, periods))


def closed(period: str, date: str) -> Period:
    return Period(period, "closed", date, Place("ledgers/periods.beancount", 1))


assert set(ranks_of(rules())) >= set(ENDS)
