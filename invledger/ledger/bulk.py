"""Reading in bulk: the bytes of plain movement files -> columns in total order, digests of days.

The core's fast way: no object a row, hardly a step of Python a row. One pattern finds every block
of a file, and so every field of it is a column, which is looked at by one call. What is plain is
what `print_movement` writes of movements of one line; anything else raises Unusual, and the plain
path says what is wrong.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from operator import itemgetter, mul
from typing import Any, NamedTuple

from invledger.ledger.bulk_shape import Blocks, Names, Unusual
from invledger.ledger.grammar import is_date
from invledger.ledger.prescan import LINE_BYTES_MAX
from invledger.ledger.sums import DIGITS, MARK
from invledger.model import PRICE_DECIMALS

_BETWEEN = len(MARK) + DIGITS + len("\n\n\n")  # bytes from a block to the next
_RANK_DIGITS = 3
_ROWS_MIN = 600  # are looked at together: many enough for calls, few enough for caches
_CONTROLS = bytes([*range(32), 92, 127])  # and what would need another sign before it
_IDS = re.compile(rb"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,63}+\n)++")
_CLOCKS = re.compile(rb"(?:(?:(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?+)?+\n)++")
_NUMBERS = re.compile(rb"(?:(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?+\n)*+")
_CENTS = re.compile(rb"(?:(?:0|[1-9][0-9]{0,14})\.[0-9]{2}\n)++")
_META = re.compile(rb'  ([a-z]+): "?([^"\n]*)"?\n')


class Rows(NamedTuple):
    """Columns of rows in total order; texts are UTF-8, empty where absent.

    `number` is the quantity as written, `price` of PRICE_DECIMALS, `net` in minor units, `like`
    says by number what the row shares with others (`Names.likes`).
    """

    id: Sequence[bytes]
    type: Sequence[bytes]
    rank: Sequence[bytes]
    time: Sequence[bytes]
    party: Sequence[bytes]
    payee: Sequence[bytes]
    narration: Sequence[bytes]
    reason: Sequence[bytes]
    lot: Sequence[bytes]
    expiry: Sequence[bytes]
    meta: Sequence[bytes]
    item: Sequence[bytes]
    target: Sequence[bytes]
    source: Sequence[bytes]
    number: Sequence[bytes]
    quantity: Sequence[int]
    price: Sequence[int | None]
    net: Sequence[int]
    like: Sequence[int]
    item_number: Sequence[int]


class Stretch(NamedTuple):
    """Some days: `ends` says where the rows of each date end, `inputs` are their digests."""

    dates: list[str]
    ends: list[int]
    inputs: list[str]
    rows: Rows


def read_stretch(days: Sequence[tuple[str, Sequence[bytes]]], names: Names) -> Stretch:
    """The movements of some days, the earliest first; raises Unusual."""
    blocks: list[Sequence[bytes]] = []
    parts = []
    ends, count = [], 0
    for date, files in days:
        for data in files:
            some = _blocks(data, date.encode(), names)
            count += len(some)
            blocks += some
            if len(blocks) >= _ROWS_MIN:
                parts.append(_columns(Blocks(*zip(*blocks, strict=True)), names))
                blocks = []
        ends.append(count)
    if blocks:
        parts.append(_columns(Blocks(*zip(*blocks, strict=True)), names))
    rows = _ordered(parts)
    dates = [date for date, _ in days]
    return Stretch(dates, ends, list(_digests(rows, dates, ends, names.currency)), rows)


def _blocks(data: bytes, date: bytes, names: Names) -> list[Sequence[bytes]]:
    """The blocks of a file of one date, where every one bears a good checksum; raises Unusual."""
    found: list[Sequence[bytes]] = names.pattern.findall(data)
    blocks = list(map(itemgetter(0), found))
    sizes = list(map(len, blocks))
    if not found or sum(sizes) + _BETWEEN * len(sizes) - 1 != len(data):
        raise Unusual  # there is more than blocks
    if max(sizes) > LINE_BYTES_MAX or list(map(itemgetter(1), found)).count(date) != len(found):
        raise Unusual
    made = array("Q", b"".join([sha256(block).digest() for block in blocks]))[::4]
    if made.tobytes().hex().encode() != b"".join(map(itemgetter(-1), found)):
        raise Unusual
    return found


def _ordered(parts: Sequence[tuple[list[bytes], Rows]]) -> Rows:
    """All rows in total order (`order.total_order`), by texts that sort like date, rank, time."""
    keys, columns = list[Any](), [list[Any]() for _ in Rows._fields]
    for some, rows in parts:
        keys += some
        for column, more in zip(columns, rows, strict=True):
            column.extend(more)
    if len(set(keys)) < len(keys):
        keys = [(key, *id_key(id_)) for key, id_ in zip(keys, columns[0], strict=True)]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    if len(order) == 1:
        return Rows(*columns)
    pick = itemgetter(*order)
    return Rows(*[pick(column) for column in columns])


def id_key(id_: bytes) -> tuple[bytes, int, bytes]:
    """As `order.id_key`, for bytes."""
    head, _, counter = id_.rpartition(b"-")
    return (head, int(counter), id_) if counter.isdigit() else (id_, -1, id_)


def _columns(read: Blocks, names: Names) -> tuple[list[bytes], Rows]:
    """Every column, looked at, and what the rows are sorted by; raises Unusual."""
    rank, reason, meta = _metadata(read, names)
    one, two = read.one, read.two
    payee, narration = one, two
    if b"" in two:
        narration = [b or a for a, b in zip(one, two, strict=True)]
        payee = [a if b else b"" for a, b in zip(one, two, strict=True)]
    if _IDS.fullmatch(_lines(read.id)) is None:
        raise Unusual
    if not names.parties.keys() >= set(read.party) - {b""}:
        raise Unusual
    if not all(is_date(day.decode()) for day in set(read.expiry) - {b""}):
        raise Unusual
    _look_at_texts(set(payee), (narration, reason, read.lot))
    try:
        items = [names.items[code] for code in read.item]
    except KeyError:
        raise Unusual from None
    classes, scales = names.classes, names.scales
    quantity = _scaled(read.number, [scales[item] for item in items])
    price, net = _priced(read.price, quantity, items, names)
    if min(quantity) <= 0:
        raise Unusual
    keys = list(
        zip(
            read.type, read.target, read.source, [classes[item] for item in items],
            map(bool, read.price), map(bool, read.party), reason, strict=True,
        )
    )  # fmt: skip
    numbers = names.numbers
    try:
        likes = [numbers[key] for key in keys]
    except KeyError:
        names.learn(set(keys) - numbers.keys())
        likes = [numbers[key] for key in keys]
    rows = Rows(
        read.id, read.type, rank, read.time, read.party, payee, narration, reason, read.lot,
        read.expiry, meta, read.item, read.target, read.source, read.number, quantity, price, net,
        likes, items,
    )  # fmt: skip
    return _sort_keys(read.date, rank, read.time), rows


def _lines(texts: Sequence[bytes]) -> bytes:
    """Texts as lines; raises Unusual where one is not one line."""
    lines = b"\n".join(texts) + b"\n"
    if lines.count(b"\n") != len(texts):
        raise Unusual
    return lines


def _scaled(texts: Sequence[bytes], scales: Sequence[int]) -> list[int]:
    """Numbers times a power of ten each, as integers; raises Unusual."""
    lines = _lines(texts)
    if _NUMBERS.fullmatch(lines) is None:
        raise Unusual
    if b"." not in lines:
        return list(map(mul, map(int, texts), scales))
    odd = [row for row, text in enumerate(texts) if not text.isdigit()]
    whole = list(texts)
    for row in odd:
        whole[row] = b"0"
    found = list(map(mul, map(int, whole), scales))
    for row in odd:
        found[row] = _exact(texts[row], scales[row])
    return found


def _exact(text: bytes, scale: int) -> int:
    whole, _, part = text.partition(b".")
    found, rest = divmod(int(whole + part) * scale, int(10 ** len(part)))
    if rest:
        raise Unusual
    return found


def _priced(
    texts: Sequence[bytes], quantity: Sequence[int], items: Sequence[int], names: Names
) -> tuple[Sequence[int | None], Sequence[int]]:
    """Prices, and what the rows are worth in minor units, rounded half up; raises Unusual."""
    nothing: list[int | None] = [None] * len(texts)
    at = [row for row, text in enumerate(texts) if text]
    if not at:
        return nothing, [0] * len(texts)
    said = [texts[row] for row in at]
    lines = _lines(said)
    if _CENTS.fullmatch(lines) is None:
        prices = _scaled(said, [10**PRICE_DECIMALS] * len(said))
    else:
        more = 10 ** (PRICE_DECIMALS - 2)
        prices = [cents * more for cents in map(int, lines.replace(b".", b"").split())]
    if min(prices) <= 0:
        raise Unusual
    nets, downs = [0] * len(texts), names.downs
    for row, price in zip(at, prices, strict=True):
        down = downs[items[row]]
        nothing[row] = price
        nets[row] = (quantity[row] * price + (down >> 1)) // down
    return nothing, nets


def _look_at_texts(names: Iterable[bytes], columns: Iterable[Sequence[bytes]]) -> None:
    """No signs that print nothing or are written otherwise; no idle blanks in names."""
    if any(b"  " in name or name.strip(b" ") != name for name in names):
        raise Unusual
    whole = b"".join([*names, *[b"".join(column) for column in columns]])
    if len(whole.translate(None, _CONTROLS)) < len(whole):
        raise Unusual


def _sort_keys(
    dates: Sequence[bytes], rank: Sequence[bytes], time: Sequence[bytes]
) -> list[bytes]:  # fmt: skip
    """Date, rank and time as one text that sorts like them; the absent time last."""
    if _CLOCKS.fullmatch(_lines(time)) is None:
        raise Unusual
    if b"" in time:
        time = [one or b"~" for one in time]
    padded = {one: one.rjust(_RANK_DIGITS, b"0") for one in set(rank)}
    if dates[0] == dates[-1]:
        starts = {one: dates[0] + text for one, text in padded.items()}
        return [starts[a] + b for a, b in zip(rank, time, strict=True)]
    return [date + padded[a] + b for date, a, b in zip(dates, rank, time, strict=True)]


def _metadata(
    read: Blocks, names: Names
) -> tuple[Sequence[bytes], Sequence[bytes], Sequence[bytes]]:  # fmt: skip
    """Rank, reason, and what else a row says, as `repr` writes a tuple of pairs."""
    try:
        rank = [names.ranks[type_] for type_ in read.type]
    except KeyError:
        raise Unusual from None
    reason = list(read.reason)
    doc = read.doc
    meta = [b"(('doc', '" + one + b"'),)" if one else b"()" for one in doc]
    odd: list[int] = []
    if any(read.rank) or any(read.more):
        own = zip(read.rank, read.more, strict=True)
        odd = [row for row, (one, more) in enumerate(own) if one or more]
    for row in odd:
        pairs = {b"reason": reason[row]} if reason[row] else {}
        pairs |= {b"rank": read.rank[row]} if read.rank[row] else {}
        pairs |= {b"doc": doc[row]} if doc[row] else {}
        for key, value in _META.findall(read.more[row]):
            if key in pairs:
                raise Unusual
            pairs[key] = value
        reason[row] = pairs.pop(b"reason", b"")
        said = {b"rank": pairs.pop(b"rank")} if b"rank" in pairs else {}
        rank[row] = said.get(b"rank", rank[row])
        texts = [b"('%b', '%b')" % pair for pair in (said | pairs).items()]
        meta[row] = b"(%b%b)" % (b", ".join(texts), b"," if len(texts) == 1 else b"")
    whole = b"".join(doc) + b"".join(read.more).replace(b"\n", b"")
    if b"'" in whole or len(whole.translate(None, _CONTROLS)) < len(whole):
        raise Unusual
    return rank, reason, meta


def _digests(
    rows: Rows, dates: Iterable[str], ends: Sequence[int], currency: bytes
) -> Iterator[str]:
    """SHA-256 of what the rows of each day say, as `books.stamping.day_digests` makes it."""
    start = 0
    for date, end in zip(dates, ends, strict=True):
        count = end - start
        empty = b"\x1f" * (count - 1)

        def joined(column: Sequence[bytes], start: int = start, end: int = end) -> bytes:
            return b"\x1f".join(column[start:end])

        price = rows.price[start:end]
        paid_in = [currency if one is not None else b"" for one in price]
        parts = [
            (b"%b\x1f" % date.encode() * count)[:-1], b"[%b]" % b", ".join(rows.rank[start:end]),
            joined(rows.time), joined(rows.id), b"[%b]" % (b"1, " * count)[:-2],
            joined(rows.type), joined(rows.party), joined(rows.item),
            repr(list(rows.quantity[start:end])).encode(),
            joined(rows.source), joined(rows.target),
            repr(list(price)).encode(), b"[%b]" % (b"None, " * count)[:-2],
            joined(paid_in, 0, count), joined(rows.lot), joined(rows.expiry), empty, empty,
            joined(rows.reason), empty, empty, joined(rows.payee), joined(rows.narration), empty,
            b"[%b]" % b", ".join(rows.meta[start:end]),
        ]  # fmt: skip
        yield sha256(b"\n".join(parts)).hexdigest()
        start = end
