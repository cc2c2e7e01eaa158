"""Drafts -> records: what the fields of an output mean for an item, party, location or movement.

A `Draft` is one record as the map wrote it: field names to text, with the row it came from. Here
the fields become model records; fields that are no field of the record go into its metadata.
Quantities in another unit are converted exactly: `entered` and `entered-price` keep what stood in
the source. Emits `import-unit-unknown`, `import-quantity-inexact`, `import-cell-number`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from invledger.capture.import_map import Output
from invledger.capture.joining import View
from invledger.ledger import class_of
from invledger.model import (
    PRICE_DECIMALS,
    Item,
    Location,
    Party,
    Place,
    Problem,
    RawRow,
    Refused,
    format_price,
    format_scaled,
    parse_scaled,
    problem,
)

ITEM_FIELDS = ("code", "name", "unit", "decimals", "name-en", "category", "sku", "spec", "tax",
               "lot", "expiry", "units", "opened")  # fmt: skip
ROW_FIELDS = ("date", "time", "id", "line", "type", "party", "item", "quantity", "from", "to",
              "price", "amount", "currency", "lot", "expiry", "order", "ref", "reason", "tax",
              "owner", "payee", "narration", "links", "rank", "unit")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """One record as text: its output, its fields (no empty ones) and the row it came from."""

    output: Output
    fields: Mapping[str, str]
    view: View

    @property
    def place(self) -> Place:
        return self.view.place() if "" in self.view.rows else self.output.place

    def get(self, name: str) -> str:
        """A field's text, empty where it is not set."""
        return self.fields.get(name, "")

    def meta(self, known: tuple[str, ...]) -> dict[str, str]:
        """The fields that are no field of the record."""
        return {name: value for name, value in self.fields.items() if name not in known}


def placed(refused: Refused, place: Place) -> list[Problem]:
    """The Problems of a refusal; what has no place of its own (a printer's) gets this one."""
    return [one if one.place.path else one._replace(place=place) for one in refused.problems]


def item_of(draft: Draft) -> Item:
    """An item; raises Refused with a Problem where decimals or units are no numbers."""
    decimals = parse_scaled(draft.get("decimals"), 0)
    if decimals is None or not 0 <= decimals <= 9:
        raise Refused(_no_number(draft, "decimals"))
    return Item(
        code=draft.get("code"),
        name=draft.get("name"),
        unit=draft.get("unit"),
        decimals=decimals,
        name_en=draft.get("name-en"),
        category=draft.get("category"),
        sku=draft.get("sku"),
        spec=draft.get("spec"),
        tax=draft.get("tax"),
        lot=draft.get("lot").upper() == "TRUE",
        expiry=draft.get("expiry").upper() == "TRUE",
        units=_units(draft),
        opened=draft.get("opened"),
        meta=draft.meta(ITEM_FIELDS),
        place=draft.place,
    )


def party_of(draft: Draft) -> Party:
    """A party; `opened` is the date of its directive, no field of the record."""
    return Party(
        draft.get("code"),
        draft.get("name"),
        draft.get("name-en"),
        draft.meta(("code", "name", "name-en", "opened")),
        draft.place,
    )


def location_of(draft: Draft) -> Location:
    """A location; its class follows from account and status when the books are read."""
    account = draft.get("account")
    parts = account.split(":")
    return Location(
        account=account,
        class_=class_of(account, draft.get("status")) or draft.get("status"),
        site=draft.get("site") or (parts[2] if len(parts) > 2 else ""),
        name=draft.get("name"),
        name_en=draft.get("name-en"),
        opened=draft.get("opened"),
        meta=draft.meta(("account", "name", "name-en", "opened")),
        place=draft.place,
    )


def row_of(draft: Draft, items: Mapping[str, Item], currency: str) -> RawRow:
    """A line of a movement or document, in base units; raises Refused with a Problem."""
    quantity, price, amount, entered = _in_base_units(draft, items)
    meta = {**draft.meta(ROW_FIELDS), **entered}
    money = draft.get("currency") or (currency if price or amount else "")
    return RawRow(
        date=draft.get("date"),
        time=draft.get("time"),
        id=draft.get("id"),
        line=draft.get("line"),
        type=draft.get("type"),
        party=draft.get("party"),
        item=draft.get("item"),
        quantity=quantity,
        source=draft.get("from"),
        target=draft.get("to"),
        price=price,
        amount=amount,
        currency=money,
        lot=draft.get("lot"),
        expiry=draft.get("expiry"),
        order=draft.get("order"),
        ref=draft.get("ref"),
        reason=draft.get("reason"),
        tax=draft.get("tax"),
        owner=draft.get("owner"),
        payee=draft.get("payee"),
        narration=draft.get("narration"),
        links=draft.get("links"),
        flag="*",
        rank=draft.get("rank"),
        meta=tuple(meta.items()),
        lineno=draft.place.line,
    )


def _units(draft: Draft) -> dict[str, Fraction]:
    units: dict[str, Fraction] = {}
    for claim in draft.get("units").split():
        name, _, factor = claim.partition("=")
        try:
            units[name] = Fraction(factor)
        except (ValueError, ZeroDivisionError):
            raise Refused(_no_number(draft, "units")) from None
    return units


def _in_base_units(
    draft: Draft, items: Mapping[str, Item]
) -> tuple[str, str, str, dict[str, str]]:
    """Quantity, price and amount in the item's base unit, and what was entered if it differs."""
    quantity, price, amount = draft.get("quantity"), draft.get("price"), draft.get("amount")
    unit, item = draft.get("unit"), items.get(draft.get("item"))
    if item is None or unit in {"", item.unit}:
        return quantity, price, amount, {}
    factor = item.units.get(unit)
    if factor is None:
        raise Refused(problem("import-unit-unknown", draft.place, item=item.code, unit=unit))
    entered = {"entered": f"{quantity} {unit}"}
    count = _fraction(draft, "quantity", quantity)
    base = _plain(draft, f"{quantity} {unit}", count * factor, item.decimals)
    if price:
        entered["entered-price"] = price
        whole = _fraction(draft, "price", price)
        each = whole / factor
        if (each * 10**PRICE_DECIMALS).denominator == 1:
            price = format_price(int(each * 10**PRICE_DECIMALS))
        elif not amount:  # no exact price per base unit: the line's total says it
            amount = _plain(draft, f"{price} per {unit}", whole * count, PRICE_DECIMALS)
            price = ""
        else:
            price = ""
    return base, price, amount, entered


def _plain(draft: Draft, spoken: str, value: Fraction, decimals: int) -> str:
    scaled = value * 10**decimals
    if scaled.denominator != 1:
        reason = f"more than {decimals} decimals"
        raise Refused(
            problem(
                "import-quantity-inexact",
                draft.place,
                item=draft.get("item"),
                quantity=spoken,
                reason=reason,
            )
        )
    return format_scaled(int(scaled), decimals, 0)


def _fraction(draft: Draft, name: str, text: str) -> Fraction:
    scaled = parse_scaled(text, PRICE_DECIMALS)
    if scaled is None:
        raise Refused(_no_number(draft, name))
    return Fraction(scaled, 10**PRICE_DECIMALS)


def _no_number(draft: Draft, name: str) -> Problem:
    return problem("import-cell-number", draft.place, column=name, value=draft.get(name))
