"""A slow oracle of periodic average in exact fractions; it shares no code with the kernel.

`costs` knows pools that feed each other one way only and answers in cents, line by line, by asking
backwards: what a line costs, what its pool was priced at, what came into that pool. `rates` knows
cycles and work orders and answers with the exact cost of each pool, by Gaussian elimination of a
dense matrix. Neither knows anything of evaluation order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from tests.oracle.exact import ISSUE, MOVE, RECEIVE, RETURN_IN, RETURN_OUT, Line, rounded

CONSUME, PRODUCE, ADD_TO_ORDER = 6, 8, 9


class OutsideError(Exception):
    """A history that this oracle has no answer for (a limit applies, a residue is large)."""


class Asked:
    """Questions about the lines of a history, each answered once."""

    def __init__(self, lines: Sequence[Line], starts: Sequence[int]) -> None:
        self.lines = lines
        self.period_of = [bisect_right(starts, at) - 1 for at in range(len(lines))]
        self.cost = cache(self._cost)
        self.priced = cache(self._priced)
        self.left = cache(self._left)

    def inward(self, pool: str, period: int) -> list[int]:
        """Lines that bring goods in before the pool is priced."""
        return [
            at
            for at, line in enumerate(self.lines)
            if line.target == pool and self.period_of[at] == period and not self.is_back(at)
        ]

    def is_back(self, at: int) -> bool:
        """Goods that return to the pool they left in the same period."""
        line = self.lines[at]
        if line.kind != RETURN_IN:
            return False
        cited = self.lines[line.cites]
        same = self.period_of[line.cites] == self.period_of[at]
        return same and cited.source == line.target and cited.kind in (ISSUE, MOVE)

    def leaving(self, pool: str, period: int) -> list[int]:
        return [
            at
            for at, line in enumerate(self.lines)
            if line.source == pool and self.period_of[at] == period and line.kind != RETURN_OUT
        ]

    def given_back(self, pool: str, period: int) -> list[int]:
        return [
            at
            for at, line in enumerate(self.lines)
            if line.source == pool and self.period_of[at] == period and line.kind == RETURN_OUT
        ]

    def _cost(self, at: int) -> int:
        line = self.lines[at]
        if line.kind == RECEIVE:
            return line.value or 0
        if line.kind in (RETURN_IN, RETURN_OUT):
            return self.drawn(line.cites)[at]
        return self.priced(line.source, self.period_of[at])[0][at]

    def drawn(self, cited: int, cost: int | None = None) -> dict[int, int]:
        """What each line that cites `cited` takes of its cost."""
        units = self.lines[cited].quantity
        cents = self.cost(cited) if cost is None else cost
        parts = {}
        for at, line in enumerate(self.lines):
            if line.cites == cited:
                parts[at] = rounded(Fraction(cents * line.quantity, units))
                units, cents = units - line.quantity, cents - parts[at]
        return parts

    def _priced(self, pool: str, period: int) -> tuple[dict[int, int], int, int]:
        """Costs of what leaves a pool in a period; quantity and value at its end."""
        quantity, value = self.left(pool, period - 1)
        for at in self.inward(pool, period):
            quantity += self.lines[at].quantity
            value += self.cost(at)
        for at in self.given_back(pool, period):
            own = self.cost(at)
            quantity -= self.lines[at].quantity
            if own > value or not quantity:
                raise OutsideError
            value -= own
        outs = self.leaving(pool, period)
        backs = [
            at
            for at, line in enumerate(self.lines)
            if line.target == pool and self.period_of[at] == period and self.is_back(at)
        ]
        if not outs:
            return {}, quantity, value
        if quantity <= 0:
            raise OutsideError
        unit = Fraction(value, quantity)
        costs = {at: rounded(unit * self.lines[at].quantity) for at in outs}
        returned = {
            at: self.drawn(self.lines[at].cites, costs[self.lines[at].cites])[at] for at in backs
        }
        net = sum(self.lines[at].quantity for at in outs) - sum(
            self.lines[at].quantity for at in backs
        )
        whole = value if net == quantity else min(rounded(unit * net), value)
        residue = whole + sum(returned.values()) - sum(costs.values())
        cited = {
            line.cites
            for at, line in enumerate(self.lines)
            if line.cites >= 0 and self.period_of[at] == period
        }
        free = [at for at in outs if at not in cited]
        sold = [at for at in free if self.lines[at].kind == ISSUE]
        last = max(sold or free, default=-1)
        if residue and (last < 0 or abs(residue) > 5 or costs[last] + residue < 0):
            raise OutsideError
        if residue:
            costs[last] += residue
        return costs, quantity - net, value - whole

    def _left(self, pool: str, period: int) -> tuple[int, int]:
        if period < -1:
            return 0, 0
        _, quantity, value = self.priced(pool, period)
        return quantity, value


def costs(lines: Sequence[Line], starts: Sequence[int]) -> list[int]:
    """What every line costs. Raises OutsideError where the oracle has no answer."""
    asked = Asked(lines, starts)
    for line, period in zip(lines, asked.period_of, strict=True):
        if line.kind == RETURN_OUT:
            asked.priced(line.source, period)  # is there so much to give back?
    return [asked.cost(at) for at in range(len(lines))]


def rates(lines: Sequence[Line]) -> dict[str, Fraction]:
    """The exact unit cost of every pool, all lines being of one period.

    Unknowns are the pools' unit costs and the orders' whole cost; an order gives all of it to the
    one line that it produces.
    """
    names = sorted(
        {line.target for line in lines if line.target}
        | {line.source for line in lines if line.source}
        | {f"order {line.order}" for line in lines if line.order}
    )
    place = {name: n for n, name in enumerate(names)}
    matrix = [[Fraction(0)] * len(names) for _ in names]
    right = [Fraction(0)] * len(names)
    for line in lines:
        into, out = place.get(line.target, -1), place.get(line.source, -1)
        order = place.get(f"order {line.order}", -1)
        if line.kind == RECEIVE:
            matrix[into][into] += line.quantity
            right[into] += line.value or 0
        elif line.kind == MOVE:
            matrix[into][into] += line.quantity
            matrix[into][out] -= line.quantity
        elif line.kind == CONSUME:
            matrix[order][out] -= line.quantity
        elif line.kind == ADD_TO_ORDER:
            right[order] += line.value or 0
        elif line.kind == PRODUCE:
            matrix[into][into] += line.quantity
            matrix[into][order] -= 1
    for name, n in place.items():
        if name.startswith("order "):
            matrix[n][n] += 1
    return dict(zip(names, _solve(matrix, right), strict=True))


def _solve(matrix: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    size = len(matrix)
    for n in range(size):
        pivot = next((row for row in range(n, size) if matrix[row][n]), -1)
        if pivot < 0:
            raise OutsideError
        matrix[n], matrix[pivot] = matrix[pivot], matrix[n]
        right[n], right[pivot] = right[pivot], right[n]
        for row in range(size):
            if row != n and matrix[row][n]:
                times = matrix[row][n] / matrix[n][n]
                matrix[row] = [a - times * b for a, b in zip(matrix[row], matrix[n], strict=True)]
                right[row] -= times * right[n]
    return [right[n] / matrix[n][n] for n in range(size)]
