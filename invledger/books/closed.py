"""`post` from the last sealed close on: the checkpoint that a close records (DESIGN section 4).

A full run under a sealed close notes which files hold what is closed. A later run in which they
are byte for byte what they were, and in which rules, policies, prices and master data still decide
the closed periods as the close says, reads only what is dated later: pools open with the state
whose digest stands in the close (`from_close`), open rows are valued, costed, posted and compared
as ever. Rows that speak of a closed movement, goods in layers, unfinished orders, changes of
policy, and every Problem want a full run: None of them is guessed at (RELIABILITY N7, A13).
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace

import invledger
from invledger.books.checkpoint import Look, program_digest
from invledger.books.deriving import derive
from invledger.books.from_close import OPENED, costed_from
from invledger.books.loading import VoucherReader
from invledger.books.posting import FOLDER, PostOutcome, days_with_bookings
from invledger.books.prefix import by_sums
from invledger.books.ruling import load_rules
from invledger.books.sealing import (
    COSTS,
    DECIDING,
    Opening,
    Used,
    deciding_digests,
    openings_of,
    sealed,
    state_text,
    until,
    used_in,
)
from invledger.books.splicing import NotPlain
from invledger.books.suffix import compared, date_of, raw_of
from invledger.books.ties import names_in, order_name
from invledger.costing.interface import INTO_POOL, OUT_OF_POOL
from invledger.ledger import read_master, read_register, resolve
from invledger.model import (
    PRICE_KINDS,
    Master,
    MovementTable,
    OverlayTree,
    Tree,
    Voucher,
)
from invledger.posting import (
    Chart,
    Derivation,
    Sources,
    adjust_booked,
    class_of,
    ranks_of,
    unknown_items,
)
from invledger.posting.adjust import base_identity
from invledger.posting.setting import ESTIMATING
from invledger.posting.standards import bases_of
from invledger.store import Cache, FolderTree, run_foreign

PURPOSE = "post-closed"
_READER = f"closed {invledger.__version__}"
_REGISTER = "ledgers/register/"
_MONEY = "ledgers/money/"


@dataclass(slots=True)
class Closed:
    """What is remembered: the close, the files that hold what is closed, by digest, and where in
    the cache the pools, the ids and what rows name are found.
    """

    program: str
    frame: str  # under which the close was last found to hold
    period: str
    costs: str
    files: dict[str, str]
    vouchers: dict[str, str]
    fixed: dict[str, str]  # register and hand-written vouchers
    count: int  # of vouchers in those files
    names: str
    used: str

    @property
    def end(self) -> str:
        """No later than this is what is closed."""
        return f"{self.period}-31"


@dataclass(slots=True)
class FromClose:
    """What `post` is to write, and what is remembered then."""

    outcome: PostOutcome
    files: list[tuple[str, bytes]]
    closed: Closed


def keep_closed(cache: Cache, tree: FolderTree, closed: Closed) -> None:
    """Remember it in place of the one before."""
    said = {one.name: getattr(closed, one.name) for one in fields(Closed)}
    cache.put_note(tree, PURPOSE, json.dumps(said, separators=(",", ":")).encode())


def kept_closed(cache: Cache, tree: FolderTree) -> Closed | None:
    """What is remembered of a folder; None where nothing whole is there."""
    data = cache.note(tree, PURPOSE)
    if not data:
        return None
    try:
        said = json.loads(data)
        return Closed(**{one.name: said[one.name] for one in fields(Closed)})
    except (ValueError, KeyError, TypeError):
        return None


def closed_of(
    cache: Cache, look: Look, sources: Sources, derivation: Derivation, counts: dict[str, int]
) -> Closed | None:
    """What a full run without any Problem leaves to remember; None where pools do not open so.

    `counts`: vouchers by file. The state is made from what this run found; only if it is the one
    that the close records does it count.
    """
    closes, program = sealed(sources.master), program_digest()
    if not closes or not program or sources.company.order != "by-date":
        return None
    close = closes[-1]
    end, table = f"{close.period}-31", sources.table
    files = _closed_files(table, look, end)
    count = sum(1 for date in table.date if date <= end)
    if files is None or sources.company.cost_changes or derivation.valued.write_downs:
        return None
    costs = dict(close.seal)[COSTS]
    state = state_text(derivation.costed, count, _pools_after(derivation, count)).encode()
    has_orders = any(derivation.costed.orders.values())
    if has_orders or hashlib.sha256(state).hexdigest() != costs:
        return None
    cache.put(costs, _READER, state)
    hashes = array("q", sorted(map(_hash, _names(table, count))))
    past = MovementTable(*(getattr(table, name)[:count] for name in _COLUMNS))
    vouchers = {path: d for path, d in look.vouchers.items() if date_of(path) <= end}
    return Closed(
        program, look.frame, close.period, costs, files, vouchers,
        _fixed(sources, look, end),
        sum(counts.get(path, 0) for path in vouchers),
        _put(cache, hashes.tobytes()),
        _put(cache, json.dumps(used_in(past)).encode()),
    )  # fmt: skip


_COLUMNS = MovementTable.__slots__


def _put(cache: Cache, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    cache.put(digest, _READER, data)
    return digest


def _got(cache: Cache, digest: str) -> bytes:
    """What lies in the cache under its own digest; raises NotPlain."""
    data = cache.get(digest, _READER)
    if data is None or hashlib.sha256(data).hexdigest() != digest:
        raise NotPlain
    return data


def _hash(name: str) -> int:
    return by_sums(name.encode("utf-8", "surrogateescape"))


def _names(table: MovementTable, count: int) -> set[str]:
    """Ids and orders of the first rows."""
    return {*table.id[:count], *(order_name(one) for one in set(table.order[:count]) if one)}


def _closed_files(table: MovementTable, look: Look, end: str) -> dict[str, str] | None:
    """The files that hold closed rows or none at all; None where one holds open rows, too."""
    pairs = set(zip(table.path, table.date, strict=True))
    later = {path for path, date in pairs if date > end}
    if any(path in later for path, date in pairs if date <= end):
        return None
    return {path: digest for path, digest in look.files.items() if path not in later}


def _fixed(sources: Sources, look: Look, end: str) -> dict[str, str]:
    """The files of closed bookings and hand-written vouchers."""
    paths = {entry.place.path for entry in sources.register if entry.date <= end}
    paths |= {voucher.place.path for voucher in sources.money if voucher.date <= end}
    return {path: look.others[path] for path in sorted(paths & look.others.keys())}


def _pools_after(derivation: Derivation, count: int) -> list[Opening]:
    """What pools hold after the first lines, as `sealing.state_of` says it of averages."""
    valued, costed = derivation.valued, derivation.costed
    held: dict[str, list[int]] = {}
    item_of: dict[str, str] = {}

    def add(key: str, quantity: int, value: int, item: str) -> None:
        sums = held.setdefault(key, [0, 0])
        sums[0] += quantity
        sums[1] += value
        item_of[key] = item

    for at, line in enumerate(valued.lines[:count]):
        cost = costed.costs[at]
        if line.kind in INTO_POOL:
            add(line.target, line.quantity, cost, line.item)
        if line.kind in OUT_OF_POOL:
            add(line.source, -line.quantity, -cost, line.item)
        for key, value in costed.revalued.get(at, ()):
            add(key, 0, value, costed.pools[key].item)
    bases = bases_of(valued, count)
    return [
        Opening(item_of[key], key, quantity, value, bases.get(key), [("", quantity, value)])
        for key, (quantity, value) in sorted(held.items())
        if quantity or value
    ]


def post_from_close(
    tree: FolderTree, cache: Cache, closed: Closed, look: Look, *, is_detailed: bool
) -> FromClose:
    """What follows for the open periods; raises NotPlain where only a full run can say."""
    if closed.program != program_digest() or not closed.program:
        raise NotPlain
    _demand_same(closed, look)
    return _FromClose(tree, cache, closed, look).prepared(PostOutcome(is_detailed=is_detailed))


def _demand_same(closed: Closed, look: Look) -> None:
    """What is closed lies there as it was; raises NotPlain."""
    for was, now in (
        (closed.files, look.files), (closed.vouchers, look.vouchers), (closed.fixed, look.others)
    ):  # fmt: skip
        if any(now.get(path) != digest for path, digest in was.items()):
            raise NotPlain
    if any(date_of(path) <= closed.end for path in look.vouchers.keys() - closed.vouchers.keys()):
        raise NotPlain


@dataclass(slots=True)
class _FromClose:
    """One run over what is open."""

    tree: FolderTree
    cache: Cache
    closed: Closed
    look: Look
    openings: list[Opening] = field(default_factory=list)

    def prepared(self, outcome: PostOutcome) -> FromClose:
        closed = self.closed
        self.openings = openings_of(_got(self.cache, closed.costs).decode())
        sources = self._sources()
        if closed.frame != self.look.frame:
            self._demand_decided(sources)
        vouchers = self._standing(sources, self._derived(sources))
        outcome.counts["unchanged"] = closed.count
        files, _ = compared(self.tree, self.look, sources, (closed.end, vouchers), outcome)
        return FromClose(outcome, files, replace(closed, frame=self.look.frame))

    def _sources(self) -> Sources:
        """The books without what is closed; the total order of the rest is its own."""
        tree: Tree = OverlayTree(self.tree, dict.fromkeys(self._closed_register()))
        book = load_rules(self.tree, self.cache)
        master, found = read_master(self.tree, run_foreign)
        register, more = read_register(tree)
        found += [*more, *book.problems] or unknown_items(book.company, master)
        last = [one.period for one in sealed(master)][-1:]
        is_other = book.company.order != "by-date" or book.company.cost_changes
        if found or is_other or last != [self.closed.period]:
            raise NotPlain
        paths = [path for path in self.look.files if path not in self.closed.files]
        raws = [raw_of(self.tree, self.cache, path, self.look.files[path]) for path in paths]
        table, found = resolve(raws, master, ranks_of(book.rules), book.company)
        if found or (len(table) and table.date[0] <= self.closed.end):
            raise NotPlain
        if len(table) and class_of(table.source[0], master.locations) == "opening":
            raise NotPlain
        self._demand_apart(table, master)
        sources = Sources(
            company=book.company, master=master, rules=book.rules,
            chart=Chart.of(master.accounts.values()), tax=book.tax, table=table,
            money=[], posted=[], register=register, problems=[], rules_digest=book.digest,
        )  # fmt: skip
        self._hold(sources)
        return sources

    def _closed_register(self) -> Iterable[str]:
        return (path for path in self.closed.fixed if path.startswith(_REGISTER))

    def _demand_apart(self, table: MovementTable, master: Master) -> None:
        """No open row is called as, or names, a closed movement or order."""
        named = {*table.id, *(order_name(one) for one in set(table.order) if one)}
        for ref, meta in {*zip(table.ref, table.meta, strict=True)}:
            if ref or meta:
                for name in names_in(ref, meta):
                    named |= {name, order_name(name)}
        known = array("q")
        known.frombytes(_got(self.cache, self.closed.names))
        if not {_hash(name) for name in named}.isdisjoint(known):
            raise NotPlain
        items = {one.item for one in self.openings}
        kinds: dict[str, int] = {}
        for price in master.prices:
            if price.kind in ESTIMATING and price.commodity in items:
                kinds[price.commodity] = kinds.get(price.commodity, 0) + 1
        if any(count > 1 for count in kinds.values()):  # which one a first line saw, who knows
            raise NotPlain

    def _hold(self, sources: Sources) -> None:
        """Tell valuing what is kept at a price when the open rows begin."""
        master, held = sources.master, dict[str, tuple[str, int, int, int]]()
        policies = sources.company.policies(master.items)
        for one in self.openings:
            policy = policies.get(one.item)
            if policy is None or policy.method not in OPENED:
                raise NotPlain
            kind = PRICE_KINDS.get(policy.method)
            if (kind is None) is not (one.base is None):
                raise NotPlain
            if kind is not None:
                price = master.price_on(one.item, kind, self.closed.end)
                if price is None:
                    raise NotPlain
                held[one.key] = (one.item, one.quantity, one.base or 0, price.price)
        sources.held = held

    def _demand_decided(self, sources: Sources) -> None:
        """The closed periods are decided as the close says; raises NotPlain."""
        said = dict(sealed(sources.master)[-1].seal)
        used = Used(*json.loads(_got(self.cache, self.closed.used)))
        past = until(replace(sources, table=MovementTable()), self.closed.period)
        now = deciding_digests(past, used)
        if any(now[part] != said[part] for part in DECIDING if part in now):
            raise NotPlain

    def _derived(self, sources: Sources) -> list[Voucher]:
        """The vouchers of the open rows; raises NotPlain."""
        derivation = derive(
            replace(sources, register=[]),
            engine=lambda lines, policies, setting: costed_from(
                self.openings, lines, policies, setting
            ),
        )
        if derivation.problems or derivation.valued.write_downs:
            raise NotPlain
        return list(derivation.vouchers)

    def _standing(self, sources: Sources, derived: list[Voucher]) -> list[Voucher]:
        """With what is booked of them; raises NotPlain where that is of closed periods, too."""
        reader = VoucherReader(self.tree, sources.company.currency_decimals, run_foreign, [])
        changed = [
            path
            for path in self.look.others
            if path.startswith(_MONEY) and path not in self.closed.fixed
        ]
        money = reader.read(_MONEY.rstrip("/"), changed)
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
