"""From a directive to the lines of a movement or document, and what is wrong with its shape.

A line is two adjacent postings of one item with opposite quantities, the same price on both; its
metadata stand on the first (design, section 2). Faulty movements give Problems and no lines.

Problems: movement-shape, line-not-opposite, price-differs, price-and-amount, amount-unclear,
currency-differs, id-missing, type-missing, line-missing, line-twice, line-unclear, metadata-twice,
metadata-key, metadata-second-leg, posting-odd, rank-unclear, flag-unusual, directive-ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from invledger.ledger.directive import Directive, Meta, PlainPosting
from invledger.ledger.grammar import is_key
from invledger.model import NUMBER, Place, Problem, RawRow, problem

#: Metadata that may stand on the movement or on a line; the line wins.
SHARED = ("lot", "expiry", "order", "ref", "reason", "tax", "owner")
#: Metadata of the movement alone.
OF_MOVEMENT = ("id", "type", "time", "rank", "party")
#: `custom` directives that are no value documents.
MASTER_CUSTOMS = frozenset({"party", "set", "close", "reopen", "booked", "budget"})
#: Directives that may stand in a file of movements and say nothing to us.
SILENT = frozenset({"note", "event", "document", "query"})


class _Faulty(Exception):
    """Stops the reading of one directive."""

    def __init__(self, code: str, lineno: int, **args: object) -> None:
        super().__init__(code)
        self.code, self.lineno, self.said = code, lineno, args


class Extras(NamedTuple):
    """What metadata say beyond id, type, time, party: the columns of RawRow of these names."""

    line: str
    amount: str
    currency: str
    lot: str
    expiry: str
    order: str
    ref: str
    reason: str
    tax: str
    owner: str
    rank: str
    meta: Meta


def rows_of(
    directives: Iterable[Directive], path: str
) -> tuple[list[RawRow], list[Problem]]:
    """The lines that directives of a movement or document file say, and Problems."""
    rows: list[RawRow] = []
    problems: list[Problem] = []
    for directive in directives:
        try:
            rows += _rows_of(directive)
        except _Faulty as fault:
            place = Place(path, fault.lineno or directive.lineno)
            problems.append(problem(fault.code, place, "", **fault.said))
        problems += (
            problem(code, Place(path, directive.lineno), **args)
            for code, args in _remarks(directive)
        )
    return rows, problems


def _remarks(directive: Directive) -> Iterator[tuple[str, dict[str, str]]]:
    if directive.kind == "transaction":
        if directive.values[0] != "*":
            yield "flag-unusual", {"flag": directive.values[0]}
    elif directive.kind not in SILENT and not _is_document(directive):
        yield "directive-ignored", {"kind": " ".join([directive.kind, *directive.values[:1]])}


def _is_document(directive: Directive) -> bool:
    kind = directive.values[0] if directive.values else ""
    return directive.kind == "custom" and kind not in MASTER_CUSTOMS


def _rows_of(directive: Directive) -> Iterator[RawRow]:
    if directive.kind == "transaction":
        yield from _lines(directive)
    elif _is_document(directive):
        yield _document(directive)


def _lines(movement: Directive) -> Iterator[RawRow]:
    known = _unique(movement.meta, movement.lineno)
    id_, type_ = known.get("id", ""), known.get("type", "")
    if not id_:
        raise _Faulty("id-missing", movement.lineno)
    if not type_:
        raise _Faulty("type-missing", movement.lineno, id=id_)
    postings = movement.postings
    if not postings or len(postings) % 2:
        raise _Faulty("movement-shape", movement.lineno, id=id_, postings=len(postings))
    numbers: set[str] = set()
    rows = []
    for first, second in zip(postings[::2], postings[1::2], strict=True):
        if second.meta:
            raise _Faulty("metadata-second-leg", second.lineno, key=second.meta[0][0])
        line_meta = tuple(_unique(first.meta, first.lineno).items())
        extras = extras_of(movement.meta, line_meta, movement.tags)
        if len(postings) > 2 and not extras.line:
            raise _Faulty("line-missing", first.lineno, id=id_)
        if extras.line in numbers:
            raise _Faulty("line-twice", first.lineno, id=id_, line=extras.line)
        numbers.add(extras.line)
        rows.append(_line(movement, first, second, extras))
    yield from rows


def _line(
    movement: Directive, first: PlainPosting, second: PlainPosting, extras: Extras
) -> RawRow:
    _pair(first, second)
    known = dict(movement.meta)
    target, source = (second, first) if first.number.startswith("-") else (first, second)
    price, amount, currency = first.price, extras.amount, extras.currency
    if first.is_total:
        price, amount, currency = "", first.price, first.price_currency
    if amount and (price or (first.is_total and extras.amount)):
        raise _Faulty("price-and-amount", first.lineno)
    _, payee, narration = movement.values
    return RawRow(
        movement.date, known.get("time", ""), known["id"], extras.line, known["type"],
        known.get("party", ""), first.currency, target.number, source.account, target.account,
        price, amount, first.price_currency or currency, extras.lot, extras.expiry,
        extras.order, extras.ref, extras.reason, extras.tax, extras.owner, payee, narration,
        " ".join(movement.links), movement.values[0], extras.rank, extras.meta, movement.lineno,
    )  # fmt: skip


def _pair(first: PlainPosting, second: PlainPosting) -> None:
    """Refuse two postings that are no line."""
    for posting in (first, second):
        if posting.oddity or not posting.number or not posting.currency:
            raise _Faulty("posting-odd", posting.lineno, account=posting.account)
    if first.currency != second.currency or not _is_opposite(first.number, second.number):
        raise _Faulty(
            "line-not-opposite", first.lineno,
            first=f"{first.number} {first.currency}", second=f"{second.number} {second.currency}",
        )  # fmt: skip
    if first[3:6] == second[3:6]:  # price, its currency, whether it is a total
        return
    mine, other = (
        (_canonical(one.price), one.price_currency, one.is_total) for one in (first, second)
    )
    if mine != other:
        raise _Faulty("price-differs", second.lineno, first=first.price, second=second.price)


def _document(custom: Directive) -> RawRow:
    type_, *values = custom.values
    known = _unique(custom.meta, custom.lineno)
    if not values or not values[0]:
        raise _Faulty("id-missing", custom.lineno)
    extras = extras_of(custom.meta, (), custom.tags)
    amount, currency = extras.amount, extras.currency
    if len(values) > 1:
        if amount:
            raise _Faulty("price-and-amount", custom.lineno)
        amount, currency = _amount(values[1], custom.lineno)
    return RawRow(
        custom.date, known.get("time", ""), values[0], extras.line, type_,
        known.get("party", ""), "", "", "", "", "", amount, currency, extras.lot, extras.expiry,
        extras.order, extras.ref, extras.reason, extras.tax, extras.owner, "", "", "", "*",
        extras.rank, extras.meta, custom.lineno,
    )  # fmt: skip


def extras_of(movement: Meta, line: Meta, tags: tuple[str, ...] = ()) -> Extras:
    """Metadata of a movement and of one of its lines as columns; the line wins.

    Raises _Faulty (only ever met inside `rows_of`) for an amount, rank or line of another form.
    """
    found: dict[str, str] = {}
    meta: dict[str, str] = {"tags": " ".join(tags)} if tags else {}
    own = dict(line)
    for key, value in (*(pair for pair in movement if pair[0] not in own), *line):
        if key in OF_MOVEMENT and key != "rank":
            continue
        if key in SHARED or key in {"line", "amount", "rank"}:
            found[key] = value
        else:
            meta[key] = value
    amount, currency = _amount(found.get("amount", ""), 0)
    number, rank = found.get("line", ""), found.get("rank", "")
    if number and not (number.isascii() and number.isdigit() and 0 < int(number) < 10**6):
        raise _Faulty("line-unclear", 0, line=number)
    if rank and not (rank.isascii() and rank.isdigit() and int(rank) < 1000):
        raise _Faulty("rank-unclear", 0, rank=rank)
    lot, expiry, order, ref, reason, tax, owner = (found.get(key, "") for key in SHARED)
    return Extras(
        number, amount, currency, lot, expiry, order, ref, reason, tax, owner, rank,
        tuple(meta.items()),
    )  # fmt: skip


def try_extras(movement: Meta, line: Meta) -> Extras | None:
    """`extras_of`, or None where anything is wrong: the block-wise way then says what."""
    try:
        _unique(movement, 0)
        _unique(line, 0)
        return extras_of(movement, line)
    except _Faulty:
        return None


def _unique(meta: Meta, lineno: int) -> dict[str, str]:
    known: dict[str, str] = {}
    for key, value in meta:
        if key in known:
            raise _Faulty("metadata-twice", lineno, key=key)
        if not is_key(key):
            raise _Faulty("metadata-key", lineno, key=key)
        known[key] = value
    return known


def _amount(text: str, lineno: int) -> tuple[str, str]:
    """`10.00 CNY` as number and currency; empty for empty."""
    if not text:
        return "", ""
    number, _, currency = text.partition(" ")
    if NUMBER.fullmatch(number) is None or not currency:
        raise _Faulty("amount-unclear", lineno, text=text)
    return number, currency


def _is_opposite(first: str, second: str) -> bool:
    if second == "-" + first or first == "-" + second:
        return True
    one, other = _canonical(first), _canonical(second)
    return other == "-" + one or one == "-" + other


def _canonical(number: str) -> str:
    """A number without idle zeros, to compare `100` and `100.0`."""
    sign = "-" if number.startswith("-") else ""
    whole, _, fraction = number.lstrip("-+").partition(".")
    fraction = fraction.rstrip("0")
    return sign + (whole.lstrip("0") or "0") + ("." + fraction if fraction else "")
