"""The accounting effect of a change: two states of the books compared, and why they differ.

In: two sides, each with its sources, derivation and the vouchers that stand (money, derived,
adjustments). Out: an `Effect` of integers: movements that are new, gone, changed or re-costed,
vouchers that appear, vanish or change, stock, balances and profit on both sides. Days that are
alike on both sides cost a comparison of columns, no more. Pure (FIN-04, DESIGN section 1).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from invledger.checks.holdings import costed_until
from invledger.model import MovementTable, Row, Voucher
from invledger.posting.sources import Derivation, Sources
from invledger.reports.causes import Causes
from invledger.reports.query import Query

#: What of a row may differ without being another row: where it is written.
_PLACES = frozenset({"path", "lineno"})
COMPARED = tuple(name for name in Row._fields if name not in _PLACES)
PROFIT_ROOTS = ("Income:", "Expenses:")


@dataclass(frozen=True, slots=True)
class Side:
    """One state of the books; `vouchers` in order of date, hand-written ones too."""

    sources: Sources
    derivation: Derivation
    vouchers: Collection[Voucher]


class Moved(NamedTuple):
    """A line that is `new`, `gone`, `changed` (in `fields`) or `recosted` (by `causes`)."""

    kind: str
    date: str
    before: int | None  # its number on the first side
    after: int | None
    fields: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()


class Shown(NamedTuple):
    """A voucher that is `new`, `gone` or `changed`; `causes` are movement ids or a word."""

    kind: str
    before: Voucher | None
    after: Voucher | None
    causes: tuple[str, ...] = ()


Pair = list[int]  # before, after


@dataclass(slots=True)
class Effect:
    """All that differs, and sums of both sides; money and quantities are integers."""

    before: Side
    after: Side
    moved: list[Moved] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    quantities: dict[str, Pair] = field(default_factory=dict)  # by item
    values: dict[str, Pair] = field(default_factory=dict)  # by item
    balances: dict[str, Pair] = field(default_factory=dict)  # by account, debit positive
    profits: dict[str, Pair] = field(default_factory=dict)  # by period

    @property
    def is_nothing(self) -> bool:
        """Whether both sides say the same."""
        sums = (self.quantities, self.values, self.balances, self.profits)
        same = all(a == b for pairs in sums for a, b in pairs.values())
        return same and not self.moved and not self.shown


def effect_of(before: Side, after: Side, query: Query) -> Effect:
    """What differs from one side to the other in the query's span (all of it without one)."""
    found = Effect(before, after)
    first, last = query.first, query.last
    _stock(found, last)
    rows = list(_changed_rows(before, after))
    causes = Causes.of(before, after, rows)
    for move in (*rows, *_recosted(before, after, causes)):
        if first <= move.date <= last:
            found.moved.append(move)
    found.moved.sort(key=lambda move: move.date)
    _vouchers(found, causes, first, last)
    return found


def _stock(found: Effect, last: str) -> None:
    quantities: dict[str, Pair] = defaultdict(lambda: [0, 0])
    values: dict[str, Pair] = defaultdict(lambda: [0, 0])
    for at, side in enumerate((found.before, found.after)):
        costed, count = costed_until(side.sources, side.derivation, last)
        for state in costed.pools.values():
            quantities[state.item][at] += state.quantity
            values[state.item][at] += state.value
        del count
    found.quantities, found.values = dict(quantities), dict(values)


def _changed_rows(before: Side, after: Side) -> Iterator[Moved]:
    """Lines that only one side has, or that say something else there."""
    old, new = before.sources.table, after.sources.table
    left: dict[tuple[str, int], int] = {}
    came: dict[tuple[str, int], int] = {}
    for was, now in days_of(old, new):
        if is_same_day(old, new, was, now):
            continue
        left.update({(old.id[at], old.line[at]): at for at in was})
        came.update({(new.id[at], new.line[at]): at for at in now})
    for key, at in left.items():
        there = came.get(key)
        if there is None:
            yield Moved("gone", old.date[at], at, None)
            continue
        fields = tuple(
            name for name in COMPARED if getattr(old, name)[at] != getattr(new, name)[there]
        )
        if fields:
            yield Moved("changed", new.date[there], at, there, fields)
    for key, at in came.items():
        if key not in left:
            yield Moved("new", new.date[at], None, at)


def days_of(old: MovementTable, new: MovementTable) -> Iterator[tuple[range, range]]:
    """The lines of each date on both sides, date by date."""
    one = two = 0
    while one < len(old) or two < len(new):
        date = min([*old.date[one : one + 1], *new.date[two : two + 1]])
        end_one, end_two = bisect_right(old.date, date, one), bisect_right(new.date, date, two)
        yield range(one, end_one), range(two, end_two)
        one, two = end_one, end_two


