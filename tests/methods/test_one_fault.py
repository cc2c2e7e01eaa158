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


@pytest.mark.req("CO-01")
def test_what_the_remedy_says_mends_an_issue_that_names_no_goods() -> None:
    """10 at 5.00 and 10 at 6.00: 3 of the second and 1 of the first cost 23.00."""
    more = moved("2026-01-06", "purchase-receipt", "R2", "10", price="6.00")
    sold = moved("2026-01-07", "sale-delivery", "S1", "4", price="9.00")
    [found] = kept("cost: {method: specific}", BUY, more, sold).derivation.problems
    assert found.code == "goods-not-named"
    assert "pick:" in found.remedy()
    assert "pick:" in found.remedy("zh")
    named = moved("2026-01-07", "sale-delivery", "S1", "4", price="9.00", pick="R2=3 R1=1")
    books = kept("cost: {method: specific}", BUY, more, named)
    assert books.derivation.problems == []
    assert books.derivation.costed.costs[-1] == 2300
