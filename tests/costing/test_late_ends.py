"""Where late value ends: twelve products on, at its own order, at goods that have nothing left to
give; and what one line of it leaves to the next.
"""

from __future__ import annotations

import pytest

from invledger.costing import (
    Costed,
    CostLine,
    Kind,
    Layer,
    Node,
    Setting,
    Switch,
    explain_line,
    flows_into,
)
from invledger.costing.following import DEPTH_MAX
from invledger.costing.revaluing import spots_of
from invledger.costing.run import Run
from invledger.model import CostPolicy
from tests.costing.lines import (
    add,
    both_ways,
    codes,
    consume,
    issue,
    left,
    produce,
    receive,
    revalue,
    run_of,
)

pytestmark = pytest.mark.req("CO-08")

OWN = CostLine(Kind.CONSUME, "Q", 1, "Q", "", None, -1, "W1")  # of what W1 made itself
SETTLE = CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1")
TWO = [receive(2, 200), receive(2, 400)]


def run(lines: list[CostLine], method: str = "fifo", **facts: object) -> Costed:
    return both_ways(lines, CostPolicy(method), Setting(**facts))  # type: ignore[arg-type]  # facts


def chain(products: int) -> list[CostLine]:
    """Item 0 is bought and wholly made into item 1, that into item 2 …; the last is on hand."""
    lines = [receive(1, 1000, "0", "0")]
    for n in range(products):
        order = f"W{n}"
        lines += [
            CostLine(Kind.CONSUME, str(n), 1, str(n), "", None, -1, order),
            CostLine(Kind.PRODUCE, str(n + 1), 1, "", str(n + 1), None, -1, order),
        ]
    return lines


@pytest.mark.parametrize(("products", "kept"), [(1, 70), (DEPTH_MAX, 70), (DEPTH_MAX + 1, 0)])
def test_late_value_goes_on_twelve_times(products: int, kept: int) -> None:
    """And so does each further one: what follows the first does not count for the second."""
    assert DEPTH_MAX == 12
    late = [revalue(70, 0)._replace(item="0"), revalue(70, 0)._replace(item="0")]
    lines = [*chain(products), *late]
    costed = run(lines)
    assert (costed.costs[-2:], [costed.cited[len(lines) - n] for n in (2, 1)]) == (
        [kept, kept], [70 - kept, 70 - kept],
    )  # fmt: skip
    assert left(costed, str(products)) == (1, 1000 + 2 * kept)


@pytest.mark.parametrize("method", ["fifo", "lifo", "moving-average"])
def test_a_settlement_counts_what_its_order_took_of_its_output_once(method: str) -> None:
    """4 of steel for 40.00 and one of the two pieces made of it make these two: c each, where
    2 c = 40.00 + c. So the piece that is here is worth 40.00; it stood at 10.00. Undone, it does.
    """
    lines = [receive(4, 4000), consume(4), produce(2, 2000), OWN, SETTLE]
    costed = run(lines, method, estimates=frozenset({2}))
    assert (costed.costs[4], costed.cited[4], costed.followed) == (3000, 0, {})
    assert left(costed, "Q") == (1, 4000)
    undone = run([*lines, SETTLE._replace(cites=4)], method, estimates=frozenset({2}))
    assert (undone.costs[5], undone.cited[5]) == (-3000, 0)
    assert (left(undone, "Q"), undone.orders) == ((1, 1000), {"W1": 4000 + 1000 - 2000})


@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_what_was_sold_bears_its_part_of_what_went_round(method: str) -> None:
    """Of three one is sold, one went in again: 3 c = 40.00 + c, c = 20.00: of the 20.00 beyond the
    estimates half is expensed.
    """
    sold = issue(1, "Q", item="Q")
    lines = [receive(4, 4000), consume(4), produce(3, 3000), sold, OWN, SETTLE]
    costed = run(lines, method, estimates=frozenset({2}))
    assert (costed.costs[5], costed.cited[5]) == (1000, 1000)
    assert left(costed, "Q") == (1, 2000)


def test_two_outputs_cost_alike_whichever_of_them_went_round() -> None:
    """4 c = 40.00 + c: three are here for 13.33 each, of two lines."""
    lines = [receive(4, 4000), consume(4), produce(2, 2000), produce(2, 2000), OWN, SETTLE]
    costed = run(lines, estimates=frozenset({2, 3}))
    assert costed.pools["Q"].layers == [Layer(2, 1, 1333), Layer(3, 2, 2667)]


