"""Whole pieces of all receipts together are what each line carries, and what is on hand: however
often an average was divided, and however small the part of each receipt has become.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from invledger.costing import CostLine, Kind, flows_into
from tests.costing.lines import consume, issue, move, produce, receive, return_in, run
from tests.costing.test_flows import balance_of

pytestmark = pytest.mark.req("CO-11")


def carried(lines: list[CostLine], method: str = "moving-average") -> tuple[Counter[int], int]:
    """Pieces by line, and on hand, of all receipts together; each of them adds up by itself."""
    costed = run(lines, method)
    pieces, on_hand, cents = Counter[int](), 0, Counter[int]()
    for at, line in enumerate(lines):
        if line.kind == Kind.RECEIVE:
            found = flows_into(costed, lines, at)
            assert balance_of(costed, lines, at) == found.on_hand
            assert all(flow.quantity >= 0 for flow in found.lines)
            on_hand += found.on_hand[0]
            for flow in found.lines:
                pieces[flow.line] += flow.quantity
                cents[flow.line] += flow.value
    assert all(cents[at] == costed.costs[at] for at in cents)
    return pieces, on_hand


def test_twenty_receipts_of_one_piece_leave_one_by_one() -> None:
    """Seventeen parts become one mix: of each issue of a piece every receipt has a seventeenth or
    less, and yet it is one piece.
    """
    lines = [*(receive(1, 100 + n) for n in range(20)), *(issue(1) for _ in range(15))]
    pieces, on_hand = carried(lines)
    assert pieces == Counter(range(20, 35))
    assert on_hand == 5


def test_half_a_piece_of_two_receipts_is_one_piece() -> None:
    """2 are sold; one comes back, of which each receipt has a half; it goes to another shop."""
    lines = [receive(1, 100), receive(1, 300), issue(2), return_in(1, 2), move(1), issue(1, "B")]
    pieces, on_hand = carried(lines)
    assert pieces == {2: 2, 3: 1, 4: 1, 5: 1}
    assert on_hand == 0


def test_each_third_of_a_product_has_its_material() -> None:
    """6 receipts of a piece make 3; each of these, sold or there, has two of the six."""
    lines = [
        *(receive(1, 100) for _ in range(6)), consume(6), produce(3),
        issue(1, "Q", item="Q"), issue(1, "Q", item="Q"),
    ]  # fmt: skip
    for method in ("fifo", "moving-average"):
        pieces, on_hand = carried(lines, method)
        assert pieces == {6: 6, 7: 6, 8: 2, 9: 2}
        assert on_hand == 2


@pytest.mark.parametrize("seed", range(6))
def test_a_pool_that_is_never_empty(seed: int) -> None:
    """Receipts, issues and returns of them, 150 lines: what leaves is what the issue says."""
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    lines, there = [receive(5, 500)], 5
    while len(lines) < 150:
        if there < 5 or random.random() < 0.5:
            lines.append(receive(random.randint(1, 9), random.randint(100, 9000)))
        else:
            lines.append(issue(random.randint(1, min(there, 6))))
        there += lines[-1].quantity * (1 if lines[-1].target else -1)
        if lines[-1].source and random.random() < 0.3:
            back = random.randint(1, lines[-1].quantity)
            lines.append(return_in(back, len(lines) - 1))
            there += back
    pieces, on_hand = carried(lines)
    assert on_hand == there
    assert pieces == {
        at: line.quantity for at, line in enumerate(lines) if line.kind != Kind.RECEIVE
    }
