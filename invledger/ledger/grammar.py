"""The small regular language that people and our printer write: patterns and their checks.

Whatever falls outside is not wrong, only not regular: beancount's own parser decides about it.
ASCII digits only; a string stays on its line, without tab or backslash.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from string import ascii_letters, ascii_uppercase, digits

STRING = r'"([^"\\\n\t]*)"'
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
#: An unsigned number as we print it: no idle leading zeros, no commas, at most 28 digits.
NUMBER = r"(?:0|[1-9][0-9]{0,27})(?:\.[0-9]{1,27})?"
#: A commodity of two characters or more; TRUE, FALSE and NULL are words of the language.
CURRENCY = r"(?!(?:TRUE|FALSE|NULL)\b)[A-Z][A-Z0-9'._-]*[A-Z0-9](?![A-Za-z0-9'._:-])"
ROOTS = frozenset({"Assets", "Liabilities", "Equity", "Income", "Expenses"})
LABEL = r"[A-Za-z0-9/._-]+"
KEY = r"[a-z][a-z0-9-]+"
DIGITS_MAX = 28

_CAPITALS = frozenset(ascii_uppercase + digits)
_LETTERS = frozenset(ascii_letters + digits + "-")
_CURRENCY = re.compile(CURRENCY)
_NUMBER = re.compile(NUMBER)
_KEY = re.compile(KEY)
_LABEL = re.compile(LABEL)
#: Keys that beancount itself writes into metadata.
RESERVED_KEYS = frozenset({"filename", "lineno"})


@lru_cache(maxsize=65536)
def is_date(text: str) -> bool:
    """Whether the text is a day of the calendar as `YYYY-MM-DD`."""
    if len(text) != 10 or not text.isascii():
        return False
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@lru_cache(maxsize=65536)
def is_account(text: str) -> bool:
    """Whether the text is an account of the regular language.

    By hand: a pattern with sets of Chinese characters takes 2 ms to compile.
    """
    root, *parts = text.split(":")
    return (
        root in ROOTS
        and bool(parts)
        and parts[0][:1] in _CAPITALS
        and all(part and (part[0] in _CAPITALS or _is_chinese(part[0])) for part in parts)
        and all(sign in _LETTERS or _is_chinese(sign) for part in parts for sign in part[1:])
    )


def _is_chinese(sign: str) -> bool:
    return "\u3400" <= sign <= "\u4dbf" or "\u4e00" <= sign <= "\u9fff"


@lru_cache(maxsize=65536)
def is_currency(text: str) -> bool:
    """Whether the text is a commodity of the regular language."""
    return _CURRENCY.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def is_number(text: str) -> bool:
    """Whether the text is an unsigned number of the regular language, of at most 28 digits."""
    return _NUMBER.fullmatch(text) is not None and len(text) - ("." in text) <= DIGITS_MAX


def is_label(text: str) -> bool:
    """Whether the text may be a tag or a link, without its sign."""
    return _LABEL.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Whether the text may be a metadata key (design, section 2)."""
    return _KEY.fullmatch(text) is not None and text not in RESERVED_KEYS
