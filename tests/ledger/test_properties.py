"""Properties of reading and printing that hold for whatever Hypothesis thinks of."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from invledger.ledger import prescan, print_movement, print_value_document, read_raw
from invledger.model import Row
from tests.ledger.test_printing import read_back
from tests.ledger.test_quick_printing import both_ways
from tests.properties.messy import ITEMS
from tests.properties.strategies import ledgers, movements, value_documents

PATH = "ledgers/movements/2026/01/x.beancount"


@given(movements())
def test_printed_movements_read_back(rows: list[Row]) -> None:
    rows = [
        row._replace(
            narration=unicodedata.normalize("NFC", row.narration),
            reason=unicodedata.normalize("NFC", row.reason),
        )
        for row in rows
    ]
    text = print_movement(rows, ITEMS)
    assert prescan(PATH, text.encode()) == []
    assert read_back(text) == rows


@given(movements())
def test_the_quick_way_prints_what_the_general_one_does(rows: list[Row]) -> None:
    for row in rows:
        usual = row._replace(line=1, amount=None, expiry="", links="", order="", ref="", owner="")
        for one in (row, usual, usual._replace(tax="", meta=())):
            quick, general = both_ways([one])
            assert quick == general


@given(value_documents())
def test_printed_documents_read_back(row: Row) -> None:
    assert read_back(print_value_document(row)) == [row]


@given(ledgers, st.data())
def test_any_damage_gives_problems_never_a_traceback(text: str, data: st.DataObject) -> None:
    raw = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    check_problems(bytes(raw))


@given(st.binary(max_size=300))
def test_any_bytes_give_problems_never_a_traceback(raw: bytes) -> None:
    check_problems(raw)
    try:
        raw.decode()
    except UnicodeDecodeError:
        assert prescan(PATH, raw) != []


def check_problems(raw: bytes) -> None:
    """What a file gives; what is wrong with it is told at a line that it has, in words."""
    _, problems = read_raw(PATH, raw)
    for problem in (*problems, *prescan(PATH, raw)):
        assert problem.place.path == PATH
        assert 0 <= problem.place.line <= raw.count(b"\n") + 1
        assert problem.text("zh")
