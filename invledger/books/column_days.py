"""The engine `columns`: polars, by groups of days (see `swift`). The core's way for large books.

Groups are read ahead in threads while the one before is costed and printed: polars computes
without Python's lock, checksums and costs need it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from invledger.books.prefix import SUMS, Held, by_sums
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
from invledger.costing.flat import FlatPool, run
from invledger.ledger.columns import Unusual, Vocabulary, keyed, read_columns
from invledger.ledger.columns_print import Form, FormLine, Step, digests, print_columns
from invledger.posting.stencil import Stencil
from invledger.posting.stencil_form import Count, Figure, Pieces, Slot, StencilVoucher

if TYPE_CHECKING:
    from invledger.ledger.columns import Frame

_SLOTS = {
    Slot.DATE: "date", Slot.PAYEE: "shown", Slot.ID: "id", Slot.ITEM: "item", Slot.PARTY: "party"
}  # fmt: skip

GROUP_BYTES = 12 << 20
READERS = 2  # groups of days that are read side by side, ahead of their turn


def column_days(plain: Plain, days: Iterable[Day]) -> Iterator[Printed]:
    """The vouchers of every day, in order; raises NotPlain."""
    work = _Work(plain)
    printed = _column_days(work, days)
    return printed if work.periods is None else work.periods.laid(printed)


def _column_days(work: _Work, days: Iterable[Day]) -> Iterator[Printed]:
    with ThreadPoolExecutor(READERS) as pool:
        ahead: deque[Future[tuple[Frame, dict[str, str]]]] = deque()
        left = grouped(days, GROUP_BYTES, work.plain.cuts)
        try:
            while True:
                for group in left:
                    ahead.append(pool.submit(work.read, group))
                    if len(ahead) > READERS:
                        break
                if not ahead:
                    break
                frame, inputs = ahead.popleft().result()
                yield from work.printed(frame, inputs)
        except Unusual as unusual:
            raise NotPlain("a zero amount") from unusual
        finally:
            pool.shutdown(cancel_futures=True)
    if not all(flat.is_conserved() for flat in work.pools.values()):
        raise NotPlain("costs are not conserved")


class _Work:
    """What goes on from group to group: pools, ids, and stencils as far as they are known."""

    def __init__(self, plain: Plain) -> None:
        words = plain.words
        self.plain = plain
        self.vocabulary = Vocabulary(
            words.types, words.ranks, words.items, words.classes, words.locations, words.parties,
            plain.currency, words.reasons, SILENT_KEYS,
        )  # fmt: skip
        self.layered = [METHODS.index(plain.method(item)) == 0 for item in words.items]
        self.periods = Periods(plain) if plain.is_periodic() else None
        self.pools: dict[int, FlatPool] = {}
        self.ids: set[int] = set()
        self.rows = 0
        self.numbers: dict[int, int] = {}
        self.stencils: list[Stencil] = []
        self.scopes: dict[str, int] = {}
        self.slots: dict[tuple[str, int, bool], int] = {}
        self.forms: list[Form] = []
        self.scopes_max = 2 * len(words.locations) + 2

    def read(self, group: list[Day]) -> tuple[Frame, dict[str, str]]:
        """Days as a frame in total order, and their digests; raises NotPlain."""
        days = [(day.date, day.files) for day in group]
        frame = read_columns(days, self.vocabulary, self.plain.decimals)
        if frame is None:
            raise NotPlain(group[0].date)
        return frame, digests(frame)

    def printed(self, frame: Frame, inputs: dict[str, str]) -> Iterator[Printed]:
        """The vouchers of what was read; raises NotPlain."""
        hashes = frame["id"].hash()
        before = len(self.ids)
        self.ids.update(hashes.to_list())
        if len(self.ids) < before + len(hashes):
            raise NotPlain("an id comes twice")
        for key in frame["like"].unique().to_list():
            if key not in self.numbers:
                self._learn(key)
        frame = keyed(frame, self.numbers)
        costs = self._costs(frame)
        if self.plain.notes is not None and self.periods is None:
            ids = (by_sums(id_.encode()) for id_ in frame["id"].to_list())
            self.plain.notes.group(max(inputs), ids, SUMS, self._held)
        printed = print_columns(
            frame, costs, self.forms, self.vocabulary.names, self.plain.decimals
        )
        slots = list(self.slots)
        for day in printed:
            sums = tuple(Sum(*slots[at], amount) for at, amount in sorted(day.sums.items()))
            yield Printed(day.date, inputs[day.date], day.text, day.vouchers, sums)

    def _costs(self, frame: Frame) -> list[int]:
        numbers = frame["stencil"].to_list()
        items = frame["item"].to_physical().to_list()
        kinds = [int(stencil.kind) for stencil in self.stencils]
        ends = [
            (self.scopes.get(s.source or "", 0), self.scopes.get(s.target or "", 0))
            for s in self.stencils
        ]
        if self.periods is not None:
            ends_of = frame.group_by("date", maintain_order=True).len()["len"].cum_sum()
            dates = zip(
                frame["date"].unique(maintain_order=True).to_list(), ends_of.to_list(), strict=True
            )
            lines = Lines(
                [kinds[n] for n in numbers], items, numbers, frame["quantity"].to_list(),
                frame["net"].to_list(),
            )  # fmt: skip
            return self.periods.cost(dates, lines, self.stencils)
        width, layered = self.scopes_max, self.layered
        costs = run(
            self.pools, self.rows, [kinds[n] for n in numbers],
            [item * width + ends[n][0] for item, n in zip(items, numbers, strict=True)],
            [item * width + ends[n][1] for item, n in zip(items, numbers, strict=True)],
            frame["quantity"].to_list(), frame["net"].to_list(), [layered[n] for n in items],
        )  # fmt: skip
        if costs is None:
            raise NotPlain("goods that are not there")
        self.rows += len(costs)
        return costs

    def _held(self) -> Iterator[Held]:
        """What the pools hold now."""
        scopes = {number: scope for scope, number in self.scopes.items()}
        for key, flat in self.pools.items():
            item, scope = divmod(key, self.scopes_max)
            layers = [-1, flat.quantity, flat.value] if flat.quantity else []
            if self.layered[item]:
                columns = (flat.origins, flat.quantities, flat.values)
                rows = zip(*(column[flat.head :] for column in columns), strict=True)
                layers = [figure for row in rows if row[1] for figure in row]
            yield Held(self.plain.words.items[item].code, scopes[scope], layers)

    def _learn(self, key: int) -> None:
        ends = key >> 8
        stencil = self.plain.stencil(
            ends >> 42, ends >> 27 & 0x7FFF, ends >> 12 & 0x7FFF, ends & 0xFFF,
            has_price=bool(key & 128), has_party=bool(key & 64), reason=key & 63,
        )  # fmt: skip
        self.numbers[key] = len(self.stencils)
        self.stencils.append(stencil)
        for scope in (stencil.source, stencil.target):
            if scope is not None:
                self.scopes.setdefault(scope, len(self.scopes) + 1)
        self.forms = self._forms()

    def _forms(self) -> list[Form]:
        """Vouchers of all stencils; those that read alike are one form."""
        alike: dict[tuple[int, StencilVoucher], list[int]] = {}
        for number, stencil in enumerate(self.stencils):
            for turn, voucher in enumerate(stencil.vouchers):
                alike.setdefault((turn, voucher), []).append(number)
        return [self._form(tuple(some), *key) for key, some in alike.items()]

    def _form(self, numbers: tuple[int, ...], turn: int, voucher: StencilVoucher) -> Form:
        lines = []
        for line in voucher.lines:
            key = (line.account, line.sign, line.is_red)
            slot = self.slots.setdefault(key, len(self.slots))
            lines.append(
                FormLine(_steps(line.before_party), _steps(line.party), line.is_cost, slot)
            )
        heads = _steps(voucher.with_payee), _steps(voucher.without_payee)
        return Form(numbers, turn, *heads, tuple(lines))


def _steps(pieces: Pieces) -> tuple[Step, ...]:
    found: list[Step] = []
    for piece in pieces:
        if isinstance(piece, Figure):
            name = "cost_text" if piece.is_cost else "net_text"
            found.append((name, piece.sign, piece.width))
        elif isinstance(piece, Count):
            found.append(("quantity", piece.sign, piece.decimals))
        elif isinstance(piece, Slot):
            found.append((_SLOTS[piece], 0, 0))
        else:
            found.append(piece)
    return tuple(found)
