"""Goods billed twice, or billed after they came back: a warning that names who took them.

By hand: 13 % VAT. What a bill finds no goods for stands in 1402 在途物资 or 2205 合同负债.
"""

from __future__ import annotations

import pytest

from invledger.model import Row
from tests.posting.small import Books, books, row

CAME = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00")
STOCK = row("2026-01-01", "opening", "O1", "100", price="2.00")
WENT = row("2026-01-05", "sale-delivery", "D1", "9", price="5.00")


def bill(day: int, id_: str, quantity: str, ref: str = "", **given: str) -> Row:
    given.setdefault("price", "2.00")
    return row(f"2026-01-{day:02}", "purchase-invoice", id_, quantity, ref=ref, **given)


def sold(day: int, id_: str, quantity: str, ref: str = "", **given: str) -> Row:
    given.setdefault("price", "5.00")
    return row(f"2026-01-{day:02}", "sale-invoice", id_, quantity, ref=ref, **given)


def back(day: int, id_: str, quantity: str, ref: str, **given: str) -> Row:
    return row(f"2026-01-{day:02}", "sale-return", id_, quantity, ref=ref, **given)


def told(made: Books) -> list[tuple[str, dict[str, str]]]:
    return [(found.code, dict(found.args)) for found in made.problems]


def billed(id_: str, surplus: str, cited: str, takers: str) -> tuple[str, dict[str, str]]:
    said = {"id": id_, "surplus": surplus, "item": "COLA", "cited": cited, "takers": takers}
    return "citation-billed", said


@pytest.mark.req("AR-03")
def test_a_receipt_is_billed_twice() -> None:
    made = books(CAME, bill(6, "I1", "10", "R1"), bill(7, "I2", "10", "R1"))
    assert told(made) == [billed("I2", "10", "R1/1", "I1 10")]
    assert made.problems[0].severity == "warning"
    assert made.balance("1402") == 2000


def test_bills_in_parts_are_over_by_the_rest_only() -> None:
    parts = [bill(6, "I1", "6", "R1"), bill(7, "I2", "3", "R1"), bill(8, "I3", "4", "R1")]
    made = books(CAME, *parts)
    assert told(made) == [billed("I3", "3", "R1/1", "I1 6, I2 3")]
    assert (made.balance("1402"), made.balance("2202:暂估")) == (600, 0)
    assert books(CAME, *parts[:2], bill(8, "I3", "1", "R1")).problems == []


def test_a_quantity_that_is_cited_outright_is_refused() -> None:
    made = books(CAME, bill(6, "I1", "10", "R1"), bill(7, "I2", "10", "R1/1=10"))
    assert made.codes() == ["citation-quantity"]


def test_the_first_bill_may_be_of_goods_to_come_as_well() -> None:
    first = bill(6, "I1", "15", "R1")
    assert books(CAME, first).problems == []
    assert books(CAME, first, bill(7, "I2", "4")).problems == []
    later = bill(7, "I2", "2", "R1")
    assert told(books(CAME, first, later)) == [billed("I2", "2", "R1/1", "I1 10")]


def test_goods_that_come_for_the_bill_take_the_warning_away() -> None:
    rows = [CAME, bill(6, "I1", "8", "R1"), bill(7, "I2", "5", "R1")]
    assert told(books(*rows)) == [billed("I2", "3", "R1/1", "I1 8")]
    some = row("2026-01-08", "purchase-receipt", "R2", "2", price="2.00", ref="I2")
    assert told(books(*rows, some)) == [billed("I2", "1", "R1/1", "I1 8")]
    assert books(*rows, some._replace(quantity=3)).problems == []


def test_a_receipt_that_an_earlier_bill_brought_is_billed_again() -> None:
    ahead = bill(3, "I1", "10")
    made = books(ahead, CAME._replace(ref="I1"), bill(7, "I2", "10", "R1"))
    assert told(made) == [billed("I2", "10", "R1/1", "I1 10")]


def test_what_was_reversed_bills_nothing() -> None:
    first, second = bill(6, "I1", "10", "R1"), bill(7, "I2", "10", "R1")
    undo = second._replace(date="2026-01-08", id="U", ref="", source=second.target,
                           target=second.source, meta=(("reverses", "I2"),))  # fmt: skip
    assert books(CAME, first, second, undo).problems == []
    other = undo._replace(meta=(("reverses", "I1"),))
    assert books(CAME, first, second, other).problems == []


def test_each_line_that_others_billed_is_named() -> None:
    second = row("2026-01-05", "purchase-receipt", "R2", "10", price="2.00")
    third = row("2026-01-05", "purchase-receipt", "R3", "1", price="2.00")
    rows = [CAME, second, third, bill(6, "I1", "10", "R1"), bill(6, "I2", "4", "R2")]
    made = books(*rows, bill(7, "I3", "9", "R1 R2 R3"))
    assert told(made) == [billed("I3", "2", "R1/1 R2/1", "I1 10, I2 4")]
    assert books(*rows, bill(7, "I3", "7", "R1 R2 R3")).problems == []


