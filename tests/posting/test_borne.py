"""How much less a receipt may be worth: what it bears already counts, what was undone does not.

All goods but one are sold before, so that only what the receipt was worth says what is too much.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostPolicy, Row
from tests.posting.small import Books, books, company, row
from tests.posting.test_adjusting import by

TOO_MUCH = "adjustment-exceeds"
FIRST = row("2026-01-02", "purchase-receipt", "R0", "7", price="30.00", tax="0")
RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "5", price="10.00", tax="0")
SOLD = row("2026-01-06", "sale-delivery", "D1", "11", price="90.00", tax="0")


def adjusted(day: int, amount: str, **given: str) -> Row:
    paper = row(f"2026-01-{day:02d}", "cost-adjustment", f"A{day}", item="", amount=amount,
                ref="R1", reason="x", **given)  # fmt: skip
    return paper._replace(party="")


def undone(first: Row, day: int) -> Row:
    return first._replace(id=f"A{day}", date=f"2026-01-{day:02d}", ref="",
                          meta=(("reverses", first.id),))  # fmt: skip


def judged(*papers: Row) -> tuple[list[str], str]:
    """The codes, and what the last receipt is said to be worth."""
    made: Books = books(FIRST, RECEIPT, SOLD, *papers, mine=by("fifo"))
    worth = dict(made.problems[0].args).get("worth", "") if made.problems else ""
    return made.codes(), worth


MORE = adjusted(10, "6.00")


@pytest.mark.req("CO-09")
@pytest.mark.parametrize(
    ("before", "most", "worth"),
    [
        ((), "-50.00", "50.00"),
        ((MORE,), "-56.00", "56.00"),
        ((MORE, undone(MORE, 11)), "-50.00", "50.00"),
        ((adjusted(10, "6.00", treat="expense"),), "-50.00", "50.00"),
        ((MORE, adjusted(12, "-44.00")), "-12.00", "12.00"),
    ],
    ids=["nothing", "more", "undone", "expensed", "less"],
)
def test_no_more_is_taken_than_the_receipt_bears(
    before: tuple[Row, ...], most: str, worth: str
) -> None:
    assert judged(*before, adjusted(20, most)) == ([], "")
    over = adjusted(20, f"{most[:-1]}1")
    assert judged(*before, over) == ([TOO_MUCH], worth)


@pytest.mark.req("CO-09", "IN-14")
def test_charges_that_were_undone_give_no_room() -> None:
    """A freight of 6.00 that came too late for the receipt and was undone adds nothing."""
    freight = row("2026-01-10", "landed-cost", "L1", item="", amount="6.00", ref="R1", tax="0",
                  treat="remaining-share")  # fmt: skip
    off = freight._replace(id="L2", date="2026-01-11", ref="", meta=(("reverses", "L1"),))
    assert judged(freight, adjusted(20, "-56.00")) == ([], "")
    assert judged(freight, off, adjusted(20, "-50.01")) == ([TOO_MUCH], "50.00")


@pytest.mark.req("CO-09")
def test_two_products_each_give_only_their_own() -> None:
    """One made for 20.00 and sold, one for 100.00: 60.00 less is 30.00 each, too much for one;
    40.00 less is 20.00 each.
    """
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "1", price="20.00", tax="0"),
        row("2026-01-05", "purchase-receipt", "R2", "1.000", item="SUGAR", price="100.00",
            tax="0"),
        row("2026-01-06", "production-issue", "P1", "1", order="WO-1"),
        row("2026-01-06", "production-issue", "P2", "1.000", item="SUGAR", order="WO-2"),
        row("2026-01-07", "production-receipt", "F1", "1", item="SYRUP", order="WO-1"),
        row("2026-01-07", "production-receipt", "F2", "1", item="SYRUP", order="WO-2"),
        row("2026-01-08", "sale-delivery", "D1", "1", item="SYRUP", price="200.00", tax="0"),
    ]  # fmt: skip
    fifo = CostPolicy("fifo")
    finished = replace(company().categories["finished"], cost=fifo)
    mine = replace(company(), categories={**company().categories, "finished": finished})
    for amount, codes in (("-60.00", [TOO_MUCH]), ("-40.00", []), ("-40.02", [TOO_MUCH])):
        down = adjusted(20, amount)._replace(ref="F1 F2")
        assert books(*rows, down, mine=mine).codes() == codes, amount
    spent = adjusted(20, "-60.00", treat="expense")._replace(ref="F1 F2")
    assert books(*rows, spent, mine=mine).codes() == []
