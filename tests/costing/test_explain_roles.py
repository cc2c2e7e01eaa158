"""What stands behind a cost where it is not simply a receipt: each word by hand."""

from __future__ import annotations

import pytest

from invledger.costing import Costed, CostLine, Kind, Node, Setting, Switch, cost, explain_line
from invledger.model import CostPolicy
from tests.costing.lines import (
    consume,
    hand_back,
    issue,
    move,
    receive,
    return_in,
    return_out,
    run,
)

pytestmark = pytest.mark.req("CO-11")

SETTLE = CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1")


def of(
    kind: Kind, item: str, quantity: int, value: int | None = None, order: str = ""
) -> CostLine:
    """A line of an item whose goods all lie in the pool of its name."""
    is_out = kind in (Kind.CONSUME, Kind.ISSUE)
    source, target = (item, "") if is_out else ("", item)
    return CostLine(kind, item, quantity, source, target, value, -1, order)


def costed_by(lines: list[CostLine], *, estimates: tuple[int, ...] = (), **more: object) -> Costed:
    policy = CostPolicy("fifo", negative="provisional")
    setting = Setting(estimates=frozenset(estimates), **more)  # type: ignore[arg-type]  # facts
    return cost(lines, {line.item: policy for line in lines}, provenance=True, setting=setting)


def told(node: Node) -> list[tuple[int, str, int, int]]:
    return [child[:4] for child in node.children]


def test_goods_handed_back_by_an_order() -> None:
    """6 of 10 at 1.00 went into the order, one came back: it leaves after the 4 that stayed."""
    lines = [receive(10, 1000), consume(6), hand_back(1, 1), issue(5)]
    tree = explain_line(run(lines), lines, 3)
    assert told(tree) == [(0, "receipt", 4, 400), (2, "handed-back", 1, 100)]
    assert told(tree.children[1]) == [(1, "consumed", 1, 100)]
    assert told(tree.children[1].children[0]) == [(0, "receipt", 1, 100)]


def test_goods_that_the_supplier_sent_again() -> None:
    """3 of 10 went back to the supplier and came again: a return of a return."""
    lines = [receive(10, 1000), return_out(3, 0), issue(7), return_in(3, 1), issue(3)]
    tree = explain_line(run(lines), lines, 4)
    assert told(tree) == [(3, "returned", 3, 300)]
    assert told(tree.children[0]) == [(1, "returned-out", 3, 300)]
    assert told(tree.children[0].children[0]) == [(0, "receipt", 3, 300)]


def test_a_settlement_whose_late_value_followed_into_another_order() -> None:
    """Two chairs at an estimate of 10.00 each go into W2; then W1 is settled at the 40.00 that
    its steel cost: 20.00 follow into W2, and out of it with the set.
    """
    lines = [
        of(Kind.RECEIVE, "S", 4, 4000), of(Kind.CONSUME, "S", 4, order="W1"),
        of(Kind.PRODUCE, "C", 2, 2000, "W1"), of(Kind.CONSUME, "C", 2, order="W2"), SETTLE,
        of(Kind.PRODUCE, "T", 1, order="W2"),
    ]  # fmt: skip
    costed = costed_by(lines, estimates=(2,))
    assert costed.costs[5] == 4000
    tree = explain_line(costed, lines, 5)
    assert told(tree) == [(3, "consumed", 2, 2000), (4, "settled", 0, 2000)]
    assert told(tree.children[1]) == [(1, "consumed", 4, 4000), (2, "estimated", -2, -2000)]


def test_output_asked_itself_once_it_is_settled() -> None:
    """It stood at 20.00; its 4 of steel cost 40.00: 20.00 came since."""
    lines = [
        of(Kind.RECEIVE, "S", 4, 4000), of(Kind.CONSUME, "S", 4, order="W1"),
        of(Kind.PRODUCE, "C", 2, 2000, "W1"), SETTLE,
    ]  # fmt: skip
    tree = explain_line(costed_by(lines, estimates=(2,)), lines, 2)
    assert tree[:4] == (2, "line", 2, 2000)
    assert told(tree) == [(1, "consumed", 4, 4000), (3, "settled-since", 0, -2000)]
    assert told(explain_line(costed_by(lines[:3], estimates=(2,)), lines[:3], 2)) == []