def test_output_that_went_round_whole_leaves_its_cost_to_nobody() -> None:
    """One was made and went in again: nothing says how often, and the 20.00 are expensed. One of
    two that came back out of the order before it is settled did not go round at all.
    """
    lines = [receive(2, 2000), consume(2), produce(1, 500), OWN, SETTLE]
    costed = run(lines, estimates=frozenset({2}))
    assert (costed.costs[4], costed.cited[4]) == (0, 2000)
    back = CostLine(Kind.HAND_BACK, "Q", 1, "", "Q", None, 3, "W1")
    costed = run([*lines[:2], produce(2, 500), OWN, back, SETTLE], estimates=frozenset({2}))
    assert (costed.costs[5], costed.cited[5], left(costed, "Q")) == (1500, 0, (2, 2000))


def test_of_output_at_standard_that_went_round_all_is_variance() -> None:
    """Two at 10.00 of standard, 40.00 + 10.00 went in: 30.00 are variance, once."""
    lines = [receive(4, 4000), consume(4), produce(2, 2000), OWN, SETTLE]
    policies = {"P": CostPolicy("fifo"), "Q": CostPolicy("standard")}
    setting = Setting(estimates=frozenset({2}), standards={2: 2000, 3: 1000})
    costed = both_ways(lines, policies, setting)
    assert (costed.costs[4], costed.cited[4], costed.variances[4]) == (0, 0, 3000)


def test_a_settlement_of_a_part_leaves_what_went_round_to_the_next() -> None:
    """Half of the 50.00 are taken: 5.00 beyond the estimates, of which a half is on the piece that
    is here. The other was consumed and is expensed, as long as the order goes on.
    """
    lines = [receive(4, 4000), consume(4), produce(2, 2000), OWN, SETTLE]
    costed = run(lines, estimates=frozenset({2}), portions={4: (1, 2)})
    assert (costed.costs[4], costed.cited[4]) == (250, 250)


def test_a_treatment_stays_with_what_is_left_where_other_late_value_follows() -> None:
    """4 came, 2 are in an order. 0.80 follow there by half; of 0.40 that go by what is left of the
    receipt, half is expensed.
    """
    lines = [receive(4, 400), consume(2), revalue(80, 0), revalue(40, 0)]
    costed = run(lines, treats={3: "remaining-share"})
    assert costed.followed == {2: [("W1", 40)]}
    assert (costed.costs[2:], costed.cited) == ([40, 20], {2: 0, 3: 20})
    assert costed.orders == {"W1": 240}


def test_what_goods_could_not_give_is_told() -> None:
    """Of 9.99 off the first receipt it has 2.00; of 9.00 off one place and 9.00 off the other
    there are 6.00 and 0.50. What fits leaves nothing to tell.
    """
    assert run([*TWO, revalue(-999, 0)]).unfit == {2: -799}
    assert run([*TWO, revalue(-600, -1, "A")]).unfit == {}
    lines = [*TWO, receive(1, 50, "B"), revalue(-1800, -1, "A")]
    costed = run(lines, restated={3: (("A", -900), ("B", -900))})
    assert costed.unfit == {3: -300 - 850}
    assert (left(costed), left(costed, "B")) == ((4, 0), (1, 0))


def test_late_value_that_says_no_amount_changes_nothing() -> None:
    costed = run([*TWO, revalue(None, 0)])
    assert codes(costed) == [("value-missing", 2)]
    assert (costed.costs[2], costed.cited[2], left(costed)) == (0, 0, (4, 600))


def test_a_new_unit_cost_of_one_layer_leaves_the_others_alone() -> None:
    """The two of the second receipt are to be worth 2.50 each."""
    line = CostLine(Kind.REVALUE, "P", 2, "", "", None, 1, "")
    costed = run([*TWO, line], stated={2: 500})
    assert costed.pools["A"].layers == [Layer(0, 2, 200), Layer(1, 2, 500)]
    assert costed.costs[2] == 100


def test_what_would_be_revalued_by_what_is_on_hand_or_what_is_left() -> None:
    """4 came, 3 left, 2 came into the average: on hand are 3 of 4, left of the first is 1."""
    lines = [receive(4, 400), issue(3), receive(2, 200), revalue(80, 0)]
    for treats, amount in (({}, 60), ({3: "remaining-share"}, 20)):
        state: Run = run_of(lines, CostPolicy("moving-average"), Setting(treats=treats))
        for at, line in enumerate(lines[:3]):
            pool = state.pool(at, "A")
            if line.target:
                state.bring(at, pool, line.value or 0)
            else:
                state.spend(at, state.withdraw(at, pool))
        assert [spot.amount for spot in spots_of(state, 3)] == [amount]


