"""The checked rules of a company, and their form in the cache: JSON, every record a list.

A record's values stand in the order of its fields, whose names are part of the version; tuples
and sets are lists. `parse_rulebook` answers None to whatever has another shape.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from invledger.model import Category, Company, CostChange, CostPolicy, Place, Problem
from invledger.posting import Example, Rate, Rule, RuleLine, TaxTable


@dataclass(slots=True)
class Rulebook:
    """What `rules/` says: enough to record a movement; the ledgers are not read."""

    company: Company
    rules: dict[str, tuple[Rule, ...]]
    tax: TaxTable
    problems: list[Problem] = field(default_factory=list)
    digest: str = ""


def shape() -> str:
    """The names of all fields that a kept rulebook holds: other fields, other version."""
    records = (Company, CostChange, Category, CostPolicy, Rule, RuleLine, Example, TaxTable)
    named = [f"{one.__name__}({','.join(f.name for f in fields(one))})" for one in records]
    return " ".join([*named, ",".join(Rate._fields), ",".join(Place._fields)])


def print_rulebook(book: Rulebook) -> bytes:
    """A rulebook as JSON; its Problems are not in it."""
    rules = [rule for versions in book.rules.values() for rule in versions]
    kept = [_plain(book.company), [_plain(rule) for rule in rules], _plain(book.tax), book.digest]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def parse_rulebook(data: bytes) -> Rulebook | None:
    """The rulebook that `print_rulebook` printed; None for anything else."""
    try:
        company, rules, (rates, margin), digest = json.loads(data)
        grouped: dict[str, list[Rule]] = {}
        for values in rules:
            rule = _rule(values)
            grouped.setdefault(rule.type, []).append(rule)
        book = Rulebook(
            company=_company(company),
            rules={type_: tuple(versions) for type_, versions in grouped.items()},
            tax=TaxTable(tuple(Rate(*rate) for rate in rates), margin),
            digest=digest,
        )
        return book if print_rulebook(book) == data else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _plain(value: object) -> object:
    """Records and collections as lists and mappings of text, numbers and truth values."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    record: Any = type(value)
    return [_plain(getattr(value, name)) for name in _names(record)]


@cache
def _names(record: Any) -> tuple[str, ...]:  # noqa: ANN401  the class of a record
    return tuple(one.name for one in fields(record))


def _rule(values: Sequence[Any]) -> Rule:
    named = dict(zip(_names(Rule), values, strict=True))
    named["flows"] = tuple((frozenset(come), frozenset(go)) for come, go in named["flows"])
    for name in ("reasons", "cites"):
        named[name] = tuple(named[name])
    named["lines"] = tuple(_line(line) for line in named["lines"])
    named["examples"] = tuple(_example(example) for example in named["examples"])
    named["place"] = Place(*named["place"])
    return Rule(**named)


def _line(values: Sequence[Any]) -> RuleLine:
    named = dict(zip(_names(RuleLine), values, strict=True))
    named["dimensions"] = tuple(named["dimensions"])
    named["when"] = {key: tuple(allowed) for key, allowed in named["when"].items()}
    named["place"] = Place(*named["place"])
    return RuleLine(**named)


def _example(values: Sequence[Any]) -> Example:
    given, expect, place = values
    return Example(given, tuple((role, amount) for role, amount in expect), Place(*place))


def _change(values: Sequence[Any]) -> CostChange:
    named = dict(zip(_names(CostChange), values, strict=True))
    named["default"] = CostPolicy(*named["default"])
    named["categories"] = {key: CostPolicy(*cost) for key, cost in named["categories"].items()}
    named["place"] = Place(*named["place"])
    return CostChange(**named)


def _company(values: Sequence[Any]) -> Company:
    named = dict(zip(_names(Company), values, strict=True))
    named["default_cost"] = CostPolicy(*named["default_cost"])
    named["categories"] = {
        key: Category(name, title, title_en, CostPolicy(*cost), tax, Place(*place))
        for key, (name, title, title_en, cost, tax, place) in named["categories"].items()
    }
    named["item_places"] = {key: Place(*at) for key, at in named["item_places"].items()}
    named["cost_changes"] = tuple(_change(change) for change in named["cost_changes"])
    named["place"] = Place(*named["place"])
    return Company(**named)
