"""Flat costing, call by call, and against the pools of the kernel proper on random lines."""

from __future__ import annotations

from random import Random

import pytest

from invledger.costing import CostLine, Kind, cost
from invledger.costing.flat import FlatCosting, FlatPool, NotThere
from invledger.model import CostPolicy

pytestmark = pytest.mark.req("CO-02", "CO-10")
RECEIVE, ISSUE, MOVE, SKIP = int(Kind.RECEIVE), int(Kind.ISSUE), int(Kind.MOVE), int(Kind.SKIP)


def filled(*layers: tuple[int, int, int]) -> FlatPool:
    pool = FlatPool()
    for layer in layers:
        pool.put([layer])
    return pool


THREE = ((2, 3, 100), (4, 2, 50), (7, 1, 9))


def test_nothing_is_held_at_first() -> None:
    pool = FlatPool()
    assert (pool.there, pool.worth, pool.origin, pool.held()) == (0, 0, -1, [])
    with pytest.raises(NotThere):
        pool.issue(1)
    with pytest.raises(NotThere):
        pool.take(1)
    assert (pool.issue(0), pool.take(0)) == (0, [])


@pytest.mark.parametrize(
    ("quantity", "costs", "left"),
    [
        (1, 33, [2, 2, 67, 4, 2, 50, 7, 1, 9]),
        (3, 100, [4, 2, 50, 7, 1, 9]),
        (4, 125, [4, 1, 25, 7, 1, 9]),
        (5, 150, [7, 1, 9]),
        (6, 159, []),
    ],
)
def test_the_oldest_goods_leave(quantity: int, costs: int, left: list[int]) -> None:
    pool = filled(*THREE)
    assert (pool.issue(quantity), pool.held()) == (costs, left)
    pool = filled(*THREE)
    parts = pool.take(quantity)
    assert (sum(part[2] for part in parts), pool.held()) == (costs, left)
    assert sum(part[1] for part in parts) == quantity
    assert [part[0] for part in parts] == [2, 4, 7][: len(parts)]


def test_parts_name_their_layers() -> None:
    pool = filled(*THREE)
    assert pool.take(4) == [(2, 3, 100), (4, 1, 25)]
    assert pool.take(2) == [(4, 1, 25), (7, 1, 9)]
    assert (pool.there, pool.worth, pool.origin) == (0, 0, -1)
    for wanted in (7, 9):
        with pytest.raises(NotThere):
            filled(*THREE).issue(wanted)
        with pytest.raises(NotThere):
            filled(*THREE).take(wanted)


@pytest.mark.parametrize(
    ("more", "held"),
    [
        ((9, 1, 5), [2, 3, 100, 4, 2, 50, 7, 1, 9, 9, 1, 5]),
        ((5, 1, 5), [2, 3, 100, 4, 2, 50, 5, 1, 5, 7, 1, 9]),
        ((4, 1, 5), [2, 3, 100, 4, 3, 55, 7, 1, 9]),
        ((7, 1, 5), [2, 3, 100, 4, 2, 50, 7, 2, 14]),
        ((2, 1, 5), [2, 4, 105, 4, 2, 50, 7, 1, 9]),
        ((1, 1, 5), [1, 1, 5, 2, 3, 100, 4, 2, 50, 7, 1, 9]),
    ],
)
def test_a_layer_finds_its_place(more: tuple[int, int, int], held: list[int]) -> None:
    assert filled(*THREE, more).held() == held


def test_a_layer_finds_its_place_behind_used_ones() -> None:
    pool = filled(*THREE)
    pool.issue(5)
    pool.put([(3, 1, 5)])
    assert pool.held() == [3, 1, 5, 7, 1, 9]
    pool.put([(5, 2, 6)])
    assert pool.held() == [3, 1, 5, 5, 2, 6, 7, 1, 9]
    pool.issue(4)
    pool.put([(0, 2, 8)])
    assert pool.held() == [0, 2, 8]


def test_layers_of_one_move_find_their_places() -> None:
    """Before the oldest, into one that is here, twice between two, into the last, behind all."""
    pool = filled(*THREE)
    pool.put([(1, 1, 5), (2, 1, 6), (4, 1, 7), (5, 1, 8), (6, 1, 9), (7, 1, 3), (9, 2, 2)])
    assert pool.held() == [
        1, 1, 5, 2, 4, 106, 4, 3, 57, 5, 1, 8, 6, 1, 9, 7, 2, 12, 9, 2, 2,
    ]  # fmt: skip
    assert pool.take(6) == [(1, 1, 5), (2, 4, 106), (4, 1, 19)]


def test_layers_that_are_used_up_are_forgotten() -> None:
    pool = filled(*((at, 1, 5) for at in range(100)))
    assert pool.issue(98) == 5 * 98
    assert (list(pool.layers), pool.held()) == ([(99, 1, 5)], [98, 1, 5, 99, 1, 5])
    assert pool.issue(1) == 5
    assert (len(pool.layers), pool.held()) == (0, [99, 1, 5])


