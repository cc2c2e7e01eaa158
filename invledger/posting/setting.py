"""What the kernel must know beside the lines: prices, stated costs, periods, changes of policy.

In: the valued rows (`Work`). Out: the kernel's Setting. Most books need little of it, and every
part looks at the table only where some policy asks for it. Sources: CO-01 to CO-06; DESIGN 3.
Codes: stated-cost-unclear and those of `standards`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from invledger.costing.interface import Kind, Setting
from invledger.model import (
    PERIODIC,
    PRICE_DECIMALS,
    PRICE_KINDS,
    CostPolicy,
    divide_rounded,
    parse_scaled,
)
from invledger.posting.methods import SPANS
from invledger.posting.pools import class_of
from invledger.posting.reversal import undone_before_output
from invledger.posting.standards import Standards
from invledger.posting.turning import switches_of
from invledger.posting.work import Work

_LEAVING = frozenset({Kind.ISSUE, Kind.CONSUME})

#: Kinds of price that a cost may be estimated from, the best first.
ESTIMATING = ("estimate", "standard", "planned")


def setting_of(work: Work) -> Setting:
    """The Setting of a table whose rows are valued; findings go to `work`."""
    every = (policy for code in work.master.items for policy in work.course.every(code))
    policies = list({id(policy): policy for policy in every}.values())
    standards = Standards(work)
    if any(policy.method in PRICE_KINDS for policy in policies) or _restating(work):
        standards.run()
    return Setting(
        standards=standards.values,
        citations=work.citations,
        returned=work.worths,
        restated=standards.restated,
        stated={**work.stated, **_stated(work, policies)},
        periods=_periods(work, {p.period for p in policies if p.method in PERIODIC}),
        switches=tuple(switches_of(work, standards.turned)),
        fallback=_fallback(work),
        treats=work.treats,
        portions=work.portions,
        lost=frozenset(work.lost),
        materials=work.materials,
        estimates=frozenset(work.estimates),
        unit_shift=_unit_shift(work, policies),
        backdated=_backdated(work, policies),
        undoing=undone_before_output(work),
    )


def _restating(work: Work) -> bool:
    """Whether some document restates goods: it is judged even where no item is kept at a price."""
    rules = work.sources.rules
    types = {type_ for type_, versions in rules.items() if any(r.restates for r in versions)}
    return not types.isdisjoint(work.sources.table.type)


def _periods(work: Work, wanted: set[str]) -> Mapping[str, Sequence[int]]:
    """First line of each period, by kind of period; opening balances stand before the first.

    A back-dated entry in books kept as entered belongs to the period that was current then.
    """
    dates, sources = work.sources.table.date, work.sources.table.source
    found: dict[str, Sequence[int]] = {}
    locations = work.master.locations
    opening = sum(1 for _ in takewhile(lambda s: class_of(s, locations) == "opening", sources))
    for name in sorted(wanted):
        span, latest, starts = SPANS[name], "", list[int]()
        for at in range(opening, len(dates)):
            period = dates[at][:span]
            if period > latest:
                latest = period
                starts.append(at)
        found[name] = starts
    return found


def _stated(work: Work, policies: Sequence[CostPolicy]) -> Mapping[int, int]:
    """Cost that issues state themselves, by line, where their policy lets it count."""
    if all(policy.stated_issue != "cost" for policy in policies):
        return {}
    table = work.sources.table
    found: dict[int, int] = {}
    for at in work.special:
        if work.lines[at].kind not in _LEAVING:
            continue
        if work.policy(table.item[at], at).stated_issue == "cost":
            cost = stated_cost(work, at)
            if cost is not None:
                found[at] = cost
    return found


def stated_cost(work: Work, at: int) -> int | None:
    """What a row says its goods cost, by `cost:` for all of them or `unit-cost:`; None where it
    says nothing, or nothing clear, which is reported.
    """
    table, decimals = work.sources.table, work.sources.company.currency_decimals
    notes = work.special.get(at, {})
    text, is_whole = notes.get("cost", notes.get("unit-cost", "")), "cost" in notes
    if not text:
        return None
    number = parse_scaled(text, decimals if is_whole else PRICE_DECIMALS)
    if number is None or number < 0:
        work.report("stated-cost-unclear", at, text=text)
        return None
    if is_whole:
        return number
    item = work.master.items[table.item[at]]
    return valued(table.quantity[at], number, item.decimals, decimals)


def valued(quantity: int, price: int, item_decimals: int, decimals: int) -> int:
    """Quantity × price (of PRICE_DECIMALS) in minor units, by the one rounding of the house."""
    return divide_rounded(quantity * price, 10 ** (item_decimals + PRICE_DECIMALS - decimals))


def _fallback(work: Work) -> Mapping[str, tuple[int, int]]:
    """Estimates of items without cost history: (value, quantity) by item.

    The price of kind estimate, else standard, else planned, in force at the item's first line.
    """
    master, table = work.master, work.sources.table
    known = {price.commodity for price in master.prices if price.kind in ESTIMATING}
    found: dict[str, tuple[int, int]] = {}
    waiting = known & master.items.keys()
    if not waiting:
        return found
    shift = PRICE_DECIMALS - work.sources.company.currency_decimals
    for code, date in zip(table.item, table.date, strict=True):
        if code in waiting:
            waiting.discard(code)
            for kind in ESTIMATING:
                price = master.price_on(code, kind, date)
                if price is not None:
                    found[code] = (price.price, 10 ** (shift + master.items[code].decimals))
                    break
            if not waiting:
                break
    return found


def _backdated(work: Work, policies: Sequence[CostPolicy]) -> frozenset[int]:
    """Receipts entered after lines of a later date, where they enter at today's average."""
    if all(policy.backdated == "recost" for policy in policies):
        return frozenset()
    found, latest = set[int](), ""
    for at, date in enumerate(work.sources.table.date):
        if date >= latest:
            latest = date
        elif work.lines[at].kind == Kind.RECEIVE:
            found.add(at)
    return frozenset(found)


def _unit_shift(work: Work, policies: Sequence[CostPolicy]) -> Mapping[str, int]:
    """By item its decimals less the currency's, where some unit cost is rounded first."""
    if all(policy.unit_decimals is None for policy in policies):
        return {}
    decimals = work.sources.company.currency_decimals
    return {code: item.decimals - decimals for code, item in work.master.items.items()}
