"""`post` after a change of movements, from a checkpoint: only what hangs together with it.

The rows that came and went name items, orders and movements; the buckets that hold these hold
everything that the change can reach (see `ties`). Their vouchers are derived twice, as they were
and as they are, and only what differs is put into the voucher files, in place of the blocks that
stand there. Whatever is not plain about it (a Problem, a voucher of several documents, a file
that is not as the checkpoint left it) gives None, and `post` derives everything: so both ways
give the same bytes, and only a full run ever says what is wrong (RELIABILITY N7).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from invledger.books.checkpoint import (
    Checkpoint,
    Ids,
    Look,
    get_rows,
    put_rows,
)
from invledger.books.deriving import derive
from invledger.books.loading import VoucherReader
from invledger.books.posting import PostOutcome, days_with_bookings
from invledger.books.prepared import Prepared
from invledger.books.raw_rows import contents_of, field_of, in_order, meta_of, of_date
from invledger.books.ruling import load_rules
from invledger.books.sealing import sealed
from invledger.books.splicing import NotPlain, Splice, document_of
from invledger.books.ties import alone, names_in, own_name, roots_of, tied
from invledger.ledger import (
    READER_VERSION,
    dump_raw,
    load_raw,
    read_master,
    read_raw,
    read_register,
    resolve,
)
from invledger.model import MovementTable, RawTable, Row, Voucher
from invledger.posting import Chart, Sources, adjust_booked, ranks_of, unknown_items
from invledger.posting.adjust import base_identity
from invledger.store import Cache, FolderTree, run_foreign

NAMES_MAX = 200  # names of a change that are looked up
PART_MAX = 0.5  # of all rows: reaching further is no cheaper than all
Rows = Counter[tuple[object, ...]]


def prepare(
    tree: FolderTree, cache: Cache, checkpoint: Checkpoint, look: Look, outcome: PostOutcome
) -> Prepared:
    """What the change of movements since a checkpoint that fits the look does.

    Raises NotPlain where only a full run can say, Refused where a file can no longer be read.
    """
    if checkpoint.files == look.files:
        return Prepared(outcome, [], checkpoint)
    return _Delta(tree, cache, checkpoint, look).prepared(outcome)


@dataclass(slots=True)
class _Side:
    """Rows of the buckets concerned, and what follows from them."""

    table: MovementTable
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    turns: dict[str, int] = field(default_factory=dict)


class _Delta:
    """One change of movements."""

    def __init__(self, tree: FolderTree, cache: Cache, checkpoint: Checkpoint, look: Look) -> None:
        self.tree, self.cache, self.checkpoint, self.look = tree, cache, checkpoint, look
        self.sources = self._frame()
        self.raws: dict[str, RawTable] = {}  # files as they are now
        self.days: dict[str, MovementTable] = {}
        self.dates: dict[str, list[str]] = dict(checkpoint.dates)
        self.removed: Rows = Counter()
        self.added: Rows = Counter()
        self.moved: set[str] = set()  # movements whose place in the order may be another
        self.engine = self.sources.company.engine
        self.decimals = self.sources.company.currency_decimals
        self.files = look.vouchers

    def _frame(self) -> Sources:
        """Everything but movements and vouchers."""
        book = load_rules(self.tree, self.cache)
        master, found = read_master(self.tree, run_foreign)
        register, more = read_register(self.tree)
        found += [*more, *book.problems] or unknown_items(book.company, master)
        if found or book.company.order != "by-date":
            raise NotPlain
        return Sources(
            company=book.company, master=master, rules=book.rules,
            chart=Chart.of(master.accounts.values()), tax=book.tax, table=MovementTable(),
            money=[], posted=[], register=register, problems=[], rules_digest=book.digest,
        )  # fmt: skip

    def prepared(self, outcome: PostOutcome) -> Prepared:
        self._differ()
        buckets = self._reached()
        old = _Side(self._held(buckets))
        new = _Side(self._held_now(old.table, buckets))
        for side in (old, new):
            self._derive(side)
        files = list(self._files(outcome, old, new))
        return Prepared(outcome, files, self._after(buckets, new, outcome, files))

    def _differ(self) -> None:
        """Rows that came and went, of the files that differ."""
        before, now = self.checkpoint.files, self.look.files
        for path in sorted(before.keys() | now.keys()):
            if before.get(path) == now.get(path):
                continue
            if path in before:
                raw = self._cached(path, before[path])
                self.removed.update(contents_of(raw))
                self.dates.pop(path, None)
            if path in now:
                raw = self._fresh(path)
                self.added.update(contents_of(raw))
                self.dates[path] = sorted({str(date) for date in raw.columns["date"]})
        both = self.removed & self.added
        self.removed -= both
        self.added -= both
        self._demand_open()
        turns: tuple[dict[str, set[tuple[str, ...]]], ...] = ({}, {})
        for rows, known in zip((self.removed, self.added), turns, strict=True):
            for row in rows:
                turn = tuple(field_of(row, name) for name in ("date", "time", "rank", "type"))
                known.setdefault(field_of(row, "id"), set()).add(turn)
        self.moved = {id_ for id_, turn in turns[0].items() if turns[1].get(id_, turn) != turn}

    def _demand_open(self) -> None:
        """Nothing of a close that names digests differs: of that only a full run may judge."""
        last = max((one.period for one in sealed(self.sources.master)), default="")
        if any(field_of(row, "date")[:7] <= last for row in (*self.removed, *self.added)):
            raise NotPlain

    def _cached(self, path: str, digest: str) -> RawTable:
        data = self.cache.get(digest, READER_VERSION)
        if data is None:
            raise NotPlain
        raw = load_raw(data)
        raw.path = path
        return raw

    def _fresh(self, path: str) -> RawTable:
        """A file as it is now; it must be what was looked at."""
        raw = self.raws.get(path)
        if raw is None:
            digest = self.look.files[path]
            if self.checkpoint.files.get(path) == digest:
                raw = self._cached(path, digest)
            else:
                data = self.tree.read(path)
                raw, found = read_raw(path, data, run_foreign)
                if found or hashlib.sha256(data).hexdigest() != digest:
                    raise NotPlain
                self.cache.put(digest, READER_VERSION, dump_raw(raw))
            self.raws[path] = raw
        return raw

    def _reached(self) -> set[int]:
        """The buckets that the change can reach."""
        known, ids = self.checkpoint, Ids(self.cache, self.checkpoint)
        if not ids.is_there:
            raise NotPlain
        gone = {field_of(row, "id") for row in self.removed}
        buckets: set[int] = set()
        names: set[str] = set()
        for row in (*self.removed, *self.added):
            item, order = field_of(row, "item"), field_of(row, "order")
            names |= {item, *names_in(field_of(row, "ref"), meta_of(row))} - {""}
            if order in known.orders:
                buckets.add(known.bucket(known.orders[order]))
        fresh = {field_of(row, "id") for row in self.added} - gone
        if len(names) + len(fresh) > NAMES_MAX or any(
            ids.bucket(id_) is not None for id_ in fresh
        ):
            raise NotPlain
        for id_ in gone:
            names.add(id_)
        skus = {item.sku: code for code, item in self.sources.master.items.items() if item.sku}
        for name in names:
            code = name if name in known.items else skus.get(name, "")
            if code in known.items:
                buckets.add(known.bucket(known.items[code]))
            found = ids.bucket(name)
            if found is not None:
                buckets.add(found)
        if not buckets:
            buckets = {min(range(len(known.sizes)), key=lambda n: (known.sizes[n] or 10**9, n))}
        rows = sum(known.sizes[number] for number in buckets)
        if rows > PART_MAX * sum(known.sizes):
            raise NotPlain
        return buckets

    def _held(self, buckets: set[int]) -> MovementTable:
        """The rows of some buckets as the checkpoint has them, in total order."""
        rows: list[Row] = []
        for number in sorted(buckets):
            part = get_rows(self.cache, self.checkpoint.buckets[number])
            if part is None:
                raise NotPlain
            rows += part.rows()
        return in_order(rows)

    def _held_now(self, old: MovementTable, buckets: set[int]) -> MovementTable:
        """The same as the files are now: days with a change are read from all their files."""
        changed = {field_of(row, "date") for row in (*self.removed, *self.added)}
        rows = [row for row in old.rows() if row.date not in changed]
        known = self.checkpoint
        items = {code for code, number in known.items.items() if known.bucket(number) in buckets}
        items |= {field_of(row, "item") for row in self.added} - known.items.keys()
        ids = {*old.id, *(field_of(row, "id") for row in self.added)}
        for date in sorted(changed):
            rows += [
                row
                for row in self.day(date).rows()
                if (row.item in items if row.item else row.id in ids)
            ]
        return in_order(rows)

    def day(self, date: str) -> MovementTable:
        """All rows of a date as the files are now."""
        if date not in self.days:
            paths = sorted(path for path, dates in self.dates.items() if date in dates)
            raws = [of_date(self._fresh(path), date) for path in paths]
            ranks = ranks_of(self.sources.rules)
            table, found = resolve(raws, self.sources.master, ranks, self.sources.company)
            if found:
                raise NotPlain
            self.days[date] = table
        return self.days[date]

    def _derive(self, side: _Side) -> None:
        """The vouchers of a side; each must be of one document of these rows."""
        sources = replace(self.sources, table=side.table, register=[], problems=[])
        derivation = derive(sources)
        if derivation.problems:
            raise NotPlain
        ids = set(side.table.id)
        for turn, voucher in enumerate(derivation.vouchers):
            if document_of(voucher.identity) not in ids or voucher.identity in side.vouchers:
                raise NotPlain
            side.vouchers[voucher.identity] = voucher
            side.turns[voucher.identity] = turn

    def _files(self, outcome: PostOutcome, old: _Side, new: _Side) -> Iterator[tuple[str, bytes]]:
        """The voucher files that differ; fills the outcome on the way."""
        differing = {
            identity
            for identity in old.vouchers.keys() | new.vouchers.keys()
            if old.vouchers.get(identity) != new.vouchers.get(identity)
        }
        differing |= {
            identity
            for identity in old.vouchers.keys() | new.vouchers.keys()
            if document_of(identity) in self.moved
        }
        self._demand_steady(old, new, differing)
        was = self._standing(old, differing)
        now = self._standing(new, differing)
        dates = {field_of(row, "date") for row in (*self.removed, *self.added)}
        touched = dates | {voucher.date for voucher in (*was, *now)}
        for date in sorted(touched):
            splice = Splice(
                self, date,
                {v.identity: v for v in was if v.date == date},
                {v.identity: v for v in now if v.date == date},
                new.turns,
            )  # fmt: skip
            yield from splice.run(outcome, has_new_rows=date in dates)
        outcome.removed.sort()
        outcome.changes.sort(key=lambda change: change.path in outcome.removed)

    def _demand_steady(self, old: _Side, new: _Side, differing: set[str]) -> None:
        """Booked vouchers stand in the order of derivation: where that is theirs no longer, only
        a full run knows it.
        """
        for booking in self.sources.register:
            base = base_identity(booking.identity)
            if base in differing:
                was, now = old.vouchers.get(base), new.vouchers.get(base)
                is_steady = was is not None and now is not None and was.date == now.date
                if not is_steady or document_of(base) in self.moved:
                    raise NotPlain

    def _standing(self, side: _Side, differing: set[str]) -> list[Voucher]:
        """What stands on disk for these identities: booked ones kept, with their adjustments."""
        derived = [v for v in side.vouchers.values() if v.identity in differing]
        entries = [b for b in self.sources.register if base_identity(b.identity) in differing]
        if not entries:
            return derived
        reader = VoucherReader(self.tree, self.decimals, run_foreign, [])
        posted = reader.read("ledgers/vouchers", days_with_bookings(entries))
        wanted = [v for v in posted if base_identity(v.identity) in differing]
        sources = replace(self.sources, register=entries, posted=wanted)
        standing, found = adjust_booked(derived, sources)
        if found or reader.problems:
            raise NotPlain
        return standing

    def _after(
        self,
        buckets: set[int],
        new: _Side,
        outcome: PostOutcome,
        files: list[tuple[str, bytes]],
    ) -> Checkpoint:
        """The checkpoint once these files are written."""
        known = self.checkpoint
        ties, owns = tied(new.table, self.sources.master.items)
        roots = roots_of(ties, owns)
        if alone(roots, owns):
            raise NotPlain
        after = replace(
            known, files=self.look.files, dates=self.dates, merged=dict(known.merged),
            buckets=list(known.buckets), sizes=list(known.sizes), items=dict(known.items),
            orders=dict(known.orders), new_ids=dict(known.new_ids),
            vouchers=dict(known.vouchers),
            count=sum(outcome.counts.values()) - outcome.counts["gone"],
        )  # fmt: skip
        smallest = min(buckets, key=lambda n: (known.sizes[n], n))
        home = _homes(after, set(zip(roots, owns, strict=True)), smallest)
        rows: dict[int, list[Row]] = {after.bucket(number): [] for number in buckets}
        for row, root, own in zip(new.table.rows(), roots, owns, strict=True):
            number = after.bucket(home[root])
            rows[number].append(row)
            if row.item:
                after.items.setdefault(own, number)
            if row.order:
                after.orders.setdefault(row.order, number)
        self._note_ids(after, {own: home[root] for root, own in zip(roots, owns, strict=True)})
        for number in buckets:
            part = MovementTable.of(rows.get(number, []))
            after.sizes[number] = len(part)
            after.buckets[number] = put_rows(self.cache, part)
        for path, data in files:
            after.vouchers[path] = hashlib.sha256(data).hexdigest()
        for path in outcome.removed:
            after.vouchers.pop(path, None)
        return after

    def _note_ids(self, after: Checkpoint, home: dict[str, int]) -> None:
        """Where the movements are that came, and which are gone."""
        gone = set(after.gone_ids)
        for line in self.removed:
            id_ = field_of(line, "id")
            if after.new_ids.pop(id_, None) is None:
                gone.add(id_)
        for line in self.added:
            id_ = field_of(line, "id")
            after.new_ids[id_] = after.bucket(home[own_name(field_of(line, "item"), id_)])
        after.gone_ids = sorted(gone - after.new_ids.keys())


def _homes(after: Checkpoint, named: set[tuple[str, str]], smallest: int) -> dict[str, int]:
    """The bucket of each component; buckets that are tied now become one."""
    home: dict[str, int] = {}
    for root, own in sorted(named):
        if own in after.items:
            number = after.bucket(after.items[own])
            there = after.bucket(home.setdefault(root, number))
            if there != number:
                after.merged[str(max(number, there))] = min(number, there)
    for root, _ in named:
        home.setdefault(root, smallest)
    return home
