"""`post` of large plain books from a day on: pools are opened as they were (see `prefix`)."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from invledger.books.checkpoint import Look
from invledger.books.deriving import policies_of
from invledger.books.loading import load_apart
from invledger.books.posting import (
    FOLDER,
    PLACEHOLDER,
    DayFile,
    PostOutcome,
    day_files,
    note_changes,
)
from invledger.books.prefix import Held, Prefix, are_new, marks_before, pools_of
from invledger.books.prepared import Prepared
from invledger.books.splicing import NotPlain
from invledger.costing.interface import INTO_POOL, OUT_OF_POOL, Costed, CostLine, Kind, Setting
from invledger.costing.pool import Slice
from invledger.costing.quick import apply_all
from invledger.costing.run import Run
from invledger.ledger import READER_VERSION, dump_raw, load_raw, read_raw, resolve
from invledger.model import CostPolicy, RawTable, Voucher
from invledger.posting import Sources, Valued, derive_vouchers, ranks_of, value_rows
from invledger.store import Cache, FolderTree, run_foreign

SUFFIX_MAX = 8 << 20  # bytes of movements after a mark: for more the swift way is quicker
_MOVEMENTS = "ledgers/movements/"
_DATED = re.compile(r".*/([0-9]{4}-[0-9]{2}-[0-9]{2})\.[^/]*beancount")
_PLAIN = frozenset({Kind.SKIP, Kind.RECEIVE, Kind.ISSUE, Kind.MOVE})
_HARMLESS = frozenset({"periods", "fallback", "unit_shift"})


def post_after(
    tree: FolderTree, cache: Cache, prefix: Prefix, look: Look, *, is_detailed: bool
) -> Prepared:
    """What changed since the swift run does; raises NotPlain where only a full run can say.

    The prefix fits the look.
    """
    first = _first_difference(prefix, look)
    outcome = PostOutcome(is_detailed=is_detailed)
    if first is None:
        outcome.counts["unchanged"] = sum(prefix.counts.values())
        return Prepared(outcome, [], prefix)
    mark = next(marks_before(prefix, first), ("", 0, ""))
    date = mark[0]
    if not date:
        raise NotPlain
    days: Iterable[DayFile]
    if prefix.by_month:
        from invledger.books.resuming import days_after

        decimals, days, prefix = days_after(tree, cache, prefix, mark)
    else:
        decimals, days, prefix = _days_after(tree, cache, prefix, look, mark)
    kept = {path: n for path, n in prefix.counts.items() if date_of(path) <= date}
    outcome.counts["unchanged"] = sum(kept.values())
    files, counts = compared(tree, look, (decimals, date, days), outcome)
    after = {path: d for path, d in look.vouchers.items() if path not in outcome.removed}
    after |= {path: hashlib.sha256(data).hexdigest() for path, data in files}
    made = replace(prefix, files=look.files, vouchers=after, counts=kept | counts)
    return Prepared(outcome, files, made)


def _days_after(
    tree: FolderTree, cache: Cache, prefix: Prefix, look: Look, mark: tuple[str, int, str]
) -> tuple[int, Iterable[DayFile], Prefix]:
    """Decimals of money, the voucher files after a mark, and the prefix with marks until then.

    Raises NotPlain.
    """
    date, count, digest = mark
    sources = _sources(tree, cache, look, date)
    pools = pools_of(cache, digest)
    if pools is None or not are_new(cache, prefix, count, set(sources.table.id)):
        raise NotPlain
    vouchers = _derived(sources, pools)
    until = replace(prefix, marks=[one for one in prefix.marks if one[0] <= date])
    return sources.company.currency_decimals, day_files(sources, vouchers), until


def _first_difference(prefix: Prefix, look: Look) -> str | None:
    """The first date of a file that differs; None where none does. Raises NotPlain."""
    both = ((prefix.files, look.files), (prefix.vouchers, look.vouchers))
    dates = [
        date_of(path)
        for old, new in both
        for path in old.keys() | new.keys()
        if old.get(path) != new.get(path)
    ]
    return min(dates, default=None)


def date_of(path: str) -> str:
    """The date in a file's name, none for a placeholder; raises NotPlain for any other file."""
    found = _DATED.fullmatch(path)
    if found is None or not path.startswith((_MOVEMENTS, f"{FOLDER}/")):
        if path == PLACEHOLDER:
            return ""
        raise NotPlain
    return found[1]


def _sources(tree: FolderTree, cache: Cache, look: Look, date: str) -> Sources:
    """The books with the movements after a date only."""
    paths = [path for path in look.files if _is_after(path, date)]
    states = [tree.state(path) for path in paths]
    if sum(state.st_size for state in states if state is not None) > SUFFIX_MAX:
        raise NotPlain
    sources = load_apart(tree, cache=cache)
    if sources.problems or sources.register or sources.company.order != "by-date":
        raise NotPlain
    raws = [raw_of(tree, cache, path, look.files[path]) for path in paths]
    ranks = ranks_of(sources.rules)
    table, found = resolve(raws, sources.master, ranks, sources.company)
    if found or (len(table) and table.date[0] <= date):
        raise NotPlain
    return replace(sources, table=table)


