"""One door for tables: a format's name in, text or bytes out."""

from __future__ import annotations

from typing import NamedTuple

from invledger.model import Table

FORMATS = ("table", "json", "ndjson", "csv", "tsv", "xlsx", "parquet", "html", "md")


class Look(NamedTuple):
    """How a table shall look: screen width and colour, the company's name and HTML template."""

    width: int | None = None
    color: bool = False
    company: str = ""
    template: str = ""


def render_table(
    table: Table, format_: str, language: str, look: Look | None = None
) -> str | bytes:
    """The table in one of `FORMATS`; bytes for `xlsx` and `parquet`.

    `language` is `en` or `zh`. Raises Refused (`missing-part` where the part for Excel is not
    installed, `template-…` for the company's template), ValueError for a format that does
    not exist.
    """
    look = look or Look()
    if format_ == "table":
        from invledger.render.text import text_table

        return text_table(table, language, look.width, color=look.color)
    if format_ == "xlsx":
        from invledger.render.sheet import xlsx_table

        return xlsx_table(table, language)
    if format_ == "parquet":
        from invledger.render.parquet import parquet_table

        return parquet_table(table)
    if format_ == "html":
        from invledger.render.page import html_table

        return html_table(table, language, look.template, look.company)
    from invledger.render import data

    match format_:
        case "json":
            return data.json_table(table)
        case "ndjson":
            return data.ndjson_table(table)
        case "csv":
            return data.csv_table(table)
        case "tsv":
            return data.csv_table(table, "\t")
        case "md":
            return data.markdown_table(table, language)
    raise ValueError(f"no format {format_!r}")
