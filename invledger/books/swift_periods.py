"""Periodic average the swift way: the vouchers that carry a month's costs over (结转成本).

They are printed from what the month's rows add up to (`posting.closing_form`), and laid among the
vouchers of its last day. Engines cost in ways of their own: `bulk_periods`, `compiled_periods`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from invledger.books.prefix_months import MonthNote, Opened
from invledger.books.swift import Plain, Printed, Sum
from invledger.posting.closing_form import Carried, Closing
from invledger.posting.methods import period_end
from invledger.posting.stencil_form import Stencil

MONTH = 7  # characters of a date that name it
_NO_ROWS = sha256(b"").hexdigest()
_VOUCHER = re.compile(rb' \^(\S+)\n  voucher: "')
Ids = Callable[[int], bytes]  # the id of a row by its place among those that are costed
Likes = Callable[[], Sequence[tuple[int, ...]]]  # what stencils are of, by number
_Placed = list[tuple[Closing, frozenset[bytes] | None]]


class Months(ABC):
    """The vouchers of months' ends among those of days; whoever costs says what rows come to.

    A type's voucher stands where its first row of the month would, on the last day: before all
    of that day, unless the first row is of that day itself.
    """

    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        self.month = ""
        self._printer = plain.closings()
        self._head = plain.head(_NO_ROWS)
        self._behind: dict[str, frozenset[bytes]] = {}
        self._closed: deque[tuple[str, _Placed]] = deque()
        self._opening: Sequence[Opened] = ()
        self._lines: list[bytes] = []

    def end_day(self, day: tuple[int, int], kinds: Iterable[tuple[str, int]], ids: Ids) -> None:
        """Take down what a month's vouchers stand before on its last day: where the day's rows
        begin and end, type and first row (below zero: before the day) of each kind of row.
        """
        start, end = day
        first: dict[str, int] = {}
        for type_, at in kinds:
            first.setdefault(type_, at)
        for type_, at in first.items():
            if at >= start:
                self._behind[type_] = frozenset(map(ids, range(at + 1, end)))

    def close(self, stencils: Sequence[Stencil], rows: Sequence[Carried]) -> None:
        """Make the month's vouchers of what rows add up to, in the order of first rows."""
        if rows:
            made = self._printer.of_month(self.month, stencils, rows)
            placed = [
                (one, self._behind.get(stencils[rows[one.first].stencil].like.type))
                for one in made
            ]
            self._closed.append((period_end(self.month), placed))
        self._behind.clear()

    @abstractmethod
    def finish(self) -> None:
        """Cost the month that is over, and `close` it."""

    def turn(self, month: str) -> None:
        """Rows of a month come: any other is over."""
        if month != self.month:
            self.finish()
            self.month = month
            if self.plain.notes is not None:
                self._opening, self._lines = self._held(), []

    def _held(self) -> list[Opened]:
        return [pool for pool in self.pools() if pool.quantity]

    @abstractmethod
    def pools(self) -> Iterable[Opened]:
        """What the pools hold between months."""

    def begin(self, before: MonthNote) -> None:
        """Begin where an earlier run has been, as far as notes go."""
        self.month, self._opening, self._lines = before.month, before.pools, list(before.lines)

    def note(self, last: str, columns: Callable[[], bytes], likes: Likes) -> None:
        """Note a group that is costed: the last of its dates, its rows (see `MonthNote`)."""
        notes = self.plain.notes
        if notes is None:
            return
        if self.month in notes.open_months:
            self._lines.append(columns())
        if last in notes.ends:
            self.finish()
            notes.mark(period_end(self.month), MonthNote("", self._held()))
        elif last in notes.cuts:
            state = MonthNote(self.month, self._opening, likes(), tuple(self._lines))
            notes.mark(last, state)

    def laid(self, printed: Iterable[Printed]) -> Iterator[Printed]:
        """Days with the vouchers of months."""
        closed = self._closed
        for day in printed:
            if self.month == day.date[:MONTH] and day.date == period_end(self.month):
                self.finish()
            while closed and closed[0][0] < day.date:
                yield self._alone(*closed.popleft())
            is_last = closed and closed[0][0] == day.date
            yield _among(closed.popleft()[1], day, len(self._head)) if is_last else day
        self.finish()
        while closed:
            yield self._alone(*closed.popleft())

    def _alone(self, date: str, placed: _Placed) -> Printed:
        nothing = Printed(date, _NO_ROWS, self._head, 0, ())
        return _among(placed, nothing, len(self._head))


def _among(placed: _Placed, day: Printed, first: int) -> Printed:
    """A day with the vouchers of its month; each with the ids of the rows that it stands before,
    or None: before all, the first of which begins at `first`.
    """
    texts = [day.text[:first]]
    sums: dict[tuple[str, int, bool], int] = {}
    start = first
    for closing, behind in placed:
        at = start if behind is None else _place(day.text, behind)
        texts += day.text[start:at], f"\n{closing.text}".encode()
        start = at
        for key, amount in closing.sums.items():
            sums[key] = sums.get(key, 0) + amount
    return day._replace(
        text=b"".join([*texts, day.text[start:]]),
        vouchers=day.vouchers + len(placed),
        sums=(*day.sums, *(Sum(*key, amount) for key, amount in sums.items())),
    )


def _place(text: bytes, ids: frozenset[bytes]) -> int:
    """Where the first voucher of some movements begins, the empty line before it included."""
    for found in _VOUCHER.finditer(text):
        if found[1] in ids:
            return text.rfind(b"\n\n", 0, found.start()) + 1
    return len(text)
