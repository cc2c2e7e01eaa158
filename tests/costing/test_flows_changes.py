"""The reverse walk through changes of policy: long averages, whose receipts are numbered mixes,
and items that change on one day beside each other.
"""

from __future__ import annotations

from random import Random

import pytest

from invledger.costing import CostLine, Kind, Setting, Switch, cost, flows_into
from invledger.model import CostPolicy
from tests.costing.lines import issue, move, receive, return_in
from tests.costing.test_flows import balance_of

pytestmark = pytest.mark.req("CO-06", "CO-11")


def long_history(seed: int) -> list[CostLine]:
    """40 receipts of 10.00 in two pools, sales of 1 to 9 after each, some back, some moved on."""
    chance = Random(seed)  # noqa: S311  the same lines each time
    lines: list[CostLine] = []
    for _ in range(40):
        place = chance.choice("AAB")
        lines.append(receive(1000, chance.randint(1, 9999), place))
        sold = chance.randint(100, 900)
        lines.append(issue(sold, place))
        if chance.random() < 0.4:
            lines.append(return_in(chance.randint(1, sold), len(lines) - 1, place))
        elif chance.random() < 0.3:
            lines.append(move(1000 - sold, place, "B" if place == "A" else "A"))
    return lines


@pytest.mark.parametrize("before", ["fifo", "moving-average"])
@pytest.mark.parametrize("after", ["fifo", "moving-average"])
@pytest.mark.parametrize("is_retrospective", [False, True])
def test_long_averages_through_changes(before: str, after: str, *, is_retrospective: bool) -> None:
    """Two changes, one after the other: each receipt less what left of it is what is there of it,
    to the cent, and all receipts together are the stock, but for what each of 40 walks rounds.
    """
    for seed in range(2):
        lines = long_history(seed)
        third = len(lines) // 3
        changes = [
            Switch(third, "P", CostPolicy(after), is_retrospective),
            Switch(2 * third, "P", CostPolicy(before, negative="provisional"), is_retrospective),
        ]
        setting = Setting(switches=changes)
        costed = cost(lines, {"P": CostPolicy(before)}, provenance=True, setting=setting)
        assert costed.troubles == []
        there = [0, 0]
        for at, line in enumerate(lines):
            if line.kind == Kind.RECEIVE:
                found = flows_into(costed, lines, at)
                assert balance_of(costed, lines, at) == found.on_hand, f"{seed} {at}"
                assert 0 <= found.on_hand[0] <= 1000
                assert found.restated == (0, 0) or is_retrospective
                there = [there[n] + found.on_hand[n] for n in (0, 1)]
        pools = costed.pools.values()
        assert abs(there[0] - sum(pool.quantity for pool in pools)) <= 3 * 40
        assert abs(there[1] - sum(pool.value for pool in pools)) <= 3 * 40


def test_an_item_that_changes_from_today_beside_one_that_changes_from_the_first_line() -> None:
    """Q: 2 at 1.00, 2 at 3.00; two of them, first in first out the first ones, became P, which was
    sold. Had Q always been an average, one of each would be left. P is what it was made of.
    """
    lines = [
        receive(2, 200, "Q", "Q"), receive(2, 600, "Q", "Q"),
        CostLine(Kind.CONSUME, "Q", 2, "Q", "", None, -1, "W1"),
        CostLine(Kind.PRODUCE, "P", 2, "", "A", None, -1, "W1"), issue(2),
    ]  # fmt: skip
    average = CostPolicy("moving-average")
    changes = [Switch(4, "Q", average, is_retrospective=True), Switch(4, "P", average)]
    for order in (changes, changes[::-1]):
        policies = dict.fromkeys("PQ", CostPolicy("fifo"))
        costed = cost(lines, policies, provenance=True, setting=Setting(switches=order))
        first, second = (flows_into(costed, lines, at) for at in (0, 1))
        assert [flow[:4] for flow in first.lines] == [
            (2, 2, 200, -1), (3, 2, 200, 1), (4, 2, 200, -1),
        ]  # fmt: skip
        assert (first.on_hand, first.restated) == ((1, 100), (1, 100))
        assert second.lines == []
        assert (second.on_hand, second.restated) == ((1, 300), (-1, -300))


def test_a_sample_is_followed_through_a_change_by_quantity() -> None:
    """A piece at 1.00 and a free one. First in first out sold the first, which came back; had it
    always been last in first out, the free one would have been sold, and come back.
    """
    lines = [receive(1, 100), receive(1, 0), issue(1), return_in(1, 2), issue(1)]
    change = Switch(4, "P", CostPolicy("lifo"), is_retrospective=True)
    policies = {"P": CostPolicy("fifo")}
    costed = cost(lines, policies, provenance=True, setting=Setting(switches=(change,)))
    assert costed.costs == [100, 0, 100, 100, 0]
    found = flows_into(costed, lines, 1)
    assert [flow[:4] for flow in found.lines] == [(4, 1, 0, -1)]
    assert found.on_hand == (0, 0)


def test_goods_moved_on_credit_come_back_with_what_filled_them() -> None:
    """3 moved, one at 1.00 and two on credit at 1.00; they cost 1.20 each when 5 come for 6.00. A
    piece that comes back of the move is worth a third of 3.40, of which 2.40 are that receipt's.
    """
    lines = [receive(1, 100), move(3), receive(5, 600), return_in(1, 1, "C")]
    policy = CostPolicy("fifo", negative="provisional")
    costed = cost(lines, {"P": policy}, provenance=True)
    assert costed.costs[3] == 113
    found = flows_into(costed, lines, 2)
    assert [flow[:4] for flow in found.lines] == [(1, 2, 240, -1), (3, 1, 80, 1)]
