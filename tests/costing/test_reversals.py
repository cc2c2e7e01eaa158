"""A reversal is the return of what the original did: exact amounts, and as if it never was."""

from __future__ import annotations

import pytest

from invledger.costing import CostLine, Kind, flows_into
from invledger.costing.interface import Layer
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
    revalue,
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


@pytest.mark.parametrize("method", ["fifo", "lifo", "specific"])
def test_a_purchase_return_undone_is_where_it_was(method: str) -> None:
    """0.25 goes back, comes again and goes back for good: the 6.03 beside it is untouched."""
    lines = [
        receive(2, 25), receive(2, 603), return_out(2, 0), return_in(2, 2), return_out(2, 0),
        issue(1, cites=1),
    ]  # fmt: skip
    costed = run(lines, method)
    assert costed.costs == [25, 603, 25, 25, 25, 302]
    assert (costed.troubles, costed.variances, costed.cited) == ([], {}, {2: 25, 4: 25})
    assert costed.pools["A"].layers == [Layer(1, 1, 301)]
    assert flows_into(costed, lines, 0).on_hand == (0, 0)
    first = run(lines[:4], method).pools["A"].layers
    assert first == [Layer(0, 2, 25), Layer(1, 2, 603)]


def test_undone_it_is_of_several_receipts_again() -> None:
    """3 of the first (for 1.00) and 1 of the second (2.00) went; each is back in its place, at its
    part of the 3.00; a return of a part is goods of its own.
    """
    lines = [
        receive(3, 100), receive(2, 400), CostLine(Kind.RETURN_OUT, "P", 4, "A", "", None, -1, ""),
        return_in(4, 2),
    ]  # fmt: skip
    assert run(lines).pools["A"].layers == [Layer(0, 3, 100), Layer(1, 2, 400)]
    part = run([*lines[:3], return_in(2, 2)])
    assert part.pools["A"].layers == [Layer(1, 1, 200), Layer(3, 2, 150)]


def test_goods_for_nothing_go_back_and_come_again() -> None:
    lines = [receive(3, 0), receive(2, 0), return_out(3, 0), return_in(3, 2), issue(1)]
    assert run(lines).pools["A"].layers == [Layer(0, 2, 0), Layer(1, 2, 0)]


def test_late_value_finds_what_a_return_undone_brought_back() -> None:
    """10 for 10.00, 4 go back and come again, 5 are sold; of 1.00 late 0.50 is for the 5 there.

    The 4 are among them, and not followed once more.
    """
    lines = [
        receive(10, 1000), return_out(4, 0), return_in(4, 1), issue(5), revalue(100, 0), issue(5),
    ]  # fmt: skip
    costed = run(lines)
    assert costed.costs == [1000, 400, 400, 500, 50, 550]
    assert costed.cited[4] == 50