def is_same_day(old: MovementTable, new: MovementTable, was: range, now: range) -> bool:
    """Whether both sides have the same lines in the same order."""
    if len(was) != len(now):
        return False
    mine, yours = slice(was.start, was.stop), slice(now.start, now.stop)
    return all(getattr(old, name)[mine] == getattr(new, name)[yours] for name in COMPARED)


def _recosted(before: Side, after: Side, causes: Causes) -> Iterator[Moved]:
    """Lines that say the same as before and cost something else."""
    old, new = before.sources.table, after.sources.table
    was_costs, now_costs = before.derivation.costed.costs, after.derivation.costed.costs
    for was, now in days_of(old, new):
        if len(was) == len(now):
            same = was_costs[was.start : was.stop] == now_costs[now.start : now.stop]
            if same and is_same_day(old, new, was, now):
                continue
        known = {(old.id[at], old.line[at]): at for at in was}
        for at in now:
            there = known.get((new.id[at], new.line[at]))
            if there is None or at in causes.touched:
                causes.pass_by(at)
            elif was_costs[there] != now_costs[at]:
                yield Moved("recosted", new.date[at], there, at, ("cost",), causes.reach(at))


def _vouchers(found: Effect, causes: Causes, first: str, last: str) -> None:
    balances: dict[str, Pair] = defaultdict(lambda: [0, 0])
    profits: dict[str, Pair] = defaultdict(lambda: [0, 0])
    left: dict[str, Voucher] = {}
    came: dict[str, Voucher] = {}
    for old, new in _days_of_vouchers(found.before.vouchers, found.after.vouchers):
        for at, day in enumerate((old, new)):
            for voucher in day:
                if voucher.date <= last:
                    _sum_up(voucher, at, balances, profits, first)
        if old != new:
            known = {voucher.identity: voucher for voucher in old}
            for voucher in new:
                same = known.get(voucher.identity)
                if same is not None and is_same_voucher(same, voucher):
                    del known[voucher.identity]
                else:
                    came[voucher.identity] = voucher
            left.update(known)
    found.shown = [
        one._replace(causes=causes.of_voucher(one.before, one.after))
        for one in _matched(left, came)
        if first <= (one.after or one.before or _NEVER).date <= last
    ]
    found.balances, found.profits = dict(balances), dict(profits)


_NEVER = Voucher("", "", "", "", ())


def is_same_voucher(one: Voucher, other: Voucher) -> bool:
    """Whether two vouchers say the same, wherever they are written."""
    return one._replace(place=other.place) == other


def _matched(left: dict[str, Voucher], came: dict[str, Voucher]) -> list[Shown]:
    """What is gone, changed and new, by date and identity."""
    found = []
    for identity, old in left.items():
        new = came.get(identity)
        if new is None:
            found.append(Shown("gone", old, None))
        elif not is_same_voucher(old, new):
            found.append(Shown("changed", old, new))
    found += [Shown("new", None, new) for identity, new in came.items() if identity not in left]
    return sorted(found, key=lambda one: (one.after or one.before or _NEVER)[:2])


def _sum_up(
    voucher: Voucher,
    at: int,
    balances: dict[str, Pair],
    profits: dict[str, Pair],
    first: str,
) -> None:
    earned = 0
    for account, amount, *_ in voucher.postings:
        balances[account][at] += amount
        if account.startswith(PROFIT_ROOTS):
            earned -= amount
    if earned and voucher.date >= first and not is_transfer(voucher):
        profits[voucher.date[:7]][at] += earned


def is_transfer(voucher: Voucher) -> bool:
    """Whether a voucher only carries profit or loss to equity (结转损益)."""
    accounts = [posting.account for posting in voucher.postings]
    return any(name.startswith("Equity:") for name in accounts) and all(
        name.startswith(("Equity:", *PROFIT_ROOTS)) for name in accounts
    )


def _days_of_vouchers(
    old: Iterable[Voucher], new: Iterable[Voucher]
) -> Iterator[tuple[list[Voucher], list[Voucher]]]:
    """The vouchers of each date on both sides, date by date."""
    dated = attrgetter("date")
    mine, yours = groupby(old, key=dated), groupby(new, key=dated)
    one, two = _next(mine), _next(yours)
    while one is not None or two is not None:
        date = min(side[0] for side in (one, two) if side is not None)
        was: list[Voucher] = []
        now: list[Voucher] = []
        if one is not None and one[0] == date:
            was, one = one[1], _next(mine)
        if two is not None and two[0] == date:
            now, two = two[1], _next(yours)
        yield was, now


def _next(groups: Iterator[tuple[str, Iterator[Voucher]]]) -> tuple[str, list[Voucher]] | None:
    found = next(groups, None)
    return None if found is None else (found[0], list(found[1]))
