"""Periodic average in the engine `compiled`: months by machine code (see `swift_periods`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    STOPPED,
    MonthState,
)
from invledger.ledger import compiled_form as form
from invledger.posting.closing_form import Carried
from invledger.posting.methods import period_end

if TYPE_CHECKING:
    from invledger.books.compiled_desk import Desk
    from invledger.books.compiled_program import Program, Programs
    from invledger.books.machine import Code

_ITEMS = 32  # bits of a kind's key that number the item


class CompiledPeriods(Months):
    """Months whose rows machine code costs; `programs` numbers their stencils."""

    def __init__(self, plain: Plain, code: Code, programs: Programs) -> None:
        super().__init__(plain)
        self._code, self._programs = code, programs
        self._state = MonthState(code)

    def cost(self, desk: Desk, first: int, program: Program) -> None:
        """The costs of a group as far as they are known; `first` is the number of its first line.

        Raises NotPlain.
        """
        start = 0
        for date, end in zip(desk.dates, desk.ends, strict=True):
            if date[:MONTH] != self.month:
                self.finish()
                self.month = date[:MONTH]
            self._cost(desk, first, (start, end), program)
            if date == period_end(self.month):
                self.end_day((start, end), self._kinds(first), desk.id_at)
            start = end

    def _cost(self, desk: Desk, first: int, lines: tuple[int, int], program: Program) -> None:
        record, state = desk.record, self._state
        start, end = lines
        status = 0
        while status != DONE:
            status = self._code.cost_month(
                state.address, first, start, end, record[form.LINES], desk.count,
                record[form.COSTS], program.address,
            )  # fmt: skip
            start = state.record[STOPPED]
            if status == NOT_PLAIN:
                raise NotPlain("goods that are not there or move, or figures beyond 64 bits")
            if status != DONE:
                state.grow(status)

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
