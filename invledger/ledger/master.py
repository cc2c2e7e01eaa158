"""Master data: items, locations, parties, accounts, prices, periods and dated changes of them.

Problems: item-twice, sku-twice, code-strange, item-like-currency, item-incomplete,
item-decimals, units-unclear, location-twice, location-class, location-status, party-twice,
party-unclear, account-twice, account-direction, role-unclear, price-unclear, price-kind,
price-twice, price-zero, setting-unclear, setting-unknown, unit-fixed, period-unclear,
directive-ignored, and those of reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from invledger.ledger.blocks import Foreign, read_directives
from invledger.ledger.directive import Directive
from invledger.ledger.grammar import DIGITS_MAX
from invledger.ledger.names import is_like_currency, strange_in
from invledger.ledger.nearest import nearest_of
from invledger.ledger.prescan import scan_bytes
from invledger.ledger.shape import SILENT
from invledger.model import (
    PRICE_DECIMALS,
    Account,
    DatedSetting,
    Item,
    Location,
    Master,
    Party,
    Period,
    Place,
    Price,
    Problem,
    Refused,
    RoleClaim,
    Tree,
    parse_scaled,
    problem,
)

Findings = Iterator[Problem]

#: Decimals of an item's quantities; beyond that 10^15 units would not fit into 28 digits.
DECIMALS_MAX = 9
STATUSES = ("available", "inspection", "locked", "rejected")
_OWN_CLASSES = {"InTransit": "transit", "Dispatched": "dispatched", "Subcontract": "subcontract"}
_COUNTERPARTS = ("Supplier", "Customer", "Production", "Scrap", "Count", "Opening", "Other")
_PERIOD = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_RATIO = re.compile(r"([1-9][0-9]*)(?:/([1-9][0-9]*))?|(0\.[0-9]*[1-9]|[1-9][0-9]*\.[0-9]+)")

#: Kinds of price: what goods are kept at by method, net realisable value, estimated cost.
KINDS = ("standard", "planned", "retail", "nrv", "estimate")
#: Of these, those that goods are kept at.
KEPT = KINDS[:3]

_FILES = ("items", "locations", "parties", "accounts", "prices", "periods")


def read_master(tree: Tree, foreign: Foreign | None = None) -> tuple[Master, list[Problem]]:
    """Everything in the six files of master data below `ledgers/`, in one value."""
    master = Master()
    problems: list[Problem] = []
    for name in _FILES:
        path = f"ledgers/{name}.beancount"
        try:
            data = tree.read(path)
        except Refused as refused:  # a file that is not there says nothing; a link is a fault
            problems += [fault for fault in refused.problems if fault.code != "file-missing"]
            continue
        directives, faults = read_file(path, data, foreign)
        problems += faults
        for directive in directives:
            problems += _take(master, directive, Place(path, directive.lineno))
    master.prices.sort(key=lambda price: (price.date, price.commodity))
    master.settings.sort(key=lambda setting: setting.date)
    master.periods.sort(key=lambda period: period.date)
    problems += [*_judge_skus(master), *_judge_prices(master)]
    problems += _judge_settings(master)
    return master, problems


def read_file(
    path: str, data: bytes, foreign: Foreign | None
) -> tuple[list[Directive], list[Problem]]:
    """Directives of any ledger file, pre-scanned; a refusal of the child process is a Problem."""
    problems = scan_bytes(path, data)
    if problems:
        return [], problems
    try:
        return read_directives(path, data.decode(), foreign)
    except Refused as refused:
        return [], [fault._replace(place=Place(path)) for fault in refused.problems]


def _take(master: Master, directive: Directive, place: Place) -> Findings:
    kind = directive.kind
    if kind == "custom":
        kind = f"custom {directive.values[0]}"
    taker = _TAKERS.get((place.path.rsplit("/", 1)[-1].split(".")[0], kind)) or _TAKERS.get(
        ("", kind)
    )
    if taker is not None:
        yield from taker(master, directive, place)
    elif directive.kind not in SILENT and not kind.startswith("custom fava-"):
        yield problem("directive-ignored", place, kind=kind)


def _take_item(master: Master, directive: Directive, place: Place) -> Findings:
    code, meta = directive.values[0], dict(directive.meta)
    if code in master.items:
        yield problem("item-twice", place, item=code, other=master.items[code].place)
        return
    if is_like_currency(code):
        yield problem("item-like-currency", place, item=code)
        return
    unit, decimals = meta.pop("unit", ""), meta.pop("decimals", "0")
    if not unit:
        yield problem("item-incomplete", place, item=code, key="unit")
        return
    if len(decimals) != 1 or not decimals.isascii() or not decimals.isdigit():
        yield problem("item-decimals", place, item=code, decimals=decimals, limit=DECIMALS_MAX)
        return
    units = read_units(meta.pop("units", ""))
    if units is None or unit in units:
        yield problem("units-unclear", place, item=code)
        return
    sku = meta.pop("sku", "")
    if strange := strange_in(sku):
        yield problem("code-strange", place, text=sku, name=strange)
    master.items[code] = Item(
        code, meta.pop("name", code), unit, int(decimals), meta.pop("name-en", ""),
        meta.pop("category", ""), sku, meta.pop("spec", ""), meta.pop("tax", ""),
        meta.pop("lot", "") == "TRUE", meta.pop("expiry", "") == "TRUE", units,
        directive.date, meta, place,
    )  # fmt: skip


def _judge_skus(master: Master) -> Findings:
    """No two items may answer to one code of the outside world."""
    first: dict[str, str] = {}
    for item in master.items.values():
        sku = item.sku or item.code
        other = first.setdefault(sku, item.code)
        if other != item.code:
            yield problem("sku-twice", item.place, item=item.code, sku=sku, other=other)


def read_units(text: str) -> dict[str, Fraction] | None:
    """`BOX=24 PALLET=1440` as base units in one; `p/q` and decimals are exact; None if unclear."""
    units: dict[str, Fraction] = {}
    for part in text.split():
        name, _, ratio = part.partition("=")
        if not name or name in units or _RATIO.fullmatch(ratio) is None or len(ratio) > DIGITS_MAX:
            return None
        units[name] = Fraction(ratio)
        if units[name] <= 0:
            return None
    return units


def _take_location(master: Master, directive: Directive, place: Place) -> Findings:
    account, meta = directive.values[0], dict(directive.meta)
    if account in master.locations:
        yield problem(
            "location-twice", place, location=account, other=master.locations[account].place
        )
        return
    if strange := strange_in(account):
        yield problem("code-strange", place, text=account, name=strange)
        return
    status = meta.pop("status", "available")
    if status not in STATUSES:
        yield problem("location-status", place, status=status, known=", ".join(STATUSES))
        return
    class_ = class_of(account, status)
    if class_ is None:
        yield problem("location-class", place, location=account)
        return
    parts = account.split(":")
    site = meta.pop("site", parts[2] if len(parts) > 2 and class_ in STATUSES else "")
    master.locations[account] = Location(
        account, class_, site, meta.pop("name", account), meta.pop("name-en", ""),
        directive.date, meta, place,
    )  # fmt: skip


def class_of(account: str, status: str = "available") -> str | None:
    """The class that rules speak of, from an account of the quantity ledger; None if none."""
    root, first, second, *_ = (*account.split(":"), "", "")
    if (root, first) == ("Assets", "Stock") and second:
        return _OWN_CLASSES.get(second, status)
    if (root, first) == ("Equity", "Stock"):
        return second.lower() if second in _COUNTERPARTS else None
    if root == "Equity" and first in {"Order", "Invoice"}:
        return first.lower()
    return None


def _take_party(master: Master, directive: Directive, place: Place) -> Findings:
    values = directive.values[1:]
    if len(values) not in {1, 2} or not values[0]:
        yield problem("party-unclear", place)
        return
    code, name = values[0], values[1] if len(values) > 1 else values[0]
    if strange := strange_in(code):
        yield problem("code-strange", place, text=code, name=strange)
        return
    if code in master.parties:
        yield problem("party-twice", place, party=code, other=master.parties[code].place)
        return
    meta = dict(directive.meta)
    master.parties[code] = Party(code, name, meta.pop("name-en", ""), meta, place)


def _take_account(master: Master, directive: Directive, place: Place) -> Findings:
    name, meta = directive.values[0], dict(directive.meta)
    if name in master.accounts:
        yield problem("account-twice", place, account=name, other=master.accounts[name].place)
        return
    usual = "debit" if name.startswith(("Assets:", "Expenses:")) else "credit"
    direction = meta.get("direction", usual)
    if direction not in {"debit", "credit"}:
        yield problem("account-direction", place, account=name, direction=direction)
        return
    roles = read_roles(meta.get("role", ""))
    if roles is None:
        yield problem("role-unclear", place, account=name, role=meta.get("role", ""))
        return
    code, _, title = name.rsplit(":", 1)[-1].partition("-")
    master.accounts[name] = Account(
        name, meta.get("code", code), meta.get("name", title or code), meta.get("name-en", ""),
        direction, roles, directive.date, "", place,
    )  # fmt: skip


def read_roles(text: str) -> tuple[RoleClaim, ...] | None:
    """`inventory category=goods; dispatched` as claims; None if unclear."""
    claims = []
    for part in filter(None, map(str.strip, text.split(";"))):
        role, *conditions = part.split()
        where = [tuple(condition.split("=", 1)) for condition in conditions]
        keys = [pair[0] for pair in where if len(pair) == 2 and pair[1]]
        if len(keys) != len(where) or not set(keys) <= {"category", "site", "party"}:
            return None
        claims.append(RoleClaim(role, tuple(sorted((pair[0], pair[-1]) for pair in where))))
    return tuple(claims)


def _close_account(master: Master, directive: Directive, place: Place) -> Findings:
    from dataclasses import replace

    account = master.accounts.get(directive.values[0])
    if account is None:
        yield problem("setting-unknown", place, thing=f"account {directive.values[0]}")
    else:
        master.accounts[account.name] = replace(account, closed=directive.date)


def _take_price(master: Master, directive: Directive, place: Place) -> Findings:
    commodity, number, currency = directive.values
    price = parse_scaled(number, PRICE_DECIMALS)
    notes = dict(directive.meta)
    kind = notes.get("kind", "")
    if price is None or price < 0:
        yield problem("price-unclear", place, text=number)
    elif kind and kind not in KINDS:
        yield problem("price-kind", place, kind=kind, known=" ".join(KINDS))
    elif not price and kind in KEPT and not notes.get("reason"):
        yield problem("price-zero", place, item=commodity, kind=kind)
    else:
        master.prices.append(Price(directive.date, commodity, price, currency, place, kind))


def _take_currency(master: Master, directive: Directive, place: Place) -> Findings:
    """A currency may say by `decimals:` how many its amounts have."""
    code, text = directive.values[0], dict(directive.meta).get("decimals", "")
    if not text:
        return
    if not text.isascii() or not text.isdigit() or int(text) > DECIMALS_MAX:
        yield problem("item-decimals", place, item=code, decimals=text, limit=DECIMALS_MAX)
    else:
        master.currencies[code] = int(text)


def _judge_prices(master: Master) -> Findings:
    """A kind of price is one of an item, and has one value a day: which of two would count,
    nobody could say.
    """
    first: dict[tuple[str, str, str], Price] = {}
    strange: dict[str, Price] = {}
    for price in master.prices:
        if price.kind:
            if price.commodity not in master.items:
                strange.setdefault(price.commodity, price)
            known = first.setdefault((price.commodity, price.kind, price.date), price)
            if (known.price, known.currency) != (price.price, price.currency):
                item, kind = price.commodity, price.kind
                yield problem("price-twice", price.place, item=item, kind=kind, other=known.place)

    for code, near in nearest_of(strange, master.items).items():
        price = strange[code]
        yield problem("price-of-nothing", price.place, item=code, kind=price.kind, nearest=near)


def _take_setting(master: Master, directive: Directive, place: Place) -> Findings:
    values = directive.values[1:]
    if len(values) != 3 or values[0].split(" ")[0] not in {"item", "location", "party"}:
        yield problem("setting-unclear", place)
        return
    master.settings.append(DatedSetting(directive.date, *values, place))


def is_period(text: str) -> bool:
    """Whether a text is a month YYYY-MM."""
    return _PERIOD.fullmatch(text) is not None


def _take_period(master: Master, directive: Directive, place: Place) -> Findings:
    kind, *values = directive.values
    if len(values) != 1 or not is_period(values[0]):
        yield problem("period-unclear", place, period=" ".join(values))
        return
    state = "closed" if kind == "close" else "open"
    master.periods.append(Period(values[0], state, directive.date, place, directive.meta))


def _judge_settings(master: Master) -> Findings:
    """Dated changes must be of known things; base unit and decimals never change (design, 2)."""
    known: Mapping[str, Mapping[str, object]] = {
        "item": master.items, "location": master.locations, "party": master.parties,
    }  # fmt: skip
    for setting in master.settings:
        kind, _, name = setting.thing.partition(" ")
        if name not in known[kind]:
            yield problem("setting-unknown", setting.place, thing=setting.thing)
        elif kind == "item" and setting.key in {"unit", "decimals"}:
            yield problem("unit-fixed", setting.place, item=name, key=setting.key)


_TAKERS: Mapping[tuple[str, str], Callable[[Master, Directive, Place], Findings]] = {
    ("items", "commodity"): _take_item,
    ("locations", "open"): _take_location,
    ("parties", "custom party"): _take_party,
    ("accounts", "open"): _take_account,
    ("accounts", "close"): _close_account,
    ("accounts", "commodity"): _take_currency,
    ("prices", "price"): _take_price,
    ("prices", "commodity"): _take_currency,
    ("", "custom set"): _take_setting,
    ("periods", "custom close"): _take_period,
    ("periods", "custom reopen"): _take_period,
}
