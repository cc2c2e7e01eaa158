"""The engine `compiled`: flat memory and machine code in two threads, day by day (see `swift`).

Reading and printing of different days run side by side; costing takes the days in order between
them. Nothing of a day is kept once its vouchers are printed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock, local

from invledger.books.compiled_desk import Desk, Words
from invledger.books.compiled_periods import CompiledPeriods
from invledger.books.compiled_program import Program, Programs, key_of, parts_of
from invledger.books.machine import Code, machine_code
from invledger.books.prefix import EIGHTS, Held
from invledger.books.swift import Day, NotPlain, Plain, Printed, Sum, check_text, grouped
from invledger.costing.compiled_state import DONE, FIFO, NOT_PLAIN, STOPPED, State
from invledger.ledger import compiled_form as form
from invledger.ledger.flat import Room, keep_memory

WORKERS = 2
GROUP_BYTES = 1 << 20
AHEAD = 4  # groups of days that are read before their turn


def compiled_days(plain: Plain, days: Iterable[Day]) -> Iterator[Printed]:
    """The vouchers of every day, in order; raises NotPlain."""
    keep_memory()
    work = _Work(plain)
    printed = _compiled_days(work, days)
    return printed if work.periods is None else work.periods.laid(printed)


def _compiled_days(work: _Work, days: Iterable[Day]) -> Iterator[Printed]:
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Future[Desk]] = deque()
        printed: deque[Future[list[Printed]]] = deque()
        left = grouped(days, GROUP_BYTES, work.plain.cuts)
        try:
            while True:
                for group in left:
                    waiting.append(pool.submit(work.read, group))
                    if len(waiting) >= AHEAD:
                        break
                if not waiting:
                    break
                desk = waiting.popleft().result()
                work.cost(desk)
                printed.append(pool.submit(work.print, desk))
                while len(printed) > AHEAD or (printed and printed[0].done()):
                    yield from printed.popleft().result()
            while printed:
                yield from printed.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
    if not work.state.is_conserved():
        raise NotPlain("costs are not conserved")


class _Seen:
    """The ids of all rows so far, as hashes."""

    def __init__(self, code: Code, size: int = 1 << 20) -> None:
        self._code = code
        self._size, self._count = size, 0
        self._table = Room(8 * size)

    def has(self, desk: Desk) -> bool:
        """Whether a desk's ids come twice; they are known from now on."""
        self._count += desk.count
        if 5 * self._count > 3 * self._size:
            self._grow()
        return self._take(desk.ids, desk.count) >= 0

    def _grow(self) -> None:
        old = self._table
        while self._size < 2 * self._count:
            self._size *= 2
        self._table = Room(8 * self._size)
        self._code.move(old.address, old.size // 8, self._table.address, self._size - 1)

    def _take(self, ids: int, count: int) -> int:
        return self._code.first_repeat(ids, count, self._table.address, self._size - 1)


class _Work:
    """What all threads share: words as tables, and stencils as far as they are known."""

    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        self.code = code = machine_code()
        self.words = Words(plain, code)
        self.state = State(code)
        self.seen = _Seen(code)
        self.first = 0  # the number of the next line
        self.stencils = Programs(self.words.longest)
        self.program = self.stencils.program(code)
        self._lock = Lock()
        self._rooms = local()
        self._desks: list[Desk] = []  # that nobody uses
        self.periods: CompiledPeriods | None = None
        if plain.is_periodic():
            self.periods = CompiledPeriods(plain, self.words, self.stencils)
            if plain.before is not None:
                for parts in plain.before.likes:
                    self._learn(key_of(parts))
                self.periods.resume(plain.before, self.program)

    def read(self, group: list[Day]) -> Desk:
        """Days into rows; raises NotPlain."""
        desk = self._desks.pop() if self._desks else Desk()
        desk.lay(group)
        code, at, books = self.code, desk.address, self.words.address
        kind = code.is_plain(desk.record[form.DATA], desk.record[form.DATA_SIZE])
        if kind == form.UNCLEAN:
            raise NotPlain(f"signs of {group[0].date}")
        if kind == form.BEYOND_ASCII:
            for number, path in enumerate(path for day in group for path in day.paths):
                check_text(path, desk.text_of(number))
        if code.scan(at, books) < 0:
            raise NotPlain(group[0].date)
        desk.make_room()
        if code.value(at, books):
            raise NotPlain("amounts beyond 64 bits")
        program = self._assign(desk)
        code.resolve(at, books, program.address)
        desk.print_to(self._room(code.room_for(at, program.address)), 0)
        code.digest_days(at)
        return desk

    def cost(self, desk: Desk) -> None:
        """The costs of a group's lines, groups in order; raises NotPlain."""
        if self.seen.has(desk):
            raise NotPlain("an id comes twice")
        if self.periods is not None:
            self.periods.cost(desk, self.first, self.program)
        else:
            self._cost_lines(desk)
        self.first += desk.count
        self._note(desk)

    def _note(self, desk: Desk) -> None:
        """What a later run may begin with."""
        notes, last = self.plain.notes, desk.dates[-1]
        if notes is None:
            return
        ids = desk.line(form.LINE_ID)
        if self.periods is None:
            notes.group(last, ids, EIGHTS, self._held)
        else:
            notes.take(ids, EIGHTS)
            self.periods.note(last, desk.rows_noted, self.stencils.likes)

    def _cost_lines(self, desk: Desk) -> None:
        record, state = desk.record, self.state
        lines, count, costs = record[form.LINES], desk.count, record[form.COSTS]
        at, status = 0, -1
        while status != DONE:
            status = self.code.cost_lines(state.address, self.first, at, lines, count, costs)
            at = state.record[STOPPED]
            if status == NOT_PLAIN:
                raise NotPlain("goods that are not there, or figures beyond 64 bits")
            if status != DONE:
                state.grow(status)

    def _held(self) -> Iterator[Held]:
        """What the pools hold now."""
        scopes = {number: scope for scope, number in self.stencils.scopes.items()}
        items = self.plain.words.items
        for key, quantity, value, layers in self.state.held():
            item, scope = divmod(key, self.words.scopes_max)
            average = [-1, quantity, value] if quantity else []
            is_layered = self.words.methods[item] == FIFO
            yield Held(items[item].code, scopes[scope], layers if is_layered else average)

    def print(self, desk: Desk) -> list[Printed]:
        """The vouchers of days; the desk is free again."""
        code, at, program = self.code, desk.address, self.program
        kinds = list(self.stencils.slots)
        out = self._room(code.room_for(at, program.address))
        desk.print_to(out, len(kinds) + 1)
        code.print_days(at, self.words.address, program.address)
        found, start = [], 0
        for day, (date, inputs) in enumerate(zip(desk.dates, desk.inputs(), strict=True)):
            vouchers = out.bytes[start : start + desk.sizes[day]]
            text = b"".join((self.plain.head(inputs), vouchers))
            sums = desk.sums[day * (len(kinds) + 1) :]
            totals = tuple(Sum(*kind, sums[n]) for n, kind in enumerate(kinds))
            found.append(Printed(date, inputs, text, desk.counts[day], totals))
            start += desk.sizes[day]
        self._desks.append(desk)
        return found

    def _room(self, size: int) -> Room:
        """Room for so many bytes, a thread's own, used again and again."""
        held: Room = getattr(self._rooms, "held", None) or Room(0)
        self._rooms.held = held = held.held(size)
        return held

    def _assign(self, desk: Desk) -> Program:
        """Give each row its stencil; new ones are learned one thread at a time."""
        program, at = self.program, 0
        while True:
            at = self.code.assign(desk.address, program.address, at)
            if at < 0:
                return program
            with self._lock:
                program = self._learn(desk.field(at, form.LIKE))

    def _learn(self, key: int) -> Program:
        if self.stencils.knows(key):
            return self.program
        *named, priced, partied, reason = parts_of(key)
        stencil = self.plain.stencil(
            *named, has_price=bool(priced), has_party=bool(partied), reason=reason
        )
        self.stencils.add(key, stencil)
        self.program = self.stencils.program(self.code)
        return self.program
