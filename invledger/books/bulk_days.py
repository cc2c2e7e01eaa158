"""The engine `bulk`: days in stretches, column by column, with the standard library alone.

A stretch is read, costed and printed; nothing but cost pools, ids and stencils goes on from one to
the next. Large books share the work with a second process (see `twin`).
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence

from invledger.books.bulk_periods import Lines, Periods
from invledger.books.prefix import SUMS, Held, by_sums
from invledger.books.swift import METHODS, SILENT_KEYS, Day, NotPlain, Plain, Printed, Sum, grouped
from invledger.books.twin import LINES, STRETCHES_MAX, Twin, can_fork
from invledger.costing.flat import FlatCosting, Way
from invledger.ledger.bulk import Stretch, read_stretch
from invledger.ledger.bulk_print import Form, FormLine, Printer, Step
from invledger.ledger.bulk_shape import Known, Names, Unusual
from invledger.posting.stencil_form import (
    Count,
    Figure,
    Pieces,
    Slot,
    Stencil,
    StencilVoucher,
)

_SLOTS = {
    Slot.DATE: "date", Slot.PAYEE: "shown", Slot.ID: "id", Slot.ITEM: "item", Slot.PARTY: "party"
}  # fmt: skip
STRETCH_BYTES = 256 << 10
SHARED_BYTES = 8 << 20  # smaller books do not win back what a second process takes
STRETCHES = 400  # at most, but for those that end at a month's end
AHEAD = 3  # stretches read before their turn


def bulk_days(plain: Plain, days: Iterable[Day]) -> Iterator[Printed]:
    """The vouchers of every day, in order; raises NotPlain."""
    books = Books(plain)
    days = list(days)
    size = sum(day.size for day in days)
    groups = list(grouped(days, max(STRETCH_BYTES, size // STRETCHES), plain.cuts))
    is_shared = size >= SHARED_BYTES and len(groups) <= STRETCHES_MAX and can_fork()
    printed = _shared(books, groups) if is_shared else _alone(books, groups)
    return printed if books.periods is None else books.periods.laid(printed)


def _alone(books: Books, groups: Sequence[Sequence[Day]]) -> Iterator[Printed]:
    desk = books.desk
    for group in groups:
        stretch = desk.read(group)
        costs = books.cost(desk.lines(stretch), stretch.dates, stretch.ends, stretch.rows.id)
        books.take_ids(stretch.dates[-1], stretch.rows.id)
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
        rows, likes = stretch.rows, self.desk.names.likes
        new = [tuple(known) for known in likes[self.told :]]
        self.told = len(likes)
        try:
            figures = [array("q", column).tobytes() for column in (rows.quantity, rows.net)]
        except OverflowError:
            raise NotPlain("very large numbers") from None
        numbers = [array("i", column).tobytes() for column in (rows.like, rows.item_number)]
        head = json.dumps((new, stretch.dates, stretch.ends)).encode()
        return [head, *numbers, *figures, b"\n".join(rows.id)]

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
                costs = self.books.cost(
                    self.books.desk.lines(stretch), stretch.dates, stretch.ends, stretch.rows.id
                )
                self.books.take_ids(stretch.dates[-1], stretch.rows.id)
                own.append((self.turn, costs))
            self.turn += 1
        return own

    def _cost_theirs(self, strings: Sequence[bytes]) -> bytes:
        head, like, index, quantity, net, ids = strings
        new, dates, ends = json.loads(head)
        desk = self.books.desk
        self.likes += [desk.number(Known(*one)) for one in new]
        columns = [array("i"), array("i"), array("q"), array("q")]
        for column, data in zip(columns, (like, index, quantity, net), strict=True):
            column.frombytes(data)
        likes, items, quantities, nets = (column.tolist() for column in columns)
        ours = self.likes
        lines = Lines([], items, [ours[one] for one in likes], quantities, nets)
        names = ids.split(b"\n")
        costs = self.books.cost(lines, dates, ends, names)
        self.books.take_ids(dates[-1], names)
        return array("q", costs).tobytes()


class Desk:
    """Reads and prints stretches, whichever process it stands in; keeps stencils."""

    def __init__(self, plain: Plain) -> None:
        words = plain.words
        self.plain = plain
        self.names = Names(
            words.types, words.ranks, words.items, words.classes, words.locations, words.parties,
            plain.currency, plain.decimals, words.reasons, SILENT_KEYS,
        )  # fmt: skip
        self.stencils: list[Stencil] = []  # by number of what rows are like
        self.slots: dict[tuple[str, int, bool], int] = {}
        self.forms: dict[int, tuple[Form, ...]] = {}
        self._alike: dict[tuple[tuple[StencilVoucher, ...], bool], tuple[Form, ...]] = {}

    def read(self, group: Sequence[Day]) -> Stretch:
        """Days as columns in total order; raises NotPlain."""
        try:
            stretch = read_stretch([(day.date, day.files) for day in group], self.names)
        except Unusual as unusual:
            raise NotPlain(group[0].date) from unusual
        self._learn_new()
        return stretch

    def number(self, known: Known) -> int:
        """The number of a kind of row; raises NotPlain."""
        number = self.names.number_of(known)
        self._learn_new()
        return number

    def _learn_new(self) -> None:
        for number in range(len(self.stencils), len(self.names.likes)):
            self._learn(number, self.names.likes[number])

    def _learn(self, number: int, known: Known) -> None:
        stencil = self.stencil(known)
        self.stencils.append(stencil)
        alike = (stencil.vouchers, known.has_party)
        if alike not in self._alike:
            self._alike[alike] = tuple(
                self._form(voucher, has_party=known.has_party) for voucher in stencil.vouchers
            )
        self.forms[number] = self._alike[alike]

    def stencil(self, known: Known) -> Stencil:
        """The stencil of rows that are alike; raises NotPlain."""
        return self.plain.stencil(
            known.type, known.source, known.target, known.class_, has_price=known.has_price,
            has_party=known.has_party, reason=known.reason,
        )  # fmt: skip

    def _form(self, voucher: StencilVoucher, *, has_party: bool) -> Form:
        lines = []
        for line in voucher.lines:
            pieces = (*line.before_party, *(line.party if has_party else ()))
            amount = "cost" if line.is_cost else "net"
            key = (line.account, line.sign, line.is_red)
            slot = self.slots.setdefault(key, len(self.slots))
            lines.append(FormLine(_steps(pieces), amount, slot))
        return Form(_steps(voucher.with_payee), _steps(voucher.without_payee), tuple(lines))

    def lines(self, stretch: Stretch) -> Lines:
        """What costing has to know of a stretch."""
        rows = stretch.rows
        return Lines([], rows.item_number, rows.like, rows.quantity, rows.net)

    def printed(self, stretch: Stretch, costs: Sequence[int]) -> Iterator[Printed]:
        """The vouchers of what was read; raises NotPlain."""
        printer = Printer(stretch, costs, self.names.parties, self.plain.decimals)
        slots = list(self.slots)
        try:
            for day, inputs in zip(printer.days(self.forms), stretch.inputs, strict=True):
                sums = tuple(Sum(*slots[at], amount) for at, amount in sorted(day.sums.items()))
                yield Printed(day.date, inputs, day.text, day.vouchers, sums)
        except Unusual as unusual:
            raise NotPlain("a zero amount") from unusual


class Books:
    """What goes on from stretch to stretch: cost pools and ids."""

    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        self.desk = Desk(plain)
        self.layered = [METHODS.index(plain.method(item)) == 0 for item in plain.words.items]
        self.periods = Periods(plain) if plain.is_periodic() else None
        self.costing = FlatCosting()
        self.ids = Ids()
        self.ways: list[Way] = []
        self._lines = Lines((), (), (), (), ())  # the last that were costed
        if self.periods is not None and plain.before is not None:
            for parts in plain.before.likes:
                self.desk.number(Known._make(parts))
            kinds = [int(stencil.kind) for stencil in self.desk.stencils]
            self.periods.resume(plain.before, kinds, self.desk.stencils)

    def cost(
        self, lines: Lines, dates: Sequence[str], ends: Sequence[int], ids: Sequence[bytes]
    ) -> list[int]:
        """What the rows of a stretch cost; raises NotPlain."""
        stencils = self.desk.stencils
        self._lines = lines
        if self.periods is not None:
            kinds = [int(stencils[number].kind) for number in lines.stencils]
            dated = zip(dates, ends, strict=True)
            return self.periods.cost(
                dated, lines._replace(kinds=kinds), stencils, ids.__getitem__
            )  # fmt: skip
        for number in range(len(self.ways), len(stencils)):
            one, known = stencils[number], self.desk.names.likes[number]
            layered = self.layered[self.plain.words.classes.index(known.class_)]
            way = self.costing.way(int(one.kind), one.source, one.target, is_layered=layered)
            self.ways.append(way)
        ways = [self.ways[number] for number in lines.stencils]
        costs = self.costing.costs(ways, lines.items, lines.quantities, lines.nets)
        if costs is None:
            raise NotPlain("goods that are not there")
        return costs

    def take_ids(self, last: str, ids: Sequence[bytes]) -> None:
        """No id comes twice, or NotPlain; and take down what a later run may begin with."""
        self.ids.add(ids)
        notes = self.plain.notes
        if notes is None:
            return
        if self.periods is None:
            notes.group(last, map(by_sums, ids), SUMS, self._held)
        else:
            notes.take(map(by_sums, ids), SUMS)
            self.periods.note(last, self._noted, self._likes)

    def _noted(self) -> bytes:
        """The rows that were costed last, as `prefix_months` notes them."""
        lines = self._lines
        columns = (lines.stencils, lines.items, lines.quantities, lines.nets)
        return b"".join(array("q", column).tobytes() for column in columns)

    def _likes(self) -> list[tuple[int, ...]]:
        return [tuple(map(int, known)) for known in self.desk.names.likes]

    def _held(self) -> Iterator[Held]:
        """What the pools hold now."""
        for (scope, _), pools in self.costing.pools.items():
            for item, pool in pools.items():
                yield Held(self.plain.words.items[item].code, scope, pool.held())

    def end(self) -> None:
        """Costs are conserved, or NotPlain."""
        if not self.costing.is_conserved():
            raise NotPlain("costs are not conserved")


class Ids:
    """Every id so far; each comes once.

    Ids are kept as text by stretch, and a stretch is asked only where two name the same device
    and day: all that stands before the last hyphen. Heads that many share have sets of hashes.
    """

    def __init__(self) -> None:
        self._stretches: list[bytes] = []
        self._heads: dict[bytes, int] = {}  # the one stretch that has ids of it so far
        self._shared: dict[bytes, set[int]] = {}

    def add(self, ids: Sequence[bytes]) -> None:
        """The ids of a stretch; raises NotPlain where one comes twice (or two look alike)."""
        fresh = set(ids)
        if len(fresh) < len(ids):
            raise NotPlain("an id comes twice")
        heads = {id_.rpartition(b"-")[0] for id_ in fresh}
        for head in heads & self._heads.keys():
            before = self._shared.get(head)
            if before is None:
                others = self._stretches[self._heads[head]].split(b"\n")
                before = self._shared[head] = _hashes(others, head)
            now = _hashes(fresh, head)
            if not before.isdisjoint(now):
                raise NotPlain("an id comes twice")
            before |= now
        self._heads.update(dict.fromkeys(heads - self._heads.keys(), len(self._stretches)))
        self._stretches.append(b"\n".join(ids))


def _hashes(ids: Iterable[bytes], head: bytes) -> set[int]:
    return {hash(id_) for id_ in ids if id_.rpartition(b"-")[0] == head}


def _steps(pieces: Pieces) -> tuple[Step, ...]:
    found: list[Step] = []
    for piece in pieces:
        if isinstance(piece, Figure):
            found.append(("cost" if piece.is_cost else "net", piece.sign, piece.width))
        elif isinstance(piece, Count):
            found.append(("quantity", piece.sign, piece.decimals))
        elif isinstance(piece, Slot):
            found.append((_SLOTS[piece], 0, 0))
        else:
            found.append(piece.encode())
    return tuple(found)
