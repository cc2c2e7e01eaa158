"""Compiled reading: the bytes of plain movement files -> rows of integers.

A file is plain when every block is a movement of one line as our printer writes it (but for idle
zeros, blanks before numbers, the place of rank and reason) and bears a good checksum. Anything
else, a fault above all, gives a negative answer: the plain path then reads everything and says
what is wrong. What is tested here is what `fast`, `plain`, `shape` and `resolve` test. Positions
in a row count from the text's beginning.
"""

from __future__ import annotations

from typing import Any

from invledger.ledger.compiled import (
    Ints,
    Words,
    array,
    byte,
    compiled,
    digest,
    entry,
    find,
    is_same,
    number_at,
    table,
)
from invledger.ledger.compiled_digest import is_placed, put_printed, turn_of
from invledger.ledger.compiled_form import (
    BLANK_CURRENCY,
    BLOCK_MAX,
    BOOKS_SIZE,
    COLUMNS,
    CONTEXT,
    CONTEXT_TEXT,
    COUNT,
    COUNTER,
    DATA,
    DATES,
    DAY,
    DECIMALS,
    DESK_SIZE,
    DIGEST,
    DIGEST_WORDS,
    FILE_DAYS,
    FILES,
    HEAD,
    ID,
    ID_HASH,
    ID_SIZE,
    ITEM,
    ITEMS,
    KEY,
    LOCATIONS,
    PARTIES,
    PARTY,
    PAYEE,
    PAYEE_SIZE,
    PRICE,
    PRICE_DECIMALS,
    QUANTITY,
    RANK,
    RANKS,
    REASON,
    REASON_SIZE,
    ROWS,
    ROWS_MAX,
    SILENT,
    SOURCE,
    SPANS,
    TARGET,
    TYPE,
    TYPES,
    spelt,
)
from invledger.ledger.compiled_text import (
    SMALL,
    behind_blanks,
    blank_after,
    clock,
    close_of,
    id_parts,
    is_day,
    is_even,
    number,
    says,
)

_STAR = spelt(b' * "')
_ID = spelt(b'  id: "')
_TYPE = spelt(b'  type: "')
_TIME = spelt(b'  time: "')
_PARTY = spelt(b'  party: "')
_LOT = spelt(b'    lot: "')
_EXPIRY = spelt(b"    expiry: ")
_SUM = spelt(b"; sum: ")
_PRICE = spelt(b" @ ")
_FEED = 10
_METAS_MAX = 16
_NO_TIME = 1440 * 61
_ODD, _METAS, _FIRST, _SECOND = range(DIGEST, DIGEST + 4)  # noted until the digest is made


@compiled
def _head(at: int, end: int, base: int, row: Ints) -> int:
    """Payee and narration, after the date; the next line, or -1."""
    if not says(at, *_STAR):
        return -1
    close = close_of(at + 4, end)
    if close < 0:
        return -1
    start, at = at + 4, close + 1
    if byte(at) == 32 and byte(at + 1) == 34:
        if close == start:
            return -1
        row[PAYEE] = start - base
        row[PAYEE_SIZE] = close - start
        close = close_of(at + 2, end)
        if close < 0:
            return -1
        at = close + 1
    if byte(at) != _FEED or not is_even(base + row[PAYEE], row[PAYEE_SIZE]):
        return -1
    return at + 1


@compiled
def _names(at: int, end: int, base: int, known: Any, row: Ints) -> int:
    """Id, type, time and party; the next line, or -1."""
    types, parties, ranks = known[0], known[1], known[7]
    close = close_of(at + 7, end)
    if not says(at, *_ID) or close < 0 or byte(close + 1) != _FEED:
        return -1
    row[ID] = at + 7 - base
    row[ID_SIZE] = close - at - 7
    row[HEAD], row[COUNTER], row[ID_HASH] = id_parts(at + 7, close - at - 7)
    if row[HEAD] < 0:
        return -1
    at = close + 2
    close = close_of(at + 9, end)
    if not says(at, *_TYPE) or close < 0 or byte(close + 1) != _FEED:
        return -1
    row[TYPE] = find(at + 9, close - at - 9, types)
    if row[TYPE] < 0:
        return -1
    row[RANK] = number_at(ranks, row[TYPE])
    row[KEY] = _NO_TIME
    at = close + 2
    if says(at, *_TIME):
        close = close_of(at + 9, end)
        if close < 0 or byte(close + 1) != _FEED:
            return -1
        row[KEY] = clock(at + 9, close - at - 9)
        if row[KEY] < 0:
            return -1
        at = close + 2
    if says(at, *_PARTY):
        close = close_of(at + 10, end)
        if close < 0 or byte(close + 1) != _FEED:
            return -1
        row[PARTY] = find(at + 10, close - at - 10, parties)
        if row[PARTY] < 0:
            return -1
        at = close + 2
    return at


