"""Does a kernel agree with the oracle? Used on the real kernel and on the mutants made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from invledger.model import CostPolicy
from tests.oracle.exact import ORACLES, Line

Cost = Callable[..., Any]


def disagreement(
    cost: Cost, record: Callable[..., Any], lines: Sequence[Line], method: str
) -> str:
    """The first difference between kernel and oracle, by both paths of the kernel, or ''."""
    rows = [record(*line) for line in lines]
    expected = ORACLES[method](lines)
    left = {key: amounts for key, amounts in expected.left.items() if amounts[0]}
    for provenance in (False, True):
        got = cost(rows, {"P": CostPolicy(method)}, provenance=provenance)
        if got.troubles:
            return f"troubles {got.troubles}"
        if got.costs != expected.costs:
            at = next(n for n, c in enumerate(expected.costs) if got.costs[n] != c)
            return f"line {at} {lines[at]}: kernel {got.costs[at]}, oracle {expected.costs[at]}"
        layers = {
            (key, origin): (quantity, value)
            for key, state in got.pools.items()
            for origin, quantity, value in state.layers
        }
        if layers != left:
            return f"kernel leaves {layers}, oracle {left}"
    return ""
