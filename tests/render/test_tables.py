from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from invledger.model import Column, Refused, Table
from invledger.render import FORMATS, Look, render_table, width_of
from tests.render.samples import table


def text(format_: str, language: str = "en", width: int | None = None) -> str:
    made = render_table(table(), format_, language, Look(width))
    assert isinstance(made, str)
    return made


@pytest.mark.req("RP-02", "RP-13")
def test_a_table_for_people_is_aligned_by_width_and_grouped_by_thousands() -> None:
    lines = text("table", "zh").splitlines()
    assert lines[0] == "库存余额表"
    assert lines[2].split() == ["存货编码", "名称", "状态", "数量", "金额"]
    assert "12,000" in lines[4]
    assert "1,234,567.89" in lines[4]
    assert lines[5].split()[-2:] == ["-5", "-0.50"]
    assert {width_of(line) for line in lines[2:8]} == {width_of(lines[3])}
    assert lines[7].startswith("合计")
    assert lines[-1] == "commit abc123  data 5f"
    assert "附注。" in lines


@pytest.mark.req("CF-07")
def test_names_and_terms_follow_the_language() -> None:
    assert "Cola 330 ml" in text("table", "en")
    assert "可乐 330ml" in text("table", "zh")
    assert "螺丝 M6×20" in text("table", "en")  # no English name: the only one there is
    assert "locked" in text("table", "en")
    assert "锁定" in text("table", "zh")
    assert "锁定" in text("html", "zh")
    assert '"locked"' in text("json", "zh")


def test_a_narrow_screen_wraps_text_and_never_breaks_figures() -> None:
    narrow = text("table", "en", width=58)
    assert max(map(width_of, narrow.splitlines())) <= 58
    assert "1,234,567.89" in narrow
    assert {"Cola", "330", "ml"} <= set(narrow.split())


def test_colour_is_only_where_it_is_wanted() -> None:
    assert "\x1b" not in str(render_table(table(), "table", "en", Look(color=False)))
    assert "\x1b[1mStock\x1b[0m" in str(render_table(table(), "table", "en", Look(color=True)))
    assert "\x1b" not in str(render_table(table(), "json", "en", Look(color=True)))


@pytest.mark.req("IT-02")
def test_json_has_schema_audit_rows_totals_in_this_order_and_amounts_as_text() -> None:
    made = json.loads(text("json"))
    assert list(made) == ["schema", "audit", "rows", "totals"]
    assert made["schema"] == "invledger.stock/1"
    assert made["audit"] == {"commit": "abc123", "data": "5f"}
    assert list(made["rows"][0]) == ["item", "name", "status", "quantity", "value"]
    assert made["rows"][0]["value"] == "1234567.89"
    assert made["totals"]["by_level"]["1"]["debit"] == "3.00"
    assert text("json", "en") == text("json", "zh")


def test_ndjson_is_one_row_a_line() -> None:
    lines = [json.loads(line) for line in text("ndjson").splitlines()]
    assert [line["item"] for line in lines] == ["SKU-COLA330", "SKU-2"]
    assert lines == json.loads(text("json"))["rows"]


