"""A real sample company, imported through the program and compared with its own CSV files.

Runs where the folder `shared` lies beside the repository, as in CI.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests import northwind

DATA = northwind.ROOT.parent / "shared" / "data" / "northwind"


@pytest.mark.skipif(not DATA.is_dir(), reason="the Northwind tables are not beside the repository")
@pytest.mark.req("IT-01")
def test_northwind_agrees_with_its_own_tables(tmp_path: Path) -> None:
    company = northwind.build(tmp_path / "northwind", DATA, quiet=True)
    assert list(northwind.findings(company, DATA)) == []
    assert list(northwind.repeats(company, DATA)) == []
    assert list(northwind.bean_check(company)) == []


@pytest.mark.skipif(not DATA.is_dir(), reason="the Northwind tables are not beside the repository")
def test_what_is_expected_of_northwind() -> None:
    """Counts by hand: the README of the tables names 43 purchases, 49 sales and 10 holds."""
    want = northwind.expected(DATA)
    assert want.counts == {"1": 43, "2": 49, "3": 10}
    assert want.stock == want.purchased - want.cost_of_sales
    assert all(quantity >= 0 for quantity in want.available.values())


def test_the_independent_totals(tmp_path: Path) -> None:
    """Receipts of a day come first: 10 at 2.00 and 10 at 3.00 average 2.50, 8 of them 20.00."""
    head = "id,transaction_type,transaction_created_date,product_id,quantity"
    rows = """
1,1,2006-03-02 07:00:00,7,10
2,2,2006-03-02 08:00:00,7,8
3,1,2006-03-02 09:00:00,7,10
4,3,2006-03-03 08:00:00,7,2
"""
    tables = {
        "inventory_transactions": head + rows,
        "purchase_order_details": "inventory_id,unit_cost\n1,2\n3,3\n",
        "order_details": "inventory_id,unit_price\n2,4\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    want = northwind.expected(tmp_path)
    assert [want.purchased, want.sold, want.cost_of_sales, want.stock] == [50, 32, 20, 30]
    assert want.available == {"7": Fraction(10)}
    assert want.held == {"7": Fraction(2)}
