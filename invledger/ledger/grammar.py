"""The small regular language that people and our printer write: patterns and their checks.

Whatever falls outside is not wrong, only not regular: beancount's own parser decides about it.
ASCII digits only; a string stays on its line, without tab or backslash.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

STRING = r'"([^"\\\n\t]*)"'
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
#: An unsigned number as we print it: no idle leading zeros, no commas, at most 28 digits.
NUMBER = r"(?:0|[1-9][0-9]{0,27})(?:\.[0-9]{1,27})?"
#: A commodity of two characters or more; TRUE, FALSE and NULL are words of the language.
CURRENCY = r"(?!(?:TRUE|FALSE|NULL)\b)[A-Z][A-Z0-9'._-]*[A-Z0-9](?![A-Za-z0-9'._:-])"
LETTER = "A-Za-z0-9\u3400-\u4dbf\u4e00-\u9fff-"
ACCOUNT = (
    rf"(?:Assets|Liabilities|Equity|Income|Expenses):[A-Z0-9][{LETTER}]*"
    rf"(?::[A-Z0-9\u3400-\u4dbf\u4e00-\u9fff][{LETTER}]*)*(?![^ \t\n\"])"
)
LABEL = r"[A-Za-z0-9/._-]+"
KEY = r"[a-z][a-z0-9-]+"
DIGITS_MAX = 28

_ACCOUNT = re.compile(ACCOUNT)
_CURRENCY = re.compile(CURRENCY)
_NUMBER = re.compile(NUMBER)
_KEY = re.compile(KEY)
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
    """Whether the text is an account of the regular language."""
    return _ACCOUNT.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def is_currency(text: str) -> bool:
    """Whether the text is a commodity of the regular language."""
    return _CURRENCY.fullmatch(text) is not None


@lru_cache(maxsize=65536)
def is_number(text: str) -> bool:
    """Whether the text is an unsigned number of the regular language, of at most 28 digits."""
    return _NUMBER.fullmatch(text) is not None and len(text) - ("." in text) <= DIGITS_MAX


def is_key(text: str) -> bool:
    """Whether the text may be a metadata key (design, section 2)."""
    return _KEY.fullmatch(text) is not None and text not in RESERVED_KEYS
