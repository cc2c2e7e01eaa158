"""What was typed (`entered: "5 BOX"`, `entered-price: "56.40 CNY"`) against the base unit.

Conversions are exact rationals of the item's `units:`. The quantity must be the converted one; the
price per entered unit must give the line's price per base unit exactly, or its amount.

Problems: unit-unknown, entered-unclear, entered-differs, entered-price-differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from invledger.ledger.grammar import is_number
from invledger.model import (
    PRICE_DECIMALS,
    Company,
    Master,
    Place,
    Problem,
    divide_rounded,
    problem,
)


def judge_entered(
    columns: Mapping[str, list[Any]], master: Master, company: Company
) -> list[Problem]:
    """Problems of all rows that state what was typed. Columns are those of Row."""
    distinct = {id(meta): meta for meta in columns["meta"]}
    concerned = {
        key
        for key, meta in distinct.items()
        if meta and any(name in {"entered", "entered-price"} for name, _ in meta)
    }
    if not concerned:
        return []
    problems = []
    for at, meta in enumerate(columns["meta"]):
        if id(meta) in concerned:
            row = {name: column[at] for name, column in columns.items()}
            problems += _judge(row, dict(meta), master, company)
    return problems


def _judge(
    row: Mapping[str, object], meta: Mapping[str, str], master: Master, company: Company
) -> list[Problem]:
    place = Place(str(row["path"]), int(str(row["lineno"])))
    item = master.items.get(str(row["item"]))
    text = meta.get("entered", "")
    if item is None or not text:
        return [problem("entered-unclear", place, text=text or meta.get("entered-price", ""))]
    number, _, unit = text.partition(" ")
    if not is_number(number) or not unit:
        return [problem("entered-unclear", place, text=text)]
    factor = Fraction(1) if unit == item.unit else item.units.get(unit)
    if factor is None:
        known = [item.unit, *item.units]
        nearest = (get_close_matches(unit, known, 1, 0) or ["-"])[0]
        return [problem("unit-unknown", place, unit=unit, item=item.code, nearest=nearest)]
    quantity = Fraction(int(str(row["quantity"])), 10**item.decimals)
    if Fraction(number) * factor != quantity:
        return [
            problem("entered-differs", place, text=text, item=item.code, unit=item.unit,
                    quantity=_plain(quantity), converted=_plain(Fraction(number) * factor))
        ]  # fmt: skip
    return _judge_price(row, meta.get("entered-price", ""), (Fraction(number), factor), company)


def _judge_price(
    row: Mapping[str, object], text: str, entered: tuple[Fraction, Fraction], company: Company
) -> list[Problem]:
    if not text:
        return []
    place = Place(str(row["path"]), int(str(row["lineno"])))
    number, _, currency = text.partition(" ")
    if not is_number(number) or currency not in {"", company.currency}:
        return [problem("entered-unclear", place, text=text)]
    count, factor = entered
    price, amount = row["price"], row["amount"]
    if isinstance(price, int):
        is_right = Fraction(number) == factor * Fraction(price, 10**PRICE_DECIMALS)
    elif isinstance(amount, int):
        total = count * Fraction(number) * 10**company.currency_decimals
        is_right = divide_rounded(total.numerator, total.denominator) == amount
    else:
        is_right = True
    return [] if is_right else [problem("entered-price-differs", place, text=text)]


def _plain(value: Fraction) -> str:
    return str(value) if value.denominator > 1 else str(value.numerator)


