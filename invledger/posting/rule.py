"""A rule as data: how a type's movements are checked, costed and posted. Made by `read`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from invledger.model import NOWHERE, Place

#: Amounts a rule may post, and where each comes from (see `valuation`, `late`).
AMOUNTS = (
    "net", "tax", "gross", "value", "accrued", "invoiced", "landed", "matched", "in-transit",
    "difference", "exchange-loss", "exchange-gain", "advance", "deductible-tax", "cost",
    "variance", "expensed", "transferred-tax", "deemed-tax", "standard", "cost-variance", "actual",
    "revaluation", "allowance", "released", "settled",
    "followed",
)  # fmt: skip
#: Amounts that are known after costing only, and are not plain cost.
LATE_AMOUNTS = (
    "variance", "expensed", "transferred-tax", "deemed-tax", "matched", "standard",
    "cost-variance", "actual", "revaluation",
)  # fmt: skip
ASPECTS = ("main", "cost", "release")
DIMENSIONS = ("party", "order", "dept", "project", "handler", "lot")


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
    foreign: bool = False  # a monetary line: remembers what it is in a foreign currency
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: Place = NOWHERE
    item: bool = False  # post the item without its quantity: value beside goods
    closing: bool = False  # posted once a period, at its end

    def applies(self, facts: Mapping[str, str]) -> bool:
        """Whether every fact that the line asks for has one of its values."""
        return all(facts.get(key, "") in values for key, values in self.when.items())

    @property
    def sign(self) -> int:
        """+1 where a positive amount makes a positive posting (debit, or red credit)."""
        return 1 if (self.side == "debit") is not self.red else -1


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
    default_source: str = ""  # account that `record` takes where nobody says --from
    default_target: str = ""  # and where nobody says --to
    rank: int = 50
    price_means: str = "none"  # cost, sale, none
    price_required: bool = False
    taxed: bool = True  # the price bears VAT
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

    def uses(self, amount: str) -> bool:
        """Whether some line posts the amount of that name."""
        return any(line.amount == amount for line in self.lines)

    @property
    def told_flows(self) -> str:
        """Its flows in words: `available inspection -> customer; …`."""
        told = (f"{' '.join(sorted(come))} -> {' '.join(sorted(go))}" for come, go in self.flows)
        return "; ".join(told)

    @property
    def matches(self) -> bool:
        """Whether its rows take up goods even when they cite none: invoices."""
        return self.uses("matched") or (self.uses("advance") and self.ledger == "document")

    @property
    def adjusts(self) -> bool:
        """Whether it changes what stock is worth by itself: a cost adjustment, a revaluation."""
        is_value = self.ledger == "value" and self.uses("expensed")
        return is_value and not (self.uses("landed") or self.completes)

    @property
    def completes(self) -> bool:
        """Whether it settles a work order: its estimates become actual cost."""
        return self.uses("settled")

    @property
    def takes_out(self) -> bool:
        """Whether its value leaves a work order: what was lost in production."""
        return any(
            line.role == "production-cost" and line.amount == "value" and line.sign < 0
            for line in self.lines
        )

    @property
    def is_order(self) -> bool:
        """Whether a movement takes in and gives out, and so is a cost object by itself."""
        into = any("production" in go for _, go in self.flows)
        return into and any("production" in come for come, _ in self.flows)

    @property
    def writes_down(self) -> bool:
        """Whether it makes or reverses an allowance on stock."""
        return self.uses("allowance")

    @property
    def settles(self) -> bool:
        """Whether it clears what lost goods cost: a value document whose cost others have made."""
        is_value = self.ledger == "value" and self.uses("cost")
        return is_value and not self.uses("expensed")

    @property
    def restates(self) -> bool:
        """Whether it brings the goods of an item to the price in force: a change of standard."""
        return self.ledger == "value" and self.uses("revaluation")

    def allows(self, source: str, target: str) -> bool:
        """Whether goods may flow from one class of location to another under this rule."""
        return any(source in come and target in go for come, go in self.flows)


def version_at(versions: Iterable[Rule], date: str) -> Rule | None:
    """The version in force on a date; versions come oldest first."""
    found = None
    for rule in versions:
        if rule.valid_from <= date:
            found = rule
    return found


def ranks_of(rules: Mapping[str, tuple[Rule, ...]]) -> dict[str, int]:
    """Rank of each type that people write, of its youngest version: what the total order asks."""
    return {
        type_: versions[-1].rank
        for type_, versions in rules.items()
        if versions[-1].ledger != "policy"
    }
