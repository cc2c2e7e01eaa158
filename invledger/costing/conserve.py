"""Conservation, checked on every run: for every pool, in + value changes = out + closing.

The flows are added up again from lines and costs alone and compared with what the pools hold, in
quantity and in value; orders likewise. A difference is a fault of the program and stops it.
"""

from __future__ import annotations

from collections import defaultdict

from invledger.costing.interface import INTO_POOL, OUT_OF_POOL, Costed, Kind, PoolState
from invledger.costing.run import KernelError, Run


def check_conservation(run: Run, costed: Costed) -> None:
    """Raise KernelError, naming item and pool, where value or quantity came or went by itself."""
    quantities, values = _flows(run)
    for spread in run.revalued.values():
        for key, amount in spread:
            values[key] += amount
    for _, key, before, after in costed.switched:
        values[key] += after - before
    for key, quantity in run.rescoped.items():
        quantities[key] += quantity
    for true_up in costed.true_ups:
        values[run.rows[true_up.at].target] -= true_up.amount
    for key, state in costed.pools.items():
        _check_pool(key, state, quantities.pop(key, 0), values.pop(key, 0))
    stray = [key for key in quantities if quantities[key]]
    if stray:
        raise KernelError(f"lines moved goods through pools that are not there: {stray}")
    _check_orders(run, costed)
    _check_shares(costed)


def _flows(run: Run) -> tuple[dict[str, int], dict[str, int]]:
    """Quantity and value that went into each pool less what went out, by the lines' own words."""
    quantities: dict[str, int] = defaultdict(int)
    values: dict[str, int] = defaultdict(int)
    void = run.void
    for at, (row, cost) in enumerate(zip(run.rows, run.costs, strict=True)):
        kind, _, quantity, source, target, _, _, _ = row
        if void and at in void:
            continue
        if kind in INTO_POOL:
            quantities[target] += quantity
            values[target] += cost
        if kind in OUT_OF_POOL:
            quantities[source] -= quantity
            values[source] -= cost
    return quantities, values


def _check_pool(key: str, state: PoolState, quantity: int, value: int) -> None:
    where = f"item {state.item!r}, pool {key!r}"
    if state.quantity != quantity or state.value != value:
        raise KernelError(
            f"{where}: lines leave quantity {quantity}, value {value}; "
            f"the pool holds quantity {state.quantity}, value {state.value}"
        )
    if state.quantity == 0 and state.value:
        raise KernelError(f"{where}: value {state.value} on no goods")
    if sum(layer.quantity for layer in state.layers) != state.quantity:
        raise KernelError(f"{where}: layers do not add up to quantity {state.quantity}")
    if sum(layer.value for layer in state.layers) != state.value:
        raise KernelError(f"{where}: layers do not add up to value {state.value}")
    for layer in state.layers:
        if layer.quantity > 0 > layer.value or layer.quantity < 0 < layer.value:
            raise KernelError(f"{where}: {layer} has a cost below zero")


def _check_orders(run: Run, costed: Costed) -> None:
    left: dict[str, int] = defaultdict(int)
    if costed.orders:
        for at, (row, cost) in enumerate(zip(run.rows, run.costs, strict=True)):
            if row.kind in (Kind.CONSUME, Kind.ADD_TO_ORDER):
                left[row.order] += cost - run.variances.get(at, 0)
            elif row.kind == Kind.SETTLE:
                left[row.order] -= cost + run.cited.get(at, 0) + run.variances.get(at, 0)
                left[row.order] -= run.followed_by(at)
            elif row.kind in (Kind.HAND_BACK, Kind.PRODUCE):
                left[run.handed_from.get(at, row.order)] -= cost + run.variances.get(at, 0)
        for parts in run.followed.values():
            for key, value in parts:
                left[key] += value
        for true_up in costed.true_ups:
            if true_up.order:
                left[true_up.order] += true_up.amount
    for key, value in costed.orders.items():
        order = run.orders[key]
        if value != left.pop(key, 0) or (order.worth < 0 and not order.refused):
            raise KernelError(f"order {key!r}: value {value} is not what went in less what left")


def _check_shares(costed: Costed) -> None:
    """With provenance, the shares of every line add up to its cost."""
    if costed.shares is None:
        return
    for at, (shares, cost) in enumerate(zip(costed.shares, costed.costs, strict=True)):
        if sum(part.value for part in shares) != cost:
            raise KernelError(f"line {at}: shares {shares} do not add up to cost {cost}")
