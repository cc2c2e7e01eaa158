"""Compiled digests: what the rows of a day say, as `books.stamping.day_digests` writes it.

Column by column in the order of `Row`: texts joined by unit separators, all else as `repr` writes
a list. All texts by address.
"""

from __future__ import annotations

from invledger.ledger.compiled import (
    Ints,
    Words,
    array,
    byte,
    compiled,
    copy,
    digest,
    entry,
    put,
    put_eight,
    table,
)
from invledger.ledger.compiled_form import (
    BOOKS_SIZE,
    COLUMNS,
    CONTEXT,
    COUNT,
    CURRENCY,
    CURRENCY_SIZE,
    DATA,
    DAY_DATES,
    DAYS,
    DESK_SIZE,
    ENDS,
    EXPIRY,
    ID,
    ID_SIZE,
    ITEM,
    ITEM_TEXTS,
    LOCATION_TEXTS,
    LOT,
    LOT_SIZE,
    MADE,
    META,
    META_END,
    NARRATION,
    NARRATION_SIZE,
    ORDER,
    OUT,
    PARTY,
    PARTY_TEXTS,
    PAYEE,
    PAYEE_SIZE,
    PRICE,
    PRICE_DECIMALS,
    QUANTITY,
    RANK,
    RANK_SIZE,
    RANK_TEXT,
    REASON,
    REASON_SIZE,
    ROWS,
    SOURCE,
    TARGET,
    TIME,
    TIME_SIZE,
    TYPE,
    TYPE_TEXTS,
)
from invledger.ledger.compiled_print import digits_of, put_word

_NONE = int.from_bytes(b"None, ", "little")
_RANK = int.from_bytes(b"('rank',", "little")
_PLACES = 10  # decimals of a price


@compiled
def _column(out: int, base: int, rows: Ints, order: Ints, start: int, size: int) -> int:
    for k in range(order.size):
        at = order[k]
        copy(out, base + rows[at, start], rows[at, size])
        out += rows[at, size]
        put(out, 31)
        out += 1
    put(out - 1, 10)
    return out


@compiled
def _words(out: int, rows: Ints, order: Ints, field: int, texts: Words) -> int:
    for k in range(order.size):
        word = rows[order[k], field]
        if word >= 0:
            out = put_word(out, word, texts)
        put(out, 31)
        out += 1
    put(out - 1, 10)
    return out


@compiled
def _nothing(out: int, count: int) -> int:
    for _ in range(count - 1):
        put(out, 31)
        out += 1
    put(out, 10)
    return out + 1


@compiled
def _number(out: int, number: int) -> int:
    size = max(digits_of(number), 1)
    for k in range(size):
        put(out + size - 1 - k, 48 + number % 10)
        number //= 10
    return out + size


@compiled
def _numbers(out: int, rows: Ints, order: Ints, field: int) -> int:
    """A column as `repr` writes a list of numbers; prices with ten decimals, or None."""
    put(out, 91)
    out += 1
    for k in range(order.size):
        at = order[k]
        if field == PRICE and rows[at, PRICE] < 0:
            put_eight(out, _NONE)
            out += 4
        else:
            out = _number(out, rows[at, field])
            if field == PRICE:
                for _ in range(_PLACES - rows[at, PRICE_DECIMALS]):
                    put(out, 48)
                    out += 1
        put(out, 44)
        put(out + 1, 32)
        out += 2
    put(out - 2, 93)
    put(out - 1, 10)
    return out


@compiled
def _lines(out: int, count: int) -> int:
    """The numbers of lines: 1 throughout; and what no row has: an amount."""
    put(out, 91)
    out += 1
    for _ in range(count):
        put(out, 49)
        put(out + 1, 44)
        put(out + 2, 32)
        out += 3
    put(out - 2, 93)
    put(out - 1, 10)
    return out


@compiled
def _amounts(out: int, count: int) -> int:
    put(out, 91)
    out += 1
    for _ in range(count):
        put_eight(out, _NONE)
        out += 6
    put(out - 2, 93)
    put(out - 1, 10)
    return out


