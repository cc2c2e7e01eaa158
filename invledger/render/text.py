"""A table for people: aligned columns, thousands separators, totals, notes, audit stamp.

In: a `Table`, a language, the width of the screen (None: as wide as it needs) and whether colour
is wanted. Out: text that ends with a newline. Columns of text are wrapped, never cut, where the
screen is too narrow; figures are never broken. What still does not fit is shown in parts, one
below the other, each with the first columns again. Everything passes `safe.visible`.
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
    lines = [_styled(visible(said(table.title, language)), BOLD, color)]
    about = about_line(table, language)
    lines += [*(wrapped(about, width or sys.maxsize) if about else ()), ""]
    parts = _parts(columns, widths, width)
    if len(parts) > 1 and width is not None and body:  # then texts need not be squeezed
        widths = _roomy(columns, widths, _widths([*body, *foot]), width)
        parts = _parts(columns, widths, width)
    for number, part in enumerate(parts):
        lines += [""] if number else []
        lines += _part(columns, part, widths, (head, body, foot), color=color)
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


def _parts(columns: Sequence[Column], widths: Sequence[int], limit: int | None) -> list[list[int]]:
    """Columns by number, in as many parts as the screen needs; each begins with the same ones."""

    def width_of_part(part: Sequence[int]) -> int:
        return sum(widths[at] for at in part) + len(GAP) * (len(part) - 1)

    everything = list(range(len(columns)))
    if limit is None or width_of_part(everything) <= limit:
        return [everything]
    first: list[int] = []
    for at in everything:
        if is_numeric(columns[at]) or 2 * width_of_part([*first, at]) > limit:
            break
        first.append(at)
    parts, part = [], list(first)
    for at in everything[len(first) :]:
        if width_of_part([*part, at]) > limit and len(part) > len(first):
            parts.append(part)
            part = list(first)
        part.append(at)
    return [*parts, part]


def _roomy(
    columns: Sequence[Column], widths: Sequence[int], natural: Sequence[int], limit: int
) -> list[int]:
    """Columns of text as wide as they like, up to a third of the screen."""
    return [
        had if is_numeric(column) else max(had, min(wanted, limit // 3))
        for column, had, wanted in zip(columns, widths, natural, strict=True)
    ]


def _part(
    columns: Sequence[Column],
    part: Sequence[int],
    widths: Sequence[int],
    texts: tuple[Sequence[Sequence[str]], ...],
    *,
    color: bool,
) -> list[str]:
    """Head, body and foot of some of the columns."""
    chosen, room = [columns[at] for at in part], [widths[at] for at in part]
    head, body, foot = ([[row[at] for at in part] for row in rows] for rows in texts)
    rule = GAP.join("-" * width for width in room)
    lines = [*_lines(chosen, head, room), rule, *_lines(chosen, body, room)]
    is_whole = len(chosen) == len(columns)
    if foot and (is_whole or sum(map(bool, foot[0])) > 1):  # not the word for total alone
        lines += [rule, *(_styled(line, BOLD, color) for line in _lines(chosen, foot, room))]
    return lines


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
