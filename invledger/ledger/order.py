"""The total order of movements: date, rank, time (absent last), id, line (design, section 2).

File, line, include order and branch never matter. An id is compared by everything before its last
hyphen as text, then by its counter as a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import le
from typing import Any

from invledger.model import RawTable

_ABSENT = "~"  # sorts after every time of day
_DAY_LENGTH = len("260105")


def id_key(id_: str) -> tuple[str, int, str]:
    """`SH1-260105-0012` as a key that sorts by device and day, then by counter as a number."""
    head, _, counter = id_.rpartition("-")
    if counter.isascii() and counter.isdigit():
        return head, int(counter), id_
    return id_, -1, id_


def total_order(columns: Mapping[str, Sequence[Any]]) -> list[int] | None:
    """Positions in total order; None when the columns stand in it already.

    `columns` holds `date`, `rank` (int), `time`, `id` and `line` (int), all of one length.
    """
    dates, ranks, times = columns["date"], columns["rank"], columns["time"]
    ids, lines = columns["id"], columns["line"]
    count = len(ids)
    if _is_plain_day(dates, times, ids, lines):
        if all(map(le, ranks, ranks[1:])):
            return None
        return sorted(range(count), key=ranks.__getitem__)
    keys = [
        (date, rank, time or _ABSENT, id_key(str(id_)), line)
        for date, rank, time, id_, line in zip(dates, ranks, times, ids, lines, strict=True)
    ]
    order = sorted(range(count), key=keys.__getitem__)
    return None if order == list(range(count)) else order


def entered_order(columns: Mapping[str, Sequence[Any]]) -> list[int]:
    """Positions as they were entered (company.yaml, `order: as-entered`): by the entry date in the
    id, counter, device, id, line. An id that names no entry date counts as entered on its date.

    So a back-dated entry stands behind all that was there before it. Ranks and times mean nothing.
    """
    keys = [
        (*_entered(str(id_), str(date)), str(id_), line)
        for id_, date, line in zip(columns["id"], columns["date"], columns["line"], strict=True)
    ]
    return sorted(range(len(keys)), key=keys.__getitem__)


def entry_date(id_: str, date: str) -> str:
    """When a movement of some date was entered, as far as its id says so."""
    return _entered(id_, date)[0]


def _entered(id_: str, date: str) -> tuple[str, int, str]:
    """Entry date, counter and device of `SH1-260105-0012`."""
    device, counter, _ = id_key(id_)
    head, _, day = device.rpartition("-")
    if counter < 0 or len(day) != _DAY_LENGTH or not (day.isascii() and day.isdigit()):
        return date, max(counter, 0), device
    return f"20{day[:2]}-{day[2:4]}-{day[4:]}", counter, head


def _is_plain_day(
    dates: Sequence[Any],
    times: Sequence[Any],
    ids: Sequence[Any],
    lines: Sequence[Any],
) -> bool:
    """Whether rows are of one day and device, counters rising and of equal width, no times.

    That is how a device's own file looks; then only ranks can be out of order.
    """
    if not ids or len(set(dates)) > 1 or any(times) or set(lines) != {1}:
        return False
    texts = [str(id_) for id_ in (ids[0], ids[-1])]
    head = texts[0].rpartition("-")[0] + "-"
    width = len(texts[0])
    if not texts[1].startswith(head) or len(texts[1]) != width:
        return False
    if not all(map(le, ids, ids[1:])):
        return False
    counters = "".join(ids).replace(head, "")
    is_even = len(counters) == len(ids) * (width - len(head))
    return is_even and counters.isascii() and counters.isdigit()


def day_groups(raws: Sequence[RawTable]) -> list[list[RawTable]]:
    """Tables in groups whose dates do not overlap, earliest first: each is sorted by itself."""
    spans = []
    for raw in raws:
        if len(raw):
            dates = [str(date) for date in set(raw.columns["date"])]
            spans.append((min(dates), max(dates), raw.path, raw))
    spans.sort(key=lambda span: span[:3])
    groups: list[list[RawTable]] = []
    until = ""
    for first, last, _, raw in spans:
        if groups and first <= until:
            groups[-1].append(raw)
        else:
            groups.append([raw])
        until = max(until, last)
    return groups
