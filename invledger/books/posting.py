"""`post`: write the vouchers that follow from the sources, one file a day, byte for byte.

Derive everything, let what is booked stand, print each day, compare with the disk, replace what
differs and take away what has no vouchers any more. Nothing is written where an error stands in
the way of a correct derivation, nor in a check or a dry run.

Problems: those of reading and deriving; post-needed (for --check).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from invledger.books.blocks import count_changes
from invledger.books.loading import SUFFIX, load, no_collection
from invledger.books.swift import NotPlain, Printed
from invledger.books.swift_post import PrintedVouchers, Swift, swift_files, swift_way
from invledger.ledger import print_voucher, print_voucher_file, read_money
from invledger.model import Booking, Place, Problem, Refused, Tree, Voucher, problem
from invledger.posting import Derivation, Sources
from invledger.store import Cache, FolderTree, Lock, replace_files

if TYPE_CHECKING:
    from invledger.books.engines import Engine
    from invledger.books.memory import Memory

FOLDER = "ledgers/vouchers"
NO_ROWS = hashlib.sha256(b"").hexdigest()  # a day whose vouchers rest on other days
PLACEHOLDER = f"{FOLDER}/0000/00/empty{SUFFIX}"


class Change(NamedTuple):
    """One voucher that differs: `new`, `changed` or `gone`, as it was and as it shall be."""

    kind: str
    identity: str
    date: str
    path: str
    before: Voucher | None
    after: Voucher | None


@dataclass(slots=True)
class PostOutcome:
    """What `post` did, would do (dry run) or found (check)."""

    changes: list[Change] = field(default_factory=list)  # listed for check and dry run only
    counts: dict[str, int] = field(
        default_factory=lambda: {"new": 0, "changed": 0, "gone": 0, "unchanged": 0}
    )
    written: list[str] = field(default_factory=list)  # paths whose bytes differ
    removed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_detailed: bool = True
    printed: list[Printed] = field(default_factory=list)  # by day, where posted the swift way

    @property
    def is_clean(self) -> bool:
        """Whether the disk already held exactly what derives, without an error."""
        is_refused = any(p.severity == "error" for p in self.problems)
        return not (self.written or self.removed or is_refused)


@dataclass(frozen=True, slots=True)
class DayFile:
    """One day's voucher file as it shall be."""

    path: str
    date: str
    data: bytes
    vouchers: Sequence[Voucher]


class _Errand(NamedTuple):
    """What is asked of `post`."""

    until: str | None
    check: bool
    write: bool


def post(  # noqa: PLR0913  what to post, how far, where from and by whom
    root: Path,
    *,
    check: bool = False,
    dry_run: bool = False,
    until: str | None = None,
    cache: Cache | None = None,
    engine: str = "",
) -> PostOutcome:
    """Bring `ledgers/vouchers/` in line with the sources, up to the date `until`.

    `engine` says where costs are computed: `dask://…` (see `engines`), else in this process.
    Raises Refused (locked, disk-full …); errors of the books come back as `problems`, with
    nothing written.
    """
    tree = FolderTree(root)
    errand = _Errand(until, check=check, write=not (check or dry_run))
    runner = _engine_of(engine)
    if not errand.write:
        return _post(tree, errand, cache, runner)
    with Lock(root, "ledgers/.post.lock"):
        return _post(tree, errand, cache, runner)


def _engine_of(address: str) -> Engine | None:
    if not address:
        return None
    from invledger.books.engines import engine_of

    return engine_of(address)


def _post(
    tree: FolderTree, errand: _Errand, cache: Cache | None, engine: Engine | None
) -> PostOutcome:
    until, write = errand.until, errand.write
    memory = None
    if cache is not None and until is None and engine is None:
        from invledger.books.memory import Memory

        memory = Memory(tree, cache)
        prepared = memory.prepared(is_detailed=not write)
        if prepared is not None:
            if write:
                replace_files(tree.root, prepared.files, prepared.outcome.removed)
                memory.keep(prepared)
            return _judged(prepared.outcome, errand)
    way = swift_way(tree, cache) if write and until is None and engine is None else None
    done = _post_swiftly(tree, way, memory) if way is not None else None
    if done is not None:
        return done
    from invledger.books.deriving import derive

    with no_collection():
        apart = way.sources if way is not None else None
        sources = load(tree, cache=cache, posted_on=days_with_bookings, apart=apart)
        if memory is not None and write and not sources.problems:
            memory.note_rows(sources)
        is_sealed = any(one.seal for one in sources.master.periods)
        derivation = derive(sources, is_read_once=not is_sealed, engine=engine)
        standing, problems = standing_vouchers(sources, derivation)
        problems = [*sources.problems, *derivation.problems, *problems]
        problems += _of_closed(sources, problems, cache)
        outcome = PostOutcome(problems=problems, is_detailed=not write)
        if any(p.severity == "error" for p in problems):
            return outcome
        days = day_files(sources, standing, until)
        if memory is not None:
            days = memory.noting(days)
        changed = _compare(tree, days, sources, outcome, until)
        if write:
            replace_files(tree.root, changed, outcome.removed)
        else:
            for _ in changed:
                continue
        if memory is not None and write and not outcome.problems:
            memory.remember(sources, derivation, standing)
    return _judged(outcome, errand)


def _of_closed(sources: Sources, problems: list[Problem], cache: Cache | None) -> list[Problem]:
    """What would change a closed period, where nothing else is wrong."""
    if not sources.master.periods or any(p.severity == "error" for p in problems):
        return []
    from invledger.books.gate import changes_of_closed

    return changes_of_closed(sources, cache)


