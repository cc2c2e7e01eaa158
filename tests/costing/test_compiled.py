"""Compiled costing as Python runs it: the figures of the kernel proper, and what is not plain.

The machine code itself is proven by the tests of `books`; here its source can be followed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from random import Random
from types import ModuleType
from typing import Any

import pytest

from invledger.costing import CostLine, Kind, cost
from invledger.costing.compiled_state import (
    AVERAGE,
    DONE,
    FIFO,
    LAYER_COLUMNS,
    LAYERS_MAX,
    LAYERS_USED,
    MORE_LAYERS,
    MORE_POOLS,
    NOT_PLAIN,
    POOL_CAP,
    POOL_COLUMNS,
    POOL_END,
    POOL_HEAD,
    POOL_QUANTITY,
    POOL_START,
    POOL_VALUE,
    POOLS_MAX,
    POOLS_USED,
    SLOTS_MAX,
    STOPPED,
    State,
)
from invledger.ledger.compiled_form import (
    LINE_COLUMNS,
    LINE_KIND,
    LINE_METHOD,
    LINE_QUANTITY,
    LINE_SOURCE,
    LINE_TARGET,
    LINE_VALUE,
)
from invledger.ledger.flat import address_of, ints
from invledger.model import CostPolicy

pytestmark = pytest.mark.req("CO-02", "CO-10")
RECEIVE, ISSUE, MOVE, SKIP = int(Kind.RECEIVE), int(Kind.ISSUE), int(Kind.MOVE), int(Kind.SKIP)
Line = tuple[int, int, int, int, int]  # kind, source, target, quantity, value


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module with Python's own functions in place of machine code."""
    pytest.importorskip("numba", reason="the extra `fast`")
    import numpy as np

    from invledger.costing import compiled

    def array(address: int, count: int) -> Any:  # noqa: ANN401  of numpy
        return np.frombuffer((ctypes.c_int64 * int(count)).from_address(int(address)), np.int64)

    def table(address: int, rows: int, columns: int) -> Any:  # noqa: ANN401  of numpy
        return array(address, int(rows) * int(columns)).reshape(rows, columns)

    for name, value in list(vars(compiled).items()):
        plain = getattr(value, "py_func", None)
        if plain is not None and plain.__module__ == compiled.__name__:
            monkeypatch.setattr(compiled, name, plain)
    monkeypatch.setattr(compiled, "array", array)
    monkeypatch.setattr(compiled, "table", table)
    with np.errstate(over="ignore"):
        yield compiled


def costed(
    state: State, lines: list[Line], first: int = 0, method: int = FIFO
) -> tuple[list[int], int, list[int]]:
    """Costs, how it ended, and the reasons why room was asked for."""
    count = len(lines)
    given, costs = ints(LINE_COLUMNS * count), ints(count)
    columns = (LINE_KIND, LINE_SOURCE, LINE_TARGET, LINE_QUANTITY, LINE_VALUE)
    for at, line in enumerate(lines):
        for column, value in zip(columns, line, strict=True):
            given[count * column + at] = value
        given[count * LINE_METHOD + at] = method
    at, grown = 0, list[int]()
    while True:
        status = state.code.cost_lines(
            state.address, first, at, address_of(given), count, address_of(costs)
        )
        at = state.record[STOPPED]
        if status in (DONE, NOT_PLAIN):
            return list(costs), status, grown
        grown.append(status)
        state.grow(status)


def small(code: ModuleType) -> State:
    return State(code, pools=4, layers=32)


def held(state: State) -> dict[int, tuple[int, int, list[int]]]:
    return {key: (quantity, value, layers) for key, quantity, value, layers in state.held()}


STORY: list[Line] = [
    (RECEIVE, 0, 7, 3, 100), (RECEIVE, 0, 7, 3, 60), (ISSUE, 7, 0, 1, 0), (MOVE, 7, 9, 1, 0),
    (SKIP, 0, 0, 9, 5), (ISSUE, 7, 0, 2, 0), (RECEIVE, 0, 9, 2, 12), (ISSUE, 7, 0, 1, 0),
]  # fmt: skip


