"""Periodic average of items that only come, go and are moved: two passes a period, no graph.

It takes items whose lines are all plain receipts, issues and moves with enough goods always; it
uses the same pools, rules and residues as `periodic`, and tests run both ways and compare. It
keeps no provenance.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

from invledger.costing.interface import Kind
from invledger.costing.periodic_network import Network
from invledger.costing.periodic_pool import PeriodicPool
from invledger.costing.run import Run
from invledger.model import CostPolicy

_RECEIVE, _ISSUE, _SKIP, _MOVE = map(int, (Kind.RECEIVE, Kind.ISSUE, Kind.SKIP, Kind.MOVE))
#: Settings of a policy that change nothing for goods that only come, go and are moved.
_FREE = CostPolicy("periodic-average")


def plain_items(run: Run, items: set[str], start: int, stop: int) -> set[str]:
    """Items of periodic average with nothing but plain receipts, issues and moves."""
    if run.shares is not None:
        return set()
    plain = {item for item in items if _is_simple(run.policies[item])}
    for item in plain & run.pools_of.keys():
        if any(pool.shortages for _, pool in run.pools_of[item]):
            plain.discard(item)
    named = {run.rows[at].item for at in (*run.setting.citations, *_cited_by_others(run))}
    return plain - named - _odd_items(run, plain, start, stop)


def _odd_items(run: Run, plain: set[str], start: int, stop: int) -> set[str]:
    """Items with a line of another kind, or with goods that leave before they are there."""
    there: dict[str, int] = defaultdict(int)
    for key, pool in run.pools.items():
        there[key] = pool.quantity
    odd: set[str] = set()
    for kind, item, quantity, source, target, value, cites, order in run.rows[start:stop]:
        if item not in plain:
            continue
        if cites >= 0 or order or quantity <= 0:
            odd.add(item)
        elif kind == _RECEIVE:
            if value is None or value < 0:
                odd.add(item)
            there[target] += quantity
        elif kind == _ISSUE or (kind == _MOVE and source != target):
            there[source] -= quantity
            if there[source] < 0:
                odd.add(item)
            if kind == _MOVE:
                there[target] += quantity
        elif kind != _SKIP:
            odd.add(item)
    return odd


def _cited_by_others(run: Run) -> list[int]:
    """Lines that a line without an item of its own cites (late value)."""
    cited = [one for pairs in run.setting.citations.values() for one, _ in pairs]
    cited += [row.cites for row in run.rows if not row.item and row.cites >= 0]
    return [at for at in cited if 0 <= at < len(run.rows)]


def _is_simple(policy: CostPolicy) -> bool:
    free = replace(
        policy, pool=_FREE.pool, negative=_FREE.negative, period=_FREE.period,
        unit_decimals=None, purchase_return=_FREE.purchase_return,
        landed_cost=_FREE.landed_cost, invoice_difference=_FREE.invoice_difference,
    )  # fmt: skip
    return free == _FREE


def cost_plain(run: Run, items: set[str], start: int, stop: int) -> None:
    """Cost all lines of such items, period by period."""
    by_length: dict[str, set[str]] = defaultdict(set)
    for item in items:
        by_length[run.policies[item].period].add(item)
    for length, mine in by_length.items():
        starts = run.setting.periods.get(length, (0,))
        first = bisect_right(starts, start)
        bounds = [start, *(at for at in starts[first:] if at < stop), stop]
        for a, b in pairwise(bounds):
            if a < b:
                period = bisect_right(starts, a) - 1
                _period(run, mine, (a, b), period, period >= len(starts) - 1)


def _period(run: Run, items: set[str], lines: tuple[int, int], period: int, is_last: bool) -> None:
    pools, costs = run.pools, run.costs
    keys: dict[str, set[str]] = defaultdict(set)  # of the period, by item
    outs: dict[str, list[int]] = defaultdict(list)
    came: set[str] = set()
    for at, (kind, item, quantity, source, target, value, _, _) in enumerate(
        run.rows[lines[0] : lines[1]], lines[0]
    ):
        if item not in items:
            continue
        if kind == _ISSUE:
            outs[source].append(at)
        elif kind == _RECEIVE and value is not None:
            pool = pools.get(target) or run.pool(at, target)
            came.add(target)
            pool.quantity += quantity
            pool.value += value  # type: ignore[attr-defined]  # a PeriodicPool
            costs[at] = value
        elif kind == _MOVE:
            pool = pools.get(target) or run.pool(at, target)
            outs[source].append(at)
            came.add(target)
            pool.quantity += quantity
    for key in came | outs.keys():
        keys[pools[key].item].add(key)
    for names in keys.values():
        here = {key: pool for key in sorted(names) if isinstance(pool := pools[key], PeriodicPool)}
        Network(run, here, {key: outs[key] for key in names if key in outs}).cost(period)
    if is_last:
        for left in outs.values():
            run.provisional.update(left)
