"""Compiled reading of single words: strings, numbers, times, dates, ids. All by address.

Texts are clean (`is_clean`): no control character but the line feed, no backslash. Behind every
text stand PAD bytes that may be read.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from invledger.ledger.compiled import array, byte, compiled, eight, entry, hash_of, zeros
from invledger.ledger.compiled_form import ASCII, BEYOND_ASCII, UNCLEAN

SMALL = 10**17
#: Eight signs at once: each of seven bits, or the one that is meant.
_SEVEN = np.uint64(0x7F7F7F7F7F7F7F7F)
_GRAPHIC = np.uint64(0x1F1F1F1F1F1F1F1F)
_FEED = np.uint64(0x0A0A0A0A0A0A0A0A)
_BACKSLASH = np.uint64(0x5C5C5C5C5C5C5C5C)
_LOW = np.uint64(0x0101010101010101)
_HIGH = np.uint64(0x8080808080808080)
_QUOTES = np.uint64(0x2222222222222222)
_BLANKS = np.uint64(0x2020202020202020)
_FEEDS = np.uint64(0x0A0A0A0A0A0A0A0A)


@entry
def is_plain(at: int, size: int) -> int:
    """Whether a text is clean, and has signs beyond ASCII.

    Unclean are control characters but the line feed, the backslash, DEL. Blanks stand behind.
    """
    words = array(at, (size + 7) // 8)
    bad = beyond = np.uint64(0)
    for k in range(words.size):
        signs = np.uint64(words[k])
        low = signs & _SEVEN
        graphic = low + (_SEVEN - _GRAPHIC)  # these have their highest bit where all is well
        feed = ~((low ^ _FEED) + _SEVEN)
        other = ((low ^ _BACKSLASH) + _SEVEN) & ((low ^ _SEVEN) + _SEVEN)
        bad |= ~((graphic | feed) & other) & ~signs
        beyond |= signs
    if bad & ~_SEVEN:
        return UNCLEAN
    return BEYOND_ASCII if beyond & ~_SEVEN else ASCII


@compiled
def says(at: int, low: int, high: int, size: int) -> bool:
    """Whether a text of up to 16 bytes stands at an address; `low` and `high` are its halves."""
    if size <= 8:
        return (eight(at) ^ np.uint64(low)) << np.uint64(64 - 8 * size) == np.uint64(0)
    rest = (eight(at + 8) ^ np.uint64(high)) << np.uint64(128 - 8 * size)
    return eight(at) == np.uint64(low) and rest == np.uint64(0)


@compiled
def close_of(at: int, end: int) -> int:
    """Where the string that begins at `at` (after its quote) closes on its line; -1: nowhere."""
    while at < end:
        signs = eight(at)
        quotes = signs ^ _QUOTES
        feeds = signs ^ _FEEDS
        quoted = (quotes - _LOW) & ~quotes & _HIGH
        fed = (feeds - _LOW) & ~feeds & _HIGH
        if quoted | fed:
            first = zeros(quoted | fed) >> 3
            if byte(at + first) != 34 or at + first >= end:
                return -1
            return at + first
        at += 8
    return -1


@compiled
def blank_after(at: int, end: int) -> int:
    """The first blank or line feed from an address on, or the end."""
    while at < end:
        signs = eight(at)
        blanks = signs ^ _BLANKS
        feeds = signs ^ _FEEDS
        found = ((blanks - _LOW) & ~blanks & _HIGH) | ((feeds - _LOW) & ~feeds & _HIGH)
        if found:
            return min(at + (zeros(found) >> 3), end)
        at += 8
    return end


@compiled
def behind_blanks(at: int, end: int) -> int:
    """The first sign that is no blank from an address on, or the end."""
    while at < end:
        others = eight(at) ^ _BLANKS
        if others:
            return min(at + (zeros(others) >> 3), end)
        at += 8
    return end


@compiled
def number(at: int, end: int) -> tuple[int, int, int]:
    """Digits, decimals and end of a plain number; end -1 where it is none, or too long for us."""
    start = at
    value = 0
    while at < end and 48 <= byte(at) <= 57 and value < SMALL:
        value = value * 10 + (byte(at) - 48)
        at += 1
    whole = at - start
    if whole == 0 or whole > 15 or (whole > 1 and byte(start) == 48):
        return 0, 0, -1
    decimals = 0
    if at < end and byte(at) == 46:
        at += 1
        while at < end and 48 <= byte(at) <= 57 and value < SMALL:
            value = value * 10 + (byte(at) - 48)
            decimals += 1
            at += 1
        if decimals == 0 or decimals > 10:
            return 0, 0, -1
    return value, decimals, at


@compiled
def _two(at: int) -> int:
    """Two digits; a negative number where they are none."""
    tens, ones = byte(at) - 48, byte(at + 1) - 48
    if tens < 0 or tens > 9 or ones < 0 or ones > 9:
        return -1_000_000
    return tens * 10 + ones


@compiled
def clock(at: int, size: int) -> int:
    """`HH:MM` or `HH:MM:SS` as a number that sorts like the text; -1 for any other."""
    if (size != 5 and size != 8) or byte(at + 2) != 58:
        return -1
    hours, minutes, seconds = _two(at), _two(at + 3), 0
    if size == 8:
        seconds = _two(at + 6) + 1
        if byte(at + 5) != 58 or seconds < 1 or seconds > 60:
            return -1
    if hours < 0 or hours > 23 or minutes < 0 or minutes > 59:
        return -1
    return (hours * 60 + minutes) * 61 + seconds


@compiled
def is_day(at: int) -> bool:
    """Whether ten bytes are a day of the calendar."""
    if byte(at + 4) != 45 or byte(at + 7) != 45:
        return False
    year = _two(at) * 100 + _two(at + 2)
    month, day = _two(at + 5), _two(at + 8)
    if year < 1 or month < 1 or month > 12 or day < 1:
        return False
    last = 31
    if month == 4 or month == 6 or month == 9 or month == 11:
        last = 30
    if month == 2:
        last = 29 if (year % 4 == 0 and year % 100 != 0) or year % 400 == 0 else 28
    return day <= last


@compiled
def id_parts(at: int, size: int) -> tuple[int, int, int]:
    """Where the last part of an id begins, its number, and a hash; (-1, …) for one not plain.

    As `order.id_key`: an id without a counter at its end is a head as a whole, its number -1.
    """
    if size < 1 or size > 64:
        return -1, 0, 0
    hyphen = -1
    for k in range(size):
        sign = byte(at + k)
        if not (48 <= sign <= 57 or 65 <= sign <= 90 or 97 <= sign <= 122):
            if k == 0 or not (sign == 45 or sign == 46 or sign == 95):
                return -1, 0, 0
            if sign == 45:
                hyphen = k
    length = size - hyphen - 1
    counter = 0
    is_counted = length > 0
    for k in range(hyphen + 1, size if is_counted else 0):
        digit = byte(at + k) - 48
        if digit < 0 or digit > 9:
            is_counted = False
            break
        if length > 17:
            return -1, 0, 0
        counter = counter * 10 + digit
    middle: Any = 0
    for k in range(8, size - 8, 8):
        middle = (middle ^ np.int64(eight(at + k))) * 0x2545F4914F6CDD1D
    found = hash_of(at, size) ^ middle
    return (max(hyphen, 0), counter, found) if is_counted else (size, -1, found)


@compiled
def is_even(at: int, size: int) -> bool:
    """Whether blanks stand single and between other signs only, as a narration keeps them."""
    was_blank = True
    for k in range(size):
        is_blank = byte(at + k) == 32
        if is_blank and was_blank:
            return False
        was_blank = is_blank
    return not was_blank or size == 0
