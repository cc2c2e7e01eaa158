"""Whatever the lines: value is conserved, both paths agree, and the same lines give the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invledger.costing import Costed, CostLine, Kind, cost
from invledger.model import CostPolicy

STOCK = (
    Kind.RECEIVE, Kind.ISSUE, Kind.MOVE, Kind.RETURN_IN, Kind.RETURN_OUT, Kind.CONSUME,
    Kind.HAND_BACK, Kind.PRODUCE,
)  # fmt: skip
INTO = {Kind.RECEIVE, Kind.MOVE, Kind.RETURN_IN, Kind.HAND_BACK, Kind.PRODUCE}
OUT_OF = {Kind.ISSUE, Kind.MOVE, Kind.RETURN_OUT, Kind.CONSUME}
ORDERED = {Kind.CONSUME, Kind.HAND_BACK, Kind.PRODUCE, Kind.ADD_TO_ORDER, Kind.SETTLE}


@st.composite
def any_line(draw: st.DrawFn) -> CostLine:
    """Any line at all: citations may hit anything, quantities may not be there."""
    kind = draw(st.sampled_from(Kind))
    item = draw(st.sampled_from("PQ"))
    pools = [f"{item}{n}" for n in range(3)]
    value = draw(st.none() | st.integers(0, 5000))
    if kind == Kind.REVALUE:
        value = draw(st.integers(-800, 800))
    source = draw(st.sampled_from(pools)) if kind in OUT_OF else ""
    target = draw(st.sampled_from(pools)) if kind in INTO or kind == Kind.REVALUE else ""
    cites = draw(st.integers(-1, 25))
    order = draw(st.sampled_from(["W1", "W2"])) if kind in ORDERED else ""
    quantity = draw(st.integers(1, 12))
    return CostLine(kind, item, quantity, source, target, value, cites, order)


LINES = st.lists(any_line(), max_size=40)
METHODS = st.sampled_from(["fifo", "lifo", "moving-average", "specific", "standard"])
NEGATIVE = st.sampled_from(["refuse", "provisional"])


def policies(method: str, negative: str) -> dict[str, CostPolicy]:
    return {item: CostPolicy(method, negative=negative) for item in "PQ"}


def value_left(costed: Costed) -> int:
    pools = sum(state.value for state in costed.pools.values())
    return pools + sum(costed.orders.values())


@pytest.mark.req("CO-01", "CO-02", "CO-08", "CO-09")
@settings(max_examples=400)
@given(LINES, METHODS, NEGATIVE)
def test_value_is_conserved(lines: list[CostLine], method: str, negative: str) -> None:
    """In = out + left, over everything; nothing on hand means nothing in value."""
    costed = cost(lines, policies(method, negative))
    came = gone = 0
    for at, (line, amount) in enumerate(zip(lines, costed.costs, strict=True)):
        if line.kind in (Kind.RECEIVE, Kind.RETURN_IN, Kind.ADD_TO_ORDER, Kind.REVALUE):
            came += amount
        elif line.kind == Kind.SETTLE:
            gone += costed.cited.get(at, 0) + costed.variances.get(at, 0)
        elif line.kind in (Kind.ISSUE, Kind.RETURN_OUT):
            gone += amount
    gone += sum(true_up.amount for true_up in costed.true_ups if not true_up.order)
    assert came == gone + value_left(costed)
    for state in costed.pools.values():
        assert state.quantity or not state.value
        assert sum(layer.quantity for layer in state.layers) == state.quantity
        assert all(layer.quantity * layer.value >= 0 for layer in state.layers)
    assert all(value >= 0 for value in costed.orders.values())


@settings(max_examples=400)
@given(LINES, METHODS, NEGATIVE)
def test_quick_and_plain_agree(lines: list[CostLine], method: str, negative: str) -> None:
    """The quick loop decides nothing of its own; shares add up in cents and pieces."""
    quick = cost(lines, policies(method, negative))
    plain = cost(lines, policies(method, negative), provenance=True)
    assert plain.shares is not None
    for name in ("costs", "cited", "true_ups", "pools", "orders", "troubles"):
        assert getattr(quick, name) == getattr(plain, name), name
    for line, amount, shares in zip(lines, plain.costs, plain.shares, strict=True):
        assert sum(share.value for share in shares) == amount
        if line.kind in STOCK and line.kind != Kind.PRODUCE:
            assert sum(share.quantity for share in shares) == line.quantity
        assert all(share.origin < len(lines) for share in shares)


@settings(max_examples=50)
@given(LINES, METHODS)
def test_the_same_lines_give_the_same(lines: list[CostLine], method: str) -> None:
    assert cost(lines, policies(method, "refuse")) == cost(iter(lines), policies(method, "refuse"))


@settings(max_examples=100)
@given(LINES, METHODS)
def test_items_are_independent(lines: list[CostLine], method: str) -> None:
    """Lines of another item in between change no cost (orders apart, which join items)."""
    mine = [line._replace(cites=-1) for line in lines if line.item == "P" and not line.order]
    other = [line._replace(cites=-1) for line in lines if line.item == "Q" and not line.order]
    mixed = [line for pair in zip(mine, other, strict=False) for line in pair]
    mixed += mine[len(other) :]
    alone = cost(mine, policies(method, "provisional")).costs
    together = cost(mixed, policies(method, "provisional")).costs
    assert alone == [c for c, line in zip(together, mixed, strict=True) if line.item == "P"]


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 900)), min_size=1, max_size=8))
def test_equal_cost_split_of_a_receipt(receipts: list[tuple[int, int]]) -> None:
    """One receipt of 2n for 2v, or two of n for v: all that leaves together costs the same."""
    whole = [CostLine(Kind.RECEIVE, "P", 2 * n, "", "P0", 2 * v, -1, "") for n, v in receipts]
    halves = [
        CostLine(Kind.RECEIVE, "P", n, "", "P0", v, -1, "") for n, v in receipts for _ in range(2)
    ]
    out = [CostLine(Kind.ISSUE, "P", 2 * n, "P0", "", None, -1, "") for n, _ in receipts]
    for method in ("fifo", "moving-average"):
        one = cost(whole + out, policies(method, "refuse")).costs[len(whole) :]
        two = cost(halves + out, policies(method, "refuse")).costs[len(halves) :]
        assert one == two
