"""A change of cost policy at the start of a period: the pools go over to the new method (CO-06).

Prospective: what is on hand keeps its value. Layers stay layers where both methods keep them; an
average becomes one layer (origin -1) that stands for all goods of before, layers become one
average. Retrospective: all lines so far are costed again as if the new policy had been in force
from the first one, and the pools take what that leaves; what the lines cost stays as it is, the
difference is in `Costed.switched`. Shortages, estimates and provenance are kept. Where the scope
of pools changes too, pools are joined (`Switch.pools`) or divided (`Switch.splits`) in the order
of their keys; goods divided by method say nothing of where each piece came from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from invledger.costing.buckets import first_lines
from invledger.costing.interface import Costed, CostLine, Restated, Share, Switch
from invledger.costing.periodic_pool import ListPool
from invledger.costing.pool import Pool, Shortage, Slice, cut, merge_parts
from invledger.costing.run import Run
from invledger.model import share

Replay = Callable[[Run], None]
Step = Callable[[Run, int, int], None]


def pass_through(run: Run, step: Step) -> None:
    """Cost all lines by `step` (run, from, to), with the changes of policy in their places."""
    start = 0
    for numbers in _blocks(run):
        before = min(run.setting.switches[numbers[0]].before, len(run.rows))
        if before > start:
            step(run, start, before)
            start = before
        first = len(run.mixes)
        past = _replayed(run, numbers, lambda past: pass_through(past, step))
        replayed = len(run.mixes)
        for number in numbers:
            mixes = (first, replayed, len(run.mixes))
            was = _made_of(run, number)
            switch(run, number, past)
            if run.shares is not None:
                _note_restated(run, number, (was, _made_of(run, number)), mixes, past)
    step(run, start, len(run.rows))


def _blocks(run: Run) -> list[list[int]]:
    """Numbers of the changes in their order, those before one line together, an item once."""
    switches = run.setting.switches
    blocks: list[list[int]] = []
    known: set[tuple[int, str]] = set()
    for number in sorted(range(len(switches)), key=lambda n: (switches[n].before, n)):
        place = (switches[number].before, switches[number].item)
        if not blocks or place in known or switches[blocks[-1][0]].before != place[0]:
            blocks.append([])
            known.clear()
        blocks[-1].append(number)
        known.add(place)
    return blocks


def switch(run: Run, number: int, past: Run | None) -> None:
    """Carry out change `number`; `past` is the run that a retrospective one takes from."""
    change = run.setting.switches[number]
    old = dict(run.pools_of.pop(change.item, ()))
    before = {key: pool.state() for key, pool in old.items()}
    is_at_price = bool(change.standards) or any(isinstance(p, ListPool) for p in old.values())
    if change.is_retrospective and past is not None:
        old = dict(past.pools_of.get(change.item, ()))
    run.policies[change.item] = change.policy
    for key in sorted(before.keys() | old.keys()):
        run.quick.pop(key, None)
        _new_pool(run, change, key)
    goods: dict[str, list[Slice]] = defaultdict(list)
    for key in sorted(old):
        _hand_over(run, change, (key, old[key]), goods)
    for key, slices in goods.items():
        _put_in(run, run.pools[key], slices)
    for key, worth in (change.standards or {}).items():
        _at_price(run.pools[key], worth)
    for key, pool in sorted(run.pools_of.get(change.item, ())):
        known, state = before.get(key), pool.state()
        quantity, value = (known.quantity, known.value) if known else (0, 0)
        if (quantity, value) != (state.quantity, state.value) or (value and is_at_price):
            run.switched.append((number, key, value, state.value))
            run.rescoped[key] += state.quantity - quantity


def _made_of(run: Run, number: int) -> tuple[Share, ...]:
    """What the pools of the item of change `number` are made of; empty without provenance."""
    pools = run.pools_of.get(run.setting.switches[number].item, ())
    return merge_parts(part for _, pool in pools for part in pool.made_of())


def _note_restated(
    run: Run,
    number: int,
    parts: tuple[tuple[Share, ...], tuple[Share, ...]],
    mixes: tuple[int, int, int],
    past: Run | None,
) -> None:
    """Note what a change made of the goods on hand, where that is not what they were."""
    (was, became), change = parts, run.setting.switches[number]
    before = min(change.before, len(run.rows))
    if past is not None:
        run.late_mixes.update(past.late_mixes)
    elif _sums(was) == _sums(became):
        return
    after = len(run.sequence) if run.waiting else before
    made = (*mixes, len(run.mixes))
    known = None if past is None else _provenance(past)
    is_new = change.is_retrospective and past is not None
    run.restated.append(Restated(change.item, before, after, made, was, became, known, is_new))


def _provenance(past: Run) -> Costed:
    """What a costing again knows of where its costs came from."""
    return Costed(
        past.costs,
        {},
        past.true_ups,
        {},
        {},
        [],
        shares=past.shares,
        fills=past.fills,
        mixes=past.mixes,
        capitalised=past.capitalised,
        late_mixes=past.late_mixes,
        settled=past.settled,
        sequence=past.sequence,
        restated=past.restated,
    )


def _sums(parts: tuple[Share, ...]) -> tuple[int, int]:
    return sum(part.quantity for part in parts), sum(part.value for part in parts)


def _at_price(pool: Pool, worth: int) -> None:
    """Goods come to the price they are kept at from now on: their value under standard cost, the
    base of their rate under planned cost and the retail method.
    """
    if isinstance(pool, ListPool):
        pool.base = worth
    elif pool.at_standard and pool.quantity:
        pool.revalue(-1, -1, worth - pool.worth())


def _replayed(run: Run, numbers: list[int], replay: Replay) -> Run | None:
    """The lines so far, had the new policies been in force from the first of them on."""
    switches = run.setting.switches
    changes = [switches[n] for n in numbers if switches[n].is_retrospective]
    if not changes:
        return None
    renamed = {old: new for change in changes for old, new in (change.pools or {}).items()}
    items = {change.item for change in changes}

    def row(line: CostLine) -> CostLine:
        if line.item not in items:
            return line
        source, target = (renamed.get(key, key) for key in (line.source, line.target))
        return line._replace(source=source, target=target)

    before = changes[0].before
    rows = [row(line) if renamed else line for line in run.rows[:before]]
    policies = {**run.policies_at_first, **{change.item: change.policy for change in changes}}
    others = [one for one in switches if one.item not in items and one.before < before]
    setting = replace(first_lines(run.setting, before), switches=others)
    past = Run(rows, policies, provenance=run.shares is not None, setting=setting)
    past.mixes = run.mixes
    replay(past)
    return past


def _new_pool(run: Run, change: Switch, key: str) -> Pool:
    pool = run.new_pool(max(0, min(change.before, len(run.rows) - 1)), change.item)
    pool.since = change.before
    return run.add_pool(key, pool)


def _hand_over(
    run: Run, change: Switch, place: tuple[str, Pool], goods: dict[str, list[Slice]]
) -> None:
    """What an old pool holds, by the key of its heirs; the last of them takes what is over."""
    key, pool = place
    slices = pool.give_up()
    heirs = (change.splits or {}).get(key) or (((change.pools or {}).get(key, key), 0),)
    for number, (name, quantity) in enumerate(heirs):
        if number < len(heirs) - 1:
            piece, slices = _divide(slices, quantity)
        else:
            piece = slices
        goods[name] += piece
        if name not in run.pools:
            _new_pool(run, change, name)
        heir = run.pools[name]
        heir.received = pool.received
        heir.last_value, heir.last_quantity = pool.last_value, pool.last_quantity
    last = run.pools[heirs[-1][0]]
    last.shortages = sorted([*last.shortages, *pool.shortages])
    last.refused = last.refused or pool.refused
    if heirs != ((key, 0),):
        run.heirs[key] = tuple(name for name, _ in heirs)
        run.into.clear()


def _divide(slices: list[Slice], quantity: int) -> tuple[list[Slice], list[Slice]]:
    """The first slices up to a quantity, and the others."""
    piece: list[Slice] = []
    for number, part in enumerate(slices):
        if part.quantity > quantity:
            first, rest = cut(part, quantity)
            return [*piece, first] if quantity else piece, [rest, *slices[number + 1 :]]
        piece.append(part)
        quantity -= part.quantity
    return piece, []


def _put_in(run: Run, pool: Pool, slices: list[Slice]) -> None:
    """Goods into their new pool; they fill what joined pools owe, oldest first."""
    for part in slices:
        rest = part
        while pool.shortages and rest.quantity:
            of, quantity, estimate = pool.shortages[0]
            filled, rest = cut(rest, min(rest.quantity, quantity))
            settled = share(estimate, filled.quantity, quantity)
            left = Shortage(of, quantity - filled.quantity, estimate - settled)
            pool.shortages[:1] = [left] if left.quantity else []
            run.adjust(of, filled.value - settled)
        if rest.quantity:
            pool.put(rest)
