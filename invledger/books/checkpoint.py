"""A checkpoint: what the last `post` rested on and left behind, so that the next one need not ask.

It lies in the user's cache: the digests of every file that counted and of every voucher file, and
all rows of the books in buckets of tied rows (see `ties`). It is believed only where the program,
the rules, master data, register and hand-written vouchers are byte for byte what they were, each
voucher file too, and every piece carries the digest that names it; else it is as if it were not
there, and everything is derived anew (DESIGN section 4; RELIABILITY N7, A13). No pickle: JSON.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache as once
from pathlib import Path
from typing import Any

import invledger
from invledger.books.ties import alone, order_name, roots_of, tied
from invledger.model import Item, MovementTable, Refused, Row
from invledger.store import Cache, FolderTree

PURPOSE = "post"
VOUCHERS = "ledgers/vouchers/"
SOURCES = ("ledgers/movements/", "ledgers/documents/")
IDLE = ("ledgers/drafts/", "ledgers/approvals/")  # nothing that derivation looks at
BUCKET_ROWS = 2_000
BUCKETS_MAX = 512
_FEW = 4  # values that come so often on average are written once
ROWS_MIN = 2_000  # smaller books are derived as quickly
#: Rooms whose program text decides what is derived.
_ROOMS = ("books", "costing", "ledger", "model", "posting")


@dataclass(frozen=True, slots=True)
class Look:
    """What lies in the folder: digests by path, and one digest of all that is no movement.

    `others`: what that one digest is of.
    """

    frame: str
    files: dict[str, str]
    vouchers: dict[str, str]
    others: dict[str, str] = field(default_factory=dict)


def look_at(tree: FolderTree, cache: Cache) -> Look | None:
    """The digests of all files that count; None where one cannot be read."""
    index = cache.index(tree, PURPOSE)
    frame = hashlib.sha256()
    files: dict[str, str] = {}
    vouchers: dict[str, str] = {}
    others: dict[str, str] = {}
    try:
        for path in (*tree.paths("rules"), *tree.paths("ledgers", ".beancount")):
            if path.startswith(IDLE):
                continue
            digest = index.digest(path)[0]
            if path.startswith(SOURCES):
                files[path] = digest
            elif path.startswith(VOUCHERS):
                vouchers[path] = digest
            else:
                others[path] = digest
                frame.update(f"{path}\0{digest}\0".encode("utf-8", "surrogateescape"))
    except Refused:
        return None
    index.save()
    return Look(frame.hexdigest(), files, vouchers, others)


@dataclass(slots=True)
class Checkpoint:
    """What is remembered. Buckets are named by the digest of their rows; `merged` says which
    bucket another one went into; `starts` where each bucket's ids begin in the text of all ids.
    """

    program: str
    frame: str
    files: dict[str, str]
    vouchers: dict[str, str]
    count: int  # of vouchers
    dates: dict[str, list[str]]  # of the rows in each file
    buckets: list[str]
    sizes: list[int]
    items: dict[str, int]
    orders: dict[str, int]
    ids: str
    starts: list[int]
    new_ids: dict[str, int] = field(default_factory=dict)  # since that text was written
    gone_ids: list[str] = field(default_factory=list)
    merged: dict[str, int] = field(default_factory=dict)

    def bucket(self, number: int) -> int:
        """The bucket that holds what was once dealt to this one."""
        while str(number) in self.merged:
            number = self.merged[str(number)]
        return number

    def fits(self, look: Look) -> bool:
        """Whether everything but movements is what it was."""
        return (
            self.program == program_digest() != ""
            and self.frame == look.frame
            and self.vouchers == look.vouchers
        )


def kept(cache: Cache, tree: FolderTree) -> Checkpoint | None:
    """The checkpoint of a folder; None where none is there or it is not whole."""
    data = cache.note(tree, PURPOSE + "-checkpoint")
    if not data:
        return None
    try:
        said = json.loads(data)
        return Checkpoint(**{one.name: said[one.name] for one in fields(Checkpoint)})
    except (ValueError, KeyError, TypeError):
        return None


def keep(cache: Cache, tree: FolderTree, checkpoint: Checkpoint) -> None:
    """Remember it in place of the one before."""
    said = {one.name: getattr(checkpoint, one.name) for one in fields(Checkpoint)}
    text = json.dumps(said, ensure_ascii=True, separators=(",", ":"))
    cache.put_note(tree, PURPOSE + "-checkpoint", text.encode())


@once
def program_digest() -> str:
    """SHA-256 of the program text that derives; empty where it cannot be told."""
    digest = hashlib.sha256(invledger.__version__.encode())
    top = Path(invledger.__file__).parent
    try:
        for room in _ROOMS:
            for path in sorted((top / room).glob("*.py")):
                digest.update(f"{room}/{path.name}\0".encode() + path.read_bytes())
    except OSError:
        return ""
    return digest.hexdigest()


def made_of(
    table: MovementTable, items: Mapping[str, Item], cache: Cache, look: Look
) -> Checkpoint | None:
    """A checkpoint of all rows, its buckets put into the cache; None where the rows are few, or
    one stands for itself: a document of value that names neither item nor order.
    """
    program = program_digest()
    if len(table) < ROWS_MIN or not program:
        return None
    ties, owns = tied(table, items)
    roots = roots_of(ties, owns)
    dealt = dealt_of(roots, BUCKET_ROWS)
    if len(dealt) < 2:
        return None
    numbers = [dealt[root] for root in roots]
    order = sorted(range(len(table)), key=numbers.__getitem__)
    named = {code for code in items if ties.root(code) in dealt}
    if alone(roots, owns):
        return None
    sizes_by = Counter(numbers)
    sizes = [sizes_by[number] for number in range(max(sizes_by) + 1)]
    arranged = MovementTable(
        *([column[at] for at in order] if not _is_even(column) else column
          for column in map(table.__getattribute__, Row._fields))
    )  # fmt: skip
    buckets, starts, end, at = [], [], 0, 0
    for size in sizes:
        part = part_of(arranged, at, at + size)
        buckets.append(put_rows(cache, part))
        starts.append(end)
        end += sum(map(len, part.id)) + len(part.id)
        at += size
    text = ("\n".join(arranged.id) + "\n").encode()
    ids = hashlib.sha256(text).hexdigest()
    if len(text) != end:
        return None  # ids beyond ASCII: their places would not be these
    cache.put(ids, _reader("ids"), text)
    return Checkpoint(
        program, look.frame, look.files, {}, 0, _dates_of(table), buckets, sizes,
        {code: dealt[ties.root(code)] for code in named},
        {o: dealt[ties.root(order_name(o))] for o in set(table.order) if o},
        ids, starts,
    )  # fmt: skip


def _is_even(column: list[Any]) -> bool:
    """Whether all values are one."""
    return bool(column) and column.count(column[0]) == len(column)


def dealt_of(roots: list[str], rows: int) -> dict[str, int]:
    """A bucket of about so many rows for each component, the largest first, into the one that
    holds least.
    """
    sizes = Counter(roots)
    count = max(1, min(BUCKETS_MAX, len(roots) // rows, len(sizes)))
    from heapq import heapreplace

    loads = [(0, number) for number in range(count)]
    dealt = {}
    for root, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        load, number = loads[0]
        dealt[root] = number
        heapreplace(loads, (load + size, number))
    return dealt


def _dates_of(table: MovementTable) -> dict[str, list[str]]:
    """The dates of the rows in each file."""
    dates: dict[str, set[str]] = {}
    for path, date in set(zip(table.path, table.date, strict=True)):
        dates.setdefault(path, set()).add(date)
    return {path: sorted(found) for path, found in dates.items()}


def part_of(table: MovementTable, start: int, end: int) -> MovementTable:
    """Some rows one after the other."""
    return MovementTable(*(getattr(table, name)[start:end] for name in Row._fields))


def put_rows(cache: Cache, table: MovementTable) -> str:
    """Rows into the cache; the digest that names them."""
    columns = [_folded(getattr(table, name)) for name in Row._fields]
    data = json.dumps([len(table), columns], ensure_ascii=False, separators=(",", ":")).encode()
    digest = hashlib.sha256(data).hexdigest()
    cache.put(digest, _reader("rows"), data)
    return digest


def get_rows(cache: Cache, digest: str) -> MovementTable | None:
    """Rows out of the cache; None where they are not there, or not they."""
    data = cache.get(digest, _reader("rows"))
    if data is None or hashlib.sha256(data).hexdigest() != digest:
        return None
    count, columns = json.loads(data)
    unfolded = [_unfolded(column, count) for column in columns]
    at = Row._fields.index("meta")
    unfolded[at] = _unfolded(_as_pairs(columns[at]), count)
    return MovementTable(*unfolded)


def _folded(column: list[Any]) -> list[Any]:
    """A column in the form that is quickest to write: values and places where they repeat, texts
    as one text, else as it is.
    """
    if not column:
        return ["all", column]
    if _is_even(column):
        return ["one", column[0]]
    values = list(dict.fromkeys(column))
    if _FEW * len(values) < len(column):
        return ["few", values, list(map({v: n for n, v in enumerate(values)}.get, column))]
    if isinstance(column[0], str):
        text = "\n".join(column)
        if text.count("\n") == len(column) - 1:
            return ["texts", text]
    return ["all", column]


def _unfolded(form: list[Any], count: int) -> list[Any]:
    """The column again; its values are shared."""
    match form:
        case ["one", value]:
            return [value] * count
        case ["few", values, places]:
            return list(map(values.__getitem__, places))
        case ["texts", text]:
            return str(text).split("\n")
        case _:
            return list(form[1])


def _as_pairs(form: list[Any]) -> list[Any]:
    """Metadata as tuples of pairs again."""
    if form[0] == "one":
        return ["one", tuple(map(tuple, form[1]))]
    return [form[0], [tuple(map(tuple, meta)) for meta in form[1]], *form[2:]]


def _reader(kind: str) -> str:
    return f"checkpoint {kind} {invledger.__version__}"


class Ids:
    """The text of all ids, bucket by bucket: where an id is, if anywhere."""

    def __init__(self, cache: Cache, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._text = cache.get(checkpoint.ids, _reader("ids"))
        self._gone = frozenset(checkpoint.gone_ids)
        self.is_there = self._text is not None

    def bucket(self, name: str) -> int | None:
        """The bucket of the movement with that id; None where there is none."""
        known = self._checkpoint.new_ids.get(name)
        if known is not None:
            return self._checkpoint.bucket(known)
        if self._text is None or name in self._gone or "\n" in name:
            return None
        wanted = name.encode()
        at = (
            0 if self._text.startswith(wanted + b"\n") else self._text.find(b"\n" + wanted + b"\n")
        )
        if at < 0:
            return None
        number = bisect_right(self._checkpoint.starts, at + (at > 0)) - 1
        return self._checkpoint.bucket(number)
