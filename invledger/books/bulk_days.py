"""The engine `bulk`: days in stretches, column by column, with the standard library alone.

A stretch is read, costed and printed; nothing but cost pools, ids and stencils goes on from one to
the next. Large books share the work with a second process (see `twin`).
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence

from invledger.books.bulk_books import Books, Desk, Part
from invledger.books.swift import Day, NotPlain, Plain, Printed, Sum, grouped
from invledger.books.twin import LINES, STRETCHES_MAX, Twin, can_fork
from invledger.ledger.bulk import Stretch
from invledger.ledger.bulk_shape import Known

STRETCH_BYTES = 256 << 10
SHARED_BYTES = 1 << 20  # smaller books do not win back what a second process takes
STRETCHES = 400  # at most, but for those that end at a month's end
AHEAD = 3  # stretches read before their turn


def bulk_days(plain: Plain, days: Iterable[Day]) -> Iterator[Printed]:
    """The vouchers of every day, in order; raises NotPlain."""
    books = Books(plain)
    days = list(days)
    size = sum(day.size for day in days)
    groups = list(grouped(days, max(STRETCH_BYTES, size // STRETCHES), plain.cuts))
    is_shared = size >= SHARED_BYTES and 1 < len(groups) <= STRETCHES_MAX and can_fork()
    printed = _shared(books, groups) if is_shared else _alone(books, groups)
    return printed if books.periods is None else books.periods.laid(printed)


def _alone(books: Books, groups: Sequence[Sequence[Day]]) -> Iterator[Printed]:
    desk = books.desk
    for group in groups:
        stretch = desk.read(group)
        costs = books.cost(desk.part(stretch))
        yield from desk.printed(stretch, costs)
    books.end()


def _shared(books: Books, groups: Sequence[Sequence[Day]]) -> Iterator[Printed]:
    """The same with a second process, which reads and prints some of the stretches."""
    largest = max(sum(day.size for day in group) for group in groups)
    twin = Twin(len(groups), largest, _Other(books.desk, groups))
    try:
        yield from _Both(books, groups, twin).printed()
    finally:
        twin.end()
    books.end()


class _Other:
    """What the second process does."""

    def __init__(self, desk: Desk, groups: Sequence[Sequence[Day]]) -> None:
        self.desk, self.groups = desk, groups
        self.stretches: dict[int, Stretch] = {}
        self.told = 0  # kinds of rows that the first process knows by number

    def read(self, number: int) -> Sequence[bytes]:
        """Columns that costs hang on."""
        stretch = self.stretches[number] = self.desk.read(self.groups[number])
        part, likes = self.desk.part(stretch), self.desk.names.likes
        new = [tuple(known) for known in likes[self.told :]]
        self.told = len(likes)
        try:
            figures = [array("q", column).tobytes() for column in (part.quantities, part.nets)]
        except OverflowError:
            raise NotPlain("very large numbers") from None
        numbers = [array("i", column).tobytes() for column in (part.likes, part.items)]
        said = (new, part.dates, part.ends, [head.decode() for head in part.heads])
        return [json.dumps(said).encode(), *numbers, *figures, part.ids]

    def text(self, number: int, costs: Sequence[bytes]) -> Sequence[bytes]:
        """The vouchers, day by day."""
        found = array("q")
        found.frombytes(costs[0])
        days = list(self.desk.printed(self.stretches.pop(number), found.tolist()))
        heads = [(day.date, day.inputs, day.vouchers, list(map(tuple, day.sums))) for day in days]
        return [json.dumps(heads).encode(), *[day.text for day in days]]


class _Both:
    """The first process: its own stretches, the costs of all, everything in order."""

    def __init__(self, books: Books, groups: Sequence[Sequence[Day]], twin: Twin) -> None:
        self.books, self.groups, self.twin = books, groups, twin
        self.mine: dict[int, Stretch] = {}
        self.theirs: dict[int, list[bytes]] = {}
        self.ready: dict[int, list[Printed]] = {}
        self.likes: list[int] = []  # our number of what the other numbers
        self.turn = 0  # the next stretch to be costed

    def printed(self) -> Iterator[Printed]:
        """All days in order; raises NotPlain."""
        is_more, done = True, 0
        while done < len(self.groups):
            self._hear(wait=False)
            costed = self._cost()
            for number, costs in costed:
                stretch = self.mine.pop(number)
                self.ready[number] = list(self.books.desk.printed(stretch, costs))
            while done in self.ready:
                yield from self.ready.pop(done)
                done += 1
                costed = costed or [(done, [])]
            if costed:
                continue
            number_ = self.twin.queue.take() if is_more and len(self.mine) < AHEAD else None
            if number_ is not None:
                self.mine[number_] = self.books.desk.read(self.groups[number_])
            else:
                is_more = is_more and len(self.mine) >= AHEAD
                self._hear(wait=True)

    def _hear(self, *, wait: bool) -> None:
        heard = self.twin.hear(wait=wait)
        while heard is not None:
            kind, number, strings = heard
            if kind == LINES:
                self.theirs[number] = strings
            else:
                heads = json.loads(strings[0])
                self.ready[number] = [
                    Printed(date, inputs, text, vouchers, tuple(Sum(*one) for one in sums))
                    for (date, inputs, vouchers, sums), text in zip(
                        heads, strings[1:], strict=True
                    )
                ]
            heard = self.twin.hear(wait=False)

    def _cost(self) -> list[tuple[int, list[int]]]:
        """Cost all stretches whose turn it is; the costs of our own."""
        own = []
        while self.turn in self.mine or self.turn in self.theirs:
            stretch = self.mine.get(self.turn)
            if stretch is None:
                self.twin.answer(self.turn, [self._cost_theirs(self.theirs.pop(self.turn))])
            else:
                own.append((self.turn, self.books.cost(self.books.desk.part(stretch))))
            self.turn += 1
        return own

    def _cost_theirs(self, strings: Sequence[bytes]) -> bytes:
        said, like, index, quantity, net, ids = strings
        new, dates, ends, heads = json.loads(said)
        desk = self.books.desk
        self.likes += [desk.number(Known(*one)) for one in new]
        columns = [array("i"), array("i"), array("q"), array("q")]
        for column, data in zip(columns, (like, index, quantity, net), strict=True):
            column.frombytes(data)
        likes, items, quantities, nets = columns  # nobody goes through them twice
        ours = list(map(self.likes.__getitem__, likes))
        heads = [head.encode() for head in heads]
        part = Part(dates, ends, ours, items, quantities, nets, ids, heads)
        try:
            return array("q", self.books.cost(part)).tobytes()
        except OverflowError:
            raise NotPlain("very large numbers") from None
