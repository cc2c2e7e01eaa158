"""A shortage that is filled at just its estimate: no cent moves, yet the goods came from there.

Trees tell it at every depth: a true-up of 0.00, below it the goods that came and, red, the
estimate.
"""

from __future__ import annotations

import pytest

from invledger.costing import Costed, CostLine, Node, Setting, explain_line, flows_into
from invledger.model import CostPolicy
from tests.costing.lines import (
    both_ways,
    consume,
    hand_back,
    issue,
    produce,
    receive,
    return_in,
    run,
)
from tests.costing.test_both_walks import ends_of

pytestmark = pytest.mark.req("CO-11")


def up(line: int, quantity: int, value: int, estimate: int) -> Node:
    """A true-up by a receipt, whose goods stood at an estimate."""
    came = Node(line, "receipt", quantity, value)
    below = (came, Node(-1, "estimate", -quantity, -estimate))
    return Node(line, "true-up", 0, value - estimate, below)


def test_at_standard_a_shortage_is_filled_at_its_estimate() -> None:
    """Two at 4.00 were issued before they came; one of them is back and leaves again."""
    lines = [issue(2), receive(2, 900), return_in(1, 0), issue(1)]
    policy = CostPolicy("standard", negative="provisional")
    setting = Setting(standards={at: 400 * line.quantity for at, line in enumerate(lines)})
    costed = both_ways(lines, policy, setting)
    assert costed.costs == [800, 800, 400, 400]
    (returned,) = explain_line(costed, lines, 3).children
    (issued,) = returned.children
    assert issued.children == (Node(-1, "estimate", 1, 400), up(1, 1, 400, 400))


def test_the_inputs_of_an_order_were_short() -> None:
    """Two at the last price of 4.00 went into the order and came for 8.00; a half is sold."""
    lines: list[CostLine] = [
        receive(1, 400), issue(1), consume(2), receive(2, 800), produce(2),
        issue(1, "Q", item="Q"),
    ]  # fmt: skip
    costed = run(lines, "fifo", negative="provisional")
    assert costed.costs == [400, 400, 800, 800, 800, 400]
    (made,) = explain_line(costed, lines, 5).children
    (used,) = made.children
    assert used == Node(2, "consumed", 1, 400, (Node(-1, "estimate", 1, 400), up(3, 1, 400, 400)))


def test_part_from_an_average_and_part_short() -> None:
    """Of 4 at 2.00 two are an average of two receipts and two came later, for as much; two of
    them come back: one of each kind.
    """
    lines = [receive(1, 100), receive(1, 300), issue(4), receive(2, 400), return_in(2, 2)]
    costed = run(lines, "moving-average", negative="provisional")
    assert costed.costs == [100, 300, 800, 400, 400]
    top = explain_line(costed, lines, 2)
    receipts = {Node(0, "receipt", 1, 100), Node(1, "receipt", 1, 300)}
    assert {*top.children} == {*receipts, Node(-1, "estimate", 2, 400), up(3, 2, 400, 400)}
    (issued,) = explain_line(costed, lines, 4).children
    assert up(3, 1, 200, 200) in issued.children


def test_a_cent_is_divided_by_its_goods() -> None:
    """Four at 2.50 came for 10.01; one comes back at 2.50, and of the four came one for 2.50."""
    lines = [receive(2, 500), issue(2), issue(4), receive(4, 1001), return_in(1, 2)]
    costed = run(lines, "fifo", negative="provisional")
    assert [one.amount for one in costed.true_ups] == [1]
    assert costed.costs[4] == 250
    (issued,) = explain_line(costed, lines, 4).children
    assert issued.children == (Node(-1, "estimate", 1, 250), up(3, 1, 250, 250))


# ── what comes back fills the shortage of its own line ───────────────────────────────────────────


def both(costed: Costed, lines: list[CostLine], receipt: int, at: int) -> list[tuple[int, int]]:
    """Quantity and value of a receipt in a line: down its tree, and from the receipt."""
    quantity, value = ends_of(costed, lines, at)
    found = {
        flow.line: (flow.quantity, flow.value) for flow in flows_into(costed, lines, receipt).lines
    }
    return [(quantity[receipt], value[receipt]), found.get(at, (0, 0))]


def test_a_hand_back_fills_the_shortage_of_its_own_order() -> None:
    """20 at 3.00 and 20 on credit at 3.00 went in; 20 of these 40 are handed back (10 of the
    receipt) and fill the 20. So the product is the receipt's 60.00 alone: 10 that stayed, and the
    10 that came back and went in again; what is estimated cancels out.
    """
    lines = [receive(20, 6000), consume(40), hand_back(20, 1), produce(2)]
    costed = run(lines, negative="provisional")
    assert costed.costs == [6000, 12000, 6000, 6000]
    assert both(costed, lines, 0, 2) == [(10, 3000)] * 2
    assert both(costed, lines, 0, 3) == [(20, 6000)] * 2
    (used,) = explain_line(costed, lines, 3).children
    consumed = (Node(0, "receipt", 10, 3000), Node(-1, "estimate", 10, 3000))
    again = Node(2, "handed-back", 20, 6000, (Node(1, "consumed", 20, 6000, consumed),))
    filled = Node(2, "true-up", 0, 0, (again, Node(-1, "estimate", -20, -6000)))
    assert used == Node(1, "consumed", 20, 6000, (*consumed, filled))


