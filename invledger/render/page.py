"""A table as one HTML page that prints well, without script and without anything from outside.

A company may give its own template (`templates/table.html`, judged by `template`). It sees text
only: no object with methods reaches it.
"""

from __future__ import annotations

from invledger.model import Cell, Column, Place, Table
from invledger.render.safe import visible, width_of
from invledger.render.template import fill
from invledger.render.text import (
    audit_line,
    is_figure,
    is_numeric,
    said,
    shown_columns,
    spoken_cell,
    total_row,
)
from invledger.render.totals import grouped, nested_totals, other_totals

SHORT_MAX = 20  # columns; a longer cell of text may be broken into lines


def html_table(table: Table, language: str, template: str = "", company: str = "") -> str:
    """The page; with `template` as the company's own template makes it."""
    columns = shown_columns(table)
    total = total_row(table, columns, language)
    facts: dict[str, object] = {
        "language": "zh-CN" if language == "zh" else "en",
        "title": said(table.title, language),
        "about": [
            {"name": said(name, language), "text": said(value, language)}
            for name, value in table.about
        ],
        "head": [{"text": said(c.title, language), "figure": is_numeric(c)} for c in columns],
        "rows": [
            _row([spoken_cell(row, c, language) for c in columns], columns) for row in table.rows
        ],
        "total": _row(total, columns) if total else [],
        "others": [
            {"name": name, "text": text} for name, text in other_totals(table, columns, language)
        ],
        "nested": nested_totals(table, language),
        "notes": [said(note, language) for note in table.notes],
        "audit": audit_line(table),
        "schema": table.schema,
        "company": visible(company),
    }
    return fill(facts, template, Place("templates/table.html"))


def _row(cells: list[Cell], columns: list[Column]) -> list[dict[str, object]]:
    return [
        {"text": text, "figure": is_numeric(column), "long": width_of(text) > SHORT_MAX}
        for cell, column in zip(cells, columns, strict=True)
        for text in [_shown(cell, column)]
    ]


def _shown(cell: Cell, column: Column) -> str:
    text = "" if cell is None else visible(str(cell))
    return grouped(text) if is_numeric(column) and is_figure(cell, column) else text
