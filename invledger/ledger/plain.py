"""Our own reader of the regular form, block by block: lines -> directives, or None.

A block is what stands between blank lines. It is read whole or not at all: one line that is not
regular makes the answer None, and beancount's parser reads the block instead. Comments stand on
lines of their own; `; sum:` lines are judged elsewhere (`sums`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from invledger.ledger.directive import Directive, Meta, PlainPosting
from invledger.ledger.grammar import (
    CURRENCY,
    DATE,
    DIGITS_MAX,
    KEY,
    LABEL,
    NUMBER,
    RESERVED_KEYS,
    STRING,
    is_account,
    is_currency,
    is_date,
)

_TRANSACTION = re.compile(
    rf"({DATE}) +([*!]|txn)(?: +{STRING})?(?: +{STRING})?((?: +[#^]{LABEL})*) *"
)
_META = re.compile(rf"[ \t]+({KEY}):[ \t]+{STRING}[ \t]*")
_BARE_META = re.compile(rf"[ \t]+({KEY}):[ \t]+([^\" \t;][^\";]*)")
_POSTING = re.compile(
    rf"[ \t]+([A-Z][^ \t\"]*+)[ \t]+(-?)({NUMBER})[ \t]+([A-Z][^ \t\";]*+)"
    rf"(?:[ \t]+(@@?)[ \t]+({NUMBER})[ \t]+([A-Z][^ \t\";]*+))?[ \t]*"
)
#: Metadata lines of the usual kind, many at once.
_PLAIN_META = re.compile(r' +([a-z][a-z0-9-]++): "([^"\\\n\t]*+)"\n')
_BARE = re.compile(rf"{DATE}|TRUE|FALSE|-?{NUMBER}(?: +{CURRENCY})?|{CURRENCY}")
#: What may be an account. `is_account` judges: its pattern takes long to compile, so it does once.
_WORD = r"[A-Z][^ \t\n\"]*+"
_OPEN = re.compile(rf"({DATE}) +open +({_WORD})((?: +{CURRENCY}(?:,{CURRENCY})*)?) *")
_CLOSE = re.compile(rf"({DATE}) +close +({_WORD}) *")
_COMMODITY = re.compile(rf"({DATE}) +commodity +({CURRENCY}) *")
_PRICE = re.compile(rf"({DATE}) +price +({CURRENCY}) +({NUMBER}) +({CURRENCY}) *")
_CUSTOM = re.compile(
    rf'({DATE}) +custom((?: +(?:"[^"\\\n]*"|-?{NUMBER}(?: +{CURRENCY})?|{DATE}|{_WORD}))+) *'
)
_VALUE = re.compile(
    rf'"([^"\\\n]*)"|({_WORD}|{DATE}|-?{NUMBER}(?: +{CURRENCY})?)'
)


_HEADS = {
    "open": _OPEN, "close": _CLOSE, "commodity": _COMMODITY, "price": _PRICE, "custom": _CUSTOM,
}  # fmt: skip

_Fields = tuple[str, str, str, str, str, bool]


class _Open:
    """A directive while its lines are read: metadata go to the latest posting."""

    def __init__(self, head: Directive) -> None:
        self.head = head
        self.meta: list[tuple[str, str]] = []
        self.at = self.meta
        self.postings: list[tuple[_Fields, list[tuple[str, str]], int]] = []

    def take(self, line: str, lineno: int) -> bool:
        """Take a metadata line or a posting; False when it is not regular."""
        found = _META.fullmatch(line)
        if found is not None:
            self.at.append((found[1], found[2]))
            return found[1] not in RESERVED_KEYS
        found = _POSTING.fullmatch(line)
        if found is not None:
            return self.take_posting(found, lineno)
        found = _BARE_META.fullmatch(line)
        value = None if found is None else _bare_value(found[2])
        if found is None or value is None or found[1] in RESERVED_KEYS:
            return False
        self.at.append((found[1], value))
        return True

    def take_posting(self, found: re.Match[str], lineno: int) -> bool:
        account, sign, number, currency, at, price, price_currency = found.groups("")
        if self.head.kind != "transaction" or not (is_account(account) and is_currency(currency)):
            return False
        if price and not (is_currency(price_currency) and _is_sound(price)):
            return False
        self.at = []
        fields = (account, sign + number, currency, price, price_currency, at == "@@")
        self.postings.append((fields, self.at, lineno))
        return _is_sound(number)

    def finished(self) -> Directive:
        postings = tuple(
            PlainPosting(*fields, "", tuple(meta), at) for fields, meta, at in self.postings
        )
        kind, date, lineno, values, links, tags, _, _ = self.head
        return Directive(kind, date, lineno, values, links, tags, postings, tuple(self.meta))


def parse_block(lines: Sequence[str], lineno: int) -> list[Directive] | None:
    """The directives of a block whose first line has number `lineno`; None if not regular."""
    directives: list[Directive] = []
    current: _Open | None = None
    for at, line in enumerate(lines, lineno):
        if line[:1] in {" ", "\t"}:
            if current is None:
                return None
            if not line.lstrip(" \t").startswith(";") and not current.take(line, at):
                return None
            continue
        if current is not None:
            directives.append(current.finished())
        # A comment in the first column ends a directive, as a blank line does.
        head = None if line.startswith(";") else _parse_head(line, at)
        if head is None and not line.startswith(";"):
            return None
        current = None if head is None else _Open(head)
    if current is not None:
        directives.append(current.finished())
    return directives


@lru_cache(maxsize=4096)
def _bare_value(text: str) -> str | None:
    """A value without quotes, its inner blanks made one; None if not regular."""
    text = text.rstrip(" \t")
    if not (_BARE.fullmatch(text) or is_account(text)) or not _is_sound(text):
        return None
    return _bare(text)


def _parse_head(line: str, lineno: int) -> Directive | None:
    if not is_date(line[:10]):
        return None
    kind = line[10:].lstrip(" ").partition(" ")[0]
    pattern = _HEADS.get(kind)
    if pattern is None:
        return _parse_transaction(line, lineno)
    found = pattern.fullmatch(line)
    values = None if found is None else _values(kind, found)
    return None if found is None or values is None else _simple(kind, found[1], lineno, values)


def _parse_transaction(line: str, lineno: int) -> Directive | None:
    found = _TRANSACTION.fullmatch(line)
    if found is None:
        return None
    date, flag, first, second, labels = found.groups()
    payee, narration = ("", first or "") if second is None else (first, second)
    marks = labels.split()
    return Directive(
        "transaction", date, lineno, ("*" if flag == "txn" else flag, payee, narration),
        _labels(marks, "^"), _labels(marks, "#"), (), (),
    )  # fmt: skip


def _values(kind: str, found: re.Match[str]) -> tuple[str, ...] | None:
    if kind in {"open", "close"} and not is_account(found[2]):
        return None
    if kind == "open":
        currencies = found[3].strip()
        return (found[2], *(currencies.split(",") if currencies else ()))
    if kind != "custom":
        values = found.groups()[1:]
        return values if kind != "price" or _is_sound(values[1]) else None
    pairs = [match.groups() for match in _VALUE.finditer(found[2])]
    if pairs[0][0] is None or pairs[0][0].startswith("fava-"):
        return None  # the pre-scan has a word to say about it
    if not all(bare is None or _is_bare(bare) for _, bare in pairs):
        return None
    return tuple(string if string is not None else _bare(bare) for string, bare in pairs)


def _simple(kind: str, date: str, lineno: int, values: tuple[str, ...]) -> Directive:
    return Directive(kind, date, lineno, values, (), (), (), ())


def _labels(marks: list[str], sign: str) -> tuple[str, ...]:
    return tuple(sorted({mark[1:] for mark in marks if mark[0] == sign}))


def _bare(text: str) -> str:
    """A value without quotes, its inner blanks made one."""
    return " ".join(text.split())


def _is_bare(text: str) -> bool:
    """Whether what `_VALUE` found without quotes is a value: an account, a date, a number."""
    return is_account(text) if text[0].isupper() else _is_sound(text)


def _is_sound(text: str) -> bool:
    """Whether a bare value that looks like a date is one, and a number short enough."""
    if text[:1].isdigit() and text[4:5] == "-":
        return is_date(text)
    number = text.partition(" ")[0].lstrip("-")
    return not number[:1].isdigit() or len(number) - ("." in number) <= DIGITS_MAX


def plain_meta(text: str) -> Meta | None:
    """Metadata lines of one level as pairs; None when a line is not regular."""
    pairs = _PLAIN_META.findall(text)
    if len(pairs) == text.count("\n"):
        return None if any(key in RESERVED_KEYS for key, _ in pairs) else tuple(pairs)
    meta = []
    for line in text.splitlines():
        found = _META.fullmatch(line) or _BARE_META.fullmatch(line)
        if found is None or found[1] in RESERVED_KEYS:
            return None
        value = found[2] if found.re is _META else _bare_value(found[2])
        if value is None:
            return None
        meta.append((found[1], value))
    return tuple(meta)
