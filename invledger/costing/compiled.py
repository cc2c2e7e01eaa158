"""Compiled costing: receipts, issues and moves of FIFO and moving average over flat arrays.

The same figures as `Pool` gives, line by line; whatever is more than plain (goods that are not
there above all) gives up, and the kernel proper does the work. State lies in three arrays that
the caller makes larger when asked: pools, layers, and the table that finds a pool by its key.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from invledger.costing.compiled_state import (
    DONE,
    FIFO,
    LAYER_COLUMNS,
    LAYERS,
    LAYERS_MAX,
    LAYERS_USED,
    MORE_LAYERS,
    MORE_POOLS,
    NOT_PLAIN,
    POOL_CAP,
    POOL_COLUMNS,
    POOL_END,
    POOL_HEAD,
    POOL_KEY,
    POOL_QUANTITY,
    POOL_START,
    POOL_VALUE,
    POOLS,
    POOLS_MAX,
    POOLS_USED,
    SLOTS,
    SLOTS_MAX,
    STATE_SIZE,
    STOPPED,
)
from invledger.ledger.compiled import array, compiled, entry, table
from invledger.ledger.compiled_form import (
    LINE_COLUMNS,
    LINE_KIND,
    LINE_METHOD,
    LINE_QUANTITY,
    LINE_SOURCE,
    LINE_TARGET,
    LINE_VALUE,
)

Ints = Any  # numpy array of 64-bit integers

_RECEIVE, _ISSUE, _MOVE = 1, 2, 3
_WHOLE = 2**30  # quantities of a layer or pool that shares can be computed of
_WORTH = 2**60


class State(NamedTuple):
    """Pools by number, layers of all pools, numbers of pools by key; the record they are of."""

    pools: Ints
    layers: Ints
    slots: Ints
    used: Ints


@compiled
def _state(address: int) -> Any:
    held = array(address, STATE_SIZE)
    return State(
        table(held[POOLS], held[POOLS_MAX], POOL_COLUMNS),
        table(held[LAYERS], held[LAYERS_MAX], LAYER_COLUMNS),
        array(held[SLOTS], held[SLOTS_MAX]),
        held,
    )


@compiled
def place(slots: Ints, pools: Ints, key: int) -> int:
    """The slot of a key: where it stands or belongs."""
    mask = slots.size - 1
    found = np.uint64(key) * np.uint64(11400714819323198485)
    at = np.int64(found >> np.uint64(20)) & mask
    while slots[at] >= 0 and pools[slots[at], POOL_KEY] != key:
        at = (at + 1) & mask
    return at


@entry
def place_pools(address: int) -> int:
    """Put the numbers of all pools into empty slots."""
    state = _state(address)
    for number in range(state.used[POOLS_USED]):
        key = state.pools[number, POOL_KEY]
        state.slots[place(state.slots, state.pools, key)] = number
    return 0


@compiled
def _pool(state: Any, key: int) -> int:
    at = place(state.slots, state.pools, key)
    if state.slots[at] < 0:
        number = state.used[POOLS_USED]
        state.slots[at] = number
        state.pools[number, POOL_KEY] = key
        state.used[POOLS_USED] += 1
    return state.slots[at]


@compiled
def share(worth: int, part: int, whole: int) -> int:
    """`share` of the model, for `whole` up to 2**60, in steps that stay below 64 bits."""
    times = worth // whole
    rest = worth - times * whole
    if whole < _WHOLE:
        return times * part + (2 * rest * part + whole) // (2 * whole)
    found = left = 0  # of rest * part / whole, bit by bit
    for bit in range(62, -1, -1):
        found, left = 2 * found, 2 * left
        if (part >> bit) & 1:
            left += rest
        while left >= whole:
            left -= whole
            found += 1
    return times * part + found + (2 * left >= whole)


@compiled
def _make_room(state: Any, number: int, more: int) -> None:
    """Room for `more` layers behind a pool's, and some before: old ones come in by moves."""
    pool = state.pools[number]
    if pool[POOL_END] + more <= pool[POOL_START] + pool[POOL_CAP]:
        return
    count = pool[POOL_END] - pool[POOL_HEAD]
    start = pool[POOL_START]
    if 2 * (count + more) > pool[POOL_CAP]:
        pool[POOL_CAP] = 3 * (count + more)
        start = state.used[LAYERS_USED]
        state.used[LAYERS_USED] += pool[POOL_CAP]
    first = start + (pool[POOL_CAP] - count) // 4
    layers, old = state.layers, pool[POOL_HEAD]
    for k in range(count):
        at = k if first < old else count - 1 - k
        for n in range(3):
            layers[first + at, n] = layers[old + at, n]
    pool[POOL_START] = start
    pool[POOL_HEAD] = first
    pool[POOL_END] = first + count


