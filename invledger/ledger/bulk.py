"""Reading in bulk: the bytes of plain movement files -> columns in total order, digests of days.

The core's fast way: no object a row, hardly a step of Python a row. One pattern finds every block
of a file; the blocks of a day are put in order, and then every field of them is a column, which
is looked at by one call (`bulk_columns`). What is plain is what `print_movement` writes of
movements of one line, so that a block's digest is that of its movement; where it has other zeros
or blanks, or rank or reason elsewhere, that is made anew. Anything else raises Unusual, and the
plain path does the work or says what is wrong.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from itertools import pairwise
from operator import eq, itemgetter, lt
from typing import NamedTuple

from invledger.ledger.bulk_columns import Rows, columns, metas_of, turn
from invledger.ledger.bulk_shape import Blocks, Names, Unusual
from invledger.ledger.layout import aligned
from invledger.ledger.prescan import LINE_BYTES_MAX
from invledger.ledger.sums import DIGITS, MARK
from invledger.model import PRICE_DECIMALS, format_scaled, parse_scaled

Block = tuple[bytes, ...]  # the groups of the pattern, named as in `Blocks`

_BETWEEN = len(MARK) + DIGITS + len("\n\n\n")  # bytes from a block to the next
_TEXT, _DATE, _SUM = itemgetter(0), itemgetter(1), itemgetter(-1)
_ID, _TYPE, _TIME, _PARTY, _MORE = map(
    Blocks._fields.index, ("id", "type", "time", "party", "more")
)  # fmt: skip
_WRITTEN = tuple(
    map(Blocks._fields.index, ("target", "source", "number", "item", "price"))
)  # fmt: skip
_BYTES = sha256().digest_size
_NO_HOUR = b"24"
_OWN_RANK = re.compile(rb"(?:^|\n  )rank: ([0-9]{1,3})\n")


class Stretch(NamedTuple):
    """Some days: `ends` says where the rows of each date end, `inputs` are their digests.

    `heads`: what stands before the last hyphen of the ids of each file.
    """

    dates: list[str]
    ends: list[int]
    inputs: list[str]
    rows: Rows
    heads: list[bytes]


def read_stretch(days: Sequence[tuple[str, Sequence[bytes]]], names: Names) -> Stretch:
    """The movements of some days, the earliest first; raises Unusual."""
    try:
        return _read(days, names)
    except Unusual:
        if names.is_loose:
            raise
        names.loosen()  # and stay so: who has names that do not fit has them in every file
        return _read(days, names)


def _read(days: Sequence[tuple[str, Sequence[bytes]]], names: Names) -> Stretch:
    blocks: list[Block] = []
    heads: list[bytes] = []
    digests = bytearray()  # of the movements, one after the other
    ends = [0]
    for date, files in days:
        found: list[Block] = []
        for data in files:
            some = names.pattern.findall(data)
            heads += _heads(list(map(itemgetter(_ID), some)))
            found += some
        day: list[Block] = []
        for some in _by_rank(found, names):
            day += _by_time(some)
        digests += _digests(day, sum(map(len, files)) + len(files), date.encode())
        blocks += day
        ends.append(len(blocks))
    rows, odd = columns(Blocks(*zip(*blocks, strict=True)), names)
    if names.is_loose:
        odd.update(row for row, block in enumerate(blocks) if not _is_aligned(block))
    for row in odd:
        text = _as_printed(blocks[row], names.currency)
        digests[_BYTES * row : _BYTES * (row + 1)] = sha256(text).digest()
    inputs = [
        sha256(digests[_BYTES * start : _BYTES * end]).hexdigest() for start, end in pairwise(ends)
    ]
    return Stretch([date for date, _ in days], ends[1:], inputs, rows, heads)


def _digests(blocks: Sequence[Block], size: int, date: bytes) -> bytes:
    """The digest of each block of a day; raises Unusual where one bears no good checksum or is of
    another date, or where there is more than blocks in so many bytes.
    """
    texts = list(map(_TEXT, blocks))
    sizes = list(map(len, texts))
    if sum(sizes) + _BETWEEN * len(sizes) != size or max(sizes) > LINE_BYTES_MAX:
        raise Unusual
    made = b"".join([sha256(text).digest() for text in texts])
    if array("Q", made)[::4].tobytes().hex().encode() != b"".join(map(_SUM, blocks)):
        raise Unusual
    if list(map(_DATE, blocks)).count(date) != len(blocks):
        raise Unusual
    return made


def _is_aligned(block: Block) -> bool:
    """Whether the numbers of a block stand where they are printed."""
    first, second = _starts(*itemgetter(*_WRITTEN[:3])(block))
    return first in block[0] and second in block[0]


@lru_cache(maxsize=8192)
def _starts(target: bytes, source: bytes, number: bytes) -> tuple[bytes, bytes]:
    """Both postings as they are printed, up to the item, with the line feed before them."""
    first = aligned(f"  {target.decode()}", number.decode(), "")
    second = aligned(f"  {source.decode()}", f"-{number.decode()}", "")
    return f"\n{first}".encode(), f"\n{second}".encode()


def _as_printed(block: Block, currency: str) -> bytes:
    """A block as it is printed; it was written with other zeros or blanks, or rank or reason
    elsewhere.
    """
    target, source, number, rest, price = (block[at].decode() for at in _WRITTEN)
    number = _trimmed(number, 0)
    if price:
        rest += f" @ {_trimmed(price, 2)} {currency}"
    lines = block[0].split(b"\n")
    metas = metas_of(lines, block[_TIME], block[_PARTY])
    lines[metas] = sorted(lines[metas], key=_turn)
    lines[metas.stop] = aligned(f"  {target}", number, rest).encode()
    lines[-1] = aligned(f"  {source}", f"-{number}", rest).encode()
    return b"\n".join(lines)


def _turn(line: bytes) -> int:
    return turn(line[2:].partition(b":")[0])


def _trimmed(number: str, least: int) -> str:
    """A number without idle zeros, of no fewer decimals than `least`."""
    return format_scaled(parse_scaled(number, PRICE_DECIMALS) or 0, PRICE_DECIMALS, least)


def _heads(ids: Sequence[bytes]) -> Sequence[bytes]:
    """What stands before the last hyphen of each id of a file, mostly one; raises Unusual where
    an id comes twice.
    """
    if not ids:
        raise Unusual
    if not all(map(lt, ids, ids[1:])):
        ids = sorted(ids)
        if any(map(eq, ids, ids[1:])):
            raise Unusual
    start = ids[0][: ids[0].rfind(b"-") + 1]
    hyphens = start.count(b"-") * len(ids)
    is_one = start and ids[-1].startswith(start) and b"".join(ids).count(b"-") == hyphens
    return [start[:-1]] if is_one else list({id_.rpartition(b"-")[0] for id_ in ids})


def _by_rank(blocks: Sequence[Block], names: Names) -> list[list[Block]]:
    """The blocks of a day by rank, the lowest first; raises Unusual."""
    found: dict[int, list[Block]] = {}
    into = {
        type_: found.setdefault(rank, []).append for type_, rank in names.ranks.items()
    }  # fmt: skip
    try:
        for block in blocks:
            if block[_MORE]:
                found.setdefault(_rank_of(block, names), []).append(block)
            else:
                into[block[_TYPE]](block)
    except KeyError:
        raise Unusual from None
    return [some for _, some in sorted(found.items()) if some]


def _rank_of(block: Block, names: Names) -> int:
    """The rank that a block states, else that of its type."""
    own = _OWN_RANK.search(block[_MORE])
    return int(own[1]) if own else names.ranks[block[_TYPE]]


def _by_time(blocks: list[Block]) -> list[Block]:
    """Blocks of one day and rank in total order (`order.total_order`)."""
    blocks.sort(key=itemgetter(_TIME))  # quick, since each file mostly stands in this order
    times = list(map(itemgetter(_TIME), blocks))
    if not times[0] or any(map(eq, times, times[1:])):
        blocks.sort(key=_by_id)
    if times[-1] >= _NO_HOUR:
        raise Unusual
    return blocks


def _by_id(block: Block) -> tuple[bytes, bytes, int, bytes]:
    """As `order.total_order` has it: the absent time last, then as `order.id_key`."""
    id_, time = block[_ID], block[_TIME] or b"~"
    head, _, counter = id_.rpartition(b"-")
    return (time, head, int(counter), id_) if counter.isdigit() else (time, id_, -1, id_)
