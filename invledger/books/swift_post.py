"""`post` the swift way: vouchers of plain books written without an object a row (see `swift`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

from invledger.books.loading import load_apart
from invledger.books.prefix import Notes
from invledger.books.prefix_months import MonthNote
from invledger.books.swift import (
    Engine,
    Printed,
    engine_for,
    sizes_of,
    swift_days,
    swift_days_after,
)
from invledger.ledger import read_money
from invledger.model import Voucher
from invledger.posting import Sources
from invledger.store import Cache, FolderTree, holding


@dataclass(slots=True)
class PrintedVouchers(Sequence[Voucher]):
    """The vouchers of a printed file: counted at once, read when somebody asks."""

    path: str
    data: bytes
    size: int
    decimals: int

    def __len__(self) -> int:
        return self.size

    def _read(self) -> list[Voucher]:
        return read_money(self.path, self.data, self.decimals, derived=True)[0]

    def __iter__(self) -> Iterator[Voucher]:
        return iter(self._read())

    @overload
    def __getitem__(self, index: int) -> Voucher: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Voucher]: ...
    def __getitem__(self, index: int | slice) -> Voucher | Sequence[Voucher]:
        return self._read()[index]


class Swift(NamedTuple):
    """How books are posted the swift way: from what, by which engine, the files and sizes."""

    sources: Sources
    engine: Engine
    sizes: dict[str, int]


def swift_way(tree: FolderTree, cache: Cache | None) -> Swift | None:
    """The way for books that are large enough and may be plain; movements are not read yet."""
    sizes = sizes_of(tree)
    engine = engine_for(sum(sizes.values()))
    if engine is None:
        return None
    sources = load_apart(tree, cache=cache)
    return None if sources.problems or sources.register else Swift(sources, engine, sizes)


def swift_files(
    tree: FolderTree, way: Swift, notes: Notes | None = None,
    before: tuple[str, MonthNote] | None = None,
) -> Iterator[tuple[Printed, bytes]]:  # fmt: skip
    """Each day's figures and its file as it shall be; raises NotPlain, perhaps after some.

    `notes` takes down what a later run may begin with (see `prefix`). `before`: a date and the
    state at its end, for the days after it alone.
    """
    with holding(tree):
        if before is None:
            days = swift_days(tree, *way, notes)
        else:
            days = swift_days_after(tree, *way, notes=notes or Notes(), before=before)
        for day in days:
            if day.vouchers:
                yield day._replace(text=b""), day.text
