"""LIFO: refused in statutory books, shown to managers with a warning (CO-04)."""

from __future__ import annotations

import json

import pytest

from tests.cli.company import Desk
from tests.methods.kept import moved, written

ROWS = (
    moved("2026-01-05", "purchase-receipt", "R1", "10", price="10.00"),
    moved("2026-01-10", "purchase-receipt", "R2", "10", price="14.00"),
    moved("2026-01-20", "sale-delivery", "S1", "5"),
)


def company(desk: Desk, policy: str) -> Desk:
    """The desk, moved into a company of that policy."""
    desk.root = desk.root / "lifo"
    for path, data in written(policy, *ROWS).items():
        (desk.root / path).parent.mkdir(parents=True, exist_ok=True)
        (desk.root / path).write_bytes(data)
    return desk


def value(desk: Desk, *more: str) -> str:
    said = desk("stock", "--format", "json", *more)
    assert said.code == 0, said.err
    (row,) = json.loads(said.out)["rows"]
    return str(row["value"])


@pytest.mark.req("CO-04")
def test_managers_see_last_in_first_out(desk: Desk) -> None:
    """5 sold of 10 at 10.00 and 10 at 14.00: first in first out leaves 190.00, last in 170.00."""
    company(desk, "cost: {method: fifo}")
    assert value(desk) == "190.00"
    assert value(desk, "--management") == "170.00"
    for words in (["stock"], ["card", "P1"], ["cost"], ["explain", "S1"], ["summary"]):
        said = desk(*words, "--management", "--lang", "en")
        assert said.code == 0, said.err
        assert "last in, first out is not allowed in statutory books" in said.out
        said = desk(*words, "--management", "--lang", "zh")
        assert "不得采用后进先出法" in said.out
        assert "后进先出" not in desk(*words, "--lang", "zh").out


@pytest.mark.req("CO-04")
def test_statutory_books_refuse_it(desk: Desk) -> None:
    company(desk, "cost: {method: lifo}")
    said = desk("check", "--lang", "en")
    assert said.code == 4
    assert "CAS 1" in said.err + said.out
    assert "--management" in said.err + said.out
    for words in (["stock"], ["cost"], ["balance"], ["explain", "S1"], ["reconcile", "stock-gl"]):
        said = desk(*words, "--format", "csv")
        assert (said.code, said.out) == (4, ""), words
        assert "method-not-statutory" in said.err
    assert value(desk, "--management") == "170.00"


@pytest.mark.req("CO-04")
def test_managers_may_have_books_of_their_own(desk: Desk) -> None:
    company(desk, "books: management\ncost: {method: lifo}")
    assert value(desk) == "170.00"
    assert "statutory" in desk("stock", "--lang", "en").out
    assert desk("post").code == 0
    assert "statutory" in desk("balance", "--lang", "en").out


@pytest.mark.req("CO-04")
def test_the_view_may_be_another_method(desk: Desk) -> None:
    """`management:` says what managers see: here the average, 240.00 less 60.00."""
    company(desk, "cost: {method: fifo}\nmanagement: {method: moving-average}")
    assert value(desk, "--management") == "180.00"