def _judged(outcome: PostOutcome, errand: _Errand) -> PostOutcome:
    """With `--check`, every difference is a finding."""
    if errand.check and not outcome.is_clean:
        outcome.problems += [
            problem("post-needed", Place(path)) for path in (*outcome.written, *outcome.removed)
        ]
    return outcome


def _post_swiftly(tree: FolderTree, way: Swift, memory: Memory | None) -> PostOutcome | None:
    """Write the vouchers of plain books; None, with nothing written, for any other."""
    if any(one.seal for one in way.sources.master.periods):
        return None
    sources = way.sources
    outcome = PostOutcome(problems=[], is_detailed=False)
    decimals = sources.company.currency_decimals
    notes = memory.notes if memory is not None else None

    def days() -> Iterator[DayFile]:
        for day, data in swift_files(tree, way, notes):
            path = day_path(day.date)
            vouchers = PrintedVouchers(path, data, day.vouchers, decimals)
            outcome.printed.append(day)
            yield DayFile(path, day.date, data, vouchers)

    try:
        with no_collection():
            made = memory.noting(days()) if memory is not None else days()
            changed = _compare(tree, made, sources, outcome, None)
            replace_files(tree.root, changed, outcome.removed)
    except NotPlain:
        return None
    if memory is not None:
        memory.remember_prefix()
    return outcome


def standing_vouchers(
    sources: Sources, derivation: Derivation
) -> tuple[Collection[Voucher], list[Problem]]:
    """The vouchers that shall stand on disk: derived ones, booked ones kept, adjustments."""
    if not sources.register:
        return derivation.vouchers, []
    from invledger.posting import adjust_booked

    derived = list(derivation.vouchers)
    standing, problems = adjust_booked(derived, sources)
    # Booking must not move a voucher: the order on disk is that of derivation.
    turn = {voucher.identity: n for n, voucher in enumerate(derived)}
    standing.sort(key=lambda v: (v.date, turn.get(v.identity.partition("~")[0], len(turn))))
    return standing, problems


def days_with_bookings(register: list[Booking]) -> frozenset[str]:
    """Paths of the voucher files that hold booked vouchers: all that posting must read."""
    return frozenset(day_path(booking.date) for booking in register)


def day_path(date: str) -> str:
    """Where the vouchers of a date stand."""
    return f"{FOLDER}/{date[:4]}/{date[5:7]}/{date}{SUFFIX}"


def day_files(
    sources: Sources, standing: Iterable[Voucher], until: str | None = None
) -> Iterator[DayFile]:
    """The voucher files that shall be, day by day."""
    from invledger.books.stamping import day_digests
    from invledger.ledger import voucher_printer

    digests = day_digests(sources.table, sources.master, sources.company)
    engine, decimals = sources.company.engine, sources.company.currency_decimals
    printer = voucher_printer(decimals)
    for date, group in groupby(standing, key=lambda v: v.date):
        if until is not None and date > until:
            break
        vouchers = list(group)
        inputs = digests.get(date, NO_ROWS)
        head = print_voucher_file((), decimals, engine=engine, inputs=inputs)
        text = "\n".join([head, *printer(vouchers)])
        yield DayFile(day_path(date), date, text.encode(), vouchers)


def _compare(
    tree: FolderTree,
    days: Iterable[DayFile],
    sources: Sources,
    outcome: PostOutcome,
    until: str | None,
) -> Iterator[tuple[str, bytes]]:
    """The files to be written; fills the outcome on the way."""
    left = {
        path
        for path in tree.paths(FOLDER, SUFFIX)
        if path != PLACEHOLDER and (until is None or _date_of(path) <= until)
    }
    decimals = sources.company.currency_decimals
    for day in days:
        before = tree.read(day.path) if day.path in left else b""
        left.discard(day.path)
        if before == day.data:
            outcome.counts["unchanged"] += len(day.vouchers)
            continue
        outcome.written.append(day.path)
        note_changes(outcome, day, before, decimals)
        yield day.path, day.data
    for path in sorted(left):
        outcome.removed.append(path)
        gone = DayFile(path, _date_of(path), b"", ())
        note_changes(outcome, gone, _read_or_nothing(tree, path), decimals)


def note_changes(outcome: PostOutcome, day: DayFile, before: bytes, decimals: int) -> None:
    """Count and, where asked for, list how a day differs from what its file held."""
    if not (before or outcome.is_detailed):
        outcome.counts["new"] += len(day.vouchers)
        return
    if not outcome.is_detailed and count_changes(before, day.data, outcome.counts):
        return
    old = _by_identity(day.path, before, decimals) if before else {}
    for voucher in day.vouchers:
        was = old.pop(voucher.identity, None)
        if was is None:
            kind = "new"
        elif print_voucher(was, decimals) == print_voucher(voucher, decimals):
            kind = "unchanged"
        else:
            kind = "changed"
        outcome.counts[kind] += 1
        if outcome.is_detailed and kind != "unchanged":
            outcome.changes.append(
                Change(kind, voucher.identity, voucher.date, day.path, was, voucher)
            )
    outcome.counts["gone"] += len(old)
    if outcome.is_detailed:
        for identity, was in old.items():
            outcome.changes.append(Change("gone", identity, day.date, day.path, was, None))


def _by_identity(path: str, data: bytes, decimals: int) -> dict[str, Voucher]:
    try:
        vouchers, _ = read_money(path, data, decimals, derived=True)
    except Refused:
        return {}
    return {voucher.identity: voucher for voucher in vouchers}


def _date_of(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(SUFFIX)


def _read_or_nothing(tree: Tree, path: str) -> bytes:
    try:
        return tree.read(path)
    except Refused:
        return b""
