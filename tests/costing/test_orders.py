"""Work orders as cost objects: value goes in, value comes out, never more than is in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.costing import CostLine, Kind, Setting
from invledger.model import CostPolicy
from tests.costing.lines import (
    add,
    both_ways,
    codes,
    consume,
    hand_back,
    issue,
    left,
    produce,
    receive,
    run,
)

pytestmark = pytest.mark.req("CO-08")


def test_cost_sheet_of_an_order() -> None:
    """5 kg consumed at 10.00, 1 handed back, wages 30.00: 7 pieces cost 70.00, one 10.00."""
    lines = [
        receive(10, 10_000), consume(5), hand_back(1, 1), add(3000), produce(7),
        issue(1, "Q", item="Q"),
    ]  # fmt: skip
    costed = run(lines)
    assert costed.costs == [10_000, 5000, 1000, 3000, 7000, 1000]
    assert costed.orders == {"W1": 0}
    assert left(costed) == (6, 6000)


def test_estimates_come_off_and_the_last_receipt_takes_the_rest() -> None:
    lines = [receive(9, 1000), consume(9), produce(2, 300), produce(1, 150), produce(4)]
    costed = run(lines)
    assert costed.costs[2:] == [300, 150, 550]
    assert left(costed, "Q") == (7, 1000)


def test_hand_back_returns_the_cents_that_went_in() -> None:
    lines = [receive(3, 1000), consume(3), hand_back(1, 1), hand_back(1, 1), hand_back(1, 1)]
    costed = run(lines, "moving-average")
    assert costed.costs[2:] == [333, 334, 333]
    assert costed.orders == {"W1": 0}


def test_more_than_is_in_it_cannot_come_out() -> None:
    costed = run([receive(1, 100), consume(1), produce(1, 101), produce(1)])
    assert codes(costed) == [("order-overdrawn", 2)]
    assert dict(costed.troubles[0].args) == {
        "item": "Q", "order": "W1", "left": "100", "wanted": "101",
    }  # fmt: skip
    assert costed.costs[2:] == [100, 0]
    assert costed.orders == {"W1": 0}


def test_an_estimate_may_leave_too_little_to_hand_back() -> None:
    costed = run([receive(2, 200), consume(2), produce(1, 150), hand_back(1, 1)])
    assert codes(costed) == [("order-overdrawn", 3)]
    assert costed.costs[3] == 50


def test_a_credit_never_takes_an_order_below_zero() -> None:
    costed = run([add(100), add(-150)])
    assert codes(costed) == [("order-overdrawn", 1)]
    assert costed.costs == [100, -100]


def test_after_completion_nothing_more_goes_in() -> None:
    lines = [receive(5, 500), consume(1), produce(1), consume(1), add(10), hand_back(1, 3)]
    costed = run(lines)
    assert codes(costed) == [("order-completed", 3)]
    assert costed.orders == {"W1": 10}


def test_an_order_without_inputs_makes_goods_for_nothing() -> None:
    costed = run([produce(3)])
    assert codes(costed) == [("order-empty", 0)]
    assert left(costed, "Q") == (3, 0)


def test_wages_need_an_amount_and_hand_backs_a_citation() -> None:
    costed = run([add(None)])
    assert codes(costed) == [("value-missing", 0)]
    assert costed.troubles[0].args == (("item", "W1"),)
    costed = run([receive(2, 200), consume(1), hand_back(1, -1)])
    assert codes(costed) == [("citation-missing", 2)]
    assert costed.costs[2] == 100
    costed = run([receive(2, 200), consume(1), hand_back(1, 0)])
    assert codes(costed) == [("citation-unusable", 2)]


@pytest.mark.parametrize("method", ["fifo", "moving-average", "standard", "periodic-average"])
def test_a_whole_reversal_undoes_inputs_before_output(method: str) -> None:
    """4 for 8.00 and 12.00 of labour became one; undone line by line in their own order, the
    order owes 8.00, then 20.00, and nothing once its output is back.
    """
    lines = [
        receive(10, 2000), consume(4), add(1200), produce(1),
        hand_back(4, 1), add(-1200), CostLine(Kind.CONSUME, "Q", 1, "Q", "", None, 3, "W1"),
    ]  # fmt: skip
    prices = {0: 2000, 1: 800, 3: 2000, 4: 800, 6: 2000}
    policy = CostPolicy(method)
    setting = Setting(undoing=frozenset({4, 5}), standards=prices, periods={"month": [0]})
    costed = both_ways(lines, policy, setting)
    assert costed.troubles == []
    assert costed.costs == [2000, 800, 1200, 2000, 800, -1200, 2000]
    assert (left(costed), left(costed, "Q"), costed.orders) == ((10, 2000), (0, 0), {"W1": 0})
    refused = both_ways(lines, policy, replace(setting, undoing=frozenset()))
    assert codes(refused) == [("order-completed", 4)]


def test_a_reversal_whose_output_is_used_leaves_its_order_owing() -> None:
    """4 for 8.00 and 12.00 of labour became one worth 20.00, which is sold; another one for 5.00
    comes back in its place: the order gave back 20.00 and has 5.00 for them, 15.00 too little.
    """
    lines = [
        receive(10, 2000), consume(4), add(1200), produce(1), issue(1, "Q", item="Q"),
        receive(1, 500, "Q", "Q"),
        hand_back(4, 1), add(-1200), CostLine(Kind.CONSUME, "Q", 1, "Q", "", None, 3, "W1"),
    ]  # fmt: skip
    setting = Setting(undoing=frozenset({6, 7}))
    costed = both_ways(lines, CostPolicy("fifo"), setting)
    assert codes(costed) == [("order-overdrawn", 7)]
    said = dict(costed.troubles[0].args)
    assert (said["order"], said["left"], said["wanted"]) == ("W1", "0", "1200")
    assert costed.orders == {"W1": -1500}
