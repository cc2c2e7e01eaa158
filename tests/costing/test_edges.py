"""Corners of the kernel that a mutation run found untested, each with figures by hand."""

from __future__ import annotations

from random import Random

import pytest

from invledger.costing import Costed, CostLine, Kind, Setting, cost
from invledger.costing.buckets import cost_in_buckets, split_lines
from invledger.costing.interface import Share
from invledger.model import CostPolicy
from tests.costing.lines import (
    add,
    codes,
    consume,
    hand_back,
    issue,
    move,
    produce,
    receive,
    run,
)
from tests.oracle.sequences import history

pytestmark = pytest.mark.req("CO-01", "CO-03", "CO-08")
PERIODIC = ("periodic-average", "periodic-lifo", "planned", "retail")


def test_a_line_in_no_bucket_costs_nothing() -> None:
    document = CostLine(Kind.SKIP, "", 0, "", "", None, -1, "")
    lines = [document, receive(2, 200), issue(1), document]
    found = cost_in_buckets(
        lines, {"P": CostPolicy()}, Setting(), 2, lambda buckets: [
            cost(b.lines, b.policies, setting=b.setting) for b in buckets
        ],
    )  # fmt: skip
    assert found.costs == [0, 200, 100, 0]


def test_a_move_on_credit_may_be_undone_though_it_is_the_first_line() -> None:
    """3 moved before they came; undone, they fill the shortage again at their own cost."""
    lines = [move(3), receive(3, 330), move(3, "B", "A", cites=0), issue(3)]
    costed = run(lines, negative="provisional", fallback={"P": (100, 1)})
    assert codes(costed) == []
    assert costed.costs[0] == 300
    assert costed.pools["A"].value == costed.pools["B"].value == 0
    assert costed.costs[3] + sum(up.amount for up in costed.true_ups) == 330


def test_what_is_handed_back_is_no_longer_inside() -> None:
    """10 consumed, 4 handed back: what is made holds 6 of them."""
    lines = [receive(10, 1000), consume(10), hand_back(4, 1), produce(2)]
    costed = run(lines)
    assert costed.shares is not None
    assert costed.shares[3] == (Share(1, 6, 600),)


def test_an_order_may_give_up_all_that_was_put_in() -> None:
    lines = [add(100), add(-100), add(50), add(-51)]
    costed = run(lines)
    assert codes(costed) == [("order-overdrawn", 3)]
    assert costed.costs == [100, -100, 50, -50]


def test_a_portion_counts_what_went_back_out_of_the_stock_into_the_order_once() -> None:
    """10.00 in; 0.4 made, taken back into the order, 0.4 made again: 4.00 each time."""
    back = CostLine(Kind.CONSUME, "Q", 2, "Q", "", None, 1, "W1")
    lines = [add(1000), produce(2), back, produce(2)]
    setting = Setting(portions={1: (2, 5), 3: (2, 5)})
    costed = cost(lines, {"Q": CostPolicy("fifo")}, setting=setting)
    assert costed.costs == [1000, 400, 400, 400]
    assert costed.orders == {"W1": 600}


def test_goods_worth_nothing_go_round_for_nothing() -> None:
    """Two pools feed each other with free goods; that is a solution, not a riddle."""
    lines = [receive(4, 0), move(4), move(2, "B", "A"), issue(2), issue(2, "B")]
    costed = cost(lines, {"P": CostPolicy("periodic-average")})
    assert codes(costed) == []
    assert costed.costs == [0, 0, 0, 0, 0]


def test_late_value_that_follows_more_than_its_receipt_is_taken_whole() -> None:
    """All 5 of the order's P go out as Q; one more cent of wages leaves with the last of them."""
    lines = [
        receive(5, 500), consume(5), add(1), produce(3), issue(1, "Q", item="Q"),
        issue(2, "Q", item="Q"),
    ]  # fmt: skip
    costed = run(lines, "moving-average")
    assert costed.costs == [500, 500, 1, 501, 167, 334]


@pytest.mark.parametrize("method", PERIODIC)
def test_a_quick_run_is_the_run_that_keeps_provenance(method: str) -> None:
    """Any periodic policy, three periods, shortages or none: every figure alike."""
    random = Random(1)  # noqa: S311  reproducible test data, no secret
    for seed in range(120):
        kinds = (1, 1, 2, 2) if seed % 3 else (1, 1, 2, 2, 3, 4, 5)
        lines = [CostLine(*line) for line in history(seed, 24, kinds)]
        third = len(lines) // 3
        policy = CostPolicy(
            method,
            negative=random.choice(("refuse", "provisional")),
            unit_decimals=random.choice((None, 0, 2, -1)),
            rate=random.choice(("period", "opening")),
            rate_decimals=random.choice((None, 2)),
            ending=random.choice(("rest", "rate")),
            period=random.choice(("month", "month", "day", "year")),
        )
        if seed % 5 == 0:  # some leave before they are there
            lines.insert(0, issue(random.randint(1, 4), "A"))
            lines = [lines[0], *(row._replace(cites=row.cites + (row.cites >= 0))
                                 for row in lines[1:])]  # fmt: skip
        setting = Setting(
            standards={at: line.quantity * 97 for at, line in enumerate(lines)},
            periods={"month": [0, third, 2 * third], "day": list(range(0, len(lines), 2)),
                     "year": [0]},
            fallback={"P": (90, 1)},
        )  # fmt: skip
        quick = cost(lines, {"P": policy}, setting=setting)
        full = cost(lines, {"P": policy}, provenance=True, setting=setting)
        for name in ("costs", "cited", "true_ups", "pools", "troubles", "rates", "variances",
                     "provisional"):  # fmt: skip
            assert getattr(quick, name) == getattr(full, name), f"seed {seed}: {name}"


