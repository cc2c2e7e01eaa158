"""Writes entries of a case's books: ids, orders, amounts, the text of movements and documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from invledger.ledger import account_component_of, commodity_of
from tests.cases.numbers import DECIMALS_MAX, decimals_of, plain, rounded
from tests.cases.reading import Case, Movement

DEVICE = "K"
SUPPLIER, CUSTOMER = "V0001", "C0001"
#: where goods come from and go to, by type, where a case says nothing finer
COUNTERPARTIES = {
    "SUPPLIER": "Equity:Stock:Supplier",
    "CUSTOMER": "Equity:Stock:Customer",
    "PRODUCTION": "Equity:Stock:Production",
    "SCRAP": "Equity:Stock:Scrap",
    "ADJUSTMENT": "Equity:Stock:Count",
    "OTHER": "Equity:Stock:Other",
    "OPENING": "Equity:Stock:Opening",
}
OPENING = "opening balance"  # the note of a receipt that is what was there before
DOCUMENTS = "documents"
MOVEMENTS = "movements"


class Block(NamedTuple):
    """One entry: which folder and day it belongs to, and its text."""

    folder: str
    date: str
    text: str


def account_of(where: str) -> str:
    """The account of a place: a counterparty, or one of our locations."""
    return COUNTERPARTIES.get(where) or f"Assets:Stock:{account_component_of(where)}"


def quoted(text: str) -> str:
    """A string as the ledgers write it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(slots=True)
class Writer:
    """Writes the movements of a case."""

    case: Case
    by_number: dict[int, Movement] = field(init=False)
    entered: dict[int, str] = field(init=False)
    orders: dict[int, str] = field(init=False)
    crowded: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        movements = self.case.movements
        self.by_number = {movement.n: movement for movement in movements}
        self.entered, latest = {}, ""
        for movement in movements:
            latest = max(latest, movement.date)
            self.entered[movement.n] = latest
        self.orders = work_orders(movements)
        dates = [movement.date for movement in movements]
        self.crowded = frozenset(date for date in dates if dates.count(date) > 1)

    def id(self, n: int, part: int = 0) -> str:
        """The id of a movement; of a document that goes before it where `part` is above 0."""
        day = self.entered[n][2:].replace("-", "")
        return f"{DEVICE}-{day}-{10 * n + 9 - part:04d}"

    def ids(self, n: int) -> set[str]:
        """Every id that a movement of the case may have in the books."""
        return {self.id(n, part) for part in range(10)}

    def money(self, exact: Fraction, decimals: int | None = None) -> str:
        """An amount in the company's currency, rounded to it."""
        places = self.case.decimals if decimals is None else decimals
        return f"{rounded(exact, places)} {self.case.currency}"

    def movement(
        self, m: Movement, type_: str, facts: Mapping[str, str], *, price: bool = False
    ) -> Block:
        """An entry of goods, at the price or amount that the movement states."""
        quantity, code = self.case.base_quantity(m), commodity_of(m.item)
        at, more = self.stated(m) if price else ("", {})
        notes = {"lot": m.lot, "entered": self.entered_as(m), **more}
        lines = [
            *self.head(m, type_, facts),
            f"  {account_of(m.go)}  {plain(quantity)} {code}{at}",
            *(f"    {key}: {self.quoted(key, text)}" for key, text in notes.items() if text),
            f"  {account_of(m.come)}  {plain(-quantity)} {code}{at}",
        ]
        return Block(MOVEMENTS, m.date, "\n".join(lines) + "\n")

    def head(self, m: Movement, type_: str, facts: Mapping[str, str]) -> Iterator[str]:
        yield f'{m.date} * "{m.type} {m.n}"'
        known = {"id": self.id(m.n), "type": type_, **self.common(m), **facts}
        for key, text in known.items():
            if text:
                yield f"  {key}: {self.quoted(key, text)}"

    def document(self, m: Movement, type_: str, facts: Mapping[str, str], money: str = "",
                 part: int = 0) -> Block:  # fmt: skip
        """A document of value without quantity."""
        lines = [f'{m.date} custom "{type_}" "{self.id(m.n, part)}"{money and " " + money}']
        for key, text in {**self.common(m), **facts}.items():
            if text:
                lines.append(f"  {key}: {self.quoted(key, text)}")
        return Block(DOCUMENTS, m.date, "\n".join(lines) + "\n")

    def common(self, m: Movement) -> dict[str, str]:
        """The order of several movements of a day is that of their numbers."""
        return {"rank": "500" if m.date in self.crowded else ""}

    def quoted(self, key: str, text: str) -> str:
        return text if key in {"amount", "line"} else quoted(text)

    def stated(self, m: Movement) -> tuple[str, dict[str, str]]:
        """The price per base unit, or the amount of the line where no price gives it exactly."""
        currency = m.currency or self.case.currency
        rate = {"rate": plain(m.rate)} if m.rate and m.currency else {}
        value = self.case.value(m)
        if value is None:
            return "", {}
        free = {"reason": "gift"} if value == 0 else {}
        if m.amount is None and m.unit_cost is not None:
            price = m.unit_cost / self.case.factor(m)
            if decimals_of(price, DECIMALS_MAX) is not None:
                return f" @ {plain(price, 2)} {currency}", {**rate, **free}
        if rate:
            foreign = value / (m.rate or 1)
            return "", {"amount": f"{plain(foreign, 2)} {currency}", **rate, **free}
        return "", {"amount": self.money(value), **free}

    def entered_as(self, m: Movement) -> str:
        """What was typed, where it was not the base unit."""
        if m.quantity is None or not m.uom or m.uom == self.case.base_unit:
            return ""
        return f"{plain(m.quantity)} {m.uom.upper()}"

    def taken_apart(self, m: Movement, issue: Movement) -> str:
        """The order that took apart what was made of the issue; empty for unused material."""
        made_in, made = self.orders[issue.n], set[str]()
        for other in self.case.movements:
            if other.n == m.n:
                break
            if other.type == "production-receipt" and self.orders[other.n] == made_in:
                made.add(other.item)
            elif other.type == "production-issue" and other.item in made - {m.item}:
                return self.orders[other.n]
        return ""

    def refs(self, numbers: tuple[int, ...]) -> str:
        return " ".join(self.id(n) for n in numbers)


def work_orders(movements: tuple[Movement, ...]) -> dict[int, str]:
    """The work order of each movement of production: what a receipt names belongs together."""
    first = {m.n: m.n for m in movements}

    def root(n: int) -> int:
        while first[n] != n:
            n = first[n]
        return n

    for m in movements:
        if m.type == "production-receipt":
            for n in m.refs:
                one, other = sorted((root(m.n), root(n)))
                first[other] = one
    return {m.n: f"WO-{root(m.n)}" for m in movements}
