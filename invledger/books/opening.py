"""Open the books for reading: sources, what follows from them, and the vouchers on disk.

A day's voucher file whose bytes are what derivation prints needs no parsing: its vouchers are
known (printing and reading are inverse to each other, which the ledger's tests hold). Only days
that differ are read. So asking a company of a million vouchers costs printing, not parsing; who
asks for goods and costs alone does without.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from invledger.books.deriving import derive
from invledger.books.loading import (
    SUFFIX,
    Foreign,
    VoucherReader,
    load,
    no_collection,
)
from invledger.books.posting import (
    FOLDER,
    DayFile,
    day_files,
    days_with_bookings,
    standing_vouchers,
)
from invledger.books.ruling import listed
from invledger.ledger.grammar import is_date
from invledger.model import Place, Refused, Tree, Voucher, management_view
from invledger.posting import Derivation, Sources
from invledger.store import Cache, holding, run_foreign

#: What is wrong with vouchers: a view has none, the books themselves are told by `check`.
_OF_VOUCHERS = frozenset(
    {"revaluation-of-nothing", "settlement-exceeds", "role-unclaimed", "voucher-unbalanced",
     "reversal-consumed"}
)  # fmt: skip


def open_books(
    tree: Tree,
    *,
    cache: Cache | None = None,
    foreign: Foreign | None = run_foreign,
    provenance: bool = False,
    vouchers: bool = True,
) -> tuple[Sources, Derivation]:
    """As `load` and `derive` one after the other, quicker where vouchers are posted; without
    `vouchers` those on disk are not looked at.
    """
    with no_collection(), holding(tree):
        worth_reading = days_with_bookings if vouchers else _none
        sources = load(tree, cache=cache, foreign=foreign, posted_on=worth_reading)
        derivation = derive(sources, provenance)
        if vouchers:
            sources.posted = _posted(tree, sources, derivation, foreign)
        else:
            sources.posted_until = _posted_until(tree)
    return sources, derivation


def _none(_: object) -> Container[str]:
    return ()


def _posted_until(tree: Tree) -> str:
    """The last date that has a file of vouchers; empty where none has."""
    names = (path.rpartition("/")[2] for path in listed(tree, FOLDER, SUFFIX, []))
    return max(filter(is_date, (name.removesuffix(SUFFIX) for name in names)), default="")


def _posted(
    tree: Tree, sources: Sources, derivation: Derivation, foreign: Foreign | None
) -> list[Voucher]:
    """The vouchers on disk; those of the days with bookings were read already."""
    held: dict[str, list[Voucher]] = {}
    for voucher in sources.posted:
        held.setdefault(voucher.place.path, []).append(voucher)
    read = days_with_bookings(sources.register)
    standing, _ = standing_vouchers(sources, derivation)
    decimals = sources.company.currency_decimals
    for day in day_files(sources, standing):
        if day.path not in read and _is_on_disk(tree, day):
            held[day.path] = list(_placed(day))
    reader = VoucherReader(tree, decimals, foreign, sources.problems)
    known = {*held, *read}
    left = {p for p in listed(tree, FOLDER, SUFFIX, []) if p not in known}
    for voucher in reader.read(FOLDER, left):
        held.setdefault(voucher.place.path, []).append(voucher)
    return [voucher for path in sorted(held) for voucher in held[path]]


def open_management(
    tree: Tree,
    *,
    cache: Cache | None = None,
    foreign: Foreign | None = run_foreign,
    provenance: bool = False,
    vouchers: bool = True,
) -> tuple[Sources, Derivation]:
    """The books as managers look at them: under the policies of the management view."""
    with no_collection(), holding(tree):
        worth_reading = None if vouchers else _none
        sources = load(tree, cache=cache, foreign=foreign, posted_on=worth_reading)
        sources.posted_until = "" if vouchers else _posted_until(tree)
        sources.company = management_view(sources.company)
        sources.problems = [p for p in sources.problems if p.code != "method-not-statutory"]
        derivation = derive(sources, provenance)
        derivation.problems = [p for p in derivation.problems if p.code not in _OF_VOUCHERS]
        return sources, derivation


def _is_on_disk(tree: Tree, day: DayFile) -> bool:
    try:
        return tree.exists(day.path) and tree.read(day.path) == day.data
    except Refused:
        return False


def _placed(day: DayFile) -> Iterator[Voucher]:
    """The vouchers of a day with the lines on which they stand: a blank line is before each."""
    line = 1
    before = [block.count(b"\n") + 2 for block in day.data.split(b"\n\n")[:-1]]
    for voucher, lines in zip(day.vouchers, before, strict=True):
        line += lines
        yield voucher._replace(place=Place(day.path, line))
