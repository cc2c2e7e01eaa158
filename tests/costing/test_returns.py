"""Returns: at the cost of what they undo, pro rata, and never more than was moved."""

from __future__ import annotations

import pytest

from invledger.costing import Setting
from invledger.model import CostPolicy
from tests.costing.lines import (
    both_ways,
    codes,
    issue,
    left,
    move,
    receive,
    return_in,
    return_out,
    run,
)


@pytest.mark.req("CO-01", "CO-02")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_a_sale_return_restores_the_cents_that_left(method: str) -> None:
    """Sold 3 for 10.00 of cost; back in three parts: 3.33, 3.34, 3.33 = 10.00."""
    lines = [receive(3, 1000), issue(3), return_in(1, 1), return_in(1, 1), return_in(1, 1)]
    costed = run(lines, method)
    assert costed.costs[2:] == [333, 334, 333]
    assert left(costed) == (3, 1000)


def test_a_sale_return_keeps_its_cost_though_prices_moved() -> None:
    lines = [receive(2, 200), issue(2), receive(2, 800), return_in(1, 1)]
    assert run(lines, "moving-average").costs[3] == 100
    assert left(run(lines, "moving-average")) == (3, 900)


def test_more_back_than_went_is_refused() -> None:
    costed = run([receive(5, 500), issue(2), return_in(3, 1), return_in(1, 1)])
    assert codes(costed) == [("return-exceeds", 2), ("return-exceeds", 3)]
    assert dict(costed.troubles[0].args) == {"item": "P", "cited": "1", "left": "2", "wanted": "3"}
    assert costed.costs[2:] == [300, 100]


def test_a_return_without_citation_needs_a_cost() -> None:
    costed = run([receive(2, 300), return_in(1, -1)])
    assert codes(costed) == [("citation-missing", 1)]
    assert costed.costs[1] == 150
    stated = run([receive(2, 300), return_in(1, -1, value=99)])
    assert (stated.costs[1], stated.troubles) == (99, [])


@pytest.mark.parametrize("cites", [0, 5])
def test_a_citation_must_be_an_earlier_issue(cites: int) -> None:
    costed = run([receive(2, 300), return_in(1, cites)])
    assert codes(costed) == [("citation-unusable", 1)]
    assert costed.costs[1] == 150


@pytest.mark.req("CO-02")
def test_a_purchase_return_takes_its_own_layer_then_method_order() -> None:
    """Receipt 1 has 2 of 3 left to give after FIFO took the older; the third comes from 0."""
    lines = [receive(1, 100), receive(3, 900), issue(2), receive(1, 500), return_out(3, 1)]
    costed = run(lines)
    assert costed.costs[4] == 600 + 500
    assert costed.cited == {4: 900}
    assert left(costed) == (0, 0)


@pytest.mark.req("CO-02")
def test_a_purchase_return_finds_its_layer_in_another_pool() -> None:
    lines = [receive(2, 100, "B"), receive(2, 600), move(2, "A", "B"), return_out(1, 1, "B")]
    costed = run(lines)
    assert (costed.costs[3], costed.cited[3]) == (300, 300)
    assert costed.pools["B"].layers == [(0, 2, 100), (1, 1, 300)]


@pytest.mark.req("CO-01")
def test_under_an_average_a_purchase_return_is_limited_to_the_pool() -> None:
    """10 @ 100 and 10 @ 1, 15 sold at the average: 252.50 left; 4 @ 100 cannot all come off."""
    lines = [receive(10, 100_000), receive(10, 1000), issue(15), return_out(4, 0)]
    costed = run(lines, "moving-average")
    assert costed.costs[2] == 75_750
    assert costed.costs[3] == 25_250  # 5 pieces are worth 252.50, 4 of them should be 400.00
    assert costed.cited[3] == 40_000
    assert left(costed) == (1, 0)


@pytest.mark.req("CO-01")
def test_the_last_piece_takes_all_that_is_left() -> None:
    """12.00 is there, 10.00 is cited: zero quantity is zero value, 2.00 is the difference."""
    lines = [receive(8, 8000), receive(4, 6400), issue(11), return_out(1, 0)]
    costed = run(lines, "moving-average")
    assert (costed.costs[3], costed.cited[3]) == (1200, 1000)
    assert left(costed) == (0, 0)


def test_no_more_goes_back_than_came() -> None:
    costed = run([receive(1, 100), receive(5, 1000), return_out(2, 0)])
    assert codes(costed) == [("return-exceeds", 2)]
    assert costed.costs[2] == 300


def test_a_return_of_a_return() -> None:
    """Sent back to the supplier, who sends the same goods again: what had left comes in."""
    lines = [receive(1, 1000), receive(1, 2000), return_out(1, 0), return_in(1, 2)]
    for method in ("fifo", "moving-average"):
        costed = run(lines, method)
        assert costed.costs[2:] == [1000, 1000]
        assert left(costed) == (2, 3000)


@pytest.mark.req("CO-01", "CO-02")
def test_a_return_at_a_stated_value_of_two_receipts_divides_it_by_quantity() -> None:
    """3 go back for 7.00, two of the first receipt and one of the second: 4.67 and 2.33. The other
    one of the second is worth what that leaves of its 6.00, though the average has 1.00 for it.
    """
    lines = [receive(2, 200), receive(2, 600), return_out(3, 0)._replace(value=700),
             return_out(1, 1)]  # fmt: skip
    setting = Setting(citations={2: ((0, 2), (1, 1))})
    costed = both_ways(lines, CostPolicy("moving-average"), setting)
    assert codes(costed) == []
    assert costed.costs[2:] == [700, 100]
    assert costed.cited == {2: 700, 3: 367}
