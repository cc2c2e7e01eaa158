"""Compiled costing: receipts, issues and moves of FIFO and moving average over flat arrays.

The same figures as `Pool` gives, line by line; whatever is more than plain (goods that are not
there above all) gives up, and the kernel proper does the work. State lies in three arrays that
the caller makes larger when asked: pools, layers, and the table that finds a pool by its key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numba
import numpy as np

Ints = Any  # numpy array of 64-bit integers

FIFO, AVERAGE = 0, 1
_KEY, _START, _HEAD, _END, _CAP, _QUANTITY, _VALUE, _FLOW_QUANTITY, _FLOW_VALUE = range(9)
_RECEIVE, _ISSUE, _MOVE = 1, 2, 3
DONE, MORE_POOLS, MORE_LAYERS, NOT_PLAIN = range(4)
_WHOLE = 2**30  # quantities of a layer or pool that shares can be computed of
_WORTH = 2**60


class State(NamedTuple):
    """Pools by number, layers of all pools, numbers of pools by key; how much of each is used."""

    pools: Ints
    layers: Ints
    slots: Ints
    used: Ints  # pools, layers


def compiled(function: Any) -> Any:
    """As `ledger.compiled`: kept on disk, without Python's lock."""
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)


def new_state(pools: int = 1 << 10, layers: int = 1 << 16) -> State:
    """Nothing on hand, and room for so many pools and layers."""
    return State(
        np.zeros((pools, 9), np.int64), np.zeros((layers, 3), np.int64),
        np.full(4 * pools, -1, np.int64), np.zeros(2, np.int64),
    )  # fmt: skip


def grown(state: State, status: int) -> State:
    """The state with twice the room of what ran out."""
    if status == MORE_LAYERS:
        layers = np.concatenate([state.layers, np.zeros_like(state.layers)])
        return state._replace(layers=layers)
    larger = new_state(2 * len(state.pools), 1)
    larger.pools[: len(state.pools)] = state.pools
    _refill(larger.pools, larger.slots, state.used[0])
    return State(larger.pools, state.layers, larger.slots, state.used)


@compiled
def _place(slots: Ints, pools: Ints, key: int) -> int:
    """The slot of a key: where it stands or belongs."""
    mask = slots.size - 1
    found = np.uint64(key) * np.uint64(11400714819323198485)
    at = np.int64(found >> np.uint64(20)) & mask
    while slots[at] >= 0 and pools[slots[at], _KEY] != key:
        at = (at + 1) & mask
    return at


@compiled
def _refill(pools: Ints, slots: Ints, used: int) -> None:
    for number in range(used):
        slots[_place(slots, pools, pools[number, _KEY])] = number


@compiled
def _pool(state: Any, key: int) -> int:
    at = _place(state.slots, state.pools, key)
    if state.slots[at] < 0:
        number = state.used[0]
        state.slots[at] = number
        state.pools[number, _KEY] = key
        state.used[0] += 1
    return state.slots[at]


@compiled
def _share(worth: int, part: int, whole: int) -> int:
    """`share` of the model, in steps that stay below 64 bits while `whole` is below 2**30."""
    times = worth // whole
    rest = worth - times * whole
    return times * part + (2 * rest * part + whole) // (2 * whole)


@compiled
def _make_room(state: Any, number: int, more: int) -> None:
    """Room for `more` layers behind a pool's, and some before: old ones come in by moves."""
    pool = state.pools[number]
    if pool[_END] + more <= pool[_START] + pool[_CAP]:
        return
    count = pool[_END] - pool[_HEAD]
    start = pool[_START]
    if 2 * (count + more) > pool[_CAP]:
        pool[_CAP] = 3 * (count + more)
        start = state.used[1]
        state.used[1] += pool[_CAP]
    first = start + (pool[_CAP] - count) // 4
    layers, old = state.layers, pool[_HEAD]
    for k in range(count):
        at = k if first < old else count - 1 - k
        for n in range(3):
            layers[first + at, n] = layers[old + at, n]
    pool[_START] = start
    pool[_HEAD] = first
    pool[_END] = first + count


