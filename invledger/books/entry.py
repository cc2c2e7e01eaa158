"""From what was typed to rows: names looked up, units converted exactly, locations found by rule.

In: an Entry (type, values of the movement, values of its lines) and the company's master data and
rules. Out: rows as the printer takes them, or every Problem of the entry at once.

Problems: record-* of `for_store`; price-unclear, price-negative, amount-unclear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction

from invledger.ledger.grammar import is_date
from invledger.model import (
    PRICE_DECIMALS,
    Company,
    Item,
    Location,
    Master,
    Place,
    Problem,
    Row,
    divide_rounded,
    parse_scaled,
    problem,
)
from invledger.posting import Rule

DECIMALS_READ = 28  # of a number that is one, though it may have too many here
MOVEMENT_FIELDS = ("date", "time", "id", "party", "payee", "narration", "links")
LINE_FIELDS = ("item", "qty", "price", "amount", "from", "to", "lot", "expiry")
SHARED_FIELDS = ("order", "ref", "reason", "tax", "owner")
_KEY = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(?:\s*(\S+))?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_SPLIT = re.compile(r"([0-9])\s*([^0-9.\s])", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed: field names as in the ledger's metadata, and `from`, `to`, `item`, `qty`.

    Values of the movement hold for every line that has none of its own.
    """

    type: str
    values: Mapping[str, str]
    lines: Sequence[Mapping[str, str]] = ()


@dataclass(slots=True)
class Desk:
    """What an entry is judged by, and the Problems found so far."""

    company: Company
    master: Master
    rule: Rule
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, /, **args: object) -> None:
        self.problems.append(problem(code, Place("-"), "", **args))


def rows_of(desk: Desk, entry: Entry, id_: str, date: str) -> list[Row]:
    """The rows of an entry; what is wrong with it stands in `desk.problems`."""
    lines = entry.lines or ({},)
    shared = {k: v for k, v in entry.values.items() if v}
    _check_movement(desk, shared, date)
    rows = []
    for number, line in enumerate(lines, 1):
        values = {**shared, **{k: v for k, v in line.items() if v}}
        rows.append(_row(desk, values, id_, date, number))
    return rows


def check_money(desk: Desk, entry: Entry, date: str) -> None:
    """What is asked of an entry that has no rows: a payment moves no goods."""
    shared = {k: v for k, v in entry.values.items() if v}
    _check_movement(desk, shared, date)
    for name in dict.fromkeys(name for values in (shared, *entry.lines) for name in values):
        if name in LINE_FIELDS and name != "amount":
            desk.report("record-value-unknown", type=desk.rule.type, name=name)


def _check_movement(desk: Desk, values: Mapping[str, str], date: str) -> None:
    rule, master = desk.rule, desk.master
    if date[:7] in master.closed_periods():
        desk.report("record-period-closed", date=date, period=date[:7])
    for name in values:
        if _KEY.fullmatch(name) is None or rule.fields.get(name) == "forbidden":
            desk.report("record-value-unknown", type=rule.type, name=name)
    party = values.get("party", "")
    if party and party not in master.parties:
        near = nearest(party, master.parties)
        desk.report("record-party-unknown", party=party, nearest=near)
    if values.get("time") and _TIME.fullmatch(values["time"]) is None:
        desk.report("record-value-bad", name="time", value=values["time"], wanted="HH:MM")


