"""What is where on a date, and what it is worth: the ground of stock checks and stock reports.

Quantities are summed from the movement table. Values belong to cost pools, which only the kernel
knows: their keys are opaque here and learned from the lines that touch them, and a place reached
by moves inside one pool only (no cost line) shares the pool of the place that the goods came
from. As of a date the kernel runs again over the movements up to it: one pass, so a prefix of
the lines gives exactly the pools of that date.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from invledger.costing.interface import Costed, CostLine, Switch
from invledger.model import CostPolicy, Location, share
from invledger.posting.course import Course
from invledger.posting.pools import Pools, class_of
from invledger.posting.sources import Derivation, Sources
from invledger.posting.standards import bases_of


class Spot(NamedTuple):
    """Where goods of one kind lie: the finest grain that stock is counted in."""

    item: str
    location: str
    lot: str
    owner: str  # empty: ours


@dataclass(slots=True)
class Holdings:
    """Quantities by spot, pool key by spot of our own goods, and the kernel's result."""

    quantities: dict[Spot, int]
    pools: dict[Spot, str]
    costed: Costed
    count: int  # lines of the table that are in it
    bases: dict[str, int]  # pools at a planned or selling price: their value at it

    def values(self) -> dict[Spot, int]:
        """Value of every spot of our own goods, minor units; they add up to the pools exactly."""
        worth = {key: state.value for key, state in self.costed.pools.items()}
        values = self.spread(worth)
        if sum(values.values()) != sum(worth.values()):
            raise RuntimeError("values by place do not add up to the cost pools")
        return values

    def spread(self, amounts: Mapping[str, int]) -> dict[Spot, int]:
        """Amounts of pools over their spots by quantity, to the cent."""
        members: dict[str, list[Spot]] = {}
        for spot in sorted(self.pools):
            members.setdefault(self.pools[spot], []).append(spot)
        values: dict[Spot, int] = {}
        for key, spots in members.items():
            parts = [self.quantities.get(spot, 0) for spot in spots]
            shares = allocate(amounts.get(key, 0), parts)
            values.update(zip(spots, shares, strict=True))
        return values


def allocate(value: int, quantities: Sequence[int]) -> list[int]:
    """A pool's value over the quantities in it, to the cent.

    Each takes the rounded value of all quantities up to and with its own, less what was given
    before it. So no part is off by more than a cent and the last one takes the rest. Quantities
    that sum to nothing leave the value, which should then be zero, with the last.
    """
    whole = sum(quantities)
    shares, given, running = [], 0, 0
    for quantity in quantities:
        running += quantity
        due = share(value, running, whole) if whole else 0
        shares.append(due - given)
        given = due
    if shares and given != value:
        shares[-1] += value - given
    return shares


def policies_of(sources: Sources) -> Mapping[str, CostPolicy]:
    """The cost policy of every item."""
    return sources.company.policies(sources.master.items)


def costed_until(sources: Sources, derivation: Derivation, last: str) -> tuple[Costed, int]:
    """What the kernel says of the movements up to a date, and how many lines these are."""
    count = bisect_right(sources.table.date, last)
    if count == len(sources.table):
        return derivation.costed, count
    from invledger.costing import cost
    from invledger.costing.buckets import first_lines

    lines = derivation.valued.lines[:count]
    setting = replace(
        first_lines(derivation.valued.setting, count),
        switches=switches_until(sources, derivation, last),
    )
    return cost(lines, policies_of(sources), setting=setting), count


def switches_until(sources: Sources, derivation: Derivation, last: str) -> Sequence[Switch]:
    """The changes of cost policy that are in force on a date."""
    switches = derivation.valued.setting.switches
    if not switches or sources.company.order != "by-date":  # as entered: cut by `as_of`
        return switches
    turns = Course(sources.company, sources.master, sources.table).turns()
    return switches[: sum(1 for turn in turns if turn.change.start <= last)]


def our_locations(sources: Sources) -> dict[str, Location]:
    """Our own places: those of the master, and those that movements name without it."""
    known = sources.master.locations
    used = {*sources.table.source, *sources.table.target} - known.keys()
    places = {name: place for name, place in known.items() if place.is_ours}
    for name in sorted(used):
        if name.startswith("Assets:"):
            places[name] = Location(name, class_of(name, known), site_of(name))
    return places


def site_of(account: str) -> str:
    """The site in a location's name: its third component."""
    parts = account.split(":")
    return parts[2] if len(parts) > 2 else ""


def holdings(sources: Sources, derivation: Derivation, last: str) -> Holdings:
    """Quantities, pools and costs as of a date (a text `YYYY-MM-DD`, included)."""
    costed, count = costed_until(sources, derivation, last)
    ours = frozenset(our_locations(sources))
    table, lines = sources.table, derivation.valued.lines
    quantities: dict[Spot, int] = {}
    pools: dict[Spot, str] = {}
    inside: list[tuple[Spot, Spot]] = []
    columns = (table.item, table.quantity, table.source, table.target, table.lot, table.owner)
    for item, quantity, source, target, lot, owner, line in zip(
        *(column[:count] for column in columns), lines[:count], strict=True
    ):
        if not quantity:
            continue
        left = entered = None
        if source in ours:
            left = Spot(item, source, lot, owner)
            quantities[left] = quantities.get(left, 0) - quantity
            if line.source:
                pools[left] = line.source
        if target in ours:
            entered = Spot(item, target, lot, owner)
            quantities[entered] = quantities.get(entered, 0) + quantity
            if line.target:
                pools[entered] = line.target
        if left is not None and entered is not None and _moves_inside(line, owner):
            inside.append((left, entered))
    _spread(inside, pools)
    switches = switches_until(sources, derivation, last)
    if switches:
        _turn(sources, last, pools)
    bases = bases_of(derivation.valued, count, switches)
    return Holdings(quantities, pools, costed, count, bases)


def _turn(sources: Sources, last: str, pools: dict[Spot, str]) -> None:
    """Goods that no line has touched since their pool changed its scope lie in the new one."""
    course = Course(sources.company, sources.master, sources.table)
    keys, stage = Pools(course, sources.master), stage_on(sources, last)
    for spot in pools:
        if len({policy.pool for policy in course.every(spot.item)}) > 1:
            pools[spot] = keys.key(spot.item, spot.location, spot.lot, stage)


def stage_on(sources: Sources, last: str) -> int:
    """How many dated changes of cost policy are in force on a date."""
    return sum(1 for change in sources.company.cost_changes if change.start <= last)


def _moves_inside(line: CostLine, owner: str) -> bool:
    """Whether a line between two of our places moves no cost, so that both share a pool."""
    return not owner and not line.kind


def _spread(inside: list[tuple[Spot, Spot]], pools: dict[Spot, str]) -> None:
    """Give both ends of moves inside a pool the key that either of them has."""
    waiting = inside
    while waiting:
        left_over = []
        for left, entered in waiting:
            if left in pools:
                pools.setdefault(entered, pools[left])
            elif entered in pools:
                pools[left] = pools[entered]
            else:
                left_over.append((left, entered))
        if len(left_over) == len(waiting):
            return
        waiting = left_over
