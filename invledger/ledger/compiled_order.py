"""Compiled resolving: rows as read -> amounts, stencils, total order, and lines for the kernel."""

from __future__ import annotations

import numpy as np

from invledger.ledger.compiled import (
    Ints,
    array,
    byte,
    compiled,
    entry,
    fetch,
    find,
    number_at,
    table,
)
from invledger.ledger.compiled_form import (
    BOOKS_SIZE,
    CLASSES,
    COLUMNS,
    COUNT,
    COUNTER,
    DATA,
    DAY,
    DAYS,
    DECIMALS,
    DESK_SIZE,
    ENDS,
    HEAD,
    ID,
    ID_HASH,
    ID_SIZE,
    ITEM,
    KEY,
    KEY_MASK,
    KEY_SLOTS,
    KEYS,
    LIKE,
    LINE_COLUMNS,
    LINE_ID,
    LINE_ITEM,
    LINE_KIND,
    LINE_LIKE,
    LINE_METHOD,
    LINE_QUANTITY,
    LINE_SOURCE,
    LINE_TARGET,
    LINE_VALUE,
    LINES,
    METHODS,
    MONEY,
    NET,
    ORDER,
    PARTY,
    PRICE,
    PRICE_DECIMALS,
    PROGRAM_SIZE,
    QUANTITY,
    REASON,
    REASON_SIZE,
    REASONS,
    ROWS,
    SCOPES,
    SOURCE,
    SPARE,
    STENCIL_COLUMNS,
    STENCILS,
    TARGET,
    TYPE,
)
from invledger.ledger.compiled_read import words_of

_NET_MAX = 4 * 10**18
_AHEAD = 8
_MIX = np.uint64(11400714819323198485)


@entry
def value(desk: int, books: int) -> int:
    """Net amount of each row, and the number that says which stencil it needs; -1: too large."""
    held, said = array(desk, DESK_SIZE), array(books, BOOKS_SIZE)
    base, classes, decimals_of, money = held[DATA], said[CLASSES], said[DECIMALS], said[MONEY]
    reasons = words_of(said, REASONS)
    rows = table(held[ROWS], held[COUNT], COLUMNS)
    for at in range(rows.shape[0]):
        row = rows[at]
        reason = 0
        if row[REASON_SIZE] > 0:
            reason = 2 + find(base + row[REASON], row[REASON_SIZE], reasons)
        priced = 0
        if row[PRICE] >= 0:
            priced = 1
            shift = number_at(decimals_of, row[ITEM]) + row[PRICE_DECIMALS] - money
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
        row[LIKE] = (
            (ends << 12 | number_at(classes, row[ITEM])) << 8 | priced << 7 | partied << 6 | reason
        )
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
def _sort(base: int, rows: Ints, order: Ints, other: Ints) -> None:
    """The positions of rows in total order into `order`: a merge sort, for runs are the rule."""
    count = order.size
    for k in range(count):
        order[k] = k
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
            for k in range(start, end):
                order[k] = other[k]
            start = end
        width *= 2


@compiled
def _slot(slots: Ints, keys: Ints, key: int) -> int:
    mask = slots.size - 1
    slot = np.int64((np.uint64(key) * _MIX) >> np.uint64(20)) & mask
    while slots[slot] >= 0 and keys[slots[slot]] != key:
        slot = (slot + 1) & mask
    return slot


@entry
def slot_in(program: int, count: int) -> int:
    """Put the numbers of so many keys into the empty slots that `assign` looks them up in."""
    held = array(program, PROGRAM_SIZE)
    slots, keys = array(held[KEY_SLOTS], held[KEY_MASK] + 1), array(held[KEYS], count)
    for number in range(count):
        slots[_slot(slots, keys, keys[number])] = number
    return 0


