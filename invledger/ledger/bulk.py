"""Reading in bulk: the bytes of plain movement files -> columns in total order, digests of days.

The core's fast way: no object a row, hardly a step of Python a row. A file is cut at its
checksums, a block at its quotes; blocks of one shape lie side by side, so that each field of all
of them is one column, and is looked at by one call. What is plain is what `print_movement` writes
of movements of one line; anything else raises Unusual, and the plain path says what is wrong.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple

from invledger.ledger.bulk_shape import Names, Unusual, columns_of
from invledger.ledger.prescan import LINE_BYTES_MAX
from invledger.ledger.sums import DIGITS, MARK

_MARK = b"\n" + MARK.encode()
_SKIP = DIGITS + len("\n\n")
#: Blanks but ' ' and line feed, and the signs that stand for line feeds while lines are cut.
_NEVER = (b"\t", b"\x0b", b"\x0c", b"\r", b"\\", b"\x01", b"\x02")


class Rows(NamedTuple):
    """Columns of rows in total order; texts are UTF-8, empty where absent.

    `number` is the quantity as written, `price` of PRICE_DECIMALS, `net` in minor units, `like`
    says by number what the row shares with others (`Names.likes`).
    """

    key: Sequence[bytes]
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


class Batch(NamedTuple):
    """Some days: `ends` says where the rows of each date end."""

    dates: list[str]
    ends: list[int]
    inputs: list[str]
    rows: Rows


def read_batch(days: Sequence[tuple[str, Sequence[bytes]]], names: Names) -> Batch:
    """The movements of some days, the earliest first; raises Unusual."""
    shapes: dict[int, list[list[bytes]]] = {}
    counts = []
    for date, files in days:
        said = date.encode()
        count = 0
        for data in files:
            blocks = _blocks(data, said)
            count += len(blocks)
            for block in blocks:
                block[0] = said
                shapes.setdefault(len(block), []).append(block)
        counts.append(count)
    parts: list[tuple[Sequence[Any], ...]] = []
    for blocks in shapes.values():
        parts += columns_of(blocks, names)
    rows = _ordered(parts)
    ends, dates = list(accumulate(counts)), [date for date, _ in days]
    return Batch(dates, ends, list(_digests(rows, dates, ends, names.currency)), rows)


def _blocks(data: bytes, date: bytes) -> list[list[bytes]]:
    """Each block cut at its quotes, where every one bears a good checksum and begins as it ought.

    The first piece holds the checksum of the block before and an empty line, too.
    """
    if any(sign in data for sign in _NEVER):
        raise Unusual
    chunks = data.split(_MARK)
    last = chunks.pop()
    if not chunks or len(last) != DIGITS + 1 or max(map(len, chunks)) > LINE_BYTES_MAX:
        raise Unusual
    chunks[0] = b"0" * DIGITS + b"\n\n" + chunks[0]
    made = array("Q", b"".join([sha256(chunk[_SKIP:]).digest() for chunk in chunks]))[::4]
    blocks = [chunk.split(b'"') for chunk in chunks]
    heads = [block[0] for block in blocks]
    start = b"\n\n" + date + b" * "
    if set(map(len, heads)) != {DIGITS + len(start)} or last[-1:] != b"\n":
        raise Unusual
    said = b"".join(heads)
    size = DIGITS + len(start)
    line_feeds = b"\n" * len(heads)
    is_straight = said[DIGITS::size] == said[DIGITS + 1 :: size] == line_feeds
    if said.count(start) != len(heads) or not is_straight:
        raise Unusual
    said = said.replace(start, b"")[DIGITS:] + last[:-1]
    if said != made.tobytes().hex().encode():
        raise Unusual
    return blocks


def _ordered(parts: Sequence[tuple[Sequence[Any], ...]]) -> Rows:
    """All rows in total order (`order.total_order`)."""
    columns: list[Any] = [[] for _ in Rows._fields]
    for part in parts:
        for column, more in zip(columns, part, strict=True):
            column.extend(more)
    keys, ids = columns[0], columns[1]
    if len(set(keys)) < len(keys):
        keys = [(key, *id_key(id_)) for key, id_ in zip(keys, ids, strict=True)]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    if len(order) == 1:
        return Rows(*columns)
    pick = itemgetter(*order)
    return Rows(*[pick(column) for column in columns])


def id_key(id_: bytes) -> tuple[bytes, int, bytes]:
    """As `order.id_key`, for bytes."""
    head, _, counter = id_.rpartition(b"-")
    return (head, int(counter), id_) if counter.isdigit() else (id_, -1, id_)


def _digests(
    rows: Rows, dates: Iterable[str], ends: Sequence[int], currency: bytes
) -> Iterable[str]:
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
            joined([date.encode()] * count, 0, count), b"[%b]" % b", ".join(rows.rank[start:end]),
            joined(rows.time), joined(rows.id), b"[%b]" % b", ".join([b"1"] * count),
            joined(rows.type), joined(rows.party), joined(rows.item),
            repr(list(rows.quantity[start:end])).encode(),
            joined(rows.source), joined(rows.target),
            repr(list(price)).encode(), b"[%b]" % b", ".join([b"None"] * count),
            joined(paid_in, 0, count), joined(rows.lot), joined(rows.expiry), empty, empty,
            joined(rows.reason), empty, empty, joined(rows.payee), joined(rows.narration), empty,
            b"[%b]" % b", ".join(rows.meta[start:end]),
        ]  # fmt: skip
        yield sha256(b"\n".join(parts)).hexdigest()
        start = end
