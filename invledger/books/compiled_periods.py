"""Periodic average in the engine `compiled`: months by machine code (see `swift_periods`)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import TYPE_CHECKING

from invledger.books.prefix_months import COLUMNS, MonthNote, Opened
from invledger.books.swift import UNNAMED, NotPlain, Plain
from invledger.books.swift_periods import MONTH, Months
from invledger.costing.compiled_months_state import (
    DONE,
    KIND_COST,
    KIND_FIRST,
    KIND_KEY,
    KIND_QUANTITY,
    KIND_ZEROS,
    KINDS,
    NOT_PLAIN,
    POOL_KEY,
    POOL_QUANTITY,
    POOL_VALUE,
    POOLS,
    STOPPED,
    MonthState,
)
from invledger.ledger import compiled_form as form
from invledger.ledger.flat import address_of, ints
from invledger.posting.closing_form import Carried
from invledger.posting.methods import period_end

if TYPE_CHECKING:
    from invledger.books.compiled_desk import Desk, Words
    from invledger.books.compiled_program import Program, Programs

_ITEMS = 32  # bits of a kind's key that number the item


class CompiledPeriods(Months):
    """Months whose rows machine code costs; `programs` numbers their stencils."""

    def __init__(self, plain: Plain, words: Words, programs: Programs) -> None:
        super().__init__(plain)
        self._words, self._programs = words, programs
        self._code = words.code
        self._state = MonthState(words.code)

    def resume(self, before: MonthNote, program: Program) -> None:
        """Begin where an earlier run has been; raises NotPlain."""
        self.begin(before)
        scopes = self._words.scopes_max
        for item, scope, quantity, value in before.pools:
            key = item * scopes + self._programs.scope(scope)
            status = 0
            while status >= 0:
                status = self._code.open_pool(self._state.address, key, quantity, value)
                self._judge(status)
        for data in before.lines:
            self._cost_again(data, program)

    def _cost_again(self, data: bytes, program: Program) -> None:
        """Rows that were noted; they count as lines before the first."""
        noted = memoryview(data).cast("q")
        count = len(noted) // COLUMNS
        lines, costs = ints(form.LINE_COLUMNS * count), ints(count)
        for at, column in enumerate(form.NOTED):
            part = array("q", noted[at * count : (at + 1) * count])
            lines[column * count : (column + 1) * count] = part
        address = address_of(lines)
        self._code.place_lines(address, count, self._words.address, program.address)
        self._cost((address, count, address_of(costs)), -count, (0, count), program)

    def cost(self, desk: Desk, first: int, program: Program) -> None:
        """The costs of a group as far as they are known; `first` is the number of its first line.

        Raises NotPlain.
        """
        lines = desk.record[form.LINES], desk.count, desk.record[form.COSTS]
        start = day = 0  # where lines that are not costed yet, and those of this day, begin
        for date, end in zip(desk.dates, desk.ends, strict=True):
            if date[:MONTH] != self.month:
                self._cost(lines, first, (start, day), program)
                self.turn(date[:MONTH])
                start = day
            if date == period_end(self.month):
                self._cost(lines, first, (start, end), program)
                self.end_day((day, end), self._kinds(first), desk.id_at)
                start = end
            day = end
        self._cost(lines, first, (start, day), program)

    def _cost(
        self, lines: tuple[int, int, int], first: int, part: tuple[int, int], program: Program
    ) -> None:
        """Part of some lines: where they are, how many, where their costs are."""
        state, (start, end) = self._state, part
        status = 0
        while status != DONE:
            status = self._code.cost_month(
                state.address, first, start, end, *lines, program.address
            )  # fmt: skip
            start = state.record[STOPPED]
            self._judge(status)

    def _judge(self, status: int) -> None:
        """Make room where that ran out; raises NotPlain."""
        if status == NOT_PLAIN:
            raise NotPlain("goods that are not there or move, or figures beyond 64 bits")
        if status != DONE:
            self._state.grow(status)

    def pools(self) -> Iterator[Opened]:
        """What the pools hold between months."""
        scopes = {number: scope for scope, number in self._programs.scopes.items()}
        columns = self._state.columns(POOLS, POOL_KEY, POOL_QUANTITY, POOL_VALUE)
        for key, quantity, value in zip(*columns, strict=True):
            item, scope = divmod(key, self._words.scopes_max)
            yield Opened(item, scopes[scope], quantity, value)

    def _kinds(self, first: int) -> list[tuple[str, int]]:
        """Type and first row of each kind of rows, in order; rows count from `first` on."""
        stencils = self._programs.stencils
        keys, firsts = self._state.columns(KINDS, KIND_KEY, KIND_FIRST)
        return [
            (stencils[key >> _ITEMS].like.type, at - first)
            for key, at in zip(keys, firsts, strict=True)
        ]

    def finish(self) -> None:
        """Cost what left in the month, and `close` it."""
        if self._code.close_month(self._state.address) != DONE:
            raise NotPlain("costs are not conserved, or beyond 64 bits")
        stencils = self._programs.stencils
        keys, quantities, costs, zeros = self._state.columns(
            KINDS, KIND_KEY, KIND_QUANTITY, KIND_COST, KIND_ZEROS
        )
        mask = (1 << _ITEMS) - 1
        if any(zeros) and any(
            zero and stencils[key >> _ITEMS].like.reason == UNNAMED
            for zero, key in zip(zeros, keys, strict=True)
        ):
            raise NotPlain("rows without a cost, of reasons that may differ")
        rows = [
            Carried(key >> _ITEMS, key & mask, quantity, cost)
            for key, quantity, cost in zip(keys, quantities, costs, strict=True)
        ]
        self.close(stencils, rows)
        self._code.begin_month(self._state.address)
