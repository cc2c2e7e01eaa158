"""CSV files as people send them: encodings, quotes, line breaks inside cells, places."""

from __future__ import annotations

import pytest

from invledger.capture.sheet import SheetFormat, read_sheet
from invledger.model import Place


@pytest.mark.req("IT-01")
def test_a_row_after_a_cell_with_line_breaks_keeps_its_line() -> None:
    data = b'\xef\xbb\xbfid,note\r\n1,"two\r\nlines, one ""quoted"""\r\n2,plain\r\n'
    sheet, problems = read_sheet("a.csv", data, SheetFormat())
    assert problems == []
    assert sheet.columns == {"id": 0, "note": 1}
    assert sheet.cells == (("1", 'two\r\nlines, one "quoted"'), ("2", "plain"))
    assert sheet.lines == (2, 4)
    assert sheet.place(1, "note") == Place("a.csv", 4, 2)


def test_gb18030_with_semicolons_and_a_title_line() -> None:
    data = "销售明细;;\n编号;品名;数量\n1;可乐;5\n".encode("gb18030")
    sheet, problems = read_sheet("销售.csv", data, SheetFormat("gb18030", ";", 2))
    assert problems == []
    assert sheet.cell(0, "品名") == "可乐"
    assert sheet.place(0, "数量") == Place("销售.csv", 3, 3)


def test_a_row_of_another_width_is_listed_and_left_out() -> None:
    sheet, problems = read_sheet("a.csv", b"a,b\n1,2\n3\n4,5,6\n7,8\n", SheetFormat())
    assert sheet.cells == (("1", "2"), ("7", "8"))
    assert [(p.code, p.place.line) for p in problems] == [
        ("import-row-width", 3),
        ("import-row-width", 4),
    ]
    assert (sheet.faulty, len(sheet)) == (2, 2)


@pytest.mark.parametrize(
    ("data", "how", "line"),
    [
        ("id\n可乐\n".encode("gb18030"), SheetFormat(), 2),
        (b'id,b\n1,2\n3,"open\n', SheetFormat(), 3),
        (b"id\n1\x002\n", SheetFormat(), 2),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(
    data: bytes, how: SheetFormat, line: int
) -> None:
    _, problems = read_sheet("a.csv", data, how)
    assert [(p.code, p.place.line) for p in problems] == [("import-file-unreadable", line)]


def test_two_columns_of_one_name() -> None:
    _, problems = read_sheet("a.csv", b"id,id\n1,2\n", SheetFormat())
    assert [(p.code, p.place) for p in problems] == [("import-column-twice", Place("a.csv", 1, 2))]


def test_empty_lines_are_no_rows() -> None:
    sheet, problems = read_sheet("a.csv", b"id,b\n\n1,2\n,\n\n3,4\n", SheetFormat())
    assert problems == []
    assert sheet.lines == (3, 6)