@pytest.mark.parametrize(("format_", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_csv_and_tsv_have_plain_figures_and_the_keys_of_json(format_: str, delimiter: str) -> None:
    made = list(csv.reader(io.StringIO(text(format_, "zh")), delimiter=delimiter))
    assert made[0] == ["item", "name", "status", "quantity", "value"]
    assert made[1] == ["SKU-COLA330", "可乐 330ml", "available", "12000", "1234567.89"]
    assert made[2][3:] == ["-5", "-0.50"]
    assert len(made) == 3


def test_markdown_is_a_table_that_no_cell_breaks() -> None:
    broken = ({"item": "a|b", "name": "<b>*x*</b>", "quantity": "1", "value": "2.00"},)
    made = str(render_table(table(broken), "md", "en"))
    rows = [line for line in made.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows[:4]} == {5}
    assert "&lt;b&gt;\\*x\\*" in made
    assert rows[1] == "| --- | --- | ---: | ---: |"


class Page(HTMLParser):
    """Which tags a page has, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.req("RP-14")
def test_html_is_one_page_without_script_or_anything_from_outside() -> None:
    hostile = ({"item": "<script>alert(1)</script>", "name": "{{ 7*7 }}", "quantity": "1",
                "value": "2.00"},)  # fmt: skip
    made = str(render_table(table(hostile), "html", "zh"))
    page = Page()
    page.feed(made)
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert "http://" not in made.replace("http-equiv", "")
    assert "https://" not in made
    assert page.tags.count("table") == 2
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7*7 }}" in page.text
    assert 'lang="zh-CN"' in made
    assert "@media print" in made


@pytest.mark.req("RP-14")
def test_xlsx_holds_figures_as_numbers_and_the_stamp() -> None:
    pytest.importorskip("xlsxwriter")
    fastexcel = pytest.importorskip("fastexcel")
    made = render_table(table(), "xlsx", "zh")
    assert isinstance(made, bytes)
    assert made == render_table(table(), "xlsx", "zh")
    book = fastexcel.read_excel(made)
    sheet = book.load_sheet(0, header_row=2, dtypes="string")
    assert sheet.available_columns()[0].name == "存货编码"
    assert made[:2] == b"PK"


def test_figures_that_excel_cannot_hold_stay_text() -> None:
    pytest.importorskip("xlsxwriter")
    import zipfile

    rows = ({"item": "a", "quantity": "1", "value": "1234567890123456.78"},)
    made = render_table(table(rows), "xlsx", "en")
    assert isinstance(made, bytes)
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        strings = book.read("xl/sharedStrings.xml").decode()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "1234567890123456.78" in strings
    assert "<v>1</v>" in sheet


def test_excel_without_its_part_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(Refused) as caught:
        render_table(table(), "xlsx", "en")
    (found,) = caught.value.problems
    assert (found.code, found.exit_code) == ("missing-part", 6)
    assert found.remedy() == "pip install 'invledger[excel]'"


def test_an_empty_table_shows_its_columns_in_every_format() -> None:
    pytest.importorskip("xlsxwriter")
    empty = Table("stock", ("Stock", "库存"), (Column("item", ("Item", "存货")),), ())
    for format_ in FORMATS:
        assert render_table(empty, format_, "zh") or format_ == "ndjson"
    assert "存货" in str(render_table(empty, "table", "zh"))


def test_a_format_that_does_not_exist_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="pdf"):
        render_table(table(), "pdf", "en")


ABOUT = [
    (("Period", "期间"), ("2026-01-01 … 2026-01-31",) * 2),
    (("Name", "品名"), ("<Cola>", "可乐")),
]


@pytest.mark.req("RP-01")
@pytest.mark.parametrize("format_", ["table", "md", "html"])
def test_what_a_table_is_about_stands_under_its_title(format_: str) -> None:
    shown = render_table(replace(table(), about=ABOUT), format_, "zh")
    assert isinstance(shown, str)
    head = shown[: shown.index("SKU-COLA330")]
    assert "期间：2026-01-01 … 2026-01-31" in head
    assert "品名：可乐" in head
    english = render_table(replace(table(), about=ABOUT), format_, "en")
    assert isinstance(english, str)
    assert ("<Cola>" in english) is (format_ == "table")


def test_what_a_table_is_about_is_wrapped_and_no_part_of_its_data() -> None:
    narrow = render_table(replace(table(), about=ABOUT), "table", "zh", Look(width=30))
    assert isinstance(narrow, str)
    assert "期间：2026-01-01 … 2026-01-31\n品名：可乐\n" in narrow
    for format_ in ("json", "ndjson", "csv", "tsv"):
        same = render_table(replace(table(), about=ABOUT), format_, "zh")
        assert same == render_table(table(), format_, "zh")


@pytest.mark.req("RP-20")
def test_totals_below_an_excel_table_are_numbers_too() -> None:
    pytest.importorskip("xlsxwriter")
    data = render_table(table(), "xlsx", "en")
    assert isinstance(data, bytes)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "<v>3</v>" in sheet  # the debit of level 1
    assert ">3.00<" not in texts


@pytest.mark.req("RP-03")
@pytest.mark.parametrize("width", [30, 40, 60])
def test_what_is_too_wide_is_shown_in_parts_that_each_name_the_row(width: int) -> None:
    columns = [Column("item", ("Item", "存货"))]
    columns += [Column(f"v{n}", (f"V{n}", f"值{n}"), "money") for n in range(9)]
    given = [{"item": f"A{i}", **{f"v{n}": f"{i}{n}000.00" for n in range(9)}} for i in (1, 2)]
    totals = {f"v{n}": f"3{n}000.00" for n in range(9)}
    made = render_table(
        Table("t", ("T", "表"), columns, given, totals), "table", "en", Look(width)
    )
    assert isinstance(made, str)
    lines = made.splitlines()
    assert max(map(width_of, lines)) <= width
    parts = made.split("\n\n")[1:]
    assert len(parts) > 1
    for part in parts:
        first = [line.split()[0].strip("-") for line in part.splitlines()]
        assert first == ["Item", "", "A1", "A2", "", "Total"]
    for row in given:
        assert all(
            f"{int(value[:-3]):,}.00" in made for key, value in row.items() if key != "item"
        )


@pytest.mark.parametrize("width", [1, 20, 80])
def test_a_wide_table_without_rows_has_its_head(width: int) -> None:
    columns = [Column(f"v{n}", (f"Value {n}", f"值{n}"), "money") for n in range(9)]
    made = render_table(Table("t", ("T", "表"), columns, []), "table", "en", Look(width))
    assert isinstance(made, str)
    assert "Value" in made


def test_totals_of_nothing_are_no_column() -> None:
    empty = {"by_level": {}, "trial_balance": {"debit": "0.00"}}
    made = render_table(
        Table("t", ("T", "表"), [Column("a", ("A", "甲"))], [], empty), "table", "en"
    )
    assert isinstance(made, str)
    assert "Trial balance" in made
    assert "Level" not in made
