"""Compiled digests of movements and days, as `books.stamping` makes them. All texts by address."""

from __future__ import annotations

from invledger.ledger.compiled import array, byte, compiled, copy, digest, entry, put, table
from invledger.ledger.compiled_form import (
    COLUMNS,
    CONTEXT,
    COUNT,
    DAYS,
    DESK_SIZE,
    DIGEST,
    DIGEST_WORDS,
    ENDS,
    MADE,
    ORDER,
    OUT,
    ROWS,
    spelt,
)
from invledger.ledger.compiled_text import behind_blanks, blank_after, says
from invledger.ledger.layout import CURRENCY_COLUMN

_NUMBER_END = CURRENCY_COLUMN - 2
_RANK, _REASON = spelt(b"rank:"), spelt(b"reason:")


@compiled
def _continued(at: int, end: int) -> int:
    """How many bytes of a text continue a letter: by so many it is longer than it is wide."""
    count = 0
    while at < end:
        count += (byte(at) & 0xC0) == 0x80
        at += 1
    return count


@compiled
def is_placed(line: int, first: int, stop: int) -> bool:
    """Whether a posting's number, with its sign, ends where it is printed (`layout.aligned`)."""
    name_end = blank_after(line + 2, stop)
    wide, gap = stop - line - _continued(line, name_end), first - name_end
    return gap == 2 if wide > _NUMBER_END else wide == _NUMBER_END and gap >= 2


@compiled
def _kept(at: int, stop: int) -> tuple[int, int]:
    """Where a number ends without idle zeros, and how many decimals it has then."""
    dot = at
    while dot < stop and byte(dot) != 46:
        dot += 1
    while stop > dot and (byte(stop - 1) == 48 or stop - 1 == dot):
        stop -= 1
    return stop, max(stop - dot - 1, 0)


@compiled
def _posting(out: int, line: int, end: int) -> tuple[int, int]:
    """A posting's line as it is printed: where what was put ends, and the line itself."""
    name_end = blank_after(line + 2, end)
    first = behind_blanks(name_end, end)
    number_end = blank_after(first, end)
    kept, _ = _kept(first, number_end)
    copy(out, line, name_end - line)
    out += name_end - line
    wide = name_end - line + kept - first - _continued(line, name_end)
    for _ in range(max(_NUMBER_END - wide, 2)):
        put(out, 32)
        out += 1
    copy(out, first, kept - first)
    out += kept - first
    stop = blank_after(number_end + 1, end)
    if byte(stop) == 32:
        price = stop + 3
        price_end = blank_after(price, end)
        kept, decimals = _kept(price, price_end)
        copy(out, number_end, kept - number_end)
        out += kept - number_end
        for at in range(decimals, 2):
            if at == 0:
                put(out, 46)
                out += 1
            put(out, 48)
            out += 1
        number_end = price_end
        stop = blank_after(price_end + 1, end)
    copy(out, number_end, stop - number_end)
    return out + stop - number_end, stop


@compiled
def turn_of(line: int) -> int:
    """The place of a line of metadata among others: rank, reason, then as they were written."""
    if says(line + 2, *_RANK):
        return 0
    return 1 if says(line + 2, *_REASON) else 2


@compiled
def put_printed(out: int, start: int, end: int, lines: tuple[int, int, int]) -> int:
    """A movement as it is printed where it was written otherwise; how many bytes.

    `lines`: where other metadata and both postings begin.
    """
    metas, first, second = lines
    begin = out
    copy(out, start, metas - start)
    out += metas - start
    for turn in range(3):
        at = metas
        while at < first:
            stop = at
            while byte(stop) != 10:
                stop += 1
            stop += 1
            if turn_of(at) == turn:
                copy(out, at, stop - at)
                out += stop - at
            at = stop
    out, at = _posting(out, first, end)
    copy(out, at, second - at)
    out, _ = _posting(out + second - at, second, end)
    return out - begin


@entry
def digest_days(desk: int) -> int:
    """The digest of each of a desk's days: of the digests of its rows in total order."""
    held = array(desk, DESK_SIZE)
    rows, order = table(held[ROWS], held[COUNT], COLUMNS), array(held[ORDER], held[COUNT])
    ends, start = array(held[ENDS], held[DAYS]), 0
    for day in range(held[DAYS]):
        said = array(held[OUT], DIGEST_WORDS * (ends[day] - start))
        for k in range(start, ends[day]):
            for word in range(DIGEST_WORDS):
                said[(k - start) * DIGEST_WORDS + word] = rows[order[k], DIGEST + word]
        digest(held[OUT], 8 * said.size, held[CONTEXT] + 32, held[MADE] + 32 * day)
        start = ends[day]
    return 0
