"""Our own reader of the regular form, block by block: lines -> directives, or None.

A block is what stands between blank lines. It is read whole or not at all: one line that is not
regular makes the answer None, and beancount's parser reads the block instead. Comments stand on
lines of their own; `; sum:` lines are judged elsewhere (`sums`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from invledger.ledger.directive import Directive, Leg, Meta
from invledger.ledger.grammar import (
    ACCOUNT,
    CURRENCY,
    DATE,
    DIGITS_MAX,
    KEY,
    LABEL,
    NUMBER,
    RESERVED_KEYS,
    STRING,
    is_date,
)

_TRANSACTION = re.compile(
    rf"({DATE}) +([*!]|txn)(?: +{STRING})?(?: +{STRING})?((?: +[#^]{LABEL})*) *"
)
_META = re.compile(
    rf"[ \t]+({KEY}):[ \t]+(?:{STRING}|({DATE}|TRUE|FALSE|-?{NUMBER}(?: +{CURRENCY})?"
    rf"|{ACCOUNT}|{CURRENCY}))[ \t]*"
)
_LEG = re.compile(
    rf"[ \t]+({ACCOUNT})[ \t]+(-?)({NUMBER})[ \t]+({CURRENCY})"
    rf"(?:[ \t]+(@@?)[ \t]+({NUMBER})[ \t]+({CURRENCY}))?[ \t]*"
)
_OPEN = re.compile(rf"({DATE}) +open +({ACCOUNT})((?: +{CURRENCY}(?:,{CURRENCY})*)?) *")
_CLOSE = re.compile(rf"({DATE}) +close +({ACCOUNT}) *")
_COMMODITY = re.compile(rf"({DATE}) +commodity +({CURRENCY}) *")
_PRICE = re.compile(rf"({DATE}) +price +({CURRENCY}) +({NUMBER}) +({CURRENCY}) *")
_CUSTOM = re.compile(
    rf'({DATE}) +custom((?: +(?:"[^"\\\n]*"|-?{NUMBER}(?: +{CURRENCY})?|{DATE}|{ACCOUNT}))+) *'
)
_VALUE = re.compile(
    rf'"([^"\\\n]*)"|({ACCOUNT}|{DATE}|-?{NUMBER}(?: +{CURRENCY})?)'
)


def parse_block(lines: Sequence[str], lineno: int) -> list[Directive] | None:
    """The directives of a block whose first line has number `lineno`; None if not regular."""
    directives: list[Directive] = []
    head: Directive | None = None
    meta: list[tuple[str, str]] = []
    legs: list[Leg] = []
    for offset, line in enumerate(lines):
        if line[:1] not in {" ", "\t"}:
            if head is not None:
                directives.append(_finished(head, meta, legs))
            # A comment in the first column ends a directive, as a blank line does.
            is_comment = line.startswith(";")
            head = None if is_comment else _parse_head(line, lineno + offset)
            meta, legs = [], []
            if head is None and not is_comment:
                return None
        elif head is not None and line.lstrip(" \t").startswith(";"):
            continue
        elif head is None or not _parse_indented(line, lineno + offset, meta, legs):
            return None
        if legs and (head is None or head.kind != "transaction"):
            return None
    if head is not None:
        directives.append(_finished(head, meta, legs))
    return directives


def _parse_indented(
    line: str, lineno: int, meta: list[tuple[str, str]], legs: list[Leg]
) -> bool:
    """Take a metadata line or a posting; metadata after a posting belongs to it."""
    found = _META.fullmatch(line)
    if found is not None:
        key, string, bare = found.groups()
        pair = (key, string if string is not None else _bare(bare))
        if key in RESERVED_KEYS or (bare is not None and not _is_sound(bare)):
            return False
        if legs:
            legs[-1] = legs[-1]._replace(meta=(*legs[-1].meta, pair))
        else:
            meta.append(pair)
        return True
    found = _LEG.fullmatch(line)
    if found is None:
        return False
    account, sign, number, currency, at, price, price_currency = found.groups("")
    if not (_is_sound(number) and _is_sound(price)):
        return False
    legs.append(
        Leg(account, sign + number, currency, price, price_currency, at == "@@", "", (), lineno)
    )
    return True


def _finished(head: Directive, meta: list[tuple[str, str]], legs: list[Leg]) -> Directive:
    return head._replace(meta=tuple(meta), legs=tuple(legs))


def _parse_head(line: str, lineno: int) -> Directive | None:
    if not is_date(line[:10]):
        return None
    found = _TRANSACTION.fullmatch(line)
    if found is not None:
        date, flag, first, second, labels = found.groups()
        payee, narration = ("", first or "") if second is None else (first, second)
        marks = labels.split()
        return Directive(
            "transaction", date, lineno, ("*" if flag == "txn" else flag, payee, narration),
            _labels(marks, "^"), _labels(marks, "#"), (), (),
        )  # fmt: skip
    for kind, pattern in (
        ("open", _OPEN), ("close", _CLOSE), ("commodity", _COMMODITY), ("price", _PRICE),
        ("custom", _CUSTOM),
    ):  # fmt: skip
        found = pattern.fullmatch(line)
        if found is not None:
            values = _values(kind, found)
            return None if values is None else _simple(kind, found[1], lineno, values)
    return None


def _values(kind: str, found: re.Match[str]) -> tuple[str, ...] | None:
    if kind == "open":
        currencies = found[3].strip()
        return (found[2], *(currencies.split(",") if currencies else ()))
    if kind != "custom":
        values = found.groups()[1:]
        return values if kind != "price" or _is_sound(values[1]) else None
    pairs = [match.groups() for match in _VALUE.finditer(found[2])]
    if pairs[0][0] is None or pairs[0][0].startswith("fava-"):
        return None  # the pre-scan has a word to say about it
    if any(bare is not None and not _is_sound(bare) for _, bare in pairs):
        return None
    return tuple(string if string is not None else _bare(bare) for string, bare in pairs)


def _simple(kind: str, date: str, lineno: int, values: tuple[str, ...]) -> Directive:
    return Directive(kind, date, lineno, values, (), (), (), ())


def _labels(marks: list[str], sign: str) -> tuple[str, ...]:
    return tuple(sorted({mark[1:] for mark in marks if mark[0] == sign}))


def _bare(text: str) -> str:
    """A value without quotes, its inner blanks made one."""
    return " ".join(text.split())


def _is_sound(text: str) -> bool:
    """Whether a bare value that looks like a date is one, and a number short enough."""
    if text[:1].isdigit() and text[4:5] == "-":
        return is_date(text)
    number = text.partition(" ")[0].lstrip("-")
    return not number[:1].isdigit() or len(number) - ("." in number) <= DIGITS_MAX


def plain_meta(text: str) -> Meta | None:
    """Metadata lines of one level as pairs; None when a line is not regular."""
    meta: list[tuple[str, str]] = []
    legs: list[Leg] = []
    for line in text.splitlines():
        if not _parse_indented(line, 0, meta, legs) or legs:
            return None
    return tuple(meta)
