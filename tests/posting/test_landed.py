"""Freight and duty: what they are spread by, and what a reversal of them leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Row
from tests.posting.small import books, closed, derive, row, sources_of

COLA = row("2026-01-05", "purchase-receipt", "R1", "100", price="1.00")
SUGAR = row("2026-01-05", "purchase-receipt", "R2", "25", price="4.00", item="SUGAR")


def freight(basis: str, **given: str) -> Row:
    return row("2026-01-20", "landed-cost", "L1", item="", amount="10.00", ref="R1 R2",
               basis=basis, **given)  # fmt: skip


def test_quantities_of_different_decimals_count_alike() -> None:
    """10.00 over 100 bottles (no decimals) and 25 kg (three): 100 : 25 = 8.00 and 2.00."""
    made = books(COLA, SUGAR, freight("quantity"))
    assert [a["landed"] for a in made.valued.amounts[:2]] == [800, 200]


@pytest.mark.req("IN-14")
def test_weight_is_of_the_item() -> None:
    """100 × 0.35 kg and 25 × 1 kg: 35 : 25, so 5.83 and 4.17."""
    sources = sources_of([COLA, SUGAR, freight("weight")])
    items = sources.master.items
    items["COLA"] = replace(items["COLA"], meta={"weight": "0.35"})
    items["SUGAR"] = replace(items["SUGAR"], meta={"weight": "1"})
    made = derive(sources)
    assert made.codes() == []
    assert [a["landed"] for a in made.valued.amounts[:2]] == [583, 417]


def test_a_basis_that_nothing_states_is_refused() -> None:
    assert books(COLA, SUGAR, freight("volume")).codes()[0] == "landed-no-basis"
    assert books(COLA, SUGAR, freight("height")).codes()[0] == "landed-basis-unknown"


@pytest.mark.req("FIN-18")
def test_freight_reversed_and_entered_again() -> None:
    """10.00 reversed, 20.00 instead: the receipts bear 20.00, nothing rests in the accrual."""
    first = freight("value")
    undone = first._replace(date="2026-01-21", id="Z1", meta=(("reverses", "L1"),))
    again = row("2026-01-22", "landed-cost", "L2", item="", amount="20.00", ref="R1 R2")
    made = books(COLA, SUGAR, first, undone, again)
    assert made.codes() == []
    assert (made.balance("1403"), made.balance("1405")) == (11000, 11000)
    assert made.balance("2202:暂估") == -20000
    assert made.balance("2202") - made.balance("2202:暂估") == -2000


def test_an_invoice_reversed_and_entered_again() -> None:
    """At 2.50 reversed, at 2.40 instead: stock at 240.00, the accrual empty."""
    receipt = row("2026-01-05", "purchase-receipt", "R1", "100", price="2.00")
    paper = row("2026-01-08", "purchase-invoice", "I1", "100", price="2.50", ref="R1/1")
    undone = paper._replace(
        date="2026-01-09", id="Z1", source=paper.target, target=paper.source,
        meta=(("reverses", "I1"),),
    )  # fmt: skip
    again = row("2026-01-10", "purchase-invoice", "I2", "100", price="2.40", ref="R1/1")
    made = books(receipt, paper, undone, again)
    assert made.codes() == []
    assert (made.balance("1405"), made.balance("2202:暂估"), made.balance("6401")) == (24000, 0, 0)


def test_a_return_reversed_and_made_again() -> None:
    receipt = row("2026-01-05", "purchase-receipt", "R1", "100", price="2.00")
    sold = row("2026-01-06", "sale-delivery", "D0", "5", price="5.00")
    back = row("2026-01-08", "sale-return", "T1", "5", ref="D0/1")
    undone = back._replace(
        date="2026-01-09", id="Z1", source=back.target, target=back.source,
        meta=(("reverses", "T1"),),
    )  # fmt: skip
    made = books(receipt, sold, back, undone, back._replace(date="2026-01-10", id="T2"))
    assert made.codes() == [] == made.costed.troubles
    assert (made.balance("6001"), made.balance("1405")) == (0, 20000)


def test_charges_on_receipts_of_closed_and_open_periods() -> None:
    """10.00 on one of each: 5.00 are landed cost of the open one, 5.00 revalue the closed one."""
    january = [closed("2026-01", "2026-02-03")]
    late = row("2026-02-04", "purchase-receipt", "R3", "100", price="1.00")
    charge = row("2026-02-20", "landed-cost", "L1", item="", amount="10.00", ref="R1 R3")
    made = books(COLA, late, charge, periods=january)
    assert made.codes() == []
    assert made.lines("landed-cost/L1/main") == [
        ("2202:暂估", "5.00"),
        ("1405", "5.00"),
        ("2202", "-10.00"),
    ]
