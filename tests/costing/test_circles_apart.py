"""Circles of pools that are not the plain ones: rates of the opening, other methods in the way,
goods for nothing, orders that hand back what they took.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from invledger.costing import Costed, CostLine, Kind, Setting, Switch
from invledger.model import CostPolicy
from tests.costing.lines import (
    add,
    both_ways,
    codes,
    consume,
    hand_back,
    issue,
    left,
    months,
    move,
    produce,
    receive,
    return_in,
    revalue,
)

pytestmark = pytest.mark.req("CO-03")


def run(lines: list[CostLine], *starts: int, cycles: str = "exact") -> Costed:
    return both_ways(lines, CostPolicy("periodic-average", cycles=cycles), months(*starts))


def test_planned_goods_go_round_at_the_rates_of_the_opening() -> None:
    """Planned at 1.00: the month opens with A at 1.10 and B at 0.90. What A gets at 2.00 changes
    nothing of what leaves in this month where the policy takes the opening's rates.
    """
    lines = [
        receive(10, 1100), receive(10, 900, "B"),
        receive(10, 2000), move(5), move(4, "B", "A"), issue(2), issue(2, "B"),
    ]  # fmt: skip
    setting = Setting(
        periods={"month": [0, 2]},
        standards={at: 100 * line.quantity for at, line in enumerate(lines)},
    )
    costed = both_ways(lines, CostPolicy("planned", rate="opening"), setting)
    assert codes(costed) == []
    assert costed.costs[3:] == [550, 360, 220, 180]


def test_layers_of_a_month_are_in_the_way_as_well() -> None:
    """Material by average, product by last in first out of the month: no single cost of both."""
    lines = [
        receive(10, 1000), consume(5), produce(5),
        CostLine(Kind.CONSUME, "Q", 2, "Q", "", None, -1, "W2"),
        CostLine(Kind.PRODUCE, "P", 2, "", "A", None, -1, "W2"), issue(3),
    ]  # fmt: skip
    policies = {"P": CostPolicy("periodic-average"), "Q": CostPolicy("periodic-lifo")}
    costed = both_ways(lines, policies, months(0))
    assert codes(costed) == [("cycle-mixed", 1)]
    assert costed.costs[0] == costed.costs[5] + sum(
        state.value for state in costed.pools.values()
    ) + sum(costed.orders.values())


def test_one_piece_in_the_opening_has_an_average_of_its_own() -> None:
    """3 for 1.00, of which 2 were sold for 0.67: the month opens with one at 0.33, and by `cycles:
    previous` two leave at 0.66, not at 0.67, which 33 1/3 would give.
    """
    lines = [
        receive(3, 100), receive(1, 20, "B"), issue(2),
        receive(1, 50), move(2), move(2, "B", "A"),
    ]  # fmt: skip
    costed = run(lines, 0, 3, cycles="previous")
    assert codes(costed) == []
    assert costed.costs[2:] == [67, 50, 66, 40]


def test_what_cost_nothing_goes_round_for_nothing() -> None:
    """Two samples each, given away in the month before: at the last average known, 0.00."""
    lines = [
        receive(200, 0), issue(200), receive(200, 0, "B"), issue(200, "B"),
        receive(300, 300), move(100), move(100, "B", "A"), issue(10),
    ]  # fmt: skip
    costed = run(lines, 0, 4, cycles="previous")
    assert codes(costed) == []
    assert costed.costs[5:7] == [0, 0]


def test_an_order_that_hands_back_is_part_of_a_circle() -> None:
    """10 for 10.01 in B; 8 go to A and all into an order, which hands 3 back into B: 13 b = 1001 +
    3 b, 1.001 each. A ends empty: its last line takes the 8.01 that came, 3/8 of it come back.
    """
    back = hand_back(3, 2)._replace(target="B")
    lines = [receive(10, 1001, "B"), move(8, "B", "A"), consume(8), back]
    costed = run(lines, 0)
    assert codes(costed) == []
    assert costed.costs == [1001, 801, 801, 300]
    assert (left(costed), left(costed, "B")) == ((0, 0), (5, 500))
    assert costed.orders == {"W1": 501}


@pytest.mark.parametrize(("store", "transit"), [("A", "Z"), ("Z", "A")])
def test_the_rest_of_transit_is_waited_for(store: str, transit: str) -> None:
    """10 for 10.01; 4 are on their way and back, at 1.001; 5 of the 10 are sold: 5.00 or 5.01, and
    no cent stays on the way, whichever pool comes first by its name.
    """
    lines = [
        receive(10, 1001, store), move(4, store, transit), move(4, transit, store),
        issue(5, store),
    ]  # fmt: skip
    costed = run(lines, 0)
    assert costed.costs[1:3] == [400, 400]
    assert costed.costs[3] in (500, 501)
    assert left(costed, transit) == (0, 0)
    assert left(costed, store) == (5, 1001 - costed.costs[3])


def test_what_goods_cost_last_is_known_after_a_plain_month() -> None:
    """3 for 1.00 came and went, in a month of its own way; in the next one goes on credit."""
    policy = CostPolicy("periodic-average", negative="provisional")
    change = Switch(2, "P", replace(policy, cycles="previous"))
    setting = Setting(periods={"month": [0, 2]}, switches=(change,))
    costed = both_ways([receive(3, 100), issue(3), issue(1)], policy, setting)
    assert costed.costs == [100, 100, 33]


def test_late_value_in_a_circle_finds_the_goods_that_come_round() -> None:
    """One of A's 2 left at a stated 0.90; 3 come from B, so that late value on 2 finds as many:
    4 a = 200 - 90 + 40 + 3 b, 8 b = 600 + 2 a: a = 115.38, b = 103.85.
    """
    lines = [
        receive(2, 200), receive(6, 600, "B"), issue(1), move(3, "B", "A"), move(2),
        revalue(40, 0),
    ]  # fmt: skip
    policy = CostPolicy("periodic-average", stated_issue="cost")
    costed = both_ways(lines, policy, Setting(periods={"month": [0]}, stated={2: 90}))
    assert codes(costed) == []
    assert costed.costs[2:] == [90, 312, 231, 40]


def test_goods_picked_for_rework_leave_at_the_circles_cost_all_the_same() -> None:
    """5 for 100.00; 2 of them, picked by their receipt, reworked with 5.00: 7 q = 10,000 + 2 q +
    500, q = 21.00. An average knows no receipts.
    """
    lines = [
        receive(5, 10_000, "Q", "Q"),
        CostLine(Kind.CONSUME, "Q", 2, "Q", "", None, 0, "W2"), add(500, "W2"),
        CostLine(Kind.PRODUCE, "Q", 2, "", "Q", None, -1, "W2"), issue(5, "Q", item="Q"),
    ]  # fmt: skip
    costed = run(lines, 0)
    assert codes(costed) == []
    assert costed.costs[1:] == [4200, 500, 4700, 10_500]


def test_costs_without_an_amount_in_a_circle_are_told() -> None:
    """As above, without the 5.00: 7 q = 10,000 + 2 q, q = 20.00."""
    lines = [
        receive(5, 10_000, "Q", "Q"), CostLine(Kind.CONSUME, "Q", 2, "Q", "", None, -1, "W2"),
        add(None, "W2"), CostLine(Kind.PRODUCE, "Q", 2, "", "Q", None, -1, "W2"),
    ]  # fmt: skip
    costed = run(lines, 0)
    assert codes(costed) == [("value-missing", 2)]
    assert costed.costs == [10_000, 4000, 0, 4000]


def test_shares_and_losses_in_a_circle_are_of_all_that_came() -> None:
    """W1 takes 4 a: half of it makes 2 in B, a quarter one more, a quarter is lost: 3 b = 3 a. Two
    of them go back: 12 a = 1,000 + 2 b, a = b = 1.00.
    """
    made = [CostLine(Kind.PRODUCE, "P", many, "", "B", None, -1, "W1") for many in (2, 1)]
    lines = [receive(10, 1000), consume(4), *made, add(None), move(2, "B", "A")]
    setting = Setting(
        periods={"month": [0]}, portions={2: (1, 2), 3: (1, 4), 4: (1, 4)},
    )  # fmt: skip
    costed = both_ways(lines, CostPolicy("periodic-average"), setting)
    assert codes(costed) == []
    assert costed.costs == [1000, 400, 200, 100, -100, 200]


@pytest.mark.parametrize(
    "facts",
    [{"portions": {2: (1, 2), 3: (1, 4), 4: (1, 4)}},
     {"portions": {2: (1, 2), 4: (1, 4)}, "lost": frozenset({3})}],
)  # fmt: skip
def test_a_loss_in_a_circle_lowers_no_later_share(facts: dict[str, Any]) -> None:
    """The same, and the quarter of it, or 1.00, is lost before the last quarter is made."""
    made = [CostLine(Kind.PRODUCE, "P", many, "", "B", None, -1, "W1") for many in (2, 1)]
    lost = add(-100 if "lost" in facts else None)
    lines = [receive(10, 1000), consume(4), made[0], lost, made[1], move(2, "B", "A")]
    setting = Setting(periods={"month": [0]}, **facts)
    costed = both_ways(lines, CostPolicy("periodic-average"), setting)
    assert codes(costed) == []
    assert costed.costs == [1000, 400, 200, -100, 100, 200]


def test_a_loss_undone_in_a_circle() -> None:
    """A quarter of 4 a lost and found again, half of them 4 in B, of which 2 go back: b = a / 2,
    12 a = 1,000 + 2 b, a = 90.909.
    """
    made = CostLine(Kind.PRODUCE, "P", 4, "", "B", None, -1, "W1")
    lines = [
        receive(10, 1000), consume(4), add(None), add(None)._replace(cites=2), made,
        move(2, "B", "A"),
    ]  # fmt: skip
    setting = Setting(periods={"month": [0]}, portions={2: (1, 4), 4: (1, 2)})
    costed = both_ways(lines, CostPolicy("periodic-average"), setting)
    assert codes(costed) == []
    assert costed.costs[1:] == [364, -91, 91, 182, 91]


def test_what_comes_back_of_last_month_enters_a_circle_at_what_it_left_for() -> None:
    """2 of 4 sold in January come back in February for their 200.00: 5 a = 40,000 + b, 6 b =
    80,000 + 2 a: 114.2857 and 171.4286.
    """
    lines = [
        receive(4, 40_000), receive(4, 80_000, "B"), issue(2),
        return_in(2, 2), move(2), move(1, "B", "A"),
    ]  # fmt: skip
    costed = run(lines, 0, 3)
    assert costed.costs[2:] == [20_000, 20_000, 22_857, 17_143]


def test_an_average_in_a_circle_with_goods_that_go_at_the_rate_of_the_opening() -> None:
    """Q opens at 1.10, planned at 1.00: 2 of it leave for 2.20 and become 2 P: 12 p = 1,000 + 220,
    so that the 5 P that become Q cost 5.08.
    """
    lines = [
        receive(10, 1000), receive(10, 1100, "Q", "Q"), consume(5), produce(5),
        CostLine(Kind.CONSUME, "Q", 2, "Q", "", None, -1, "W2"),
        CostLine(Kind.PRODUCE, "P", 2, "", "A", None, -1, "W2"),
    ]  # fmt: skip
    setting = Setting(
        periods={"month": [0, 2]},
        standards={at: 100 * line.quantity for at, line in enumerate(lines) if line.item == "Q"},
    )
    policies = {"P": CostPolicy("periodic-average"), "Q": CostPolicy("planned", rate="opening")}
    costed = both_ways(lines, policies, setting)
    assert codes(costed) == []
    assert costed.costs[2:] == [508, 508, 220, 220]
