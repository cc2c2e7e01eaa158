"""A reversal is the return of what the original did: exact amounts, and as if it never was."""

from __future__ import annotations

import pytest

from invledger.costing import CostLine, Kind
from tests.costing.lines import (
    add,
    codes,
    consume,
    hand_back,
    issue,
    left,
    move,
    produce,
    receive,
    return_in,
    return_out,
    run,
)

METHODS = pytest.mark.parametrize("method", ["fifo", "moving-average"])


def unproduce(quantity: int, cites: int) -> CostLine:
    return CostLine(Kind.CONSUME, "Q", quantity, "Q", "", None, cites, "W1")


def unhand(quantity: int, cites: int) -> CostLine:
    return CostLine(Kind.CONSUME, "P", quantity, "A", "", None, cites, "W1")


@METHODS
def test_a_receipt_reversed_takes_its_own_value(method: str) -> None:
    costed = run([receive(3, 1000), receive(3, 100), return_out(3, 0)], method)
    assert (costed.costs[2], costed.troubles) == (1000, [])
    assert left(costed) == (3, 100)


@METHODS
def test_a_return_reversed_can_be_made_again(method: str) -> None:
    lines = [receive(3, 1000), issue(3), return_in(2, 1), return_out(2, 2), return_in(3, 1)]
    costed = run(lines, method)
    assert costed.costs == [1000, 1000, 667, 667, 1000]
    assert costed.troubles == []
    assert codes(run([*lines, return_in(1, 1)], method)) == [("return-exceeds", 5)]


@METHODS
def test_a_purchase_return_reversed_can_be_made_again(method: str) -> None:
    lines = [receive(3, 1000), receive(1, 50), return_out(2, 0), return_in(2, 2), return_out(3, 0)]
    costed = run(lines, method)
    assert costed.costs[2:4] == [667, 667]
    assert costed.cited[4] == 1000
    assert costed.troubles == []


@METHODS
def test_a_move_reversed(method: str) -> None:
    lines = [receive(3, 1000), receive(2, 500, "B"), move(2), move(2, "B", "A", cites=2)]
    costed = run(lines, method)
    assert costed.costs[2:] == [667, 667]
    assert (left(costed), left(costed, "B")) == ((3, 1000), (2, 500))


@METHODS
@pytest.mark.req("CO-08")
def test_a_completion_reversed_opens_the_order_again(method: str) -> None:
    lines = [
        receive(4, 1000), consume(4), add(200), produce(3), unproduce(3, 3), add(40), produce(4),
    ]  # fmt: skip
    costed = run(lines, method)
    assert costed.costs[3:] == [1200, 1200, 40, 1240]
    assert costed.troubles == []
    assert left(costed, "Q") == (4, 1240)


@METHODS
@pytest.mark.req("CO-08")
def test_a_hand_back_reversed(method: str) -> None:
    """Handed back at its own cost, not at the average of the pool it came into."""
    lines = [
        receive(4, 1000), consume(3), receive(3, 50), hand_back(2, 1), unhand(2, 3),
        hand_back(3, 1),
    ]  # fmt: skip
    costed = run(lines, method)
    assert costed.costs[3:] == [500, 500, 750]
    assert costed.troubles == []
    assert costed.orders == {"W1": 0}


@pytest.mark.req("CO-08")
def test_a_hand_back_comes_from_the_order_that_consumed() -> None:
    costed = run([receive(2, 200), consume(2), hand_back(1, 1, order="W9")])
    assert costed.costs[2] == 100
    assert costed.orders == {"W1": 100}
