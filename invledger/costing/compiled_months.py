"""Compiled costing of months: periodic average of goods that only come and go.

The same figures as `periodic_quick`: a month's ratio, each issue rounded by itself, the residue
onto the last ones. What is more than plain (goods that are not there, that move between pools,
figures beyond 64 bits) gives up, and the kernel proper does the work.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from invledger.costing.compiled import place, share
from invledger.costing.compiled_months_state import (
    ADDRESS,
    COLUMNS,
    DONE,
    KIND_COST,
    KIND_FIRST,
    KIND_QUANTITY,
    KIND_ZEROS,
    KINDS,
    MAX,
    NOT_PLAIN,
    OUT_BEFORE,
    OUT_COST,
    OUT_KIND,
    OUT_POOL,
    OUT_QUANTITY,
    OUTS,
    POOL_COSTED,
    POOL_LAST,
    POOL_OUT,
    POOL_QUANTITY,
    POOL_THERE,
    POOL_VALUE,
    POOLS,
    SLOTS,
    SLOTS_MAX,
    STATE_SIZE,
    STOPPED,
    USED,
)
from invledger.costing.pricing import RESIDUE_MAX
from invledger.ledger.compiled import array, compiled, entry, number_at, table
from invledger.ledger.compiled_form import (
    LINE_COLUMNS,
    LINE_ITEM,
    LINE_KIND,
    LINE_LIKE,
    LINE_QUANTITY,
    LINE_SOURCE,
    LINE_TARGET,
    LINE_VALUE,
    PROGRAM_SIZE,
    STENCIL_CLOSES,
    STENCIL_COLUMNS,
    STENCILS,
)

Ints = Any  # numpy array of 64-bit integers

_RECEIVE, _ISSUE, _MOVE = 1, 2, 3
_MOST = 2**60  # of goods and values of a pool, of the cost of a kind
_ITEMS = 2**32


class State(NamedTuple):
    """Pools, kinds and outs by number, numbers of pools and kinds by key; the record of all."""

    pools: Ints
    kinds: Ints
    outs: Ints
    pool_slots: Ints
    kind_slots: Ints
    held: Ints


@compiled
def _state(address: int) -> Any:
    held = array(address, STATE_SIZE)
    return State(
        table(held[POOLS + ADDRESS], held[POOLS + MAX], COLUMNS),
        table(held[KINDS + ADDRESS], held[KINDS + MAX], COLUMNS),
        table(held[OUTS + ADDRESS], held[OUTS + MAX], COLUMNS),
        array(held[POOLS + SLOTS], held[POOLS + SLOTS_MAX]),
        array(held[KINDS + SLOTS], held[KINDS + SLOTS_MAX]),
        held,
    )


@compiled
def _place_rows(rows: Ints, slots: Ints, count: int) -> None:
    for at in range(slots.size):
        slots[at] = -1
    for number in range(count):
        slots[place(slots, rows, rows[number, 0])] = number


@entry
def place_all(address: int) -> int:
    """Put the numbers of all pools and kinds into slots anew."""
    state = _state(address)
    _place_rows(state.pools, state.pool_slots, state.held[POOLS + USED])
    _place_rows(state.kinds, state.kind_slots, state.held[KINDS + USED])
    return 0


@entry
def begin_month(address: int) -> int:
    """Nothing has left, and no kind of rows has come."""
    state = _state(address)
    state.held[KINDS + USED] = state.held[OUTS + USED] = 0
    _place_rows(state.kinds, state.kind_slots, 0)
    return 0


@compiled
def _row(rows: Ints, slots: Ints, key: int, count: int) -> int:
    """The row of a key; a new one, for which there is room, is the one behind `count` rows."""
    at = place(slots, rows, key)
    if slots[at] < 0:
        for column in range(COLUMNS):
            rows[count, column] = 0
        rows[count, 0] = key
        slots[at] = count
    found: int = slots[at]
    return found


@compiled
def _pool(state: Any, key: int) -> int:
    found = _row(state.pools, state.pool_slots, key, state.held[POOLS + USED])
    state.held[POOLS + USED] = max(state.held[POOLS + USED], found + 1)
    return found


@entry
def open_pool(address: int, key: int, quantity: int, value: int) -> int:
    """What a pool holds before its first month; how it ended, as `cost_month`."""
    state = _state(address)
    if state.held[POOLS + USED] == state.held[POOLS + MAX]:
        return POOLS
    return DONE if _come(state, key, quantity, value) else NOT_PLAIN


@compiled
def _kind(state: Any, key: int, first: int) -> int:
    count = state.held[KINDS + USED]
    found = _row(state.kinds, state.kind_slots, key, count)
    if found == count:
        state.kinds[found, KIND_FIRST] = first
        state.held[KINDS + USED] = count + 1
    return found


@compiled
def _carry(kind: Ints, quantity: int, cost: int) -> bool:
    """A line onto the sums of its kind; whether they are plain."""
    kind[KIND_QUANTITY] += quantity
    kind[KIND_COST] += cost
    if cost == 0:
        kind[KIND_ZEROS] += 1
    return bool(kind[KIND_COST] <= _MOST and kind[KIND_QUANTITY] <= _MOST)


@compiled
def _come(state: Any, key: int, quantity: int, value: int) -> bool:
    """Goods into a pool; whether its sums are plain."""
    pool = state.pools[_pool(state, key)]
    pool[POOL_QUANTITY] += quantity
    pool[POOL_THERE] += quantity
    pool[POOL_VALUE] += value
    return bool(pool[POOL_VALUE] <= _MOST and pool[POOL_QUANTITY] <= _MOST)


@compiled
def _leave(state: Any, key: int, kind: int, quantity: int) -> bool:
    """Goods out of a pool, to be costed at the end of the month; whether they are there."""
    number, count = _pool(state, key), state.held[OUTS + USED]
    pool, out = state.pools[number], state.outs[count]
    out[OUT_POOL], out[OUT_KIND], out[OUT_QUANTITY] = number, kind, quantity
    out[OUT_BEFORE] = pool[POOL_LAST]
    pool[POOL_LAST] = state.held[OUTS + USED] = count + 1
    pool[POOL_OUT] += quantity
    pool[POOL_THERE] -= quantity
    return bool(pool[POOL_THERE] >= 0)


@entry
def cost_month(
    address: int, first: int, start: int, end: int, lines: int, count: int, costs: int,
    program: int,
) -> int:  # fmt: skip
    """Lines from `start` to `end`, all of one month: costs of what comes in, the rest waits.

    `first` is the number of line 0. Why it stopped; a table's number where that is full.
    """
    state = _state(address)
    held = state.held
    stencils = array(program, PROGRAM_SIZE)[STENCILS]
    some, found = table(lines, LINE_COLUMNS, count), array(costs, count)
    for at in range(start, end):
        held[STOPPED] = at
        for full in (POOLS, KINDS, OUTS):
            if held[full + USED] == held[full + MAX]:
                return full
        kind, quantity, like = some[LINE_KIND, at], some[LINE_QUANTITY, at], some[LINE_LIKE, at]
        alike = like * _ITEMS + some[LINE_ITEM, at]
        found[at] = 0
        if kind == _RECEIVE:
            value = some[LINE_VALUE, at]
            found[at] = value
            if not _come(state, some[LINE_TARGET, at], quantity, value):
                return NOT_PLAIN
            if number_at(stencils, like * STENCIL_COLUMNS + STENCIL_CLOSES):
                number = _kind(state, alike, first + at)
                if not _carry(state.kinds[number], quantity, value):
                    return NOT_PLAIN
        elif kind == _ISSUE:
            number = _kind(state, alike, first + at)
            if not _leave(state, some[LINE_SOURCE, at], number, quantity):
                return NOT_PLAIN
        elif kind == _MOVE:
            return NOT_PLAIN
    held[STOPPED] = end
    return DONE


@compiled
def _spread(pool: Ints, outs: Ints, residue: int) -> None:
    """`pricing.spread_residue` over what left a pool, from the last issue on.

    Each issue is half a minor unit off at most, so there are more issues than residue.
    """
    if abs(residue) > RESIDUE_MAX:
        step = 1 if residue > 0 else -1
        at = pool[POOL_LAST]
        for _ in range(abs(residue)):
            out = outs[at - 1]
            if out[OUT_COST] + step >= 0:
                out[OUT_COST] += step
                residue -= step
            at = out[OUT_BEFORE]
    at = pool[POOL_LAST]
    while residue != 0:
        out = outs[at - 1]
        taken = max(residue, -out[OUT_COST])
        out[OUT_COST] += taken
        residue -= taken
        at = out[OUT_BEFORE]


@compiled
def _close_pool(pool: Ints, outs: Ints) -> None:
    """What leaves a pool together, and what stays."""
    wanted = share(pool[POOL_VALUE], pool[POOL_OUT], pool[POOL_QUANTITY])
    _spread(pool, outs, wanted - pool[POOL_COSTED])
    pool[POOL_VALUE] -= wanted
    pool[POOL_QUANTITY] -= pool[POOL_OUT]
    pool[POOL_LAST] = pool[POOL_OUT] = pool[POOL_COSTED] = 0


@entry
def close_month(address: int) -> int:
    """Cost what left in the month, onto the sums of its kinds; whether all is plain."""
    state = _state(address)
    held, pools, kinds, outs = state.held, state.pools, state.kinds, state.outs
    for at in range(held[OUTS + USED]):
        out = outs[at]
        pool = pools[out[OUT_POOL]]
        out[OUT_COST] = share(pool[POOL_VALUE], out[OUT_QUANTITY], pool[POOL_QUANTITY])
        pool[POOL_COSTED] += out[OUT_COST]
    for number in range(held[POOLS + USED]):
        pool = pools[number]
        if pool[POOL_LAST] > 0:
            _close_pool(pool, outs)
        if pool[POOL_QUANTITY] != pool[POOL_THERE]:
            return NOT_PLAIN
    for at in range(held[OUTS + USED]):
        out = outs[at]
        if not _carry(kinds[out[OUT_KIND]], out[OUT_QUANTITY], out[OUT_COST]):
            return NOT_PLAIN
    return DONE
