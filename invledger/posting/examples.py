"""Run a rule on given facts and amounts: embedded examples, and previews for `record`.

An example gives a line (`qty` and `price`, or `amount`; with it `tax` is the rate), facts that
`when:` may ask (`kind`, `reason`, `taxpayer`, `chart`, `revenue`, `from`, `to`, `method`) and
amounts that only other rows or the kernel know (`cost`, `matched` …, in the currency). It expects
lines of all aspects in order, as the method wants them, debit positive. Codes: example-fails,
example-unreadable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from invledger.model import (
    PRICE_DECIMALS,
    Company,
    Problem,
    divide_rounded,
    format_scaled,
    parse_scaled,
    problem,
)
from invledger.posting.methods import lines_of
from invledger.posting.rule import AMOUNTS, Example, Rule
from invledger.posting.split import split_amount, stated_rate

_FACTS = (
    "kind",
    "reason",
    "taxpayer",
    "chart",
    "revenue",
    "from",
    "to",
    "method",
    "backdated",
    "apply",
)
_INPUTS = ("qty", "price", "amount", "price-is", "deductible")  # `tax` is an amount, too
_QTY_DECIMALS = 6


class Shown(NamedTuple):
    """A line of a preview: aspect, role, minor units (debit positive), whether it is red."""

    aspect: str
    role: str
    amount: int
    red: bool


def preview(rule: Rule, given: Mapping[str, str], company: Company) -> list[Shown] | str:
    """The lines a rule gives for facts and amounts, or the name of the value it cannot read."""
    amounts = _amounts(rule, given, company)
    if isinstance(amounts, str):
        return amounts
    facts = {
        "chart": company.chart,
        "taxpayer": company.taxpayer,
        "revenue": company.revenue,
        "type": rule.type,
        **{name: given[name] for name in _FACTS if name in given},
    }
    shown = []
    for line in lines_of(rule, facts):
        amount = amounts.get(line.amount, 0) * line.sign
        if amount:
            is_red = (amount < 0) is (line.side == "debit")
            shown.append(Shown(line.aspect, line.role, amount, is_red))
    return shown


def _amounts(rule: Rule, given: Mapping[str, str], company: Company) -> dict[str, int] | str:
    decimals = company.currency_decimals
    unknown = next((k for k in given if k not in (*_FACTS, *_INPUTS, *AMOUNTS)), None)
    if unknown:
        return unknown
    amounts: dict[str, int] = {}
    has_line = "amount" in given or "price" in given
    if has_line:
        amount = _line_amount(given, decimals)
        rate = stated_rate(given.get("tax", "0"))
        if amount is None or rate is None:
            return "amount" if amount is None else "tax"
        if not rule.taxed or rule.price_means == "none":
            rate = 0
        gross_entry = given.get("price-is", company.prices) == "gross"
        net, tax, gross = split_amount(amount, rate, gross_entry=gross_entry)
        taxpayer = given.get("taxpayer", company.taxpayer)
        off = tax if taxpayer == "general" and given.get("deductible") != "no" else 0
        value = net if rule.price_means == "sale" else gross - off
        amounts = {
            "net": net,
            "tax": tax,
            "gross": gross,
            "value": value,
            "accrued": value,
            "deductible-tax": off,
            "deemed-tax": tax,
            "landed": value,
        }
        if rule.ledger != "value":
            del amounts["landed"]  # a receipt bears landed cost only when told so
        if rule.price_means == "cost":
            amounts["cost"] = value
    for name in AMOUNTS:
        if name in given and not (name == "tax" and has_line):
            scaled = parse_scaled(given[name], decimals)
            if scaled is None:
                return name
            amounts[name] = scaled
    amounts.setdefault("actual", amounts.get("cost", 0) + amounts.get("variance", 0))
    return amounts


def _line_amount(given: Mapping[str, str], decimals: int) -> int | None:
    if "amount" in given:
        return parse_scaled(given["amount"], decimals)
    quantity = parse_scaled(given.get("qty", "1"), _QTY_DECIMALS)
    price = parse_scaled(given["price"], PRICE_DECIMALS)
    if quantity is None or price is None:
        return None
    return divide_rounded(quantity * price, 10 ** (_QTY_DECIMALS + PRICE_DECIMALS - decimals))


def run_examples(rules: Iterable[Rule], company: Company) -> list[Problem]:
    """Every embedded example of every rule; a Problem for each that gives other lines."""
    return [
        found
        for rule in rules
        for example in rule.examples
        if (found := _run(rule, example, company)) is not None
    ]


def _run(rule: Rule, example: Example, company: Company) -> Problem | None:
    plain = Company(name="", currency_decimals=2, prices="net")
    shown = preview(rule, example.given, plain)
    if isinstance(shown, str):
        return problem("example-unreadable", example.place, type=rule.type, field=shown)
    got = tuple((line.role, line.amount) for line in shown)
    if got == example.expect and sum(amount for _, amount in got) == 0:
        return None
    return problem(
        "example-fails",
        example.place,
        type=rule.type,
        expected=_text(example.expect),
        got=_text(got),
        company=company.name,
    )


def _text(lines: Iterable[tuple[str, int]]) -> str:
    return "; ".join(f"{role} {format_scaled(amount, 2)}" for role, amount in lines) or "-"
