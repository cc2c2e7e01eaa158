"""Digests of what was read, whatever files and lines hold it: what stamps and headers name."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import partial
from itertools import groupby
from operator import gt, itemgetter

import invledger
from invledger.ledger.printer import document_text, movement_text
from invledger.model import Company, Item, Master, MovementTable, Place, Row
from invledger.posting import Sources

_DATE, _ID = Row._fields.index("date"), Row._fields.index("id")
#: Fields of any record that say nothing to derivation.
_TITLES = frozenset({"place", "title", "title_en", "name_en", "examples"})


def audit_stamp(sources: Sources) -> dict[str, str]:
    """What every report ends with: commit, digests of data and rules, engine, version."""
    if not sources.data_digest:
        sources.data_digest = data_digest(sources)
    return {
        "commit": sources.stamp,
        "data": sources.data_digest,
        "rules": sources.rules_digest,
        "engine": sources.company.engine,
        "version": invledger.__version__,
    }


def data_digest(sources: Sources) -> str:
    """sha256 over all movements, documents, master data, hand-written vouchers and bookings."""
    digest = hashlib.sha256()
    days = day_digests(sources.table, sources.master, sources.company)
    for date, day in days.items():
        digest.update(f"{date} {day}\n".encode())
    for text in _master_texts(sources.master):
        digest.update(f"{text}\n".encode())
    for text in sorted(map(canonical, sources.money)):
        digest.update(f"{text}\n".encode())
    for text in sorted(map(canonical, sources.register)):
        digest.update(f"{text}\n".encode())
    return digest.hexdigest()


def day_digests(table: MovementTable, master: Master, company: Company) -> dict[str, str]:
    """By date: sha256 over the digests (32 bytes each) of the movements and documents of a table
    in total order, each that of the text as we print it, whose first digits `; sum:` states.
    """
    if any(map(gt, table.date, table.date[1:])):  # as entered: a day's rows stand apart
        table = _by_day(table)
    digests: dict[str, str] = {}
    for date, day in groupby(table.rows(), key=itemgetter(_DATE)):
        texts = _texts(day, master.items, partial(master.decimals_of, company=company))
        made = b"".join([hashlib.sha256(text.encode()).digest() for text in texts])
        digests[date] = hashlib.sha256(made).hexdigest()
    return digests


def _texts(
    day: Iterable[Row], items: Mapping[str, Item], decimals: Callable[[str], int]
) -> Iterator[str]:
    """The movements and documents of a day as text."""
    for _, group in groupby(day, key=itemgetter(_ID)):
        lines = list(group)
        if lines[0].item:
            yield movement_text(lines, items, decimals)
        else:
            yield from (document_text(line, decimals) for line in lines)


def _by_day(table: MovementTable) -> MovementTable:
    """The rows by date, those of one day in their order."""
    order = sorted(range(len(table)), key=table.date.__getitem__)
    return MovementTable(
        **{name: [getattr(table, name)[at] for at in order] for name in Row._fields}
    )


def rows_of_day(table: MovementTable, date: str) -> range:
    """Indices of a date's rows, in a table by date."""
    return range(bisect_left(table.date, date), bisect_right(table.date, date))


def _master_texts(master: Master) -> Iterator[str]:
    for book in (master.items, master.locations, master.parties, master.accounts):
        for key in sorted(book):
            yield canonical(book[key])
    yield from sorted(map(canonical, master.prices))
    yield from sorted(map(canonical, master.settings))
    yield from map(canonical, master.periods)


def canonical(value: object) -> str:
    """A record as text without its place in a file; mappings in the order of their keys."""
    return _text(value, _whole)


def telling(value: object) -> str:
    """A record as `canonical` has it, without titles that only people read and without what is
    left at its default, so that a later program, which knows more fields, says the same.
    """
    return _text(value, _changed)


_Parts = Iterable[tuple[str, object]]


def _text(value: object, parts_of: Callable[[object], _Parts | None]) -> str:
    if isinstance(value, Place):
        return ""
    if (parts := parts_of(value)) is not None:
        return f"({' '.join(f'{name}={_text(part, parts_of)}' for name, part in parts)})"
    if isinstance(value, Mapping):
        pairs = (f"{key}:{_text(value[key], parts_of)}" for key in sorted(value))
        return f"{{{' '.join(pairs)}}}"
    if isinstance(value, frozenset):
        return f"<{' '.join(sorted(_text(one, parts_of) for one in value))}>"
    if isinstance(value, tuple | list):
        return f"[{' '.join(_text(one, parts_of) for one in value)}]"
    return repr(value)


def _whole(value: object) -> _Parts | None:
    """All fields of a dataclass; None for what is none."""
    if not is_dataclass(value):
        return None
    return ((one.name, getattr(value, one.name)) for one in fields(value))


def _changed(value: object) -> _Parts | None:
    """Fields of a dataclass or named tuple that say something of their own."""
    if is_dataclass(value):
        defaults = {one.name: _default(one) for one in fields(value)}
    elif isinstance(value, tuple) and hasattr(value, "_field_defaults"):
        known: dict[str, object] = value._field_defaults
        defaults = {name: known.get(name, MISSING) for name in value._fields}  # type: ignore[attr-defined]  # a NamedTuple
    else:
        return None
    said = ((name, getattr(value, name)) for name in defaults if name not in _TITLES)
    return ((name, part) for name, part in said if part != defaults[name])


def _default(one: Field[object]) -> object:
    return one.default_factory() if one.default_factory is not MISSING else one.default