@compiled
def _is_twice(line: int, key: int, size: int) -> bool:
    """Whether a line before that of a key bears the same key."""
    while line + 2 < key:
        if is_same(line + 2, key, size + 1):
            return True
        while byte(line) != _FEED:
            line += 1
        line += 1
    return False


@compiled
def _metadata(at: int, end: int, base: int, allowed: Words, row: Ints) -> int:
    """Metadata lines before the first posting; where that begins, or -1.

    `_ODD` says then whether rank or reason are printed elsewhere.
    """
    first = at
    count = turn = 0
    row[_METAS] = at
    while byte(at) == 32 and byte(at + 1) == 32 and 97 <= byte(at + 2) <= 122:
        key = at + 2
        stop = key + 1
        while byte(stop) >= 97 and byte(stop) <= 122:
            stop += 1
        size = stop - key
        count += 1
        if byte(stop) != 58 or byte(stop + 1) != 32 or find(key, size, allowed) < 0:
            return -1
        if count > _METAS_MAX or _is_twice(first, key, size):
            return -1
        value = stop + 2
        row[_ODD] |= turn_of(at) < turn
        turn = turn_of(at)
        if turn == 0:
            row[RANK], decimals, at = number(value, end)
            if at < 0 or decimals != 0 or at - value > 3:
                return -1
        elif byte(value) == 34:
            close = close_of(value + 1, end)
            if close <= value + 1:
                return -1
            if turn == 1:
                row[REASON] = value + 1 - base
                row[REASON_SIZE] = close - value - 1
            at = close + 1
        else:
            return -1
        if byte(at) != _FEED:
            return -1
        at += 1
    return at


@compiled
def _posting(at: int, end: int, locations: Words) -> tuple[int, int]:
    """The location of a posting and where its number begins; (-1, -1) where it is not plain."""
    if byte(at) != 32 or byte(at + 1) != 32:
        return -1, -1
    stop = blank_after(at + 2, end)
    place = find(at + 2, stop - at - 2, locations)
    if place < 0 or byte(stop) != 32:
        return -1, -1
    return place, behind_blanks(stop, end)


@compiled
def _goods(at: int, end: int, known: Any, row: Ints) -> int:
    """Quantity, item and price of a posting; the end of its line, or -1."""
    items, decimals_of, currency = known[3], known[4], known[6]
    quantity, decimals, at = number(at, end)
    if at < 0 or byte(at) != 32:
        return -1
    odd = decimals > 0 and quantity % 10 == 0
    at += 1
    stop = blank_after(at, end)
    row[ITEM] = find(at, stop - at, items)
    if row[ITEM] < 0:
        return -1
    wanted = number_at(decimals_of, row[ITEM])
    while decimals > wanted and quantity % 10 == 0:
        quantity //= 10
        decimals -= 1
    while decimals < wanted and quantity < SMALL:
        quantity *= 10
        decimals += 1
    if decimals != wanted or quantity <= 0 or quantity >= SMALL:
        return -1
    row[QUANTITY] = quantity
    if byte(stop) == 32:
        if not says(stop, *_PRICE):
            return -1
        price, decimals, stop = number(stop + 3, end)
        if stop < 0 or price == 0 or not says(stop, *currency):
            return -1
        odd |= decimals < 2 or (decimals > 2 and price % 10 == 0)
        row[PRICE], row[PRICE_DECIMALS] = price, decimals
        stop += currency[2]
    row[_ODD] |= odd
    return stop if byte(stop) == _FEED and stop < end else -1


