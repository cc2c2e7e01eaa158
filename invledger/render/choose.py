"""One door for tables: a format's name in, text or bytes out."""

from __future__ import annotations

from invledger.model import Table

FORMATS = ("table", "json", "ndjson", "csv", "tsv", "xlsx", "html", "md")


def render_table(
    table: Table, format_: str, language: str, *, width: int | None = None, color: bool = False
) -> str | bytes:
    """The table in one of `FORMATS`; bytes for `xlsx`.

    `language` is `en` or `zh`; `width` and `color` concern `table` only. Raises Refused with
    `missing-part` where Excel is asked for and its part is not installed, ValueError for a format
    that does not exist.
    """
    if format_ == "table":
        from invledger.render.text import text_table

        return text_table(table, language, width, color=color)
    if format_ == "xlsx":
        from invledger.render.sheet import xlsx_table

        return xlsx_table(table, language)
    if format_ == "html":
        from invledger.render.page import html_table

        return html_table(table, language)
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
