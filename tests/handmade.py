"""Small books made by hand, without files: for tests of reports and checks.

Items, places and accounts of one company; movements are given as keyword arguments. Quantities
are integers of the item's decimals, values minor units, as everywhere in the pure rooms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from invledger.costing import CostLine, Kind, Setting, cost
from invledger.model import (
    Account,
    Booking,
    Category,
    Company,
    CostPolicy,
    Item,
    Location,
    Master,
    MovementTable,
    Period,
    Posting,
    RoleClaim,
    Row,
    Voucher,
)
from invledger.posting.chart import Chart
from invledger.posting.sources import Derivation, Sources, Valued
from invledger.posting.tax import TaxTable

MAIN, SHOP, BJ = "Assets:Stock:SH:Main", "Assets:Stock:SH:Shop", "Assets:Stock:BJ:Main"
SUPPLIER, CUSTOMER = "Equity:Stock:Supplier", "Equity:Stock:Customer"
PRODUCTION, COUNT = "Equity:Stock:Production", "Equity:Stock:Count"
OPENING, SCRAP = "Equity:Stock:Opening", "Equity:Stock:Scrap"
GOODS, MATERIALS = "Assets:1405-库存商品", "Assets:1403-原材料"
PAYABLE = "Liabilities:2202-应付账款"
ACCRUAL = "Liabilities:2202-应付账款:暂估"
COGS = "Expenses:6401-主营业务成本"
CASH = "Assets:1001-库存现金"
CAPITAL = "Equity:4001-实收资本"

_CLASSES = {
    SUPPLIER: "supplier",
    CUSTOMER: "customer",
    PRODUCTION: "production",
    COUNT: "count",
    OPENING: "opening",
    SCRAP: "scrap",
}


@dataclass
class Books:
    """A company under construction; `sources` and `derivation` close it."""

    policy: CostPolicy = field(default_factory=lambda: CostPolicy("fifo"))
    items: dict[str, Item] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    lines: list[CostLine] = field(default_factory=list)
    amounts: list[Mapping[str, int]] = field(default_factory=list)
    money: list[Voucher] = field(default_factory=list)
    posted: list[Voucher] = field(default_factory=list)
    derived: list[Voucher] | None = None  # None: what is posted
    register: list[Booking] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    setting: Setting = field(default_factory=Setting)

    def item(self, code: str, **more: object) -> None:
        facts: dict[str, object] = {"name": code, "unit": "PCS", "decimals": 0, **more}
        self.items[code] = Item(code=code, **facts)  # type: ignore[arg-type]  # words by name

    def move(
        self,
        date: str,
        id_: str,
        quantity: int,
        source: str,
        target: str,
        *,
        kind: Kind,
        item: str = "A",
        type_: str = "",
        line: int = 1,
        value: int | None = None,
        cites: int = -1,
        pools: tuple[str, str] | None = None,
        amounts: Mapping[str, int] | None = None,
        **more: object,
    ) -> int:
        """Enter one line; gives its index. Its pools are the item's, company-wide."""
        words: dict[str, object] = dict.fromkeys(Row._fields, "")
        words |= {"rank": 0, "line": line, "price": None, "amount": None, "meta": ()}
        words |= {"path": "ledgers/movements/m.beancount", "lineno": 10 * len(self.rows) + 1}
        words |= {"date": date, "id": id_, "type": type_ or kind.name.lower(), "item": item}
        words |= {"quantity": quantity, "source": source, "target": target} | more
        self.rows.append(Row(**words))  # type: ignore[arg-type]  # words by name
        ours = (source.startswith("Assets:"), target.startswith("Assets:"))
        own = pools or (item if ours[0] else "", item if ours[1] else "")
        if kind in {Kind.SKIP, Kind.REVALUE}:
            own = pools or ("", "")
        order = str(more.get("order", ""))
        self.lines.append(CostLine(kind, item, quantity, *own, value, cites, order))
        self.amounts.append(amounts or {})
        return len(self.rows) - 1

    def sources(self) -> Sources:
        master = Master(
            items=self.items
            or {"A": Item("A", "甲", "PCS", 0, name_en="Alpha", category="goods")},
            locations={
                **{
                    name: Location(name, "available", name.split(":")[2])
                    for name in (MAIN, SHOP, BJ)
                },
                **{name: Location(name, class_) for name, class_ in _CLASSES.items()},
            },
            accounts={account.name: account for account in ACCOUNTS},
            periods=self.periods,
        )
        return Sources(
            company=Company(
                "样例",
                default_cost=self.policy,
                categories={"goods": Category("goods", "商品", "Goods", self.policy)},
            ),
            master=master,
            rules={},
            chart=Chart.of(ACCOUNTS),
            tax=TaxTable(),
            table=MovementTable.of(self.rows),
            money=self.money,
            posted=self.posted,
            register=self.register,
            problems=[],
        )

    def derivation(self) -> Derivation:
        policies = dict.fromkeys(self.items or ("A",), self.policy)
        costed = cost(self.lines, policies, setting=self.setting)
        derived = self.posted if self.derived is None else self.derived
        valued = Valued(self.lines, self.amounts, [], setting=self.setting)
        return Derivation(valued, costed, list(derived))

    def closed(self) -> tuple[Sources, Derivation]:
        return self.sources(), self.derivation()


def account(name: str, direction: str, *roles: str) -> Account:
    code, _, title = name.rpartition(":")[2].partition("-")
    claims = tuple(RoleClaim(role) for role in roles)
    return Account(name, code if code.isdigit() else "", title or code, "", direction, claims)


ACCOUNTS: Iterable[Account] = (
    account(CASH, "debit"),
    account(GOODS, "debit", "inventory"),
    account(PAYABLE, "credit"),
    account(ACCRUAL, "credit"),
    account("Liabilities:2221-应交税费", "credit"),
    account("Liabilities:222101-应交增值税", "credit"),
    account("Liabilities:22210101-进项税额", "debit"),
    account(CAPITAL, "credit"),
    account(COGS, "debit"),
)


def voucher(
    date: str, identity: str, *lines: tuple[str, int] | Posting, **more: object
) -> Voucher:
    """A voucher from (account, minor units) pairs or postings, in CNY."""
    postings = tuple(
        line if isinstance(line, Posting) else Posting(line[0], line[1], "CNY") for line in lines
    )
    made = Voucher(date, identity, "", identity, postings)
    return made._replace(**more)  # type: ignore[arg-type]  # words by name


def of_item(name: str, amount: int, item: str = "A", *, red: bool = False) -> Posting:
    """An inventory posting: account, minor units, item."""
    return Posting(name, amount, "CNY", red, (("item", item),))