def test_output_settled_at_nothing_says_no_more_than_it_did() -> None:
    """Nothing went into the order: 5.00 were an estimate of nothing, and are taken off again."""
    lines = [of(Kind.PRODUCE, "C", 1, 500, "W1"), of(Kind.ISSUE, "C", 1), SETTLE]
    costed = costed_by(lines, estimates=(0,))
    assert [(one.code, one.at) for one in costed.troubles] == [("order-empty", 2)]
    assert explain_line(costed, lines, 1).children == (Node(0, "produced", 1, 500),)


def test_a_return_elsewhere_before_the_true_up_does_not_bear_it() -> None:
    """3 issued for 3.00, two of them on credit; one comes back to another place for a third of
    it; only then do the two turn out to cost 2.60.
    """
    lines = [receive(1, 100), issue(3), return_in(1, 1, "B"), receive(2, 260), issue(1, "B")]
    costed = run(lines, negative="provisional")
    assert costed.costs[4] == 100
    issued = explain_line(costed, lines, 4).children[0].children[0]
    assert issued[:4] == (1, "issued", 1, 100)
    assert [(child.role, child.value) for child in issued.children] == [
        ("receipt", 33), ("estimate", 67),
    ]  # fmt: skip


def test_a_return_does_not_bear_the_true_up_that_it_brings_itself() -> None:
    """4 issued: at 1.00, at 3.00, and two on credit at 3.00. One comes back at the 2.50 that
    they cost in the mean, and fills one that was short: 0.50 less than its estimate.
    """
    lines = [receive(1, 100), receive(1, 300), issue(4), return_in(1, 2), receive(1, 300)]
    costed = run(lines, negative="provisional")
    assert [(up.at, up.of, up.amount) for up in costed.true_ups] == [(3, 2, -50), (4, 2, 0)]
    issued = explain_line(costed, lines, 3).children[0]
    assert issued[:4] == (2, "issued", 1, 250)
    assert [(child.role, child.value) for child in issued.children] == [
        ("receipt", 25), ("receipt", 75), ("estimate", 150),
    ]  # fmt: skip


def test_a_true_up_that_was_expensed_is_no_input_of_what_the_order_makes() -> None:
    """100 consumed at an estimate of 10.00 turn out to cost 1.00 when only 0.10 are left in the
    order: the 9.00 less are expensed, and what is made last still holds 0.10 of the estimate.
    """
    lines = [
        consume(100), of(Kind.PRODUCE, "Q", 1, 990, "W1"), receive(100, 100),
        of(Kind.PRODUCE, "Q", 1, order="W1"),
    ]  # fmt: skip
    costed = costed_by(lines, fallback={"P": (1000, 100)})
    assert [(up.of, up.amount, up.order) for up in costed.true_ups] == [(0, -900, "")]
    tree = explain_line(costed, lines, 3)
    assert tree.value == 10
    assert [(child.role, child.value) for child in tree.children] == [("consumed", 10)]
    below = tree.children[0].children
    assert [(child.role, child.value) for child in below] == [("estimate", 10)]


def test_what_an_order_hands_back_bears_its_true_up_expensed_or_not() -> None:
    """2 consumed at estimates of 1.00, of which 1.50 went on; they cost 0.50 each, the 1.00 less
    is expensed as only 0.50 are left: one handed back is worth 0.50.
    """
    lines = [consume(2), of(Kind.PRODUCE, "Q", 1, 150, "W1"), receive(2, 100), hand_back(1, 0)]
    costed = costed_by(lines, fallback={"P": (100, 1)})
    assert [(up.of, up.amount, up.order) for up in costed.true_ups] == [(0, -100, "")]
    assert costed.costs[3] == 50
    consumed = explain_line(costed, lines, 3).children[0]
    assert [(child.role, child.value) for child in consumed.children] == [
        ("estimate", 100), ("true-up", -50),
    ]  # fmt: skip