@compiled
def _put(state: Any, number: int, origin: int, quantity: int, value: int) -> None:
    """Goods into a pool, as part of their layer where it is here (`FifoPool.put`)."""
    layers = state.layers
    _make_room(state, number, 1)
    pool = state.pools[number]
    low, high = pool[POOL_HEAD], pool[POOL_END]
    if high > low and layers[high - 1, 0] < origin:
        low = high
    while low < high:
        middle = (low + high) // 2
        if layers[middle, 0] < origin:
            low = middle + 1
        else:
            high = middle
    if low < pool[POOL_END] and layers[low, 0] == origin:
        layers[low, 1] += quantity
        layers[low, 2] += value
        return
    if low - pool[POOL_HEAD] < pool[POOL_END] - low and pool[POOL_HEAD] > pool[POOL_START]:
        for at in range(pool[POOL_HEAD], low):
            for n in range(3):
                layers[at - 1, n] = layers[at, n]
        pool[POOL_HEAD] -= 1
        low -= 1
    else:
        for back in range(pool[POOL_END] - low):
            for n in range(3):
                layers[pool[POOL_END] - back, n] = layers[pool[POOL_END] - back - 1, n]
        pool[POOL_END] += 1
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
        at = pool[POOL_HEAD]
        there, worth = layers[at, 1], layers[at, 2]
        part, value = there, worth
        if quantity < there:
            if there >= _WHOLE:
                return -1
            part = quantity
            value = share(worth, part, there)
            layers[at, 1] = there - part
            layers[at, 2] = worth - value
        else:
            pool[POOL_HEAD] += 1
        if target >= 0:
            _put(state, target, layers[at, 0], part, value)
        quantity -= part
        cost += value
    return cost


@entry
def cost_lines(address: int, first: int, start: int, lines: int, count: int, costs: int) -> int:
    """Cost lines from `start` on; `first` is the number of line 0. Why it stopped, and where."""
    state = _state(address)
    found = array(costs, count)
    at, status = _cost(state, first, start, table(lines, LINE_COLUMNS, count), found)
    state.used[STOPPED] = at
    return status


@compiled
def _cost(state: Any, first: int, start: int, lines: Ints, costs: Ints) -> tuple[int, int]:
    kinds, sources, targets = lines[LINE_KIND], lines[LINE_SOURCE], lines[LINE_TARGET]
    quantities, values = lines[LINE_QUANTITY], lines[LINE_VALUE]
    methods = lines[LINE_METHOD]
    pools = state.pools
    for at in range(start, kinds.size):
        kind, quantity = kinds[at], quantities[at]
        if state.used[POOLS_USED] + 2 > pools.shape[0]:
            return at, MORE_POOLS
        source = target = -1
        if kind == _ISSUE or kind == _MOVE:
            source = _pool(state, sources[at])
            if pools[source, POOL_QUANTITY] < quantity:
                return at, NOT_PLAIN
        if kind == _RECEIVE or kind == _MOVE:
            target = _pool(state, targets[at])
            more = 2
            if kind == _MOVE:
                more += pools[source, POOL_END] - pools[source, POOL_HEAD]
            if (
                state.used[LAYERS_USED] + 9 * (pools[target, POOL_CAP] + more)
                > state.layers.shape[0]
            ):
                return at, MORE_LAYERS
        cost = 0
        if kind == _RECEIVE:
            cost = values[at]
            if methods[at] == FIFO:
                _put(state, target, first + at, quantity, cost)
        elif source >= 0 and methods[at] == FIFO:
            cost = _take(state, source, quantity, target)
        elif source >= 0:
            whole, worth = pools[source, POOL_QUANTITY], pools[source, POOL_VALUE]
            cost = worth
            if quantity < whole:
                if whole >= _WHOLE:
                    return at, NOT_PLAIN
                cost = share(worth, quantity, whole)
        if cost < 0 or cost > _WORTH:
            return at, NOT_PLAIN
        if source >= 0:
            pools[source, POOL_QUANTITY] -= quantity
            pools[source, POOL_VALUE] -= cost
        if target >= 0:
            pools[target, POOL_QUANTITY] += quantity
            pools[target, POOL_VALUE] += cost
        costs[at] = cost
    return kinds.size, DONE


@entry
def is_conserved(address: int) -> int:
    """Whether the layers of FIFO pools hold what the lines left: in quantity and in value."""
    state = _state(address)
    for number in range(state.used[POOLS_USED]):
        pool = state.pools[number]
        if (
            pool[POOL_QUANTITY] < 0
            or pool[POOL_VALUE] < 0
            or (pool[POOL_QUANTITY] == 0 and pool[POOL_VALUE])
        ):
            return 0
        if pool[POOL_END] == pool[POOL_START]:
            continue
        quantity = value = 0
        for at in range(pool[POOL_HEAD], pool[POOL_END]):
            quantity += state.layers[at, 1]
            value += state.layers[at, 2]
        if quantity != pool[POOL_QUANTITY] or value != pool[POOL_VALUE]:
            return 0
    return 1
