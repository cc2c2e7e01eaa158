"""A table as an Excel workbook, with formulas and links switched off.

Figures are numbers as long as Excel can hold them exactly (15 significant digits), text above
that. The audit stamp stands below the table and in the document's properties.

Emits `missing-part`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from invledger.model import Cell, Column, Refused, Table, problem
from invledger.render.safe import visible, width_of
from invledger.render.text import (
    FIGURE,
    about_line,
    audit_line,
    is_figure,
    is_numeric,
    said,
    spoken_cell,
    total_row,
)
from invledger.render.totals import nested_totals, other_totals

EXACT_DIGITS = 15
WIDEST = 60
#: Fixed, so that the same books give the same bytes.
CREATED = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False}  # fmt: skip


def xlsx_table(table: Table, language: str) -> bytes:
    """The workbook's bytes; raises Refused where xlsxwriter is not installed."""
    try:
        import xlsxwriter
    except ImportError:
        raise Refused(problem("missing-part", part="xlsxwriter", extra="excel")) from None
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, SAFE)
    book.set_properties({"title": said(table.title, language), "created": CREATED,
                         "comments": audit_line(table)})  # fmt: skip
    sheet = book.add_worksheet(table.name[:31].replace("/", "-") or "table")
    _fill(book, sheet, table, language)
    book.close()
    return out.getvalue()


def _fill(book: Any, sheet: Any, table: Table, language: str) -> None:  # noqa: ANN401  xlsxwriter has no types
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    figure, strong = _figure_formats(book, table)
    columns = list(table.columns)
    sheet.write_string(0, 0, said(table.title, language), bold)
    sheet.write_string(1, 0, about_line(table, language))
    for at, column in enumerate(columns):
        sheet.write_string(2, at, said(column.title, language), head)
        sheet.set_column(at, at, _width(table, column, language))
    sheet.freeze_panes(3, 0)
    row = 3
    for record in table.rows:
        _row(sheet, row, columns, [spoken_cell(record, c, language) for c in columns], figure)
        row += 1
    total = total_row(table, columns, language)
    if total:
        _row(sheet, row, columns, total, strong)
        row += 1
    others = [[name, text] for name, text in other_totals(table, columns, language)]
    for texts in [*nested_totals(table, language), *others]:
        row += 1
        for at, text in enumerate(texts):
            _plain(sheet, (row, at), text, figure)
    for text in [*(said(note, language) for note in table.notes), audit_line(table)]:
        row += 1
        sheet.write_string(row, 0, text)


def _row(
    sheet: Any,  # noqa: ANN401  xlsxwriter has no types
    row: int,
    columns: Sequence[Column],
    cells: Sequence[Cell],
    formats: dict[int, Any],
) -> None:
    for at, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        text = "" if cell is None else str(cell)
        if text and is_figure(cell, column) and _is_exact(text):
            places = len(text.partition(".")[2])
            sheet.write_number(row, at, float(text), formats[places])
        elif text:
            sheet.write_string(row, at, visible(text))


def _plain(sheet: Any, at: tuple[int, int], text: str, formats: dict[int, Any]) -> None:  # noqa: ANN401  xlsxwriter has no types
    """A total that stands under no column: a number where it is one."""
    digits = text.replace(",", "")
    shape = formats.get(len(digits.partition(".")[2]))
    if FIGURE.fullmatch(digits) and _is_exact(digits) and shape is not None:
        sheet.write_number(*at, float(digits), shape)
    else:
        sheet.write_string(*at, text)


def _figure_formats(book: Any, table: Table) -> tuple[dict[int, Any], dict[int, Any]]:  # noqa: ANN401  xlsxwriter has no types
    places = {0, *_nested_places(table.totals)} | {
        len(text.partition(".")[2])
        for record in [*table.rows, table.totals]
        for text in record.values()
        if isinstance(text, str)
    }
    shapes = {
        n: "#,##0" + ("." + "0" * n if n else "") for n in sorted(places) if n <= EXACT_DIGITS
    }
    plain = {n: book.add_format({"num_format": shape}) for n, shape in shapes.items()}
    bold = {
        n: book.add_format({"num_format": shape, "bold": True, "top": 1})
        for n, shape in shapes.items()
    }
    return plain, bold


def _nested_places(totals: Mapping[str, object]) -> Iterator[int]:
    """Decimals of the figures inside totals that are mappings."""
    for value in totals.values():
        if isinstance(value, Mapping):
            yield from _nested_places(value)
        elif isinstance(value, str):
            yield len(value.partition(".")[2])


def _is_exact(text: str) -> bool:
    return len(text.replace(".", "").lstrip("-0")) <= EXACT_DIGITS


def _width(table: Table, column: Column, language: str) -> int:
    texts = [said(column.title, language)]
    texts += [visible(str(row.get(column.key) or "")) for row in table.rows[:1000]]
    spare = 3 if is_numeric(column) else 1
    return min(max(map(width_of, texts)) + spare, WIDEST)
