"""REVALUE: late value onto what is left of receipts, or a new value for what a pool holds.

Without a treatment the part on hand today is capitalised wherever the goods lie. `remaining-share`
does so too, and finds what is left of a receipt first in first out where the pool is an average;
`on-hand-share` counts all goods of the receipt's own pool, whoever brought them. Source: DESIGN
section 3, late value.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from invledger.costing.following import follow
from invledger.costing.interface import INTO_POOL, CostLine, Kind, Share
from invledger.costing.pool import Pool
from invledger.costing.run import Run
from invledger.model import share


class Spot(NamedTuple):
    """Value for goods of one origin (-1: all) in one pool."""

    key: str
    origin: int
    amount: int


def revalue(run: Run, at: int, row: CostLine) -> None:
    """Late value: capitalised for the cited goods that are still here, the rest is expensed."""
    if row.value is None and at in run.setting.stated:
        _to_unit_cost(run, at, row)
        return
    amount = row.value
    if amount is None:
        run.trouble("value-missing", at)
        amount = 0
    several = run.setting.citations.get(at, ())
    if row.cites < 0:
        places = run.setting.restated.get(at) or ((row.target, amount),)
        spots = [Spot(key, -1, part) for key, part in places if run.pool(at, key).quantity]
        kept = _add(run, at, spots)
    else:
        wanted = several or [(row.cites, amount)]
        kept = sum(add_onto(run, at, cited, part) for cited, part in wanted)
    _enter(run, at, kept, amount)


def spots_of(run: Run, at: int) -> list[Spot]:
    """Where late value would go if it came now; what nothing takes is not among it."""
    row = run.rows[at]
    if row.value is None:
        return []
    if row.cites < 0:
        places = run.setting.restated.get(at) or ((row.target, row.value),)
        return [Spot(key, -1, part) for key, part in places if run.pool(at, key).quantity]
    treat = run.setting.treats.get(at, "")
    wanted = run.setting.citations.get(at, ()) or ((row.cites, row.value),)
    return [
        spot
        for cited, amount in wanted
        if run.is_citable(at, cited, INTO_POOL)
        for spot in _still_here(run, at, cited, (amount, treat))
    ]


def _enter(run: Run, at: int, kept: int, amount: int) -> None:
    run.costs[at] = kept
    run.cited[at] = amount - kept - run.variances.get(at, 0) - run.followed_by(at)
    if run.shares is not None:
        run.shares[at] = (Share(at, 0, kept),)


def add_onto(run: Run, at: int, cited: int, amount: int) -> int:
    """Value onto what is left of one receipt; gives what stayed in stock."""
    mine = run.rows[at]
    row = run.rows[cited] if 0 <= cited < at and cited not in run.void else None
    if row is None or row.kind not in INTO_POOL or mine.item not in ("", row.item):
        run.trouble("citation-unusable", at, cited=cited)
        return 0
    return _lay_onto(run, at, cited, amount)


def _lay_onto(run: Run, at: int, cited: int, amount: int) -> int:
    """Value onto the goods of a line, and onto what was made of those that are not here."""
    row = run.rows[cited]
    if run.pools[row.target].at_standard:  # whatever it cost: stock stays at standard
        run.variances[at] = run.variances.get(at, 0) + amount
        run.adjust(cited, amount)
        return 0
    treat = run.setting.treats.get(at, "")
    spots = _still_here(run, at, cited, (amount, treat))
    kept = _add(run, at, spots, cited)
    if spots:  # sold or not, each of the goods is worth so much more
        run.adjust(cited, amount + kept - sum(spot.amount for spot in spots))
    if treat or row.item not in run.watch.items:
        return kept
    return kept + follow(run, at, cited, amount - sum(spot.amount for spot in spots), _lay_onto)


def _add(run: Run, at: int, spots: list[Spot], cited: int = -1) -> int:
    """Put value where it belongs; gives what fitted (goods are never worth less than nothing).

    What one line puts onto several receipts is kept apart: each part is a mix of its own.
    """
    kept, name = 0, at
    is_one_of_several = cited >= 0 and (at in run.setting.citations or run.rows[at].cites != cited)
    if is_one_of_several and run.shares is not None:
        run.mixes.append(())
        name = -1 - len(run.mixes)
    places = dict(run.revalued.get(at, ()))
    for key, origin, part in spots:
        fitting = run.pools[key].revalue(name, origin, part)
        if fitting != part:
            run.unfit[at] = run.unfit.get(at, 0) + part - fitting
        places[key] = places.get(key, 0) + fitting
        kept += fitting
    if spots:
        run.revalued[at] = list(places.items())
    if is_one_of_several:
        run.capitalised.setdefault(at, []).append((cited, kept))
    if name < 0:
        run.mixes[-2 - name] = (Share(at, 0, kept),)
        run.late_mixes[-2 - name] = cited
    return kept


def _still_here(run: Run, at: int, cited: int, late: tuple[int, str]) -> list[Spot]:
    """Where the cited goods are, and the part of the amount that falls to each place."""
    amount, treat = late
    row = run.rows[cited]
    homes = [(key, run.pools[key]) for key in run.homes(row.target)]
    whole, _ = run.left.get(cited, (row.quantity, 0))  # what went back to its origin is no part
    if not whole:  # all of it returned, in goods of other layers: nothing is left
        return []
    if treat == "on-hand-share":
        held = [(key, min(pool.quantity, whole)) for key, pool in homes]
    elif homes[0][1].layered:
        held = [(key, pool.held(cited, whole)) for key, pool in run.pools_of[row.item]]
    elif treat:
        held = [(key, _fifo_rest(run, at, cited, (key, whole))) for key, _ in homes]
    else:
        held = [(key, pool.held(cited, whole)) for key, pool in homes]
    result, before, total = [], 0, 0
    for key, quantity in held:
        if quantity:
            total = min(total + quantity, whole)
            until = share(amount, total, whole)
            origin = cited if run.pools[key].held(cited, whole) else -1
            result.append(Spot(key, origin, until - before))
            before = until
    return result


def gone_of(run: Run, at: int, cited: int) -> tuple[int, int]:
    """How many of a line's goods are not here when late value comes, and of how many."""
    whole, _ = run.left.get(cited, (run.rows[cited].quantity, 0))
    return whole - sum(spot.amount for spot in _still_here(run, at, cited, (whole, ""))), whole