def _row(desk: Desk, values: Mapping[str, str], id_: str, date: str, number: int) -> Row:
    rule, company = desk.rule, desk.company
    meta = {
        k: v
        for k, v in values.items()
        if k not in (*MOVEMENT_FIELDS, *LINE_FIELDS, *SHARED_FIELDS)
    }
    _check_line(desk, values)
    values, currency = _without_currency(desk, values)
    item_code, quantity, source, target = "", 0, "", ""
    decimals = desk.master.decimals_of(currency, company)
    price = _number(desk, values, "price", PRICE_DECIMALS)
    amount = _number(desk, values, "amount", decimals)
    if rule.ledger == "value" and values.get("item"):  # whose value it is
        item = _item(desk, values["item"])
        meta["item"] = item.code if item is not None else ""
    elif rule.ledger != "value":
        item = _item(desk, values.get("item", ""))
        source, target = _locations(desk, values, id_)
        if item is not None:
            item_code = item.code
            quantity, ratio = _quantity(desk, item, values.get("qty", ""))
            if ratio is not None:
                meta["entered"] = _SPLIT.sub(r"\1 \2", values["qty"].strip())
                if price is not None:
                    meta["entered-price"] = values["price"]
                    price, amount = _per_base_unit(decimals, price, ratio, quantity, item)
    return Row(
        date=date, rank=rule.rank,
        time=values.get("time", ""), id=id_, line=number, type=rule.type,
        party=values.get("party", ""), item=item_code, quantity=quantity,
        source=source, target=target, price=price, amount=amount,
        currency=currency, lot=values.get("lot", ""), expiry=values.get("expiry", ""),
        order=values.get("order", ""), ref=values.get("ref", ""),
        reason=values.get("reason", ""), tax=values.get("tax", ""),
        owner=values.get("owner", ""), payee=values.get("payee") or _party_name(desk, values),
        narration=values.get("narration") or rule.title, links=values.get("links", ""),
        meta=tuple(sorted(meta.items())), path="-", lineno=0,
    )  # fmt: skip


