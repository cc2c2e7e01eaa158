"""Late value follows goods that were used up: into open orders, products, other pools."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invledger.costing import Costed, CostLine, Kind, Setting, cost
from invledger.model import CostPolicy
from tests.costing.lines import (
    both_ways,
    consume,
    hand_back,
    issue,
    left,
    move,
    produce,
    receive,
    return_in,
    revalue,
)

pytestmark = pytest.mark.req("CO-08", "CO-09")


def run(lines: list[CostLine], method: str, setting: Setting | None = None) -> Costed:
    return both_ways(lines, CostPolicy(method), setting)


@pytest.mark.parametrize("method", ["fifo", "moving-average", "periodic-average"])
def test_into_an_order_that_is_still_open(method: str) -> None:
    """10.00 late on 10 pieces: 4 are here, 4 in the order, 2 sold. The product costs 44.00."""
    lines = [receive(10, 10_000), consume(4), issue(2), revalue(1000, 0), produce(4)]
    setting = Setting(periods={"month": (0, 3)})
    costed = run(lines, method, setting)
    assert costed.costs[3:] == [400, 4400]
    assert costed.followed == {3: [("W1", 400)]}
    assert costed.cited[3] == 200
    assert left(costed) == (4, 4400)
    assert left(costed, "Q") == (4, 4400)


@pytest.mark.parametrize("method", ["fifo", "moving-average", "periodic-average"])
def test_onto_the_product_as_far_as_that_is_here(method: str) -> None:
    """All 10 used up; half of the product is sold: 5.00 on the rest, 5.00 expensed."""
    lines = [
        receive(10, 10_000), consume(10), produce(4), issue(2, "Q", item="Q"), revalue(1000, 0),
    ]  # fmt: skip
    costed = run(lines, method, Setting(periods={"month": (0, 4)}))
    assert costed.costs[4] == 500
    assert costed.revalued[4] == [("Q", 500)]
    assert costed.cited[4] == 500
    assert left(costed, "Q") == (2, 5500)


def test_output_that_was_taken_back_never_was() -> None:
    """4 bought, 4 made and unmade, 2 sold: of 1.00 late on the 4 half is on hand, half is sold,
    nothing is in the order, which holds its 20.00 again.
    """
    lines = [
        receive(4, 400, "Q", "Q"), receive(10, 2000), consume(10), produce(4),
        CostLine(Kind.CONSUME, "Q", 4, "Q", "", None, 3, "W1"), issue(2, "Q", item="Q"),
        revalue(100, 0)._replace(item="Q"),
    ]  # fmt: skip
    costed = run(lines, "moving-average")
    assert costed.costs[4:6] == [2000, 200]
    assert (costed.costs[6], costed.cited[6]) == (50, 50)
    assert (costed.followed, costed.orders) == ({}, {"W1": 2000})
    assert left(costed, "Q") == (2, 250)


def test_through_a_chain_of_products() -> None:
    """P in Q, Q in R: what is left of R takes it, two levels up."""
    lines = [
        receive(10, 10_000), consume(10), produce(5),
        CostLine(Kind.CONSUME, "Q", 5, "Q", "", None, -1, "W2"),
        CostLine(Kind.PRODUCE, "R", 2, "", "R", None, -1, "W2"), issue(1, "R", item="R"),
        revalue(1000, 0),
    ]  # fmt: skip
    costed = run(lines, "fifo")
    assert costed.revalued[6] == [("R", 500)]
    assert costed.cited[6] == 500


def test_what_was_handed_back_is_on_hand() -> None:
    """6 consumed, 2 of them back: 4 in the order, 4 and 2 on hand, which are sold first in."""
    lines = [receive(10, 10_000), consume(6), hand_back(2, 1), revalue(1000, 0)]
    costed = run(lines, "fifo")
    assert costed.followed == {3: [("W1", 400)]}
    assert costed.costs[3] == 600
    assert [layer.value for layer in costed.pools["A"].layers] == [4400, 2200]


def test_to_another_pool_of_an_average() -> None:
    """6 of 10 moved on, 3 of them sold there: 4.00 here, 3.00 there, 3.00 expensed."""
    lines = [receive(10, 10_000), move(6), issue(3, "B"), revalue(1000, 0)]
    costed = run(lines, "moving-average")
    assert costed.revalued[3] == [("A", 400), ("B", 300)]
    assert costed.cited[3] == 300


def test_what_came_back_from_a_customer_is_on_hand() -> None:
    """8 of 10 sold and 4 of them back, as a layer of their own: 2.00 and 4.00 on hand."""
    lines = [receive(10, 10_000), issue(8), return_in(4, 1), revalue(1000, 0)]
    costed = run(lines, "fifo")
    assert (costed.costs[3], costed.cited[3]) == (600, 400)
    assert [layer.value for layer in costed.pools["A"].layers] == [2200, 4400]


@pytest.mark.parametrize("returned", [return_in(5, 1), hand_back(5, 1)])
def test_an_average_counts_once_what_came_back(returned: CostLine) -> None:
    """All 10 left and 5 came back to the average: 5.00 on hand, whatever moves later."""
    gone = issue(10) if returned.kind == Kind.RETURN_IN else consume(10)
    lines = [receive(10, 10_000), gone, returned, revalue(1000, 0), move(5)]
    for count in (4, 5):
        costed = run(lines[:count], "moving-average")
        assert costed.costs[3] == 500
        assert costed.followed == ({3: [("W1", 500)]} if gone.order else {})


def test_an_average_follows_what_came_back_elsewhere() -> None:
    """All 10 sold, 5 of them back in another pool: 5.00 there, 5.00 expensed."""
    lines = [receive(10, 10_000), issue(10), return_in(5, 1, "B"), revalue(1000, 0)]
    costed = run(lines, "moving-average")
    assert costed.revalued[3] == [("B", 500)]
    assert costed.cited[3] == 500


def test_a_period_average_counts_what_came_back_since_it_opened() -> None:
    """10 sold in the first period, 5 back in the second: none in its opening, 5.00 follows."""
    lines = [receive(10, 10_000), issue(10), return_in(5, 1), revalue(1000, 0), issue(1)]
    costed = run(lines, "periodic-average", Setting(periods={"month": (0, 2)}))
    assert (costed.costs[3], costed.cited[3]) == (500, 500)
    assert costed.costs[4] == 1100


@pytest.mark.req("CO-07")
def test_a_charge_shared_with_a_periodic_item_changes_nothing_else() -> None:
    """P (average) is costed with Q's period, for a charge is shared, R by itself: late value on
    P finds what moved on before it.
    """
    lines = [
        CostLine(Kind.RECEIVE, "R", 5, "", "R", 500, -1, ""),
        CostLine(Kind.RECEIVE, "Q", 5, "", "Q", 500, -1, ""),
        receive(10, 10_000), move(6), revalue(1000, 2),
        CostLine(Kind.REVALUE, "", 0, "", "", 20, 1, ""),
    ]  # fmt: skip
    policies = {"P": CostPolicy("moving-average"), "Q": CostPolicy("periodic-average")}
    setting = Setting(
        periods={"month": (0,)}, citations={5: ((1, 10), (2, 10))}, treats={5: "on-hand-share"}
    )
    for kept in (True, False):
        costed = cost(lines, policies, setting=setting, provenance=kept)
        assert costed.revalued[4] == [("A", 400), ("B", 600)]


def test_a_treatment_says_it_is_not_to_follow() -> None:
    lines = [receive(10, 10_000), consume(4), revalue(1000, 0), produce(4)]
    costed = run(lines, "fifo", Setting(treats={2: "remaining-share"}))
    assert (costed.costs[2], costed.cited[2], costed.followed) == (600, 400, {})


def test_a_credit_takes_no_more_than_is_in_the_order() -> None:
    """30 % of the order's material is credited twice over: it ends at nothing, not below."""
    lines = [receive(10, 1000), consume(10), revalue(-1500, 0)]
    costed = run(lines, "fifo")
    assert costed.followed == {2: [("W1", -1000)]}
    assert costed.cited[2] == -500
    assert costed.orders == {"W1": 0}


