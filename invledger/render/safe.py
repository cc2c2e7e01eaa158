"""All escaping for screens and spreadsheets: what a name may not do to the one who reads it.

In: text from the books, from file names, from a device. Out: text without control or bidirectional
characters (attack family A7), cells that no spreadsheet takes for a formula (A5), and the way back
(`spreadsheet_original`). Both are total functions and emit no Problem.
"""

from __future__ import annotations

import re
import unicodedata

#: C0, DEL, C1; bidirectional marks; zero-width characters; line separators; lone surrogates.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
UNSEEN_KEEPING_LINES = re.compile("(?![\n])" + UNSEEN.pattern)
#: Where a cell may begin when a program splits the text: its start, or after a separator or quote.
_FORMULA = re.compile("(^|[,;|\"\t\r\n])('*)(?=[ \x00\x0b\x0c\xa0\u3000]*[=+\\-@＝＋－＠])")
_TAB_OR_CR = re.compile("^('*)(?=[\t\r\n\x00])")

_BREAKS = re.compile("[ :/,，；、。-]")


def visible(text: str) -> str:
    r"""Text for one line of a screen: what would steer a terminal is shown as `\x1b`, `\u202e`."""
    return text if text.isascii() and text.isprintable() else UNSEEN.sub(_escape, text)


def visible_lines(text: str) -> str:
    """The same for text of several lines: newlines stay."""
    return UNSEEN_KEEPING_LINES.sub(_escape, text)


def spreadsheet_text(text: str) -> str:
    """A cell that Excel, LibreOffice and their like keep as text.

    An apostrophe goes before every place where a formula could begin, also behind a separator
    inside the text, since a program that expects `;` splits there. A text that has apostrophes in
    that place gets one more, so that `spreadsheet_original` can always undo it.
    """
    return _TAB_OR_CR.sub(r"'\1", _FORMULA.sub(r"\1'\2", text))


def spreadsheet_original(cell: str) -> str:
    """The text that `spreadsheet_text` guarded."""
    plain = _TAB_OR_CR.sub(lambda match: match[1][1:], cell)
    return _FORMULA.sub(lambda match: match[1] + match[2][1:], plain)


def width_of(text: str) -> int:
    """Columns of a terminal that a text takes: Chinese characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Text filled with blanks to a width in columns."""
    blanks = " " * (width - width_of(text))
    return blanks + text if right else text + blanks


def wrapped(text: str, width: int) -> list[str]:
    """Text cut into lines of at most `width` columns, after blanks and marks where it can be."""
    lines: list[str] = []
    rest = text
    while width_of(rest) > width:
        cut = _fitting(rest, width)
        ends = [match.end() for match in _BREAKS.finditer(rest, 1, cut)]
        blank = rest.rfind(" ", 1, cut + 1)
        best = max([blank, *ends])
        keep = best if 3 * best > cut else cut
        lines.append(rest[:keep].rstrip())
        rest = rest[keep:].lstrip()
    return [*lines, rest] if rest or not lines else lines


def _fitting(text: str, width: int) -> int:
    """How many characters fit, at least one."""
    used = 0
    for index, character in enumerate(text):
        used += _columns(character)
        if used > width:
            return max(index, 1)
    return len(text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