def test_layers_as_they_come(code: ModuleType) -> None:
    """3 at 1.00 less 0.33 less 0.34; what was moved keeps its age."""
    state = State(code)
    assert costed(state, STORY, first=20) == ([100, 60, 33, 34, 0, 53, 12, 20], DONE, [])
    assert held(state) == {7: (1, 20, [21, 1, 20]), 9: (3, 46, [20, 1, 34, 26, 2, 12])}
    assert state.is_conserved()
    back = [(MOVE, 9, 7, 3, 0), (ISSUE, 7, 0, 3, 0)]
    assert costed(state, [(kind, s, t, q, v) for kind, s, t, q, v in back], first=28)[0] == [
        46, 34 + 20 + 6,
    ]  # fmt: skip
    assert held(state) == {7: (1, 6, [26, 1, 6]), 9: (0, 0, [])}


def test_averages_as_they_come(code: ModuleType) -> None:
    """6 for 1.60: 0.27; 5 for 1.33: 0.27; 4 for 1.06: 0.53; 2 for 0.53: 0.27 (26.5)."""
    state = State(code)
    found = costed(state, STORY, method=AVERAGE)
    assert found == ([100, 60, 27, 27, 0, 53, 12, 27], DONE, [])
    assert held(state) == {7: (1, 26, []), 9: (3, 39, [])}
    assert state.is_conserved()


@pytest.mark.parametrize("kind", [ISSUE, MOVE])
@pytest.mark.parametrize("method", [FIFO, AVERAGE])
def test_what_is_not_plain_stops(code: ModuleType, kind: int, method: int) -> None:
    def ends(quantity: int, line: Line) -> int:
        return costed(State(code), [(RECEIVE, 0, 7, quantity, 100), line], method=method)[1]

    assert ends(3, (kind, 7, 9, 3, 0)) == DONE
    assert ends(3, (kind, 7, 9, 4, 0)) == NOT_PLAIN
    assert ends(3, (kind, 8, 9, 1, 0)) == NOT_PLAIN
    assert ends(2**30, (kind, 7, 9, 1, 0)) == NOT_PLAIN
    assert ends(2**30 - 1, (kind, 7, 9, 1, 0)) == DONE
    assert ends(2**30, (kind, 7, 9, 2**30, 0)) == DONE
    state = State(code)
    costed(state, [(RECEIVE, 0, 7, 3, 100), (kind, 7, 9, 4, 0)], method=method)
    assert state.record[STOPPED] == 1


@pytest.mark.parametrize(
    ("value", "status"), [(2**60, DONE), (2**60 + 1, NOT_PLAIN), (0, DONE), (-1, NOT_PLAIN)]
)
def test_values_have_bounds(code: ModuleType, value: int, status: int) -> None:
    assert costed(State(code), [(RECEIVE, 0, 7, 1, value)])[1] == status


def test_room_is_asked_for(code: ModuleType) -> None:
    state = small(code)
    lines = [(RECEIVE, 0, key, 1, key) for key in range(1, 6)]
    costs, status, grown = costed(state, lines)
    assert (costs, status, grown) == ([1, 2, 3, 4, 5], DONE, [MORE_POOLS])
    assert (state.record[POOLS_MAX], state.record[LAYERS_MAX]) == (8, 32)
    assert held(state) == {key: (1, key, [key - 1, 1, key]) for key in range(1, 6)}
    again = small(code)
    moves = [(RECEIVE, 0, 1, 1, 5)] * 9 + [(MOVE, 1, 2, 9, 0)]
    costs, _, grown = costed(again, moves)
    assert (costs, set(grown)) == ([5] * 9 + [45], {MORE_LAYERS})
    assert held(again)[2] == (9, 45, [n for at in range(9) for n in (at, 1, 5)])


@pytest.mark.parametrize(
    ("column", "change", "is_fine"),
    [
        (POOL_QUANTITY, 1, False), (POOL_QUANTITY, -1, False), (POOL_VALUE, 1, False),
        (POOL_QUANTITY, 0, True),
    ],
)  # fmt: skip
def test_what_pools_hold_is_compared(
    code: ModuleType, column: int, change: int, is_fine: bool
) -> None:
    for method in (FIFO, AVERAGE):
        state = State(code)
        costed(state, [(RECEIVE, 0, 1, 2, 9), (ISSUE, 1, 0, 1, 0)], method=method)
        pools = state._pools.ints
        pools[column] += change
        assert state.is_conserved() == (is_fine or (method == AVERAGE and change != -1))
        pools[column] -= change
        if method == AVERAGE:
            pools[POOL_QUANTITY], pools[POOL_VALUE] = 0, 1
            assert not state.is_conserved()
            pools[POOL_VALUE] = -1
            assert not state.is_conserved()
            pools[POOL_QUANTITY], pools[POOL_VALUE] = -1, 1
            assert not state.is_conserved()
            pools[POOL_QUANTITY], pools[POOL_VALUE] = 0, 0
            assert state.is_conserved()
            pools[POOL_COLUMNS + POOL_QUANTITY] = -1
            assert state.is_conserved()  # of a pool that is none