def test_a_settlement_follows_into_the_next_order() -> None:
    """4 made at an estimate of 10.00 each, 2 of them in another order: each really costs 12.50."""
    lines = [
        receive(5, 5000), consume(5), produce(4, 4000),
        CostLine(Kind.CONSUME, "Q", 2, "Q", "", None, -1, "W2"),
        CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1"),
    ]  # fmt: skip
    costed = run(lines, "fifo", Setting(estimates=frozenset({2})))
    assert costed.costs[4] == 500
    assert costed.followed == {4: [("W2", 500)]}
    assert costed.cited[4] == 0
    assert costed.orders == {"W1": 0, "W2": 2500}


@st.composite
def works(draw: st.DrawFn) -> list[CostLine]:
    """Receipts, orders, sales and late value, in any mixture; some have no orders or moves."""
    lines = [receive(50, draw(st.integers(100, 9999)))]
    is_trade = draw(st.booleans())
    for _ in range(draw(st.integers(1, 14))):
        quantity, order = draw(st.integers(1, 6)), draw(st.sampled_from(["W1", "W2", "W3"]))
        sold = [at for at, line in enumerate(lines) if line.kind == Kind.ISSUE]
        trade = [
            receive(quantity, quantity * 31), issue(quantity),
            revalue(draw(st.integers(-300, 900)), 0),
            *[return_in(1, at, pool) for at in sold for pool in "AB" if lines[at].item == "P"],
        ]  # fmt: skip
        work = [
            consume(quantity, order), hand_back(1, len(lines) - 1, order),
            produce(quantity, None, order), issue(quantity, "Q", item="Q"),
            CostLine(Kind.CONSUME, "Q", quantity, "Q", "", None, -1, order), move(quantity),
        ]  # fmt: skip
        lines.append(draw(st.sampled_from(trade if is_trade else [*trade, *work])))
    return lines


