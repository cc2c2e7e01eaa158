"""Periodic methods: goods that a customer sends back go on to the supplier in the same period."""

from __future__ import annotations

import pytest

from invledger.costing import Costed, CostLine, Node, Setting, explain_line, flows_into
from invledger.model import CostPolicy
from tests.costing.lines import (
    both_ways,
    codes,
    issue,
    left,
    months,
    receive,
    return_in,
    return_out,
)

pytestmark = pytest.mark.req("CO-04", "CO-05")


def run(lines: list[CostLine], method: str, *starts: int) -> Costed:
    return both_ways(lines, CostPolicy(method), months(*(starts or (0,))))


def test_a_purchase_return_of_goods_that_a_customer_sent_back() -> None:
    """20 at 5.00: 12 sold, 12 back, 10 back to the supplier; 10 stay, worth 50.00."""
    lines = [receive(20, 10_000), issue(12), return_in(12, 1), return_out(10, 0)]
    for method in ("periodic-lifo", "periodic-average"):
        costed = run(lines, method)
        assert codes(costed) == []
        assert costed.costs == [10_000, 6000, 6000, 5000]
        assert left(costed) == (10, 5000)


def test_the_same_with_goods_of_the_month_before() -> None:
    """10 at 3.00, then 20 at 5.00; 25 leave for 115.00 and come back, as one layer. Of the 25 at
    4.60 the supplier gets 10 for 46.00, who is owed 50.00; 15 at 4.60 and 5 at 3.00 stay, 84.00.
    """
    early = [receive(10, 3000), receive(20, 10_000)]
    lines = [*early, issue(25), return_in(25, 2), return_out(10, 1)]
    costed = run(lines, "periodic-lifo", 0, 1)
    assert codes(costed) == []
    assert costed.costs[2:] == [11_500, 11_500, 4600]
    assert costed.cited[4] == 5000
    assert left(costed) == (20, 8400)


def test_a_purchase_return_of_goods_that_are_sold_leaves_the_sale_short() -> None:
    lines = [receive(20, 10_000), issue(12), return_in(1, 1), return_out(10, 0)]
    costed = run(lines, "periodic-lifo")
    assert codes(costed) == [("stock-short", 1)]


@pytest.mark.parametrize("back", ["receipt-cost", "method"])
@pytest.mark.parametrize("method", ["periodic-average", "periodic-lifo"])
def test_goods_that_came_at_the_month_s_own_cost_go_back_at_it(method: str, back: str) -> None:
    """10 at 10.00; 34 found have no price of their own, so 10.00; entered twice, one goes back."""
    policy = CostPolicy(method, purchase_return=back, estimate="zero")
    lines = [receive(10, 10_000), receive(34, None), receive(34, None), return_out(34, 1)]
    costed = both_ways(lines, policy, months(0))
    assert costed.troubles == []
    assert costed.costs == [10_000, 34_000, 34_000, 34_000]
    assert left(costed) == (44, 44_000)


def test_all_that_is_there_came_at_the_last_price_known_and_goes_back() -> None:
    """Nothing else in the pool: 34 at the 0.96 that such goods are said to cost, and out."""
    policy = CostPolicy("periodic-average", estimate="zero")
    setting = Setting(periods={"month": (0,)}, fallback={"P": (96, 1)})
    costed = both_ways([receive(34, None), return_out(34, 0)], policy, setting)
    assert costed.troubles == []
    assert costed.costs == [3264, 3264]
    assert left(costed) == (0, 0)


@pytest.mark.req("CO-11")
@pytest.mark.parametrize("method", ["periodic-average", "planned", "retail"])
def test_goods_sent_back_before_the_month_is_priced_are_of_what_they_cite(method: str) -> None:
    """300 for 3,630.00 from last month; of 500 @ 13.50 40 go back (540.00), of 10 for 130.00 two
    (26.00). Those 42 are no part of the opening stock.
    """
    lines = [
        receive(300, 363_000), receive(500, 675_000), receive(10, 13_000),
        return_out(40, 1), return_out(2, 2), return_out(3, 1), issue(1),
    ]  # fmt: skip
    both = {3: ((1, 40),), 5: ((1, 2), (2, 1))}
    setting = Setting(
        periods={"month": [1]}, citations=both,
        standards={at: 1000 * line.quantity for at, line in enumerate(lines)},
    )  # fmt: skip
    costed = both_ways(lines, CostPolicy(method), setting)
    assert costed.costs[3:6] == [54_000, 2_600, 4_000]
    told = [explain_line(costed, lines, at).children for at in (3, 4, 5)]
    assert told[:2] == [
        (Node(1, "receipt", 40, 54_000),), (Node(2, "receipt", 2, 2_600),),
    ]  # fmt: skip
    assert told[2] == (Node(1, "receipt", 2, 2_700), Node(2, "receipt", 1, 1_300))
    of = [flows_into(costed, lines, at) for at in (0, 1, 2)]
    assert [flow[:3] for flow in of[1].lines if flow.line < 6] == [(3, 40, 54_000), (5, 2, 2_700)]
    assert [flow.line for flow in of[0].lines] == [6]
    assert sum(one.on_hand[1] for one in of) == costed.pools["A"].value
