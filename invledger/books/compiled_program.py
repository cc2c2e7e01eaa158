"""Stencils as programs of flat arrays, as machine code follows them (see `compiled_print`)."""

from __future__ import annotations

from collections.abc import Sequence

from invledger.books.machine import Code
from invledger.ledger import compiled_form as form
from invledger.ledger.flat import address_of, ints, text
from invledger.posting.stencil import Stencil
from invledger.posting.stencil_form import Count, Figure, Piece, Slot, StencilLine

_CODES = {
    Slot.DATE: form.DATE, Slot.PAYEE: form.PAYEE_OF, Slot.ID: form.ID_OF,
    Slot.ITEM: form.ITEM_OF, Slot.PARTY: form.PARTY_OF,
}  # fmt: skip


class Names:
    """Numbers of scopes and of kinds of lines, as they come up; `longest`: see `Words`."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.scopes: dict[str, int] = {}
        self.slots: dict[tuple[str, int, bool], int] = {}


class Program:
    """Some stencils, each of rows of one kind, by the number that says the kind."""

    def __init__(self, known: Sequence[tuple[int, Stencil]], names: Names, code: Code) -> None:
        made = _Assembler(names)
        rows = [made.stencil(stencil) for _, stencil in known]
        keys = ints(key for key, _ in known)
        slots = ints([-1]) * (1 << (4 * len(keys) + 1).bit_length())
        self._held = (
            ints(x for row in rows for x in row), ints(x for row in made.vouchers for x in row),
            ints(x for row in made.lines for x in row), ints(x for row in made.steps for x in row),
            text(bytes(made.blob)), slots, keys,
        )  # fmt: skip
        stencils, vouchers, parts, steps, blob, *_ = map(address_of, self._held)
        self.record = ints(
            (stencils, vouchers, parts, steps, blob, address_of(slots), len(slots) - 1,
             address_of(keys))
        )  # fmt: skip
        self.address = address_of(self.record)
        code.slot_in(self.address, len(keys))


class _Assembler:
    """Stencils into steps."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.vouchers: list[tuple[int, ...]] = []
        self.lines: list[tuple[int, ...]] = []
        self.steps: list[tuple[int, ...]] = []
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
        texts = sum(step[2] in {form.PAYEE_OF, form.ID_OF} for step in steps)
        others = len(steps) - sum(step[2] == form.NOTHING for step in steps) - texts
        longest = self.names.longest * others + 2 * texts * self.names.longest
        size = len(self.blob) - size + longest + len(stencil.vouchers)
        return (
            start, len(self.vouchers), size, texts, stencil.kind,
            self._scope(stencil.source), self._scope(stencil.target),
        )  # fmt: skip

    def _scope(self, scope: str | None) -> int:
        return 0 if scope is None else self.names.scopes.setdefault(scope, len(self.names.scopes))

    def _line(self, line: StencilLine) -> tuple[int, ...]:
        start, end = self._add(line.before_party)
        _, end_party = self._add(line.party)
        key = (line.account, line.sign, line.is_red)
        slot = self.names.slots.setdefault(key, len(self.names.slots))
        return start, end, end, end_party, int(line.is_cost), slot

    def _add(self, pieces: tuple[Piece, ...]) -> tuple[int, int]:
        start, at = len(self.steps), len(self.blob)
        for piece in pieces:
            if isinstance(piece, str):
                self.blob += piece.encode()
            else:
                self.steps.append((at, len(self.blob) - at, *_code(piece)))
                at = len(self.blob)
        if at < len(self.blob):
            self.steps.append((at, len(self.blob) - at, form.NOTHING, 0, 0, 0))
        return start, len(self.steps)


def _code(piece: Slot | Figure | Count) -> tuple[int, int, int, int]:
    """What stands at a place, and what more there is to know of it."""
    if isinstance(piece, Figure):
        return form.FIGURE, int(piece.is_cost), piece.sign, piece.width
    if isinstance(piece, Count):
        return form.COUNT_OF, piece.sign, piece.decimals, 0
    return _CODES[piece], 0, 0, 0
