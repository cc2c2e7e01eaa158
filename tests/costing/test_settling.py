"""Settlements with provenance: what they took, where it went on, and undoing them.

The worked example by hand: 120 steel for 1,230.00 (100 of a receipt at 10.00, 20 of one at 11.50),
500.00 wages and 133.33 overhead made 30 chairs that stood at 1,800.00 until they were settled at
1,863.33: 63.33 more. 10 were sold before, 5 after.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invledger.costing import Costed, Node, cost, explain_line, flows_into
from invledger.costing.interface import CostLine, Kind, Setting
from invledger.model import CostPolicy
from tests.costing.lines import add, receive
from tests.costing.test_flows import adds_up, balance_of

pytestmark = pytest.mark.req("CO-08", "CO-11")

SETTLE = CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1")


def of_chairs(kind: Kind, quantity: int, value: int | None = None, order: str = "") -> CostLine:
    is_in = kind == Kind.PRODUCE
    source, target = ("", "Q") if is_in else ("Q", "")
    return CostLine(kind, "Q", quantity, source, target, value, -1, order)


LINES = [
    receive(100, 100000),
    receive(50, 57500),
    CostLine(Kind.CONSUME, "P", 120, "A", "", None, -1, "W1"),
    add(50000, "W1"),
    add(13333, "W1"),
    of_chairs(Kind.PRODUCE, 30, 180000, "W1"),
    of_chairs(Kind.ISSUE, 10),
    SETTLE,
    of_chairs(Kind.ISSUE, 5),
]


def costed_by(lines: list[CostLine], estimates: set[int], method: str = "fifo") -> Costed:
    policies = {item: CostPolicy(method) for item in "PQR"}
    setting = Setting(estimates=frozenset(estimates))
    return cost(lines, policies, provenance=True, setting=setting)


def children(node: Node) -> list[tuple[int, str, int, int]]:
    return [child[:4] for child in node.children]


def test_a_settlement_is_its_inputs_less_the_estimate() -> None:
    """123,000 + 50,000 + 13,333 - 180,000 = 6,333; the steel from both receipts."""
    tree = explain_line(costed_by(LINES, {5}), LINES, 7)
    assert tree.value == 6333
    assert children(tree) == [
        (2, "consumed", 120, 123000),
        (3, "added", 0, 50000),
        (4, "added", 0, 13333),
        (5, "estimated", -30, -180000),
    ]
    assert children(tree.children[0]) == [(0, "receipt", 100, 100000), (1, "receipt", 20, 23000)]


def test_goods_sold_before_the_settlement_follow_to_its_inputs() -> None:
    """10 of 30 stood at 60,000; of the inputs 62,111 fall to them: 2,111 came since."""
    tree = explain_line(costed_by(LINES, {5}), LINES, 6)
    assert children(tree) == [(5, "produced", 10, 60000)]
    assert children(tree.children[0]) == [
        (2, "consumed", 40, 41000),
        (3, "added", 0, 16667),
        (4, "added", 0, 4444),
        (7, "settled-since", 0, -2111),
    ]


def test_goods_sold_after_it_follow_to_estimate_and_settlement() -> None:
    """5 of 30: 30,000 of the estimate, and 1,055.5 of what the settlement brought."""
    tree = explain_line(costed_by(LINES, {5}), LINES, 8)
    assert [child[:2] for child in tree.children] == [(5, "produced"), (7, "settled")]
    assert tree.children[0][3] == 30000
    assert tree.children[0].children == ()
    assert [child[:2] for child in tree.children[1].children] == [
        (2, "consumed"), (3, "added"), (4, "added"), (5, "estimated"),
    ]  # fmt: skip
    assert abs(tree.children[1].value * 2 - 2111) <= 1
    adds_up(tree, LINES)


def test_a_receipt_flows_through_the_settlement_into_the_chairs() -> None:
    """All 100 of the first receipt went into the 30 chairs: a third was sold before the
    settlement, a sixth after it, half is on hand.
    """
    found = flows_into(costed_by(LINES, {5}), LINES, 0)
    assert [flow[:4] for flow in found.lines] == [
        (2, 100, 100000, -1),
        (5, 100, 100000, 1),
        (6, 33, 33333, -1),
        (8, 17, 16667, -1),
    ]
    assert found.on_hand == (50, 50000)
    assert found.in_orders == (0, 0)


def test_an_estimate_that_was_right_hides_nothing() -> None:
    """Settled at what it stood at: the receipt is in the chairs all the same."""
    lines = [*LINES[:5], of_chairs(Kind.PRODUCE, 30, 186333, "W1"), *LINES[6:]]
    costed = costed_by(lines, {5})
    assert costed.costs[7] == 0
    assert flows_into(costed, lines, 0).on_hand == (50, 50000)
    assert explain_line(costed, lines, 7).value == 0
    assert len(explain_line(costed, lines, 7).children) == 4


def test_a_scrapped_order_is_a_loss_of_its_inputs() -> None:
    lines = [*LINES[:5], SETTLE]
    costed = costed_by(lines, set())
    assert costed.cited == {5: 186333}
    assert explain_line(costed, lines, 5).value == 186333
    assert [flow[:4] for flow in flows_into(costed, lines, 0).lines] == [
        (2, 100, 100000, -1),
        (5, 100, 100000, 0),
    ]


def test_undone_it_is_as_if_it_had_never_been() -> None:
    """Only what was sold in between says otherwise; here nothing was."""
    undone = SETTLE._replace(cites=7)
    lines = [*LINES[:8], undone]
    costed = costed_by(lines, {5})
    before = costed_by(LINES[:7], {5})
    assert costed.troubles == []
    assert costed.pools == before.pools
    assert costed.orders == before.orders
    assert (costed.costs[8], costed.cited[8]) == (-costed.costs[7], -costed.cited[7])
    assert flows_into(costed, lines, 0).in_orders == (100, 100000)
    again = [*lines, SETTLE, LINES[8]]
    assert costed_by(again, {5}).costs[-1] == costed_by(LINES, {5}).costs[-1]


def test_what_is_no_settlement_of_the_order_is_not_undone() -> None:
    for lines in (
        [*LINES[:8], SETTLE._replace(cites=5)],
        [*LINES[:8], SETTLE._replace(cites=7, order="W2")],
        [*LINES[:8], SETTLE._replace(cites=7), SETTLE._replace(cites=7)],
    ):
        codes = [trouble.code for trouble in costed_by(lines, {5}).troubles]
        assert codes == ["citation-unusable"]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[CostLine], set[int]]:
    """Steel into chairs, chairs into sets: output at estimates, sold and used before it is
    settled; settlements undone and made again.
    """
    amount = st.integers(1, 999)
    lines = [receive(20, draw(amount)), receive(20, draw(amount))]
    estimates = set[int]()
    stages = [("P", "A", "Q", "Q", "W1"), ("Q", "Q", "R", "R", "W2")]
    for item, source, made, target, order in stages:
        lines.append(CostLine(Kind.CONSUME, item, draw(st.integers(1, 5)), source, "", None, -1,
                              order))  # fmt: skip
        if draw(st.booleans()):
            lines.append(add(draw(amount), order))
        for _ in range(draw(st.integers(1, 2))):
            estimates.add(len(lines))
            lines.append(CostLine(Kind.PRODUCE, made, draw(st.integers(8, 10)), "", target,
                                  draw(st.integers(0, 2000)), -1, order))  # fmt: skip
    for order in draw(st.permutations(["W1", "W2"])):
        if draw(st.booleans()):
            lines.append(of_chairs(Kind.ISSUE, 1))
        lines.append(SETTLE._replace(order=order))
        if draw(st.booleans()):
            lines.append(SETTLE._replace(order=order, cites=len(lines) - 1))
            if draw(st.booleans()):
                lines.append(SETTLE._replace(order=order))
    for item in ("R", "P", "Q"):
        source = "A" if item == "P" else item
        lines.append(CostLine(Kind.ISSUE, item, 1, source, "", None, -1, ""))
    return lines, estimates


@given(found=histories(), method=st.sampled_from(["fifo", "moving-average"]))
def test_trees_and_flows_add_up_through_any_settlements(
    found: tuple[list[CostLine], set[int]], method: str
) -> None:
    lines, estimates = found
    costed = costed_by(lines, estimates, method)
    assert costed.troubles == []
    for at in range(len(lines)):
        adds_up(explain_line(costed, lines, at), lines)
        quantity, value = flows_into(costed, lines, at).on_hand
        if lines[at].kind not in (Kind.ISSUE, Kind.CONSUME):
            assert balance_of(costed, lines, at) == (quantity, value), at