def _fifo_rest(run: Run, at: int, cited: int, rest: tuple[str, int]) -> int:
    """What is left of a receipt in an average, if the oldest goods had always left first.

    The newest goods are what is there; those that went back to their origin are none of them,
    and those that came again of it are as old as they were.
    """
    key, whole = rest
    lines, left = run.lines_into(key), run.pools[key].quantity
    newest = bisect_left(lines, at) - 1
    while left > 0 and newest >= 0 and lines[newest] > cited:
        line = lines[newest]
        if line not in run.void and not _is_there_again(run, line):
            left -= run.left.get(line, (run.rows[line].quantity, 0))[0]
        newest -= 1
    return min(max(left, 0), whole)


def _is_there_again(run: Run, line: int) -> bool:
    """Whether a line undoes a return to where the goods had come from."""
    cites = run.rows[line].cites
    return cites in run.drawn and run.rows[cites].kind == Kind.RETURN_OUT


def _to_unit_cost(run: Run, at: int, row: CostLine) -> None:
    """A new unit cost for all that a pool holds, layer by layer, or for the cited layer."""
    stated = run.setting.stated[at]
    spots: list[Spot] = []
    if row.cites >= 0:
        cited = run.rows[row.cites]
        places = run.pools_of.get(cited.item, []) if run.pools[cited.target].layered else []
        for key, pool in places or [(cited.target, run.pools[cited.target])]:
            spots += _spots_to(run, (key, pool), (row.cites,), (stated, row.quantity))
    else:
        every = run.pools_of.get(row.item, [])
        for key, pool in [(k, p) for k, p in every if row.target in ("", k)]:
            origins = tuple(layer.origin for layer in pool.layers())
            spots += _spots_to(run, (key, pool), origins, (stated, row.quantity))
    kept = _add(run, at, spots)
    _enter(run, at, kept, kept)


def _spots_to(
    run: Run, place: tuple[str, Pool], origins: tuple[int, ...], cost: tuple[int, int]
) -> list[Spot]:
    """What brings some layers of a pool to a unit cost (value, quantity); cents add up."""
    key, pool = place
    (value, per), running, spots = cost, 0, []
    for layer in pool.layers():
        if layer.origin not in origins and layer.origin >= 0:
            continue
        quantity = layer.quantity
        worth = layer.value
        if layer.origin < 0 and origins != (-1,):  # an average: the part that one receipt can be
            quantity = pool.held(origins[0], run.rows[origins[0]].quantity)
            worth = share(layer.value, quantity, layer.quantity)
        new = share(value, running + quantity, per) - share(value, running, per)
        running += quantity
        if new != worth:
            spots.append(Spot(key, layer.origin, new - worth))
    return spots