def test_a_settlement_by_shares_of_different_denominators() -> None:
    """12.00 over a quarter, a third, and the rest."""
    lines = [receive(1, 1200), consume(1), *(produce(1, 100) for _ in range(3)), SETTLE]
    portions = {2: (1, 4), 3: (1, 3), 4: (5, 12)}
    costed = run(lines, estimates=frozenset({2, 3, 4}), portions=portions)
    assert costed.pools["Q"].layers == [Layer(2, 1, 300), Layer(3, 1, 400), Layer(4, 1, 500)]


def test_a_settlement_without_shares_goes_by_the_estimates() -> None:
    """A by-product at nothing takes nothing of what an order cost more."""
    lines = [receive(1, 1200), consume(1), produce(3, 0), produce(1, 1000), SETTLE]
    costed = run(lines, estimates=frozenset({2, 3}))
    assert costed.pools["Q"].layers == [Layer(2, 3, 0), Layer(3, 1, 1200)]


# ── changes of policy ────────────────────────────────────────────────────────────────────────────


def test_only_the_item_that_says_so_changes_from_its_first_line_on() -> None:
    """A P was made of a Q at 1.00, first in first out. On one day Q goes over to an average from
    its first line on (the Q left is worth 2.00, not 3.00), P from that day on: it stays at 1.00.
    """
    lines = [
        receive(1, 100, "Q", "Q"), receive(1, 300, "Q", "Q"),
        CostLine(Kind.CONSUME, "Q", 1, "Q", "", None, -1, "W1"),
        CostLine(Kind.PRODUCE, "P", 1, "", "A", None, -1, "W1"), issue(1),
    ]  # fmt: skip
    average = CostPolicy("moving-average")
    changes = [Switch(4, "Q", average, is_retrospective=True), Switch(4, "P", average)]
    for order in (changes, changes[::-1]):
        costed = run(lines, switches=order)
        assert left(costed, "Q") == (1, 200)
        assert costed.costs[4] == 100
        made = explain_line(costed, lines, 4).children[0]
        assert made.children[0].children == (Node(0, "receipt", 1, 100),)


def test_late_value_over_several_receipts_is_theirs_after_a_retrospective_change() -> None:
    """0.60 onto the first receipt, 0.30 onto the second; all is on hand, before and after."""
    lines = [receive(2, 200), receive(2, 600), revalue(90, 0), add(1, "W9")]
    change = Switch(3, "P", CostPolicy("lifo"), is_retrospective=True)
    costed = run(lines, citations={2: ((0, 60), (1, 30))}, switches=(change,))
    found = flows_into(costed, lines, 0)
    assert [flow[:4] for flow in found.lines] == [(2, 0, 60, 1)]
    assert (found.on_hand, found.restated) == ((2, 260), (0, 0))


def test_goods_of_a_joined_pool_count_among_those_that_came_since() -> None:
    """Under an average, 1 of 4 is left of a receipt. 2 that came elsewhere are joined to it: of
    3 on hand they are the newest, so that 1 is left of it as before.
    """
    lines = [
        receive(4, 400), receive(2, 200, "B"), issue(3), revalue(40, 0), revalue(40, 0),
        revalue(40, 1, "A"),
    ]  # fmt: skip
    change = Switch(4, "P", CostPolicy("moving-average"), pools={"B": "A"})
    treats = dict.fromkeys((3, 4, 5), "remaining-share")
    costed = run(lines, "moving-average", treats=treats, switches=(change,))
    assert costed.costs[3:] == [10, 10, 40]


def test_goods_on_credit_leave_at_the_last_receipt_of_before_a_change() -> None:
    """2 at 1.00, then 1 at 5.00; after the change 5 are issued: 7.00, and 2 on credit at 5.00."""
    first, to = (
        CostPolicy(method, negative="provisional", estimate="last-receipt")
        for method in ("fifo", "moving-average")
    )
    lines = [receive(2, 200), receive(1, 500), issue(5)]
    costed = both_ways(lines, first, Setting(switches=(Switch(2, "P", to),)))
    assert costed.costs[2] == 700 + 1000
