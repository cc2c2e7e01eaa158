"""CSV or Parquet bytes -> a sheet of text cells that know their line. No number, no date.

In: the bytes of one file, its encoding and delimiter as the import map declares them (never
guessed: a guess that is right for the first thousand rows is wrong in the next). A byte order
mark is dropped. Quoted fields may hold delimiters, quotes and line breaks; a row's line is the one
where it starts, so that an editor opens at the right place.

Out: `Sheet`, and Problems: `import-file-unreadable` (encoding, unclosed quote, control
character), `import-row-width` (more or fewer fields than the header has), `import-column-twice`.
Rows that are wrong are listed and left out of the sheet; their number stands in `faulty`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from invledger.model import Place, Problem, problem

MAGIC = b"PAR1"  # of a Parquet file
ENCODINGS = ("utf-8", "gb18030", "gbk", "utf-16", "big5", "latin-1", "cp1252")
FIELD_CHARACTERS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class SheetFormat:
    """How a file is to be read; `header` is the line that names the columns, from 1."""

    encoding: str = "utf-8"
    delimiter: str = ","
    header: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one file: `cells[i][position of a column]`, `lines[i]` its line from 1."""

    path: str
    columns: dict[str, int]
    cells: tuple[tuple[str, ...], ...] = ()
    lines: tuple[int, ...] = ()
    faulty: int = 0

    def __len__(self) -> int:
        return len(self.cells)

    def cell(self, row: int, column: str) -> str:
        """The text of a cell without surrounding blanks; KeyError where the column is unknown."""
        return self.cells[row][self.columns[column]]

    def place(self, row: int, column: str = "") -> Place:
        """Where a row or one of its cells stands; the column counts fields from 1."""
        position = self.columns.get(column)
        return Place(self.path, self.lines[row], 0 if position is None else position + 1)


@dataclass(slots=True)
class _Reading:
    """The rows read so far."""

    path: str
    columns: dict[str, int] = field(default_factory=dict)
    cells: list[tuple[str, ...]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    faulty: int = 0
    width: int = 0  # fields of the header


def read_sheet(path: str, data: bytes, how: SheetFormat) -> tuple[Sheet, list[Problem]]:
    """Read one CSV or Parquet file; see the module for what comes back."""
    reading = _Reading(path)
    if data.startswith(MAGIC):
        return _read_parquet(reading, data), reading.problems
    try:
        text = data.decode("utf-8-sig" if how.encoding == "utf-8" else how.encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reading.problems.append(
            problem(
                "import-file-unreadable",
                Place(path, line),
                reason=f"bytes that are not {how.encoding}",
            )
        )
    else:
        _read_rows(reading, text.removeprefix("\ufeff"), how)
    sheet = Sheet(
        path, reading.columns, tuple(reading.cells), tuple(reading.lines), reading.faulty
    )
    return sheet, reading.problems


def _read_parquet(reading: _Reading, data: bytes) -> Sheet:
    """A Parquet file says itself how it is to be read; its rows count as a CSV's would."""
    from invledger.capture.parquet import read_parquet

    names, rows, found = read_parquet(reading.path, data)
    reading.problems += found
    _read_header(reading, 1, tuple(names))
    for line, fields in enumerate(rows, 2):
        if any(_is_unfit(value) for value in fields):
            reading.faulty += 1
            reading.problems.append(_unreadable(reading.path, line, "a control character"))
        elif any(fields):
            reading.cells.append(fields)
            reading.lines.append(line)
    return Sheet(
        reading.path, reading.columns, tuple(reading.cells), tuple(reading.lines), reading.faulty
    )


def _read_rows(reading: _Reading, text: str, how: SheetFormat) -> None:
    """Header first, then every row that is not empty."""
    for line, fields in _records(reading, text, how):
        if line < how.header or not any(fields):
            continue
        if not reading.columns:
            _read_header(reading, line, fields)
        elif len(fields) != reading.width:
            reading.faulty += 1
            reading.problems.append(
                problem(
                    "import-row-width",
                    Place(reading.path, line),
                    found=len(fields),
                    expected=reading.width,
                )
            )
        else:
            reading.cells.append(fields)
            reading.lines.append(line)


def _read_header(reading: _Reading, line: int, fields: tuple[str, ...]) -> None:
    for position, name in enumerate(fields):
        if name in reading.columns:
            reading.problems.append(
                problem(
                    "import-column-twice", Place(reading.path, line, position + 1), column=name
                )
            )
        reading.columns.setdefault(name, position)
    reading.width = len(fields)


def _records(
    reading: _Reading, text: str, how: SheetFormat
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each record with the line where it starts; ends at the first one that cannot be read."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=how.delimiter, strict=True)
    start = 1
    try:
        for fields in rows:
            if any(_is_unfit(value) for value in fields):
                reading.faulty += 1
                reading.problems.append(_unreadable(reading.path, start, "a control character"))
            else:
                yield start, tuple(value.strip() for value in fields)
            start = rows.line_num + 1
    except csv.Error as error:
        reading.faulty += 1
        reading.problems.append(_unreadable(reading.path, start, str(error)))


def _is_unfit(value: str) -> bool:
    """Control characters other than tab and line breaks have no place in a table."""
    if len(value) > FIELD_CHARACTERS_MAX:
        return True
    return not value.isprintable() and any(c < " " and c not in "\t\r\n" for c in value)


def _unreadable(path: str, line: int, reason: str) -> Problem:
    return problem("import-file-unreadable", Place(path, line), reason=reason)
