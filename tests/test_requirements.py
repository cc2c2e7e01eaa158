"""The marker `req` names rows that exist, and the report tells proven rows from open ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.requirements_report import TABLE, Row, main, proofs_of, read_rows, report

EXAMPLE = """\
| id | capability | code | translation |
| --- | --- | --- | --- |
| IN-01 | Purchase receipt [采购入库] | F | movement type |
| IN-13 | Provisional receipt | F + | auto |
| SC-02a | Scanner | F/D | see below |
"""


def test_rows_are_read_from_the_table() -> None:
    assert read_rows(EXAMPLE) == [
        Row("IN-01", "Purchase receipt [采购入库]", "F"),
        Row("IN-13", "Provisional receipt", "F +"),
        Row("SC-02a", "Scanner", "F/D"),
    ]


def test_every_row_of_the_real_table_is_read() -> None:
    text = TABLE.read_text(encoding="utf-8") if TABLE.is_file() else EXAMPLE
    begun = re.findall(r"^\| *([A-Z]+-\d+\w*)", text, re.MULTILINE)
    assert [row.id for row in read_rows(text)] == begun
    assert len(set(begun)) == len(begun)


def test_the_report_says_none_and_counts() -> None:
    proofs = {"IN-01": ["tests/test_a.py::test_b"], "ZZ-9": ["tests/test_a.py::test_c"]}
    assert list(report(read_rows(EXAMPLE)[:2], proofs)) == [
        "IN-01    F    Purchase receipt [采购入库]",
        "         tests/test_a.py::test_b",
        "IN-13    F +  Provisional receipt",
        "         none",
        "ZZ-9          not a row of the table",
        "         tests/test_a.py::test_c",
        "1 of 2 rows have a test, 1 have none.",
    ]


def test_markers_name_rows_that_exist(request: pytest.FixtureRequest) -> None:
    named = set(proofs_of(request.session.items))
    assert all(re.fullmatch(r"[A-Z]{2,}-[0-9]+[a-z]?", row) for row in named)
    if TABLE.is_file():
        assert named <= {row.id for row in read_rows(TABLE.read_text(encoding="utf-8"))}


def test_an_absent_table_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.requirements_report.collect", list)
    assert main([str(tmp_path / "no.md")]) == 0
    assert "is absent" in capsys.readouterr().err
