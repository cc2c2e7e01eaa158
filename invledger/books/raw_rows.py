"""Rows of source files compared without the lines that they stand on (see `incremental`)."""

from __future__ import annotations

from collections.abc import Iterable

from invledger.ledger.order import total_order
from invledger.model import MovementTable, RawRow, RawTable, Row

_NAMES = tuple(name for name in RawRow._fields if name != "lineno")
_AT = {name: at for at, name in enumerate(_NAMES)}


def contents_of(raw: RawTable) -> Iterable[tuple[object, ...]]:
    """The rows of a file without their line numbers."""
    return zip(*(raw.columns[name] for name in _NAMES), strict=True)


def field_of(row: tuple[object, ...], name: str) -> str:
    """A field of a row by its name, as text."""
    return str(row[_AT[name]])


def meta_of(row: tuple[object, ...]) -> tuple[tuple[str, str], ...]:
    """The metadata of a row."""
    found = row[_AT["meta"]]
    return found if isinstance(found, tuple) else ()


def of_date(raw: RawTable, date: str) -> RawTable:
    """The rows of one date in a file."""
    dates = raw.columns["date"]
    if dates.count(date) == len(dates):
        return raw
    keep = [at for at, found in enumerate(dates) if found == date]
    columns = {name: [column[at] for at in keep] for name, column in raw.columns.items()}
    return RawTable(raw.path, columns)


def in_order(rows: list[Row]) -> MovementTable:
    """Rows in total order."""
    table = MovementTable.of(rows)
    order = total_order({name: getattr(table, name) for name in Row._fields})
    return table if order is None else MovementTable.of([rows[at] for at in order])
