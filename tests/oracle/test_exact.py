"""The kernel equals an independent oracle in exact fractions, line by line and layer by layer."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from invledger.costing import CostLine, cost
from tests.oracle.exact import ISSUE, MOVE, ORACLES, RECEIVE, RETURN_IN, RETURN_OUT, Line
from tests.oracle.judge import against_standard, disagreement
from tests.oracle.sequences import history, named_history

METHODS = [method for method in sorted(ORACLES) if method != "specific"]
PERPETUAL = [*sorted(ORACLES), "standard"]


@pytest.mark.req("CO-01", "CO-02")
@pytest.mark.parametrize("method", METHODS)
def test_random_histories(method: str) -> None:
    """500 seeded histories with moves, returns and late entries."""
    for seed in range(500):
        wrong = disagreement(cost, CostLine, history(seed), method)
        assert not wrong, f"seed {seed}: {wrong}"


@pytest.mark.slow
@pytest.mark.req("CO-01", "CO-02")
@pytest.mark.parametrize("method", METHODS)
def test_many_random_histories(method: str) -> None:
    """5,000 longer histories."""
    for seed in range(1000, 6000):
        wrong = disagreement(cost, CostLine, history(seed, steps=60), method)
        assert not wrong, f"seed {seed}: {wrong}"


@pytest.mark.req("CO-05")
def test_random_histories_by_name() -> None:
    """Specific identification: 300 histories in which every line names its receipt."""
    for seed in range(300):
        wrong = disagreement(cost, CostLine, named_history(seed), "specific")
        assert not wrong, f"seed {seed}: {wrong}"


@pytest.mark.req("CO-05")
def test_random_histories_at_standard() -> None:
    """Standard cost, whole cents and fractions of a cent a unit."""
    for seed in range(300):
        wrong = against_standard(cost, CostLine, history(seed), Fraction(100 + seed % 90, 7))
        assert not wrong, f"seed {seed}: {wrong}"


@pytest.mark.slow
@pytest.mark.req("CO-05")
def test_many_random_histories_by_name_and_at_standard() -> None:
    for seed in range(1000, 6000):
        wrong = disagreement(cost, CostLine, named_history(seed, steps=60), "specific")
        unit = Fraction(seed % 997, seed % 7 + 1)
        wrong = wrong or against_standard(cost, CostLine, history(seed, steps=60), unit)
        assert not wrong, f"seed {seed}: {wrong}"


def test_the_histories_are_worth_it() -> None:
    """They hold every kind, and a good share of late, fractional and emptying lines."""
    kinds = {line.kind for seed in range(50) for line in history(seed)}
    assert kinds == {RECEIVE, ISSUE, MOVE, RETURN_IN, RETURN_OUT}
    assert sum(len(history(seed)) for seed in range(50)) > 1000


STEPS = (
    Line(RECEIVE, "P", 1, "", "A", 100, -1, ""),
    Line(RECEIVE, "P", 3, "", "A", 1000, -1, ""),
    Line(ISSUE, "P", 1, "A", "", None, -1, ""),
    Line(ISSUE, "P", 3, "A", "", None, -1, ""),
    Line(MOVE, "P", 2, "A", "B", None, -1, ""),
    Line(MOVE, "P", 1, "B", "A", None, -1, ""),
    Line(RETURN_IN, "P", 1, "", "A", None, -2, ""),  # of the last issue
    Line(RETURN_OUT, "P", 1, "A", "", None, -3, ""),  # of the first receipt
)


def possible(steps: tuple[Line, ...]) -> list[Line] | None:
    """The steps with their citations filled in, or None where they cannot happen."""
    stock, lines = {"A": 0, "B": 0}, list[Line]()
    for step in steps:
        line = step
        if step.cites < -1:
            kind = ISSUE if step.cites == -2 else RECEIVE
            found = [n for n, earlier in enumerate(lines) if earlier.kind == kind]
            back = sum(line.quantity for line in lines if line.kind == step.kind)
            if not found:
                return None
            n = found[-1] if kind == ISSUE else found[0]
            if back >= lines[n].quantity:
                return None
            line = step._replace(cites=n)
        if line.source:
            stock[line.source] -= line.quantity
            if stock[line.source] < 0:
                return None
        if line.target:
            stock[line.target] += line.quantity
        lines.append(line)
    return lines


@pytest.mark.req("CO-01", "CO-02")
@pytest.mark.parametrize("method", METHODS)
def test_every_short_history(method: str) -> None:
    """All sequences of up to four steps out of eight."""
    tried = 0
    for length in range(1, 5):
        for steps in product(STEPS, repeat=length):
            lines = possible(steps)
            if lines:
                tried += 1
                wrong = disagreement(cost, CostLine, lines, method)
                assert not wrong, f"{steps}: {wrong}"
    assert tried > 300
