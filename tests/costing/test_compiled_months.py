"""Compiled months as Python runs them: the figures of the kernel proper, and what is not plain.

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

from invledger.costing import CostLine, Kind, Setting, cost
from invledger.costing.compiled_months_state import (
    COLUMNS,
    DONE,
    KIND_COST,
    KIND_FIRST,
    KIND_KEY,
    KIND_QUANTITY,
    KIND_ZEROS,
    KINDS,
    MAX,
    NOT_PLAIN,
    OUT_BEFORE,
    OUT_COST,
    OUTS,
    POOL_KEY,
    POOL_LAST,
    POOL_QUANTITY,
    POOL_THERE,
    POOL_VALUE,
    POOLS,
    SLOTS,
    SLOTS_MAX,
    STOPPED,
    USED,
    MonthState,
)
from invledger.ledger.compiled_form import (
    LINE_COLUMNS,
    LINE_ITEM,
    LINE_KIND,
    LINE_LIKE,
    LINE_QUANTITY,
    LINE_SOURCE,
    LINE_TARGET,
    LINE_VALUE,
    PROGRAM_SIZE,
    STENCIL_CLOSES,
    STENCIL_COLUMNS,
    STENCILS,
)
from invledger.ledger.flat import address_of, ints
from invledger.model import CostPolicy

pytestmark = pytest.mark.req("CO-03", "CO-10")
RECEIVE, ISSUE, MOVE, SKIP = int(Kind.RECEIVE), int(Kind.ISSUE), int(Kind.MOVE), int(Kind.SKIP)
Line = tuple[int, int, int, int, int]  # kind, stencil, pool (its item, too), quantity, value
#: Stencils by number: receipts that close with their month, and that do not; all else closes.
CLOSING, OPEN = 0, 1


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The module with Python's own functions in place of machine code."""
    pytest.importorskip("numba", reason="the extra `fast`")
    import numpy as np

    from invledger.costing import compiled, compiled_months

    def array(address: int, count: int) -> Any:  # noqa: ANN401  of numpy
        if not count:
            return np.zeros(0, np.int64)
        return np.frombuffer((ctypes.c_int64 * int(count)).from_address(int(address)), np.int64)

    def table(address: int, rows: int, columns: int) -> Any:  # noqa: ANN401  of numpy
        return array(address, int(rows) * int(columns)).reshape(rows, columns)

    def number_at(start: int, at: int) -> int:
        return ctypes.c_int64.from_address(int(start) + 8 * int(at)).value

    for one in (compiled, compiled_months):
        for name, value in list(vars(one).items()):
            plain = getattr(value, "py_func", None)
            if plain is not None and "compiled" in plain.__module__:
                monkeypatch.setattr(one, name, plain)
    for name, made in (("array", array), ("table", table), ("number_at", number_at)):
        monkeypatch.setattr(compiled_months, name, made)
    with np.errstate(over="ignore"):
        yield compiled_months