def _is_after(path: str, date: str) -> bool:
    found = _DATED.fullmatch(path)
    return found is not None and path.startswith(_MOVEMENTS) and found[1] > date


def raw_of(tree: FolderTree, cache: Cache, path: str, digest: str) -> RawTable:
    """A file of movements that was looked at; raises NotPlain where it is another now."""
    kept = cache.get(digest, READER_VERSION)
    if kept is not None:
        raw = load_raw(kept)
        raw.path = path
        return raw
    data = tree.read(path)
    raw, found = read_raw(path, data, run_foreign)
    if found or hashlib.sha256(data).hexdigest() != digest:
        raise NotPlain
    cache.put(digest, READER_VERSION, dump_raw(raw))
    return raw


def _derived(sources: Sources, pools: list[Held]) -> list[Voucher]:
    """The vouchers of the rows, costed from opened pools; raises NotPlain."""
    valued = value_rows(sources)
    idle = Setting()
    is_set = any(
        getattr(valued.setting, one.name) != getattr(idle, one.name)
        for one in fields(Setting)
        if one.name not in _HARMLESS
    )
    if valued.problems or is_set or not all(map(_is_plain, valued.lines)):
        raise NotPlain
    costs = costs_after(pools, valued.lines, policies_of(sources))
    if costs is None:
        raise NotPlain
    costed = Costed(costs, {}, [], {}, {}, [])
    vouchers, found = derive_vouchers(sources, _alone(valued), costed)
    if found:
        raise NotPlain
    return list(vouchers)


def _alone(valued: Valued) -> Valued:
    """The same, if nothing in it cites or reverses; raises NotPlain."""
    if valued.reverses or valued.cited or valued.late_matches:
        raise NotPlain
    return valued


def _is_plain(line: CostLine) -> bool:
    is_valued = line.kind != Kind.RECEIVE or (line.value is not None and line.value >= 0)
    is_whole = line.kind == Kind.SKIP or line.quantity > 0
    return line.kind in _PLAIN and line.cites < 0 and not line.order and is_valued and is_whole


def costs_after(
    pools: Iterable[Held], lines: list[CostLine], policies: dict[str, CostPolicy]
) -> list[int] | None:
    """What each line costs where the pools hold that already; None for more than plain.

    Raises AssertionError where value or quantity came or went by itself.
    """
    items = {line.item for line in lines}
    pools = [one for one in pools if one.item in items]
    origins = sorted({(at, one.item) for one in pools for at in one.layers[::3]})
    number = {origin: at for at, origin in enumerate(origins)}
    before = [CostLine(Kind.SKIP, item, 0, "", "", None, -1, "") for _, item in origins]
    run = Run([*before, *lines], policies, provenance=False, setting=Setting())
    flows: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in pools:
        key, item, layers = f"{one.item}{one.scope}", one.item, one.layers
        pool = run.pool(number[layers[0], item], key)
        if pool.layered is (layers[0] < 0):
            return None
        put = pool.put
        for origin, quantity, value in zip(layers[::3], layers[1::3], layers[2::3], strict=True):
            put(Slice(number[origin, item], quantity, value))
        flows[key] = [sum(layers[1::3]), sum(layers[2::3])]
    apply_all(run, len(before))
    if run.troubles or run.true_ups:
        return None
    costs = run.costs[len(before) :]
    for line, cost in zip(lines, costs, strict=True):
        if line.kind in INTO_POOL:
            flows[line.target][0] += line.quantity
            flows[line.target][1] += cost
        if line.kind in OUT_OF_POOL:
            flows[line.source][0] -= line.quantity
            flows[line.source][1] -= cost
    for key, pool in run.pools.items():
        if [pool.quantity, pool.worth()] != flows[key]:
            raise AssertionError(f"pool {key}: {flows[key]} is not what it holds")
    return costs


def compared(
    tree: FolderTree,
    look: Look,
    derived: tuple[int, str, Iterable[DayFile]],
    outcome: PostOutcome,
) -> tuple[list[tuple[str, bytes]], dict[str, int]]:
    """The files after a date that differ, and how many vouchers each file there holds.

    `derived`: decimals of money, that date, and the days after it as they shall be.
    """
    decimals, date, days = derived
    left = {p for p in look.vouchers if p != PLACEHOLDER and date_of(p) > date}
    files, counts = [], {}
    for day in _checked(days, date):
        before = tree.read(day.path) if day.path in left else b""
        left.discard(day.path)
        counts[day.path] = len(day.vouchers)
        if before == day.data:
            outcome.counts["unchanged"] += len(day.vouchers)
            continue
        outcome.written.append(day.path)
        note_changes(outcome, day, before, decimals)
        files.append((day.path, day.data))
    for path in sorted(left):
        outcome.removed.append(path)
        note_changes(outcome, DayFile(path, date_of(path), b"", ()), tree.read(path), decimals)
    return files, counts


def _checked(days: Iterable[DayFile], date: str) -> Iterator[DayFile]:
    """The days, all of which come after a date; raises NotPlain."""
    for day in days:
        if day.date <= date:
            raise NotPlain
        yield day
