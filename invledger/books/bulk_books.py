"""What the engine `bulk` keeps: stencils and forms, cost pools, ids (see `bulk_days`)."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from invledger.books.bulk_ids import Ids
from invledger.books.bulk_periods import Lines, Periods
from invledger.books.prefix import SUMS, Held, by_sums
from invledger.books.swift import METHODS, SILENT_KEYS, Day, NotPlain, Plain, Printed, Sum
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


class Part(NamedTuple):
    """What the costs of a stretch hang on: columns of its rows, their ids as lines, and what
    stands before the last hyphen of the ids of each file.
    """

    dates: Sequence[str]
    ends: Sequence[int]
    likes: Sequence[int]
    items: Sequence[int]
    quantities: Sequence[int]
    nets: Sequence[int]
    ids: bytes
    heads: Sequence[bytes]

    def id_of(self) -> Callable[[int], bytes]:
        """What gives the id of a row; few stretches are asked."""
        found = cache(lambda: self.ids.split(b"\n"))
        return lambda row: found()[row]


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

    def part(self, stretch: Stretch) -> Part:
        """What costing has to know of a stretch."""
        rows = stretch.rows
        return Part(
            stretch.dates, stretch.ends, rows.like, rows.item_number, rows.quantity, rows.net,
            b"\n".join(rows.id), stretch.heads,
        )  # fmt: skip

    def printed(self, stretch: Stretch, costs: Sequence[int]) -> Iterator[Printed]:
        """The vouchers of what was read; raises NotPlain."""
        printer = Printer(stretch, costs, self.plain.decimals)
        slots = list(self.slots)
        try:
            days = printer.days(self.forms, map(self.plain.head, stretch.inputs))
            for day, inputs in zip(days, stretch.inputs, strict=True):
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
        if self.periods is not None and plain.before is not None:
            for parts in plain.before.likes:
                self.desk.number(Known._make(parts))
            self.periods.resume(plain.before, self.desk.stencils)

    def cost(self, part: Part) -> list[int]:
        """What the rows of a stretch cost, with ids that have not come before; raises NotPlain."""
        self.ids.add(part.ids, part.heads)
        costs = self._flat(part) if self.periods is None else self._periodic(self.periods, part)
        self._note(part)
        return costs

    def _flat(self, part: Part) -> list[int]:
        stencils = self.desk.stencils
        for number in range(len(self.ways), len(stencils)):
            one, known = stencils[number], self.desk.names.likes[number]
            layered = self.layered[self.plain.words.classes.index(known.class_)]
            way = self.costing.way(int(one.kind), one.source, one.target, is_layered=layered)
            self.ways.append(way)
        ways = map(self.ways.__getitem__, part.likes)
        costs = self.costing.costs(ways, part.items, part.quantities, part.nets)
        if costs is None:
            raise NotPlain("goods that are not there")
        return costs

    def _periodic(self, periods: Periods, part: Part) -> list[int]:
        stencils = self.desk.stencils
        lines = Lines(part.likes, part.items, part.quantities, part.nets)
        dated = zip(part.dates, part.ends, strict=True)
        return periods.cost(dated, lines, stencils, part.id_of())

    def _note(self, part: Part) -> None:
        """Take down what a later run may begin with."""
        notes, last = self.plain.notes, part.dates[-1]
        if notes is None:
            return
        hashes = map(by_sums, part.ids.split(b"\n"))
        if self.periods is None:
            notes.group(last, hashes, SUMS, self._held)
        else:
            notes.take(hashes, SUMS)
            self.periods.note(last, lambda: _noted(part), self._likes)

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


def _noted(part: Part) -> bytes:
    """Rows as `prefix_months` notes them."""
    columns = (part.likes, part.items, part.quantities, part.nets)
    return b"".join(array("q", column).tobytes() for column in columns)


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
