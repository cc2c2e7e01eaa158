"""The engine `compiled`: flat arrays and numba in two threads, day by day (see `swift`).

Reading and printing of different days run side by side; costing takes the days in order between
them. Nothing of a day is kept once its vouchers are printed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock, local
from typing import NamedTuple

import invledger.costing.compiled as costing
from invledger.books.prefix import EIGHTS, Held
from invledger.books.swift import (
    METHODS,
    SILENT_KEYS,
    Day,
    NotPlain,
    Plain,
    Printed,
    Sum,
    grouped,
)
from invledger.books.swift_periods import Lines, Periods
from invledger.ledger import compiled_order as ordering
from invledger.ledger import compiled_print as printing
from invledger.ledger import compiled_read as reading
from invledger.ledger.compiled import (
    PAD,
    Bytes,
    Ints,
    Table,
    address_of,
    array,
    bytes_of,
    digest,
    empty,
    room,
)
from invledger.ledger.compiled_digest import say_day
from invledger.ledger.compiled_text import spelt
from invledger.posting.stencil import Stencil
from invledger.posting.stencil_form import Count, Figure, Piece, Slot, StencilLine

WORKERS = 2
GROUP_BYTES = 1 << 20
AHEAD = 4  # groups of days that are read before their turn


class Read(NamedTuple):
    """Some days as read: rows, their total order, and where each day ends in it."""

    data: Bytes
    rows: Ints
    order: Ints
    dates: list[str]
    ends: list[int]
    inputs: list[str]
    lines: Ints


class Program(NamedTuple):
    """Stencils as flat arrays (see `compiled_print`), and which number each kind of row has."""

    stencils: Ints
    vouchers: Ints
    lines: Ints
    steps: Ints
    blob: Bytes
    slots: Ints
    keys: Ints


def compiled_days(plain: Plain, days: Iterable[Day]) -> Iterator[Printed]:
    """The vouchers of every day, in order; raises NotPlain."""
    work = _Work(plain)
    printed = _compiled_days(work, days)
    return printed if work.periods is None else work.periods.laid(printed)


def _compiled_days(work: _Work, days: Iterable[Day]) -> Iterator[Printed]:
    state = costing.new_state()
    first = 0
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Future[Read]] = deque()
        printed: deque[Future[list[Printed]]] = deque()
        left = grouped(days, GROUP_BYTES, work.plain.cuts)
        seen = array(1 << 20)
        try:
            while True:
                for group in left:
                    waiting.append(pool.submit(work.read, group))
                    if len(waiting) >= AHEAD:
                        break
                if not waiting:
                    break
                read = waiting.popleft().result()
                count = read.order.size
                if 2 * (first + count) > seen.size:
                    seen = _larger(seen, first + count)
                if ordering.first_repeat(read.lines[6], seen) >= 0:
                    raise NotPlain("an id comes twice")
                if work.periods is not None:
                    costs = work.period_costs(work.periods, read)
                else:
                    state, costs = _cost(state, first, read.lines)
                first += count
                work.note(read, state)
                printed.append(pool.submit(work.print, read, costs))
                while len(printed) > AHEAD or (printed and printed[0].done()):
                    yield from printed.popleft().result()
            while printed:
                yield from printed.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
    if not costing.is_conserved(state):
        raise NotPlain("costs are not conserved")


def _larger(seen: Ints, count: int) -> Ints:
    """The same hashes in a table with room for so many, and some."""
    size = seen.size
    while size < 4 * count:
        size *= 2
    larger = array(size)
    ordering.first_repeat(seen[seen != 0], larger)
    return larger


def _cost(state: costing.State, first: int, lines: Ints) -> tuple[costing.State, Ints]:
    costs = array(lines.shape[1])
    at, status = 0, -1
    while status != costing.DONE:
        at, status = costing.run(
            state, first, at, lines[0], lines[1], lines[2], lines[3], lines[4], lines[5], costs
        )
        if status == costing.NOT_PLAIN:
            raise NotPlain("goods that are not there, or figures beyond 64 bits")
        if status != costing.DONE:
            state = costing.grown(state, status)
    return state, costs


class _Work:
    """What all threads share: words as tables, and stencils as far as they are known."""

    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        words = plain.words
        self.types = Table(words.types)
        self.parties = Table([party.code for party in words.parties])
        self.names = Table([party.name for party in words.parties])
        self.items = Table([item.code for item in words.items])
        self.locations = Table(words.locations)
        self.reasons = Table(words.reasons)
        self.silent = Table(SILENT_KEYS)
        self.decimals = array(item.decimals for item in words.items)
        self.classes = array(words.classes)
        self.methods = array(METHODS.index(plain.method(item)) for item in words.items)
        texts = [item.code for item in words.items]
        texts += [text for party in words.parties for text in (party.code, party.name)]
        #: No number, code or name takes more bytes.
        self.longest = max(72, *(len(text.encode()) for text in texts))
        self.ranks = array(words.ranks)
        self.known = (
            self.types.words, self.parties.words, self.locations.words, self.items.words,
            address_of(self.decimals), self.silent.words, spelt(f" {plain.currency}".encode()),
            address_of(self.ranks),
        )  # fmt: skip
        self.words = (
            self.types.texts, self.parties.texts, self.items.texts, self.locations.texts,
            bytes_of(plain.currency.encode()),
        )  # fmt: skip
        self.periods = Periods(plain) if plain.is_periodic() else None
        self.lock = Lock()
        self.rooms = local()
        self.scopes: dict[str, int] = {}
        self.slots: dict[tuple[str, int, bool], int] = {}
        self.stencils: list[tuple[int, Stencil]] = []
        self.program = self._program()
        #: Scopes of pools: each location may be one, each site, and the company.
        self.scopes_max = 2 * len(words.locations) + 2

    def note(self, read: Read, state: costing.State) -> None:
        """Tell what a later run may begin with."""
        notes = self.plain.notes
        if notes is not None and self.periods is None:
            ids = read.lines[6].tolist()
            notes.group(read.dates[-1], ids, EIGHTS, lambda: self._held(state))

    def _held(self, state: costing.State) -> Iterator[Held]:
        """What the pools hold now."""
        scopes = {number: scope for scope, number in self.scopes.items()}
        items = self.plain.words.items
        for key, quantity, value, layers in costing.held(state):
            item, scope = divmod(key, self.scopes_max)
            average = [-1, quantity, value] if quantity else []
            is_layered = self.methods[item] == costing.FIFO
            yield Held(items[item].code, scopes[scope], layers if is_layered else average)

    def read(self, group: list[Day]) -> Read:
        """Days into rows; raises NotPlain."""
        files = [(number, data) for number, day in enumerate(group) for data in day.files]
        data = bytes_of(b"".join([*(one for _, one in files), b" " * PAD]))
        spans, end = array(2 * len(files)).reshape(-1, 2), 0
        for at, (_, one) in enumerate(files):
            spans[at] = end, end + len(one)
            end += len(one)
        days = array(number for number, _ in files)
        dates = bytes_of("".join(group[number].date for number, _ in files).encode())
        rows = array(len(reading.ROW) * (end // reading.LEAST + 1)).reshape(-1, len(reading.ROW))
        count = reading.scan(data, spans, dates, days, self.known, rows)
        if count < 0:
            raise NotPlain(group[0].date)
        rows = rows[:count]
        if ordering.value(
            data, rows, self.classes, self.decimals, self.plain.decimals, self.reasons.words
        ):
            raise NotPlain("amounts beyond 64 bits")
        program = self._assign(rows)
        order = array(count)
        ordering.sort(data, rows, order)
        lines = array(9 * count).reshape(9, count)
        ordering.kernel_lines(
            rows, order, program.stencils, self.methods, self.scopes_max, lines
        )
        ends = ordering.day_ends(rows, order, len(group)).tolist()
        out = self._room(printing.room_for(rows, program.stencils))
        made, context, inputs, start = empty(32), room(), list[str](), 0
        for day, stop in zip(group, ends, strict=True):
            date = bytes_of(day.date.encode())
            size = say_day(data, rows, order[start:stop], date, self.words, out)
            digest(address_of(out), size, address_of(context), address_of(made))
            inputs.append(made.tobytes().hex())
            start = stop
        return Read(data, rows, order, [day.date for day in group], ends, inputs, lines)

    def period_costs(self, periods: Periods, read: Read) -> Ints:
        """Costs as far as they are known before the month is over."""
        lines = [column.tolist() for column in read.lines]
        stencils = [stencil for _, stencil in self.stencils]
        columns = Lines(lines[0], lines[7], lines[8], lines[3], lines[4])
        dates = zip(read.dates, read.ends, strict=True)
        return array(periods.cost(dates, columns, stencils))

    def print(self, read: Read, costs: Ints) -> list[Printed]:
        """The vouchers of days."""
        program = self.program
        found, start = [], 0
        out = self._room(printing.room_for(read.rows, program.stencils))
        for date, inputs, stop in zip(read.dates, read.inputs, read.ends, strict=True):
            sums = array(len(self.slots) + 1)
            size, count = printing.print_day(
                read.data, read.rows, read.order[start:stop], costs[start:stop],
                bytes_of(date.encode()), program[:5], self.plain.decimals, self.items.texts,
                self.parties.texts, self.names.texts, sums, out,
            )  # fmt: skip
            totals = tuple(Sum(*slot, int(sums[at])) for slot, at in self.slots.items())
            found.append(Printed(date, inputs, out[:size].tobytes(), count, totals))
            start = stop
        return found

    def _room(self, size: int) -> Bytes:
        """Room for so many bytes, a thread's own, used again and again."""
        held = getattr(self.rooms, "held", None)
        if held is None or held.size < size:
            held = self.rooms.held = empty(size + size // 4)
        return held

    def _assign(self, rows: Ints) -> Program:
        """Give each row its stencil; new ones are learned one thread at a time."""
        program, at = self.program, 0
        while True:
            at = ordering.assign(rows, at, program.slots, program.keys)
            if at < 0:
                return program
            with self.lock:
                program = self._learn(int(rows[at, reading.LIKE]))

    def _learn(self, key: int) -> Program:
        if any(known == key for known, _ in self.stencils):
            return self.program
        ends = key >> 8
        stencil = self.plain.stencil(
            ends >> 42, ends >> 27 & 0x7FFF, ends >> 12 & 0x7FFF, ends & 0xFFF,
            has_price=bool(key & 128), has_party=bool(key & 64), reason=key & 63,
        )  # fmt: skip
        self.stencils.append((key, stencil))
        self.program = self._program()
        return self.program

    def _program(self) -> Program:
        """All stencils known so far as flat arrays."""
        made = _Assembler(self)
        rows = [made.stencil(stencil) for _, stencil in self.stencils]
        keys = array(key for key, _ in self.stencils)
        slots = ordering.slots_of(keys)
        return Program(
            array(x for row in rows for x in row).reshape(-1, 7),
            array(x for row in made.vouchers for x in row).reshape(-1, 6),
            array(x for row in made.lines for x in row).reshape(-1, 6),
            array(x for row in made.steps for x in row).reshape(-1, 4),
            bytes_of(bytes(made.blob) or b"\0"), slots, keys,
        )  # fmt: skip


class _Assembler:
    """Stencils into steps."""

    def __init__(self, work: _Work) -> None:
        self.work = work
        self.vouchers: list[tuple[int, ...]] = []
        self.lines: list[tuple[int, ...]] = []
        self.steps: list[tuple[int, int, int, int]] = []
        self.blob = bytearray()

    def stencil(self, stencil: Stencil) -> tuple[int, ...]:
        """Where its vouchers are, how much room a row needs, and what the kernel is told."""
        start, size = len(self.vouchers), len(self.blob)
        first = len(self.steps)
        for voucher in stencil.vouchers:
            heads = (*self._add(voucher.with_payee), *self._add(voucher.without_payee))
            at = len(self.lines)
            lines = [self._line(line) for line in voucher.lines]
            self.lines += lines
            self.vouchers.append((*heads, at, len(self.lines)))
        steps = self.steps[first:]
        texts = sum(step[0] in {printing.PAYEE_OF, printing.ID_OF} for step in steps)
        others = len(steps) - sum(step[0] == printing.LITERAL for step in steps) - texts
        longest = self.work.longest * others + 2 * texts * self.work.longest
        size = len(self.blob) - size + longest + len(stencil.vouchers)
        return (
            start, len(self.vouchers), size, texts, stencil.kind,
            self._scope(stencil.source), self._scope(stencil.target),
        )  # fmt: skip

    def _scope(self, scope: str | None) -> int:
        return 0 if scope is None else self.work.scopes.setdefault(scope, len(self.work.scopes))

    def _line(self, line: StencilLine) -> tuple[int, ...]:
        start, end = self._add(line.before_party)
        _, end_party = self._add(line.party)
        key = (line.account, line.sign, line.is_red)
        slot = self.work.slots.setdefault(key, len(self.work.slots))
        return start, end, end, end_party, int(line.is_cost), slot

    def _add(self, pieces: tuple[Piece, ...]) -> tuple[int, int]:
        start = len(self.steps)
        for piece in pieces:
            self.steps.append(self._step(piece))
        return start, len(self.steps)

    def _step(self, piece: Piece) -> tuple[int, int, int, int]:
        if isinstance(piece, Figure):
            return printing.FIGURE, int(piece.is_cost), piece.sign, piece.width
        if isinstance(piece, Count):
            return printing.COUNT, piece.sign, piece.decimals, 0
        if isinstance(piece, Slot):
            codes = {
                Slot.DATE: printing.DATE, Slot.PAYEE: printing.PAYEE_OF, Slot.ID: printing.ID_OF,
                Slot.ITEM: printing.ITEM_OF, Slot.PARTY: printing.PARTY_OF,
            }  # fmt: skip
            return codes[piece], 0, 0, 0
        text = piece.encode()
        at = len(self.blob)
        self.blob += text
        return printing.LITERAL, at, len(text), 0
