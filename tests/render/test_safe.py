from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from invledger.render.safe import (
    padded,
    spreadsheet_original,
    spreadsheet_text,
    visible,
    width_of,
    wrapped,
)


def test_width_counts_columns_of_a_terminal() -> None:
    """Unicode Standard Annex 11: wide and full-width two, marks none."""
    assert width_of("abc") == 3
    assert width_of("螺丝 M6×20（镀锌）") == 18  # as rich counts it
    assert width_of("e\u0301") == 1
    assert padded("存货", 6) == "存货  "
    assert padded("1.00", 6, right=True) == "  1.00"


@given(st.text(), st.integers(2, 40))
def test_wrapping_loses_nothing_but_blanks(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line) <= max(width, 2) for line in lines)


@given(st.text())
def test_what_is_visible_steers_nothing(text: str) -> None:
    seen = visible(text)
    assert not [c for c in seen if ord(c) < 0x20 or 0x7F <= ord(c) <= 0x9F]
    assert not set(seen) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff"
    )


@given(st.text(alphabet="=+-@'\"a;,|\t\r\n ＝1"))
def test_a_guarded_cell_can_be_restored(text: str) -> None:
    assert spreadsheet_original(spreadsheet_text(text)) == text
