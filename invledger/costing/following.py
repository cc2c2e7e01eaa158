"""Late value follows goods that have left: into unfinished orders, products, other pools.

What is on hand of a receipt takes its share where it lies (see `revaluing`). Of the rest, goods
that a cost object took in carry their share into it while it is open, and onto what it produced
when it is completed, as far as that is here; goods moved between averages carry it along, and
so do goods that came back, where the pool does not count them as on hand anyway. All else was
sold, scrapped or expensed, and so is its share. Layers know which lines took of them; of an
average, all that left since the receipt counts alike. Source: DESIGN section 3, late value.
"""

from __future__ import annotations

from collections.abc import Callable

from invledger.costing.interface import Kind, Share
from invledger.costing.pool import apportion
from invledger.costing.run import Run

#: How many times late value goes on from a product into what that was made into.
DEPTH_MAX = 12
#: Kinds of lines whose goods are somewhere again, and may be followed from there.
_BROUGHT = frozenset({Kind.MOVE, Kind.HAND_BACK, Kind.RETURN_IN})
#: Puts value onto a line's goods; gives what stayed in stock.
Onto = Callable[[Run, int, int, int], int]


def follow(run: Run, at: int, cited: int, amount: int, onto: Onto) -> int:
    """Late value on goods of line `cited` that are not here any more; gives what is in stock.

    What went into open cost objects stands in `run.followed`; the rest is expensed.
    """
    takers = takers_of(run, at, cited)
    if not amount or not takers or run.depth >= DEPTH_MAX:
        return 0
    run.depth += 1
    kept = 0
    parts = apportion([quantity for _, quantity in takers], amount)
    for (line, _), part in zip(takers, parts, strict=True):
        kind = run.rows[line].kind
        if part and kind == Kind.CONSUME:
            kept += _into_order(run, at, line, part, onto)
        elif part and kind in _BROUGHT:
            kept += onto(run, at, line, part)
    run.depth -= 1
    return kept


def _into_order(run: Run, at: int, line: int, amount: int, onto: Onto) -> int:
    """Into the cost object that a line fed, or onto what came out of it."""
    key = run.rows[line].order
    order = run.orders[key]
    if key == run.rows[at].order:  # a settlement of that very order
        return 0
    if not order.completed:
        fitting = max(amount, -order.worth)
        if fitting:
            order.add(Share(at, 0, fitting))
            run.adjust(line, fitting)
            run.followed.setdefault(at, []).append((key, fitting))
        return 0
    made = [one for one in run.watch.outputs.get(key, ()) if one < at and run.costs[one]]
    parts = apportion([run.costs[one] for one in made], amount)
    return sum(onto(run, at, one, part) for one, part in zip(made, parts, strict=True) if part)


def takers_of(run: Run, at: int, cited: int) -> list[tuple[int, int]]:
    """Lines that took goods of a line with what has not come back; and lines that it came by.

    What came back into a pool that counts it as goods of the cited line has its share already.
    What takes back an order's output takes what that brought, and no share.
    """
    row = run.rows[cited]
    homes = run.homes(row.target)
    found = run.watch.went.get(("", cited))
    if found is None:
        went = run.watch.went.get((row.target, -1), ())  # within a cycle also of later lines
        found = [pair for pair in went if cited < pair[0] < at]
    result = []
    for line, quantity in found:
        left = quantity
        for back in run.watch.backs.get(line, ()):
            came = min(run.rows[back].quantity, left)
            if back < at and back not in run.void and came:
                left -= came
                target = run.rows[back].target
                is_here = target in homes and run.pools[target].counts_in(back, cited)
                if not is_here and back not in run.restored:
                    result.append((back, came))
        if left and not _is_unmade(run, line):
            result.append((line, left))
    return result


def _is_unmade(run: Run, line: int) -> bool:
    """Whether a line takes back what an order had made."""
    kind, _, _, _, _, _, cites, _ = run.rows[line]
    return kind == Kind.CONSUME and cites >= 0 and run.rows[cites].kind == Kind.PRODUCE
