"""Nothing is lost or doubled on the way: receipt + late value = flows + what is on hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invledger.costing import (
    Costed,
    CostLine,
    Flow,
    Kind,
    Node,
    Setting,
    cost,
    explain_line,
    flows_into,
    focus,
)
from invledger.model import CostPolicy
from tests.costing.lines import (
    add,
    consume,
    hand_back,
    issue,
    move,
    produce,
    receive,
    return_in,
    return_out,
    revalue,
    run,
)
from tests.costing.test_properties import LINES, METHODS, NEGATIVE, policies

pytestmark = pytest.mark.req("CO-11")

BOTH = pytest.mark.parametrize("method", ["fifo", "moving-average"])
BROUGHT = {Kind.RECEIVE, Kind.RETURN_IN, Kind.HAND_BACK, Kind.PRODUCE, Kind.REVALUE, Kind.SETTLE}
LATE = {Kind.REVALUE, Kind.SETTLE}


def balance_of(costed: Costed, lines: list[CostLine], at: int) -> tuple[int, int]:
    """What line `at` brought in and all its flows leave on hand, by quantity and value."""
    flows, _, _, restated, left_behind = flows_into(costed, lines, at)
    brought = lines[at].kind in BROUGHT
    quantity = lines[at].quantity if brought and lines[at].kind not in LATE else 0
    value = costed.costs[at] if brought else 0
    return (
        quantity + sum(flow.way * flow.quantity for flow in flows) + restated[0],
        value + sum(flow.way * flow.value for flow in flows) + restated[1] + left_behind,
    )


def adds_up(node: Node, lines: list[CostLine]) -> None:
    """Children add up to their node at every level; what came out of an order is
    counted in the units of its inputs.
    """
    if not node.children:
        return
    assert sum(child.value for child in node.children) == node.value, node
    if node.line >= 0 and not is_of_inputs(lines, node.line):
        assert sum(child.quantity for child in node.children) == node.quantity, node
    for child in node.children:
        adds_up(child, lines)


def is_of_inputs(lines: list[CostLine], at: int) -> bool:
    """Products, and goods handed back by another order than the one that had taken them in."""
    row = lines[at]
    if row.kind != Kind.HAND_BACK:
        return row.kind in (Kind.PRODUCE, Kind.SETTLE)
    return 0 <= row.cites < at and lines[row.cites].order not in ("", row.order)


def test_late_value_goes_where_the_goods_go() -> None:
    """30 for 9,900.00, 60.00 late: three go back for 996.00, five move for 1,660.00."""
    lines = [receive(30, 990000), revalue(6000, 0), return_out(3, 0), move(5), issue(2, "B")]
    costed = run(lines)
    flows = flows_into(costed, lines, 0)
    assert flows.lines == [
        Flow(1, 0, 6000, 1),
        Flow(2, 3, 99600, -1),
        Flow(3, 5, 166000, 0),
        Flow(4, 2, 66400, -1),
    ]
    assert flows.on_hand == (25, 830000)  # 990,000 + 6,000 - 99,600 - 66,400
    tree = explain_line(costed, lines, 3)
    assert tree.children == (Node(0, "receipt", 5, 165000), Node(1, "revalued", 0, 1000))
    assert flows_into(costed, lines, 1).on_hand == (0, 5000)


def test_late_value_in_an_average() -> None:
    """30 at 330.00 and 60.00 late: each is worth 332.00, the returned ones too."""
    lines = [receive(30, 990000), revalue(6000, 0), return_out(3, 0), move(5), issue(2, "B")]
    assert flows_into(run(lines, "moving-average"), lines, 0)[:3] == (
        [
            Flow(1, 0, 6000, 1),
            Flow(2, 3, 99600, -1),
            Flow(3, 5, 166000, 0),
            Flow(4, 2, 66400, -1),
        ],
        (25, 830000),
        (0, 0),
    )


def test_late_value_of_a_bigger_pool_counts_what_was_kept() -> None:
    """Ten of twenty sold; 1.01 late on a receipt of which 6 of 10 are here: 0.61 is kept."""
    lines = [receive(10, 1000), receive(5, 700), issue(4), revalue(101, 0)]
    costed = run(lines)
    assert flows_into(costed, lines, 0)[:3] == (
        [Flow(2, 4, 400, -1), Flow(3, 0, 61, 1)],
        (6, 661),
        (0, 0),
    )


def test_goods_taken_apart_come_from_what_the_order_took_in() -> None:
    """Three at 1.00 made one product, which another order takes apart with 0.30 of wages: what it
    hands back came from the one product and the wages, not from three pieces of it.
    """
    apart = CostLine(Kind.CONSUME, "Q", 1, "Q", "", None, -1, "W2")
    lines = [receive(3, 300), consume(3), produce(1), apart, add(30, "W2"), hand_back(3, 1, "W2")]
    tree = explain_line(run(lines), lines, 5)
    assert (tree.quantity, tree.value) == (3, 300)
    assert [node[:4] for node in tree.children] == [
        (3, "consumed", 1, 273),  # 3.00 of the 3.30 in the order: 272.7 and 27.3
        (4, "added", 0, 27),
    ]
    assert tree.children[0].children[0][:4] == (2, "produced", 1, 273)
    adds_up(tree, lines)


def test_a_true_up_after_the_order_was_closed_is_no_part_of_what_it_handed_back() -> None:
    """Q goes into W2 before it is there, at nothing; it costs 5.00 when W2 is long done."""
    apart = CostLine(Kind.CONSUME, "Q", 1, "Q", "", None, -1, "W2")
    lines = [
        *(receive(3, 300), consume(3), produce(1, 100)),
        *(apart, apart, add(260, "W2"), produce(1, 60, "W3")._replace(order="W2")),
        *(receive(1, 500, "Q", "Q"), hand_back(3, 1, "W2")),
    ]
    costed = run(lines, negative="provisional")
    for at in range(len(lines)):
        adds_up(explain_line(costed, lines, at), lines)


@BOTH
def test_thirds_through_returns_are_not_lost(method: str) -> None:
    """1.00 over 3: issued whole, back piece by piece, out again: 33 + 34 + 33 cents."""
    lines = [receive(3, 100), issue(3), *(return_in(1, 1) for _ in range(3)), issue(3)]
    flows = flows_into(run(lines, method), lines, 0)
    assert [flow.value for flow in flows.lines] == [100, 33, 34, 33, 100]
    assert flows.on_hand == (0, 0)


def test_goods_moved_on_credit_are_filled_by_the_receipt() -> None:
    """Two moved before they were there: what comes fills them, and three stay."""
    lines = [receive(1, 100), move(3), receive(5, 600)]
    costed = run(lines, negative="provisional")
    assert flows_into(costed, lines, 2)[:3] == ([Flow(1, 2, 240, -1)], (3, 360), (0, 0))
    tree = explain_line(costed, lines, 1)
    assert (tree.value, tree.children[1][:4]) == (340, (-1, "estimate", 2, 200))
    assert tree.children[2].children == (
        Node(2, "receipt", 2, 240),
        Node(-1, "estimate", -2, -200),
    )


def test_what_lies_in_a_work_order() -> None:
    """3 of 4 consumed, 1.00 of wages, half the order taken out at 2.00."""
    lines = [receive(4, 400), consume(3), add(100), produce(1, 200)]
    costed = run(lines)
    assert flows_into(costed, lines, 0)[:3] == (
        [Flow(1, 3, 300, -1), Flow(3, 2, 150, 1, 1)],
        (3, 250),
        (1, 150),
    )
    assert flows_into(costed, lines, 2)[:3] == ([Flow(3, 0, 50, 1)], (0, 50), (0, 50))


@settings(max_examples=300, deadline=None)
@given(LINES, METHODS, NEGATIVE)
def test_every_tree_adds_up_whatever_the_lines(
    lines: list[CostLine], method: str, negative: str
) -> None:
    costed = cost(lines, policies(method, negative), provenance=True)
    for at, line in enumerate(lines):
        tree = explain_line(costed, lines, at)
        settled = sum(true_up.amount for true_up in costed.true_ups if true_up.of == at)
        if line.kind == Kind.SETTLE:  # all that it moved, also what was expensed
            settled = costed.cited.get(at, 0) + costed.variances.get(at, 0)
            settled += sum(value for _, value in costed.followed.get(at, ()))
        assert tree.value == costed.costs[at] + settled
        if line.kind in {Kind.ISSUE, Kind.MOVE, Kind.RETURN_OUT, Kind.CONSUME} and tree.value:
            assert tree.children
        adds_up(tree, lines)


@settings(max_examples=400, deadline=None)
@given(LINES, METHODS, NEGATIVE)
def test_the_reverse_adds_up_whatever_the_lines(
    lines: list[CostLine], method: str, negative: str
) -> None:
    """Whatever line is followed, what is not on hand has a flow that says where it is."""
    costed = cost(lines, policies(method, negative), provenance=True)
    for at, line in enumerate(lines):
        if line.kind != Kind.MOVE and (costed.costs[at] or line.kind == Kind.RECEIVE):
            assert balance_of(costed, lines, at) == flows_into(costed, lines, at).on_hand, at


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=17, max_size=40), st.integers(0, 2**32), METHODS)
def test_long_averages_lose_nothing(values: list[int], seed: int, method: str) -> None:
    """Receipts of 10, sales of 1 to 9, some returned: mixes of mixes, exact to the cent."""
    lines: list[CostLine] = []
    for n, value in enumerate(values):
        lines.append(receive(10, value))
        lines.append(issue(1 + (seed >> n) % 9))
        if seed >> n & 1:
            lines.append(return_in(1, len(lines) - 1))
        if seed >> n & 2:
            lines.append(revalue(value // 3, 0))
    costed = run(lines, method)
    for at in (0, 1, len(lines) // 2, len(lines) - 1):
        if lines[at].kind != Kind.ISSUE:
            assert balance_of(costed, lines, at) == flows_into(costed, lines, at).on_hand
        adds_up(explain_line(costed, lines, at), lines)


@settings(max_examples=100, deadline=None)
@given(LINES, METHODS)
def test_focus_explains_the_same(lines: list[CostLine], method: str) -> None:
    """Only what can touch a line is costed again; the tree and the flows are the same."""
    whole = {item: CostPolicy(method, negative="provisional") for item in "PQ"}
    lines = [line for line in lines if line.cites < 0]
    costed = cost(lines, whole, provenance=True)
    for at in range(len(lines)):
        part = focus(lines, at)
        again = cost(part, whole, provenance=True)
        assert explain_line(again, part, at) == explain_line(costed, lines, at)
        assert flows_into(again, part, at) == flows_into(costed, lines, at)


def test_a_charge_over_two_receipts_flows_by_its_parts() -> None:
    """0.60 onto the first, 0.30 onto the second; half of each is sold."""
    lines = [receive(2, 200), receive(2, 600), revalue(90, 0), issue(1), issue(2)]
    setting = Setting(citations={2: ((0, 60), (1, 30))})
    costed = cost(lines, {"P": CostPolicy("lifo")}, provenance=True, setting=setting)
    assert costed.costs[3:] == [315, 315 + 130]
    flows = flows_into(costed, lines, 0)
    assert flows.lines[0] == Flow(2, 0, 60, 1)
    assert flows.on_hand == (1, 130)
    assert sum(flow.way * flow.value for flow in flows.lines) == 130 - 200


def test_focus_follows_a_charge_over_two_items() -> None:
    """Freight over P and Q ties them: what explains one line keeps the receipts of both."""
    lines = [
        receive(2, 200),
        receive(2, 600, "Q", "Q"),
        receive(9, 900, "R", "R"),
        revalue(90, 0)._replace(item=""),
        issue(1),
    ]
    citations = {3: ((0, 60), (1, 30))}
    part = focus(lines, 4, citations=citations)
    assert [line.kind for line in part] == [1, 1, Kind.SKIP, 10, 2]
    assert focus(lines, 3, citations=citations) == part
    assert focus(lines, 1, citations=citations) == part
    assert [line.kind for line in focus(lines, 2, citations=citations)] == [0, 0, 1, 0, 0]