def test_late_value_in_an_order_comes_back_with_what_is_handed_back() -> None:
    """10 @ 1.00, 5 consumed; 1.00 late: half follows, a fifth of it comes back."""
    late = CostLine(Kind.REVALUE, "P", 0, "", "", 100, 0, "")
    lines = [receive(10, 1000), consume(5), late, hand_back(1, 1), hand_back(4, 1)]
    costed = run(lines)
    assert costed.followed == {2: [("W1", 50)]}
    assert costed.costs == [1000, 500, 50, 110, 440]
    assert costed.orders == {"W1": 0}


def test_late_values_follow_however_many_there_are() -> None:
    """60 times 0.10 late on goods that all lie in a work order."""
    late = CostLine(Kind.REVALUE, "P", 0, "", "", 10, 0, "")
    costed = run([receive(10, 1000), consume(10), *[late] * 60, produce(1)])
    assert costed.costs[-1] == 1000 + 60 * 10
    assert set(costed.cited.values()) == {0}


def test_what_was_handed_back_does_not_open_a_finished_order_again() -> None:
    again = CostLine(Kind.CONSUME, "P", 1, "A", "", None, 2, "W1")
    costed = run([receive(10, 1000), consume(4), hand_back(2, 1), produce(1), again])
    assert codes(costed) == [("order-completed", 4)]


def test_estimates_above_all_that_came_in_are_told_when_the_rest_is_asked_for() -> None:
    lines = [add(300), produce(1, 500), produce(1)]
    costed = cost(lines, {"Q": CostPolicy("fifo")}, setting=Setting(estimates=frozenset({1})))
    assert codes(costed) == [("order-overdrawn", 2)]
    assert costed.costs == [300, 500, 0]


def test_no_bucket_asked_for_is_one_bucket() -> None:
    lines = [receive(2, 200), receive(3, 300, "X", "X")]
    parts = split_lines(lines, {"P": CostPolicy(), "X": CostPolicy()}, Setting(), 0)
    assert [len(part.lines) for part in parts] == [2]


def test_a_shortage_is_told_once_though_it_goes_on_for_months() -> None:
    lines = [receive(1, 100), issue(2), receive(1, 100), issue(3), receive(9, 900), issue(9)]
    policy = {"P": CostPolicy("periodic-average")}
    costed = cost(lines, policy, setting=Setting(periods={"month": [0, 2, 4]}))
    assert [code for code in codes(costed) if code[0] == "stock-short"] == [("stock-short", 1)]


def test_what_fills_a_shortage_takes_its_planned_value_along() -> None:
    """2 sold in advance; 5 come for 60.00, planned 50.00: 3 stay, planned 30.00, worth 36.00."""
    lines = [receive(1, 1000), issue(3), receive(5, 6000), issue(1)]
    policy = {"P": CostPolicy("planned", negative="provisional")}
    setting = Setting(standards={0: 1000, 1: 3000, 2: 5000, 3: 1000}, periods={"month": [0, 2, 3]})
    costed = cost(lines, policy, setting=setting)
    assert codes(costed) == []
    assert costed.costs[3] == 1200
    assert costed.pools["A"].value == 2400


def in_circles(lines: list[CostLine], cycles: str, *starts: int) -> Costed:
    policy = {"P": CostPolicy("periodic-average", cycles=cycles)}
    return cost(lines, policy, setting=Setting(periods={"month": starts or (0,)}))


def test_a_circle_that_cannot_be_solved_goes_on_at_nothing_and_loses_nothing() -> None:
    """50 of A go to B and the same 50 back, which binds the circle to single goods."""
    lines = [
        receive(100, 100_000), receive(50, 100_000, "B"), move(50), move(50, "B", "A", 2),
        issue(100), issue(50, "B"),
    ]  # fmt: skip
    for starts in ((0,), (0, 2)):
        costed = in_circles(lines, "exact", *starts)
        assert codes(costed) == [("cycle-mixed", 2)]
        assert costed.costs == [100_000, 100_000, 0, 0, 100_000, 100_000]
        assert all(state.value == 0 for state in costed.pools.values())
