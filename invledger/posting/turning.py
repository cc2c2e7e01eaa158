"""Dated changes of cost policy as the kernel takes them (CO-06): which item, before which line,
and where the scope of its pools or the price it is kept at changes, what lies in each pool then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from invledger.costing.interface import Switch
from invledger.model import PRICE_KINDS, problem
from invledger.posting.course import Turn
from invledger.posting.pools import OURS, class_of
from invledger.posting.sources import Sources
from invledger.posting.work import Work

Spot = tuple[str, str]  # location, lot


def switches_of(work: Work, bases: Mapping[int, Mapping[str, int]]) -> Iterator[Switch]:
    """The changes in force before some line; `bases` as `Standards` found them, by turn.

    A retrospective change costs all lines again in the pools of today, so each old pool must have
    become one of them. Code: cost-change-divides.
    """
    for number, turn in enumerate(work.course.turns()):
        pools = splits = None
        is_retrospective = turn.change.is_retrospective
        scopes = {work.course.policy(turn.item, stage).pool for stage in range(turn.stage)}
        if turn.old.pool != turn.new.pool or (is_retrospective and len(scopes) > 1):
            pools, splits, is_parted = _rescoped(work, turn)
            if is_retrospective and is_parted:
                is_retrospective = False
                said = {"item": turn.item, "date": turn.change.start}
                work.problems.append(problem("cost-change-divides", turn.change.place, **said))
        yield Switch(
            turn.before, turn.item, turn.new, is_retrospective, pools, splits, bases.get(number)
        )


def _rescoped(
    work: Work, turn: Turn
) -> tuple[dict[str, str], dict[str, list[tuple[str, int]]] | None, bool]:
    """New pool keys by all old ones that lines of the item name: joined where an old one goes into
    one, else divided; and whether one ever was.
    """
    parts: dict[str, dict[str, int]] = {}
    for (location, lot), quantity in spots_before(work.sources, turn.before, turn.item).items():
        new = work.pools.key(turn.item, location, lot, turn.stage)
        for stage in range(turn.stage):
            old = work.pools.key(turn.item, location, lot, stage)
            is_now = stage == turn.stage - 1
            shares = parts.setdefault(old, {})
            shares[new] = shares.get(new, 0) + (quantity if is_now else 0)
    pools: dict[str, str] = {}
    splits: dict[str, list[tuple[str, int]]] = {}
    for old, shares in sorted(parts.items()):
        held = [(new, quantity) for new, quantity in sorted(shares.items()) if quantity]
        if len(held) > 1:
            splits[old] = held
        else:
            pools[old] = held[0][0] if held else min(shares)
    return pools, splits or None, any(len(shares) > 1 for shares in parts.values())


def spots_before(sources: Sources, before: int, item: str) -> dict[Spot, int]:
    """Quantities of our own goods of an item before a row, by every location and lot they had."""
    table, locations = sources.table, sources.master.locations
    found: dict[Spot, int] = {}
    for at in range(before):
        if table.item[at] != item or table.owner[at]:
            continue
        for location, sign in ((table.source[at], -1), (table.target[at], 1)):
            if class_of(location, locations) in OURS:
                spot = (location, table.lot[at])
                found[spot] = found.get(spot, 0) + sign * table.quantity[at]
    return dict(sorted(found.items()))


def held_before(sources: Sources, before: int, item: str) -> dict[Spot, int]:
    """The same where something is left."""
    spots = spots_before(sources, before, item)
    return {spot: quantity for spot, quantity in spots.items() if quantity}


def pools_before(work: Work, turn: Turn) -> dict[str, int]:
    """Quantities of an item by the pools that hold them once the change is made."""
    found: dict[str, int] = {}
    for (location, lot), quantity in held_before(work.sources, turn.before, turn.item).items():
        key = work.pools.key(turn.item, location, lot, turn.stage)
        found[key] = found.get(key, 0) + quantity
    return found


def is_to_price(turn: Turn) -> bool:
    """Whether goods are kept at a price from this change on, and were not, or at another kind."""
    return turn.new.method in PRICE_KINDS and turn.new.method != turn.old.method
