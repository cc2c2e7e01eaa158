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
from invledger.model import PRICE_DECIMALS

_CONTROLS = bytes([*range(32), 92, 127])  # and what would need another sign before it
#: A line that is no number. (A possessive group would be wrong on Python before 3.11.5.)
_NO_NUMBER = re.compile(rb"^(?!(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?$)", re.MULTILINE)


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


class Said(NamedTuple):
    """What the rows say, for digests; `odd` are the metadata of rows that say more than `doc`."""

    read: Blocks
    rank: Sequence[bytes]
    reason: Sequence[bytes]
    quantity: Sequence[int]
    price: Sequence[bytes]
    odd: dict[int, bytes]
    currency: bytes


def columns(read: Blocks, ranks: Sequence[bytes], names: Names) -> tuple[Rows, Said]:
    """Every column, looked at; raises Unusual."""
    reason, odd = _metadata(read, names)
    _look_at_texts(read, reason)
    if not names.parties.keys() >= set(read.party) - {b""}:
        raise Unusual
    if not all(is_date(day.decode()) for day in set(read.expiry) - {b""}):
        raise Unusual
    try:
        items = list(map(names.items.__getitem__, read.item))
    except KeyError:
        raise Unusual from None
    quantity = _scaled(read.number, items, names)
    price, net = _priced(read.price, quantity, items, names)
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
    return rows, Said(read, ranks, reason, quantity, price, odd, names.currency)


def _shown(read: Blocks, names: Names) -> Sequence[bytes]:
    """The payee, or else the party's name."""
    shown = list(read.payee)
    for row in compress(count(), map(not_, shown)):
        shown[row] = names.parties.get(read.party[row], b"")
    return shown


def _scaled(
    texts: Sequence[bytes], items: Sequence[int], names: Names
) -> list[int]:  # fmt: skip
    """Quantities above zero times a power of ten each, as integers; raises Unusual."""
    found = list(map(names.wholes.__getitem__, texts))
    if names.is_scaled:
        found = list(map(mul, found, map(names.scales.__getitem__, items)))
    others = list(compress(count(), map(not_, found)))
    if others:
        numbers, places = _even([texts[row] for row in others], 0)
        unit = 10**places
        for row, number in zip(others, numbers, strict=True):
            found[row], rest = divmod(number * names.scales[items[row]], unit)
            if rest:
                raise Unusual
    return found


def _priced(
    texts: Sequence[bytes], quantity: Sequence[int], items: Sequence[int], names: Names
) -> tuple[Sequence[bytes], Sequence[int]]:
    """Prices of PRICE_DECIMALS as `repr` writes them, and what the rows are worth in minor units,
    rounded half up; raises Unusual.
    """
    shown, nets = [b"None"] * len(texts), [0] * len(texts)
    said = list(filter(None, texts))
    if not said:
        return shown, nets
    prices, places = _even(said, names.money)
    form = b"%d" + b"0" * (PRICE_DECIMALS - places)
    downs = names.downs(places)
    for row, price in zip(compress(count(), texts), prices, strict=True):
        shown[row] = form % price
        down = downs[items[row]]
        nets[row] = (quantity[row] * price + (down >> 1)) // down
    return shown, nets


def _even(texts: Sequence[bytes], least: int) -> tuple[list[int], int]:
    """Numbers above zero as integers of the same decimals, `least` or more; raises Unusual."""
    lines = b"\n".join(texts)
    if _NO_NUMBER.search(lines) is not None or lines.count(b"\n") + 1 != len(texts):
        raise Unusual
    places = [len(text.partition(b".")[2]) for text in texts]
    most = max([least, *places])
    factors = [10 ** (most - some) for some in range(most + 1)]
    whole = map(int, lines.replace(b".", b"").split())
    found = list(map(mul, whole, map(factors.__getitem__, places)))
    if not min(found):
        raise Unusual
    return found, most


def _look_at_texts(read: Blocks, reason: Sequence[bytes]) -> None:
    """No signs that print nothing or are written otherwise; no idle blanks in names."""
    named = b'"%b"' % b'"'.join(read.payee)  # which has no such sign itself
    if b" " in named and (b"  " in named or b'" ' in named or b' "' in named):
        raise Unusual
    if not all(read.narration) and any(
        payee for payee, text in zip(read.payee, read.narration, strict=True) if not text
    ):
        raise Unusual
    docs = b"".join(read.doc)
    whole = b"".join([named, *read.narration, *set(reason), *read.lot, docs])
    if b"'" in docs or len(whole.translate(None, _CONTROLS)) < len(whole):
        raise Unusual


def _metadata(read: Blocks, names: Names) -> tuple[Sequence[bytes], dict[int, bytes]]:
    """Reasons, and what rows say that say more than `doc`, as `repr` writes a tuple of pairs."""
    reason, odd = read.reason, dict[int, bytes]()
    if not any(read.more):
        return reason, odd
    reason = list(reason)
    for row in compress(count(), read.more):
        pairs = {b"reason": reason[row]} if reason[row] else {}
        pairs |= {b"doc": read.doc[row]} if read.doc[row] else {}
        for line in read.more[row].split(b"\n  ")[:-1]:
            found = names.meta_line.fullmatch(line)
            if found is None:
                raise Unusual
            key, value = found[1] or b"rank", found[2] or found[3]
            if key in pairs:
                raise Unusual
            pairs[key] = value
        reason[row] = pairs.pop(b"reason", b"")
        said = {b"rank": pairs.pop(b"rank")} if b"rank" in pairs else {}
        texts = [b"('%b', '%b')" % pair for pair in (said | pairs).items()]
        odd[row] = b"(%b%b)" % (b", ".join(texts), b"," if len(texts) == 1 else b"")
        whole = b"".join(pairs.values())
        if b"'" in whole or len(whole.translate(None, _CONTROLS)) < len(whole):
            raise Unusual
    return reason, odd
