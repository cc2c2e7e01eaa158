"""Rows that state amounts instead of prices; orders that make goods of several measures."""

from __future__ import annotations

import pytest

from tests.posting.small import books, row
from tests.posting.test_production import SUGAR, by, labour, made, settled

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")


@pytest.mark.req("OUT-01")
def test_a_delivery_may_state_an_amount_for_all_of_it() -> None:
    """50.00 for 3 pieces, and 13 %: 6.50; a gift of an amount of nothing wants its reason."""
    out = row("2026-01-06", "sale-delivery", "D1", "3", amount="50.00")
    sold = books(RECEIPT, out)
    assert sold.codes() == []
    assert sold.lines("sale-delivery/D1/main") == [
        ("1122", "56.50"), ("6001", "-50.00"), ("2221:应交增值税:销项税额", "-6.50"),
    ]  # fmt: skip
    assert books(RECEIPT, out._replace(amount=0)).codes() == ["zero-price"]


@pytest.mark.req("CO-08")
def test_output_of_several_measures_counts_in_base_units() -> None:
    """10 barrels and 10 kilograms are finished, 20 in work at half: 20/30 of 600.00."""
    mine = by(settlement="equivalent-units")
    kilograms = row("2026-01-20", "production-receipt", "P2", "10.000", item="SUGAR",
                    order="W1", price="15.00", estimate="stated")  # fmt: skip
    barrels = made("10", "P1", price="15.00", estimate="stated")
    kilograms = kilograms._replace(order=barrels.order, date=barrels.date)
    found = books(SUGAR, labour("600.00"), barrels, kilograms, settled(wip="20", stage="50%"),
                  mine=mine)  # fmt: skip
    assert found.codes() == [] == found.costed.troubles
    assert found.balance("5001") == 20000
