"""Columns of plain rows: each looked at by one call, and what follows from it.

Raises Unusual for anything that is not plain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import compress, count
from operator import mul, not_
from typing import NamedTuple

from invledger.ledger.bulk_shape import Blocks, Names, Unusual
from invledger.ledger.grammar import is_date

_NUMBER = re.compile(rb"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?")
#: Lines that are not a quantity, a price as printed: no number, or one with other zeros. (A
#: possessive group would be wrong on Python before 3.11.5.)
_NO_QUANTITY = re.compile(
    rb"^(?!(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{0,9}[1-9])?$).*", re.MULTILINE
)  # fmt: skip
_NO_PRICE = re.compile(
    rb"^(?!(?:0|[1-9][0-9]{0,14})\.[0-9]{2}(?:[0-9]{0,7}[1-9])?$).*", re.MULTILINE
)  # fmt: skip
_FIRST = {b"rank": 0, b"reason": 1}  # metadata that stand before others


class Rows(NamedTuple):
    """Columns of rows in total order, as costs and vouchers need them.

    `number` is the quantity as written, `net` in minor units, `like` says by number what the row
    shares with others (`Names.likes`), `payee` is the name to be shown.
    """

    id: Sequence[bytes]
    party: Sequence[bytes]
    payee: Sequence[bytes]
    item: Sequence[bytes]
    number: Sequence[bytes]
    quantity: Sequence[int]
    net: Sequence[int]
    like: Sequence[int]
    item_number: Sequence[int]


def columns(read: Blocks, names: Names) -> tuple[Rows, set[int]]:
    """Every column, looked at, and the rows that are printed otherwise; raises Unusual."""
    reason, odd = _reasons(read, names)
    _look_at_names(read.payee)
    if not names.parties.keys() >= set(read.party) - {b""}:
        raise Unusual
    if not all(is_date(day.decode()) for day in set(read.expiry) - {b""}):
        raise Unusual
    try:
        items = list(map(names.items.__getitem__, read.item))
    except KeyError:
        raise Unusual from None
    quantity, more = _scaled(read.number, items, names)
    net, others = _priced(read.price, quantity, items, names)
    classes = map(names.classes.__getitem__, items)
    keys = list(
        zip(
            read.type, read.target, read.source, classes, map(bool, read.price),
            map(bool, read.party), reason, strict=True,
        )
    )  # fmt: skip
    numbers = names.numbers
    try:
        likes = list(map(numbers.__getitem__, keys))
    except KeyError:
        names.learn(set(keys) - numbers.keys())
        likes = list(map(numbers.__getitem__, keys))
    rows = Rows(
        read.id, read.party, _shown(read, names), read.item, read.number, quantity, net, likes,
        items,
    )  # fmt: skip
    return rows, {*odd, *more, *others}


def _shown(read: Blocks, names: Names) -> Sequence[bytes]:
    """The payee, or else the party's name."""
    shown = list(read.payee)
    for row in compress(count(), map(not_, shown)):
        shown[row] = names.parties.get(read.party[row], b"")
    return shown


def _scaled(
    texts: Sequence[bytes], items: Sequence[int], names: Names
) -> tuple[list[int], list[int]]:  # fmt: skip
    """Quantities above zero times a power of ten each, as integers, and the rows that are printed
    otherwise; raises Unusual.
    """
    found = list(map(names.wholes.__getitem__, texts))
    if names.is_scaled:
        found = list(map(mul, found, map(names.scales.__getitem__, items)))
    others = list(compress(count(), map(not_, found)))
    odd: list[int] = []
    if others:
        numbers, places, odd = _even([texts[row] for row in others], 0, _NO_QUANTITY)
        unit = 10**places
        for row, number in zip(others, numbers, strict=True):
            found[row], rest = divmod(number * names.scales[items[row]], unit)
            if rest:
                raise Unusual
    return found, [others[at] for at in odd]


def _priced(
    texts: Sequence[bytes], quantity: Sequence[int], items: Sequence[int], names: Names
) -> tuple[Sequence[int], list[int]]:
    """What the rows are worth in minor units, rounded half up, and the rows whose prices are
    printed otherwise; raises Unusual.
    """
    nets = [0] * len(texts)
    rows = list(compress(count(), texts))
    if not rows:
        return nets, []
    prices, places, odd = _even(list(filter(None, texts)), names.money, _NO_PRICE)
    downs = names.downs(places)
    for row, price in zip(rows, prices, strict=True):
        down = downs[items[row]]
        nets[row] = (quantity[row] * price + (down >> 1)) // down
    return nets, [rows[at] for at in odd]


def _even(
    texts: Sequence[bytes], least: int, not_printed: re.Pattern[bytes]
) -> tuple[list[int], int, list[int]]:
    """Numbers above zero as integers of the same decimals, `least` or more, those decimals, and
    the places of those that are printed otherwise; raises Unusual.
    """
    lines = b"\n".join(texts)
    if lines.count(b"\n") + 1 != len(texts):
        raise Unusual
    odd, place, at = [], 0, 0
    for other in not_printed.finditer(lines):
        if _NUMBER.fullmatch(other[0]) is None:
            raise Unusual
        place += lines.count(b"\n", at, other.start())
        at = other.start()
        odd.append(place)
    places = [len(text.partition(b".")[2]) for text in texts]
    most = max([least, *places])
    factors = [10 ** (most - some) for some in range(most + 1)]
    whole = map(int, lines.replace(b".", b"").split())
    found = list(map(mul, whole, map(factors.__getitem__, places)))
    if not min(found):
        raise Unusual
    return found, most, odd


def _look_at_names(payees: Sequence[bytes]) -> None:
    """No idle blanks in names."""
    named = b'"%b"' % b'"'.join(payees)  # which has no such sign itself
    if b" " in named and (b"  " in named or b'" ' in named or b' "' in named):
        raise Unusual


def _reasons(read: Blocks, names: Names) -> tuple[Sequence[bytes], list[int]]:
    """The reasons, and the rows where rank or reason are printed elsewhere; other metadata are
    looked at; raises Unusual.
    """
    if not any(read.more):
        return read.reason, []
    reason, odd = list(read.reason), []
    for row in compress(count(), read.more):
        lines = read.block[row].split(b"\n")
        metas = metas_of(lines, read.time[row], read.party[row])
        said = list(map(names.meta_line.fullmatch, lines[metas]))
        pairs = [(found[1] or b"rank", found[2]) for found in said if found is not None]
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(said):
            raise Unusual
        reason[row] = dict(pairs).get(b"reason", b"")
        if keys != sorted(keys, key=turn):
            odd.append(row)
    return reason, odd


def metas_of(lines: Sequence[bytes], time: bytes, party: bytes) -> slice:
    """Which lines of a block are metadata behind id, type, time and party; raises Unusual where
    no posting follows, which begins with a capital.
    """
    for at, line in enumerate(lines):
        if line[2:3].isupper():
            return slice(3 + bool(time) + bool(party), at)
    raise Unusual


def turn(key: bytes) -> int:
    """The place of a key among others: rank, reason, then as they were written."""
    return _FIRST.get(key, len(_FIRST))
