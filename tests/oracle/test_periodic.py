"""Periodic average against the oracle: to the cent without cycles, exactly solved with them."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from invledger.costing import CostLine, Kind, Setting, cost
from invledger.model import CostPolicy
from tests.oracle.exact import MOVE, Line
from tests.oracle.periodic import OutsideError, costs, rates
from tests.oracle.sequences import POOLS, history

pytestmark = pytest.mark.req("CO-03")

AVERAGE = CostPolicy("periodic-average")


def one_way(lines: list[Line]) -> list[Line]:
    """The same history, with every move turned to go up the alphabet; returns come home."""
    return [
        line._replace(source=line.target, target=line.source)
        if line.kind == MOVE and POOLS.index(line.source) > POOLS.index(line.target)
        else line
        for line in lines
    ]


def starts_of(seed: int, count: int) -> list[int]:
    random = Random(seed)  # noqa: S311  reproducible test data, no secret
    return [0, *sorted(random.sample(range(1, count), min(3, count - 1)))]


def agreement(seed: int, steps: int) -> bool:
    """Whether the oracle has an answer; the kernel must then have the same, on both its paths."""
    lines = one_way(history(seed, steps))
    if len(lines) < 2:
        return False
    starts = starts_of(seed, len(lines))
    rows = [CostLine(*line) for line in lines]
    got = [
        cost(
            rows, {"P": AVERAGE}, setting=Setting(periods={"month": starts}), provenance=provenance
        )
        for provenance in (False, True)
    ]
    assert got[0].costs == got[1].costs
    if got[0].troubles or got[0].true_ups:
        return False
    try:
        expected = costs(lines, starts)
    except (OutsideError, RecursionError):
        return False
    assert got[0].costs == expected
    return True


def test_to_the_cent_without_cycles() -> None:
    """Three pools, four periods, returns of goods and to suppliers."""
    answered = sum(agreement(seed, 24) for seed in range(400))
    assert answered >= 60


@pytest.mark.slow
def test_to_the_cent_without_cycles_at_length() -> None:
    assert sum(agreement(seed, 40) for seed in range(1000, 9000)) >= 500


def tangle(seed: int) -> list[Line]:
    """One period: receipts, moves to and fro, orders that use each other's product; none short."""
    random = Random(seed)  # noqa: S311  reproducible test data, no secret
    lines = []
    pools = {"P": ["A", "B", "C"], "Q": ["X", "Y"]}
    for item, names in pools.items():
        lines += [
            Line(
                Kind.RECEIVE,
                item,
                random.randint(50, 90),
                "",
                name,
                random.randint(1, 9999),
                -1,
                "",
            )
            for name in names
        ]
    for _ in range(random.randint(1, 6)):
        item = random.choice("PQ")
        source, target = random.sample(pools[item], 2)
        lines.append(Line(Kind.MOVE, item, random.randint(1, 7), source, target, None, -1, ""))
    for n in range(random.randint(0, 3)):
        order, (item, other) = f"W{n}", random.sample("PQ", 2)
        source, target = random.choice(pools[item]), random.choice(pools[other])
        lines += [
            Line(Kind.CONSUME, item, random.randint(1, 6), source, "", None, -1, order),
            Line(Kind.ADD_TO_ORDER, "", 0, "", "", random.randint(0, 500), -1, order),
            Line(Kind.PRODUCE, other, random.randint(1, 9), "", target, None, -1, order),
        ]
    for item, names in pools.items():
        lines += [
            Line(Kind.ISSUE, item, random.randint(1, 9), name, "", None, -1, "") for name in names
        ]
    return lines


def compare_tangle(seed: int) -> None:
    lines = tangle(seed)
    costed = cost(
        [CostLine(*line) for line in lines], {"P": AVERAGE, "Q": AVERAGE}, provenance=True
    )
    assert costed.troubles == []
    exact = rates(lines)
    for found in costed.rates:
        # a pool's value is off by no more than half a cent a line that came in
        assert abs(found.value - exact[found.pool] * found.base) <= len(lines)
    for line, cents in zip(lines, costed.costs, strict=True):
        if line.source:
            off = cents - exact[line.source] * line.quantity
            assert abs(off) <= len(lines) * Fraction(1, 2), (line, cents)
    came = sum(line.value or 0 for line in lines if line.kind in (Kind.RECEIVE, Kind.ADD_TO_ORDER))
    gone = sum(c for c, line in zip(costed.costs, lines, strict=True) if line.kind == Kind.ISSUE)
    assert came == gone + sum(state.value for state in costed.pools.values())
    assert set(costed.orders.values()) <= {0}


def test_cycles_are_solved_exactly() -> None:
    for seed in range(150):
        compare_tangle(seed)


@pytest.mark.slow
def test_cycles_are_solved_exactly_at_length() -> None:
    for seed in range(1000, 6000):
        compare_tangle(seed)


def to_and_fro(seed: int) -> tuple[list[CostLine], list[int]]:
    """Receipts, issues and moves between four pools, never short; often a pool ends empty."""
    random = Random(seed)  # noqa: S311  reproducible test data, no secret
    there: dict[str, int] = {}
    lines = []
    for _ in range(random.randint(2, 30)):
        name, chance = random.choice("ABCD"), random.random()
        held = there.get(name, 0)
        if chance < 0.3 or not held:
            quantity, value = random.randint(1, 9), random.randint(0, 9999)
            lines.append(CostLine(Kind.RECEIVE, "P", quantity, "", name, value, -1, ""))
            there[name] = held + quantity
            continue
        quantity = held if random.random() < 0.4 else random.randint(1, held)
        there[name] = held - quantity
        if chance < 0.6:
            lines.append(CostLine(Kind.ISSUE, "P", quantity, name, "", None, -1, ""))
        else:
            target = random.choice([other for other in "ABCD" if other != name])
            there[target] = there.get(target, 0) + quantity
            lines.append(CostLine(Kind.MOVE, "P", quantity, name, target, None, -1, ""))
    return lines, sorted(random.sample(range(len(lines) + 1), 2))


def compare_paths(seed: int) -> None:
    """Two passes a period find what the graph of lines finds, in every figure."""
    lines, starts = to_and_fro(seed)
    policy = CostPolicy("periodic-average", unit_decimals=(None, None, 1, 0)[seed % 4])
    setting = Setting(periods={"month": starts})
    quick = cost(lines, {"P": policy}, setting=setting)
    graph = cost(lines, {"P": policy}, setting=setting, provenance=True)
    assert graph.troubles == []
    for name in ("costs", "pools", "rates", "true_ups", "provisional"):
        assert getattr(quick, name) == getattr(graph, name), (seed, name)


def test_two_passes_or_a_graph_of_lines() -> None:
    for seed in range(300):
        compare_paths(seed)


@pytest.mark.slow
def test_two_passes_or_a_graph_of_lines_at_length() -> None:
    for seed in range(1000, 12_000):
        compare_paths(seed)
