"""Compiled resolving: rows as read -> amounts, stencils, total order, and lines for the kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

from invledger.ledger.compiled import Bytes, Ints, address, byte, compiled, find
from invledger.ledger.compiled_read import (
    COUNTER,
    DAY,
    HEAD,
    ID,
    ID_HASH,
    ID_SIZE,
    ITEM,
    KEY,
    LIKE,
    NET,
    PARTY,
    PRICE,
    PRICE_DECIMALS,
    QUANTITY,
    REASON,
    REASON_SIZE,
    SOURCE,
    TARGET,
    TYPE,
)

_NET_MAX = 4 * 10**18
_MIX = np.uint64(11400714819323198485)


@compiled
def value(
    data: Bytes, rows: Ints, classes: Ints, decimals_of: Ints, money: int, reasons: Any
) -> int:
    """Net amount of each row, and the number that says which stencil it needs; -1: too large."""
    base = address(data)
    for at in range(rows.shape[0]):
        row = rows[at]
        reason = 0
        if row[REASON_SIZE] > 0:
            reason = 2 + find(base + row[REASON], row[REASON_SIZE], reasons)
        priced = 0
        if row[PRICE] >= 0:
            priced = 1
            shift = decimals_of[row[ITEM]] + row[PRICE_DECIMALS] - money
            if row[QUANTITY] > _NET_MAX // row[PRICE] or abs(shift) > 18:
                return -1
            times = row[QUANTITY] * row[PRICE]
            scale = 1
            for _ in range(abs(shift)):
                scale *= 10
            if shift >= 0:
                whole = times // scale
                row[NET] = whole + (1 if 2 * (times - whole * scale) >= scale else 0)
            elif times > _NET_MAX // scale:
                return -1
            else:
                row[NET] = times * scale
        partied = 1 if row[PARTY] >= 0 else 0
        ends = (row[TYPE] << 15 | row[SOURCE]) << 15 | row[TARGET]
        row[LIKE] = (ends << 12 | classes[row[ITEM]]) << 8 | priced << 7 | partied << 6 | reason
    return 0


@compiled
def _before(base: int, rows: Ints, a: int, b: int) -> bool:
    """Whether row a stands before row b in total order (`order.total_order`)."""
    if rows[a, KEY] != rows[b, KEY]:
        return rows[a, KEY] < rows[b, KEY]
    one, other = base + rows[a, ID], base + rows[b, ID]
    for k in range(min(rows[a, HEAD], rows[b, HEAD])):
        if byte(one + k) != byte(other + k):
            return byte(one + k) < byte(other + k)
    if rows[a, HEAD] != rows[b, HEAD]:
        return rows[a, HEAD] < rows[b, HEAD]
    if rows[a, COUNTER] != rows[b, COUNTER]:
        return rows[a, COUNTER] < rows[b, COUNTER]
    for k in range(min(rows[a, ID_SIZE], rows[b, ID_SIZE])):
        if byte(one + k) != byte(other + k):
            return byte(one + k) < byte(other + k)
    return rows[a, ID_SIZE] < rows[b, ID_SIZE]


@compiled
def sort(data: Bytes, rows: Ints, order: Ints) -> None:
    """The positions of rows in total order into `order`: a merge sort, for runs are the rule."""
    base = address(data)
    count = order.size
    for k in range(count):
        order[k] = k
    other = np.empty(count, np.int64)
    width = 1
    while width < count:
        start = 0
        while start < count:
            middle = min(start + width, count)
            end = min(start + 2 * width, count)
            if middle < end and not _before(base, rows, order[middle], order[middle - 1]):
                start = end
                continue
            one, two = start, middle
            for k in range(start, end):
                if one < middle and (
                    two >= end or not _before(base, rows, order[two], order[one])
                ):
                    other[k] = order[one]
                    one += 1
                else:
                    other[k] = order[two]
                    two += 1
            order[start:end] = other[start:end]
            start = end
        width *= 2


@compiled
def day_ends(rows: Ints, order: Ints, days: int) -> Ints:
    """Where the rows of each day end in total order."""
    ends: Any = np.zeros(days, np.int64)
    for k in range(order.size):
        ends[rows[order[k], DAY]] += 1
    return np.cumsum(ends)


@compiled
def _slot(slots: Ints, keys: Ints, key: int) -> int:
    mask = slots.size - 1
    slot = np.int64((np.uint64(key) * _MIX) >> np.uint64(20)) & mask
    while slots[slot] >= 0 and keys[slots[slot]] != key:
        slot = (slot + 1) & mask
    return slot


@compiled
def _slot_in(slots: Ints, keys: Ints) -> None:
    for number in range(keys.size):
        slots[_slot(slots, keys, keys[number])] = number


def slots_of(keys: Ints) -> Ints:
    """The hash table that `assign` looks keys up in."""
    slots = np.full(1 << (4 * keys.size + 1).bit_length(), -1, np.int64)
    _slot_in(slots, keys)
    return slots


@compiled
def assign(rows: Ints, start: int, slots: Ints, keys: Ints) -> int:
    """Put the number of its stencil into each row from `start` on; the first without one, or -1.

    `slots` holds numbers of stencils by hash of their key, `keys` the keys by number.
    """
    for at in range(start, rows.shape[0]):
        slot = _slot(slots, keys, rows[at, LIKE])
        if slots[slot] < 0:
            return at
        rows[at, LIKE] = slots[slot]
    return -1


@compiled
def kernel_lines(
    rows: Ints, order: Ints, stencils: Ints, methods: Ints, scopes: int, out: Ints
) -> None:
    """Kind, pools, quantity, value, method, hash, item, stencil of rows in total order."""
    for k in range(order.size):
        at = order[k]
        like, item = rows[at, LIKE], rows[at, ITEM]
        out[0, k] = stencils[like, 4]
        out[1, k] = item * scopes + stencils[like, 5]
        out[2, k] = item * scopes + stencils[like, 6]
        out[3, k] = rows[at, QUANTITY]
        out[4, k] = rows[at, NET]
        out[5, k] = methods[item]
        out[6, k] = rows[at, ID_HASH]
        out[7, k] = item
        out[8, k] = like


@compiled
def first_repeat(hashes: Ints, seen: Ints) -> int:
    """The first id that was seen before, or whose hash was; -1 for none. `seen` takes them up."""
    mask = seen.size - 1
    for k in range(hashes.size):
        one = hashes[k] | 1
        at = (one >> 1) & mask
        while seen[at] != 0:
            if seen[at] == one:
                return k
            at = (at + 1) & mask
        seen[at] = one
    return -1
