"""Where a cost came from, down to the receipts; and where a receipt went."""

from __future__ import annotations

from fractions import Fraction

import pytest

from invledger.costing import (
    Costed,
    CostLine,
    Flow,
    Kind,
    Node,
    cost,
    explain_line,
    flows_into,
    focus,
)
from invledger.costing import explain as explaining
from invledger.costing.explain import DEPTH_MAX, PART_LEAST
from tests.costing.lines import (
    add,
    consume,
    hand_back,
    issue,
    move,
    produce,
    receive,
    return_in,
    revalue,
    run,
)
from tests.oracle.sequences import history

pytestmark = pytest.mark.req("CO-11")


def leaves(node: Node) -> list[tuple[int, str, int]]:
    """(line, role, value) of the ends of a tree."""
    if not node.children:
        return [(node.line, node.role, node.value)]
    return [leaf for child in node.children for leaf in leaves(child)]


def test_an_issue_names_its_receipts() -> None:
    lines = [receive(2, 200), receive(5, 1000), move(4), issue(3, "B")]
    tree = explain_line(run(lines), lines, 3)
    assert tree == Node(
        3, "line", 3, 400, (Node(0, "receipt", 2, 200), Node(1, "receipt", 1, 200))
    )


def test_an_average_names_everyone_who_paid_into_it() -> None:
    """3 @ 1.00 and 1 @ 2.00: two of the four cost 2.50, 1.50 of it the first receipt's money."""
    lines = [receive(3, 300), receive(1, 200), issue(2)]
    tree = explain_line(run(lines, "moving-average"), lines, 2)
    assert (tree.quantity, tree.value) == (2, 250)
    assert sum(child.value for child in tree.children) == 250
    assert sum(child.quantity for child in tree.children) == 2
    assert {child.line: child.value for child in tree.children} == {0: 150, 1: 100}


def test_late_value_is_a_share_of_its_own() -> None:
    lines = [receive(10, 1000), revalue(100, 0), issue(5)]
    for method in ("fifo", "moving-average"):
        tree = explain_line(run(lines, method), lines, 2)
        assert leaves(tree) == [(0, "receipt", 500), (1, "revalued", 50)]


def test_a_return_leads_through_the_issue_to_the_receipt() -> None:
    lines = [receive(2, 200), issue(2), return_in(1, 1), issue(1)]
    tree = explain_line(run(lines), lines, 3)
    returned = tree.children[0]
    assert (returned.line, returned.role, returned.value) == (2, "returned", 100)
    assert returned.children[0][:4] == (1, "issued", 1, 100)
    assert leaves(tree) == [(0, "receipt", 100)]


def test_a_product_leads_to_its_inputs() -> None:
    """Four pieces of Q from 6 of P (0.60 each, one handed back) and 1.00 of wages; one sold."""
    lines = [
        receive(10, 600), consume(6), hand_back(1, 1), add(100), produce(4),
        issue(1, "Q", item="Q"),
    ]  # fmt: skip
    costed = run(lines)
    assert costed.costs[5] == 100
    tree = explain_line(costed, lines, 5)
    made = tree.children[0]
    assert (made.line, made.role, made.quantity, made.value) == (4, "produced", 1, 100)
    assert leaves(tree) == [(0, "receipt", 75), (3, "added", 25)]


def test_estimate_and_true_up_stand_beside_each_other() -> None:
    lines = [receive(1, 100), issue(3), receive(2, 260)]
    tree = explain_line(run(lines, negative="provisional"), lines, 1)
    assert tree.value == 360
    assert tree.children == (
        Node(0, "receipt", 1, 100),
        Node(-1, "estimate", 2, 200),
        Node(2, "true-up", 0, 60, (Node(2, "receipt", 2, 260), Node(-1, "estimate", -2, -200))),
    )


def test_a_return_after_the_true_up_bears_its_part() -> None:
    """3 issued at 100, two of them on credit; they cost 130: one comes back for a third of 360."""
    lines = [receive(1, 100), issue(3), receive(2, 260), return_in(1, 1)]
    costed = run(lines, negative="provisional")
    assert costed.costs[3] == 120
    issued = explain_line(costed, lines, 3).children[0]
    assert issued[:4] == (1, "issued", 1, 120)
    assert leaves(issued) == [
        (0, "receipt", 33), (-1, "estimate", 67), (2, "receipt", 87), (-1, "estimate", -67),
    ]  # fmt: skip


