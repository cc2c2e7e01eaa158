"""How a line of text is laid out: quoting, columns, metadata. Stable under `bean-format -c 72`.

Numbers end where bean-format puts them: it pads between name and number so that the currency
starts in column 72, counting every character as one; what is too long keeps two blanks.

Problems (raised as Refused): text-with-line-break, metadata-key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from invledger.ledger.grammar import CURRENCY, NUMBER, is_date, is_key
from invledger.ledger.names import link_of
from invledger.model import Refused, problem

CURRENCY_COLUMN = 72
_BARE = {
    "expiry": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "qty": re.compile(f"-?{NUMBER}"),
    "rate": re.compile(f"-?{NUMBER}"),
    "line": re.compile("[1-9][0-9]*"),
    "rank": re.compile("[0-9]+"),
    "decimals": re.compile(NUMBER),
    "amount": re.compile(f"-?{NUMBER} {CURRENCY}"),
    "foreign": re.compile(f"-?{NUMBER} {CURRENCY}"),
    "red": re.compile("TRUE"),
}


def has_controls(text: str) -> bool:
    """Whether a text holds line breaks, tabs or other control characters."""
    return not text.isprintable() and any(
        ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in text
    )  # fmt: skip


def quote(text: str) -> str:
    """A string of the language; refuses line breaks and control characters."""
    if has_controls(text):
        raise Refused(problem("text-with-line-break"))
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def aligned(head: str, number: str, rest: str) -> str:
    """`head`, then the number so that `rest` starts in column 72, as bean-format lays it."""
    return f"{head.ljust(CURRENCY_COLUMN - 4 - len(number))}  {number} {rest}"


def meta_line(key: str, value: str, indent: str = "  ") -> str:
    """One line of metadata; dates, numbers and amounts of known keys stand without quotes."""
    if not is_key(key):
        raise Refused(problem("metadata-key", key=key))
    bare = _BARE.get(key)
    is_bare = bare is not None and bare.fullmatch(value) is not None
    if key == "expiry" and not is_date(value):
        is_bare = False
    return f"{indent}{key}: {value if is_bare else quote(value)}"


def meta_lines(pairs: Iterable[tuple[str, str]], indent: str = "  ") -> list[str]:
    """Lines of metadata, empty values left out."""
    return [meta_line(key, value, indent) for key, value in pairs if value]


def header(date: str, texts: tuple[str, str], links: Iterable[str], tags: str = "") -> str:
    """The first line of a transaction; `texts` is payee (may be empty) and narration."""
    payee, narration = texts
    strings = f"{quote(payee)} {quote(narration)}" if payee else quote(narration)
    marks = [f" ^{link_of(link)}" for link in sorted(set(links))]
    marks += [f" #{tag}" for tag in sorted(set(tags.split()))]
    return f"{date} * {strings}{''.join(marks)}"
