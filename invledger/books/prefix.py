"""Checkpoints of large plain books: what every cost pool held at the end of some days.

The swift way (see `swift`) notes the pools at the end of each month and of the last days, and the
hash of every id so far. A later `post` begins at the last such day before the first file that
differs: it reads only the files after it, opens the pools with what they held, and costs, derives
and prints on the plain path. Plain books have no citations and no orders, so pools and ids are
all that crosses a day; rows after it that are more than plain give None, and so a full run. The
same belief as in `checkpoint`: one byte of anything else, and it is as if nothing were there.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zlib import adler32, crc32

import invledger
from invledger.books.prefix_months import MonthNote, put_note
from invledger.store import Cache, FolderTree

if TYPE_CHECKING:
    from invledger.books.checkpoint import Look

PURPOSE = "post-prefix"
LAST_DAYS = 6
_READER = f"prefix {invledger.__version__}"
_MASK = (1 << 64) - 1
EIGHTS, SUMS = "eights", "sums"  # how ids are hashed


class Held(NamedTuple):
    """A pool: item, the rest of its key, and its layers as origin, quantity, value, origin …

    An average has one layer, of origin -1. Origins are numbers of lines.
    """

    item: str
    scope: str
    layers: Sequence[int]


@dataclass(slots=True)
class Notes:
    """What an engine says group by group; `cuts` are the dates at whose end a group has to end.

    `ends`: those that end a month; `open_months`: those with a cut before their end.
    """

    cuts: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    open_months: frozenset[str] = frozenset()
    hashed: str = SUMS
    ids: array[int] = field(default_factory=lambda: array("q"))
    marks: list[tuple[str, int, list[Held] | MonthNote]] = field(default_factory=list)

    def cut_at(self, dates: Sequence[str]) -> None:
        """Note the ends of months and the days before the last ones, of all dates in order."""
        self.ends = frozenset(one for one, two in pairwise(dates) if one[:7] != two[:7])
        self.cuts = self.ends | frozenset(dates[-LAST_DAYS - 1 : -1])
        self.open_months = frozenset(date[:7] for date in self.cuts - self.ends)

    def group(
        self, last: str, ids: Iterable[int], hashed: str, pools: Callable[[], Iterable[Held]]
    ) -> None:
        """The ids of a group as hashes, the last of its dates, and what pools hold after it."""
        self.take(ids, hashed)
        if last in self.cuts:
            self.mark(last, [one for one in pools() if one.layers])

    def take(self, ids: Iterable[int], hashed: str) -> None:
        """The ids of a group as hashes."""
        self.hashed = hashed
        self.ids.extend(ids)

    def mark(self, date: str, state: list[Held] | MonthNote) -> None:
        """The state at the end of a day, after the groups so far."""
        self.marks.append((date, len(self.ids), state))


@dataclass(slots=True)
class Prefix:
    """What is remembered of a swift run: digests of all files, and where to find each mark."""

    program: str
    frame: str
    files: dict[str, str]
    vouchers: dict[str, str]
    counts: dict[str, int]  # vouchers by path
    hashed: str
    ids: str
    marks: list[tuple[str, int, str]]  # date, ids until then, digest of the state
    by_month: bool  # whether states are those of months (see `prefix_months`)

    def fits(self, look: Look) -> bool:
        """Whether rules, master data and program are what they were."""
        from invledger.books.checkpoint import program_digest

        return self.program == program_digest() != "" and self.frame == look.frame


def keep_prefix(cache: Cache, tree: FolderTree, prefix: Prefix) -> None:
    """Remember it in place of the one before."""
    said = {one.name: getattr(prefix, one.name) for one in fields(Prefix)}
    cache.put_note(tree, PURPOSE, json.dumps(said, separators=(",", ":")).encode())


def kept_prefix(cache: Cache, tree: FolderTree) -> Prefix | None:
    """What is remembered of a folder; None where nothing whole is there."""
    data = cache.note(tree, PURPOSE)
    if not data:
        return None
    try:
        said = json.loads(data)
        return Prefix(**{one.name: said[one.name] for one in fields(Prefix)})
    except (ValueError, KeyError, TypeError):
        return None


def prefix_of(cache: Cache, look: Look, notes: Notes, counts: dict[str, int]) -> Prefix | None:
    """The notes of a swift run, put into the cache; None where there are none."""
    from invledger.books.checkpoint import program_digest

    program = program_digest()
    if not notes.marks or not program:
        return None
    ids = _put_ids(cache, notes.ids)
    marks = [(date, count, _put_state(cache, state)) for date, count, state in notes.marks]
    by_month = isinstance(notes.marks[0][2], MonthNote)
    return Prefix(
        program, look.frame, look.files, look.vouchers, counts, notes.hashed, ids, marks, by_month
    )


def _put_ids(cache: Cache, ids: array[int]) -> str:
    data = ids.tobytes()
    digest = hashlib.sha256(data).hexdigest()
    cache.put(digest, _READER, data)
    return digest


def _put_state(cache: Cache, state: list[Held] | MonthNote) -> str:
    if isinstance(state, MonthNote):
        return put_note(cache, state)
    text = json.dumps(state, separators=(",", ":"), ensure_ascii=False).encode()
    digest = hashlib.sha256(text).hexdigest()
    cache.put(digest, _READER, text)
    return digest


def pools_of(cache: Cache, digest: str) -> list[Held] | None:
    """The pools of a mark; None where they are not there, or not they."""
    data = cache.get(digest, _READER)
    if data is None or hashlib.sha256(data).hexdigest() != digest:
        return None
    return [Held(*one) for one in json.loads(data)]


def ids_of(cache: Cache, prefix: Prefix, count: int) -> array[int] | None:
    """The first ids of the prefix as hashes; None where they are not there, or not they."""
    data = cache.get(prefix.ids, _READER)
    if data is None or hashlib.sha256(data).hexdigest() != prefix.ids:
        return None
    known = array("q")
    known.frombytes(data[: 8 * count])
    return known


def are_new(cache: Cache, prefix: Prefix, count: int, ids: Iterable[str]) -> bool:
    """Whether none of these ids is among the first `count` of the prefix (by hash: surely)."""
    hash_of = {EIGHTS: by_eights, SUMS: by_sums}[prefix.hashed]
    known = ids_of(cache, prefix, count)
    return known is not None and {hash_of(id_.encode()) for id_ in ids}.isdisjoint(known)


def with_marks(
    cache: Cache, prefix: Prefix, until: tuple[str, array[int]], notes: Notes
) -> Prefix:
    """The prefix until a date and with the ids of until then, and what is noted after it."""
    date, ids = until
    marks = [one for one in prefix.marks if one[0] <= date]
    if not notes.marks:
        return replace(prefix, marks=marks)
    more = [(day, len(ids) + count, _put_state(cache, one)) for day, count, one in notes.marks]
    return replace(prefix, marks=marks + more, ids=_put_ids(cache, ids + notes.ids))


def by_sums(data: bytes) -> int:
    """A hash of an id for engines without one of their own."""
    found = crc32(data) << 32 | adler32(data)
    return found - (1 << 64) if found >> 63 else found


def by_eights(data: bytes) -> int:
    """The hash that the compiled engine gives an id (`ledger.compiled_text.id_parts`)."""
    size = len(data)
    found = size * 0x9E3779B97F4A7C15 & _MASK
    if size >= 8:
        found ^= _eight(data, 0) * 0xC2B2AE3D27D4EB4F & _MASK
        found = (found ^ found >> 29) * 0x165667B19E3779F9 & _MASK
        found ^= _eight(data, size - 8) * 0x9FB21C651E98DF25 & _MASK
    elif size:
        short = int.from_bytes(data, "little") << 64 - 8 * size
        found ^= short * 0xC2B2AE3D27D4EB4F & _MASK
    found = (found ^ found >> 32) * 0x9E3779B97F4A7C15 & _MASK
    middle = 0
    for at in range(8, size - 8, 8):
        middle = (middle ^ _eight(data, at)) * 0x2545F4914F6CDD1D & _MASK
    found = found >> 16 ^ middle
    return found - (1 << 64) if found >> 63 else found


def _eight(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")


def marks_before(prefix: Prefix, date: str) -> Iterator[tuple[str, int, str]]:
    """The marks before a date, the latest first."""
    for mark in reversed(prefix.marks):
        if mark[0] < date:
            yield mark[0], mark[1], mark[2]
