"""Compiled printing: rows, costs and stencils -> the vouchers of a day.

A stencil comes as a program: pieces of text, and the places of what differs from row to row. The
bytes are those of `print_voucher`. All texts by address.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from invledger.ledger.compiled import (
    Ints,
    Words,
    array,
    compiled,
    copy,
    entry,
    number_at,
    put,
    put_eight,
    table,
)
from invledger.ledger.compiled_form import (
    BLOB,
    BOOKS_SIZE,
    COLUMNS,
    COSTS,
    COUNT,
    COUNT_OF,
    COUNTS,
    DATA,
    DATE,
    DAY_DATES,
    DAYS,
    DESK_SIZE,
    DIGEST_WORDS,
    ENDS,
    FIGURE,
    ID,
    ID_OF,
    ID_SIZE,
    ITEM,
    ITEM_OF,
    ITEM_TEXTS,
    LIKE,
    MONEY,
    NAME_TEXTS,
    NET,
    ORDER,
    OUT,
    PART_COLUMNS,
    PARTS,
    PARTY,
    PARTY_OF,
    PARTY_TEXTS,
    PAYEE,
    PAYEE_OF,
    PAYEE_SIZE,
    PROGRAM_SIZE,
    QUANTITY,
    ROWS,
    SIZES,
    SLOTS,
    STENCIL_COLUMNS,
    STENCILS,
    STEP_COLUMNS,
    STEPS,
    SUMS,
    VOUCHER_COLUMNS,
    VOUCHERS,
)

_BLANKS = int.from_bytes(b" " * 8, "little")


@compiled
def digits_of(number: int) -> int:
    """How many digits a number has that is not below zero; none for zero."""
    size = 0
    while number >= 1000:
        number //= 1000
        size += 3
    while number > 0:
        number //= 10
        size += 1
    return size


@compiled
def put_word(out: int, word: int, texts: Words) -> int:
    """A word of a table at an address; the address behind it."""
    begin = number_at(texts[0], word)
    size = number_at(texts[0], word + 1) - begin
    copy(out, texts[1] + begin, size)
    return out + size


@compiled
def _put_scaled(out: int, number: int, decimals: int, width: int) -> int:
    """A number with all its decimals, at the end of some width (`format_scaled`, `rjust`)."""
    value = np.uint64(abs(number))
    size = max(digits_of(abs(number)), decimals + 1) + (decimals > 0) + (number < 0)
    end = out + max(size, width)
    while out < end:
        put_eight(out, _BLANKS)
        out += 8
    at = end - 1
    for _ in range(decimals):
        put(at, 48 + np.int64(value % np.uint64(10)))
        value //= np.uint64(10)
        at -= 1
    if decimals:
        put(at, 46)
        at -= 1
    put(at, 48 + np.int64(value % np.uint64(10)))
    value //= np.uint64(10)
    while value:
        at -= 1
        put(at, 48 + np.int64(value % np.uint64(10)))
        value //= np.uint64(10)
    if number < 0:
        put(at - 1, 45)
    return end


@compiled
def _run(
    start: int, end: int, row: Ints, cost: int, base: int, date: int, told: Any, out: int
) -> int:
    """Some steps of a program for a row; the address behind what they wrote."""
    steps, blob, money, items, parties, names = told
    for k in range(start, end):
        step = steps + 8 * STEP_COLUMNS * k
        size, code = number_at(step, 1), number_at(step, 2)
        copy(out, blob + number_at(step, 0), size)
        out += size
        if code == FIGURE:
            amount = (cost if number_at(step, 3) else row[NET]) * number_at(step, 4)
            out = _put_scaled(out, amount, money, number_at(step, 5))
        elif code == ID_OF:
            copy(out, base + row[ID], row[ID_SIZE])
            out += row[ID_SIZE]
        elif code == COUNT_OF:
            out = _put_scaled(out, row[QUANTITY] * number_at(step, 3), number_at(step, 4), 0)
        elif code == ITEM_OF:
            out = put_word(out, row[ITEM], items)
        elif code == PARTY_OF:
            out = put_word(out, row[PARTY], parties)
        elif code == DATE:
            copy(out, date, 10)
            out += 10
        elif code == PAYEE_OF:
            if row[PAYEE_SIZE]:
                copy(out, base + row[PAYEE], row[PAYEE_SIZE])
                out += row[PAYEE_SIZE]
            else:
                out = put_word(out, row[PARTY], names)
    return out


@compiled
def _print_row(
    row: Ints, cost: int, base: int, date: int, program: Ints, told: Any, sums: Ints, at: int
) -> tuple[int, int]:
    """The vouchers of a row, each after an empty line; the address behind them, how many."""
    vouchers, parts, names = program[VOUCHERS], program[PARTS], told[5]
    named = row[PAYEE_SIZE] > 0
    if not named and row[PARTY] >= 0:
        word = row[PARTY]
        named = number_at(names[0], word + 1) > number_at(names[0], word)
    stencil = program[STENCILS] + 8 * STENCIL_COLUMNS * row[LIKE]
    count = 0
    for v in range(number_at(stencil, 0), number_at(stencil, 1)):
        voucher = vouchers + 8 * VOUCHER_COLUMNS * v
        begun = False
        for n in range(number_at(voucher, 4), number_at(voucher, 5)):
            part = parts + 8 * PART_COLUMNS * n
            amount = cost if number_at(part, 4) else row[NET]
            if amount == 0:
                continue
            if not begun:
                begun = True
                count += 1
                put(at, 10)
                head = 0 if named else 2
                first, last = number_at(voucher, head), number_at(voucher, head + 1)
                at = _run(first, last, row, cost, base, date, told, at + 1)
            sums[number_at(part, 5)] += amount
            end = number_at(part, 3) if row[PARTY] >= 0 else number_at(part, 1)
            at = _run(number_at(part, 0), end, row, cost, base, date, told, at)
    return at, count


@entry
def print_days(desk: int, books: int, program: int) -> int:
    """The vouchers of a desk's days, one after the other; all bytes.

    For each day: SIZES takes its bytes, COUNTS its vouchers, SUMS amounts by kind of line.
    """
    held, said = array(desk, DESK_SIZE), array(books, BOOKS_SIZE)
    told = array(program, PROGRAM_SIZE)
    rows, order = table(held[ROWS], held[COUNT], COLUMNS), array(held[ORDER], held[COUNT])
    costs, ends = array(held[COSTS], held[COUNT]), array(held[ENDS], held[DAYS])
    sizes, counts = array(held[SIZES], held[DAYS]), array(held[COUNTS], held[DAYS])
    texts = (
        told[STEPS], told[BLOB], said[MONEY], (said[ITEM_TEXTS], said[ITEM_TEXTS + 1]),
        (said[PARTY_TEXTS], said[PARTY_TEXTS + 1]), (said[NAME_TEXTS], said[NAME_TEXTS + 1]),
    )  # fmt: skip
    at, k = held[OUT], 0
    for day in range(held[DAYS]):
        sums = array(held[SUMS] + 8 * held[SLOTS] * day, held[SLOTS])
        date, begin, count = held[DAY_DATES] + 10 * day, at, 0
        while k < ends[day]:
            at, more = _print_row(
                rows[order[k]], costs[k], held[DATA], date, told, texts, sums, at
            )  # fmt: skip
            count += more
            k += 1
        sizes[day], counts[day] = at - begin, count
    return at - held[OUT]


@entry
def room_for(desk: int, program: int) -> int:
    """Bytes that the vouchers of a desk may take at most, or before them the digests of its rows;
    `copy` writes up to 15 bytes more.
    """
    held = array(desk, DESK_SIZE)
    rows = table(held[ROWS], held[COUNT], COLUMNS)
    stencils = array(program, PROGRAM_SIZE)[STENCILS]
    printed = 0
    for at in range(rows.shape[0]):
        row = rows[at]
        texts = row[ID_SIZE] + row[PAYEE_SIZE]
        stencil = stencils + 8 * STENCIL_COLUMNS * row[LIKE]
        printed += number_at(stencil, 2) + number_at(stencil, 3) * texts
    return max(printed, 8 * DIGEST_WORDS * rows.shape[0] + 16)
