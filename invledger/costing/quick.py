"""The quick loop: receipts and issues of FIFO, LIFO and moving average, without ceremony.

It works on the same pools as `kinds.apply` and hands over every line that is not plain: another
kind, a citation, a pool's first line, goods that are not there, shortages to fill. So it decides
nothing of its own: tests run both ways and compare everything. It keeps no provenance.
"""

from __future__ import annotations

from itertools import islice

from invledger.costing.average import AveragePool
from invledger.costing.fifo import USED_MAX, FifoPool
from invledger.costing.interface import Kind
from invledger.costing.kinds import apply
from invledger.costing.lifo import LifoPool
from invledger.costing.run import Run

_RECEIVE, _ISSUE = int(Kind.RECEIVE), int(Kind.ISSUE)


def apply_all(run: Run, start: int = 0, stop: int | None = None) -> None:
    """Cost the lines from `start` to `stop`, all where nothing is said."""
    pools, costs = run.quick, run.costs
    rows = islice(run.rows, start, stop)
    for at, (kind, item, quantity, source, target, value, cites, _) in enumerate(rows, start):
        if cites < 0 < quantity:
            if kind == _ISSUE:
                pool = pools.get(source)
                if pool is not None and quantity <= pool.quantity and pool.item == item:
                    if type(pool) is FifoPool:
                        costs[at] = _issue_layers(pool, quantity)
                        continue
                    if type(pool) is AveragePool:
                        costs[at] = _issue_average(pool, quantity)
                        continue
                    if type(pool) is LifoPool:
                        costs[at] = _issue_newest(pool, quantity)
                        continue
            elif kind == _RECEIVE:
                pool = pools.get(target)
                if (
                    pool is not None
                    and value is not None
                    and value >= 0
                    and not pool.shortages
                    and pool.item == item
                ):
                    if type(pool) is FifoPool or type(pool) is LifoPool:
                        pool.origins.append(at)
                        pool.quantities.append(quantity)
                        pool.values.append(value)
                        pool.quantity += quantity
                        costs[at] = value
                        continue
                    if type(pool) is AveragePool:
                        pool.value += value
                        pool.quantity += quantity
                        costs[at] = value
                        continue
        apply(run, at)


def _issue_average(pool: AveragePool, quantity: int) -> int:
    whole, value = pool.quantity, pool.value
    if quantity == whole:
        pool.last_value, pool.last_quantity = value, whole
        pool.quantity = pool.value = 0
        return value
    cost = (2 * value * quantity + whole) // (2 * whole)
    pool.quantity = whole - quantity
    pool.value = value - cost
    return cost


def _issue_layers(pool: FifoPool, quantity: int) -> int:
    pool.quantity -= quantity
    quantities, values, head = pool.quantities, pool.values, pool.head
    there, worth = quantities[head], values[head]
    cost = 0
    while quantity > there:  # whole layers
        cost += worth
        quantity -= there
        head += 1
        there, worth = quantities[head], values[head]
    part = (2 * worth * quantity + there) // (2 * there)
    quantities[head] = there - quantity
    values[head] = worth - part
    pool.last_value, pool.last_quantity = worth, there
    if head > USED_MAX and 2 * head > len(quantities):
        pool.drop_used(head)
    else:
        pool.head = head
    return cost + part


def _issue_newest(pool: LifoPool, quantity: int) -> int:
    pool.quantity -= quantity
    origins, quantities, values = pool.origins, pool.quantities, pool.values
    cost = 0
    there = quantities[-1]
    while quantity > there:  # whole layers
        cost += values.pop()
        quantity -= there
        quantities.pop()
        origins.pop()
        there = quantities[-1]
    worth = values[-1]
    part = (2 * worth * quantity + there) // (2 * there)
    quantities[-1] = there - quantity
    values[-1] = worth - part
    pool.last_value, pool.last_quantity = worth, there
    return cost + part
