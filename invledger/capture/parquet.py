"""A Parquet file as a sheet of text cells, exactly as written: what `sheet` is for CSV.

Whole numbers, decimals, dates, times and text become text; binary floating point is refused,
since a price of 0.1 is not in it. The number of rows is read from the file's end before anything
is unpacked: a small file can claim billions.

Problems: `import-file-unreadable`.
"""

from __future__ import annotations

import io
from typing import Any

from invledger.model import Place, Problem, problem

ROWS_MAX = 10_000_000


def read_parquet(
    path: str, data: bytes
) -> tuple[list[str], list[tuple[str, ...]], list[Problem]]:
    """Column names, rows of text (absent values empty), and what is wrong with the file."""
    import polars as pl

    try:
        count = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
        if count > ROWS_MAX:
            return [], [], [_unreadable(path, f"{count} rows; at most {ROWS_MAX} are read")]
        frame = pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError):
        return [], [], [_unreadable(path, "a damaged Parquet file")]
    found = [
        _unreadable(path, f"column {name} holds {kind}; write it as decimal or text")
        for name, kind in frame.schema.items()
        if kind.is_float() or kind.is_nested() or kind in (pl.Binary, pl.Object)
    ]
    if found:
        return [], [], found
    texts = [_text_of(pl, frame[name]).to_list() for name in frame.columns]
    return list(frame.columns), list(zip(*texts, strict=True)), []


def _text_of(pl: Any, series: Any) -> Any:  # noqa: ANN401  polars is imported late
    if series.dtype == pl.Boolean:
        series = series.replace_strict({True: "TRUE", False: "FALSE"}, return_dtype=pl.String)
    return series.cast(pl.String).fill_null("").str.strip_chars()


def _unreadable(path: str, reason: str) -> Problem:
    return problem("import-file-unreadable", Place(path), reason=reason)
