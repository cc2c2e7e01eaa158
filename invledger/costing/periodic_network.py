"""Pools of one item between which goods are moved within a period: no graph of lines.

Only what is moved from pool to pool matters for their costs. Pools are priced in the order in
which they feed each other; those that do so mutually by exact integers (Bareiss elimination).
Decides as `window` and `cycles` do; tests compare both, line by line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from invledger.costing.components import components, ways_out
from invledger.costing.interface import Kind, Rate
from invledger.costing.periodic_pool import Amount, PeriodicPool
from invledger.costing.pricing import Rule, rule_of, spread_residue
from invledger.costing.run import Run
from invledger.model import CostPolicy

_MOVE = int(Kind.MOVE)
_NOTHING = Amount()


class Network:
    """Pools of an item in one period; `outs`: the lines that leave each, in order."""

    def __init__(
        self, run: Run, pools: Mapping[str, PeriodicPool], outs: Mapping[str, Sequence[int]]
    ) -> None:
        self.run, self.pools, self.outs = run, pools, outs
        self.priced: list[tuple[str, Rule]] = []
        self.after: dict[str, dict[str, None]] = {key: {} for key in pools}
        for key, lines in outs.items():
            for at in lines:
                row = run.rows[at]
                if row.kind == _MOVE:
                    self.after[key][row.target] = None

    def cost(self, period: int) -> None:
        """Cost all that leaves; what is moved arrives."""
        is_moved = any(self.after.values())
        groups = components(self.pools, self.after) if is_moved else [[key] for key in self.pools]
        for group in reversed(groups):
            if len(group) == 1:
                self._price(group[0], self.outs.get(group[0], ()), _NOTHING)
            else:
                self._price_together(set(group))
        for key, rule in self.priced:
            if rule.base:
                found = (rule.value, rule.base, rule.rounded, rule.decimals)
                self.run.rates.append(Rate(key, period, *found))

    def _price(self, key: str, lines: Sequence[int], lent: Amount) -> None:
        """All goods of the period are in the pool; find what those cost that leave last."""
        run, pool, rows = self.run, self.pools[key], self.run.rows
        goods = Amount(pool.quantity, pool.value, pool.quantity)
        rule = rule_in(run, pool, goods)
        numerator, denominator = rule.numerator, rule.denominator
        twice, costs = 2 * denominator, run.costs
        quantity = total = 0
        for at in lines:
            out = rows[at].quantity
            cost = (2 * out * numerator + denominator) // twice
            costs[at] = cost
            quantity += out
            total += cost
        left, there = goods.quantity - lent.quantity - quantity, goods.value - lent.value
        wanted = there
        if left:
            wanted = min(rule.cost(quantity + lent.quantity) - lent.value, there)
        if lines and wanted != total:
            moved = bool(self.after[key])
            carriers = [at for at in lines if rows[at].kind != _MOVE] if moved else lines
            spread_residue(costs, carriers or lines, wanted - total)
        pool.quantity = pool.base = left
        pool.value = there - wanted if lines else there
        pool.last_value, pool.last_quantity = goods.value, goods.quantity
        self.priced.append((key, rule))
        if self.after[key]:
            self._arrive(lines)

    def _arrive(self, lines: Sequence[int]) -> None:
        """What was moved is worth in its new pool what it cost."""
        for at in lines:
            row = self.run.rows[at]
            if row.kind == _MOVE:
                self.pools[row.target].value += self.run.costs[at]

    def _price_together(self, group: set[str]) -> None:
        """Pools that feed each other: their costs first, then the lines, then the rests."""
        rows = self.run.rows
        inner = {
            key: [
                at
                for at in self.outs.get(key, ())
                if rows[at].kind == _MOVE and rows[at].target in group
            ]
            for key in group
        }
        rates = self._rates(group, inner)
        keep = self._takers(group, inner)
        lent: dict[str, Amount] = {}
        for key in sorted(group):
            free = [at for at in inner[key] if at != keep.get(key, -1)]
            lent[key] = self._lend(key, rates[key], free)
            inner[key] = free
        for key in sorted(group):
            self._arrive(inner[key])
        waits = dict.fromkeys(group, 0)
        for at in keep.values():
            waits[rows[at].target] += 1
        ready = sorted(key for key, count in waits.items() if not count)
        while ready:
            key = ready.pop()
            gone = set(inner[key])
            self._price(key, [at for at in self.outs.get(key, ()) if at not in gone], lent[key])
            if key in keep:
                target = rows[keep[key]].target
                waits[target] -= 1
                if not waits[target]:
                    ready.append(target)

    def _rates(self, group: set[str], inner: Mapping[str, Sequence[int]]) -> dict[str, Fraction]:
        """Quantity x rate = value from outside + moved x rate of where from, for every pool."""
        names = sorted(group)
        place = {key: n for n, key in enumerate(names)}
        matrix = [[0] * (len(names) + 1) for _ in names]
        for key, n in place.items():
            matrix[n][n] += self.pools[key].quantity
            matrix[n][-1] = self.pools[key].value
            for at in inner[key]:
                row = self.run.rows[at]
                matrix[place[row.target]][n] -= row.quantity
        return dict(zip(names, eliminated(matrix), strict=True))

    def _lend(self, key: str, rate: Fraction, lines: Sequence[int]) -> Amount:
        """Lines within the group leave at its cost, each rounded once."""
        goods = Amount(0, rate.numerator, rate.denominator)
        rule = rule_of(policy_of(self.run, self.pools[key]), goods, _NOTHING, (0, 0))
        quantity = value = 0
        for at in lines:
            out = self.run.rows[at].quantity
            self.run.costs[at] = rule.cost(out)
            quantity += out
            value += self.run.costs[at]
        return Amount(quantity, value, quantity)

    def _takers(self, group: set[str], inner: Mapping[str, Sequence[int]]) -> dict[str, int]:
        """Pools that end empty and lead nowhere else give their rest to one line."""
        rows, into = self.run.rows, dict[str, list[tuple[str, int]]]()
        passing = {
            key
            for key in group
            if len(inner[key]) == len(self.outs.get(key, ()))
            and self.pools[key].quantity == sum(rows[at].quantity for at in inner[key])
        }
        if not passing:
            return {}
        for key, lines in inner.items():
            for at in lines:
                into.setdefault(rows[at].target, []).append((key, at))
        lines_out, _ = ways_out(group - passing, into)
        return {key: at for key, at in lines_out.items() if key in passing}


def eliminated(matrix: list[list[int]]) -> list[Fraction]:
    """Solution of a regular system of integers, right side in the last column (Bareiss)."""
    size, before = len(matrix), 1
    for n in range(size):
        swap = next(row for row in range(n, size) if matrix[row][n])
        matrix[n], matrix[swap] = matrix[swap], matrix[n]
        pivot = matrix[n][n]
        for row in range(size):
            if row != n:
                times = matrix[row][n]
                matrix[row] = [
                    (pivot * own - times * other) // before
                    for own, other in zip(matrix[row], matrix[n], strict=True)
                ]
        before = pivot
    return [Fraction(matrix[n][-1], matrix[n][n]) for n in range(size)]


def rule_in(run: Run, pool: PeriodicPool, goods: Amount) -> Rule:
    """How a pool that holds such goods is priced."""
    known = pool.last_value, pool.last_quantity
    if not known[1]:
        known = run.setting.fallback.get(pool.item, (0, 0))
    return rule_of(policy_of(run, pool), goods, pool.opening, known)


def policy_of(run: Run, pool: PeriodicPool) -> CostPolicy:
    """The policy, with the decimals of a unit cost in minor units per smallest unit."""
    policy = pool.policy
    if policy.unit_decimals is None:
        return policy
    shift = run.setting.unit_shift.get(pool.item, 0)
    return replace(policy, unit_decimals=policy.unit_decimals + shift)
