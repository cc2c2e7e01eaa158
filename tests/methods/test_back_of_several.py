"""Goods of several receipts, billed in part, go back to the supplier: what the books say in the
end, under every method, from text to every check.
"""

from __future__ import annotations

import pytest

from invledger.books import derive
from invledger.costing import explain_line, flows_into
from tests.methods.kept import Kept, kept, moved

pytestmark = pytest.mark.req("OUT-05", "CO-09", "CO-11")

EVERY = ("fifo", "lifo", "specific", "moving-average", "periodic-average", "periodic-lifo")
#: 10 @ 2.00, 6 billed @ 3.00, and 10 @ 5.00; 4 @ 2.00 and 2 @ 5.00 go back: 18.00
TEXTS = (
    moved("2026-01-05", "purchase-receipt", "R1", "10", price="2.00"),
    moved("2026-01-06", "purchase-receipt", "R2", "10", price="5.00"),
    moved("2026-01-07", "purchase-invoice", "I1", "6", price="3.00", ref="R1/1=6"),
    moved("2026-01-09", "purchase-return", "B1", "6", ref="R1/1=4 R2/1=2"),
)
REST = (
    moved("2026-01-10", "purchase-invoice", "I2", "8", price="5.00", ref="R2/1=8"),
    moved("2026-01-11", "purchase-return", "B2", "14", ref="R1 R2"),
    moved("2026-01-12", "purchase-credit", "N1", "6", price="3.00", ref="B2/1=6"),
    moved("2026-01-12", "purchase-credit", "N2", "8", price="5.00", ref="B2/1=8"),
)


def of(method: str, *texts: str) -> Kept:
    statutory = "" if "lifo" not in method else "books: management\n"
    return kept(f"{statutory}cost: {{method: {method}}}", *texts)


@pytest.mark.parametrize("method", EVERY)
def test_no_part_of_it_is_an_expense(method: str) -> None:
    books = of(method, *TEXTS)
    assert books.derivation.problems == []
    assert books.lines("purchase-return/B1/main") == [("1405", "-18.00R"), ("2202", "18.00R")]
    assert (books.value(), books.balance("1405"), books.differences()) == ("58.00", "58.00", {})


@pytest.mark.parametrize("method", EVERY)
def test_billed_and_back_nothing_stays(method: str) -> None:
    books = of(method, *TEXTS, *REST)
    assert books.derivation.problems == []
    assert [books.balance(code) for code in ("1405", "2202", "6401")] == ["0.00"] * 3
    assert books.differences() == {}


@pytest.mark.parametrize("method", EVERY)
def test_both_walks_add_up(method: str) -> None:
    """What the return is made of, and where the receipts went: 26.00 and 50.00, to the cent."""
    derivation = derive(of(method, *TEXTS).sources, provenance=True)
    costed, lines = derivation.costed, derivation.valued.lines
    assert sum(node.value for node in explain_line(costed, lines, 3).children) == 1800
    for at, worth in ((0, 2600), (1, 5000)):
        flow = flows_into(costed, lines, at)
        assert sum(one.value for one in flow.lines) + flow.on_hand[1] == worth
