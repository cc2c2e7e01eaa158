"""The records of a company's books, as frozen values. Amounts and quantities are integers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from invledger.model.problem import NOWHERE, Place

if TYPE_CHECKING:
    from fractions import Fraction

Meta = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """A thing we keep. `code` is the commodity of the ledger, `sku` what people call it."""

    code: str
    name: str
    unit: str
    decimals: int
    name_en: str = ""
    category: str = ""
    sku: str = ""
    spec: str = ""
    tax: str = ""  # class of VAT rate in rules/tax.yaml; empty: the category's, else standard
    lot: bool = False  # every movement must name a lot
    expiry: bool = False  # every receipt must name an expiry date
    units: Mapping[str, Fraction] = field(default_factory=dict)  # other unit -> base units in one
    opened: str = ""
    meta: Meta = field(default_factory=dict)
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Location:
    """A place that holds stock, or a counterparty of stock (`Equity:Stock:…`).

    `class_` is what rules speak of: available, inspection, locked, rejected, transit, dispatched,
    subcontract (all ours and valued); supplier, customer, production, scrap, count, opening,
    other (counterparties); order, invoice (documents, no stock).
    """

    account: str
    class_: str
    site: str = ""
    name: str = ""
    name_en: str = ""
    opened: str = ""
    meta: Meta = field(default_factory=dict)
    place: Place = NOWHERE

    @property
    def is_ours(self) -> bool:
        return self.account.startswith("Assets:")


@dataclass(frozen=True, slots=True)
class Party:
    """A supplier, customer, carrier, bank …"""

    code: str
    name: str
    name_en: str = ""
    meta: Meta = field(default_factory=dict)
    place: Place = NOWHERE


class RoleClaim(NamedTuple):
    """An account's claim to a role, perhaps only for a category, site or party (design, 2)."""

    role: str
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the money ledger. `direction` is `debit` or `credit`: its usual side."""

    name: str
    code: str
    title: str
    title_en: str = ""
    direction: str = "debit"
    roles: tuple[RoleClaim, ...] = ()
    opened: str = ""
    closed: str = ""
    place: Place = NOWHERE


class Price(NamedTuple):
    """A dated price of a currency or item: exchange rate, standard price, net realisable value."""

    date: str
    commodity: str
    price: int  # of PRICE_DECIMALS
    currency: str
    place: Place
    kind: str = ""  # standard, planned, retail, nrv, estimate; '' is information only


class DatedSetting(NamedTuple):
    """A dated change: `custom "set" <thing> "<key>" "<value>"`."""

    date: str
    thing: str  # e.g. "item SKU-1", "party V0001", "location Assets:Stock:SH"
    key: str
    value: str
    place: Place


class Period(NamedTuple):
    """State of a period `YYYY-MM` as `periods.beancount` says: `closed` or `open`.

    `seal`: what the entry says beside that, such as digests of what was closed.
    """

    period: str
    state: str
    date: str
    place: Place
    seal: tuple[tuple[str, str], ...] = ()


class Posting(NamedTuple):
    """One line of a voucher: minor units, debit positive; `red` turns the side round."""

    account: str
    amount: int
    currency: str
    red: bool = False
    meta: tuple[tuple[str, str], ...] = ()  # item, qty, party and other dimensions, in print order

    @property
    def debit(self) -> int:
        return self.amount if (self.amount > 0) is not self.red and self.amount else 0

    @property
    def credit(self) -> int:
        return -self.amount if (self.amount < 0) is not self.red and self.amount else 0


class Voucher(NamedTuple):
    """A balanced set of postings. `identity` is rule / group key / aspect; no number in it.

    Hand-written transactions of `ledgers/money` are vouchers too: their identity is
    `<type or manual>/<id>/main` and `derived` is False.
    """

    date: str
    identity: str
    payee: str
    narration: str
    postings: tuple[Posting, ...]
    links: tuple[str, ...] = ()
    word: str = "记"
    meta: tuple[tuple[str, str], ...] = ()
    derived: bool = True
    place: Place = NOWHERE


class Booking(NamedTuple):
    """One entry of the register: a voucher booked under a word and number in a period."""

    period: str  # YYYY-MM
    word: str
    number: int
    identity: str
    digest: str  # sha256 of the voucher's canonical text
    date: str  # of the voucher
    prepared: str
    reviewed: str
    booked: str
    place: Place = NOWHERE
