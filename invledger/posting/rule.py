"""A rule as data: how a type's movements are checked, costed and posted. Made by `schema`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from invledger.model import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One voucher line of a rule. `when` maps a fact to the values under which it applies."""

    side: str  # "debit" or "credit"
    role: str
    amount: str  # a named amount
    aspect: str = "main"
    red: bool = False
    quantity: bool = False  # post item and qty as metadata
    at: str = ""  # inventory roles: "from" or "to" location decides the account
    dimensions: tuple[str, ...] = ()  # party, order, dept, project, item …
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Example:
    """given facts and amounts -> expected (role, minor units) lines; run by check and tests."""

    given: Mapping[str, str]
    expect: tuple[tuple[str, int], ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a movement type's rule."""

    type: str
    title: str
    title_en: str
    ledger: str = "stock"  # stock, document, value, money
    valid_from: str = ""
    flows: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()  # (from classes, to classes)
    rank: int = 50
    price_means: str = "none"  # cost, sale, none
    price_required: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)  # name -> required/optional/forbidden
    reasons: tuple[str, ...] = ()  # allowed `reason:` values, empty = free text
    cites: tuple[str, ...] = ()  # types that `ref:` may name
    cites_required: bool = False
    word: str = "记"
    group: str = "document"
    summary: str = "{title} {party} {id}"
    lines: tuple[RuleLine, ...] = ()
    examples: tuple[Example, ...] = ()
    place: Place = NOWHERE
