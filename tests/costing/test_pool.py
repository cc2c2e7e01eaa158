"""Dividing money and pieces so that the parts add up, whatever the proportions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invledger.costing import KernelError, Layer, PoolState, Share
from invledger.costing.conserve import _check_pool
from invledger.costing.pool import Slice, apportion, cut, cut_parts, merge_parts


def test_largest_remainder_gets_the_odd_cent() -> None:
    assert apportion([1, 1, 1], 100) == [34, 33, 33]
    assert apportion([3, 3, 1], 5) == [2, 2, 1]
    assert apportion([5, -2], 1) == [2, -1]
    assert apportion([4, -4], 0) == [0, 0]
    assert apportion([], 0) == []


@given(st.lists(st.integers(0, 500), min_size=1), st.data())
def test_parts_add_up_and_none_is_too_large(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))
    parts = apportion(weights, total)
    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


def test_a_slice_is_cut_without_loss() -> None:
    piece, rest = cut(Slice(7, 3, 100, (Share(0, 2, 60), Share(1, 1, 40))), 1)
    assert (piece.quantity, piece.value, rest.quantity, rest.value) == (1, 33, 2, 67)
    assert merge_parts((*piece.parts, *rest.parts)) == (Share(0, 2, 60), Share(1, 1, 40))


def test_parts_that_cancel_leave_a_named_residue() -> None:
    """Half of +5 and of -5 cannot carry 3 cents: they stand under origin -1, on both sides."""
    piece, rest = cut_parts((Share(0, 2, 5), Share(1, 0, -5)), 1, 3)
    assert piece == (Share(0, 1, 3), Share(1, 0, -3), Share(-1, 0, 3))
    assert rest == (Share(0, 1, 2), Share(1, 0, -2), Share(-1, 0, -3))
    assert cut_parts(rest, 1, -3) == (rest, ())
    assert cut_parts((), 1, 1) == ((), ())


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (PoolState("P", 0, 5, [Layer(0, 0, 5)]), "value 5 on no goods"),
        (PoolState("P", 2, 5, [Layer(0, 1, 5)]), "add up to quantity 2"),
        (PoolState("P", 2, 5, [Layer(0, 2, 4)]), "add up to value 5"),
        (PoolState("P", 2, 5, [Layer(0, 1, -1), Layer(1, 1, 6)]), "a cost below zero"),
    ],
)
def test_a_state_at_odds_with_itself(state: PoolState, says: str) -> None:
    with pytest.raises(KernelError, match=f"item 'P', pool 'A'.*{says}"):
        _check_pool("A", state, state.quantity, state.value)
