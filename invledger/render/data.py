r"""A table for programs: JSON, NDJSON, CSV, TSV, Markdown.

In: a `Table`. Out: text. JSON is exact and versioned (`invledger.<table>/<version>`): keys in a
fixed order, amounts and quantities as text, control and bidirectional characters as `\u....`.
CSV and TSV carry plain figures without thousands separators; cells of text that a spreadsheet
would run as a formula get an apostrophe (`safe.spreadsheet_text`), negative figures stay figures.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping

from invledger.model import Cell, Column, Table
from invledger.render.safe import UNSEEN_KEEPING_LINES, spreadsheet_text, visible
from invledger.render.text import (
    about_line,
    audit_line,
    is_figure,
    is_numeric,
    said,
    shown_columns,
    spoken_cell,
    total_row,
)
from invledger.render.totals import nested_totals, other_totals


def json_text(value: object, *, indent: int | None = 2) -> str:
    """JSON in UTF-8 without raw control or bidirectional characters, ending in a newline."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    return UNSEEN_KEEPING_LINES.sub(_json_escape, text) + "\n"


def json_table(table: Table) -> str:
    """`{"schema", "audit", "rows", "totals"}`."""
    return json_text(
        {
            "schema": table.schema,
            "audit": dict(table.audit),
            "rows": [_record(row, table) for row in table.rows],
            "totals": table.totals,
        }
    )


def ndjson_table(table: Table) -> str:
    """One row a line."""
    return "".join(json_text(_record(row, table), indent=None) for row in table.rows)


def csv_table(table: Table, delimiter: str = ",") -> str:
    """Header with the keys of the JSON, the same in every language; one row a line, no totals."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.key for column in table.columns])
    for row in table.rows:
        writer.writerow([_sheet_cell(row.get(c.key), c) for c in table.columns])
    return out.getvalue()


def markdown_table(table: Table, language: str) -> str:
    """A pipe table with title, totals, notes and audit stamp."""
    columns = shown_columns(table)
    lines = [f"## {_md(said(table.title, language))}", ""]
    about = about_line(table, language)
    lines += [_md(about), ""] if about else []
    lines.append(_md_row([_md(said(c.title, language)) for c in columns]))
    lines.append(_md_row(["---:" if is_numeric(c) else "---" for c in columns]))
    lines += [
        _md_row([_md(_text(spoken_cell(row, c, language))) for c in columns]) for row in table.rows
    ]
    total = total_row(table, columns, language)
    if total:
        lines.append(_md_row([f"**{_md(_text(cell))}**" if cell else "" for cell in total]))
    nested = nested_totals(table, language)
    if nested:
        lines += ["", _md_row([_md(text) for text in nested[0]])]
        lines.append(_md_row(["---", *("---:" for _ in nested[0][1:])]))
        lines += [_md_row([_md(text) for text in row]) for row in nested[1:]]
    for name, text in other_totals(table, columns, language):
        lines += ["", f"{_md(name)}: {_md(text)}"]
    for note in table.notes:
        lines += ["", _md(said(note, language))]
    stamp = audit_line(table)
    return "\n".join([*lines, "", f"<sub>{_md(stamp)}</sub>"] if stamp else lines) + "\n"


def _record(row: Mapping[str, Cell], table: Table) -> dict[str, Cell]:
    """The columns in their order, then what else the row knows (translations stay out)."""
    keys = [column.key for column in table.columns]
    more = [key for key in row if key not in keys and not key.endswith(("_en", "_zh"))]
    return {key: row.get(key) for key in (*keys, *more)}


def _text(cell: Cell) -> str:
    return "" if cell is None else visible(str(cell))


def _sheet_cell(cell: Cell, column: Column) -> str:
    if cell is None or is_figure(cell, column):
        return _text(cell)
    return visible(spreadsheet_text(str(cell)))


def _md_row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _md(text: str) -> str:
    """Text without a meaning for Markdown or HTML."""
    for mark in "\\`*_[]|~#":
        text = text.replace(mark, "\\" + mark)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
