"""A change of method or of scope at the start of a period, prospective and retrospective."""

from __future__ import annotations

import pytest

from invledger.costing import (
    Costed,
    CostLine,
    Flow,
    Layer,
    Setting,
    Share,
    Switch,
    cost,
    explain_line,
    flows_into,
)
from invledger.model import CostPolicy
from tests.costing.lines import (
    both_ways,
    consume,
    issue,
    left,
    move,
    produce,
    receive,
    return_in,
    return_out,
    revalue,
)  # fmt: skip

pytestmark = pytest.mark.req("CO-06")

#: Two at 1.00 and two at 3.00; one leaves; then the change; one leaves.
STORY = [receive(2, 200), receive(2, 600), issue(1), issue(1)]


def changed(
    lines: list[CostLine], old: str, *switches: Switch, negative: str = "refuse"
) -> Costed:
    """Cost lines both ways under a method that changes."""
    policies = {"P": CostPolicy(old, negative=negative)}
    setting = Setting(switches=switches)
    quick = cost(lines, policies, setting=setting)
    plain = cost(lines, policies, setting=setting, provenance=True)
    assert (quick.costs, quick.pools, quick.switched) == (plain.costs, plain.pools, plain.switched)
    assert plain.held is not None
    for key, state in plain.pools.items():
        if state.quantity > 0:
            assert sum(part.value for part in plain.held[key]) == state.value
    return plain


def to(method: str, before: int = 3, **more: object) -> Switch:
    return Switch(before, "P", CostPolicy(method), **more)  # type: ignore[arg-type]  # words of a test


def test_layers_become_one_average() -> None:
    """1 at 1.00 and 2 at 3.00 are 3 at 7.00: one costs 2.33."""
    costed = changed(STORY, "fifo", to("moving-average"))
    assert costed.costs == [200, 600, 100, 233]
    assert left(costed) == (2, 467)
    assert not costed.switched
    assert costed.shares is not None
    assert costed.shares[3] == (Share(0, 0, 33), Share(1, 1, 200))


def test_an_average_becomes_one_layer() -> None:
    """3 at 2.00 in all 6.00 are the oldest layer; what comes later is another."""
    lines = [*STORY[:3], receive(1, 900), issue(2), issue(2)]
    costed = changed(lines, "moving-average", to("fifo"))
    assert costed.costs == [200, 600, 200, 900, 400, 200 + 900]
    costed = changed(lines[:5], "moving-average", to("fifo"))
    assert costed.pools["A"].layers == [Layer(-1, 1, 200), Layer(3, 1, 900)]


def test_layers_stay_layers() -> None:
    costed = changed(STORY, "fifo", to("lifo"))
    assert costed.costs[3] == 300
    assert costed.pools["A"].layers == [Layer(0, 1, 100), Layer(1, 1, 300)]


def test_what_was_received_before_lies_in_the_old_layer() -> None:
    """A return to the supplier and late value find goods of before in the layer -1."""
    lines = [*STORY[:3], receive(1, 900), return_out(1, 1), revalue(20, 1)]
    costed = changed(lines, "moving-average", to("fifo"))
    assert costed.costs[4] == 200
    assert costed.cited[4] == 300
    assert costed.revalued[5] == [("A", 20)]
    assert costed.pools["A"].layers == [Layer(-1, 2, 420), Layer(3, 1, 900)]


def test_a_sale_of_before_comes_back_at_its_cost() -> None:
    costed = changed([*STORY[:3], return_in(1, 2)], "fifo", to("moving-average"))
    assert costed.costs[3] == 100
    assert left(costed) == (4, 800)


def test_retrospective_takes_the_value_of_the_new_method() -> None:
    """FIFO leaves 1 at 1.00 and 2 at 3.00 = 7.00; the average would have left 3 at 2.00 = 6.00."""
    costed = changed(STORY, "fifo", to("moving-average", is_retrospective=True))
    assert costed.costs == [200, 600, 100, 200]
    assert costed.switched == [(0, "A", 700, 600)]
    assert left(costed) == (2, 400)


def test_retrospective_to_layers() -> None:
    costed = changed(STORY, "moving-average", to("fifo", is_retrospective=True))
    assert costed.costs == [200, 600, 200, 100]
    assert costed.switched == [(0, "A", 600, 700)]
    assert costed.pools["A"].layers == [Layer(1, 2, 600)]


def test_there_and_back() -> None:
    """Two changes: the second one starts from what the first one left."""
    lines = [*STORY, receive(1, 100), issue(1)]
    costed = changed(lines, "fifo", to("moving-average"), to("fifo", 4))
    assert costed.costs[3:] == [233, 100, 234]  # 4.67 for two: 2.335
    costed = changed(lines, "fifo", to("moving-average"), to("fifo", 4, is_retrospective=True))
    assert costed.switched == [(1, "A", 467, 600)]
    assert costed.costs[5] == 300


