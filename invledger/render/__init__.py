"""render: tables, Problems and vouchers for screens, files and machines; all escaping lives here."""

from invledger.render.choose import FORMATS, render_table
from invledger.render.problems import FORMATS as PROBLEM_FORMATS
from invledger.render.problems import problems_summary, render_problems
from invledger.render.safe import spreadsheet_original, spreadsheet_text, visible, width_of

__all__ = [
    "FORMATS",
    "PROBLEM_FORMATS",
    "problems_summary",
    "render_problems",
    "render_table",
    "spreadsheet_original",
    "spreadsheet_text",
    "visible",
    "width_of",
]
