"""Reading in bulk: the bytes of plain movement files -> columns in total order, digests of days.

The core's fast way: no object a row, hardly a step of Python a row. One pattern finds every block
of a file; the blocks of a day are put in order, and then every field of them is a column, which
is looked at by one call (`bulk_columns`). What is plain is what `print_movement` writes of
movements of one line; anything else raises Unusual, and the plain path says what is wrong.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from hashlib import sha256
from operator import eq, itemgetter, lt
from typing import NamedTuple

from invledger.ledger.bulk_columns import Rows, columns
from invledger.ledger.bulk_digest import day_digests
from invledger.ledger.bulk_shape import Blocks, Names, Unusual
from invledger.ledger.prescan import LINE_BYTES_MAX
from invledger.ledger.sums import DIGITS, MARK

Block = tuple[bytes, ...]  # the groups of the pattern, named as in `Blocks`

_BETWEEN = len(MARK) + DIGITS + len("\n\n\n")  # bytes from a block to the next
_TEXT, _DATE, _SUM = itemgetter(0), itemgetter(1), itemgetter(-1)
_ID, _TYPE, _TIME, _MORE = map(Blocks._fields.index, ("id", "type", "time", "more"))
_NO_HOUR = b"24"
_OWN_RANK = re.compile(rb"(?:^|\n  )rank: ([0-9]+)\n")


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
    blocks: list[Block] = []
    ranks: list[bytes] = []
    heads: list[bytes] = []
    ends = []
    for date, files in days:
        found = []
        for data in files:
            some = _blocks(data, date.encode(), names)
            heads += _heads(list(map(itemgetter(_ID), some)))
            found += some
        for rank, some in _by_rank(found, names):
            blocks += _by_time(some)
            ranks += [b"%d" % rank] * len(some)
        ends.append(len(blocks))
    rows, said = columns(Blocks(*zip(*blocks, strict=True)), ranks, names)
    dates = [date for date, _ in days]
    return Stretch(dates, ends, list(day_digests(said, dates, ends)), rows, heads)


def _blocks(data: bytes, date: bytes, names: Names) -> list[Block]:
    """The blocks of a file of one date, where every one bears a good checksum; raises Unusual."""
    found: list[Block] = names.pattern.findall(data)
    texts = list(map(_TEXT, found))
    sizes = list(map(len, texts))
    if not found or sum(sizes) + _BETWEEN * len(sizes) - 1 != len(data):
        raise Unusual  # there is more than blocks
    if max(sizes) > LINE_BYTES_MAX or list(map(_DATE, found)).count(date) != len(found):
        raise Unusual
    made = array("Q", b"".join([sha256(text).digest() for text in texts]))[::4]
    if made.tobytes().hex().encode() != b"".join(map(_SUM, found)):
        raise Unusual
    return found


def _heads(ids: Sequence[bytes]) -> Sequence[bytes]:
    """What stands before the last hyphen of each id of a file, mostly one; raises Unusual where
    an id comes twice.
    """
    if not all(map(lt, ids, ids[1:])):
        ids = sorted(ids)
        if any(map(eq, ids, ids[1:])):
            raise Unusual
    start = ids[0][: ids[0].rfind(b"-") + 1]
    hyphens = start.count(b"-") * len(ids)
    is_one = start and ids[-1].startswith(start) and b"".join(ids).count(b"-") == hyphens
    return [start[:-1]] if is_one else list({id_.rpartition(b"-")[0] for id_ in ids})


def _by_rank(blocks: Sequence[Block], names: Names) -> list[tuple[int, list[Block]]]:
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
    return sorted((rank, some) for rank, some in found.items() if some)


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
