"""Read a folder of JSON cases; what is malformed is said in one sentence, with the file's name.

The format is that of the README beside the cases. Numbers are decimal strings and become exact
fractions here; a number written as JSON number is refused, since a reader may have rounded it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

POOLS = ("company", "warehouse", "lot", "lot+warehouse")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

_FIGURES = frozenset(
    {"qty", "value", "unit_cost", "issue_cost", "value_change", "expensed", "true_up", "variance",
     "allowance", "ratio"}
)  # fmt: skip
_LISTS = {"lots": 2, "vouchers": 3}  # and how many parts a row of them has


class CaseError(Exception):
    """A file that is no case; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement as it was entered. `plan` is the planned or retail amount, where given."""

    n: int
    date: str
    type: str
    item: str
    come: str
    go: str
    quantity: Fraction | None  # of `uom`, else of the base unit
    uom: str
    unit_cost: Fraction | None
    amount: Fraction | None
    plan: Fraction | None
    lot: str
    refs: tuple[int, ...]
    pick: tuple[int, ...]
    share: Fraction | None
    currency: str
    rate: Fraction | None
    basis: str
    note: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case: policies, what moved, and the figures that others give for it."""

    name: str
    method: str
    currency: str
    decimals: int
    pool: str
    may_be_short: bool
    items: Mapping[str, Mapping[str, Fraction]]
    uoms: Mapping[str, Fraction]
    base_unit: str
    policy: Mapping[str, Any]
    movements: tuple[Movement, ...]
    expect: tuple[Mapping[str, Any], ...]

    def base_quantity(self, movement: Movement) -> Fraction:
        """The movement's quantity in base units; of planned or selling value where it has none."""
        if movement.quantity is None:
            return movement.plan or Fraction()
        return movement.quantity * self.factor(movement)

    def factor(self, movement: Movement) -> Fraction:
        """Base units in one of the movement's units."""
        if not movement.uom or movement.uom == self.base_unit:
            return Fraction(1)
        return self.uoms[movement.uom]

    def value(self, movement: Movement) -> Fraction | None:
        """What the movement states it is worth, in the company's currency, not yet rounded."""
        stated = movement.amount
        if stated is None and movement.unit_cost is not None and movement.quantity is not None:
            stated = movement.unit_cost * movement.quantity
        return None if stated is None else stated * (movement.rate or 1)


def read_folder(folder: Path) -> Iterator[tuple[str, Case | CaseError]]:
    """Every *.json of a folder, by name: the case, or why it is none."""
    for path in sorted(folder.glob("*.json")):
        try:
            yield path.stem, read_case(path.stem, path.read_bytes())
        except CaseError as error:
            yield path.stem, error


def read_case(name: str, data: bytes) -> Case:
    """A case; raises CaseError for anything that the format does not know."""
    try:
        raw = json.loads(data.decode())
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CaseError(f"is no JSON: {error}") from None
    if not isinstance(raw, dict):
        raise CaseError("is no JSON object")
    uoms = dict(_mapping(raw, "uoms"))
    base = str(uoms.pop("base", ""))
    movements = tuple(_movement(m, at) for at, m in enumerate(_list(raw, "movements"), 1))
    currency = _mapping(raw, "currency")
    case = Case(
        name=str(raw.get("id") or name),
        method=_text(raw, "method"),
        currency=_text(currency, "code"),
        decimals=_decimals(currency),
        pool=_text(raw, "pool"),
        may_be_short=_text(raw, "negative_stock") == "allow",
        items={sku: _numbers(facts, f"items {sku}") for sku, facts in _items(raw)},
        uoms={unit: _number(text, f"uoms {unit}") for unit, text in uoms.items()},
        base_unit=base,
        policy=_mapping(raw, "policy"),
        movements=movements,
        expect=tuple(_row(row, at) for at, row in enumerate(_list(raw, "expect"), 1)),
    )
    if case.pool not in POOLS:
        raise CaseError(f"the pool {case.pool!r} is none of {', '.join(POOLS)}")
    _check_references(case)
    return case