@pytest.mark.parametrize("method", ["fifo", "lifo", "moving-average"])
def test_the_last_that_comes_back_of_an_issue_is_all_that_is_left_of_it(method: str) -> None:
    """20 at 1.00 and 20 on credit were issued; 20 come back and fill the 20, then the last 20: all
    of the receipt is here again.
    """
    lines = [receive(20, 2000), issue(40), return_in(20, 1), return_in(20, 1)]
    costed = run(lines, method, negative="provisional")
    assert both(costed, lines, 0, 2) == [(10, 1000)] * 2
    assert both(costed, lines, 0, 3) == [(20, 2000)] * 2
    assert flows_into(costed, lines, 0).on_hand == (20, 2000)


def test_goods_that_came_after_a_return_are_in_what_came_back_later() -> None:
    """As above, but the first 20 come back to another shop; 20 at 1.30 fill the shortage: these
    come back last, at 26.00, with the 10 of the first receipt; the 10 that are estimated in the
    first return are taken off here.
    """
    lines = [
        receive(20, 2000), issue(40), return_in(20, 1, "B"), receive(20, 2600), return_in(20, 1),
    ]  # fmt: skip
    costed = run(lines, negative="provisional")
    assert costed.costs == [2000, 4000, 2000, 2600, 2600]
    assert [both(costed, lines, at, 2) for at in (0, 3)] == [[(10, 1000)] * 2, [(0, 0)] * 2]
    assert [both(costed, lines, at, 4) for at in (0, 3)] == [[(10, 1000)] * 2, [(20, 2600)] * 2]
    assert [ends_of(costed, lines, at)[1][-1] for at in (2, 4)] == [1000, -1000]


def test_of_three_returns_each_takes_its_part_of_goods_that_came() -> None:
    """40 on credit at 1.00 come for 60.00; 10, 10 and 20 come back: 15.00, 15.00 and 30.00. At an
    estimate of 1.50 it is the same, and no cent is trued up.
    """
    for estimate in (100, 150):
        lines = [
            receive(1, estimate), issue(1), issue(40), receive(40, 6000), return_in(10, 2),
            return_in(10, 2), return_in(20, 2),
        ]  # fmt: skip
        costed = run(lines, negative="provisional")
        assert costed.costs[4:] == [1500, 1500, 3000]
        said = [both(costed, lines, 3, at) for at in (4, 5, 6)]
        assert said == [[(10, 1500)] * 2, [(10, 1500)] * 2, [(20, 3000)] * 2]


def test_between_two_fillings_half_of_it_came_back() -> None:
    """40 on credit at 1.00; 20 come at 1.50 (50.00 in all), 20 of the 40 come back for 25.00, with
    half of these 20; then 20 come at 1.00, and what comes back last has them and the other half.
    """
    lines = [
        receive(1, 100), issue(1), issue(40), receive(20, 3000), return_in(20, 2, "B"),
        receive(20, 2000), return_in(20, 2),
    ]  # fmt: skip
    costed = run(lines, negative="provisional")
    assert [costed.costs[at] for at in (4, 6)] == [2500, 2500]
    assert [both(costed, lines, 3, at) for at in (4, 6)] == [[(10, 1500)] * 2] * 2
    assert [both(costed, lines, 5, at) for at in (4, 6)] == [[(0, 0)] * 2, [(20, 2000)] * 2]


def test_free_goods_fill_a_shortage_that_cost_nothing() -> None:
    """Nothing was known of them, and they came for nothing: told by quantity."""
    lines = [issue(2), receive(2, 0), return_in(1, 0), issue(1)]
    costed = run(lines, negative="provisional")
    (returned,) = explain_line(costed, lines, 3).children
    (issued,) = returned.children
    assert issued.children == (Node(-1, "estimate", 1, 0), up(1, 1, 0, 0))


def test_two_returns_before_the_last_goods_came_have_none_of_them() -> None:
    """40 on credit at 1.00; 20 come at 1.50, 10 and 10 of the 40 go back to another shop (5 of
    these 20 in each); 20 come at 1.00, and 10 of the 20 that are left come back: 5 and 10.
    """
    lines = [
        receive(1, 100), issue(1), issue(40), receive(20, 3000), return_in(10, 2, "B"),
        return_in(10, 2, "B"), receive(20, 2000), return_in(10, 2),
    ]  # fmt: skip
    costed = run(lines, negative="provisional")
    assert [costed.costs[at] for at in (4, 5, 7)] == [1250] * 3
    assert [both(costed, lines, 3, at) for at in (4, 5, 7)] == [[(5, 750)] * 2] * 3
    assert [both(costed, lines, 6, at) for at in (4, 5, 7)] == [[(0, 0)] * 2] * 2 + [
        [(10, 1000)] * 2
    ]


def test_a_piece_worth_no_cent_is_told_by_its_quantity() -> None:
    """Four for a cent, on credit; four come for a cent, and one comes back for nothing."""
    lines = [receive(4, 1), issue(4), issue(4), receive(4, 1), return_in(1, 2)]
    costed = run(lines, negative="provisional")
    assert costed.costs == [1, 1, 1, 1, 0]
    (issued,) = explain_line(costed, lines, 4).children
    assert issued.children == (Node(-1, "estimate", 1, 0), up(3, 1, 0, 0))
