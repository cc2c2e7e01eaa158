"""A work order takes in what it made itself, at an estimate, and is settled afterwards.

The reverse walk follows output by quantity to what it was made of; what went round is found there
as often as it went round, and all sums agree.
"""

from __future__ import annotations

import pytest

from invledger.costing import Costed, CostLine, Flow, Kind, Node, Setting, cost, explain_line
from invledger.costing import flows_into as reverse
from invledger.costing.carrying import WALKS_MAX, Known, agreed
from invledger.model import CostPolicy
from tests.costing.lines import consume, receive
from tests.costing.test_flows import adds_up, balance_of

pytestmark = pytest.mark.req("CO-08", "CO-11")

SETTLE = CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1")


def made(quantity: int) -> CostLine:
    """The same goods again, at 5.00 each until the order is settled."""
    return CostLine(Kind.PRODUCE, "P", quantity, "", "A", 500 * quantity, -1, "W1")


def costed_by(lines: list[CostLine]) -> Costed:
    estimates = frozenset(at for at, line in enumerate(lines) if line.kind == Kind.PRODUCE)
    policy = CostPolicy("fifo", negative="provisional")
    return cost(lines, {"P": policy}, provenance=True, setting=Setting(estimates=estimates))


def count(node: Node) -> int:
    return 1 + sum(map(count, node.children))


def test_output_that_only_its_own_order_took() -> None:
    """Two are there, four go in: two of the receipt and, as soon as it is made, the one that W1
    made of them, which fills one of two that were short. Of that nothing stays, so it is followed
    round once: 2 straight and 2 in the output, 2 came out as output.
    """
    lines = [receive(2, 2000), consume(4), made(1), SETTLE]
    costed = costed_by(lines)
    found = reverse(costed, lines, 0)
    assert found.lines == [Flow(1, 4, 4000, -1), Flow(2, 2, 2000, 1, via=1)]
    assert (found.on_hand, found.in_orders) == ((0, 0), (0, 0))
    assert balance_of(costed, lines, 0) == found.on_hand


def test_half_of_the_output_goes_back_into_its_order() -> None:
    """2 go in and 2 come out, one of which goes in again: out x, of which half goes in with the
    other 2, x = 2 + x / 2 = 4. The half that stays has what the receipt had.
    """
    lines = [receive(2, 2000), consume(2), made(2), consume(1), SETTLE]
    costed = costed_by(lines)
    found = reverse(costed, lines, 0)
    assert [flow[:4] for flow in found.lines] == [
        (1, 2, 2000, -1), (2, 4, 4000, 1), (3, 2, 2000, -1),
    ]  # fmt: skip
    assert found.on_hand == (2, 2000)


def test_a_tree_tells_of_an_output_once_on_the_way_down() -> None:
    """1,500 went in of the receipt and 500 of the order's own; it ends where the goods come round.

    At the top 4 for 3,500 (2,000, an estimate of 2,000 and 500 less by true-up); in the output
    these 4 less what the settlement brought, 3,000; in these the output again, and no more.
    """
    lines = [receive(2, 2000), consume(4), made(1), SETTLE]
    costed = costed_by(lines)
    for at in range(len(lines)):
        adds_up(explain_line(costed, lines, at), lines)
    tree = explain_line(costed, lines, 1)
    (up,) = [node for node in tree.children if node.role == "true-up"]
    assert up.children[1] == Node(-1, "estimate", -1, -1000)
    again, since = up.children[0].children
    assert (again[:4], since) == ((1, "consumed", 4, 3500), Node(3, "settled-since", 0, -3000))
    assert again.children[2].children[0] == Node(2, "produced", 1, 500)
    assert count(tree) == 13


class Walk:
    """A walk for which an output is found so much larger than the walk before it knew."""

    walks = 0

    def __init__(self, known: Known, more: int, stop: int) -> None:
        self.known, self.more, self.stop = known, more, stop

    def walk(self) -> None:
        Walk.walks += 1

    def found_out(self) -> Known:
        units = self.known.outputs.get(7, (0, 0))[0]
        units = min(units + self.more, self.stop) if self.more else (units + self.stop) // 2
        return Known({7: (units, 10 * units)}, {}, {})


@pytest.mark.parametrize(
    ("more", "stop", "found"),
    [
        (3, 10**9, 3),  # for ever the same: what it was first
        (3, 40, 40),  # not often enough
        (0, 1000, 999),  # less each time
    ],
)
def test_walks_agree(more: int, stop: int, found: int) -> None:
    Walk.walks = 0
    walk = agreed(lambda known: Walk(known, more, stop))
    assert walk.known.outputs == {7: (found, 10 * found)}
    assert 2 < Walk.walks < WALKS_MAX / 10
