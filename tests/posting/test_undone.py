"""Movements undone by a reversal, where what they did lies in several places or grew since."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, CostPolicy, Row
from tests.posting.small import CUSTOMER, MAIN, books, closed, company, row
from tests.posting.test_clearing import by

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="10.00", tax="0")
FREIGHT = row("2026-02-02", "landed-cost", "L1", item="", amount="12.00", ref="R1", tax="0")
JANUARY = closed("2026-01", "2026-02-01")


def undone(first: Row, id_: str, date: str) -> Row:
    return first._replace(
        id=id_, date=date, source=first.target, target=first.source, ref="",
        meta=(*first.meta, ("reverses", first.id)),
    )  # fmt: skip


def onto_all_on_hand() -> Company:
    goods = replace(company().categories["goods"],
                    cost=CostPolicy("moving-average", landed_cost="on-hand-share"))  # fmt: skip
    return replace(company(), categories={**company().categories, "goods": goods})


@pytest.mark.req("FIN-18", "IN-14")
@pytest.mark.parametrize("mine", [by("fifo"), by("moving-average"), onto_all_on_hand()],
                         ids=["fifo", "moving-average", "on-hand-share"])  # fmt: skip
def test_a_receipt_that_bears_late_freight_is_reversed_after_the_freight(mine: Company) -> None:
    """10 at 10.00 bear 12.00 of February: red 100.00 would leave 12.00 of no goods. First the
    freight is undone, then the receipt, and nothing is left.
    """
    back = undone(RECEIPT, "X1", "2026-02-05")
    early = books(RECEIPT, FREIGHT, back, mine=mine, periods=[JANUARY])
    assert [(one.code, dict(one.args)) for one in early.problems] == [
        (
            "reversal-consumed",
            {"id": "X1", "reverses": "R1", "consumers": "?"},
        )  # nobody took of it
    ]
    off = undone(FREIGHT, "X0", "2026-02-04")
    made = books(RECEIPT, FREIGHT, off, back, mine=mine, periods=[JANUARY])
    assert made.codes() == [] == made.costed.troubles
    assert [made.balance(code) for code in ("1405", "2202", "6401")] == [0, 0, 0]


@pytest.mark.req("FIN-18", "OUT-11")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_a_return_of_two_deliveries_is_undone_and_comes_again(method: str) -> None:
    """4 and 7 went out at 2.00; 9 of them come back twice, between that they did not."""
    stock = row("2026-01-05", "purchase-receipt", "R1", "20", price="2.00", tax="0")
    goods = [row("2026-01-06", "sale-delivery", id_, quantity, price="3.00", tax="0")
             for id_, quantity in (("D1", "4"), ("D2", "7"))]  # fmt: skip
    back = row("2026-01-07", "sale-return", "T1", "9", ref="D1 D2")
    off = undone(back, "X1", "2026-01-08")
    again = back._replace(id="T2", date="2026-01-09")
    made = books(stock, *goods, back, off, again, mine=by(method))
    assert made.codes() == [] == made.costed.troubles
    assert made.costed.costs[3:] == [1800, 1800, 1800]
    assert made.balance("1405") == 4000 - 2 * 200
    assert made.balance("6001") == -2 * 300
    assert made.lines("sale-return/X1/cost") == [("6401", "18.00"), ("1405", "-18.00")]


@pytest.mark.req("FIN-18", "CO-05")
def test_an_issue_that_picked_two_receipts_is_undone() -> None:
    """2 at 1.00 and 3 at 4.00 were picked: 14.00 come back."""
    one = row("2026-01-05", "purchase-receipt", "R1", "5", price="1.00", tax="0")
    two = row("2026-01-06", "purchase-receipt", "R2", "5", price="4.00", tax="0")
    out = row("2026-01-07", "scrap", "S1", "5", reason="broken", pick="R1=2 R2=3")
    made = books(one, two, out, undone(out, "X1", "2026-01-08"), mine=by("fifo"))
    assert made.codes() == [] == made.costed.troubles
    assert made.costed.costs[2:] == [1400, 1400]
    assert made.balance("1405") == 2500


@pytest.mark.req("FIN-18")
def test_goods_at_the_customer_are_not_those_of_a_receipt() -> None:
    """A delivery is undone only from the customer back to where it came from."""
    out = row("2026-01-06", "sale-delivery", "D1", "4", price="3.00", tax="0")
    assert (out.source, out.target) == (MAIN, CUSTOMER)
    same = undone(out, "X1", "2026-01-08")._replace(source=MAIN, target=CUSTOMER)
    assert "reversal-differs" in books(RECEIPT, out, same).codes()
