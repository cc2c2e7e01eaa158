"""render: tables, Problems, vouchers for screens, files, machines; all escaping lives here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invledger import late

if TYPE_CHECKING:
    from invledger.render.choose import FORMATS, Look, render_table
    from invledger.render.data import json_text
    from invledger.render.problems import problems_summary, render_problems
    from invledger.render.safe import (
        spreadsheet_original,
        spreadsheet_text,
        visible,
        visible_lines,
        width_of,
    )
    from invledger.render.svg import tree_svg
    from invledger.render.tree import tree_dot, tree_text
    from invledger.render.voucher import amount_in_words, render_change, render_voucher

__all__ = [
    "FORMATS", "Look", "amount_in_words", "json_text", "problems_summary", "render_change",
    "render_problems", "render_table", "render_voucher", "spreadsheet_original",
    "spreadsheet_text", "tree_dot", "tree_svg", "tree_text", "visible", "visible_lines",
    "width_of",
]  # fmt: skip

__getattr__ = late(
    __name__,
    {
        "choose": ("FORMATS", "Look", "render_table"),
        "data": ("json_text",),
        "problems": ("problems_summary", "render_problems"),
        "safe": (
            "spreadsheet_original", "spreadsheet_text", "visible", "visible_lines", "width_of",
        ),
        "svg": ("tree_svg",),
        "tree": ("tree_dot", "tree_text"),
        "voucher": ("amount_in_words", "render_change", "render_voucher"),
    },
)  # fmt: skip