def test_goods_returned_before_the_true_up_do_not_bear_it() -> None:
    """The returned piece settles its own shortage; only the other meets the new receipt."""
    lines = [receive(1, 100), issue(1), issue(2), return_in(1, 2), receive(5, 650)]
    costed = run(lines, negative="provisional")
    assert [(up.at, up.of, up.amount) for up in costed.true_ups] == [(3, 2, 0), (4, 2, 30)]
    tree = explain_line(costed, lines, 2)
    assert tree.value == 230
    _adds_up(tree)
    assert flows_into(costed, lines, 4)[:3] == ([Flow(2, 1, 130, -1)], (4, 520), (0, 0))


def test_the_reverse_where_a_receipt_went() -> None:
    lines = [receive(2, 200), receive(2, 500), move(3), issue(1, "B"), issue(2, "B")]
    costed = run(lines)
    first, second = flows_into(costed, lines, 0), flows_into(costed, lines, 1)
    assert first.lines == [Flow(2, 2, 200, 0), Flow(3, 1, 100, -1), Flow(4, 1, 100, -1)]
    assert second.lines == [Flow(2, 1, 250, 0), Flow(4, 1, 250, -1)]
    assert (first.on_hand, second.on_hand) == ((0, 0), (1, 250))


def test_the_reverse_through_shortage_return_and_product() -> None:
    lines = [issue(2), receive(3, 330), return_in(1, 0), consume(2), produce(4),
             issue(2, "Q", item="Q")]  # fmt: skip
    costed = run(lines, negative="provisional", fallback={"P": (100, 1)})
    assert costed.costs == [200, 330, 110, 220, 220, 110]
    flows = flows_into(costed, lines, 1)
    assert flows.lines == [
        Flow(0, 2, 220, -1), Flow(2, 1, 110, 1, 0), Flow(3, 2, 220, -1), Flow(4, 2, 220, 1, 3),
        Flow(5, 1, 110, -1, 4),
    ]  # fmt: skip
    assert flows[1:3] == ((1, 110), (0, 0))


def test_every_tree_adds_up() -> None:
    """Histories, some of them long, both methods: children add up to their node, at each level."""
    for seed in range(100):
        lines = [CostLine(*line) for line in history(seed, steps=30 if seed else 400)]
        for method in ("fifo", "moving-average"):
            costed = run(lines, method)
            for at, amount in enumerate(costed.costs):
                tree = explain_line(costed, lines, at)
                assert tree.value == amount
                _adds_up(tree)


def test_a_pool_that_is_never_empty_is_explained_down_to_its_receipts() -> None:
    """40 receipts of 10, one sold after each: numbered mixes are taken apart, nothing is lost."""
    lines = []
    for n in range(40):
        lines += [receive(10, 1000 + n), issue(1)]
    lines.append(issue(100))
    costed = run(lines, "moving-average")
    assert costed.mixes
    tree = explain_line(costed, lines, len(lines) - 1)
    _adds_up(tree)
    assert tree.value == costed.costs[-1]
    assert {node.role for node in tree.children} == {"receipt"}
    assert len(tree.children) == 40
    assert all(2 <= node.quantity <= 3 for node in tree.children)  # 100 of 360: 0.27 of each
    flows = flows_into(costed, lines, 0).lines
    assert flows[0] == Flow(1, 1, 100, -1)
    assert flows[-1].line == len(lines) - 1
    exact = Fraction(1000 * 9, 10)  # each issue of 1 takes its share of what is on hand
    for n in range(1, 40):
        exact *= Fraction(9 * n + 9, 9 * n + 10)
    exact *= Fraction(100, 360)
    assert abs(flows[-1].value - exact) < 5


def _adds_up(node: Node) -> None:
    if node.children:
        assert sum(child.value for child in node.children) == node.value, node
        assert sum(child.quantity for child in node.children) == node.quantity, node
        for child in node.children:
            _adds_up(child)