@entry
def assign(desk: int, program: int, start: int) -> int:
    """Put the number of its stencil into each row from `start` on; the first without one, or -1.

    Slots hold numbers of stencils by hash of their key, keys by number.
    """
    held, told = array(desk, DESK_SIZE), array(program, PROGRAM_SIZE)
    slots, keys = array(told[KEY_SLOTS], told[KEY_MASK] + 1), array(told[KEYS], told[KEY_MASK])
    rows = table(held[ROWS], held[COUNT], COLUMNS)
    for at in range(start, rows.shape[0]):
        slot = _slot(slots, keys, rows[at, LIKE])
        if slots[slot] < 0:
            return at
        rows[at, LIKE] = slots[slot]
    return -1


@compiled
def _place(lines: int, count: int, books: int, program: int) -> None:
    """What of the kernel's lines follows from stencil and item: kind, pools and method."""
    said, stencils = array(books, BOOKS_SIZE), array(program, PROGRAM_SIZE)[STENCILS]
    scopes, methods = said[SCOPES], said[METHODS]
    out = table(lines, LINE_COLUMNS, count)
    for k in range(count):
        like, item = out[LINE_LIKE, k], out[LINE_ITEM, k]
        out[LINE_KIND, k] = number_at(stencils, like * STENCIL_COLUMNS + 4)
        out[LINE_SOURCE, k] = item * scopes + number_at(stencils, like * STENCIL_COLUMNS + 5)
        out[LINE_TARGET, k] = item * scopes + number_at(stencils, like * STENCIL_COLUMNS + 6)
        out[LINE_METHOD, k] = number_at(methods, item)


@entry
def resolve(desk: int, books: int, program: int) -> int:
    """Total order of a desk's rows, where each day ends in it, and the kernel's lines."""
    held = array(desk, DESK_SIZE)
    count = held[COUNT]
    rows, order = table(held[ROWS], count, COLUMNS), array(held[ORDER], count)
    _sort(held[DATA], rows, order, array(held[SPARE], count))
    ends = array(held[ENDS], held[DAYS])
    for day in range(held[DAYS]):
        ends[day] = 0
    for k in range(count):
        ends[rows[k, DAY]] += 1
    for day in range(1, held[DAYS]):
        ends[day] += ends[day - 1]
    out = table(held[LINES], LINE_COLUMNS, count)
    for k in range(count):
        row = rows[order[k]]
        out[LINE_QUANTITY, k] = row[QUANTITY]
        out[LINE_VALUE, k] = row[NET]
        out[LINE_ID, k] = row[ID_HASH]
        out[LINE_ITEM, k] = row[ITEM]
        out[LINE_LIKE, k] = row[LIKE]
    _place(held[LINES], count, books, program)
    return 0


@entry
def place_lines(lines: int, count: int, books: int, program: int) -> int:
    """The same for lines that come with stencil and item, quantity and value only."""
    _place(lines, count, books, program)
    return 0


@entry
def first_repeat(hashes: int, count: int, table_of: int, mask: int) -> int:
    """The first id that was seen before, or whose hash was; -1 for none. The table takes them up.

    The lines that they fall into are fetched ahead: each lies anywhere in much memory.
    """
    found, seen = array(hashes, count), array(table_of, mask + 1)
    for k in range(count):
        if k + _AHEAD < count:
            fetch(table_of + 8 * ((found[k + _AHEAD] >> 1) & mask))
        one = found[k] | 1
        at = (one >> 1) & mask
        while seen[at] != 0:
            if seen[at] == one:
                return k
            at = (at + 1) & mask
        seen[at] = one
    return -1


@entry
def move(old: int, size: int, table_of: int, mask: int) -> int:
    """All that one table of `first_repeat` took up into another that is empty."""
    found, seen = array(old, size), array(table_of, mask + 1)
    for k in range(size):
        if found[k] != 0:
            at = (found[k] >> 1) & mask
            while seen[at] != 0:
                at = (at + 1) & mask
            seen[at] = found[k]
    return 0