def test_what_an_order_took_apart_again_holds_its_inputs_not_what_was_expensed() -> None:
    """400 P for 4.00 make 200 Q. To take 300 Q apart, 100 are on credit at 2.00; 5.00 of the 6.00
    go into R, then the missing Q turn out to cost 0.10: 1.90 less, expensed. 100 P come back for
    1.00, a sixth of what was put in, 50 Q: two thirds of it Q that were made, the rest estimated.
    """
    lines = [
        receive(400, 400), consume(400), of(Kind.PRODUCE, "Q", 200, order="W1"),
        of(Kind.CONSUME, "Q", 300, order="W2"), of(Kind.PRODUCE, "R", 1, 500, "W2"),
        of(Kind.RECEIVE, "Q", 100, 10), hand_back(100, 1, "W2"),
    ]  # fmt: skip
    costed = costed_by(lines)
    assert [(up.of, up.amount, up.order) for up in costed.true_ups] == [(3, -190, "")]
    tree = explain_line(costed, lines, 6)
    assert tree.value == 100
    assert [(child.line, child.role, child.value) for child in tree.children] == [
        (3, "consumed", 100),
    ]  # fmt: skip
    assert [(child.role, child.value) for child in tree.children[0].children] == [
        ("produced", 67), ("estimate", 33),
    ]  # fmt: skip


def test_another_items_change_of_policy_changes_nothing_of_what_was_made() -> None:
    """P was made of a Q at 1.00 (first in, first out). That Q goes over to an average from its
    first line on changes no P: it was made of the first Q.
    """
    lines = [
        of(Kind.RECEIVE, "Q", 1, 100), of(Kind.RECEIVE, "Q", 1, 300),
        of(Kind.CONSUME, "Q", 1, order="W1"), of(Kind.PRODUCE, "P", 1, order="W1"),
        of(Kind.ISSUE, "P", 1),
    ]  # fmt: skip
    change = Switch(4, "Q", CostPolicy("moving-average"), is_retrospective=True)
    tree = explain_line(costed_by(lines, switches=(change,)), lines, 4)
    assert told(tree) == [(3, "produced", 1, 100)]
    assert told(tree.children[0].children[0]) == [(0, "receipt", 1, 100)]


def test_goods_that_go_round_are_named_after_their_moves() -> None:
    """10 at 1.00 in B; 6 go to A and back within the month: B is 10 of the receipt and 6 that
    came back, of which an issue of 8 holds 5 and 3.
    """
    lines = [receive(10, 1000, "B"), move(6, "B", "A"), move(6, "A", "B"), issue(8, "B")]
    setting = Setting(periods={"month": [0]})
    policy = CostPolicy("periodic-average")
    costed = cost(lines, {"P": policy}, provenance=True, setting=setting)
    tree = explain_line(costed, lines, 3)
    assert told(tree) == [(0, "receipt", 5, 500), (2, "moved", 3, 300)]
    assert told(tree.children[1]) == [(1, "moved", 3, 300)]


def test_output_is_told_of_wherever_it_comes_up() -> None:
    """Two chairs at 10.00 each; one is sold and comes back, then both are sold, and W1 is settled
    at 40.00: both lead to 2 of the steel for 20.00, one straight, one by its return.
    """
    lines = [
        of(Kind.RECEIVE, "S", 4, 4000), of(Kind.CONSUME, "S", 4, order="W1"),
        of(Kind.PRODUCE, "C", 2, 2000, "W1"), of(Kind.ISSUE, "C", 1),
        CostLine(Kind.RETURN_IN, "C", 1, "", "C", None, 3, ""), of(Kind.ISSUE, "C", 2), SETTLE,
    ]  # fmt: skip
    tree = explain_line(costed_by(lines, estimates=(2,)), lines, 5)
    straight, returned = tree.children
    assert (straight[:4], returned[:4]) == ((2, "produced", 1, 1000), (4, "returned", 1, 1000))
    for made in (straight, returned.children[0].children[0]):
        assert told(made) == [(1, "consumed", 2, 2000), (6, "settled-since", 0, -1000)]


def test_goods_of_unknown_origin_stay_so_in_a_numbered_mix() -> None:
    """5 of 30 pieces at 1.00 were handed back of nobody knows what: a sixth of the 15 sold."""
    lines = [receive(10, 1000), consume(5), hand_back(5, -1)]
    lines += [receive(1, 100) for _ in range(20)]
    lines.append(issue(15))
    costed = run(lines, "moving-average")
    assert costed.mixes
    tree = explain_line(costed, lines, len(lines) - 1)
    assert sum(child.value for child in tree.children) == tree.value == 1500
    handed = next(child for child in tree.children if child.line == 2)
    assert (handed.role, handed.value) == ("handed-back", 250)
    assert [child.role for child in handed.children] == ["estimate"]