def test_a_shortage_survives() -> None:
    """Two short at 1.00; the new policy fills them at 1.50, gap 1.00."""
    lines = [receive(1, 100), issue(3), receive(4, 600), issue(1)]
    costed = changed(
        lines, "fifo", Switch(2, "P", CostPolicy("moving-average", negative="provisional")),
        negative="provisional",
    )  # fmt: skip
    assert [up.amount for up in costed.true_ups] == [100]
    assert left(costed) == (1, 150)


def test_another_item_is_untouched() -> None:
    lines = [
        *STORY[:3],
        receive(1, 100, "Q", "Q"),
        receive(1, 300, "Q", "Q"),
        issue(1, "Q", item="Q"),
    ]
    policies = {"P": CostPolicy("fifo"), "Q": CostPolicy("fifo")}
    setting = Setting(switches=[to("moving-average", 5)])
    assert cost(lines, policies, setting=setting).costs[5] == 100


@pytest.mark.parametrize("is_retrospective", [False, True])
def test_pools_are_joined(is_retrospective: bool) -> None:
    """2 at 1.00 in A and 2 at 3.00 in B become one pool: the next one costs 2.00."""
    lines = [receive(2, 200), receive(2, 600, "B"), issue(1, "P")]
    joined = to("moving-average", 2, pools={"A": "P", "B": "P"}, is_retrospective=is_retrospective)
    costed = changed(lines, "moving-average", joined)
    assert costed.costs[2] == 200
    assert left(costed, "P") == (3, 600)
    assert left(costed) == left(costed, "B") == (0, 0)
    assert costed.switched == [(0, "A", 200, 0), (0, "B", 600, 0), (0, "P", 0, 800)]


def test_late_value_finds_goods_in_the_joined_pool() -> None:
    lines = [receive(2, 200), receive(2, 600, "B"), revalue(100, 0)]
    for method in ("fifo", "moving-average"):
        costed = changed(lines, method, to(method, 2, pools={"A": "P", "B": "P"}))
        assert costed.revalued[2] == [("P", 100)], method


def test_a_joined_pool_pays_its_debts() -> None:
    """One short in A at 1.00, B has 2 at 3.00: one fills the gap, 2.00 more."""
    lines = [receive(1, 100), issue(2), receive(2, 600, "B"), issue(1, "P")]
    policy = CostPolicy("fifo", negative="provisional")
    costed = changed(
        lines, "fifo", Switch(3, "P", policy, pools={"A": "P", "B": "P"}), negative="provisional"
    )
    assert costed.switched == [(0, "A", -100, 0), (0, "B", 600, 0), (0, "P", 0, 300)]
    assert left(costed, "P") == (0, 0)
    assert not costed.true_ups


def test_a_pool_is_divided() -> None:
    """3 of 4.01 to B (3.01 by half up), the rest to C."""
    lines = [receive(4, 401), issue(1, "B"), move(1, "C", "B")]
    splits = {"A": (("B", 3), ("C", 1))}
    costed = changed(lines, "moving-average", to("moving-average", 1, splits=splits))
    assert costed.switched == [(0, "A", 401, 0), (0, "B", 0, 301), (0, "C", 0, 100)]
    assert costed.costs[1:] == [100, 100]
    costed = changed([receive(2, 200), receive(2, 600)], "fifo", to("fifo", 2, splits=splits))
    assert left(costed, "B") == (3, 500)
    assert left(costed, "C") == (1, 300)


def test_a_change_after_the_last_line_counts_too() -> None:
    costed = changed(STORY[:3], "fifo", to("moving-average", 3, is_retrospective=True))
    assert left(costed) == (3, 600)
    assert changed([], "fifo", to("moving-average", 0)).costs == []


def test_items_changed_together_are_replayed_together() -> None:
    """P by FIFO made Q of 1 at 1.00; by the average it would have been of 1 at 2.00."""
    lines = [receive(2, 200), receive(2, 600), consume(1), produce(1), issue(1)]
    policies = {"P": CostPolicy("fifo"), "Q": CostPolicy("fifo")}
    both = [Switch(4, item, CostPolicy("moving-average"), True) for item in "PQ"]
    costed = cost(lines, policies, setting=Setting(switches=both))
    assert costed.switched == [(0, "A", 700, 600), (1, "Q", 100, 200)]
    assert costed.costs == [200, 600, 100, 100, 200]
    alone = cost(lines, policies, setting=Setting(switches=both[:1]))
    assert alone.switched == [(0, "A", 700, 600)]
    assert left(alone, "Q") == (1, 100)


def test_two_changes_of_an_item_at_once() -> None:
    """The second one starts from what the first one left."""
    costed = changed(STORY, "fifo", to("moving-average", is_retrospective=True), to("lifo"))
    assert costed.switched == [(0, "A", 700, 600)]
    assert costed.pools["A"].layers == [Layer(-1, 2, 400)]


