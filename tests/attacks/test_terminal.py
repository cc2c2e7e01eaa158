"""Family A7: no text from the books, of a file name or an error steers the terminal."""

from __future__ import annotations

import json

import pytest

from invledger.model import Column, Place, Posting, Table, Voucher
from invledger.render import (
    render_change,
    render_problems,
    render_table,
    render_voucher,
    tree_dot,
    tree_svg,
    tree_text,
)
from tests.render.samples import text_problem

ESCAPES = (
    "\x1b[31mred", "\x1b[2J", "\x1b]0;title\x07", "\x1b]52;c;aGk=\x07", "\x1bP+q\x1b\\",
    "\x1b]8;;http://x.example\x07link\x1b]8;;\x07", "\x1bc", "\x1b[6n", "\x1b[?1049h", "\x9b31m",
    "\x90q\x9c", "\x9d0;t\x9c", "\x85", "\x7f", "\x08\x08\x08", "a\rb", "a\x0bb", "a\x0cb",
    "\x00", "\x07", "\x0e", "\x0f", "\x05", "\x1a", "\x18", "\x80", "\x9f", "\u202eevil",
    "\u2066a\u2069", "\u200fa", "\u061ca", "\u200ba", "\ufeffa", "\u2028a", "\u2029a", "\u00ada",
    "\ud800", "\U000e0041", "\u2060a", "line\nline",
)  # fmt: skip


def harmless(text: str) -> bool:
    """No control but newline and tab, no direction or invisible character."""
    return not [
        c
        for c in text
        if (ord(c) < 0x20 and c not in "\n\t")
        or 0x7F <= ord(c) <= 0x9F
        or c in "\u202e\u2066\u2069\u200f\u061c\u200b\ufeff\u2028\u2029\u00ad\u2060"
        or 0xD800 <= ord(c) <= 0xDFFF
        or 0xE0000 <= ord(c) <= 0xE007F
    ]


@pytest.mark.req("TE-03")
@pytest.mark.parametrize("text", ESCAPES)
@pytest.mark.parametrize("format_", ["table", "json", "ndjson", "csv", "tsv", "html", "md"])
def test_tables_are_harmless(text: str, format_: str) -> None:
    table = Table(
        "t", (text, text), (Column("x", (text, text)), Column("v", ("V", "金额"), "money")),
        [{"x": text, "v": text}], {"v": text, text: {text: text}}, {"commit": text},
        ((text, text),),
    )  # fmt: skip
    made = render_table(table, format_, "zh")
    assert isinstance(made, str)
    assert harmless(made)
    if format_ in {"json", "ndjson"}:
        rows = json.loads(made)["rows"] if format_ == "json" else [json.loads(made)]
        assert rows[0]["x"] == text  # exact for programs


@pytest.mark.req("TE-03")
@pytest.mark.parametrize("text", ESCAPES)
@pytest.mark.parametrize("format_", ["table", "json", "sarif", "github"])
def test_problems_are_harmless(text: str, format_: str) -> None:
    found = text_problem(text, Place(f"ledgers/{text}.beancount", 1, 1))
    made = render_problems([found._replace(excerpt=f"{text}\n{text}")], format_, "en")
    assert harmless(made)


@pytest.mark.parametrize("text", ESCAPES)
def test_vouchers_and_trees_are_harmless(text: str) -> None:
    posting = Posting(f"Assets:{text}", 100, "CNY", meta=(("item", text), ("qty", text)))
    voucher = Voucher("2026-01-01", text, text, text, (posting, posting._replace(amount=-100)))
    assert harmless(render_voucher(voucher, "zh", number=text))
    assert harmless(render_change("changed", voucher, voucher._replace(payee=""), "en"))
    columns = (Column("depth", ("D", "层"), "number"), Column("id", (text, text)))
    table = Table("explain", (text, text), columns, [{"depth": 0, "id": text}])
    assert harmless(tree_text(table, "en"))
    assert harmless(tree_dot(table, "en"))
    assert harmless(tree_svg(table, "en"))