@pytest.mark.req("AR-03")
def test_a_delivery_is_billed_twice() -> None:
    made = books(STOCK, WENT, sold(6, "I1", "9", "D1"), sold(7, "I2", "9", "D1"))
    assert told(made) == [billed("I2", "9", "D1/1", "I1 9")]
    assert made.balance("2205") == -4500
    goods = row("2026-01-08", "sale-delivery", "D2", "9", price="5.00", ref="I2")
    assert books(STOCK, WENT, sold(6, "I1", "9", "D1"), sold(7, "I2", "9", "D1"),
                 goods).problems == []  # fmt: skip


def test_a_delivery_that_an_earlier_bill_paid_for_is_billed_again() -> None:
    made = books(STOCK, sold(3, "I1", "9"), WENT._replace(ref="I1"), sold(7, "I2", "9", "D1"))
    assert told(made) == [billed("I2", "9", "D1/1", "I1 9")]


def test_a_supplier_may_bill_all_and_credit_what_went_back() -> None:
    went = row("2026-01-06", "purchase-return", "B1", "2", ref="R1")
    credit = row("2026-01-08", "purchase-credit", "N1", "2", ref="B1", price="2.00")
    made = books(CAME, went, bill(7, "I1", "10", "R1/1=10"), credit)
    assert (made.codes(), made.balance("2202:暂估")) == ([], 0)


def test_goods_that_came_back_unbilled_are_billed() -> None:
    """9 at 5.00 went, 1 came back; a bill of 9 at 6.00: 8 are 48.00, 1 is an advance of 6.00."""
    rows = [STOCK, WENT, back(6, "B1", "1", "D1")]
    made = books(*rows, sold(7, "I1", "9", "D1", price="6.00"))
    assert told(made) == [billed("I1", "1", "D1/1", "B1 1")]
    assert (made.balance("6001"), made.balance("2205")) == (-4800, -600)
    assert made.balance("1122") == 4800 + 600 + 702  # and 13 % of 54.00
    named = books(*rows, sold(7, "I1", "9", "D1/1=9"))
    assert named.codes() == ["citation-quantity"]
    kept = books(*rows, sold(7, "I1", "8", "D1/1=8", price="6.00"))
    assert kept.problems == []
    assert (kept.balance("6001"), kept.balance("1122")) == (-4800, 5424)


def test_billed_goods_that_came_back_leave_the_others_to_bill() -> None:
    """Of 9 billed 4, then 6 come back: 5 not billed, 1 billed; nothing is left to bill."""
    rows = [STOCK, WENT, sold(6, "I1", "4", "D1"), back(7, "B1", "6", "D1")]
    assert books(*rows).problems == []
    made = books(*rows, sold(8, "I2", "1", "D1"))
    assert told(made) == [billed("I2", "1", "D1/1", "I1 4, B1 5")]
    fewer = [*rows[:3], back(7, "B1", "3", "D1"), back(8, "B2", "1", "D1")]
    assert books(*fewer, sold(9, "I2", "1", "D1")).problems == []
    made = books(*fewer, sold(9, "I2", "2", "D1"))
    assert told(made) == [billed("I2", "1", "D1/1", "I1 4, B1 3, B2 1")]


def test_goods_that_came_back_after_their_bill_were_billed() -> None:
    rows = [STOCK, WENT, sold(6, "I1", "9", "D1"), back(7, "B1", "2", "D1")]
    made = books(*rows, sold(8, "I2", "2", "D1"))
    assert told(made) == [billed("I2", "2", "D1/1", "I1 9")]


def test_of_goods_that_all_came_back_nothing_is_left_to_bill() -> None:
    made = books(STOCK, WENT, back(6, "B1", "9", "D1"), sold(7, "I1", "1", "D1"))
    assert told(made) == [billed("I1", "1", "D1/1", "B1 9")]


def test_a_return_that_was_undone_leaves_the_goods_to_bill() -> None:
    gone = back(6, "B1", "1", "D1")
    undo = gone._replace(date="2026-01-07", id="U", ref="", source=gone.target,
                         target=gone.source, meta=(("reverses", "B1"),))  # fmt: skip
    assert books(STOCK, WENT, gone, undo, sold(8, "I1", "9", "D1")).problems == []


def test_a_second_credit_note_of_one_return() -> None:
    went = row("2026-01-06", "purchase-return", "B1", "4", ref="R1")
    rows = [CAME, bill(5, "I1", "10", "R1", rank="99"), went]
    notes = [
        row(f"2026-01-0{day}", "purchase-credit", f"N{day}", "4", ref="B1", price="2.00")
        for day in (7, 8)
    ]
    assert books(*rows, notes[0]).problems == []
    assert told(books(*rows, *notes)) == [billed("N8", "4", "B1/1", "N7 4")]
    more = notes[0]._replace(quantity=5)
    assert told(books(*rows, more)) == [billed("N7", "1", "B1/1", "-")]
