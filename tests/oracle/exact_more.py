"""More of the slow oracle in exact fractions: LIFO, named goods, production, one average a month.

No code and no representation of the kernel: tokens, fractions, plain dictionaries. The rules are
those of DESIGN section 3, in their own words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from tests.oracle.exact import (
    ISSUE,
    RECEIVE,
    RETURN_IN,
    RETURN_OUT,
    Answer,
    Line,
    Returns,
    rounded,
)

CONSUME, HAND_BACK, PRODUCE, ADD = 6, 7, 8, 9


def by_layers(lines: Sequence[Line], *, newest: bool) -> Answer:
    """Layers by receipt: the newest first, or the one that the line names."""
    units: dict[str, Counter[int]] = defaultdict(Counter)
    cents: dict[str, Counter[int]] = defaultdict(Counter)
    returns, costs = Returns(), list[int]()
    for at, line in enumerate(lines):
        kind, _, quantity, source, target, value, cites, _ = line
        if kind in (RECEIVE, RETURN_IN):
            cost = value or 0
            if kind == RETURN_IN:
                cost = returns.cost(cites, quantity, lines[cites].quantity, costs[cites])
            units[target][at], cents[target][at] = quantity, cost
            costs.append(cost)
            continue
        left, cost = quantity, 0
        there = sorted((n for n, q in units[source].items() if q), reverse=newest)
        if cites >= 0 and kind in (ISSUE, RETURN_OUT):
            there.sort(key=lambda receipt: receipt != cites)
        for receipt in there:
            part = min(left, units[source][receipt])
            worth = Fraction(cents[source][receipt] * part, units[source][receipt])
            taken = rounded(worth)
            for counter, amount in ((units, part), (cents, taken)):
                counter[source][receipt] -= amount
                if target:
                    counter[target][receipt] += amount
            left, cost = left - part, cost + taken
            if not left:
                break
        costs.append(cost)
    left_over = {
        (pool, receipt): (quantity, cents[pool][receipt])
        for pool, counter in units.items()
        for receipt, quantity in counter.items()
    }
    return Answer(costs, left_over)


def lifo(lines: Sequence[Line]) -> Answer:
    """Last in, first out, at the moment of each issue."""
    return by_layers(lines, newest=True)


def named(lines: Sequence[Line]) -> Answer:
    """Specific identification: the goods that the line names."""
    return by_layers(lines, newest=False)


def production(lines: Sequence[Line]) -> tuple[list[int], dict[str, int], dict[str, int]]:
    """Moving average with work orders: costs, value of each pool, value left in each order."""
    many: Counter[str] = Counter()
    much: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    returns, costs = Returns(), list[int]()
    for line in lines:
        kind, _, quantity, source, target, value, cites, order = line
        if kind in (ISSUE, CONSUME):
            cost = rounded(Fraction(much[source] * quantity, many[source]))
            many[source] -= quantity
            much[source] -= cost
            inside[order] += cost if kind == CONSUME else 0
        elif kind == ADD:
            cost = value or 0
            inside[order] += cost
        else:
            cost = value if value is not None else inside[order]
            if kind == HAND_BACK:
                cost = returns.cost(cites, quantity, lines[cites].quantity, costs[cites])
            if kind in (HAND_BACK, PRODUCE):
                inside[order] -= cost
            many[target] += quantity
            much[target] += cost
        costs.append(cost)
    pools = {pool: value for pool, value in much.items() if many[pool]}
    return costs, pools, {order: inside[order] for order in inside if order}


class Month:
    """One pool in one month: what it held, what came, what went."""

    def __init__(self) -> None:
        self.quantity = self.value = 0
        self.issues: list[tuple[int, int]] = []  # line, quantity

    def unit(self) -> Fraction:
        return Fraction(self.value, self.quantity)


def monthly(lines: Sequence[Line], starts: Sequence[int]) -> list[tuple[Month, bool]]:
    """Each pool in each month (opening + receipts), and whether the month empties it."""
    found: list[tuple[Month, bool]] = []
    held: dict[str, tuple[int, int]] = {}
    bounds = [*starts, len(lines)]
    for start, stop in pairwise(bounds):
        months: dict[str, Month] = defaultdict(Month)
        for pool, (quantity, value) in held.items():
            months[pool].quantity, months[pool].value = quantity, value
        for at in range(start, stop):
            line = lines[at]
            if line.kind == RECEIVE:
                months[line.target].quantity += line.quantity
                months[line.target].value += line.value or 0
            elif line.kind == ISSUE:
                months[line.source].issues.append((at, line.quantity))
        for pool, month in months.items():
            out = sum(quantity for _, quantity in month.issues)
            is_empty = out == month.quantity
            gone = month.value if is_empty else rounded(month.unit() * out) if out else 0
            held[pool] = (month.quantity - out, month.value - gone)
            found.append((month, is_empty))
    return found