class Months:
    """Lines of months costed by the module; `closes` are the sums of kinds month by month."""

    def __init__(self, code: ModuleType, *, small: bool = False) -> None:
        self.state = MonthState(code, 2, 2, 2) if small else MonthState(code)
        self.code, self.first = code, 0
        self.stencils = ints(8 * STENCIL_COLUMNS)
        for number in (CLOSING, *range(2, 8)):
            self.stencils[number * STENCIL_COLUMNS + STENCIL_CLOSES] = 1
        self.program = ints(PROGRAM_SIZE)
        self.program[STENCILS] = address_of(self.stencils)

    def add(self, lines: list[Line]) -> tuple[list[int], int]:
        """Costs as far as they are known, and how it ended."""
        count = len(lines)
        given, costs = ints(LINE_COLUMNS * count), ints([-1] * count)
        columns = (LINE_KIND, LINE_LIKE, LINE_SOURCE, LINE_QUANTITY, LINE_VALUE)
        for at, line in enumerate(lines):
            for column, value in zip(columns, line, strict=True):
                given[count * column + at] = value
            given[count * LINE_TARGET + at] = given[count * LINE_ITEM + at] = line[2]
        at, status = 0, 0
        while status >= 0:
            status = self.code.cost_month(
                self.state.address, self.first, at, count, address_of(given), count,
                address_of(costs), address_of(self.program),
            )  # fmt: skip
            at = self.state.record[STOPPED]
            if status >= 0:
                self.state.grow(status)
        self.first += count
        return list(costs), status

    def close(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The quantity and cost of each kind: stencil and item."""
        assert self.code.close_month(self.state.address) == DONE
        found = self.kinds()
        self.code.begin_month(self.state.address)
        return {key: sums[:2] for key, sums in found.items()}

    def kinds(self) -> dict[tuple[int, int], tuple[int, int, int, int]]:
        """Quantity, cost, first line, lines without a cost by stencil and item, in order."""
        columns = self.state.columns(
            KINDS, KIND_KEY, KIND_QUANTITY, KIND_COST, KIND_FIRST, KIND_ZEROS
        )
        return {
            divmod(key, 1 << 32): (quantity, value, first, zeros)
            for key, quantity, value, first, zeros in zip(*columns, strict=True)
        }  # fmt: skip

    def pools(self) -> dict[int, tuple[int, int, int]]:
        """Quantity, value and what is there by key."""
        columns = self.state.columns(POOLS, POOL_KEY, POOL_QUANTITY, POOL_VALUE, POOL_THERE)
        return {key: (one, two, three) for key, one, two, three in zip(*columns, strict=True)}


def expected(lines: list[Line], starts: list[int]) -> Any:  # noqa: ANN401  Costed
    """What the kernel proper says; every pool is an item of its own."""
    rows = [
        CostLine(
            Kind(kind), f"I{pool}", quantity, f"I{pool}" if kind == ISSUE else "",
            f"I{pool}" if kind == RECEIVE else "", value if kind == RECEIVE else None, -1, "",
        )
        for kind, _, pool, quantity, value in lines
    ]  # fmt: skip
    policies = {row.item: CostPolicy("periodic-average", "company") for row in rows}
    return cost(rows, policies, setting=Setting(periods={"month": tuple(starts)}))


def made_lines(chance: Random, stock: dict[int, int], count: int) -> list[Line]:
    """Goods that come, at odd values, and leave again, now and then to the last piece."""
    lines: list[Line] = []
    for _ in range(count):
        pool = chance.choice([1, 2, 3])
        if stock[pool] and chance.random() < 0.6:
            whole = chance.random() < 0.15
            quantity = stock[pool] if whole else chance.randint(1, max(1, stock[pool] // 3))
            stock[pool] -= quantity
            lines.append((ISSUE, chance.choice([2, 3]), pool, quantity, 0))
        else:
            quantity = chance.choice([1, 7, 30, 1000])
            stock[pool] += quantity
            value = chance.choice([0, 1, 99, 1000, 12_345])
            lines.append((RECEIVE, chance.choice([CLOSING, OPEN]), pool, quantity, value))
    return lines


@pytest.mark.parametrize("small", [False, True])
def test_months_cost_what_the_kernel_proper_says(code: ModuleType, small: bool) -> None:
    """By kind of row, as the month's vouchers say it; and what pools hold in the end."""
    for seed in range(60):
        chance = Random(seed)  # noqa: S311  the same lines each time
        stock = {1: 0, 2: 0, 3: 0}
        months = [made_lines(chance, stock, chance.randint(1, 60)) for _ in range(3)]
        starts = [sum(map(len, months[:at])) for at in range(4)]
        lines = [line for month in months for line in month]
        want = expected(lines, starts[:3])
        mine = Months(code, small=small)
        for month, (start, end) in zip(months, pairwise(starts), strict=True):
            cut = chance.randint(0, len(month))
            parts = [part for part in (month[:cut], month[cut:]) if part]
            found = [mine.add(part) for part in parts]
            assert [status for _, status in found] == [DONE] * len(parts)
            costs = [one for some, _ in found for one in some]
            sums: dict[tuple[int, int], tuple[int, int]] = {}
            for at, (kind, stencil, pool, quantity, value) in enumerate(month):
                assert costs[at] == (value if kind == RECEIVE else 0)
                if stencil != OPEN:
                    held = sums.get((stencil, pool), (0, 0))
                    sums[stencil, pool] = held[0] + quantity, held[1] + want.costs[start + at]
            assert end - start == len(month)
            assert list(mine.close().items()) == list(sums.items()), seed
        for key, (quantity, value, there) in mine.pools().items():
            known = want.pools[f"I{key}"]
            assert (quantity, value, there) == (known.quantity, known.value, known.quantity)


def test_kinds_know_their_first_line_and_lines_without_a_cost(code: ModuleType) -> None:
    """9 pieces worth 0.03: 1 of them rounds to nothing, 5 to 0.02."""
    mine = Months(code)
    mine.add([(SKIP, 5, 9, 3, 0), (RECEIVE, CLOSING, 9, 9, 3), (ISSUE, 2, 9, 1, 0)])
    mine.add([(ISSUE, 3, 9, 5, 0), (ISSUE, 2, 9, 1, 0)])
    assert mine.code.close_month(mine.state.address) == DONE
    assert mine.kinds() == {
        (CLOSING, 9): (9, 3, 1, 0), (2, 9): (2, 0, 2, 2), (3, 9): (5, 2, 3, 0)
    }  # fmt: skip
    assert mine.pools()[9] == (2, 1, 2)


@pytest.mark.parametrize(
    ("count", "worth", "costs"),
    [
        # 0.10 over 4 of 8 pieces: 0.0125 each, rounded 0.01; 0.05 in all: the last one 0.02.
        (4, 10, {2: (3, 3), 3: (1, 2)}),
        # 0.04 over 8 of 8: each 0.005 is rounded to 0.01; the last ones give 4 back.
        (8, 4, {2: (7, 4), 3: (1, 0)}),
    ],
)
def test_the_residue_is_the_last_issues(
    code: ModuleType, count: int, worth: int, costs: dict[int, tuple[int, int]]
) -> None:
    mine = Months(code)
    mine.add([(RECEIVE, OPEN, 4, 8, worth), *([(ISSUE, 2, 4, 1, 0)] * (count - 1))])
    mine.add([(ISSUE, 3, 4, 1, 0)])
    assert mine.close() == {(stencil, 4): sums for stencil, sums in costs.items()}


def test_a_large_residue_is_spread_cent_by_cent(code: ModuleType) -> None:
    """0.20 over 40 pieces: each 0.005 becomes 0.01, 20 too much, one from each of the last 20."""
    mine = Months(code)
    issues: list[Line] = [(ISSUE, 2 if at < 20 else 3, 4, 1, 0) for at in range(40)]
    mine.add([(RECEIVE, OPEN, 4, 40, 20), *issues])
    assert mine.close() == {(2, 4): (20, 20), (3, 4): (20, 0)}


def test_residues_go_where_the_kernel_puts_them(code: ModuleType) -> None:
    """Onto the last issue, or cent by cent; never below nothing; other pools' issues between."""
    import numpy as np

    from invledger.costing.pricing import spread_residue

    chance = Random(3)  # noqa: S311  the same each time
    for _ in range(3000):
        costs = [chance.choice([0, 0, 1, 2, 9]) for _ in range(chance.randint(1, 16))]
        residue = chance.randint(max(-sum(costs), -len(costs)), len(costs))
        pool: Any = np.zeros(COLUMNS, np.int64)
        outs: Any = np.zeros((3 * len(costs), COLUMNS), np.int64)
        places = sorted(chance.sample(range(len(outs)), len(costs)))
        outs[:, OUT_COST] = 77
        for place, cost_ in zip(places, costs, strict=True):
            outs[place, OUT_COST], outs[place, OUT_BEFORE] = cost_, pool[POOL_LAST]
            pool[POOL_LAST] = place + 1
        code._spread(pool, outs, residue)
        assert spread_residue(costs, range(len(costs)), residue) == 0
        assert [outs[place, OUT_COST] for place in places] == costs
        assert sum(outs[:, OUT_COST]) == 77 * 2 * len(costs) + sum(costs)


def test_goods_that_came_or_went_by_themselves_are_told(code: ModuleType) -> None:
    """What is there at the end of a month is what all lines left."""
    for there in (4, 6):
        mine = Months(code)
        mine.add([(RECEIVE, OPEN, 9, 7, 100), (ISSUE, 2, 9, 2, 0)])
        mine.state._rooms[POOLS].ints[POOL_THERE] = there
        assert code.close_month(mine.state.address) == NOT_PLAIN


def test_a_pool_that_is_empty_for_a_month_costs_nothing(code: ModuleType) -> None:
    mine = Months(code)
    mine.add([(RECEIVE, OPEN, 9, 7, 100), (ISSUE, 2, 9, 7, 0)])
    assert mine.close() == {(2, 9): (7, 100)}
    assert mine.close() == {}
    assert mine.pools() == {9: (0, 0, 0)}


def test_what_pools_hold_before_the_first_month(code: ModuleType) -> None:
    """As goods that came; and there is room to be asked for."""
    mine = Months(code, small=True)
    asked = [code.open_pool(mine.state.address, key, 3, 10) for key in (5, 6, 7)]
    assert asked == [DONE, DONE, POOLS]
    assert code.open_pool(mine.state.address, 6, 1, 2**60) == POOLS
    mine.state.grow(POOLS)
    assert code.open_pool(mine.state.address, 6, 1, 2**60) == NOT_PLAIN
    assert mine.pools()[5] == (3, 10, 3)


@pytest.mark.parametrize(
    "lines",
    [
        [(ISSUE, 2, 1, 1, 0)],
        [(RECEIVE, OPEN, 1, 5, 10), (ISSUE, 2, 1, 6, 0)],
        [(MOVE, 2, 1, 1, 0)],
        [(RECEIVE, OPEN, 1, 1, 2**60 + 1)],
        [(RECEIVE, OPEN, 1, 1, 2**60), (RECEIVE, OPEN, 1, 1, 1)],
        [(RECEIVE, OPEN, 1, 2**60, 1), (RECEIVE, OPEN, 1, 1, 1)],
        [(RECEIVE, CLOSING, 1, 2**60, 1), (ISSUE, 2, 1, 2**60, 0), (RECEIVE, CLOSING, 1, 1, 1)],
    ],
)
def test_what_is_not_plain_is_left_to_the_kernel(code: ModuleType, lines: list[Line]) -> None:
    assert Months(code).add(lines)[1] == NOT_PLAIN


def test_sums_beyond_64_bits_are_left_to_the_kernel(code: ModuleType) -> None:
    """Two pools of one stencil and item may bear more together than either."""
    mine = Months(code)
    for pool in (1, 2):
        mine.add([(RECEIVE, OPEN, pool, 1, 2**60), (ISSUE, 2, pool, 1, 0)])
    kinds = mine.state._rooms[KINDS].ints
    outs = mine.state._rooms[OUTS].ints
    assert (kinds[0], outs[0]) == (2 << 32 | 1, 0)
    outs[8 + 1] = 0  # the second leaves as the same kind of row
    assert mine.code.close_month(mine.state.address) == NOT_PLAIN


@pytest.mark.parametrize("whole", [2**30 - 1, 2**30, 2**45 + 3, 2**60])
def test_shares_of_large_pools(code: ModuleType, whole: int) -> None:
    """Half and more of a cent is a cent, whatever the size of the pool."""
    for part, worth in ((whole // 2, 2**60 - 1), (1, 2**59 + 7), (whole - 1, 12_345), (7, 0)):
        want = (2 * worth * part + whole) // (2 * whole)
        assert code.share(worth, part, whole) == want


def test_tables_grow_and_find_their_rows_again(code: ModuleType) -> None:
    mine = Months(code, small=True)
    lines: list[Line] = [(RECEIVE, CLOSING, key, 3, 9) for key in range(1, 20)]
    lines += [(ISSUE, 2, key, 1, 0) for key in range(1, 20)]
    assert mine.add(lines)[1] == DONE
    record = mine.state.record
    assert [record[kind + USED] for kind in (POOLS, KINDS, OUTS)] == [19, 38, 19]
    assert [record[kind + MAX] for kind in (POOLS, KINDS, OUTS)] == [32, 64, 32]
    assert (record[POOLS + SLOTS_MAX], record[KINDS + SLOTS_MAX]) == (128, 256)
    assert record[POOLS + SLOTS] != record[KINDS + SLOTS]
    assert mine.close() == {
        **{(CLOSING, key): (3, 9) for key in range(1, 20)},
        **{(2, key): (1, 3) for key in range(1, 20)},
    }
    assert mine.kinds() == {}


def test_the_record_promises_no_more_room_than_there_is(code: ModuleType) -> None:
    mine = Months(code, small=True)
    lines: list[Line] = [(RECEIVE, CLOSING, key, 3, 9) for key in range(1, 20)]
    mine.add(lines)
    record = mine.state.record
    for table in (POOLS, KINDS, OUTS):
        assert mine.state._rooms[table].size == 8 * COLUMNS * record[table + MAX]
    assert record[STOPPED] == len(lines)


def test_sums_may_reach_their_limit(code: ModuleType) -> None:
    """2**60 of goods and of value fit, in a pool and in the sums of a kind."""
    mine = Months(code)
    assert mine.add([(RECEIVE, CLOSING, 1, 2**60, 2**60)])[1] == DONE
    assert mine.close() == {(CLOSING, 1): (2**60, 2**60)}


def test_every_issue_bears_the_kernels_part_of_a_residue(code: ModuleType) -> None:
    """Pools of many pieces at less than a cent or little more, so that rounding leaves up to half
    a cent an issue, in either direction; each issue is a kind of rows of its own.
    """
    residues = set[int]()
    for seed in range(150):
        chance = Random(seed)  # noqa: S311  the same lines each time
        pieces = [chance.choice([1, 1, 1, 2, 5]) for _ in range(chance.randint(8, 60))]
        whole = sum(pieces) + chance.choice([0, 0, 7])
        value = chance.randint(0, 2 * whole)
        lines: list[Line] = [(RECEIVE, OPEN, 4, whole, value)]
        lines += [(ISSUE, 10 + at, 4, quantity, 0) for at, quantity in enumerate(pieces)]
        want = expected(lines, [0]).costs[1:]
        mine = Months(code)
        mine.add(lines)
        found = mine.close()
        assert [found[10 + at, 4][1] for at in range(len(pieces))] == want, seed
        rounded = sum((2 * value * quantity + whole) // (2 * whole) for quantity in pieces)
        residues.add(sum(want) - rounded)
    assert set(range(-7, 8)) <= residues
