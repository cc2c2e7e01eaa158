"""Negative stock: refused once a pool, or provisional with true-ups."""

from __future__ import annotations

import pytest

from invledger.costing import TrueUp
from tests.costing.lines import (
    add,
    codes,
    consume,
    issue,
    left,
    move,
    produce,
    receive,
    return_in,
    run,
)

METHODS = ["fifo", "moving-average"]


@pytest.mark.parametrize("method", METHODS)
def test_refused_at_the_first_line_and_not_again(method: str) -> None:
    """Later shortages of the pool are echoes; another pool has its own first line."""
    lines = [receive(10, 1000), issue(12), issue(1), receive(9, 900), issue(20), issue(1, "B")]
    costed = run(lines, method)
    assert codes(costed) == [("stock-short", 1), ("stock-short", 5)]
    assert dict(costed.troubles[0].args) == {
        "item": "P", "pool": "A", "on_hand": "10", "wanted": "12",
    }  # fmt: skip
    assert costed.costs[1:5] == [1200, 100, 900, 2000]


@pytest.mark.parametrize("method", METHODS)
def test_provisional_is_trued_up_by_the_next_receipts(method: str) -> None:
    """10 @ 10.00; 15 and 5 leave; 4 @ 15.00 and 11 @ 16.00 come: 10 were short."""
    lines = [receive(10, 10_000), issue(15), issue(5), receive(4, 6000), receive(11, 17_600)]
    costed = run(lines, method, negative="provisional")
    assert costed.troubles == []
    assert costed.costs == [10_000, 15_000, 5000, 6000, 17_600]
    assert costed.true_ups == [
        TrueUp(3, 1, 4, 2000),  # 60.00 against 40.00
        TrueUp(4, 1, 1, 600),  # 16.00 against 10.00
        TrueUp(4, 2, 5, 3000),  # 80.00 against 50.00
    ]
    assert left(costed) == (5, 8000)


def test_a_shortage_is_a_layer_below_zero() -> None:
    costed = run([receive(1, 100), issue(3)], negative="provisional")
    assert left(costed) == (-2, -200)
    assert costed.pools["A"].layers == [(1, -2, -200)]


@pytest.mark.parametrize("method", METHODS)
def test_without_history_there_is_no_estimate(method: str) -> None:
    costed = run([issue(2), receive(5, 500)], method, negative="provisional")
    assert codes(costed) == [("cost-estimate-missing", 0)]
    assert costed.costs[0] == 0
    assert costed.true_ups == [TrueUp(1, 0, 2, 200)]
    known = run([issue(2)], method, negative="provisional", fallback={"P": (250, 3)})
    assert (known.troubles, known.costs) == ([], [167])


def test_a_move_on_credit_carries_the_estimate() -> None:
    lines = [receive(1, 100), move(3), issue(3, "B"), receive(2, 260)]
    costed = run(lines, negative="provisional")
    assert costed.costs == [100, 300, 300, 260]
    assert costed.true_ups == [TrueUp(3, 1, 2, 60)]
    assert left(costed) == (0, 0)
    assert left(costed, "B") == (0, 0)


def test_a_return_follows_the_true_up() -> None:
    """2 sold at an estimate of 1.00, really 1.50: one of them comes back at 1.50."""
    lines = [receive(1, 100), issue(1), issue(2), receive(2, 300), return_in(1, 2)]
    costed = run(lines, negative="provisional")
    assert costed.true_ups == [TrueUp(3, 2, 2, 100)]
    assert costed.costs[4] == 150


@pytest.mark.req("CO-08")
def test_a_true_up_of_consumption_goes_into_the_open_order() -> None:
    lines = [receive(1, 100), consume(2), receive(1, 180), add(20), produce(1)]
    costed = run(lines, negative="provisional")
    assert costed.true_ups == [TrueUp(2, 1, 1, 80, "W1")]
    assert costed.costs[4] == 100 + 100 + 80 + 20
    assert costed.orders == {"W1": 0}


def test_a_true_up_after_completion_is_an_expense() -> None:
    lines = [receive(1, 100), consume(2), produce(1), receive(1, 180)]
    costed = run(lines, negative="provisional")
    assert costed.true_ups == [TrueUp(3, 1, 1, 80, "")]
    assert costed.costs[2] == 200