def test_layers_keep_their_order_wherever_they_come_in(code: ModuleType) -> None:
    """Older ones before, newer ones behind, and as part of one that is here."""
    state = State(code)
    lines = [(RECEIVE, 0, 1, 2, 10 * n) for n in range(1, 7)]
    costed(state, [*lines, (RECEIVE, 0, 2, 1, 5), (MOVE, 1, 2, 5, 0)])
    assert held(state)[2] == (6, 10 + 20 + 15 + 5, [0, 2, 10, 1, 2, 20, 2, 1, 15, 6, 1, 5])
    assert held(state)[1] == (7, 15 + 40 + 50 + 60, [2, 1, 15, 3, 2, 40, 4, 2, 50, 5, 2, 60])
    costed(state, [(MOVE, 2, 1, 5, 0)], first=8)
    assert held(state)[1][2][:12] == [0, 2, 10, 1, 2, 20, 2, 2, 30, 3, 2, 40]
    pools = state._pools.ints
    assert pools[POOL_START] <= pools[POOL_HEAD] <= pools[POOL_END]
    assert pools[POOL_END] <= pools[POOL_START] + pools[POOL_CAP]


@pytest.mark.parametrize(("name", "method"), [("fifo", FIFO), ("moving-average", AVERAGE)])
def test_the_figures_of_the_kernel(code: ModuleType, name: str, method: int) -> None:
    """Random receipts, issues and moves between 4 pools, in pieces, in too little room."""
    for seed in range(14):
        chance = Random(seed)  # noqa: S311  the same lines each time
        stock = dict.fromkeys(range(1, 5), 0)
        lines: list[Line] = []
        for _ in range(chance.randint(5, 70)):
            place = chance.choice(list(stock))
            kind = chance.choice([RECEIVE, ISSUE, MOVE, MOVE]) if stock[place] else RECEIVE
            quantity = chance.randint(1, stock[place] if kind != RECEIVE else 9)
            target = chance.choice([key for key in stock if key != place])
            if kind == RECEIVE:
                stock[place] += quantity
                lines.append((kind, 0, place, quantity, chance.randint(0, 900)))
                continue
            stock[place] -= quantity
            if kind == MOVE:
                stock[target] += quantity
            lines.append((kind, place, target, quantity, 0))
        expected = cost(
            [CostLine(Kind(kind), "P", quantity, str(source) if kind != RECEIVE else "",
                      str(target) if kind != ISSUE else "", value if kind == RECEIVE else None,
                      -1, "")
             for kind, source, target, quantity, value in lines],
            {"P": CostPolicy(name)},
        )  # fmt: skip
        state, found = small(code), list[int]()
        while len(found) < len(lines):
            part = lines[len(found) : len(found) + chance.randint(1, 20)]
            costs, status, _ = costed(state, part, len(found), method)
            assert status == DONE
            found += costs
        assert found == expected.costs, seed
        assert (state.is_conserved(), state.record[POOLS_USED] <= 4) == (True, True)
        for key, (quantity, value, layers) in held(state).items():
            known = expected.pools[str(key)]
            assert (quantity, value) == (known.quantity, known.value)
            if method == FIFO:
                assert layers == [n for layer in known.layers for n in layer]


def test_every_pool_is_found_again(code: ModuleType) -> None:
    """14 keys in 16 slots: whatever stands in the way, a key has one slot, a new one is free."""
    state = State(code, pools=16, layers=1024)
    slots, pools = ints([-1]) * 16, state._pools.ints
    for number, key in enumerate(range(5, 5 + 14 * 97, 97)):
        pools[POOL_COLUMNS * number] = key
        rows = code.table(state._pools.address, 16, POOL_COLUMNS)
        place = code.array(address_of(slots), 16)
        at = code.place(place, rows, key)
        assert slots[at] == -1
        slots[at] = number
        for known in range(number + 1):
            found = code.place(place, rows, pools[POOL_COLUMNS * known])
            assert slots[found] == known


@pytest.mark.parametrize("method", [FIFO, AVERAGE])
def test_shares_of_large_values(code: ModuleType, method: int) -> None:
    """The product is beyond 64 bits: 3 of 2**29 for nearly 2**60."""
    quantity, value, some = 2**29 + 1, 2**60 - 12_345, 2**28 + 7
    lines = [(RECEIVE, 0, 7, quantity, value), (ISSUE, 7, 0, some, 0)]
    expected = (2 * value * some + quantity) // (2 * quantity)
    assert costed(State(code), lines, method=method)[0] == [value, expected]


