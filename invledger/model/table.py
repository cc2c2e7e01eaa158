"""The movement table: one row a line of a movement or document, in columns.

Two stages. `RawTable` is what a source file says, as text, independent of every other file: that
is what the cache keeps. `MovementTable` is all files resolved against item master and rules, in
the total order of the design (date, rank, time, id, line): quantities, prices and amounts are
integers. Columns are plain lists of equal length, so that a million rows stay cheap; `rows()`
gives records to code that is read more often than it is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from invledger.model.problem import Place


class Row(NamedTuple):
    """One line, resolved. Empty text means absent; `price`/`amount` None means unknown."""

    date: str
    rank: int
    time: str
    id: str
    line: int  # 1 for a movement with one line
    type: str
    party: str
    item: str  # empty for a value document (landed cost, labour …)
    quantity: int  # > 0, of the item's decimals; 0 for a value document
    source: str  # account that the goods leave
    target: str  # account that they enter
    price: int | None  # per base unit, PRICE_DECIMALS
    amount: int | None  # line total in minor units where no price can say it
    currency: str
    lot: str
    expiry: str
    order: str
    ref: str  # citation(s), `<id>[/<line>]`, blank-separated; `id/line=qty` when partial
    reason: str
    tax: str  # VAT rate in per cent that the line states, "" = by rules
    owner: str
    payee: str
    narration: str
    links: str  # blank-separated, without ^
    meta: tuple[tuple[str, str], ...]  # everything else: movement's first, then the line's
    path: str
    lineno: int  # of the movement's first text line

    @property
    def place(self) -> Place:
        return Place(self.path, self.lineno)

    @property
    def citation(self) -> str:
        return f"{self.id}/{self.line}"


class RawRow(NamedTuple):
    """One line as one source file says it: all text, nothing looked up."""

    date: str
    time: str
    id: str
    line: str  # "" when the movement has one line
    type: str
    party: str
    item: str
    quantity: str  # positive plain number
    source: str
    target: str
    price: str
    amount: str
    currency: str
    lot: str
    expiry: str
    order: str
    ref: str
    reason: str
    tax: str
    owner: str
    payee: str
    narration: str
    links: str
    flag: str
    rank: str  # a movement's own rank, "" = the type's
    meta: tuple[tuple[str, str], ...]
    lineno: int


@dataclass(slots=True)
class RawTable:
    """The lines of one source file, in columns named as RawRow's fields."""

    path: str
    columns: dict[str, list[object]] = field(
        default_factory=lambda: {name: [] for name in RawRow._fields}
    )

    def __len__(self) -> int:
        return len(self.columns["date"])

    def rows(self) -> Iterator[RawRow]:
        return map(RawRow._make, zip(*(self.columns[n] for n in RawRow._fields), strict=True))

    def append(self, row: RawRow) -> None:
        for column, value in zip(self.columns.values(), row, strict=True):
            column.append(value)


@dataclass(slots=True)
class MovementTable:
    """All movements and documents of the books in total order, in columns named as Row's."""

    date: list[str] = field(default_factory=list)
    rank: list[int] = field(default_factory=list)
    time: list[str] = field(default_factory=list)
    id: list[str] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    type: list[str] = field(default_factory=list)
    party: list[str] = field(default_factory=list)
    item: list[str] = field(default_factory=list)
    quantity: list[int] = field(default_factory=list)
    source: list[str] = field(default_factory=list)
    target: list[str] = field(default_factory=list)
    price: list[int | None] = field(default_factory=list)
    amount: list[int | None] = field(default_factory=list)
    currency: list[str] = field(default_factory=list)
    lot: list[str] = field(default_factory=list)
    expiry: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    ref: list[str] = field(default_factory=list)
    reason: list[str] = field(default_factory=list)
    tax: list[str] = field(default_factory=list)
    owner: list[str] = field(default_factory=list)
    payee: list[str] = field(default_factory=list)
    narration: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    meta: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    lineno: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.date)

    def rows(self) -> Iterator[Row]:
        return map(Row._make, zip(*(getattr(self, n) for n in Row._fields), strict=True))

    def row(self, index: int) -> Row:
        return Row._make(getattr(self, n)[index] for n in Row._fields)

    def head(self, count: int) -> MovementTable:
        """The first rows as a table."""
        return MovementTable(**{name: getattr(self, name)[:count] for name in Row._fields})

    @classmethod
    def of(cls, rows: list[Row]) -> MovementTable:
        """Columns from records, in the order given (callers sort)."""
        if not rows:
            return cls()
        columns = (list(column) for column in zip(*rows, strict=True))
        return cls(*columns)


if tuple(f.name for f in fields(MovementTable)) != Row._fields:
    raise TypeError("the columns of MovementTable and the fields of Row differ")
