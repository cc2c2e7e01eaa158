"""Late value: what is still here of the receipt bears its share, the rest is expensed."""

from __future__ import annotations

import pytest

from tests.costing.lines import (
    codes,
    issue,
    left,
    move,
    receive,
    return_in,
    return_out,
    revalue,
    run,
)

pytestmark = pytest.mark.req("CO-09")
BOTH = pytest.mark.parametrize("method", ["fifo", "moving-average"])


def test_fifo_counts_the_layer_wherever_it_went() -> None:
    """10 received, 4 sold, 3 moved: 6 of 10 are here, 3 and 3; 1.01 late: 0.61 stays."""
    lines = [receive(10, 1000), receive(5, 700), issue(4), move(3), revalue(101, 0)]
    costed = run(lines)
    assert (costed.costs[4], costed.cited[4]) == (61, 40)
    assert costed.pools["A"].layers == [(0, 3, 330), (1, 5, 700)]
    assert costed.pools["B"].layers == [(0, 3, 331)]


def test_averages_count_what_is_on_hand() -> None:
    """10 received, 6 sold, 12 more: min(16, 10) of 10 are counted as here."""
    lines = [receive(10, 5000), issue(6), revalue(1000, 0), receive(12, 6000), revalue(100, 0)]
    costed = run(lines, "moving-average")
    assert (costed.costs[2], costed.cited[2]) == (400, 600)
    assert (costed.costs[4], costed.cited[4]) == (100, 0)
    assert left(costed) == (16, 8500)


@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_nothing_left_means_all_expensed(method: str) -> None:
    costed = run([receive(2, 200), issue(2), revalue(50, 0)], method)
    assert (costed.costs[2], costed.cited[2]) == (0, 50)


@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_value_never_falls_below_zero(method: str) -> None:
    costed = run([receive(2, 200), revalue(-250, 0), issue(2)], method)
    assert (costed.costs[1], costed.cited[1]) == (-200, -50)
    assert costed.costs[2] == 0


@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_a_whole_pool_may_be_revalued(method: str) -> None:
    lines = [receive(1, 100), receive(1, 300), issue(1), revalue(40, target="A"), issue(1)]
    costed = run(lines, method)
    assert costed.costs[3] == 40
    assert sum(costed.costs[n] for n in (2, 4)) == 440


def test_goods_for_nothing_bear_value_by_quantity() -> None:
    costed = run([receive(1, 0), receive(3, 0), revalue(100, target="A")])
    assert costed.pools["A"].layers == [(0, 1, 25), (1, 3, 75)]


def test_an_empty_pool_bears_nothing() -> None:
    costed = run([receive(1, 100), issue(1), revalue(40, target="A")])
    assert (costed.costs[2], costed.cited[2]) == (0, 40)


def test_goods_returned_bear_what_cites_their_return() -> None:
    lines = [receive(2, 200), issue(2), return_in(1, 1), revalue(10, 2)]
    assert run(lines).costs[3] == 10


def test_late_value_needs_an_amount_and_a_receipt() -> None:
    costed = run([receive(1, 100), revalue(None, 0), issue(1), revalue(5, 2)])
    assert codes(costed) == [("value-missing", 1), ("citation-unusable", 3)]
    assert costed.cited == {1: 0, 3: 5}


@BOTH
def test_a_return_states_what_it_is_worth(method: str) -> None:
    """100 at 2.45 in all; 10 go back at 2.00 as stated: 90 at 2.50 are left."""
    lines = [receive(100, 24500), return_out(10, 0)._replace(value=2000)]
    costed = run(lines, method)
    assert (costed.costs[1], costed.cited[1], costed.pools["A"].value) == (2000, 2000, 22500)


@BOTH
def test_late_value_passes_over_what_went_back(method: str) -> None:
    """10 of 100 returned; 45.00 late is all for the 90 left, and goes with the next return."""
    lines = [receive(100, 20000), return_out(10, 0), revalue(4500, 0), return_out(10, 0)]
    costed = run(lines, method)
    assert (costed.costs, costed.cited[2]) == ([20000, 2000, 4500, 2500], 0)
    assert costed.revalued == {2: [("A", 4500)]}
    assert costed.pools["A"].value == 20000


def test_late_value_on_a_receipt_that_went_back_in_other_goods() -> None:
    """2 of R moved away, 2 of another layer returned for it: nothing of R is left to revalue."""
    lines = [receive(2, 200), move(2), receive(2, 600), return_out(2, 0), revalue(50, 0)]
    costed = run(lines)
    assert (costed.costs[4], costed.cited[4]) == (0, 50)
