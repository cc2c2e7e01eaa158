"""`post` of books of periodic average from a day on: the swift way over the days after a note.

The state of the months is opened as it was (see `prefix_months`), and the engine reads, costs and
prints the days that follow, with the vouchers that carry their months' costs over.
"""

from __future__ import annotations

from typing import NamedTuple

from invledger.books import swift
from invledger.books.loading import no_collection
from invledger.books.posting import DayFile, day_path
from invledger.books.prefix import Notes, Prefix, ids_of, with_marks
from invledger.books.prefix_months import note_of
from invledger.books.splicing import NotPlain
from invledger.books.swift_post import PrintedVouchers, swift_files, swift_way
from invledger.store import Cache, FolderTree


class Later(NamedTuple):
    """Decimals of money, the voucher files after a mark, and the prefix with its ids and marks."""

    decimals: int
    days: list[DayFile]
    prefix: Prefix


def days_after(
    tree: FolderTree, cache: Cache, prefix: Prefix, mark: tuple[str, int, str]
) -> Later:
    """What shall be after a mark of the prefix; raises NotPlain."""
    date, count, digest = mark
    way, note = swift_way(tree, cache), note_of(cache, digest)
    if way is None or note is None:
        raise NotPlain
    notes = Notes()
    decimals = way.sources.company.currency_decimals
    files = []
    try:
        with no_collection():
            for day, data in swift_files(tree, way, notes, (date, note)):
                path = day_path(day.date)
                vouchers = PrintedVouchers(path, data, day.vouchers, decimals)
                files.append(DayFile(path, day.date, data, vouchers))
    except swift.NotPlain as found:
        raise NotPlain from found
    known = ids_of(cache, prefix, count)
    is_same_hash = notes.hashed == prefix.hashed or not notes.ids
    if known is None or not is_same_hash or not set(notes.ids).isdisjoint(known):
        raise NotPlain
    return Later(decimals, files, with_marks(cache, prefix, (date, known), notes))
