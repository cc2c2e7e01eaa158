"""The second reader: beancount's parser. The only file that knows beancount.

`python -m invledger.ledger.foreign` reads beancount text from standard input and writes plain
directives as JSON; `store` runs it with limits on memory and time, on text that the pre-scan let
through. Only the parser, never the loader: the loader imports plug-ins and unpickles caches.
"""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from typing import Any

from invledger.ledger.directive import (
    Directive,
    Meta,
    PlainPosting,
    SyntaxFault,
    encode_directives,
)


class _Bytes:
    """The one method of a file that the parser asks for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a memory view of the C parser
        part = self._data[self._at : self._at + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


def parse_foreign(text: str) -> str:
    """Beancount text as JSON text of plain directives and syntax faults (see `directive`)."""
    from beancount.parser import (  # type: ignore[attr-defined]  # C module without stubs
        _parser,
        grammar,
    )

    class Builder(grammar.Builder):
        """The builder of beancount, which also remembers the total of `@@`."""

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]  # beancount has no types here
            self.totals: dict[int, Any] = {}

        def posting(self, *fields: Any) -> Any:  # noqa: ANN401 - beancount's own records
            _, lineno, _, _, _, price, is_total, _ = fields
            made = super().posting(*fields)  # type: ignore[no-untyped-call]  # beancount has no types here
            if is_total:
                self.totals[lineno] = price
            return made

    builder = Builder()
    _parser.Parser(builder).parse(_Bytes(text.encode()), filename="<text>", lineno=1)
    entries, errors, _ = builder.finalize()  # type: ignore[no-untyped-call]  # beancount has no types here
    directives = [_directive(entry, builder.totals) for entry in entries]
    faults = [SyntaxFault(int(e.source.get("lineno") or 0), str(e.message)) for e in errors]
    return encode_directives(directives, faults)


def _directive(entry: Any, totals: dict[int, Any]) -> Directive:  # noqa: ANN401 - beancount's own records
    kind = type(entry).__name__.lower()
    values: tuple[str, ...] = ()
    postings: tuple[PlainPosting, ...] = ()
    if kind == "transaction":
        values = (str(entry.flag), entry.payee or "", entry.narration or "")
        postings = tuple(_plain_posting(posting, totals) for posting in entry.postings)
    elif kind == "open":
        values = (entry.account, *(entry.currencies or ()))
    elif kind == "close":
        values = (entry.account,)
    elif kind == "commodity":
        values = (entry.currency,)
    elif kind == "price":
        values = (entry.currency, _text(entry.amount.number), _text(entry.amount.currency))
    elif kind == "custom":
        values = (entry.type, *(_text(value.value) for value in entry.values or ()))
    return Directive(
        kind, entry.date.isoformat(), int(entry.meta["lineno"]), values,
        tuple(sorted(getattr(entry, "links", None) or ())),
        tuple(sorted(getattr(entry, "tags", None) or ())),
        postings, _meta(entry.meta),
    )  # fmt: skip


def _plain_posting(posting: Any, totals: dict[int, Any]) -> PlainPosting:  # noqa: ANN401 - as above
    units, meta = posting.units, posting.meta
    lineno = int(meta["lineno"])
    total = totals.get(lineno)
    price = total if total is not None else posting.price
    return PlainPosting(
        posting.account,
        _text(getattr(units, "number", None)),
        _text(getattr(units, "currency", None)),
        _text(getattr(price, "number", None)),
        _text(getattr(price, "currency", None)),
        total is not None,
        "cost" if posting.cost is not None else "flag" if posting.flag else "",
        _meta(meta),
        lineno,
    )


def _meta(meta: dict[str, Any]) -> Meta:
    return tuple(
        (key, _text(value))
        for key, value in meta.items()
        if key not in {"filename", "lineno"} and not key.startswith("__")
    )


def _text(value: Any) -> str:  # noqa: ANN401 - any value of beancount's metadata
    if value is None or isinstance(value, type):  # a class is beancount's mark for "missing"
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "currency"):
        return f"{_text(value.number)} {_text(value.currency)}"
    return str(value)


if __name__ == "__main__":
    sys.stdout.write(parse_foreign(sys.stdin.buffer.read().decode()))
