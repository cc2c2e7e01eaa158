"""Files of the money ledger and of the register -> vouchers and bookings.

Problems: voucher-unnamed, voucher-amount, posting-odd, metadata-twice, booking-unclear,
booking-misplaced, directive-ignored, and those of reading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from invledger.ledger.blocks import Foreign
from invledger.ledger.directive import Directive, PlainPosting
from invledger.ledger.grammar import is_key
from invledger.ledger.master import read_file
from invledger.ledger.shape import SILENT
from invledger.ledger.voucher import voucher_digest
from invledger.model import (
    Booking,
    Place,
    Posting,
    Problem,
    Tree,
    Voucher,
    parse_scaled,
    problem,
)

_REGISTER = re.compile(r"ledgers/register/([0-9]{4}-[0-9]{2})\.beancount")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def read_money(
    path: str, data: bytes, decimals: int, derived: bool, foreign: Foreign | None = None
) -> tuple[list[Voucher], list[Problem]]:
    """The vouchers of a file: of `vouchers/` (`derived`, named by `voucher:`) or of `money/`.

    One posting of a hand-written voucher may leave out its amount: it takes what balances. Whether
    vouchers balance is a check's question.
    """
    directives, problems = read_file(path, data, foreign)
    vouchers: list[Voucher] = []
    unnamed: Counter[str] = Counter()
    for directive in directives:
        place = Place(path, directive.lineno)
        if directive.kind != "transaction":
            if directive.kind not in SILENT:
                problems.append(problem("directive-ignored", place, kind=directive.kind))
            continue
        voucher, faults = _voucher(directive, place, decimals, derived)
        problems += faults
        if voucher is not None:
            vouchers.append(_named(voucher, unnamed, decimals))
    return vouchers, problems


def _voucher(
    directive: Directive, place: Place, decimals: int, derived: bool
) -> tuple[Voucher | None, list[Problem]]:
    faults = list(_meta_faults(directive, place.path))
    meta = dict(directive.meta)
    identity = meta.pop("voucher", "") if derived else _manual_identity(meta)
    if derived and not identity:
        return None, [*faults, problem("voucher-unnamed", place)]
    postings: list[Posting | None] = []
    for written in directive.postings:
        amount = parse_scaled(written.number, decimals) if written.number else None
        is_open = not written.number and not derived
        if (written.oddity or written.price or not written.currency) and not is_open:
            faults.append(
                problem("posting-odd", Place(place.path, written.lineno), account=written.account)
            )
        elif amount is None and not is_open:
            at = Place(place.path, written.lineno)
            faults.append(problem("voucher-amount", at, amount=written.number, decimals=decimals))
        else:
            postings.append(
                None if amount is None else _posting(written, amount, written.currency)
            )
    if not faults:
        faults += _fill(postings, directive, place)
    if any(fault.severity == "error" for fault in faults):
        return None, faults
    _, payee, narration = directive.values
    tags = (("tags", " ".join(directive.tags)),) if directive.tags else ()
    return Voucher(
        directive.date, identity, payee, narration, tuple(p for p in postings if p),
        directive.links, meta.pop("word", "记"), (*tags, *meta.items()), derived, place,
    ), faults  # fmt: skip


def _manual_identity(meta: dict[str, str]) -> str:
    id_ = meta.get("id", "")
    return f"{meta.get('type', 'manual')}/{id_}/main" if id_ else ""


def _fill(
    postings: list[Posting | None], directive: Directive, place: Place
) -> Iterator[Problem]:
    """Give the one open posting what balances the others."""
    at = [number for number, posting in enumerate(postings) if posting is None]
    currencies = {posting.currency for posting in postings if posting is not None}
    if not at:
        return
    if len(at) > 1 or len(currencies) != 1:
        written = directive.postings[at[0]]
        yield problem("posting-odd", Place(place.path, written.lineno), account=written.account)
        return
    rest = -sum(posting.amount for posting in postings if posting is not None)
    postings[at[0]] = _posting(directive.postings[at[0]], rest, currencies.pop())


def _posting(written: PlainPosting, amount: int, currency: str) -> Posting:
    meta = dict(written.meta)
    is_red = meta.pop("red", "") == "TRUE"
    return Posting(written.account, amount, currency, is_red, tuple(meta.items()))


def _meta_faults(directive: Directive, path: str) -> Iterator[Problem]:
    for lineno, meta in (
        (directive.lineno, directive.meta),
        *((written.lineno, written.meta) for written in directive.postings),
    ):
        keys = [key for key, _ in meta]
        for key in sorted(set(keys)):
            if keys.count(key) > 1:
                yield problem("metadata-twice", Place(path, lineno), key=key)
            if not is_key(key):
                yield problem("metadata-key", Place(path, lineno), key=key)


def _named(voucher: Voucher, unnamed: Counter[str], decimals: int) -> Voucher:
    """A hand-written voucher without id is named by its content, and by its turn among equals."""
    if voucher.identity:
        return voucher
    name = f"{voucher.date}-{voucher_digest(voucher, decimals)[:12]}"
    unnamed[name] += 1
    turn = f".{unnamed[name]}" if unnamed[name] > 1 else ""
    type_ = dict(voucher.meta).get("type", "manual")
    return voucher._replace(identity=f"{type_}/{name}{turn}/main")


def read_register(
    tree: Tree, foreign: Foreign | None = None
) -> tuple[list[Booking], list[Problem]]:
    """All entries of `ledgers/register/`, by period, word and number."""
    bookings: list[Booking] = []
    problems: list[Problem] = []
    for path in tree.paths("ledgers/register", ".beancount"):
        name = _REGISTER.fullmatch(path)
        directives, faults = read_file(path, tree.read(path), foreign)
        problems += faults
        for directive in directives:
            place = Place(path, directive.lineno)
            booking = _booking(directive, place)
            if booking is None:
                problems.append(problem("booking-unclear", place))
            elif name is None or booking.period != name[1]:
                problems.append(problem("booking-misplaced", place, period=booking.period))
            else:
                bookings.append(booking)
    bookings.sort(key=lambda entry: (entry.period, entry.word, entry.number))
    return bookings, problems


def _booking(directive: Directive, place: Place) -> Booking | None:
    if directive.kind != "custom" or directive.values[0] != "booked" or len(directive.values) != 5:
        return None
    _, word, number, identity, digest = directive.values
    if not (number.isascii() and number.isdigit() and int(number) > 0 and word and identity):
        return None
    if _DIGEST.fullmatch(digest) is None:
        return None
    meta = dict(directive.meta)
    return Booking(
        directive.date[:7], word, int(number), identity, digest, directive.date,
        meta.get("prepared", ""), meta.get("reviewed", ""), meta.get("booked", ""), place,
    )  # fmt: skip