@settings(max_examples=200)
@given(works(), st.sampled_from(["fifo", "moving-average", "periodic-average", "lifo"]))
def test_late_value_is_neither_lost_nor_doubled(lines: list[CostLine], method: str) -> None:
    costed = run(lines, method, Setting(periods={"month": (0, len(lines) // 2)}))
    for at, line in enumerate(lines):
        if line.kind == Kind.REVALUE:
            stock = sum(value for _, value in costed.revalued.get(at, ()))
            orders = sum(value for _, value in costed.followed.get(at, ()))
            assert costed.costs[at] == stock
            assert stock + orders + costed.cited[at] == line.value
    came = sum(c for c, line in zip(costed.costs, lines, strict=True)
               if line.kind in (Kind.RECEIVE, Kind.RETURN_IN))  # fmt: skip
    late = sum((line.value or 0) - costed.cited[at] for at, line in enumerate(lines)
               if line.kind == Kind.REVALUE)  # fmt: skip
    gone = sum(c for c, line in zip(costed.costs, lines, strict=True) if line.kind == Kind.ISSUE)
    gone += sum(one.amount for one in costed.true_ups if not one.order)
    there = sum(state.value for state in costed.pools.values()) + sum(costed.orders.values())
    assert came + late == gone + there


@pytest.mark.req("CO-07", "FIN-03")
@settings(max_examples=200)
@given(works(), st.sampled_from(["fifo", "moving-average", "lifo", "specific"]), st.data())
def test_what_comes_later_changes_no_cost(
    lines: list[CostLine], method: str, data: st.DataObject
) -> None:
    """The first lines cost the same without the others, so stock agrees with books on any day."""
    policies = {item: CostPolicy(method) for item in "PQ"}
    count = data.draw(st.integers(1, len(lines)))
    whole, first = cost([*lines, move(1)], policies), cost(lines[:count], policies)
    assert first.costs == whole.costs[:count]
    for field in ("cited", "revalued", "followed"):
        known = getattr(whole, field)
        assert getattr(first, field) == {at: known[at] for at in known if at < count}, field


@pytest.mark.req("CO-07")
@settings(max_examples=200)
@given(
    works(),
    works(),
    *[st.sampled_from(["fifo", "moving-average", "periodic-average", "lifo"])] * 2,
    st.booleans(),
)
def test_other_items_change_no_cost(
    lines: list[CostLine], others: list[CostLine], method: str, other: str, is_tied: bool
) -> None:
    """Two sets of items, the other of another method behind the first: each costs as alone. A
    charge of nothing over both changes nothing, though it ties them in a period's evaluation.
    """
    words = str.maketrans("PQ", "RS")
    behind = [
        line._replace(
            item=line.item.translate(words),
            source=line.source and f"other {line.source}",
            target=line.target and f"other {line.target}",
            order=line.order and f"other {line.order}",
            cites=line.cites if line.cites < 0 else line.cites + len(lines),
        )
        for line in others
    ]
    both = [*lines, *behind]
    alone = Setting(periods={"month": (0,)})
    setting = alone
    if is_tied:
        onto = {len(both): ((0, 0), (len(lines), 0))}
        setting = Setting(periods={"month": (0,)}, citations=onto, treats={len(both): "recost"})
        both.append(CostLine(Kind.REVALUE, "", 0, "", "", 0, 0, ""))
    first, second = (dict.fromkeys("PQRS", CostPolicy(one)) for one in (method, other))
    policies = {item: first[item] if item in "PQ" else second[item] for item in "PQRS"}
    costs = [*cost(lines, first, setting=alone).costs, *cost(others, second, setting=alone).costs]
    assert cost(both, policies, setting=setting).costs[: len(costs)] == costs
