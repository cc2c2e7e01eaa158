"""A shortage that is filled at just its estimate: no cent moves, yet the goods came from there.

Trees tell it at every depth: a true-up of 0.00, below it the goods that came and, red, the
estimate.
"""

from __future__ import annotations

import pytest

from invledger.costing import CostLine, Node, Setting, explain_line
from invledger.model import CostPolicy
from tests.costing.lines import both_ways, consume, issue, produce, receive, return_in, run

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
