"""What `post` keeps of a sealed close: the checkpoint that the close records (DESIGN section 4).

A full run under a sealed close notes which files hold what is closed and, in the cache, the state
whose digest stands in the close, the ids, and the closed rows in buckets of what hangs together
(see `ties`). It notes nothing where the books are not what the close says: where its own costs
and vouchers of closed periods are not those of the close, or something is left to adjust. What a
later run makes of it: `after_close`.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

from invledger.books.checkpoint import Look, dealt_of, part_of, program_digest, put_rows
from invledger.books.from_close import OPENED
from invledger.books.prefix import by_sums
from invledger.books.sealing import (
    COSTS,
    VOUCHERS,
    Opening,
    derived_digests,
    sealed,
    state_text,
    until,
    used_in,
    vouchers_digest,
)
from invledger.books.splicing import NotPlain
from invledger.books.suffix import date_of
from invledger.books.ties import alone, order_name, roots_of, tied
from invledger.costing.interface import INTO_POOL, OUT_OF_POOL
from invledger.model import Item, Master, MovementTable, Row, Voucher
from invledger.posting import Derivation, Sources, class_of, ranks_of
from invledger.posting.adjust import base_identity
from invledger.posting.standards import bases_of
from invledger.store import Cache

BUCKET_ROWS = 200


@dataclass(slots=True)
class Closed:
    """What is remembered: the close, the files that hold what is closed, by digest, and where in
    the cache the rest is found.
    """

    program: str
    frame: str  # under which the close was last found to hold
    period: str
    seal: dict[str, str]  # what the close says; `costs` is the digest of the state
    closes: str  # this one and those before it, as text
    files: dict[str, str]
    vouchers: dict[str, str]
    fixed: dict[str, str]  # register and hand-written vouchers
    count: int  # of vouchers in those files
    ranks: dict[str, int]  # of the types of closed rows: they decide the total order
    used: str
    names: str  # hashes of ids and orders; the bucket of each
    numbers: str
    items: dict[str, int] = field(default_factory=dict)  # bucket of each
    buckets: list[str] = field(default_factory=list)  # none where rows do not come apart
    sizes: list[int] = field(default_factory=list)

    @property
    def end(self) -> str:
        """No later than this is what is closed."""
        return f"{self.period}-31"

    def data(self) -> bytes:
        """All of it as the text of a note."""
        said = {one.name: getattr(self, one.name) for one in fields(Closed)}
        return json.dumps(said, separators=(",", ":")).encode()


def closed_in(data: bytes) -> Closed:
    """What `Closed.data` made a note of; raises NotPlain for anything else."""
    try:
        said = json.loads(data)
        return Closed(**{one.name: said[one.name] for one in fields(Closed)})
    except (ValueError, KeyError, TypeError):
        raise NotPlain from None


def _reader() -> str:
    """Of what another program left nothing is read."""
    return f"closed {program_digest()}"


def put(cache: Cache, data: bytes) -> str:
    """Something into the cache; the digest that names it."""
    digest = hashlib.sha256(data).hexdigest()
    cache.put(digest, _reader(), data)
    return digest


def got(cache: Cache, digest: str) -> bytes:
    """What lies in the cache under its own digest; raises NotPlain."""
    data = cache.get(digest, _reader())
    if data is None or hashlib.sha256(data).hexdigest() != digest:
        raise NotPlain
    return data


def hash_of(name: str) -> int:
    """What an id or an order is remembered by."""
    return by_sums(name.encode("utf-8", "surrogateescape"))


def closed_of(
    cache: Cache,
    look: Look,
    books: tuple[Sources, Derivation, Iterable[Voucher]],
    counts: Mapping[str, int],
) -> Closed | None:
    """What a full run without any Problem leaves to remember; None where only full runs will do.

    `books` are sources, what follows, and the vouchers that stand; `counts` vouchers by file.
    """
    sources, derivation, standing = books
    closes, program = sealed(sources.master), program_digest()
    if not closes or not program or sources.company.order != "by-date":
        return None
    close, table = closes[-1], sources.table
    end, said = f"{close.period}-31", dict(close.seal)
    count = sum(1 for date in table.date if date <= end)
    files = _closed_files(table, look, end)
    if files is None or derivation.valued.write_downs:
        return None
    if not _opens_first(sources, count) or not _is_settled(derivation, standing, end, said):
        return None
    if cache.get(said[COSTS], _reader()) is None:
        state = _state(sources, derivation, close.period, count).encode()
        if put(cache, state) != said[COSTS]:
            return None
    past = part_of(table, 0, count)
    rows = _Rows(past, sources.master.items, cache)
    vouchers = {path: d for path, d in look.vouchers.items() if date_of(path) <= end}
    ranks = ranks_of(sources.rules)
    return Closed(
        program, look.frame, close.period, said, closes_until(sources.master, close.period),
        files, vouchers,
        _fixed(sources, look, end),
        sum(counts.get(path, 0) for path in vouchers),
        {type_: ranks[type_] for type_ in sorted(set(past.type)) if type_ in ranks},
        put(cache, json.dumps(used_in(past)).encode()),
        *rows.names(), rows.items, rows.buckets, rows.sizes,
    )  # fmt: skip


def closes_until(master: Master, period: str) -> str:
    """All that closes until a period say, as text."""
    found = [close for close in master.closes().values() if close.period <= period]
    return repr([(close.period, close.date, close.seal) for close in found])


def _closed_files(table: MovementTable, look: Look, end: str) -> dict[str, str] | None:
    """The files that hold closed rows or none at all; None where one holds open rows, too."""
    pairs = set(zip(table.path, table.date, strict=True))
    later = {path for path, date in pairs if date > end}
    if any(path in later for path, date in pairs if date <= end):
        return None
    return {path: digest for path, digest in look.files.items() if path not in later}


def _opens_first(sources: Sources, count: int) -> bool:
    """Whether opening balances stand before all else: which lines are some is told by that."""
    locations = sources.master.locations
    openings = [class_of(one, locations) == "opening" for one in sources.table.source[:count]]
    return not any(openings[openings.count(True) :])


def _is_settled(
    derivation: Derivation, standing: Iterable[Voucher], end: str, said: Mapping[str, str]
) -> bool:
    """Whether closed vouchers are those of the close, with nothing left to adjust."""
    closed = [voucher for voucher in derivation.vouchers if voucher.date <= end]
    if vouchers_digest(closed) != said[VOUCHERS]:
        return False
    known = {voucher.identity for voucher in derivation.vouchers if voucher.date > end}
    return all(
        voucher.date <= end or base_identity(voucher.identity) in known for voucher in standing
    )


def _fixed(sources: Sources, look: Look, end: str) -> dict[str, str]:
    """The files of closed bookings and hand-written vouchers."""
    paths = {entry.place.path for entry in sources.register if entry.date <= end}
    paths |= {voucher.place.path for voucher in sources.money if voucher.date <= end}
    return {path: look.others[path] for path in sorted(paths & look.others.keys())}


def _state(sources: Sources, derivation: Derivation, period: str, count: int) -> str:
    """The state at the close: out of what this run found where all pools are of one value, else
    derived from the closed rows alone.
    """
    policies, table = sources.company.policies(sources.master.items), sources.table
    methods = {policies[code].method for code in set(table.item[:count]) & policies.keys()}
    is_plain = methods <= OPENED and not sources.company.cost_changes
    if any(table.order[:count]) or not is_plain:
        return derived_digests(until(sources, period))[1]
    return state_text(derivation.costed, count, _pools_after(derivation, count), {})


def _pools_after(derivation: Derivation, count: int) -> list[Opening]:
    """What pools hold after the first lines, as `sealing.state_of` says it of averages."""
    valued, costed = derivation.valued, derivation.costed
    held: dict[str, list[int]] = {}

    def add(key: str, quantity: int, value: int) -> None:
        sums = held.setdefault(key, [0, 0])
        sums[0] += quantity
        sums[1] += value

    for at, line in enumerate(valued.lines[:count]):
        cost = costed.costs[at]
        if line.kind in INTO_POOL:
            add(line.target, line.quantity, cost)
        if line.kind in OUT_OF_POOL:
            add(line.source, -line.quantity, -cost)
        for key, value in costed.revalued.get(at, ()):
            add(key, 0, value)
    bases = bases_of(valued, count)
    found = []
    for key, (quantity, value) in sorted(held.items()):
        if quantity or value:
            item, layers = costed.pools[key].item, [("", quantity, value)]
            found.append(Opening(item, key, quantity, value, bases.get(key), layers))
    return found


class _Rows:
    """Closed rows in the cache, in buckets of what hangs together."""

    def __init__(self, table: MovementTable, items: Mapping[str, Item], cache: Cache) -> None:
        self._table, self._cache = table, cache
        self.items: dict[str, int] = {}
        self.buckets: list[str] = []
        self.sizes: list[int] = []
        self._numbers: Sequence[int] = [-1] * len(table)
        ties, owns = tied(table, items)
        roots = roots_of(ties, owns)
        if alone(roots, owns):
            return
        dealt = dealt_of(roots, BUCKET_ROWS)
        numbers = self._numbers = [dealt[root] for root in roots]
        self.items = {code: dealt[root] for code in items if (root := ties.root(code)) in dealt}
        order = sorted(range(len(table)), key=numbers.__getitem__)
        arranged = MovementTable(
            *([column[at] for at in order] for column in map(table.__getattribute__, Row._fields))
        )
        self.sizes = [0] * (max(numbers, default=-1) + 1)
        for number in numbers:
            self.sizes[number] += 1
        at = 0
        for size in self.sizes:
            self.buckets.append(put_rows(cache, part_of(arranged, at, at + size)))
            at += size

    def names(self) -> tuple[str, str]:
        """Where the hashes of ids and orders are found, and the buckets they are in."""
        table = self._table
        named = {hash_of(id_): n for id_, n in zip(table.id, self._numbers, strict=True)}
        for order, number in zip(table.order, self._numbers, strict=True):
            if order:
                named[hash_of(order_name(order))] = number
        hashes, numbers = array("q", named), array("i", named.values())
        return put(self._cache, hashes.tobytes()), put(self._cache, numbers.tobytes())