@compiled
def _put(state: Any, number: int, origin: int, quantity: int, value: int) -> None:
    """Goods into a pool, as part of their layer where it is here (`FifoPool.put`)."""
    layers = state.layers
    _make_room(state, number, 1)
    pool = state.pools[number]
    low, high = pool[_HEAD], pool[_END]
    if high > low and layers[high - 1, 0] < origin:
        low = high
    while low < high:
        middle = (low + high) // 2
        if layers[middle, 0] < origin:
            low = middle + 1
        else:
            high = middle
    if low < pool[_END] and layers[low, 0] == origin:
        layers[low, 1] += quantity
        layers[low, 2] += value
        return
    if low - pool[_HEAD] < pool[_END] - low and pool[_HEAD] > pool[_START]:
        for at in range(pool[_HEAD], low):
            for n in range(3):
                layers[at - 1, n] = layers[at, n]
        pool[_HEAD] -= 1
        low -= 1
    else:
        for back in range(pool[_END] - low):
            for n in range(3):
                layers[pool[_END] - back, n] = layers[pool[_END] - back - 1, n]
        pool[_END] += 1
    layers[low, 0] = origin
    layers[low, 1] = quantity
    layers[low, 2] = value


@compiled
def _take(state: Any, number: int, quantity: int, target: int) -> int:
    """Goods out of a pool, oldest first, into another where `target` is one; what they cost."""
    layers = state.layers
    pool = state.pools[number]
    cost = 0
    while quantity > 0:
        at = pool[_HEAD]
        there, worth = layers[at, 1], layers[at, 2]
        part, value = there, worth
        if quantity < there:
            if there >= _WHOLE:
                return -1
            part = quantity
            value = _share(worth, part, there)
            layers[at, 1] = there - part
            layers[at, 2] = worth - value
        else:
            pool[_HEAD] += 1
        if target >= 0:
            _put(state, target, layers[at, 0], part, value)
        quantity -= part
        cost += value
    return cost


@compiled
def run(
    state: Any, first: int, start: int, kinds: Ints, sources: Ints, targets: Ints,
    quantities: Ints, values: Ints, methods: Ints, costs: Ints,
) -> tuple[int, int]:
    """Cost lines from `start` on; `first` is the number of line 0. Where it stopped, and why."""
    pools = state.pools
    for at in range(start, kinds.size):
        kind, quantity = kinds[at], quantities[at]
        if state.used[0] + 2 > pools.shape[0]:
            return at, MORE_POOLS
        source = target = -1
        if kind == _ISSUE or kind == _MOVE:
            source = _pool(state, sources[at])
            if pools[source, _QUANTITY] < quantity:
                return at, NOT_PLAIN
        if kind == _RECEIVE or kind == _MOVE:
            target = _pool(state, targets[at])
            more = 2
            if kind == _MOVE:
                more += pools[source, _END] - pools[source, _HEAD]
            if state.used[1] + 9 * (pools[target, _CAP] + more) > state.layers.shape[0]:
                return at, MORE_LAYERS
        cost = 0
        if kind == _RECEIVE:
            cost = values[at]
            if methods[at] == FIFO:
                _put(state, target, first + at, quantity, cost)
        elif source >= 0 and methods[at] == FIFO:
            cost = _take(state, source, quantity, target)
        elif source >= 0:
            whole, worth = pools[source, _QUANTITY], pools[source, _VALUE]
            cost = worth
            if quantity < whole:
                if whole >= _WHOLE:
                    return at, NOT_PLAIN
                cost = _share(worth, quantity, whole)
        if cost < 0 or cost > _WORTH:
            return at, NOT_PLAIN
        if source >= 0:
            pools[source, _QUANTITY] -= quantity
            pools[source, _VALUE] -= cost
        if target >= 0:
            pools[target, _QUANTITY] += quantity
            pools[target, _VALUE] += cost
        costs[at] = cost
    return kinds.size, DONE


@compiled
def is_conserved(state: Any) -> bool:
    """Whether the layers of FIFO pools hold what the lines left: in quantity and in value."""
    for number in range(state.used[0]):
        pool = state.pools[number]
        if pool[_QUANTITY] < 0 or pool[_VALUE] < 0 or (pool[_QUANTITY] == 0 and pool[_VALUE]):
            return False
        if pool[_END] == pool[_START]:
            continue
        quantity = value = 0
        for at in range(pool[_HEAD], pool[_END]):
            quantity += state.layers[at, 1]
            value += state.layers[at, 2]
        if quantity != pool[_QUANTITY] or value != pool[_VALUE]:
            return False
    return True


def held(state: State) -> Iterator[tuple[int, int, int, list[int]]]:
    """Each pool's key, quantity, value, and layers as origin, quantity, value, origin …"""
    for pool in state.pools[: state.used[0]]:
        layers = state.layers[pool[_HEAD] : pool[_END]].ravel().tolist()
        yield int(pool[_KEY]), int(pool[_QUANTITY]), int(pool[_VALUE]), layers
