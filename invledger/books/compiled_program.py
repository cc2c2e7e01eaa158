"""Stencils as programs of flat arrays, as machine code follows them (see `compiled_print`)."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from invledger.books.machine import Code
from invledger.ledger import compiled_form as form
from invledger.ledger.flat import address_of, ints, text
from invledger.posting.stencil_form import Count, Figure, Piece, Slot, Stencil, StencilLine

_CODES = {
    Slot.DATE: form.DATE, Slot.PAYEE: form.PAYEE_OF, Slot.ID: form.ID_OF,
    Slot.ITEM: form.ITEM_OF, Slot.PARTY: form.PARTY_OF,
}  # fmt: skip


class Program:
    """The stencils known at one time, each of rows of one kind, as a record of arrays."""

    def __init__(self, held: Sequence[array[int]], code: Code) -> None:
        *tables, keys = held
        slots = ints([-1]) * (1 << (4 * len(keys) + 1).bit_length())
        self._held = *tables, slots, keys
        *addresses, at = map(address_of, self._held)
        self.record = ints((*addresses, len(slots) - 1, at))
        self.address = address_of(self.record)
        code.slot_in(self.address, len(keys))


def parts_of(key: int) -> tuple[int, ...]:
    """A kind of rows as `Plain.stencil` takes it: type, ends, class, price, party, reason."""
    ends = key >> 8
    return (
        ends >> 42, ends >> 27 & 0x7FFF, ends >> 12 & 0x7FFF, ends & 0xFFF,
        key >> 7 & 1, key >> 6 & 1, key & 63,
    )  # fmt: skip


def key_of(parts: Sequence[int]) -> int:
    """The kind of rows of such parts, as `compiled_order.value` numbers it."""
    type_, source, target, class_, priced, partied, reason = parts
    ends = (type_ << 15 | source) << 15 | target
    return (ends << 12 | class_) << 8 | priced << 7 | partied << 6 | reason


class Programs:
    """Stencils into steps, one after the other; numbers of scopes and of kinds of lines.

    `longest`: see `Words`.
    """

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.scopes: dict[str, int] = {}
        self.slots: dict[tuple[str, int, bool], int] = {}
        self.stencils: list[Stencil] = []
        self._keys: list[int] = []
        self._rows, self._vouchers, self._lines, self._steps = ints(0), ints(0), ints(0), ints(0)
        self._blob = bytearray()

    def program(self, code: Code) -> Program:
        """All that is known now."""
        tables = (self._rows, self._vouchers, self._lines, self._steps)
        held = [*(one[:] for one in tables), text(bytes(self._blob)), ints(self._keys)]
        return Program(held, code)

    def knows(self, key: int) -> bool:
        """Whether rows of a kind have their stencil."""
        return key in self._keys

    def likes(self) -> list[tuple[int, ...]]:
        """Kinds of rows by number of their stencil."""
        return list(map(parts_of, self._keys))

    def add(self, key: int, stencil: Stencil) -> None:
        """Another stencil: for rows of a kind."""
        self._rows.extend(self._stencil(stencil))
        self._keys.append(key)
        self.stencils.append(stencil)

    def _stencil(self, stencil: Stencil) -> tuple[int, ...]:
        """Where its vouchers are, how much room a row needs, and what the kernel is told."""
        start, size = len(self._vouchers) // form.VOUCHER_COLUMNS, len(self._blob)
        first = len(self._steps)
        for voucher in stencil.vouchers:
            heads = (*self._add(voucher.with_payee), *self._add(voucher.without_payee))
            at = len(self._lines) // form.PART_COLUMNS
            for line in voucher.lines:
                self._lines.extend(self._line(line))
            self._vouchers.extend((*heads, at, len(self._lines) // form.PART_COLUMNS))
        codes = self._steps[first + 2 :: form.STEP_COLUMNS].tolist()
        texts = codes.count(form.PAYEE_OF) + codes.count(form.ID_OF)
        others = len(codes) - codes.count(form.NOTHING) - texts
        longest = self.longest * others + 2 * texts * self.longest
        size = len(self._blob) - size + longest + len(stencil.vouchers)
        end = len(self._vouchers) // form.VOUCHER_COLUMNS
        ends = [0 if one is None else self.scope(one) for one in (stencil.source, stencil.target)]
        return start, end, size, texts, stencil.kind, *ends, int(bool(stencil.closing))

    def scope(self, scope: str) -> int:
        """The number of what follows the item in a pool's key."""
        return self.scopes.setdefault(scope, len(self.scopes))

    def _line(self, line: StencilLine) -> tuple[int, ...]:
        start, end = self._add(line.before_party)
        _, end_party = self._add(line.party)
        key = (line.account, line.sign, line.is_red)
        slot = self.slots.setdefault(key, len(self.slots))
        return start, end, end, end_party, int(line.is_cost), slot

    def _add(self, pieces: tuple[Piece, ...]) -> tuple[int, int]:
        start, at = len(self._steps), len(self._blob)
        for piece in pieces:
            if isinstance(piece, str):
                self._blob += piece.encode()
            else:
                self._steps.extend((at, len(self._blob) - at, *_code(piece)))
                at = len(self._blob)
        if at < len(self._blob):
            self._steps.extend((at, len(self._blob) - at, form.NOTHING, 0, 0, 0))
        return start // form.STEP_COLUMNS, len(self._steps) // form.STEP_COLUMNS


def _code(piece: Slot | Figure | Count) -> tuple[int, int, int, int]:
    """What stands at a place, and what more there is to know of it."""
    if isinstance(piece, Figure):
        return form.FIGURE, int(piece.is_cost), piece.sign, piece.width
    if isinstance(piece, Count):
        return form.COUNT_OF, piece.sign, piece.decimals, 0
    return _CODES[piece], 0, 0, 0
