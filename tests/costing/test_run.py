"""The state of a run, call by call: citations, what is drawn on a line, goods in and out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.costing import CostLine, KernelError, Kind, Setting, Share, Trouble, TrueUp
from invledger.costing.interface import INTO_POOL, OUT_OF_POOL
from invledger.costing.pool import Shortage, Slice
from invledger.model import CostPolicy
from tests.costing.lines import (
    consume,
    issue,
    move,
    receive,
    return_in,
    return_out,
    revalue,
    run_of,
)

pytestmark = pytest.mark.req("CO-01", "CO-03", "CO-08")


# ── citations ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        (None, [(3, 7)]),
        (((0, 2), (1, 5)), [(0, 2), (1, 5)]),
        (((0, 2), (1, 3)), [(0, 2), (1, 5)]),  # the last takes what is over
        (((0, 9), (1, 3)), [(0, 7)]),  # and none more than there is
        (((0, 6), (1, 3)), [(0, 6), (1, 1)]),
    ],
)
def test_what_a_line_cites(
    pairs: tuple[tuple[int, int], ...] | None, found: list[tuple[int, int]]
) -> None:
    setting = Setting(citations={4: pairs} if pairs else {})
    run = run_of([receive(1, 1)] * 4 + [return_out(7, 3)], setting=setting)
    assert run.cited_by(4) == found


def test_what_may_be_cited() -> None:
    run = run_of([receive(1, 1), receive(1, 1), issue(1), issue(1, item="X"), issue(1)])
    run.void.add(1)
    assert [run.is_citable(2, at, INTO_POOL) for at in (-1, 0, 1, 2, 3)] == [
        False, True, False, False, False,
    ]  # fmt: skip
    assert run.is_citable(4, 2, OUT_OF_POOL)
    assert not run.is_citable(4, 0, OUT_OF_POOL)
    assert not run.is_citable(3, 2, OUT_OF_POOL)  # of another item
    run.rows = [*run.rows[:3], CostLine(Kind.REVALUE, "", 0, "", "", 5, 0, "")]
    assert run.is_citable(3, 0, INTO_POOL)


def test_what_is_drawn_on_a_line_is_drawn_once() -> None:
    """3 for 1.00: 1 at 0.33, 1 at half of 0.67, then the rest; more is told, at 0.33 each."""
    run = run_of([receive(3, 100), return_out(1, 0)])
    run.costs[0] = 90
    run.adjusted[0] = 6
    run.variances[0] = 4
    assert [run.draw(1, 0, 1), run.draw(1, 0, 1)] == [33, 34]  # 33.5
    assert run.left == {0: (1, 33)}
    assert run.draw(1, 0, 3) == 33 + 67
    args = (("item", "P"), ("cited", "0"), ("left", "1"), ("wanted", "3"))
    assert (run.left, run.troubles) == ({0: (0, 0)}, [Trouble("return-exceeds", 1, args)])
    assert run.draw(1, 0, 1) == 33
    run.left[0] = (2, -5)
    assert run.draw(1, 0, 1) == 0
    assert run.left == {0: (1, -5)}
    assert run.draw(1, 0, 1, stated=7) == 7
    assert run.left == {0: (0, -12)}
    run.costs[0] = -50
    assert run.draw(1, 0, 2) == 0


def test_a_return_drawn_on_may_be_returned_again() -> None:
    """4 sold for 1.00; 3 came back, of which 2 are sold as the same again: 3 may come back."""
    run = run_of([issue(4), return_in(3, 0), issue(2, cites=1), return_in(1, 0)])
    run.costs[:2] = [100, 75]
    assert run.draw(1, 0, 3) == 75
    assert run.left == {0: (1, 25)}
    assert run.draw(2, 1, 2) == 50
    assert run.left == {0: (3, 75), 1: (1, 25)}
    assert run.draw(2, 1, 2) == 25 + 25  # one more than came
    assert run.left == {0: (4, 100), 1: (0, 0)}


def test_a_return_of_several_gives_back_in_turn() -> None:
    """One for 0.10 and two for 0.40; of two the first and one of the others, as 1 : 2."""
    citations = {2: ((0, 1), (1, 2))}
    lines = [issue(2), issue(2), return_in(3, 0), issue(2, cites=2)]
    run = run_of(lines, setting=Setting(citations=citations))
    run.costs[:3] = [20, 40, 50]
    run.left = {0: (1, 10), 1: (0, 0)}
    run.drawn[2] = [Share(0, 1, 10), Share(1, 2, 40)]
    assert run.draw(3, 2, 2) == 33
    assert run.left == {0: (2, 21), 1: (1, 22), 2: (1, 17)}
    run.left = {1: (0, 0), 2: (3, 50)}  # of line 0 nothing was drawn
    run.draw(3, 2, 3)
    assert run.left == {1: (2, 40), 2: (0, 0)}


def test_late_value_is_drawn_too() -> None:
    run = run_of([receive(2, 100), return_out(1, 0)])
    run.adjust(0, 7)
    assert (run.adjusted, run.left) == ({0: 7}, {})
    run.left = {0: (1, 50), 1: (0, 0)}
    run.adjust(0, 5)
    run.adjust(1, 5)
    assert (run.adjusted, run.left) == ({0: 12, 1: 5}, {0: (1, 55), 1: (0, 0)})


def test_several_cited_lines_share_a_stated_value() -> None:
    citations = {2: ((0, 1), (1, 2))}
    lines = [receive(2, 20), receive(2, 40), return_out(3, 0)]
    run = run_of(lines, setting=Setting(citations=citations))
    run.costs[:2] = [20, 40]
    assert run.draw_all(2) == [Share(0, 1, 10), Share(1, 2, 40)]
    stated = run_of(
        [*lines[:2], lines[2]._replace(value=90)], setting=Setting(citations=citations)
    )
    stated.costs[:2] = [20, 40]
    assert stated.draw_all(2) == [Share(0, 1, 30), Share(1, 2, 60)]
    stated.setting, stated.left = replace(stated.setting, returned={2: (50, 40)}), {}
    assert stated.draw_all(2) == [Share(0, 1, 50), Share(1, 2, 40)]
    back = [issue(3), return_in(1, 0, value=90)]  # only a return to the supplier states its own
    run = run_of(back)
    run.costs[0] = 30
    assert run.draw_all(1) == [Share(0, 1, 10)]


# ── pools ────────────────────────────────────────────────────────────────────────────────────────


def test_a_pool_holds_one_item() -> None:
    run = run_of([receive(1, 1), receive(1, 1, item="X")], CostPolicy("lifo"))
    pool = run.pool(0, "A")
    assert (run.pool(0, "A"), run.pools, run.pools_of) == (pool, {"A": pool}, {"P": [("A", pool)]})
    with pytest.raises(KernelError, match="pool 'A' holds 'P', line 1 brings 'X'"):
        run.pool(1, "A")
    other = run.pool(0, "B")
    assert run.pools_of["P"] == [("A", pool), ("B", other)]


@pytest.mark.parametrize(
    ("policy", "setting", "is_quick"),
    [
        ({}, {}, True),
        ({"estimate": "last-receipt"}, {}, False),
        ({"backdated": "current-average"}, {}, True),
        ({"backdated": "current-average"}, {"backdated": frozenset({0})}, False),
        ({}, {"backdated": frozenset({0})}, True),
        ({"stated_issue": "cost"}, {}, True),
        ({"stated_issue": "cost"}, {"stated": {0: 5}}, False),
        ({}, {"stated": {0: 5}}, True),
    ],
)
def test_which_pools_are_quick(
    policy: dict[str, str], setting: dict[str, object], is_quick: bool
) -> None:
    plain = CostPolicy("fifo", estimate="last-used")
    facts = Setting(**setting)  # type: ignore[arg-type]  # its fields
    run = run_of([receive(1, 1)], replace(plain, **policy), facts)  # type: ignore[arg-type]  # too
    pool = run.pool(0, "A")
    assert run.quick == ({"A": pool} if is_quick else {})


def test_watched_goods_are_not_quick() -> None:
    lines = [receive(1, 1), receive(1, 1, "X", "X"), consume(1), revalue(5, 0)]
    run = run_of(lines, CostPolicy("fifo", estimate="last-used"))
    run.pool(0, "A")
    other = run.pool(1, "X")
    assert run.quick == {"X": other}


def test_a_method_nobody_knows_is_told_once() -> None:
    run = run_of([receive(1, 1), receive(1, 1)], CostPolicy("hifo", negative="provisional"))
    pools = [run.pool(0, "A"), run.pool(1, "B")]
    assert {type(pool).__name__ for pool in pools} == {"AveragePool"}
    assert [(found.code, found.at) for found in run.troubles] == [("cost-method-unknown", 0)]
    assert dict(run.troubles[0].args)["method"] == "hifo"
    assert "fifo" in dict(run.troubles[0].args)["known"].split()
    assert [pool.refused for pool in pools] == [True, True]
    assert not run_of([receive(1, 1)]).pool(0, "A").refused


def test_a_finding_names_an_item_or_what_stands_for_one() -> None:
    late = CostLine(Kind.REVALUE, "", 0, "", "", 5, 0, "W7")
    run = run_of([receive(1, 1), late, late._replace(cites=-1), late._replace(cites=3)])
    for at in range(4):
        run.trouble("x", at, left=at)
    assert [dict(found.args)["item"] for found in run.troubles] == ["P", "P", "W7", "W7"]
    assert run.troubles[3] == Trouble("x", 3, (("item", "W7"), ("left", "3")))


def test_where_goods_are_after_changes_of_scope() -> None:
    run = run_of([receive(1, 1), issue(1), move(1), receive(1, 1, "C"), receive(1, 1, "B")])
    assert run.homes("A") == ["A"]
    run.heirs = {"A": ("A", "B"), "B": ("C",)}
    assert (run.homes("A"), run.homes("B")) == (["A", "C"], ["C"])
    assert [run.lines_into(key) for key in "CAB"] == [[0, 2, 3, 4], [0], []]


def test_followed_value_is_summed() -> None:
    run = run_of([receive(1, 1)])
    run.followed = {0: [("W1", 3), ("W2", -1)]}
    assert (run.followed_by(0), run.followed_by(1)) == (2, 0)


# ── in and out ───────────────────────────────────────────────────────────────────────────────────


def test_goods_fill_shortages_in_turn() -> None:
    run = run_of([issue(2), issue(1), receive(5, 50)], provenance=True)
    pool = run.pool(2, "A")
    pool.shortages = [Shortage(0, 2, 10), Shortage(1, 1, 12)]
    run.deposit(2, pool, [Slice(2, 1, 10), Slice(2, 4, 40)])
    assert run.true_ups == [TrueUp(2, 0, 1, 5), TrueUp(2, 0, 1, 5), TrueUp(2, 1, 1, -2)]
    assert (pool.shortages, pool.quantity, pool.worth()) == ([], 2, 20)
    assert pool.received == (0, 0)


@pytest.mark.parametrize(("true_up", "left"), [("shortage", 20), ("balance", 36)])
def test_what_stays_short(true_up: str, left: int) -> None:
    """5 short at 0.33, 2 come for 0.24: under `balance` so are the 3."""
    run = run_of([issue(5), receive(2, 24)], CostPolicy("fifo", true_up=true_up))
    pool = run.pool(1, "A")
    pool.shortages = [Shortage(0, 5, 33)]
    run.costs[1] = 24
    run.deposit(1, pool, [Slice(1, 2, 24)])
    assert pool.shortages == [Shortage(0, 3, left)]
    assert (pool.quantity, pool.received) == (0, (0, 0))


def test_the_last_receipt_is_remembered_where_it_is_asked_for() -> None:
    run = run_of([receive(2, 24)], CostPolicy("fifo", estimate="last-receipt"))
    pool = run.pool(0, "A")
    run.costs[0] = 24
    run.deposit(0, pool, [Slice(0, 2, 24)])
    assert pool.received == (24, 2)


def test_goods_come_in_at_cost_or_at_standard() -> None:
    run = run_of([receive(2, 24), receive(1, 9)], provenance=True)
    pool = run.pool(0, "A")
    run.bring(0, pool, 24)
    run.bring(1, pool, 9, (Share(7, 1, 9),))
    assert (run.costs, run.variances) == ([24, 9], {})
    assert run.shares == [(Share(0, 2, 24),), (Share(7, 1, 9),)]
    assert (pool.quantity, pool.worth()) == (3, 33)
    assert pool.made_of() == (Share(0, 2, 24), Share(1, 1, 9))
    lines = [receive(2, 24), receive(1, 9), receive(1, 5), receive(1, 5)]
    setting = Setting(standards={0: 20, 1: 10, 2: 5})
    run = run_of(lines, CostPolicy("standard"), setting, provenance=True)
    pool = run.pool(0, "A")
    run.bring(0, pool, 24)
    run.bring(1, pool, 9, (Share(7, 1, 9),))
    run.bring(2, pool, 5)
    assert (run.costs, run.variances) == ([20, 10, 5, 0], {0: 4, 1: -1})
    assert run.shares is not None
    assert run.shares[:2] == [(Share(0, 2, 20),), (Share(7, 1, 9), Share(1, 0, 1))]
    run.bring(3, pool, 5)
    assert run.costs[3] == 5
    run.standard(3)
    assert [found.code for found in run.troubles] == ["standard-missing"]


@pytest.mark.parametrize(
    ("policy", "backdated", "value"),
    [
        (CostPolicy("fifo", backdated="current-average"), {1}, 50),
        (CostPolicy("fifo", backdated="current-average"), {0}, 9),
        (CostPolicy("fifo"), {1}, 9),
        (CostPolicy("periodic-average", backdated="current-average"), {1}, 9),
    ],
)
def test_a_late_receipt_at_the_current_average(
    policy: CostPolicy, backdated: set[int], value: int
) -> None:
    """4 for 1.00 are there: 2 more come in at 0.50."""
    setting = Setting(backdated=frozenset(backdated))
    run = run_of([receive(4, 100), receive(2, 9)], policy, setting)
    pool = run.pool(0, "A")
    run.bring(1, pool, 9)  # into an empty pool: as stated
    assert run.costs[1] == 9
    run = run_of([receive(4, 100), receive(2, 9)], policy, setting)
    pool = run.pool(0, "A")
    pool.put(Slice(0, 4, 100))
    run.bring(1, pool, 9)
    assert (run.costs[1], run.variances) == (value, {} if value == 9 else {1: -41})


def test_cited_goods_leave_first_then_others_then_what_is_not_there() -> None:
    run = run_of([receive(2, 20), receive(2, 60), issue(5)])
    pool = run.pool(2, "A")
    pool.put(Slice(0, 2, 20))
    pool.put(Slice(1, 2, 60))
    slices = run.withdraw(2, pool, [(1, 1)])
    assert slices == [Slice(1, 1, 30), Slice(0, 2, 20), Slice(1, 1, 30), Slice(2, 1, 30)]
    assert run.spend(2, slices) == run.costs[2] == 110
    run = run_of([receive(2, 20), issue(2)])
    pool = run.pool(1, "A")
    pool.put(Slice(0, 2, 20))
    assert run.withdraw(1, pool) == [Slice(0, 2, 20)]
    assert run.troubles == []


@pytest.mark.parametrize(("stated", "cost"), [([], 10), ([15], 15)])
def test_a_stated_return_binds_its_layer(stated: list[int], cost: int) -> None:
    run = run_of([receive(2, 20), return_out(1, 0)])
    pool = run.pool(1, "A")
    pool.put(Slice(0, 2, 20))
    assert run.withdraw(1, pool, [(0, 1)], 15, stated) == [Slice(0, 1, cost)]


def test_goods_at_standard_leave_at_standard() -> None:
    run = run_of([receive(4, 100), issue(2)], CostPolicy("standard"), Setting(standards={1: 44}))
    pool = run.pool(1, "A")
    pool.put(Slice(0, 4, 100))
    assert run.withdraw(1, pool) == [Slice(-1, 2, 44)]
    run = run_of([receive(4, 100), issue(2)], CostPolicy("standard"))
    pool = run.pool(1, "A")
    pool.put(Slice(0, 4, 100))
    assert run.withdraw(1, pool) == [Slice(-1, 2, 50)]


@pytest.mark.parametrize(
    ("scope", "cited", "code"),
    [
        ("company", [], ["goods-not-named"]),
        ("company", [(0, 1)], ["cited-layer-short"]),
        ("company", [(0, 2)], []),
        ("lot", [], []),
        ("lot-location", [(0, 1)], []),
    ],
)
def test_goods_that_must_be_named(
    scope: str, cited: list[tuple[int, int]], code: list[str]
) -> None:
    run = run_of([receive(3, 30), issue(2)], CostPolicy("specific", pool=scope))
    pool = run.pool(1, "A")
    pool.put(Slice(0, 3, 30))
    assert sum(part.quantity for part in run.withdraw(1, pool, cited)) == 2
    assert [found.code for found in run.troubles] == code
    if code:
        told = dict(run.troubles[0].args)
        wanted = {"item": "P", "pool": "A"} if not cited else {
            "item": "P", "cited": "0", "left": "0", "wanted": "2"}  # fmt: skip
        assert told == wanted
    run.trouble("other", 0)
    pool.put(Slice(0, 3, 30))
    run.withdraw(1, pool)
    assert len(run.troubles) == len(code) + 1 + (scope == "company")
    run.trouble("other", 1)
    before = len(run.troubles)
    pool.put(Slice(0, 3, 30))
    run.withdraw(1, pool)
    assert len(run.troubles) == before  # this line has its finding already