def _without_currency(desk: Desk, values: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
    """Values with plain numbers, and the currency that stood behind one: `14.00 USD`."""
    currency = desk.company.currency
    for name in ("price", "amount"):
        number, blank, said = values.get(name, "").strip().partition(" ")
        if blank and _CURRENCY.fullmatch(said):
            values, currency = {**values, name: number}, said
    return values, currency


def _check_line(desk: Desk, values: Mapping[str, str]) -> None:
    rule = desk.rule
    for name, need in rule.fields.items():
        if need == "required" and not values.get(name):
            desk.report("record-value-missing", type=rule.type, name=name)
    is_undoing = bool(values.get("reverses"))  # all else the original says
    is_priced = values.get("price") or values.get("amount")
    if rule.price_required and not (is_priced or is_undoing):
        desk.report("record-value-missing", type=rule.type, name="price")
    if rule.cites_required and not (values.get("ref") or values.get("unit-cost") or is_undoing):
        desk.report("record-value-missing", type=rule.type, name="ref")
    reason = values.get("reason", "")
    if reason and rule.reasons and reason not in rule.reasons:
        wanted = " / ".join(rule.reasons)
        desk.report("record-value-bad", name="reason", value=reason, wanted=wanted)
    if values.get("expiry") and not is_date(values["expiry"]):
        desk.report("record-value-bad", name="expiry", value=values["expiry"], wanted="YYYY-MM-DD")


def _item(desk: Desk, name: str) -> Item | None:
    if not name:
        desk.report("record-value-missing", type=desk.rule.type, name="item")
        return None
    items = desk.master.items
    found = items.get(name) or next((i for i in items.values() if i.sku == name), None)
    if found is None:
        desk.report("record-item-unknown", item=name, nearest=nearest(name, items))
    return found


def _quantity(desk: Desk, item: Item, text: str) -> tuple[int, Fraction | None]:
    """Base units in the item's decimals, and base units in one entered unit (None: base unit)."""
    if not text:
        desk.report("record-value-missing", type=desk.rule.type, name="qty")
        return 0, None
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        desk.report("record-value-bad", name="qty", value=text, wanted="5, 2.5, 5 BOX")
        return 0, None
    unit = match[2] or item.unit
    ratio = Fraction(1) if unit == item.unit else item.units.get(unit)
    if ratio is None:
        known = " ".join([item.unit, *item.units])
        desk.report("record-unit-unknown", item=item.code, unit=unit, known=known)
        return 0, None
    exact = Fraction(match[1]) * ratio * 10**item.decimals
    if not exact:
        desk.report("record-value-bad", name="qty", value=text, wanted="5, 2.5, 5 BOX")
        return 0, None
    if exact.denominator != 1:
        desk.report(
            "record-quantity-inexact", entered=text, item=item.code, decimals=item.decimals
        )
        return 0, None
    return exact.numerator, None if unit == item.unit else ratio


def _per_base_unit(
    decimals: int, price: int, ratio: Fraction, quantity: int, item: Item
) -> tuple[int | None, int | None]:
    """A price per entered unit as one per base unit; as the line's amount where that is exact."""
    exact = Fraction(price) / ratio
    if exact.denominator == 1:
        return exact.numerator, None
    entered = Fraction(quantity, 10**item.decimals) / ratio
    money = entered * price / 10 ** (PRICE_DECIMALS - decimals)
    return None, divide_rounded(money.numerator, money.denominator)


def _number(desk: Desk, values: Mapping[str, str], name: str, decimals: int) -> int | None:
    text = values.get(name, "")
    if not text:
        return None
    number = parse_scaled(text, decimals)
    may_sink = desk.rule.ledger == "value"  # value goes down, too
    if number is None and parse_scaled(text, DECIMALS_READ) is None:
        desk.report("record-value-bad", name=name, value=text, wanted="2.35")
    elif number is None:
        code = "price-unclear" if name == "price" else "amount-unclear"
        desk.report(code, text=text)
    elif number < 0 and not may_sink:
        desk.report("price-negative", text=text)
    return number


def _locations(desk: Desk, values: Mapping[str, str], id_: str) -> tuple[str, str]:
    """Where goods leave and enter: what was typed, else what is usual."""
    typed_from = _location(desk, values.get("from", ""))
    typed_to = _location(desk, values.get("to", ""))
    flows = [
        flow
        for flow in desk.rule.flows
        if (typed_from is None or typed_from.class_ in flow[0])
        and (typed_to is None or typed_to.class_ in flow[1])
    ]
    if not flows and (typed_from or typed_to) and not values.get("reverses"):
        said = [f"{it.account} ({it.class_})" if it else "-" for it in (typed_from, typed_to)]
        facts = {"id": id_, "type": desk.rule.type, "flows": desk.rule.told_flows}
        desk.report("flow-not-allowed", source=said[0], target=said[1], **facts)
        return "", ""
    source = typed_from or _usual(desk, "from", (flow[0] for flow in flows), values)
    target = typed_to or _usual(desk, "to", (flow[1] for flow in flows), values)
    return (source.account if source else "", target.account if target else "")


def _location(desk: Desk, name: str) -> Location | None:
    """A location by its account, or by the end of it (`SH:Main`)."""
    if not name:
        return None
    locations = desk.master.locations
    for account in (name, f"Assets:Stock:{name}", f"Equity:Stock:{name}", f"Equity:{name}"):
        if account in locations:
            return locations[account]
    desk.report("record-location-unknown", location=name, nearest=nearest(name, locations))
    return None


def _usual(
    desk: Desk, side: str, classes: Iterable[frozenset[str]], values: Mapping[str, str]
) -> Location | None:
    """The location of a side where nobody names one: the rule's own, the party's, the only one.

    Among places of several states the only available one is meant, unless goods merely change
    places (`from` and `to` of the same classes): there a guess could be the wrong way round.
    """
    rule, master = desk.rule, desk.master
    allowed = frozenset[str]().union(*classes)
    waits = desk.company.revenue != "at-delivery"
    own = master.locations.get(rule.default_source if side == "from" else rule.default_target)
    if own is not None and own.class_ in allowed and not (waits and "dispatched" in allowed):
        return own
    fits = [place for place in master.locations.values() if place.class_ in allowed]
    if len(fits) > 1 and "dispatched" in allowed:
        # The company's policy says whether a delivery waits for its invoice or acceptance.
        fits = [place for place in fits if (place.class_ == "dispatched") is waits]
    narrower = [[place for place in fits if place.account.endswith(f":{values.get('party')}")]]
    if not any(flow[0] & flow[1] for flow in rule.flows):
        narrower.append([place for place in fits if place.class_ == "available"])
    for chosen in (fits, *narrower):
        if len(chosen) == 1:
            return chosen[0]
    if not values.get(side):
        known = " ".join(place.account for place in fits[:8])
        desk.report("record-location-needed", type=rule.type, side=side, known=known)
    return None


def _party_name(desk: Desk, values: Mapping[str, str]) -> str:
    party = desk.master.parties.get(values.get("party", ""))
    return party.name if party is not None else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like a typed one, `-` where none is near."""
    return next(iter(get_close_matches(name, list(known), 1, 0.3)), "-")
