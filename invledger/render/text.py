"""A table for people: aligned columns, thousands separators, totals, notes, audit stamp.

In: a `Table`, a language, the width of the screen (None: as wide as it needs) and whether colour
is wanted. Out: text that ends with a newline. Columns of text are wrapped, never cut, where the
screen is too narrow; figures are never broken. Everything passes `safe.visible`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence

from invledger.model import Cell, Column, Table
from invledger.render.safe import padded, visible, width_of, wrapped
from invledger.render.totals import aligned, grouped, nested_totals, other_totals

BOLD, DIM, RED, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[0m"
NARROWEST = 10
GAP = "  "
NUMERIC = frozenset({"quantity", "money", "number", "price"})
FIGURE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{40,64}", re.ASCII)
DIGEST_SHOWN = 12
_TOTAL = {"en": "Total", "zh": "合计"}


def text_table(table: Table, language: str, width: int | None, *, color: bool) -> str:
    """The table as lines of text."""
    columns = shown_columns(table)
    body = [[shown(row, c, language) for c in columns] for row in table.rows]
    total = total_row(table, columns, language)
    foot = [[_figured(cell, c) for cell, c in zip(total, columns, strict=True)]] if total else []
    head = [[said(column.title, language) for column in columns]]
    widths = _fitted(columns, _widths([*head, *body, *foot]), _widths([*body, *foot]), width)
    rule = GAP.join("-" * w for w in widths)
    lines = [_styled(visible(said(table.title, language)), BOLD, color)]
    about = about_line(table, language)
    lines += [*(wrapped(about, width or sys.maxsize) if about else ()), ""]
    lines += _lines(columns, head, widths)
    lines += [rule, *_lines(columns, body, widths)]
    if foot:
        lines += [rule, *(_styled(line, BOLD, color) for line in _lines(columns, foot, widths))]
    lines += _after(table, columns, language, color=color)
    return "\n".join(lines) + "\n"


def said(title: Sequence[str], language: str) -> str:
    """A title (English, Chinese) in a language, without anything that steers a terminal."""
    return visible(title[1] if language == "zh" and title[1] else title[0] or title[1])


def about_line(table: Table, language: str) -> str:
    """What the table is about, on one line; empty where it does not say."""
    colon = "：" if language == "zh" else ": "
    return "  ".join(
        f"{said(title, language)}{colon}{said(value, language)}" for title, value in table.about
    )


def is_numeric(column: Column) -> bool:
    """Whether figures of this column line up on the right."""
    return column.kind in NUMERIC


def is_figure(cell: Cell, column: Column) -> bool:
    """Whether this cell is a number: an integer, or number text in a column of numbers."""
    if isinstance(cell, int):
        return True
    return bool(cell) and is_numeric(column) and FIGURE.fullmatch(cell or "") is not None


def shown_columns(table: Table) -> list[Column]:
    """Columns worth a place on a screen: those that some row fills, or all where no row stands."""
    kept = [
        c for c in table.columns if any(row.get(c.key) not in {None, ""} for row in table.rows)
    ]
    return kept or list(table.columns)


def total_row(table: Table, columns: Sequence[Column], language: str) -> list[Cell] | None:
    """The totals that belong under columns, the word for total in the first free column."""
    cells: list[Cell] = [_flat(table.totals.get(column.key)) for column in columns]
    if not any(cell is not None for cell in cells):
        return None
    free = next((n for n, cell in enumerate(cells) if cell is None), None)
    if free is not None:
        cells[free] = _TOTAL[language]
    return cells


def _flat(value: object) -> Cell:
    return value if isinstance(value, str | int) else None


def shown(row: Mapping[str, Cell], column: Column, language: str) -> str:
    """A cell for people: figures grouped, words of the program and names in the language."""
    return _figured(spoken_cell(row, column, language), column)


def spoken_cell(row: Mapping[str, Cell], column: Column, language: str) -> Cell:
    """A cell in the language: terms translated, `name` from `name_en` or `name_zh` if there."""
    cell = row.get(column.key)
    if column.kind == "term" and isinstance(cell, str):
        from invledger.reports import TERMS

        title = TERMS.get(cell)
        if title is not None:
            return title[language == "zh"]
    return row.get(f"{column.key}_{language}") or cell


def _figured(cell: Cell, column: Column) -> str:
    text = visible("" if cell is None else str(cell))
    return grouped(text) if is_figure(cell, column) and is_numeric(column) else text


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(width_of, column)) for column in zip(*rows, strict=True)]


def _fitted(
    columns: Sequence[Column], widths: list[int], figures: list[int], limit: int | None
) -> list[int]:
    """Make columns narrower until the line fits, as far as that makes sense.

    First the titles of figures are wrapped to the width of the figures, then the widest columns of
    text. Figures and dates are never broken.
    """
    widths = list(widths)

    def too_wide() -> bool:
        return limit is not None and sum(widths) + len(GAP) * (len(widths) - 1) > limit

    if too_wide() and figures:
        for at, column in enumerate(columns):
            if is_numeric(column):
                widths[at] = max(figures[at], min(widths[at], NARROWEST))
    texts = [at for at, c in enumerate(columns) if not is_numeric(c) and c.kind != "date"]
    while too_wide():
        widest = max(texts, key=lambda at: widths[at], default=None)
        if widest is None or widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _lines(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], widths: Sequence[int]
) -> list[str]:
    lines: list[str] = []
    for row in rows:
        cells = [
            [text] if width_of(text) <= width else wrapped(text, width)
            for text, width in zip(row, widths, strict=True)
        ]
        for at in range(max(map(len, cells))):
            parts = (
                padded(cell[at] if at < len(cell) else "", width, right=is_numeric(column))
                for cell, column, width in zip(cells, columns, widths, strict=True)
            )
            lines.append(GAP.join(parts).rstrip())
    return lines


def _after(table: Table, columns: Sequence[Column], language: str, *, color: bool) -> list[str]:
    lines: list[str] = []
    nested = nested_totals(table, language)
    if nested:
        lines += ["", *aligned(nested)]
    others = other_totals(table, columns, language)
    if others:
        lines += ["", *aligned([[f"{name}:", text] for name, text in others])]
    if table.notes:
        lines += ["", *(said(note, language) for note in table.notes)]
    stamp = audit_line(table, short=True)
    return [*lines, "", _styled(stamp, DIM, color)] if stamp else lines


def audit_line(table: Table, *, short: bool = False) -> str:
    """The audit stamp on one line; `short` cuts digests to what fits a screen."""
    parts = []
    for key, value in table.audit.items():
        text = value[:DIGEST_SHOWN] if short and _DIGEST.fullmatch(value) else value
        if text:
            parts.append(f"{visible(key)} {visible(text)}")
    return "  ".join(parts)


def _styled(text: str, style: str, color: bool) -> str:
    return f"{style}{text}{PLAIN}" if color and text else text
