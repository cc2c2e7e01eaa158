"""`explain` for every method: parts add up, on seeded histories and by hand."""

from __future__ import annotations

import pytest

from invledger.costing import Costed, CostLine, Kind, Node, cost, explain_line, flows_into
from invledger.costing.interface import Setting, Switch
from invledger.model import CostPolicy
from tests.costing.lines import add, consume, issue, produce, receive
from tests.oracle.sequences import history

pytestmark = pytest.mark.req("CO-11")
METHODS = ("fifo", "lifo", "moving-average", "standard", "periodic-average", "periodic-lifo",
           "planned", "retail")  # fmt: skip


def costed_by(method: str, lines: list[CostLine], **more: object) -> Costed:
    """With provenance, a standard of 97 cents apiece, three months and years of equal length."""
    third = len(lines) // 3
    setting = Setting(
        standards={at: line.quantity * 97 for at, line in enumerate(lines)},
        periods={"month": [0, third, 2 * third], "year": [0], "day": list(range(len(lines)))},
        **more,  # type: ignore[arg-type]  # words of a test
    )
    return cost(lines, {"P": CostPolicy(method)}, provenance=True, setting=setting)


def adds_up(node: Node) -> None:
    if node.children:
        assert sum(child.value for child in node.children) == node.value, node
        for child in node.children:
            adds_up(child)


@pytest.mark.parametrize("method", METHODS)
def test_every_tree_adds_up_and_every_receipt_goes_somewhere(method: str) -> None:
    """60 histories without moves.

    Under periodic methods goods may go round within a period, then only a part can be followed.
    """
    for seed in range(60):
        kinds = (1, 1, 1, 2, 2, 2, 4, 5) if seed % 2 else (1, 1, 2, 2, 5)
        lines = [CostLine(*line) for line in history(seed, kinds=kinds)]
        costed = costed_by(method, lines)
        if costed.troubles:
            continue
        settled: dict[int, int] = {}
        for one in costed.true_ups:
            settled[one.of] = settled.get(one.of, 0) + one.amount
        for at, amount in enumerate(costed.costs):
            tree = explain_line(costed, lines, at)
            assert tree.value == amount + settled.get(at, 0), f"seed {seed}, line {at}"
            adds_up(tree)
            is_straight = costed.sequence == [] or all(row.kind != Kind.RETURN_IN for row in lines)
            if lines[at].kind == Kind.RECEIVE and not costed.true_ups and is_straight:
                flows = flows_into(costed, lines, at)
                quantity = lines[at].quantity + sum(f.quantity * f.way for f in flows.lines)
                value = amount + sum(f.value * f.way for f in flows.lines)
                assert flows.on_hand == (quantity, value), f"seed {seed}, line {at}"


def test_goods_that_go_round_within_a_period_are_explained() -> None:
    """Pools that feed each other: every tree ends and adds up, every walk ends."""
    for seed in range(8):
        lines = [CostLine(*line) for line in history(seed, kinds=(1, 1, 2, 3, 3, 4))]
        for method in ("periodic-average", "planned"):
            costed = costed_by(method, lines)
            for at in range(len(lines)):
                adds_up(explain_line(costed, lines, at))
                flows_into(costed, lines, at)


def test_late_value_over_several_receipts_is_followed_from_itself() -> None:
    """6.00 onto 2 and 4 pieces by halves: all of it lies on hand, until half the pieces go."""
    late = CostLine(Kind.REVALUE, "P", 0, "", "", 600, 0, "")
    lines = [receive(2, 200), receive(4, 400), late, issue(2)]
    setting = Setting(citations={2: ((0, 300), (1, 300))})
    for method in ("fifo", "moving-average"):
        costed = cost(lines, {"P": CostPolicy(method)}, provenance=True, setting=setting)
        flows = flows_into(costed, lines, 2)
        out = sum(flow.value for flow in flows.lines)
        assert flows.on_hand[1] == 600 - out
        assert out == (300 if method == "fifo" else 200)


def test_a_periodic_issue_draws_on_what_came_after_it() -> None:
    """2 @ 1.00 and, later in the month, 2 @ 2.00: an issue of 2 between them costs 3.00."""
    lines = [receive(2, 200), issue(2), receive(2, 400)]
    costed = cost(lines, {"P": CostPolicy("periodic-average")}, provenance=True)
    tree = explain_line(costed, lines, 1)
    assert tree.value == 300
    assert {(child.line, child.value) for child in tree.children} == {(0, 100), (2, 200)}
    assert [flow[:4] for flow in flows_into(costed, lines, 2).lines] == [(1, 1, 200, -1)]


def test_standard_names_the_variance_of_what_was_made() -> None:
    """P for 6.00 and wages of 1.00 make 5 Q at a standard of 0.97: 4.85, 2.15 is a variance."""
    lines = [receive(5, 600), consume(5), add(215), produce(5), issue(5, "Q", item="Q")]
    policies = {"P": CostPolicy("fifo"), "Q": CostPolicy("standard")}
    setting = Setting(standards={3: 485, 4: 485})
    costed = cost(lines, policies, provenance=True, setting=setting)
    assert costed.variances == {3: 330}
    tree = explain_line(costed, lines, 3)
    assert [child[:4] for child in tree.children] == [
        (1, "consumed", 5, 600), (2, "added", 0, 215), (-1, "variance", 0, -330),
    ]  # fmt: skip
    sold = explain_line(costed, lines, 4)
    assert sold.value == 485
    adds_up(sold)


def test_a_stated_cost_is_named_beside_the_receipts() -> None:
    """2 @ 1.00 leave at a stated 1.20 for one: 0.20 more than the receipt's own."""
    lines = [receive(2, 200), issue(1), issue(1)]
    policy = {"P": CostPolicy("moving-average", stated_issue="cost")}
    costed = cost(lines, policy, provenance=True, setting=Setting(stated={1: 120}))
    assert costed.costs == [200, 120, 80]
    tree = explain_line(costed, lines, 1)
    assert [child[:4] for child in tree.children] == [
        (0, "receipt", 1, 100), (-1, "stated", 0, 20),
    ]  # fmt: skip
    adds_up(explain_line(costed, lines, 2))


@pytest.mark.parametrize("after", METHODS)
@pytest.mark.parametrize("is_retrospective", [False, True])
def test_a_change_of_method_is_passed_through(after: str, is_retrospective: bool) -> None:
    for seed in range(12):
        lines = [CostLine(*line) for line in history(seed, kinds=(1, 1, 1, 2, 2, 4))]
        third = len(lines) // 3
        switch = Switch(third, "P", CostPolicy(after), is_retrospective)
        costed = costed_by("fifo", lines, switches=(switch,))
        for at in range(len(lines)):
            adds_up(explain_line(costed, lines, at))
