"""Dated changes of cost policy as the kernel takes them (CO-06): which item, before which line,
and where the scope of its pools or the price it is kept at changes, what lies in each pool then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from invledger.costing.interface import Switch
from invledger.model import PRICE_KINDS
from invledger.posting.course import Turn
from invledger.posting.pools import OURS, class_of
from invledger.posting.sources import Sources
from invledger.posting.work import Work

Spot = tuple[str, str]  # location, lot


def switches_of(work: Work, bases: Mapping[int, Mapping[str, int]]) -> Iterator[Switch]:
    """The changes in force before some line; `bases` as `Standards` found them, by turn."""
    for number, turn in enumerate(work.course.turns()):
        pools = splits = None
        if turn.old.pool != turn.new.pool:
            pools, splits = _rescoped(work, turn)
        yield Switch(
            turn.before, turn.item, turn.new, turn.change.is_retrospective, pools, splits,
            bases.get(number),
        )  # fmt: skip


def _rescoped(
    work: Work, turn: Turn
) -> tuple[dict[str, str] | None, dict[str, list[tuple[str, int]]] | None]:
    """Old pool keys by new ones: joined where each goes into one, else divided."""
    parts: dict[str, dict[str, int]] = {}
    for (location, lot), quantity in held_before(work.sources, turn.before, turn.item).items():
        old = work.pools.key(turn.item, location, lot, turn.stage - 1)
        new = work.pools.key(turn.item, location, lot, turn.stage)
        shares = parts.setdefault(old, {})
        shares[new] = shares.get(new, 0) + quantity
    if all(len(shares) == 1 for shares in parts.values()):
        return {old: next(iter(shares)) for old, shares in parts.items()}, None
    return None, {old: sorted(shares.items()) for old, shares in sorted(parts.items())}


def held_before(sources: Sources, before: int, item: str) -> dict[Spot, int]:
    """Quantities of our own goods of an item before a row, by location and lot."""
    table, locations = sources.table, sources.master.locations
    found: dict[Spot, int] = {}
    for at in range(before):
        if table.item[at] != item or table.owner[at]:
            continue
        for location, sign in ((table.source[at], -1), (table.target[at], 1)):
            if class_of(location, locations) in OURS:
                spot = (location, table.lot[at])
                found[spot] = found.get(spot, 0) + sign * table.quantity[at]
    return {spot: quantity for spot, quantity in sorted(found.items()) if quantity}


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
