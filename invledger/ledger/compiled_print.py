"""Compiled printing: rows, costs and stencils -> the vouchers of a day.

A stencil comes as a program: pieces of text, and the places of what differs from row to row. The
bytes are those of `print_voucher`. All texts by address.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from invledger.ledger.compiled import Bytes, Ints, Words, address, compiled, copy, number_at, put
from invledger.ledger.compiled_read import (
    BLOCK,
    BODY,
    ID,
    ID_SIZE,
    ITEM,
    LIKE,
    NET,
    PARTY,
    PAYEE,
    PAYEE_SIZE,
    QUANTITY,
)

#: Codes of a program's steps: a text (where in the blob, how long) or what differs.
LITERAL, DATE, PAYEE_OF, ID_OF, ITEM_OF, PARTY_OF, COUNT, FIGURE = range(8)
ROW_BYTES = 260  # what the digest's text says of a row beside its block, at most


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
    size = max(digits_of(abs(number)), decimals + 1)
    point = 1 if decimals else 0
    blanks = width - size - point - (1 if number < 0 else 0)
    for _ in range(blanks):
        put(out, 32)
        out += 1
    if number < 0:
        put(out, 45)
        out += 1
    end = out + size + point
    at = end - 1
    for _ in range(decimals):
        put(at, 48 + np.int64(value % np.uint64(10)))
        value //= np.uint64(10)
        at -= 1
    if decimals:
        put(at, 46)
        at -= 1
    while at >= out:
        put(at, 48 + np.int64(value % np.uint64(10)))
        value //= np.uint64(10)
        at -= 1
    return end


@compiled
def _run(
    steps: Ints, start: int, end: int, blob: int, row: Ints, cost: int, money: int, base: int,
    date: int, items: Words, parties: Words, names: Words, out: int,
) -> int:  # fmt: skip
    """Some steps of a program for a row; the address behind what they wrote."""
    for k in range(start, end):
        code = steps[k, 0]
        if code == LITERAL:
            copy(out, blob + steps[k, 1], steps[k, 2])
            out += steps[k, 2]
        elif code == ID_OF:
            copy(out, base + row[ID], row[ID_SIZE])
            out += row[ID_SIZE]
        elif code == FIGURE:
            amount = (cost if steps[k, 1] else row[NET]) * steps[k, 2]
            out = _put_scaled(out, amount, money, steps[k, 3])
        elif code == COUNT:
            out = _put_scaled(out, row[QUANTITY] * steps[k, 1], steps[k, 2], 0)
        elif code == ITEM_OF:
            out = put_word(out, row[ITEM], items)
        elif code == PARTY_OF:
            out = put_word(out, row[PARTY], parties)
        elif code == DATE:
            copy(out, date, 10)
            out += 10
        elif row[PAYEE_SIZE]:
            copy(out, base + row[PAYEE], row[PAYEE_SIZE])
            out += row[PAYEE_SIZE]
        else:
            out = put_word(out, row[PARTY], names)
    return out


@compiled
def print_day(
    data: Bytes, rows: Ints, order: Ints, costs: Ints, date: Bytes, program: Any, money: int,
    items: Words, parties: Words, names: Words, sums: Ints, out: Bytes,
) -> tuple[int, int]:  # fmt: skip
    """The vouchers of a day's rows into `out`, each after an empty line; bytes and vouchers.

    `sums` takes up the amounts by kind of line; `costs` are those of `order`.
    """
    stencils, vouchers, lines, steps, text = program
    base, blob, day = address(data), address(text), address(date)
    begin = at = address(out)
    count = 0
    for k in range(order.size):
        row = rows[order[k]]
        cost = costs[k]
        net = row[NET]
        named = row[PAYEE_SIZE] > 0
        if not named and row[PARTY] >= 0:
            word = row[PARTY]
            named = number_at(names[0], word + 1) > number_at(names[0], word)
        for v in range(stencils[row[LIKE], 0], stencils[row[LIKE], 1]):
            begun = False
            for n in range(vouchers[v, 4], vouchers[v, 5]):
                amount = cost if lines[n, 4] else net
                if amount == 0:
                    continue
                if not begun:
                    begun = True
                    count += 1
                    put(at, 10)
                    head = 0 if named else 2
                    at = _run(
                        steps, vouchers[v, head], vouchers[v, head + 1], blob, row, cost, money,
                        base, day, items, parties, names, at + 1,
                    )  # fmt: skip
                sums[lines[n, 5]] += amount
                end = lines[n, 3] if row[PARTY] >= 0 else lines[n, 1]
                at = _run(
                    steps, lines[n, 0], end, blob, row, cost, money, base, day, items, parties,
                    names, at,
                )  # fmt: skip
    return at - begin, count


@compiled
def room_for(rows: Ints, stencils: Ints) -> int:
    """Bytes that the vouchers of some rows, or what is digested of them, may take at most."""
    printed = 0
    said = 64
    for at in range(rows.shape[0]):
        row = rows[at]
        texts = row[ID_SIZE] + row[PAYEE_SIZE]
        printed += stencils[row[LIKE], 2] + stencils[row[LIKE], 3] * texts
        said += row[BODY] - row[BLOCK] + ROW_BYTES
    return max(printed, said)
