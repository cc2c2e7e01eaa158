"""A table as a Parquet file: figures as exact decimals, dates as dates, everything else as text.

A column of figures becomes decimals with as many places as its widest figure; one that holds
anything else (two units in one cell, say) stays text, so nothing is rounded and nothing guessed.
Title, schema and audit stamp stand in the file's metadata.
"""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal
from typing import Any

from invledger.model import Cell, Column, Table
from invledger.render.text import audit_line, is_figure, is_numeric

DIGITS_MAX = 38  # of a decimal in Parquet
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parquet_table(table: Table) -> bytes:
    """The file's bytes; the same table gives the same bytes."""
    import polars as pl

    series = [_series(pl, column, [row.get(column.key) for row in table.rows])
              for column in table.columns]  # fmt: skip
    out = io.BytesIO()
    stamp = {"invledger.schema": table.schema, "invledger.title": table.title[0],
             "invledger.audit": audit_line(table)}  # fmt: skip
    pl.DataFrame(series).write_parquet(out, compression="zstd", metadata=stamp)
    return out.getvalue()


def _series(pl: Any, column: Column, cells: list[Cell]) -> Any:  # noqa: ANN401  polars is imported late
    given = [None if cell in {None, ""} else cell for cell in cells]
    known = [cell for cell in given if cell is not None]
    if known and is_numeric(column) and all(is_figure(cell, column) for cell in known):
        figures = [None if cell is None else Decimal(str(cell)) for cell in given]
        scale = max(-min(int(f.as_tuple().exponent), 0) for f in figures if f is not None)
        whole = max(len(str(abs(int(f)))) for f in figures if f is not None)
        if whole + scale <= DIGITS_MAX:
            return pl.Series(column.key, figures, dtype=pl.Decimal(DIGITS_MAX, scale))
    if known and column.kind == "date" and all(_DATE.fullmatch(str(cell)) for cell in known):
        days = [None if cell is None else date.fromisoformat(str(cell)) for cell in given]
        return pl.Series(column.key, days, dtype=pl.Date)
    texts = [None if cell is None else str(cell) for cell in given]
    return pl.Series(column.key, texts, dtype=pl.String)
