"""Does a kernel agree with the oracle? Used on the real kernel and on the mutants made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from invledger.costing import Setting
from invledger.model import CostPolicy
from tests.oracle.exact import ORACLES, Answer, Line, at_standard, rounded

Cost = Callable[..., Any]


def disagreement(
    cost: Cost, record: Callable[..., Any], lines: Sequence[Line], method: str
) -> str:
    """The first difference between kernel and oracle, by both paths of the kernel, or ''."""
    return _differs(cost, [record(*line) for line in lines], method, ORACLES[method](lines))


def against_standard(
    cost: Cost, record: Callable[..., Any], lines: Sequence[Line], unit: Fraction
) -> str:
    """The same for standard cost, variances too."""
    rows = [record(*line) for line in lines]
    expected, above = at_standard(lines, unit)
    standards = {at: rounded(unit * line.quantity) for at, line in enumerate(lines)}
    setting = Setting(standards=standards)
    got = cost(rows, {"P": CostPolicy("standard")}, setting=setting).variances
    if got != above:
        return f"kernel has variances {got}, oracle {above}"
    return _differs(cost, rows, "standard", expected, setting)


def _differs(
    cost: Cost, rows: list[Any], method: str, expected: Answer, setting: Setting | None = None
) -> str:
    left = {key: amounts for key, amounts in expected.left.items() if amounts[0]}
    for provenance in (False, True):
        got = cost(rows, {"P": CostPolicy(method)}, provenance=provenance, setting=setting)
        if got.troubles:
            return f"troubles {got.troubles}"
        if got.costs != expected.costs:
            at = next(n for n, c in enumerate(expected.costs) if got.costs[n] != c)
            return f"line {at} {rows[at]}: kernel {got.costs[at]}, oracle {expected.costs[at]}"
        layers = {
            (key, origin): (quantity, value)
            for key, state in got.pools.items()
            for origin, quantity, value in state.layers
        }
        if layers != left:
            return f"kernel leaves {layers}, oracle {left}"
    return ""
