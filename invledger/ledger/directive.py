"""What a ledger file says, before anybody asks what it means: plain directives, all text.

Two readers make them, `plain` (our own) and `foreign` (beancount's parser in a child process);
everything after them sees no difference. Numbers stay text, with their trailing zeros.
"""

from __future__ import annotations

import json
from typing import NamedTuple

Meta = tuple[tuple[str, str], ...]


class PlainPosting(NamedTuple):
    """One posting. Text is empty where nothing stands; `oddity` names syntax that we refuse."""

    account: str
    number: str
    currency: str
    price: str  # per unit, or of the whole posting when `is_total`
    price_currency: str
    is_total: bool
    oddity: str  # "cost", "flag" or ""
    meta: Meta
    lineno: int


class Directive(NamedTuple):
    """One dated directive. `values` by kind:

    transaction (flag, payee, narration) · open (account, *currencies) · close (account,) ·
    commodity (name,) ·
    price (commodity, number, currency) · custom (type, *values; an amount is `1.00 CNY`) ·
    other kinds: ().
    """

    kind: str
    date: str
    lineno: int
    values: tuple[str, ...]
    links: tuple[str, ...]
    tags: tuple[str, ...]
    postings: tuple[PlainPosting, ...]
    meta: Meta


class SyntaxFault(NamedTuple):
    """What a parser could not read."""

    lineno: int
    message: str


def encode_directives(directives: list[Directive], faults: list[SyntaxFault]) -> str:
    """Directives as JSON text, the form in which the child process hands them over."""
    return json.dumps({"directives": directives, "faults": faults}, ensure_ascii=True)


def decode_directives(text: str) -> tuple[list[Directive], list[SyntaxFault]]:
    """What `encode_directives` wrote; raises ValueError when the text is something else."""
    try:
        tree = json.loads(text)
        directives = [_directive(*fields) for fields in tree["directives"]]
        return directives, [SyntaxFault(int(line), str(said)) for line, said in tree["faults"]]
    except (KeyError, TypeError) as error:
        raise ValueError("the parser's answer has another shape") from error


def _directive(*fields: object) -> Directive:
    kind, date, lineno, values, links, tags, postings, meta = fields
    if not isinstance(lineno, int) or not isinstance(postings, list):
        raise TypeError("the parser's answer has another shape")
    return Directive(
        str(kind), str(date), lineno, _texts(values), _texts(links), _texts(tags),
        tuple(_posting(*posting) for posting in postings), _pairs(meta),
    )  # fmt: skip


def _posting(*fields: object) -> PlainPosting:
    *texts, is_total, oddity, meta, lineno = fields
    account, number, currency, price, price_currency = _texts(texts)
    if not isinstance(lineno, int):
        raise TypeError("the parser's answer has another shape")
    return PlainPosting(
        account, number, currency, price, price_currency,
        bool(is_total), str(oddity), _pairs(meta), lineno,
    )  # fmt: skip


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("the parser's answer has another shape")
    return tuple(map(str, value))


def _pairs(value: object) -> Meta:
    if not isinstance(value, list):
        raise TypeError("the parser's answer has another shape")
    return tuple((str(key), str(text)) for key, text in value)