@compiled
def _line(at: int, end: int, known: Any, row: Ints) -> int:
    """Both postings; where their last line ends, or -1.

    `_ODD` says then whether they are printed otherwise.
    """
    line, locations = at, known[2]
    row[TARGET], first = _posting(at, end, locations)
    if first < 0:
        return -1
    at, width = _goods(first, end, known, row), blank_after(first, end) - first
    if at < 0:
        return -1
    size = at - first + 1
    at += 1
    if says(at, *_LOT):
        close = close_of(at + 10, end)
        if close <= at + 10 or byte(close + 1) != _FEED:
            return -1
        at = close + 2
    if says(at, *_EXPIRY):
        if not is_day(at + 12) or byte(at + 22) != _FEED:
            return -1
        at += 23
    row[SOURCE], second = _posting(at, end, locations)
    if second < 0 or byte(second) != 45 or not is_same(first, second + 1, size):
        return -1
    row[_ODD] |= not is_placed(line, first, first + width)
    row[_ODD] |= not is_placed(at, second, second + 1 + width)
    row[_FIRST], row[_SECOND] = line, at
    return second + size


@compiled
def _is_proved(at: int, made: int) -> bool:
    """Whether the 16 hexadecimal digits at an address are the first of a digest."""
    for k in range(8):
        one = byte(made + k)
        high, low = one >> 4, one & 15
        high += 48 if high < 10 else 87
        low += 48 if low < 10 else 87
        if byte(at + 2 * k) != high or byte(at + 2 * k + 1) != low:
            return False
    return True


@compiled
def words_of(books: Ints, field: int) -> Words:
    """The words that begin at a field of the books."""
    return books[field], books[field + 1], books[field + 2], books[field + 3]


@compiled
def _block(at: int, end: int, base: int, date: int, known: Any, row: Ints, context: int) -> int:
    """One movement into a row; where it ends, or -1."""
    if not is_same(at, date, 10):
        return -1
    for column in range(COLUMNS):
        row[column] = 0
    row[PARTY] = row[PRICE] = -1
    start = at
    at = _head(at + 10, end, base, row)
    if at >= 0:
        at = _names(at, end, base, known, row)
    if at >= 0:
        at = _metadata(at, end, base, known[5], row)
    if at >= 0:
        at = _line(at, end, known, row)
    if at < 0 or at + 24 > end or not says(at + 1, *_SUM):
        return -1
    if at - start > BLOCK_MAX:
        return -1
    digest(start, at - start, context + 32, context)
    if not _is_proved(at + 8, context):
        return -1
    if row[_ODD]:
        text = context + CONTEXT_TEXT
        size = put_printed(text, start, at, (row[_METAS], row[_FIRST], row[_SECOND]))
        digest(text, size, context + 32, context)
    for k in range(DIGEST_WORDS):
        row[DIGEST + k] = number_at(context, k)
    return at + 24


@entry
def scan(desk: int, books: int) -> int:
    """All movements of a desk's files into its rows; how many, -1 where one is not plain."""
    held, said = array(desk, DESK_SIZE), array(books, BOOKS_SIZE)
    known = (
        words_of(said, TYPES), words_of(said, PARTIES), words_of(said, LOCATIONS),
        words_of(said, ITEMS), said[DECIMALS], words_of(said, SILENT),
        (said[BLANK_CURRENCY], said[BLANK_CURRENCY + 1], said[BLANK_CURRENCY + 2]), said[RANKS],
    )  # fmt: skip
    base = held[DATA]
    rows = table(held[ROWS], held[ROWS_MAX], COLUMNS)
    count = 0
    for file in range(held[FILES]):
        at = base + number_at(held[SPANS], 2 * file)
        end = base + number_at(held[SPANS], 2 * file + 1)
        day = number_at(held[FILE_DAYS], file)
        while at < end:
            if count == rows.shape[0]:
                return -1
            row = rows[count]
            at = _block(at, end, base, held[DATES] + 10 * file, known, row, held[CONTEXT])
            if at < 0:
                return -1
            row[DAY] = day
            row[KEY] |= (day << 32) | (row[RANK] << 20)
            count += 1
            if at < end and byte(at) == _FEED:
                at += 1
            if at < end and (byte(at) != _FEED or at + 1 == end):
                return -1
            at += 1
    held[COUNT] = count
    return count
