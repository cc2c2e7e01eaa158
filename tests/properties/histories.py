"""Random histories of a company: movements and documents of every type, under any policies.

What leaves is mostly there, what cites mostly cites what fits; the rest is for the Problems. A
history is a function of its seed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from invledger.model import Company, CostPolicy, Period, Price, Row
from invledger.model.problem import Place
from invledger.posting import Sources
from tests.posting.small import (
    BACK,
    BEIJING,
    INSPECTION,
    MAIN,
    closed,
    company,
    row,
    sources_of,
)

PERPETUAL = ("fifo", "moving-average", "lifo", "specific", "standard")
PERIODIC = ("periodic-average", "periodic-lifo", "planned", "retail")
HOMES = (MAIN, BACK, BEIJING, INSPECTION)
ITEMS = {"COLA": 1, "SUGAR": 1000, "SYRUP": 1}
KINDS = {"standard": "standard", "planned": "planned", "retail": "retail"}
TREATS = ("recost", "remaining-share", "on-hand-share", "expense")
_PLACE = Place("ledgers/prices.beancount", 1)


def policy(random: Random, methods: tuple[str, ...]) -> CostPolicy:
    """Any cost policy."""
    method = random.choice(methods)
    pools = ("lot", "lot+site") if method == "specific" else (
        "company", "company", "site", "location", "lot", "lot+site",
    )  # fmt: skip
    return CostPolicy(
        method,
        random.choice(pools),
        random.choice(("refuse", "refuse", "provisional")),
        estimate=random.choice(("last-used", "last-receipt", "zero")),
        true_up=random.choice(("shortage", "balance")),
        purchase_return=random.choice(("receipt-cost", "method")),
        landed_cost=random.choice(TREATS),
        invoice_difference=random.choice(("", *TREATS)),
        unit_decimals=random.choice((None, None, 2, 4)),
        rate=random.choice(("period", "opening")),
        rate_decimals=random.choice((None, 4)),
        ending=random.choice(("rest", "rate")),
        receipts_first=method == "periodic-lifo" and random.random() < 0.5,
    )


def any_company(random: Random, methods: tuple[str, ...]) -> Company:
    """The company of the small books under random policies."""
    categories = {
        name: replace(known, cost=policy(random, methods))
        for name, known in company().categories.items()
    }
    return replace(
        company(), categories=categories, default_cost=policy(random, methods),
        books="management",
        taxpayer=random.choice(("general", "general", "small-scale", "none")),
        prices=random.choice(("net", "net", "gross")),
        revenue=random.choice(("at-delivery", "at-delivery", "at-acceptance")),
        cost_voucher=random.choice(("separate", "together")),
        invoice_difference=random.choice(TREATS),
        settlement=random.choice(("at-completion", "equivalent-units", "material-only")),
        estimate=random.choice(("", "", "standard", "last-cost")),
        grouping={"sale-delivery": random.choice(("document", "day", "period"))},
    )  # fmt: skip


def is_red(found: Row) -> bool:
    """Whether a row reverses another."""
    return any(key == "reverses" for key, _ in found.meta)


class History:
    """One history as it grows; `have` is what lies where, by item, location and lot."""

    def __init__(self, random: Random, methods: tuple[str, ...] = PERPETUAL) -> None:
        self.random = random
        self.company = any_company(random, methods)
        self.rows: list[Row] = []
        self.day = date(2026, 1, 1)
        self.have: dict[tuple[str, str, str], int] = defaultdict(int)
        self.closed = [closed("2026-01", "2026-02-03")] if random.random() < 0.4 else []
        self.count = 0
        self.orders: dict[str, int] = {}
        self.known_prices = self.prices()

    def sources(self, steps: int, happenings: Mapping[Happening, int]) -> Sources:
        """The sources of a history of so many steps, each one of the happenings by weight."""
        for _ in range(steps):
            self.day += timedelta(days=self.random.choice((0, 1, 1, 2, 3)))
            self.random.choices(list(happenings), list(happenings.values()))[0](self)
        self.rows = [r._replace(lineno=n) for n, r in enumerate(self.rows, 1)]
        return self.again(frozenset())

    def again(self, without: frozenset[int]) -> Sources:
        """The sources without the movements of some lines (`Row.lineno`)."""
        periods: list[Period] = self.closed
        gone = {r.id for r in self.rows if r.lineno in without}
        rows = [r for r in self.rows if r.id not in gone]
        found = sources_of(rows, self.company, periods)
        found.master.prices = self.known_prices
        found.master.accounts = dict(found.chart.accounts)
        return found

    def prices(self) -> list[Price]:
        found = [Price("2026-01-01", "USD", 71_000_000_000, "CNY", _PLACE)]
        for item in ITEMS:
            for kind in ("standard", "planned", "retail", "estimate"):
                price = self.random.randrange(1, 4000) * 10**8
                found.append(Price("2026-01-01", item, price, "CNY", _PLACE, kind))
        return found

    def id(self) -> str:
        self.count += 1
        return f"A{self.count:03d}"

    def lot(self) -> str:
        return self.random.choice(("L1", "L2"))

    def quantity(self, item: str, most: int) -> int:
        whole = self.random.random() < 0.7
        if not whole or most < ITEMS[item]:
            return self.random.randint(1, max(most, 1))
        return max(self.random.randint(1, most // ITEMS[item]), 1) * ITEMS[item]

    def text(self, item: str, quantity: int) -> str:
        unit = ITEMS.get(item, 1)
        return f"{quantity / unit:.{3 if unit == 1000 else 0}f}"

    def price(self) -> dict[str, str]:
        kind = self.random.random()
        if kind < 0.1:
            return {"amount": f"{self.random.randrange(1, 50000) / 100:.2f}"}
        return {"price": f"{self.random.randrange(1, 10**self.random.randint(2, 6)) / 10**4:.4f}"}

    def put(self, type_: str, item: str, quantity: int, lot: str, **given: str) -> Row:
        """Write a row down, and what it moves."""
        found = row(self.day.isoformat(), type_, self.id(), self.text(item, quantity), item=item,
                    lot=lot, **given)  # fmt: skip
        for place, sign in ((found.source, -1), (found.target, 1)):
            if place.startswith("Assets:Stock"):
                self.have[item, place, lot] += sign * quantity
        self.rows.append(found)
        return found

    def document(self, type_: str, amount: str = "", item: str = "", **given: str) -> Row:
        found = row(self.day.isoformat(), type_, self.id(), item="", amount=amount, **given)
        if item:
            found = found._replace(meta=(*found.meta, ("item", item)))
        self.rows.append(found)
        return found

    def of(self, *types: str) -> list[Row]:
        return [r for r in self.rows if r.type in types and not is_red(r)]

    def any_of(self, *types: str) -> Row | None:
        found = self.of(*types)
        return self.random.choice(found) if found else None

    def stock(self, *homes: str) -> tuple[str, str, str, int] | None:
        """Some goods that lie in one of the places."""
        found = [(*key, n) for key, n in self.have.items() if n > 0 and key[1] in homes]
        return self.random.choice(found) if found else None

    def money(self, most: int = 20000, least: int = 1) -> str:
        return f"{self.random.randint(least, most) / 100:.2f}"


Happening = Callable[[History], None]
