"""What a later run of periodic average may begin with: the state of its months at some days.

A month's costs are known as a whole, so a day within a month is noted as what pools held when the
month began and every row of the month until then, in a few numbers each; costing them again takes
milliseconds. The end of a month is noted as what pools hold.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import NamedTuple

import invledger
from invledger.store import Cache

_READER = f"prefix months {invledger.__version__}"
COLUMNS = 4  # of a row: number of its stencil, of its item, quantity, net amount


class Opened(NamedTuple):
    """A pool: the number of its item, the rest of its key, what it holds."""

    item: int
    scope: str
    quantity: int
    value: int


class MonthNote(NamedTuple):
    """The state at the end of a day. Numbers are those of `swift.Words`.

    `month`: open at that time, or nothing; `pools`: what they held when it began; `likes`: by
    number of a stencil, what `Plain.stencil` takes; `lines`: the month's rows in parts, column by
    column as 64-bit integers.
    """

    month: str
    pools: Sequence[Opened]
    likes: Sequence[tuple[int, ...]] = ()
    lines: Sequence[bytes] = ()


def put_note(cache: Cache, note: MonthNote) -> str:
    """Into the cache; the digest that names it."""
    lines = [_put(cache, data) for data in note.lines]
    said = json.dumps([note.month, note.pools, note.likes, lines], separators=(",", ":"))
    return _put(cache, said.encode())


def note_of(cache: Cache, digest: str) -> MonthNote | None:
    """A note; None where it is not there as a whole, or not it."""
    data = _get(cache, digest)
    if data is None:
        return None
    month, pools, likes, digests = json.loads(data)
    lines = [part for one in digests if (part := _get(cache, one)) is not None]
    if len(lines) < len(digests):
        return None
    return MonthNote(month, [Opened(*one) for one in pools], list(map(tuple, likes)), lines)


def _put(cache: Cache, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    cache.put(digest, _READER, data)
    return digest


def _get(cache: Cache, digest: str) -> bytes | None:
    data = cache.get(digest, _READER)
    is_whole = data is not None and hashlib.sha256(data).hexdigest() == digest
    return data if is_whole else None