@pytest.mark.parametrize("whole", [2**30 - 1, 2**30, 2**30 + 1, 2**59 + 3, 2**60])
def test_shares_are_rounded_half_up_whatever_their_size(code: ModuleType, whole: int) -> None:
    """What is left over is a third, just below a half, a half, more: to the nearest."""
    for worth in (1, whole // 3, whole // 2 - 1, whole // 2, whole // 2 + 1, 2**60 - 1):
        for part in (1, 2, whole // 3, whole - 1, whole):
            assert code.share(worth, part, whole) == (2 * worth * part + whole) // (2 * whole)


def test_the_record_promises_no_more_room_than_there_is(code: ModuleType) -> None:
    """Compiled code writes wherever the record says: after each growth every row has memory, and
    of the slots, a power of two, at least half are free.
    """
    state = small(code)
    lines = [(RECEIVE, 0, key, 1, key) for key in range(1, 40)] * 2
    lines += [(MOVE, key, key + 1, 1, 0) for key in range(1, 39)]
    assert costed(state, lines)[1] == DONE
    record = state.record
    assert (record[POOLS_USED], record[POOLS_MAX]) == (39, 64)
    assert state._pools.size == 8 * POOL_COLUMNS * record[POOLS_MAX]
    assert state._layers.size == 8 * LAYER_COLUMNS * record[LAYERS_MAX]
    assert record[LAYERS_USED] <= record[LAYERS_MAX]
    assert len(state._slots) == record[SLOTS_MAX] == 4 * record[POOLS_MAX]
    starts = [state._pools.ints[POOL_COLUMNS * at + POOL_START] for at in range(39)]
    ends = [
        start + state._pools.ints[POOL_COLUMNS * at + POOL_CAP] for at, start in enumerate(starts)
    ]
    spans = sorted(zip(starts, ends, strict=True))
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert spans[-1][1] <= record[LAYERS_MAX]


def test_pools_of_many_layers(code: ModuleType) -> None:
    """Hundreds of receipts in two pools, moved to and fro in large pieces: older layers come in
    before newer ones, and the pools outgrow their places again and again.
    """
    for seed in range(3):
        chance = Random(seed)  # noqa: S311  the same lines each time
        stock, lines = {1: 0, 2: 0}, list[Line]()
        for _ in range(500):
            place = chance.choice([1, 2])
            if chance.random() < 0.8 or not stock[place]:
                stock[place] += 2
                lines.append((RECEIVE, 0, place, 2, chance.randint(0, 900)))
            else:
                quantity = chance.randint(1, stock[place])
                stock[place] -= quantity
                stock[3 - place] += quantity
                lines.append((MOVE, place, 3 - place, quantity, 0))
        expected = cost(
            [CostLine(Kind(kind), "P", quantity, str(source or ""), str(target),
                      value if kind == RECEIVE else None, -1, "")
             for kind, source, target, quantity, value in lines],
            {"P": CostPolicy("fifo")},
        )  # fmt: skip
        state = small(code)
        assert costed(state, lines)[:2] == (expected.costs, DONE)
        for key, (quantity, value, layers) in held(state).items():
            known = expected.pools[str(key)]
            assert (quantity, value) == (known.quantity, known.value)
            assert layers == [n for layer in known.layers for n in layer]


def test_a_move_of_many_layers_finds_room_for_all_of_them(code: ModuleType) -> None:
    """However little room is left when it comes: it is asked for before a layer is written."""
    state = small(code)
    lines: list[Line] = [(RECEIVE, 0, 1, 1, at) for at in range(30)]
    costed(state, lines)
    first = len(lines)
    while state.record[LAYERS_MAX] - state.record[LAYERS_USED] > 50:
        costed(state, [(RECEIVE, 0, first, 1, 1)], first=first)
        first += 1
    most = state.record[LAYERS_MAX]
    costs, status, grown = costed(state, [(MOVE, 1, 2, 30, 0)], first=first)
    assert (costs, status, set(grown)) == ([sum(range(30))], DONE, {MORE_LAYERS})
    assert state.record[LAYERS_USED] <= state.record[LAYERS_MAX] > most
    assert held(state)[2][2] == [n for at in range(30) for n in (at, 1, at)]