@pytest.mark.req("CO-11")
def test_what_a_retrospective_change_restated_of_a_receipt() -> None:
    """One left at 1.00 by FIFO; by the average one at 2.00 would have: of the 2 + 2 at 1.00 and
    3.00 three at 2.00 stay, pro rata one or two of each at 0.75 x 2.00 and 0.75 x 6.00.
    """
    costed = changed(STORY[:3], "fifo", to("moving-average", 3, is_retrospective=True))
    assert (costed.costs[2], left(costed)) == (100, (3, 600))
    first, second = (flows_into(costed, STORY[:3], at) for at in (0, 1))
    assert first.lines == [Flow(2, 1, 100, -1)]
    assert second.lines == []
    assert (first.on_hand[1], second.on_hand[1]) == (150, 450)
    assert (first.restated[1], second.restated[1]) == (150 - 100, 450 - 600)
    assert first.restated[0] + second.restated[0] == 0
    assert sum(flows.on_hand[0] for flows in (first, second)) == 3


@pytest.mark.req("CO-11")
def test_goods_that_came_back_are_those_that_the_new_policy_would_have_sold() -> None:
    """Two of 2 at 1.00 and 2 at 3.00 leave by FIFO and come back at 1.00. By LIFO the two at 3.00
    would have left and come back: on hand is each receipt as it came.
    """
    lines = [receive(2, 200), receive(2, 600), issue(2), return_in(2, 2), issue(1)]
    costed = changed(lines, "fifo", to("lifo", 4, is_retrospective=True))
    assert (costed.costs[4], left(costed)) == (300, (3, 500))
    first, second = (flows_into(costed, lines, at) for at in (0, 1))
    assert first.lines == [Flow(2, 2, 200, -1), Flow(3, 2, 200, 1, 2)]
    assert (first.on_hand, first.restated) == ((2, 200), (0, 0))
    assert second.lines == [Flow(4, 1, 300, -1, 3)]
    assert (second.on_hand, second.restated) == ((1, 300), (0, 0))
    node = explain_line(costed, lines, 4)
    for line, role in ((3, "returned"), (2, "issued"), (1, "receipt")):
        (node,) = node.children
        assert node[:4] == (line, role, 1, 300)
    assert explain_line(costed, lines, 3).children[0].children[0][:4] == (0, "receipt", 2, 200)


@pytest.mark.req("CO-11")
def test_goods_that_pay_the_debts_of_a_joined_pool_are_restated() -> None:
    """B's 2 at 3.00: one fills what A owes, at the change; the other leaves after it."""
    lines = [receive(1, 100), issue(2), receive(2, 600, "B"), issue(1, "P")]
    policy = CostPolicy("fifo", negative="provisional")
    joined = Switch(3, "P", policy, pools={"A": "P", "B": "P"})
    costed = changed(lines, "fifo", joined, negative="provisional")
    flows = flows_into(costed, lines, 2)
    assert flows.lines == [Flow(3, 1, 300, -1)]
    assert (flows.on_hand, flows.restated) == ((0, 0), (-1, -300))
    assert flows_into(costed, lines, 0).restated == (0, 0)


@pytest.mark.req("CO-06")
def test_lines_before_a_change_are_costed_once_though_a_later_order_ties_their_items() -> None:
    """Y only comes and goes before P's policy changes; the order that ties it to X comes after.
    20 of Y for 30.00 are 1.50 each: 5 leave at 7.50, one goes into the order at 1.50.
    """
    lines = [
        receive(10, 1000, "X", "X"), consume(2, "W0", "X")._replace(item="X"),
        receive(10, 1000, "Y", "Y"), receive(10, 2000, "Y", "Y"), issue(5, "Y", item="Y"),
        receive(1, 100),
        consume(1, "W1", "X")._replace(item="X"), consume(1, "W1", "Y")._replace(item="Y"),
    ]  # fmt: skip
    switch = to("fifo", 6, is_retrospective=True)
    setting = Setting(periods={"month": [0, 6]}, switches=[switch])
    costed = both_ways(lines, CostPolicy("periodic-average"), setting)
    assert costed.costs == [1000, 200, 1000, 2000, 750, 100, 100, 150]
    assert left(costed, "Y") == (14, 2100)


def test_goods_bought_above_standard_go_back_for_less_than_their_variance() -> None:
    """10 at 10.00 against standard 5.00, then first in first out: of 4, for which the supplier
    credits 2.51, 20.00 never came into stock, so they take nothing out of it.
    """
    lines = [receive(10, 10_000), return_out(4, 0)._replace(value=251)]
    standards = Setting(standards={0: 5000}, switches=[to("fifo", 1)])
    costed = both_ways(lines, CostPolicy("standard"), standards)
    assert (costed.costs[1], costed.cited[1]) == (0, 251)
    assert costed.pools["A"].layers == [Layer(-1, 6, 5000)]
