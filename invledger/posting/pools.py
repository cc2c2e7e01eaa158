"""Where a location belongs: its class, its cost pool, its inventory role.

A pool is one item's stock that shares one cost. Its key begins with the item's code:
`SKU` (company), `SKU@SH` (site), `SKU@Assets:Stock:SH:Main` (location), `SKU#LOT` (lot),
`SKU@SH#LOT`. Goods in transit, dispatched or at a subcontractor are pools of their own whatever
the policy says, since their accounts differ. Source: DESIGN section 3, pools.
"""

from __future__ import annotations

from invledger.costing.interface import Kind
from invledger.model import Location, Master
from invledger.posting.course import Course

INSIDE = ("available", "inspection", "locked", "rejected")
OURS = frozenset([*INSIDE, "transit", "dispatched", "subcontract"])
APART = {
    "transit": "inventory-in-transit",
    "dispatched": "dispatched",
    "subcontract": "subcontract-materials",
}
COUNTERPARTIES = ("supplier", "customer", "production", "scrap", "count", "opening", "other")
_PREFIXES = {
    "Assets:Stock:InTransit": "transit",
    "Assets:Stock:Dispatched": "dispatched",
    "Assets:Stock:Subcontract": "subcontract",
    "Equity:Order": "order",
    "Equity:Invoice": "invoice",
}


def class_of(account: str, locations: dict[str, Location]) -> str:
    """The class of a location: as the master says, else by its name; '' where unknown."""
    known = locations.get(account)
    if known is not None:
        return known.class_
    for prefix, class_ in _PREFIXES.items():
        if account == prefix or account.startswith(prefix + ":"):
            return class_
    if account.startswith("Equity:Stock:"):
        return account.split(":")[2].lower()
    return ""


class Pools:
    """Pool keys for the company's policies; memoised, since every line asks twice.

    `stage` counts the dated changes of policies so far: whoever goes through the rows moves it on.
    """

    def __init__(self, course: Course, master: Master) -> None:
        self._course = course
        self._master = master
        self._known: dict[tuple[str, str, int], tuple[str, bool]] = {}
        self.stage = 0

    def stem(self, item: str, account: str) -> tuple[str, bool]:
        """The key without its lot, and whether the lot belongs to the key."""
        key = (item, account, self.stage)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._make(item, account)
        return found

    def key(self, item: str, account: str, lot: str, stage: int = -1) -> str:
        """The pool of an item at a location, now or at some stage."""
        if stage >= 0:
            self.stage, stage = stage, self.stage
        stem, by_lot = self.stem(item, account)
        if stage >= 0:
            self.stage = stage
        return f"{stem}#{lot}" if by_lot else stem

    def pool(self, item: str) -> str:
        """The item's pool policy: company, site, location, lot or lot+site."""
        return self._course.policy(item, self.stage).pool

    def _make(self, item: str, account: str) -> tuple[str, bool]:
        pool = self.pool(item)
        by_lot = pool in ("lot", "lot+site")
        location = self._master.locations.get(account)
        class_ = class_of(account, self._master.locations)
        if class_ in APART or pool == "location":
            return f"{item}@{account}", by_lot
        if pool in ("site", "lot+site"):
            parts = account.split(":")
            site = (location.site if location else "") or (parts[2] if len(parts) > 2 else "")
            return f"{item}@{site}", by_lot
        return item, by_lot


def kind_of(source: str, target: str, *, cites: bool, has_order: bool, hand_back: bool) -> Kind:
    """What a line does to cost, from the classes of its ends (pools of a move are not compared).

    `cites`: the line names its origin; `hand_back`: the rule is a return of issued material.
    """
    if source in OURS and target in OURS:
        return Kind.MOVE
    if target in OURS:
        if source == "production":
            return Kind.HAND_BACK if hand_back else Kind.PRODUCE
        return Kind.RETURN_IN if cites and source == "customer" else Kind.RECEIVE
    if source in OURS:
        if target == "production" and has_order:
            return Kind.CONSUME
        return Kind.RETURN_OUT if cites and target == "supplier" else Kind.ISSUE
    if source == "supplier" and target == "production":
        return Kind.ADD_TO_ORDER  # a service bought for an order
    return Kind.SKIP
