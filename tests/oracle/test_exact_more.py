"""N4 for the other methods: the kernel equals slow oracles in exact fractions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from random import Random

import pytest

from invledger.costing import Costed, CostLine, Setting, cost
from invledger.model import CostPolicy
from tests.oracle.exact import ISSUE, RECEIVE, RETURN_IN, RETURN_OUT, Line, rounded
from tests.oracle.exact_more import (
    ADD,
    CONSUME,
    HAND_BACK,
    PRODUCE,
    lifo,
    monthly,
    named,
    production,
)
from tests.oracle.sequences import history

STRAIGHT = (RECEIVE, RECEIVE, ISSUE, ISSUE)


def layers(costed: Costed) -> dict[tuple[str, int], tuple[int, int]]:
    return {
        (key, layer.origin): (layer.quantity, layer.value)
        for key, state in costed.pools.items()
        for layer in state.layers
    }


def check_layers(method: str, lines: list[Line], seed: int) -> None:
    rows = [CostLine(*line) for line in lines]
    expected = lifo(lines) if method == "lifo" else named(lines)
    left = {key: amounts for key, amounts in expected.left.items() if amounts[0]}
    for provenance in (False, True):
        costed = cost(rows, {"P": CostPolicy(method)}, provenance=provenance)
        codes = {trouble.code for trouble in costed.troubles} - {"goods-not-named"}
        assert not codes, f"seed {seed}: {costed.troubles}"
        assert costed.costs == expected.costs, f"seed {seed}"
        assert layers(costed) == left, f"seed {seed}"


def naming(seed: int, steps: int) -> list[Line]:
    """A history in which every issue names a receipt that still has enough."""
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    lines: list[Line] = []
    there: Counter[tuple[str, int]] = Counter()
    for _ in range(steps):
        full = [key for key, quantity in there.items() if quantity]
        if not full or random.random() < 0.45:
            pool, quantity = random.choice("AB"), random.randint(1, 9)
            there[pool, len(lines)] = quantity
            value = random.randint(0, 1000)
            lines.append(Line(RECEIVE, "P", quantity, "", pool, value, -1, ""))
            continue
        pool, receipt = random.choice(full)
        quantity = random.randint(1, there[pool, receipt])
        there[pool, receipt] -= quantity
        kind = random.choice((ISSUE, ISSUE, RETURN_OUT))
        if kind == RETURN_OUT and there[pool, receipt] + quantity < lines[receipt].quantity:
            kind = ISSUE
        lines.append(Line(kind, "P", quantity, pool, "", None, receipt, ""))
    return lines


def making(seed: int, steps: int) -> list[Line]:
    """P is bought, fed to orders, handed back; Q comes out with all that is left in its order."""
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    lines: list[Line] = []
    stock: Counter[str] = Counter()
    fed: dict[int, int] = {}  # CONSUME line -> what of it may still come back
    done = set[str]()
    for _ in range(steps):
        order, kind = f"W{random.randint(1, 4)}", random.choice((1, 1, 2, 6, 6, 6, 7, 8, 9))
        quantity = random.randint(1, 9)
        if kind == RECEIVE:
            lines.append(Line(1, "P", quantity, "", "P", random.randint(0, 999), -1, ""))
            stock["P"] += quantity
        elif kind == ISSUE and stock["Q"]:
            quantity = min(quantity, stock["Q"])
            lines.append(Line(2, "Q", quantity, "Q", "", None, -1, ""))
            stock["Q"] -= quantity
        elif order in done:
            continue
        elif kind == CONSUME and stock["P"]:
            quantity = min(quantity, stock["P"])
            fed[len(lines)] = quantity
            lines.append(Line(CONSUME, "P", quantity, "P", "", None, -1, order))
            stock["P"] -= quantity
        elif kind == ADD:
            lines.append(Line(ADD, "", 0, "", "", random.randint(0, 500), -1, order))
        elif kind == HAND_BACK:
            mine = [n for n, left in fed.items() if left and lines[n].order == order]
            made = any(row.kind == PRODUCE and row.order == order for row in lines)
            if mine and not made:
                n = random.choice(mine)
                quantity = min(quantity, fed[n])
                fed[n] -= quantity
                lines.append(Line(HAND_BACK, "P", quantity, "", "P", None, n, order))
                stock["P"] += quantity
        elif kind == PRODUCE and any(row.order == order for row in lines):
            done.add(order)
            lines.append(Line(PRODUCE, "Q", quantity, "", "Q", None, -1, order))
            stock["Q"] += quantity
    return lines


def check_production(seed: int, steps: int) -> None:
    lines = making(seed, steps)
    rows = [CostLine(*line) for line in lines]
    policies = {item: CostPolicy("moving-average") for item in ("P", "Q", "")}
    costs, pools, orders = production(lines)
    for provenance in (False, True):
        costed = cost(rows, policies, provenance=provenance)
        assert not costed.troubles, f"seed {seed}: {costed.troubles}"
        assert costed.costs == costs, f"seed {seed}"
        assert {k: s.value for k, s in costed.pools.items() if s.quantity} == pools
        assert {k: v for k, v in costed.orders.items() if v} == {
            k: v for k, v in orders.items() if v
        }


def check_month(seed: int, steps: int) -> None:
    """Each issue within half a cent of the exact figure but for the declared residue.

    The issues of a pool and month together are the exact figure rounded once, or all that is
    there where nothing stays; so the residue, at most half a cent an issue, stands on few lines.
    """
    lines = history(seed, steps, STRAIGHT)
    starts = [0, len(lines) // 3, 2 * len(lines) // 3]
    rows = [CostLine(*line) for line in lines]
    setting = Setting(periods={"month": starts})
    costed = cost(rows, {"P": CostPolicy("periodic-average")}, setting=setting)
    assert not costed.troubles, f"seed {seed}: {costed.troubles}"
    for month, is_empty in monthly(lines, starts):
        if not month.issues or not month.quantity:
            continue
        exact = month.unit() * sum(quantity for _, quantity in month.issues)
        total = sum(costed.costs[at] for at, _ in month.issues)
        assert total == (month.value if is_empty else rounded(exact)), f"seed {seed}"
        off = [abs(costed.costs[at] - month.unit() * quantity) for at, quantity in month.issues]
        assert sum(one * 2 > 1 for one in off) <= max(1, len(off) // 2 + 1), f"seed {seed}"
        assert max(off) <= len(off) / 2 + 1, f"seed {seed}"


@pytest.mark.req("CO-02", "CO-04")
@pytest.mark.parametrize("method", ["lifo", "specific"])
def test_layers(method: str) -> None:
    run_layers(method, range(250), 30)


@pytest.mark.req("CO-08")
def test_production() -> None:
    for seed in range(200):
        check_production(seed, 40)


@pytest.mark.req("CO-03")
def test_months() -> None:
    for seed in range(200):
        check_month(seed, 30)


def run_layers(method: str, seeds: Iterable[int], steps: int) -> None:
    for seed in seeds:
        kinds = (RECEIVE, RECEIVE, RECEIVE, ISSUE, ISSUE, ISSUE, 3, RETURN_IN, RETURN_OUT)
        lines = history(seed, steps, kinds) if method == "lifo" else naming(seed, steps)
        check_layers(method, lines, seed)


@pytest.mark.slow
@pytest.mark.req("CO-02", "CO-04")
@pytest.mark.parametrize("method", ["lifo", "specific"])
def test_layers_in_large_number(method: str) -> None:
    """With production and months, 20,000 sequences (N4, full)."""
    run_layers(method, range(1000, 6000), 60)


@pytest.mark.slow
@pytest.mark.req("CO-03", "CO-08")
def test_production_and_months_in_large_number() -> None:
    for seed in range(1000, 6000):
        check_production(seed, 60)
        check_month(seed, 60)
