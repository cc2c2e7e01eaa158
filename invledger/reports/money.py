"""The money ledger as it stands on disk, in the form that balance, journal and reconcile read."""

from __future__ import annotations

from collections.abc import Sequence

from invledger.model import Posting, Voucher
from invledger.posting.sources import Sources
from invledger.reports.query import Query

#: Vouchers of this type set the books up: what they say is an opening balance (建账期初) in
#: whatever span their date lies, and no turnover.
OPENING_TYPE = "opening"


def ledger(sources: Sources) -> list[Voucher]:
    """Every voucher on disk by date: those of people, then derived ones as they stand there.

    It is the order in which `book` gives numbers: main before cost, one document after the other.
    """
    both = [*sources.money, *sources.posted]
    return sorted(both, key=lambda voucher: (voucher.date, voucher.derived))


def type_of(voucher: Voucher) -> str:
    """The movement or document type that made a voucher: the first part of its identity."""
    return voucher.identity.partition("/")[0]


def is_opening(voucher: Voucher) -> bool:
    """Whether a voucher sets the books up."""
    return type_of(voucher) == OPENING_TYPE


def dimensions_of(voucher: Voucher, posting: Posting) -> dict[str, str]:
    """Dimensions of a posting: its own metadata over the voucher's."""
    return {**dict(voucher.meta), **dict(posting.meta)}


def chosen_postings(voucher: Voucher, query: Query) -> Sequence[Posting]:
    """Postings of a voucher that the filters on type, party, item and dimensions let through."""
    if query.types and type_of(voucher) not in query.types:
        return ()
    if not (query.parties or query.dimensions or query.items):
        return voucher.postings
    return [p for p in voucher.postings if _fits(dimensions_of(voucher, p), query)]


def _fits(dimensions: dict[str, str], query: Query) -> bool:
    return (
        (not query.parties or dimensions.get("party", "") in query.parties)
        and (not query.items or dimensions.get("item", "") in query.items)
        and all(dimensions.get(key, "") == value for key, value in query.dimensions)
    )
