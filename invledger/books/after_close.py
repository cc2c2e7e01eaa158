"""`post` from the last sealed close on (see `closed`): what is dated later is all that is read.

Where closed files are byte for byte what they were, and rules, policies, prices and master data
still decide the closed periods as the close says, pools open with its state (`from_close`), and
open rows are valued, costed, posted and compared as ever. Where open rows name a closed movement
or order, add late value to an item, or move goods that lie in layers, all closed rows that hang
together with these come along, and their items begin with nothing. What closed vouchers they give
must be the same with open rows and without. Everything else wants a full run: later changes of
policy, write-downs, every Problem; nothing is guessed at (RELIABILITY N7, A13).
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from invledger.books.checkpoint import Look, get_rows, program_digest
from invledger.books.closed import Closed, closes_until, got, hash_of
from invledger.books.deriving import derive
from invledger.books.from_close import OPENED, costed_from
from invledger.books.loading import VoucherReader
from invledger.books.posting import FOLDER, PostOutcome, day_files, days_with_bookings
from invledger.books.prepared import Prepared
from invledger.books.raw_rows import in_order
from invledger.books.ruling import load_rules
from invledger.books.sealing import (
    COSTS,
    DECIDING,
    Opening,
    Used,
    deciding_digests,
    openings_of,
    sealed,
    until,
)
from invledger.books.splicing import NotPlain
from invledger.books.suffix import compared, date_of, raw_of
from invledger.books.ties import names_in, order_name
from invledger.costing.interface import (
    INTO_POOL,
    OUT_OF_POOL,
    Costed,
    CostLine,
    Kind,
    Setting,
)
from invledger.ledger import read_master, read_register, resolve
from invledger.model import (
    PRICE_KINDS,
    Company,
    CostPolicy,
    MovementTable,
    OverlayTree,
    Row,
    Tree,
    Voucher,
)
from invledger.posting import Chart, Sources, adjust_booked, class_of, ranks_of, unknown_items
from invledger.posting.adjust import base_identity
from invledger.posting.setting import ESTIMATING
from invledger.store import Cache, FolderTree, run_foreign

PART_MAX = 0.5  # of all closed rows: more of them come no cheaper than all
_REGISTER, _MONEY = "ledgers/register/", "ledgers/money/"
_LATE = frozenset({Kind.REVALUE, Kind.SETTLE})


def post_from_close(
    tree: FolderTree, cache: Cache, closed: Closed, look: Look, *, is_detailed: bool
) -> Prepared:
    """What follows for the open periods; raises NotPlain where only a full run can say."""
    if closed.program != program_digest() or not closed.program:
        raise NotPlain
    for was, now in (
        (closed.files, look.files), (closed.vouchers, look.vouchers), (closed.fixed, look.others)
    ):  # fmt: skip
        if any(now.get(path) != digest for path, digest in was.items()):
            raise NotPlain
    if any(date_of(path) <= closed.end for path in look.vouchers.keys() - closed.vouchers.keys()):
        raise NotPlain
    return _Run(tree, cache, closed, look).prepared(PostOutcome(is_detailed=is_detailed))


class _DeeperError(Exception):
    """Closed rows of some items are wanted, too."""

    def __init__(self, items: set[str]) -> None:
        super().__init__()
        self.items = items


@dataclass(slots=True)
class _Run:
    """One run over what is open, and over what of the closed hangs together with it."""

    tree: FolderTree
    cache: Cache
    closed: Closed
    look: Look
    openings: list[Opening] = field(default_factory=list)  # of items whose closed rows stay away
    is_changed: bool = False  # some policy, before the close

    def prepared(self, outcome: PostOutcome) -> Prepared:
        closed, sources = self.closed, self._sources()
        if closed.frame != self.look.frame:
            self._demand_decided(sources)
        self.is_changed = bool(sources.company.cost_changes)
        sources.company = _now(sources.company, closed.end)
        deep = self._named(sources.table)
        try:
            derived = self._derived(sources, deep)
        except _DeeperError as more:
            deep |= self._buckets_of(more.items)
            try:
                derived = self._derived(sources, deep)
            except _DeeperError:
                raise NotPlain from None
        vouchers = self._standing(sources, derived)
        outcome.counts["unchanged"] = closed.count
        days = sources.company.currency_decimals, closed.end, day_files(sources, vouchers)
        files, _ = compared(self.tree, self.look, days, outcome)
        return Prepared(outcome, files, replace(closed, frame=self.look.frame))

    def _sources(self) -> Sources:
        """The books without what is closed; the total order of the rest is its own."""
        closed, look = self.closed, self.look
        booked = [path for path in closed.fixed if path.startswith(_REGISTER)]
        tree: Tree = OverlayTree(self.tree, dict.fromkeys(booked))
        book = load_rules(self.tree, self.cache)
        master, found = read_master(self.tree, run_foreign)
        register, more = read_register(tree)
        found += [*more, *book.problems] or unknown_items(book.company, master)
        last = [one.period for one in sealed(master)][-1:]
        is_other = last != [closed.period] or closed.closes != closes_until(master, closed.period)
        ranks = ranks_of(book.rules)
        is_turned = any(ranks.get(type_) != rank for type_, rank in closed.ranks.items())
        if found or book.company.order != "by-date" or is_turned or is_other:
            raise NotPlain
        paths = [path for path in look.files if path not in closed.files]
        raws = [raw_of(self.tree, self.cache, path, look.files[path]) for path in paths]
        table, found = resolve(raws, master, ranks, book.company)
        places = {class_of(account, master.locations) for account in set(table.source)}
        if found or (len(table) and table.date[0] <= closed.end) or "opening" in places:
            raise NotPlain
        return Sources(
            company=book.company, master=master, rules=book.rules,
            chart=Chart.of(master.accounts.values()), tax=book.tax, table=table,
            money=[], posted=[], register=register, problems=[], rules_digest=book.digest,
        )  # fmt: skip

    def _demand_decided(self, sources: Sources) -> None:
        """The closed periods are decided as the close says; raises NotPlain."""
        used = Used(*json.loads(got(self.cache, self.closed.used)))
        past = until(replace(sources, table=MovementTable()), self.closed.period)
        now = deciding_digests(past, used)
        said = self.closed.seal
        if any(now[part] != said[part] for part in DECIDING if part in now):
            raise NotPlain

    def _named(self, table: MovementTable) -> set[int]:
        """The buckets of closed movements and orders that open rows name; raises NotPlain where
        an open movement is called as a closed one.
        """
        named = {order_name(one) for one in set(table.order) if one}
        for ref, meta in {*zip(table.ref, table.meta, strict=True)}:
            if ref or meta:
                for name in names_in(ref, meta):
                    named |= {name, order_name(name)}
        ids = set(map(hash_of, set(table.id)))
        wanted = ids | set(map(hash_of, named))
        hashes, numbers = array("q"), array("i")
        hashes.frombytes(got(self.cache, self.closed.names))
        numbers.frombytes(got(self.cache, self.closed.numbers))
        found = {
            hashed: number
            for hashed, number in zip(hashes, numbers, strict=True)
            if hashed in wanted
        }
        if not ids.isdisjoint(found) or -1 in found.values():
            raise NotPlain
        return set(found.values())

    def _buckets_of(self, items: Iterable[str]) -> set[int]:
        """Where the closed rows of items are; raises NotPlain where they do not come apart."""
        if not self.closed.buckets:
            raise NotPlain
        known = self.closed.items
        return {known[item] for item in items if item in known}

    def _derived(self, sources: Sources, deep: set[int]) -> list[Voucher]:
        """The vouchers of the open rows; raises NotPlain, or _DeeperError."""
        policies = sources.company.policies(sources.master.items)
        moved = set(sources.table.item)
        layered = {
            one.item
            for one in openings_of(got(self.cache, self.closed.seal[COSTS]).decode())
            if one.item in moved and policies[one.item].method not in OPENED
        }
        deep = deep | (self._buckets_of(layered) if layered else set())
        if deep and self.is_changed:
            raise NotPlain
        past = self._past(deep)
        own = set(past.item)
        self.openings = [
            one
            for one in openings_of(got(self.cache, self.closed.seal[COSTS]).decode())
            if one.item in moved and one.item not in own
        ]
        both = sources
        if len(past):
            rows = (*past.rows(), *sources.table.rows())
            both = replace(sources, table=MovementTable.of(list(rows)))
        both = replace(both, register=[], held=self._held(sources, policies))
        derivation = derive(both, engine=lambda *asked: self._costed(own, *asked))
        if derivation.problems or derivation.valued.write_downs:
            raise NotPlain
        vouchers = list(derivation.vouchers)
        if len(past):
            alone = derive(replace(sources, register=[], table=past))
            was = [one for one in alone.vouchers if one.date <= self.closed.end]
            if was != [one for one in vouchers if one.date <= self.closed.end]:
                raise NotPlain
        return [one for one in vouchers if one.date > self.closed.end]

    def _past(self, deep: set[int]) -> MovementTable:
        """The rows of some buckets, in total order; raises NotPlain for too many."""
        sizes = self.closed.sizes
        if sum(sizes[number] for number in deep) > PART_MAX * sum(sizes):
            raise NotPlain
        rows: list[Row] = []
        for number in sorted(deep):
            part = get_rows(self.cache, self.closed.buckets[number])
            if part is None:
                raise NotPlain
            rows += part.rows()
        return in_order(rows)

    def _costed(
        self,
        own: set[str],
        lines: Sequence[CostLine],
        policies: Mapping[str, CostPolicy],
        setting: Setting,
    ) -> Costed:
        """Costs of lines of which those of items in `own` are all there."""
        wanting = {*_late_items(lines, setting), *_estimated_items(lines, setting, self.openings)}
        wanting = {item for item in wanting - own if item in self.closed.items}
        if wanting:
            raise _DeeperError(wanting)
        return costed_from(self.openings, lines, policies, setting)

    def _held(
        self, sources: Sources, policies: Mapping[str, CostPolicy]
    ) -> dict[str, tuple[str, int, int, int]]:
        """What is kept at a price when the open rows begin; raises NotPlain where a price may be
        estimated from that depends on which line was first.
        """
        held = {}
        prices = sources.master.prices
        kinds = [price.commodity for price in prices if price.kind in ESTIMATING]
        for one in self.openings:
            kind = PRICE_KINDS.get(policies[one.item].method)
            price = sources.master.price_on(one.item, kind or "", self.closed.end)
            if kinds.count(one.item) > 1 or (kind is None) is not (one.base is None):
                raise NotPlain
            if kind is not None:
                if price is None:
                    raise NotPlain
                held[one.key] = (one.item, one.quantity, one.base or 0, price.price)
        return held

    def _standing(self, sources: Sources, derived: list[Voucher]) -> list[Voucher]:
        """With what is booked of them; raises NotPlain where that is of closed periods, too."""
        reader = VoucherReader(self.tree, sources.company.currency_decimals, run_foreign, [])
        open_money = [
            path
            for path in self.look.others
            if path.startswith(_MONEY) and path not in self.closed.fixed
        ]
        money = reader.read(_MONEY.rstrip("/"), open_money)
        if any(voucher.date <= self.closed.end for voucher in money):
            raise NotPlain
        register = sources.register
        known = {voucher.identity for voucher in (*money, *derived)}
        if any(base_identity(entry.identity) not in known for entry in register):
            raise NotPlain
        turn = {voucher.identity: n for n, voucher in enumerate(derived)}
        if register:
            posted = reader.read(FOLDER, days_with_bookings(register))
            derived, found = adjust_booked(derived, replace(sources, money=money, posted=posted))
            if found:
                raise NotPlain
        if reader.problems:
            raise NotPlain
        derived.sort(key=lambda v: (v.date, turn.get(v.identity.partition("~")[0], len(turn))))
        return derived


def _now(company: Company, end: str) -> Company:
    """The company as if its policies had never been others than they are after a date; raises
    NotPlain where they change later.
    """
    if not company.cost_changes:
        return company
    last = company.cost_changes[-1]
    if last.start > end:
        raise NotPlain
    categories = {
        name: replace(known, cost=last.categories[name])
        for name, known in company.categories.items()
    }
    return replace(
        company, default_cost=last.default, categories=categories, item_cost=last.items,
        cost_changes=(),
    )  # fmt: skip


def _late_items(lines: Sequence[CostLine], setting: Setting) -> set[str]:
    """Items that late value is added to: it is posted where a pool's first line was."""
    items: set[str] = set()
    orders: set[str] = set()
    for at, line in enumerate(lines):
        if line.kind in _LATE:
            cited = [one for one, _ in setting.citations.get(at, ())]
            cited += [line.cites] if line.cites >= 0 else []
            items |= {line.item, *(lines[one].item for one in cited)}
            orders |= {line.order}
    orders.discard("")
    return items | {line.item for line in lines if line.order in orders}


def _estimated_items(
    lines: Sequence[CostLine], setting: Setting, openings: Iterable[Opening]
) -> set[str]:
    """Items whose cost may be an estimate from what pools cost before: goods that come without a
    value, or leave before they are there.
    """
    there = {one.key: one.quantity for one in openings}
    items: set[str] = set()
    for at, line in enumerate(lines):
        is_out, is_in = line.kind in OUT_OF_POOL, line.kind in INTO_POOL
        if is_out and line.source:
            there[line.source] = there.get(line.source, 0) - line.quantity
            if there[line.source] < 0:
                items.add(line.item)
        if is_in and line.target:
            there[line.target] = there.get(line.target, 0) + line.quantity
            is_stated = line.value is not None or line.cites >= 0 or is_out
            if not is_stated and (line.kind != Kind.PRODUCE or at in setting.estimates):
                items.add(line.item)
    return items