@pytest.mark.parametrize(
    ("is_layered", "costs", "held"),
    [
        (True, [100, 60, 33, 34, 0, 33 + 20, 12, 20], [[1, 1, 20], [0, 1, 34, 6, 2, 12]]),
        (False, [100, 60, 27, 53, 0, 53, 12, 27], [[-1, 0, 0], [-1, 4, 65]]),
    ],
)
def test_lines_as_they_come(is_layered: bool, costs: list[int], held: list[list[int]]) -> None:
    """3 for 1.00 and 3 for 0.60: one leaves, one or two go to B, two leave, one leaves."""
    flat = FlatCosting()
    into = flat.way(RECEIVE, None, "A", is_layered=is_layered)
    out = flat.way(ISSUE, "A", None, is_layered=is_layered)
    over = flat.way(MOVE, "A", "B", is_layered=is_layered)
    skip = flat.way(SKIP, None, None, is_layered=is_layered)
    other = flat.way(RECEIVE, None, "B", is_layered=is_layered)
    moved = 1 if is_layered else 2
    ways = [into, into, out, over, skip, out, other, out]
    quantities = [3, 3, 1, moved, 9, 2, 2, 1]
    values = [100, 60, 0, 0, 0, 0, 12, 0]
    items = [5] * 8
    found = flat.costs(ways[:3], items[:3], quantities[:3], values[:3])
    assert found == costs[:3]
    assert flat.is_conserved()
    assert flat.costs(ways[3:], items[3:], quantities[3:], values[3:]) == costs[3:]
    assert flat.is_conserved()
    assert (flat.lines, flat.quantity) == (8, 3 + 3 - 1 - 2 + 2 - 1)
    assert flat.value == 100 + 60 + 12 - costs[2] - costs[5] - costs[7]
    assert len(into[2]) == len(over[2]) == 1
    assert over[2][5].held() == held[1]
    if is_layered:
        assert into[2][5].held() == held[0]
    pool = over[2][5]
    pool.worth += 1
    assert not flat.is_conserved()
    pool.worth -= 1
    pool.there += 1
    assert not flat.is_conserved()


@pytest.mark.parametrize("is_layered", [True, False])
def test_what_is_not_plain_is_none(is_layered: bool) -> None:
    def one(kind: int, quantity: int, item: int = 5) -> list[int] | None:
        flat = FlatCosting()
        into = flat.way(RECEIVE, None, "A", is_layered=is_layered)
        way = flat.way(kind, "A", "B", is_layered=is_layered)
        return flat.costs([into, way], [5, item], [3, quantity], [100, 0])

    assert (one(ISSUE, 3), one(MOVE, 3)) == ([100, 100], [100, 100])
    assert (one(ISSUE, 4), one(MOVE, 4)) == (None, None)
    assert (one(ISSUE, 1, item=6), one(MOVE, 1, item=6)) == (None, None)


def test_pools_of_layers_and_averages_are_apart() -> None:
    flat = FlatCosting()
    ways = [flat.way(RECEIVE, None, scope, is_layered=is_layered)
            for scope in ("A", "B") for is_layered in (True, False)]  # fmt: skip
    assert len({id(way[2]) for way in ways}) == 4
    assert ways[0][2] is flat.way(ISSUE, "A", None, is_layered=True)[1]


@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_the_figures_of_the_kernel(method: str) -> None:
    """Random receipts, issues and moves of 2 items over 3 pools, in pieces of a few lines."""
    for seed in range(30):
        chance = Random(seed)  # noqa: S311  the same lines each time
        stock: dict[tuple[str, str], int] = {}
        lines: list[CostLine] = []
        for _ in range(chance.randint(5, 60)):
            item, place = chance.choice("PQ"), chance.choice("ABC")
            have = stock.get((item, place), 0)
            kind = chance.choice([RECEIVE, ISSUE, MOVE]) if have else RECEIVE
            quantity = chance.randint(1, have if kind != RECEIVE else 9)
            target = "" if kind == ISSUE else place if kind == RECEIVE else chance.choice("ABC")
            source = "" if kind == RECEIVE else place
            for key, change in ((source, -quantity), (target, quantity)):
                stock[item, key] = stock.get((item, key), 0) + change
            value = chance.randint(0, 900) if kind == RECEIVE else None
            lines.append(CostLine(Kind(kind), item, quantity, source, target, value, -1, ""))
        keyed = [line._replace(source=line.source and line.item + line.source,
                               target=line.target and line.item + line.target)
                 for line in lines]  # fmt: skip
        expected = cost(keyed, {item: CostPolicy(method) for item in "PQ"})
        flat = FlatCosting()
        found: list[int] = []
        at = 0
        while at < len(lines):
            part = lines[at : at + chance.randint(1, 9)]
            costs = flat.costs(
                [flat.way(line.kind, line.source, line.target, is_layered=method == "fifo")
                 for line in part],
                [ord(line.item) for line in part], [line.quantity for line in part],
                [line.value or 0 for line in part],
            )  # fmt: skip
            assert costs is not None
            found += costs
            at += len(part)
        assert found == expected.costs, seed
        assert flat.is_conserved()
        for key, state in expected.pools.items():
            held = flat.pools[key[1], method == "fifo"][ord(key[0])].held()
            assert held == [n for layer in state.layers for n in layer], (seed, key)
