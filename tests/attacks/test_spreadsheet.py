"""Family A5: text from the books opened in a spreadsheet stays text."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest

from invledger.model import Column, Table
from invledger.render import render_table, spreadsheet_original

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!D2",
    '=HYPERLINK("http://x.example","click")', "=IMPORTXML(A1)", "\t=1+1", "\r=1+1", "\n=1+1",
    " =1+1", "\x00=1+1", "＝1+1", "＋1+1", "－1+1", "＠SUM(A1)", "a,=1+1", "a;=1+1", 'a"=1+1',
    'a",=1+1', "a\t=1+1", "a|=1+1", "a\n=1+1", "'=1+1", "''=1+1", '"=1+1"', '";=1+1', "=", "+",
    "-", "@", "--1", "+-+1", "=A1", "{=A1}", "=1+1;=2", "@=1", "-", "=DDE(1)", "+86 10 1234",
)  # fmt: skip
SPLITS = re.compile('[,;|\t\r\n"]')
STARTS = re.compile("[\\s\x00]*[=+\\-@＝＋－＠]")


def one_column(column: Column, *cells: str) -> Table:
    return Table("t", ("T", "表"), (column,), [{column.key: cell} for cell in cells])


@pytest.mark.req("TE-03")
@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize(("format_", "delimiter"), [("csv", ","), ("tsv", "\t")])
@pytest.mark.parametrize("kind", ["text", "term", "date"])
def test_no_cell_of_csv_or_tsv_begins_a_formula(
    text: str, format_: str, delimiter: str, kind: str
) -> None:
    made = str(render_table(one_column(Column("x", ("X", "某"), kind), text), format_, "en"))
    cell = list(csv.reader(io.StringIO(made), delimiter=delimiter))[1][0]
    parts = SPLITS.split(cell)
    assert not [part for part in parts if STARTS.match(part)], cell
    if text.isprintable():
        assert spreadsheet_original(cell) == text


def test_negative_figures_stay_figures() -> None:
    money = Column("x", ("X", "某"), "money")
    for format_ in ("csv", "tsv"):
        made = str(render_table(one_column(money, "-235.00", "-0.01", "12"), format_, "en"))
        assert made.splitlines()[1:] == ["-235.00", "-0.01", "12"]


def test_text_in_a_column_of_figures_is_no_figure() -> None:
    money = Column("x", ("X", "某"), "money")
    made = str(render_table(one_column(money, "-1+1", "-1e5"), "csv", "en"))
    assert made.splitlines()[1:] == ["'-1+1", "'-1e5"]


@pytest.mark.parametrize("text", FORMULAS)
def test_excel_gets_typed_strings_without_formulas_and_links(text: str) -> None:
    pytest.importorskip("xlsxwriter")
    column = Column("x", (text, text))
    table = Table(
        "=t", (text, text), (column,), [{"x": text}, {"x": "http://x.example/"}],
        {"total of " + text: text}, {"commit": text}, ((text, text),),
    )  # fmt: skip
    made = render_table(table, "xlsx", "en")
    assert isinstance(made, bytes)
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    for name, part in parts.items():
        if "worksheets" in name:
            assert "<f>" not in part
            assert "<f " not in part
            assert "hyperlink" not in part
            assert set(re.findall(r' t="(\w+)"', part)) <= {"s", "inlineStr"}
