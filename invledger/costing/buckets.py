"""Buckets: lines that touch each other stay together, all others may be costed elsewhere.

Items are tied by what moves value between them: a cost object that they feed or come from, a
line that cites a line of another item, a document that cites several. What is tied is one
component; components are dealt out to buckets, the largest first. Every bucket is costed by the
same kernel, and the parts put together again are what one run over all lines gives (CO-07; a
property test compares every field).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from invledger.costing.interface import Costed, CostLine, Setting, Trouble, TrueUp
from invledger.model import CostPolicy

T = TypeVar("T")
#: Fields of Setting that say something of single lines, by index.
BY_LINE = tuple(
    one.name
    for one in fields(Setting)
    if one.name not in ("citations", "periods", "switches", "fallback", "unit_shift")
)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Lines of some components in their order, with the index that each has in the whole."""

    numbers: Sequence[int]
    lines: Sequence[CostLine]  # cites are indexes into `lines`
    policies: Mapping[str, CostPolicy]
    setting: Setting


def components(lines: Sequence[CostLine], setting: Setting) -> list[int]:
    """For each line a number of its component: the lowest index of a line in it."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        found = parent.setdefault(name, name)
        while found != parent[found]:
            parent[found] = found = parent[parent[found]]
        return found

    names = [_name_of(line, at) for at, line in enumerate(lines)]
    for name, (_, item, _, _, _, _, cites, order) in zip(names, lines, strict=True):
        if order and item:
            parent[root(name)] = root(f"order {order}")
        if 0 <= cites < len(lines) and names[cites] != name:
            parent[root(name)] = root(names[cites])
    for at, cited in setting.citations.items():
        for other, _ in cited:
            parent[root(names[at])] = root(names[other])
    roots = {name: root(name) for name in dict.fromkeys(names)}
    first: dict[str, int] = {}
    return [first.setdefault(roots[name], at) for at, name in enumerate(names)]


def split_lines(
    lines: Sequence[CostLine],
    policies: Mapping[str, CostPolicy],
    setting: Setting,
    count: int,
) -> list[Bucket]:
    """At most `count` buckets of about as many lines each; never an empty one."""
    owner = components(lines, setting)
    bucket_of: dict[int, int] = {}
    loads = [0] * max(count, 1)
    for name, size in sorted(Counter(owner).items(), key=lambda pair: (-pair[1], pair[0])):
        lightest = loads.index(min(loads))
        bucket_of[name] = lightest
        loads[lightest] += size
    numbers: list[list[int]] = [[] for _ in loads]
    for at, name in enumerate(owner):
        numbers[bucket_of[name]].append(at)
    return [part_of(lines, policies, setting, part) for part in numbers if part]


def merge_costed(count: int, parts: Iterable[tuple[Bucket, Costed]]) -> Costed:
    """The parts as one result over `count` lines; findings in the order of their lines.

    Raises ValueError for parts with provenance, which is asked of one run over all lines; what
    serves provenance alone (`sequence`) stays empty.
    """
    whole = Costed([0] * count, {}, [], {}, {}, [])
    provisional: set[int] = set()
    for bucket, part in parts:
        if part.shares is not None:
            raise ValueError("provenance is kept by a run over all lines")
        at = bucket.numbers
        for mine, amount in enumerate(part.costs):
            whole.costs[at[mine]] = amount
        whole.cited.update(_moved(part.cited, at))
        whole.unfit.update(_moved(part.unfit, at))
        whole.variances.update(_moved(part.variances, at))
        whole.revalued.update(_moved(part.revalued, at))
        whole.followed.update(_moved(part.followed, at))
        whole.capitalised.update(
            (at[mine], [(at[cited], value) for cited, value in pairs])
            for mine, pairs in part.capitalised.items()
        )
        whole.true_ups += [_true_up(one, at) for one in part.true_ups]
        whole.troubles += [_trouble(one, at, count) for one in part.troubles]
        for key, state in part.pools.items():
            layers = [
                layer._replace(origin=at[layer.origin]) if layer.origin >= 0 else layer
                for layer in state.layers
            ]
            whole.pools[key] = replace(state, layers=layers)
        whole.orders.update(part.orders)
        whole.rates += part.rates
        whole.switched += part.switched
        provisional.update(at[mine] for mine in part.provisional)
    whole.true_ups.sort(key=lambda one: one.at)
    whole.troubles.sort(key=lambda one: one.at)
    whole.rates.sort(key=lambda one: (one.period, one.pool))
    whole.switched.sort()
    whole.provisional = frozenset(provisional)
    return whole


def cost_in_buckets(
    lines: Sequence[CostLine],
    policies: Mapping[str, CostPolicy],
    setting: Setting,
    count: int,
    run: Callable[[Sequence[Bucket]], Iterable[Costed]],
) -> Costed:
    """Split, let `run` cost the buckets wherever it likes, put together."""
    buckets = split_lines(lines, policies, setting, count)
    return merge_costed(len(lines), zip(buckets, run(buckets), strict=True))


def _name_of(line: CostLine, at: int) -> str:
    """What stands for the line in the graph: its item, else its cost object, else itself."""
    if line.item:
        return f"item {line.item}"
    return f"order {line.order}" if line.order else f"line {at}"


def part_of(
    lines: Sequence[CostLine],
    policies: Mapping[str, CostPolicy],
    setting: Setting,
    numbers: list[int],
) -> Bucket:
    """Some of the lines as lines of their own: citations and settings by their own indexes."""
    here = {at: mine for mine, at in enumerate(numbers)}
    beyond = len(numbers) - len(lines)  # what is cited beyond the last line stays beyond it
    own = [
        line if line.cites < 0 else line._replace(cites=here.get(line.cites, line.cites + beyond))
        for line in (lines[at] for at in numbers)
    ]
    items = {line.item for line in own}
    return Bucket(
        numbers,
        own,
        {item: policies[item] for item in sorted(items) if item in policies},
        _setting(setting, numbers, here, items),
    )


def _setting(
    setting: Setting, numbers: Sequence[int], here: Mapping[int, int], items: set[str]
) -> Setting:
    """What of the setting concerns these lines, by their own indexes."""
    by_line: dict[str, Any] = {
        name: _by_own_index(getattr(setting, name), here) for name in BY_LINE
    }
    return replace(
        setting,
        **by_line,
        citations={
            here[at]: tuple((here[cited], figure) for cited, figure in pairs if cited in here)
            for at, pairs in setting.citations.items()
            if at in here
        },
        periods={
            name: [bisect_left(numbers, start) for start in starts]
            for name, starts in setting.periods.items()
        },
        switches=[
            one._replace(before=bisect_left(numbers, one.before)) for one in setting.switches
        ],  # all of them: results name a switch by its index
        fallback={item: known for item, known in setting.fallback.items() if item in items},
    )


def first_lines(setting: Setting, count: int) -> Setting:
    """What of a setting concerns the first lines; changes of policy are left as they are."""
    by_line: dict[str, Any] = {}
    for name in (*BY_LINE, "citations"):
        facts = getattr(setting, name)
        if isinstance(facts, Mapping):
            by_line[name] = {at: fact for at, fact in facts.items() if at < count}
        else:
            by_line[name] = frozenset(at for at in facts if at < count)
    periods = {
        name: [at for at in starts if at < count] for name, starts in setting.periods.items()
    }
    return replace(setting, **by_line, periods=periods)


def _by_own_index(facts: Mapping[int, T] | AbstractSet[int], here: Mapping[int, int]) -> object:
    if isinstance(facts, Mapping):
        return {here[at]: fact for at, fact in facts.items() if at in here}
    return frozenset(here[at] for at in facts if at in here)


def _moved(figures: Mapping[int, T], numbers: Sequence[int]) -> dict[int, T]:
    return {numbers[mine]: figure for mine, figure in figures.items()}


def _trouble(one: Trouble, numbers: Sequence[int], count: int) -> Trouble:
    """A finding with the whole's indexes, also where its words name a cited line."""
    args = tuple(
        (key, str(_in_whole(int(value), numbers, count)) if key == "cited" else value)
        for key, value in one.args
    )
    return Trouble(one.code, numbers[one.at], args)


def _in_whole(mine: int, numbers: Sequence[int], count: int) -> int:
    return numbers[mine] if mine < len(numbers) else mine - len(numbers) + count


def _true_up(one: TrueUp, numbers: Sequence[int]) -> TrueUp:
    return one._replace(at=numbers[one.at], of=numbers[one.of])
