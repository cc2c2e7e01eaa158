"""The files of movements and documents: each by itself, from the cache where it was read once.

Problems: those of `store` and `ledger`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from invledger.books.ruling import Rulebook, listed
from invledger.ledger import READER_VERSION, dump_raw, load_raw, read_raw, resolve
from invledger.model import Master, MovementTable, Problem, RawTable, Refused, Tree
from invledger.posting import ranks_of
from invledger.store import Cache, FolderTree, StatIndex

FOLDERS = ("ledgers/movements", "ledgers/documents")
SUFFIX = ".beancount"

Foreign = Callable[[str], str]


def read_movements(
    tree: Tree, cache: Cache | None, foreign: Foreign | None, master: Master, book: Rulebook
) -> MovementTable:
    """All rows in total order; what is wrong with them is added to the Problems of `book`."""
    raws = _raws(tree, cache, foreign, book.problems)
    table, found = resolve(raws, master, ranks_of(book.rules), book.company)
    book.problems += found
    return table


def _raws(
    tree: Tree, cache: Cache | None, foreign: Foreign | None, problems: list[Problem]
) -> Iterator[RawTable]:
    paths = [p for folder in FOLDERS for p in listed(tree, folder, SUFFIX, problems)]
    index = cache.index(tree) if cache is not None and isinstance(tree, FolderTree) else None
    for path in paths:
        try:
            if cache is None:
                raw, found = read_raw(path, tree.read(path), foreign)
            else:
                raw, found = _read_cached(path, tree, cache, index, foreign)
        except Refused as refused:
            problems += refused.problems
            continue
        problems += found
        yield raw
    if index is not None:
        index.save()


def _read_cached(
    path: str, tree: Tree, cache: Cache, index: StatIndex | None, foreign: Foreign | None
) -> tuple[RawTable, list[Problem]]:
    data: bytes | None
    if index is not None:
        digest, data = index.digest(path)
    else:
        data = tree.read(path)
        digest = hashlib.sha256(data).hexdigest()
    kept = cache.get(digest, READER_VERSION)
    if kept is not None:
        raw = load_raw(kept)
        raw.path = path
        return raw, []
    if data is None:
        data = tree.read(path)
        digest = hashlib.sha256(data).hexdigest()
    raw, found = read_raw(path, data, foreign)
    if not found:
        cache.put(digest, READER_VERSION, dump_raw(raw))
    return raw, found
