"""Where inputs went that are no receipts, or went through what is worth nothing yet; and the line
through which most of a receipt came to another.
"""

from __future__ import annotations

import pytest

from invledger.costing import Costed, CostLine, Flow, Kind, Setting, Switch, cost, flows_into
from invledger.model import CostPolicy
from tests.costing.lines import add, consume, issue, move, produce, receive, return_in, run
from tests.costing.test_flows import balance_of

pytestmark = pytest.mark.req("CO-08", "CO-11")

SETTLE = CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1")


def costed_by(
    lines: list[CostLine], *estimates: int, method: str = "fifo", **more: object
) -> Costed:
    setting = Setting(estimates=frozenset(estimates), **more)  # type: ignore[arg-type]  # facts
    policies = {line.item: CostPolicy(method) for line in lines}
    return cost(lines, policies, provenance=True, setting=setting)


def test_wages_go_where_the_output_goes_that_is_settled_later() -> None:
    """4.00 of steel and 60.00 of wages for three chairs at an estimate of 9.00; one is sold before
    the settlement, one after it: 20.00 of the wages each.
    """
    lines = [
        receive(4, 400), consume(4), add(6000), produce(3, 900), issue(1, "Q", item="Q"), SETTLE,
        issue(1, "Q", item="Q"),
    ]  # fmt: skip
    found = flows_into(costed_by(lines, 3), lines, 2)
    assert [flow[:4] for flow in found.lines] == [
        (3, 0, 6000, 1), (4, 0, 2000, -1), (6, 0, 2000, -1),
    ]  # fmt: skip
    assert found.on_hand == (0, 2000)
    assert found.in_orders == (0, 0)


def test_output_worth_nothing_until_it_is_settled_carries_by_quantity() -> None:
    """Two chairs at 0.00; one is sold before the 4 of steel for 40.00 are settled onto them: half
    of the steel went with it.
    """
    lines = [receive(4, 4000), consume(4), produce(2, 0), issue(1, "Q", item="Q"), SETTLE]
    found = flows_into(costed_by(lines, 2), lines, 0)
    assert [flow[:4] for flow in found.lines] == [
        (1, 4, 4000, -1), (2, 4, 4000, 1), (3, 2, 2000, -1),
    ]  # fmt: skip
    assert found.on_hand == (2, 2000)


def test_samples_that_cost_nothing_are_followed_by_quantity() -> None:
    """Four free samples: one is sold, comes back, and two go on."""
    lines = [receive(4, 0), issue(3), return_in(1, 1), issue(1)]
    for method in ("fifo", "moving-average"):
        found = flows_into(run(lines, method), lines, 0)
        assert [flow[:4] for flow in found.lines] == [
            (1, 3, 0, -1), (2, 1, 0, 1), (3, 1, 0, -1),
        ]  # fmt: skip
        assert found.on_hand == (1, 0)


@pytest.mark.parametrize(("first", "second"), [(2, 5), (5, 2)])
def test_the_line_that_most_came_through(first: int, second: int) -> None:
    """A product of two takings of a receipt: most came by the larger one, whichever was first."""
    lines = [receive(10, 1000), consume(first), consume(second), produce(1)]
    found = flows_into(run(lines), lines, 0)
    assert found.lines[-1] == Flow(3, 7, 700, 1, 1 if first > second else 2)


def test_a_scrapped_order_is_reached_through_what_it_took() -> None:
    lines = [receive(4, 4000), consume(4), SETTLE]
    found = flows_into(costed_by(lines), lines, 0)
    assert found.lines == [Flow(1, 4, 4000, -1, -1), Flow(2, 4, 4000, 0, 1)]


def test_a_circle_may_begin_with_a_move() -> None:
    """Within a month it says nothing that a move stands before the receipt. 12 a = 10.00 + 2 b and
    14 b = 20.00 + 4 a: 1.125 and 1.75. Of the receipt in A 12 p = 10.00 + 2 q and 14 q = 4 p, that
    is 0.875 and 0.25 a piece.
    """
    policy = CostPolicy("periodic-average", negative="provisional")
    lines = [
        move(4), receive(10, 1000), receive(10, 2000, "B"), move(2, "B", "A"), issue(8),
        issue(4, "B"),
    ]  # fmt: skip
    setting = Setting(periods={"month": [0]})
    costed = cost(lines, {"P": policy}, provenance=True, setting=setting)
    assert costed.costs[4:] == [900, 700]
    found = flows_into(costed, lines, 1)
    assert [(flow.line, flow.value, flow.way) for flow in found.lines] == [
        (0, 350, 0), (3, 50, 0), (4, 700, -1), (5, 100, -1),
    ]  # fmt: skip
    assert found.on_hand[1] == 200


def test_a_change_without_effect_restates_nothing() -> None:
    """First in, first out becomes last in, first out from the first line on, where one receipt is
    all there is: it is on hand as before, and leaves as before.
    """
    lines = [receive(10, 1000), issue(4), return_in(1, 1), issue(3)]
    change = Switch(3, "P", CostPolicy("lifo"), is_retrospective=True)
    found = flows_into(costed_by(lines, switches=(change,)), lines, 0)
    assert [flow[:4] for flow in found.lines] == [
        (1, 4, 400, -1), (2, 1, 100, 1), (3, 3, 300, -1),
    ]  # fmt: skip
    assert found.on_hand == (4, 400)
    assert found.restated == (0, 0)


def test_a_retrospective_change_gives_the_goods_on_hand_other_receipts() -> None:
    """Two at 1.00, two at 3.00, two sold: first in first out leaves the second receipt; had it
    always been last in first out, it would have left the first one. Of what was sold 2.00 stay the
    first receipt's, of what is there the second has nothing: 6.00 less.
    """
    lines = [receive(2, 200), receive(2, 600), issue(2), issue(1)]
    change = Switch(3, "P", CostPolicy("lifo"), is_retrospective=True)
    costed = costed_by(lines, switches=(change,))
    first, second = (flows_into(costed, lines, at) for at in (0, 1))
    assert [flow[:4] for flow in first.lines] == [(2, 2, 200, -1), (3, 1, 100, -1)]
    assert (first.on_hand, first.restated) == ((1, 100), (2, 200))
    assert second.lines == []
    assert (second.on_hand, second.restated) == ((0, 0), (-2, -600))
    for at in (0, 1):
        assert balance_of(costed, lines, at) == flows_into(costed, lines, at).on_hand


def test_returns_on_hand_at_a_change_are_the_receipts_of_then() -> None:
    """A piece of the first receipt that was sold and came back is what a costing again as last in
    first out finds sold, too: it came back of the second receipt then.
    """
    lines = [receive(1, 100), receive(1, 300), issue(1), return_in(1, 2), issue(2)]
    change = Switch(4, "P", CostPolicy("lifo"), is_retrospective=True)
    costed = costed_by(lines, switches=(change,))
    first, second = (flows_into(costed, lines, at) for at in (0, 1))
    assert [flow[:4] for flow in first.lines] == [(2, 1, 100, -1), (3, 1, 100, 1), (4, 1, 100, -1)]
    assert (first.on_hand, first.restated) == ((0, 0), (0, 0))
    assert [flow[:4] for flow in second.lines] == [(4, 1, 300, -1)]
    assert (second.on_hand, second.restated) == ((0, 0), (0, 0))
