"""Two walks that know nothing of each other agree: down the trees of all lines to a receipt
(`explain_line`), and from the receipt through all lines (`flows_into`). They round apart: by a
cent or two at every branching, never by a piece that went another way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from invledger.costing import Costed, CostLine, Kind, Node, Setting, cost, explain_line, flows_into
from invledger.model import CostPolicy
from tests.costing.lines import (
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
from tests.costing.sound import sound
from tests.costing.test_flows import LATE, adds_up, balance_of
from tests.costing.worlds import World

pytestmark = pytest.mark.req("CO-11")

#: In the tree these stand for value beside the goods; the reverse walk has it in the goods.
BESIDE = {"stated", "variance", "settled-since"}


def leaves(node: Node) -> Iterator[Node]:
    """What a tree ends in; an estimate adjusted to goods of elsewhere ends in nothing."""
    if not node.children and node.role != "true-up":
        yield node
    for child in node.children:
        yield from leaves(child)


def ends_of(costed: Costed, lines: list[CostLine], at: int) -> tuple[Counter[int], Counter[int]]:
    """Quantity and value by the line in which the tree of a line ends; none where it says that
    value stands beside the goods.
    """
    tree = explain_line(costed, lines, at)
    adds_up(tree, lines)
    ends = list(leaves(tree))
    quantity, value = Counter[int](), Counter[int]()
    if not any(node.role in BESIDE for node in ends):
        for node in ends:
            quantity[node.line] += node.quantity
            value[node.line] += node.value
    return quantity, value


def differences(world: World) -> tuple[int, list[tuple[int, ...]]]:
    """How often both walks say something, and where they differ by more than rounding."""
    lines, policies, setting = world
    costed = cost(lines, policies, provenance=True, setting=setting)
    ends = [ends_of(costed, lines, at) for at in range(len(lines))]
    is_apart = any(policy.method == "periodic-average" for policy in policies.values())
    said = 0
    wrong: list[tuple[int, ...]] = []
    for receipt, line in enumerate(lines):
        if line.kind != Kind.RECEIVE:
            continue
        names = {receipt} | {
            at for at, one in enumerate(lines)
            if one.kind == Kind.REVALUE and one.cites == receipt and at > receipt
        }  # fmt: skip
        found = flows_into(costed, lines, receipt)
        assert balance_of(costed, lines, receipt) == found.on_hand, receipt
        units, cents = Counter[int](), Counter[int]()
        for flow in found.lines:
            units[flow.line] += flow.quantity
            cents[flow.line] += flow.value
        for at, (quantity, value) in enumerate(() if is_apart else ends):
            if at in names or lines[at].kind in LATE or not any(value.values()):
                continue
            pieces = sum(quantity[name] for name in names), units[at]
            worth = sum(value[name] for name in names), cents[at]
            said += any(pieces)
            if abs(pieces[0] - pieces[1]) > 2 or abs(worth[0] - worth[1]) > 5:
                wrong.append((receipt, at, *pieces, *worth))
    return said, wrong


@pytest.mark.parametrize("switches", [0, 2])
def test_both_walks_agree(switches: int) -> None:
    """Moves, returns, orders, late value, settlements and their undoing, goods that were short;
    in pools that feed each other a tree stops where goods come round, so there only sums count.
    """
    said, wrong = 0, []
    for seed in range(300):
        agreed, others = differences(sound(seed, switches))
        said += agreed
        wrong += [(seed, *other) for other in others]
    assert wrong == []
    assert said > 300


@pytest.mark.parametrize(("method", "last"), [("fifo", 1033), ("lifo", 1032), ("specific", 1033)])
def test_late_value_that_followed_goods_is_the_receipts_all_the_same(
    method: str, last: int
) -> None:
    """0.26 late on 6: 0.09 on two that are here, 0.17 on the four in the order, one of which came
    back (0.04). So 0.13 is in stock and 0.13 in the order; 61.83 - 41.13 + 10.28 less what is
    issued are on hand. One pays 1028 and a cent of rounding, and a quarter of 0.17.
    """
    lines = [receive(6, 6170), consume(4), hand_back(1, 1), revalue(26, 0), issue(1)]
    found = flows_into(run(lines, method), lines, 0)
    assert [flow[:4] for flow in found.lines] == [
        (1, 4, 4113, -1), (2, 1, 1028, 1), (3, 0, 13, 1), (4, 1, last, -1),
    ]  # fmt: skip
    assert found.on_hand == (2, 6170 + 13 - 4113 + 1028 - last)
    assert found.in_orders == (3, 3085 + 13)


def test_a_line_of_a_circle_draws_on_itself() -> None:
    """Of 79.37 (76.78 and 2.59 late) x is in A and y = 6/10 x in B; half of y comes back into A,
    and a sixth of the other half: x = 79.37 + 7/12 y = 122.11, y = 73.27.
    """
    lines = [
        receive(3, 7678), receive(6, 6163, "B"), issue(1), issue(2), move(6, "B", "A"),
        move(6), issue(6, "B"), revalue(259, 0, "A"), return_in(1, 6, "B"), move(1, "B", "A"),
        issue(1),
    ]  # fmt: skip
    policy = CostPolicy("periodic-average")
    costed = cost(lines, {"P": policy}, provenance=True, setting=Setting(periods={"month": [0]}))
    found = flows_into(costed, lines, 0)
    worth = {flow.line: flow.value for flow in found.lines}
    exact = {2: 1221, 3: 2442, 4: 3663, 5: 7327, 6: 3663, 7: 259, 8: 611, 9: 611, 10: 1221}
    assert worth.keys() == exact.keys()
    assert all(abs(worth[at] - value) <= 1 for at, value in exact.items()), worth
    assert found.on_hand == (0, 0)


def test_late_value_that_went_into_an_order_has_nothing_below_it() -> None:
    """All 5 were in the order when 4.35 came late: no part of it is a residue of rounding."""
    lines = [receive(5, 6934), consume(5), revalue(435, 0), CostLine(
        Kind.PRODUCE, "Q", 2, "", "Q", None, -1, "W1")]  # fmt: skip
    tree = explain_line(run(lines), lines, 3)
    assert tree.value == 7369
    assert tree.children[1] == Node(2, "revalued", 0, 435)


@pytest.mark.parametrize("switches", [0, 2])
def test_all_receipts_together_are_the_stock(switches: int) -> None:
    """Whatever changes of policy: what is on hand and in orders of each receipt and of all that
    was added, summed, is all that there is.
    """
    seen = 0
    for seed in range(300):
        lines, policies, setting = sound(seed, switches)
        costed = cost(lines, policies, provenance=True, setting=setting)
        methods = {
            one.method for one in (*policies.values(), *(c.policy for c in setting.switches))
        }
        is_short = any(state.quantity < 0 for state in costed.pools.values())
        if "standard" in methods or is_short or costed.true_ups or setting.estimates:
            continue
        kinds = (Kind.RECEIVE, Kind.ADD_TO_ORDER)
        flows = [flows_into(costed, lines, n) for n, one in enumerate(lines) if one.kind in kinds]
        pools, orders = costed.pools.values(), costed.orders.values()
        assert abs(sum(f.on_hand[1] for f in flows) - sum(pool.value for pool in pools)) <= 5, seed
        assert abs(sum(f.in_orders[1] for f in flows) - sum(orders)) <= 5, seed
        seen += 1
    assert seen > 100


def test_output_that_is_the_first_line_of_all() -> None:
    """Two at 10.00 each before anything was taken in; 4 for 40.00 went into them."""
    lines = [
        produce(2, 2000), receive(4, 4000), consume(4),
        CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1"),
    ]  # fmt: skip
    policies = {item: CostPolicy("fifo") for item in "PQ"}
    setting = Setting(estimates=frozenset({0}))
    costed = cost(lines, policies, provenance=True, setting=setting)
    found = flows_into(costed, lines, 1)
    assert [flow[:4] for flow in found.lines] == [(0, 4, 4000, 1), (2, 4, 4000, -1)]


def test_an_issue_at_a_stated_cost_takes_more_of_each_receipt() -> None:
    """4 at 2.00 in the mean, of which the first receipt is a quarter; one leaves at 2.48: 0.62 of
    the first and 1.86 of the second.
    """
    lines = [receive(2, 200), receive(2, 600), issue(1)]
    policy = CostPolicy("moving-average", stated_issue="cost")
    costed = cost(lines, {"P": policy}, provenance=True, setting=Setting(stated={2: 248}))
    assert [flows_into(costed, lines, at).lines[0].value for at in (0, 1)] == [62, 186]


def test_a_settlement_that_was_undone_is_told_of_no_more() -> None:
    """Sold at the estimate of 10.00; what the settlement had brought went back where it was."""
    settle = CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1")
    lines = [
        receive(4, 4000), consume(4), produce(2, 2000), issue(1, "Q", item="Q"), settle,
        settle._replace(cites=4),
    ]  # fmt: skip
    policies = {item: CostPolicy("fifo") for item in "PQ"}
    setting = Setting(estimates=frozenset({2}))
    costed = cost(lines, policies, provenance=True, setting=setting)
    assert explain_line(costed, lines, 3).children == (Node(2, "produced", 1, 1000),)
    before = cost(lines[:5], policies, provenance=True, setting=setting)
    told = explain_line(before, lines[:5], 3).children[0].children
    assert told == (
        Node(1, "consumed", 2, 2000, (Node(0, "receipt", 2, 2000),)),
        Node(4, "settled-since", 0, -1000),
    )
