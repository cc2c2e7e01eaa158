"""Two states of the books side by side, for what compares them: `diff`, `cost --what-if`."""

from __future__ import annotations

from invledger.books.deriving import derive
from invledger.books.loading import load, no_collection
from invledger.books.posting import days_with_bookings, standing_vouchers
from invledger.model import Problem, Tree
from invledger.reports.effect import Side
from invledger.store import Cache, holding


def side_of(tree: Tree, cache: Cache | None = None) -> tuple[Side, list[Problem]]:
    """A state of the books with the vouchers that stand in it, posted or not, and its Problems.

    Vouchers are derived, never read (but for booked ones): branches carry sources only.
    """
    with no_collection(), holding(tree):
        sources = load(tree, cache=cache, posted_on=days_with_bookings)
        derivation = derive(sources, is_read_once=True)
        standing, problems = standing_vouchers(sources, derivation)
    vouchers = standing
    if sources.money:
        vouchers = sorted([*sources.money, *standing], key=lambda voucher: voucher.date)
    found = [*sources.problems, *derivation.problems, *problems]
    return Side(sources, derivation, vouchers), found
