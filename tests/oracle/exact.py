"""A slow oracle in exact fractions. It shares no code and no representation with the kernel.

Every single unit is a token that knows the receipt it came with; a pool is a list of tokens and,
per receipt, the cents that lie on them. A cost is the exact fraction, rounded half away from zero
by its own rule; what is left stays. Offered: receipts, issues, moves, both returns.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from math import floor
from typing import NamedTuple

RECEIVE, ISSUE, MOVE, RETURN_IN, RETURN_OUT = 1, 2, 3, 4, 5


class Line(NamedTuple):
    """What the oracle reads of a line; the fields of the kernel's own record, in its order."""

    kind: int
    item: str
    quantity: int
    source: str
    target: str
    value: int | None
    cites: int
    order: str


class Answer(NamedTuple):
    """Costs by line; what is left as {(pool, origin): (quantity, cents)}; origin -1: averaged."""

    costs: list[int]
    left: dict[tuple[str, int], tuple[int, int]]


def rounded(exact: Fraction) -> int:
    """Half away from zero."""
    return floor(exact + Fraction(1, 2)) if exact >= 0 else -floor(-exact + Fraction(1, 2))


class Returns:
    """What of a line may still come back, and for how much."""

    def __init__(self) -> None:
        self.left: dict[int, tuple[int, Fraction]] = {}

    def cost(self, cited: int, quantity: int, whole: int, cost: int) -> int:
        units, cents = self.left.get(cited, (whole, Fraction(cost)))
        part = rounded(cents * Fraction(quantity, units))
        self.left[cited] = (units - quantity, cents - part)
        return part


def layered(lines: Sequence[Line], *, is_newest_first: bool = False) -> Answer:
    """Unit by unit: what the line names, then the oldest or the newest."""
    tokens: dict[str, list[int]] = defaultdict(list)  # pool -> receipt of every unit
    cents: Counter[tuple[str, int]] = Counter()  # (pool, receipt) -> cents on its units
    returns, costs = Returns(), list[int]()

    def take(pool: str, quantity: int, first: int = -1) -> list[tuple[int, int, int]]:
        sign = -1 if is_newest_first else 1
        queue = sorted(tokens[pool], key=lambda receipt: (receipt != first, sign * receipt))
        chosen = queue[:quantity]
        taken = []
        for receipt in dict.fromkeys(chosen):
            units, there = chosen.count(receipt), tokens[pool].count(receipt)
            part = rounded(Fraction(cents[pool, receipt]) * units / there)
            cents[pool, receipt] -= part
            for _ in range(units):
                tokens[pool].remove(receipt)
            taken.append((receipt, units, part))
        return taken

    def put(pool: str, receipt: int, units: int, part: int) -> None:
        tokens[pool] += [receipt] * units
        cents[pool, receipt] += part

    for at, line in enumerate(lines):
        kind, _, quantity, source, target, value, cites, _ = line
        if kind == RECEIVE:
            cost = value or 0
            put(target, at, quantity, cost)
        elif kind == RETURN_IN:
            cost = returns.cost(cites, quantity, lines[cites].quantity, costs[cites])
            put(target, at, quantity, cost)
        else:
            taken = take(source, quantity, cites)
            cost = sum(part for _, _, part in taken)
            if kind == MOVE:
                for receipt, units, part in taken:
                    put(target, receipt, units, part)
        costs.append(cost)
    left = {
        (pool, receipt): (units, cents[pool, receipt])
        for pool, queue in tokens.items()
        for receipt, units in Counter(queue).items()
    }
    return Answer(costs, left)


def average(lines: Sequence[Line]) -> Answer:
    """Moving average: a pool is how many and how much."""
    many: Counter[str] = Counter()
    much: dict[str, Fraction] = defaultdict(Fraction)
    returns, costs = Returns(), list[int]()
    for line in lines:
        kind, _, quantity, source, target, value, cites, _ = line
        if kind == RECEIVE:
            cost = value or 0
        elif kind == RETURN_IN:
            cost = returns.cost(cites, quantity, lines[cites].quantity, costs[cites])
        else:
            cost = rounded(much[source] / many[source] * quantity)
            if kind == RETURN_OUT:
                own = returns.cost(cites, quantity, lines[cites].quantity, costs[cites])
                cost = own if own < much[source] else int(much[source])
            if quantity == many[source]:
                cost = int(much[source])
        if kind in (RECEIVE, RETURN_IN, MOVE):
            many[target] += quantity
            much[target] += cost
        if kind in (ISSUE, RETURN_OUT, MOVE):
            many[source] -= quantity
            much[source] -= cost
        costs.append(cost)
    left = {(pool, -1): (units, int(much[pool])) for pool, units in many.items() if units}
    return Answer(costs, left)


def at_standard(lines: Sequence[Line], unit: Fraction) -> tuple[Answer, dict[int, int]]:
    """Everything at the standard of a unit; who empties a pool takes the cents that are there.

    Also gives what came in above standard, by line.
    """
    many, much = Counter[str](), Counter[str]()
    returns, costs, above = Returns(), list[int](), dict[int, int]()
    for at, line in enumerate(lines):
        kind, _, quantity, source, target, value, cites, _ = line
        cost = rounded(unit * quantity)
        if kind == RECEIVE:
            above[at] = (value or 0) - cost
        elif kind == RETURN_IN:
            own = returns.cost(cites, quantity, lines[cites].quantity, costs[cites])
            above[at] = own - cost
        else:
            cost = much[source] if quantity == many[source] else min(cost, much[source])
            many[source] -= quantity
            much[source] -= cost
        if target:
            many[target] += quantity
            much[target] += cost
        costs.append(cost)
    left = {(pool, -1): (units, much[pool]) for pool, units in many.items() if units}
    return Answer(costs, left), {at: amount for at, amount in above.items() if amount}


ORACLES: dict[str, Callable[[Sequence[Line]], Answer]] = {
    "fifo": layered,
    "lifo": partial(layered, is_newest_first=True),
    "moving-average": average,
    "specific": layered,
}
