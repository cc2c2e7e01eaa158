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

from difflib import get_close_matches

from invledger.model import Place, Problem, problem
from invledger.posting.sources import Derivation, Sources


def check(sources: Sources, derivation: Derivation) -> list[Problem]:
    """One Problem an exception or change whose item is not in the master data."""
    del derivation
    company, items = sources.company, sources.master.items
    named = [*company.item_places.items()]
    named += [(change.item, change.place) for change in company.cost_changes if change.item]
    return [_unknown(sources, code, place) for code, place in named if code not in items]


def _unknown(sources: Sources, code: str, place: Place) -> Problem:
    known = sorted(sources.master.items)
    near = get_close_matches(code, known, n=1) or known[:5] or ["-"]
    return problem("cost-item-unknown", place, item=code, nearest=" ".join(near))
