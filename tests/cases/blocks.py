"""What a case's movements look like in the books: the text that a keeper or accountant writes.

One function a type of movement; `TYPES` names them. A movement of a case is one entry of ours,
save where we have a document of its own for a part of it (other inputs of a production run are a
production-cost document; a bill that differs is the whole bill).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
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

    def blocks(self, until: int) -> Iterator[Block]:
        """All entries up to the movement `until`, in the order in which they were entered."""
        for movement in self.case.movements:
            yield from TYPES[movement.type](self, movement)
            if movement.n == until:
                return

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
        return text if key in {"amount", "line"} else f'"{text}"'

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


def _purchase_receipt(w: Writer, m: Movement) -> Iterator[Block]:
    if m.note == OPENING:
        yield w.movement(replace(m, come="OPENING"), "opening", {}, price=True)
        return
    yield w.movement(m, "purchase-receipt", {"party": SUPPLIER}, price=True)


def _sale_delivery(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "sale-delivery", {"party": CUSTOMER, **_issue(w, m)})


def _issue(w: Writer, m: Movement) -> dict[str, str]:
    """What an issue may say of its cost: the receipts it takes, or what it costs."""
    facts = {"pick": w.refs(m.pick)}
    if m.unit_cost is not None and w.case.policy.get("issue_at_stated_cost"):
        facts["unit-cost"] = plain(m.unit_cost / w.case.factor(m), 2)
    return facts


def _scrap(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "scrap", {"reason": "spoilt", **_issue(w, m)})


def _count_loss(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "count-shortage", _issue(w, m))


def _count_gain(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "count-overage", {}, price=True)


def _purchase_return(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "purchase-return", {"party": SUPPLIER, "ref": w.refs(m.pick or m.refs)})


def _sale_return(w: Writer, m: Movement) -> Iterator[Block]:
    if m.refs:
        yield w.movement(m, "sale-return", {"party": CUSTOMER, "ref": w.refs(m.refs)})
    else:  # goods that nobody can tie to a delivery come in at a stated cost
        facts = {"reason": "returned", "party": CUSTOMER}
        yield w.movement(replace(m, come="OTHER"), "other-in", facts, price=True)


def _transfer(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "transfer", _issue(w, m))


def _production_issue(w: Writer, m: Movement) -> Iterator[Block]:
    yield w.movement(m, "production-issue", {"order": w.orders[m.n], **_issue(w, m)})


def _production_receipt(w: Writer, m: Movement) -> Iterator[Block]:
    """Product out of an order with its other inputs; or material that comes back from it."""
    order = w.orders[m.n]
    issues = [w.by_number[n] for n in m.refs if w.by_number[n].type == "production-issue"]
    if issues and issues[0].item == m.item:
        facts = {"ref": w.refs((issues[0].n,)), "order": w.taken_apart(m, issues[0])}
        yield w.movement(m, "production-handback", facts)
        return
    inputs = w.case.value(m)
    if inputs is not None:
        facts = {"order": order, "reason": "overhead"}
        yield w.document(m, "production-cost", facts, w.money(inputs), part=1)
    facts = {"order": order}
    if m.share is not None:
        facts["share"] = plain(m.share)
    yield w.movement(m, "production-receipt", facts)


def _landed_cost(w: Writer, m: Movement) -> Iterator[Block]:
    basis = m.basis or str(w.case.policy.get("landed_basis", "value"))
    facts = {"party": SUPPLIER, "ref": w.refs(m.refs), "basis": basis}
    amount = m.amount or Fraction()
    money = w.money(w.case.value(m) or Fraction())
    if m.currency and m.rate:
        money, facts["rate"] = f"{plain(amount, 2)} {m.currency}", plain(m.rate)
    if amount < 0:
        facts["reason"] = "credit"
    yield w.document(m, "landed-cost", facts, money)


def _price_difference(w: Writer, m: Movement) -> Iterator[Block]:
    """The bill over the whole receipt: its price is the receipt's and the difference."""
    receipt = w.by_number[m.refs[0]]
    difference = w.case.value(m) or Fraction()
    if receipt.type != "purchase-receipt" or _is_billed(w, m, receipt):
        facts = {"ref": w.refs(m.refs), "reason": "price"}
        yield w.document(m, "cost-adjustment", facts, w.money(difference))
        return
    quantity, code = plain(w.case.base_quantity(receipt)), commodity_of(receipt.item)
    total = difference + Fraction(rounded(w.case.value(receipt) or Fraction(), w.case.decimals))
    facts = {"party": SUPPLIER, "ref": w.refs(m.refs)}
    lines = [
        *w.head(m, "purchase-invoice", facts),
        f"  Equity:Invoice:Purchase  {quantity} {code}",
        f"    amount: {w.money(total)}",
        f"  Equity:Invoice:Supplier  -{quantity} {code}",
    ]
    yield Block(DOCUMENTS, m.date, "\n".join(lines) + "\n")


def _is_billed(w: Writer, m: Movement, receipt: Movement) -> bool:
    return any(
        other.n < m.n and other.type == m.type and other.refs == (receipt.n,)
        for other in w.case.movements
    )


def _revaluation(w: Writer, m: Movement) -> Iterator[Block]:
    facts = {"item": commodity_of(m.item), "reason": "revaluation"}
    if w.case.method == "standard" and m.unit_cost is not None:
        yield w.document(m, "standard-cost-change", {"item": facts["item"]})
        return
    facts["ref"] = w.refs(m.refs)
    facts["lot"] = m.lot
    where = m.go or m.come
    if where and where not in COUNTERPARTIES:
        facts["location"] = account_of(where)
    if m.unit_cost is not None:
        facts["unit-cost"] = plain(m.unit_cost, 2)
        yield w.document(m, "revaluation", facts)
    else:
        yield w.document(m, "revaluation", facts, w.money(w.case.value(m) or Fraction()))


def _write_down(w: Writer, m: Movement) -> Iterator[Block]:
    facts = {"item": commodity_of(m.item), "reason": "nrv"}
    yield w.document(m, "write-down", facts, w.money(w.case.value(m) or Fraction()))


TYPES: Mapping[str, Callable[[Writer, Movement], Iterator[Block]]] = {
    "purchase-receipt": _purchase_receipt,
    "sale-delivery": _sale_delivery,
    "scrap": _scrap,
    "count-loss": _count_loss,
    "count-gain": _count_gain,
    "purchase-return": _purchase_return,
    "sale-return": _sale_return,
    "transfer": _transfer,
    "production-issue": _production_issue,
    "production-receipt": _production_receipt,
    "landed-cost": _landed_cost,
    "invoice-price-difference": _price_difference,
    "revaluation": _revaluation,
    "write-down": _write_down,
}
