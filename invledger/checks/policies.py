"""Do the cost policies speak of items that there are?

An exception or a dated change for an item that nobody knows changes nothing, and the item that was
meant goes on under its old policy. How methods change, and that goods at a price have one, is
judged where rules and movements are read.

Anti-pattern: editing `method:` of a category in the middle of the year: every cost of the year
changes with it, also in periods that are closed.

Good: an entry in `cost-changes:` from the first day of a period, with its reason; its effect has a
voucher of its own.

Emits `cost-item-unknown`.
"""

from __future__ import annotations

from invledger.model import Problem
from invledger.posting import Derivation, Sources, unknown_items


def check(sources: Sources, derivation: Derivation) -> list[Problem]:
    """One Problem an exception or change whose item is not in the master data."""
    del derivation
    return unknown_items(sources.company, sources.master)
