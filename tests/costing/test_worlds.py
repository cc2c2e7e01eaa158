"""Whatever the lines, policies and settings: nothing lost, both paths alike, shares add up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from invledger.costing import Costed, Kind, cost, explain_line, flows_into
from invledger.costing.interface import INTO_POOL
from invledger.model.wording.for_costing import COSTING
from tests.costing.histories import history
from tests.costing.test_flows import adds_up, balance_of
from tests.costing.worlds import World, any_world

pytestmark = pytest.mark.req("CO-01", "CO-02", "CO-05", "CO-06", "CO-11")
FROM_OUTSIDE = (Kind.RECEIVE, Kind.RETURN_IN, Kind.ADD_TO_ORDER, Kind.REVALUE)
SIGNED = (Kind.REVALUE, Kind.ADD_TO_ORDER, Kind.SETTLE)
BY_ORDER = (Kind.PRODUCE, Kind.HAND_BACK, Kind.CONSUME)


def of(world: World, *, provenance: bool) -> Costed:
    lines, policies, setting = world
    return cost(lines, policies, provenance=provenance, setting=setting)


def check_sums(world: World, costed: Costed) -> None:
    """In = out + left over everything; no value without goods; shares are the cost."""
    came = gone = 0
    for at, (line, amount) in enumerate(zip(world.lines, costed.costs, strict=True)):
        if line.kind in FROM_OUTSIDE:
            came += amount
        elif line.kind in (Kind.ISSUE, Kind.RETURN_OUT):
            gone += amount
        elif line.kind == Kind.SETTLE:
            gone += costed.cited.get(at, 0) + costed.variances.get(at, 0)
        elif line.kind in BY_ORDER:
            gone += costed.variances.get(at, 0)
    came += sum(after - before for _, _, before, after in costed.switched)
    gone += sum(true_up.amount for true_up in costed.true_ups if not true_up.order)
    left = sum(state.value for state in costed.pools.values()) + sum(costed.orders.values())
    assert came == gone + left
    for state in costed.pools.values():
        assert state.quantity or not state.value
        assert all(layer.quantity * layer.value >= 0 for layer in state.layers)
    for at, (line, amount) in enumerate(zip(world.lines, costed.costs, strict=True)):
        assert amount >= 0 or line.kind in SIGNED, f"line {at}"


def check_shares(costed: Costed) -> None:
    assert costed.shares is not None
    assert costed.held is not None
    for amount, shares in zip(costed.costs, costed.shares, strict=True):
        assert sum(part.value for part in shares) == amount
    for key, state in costed.pools.items():
        on_hand = [layer for layer in state.layers if layer.quantity > 0]
        assert sum(part.value for part in costed.held[key]) == sum(one.value for one in on_hand)
        assert sum(p.quantity for p in costed.held[key]) == sum(one.quantity for one in on_hand)


def check(world: World) -> None:
    quick, plain = of(world, provenance=False), of(world, provenance=True)
    for name in (
        "costs", "cited", "true_ups", "pools", "orders", "troubles", "revalued", "variances",
        "capitalised", "switched",
    ):  # fmt: skip
        assert getattr(quick, name) == getattr(plain, name), name
    check_sums(world, plain)
    check_shares(plain)


@settings(max_examples=300, deadline=None)
@given(any_world())
def test_any_policy_and_setting(world: World) -> None:
    check(world)


@settings(max_examples=300, deadline=None)
@given(any_world(switches=3))
def test_any_change_of_policy(world: World) -> None:
    check(world)


def test_long_histories() -> None:
    for seed in range(400):
        check(history(seed))


@pytest.mark.slow
def test_ten_thousand_histories() -> None:
    """N2, full: of 20 to 200 lines."""
    for seed in range(1000, 11_000):
        check(history(seed, steps=20 + seed % 181))


def test_the_histories_are_worth_it() -> None:
    """Every finding of the perpetual methods, and each of the rare figures, comes up in some."""
    codes, figures = set[str](), set[str]()
    for seed in range(300):
        costed = of(history(seed), provenance=False)
        codes |= {trouble.code for trouble in costed.troubles}
        figures |= {
            name
            for name in ("variances", "switched", "capitalised", "revalued", "true_ups", "cited")
            if getattr(costed, name)
        }
    assert codes == set(COSTING) & codes
    assert {"goods-not-named", "standard-missing", "cited-layer-short", "stock-short"} < codes
    assert len(figures) == 6


@settings(max_examples=100, deadline=None)
@given(any_world(switches=2))
def test_the_same_world_gives_the_same(world: World) -> None:
    assert of(world, provenance=True) == of(world, provenance=True)


@pytest.mark.req("CO-11")
@pytest.mark.parametrize("switches", [0, 3])
def test_every_line_is_followed_to_the_cent(switches: int) -> None:
    """What came in less what left is on hand, under any policy, setting and change of policy of
    60 histories; without a change nothing is restated.
    """
    followed = restated = 0
    for seed in range(60):
        world = history(seed, switches=switches)
        costed = of(world, provenance=True)
        for at, line in enumerate(world.lines):
            if line.kind in INTO_POOL | {Kind.ISSUE} - {Kind.MOVE} and line.quantity:
                flows = flows_into(costed, world.lines, at)
                assert balance_of(costed, world.lines, at) == flows.on_hand, f"{seed} {at}"
                followed += 1
                restated += flows.restated != (0, 0)
    assert followed > 500
    assert (restated > 10) == (switches > 0)


@pytest.mark.req("CO-11")
def test_every_tree_of_a_history_adds_up() -> None:
    for seed in range(40):
        world = history(seed)
        costed = of(world, provenance=True)
        for at in range(len(world.lines)):
            adds_up(explain_line(costed, world.lines, at), world.lines)
