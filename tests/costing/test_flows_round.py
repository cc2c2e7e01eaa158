"""Where a receipt went through pools that feed each other: every cent, by proportion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invledger.costing import Costed, CostLine, Kind, Setting, cost, flows_into
from invledger.model import CostPolicy
from tests.costing.lines import issue, move, receive, return_in
from tests.costing.test_flows import balance_of

pytestmark = pytest.mark.req("CO-03", "CO-11")


def costed_by(lines: list[CostLine]) -> Costed:
    policies = dict.fromkeys("PQ", CostPolicy("periodic-average"))
    return cost(lines, policies, provenance=True, setting=Setting(periods={"month": [0]}))


def test_two_warehouses_supply_each_other() -> None:
    """100 for 1,000.00 in A, 50 for 1,000.00 in B; 50 go to B, 20 come back: of the first receipt
    x = 1,000.00 + 20/100 y are in A and y = 50/120 x in B: x = 1,090.91, y = 454.55. 11 of A's 120
    are sold (100.00), 11 of B's 100 (50.00), the other 850.00 are there.
    """
    lines = [
        receive(100, 100_000, "A"), receive(50, 100_000, "B"),
        move(50, "A", "B"), move(20, "B", "A"), issue(11, "A"), issue(11, "B"),
    ]  # fmt: skip
    found = flows_into(costed_by(lines), lines, 0)
    assert [flow[:4] for flow in found.lines] == [
        (2, 45, 45_454, 0), (3, 9, 9_091, 0), (4, 10, 10_000, -1), (5, 5, 5_000, -1),
    ]  # fmt: skip
    assert found.on_hand == (85, 85_000)


def test_goods_that_came_back_of_a_move_leave_the_others_with_their_receipt() -> None:
    """FIFO: 4 for 40.00 are sold, come back and go to B; 2 come back into A by citing the move, at
    its 20.00. The receipt is in all 6: what lies in B has no name of the move.
    """
    lines = [receive(4, 4000), issue(4), return_in(4, cites=1), move(4), return_in(2, cites=3)]
    costed = cost(lines, {"P": CostPolicy("fifo")}, provenance=True)
    found = flows_into(costed, lines, 0)
    assert [flow[:4] for flow in found.lines] == [
        (1, 4, 4000, -1), (2, 4, 4000, 1), (3, 4, 4000, 0), (4, 2, 2000, 1),
    ]  # fmt: skip
    assert found.on_hand == (6, 6000)


def test_goods_of_a_move_in_a_circle_come_in_once_more() -> None:
    """12 a = 1,000 + 2 b and 14 b = 2,000 + 4 a: 112.50 and 175.00. Of the first receipt 1,050.00
    are in A's 12, 350.00 in B's 14, 50.00 of these come round; the move of 4 carries 350.00, and
    the one that comes back of it 87.50. Of the second it is 2,100.00, 100.00 and 25.00.
    """
    lines = [
        receive(10, 100_000), receive(10, 200_000, "B"), move(4), move(2, "B", "A"),
        return_in(1, 2, "C"),
    ]  # fmt: skip
    costed = costed_by(lines)
    assert costed.costs[2:] == [45_000, 35_000, 11_250]
    first, second = (flows_into(costed, lines, at) for at in (0, 1))
    assert [flow[:4] for flow in first.lines] == [
        (2, 3, 35_000, 0), (3, 0, 5_000, 0), (4, 1, 8_750, 1),
    ]  # fmt: skip
    assert first.on_hand == (11, 108_750)
    assert [flow.value for flow in second.lines] == [10_000, 30_000, 2_500]
    assert second.on_hand[1] == 202_500


def test_goods_of_a_move_come_back_into_the_circle() -> None:
    """12 a = 1,020 + 2 b and 15 b = 2,040 + 5 a: 114.00 and 174.00. Of the first receipt
    12 p = 1,020 + 2 q and 15 q = 5 p: 90.00 and 30.00 a piece.
    """
    lines = [
        receive(10, 102_000), receive(10, 204_000, "B"), move(4), move(2, "B", "A"),
        return_in(1, 2, "B"),
    ]  # fmt: skip
    costed = costed_by(lines)
    assert costed.costs[2:] == [45_600, 34_800, 11_400]
    found = flows_into(costed, lines, 0)
    assert [(flow.line, flow.value, flow.way) for flow in found.lines] == [
        (2, 36_000, 0), (3, 6_000, 0), (4, 9_000, 1),
    ]  # fmt: skip
    assert found.on_hand[1] == 102_000 + 9_000


def test_a_product_used_for_its_own_material() -> None:
    """10 for 1,000.00; 5 make 5 of Q, 2 of which make 1 again: 11 p = 1,000.00 + 2 p. All of the
    1,000.00 is where the goods are: 6 of P at 111.11, 3 of Q at 111.11.
    """
    lines = [
        receive(10, 100_000, "A"),
        CostLine(Kind.CONSUME, "P", 5, "A", "", None, -1, "W1"),
        CostLine(Kind.PRODUCE, "Q", 5, "", "Q", None, -1, "W1"),
        CostLine(Kind.CONSUME, "Q", 2, "Q", "", None, -1, "W2"),
        CostLine(Kind.PRODUCE, "P", 1, "", "A", None, -1, "W2"),
    ]
    costed = costed_by(lines)
    found = flows_into(costed, lines, 0)
    assert found.on_hand[1] == 100_000
    assert balance_of(costed, lines, 0) == found.on_hand
    assert [abs(flow.value - wanted) <= 1 for flow, wanted in zip(
        found.lines, (55_556, 55_556, 22_222, 22_222), strict=True
    )] == [True] * 4  # fmt: skip


@given(
    numbers=st.lists(st.integers(1, 40), min_size=7, max_size=7),
    values=st.lists(st.integers(1, 99_999), min_size=2, max_size=2),
)
def test_what_goes_round_is_never_lost(numbers: list[int], values: list[int]) -> None:
    first, second, third, *rest = numbers
    lines = [
        receive(first + 200, values[0], "A"), receive(second + 200, values[1], "B"),
        move(first, "A", "B"), move(second, "B", "A"), move(third, "A", "C"), move(1, "C", "B"),
        *(issue(number, place) for number, place in zip(rest, "ABAB", strict=True)),
    ]  # fmt: skip
    costed = costed_by(lines)
    for at in (0, 1):
        assert balance_of(costed, lines, at) == flows_into(costed, lines, at).on_hand, at


def test_a_circle_that_ends_empty_gave_all_of_each_receipt_away() -> None:
    """As above, all sold: by the cent, whoever took the last of it."""
    lines = [
        receive(100, 100_001, "A"), receive(50, 100_003, "B"),
        move(50, "A", "B"), move(20, "B", "A"),
        issue(33, "A"), issue(37, "A"), issue(39, "B"), issue(41, "B"),
    ]  # fmt: skip
    costed = costed_by(lines)
    for at in (0, 1):
        found = flows_into(costed, lines, at)
        assert (found.on_hand, balance_of(costed, lines, at)) == ((0, 0), (0, 0))
        out = [flow for flow in found.lines if lines[flow.line].kind == Kind.ISSUE]
        assert sum(flow.value for flow in out) == costed.costs[at]
