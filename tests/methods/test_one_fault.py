"""One fault is one finding, whoever sees it first: valuing the rows or costing them."""

from __future__ import annotations

import pytest

from tests.methods.kept import kept, moved

BUY = moved("2026-01-05", "purchase-receipt", "R1", "10", price="5.00")


@pytest.mark.req("CO-09")
def test_more_goes_back_than_was_bought() -> None:
    """10 bought and 10 more: 12 of the first cannot go back, 2 too many."""
    more = moved("2026-01-06", "purchase-receipt", "R2", "10", price="5.00")
    back = moved("2026-01-07", "purchase-return", "B1", "12", ref="R1")
    books = kept("cost: {method: moving-average}", BUY, more, back)
    assert [found.code for found in books.derivation.problems] == ["citation-quantity"]


@pytest.mark.req("CO-09")
def test_more_comes_back_than_was_sold() -> None:
    sold = moved("2026-01-06", "sale-delivery", "S1", "4", price="9.00")
    back = moved("2026-01-07", "sale-return", "B1", "5", ref="S1")
    books = kept("cost: {method: fifo}", BUY, sold, back)
    assert [found.code for found in books.derivation.problems] == ["citation-quantity"]


@pytest.mark.req("CO-05")
@pytest.mark.parametrize("method", ["standard", "planned", "retail"])
def test_no_price_is_in_force(method: str) -> None:
    sold = moved("2026-01-06", "sale-delivery", "S1", "4", price="9.00")
    books = kept(f"cost: {{method: {method}}}", BUY, sold)
    found = [found.code for found in books.derivation.problems]
    assert [code for code in found if code.startswith("standard")] == ["standard-cost-missing"]
