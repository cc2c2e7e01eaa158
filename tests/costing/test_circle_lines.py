"""Circles by hand: what is said of them and where, lines at costs of their own, the last cents."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from invledger.costing import CostLine, Kind, Setting
from invledger.costing.interface import Share, TrueUp
from invledger.costing.periodic import Periodic, tied, tied_lines, windows
from invledger.costing.periodic_pool import Amount, PeriodicPool
from invledger.costing.pool import Slice
from invledger.costing.pricing import Post
from invledger.costing.run import Run
from invledger.costing.window import Piece
from invledger.model import CostPolicy
from tests.costing.lines import both_ways, codes, consume, left, months, move, receive

pytestmark = pytest.mark.req("CO-03", "CO-05")

AVERAGE = CostPolicy("periodic-average")
PREVIOUS = CostPolicy("periodic-average", cycles="previous")


def of(kind: Kind, item: str, quantity: int, order: str, cites: int = -1) -> CostLine:
    pool = {"P": "A", "Q": "Q", "R": "R"}[item]
    source, target = (pool, "") if kind == Kind.CONSUME else ("", pool)
    return CostLine(kind, item, quantity, source, target, None, cites, order)


def test_moves_that_undo_each_other_leave_at_their_own_costs() -> None:
    """3 of A went to B and 2 of B to A; both are undone next month, at what they cost then.

    12 a = 1000 + 2 b, 13 b = 2000 + 3 a: a = 17,000/150 = 113.33, b = 180.00.
    """
    lines = [
        receive(10, 1000, "A"), receive(10, 2000, "B"), move(3, "A", "B"), move(2, "B", "A"),
        move(3, "B", "A", 2), move(2, "A", "B", 3), receive(1, 500, "A"), receive(1, 500, "B"),
    ]  # fmt: skip
    costed = both_ways(lines, AVERAGE, months(0, 4))
    assert codes(costed) == []
    assert costed.costs[2:6] == [340, 360, 340, 360]
    assert (left(costed, "A"), left(costed, "B")) == ((11, 1500), (11, 2500))


def test_value_that_only_goes_round_stays_on_nothing() -> None:
    """At the opening average 5.00: 3 P into a Q, the Q into a P; 10.00 are left on no goods."""
    lines = [
        receive(2, 1000, "A"),
        of(Kind.CONSUME, "P", 3, "W1"), of(Kind.PRODUCE, "Q", 1, "W1"),
        of(Kind.CONSUME, "Q", 1, "W2"), of(Kind.PRODUCE, "P", 1, "W2"),
    ]  # fmt: skip
    short = CostPolicy("periodic-average", cycles="previous", negative="provisional")
    costed = both_ways(lines, short, months(0, 1))
    assert codes(costed) == [("cycle-unsolvable", 1)]
    said = next(dict(one.args) for one in costed.troubles if one.code == "cycle-unsolvable")
    assert (said["items"], said["pools"]) == ("P\nQ", "A\nQ")
    assert costed.costs[1:] == [1500] * 4
    assert sum(one.amount for one in costed.true_ups) == 1000


def test_the_first_line_of_the_books_in_a_circle() -> None:
    """Told before the goods: the same costs, and the shortage is said."""
    goods = [receive(10, 1000, "A"), receive(5, 1000, "B")]
    circle = [move(5, "A", "B"), move(2, "B", "A")]
    early = both_ways([*circle, *goods], AVERAGE)
    assert codes(early) == [("stock-short", 0)]
    assert early.costs[:2] == both_ways([*goods, *circle], AVERAGE).costs[2:]


@pytest.mark.parametrize(("value", "cost"), [(0, 0), (5, 1)])
def test_goods_that_cost_nothing_go_round_too(value: int, cost: int) -> None:
    """10 for 0.05 in each pool: a piece is half a cent, and one that moves is rounded up."""
    lines = [
        receive(10, value, "A"), receive(10, value, "B"), move(1, "A", "B"), move(1, "B", "A"),
    ]  # fmt: skip
    costed = both_ways(lines, AVERAGE)
    assert codes(costed) == []
    assert costed.costs[2:] == [cost, cost]


def test_an_opening_for_nothing_is_a_price() -> None:
    lines = [receive(2, 0, "A"), receive(2, 2000, "B"), move(1, "A", "B"), move(1, "B", "A")]
    costed = both_ways(lines, PREVIOUS, months(0, 2))
    assert costed.costs[2:] == [0, 1000]


def test_goods_of_a_pool_before_the_circle_are_no_other_method() -> None:
    """5 B to W1, 1 of them back, then 3 X; all by the month: X leaves at its 10.00.

    10 a = 1000 + 4 b + 3000 and 10 b = 2000 + 5 a: a = 600, b = 500.
    """
    lines = [
        receive(8, 1000, "A"), receive(5, 2000, "B"),
        CostLine(Kind.RECEIVE, "R", 5, "", "R", 5000, -1, ""), move(5, "A", "B"),
        CostLine(Kind.CONSUME, "P", 5, "B", "", None, -1, "W1"),
        CostLine(Kind.HAND_BACK, "P", 1, "", "B", None, 4, "W1"),
        of(Kind.CONSUME, "R", 3, "W1"), of(Kind.PRODUCE, "P", 2, "W1"),
    ]  # fmt: skip
    costed = both_ways(lines, AVERAGE)
    assert codes(costed) == []
    assert costed.costs[3:] == [3000, 2500, 500, 3000, 5000]


def stub(rows: list[CostLine], **setting: object) -> Run:
    """A run that has lines and a setting, no more."""
    made = Setting(**setting)  # type: ignore[arg-type]  # one of its fields
    return cast("Run", SimpleNamespace(rows=rows, setting=made))


def test_the_longest_period_is_the_window() -> None:
    run = stub([], periods={"month": (0, 2, 4), "year": (0, 4)})
    policies = [AVERAGE, CostPolicy("periodic-average", period="year"), CostPolicy("fifo")]
    assert windows(run, [0, 1, 2, 3, 4, 5], policies) == [[0, 1, 2, 3], [4, 5]]
    assert windows(run, [0, 1, 2, 3, 4, 5], policies[:1]) == [[0, 1], [2, 3], [4, 5]]


def test_orders_and_charges_tie_items() -> None:
    consume, produce = Kind.CONSUME, Kind.PRODUCE
    rows = [of(consume, "P", 1, "W1"), of(produce, "Q", 1, "W1"), of(produce, "R", 1, "W2")]
    assert tied(stub(rows), {"P"}) == ({"P", "Q"}, {"W1"})
    later = {3: ((0, 1), (2, 1)), 2: ((3, 1),)}  # of lines that are not there yet
    assert tied(stub(rows, citations=later), {"P"}) == ({"P", "Q"}, {"W1"})
    charge = {2: ((0, 1),)}
    assert tied(stub(rows, citations=charge), {"P"})[0] == {"P", "Q", "R"}


def test_lines_without_an_item_belong_to_what_they_cite() -> None:
    def late(cites: int, order: str = "") -> CostLine:
        return CostLine(Kind.REVALUE, "", 0, "", "", 5, cites, order)

    other = CostLine(Kind.RECEIVE, "R", 1, "", "R", 1, -1, "")
    rows = [receive(1, 1), other, late(0), late(1), late(-1), late(-1, "W9"), late(-1), other]
    run = stub(rows, citations={4: ((0, 5),), 6: ((1, 5),), 7: ((1, 5),)})
    assert tied_lines(run, {"P"}, 0, 8) == [0, 2, 4]
    assert tied_lines(run, {"P"}, 1, 4) == [2]


Closed = tuple[list[int], list[tuple[Share, ...]], list[TrueUp], list[tuple[Share, ...]]]


def closed(
    stray: int, posts: list[Post], moves: list[tuple[int, int]] = [], last_in: int = 0  # noqa: B006  is read only
) -> Closed:  # fmt: skip
    """Lines of 10 cents each after a pool left some cents: costs, shares, true-ups, fills."""
    run = SimpleNamespace(
        costs=[10] * 8, shares=[()] * 8, true_ups=[], fills=[], lines_into=lambda _: [2, 5]
    )
    piece = SimpleNamespace(posts=posts, moves=moves, key="A")
    pool = SimpleNamespace(close=lambda: stray, last_in=last_in)
    periodic = Periodic(cast("Run", run))
    periodic._close(cast("Piece", piece), cast("PeriodicPool", pool))
    return run.costs, run.shares, run.true_ups, run.fills


ISSUED = Post(1, 1, 1)
BACK = Post(2, 1, 1, is_back=True)
MOVED = Post(3, 1, 1, is_outside=False)


@pytest.mark.parametrize("stray", [-10, 3, 15])
def test_the_last_cents_go_with_the_last_issue(stray: int) -> None:
    costs, shares, true_ups, fills = closed(stray, [ISSUED, BACK, MOVED])
    assert costs == [10, 10 + stray, *[10] * 6]
    assert shares[1] == (Share(-1, 0, stray),)
    assert (true_ups, fills) == ([], [])


@pytest.mark.parametrize(
    ("stray", "posts", "moves", "last_in", "came", "line"),
    [
        (-11, [ISSUED, BACK], [], 0, 0, 2),  # no issue costs less than nothing
        (4, [BACK, MOVED], [], 0, 0, 3),
        (4, [MOVED], [], 6, 6, 3),
        (4, [MOVED], [], -1, 5, 3),
        (4, [], [(4, 3), (6, -2), (7, 1)], 0, 0, 6),
        (4, [], [(4, 3)], 4, 4, 4),
    ],
)
def test_or_they_are_expensed(  # noqa: PLR0917  a row of the table
    stray: int, posts: list[Post], moves: list[tuple[int, int]], last_in: int, came: int, line: int
) -> None:
    costs, shares, true_ups, fills = closed(stray, posts, moves, last_in)
    assert (costs, shares) == ([10] * 8, [()] * 8)
    assert true_ups == [TrueUp(came, line, 0, stray)]
    assert fills == [(Share(-1, 0, stray),)]


def test_goods_that_come_back_into_a_circle_were_there_first() -> None:
    """All 4 of A go to B; W1 takes 3 of them, gives 2 back and makes one for A. Everything costs
    1.00: 5 a = 400 + b, 4 b = 4 a. Of B, which holds nothing but what A sends, 3 are there.
    """
    back = CostLine(Kind.HAND_BACK, "P", 2, "", "B", None, 2, "W1")
    made = CostLine(Kind.PRODUCE, "P", 1, "", "A", None, -1, "W1")
    lines = [receive(4, 400), move(4), consume(3, source="B"), back, made]
    costed = both_ways(lines, AVERAGE)
    assert costed.costs == [400, 400, 300, 200, 100]
    assert (costed.troubles, costed.true_ups) == ([], [])
    assert (left(costed, "A"), left(costed, "B")) == ((1, 100), (3, 300))


def test_what_opening_averages_leave_in_an_emptied_pool_goes_with_its_goods() -> None:
    """At last month's averages B sends one to A at 10.00; A, which ends empty, sends T all it
    has, 14.00 for 3, and T sends B one at A's old 2.00. So 12.00 are left for two: 6.00 each, for
    W1, which takes 2 and gives one back, and for W2, which takes 2 and gives one back.
    """
    lines = [
        receive(2, 400, "A"), receive(2, 2000, "B"), move(1, "B", "A"), move(3, "A", "T"),
        consume(2, "W1", "T"), CostLine(Kind.HAND_BACK, "P", 1, "", "T", None, 4, "W1"),
        consume(2, "W2", "T"), CostLine(Kind.HAND_BACK, "P", 1, "", "T", None, 6, "W2"),
        move(1, "T", "B"),
    ]  # fmt: skip
    costed = both_ways(lines, PREVIOUS, months(0, 2))
    assert costed.costs[2:] == [1000, 1400, 1200, 600, 1200, 600, 200]
    assert (costed.troubles, costed.true_ups) == ([], [])
    assert (left(costed, "B"), left(costed, "T")) == ((2, 1200), (0, 0))


def test_what_comes_back_of_the_line_that_takes_the_rest_waits_for_it() -> None:
    """At last month's averages B sends one to A at 10.00, and W2 takes one of A at 2.00. The rest
    of A, 12.00 for two, goes to W1, which takes 3 and gives one back: 18.00 less 6.00.
    """
    lines = [
        receive(2, 400, "A"), receive(2, 2000, "B"), move(1, "B", "A"),
        consume(3), CostLine(Kind.HAND_BACK, "P", 1, "", "A", None, 3, "W1"), consume(1, "W2"),
        CostLine(Kind.PRODUCE, "P", 1, "", "B", None, -1, "W2"),
        CostLine(Kind.PRODUCE, "P", 1, "", "B", None, -1, "W1"),
    ]  # fmt: skip
    costed = both_ways(lines, PREVIOUS, months(0, 2))
    assert costed.costs[2:] == [1000, 1800, 600, 200, 200, 1200]
    assert (costed.troubles, costed.true_ups) == ([], [])
    assert (left(costed, "A"), left(costed, "B")) == ((0, 0), (3, 2400))


def test_what_came_in_is_the_same_whatever_is_lent_and_expected_back() -> None:
    """5 came for 0.50. A circle takes some and brings one back; nothing of it is there yet: what
    leaves by then, or comes back, changes nothing of what came in.
    """
    pool = PeriodicPool("P")
    pool.line = (0, 5, 5)
    pool.put(Slice(0, 5, 50))
    assert pool.whole() == Amount(5, 50, 5)
    pool.lend({3: 20}, {3, 4}, Amount(1, 9, 2), {4: Amount(1, 11, 3)})
    assert (pool.quantity, pool.value, pool.base) == (7, 70, 10)
    assert pool.whole() == Amount(5, 50, 5)
    pool.line = (4, 3, 1)
    pool.put(Slice(4, 1, 11))
    assert (pool.returning, pool.quantity, pool.value, pool.base) == ({}, 7, 70, 10)
    assert pool.whole() == Amount(5, 50, 5)
