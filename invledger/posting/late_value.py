"""Value without goods, onto the accounts in which the goods lie by now.

Late value that a REVALUE line left in stock, and what a document changed that restates goods at a
new standard, each pool by pool: dispatched, at a subcontractor, at another site, in goods of
another item, at cost or beside a price.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from invledger.posting.methods import DIFFERENCE
from invledger.posting.plan import NOTHING_NOTED, Counted, LinePlan

if TYPE_CHECKING:
    from invledger.posting.derive import Deriver, Group


def post_late_value(
    deriver: Deriver,
    voucher: tuple[Group, tuple[LinePlan, ...]],
    row: tuple[int, int],
    amounts: Mapping[str, int],
) -> None:
    """The lines of a row into a voucher; `row` is its number and 1, or -1 for its reversal."""
    group, lines = voucher
    at, sign = row
    shares: dict[str, Sequence[tuple[str, int]]] = {
        "cost": deriver.costed.revalued.get(at, ()),
        "revaluation": deriver.valued.setting.restated.get(at, ()),
    }
    party = deriver.table.party[at] if deriver.planner.by_party else ""
    for line in lines:
        if line.amount == "followed":  # into orders that had consumed the goods and are open yet
            for order, amount in deriver.costed.followed.get(at, ()):
                deriver.add(group, at, (line,), {"followed": amount}, Counted(sign, 0, "", order))
            continue
        if line.amount not in shares or line.decimals == NOTHING_NOTED:
            deriver.add(group, at, (line,), amounts, Counted(sign, 0))
            continue
        for key, amount in shares[line.amount]:
            item, location = deriver.pools[key]
            method = deriver.course.policy(item, deriver.course.stage(at)).method
            role = "inventory"
            if method in DIFFERENCE and (line.amount == "cost" or line.sign < 0):
                role = DIFFERENCE[method]  # what goods cost, beside their price
            account = deriver.planner.resolve(role, item, location, party)
            mine = line._replace(account=account or f"?{role}")
            deriver.add(group, at, (mine,), {line.amount: amount}, Counted(sign, 0, item))
