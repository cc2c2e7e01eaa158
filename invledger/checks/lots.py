"""Do items that are kept by lot say their lot, and is nothing delivered past its expiry?

An item with `lot: TRUE` needs a lot on every line that touches our places; one with
`expiry: TRUE` needs the expiry date on every line that brings goods in from outside. The expiry
of a lot is the one that its receipts state. Goods past it may be scrapped, returned, locked or
moved, but not delivered to a customer nor used in production.

Anti-pattern: a receipt of milk without a lot, and its delivery on the day after its date.

Good:

    2026-01-05 * "采购入库"
      Assets:Stock:SH:Main        100 MILK @ 3.00 CNY
        lot: "L260105"
        expiry: 2026-01-20

Emits `lot-missing`, `expiry-missing`, `lot-expired`, `lot-expiry-differs`.
"""

from __future__ import annotations

from invledger.model import Place, Problem, problem
from invledger.posting.pools import class_of
from invledger.posting.sources import Derivation, Sources

USED_UP = frozenset({"customer", "production"})
BROUGHT_BY = frozenset({"supplier", "production", "opening", "other"})


def check(sources: Sources, derivation: Derivation) -> list[Problem]:
    """Problems of lots and expiry dates, in total order."""
    del derivation
    items = sources.master.items
    wanted = frozenset(code for code, item in items.items() if item.lot or item.expiry)
    if not wanted:
        return []
    table = sources.table
    rows = [
        row for row, item in enumerate(table.item) if item in wanted and _is_stock(sources, row)
    ]
    found: list[Problem] = []
    expiries: dict[tuple[str, str], str] = {}
    for row in rows:
        found += _problems_of(sources, row, expiries)
    return found


def _is_stock(sources: Sources, row: int) -> bool:
    table = sources.table
    ends = (table.source[row], table.target[row])
    return bool(table.quantity[row]) and any(end.startswith("Assets:") for end in ends)


def _problems_of(
    sources: Sources, row: int, expiries: dict[tuple[str, str], str]
) -> list[Problem]:
    table, locations = sources.table, sources.master.locations
    code, lot, expiry = table.item[row], table.lot[row], table.expiry[row]
    item = sources.master.items[code]
    place = Place(table.path[row], table.lineno[row])
    facts = {"item": code, "id": f"{table.id[row]}/{table.line[row]}"}
    found = []
    if item.lot and not lot:
        found.append(problem("lot-missing", place, **facts))
    source, target = (class_of(end, locations) for end in (table.source[row], table.target[row]))
    if source in BROUGHT_BY and item.expiry and not expiry and (code, lot) not in expiries:
        found.append(problem("expiry-missing", place, **facts))
    known = expiries.setdefault((code, lot), expiry) if expiry else expiries.get((code, lot), "")
    if expiry and known and expiry != known and lot:
        found.append(
            problem("lot-expiry-differs", place, **facts, lot=lot, expiry=expiry, known=known)
        )
    last = expiry or known
    if last and target in USED_UP and table.date[row] > last:
        found.append(problem("lot-expired", place, **facts, lot=lot or "-", expiry=last))
    return found
