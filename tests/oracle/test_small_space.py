"""N5: every sequence of a few steps on one item, and of fewer on two, under every method.

No failure, nothing lost; and of two items each costs what it costs alone.

With provenance and without, refusing shortages and allowing them. The kernel checks conservation
itself on each run; here the sums are made once more from the costs alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

import pytest

from invledger.costing import Costed, CostLine, Kind, Setting, cost, explain_line
from invledger.model import CostPolicy
from tests.oracle.exact import ISSUE, RECEIVE, RETURN_IN, Line

METHODS = ("fifo", "lifo", "moving-average", "specific", "standard", "periodic-average",
           "periodic-lifo", "planned", "retail")  # fmt: skip
#: 1 at 1.00, 2 at 3.00, out 1, out 3, the last issue back, counted one more.
ALPHABET = (
    Line(RECEIVE, "P", 1, "", "A", 100, -1, ""),
    Line(RECEIVE, "P", 2, "", "A", 300, -1, ""),
    Line(ISSUE, "P", 1, "A", "", None, -1, ""),
    Line(ISSUE, "P", 3, "A", "", None, -1, ""),
    Line(RETURN_IN, "P", 1, "", "A", None, -2, ""),
    Line(RECEIVE, "P", 1, "", "A", None, -1, ""),
)


def sequences(longest: int) -> Iterator[list[CostLine]]:
    """All of up to so many steps; a return cites the last issue before it."""
    for length in range(1, longest + 1):
        for steps in product(ALPHABET, repeat=length):
            lines: list[CostLine] = []
            last = -1
            for step in steps:
                line = CostLine(*step)
                if step.cites < -1:
                    line = line._replace(cites=last)
                elif step.kind == ISSUE:
                    last = len(lines)
                lines.append(line)
            yield lines


def check(lines: list[CostLine], policy: CostPolicy) -> None:
    setting = Setting(
        standards={at: 97 * line.quantity for at, line in enumerate(lines)},
        periods={"month": [0, 3]},
        fallback={"P": (50, 1)},
    )
    quick = cost(lines, {"P": policy}, setting=setting)
    full = cost(lines, {"P": policy}, provenance=True, setting=setting)
    assert quick.costs == full.costs
    assert quick.pools == full.pools
    assert quick.troubles == full.troubles
    state = quick.pools["A"]
    assert state.quantity or not state.value
    came = sum(c for line, c in zip(lines, quick.costs, strict=True) if line.kind != Kind.ISSUE)
    gone = sum(c for line, c in zip(lines, quick.costs, strict=True) if line.kind == Kind.ISSUE)
    assert came == gone + sum(one.amount for one in quick.true_ups) + state.value
    assert min(quick.costs) >= 0
    tree = explain_line(full, lines, len(lines) - 1)
    assert not tree.children or sum(node.value for node in tree.children) == tree.value


def exhaust(method: str, negative: str, longest: int) -> int:
    policy, tried = CostPolicy(method, negative=negative), 0
    for lines in sequences(longest):
        check(lines, policy)
        tried += 1
    return tried


@pytest.mark.req("CO-01", "CO-02", "CO-03", "CO-04", "CO-05")
@pytest.mark.parametrize("negative", ["refuse", "provisional"])
@pytest.mark.parametrize("method", METHODS)
def test_every_sequence_of_three_steps(method: str, negative: str) -> None:
    assert exhaust(method, negative, 3) == 6 + 36 + 216


@pytest.mark.slow
@pytest.mark.req("CO-01", "CO-02", "CO-03", "CO-04", "CO-05")
@pytest.mark.parametrize("negative", ["refuse", "provisional"])
@pytest.mark.parametrize("method", METHODS)
def test_small_space_exhausted(method: str, negative: str) -> None:
    """All 55,986 sequences of up to six steps."""
    assert exhaust(method, negative, 6) == 55_986


#: The steps of two items, by number: those of the first, then those of the second.
BOTH = tuple((number, step) for number in (0, 1) for step in range(len(ALPHABET)))
PLACES = (("P", "A"), ("Q", "B"))
Alone = Callable[[int, tuple[int, ...], int], Costed]


def lines_of(steps: tuple[tuple[int, int], ...]) -> list[CostLine]:
    """Steps of two items as lines; a return cites the last issue of its own item before it."""
    lines: list[CostLine] = []
    last = [-1, -1]
    for number, step in steps:
        item, place = PLACES[number]
        line = CostLine(*ALPHABET[step])
        source, target = line.source and place, line.target and place
        cites = last[number] if line.cites < -1 else -1
        line = line._replace(item=item, source=source, target=target, cites=cites)
        if line.kind == Kind.ISSUE:
            last[number] = len(lines)
        lines.append(line)
    return lines


def costed(lines: list[CostLine], policy: CostPolicy, second: int) -> Costed:
    """The lines, of which the second month begins with number `second`."""
    setting = Setting(
        standards={at: 97 * line.quantity for at, line in enumerate(lines)},
        periods={"month": [0, second]},
        fallback={"P": (50, 1), "Q": (50, 1)},
    )
    return cost(lines, {"P": policy, "Q": policy}, setting=setting)


def check_both(steps: tuple[tuple[int, int], ...], policy: CostPolicy, alone: Alone) -> None:
    found = costed(lines_of(steps), policy, 3)
    for number in {number for number, _ in steps}:
        mine = [at for at, (one, _) in enumerate(steps) if one == number]
        own = alone(number, tuple(steps[at][1] for at in mine), sum(at < 3 for at in mine))
        assert [found.costs[at] for at in mine] == own.costs, steps
        key = PLACES[number][1]
        now, then = found.pools.get(key), own.pools.get(key)
        assert (now and (now.quantity, now.value)) == (then and (then.quantity, then.value)), steps
        said = [(trouble.code, trouble.at) for trouble in own.troubles]
        assert said == [
            (trouble.code, mine.index(trouble.at))
            for trouble in found.troubles
            if trouble.at in mine
        ], steps


def exhaust_both(method: str, negative: str, longest: int) -> int:
    policy, tried = CostPolicy(method, negative=negative), 0

    @cache
    def alone(number: int, steps: tuple[int, ...], second: int) -> Costed:
        return costed(lines_of(tuple((number, step) for step in steps)), policy, second)

    for length in range(1, longest + 1):
        for steps in product(BOTH, repeat=length):
            check_both(steps, policy, alone)
            tried += 1
    return tried


@pytest.mark.req("CO-01", "CO-02", "CO-03", "CO-04", "CO-05")
@pytest.mark.parametrize("negative", ["refuse", "provisional"])
@pytest.mark.parametrize("method", METHODS)
def test_every_sequence_of_two_items(method: str, negative: str) -> None:
    assert exhaust_both(method, negative, 2) == 12 + 144


@pytest.mark.slow
@pytest.mark.req("CO-01", "CO-02", "CO-03", "CO-04", "CO-05")
@pytest.mark.parametrize("negative", ["refuse", "provisional"])
@pytest.mark.parametrize("method", METHODS)
def test_small_space_of_two_items_exhausted(method: str, negative: str) -> None:
    """All 271,452 sequences of up to five steps."""
    assert exhaust_both(method, negative, 5) == 271_452
