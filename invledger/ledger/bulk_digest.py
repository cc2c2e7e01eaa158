"""Digests of days from columns of plain rows, as `books.stamping.day_digests` makes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from invledger.ledger.bulk_columns import Said

_BETWEEN = b"\x1f"


def day_digests(said: Said, dates: Iterable[str], ends: Sequence[int]) -> Iterator[str]:
    """SHA-256 of what the rows of each day say."""
    start = 0
    for date, end in zip(dates, ends, strict=True):
        first, *others = _columns(said, date.encode(), start, end)
        digest = sha256(first)
        for part in others:
            digest.update(b"\n")
            digest.update(part)
        yield digest.hexdigest()
        start = end


def _columns(said: Said, date: bytes, start: int, end: int) -> list[bytes]:
    """The columns of a day in the order of `Row`'s fields."""
    count = end - start
    empty = _BETWEEN * (count - 1)
    read, currency = said.read, said.currency

    def joined(column: Sequence[bytes]) -> bytes:
        return _BETWEEN.join(column[start:end])

    return [
        (b"%b\x1f" % date * count)[:-1], b"[%b]" % b", ".join(said.rank[start:end]),
        joined(read.time), joined(read.id), b"[%b]" % (b"1, " * count)[:-2],
        joined(read.type), joined(read.party), joined(read.item),
        repr(list(said.quantity[start:end])).encode(),
        joined(read.source), joined(read.target),
        b"[%b]" % b", ".join(said.price[start:end]), b"[%b]" % (b"None, " * count)[:-2],
        _BETWEEN.join([one and currency for one in read.price[start:end]]),
        joined(read.lot), joined(read.expiry), empty, empty,
        joined(said.reason), empty, empty, joined(read.payee), joined(read.narration), empty,
        b"[%b]" % b", ".join(_metadata(said, start, end)),
    ]  # fmt: skip


def _metadata(said: Said, start: int, end: int) -> Iterator[bytes]:
    """What rows say beside, as `repr` writes it; most rows name a document and nothing else."""
    docs = said.read.doc[start:end]
    odd = {row - start: text for row, text in said.odd.items() if start <= row < end}
    if b"" in docs:
        odd |= {row: b"()" for row, doc in enumerate(docs) if not doc and row not in odd}
    at = 0
    for row in (*sorted(odd), end - start):
        if at < row:
            yield b"(('doc', '%b'),)" % b"'),), (('doc', '".join(docs[at:row])
        if row in odd:
            yield odd[row]
        at = row + 1
