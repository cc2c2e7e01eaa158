"""Do goods of others stay out of our values?

Goods with an `owner:` are counted and traced, never valued: consigned goods, goods for repair.
A price on their lines says that somebody took them for a purchase.

Anti-pattern: booking consigned goods as a receipt with `owner: "V0001"` and a price.

Good: no price while they are the owner's; when we buy them, a purchase receipt of our own at the
agreed price and a movement that takes the owner's goods out.

Emits `owner-priced`.
"""

from __future__ import annotations

from invledger.model import Place, Problem, problem
from invledger.posting.sources import Derivation, Sources


def check(sources: Sources, derivation: Derivation) -> list[Problem]:
    """One Problem a line of goods of others that states a price or an amount."""
    del derivation
    table = sources.table
    return [
        problem(
            "owner-priced",
            Place(table.path[row], table.lineno[row]),
            id=f"{table.id[row]}/{table.line[row]}",
            owner=owner,
        )
        for row, owner in enumerate(table.owner)
        if owner
        and table.quantity[row]
        and (table.price[row] is not None or table.amount[row] is not None)
    ]