@compiled
def _meta(out: int, base: int, row: Ints) -> int:
    """The metadata of a row as `repr` writes its pairs."""
    put(out, 40)
    out += 1
    count = 0
    if row[RANK_SIZE]:
        put_eight(out, _RANK)
        put(out + 8, 32)
        put(out + 9, 39)
        out += 10
        copy(out, base + row[RANK_TEXT], row[RANK_SIZE])
        out += row[RANK_SIZE]
        put(out, 39)
        put(out + 1, 41)
        put(out + 2, 44)
        put(out + 3, 32)
        out += 4
        count = 1
    line, end = base + row[META], base + row[META_END]
    while line < end:
        key = line + 2
        stop = key
        while byte(stop) != 58:
            stop += 1
        line = stop
        while byte(line) != 10:
            line += 1
        line += 1
        start, size = stop + 3, line - stop - 5
        if start == base + row[REASON] or byte(stop + 2) != 34:
            continue
        put(out, 40)
        put(out + 1, 39)
        copy(out + 2, key, stop - key)
        out += 2 + stop - key
        put(out, 39)
        put(out + 1, 44)
        put(out + 2, 32)
        put(out + 3, 39)
        copy(out + 4, start, size)
        out += 4 + size
        put(out, 39)
        put(out + 1, 41)
        put(out + 2, 44)
        put(out + 3, 32)
        out += 4
        count += 1
    if count == 1:
        out -= 1
    elif count:
        out -= 2
    put(out, 41)
    return out + 1


@compiled
def _texts_of(said: Ints, field: int) -> Words:
    return said[field], said[field + 1]


@compiled
def _say(base: int, rows: Ints, order: Ints, date: int, said: Ints, begin: int) -> int:
    """What the digest of a day is made of; how many bytes."""
    types, parties = _texts_of(said, TYPE_TEXTS), _texts_of(said, PARTY_TEXTS)
    items, locations = _texts_of(said, ITEM_TEXTS), _texts_of(said, LOCATION_TEXTS)
    at, count = begin, order.size
    for _ in range(count):
        copy(at, date, 10)
        put(at + 10, 31)
        at += 11
    put(at - 1, 10)
    at = _numbers(at, rows, order, RANK)
    at = _column(at, base, rows, order, TIME, TIME_SIZE)
    at = _column(at, base, rows, order, ID, ID_SIZE)
    at = _lines(at, count)
    at = _words(at, rows, order, TYPE, types)
    at = _words(at, rows, order, PARTY, parties)
    at = _words(at, rows, order, ITEM, items)
    at = _numbers(at, rows, order, QUANTITY)
    at = _words(at, rows, order, SOURCE, locations)
    at = _words(at, rows, order, TARGET, locations)
    at = _numbers(at, rows, order, PRICE)
    at = _amounts(at, count)
    for k in range(count):
        if rows[order[k], PRICE] >= 0:
            copy(at, said[CURRENCY], said[CURRENCY_SIZE])
            at += said[CURRENCY_SIZE]
        put(at, 31)
        at += 1
    put(at - 1, 10)
    at = _column(at, base, rows, order, LOT, LOT_SIZE)
    for k in range(count):
        if rows[order[k], EXPIRY] >= 0:
            copy(at, base + rows[order[k], EXPIRY], 10)
            at += 10
        put(at, 31)
        at += 1
    put(at - 1, 10)
    at = _nothing(at, count)  # order
    at = _nothing(at, count)  # ref
    at = _column(at, base, rows, order, REASON, REASON_SIZE)
    at = _nothing(at, count)  # tax
    at = _nothing(at, count)  # owner
    at = _column(at, base, rows, order, PAYEE, PAYEE_SIZE)
    at = _column(at, base, rows, order, NARRATION, NARRATION_SIZE)
    at = _nothing(at, count)  # links
    put(at, 91)
    at += 1
    for k in range(count):
        at = _meta(at, base, rows[order[k]])
        put(at, 44)
        put(at + 1, 32)
        at += 2
    put(at - 2, 93)
    return at - 1 - begin


@entry
def digest_days(desk: int, books: int) -> int:
    """The digest of each of a desk's days."""
    held, said = array(desk, DESK_SIZE), array(books, BOOKS_SIZE)
    rows, order = table(held[ROWS], held[COUNT], COLUMNS), array(held[ORDER], held[COUNT])
    ends, start = array(held[ENDS], held[DAYS]), 0
    for day in range(held[DAYS]):
        date = held[DAY_DATES] + 10 * day
        size = _say(held[DATA], rows, order[start : ends[day]], date, said, held[OUT])
        digest(held[OUT], size, held[CONTEXT] + 32, held[MADE] + 32 * day)
        start = ends[day]
    return 0