def test_all_that_came_went_somewhere() -> None:
    """What flowed out of a receipt, by final issues, and what is left are the receipt."""
    whole = 0
    for seed in range(300):
        lines = [CostLine(*line) for line in history(seed) if line.cites < 0]
        costed = run(lines)
        if costed.troubles:  # without its returns, this history is short of goods
            continue
        whole += 1
        for at, line in enumerate(lines):
            if line.target and not line.source:
                flows = flows_into(costed, lines, at)
                out = [flow for flow in flows.lines if not lines[flow.line].target]
                kept = [
                    layer
                    for state in costed.pools.values()
                    for layer in state.layers
                    if layer.origin == at
                ]
                assert flows.on_hand == (
                    sum(layer.quantity for layer in kept),
                    sum(layer.value for layer in kept),
                )
                assert (
                    sum(flow.quantity for flow in out) + sum(layer.quantity for layer in kept)
                    == line.quantity
                )
                assert (
                    sum(flow.value for flow in out) + sum(layer.value for layer in kept)
                    == costed.costs[at]
                )
    assert whole > 30


def test_depth_has_an_end() -> None:
    """Goods that go out and come back a thousand times do not exhaust anything."""
    lines = [receive(1, 100)]
    for _ in range(1000):
        lines += [issue(1), return_in(1, len(lines))]
    tree, depth = explain_line(run(lines), lines, len(lines) - 2), 0
    while tree.children:
        tree, depth = tree.children[0], depth + 1
    assert depth == DEPTH_MAX


def test_what_matters_little_explains_itself() -> None:
    """Returns of returns in one average: no part below a thousandth is taken apart further."""
    lines = []
    for n in range(40):
        lines += [receive(100_000, 10_000_000 + n), issue(60_000)]
        if n % 2:
            lines.append(return_in(20_000, len(lines) - 1))
    lines.append(issue(10_000))
    costed = run(lines, "moving-average")
    tree = explain_line(costed, lines, len(lines) - 1)
    _adds_up(tree)
    nodes, least = [tree], costed.costs[-1] // PART_LEAST
    for node in nodes:
        nodes += node.children
        assert not node.children or node.value >= least
    assert len(nodes) < 1500


def test_without_provenance_there_is_nothing_to_explain() -> None:
    lines = [receive(1, 100)]
    costed: Costed = cost(lines, {})
    with pytest.raises(ValueError, match="without provenance"):
        explain_line(costed, lines, 0)
    with pytest.raises(ValueError, match="without provenance"):
        flows_into(costed, lines, 0)


def test_focus_keeps_what_a_line_depends_on_and_nothing_else() -> None:
    """P feeds Q through W1; R has its own order; the freight on P names no item."""
    lines = [
        receive(4, 400),
        receive(9, 900, "R", "R"),
        consume(2),
        produce(1),
        CostLine(Kind.CONSUME, "R", 1, "R", "", None, -1, "W2"),
        CostLine(Kind.REVALUE, "", 0, "", "", 30, 0, ""),
        add(5, "W2"),
        issue(1, "Q", item="Q"),
    ]
    costed = run(lines)
    part = focus(lines, 7)
    assert [n for n, line in enumerate(part) if line.kind == Kind.SKIP] == [1, 4, 6]
    assert explain_line(run(part), part, 7) == explain_line(costed, lines, 7)
    assert costed.costs[5] == 30  # half on what is there, half on the product made of the rest
    assert [n for n, line in enumerate(focus(lines, 5)) if line.kind == Kind.SKIP] == [1, 4, 6]
    kept = [n for n, line in enumerate(focus(lines, 6)) if line.kind != Kind.SKIP]
    assert kept == [1, 4, 6]


def test_focus_passes_over_a_citation_of_no_line() -> None:
    lines = [receive(4, 400), CostLine(Kind.REVALUE, "", 0, "", "", 30, 2, "")]
    assert [line.kind for line in focus(lines, 0)] == [Kind.RECEIVE, Kind.SKIP]


def test_each_kind_of_line_has_its_role() -> None:
    """The words of the manual (`explain`), which JSON and the pictures carry on."""
    assert explaining._ROLES == {
        Kind.RECEIVE: "receipt", Kind.RETURN_IN: "returned", Kind.HAND_BACK: "handed-back",
        Kind.PRODUCE: "produced", Kind.CONSUME: "consumed", Kind.MOVE: "moved",
        Kind.ADD_TO_ORDER: "added", Kind.REVALUE: "revalued", Kind.ISSUE: "issued",
        Kind.RETURN_OUT: "returned-out", Kind.SETTLE: "settled",
    }  # fmt: skip
