"""What a receipt's value is made of: documents where they can be told, and always the sum."""

from __future__ import annotations

import pytest

from invledger.costing import Kind
from invledger.posting.citations import Citation
from invledger.posting.sources import Valued
from invledger.reports.made_of import MadeOf, Part
from tests.handmade import MAIN, SUPPLIER, Books

pytestmark = pytest.mark.req("CO-11")


def receipt(books: Books, quantity: int = 10, **amounts: int) -> int:
    return books.move(
        "2026-01-05", f"R{len(books.rows)}", quantity, SUPPLIER, MAIN, kind=Kind.RECEIVE,
        value=amounts["value"], amounts=amounts,
    )  # fmt: skip


def paper(books: Books, quantity: int = 0, **amounts: int) -> int:
    """An invoice or a landed cost."""
    named = {name.replace("_", "-"): amount for name, amount in amounts.items()}
    id_ = f"F{len(books.rows)}"
    return books.move("2026-01-20", id_, quantity, "", "", kind=Kind.SKIP, amounts=named)


def parts(
    books: Books,
    line: int,
    cited: dict[int, list[Citation]],
    reverses: dict[int, int] | None = None,
) -> list[Part]:
    valued = Valued(books.lines, books.amounts, [], reverses=reverses or {}, cited=cited)
    value = books.lines[line].value or 0
    found = MadeOf(books.sources(), valued).parts(line, value)
    assert sum(part.value for part in found) == value
    return found


def test_its_own_price() -> None:
    books = Books()
    assert parts(books, receipt(books, net=5000, value=5000), {}) == [Part(None, 5000, "net")]


def test_tax_that_is_not_deducted() -> None:
    books = Books()
    line = receipt(books, net=5000, value=5650)
    assert parts(books, line, {}) == [Part(None, 5000, "net"), Part(None, 650, "tax")]


def test_an_invoice_for_two_receipts_stands_for_its_quantity_in_each() -> None:
    """12 for 66.01: ten are 55.01, two are 11.00; eight of the second stay at 5.00 each."""
    books = Books()
    first = receipt(books, net=5000, value=5501)
    second = receipt(books, net=5000, value=5100)
    invoice = paper(books, 12, value=6601, matched=6601)
    cited = {invoice: [Citation(first, None), Citation(second, 2)]}
    assert parts(books, first, cited) == [Part(invoice, 5501, "value")]
    assert parts(books, second, cited) == [
        Part(invoice, 1100, "value"),
        Part(None, 4000, "accrued"),
    ]


def test_a_reversed_invoice_brings_nothing() -> None:
    books = Books()
    line = receipt(books, net=5000, value=5000)
    invoice = paper(books, 10, value=5500, matched=5000)
    red = paper(books, 10, value=-5500, matched=-5000)
    cited = {invoice: [Citation(line, None)]}
    assert parts(books, line, cited, {red: invoice}) == [Part(None, 5000, "net")]


def test_an_invoice_before_the_goods_and_what_is_still_owed() -> None:
    books = Books()
    invoice = paper(books, 6, value=3300, in_transit=3300)
    line = receipt(books, net=5000, value=5300, accrued=2000, invoiced=3300)
    assert parts(books, line, {line: [Citation(invoice, None)]}) == [
        Part(None, 2000, "accrued"),
        Part(invoice, 3300, "invoiced"),
    ]


def test_freight_of_one_receipt_and_duty_of_two() -> None:
    """7.00 of freight are this receipt's alone; of the duty it bears what is left of 12.00."""
    books = Books()
    line = receipt(books, net=5000, value=6200, landed=1200)
    other = receipt(books, net=5000, value=5500, landed=500)
    freight, duty = paper(books, landed=700), paper(books, landed=1000)
    cited = {freight: [Citation(line, None)], duty: [Citation(line, None), Citation(other, None)]}
    assert parts(books, line, cited) == [
        Part(None, 5000, "net"),
        Part(freight, 700, "landed"),
        Part(duty, 500, "landed"),
    ]


def test_two_papers_that_cannot_be_told_apart_share_one_line() -> None:
    books = Books()
    line = receipt(books, net=5000, value=6000, landed=1000)
    other = receipt(books, net=5000, value=6000, landed=1000)
    both = [Citation(line, None), Citation(other, None)]
    cited = {paper(books, landed=700): both, paper(books, landed=1300): both}
    assert parts(books, line, cited) == [Part(None, 5000, "net"), Part(None, 1000, "landed")]
