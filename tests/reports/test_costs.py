"""N10 for costs: on random books every row adds up, and the end is what the pools hold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from invledger.reports import Query
from invledger.reports.cost_movements import cost_movements
from invledger.reports.costs import cost_items, cost_periods
from tests.reports.test_adds_up import ALL, books, number

SIDES = ("opening", "receipts", "issues", "closing")


def check(seed: int, methods: tuple[str, ...], steps: int = 25) -> int:
    """Hold the tables of random books against each other; the number of rows."""
    sources, derivation = books(seed, methods, steps)
    last: dict[object, Decimal] = {}
    rows = cost_periods(sources, derivation, Query()).rows
    for row in rows:
        opening, receipts, issues, closing = (number(row[f"{side}_value"]) for side in SIDES)
        assert opening + receipts + number(row["adjusted"]) - issues == closing, row
        quantities = [number(row[f"{side}_quantity"]) for side in SIDES]
        assert quantities[0] + quantities[1] - quantities[2] == quantities[3], row
        last[row["item"]] = closing
    items = cost_items(sources, derivation, Query())
    assert {row["item"]: number(row["closing_value"]) for row in items.rows} == {
        item: value for item, value in last.items() if item in {r["item"] for r in items.rows}
    }
    held = sum(state.value for state in derivation.costed.pools.values())
    assert number(str(items.totals["closing_value"])) == Decimal(held) / 100
    cost_movements(sources, derivation, Query())
    return len(rows)


@pytest.mark.req("CO-01", "CO-07", "RP-04")
@pytest.mark.parametrize("method", ALL)
def test_costs_of_random_books_add_up(method: str) -> None:
    assert sum(check(seed, (method,)) for seed in (1, 2, 3)) > 6


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100))
def test_costs_of_many_random_books_add_up(seed: int) -> None:
    check(seed, ALL, 40)