def _items(raw: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    items = _mapping(raw, "items")
    return [(sku, _mapping(items, sku)) for sku in items]


def _movement(raw: object, at: int) -> Movement:
    if not isinstance(raw, dict):
        raise CaseError(f"movement {at} is no JSON object")
    number = raw.get("n")
    if not isinstance(number, int):
        raise CaseError(f"movement {at} has no number n")
    where = f"movement {number}"
    date = _text(raw, "date", where)
    if not _DATE.fullmatch(date):
        raise CaseError(f"{where}: the date {date!r} is none")

    def maybe(key: str) -> Fraction | None:
        return None if raw.get(key) is None else _number(raw[key], f"{where}, {key}")

    plan = maybe("plan_amount")
    return Movement(
        n=number, date=date, type=_text(raw, "type", where),
        item=str(raw.get("item") or ""), come=str(raw.get("from") or ""),
        go=str(raw.get("to") or ""), quantity=maybe("qty"), uom=str(raw.get("uom") or ""),
        unit_cost=maybe("unit_cost"), amount=maybe("amount"),
        plan=maybe("retail_amount") if plan is None else plan,
        lot=str(raw.get("lot") or ""), refs=_refs(raw, "ref", where),
        pick=_refs(raw, "pick", where), share=maybe("share"),
        currency=str(raw.get("currency") or ""), rate=maybe("rate"),
        basis=str(raw.get("basis") or ""), note=str(raw.get("note") or ""),
    )  # fmt: skip


def _row(raw: object, at: int) -> Mapping[str, Any]:
    if not isinstance(raw, dict) or not isinstance(raw.get("after"), int):
        raise CaseError(f"expectation {at} does not say after which movement")
    where = f"expectation {at}"
    for key in _FIGURES & raw.keys():
        if raw[key] is not None:
            _number(raw[key], f"{where}, {key}")
    for key, count in _LISTS.items():
        for part in _list(raw, key) if raw.get(key) is not None else ():
            if not isinstance(part, list) or len(part) != count:
                raise CaseError(f"{where}, {key}: {part!r} has not {count} parts")
            for number in part[-2:]:
                _number(number, f"{where}, {key}")
    return {key: value for key, value in raw.items() if value is not None}


def _check_references(case: Case) -> None:
    known = {movement.n for movement in case.movements}
    if len(known) != len(case.movements):
        raise CaseError("two movements have one number n")
    for movement in case.movements:
        for n in (*movement.refs, *movement.pick):
            if n not in known:
                raise CaseError(f"movement {movement.n} refers to {n}, which is not there")
        if movement.uom and movement.uom != case.base_unit and movement.uom not in case.uoms:
            raise CaseError(f"movement {movement.n}: the unit {movement.uom!r} has no factor")
    for row in case.expect:
        for n in (row["after"], row.get("issue_of") or row["after"]):
            if n not in known:
                raise CaseError(f"an expectation speaks of movement {n}, which is not there")


def _refs(raw: Mapping[str, Any], key: str, where: str) -> tuple[int, ...]:
    text = raw.get(key)
    if text is None or text == "":
        return ()
    parts = str(text).split(",")
    if not all(part.strip().isdecimal() for part in parts):
        raise CaseError(f"{where}: {key} {text!r} is no list of movements")
    return tuple(int(part) for part in parts)


def _number(text: object, where: str) -> Fraction:
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        raise CaseError(f"{where}: {text!r} is no decimal number in a string")
    return Fraction(text)


def _numbers(raw: Mapping[str, Any], where: str) -> dict[str, Fraction]:
    return {key: _number(text, where) for key, text in raw.items() if text is not None}


def _decimals(currency: Mapping[str, Any]) -> int:
    decimals = currency.get("decimals")
    if not isinstance(decimals, int):
        raise CaseError("the currency has no number of decimals")
    return decimals


def _text(raw: Mapping[str, Any], key: str, where: str = "the case") -> str:
    text = raw.get(key)
    if not isinstance(text, str) or not text:
        raise CaseError(f"{where} has no {key}")
    return text


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise CaseError(f"{key} is no JSON object")
    return value


def _list(raw: Mapping[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    if not isinstance(value, list):
        raise CaseError(f"the case has no list of {key}")
    return value
