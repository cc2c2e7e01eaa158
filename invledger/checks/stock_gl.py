"""Does the valued stock equal the inventory accounts, item by item, to the cent?

The stock side is the kernel's cost pools, made from movements alone. The ledger side is the
postings that stand on disk on accounts with an inventory role, by their `item`. Neither is made
from the other, so that a voucher that was never posted, a hand-written line on 1405 or an edited
amount shows here.

Anti-pattern: correcting 1405 by a voucher of one's own, without a movement

    2026-01-31 * "adjust stock"
      Assets:1405-库存商品         5.00 CNY
      Expenses:6602-管理费用      -5.00 CNY

Good: a count, a scrap or a landed-cost document in the quantity ledger; its rule writes the
voucher.

Differences that are there only because vouchers on disk are not what derivation gives (not posted
yet, edited, orphaned) are told once, by the question on vouchers, and not again for each item.

What lies between by design has a row of its own: adjustments of booked vouchers that fall into a
later period than the voucher that they adjust (`between: adjustment-later`), and within a period
what its vouchers will carry over at its end, under methods that know cost only then (`between:
cost-not-carried`). Goods at planned or selling prices stand in two accounts, at their price and
the difference beside it; each is compared by itself.

Emits `stock-gl-difference`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from invledger.checks.as_of import as_of
from invledger.checks.holdings import Holdings, holdings, stage_on
from invledger.model import (
    NOWHERE,
    PERIODIC,
    Place,
    Problem,
    Voucher,
    format_scaled,
    problem,
)
from invledger.posting.adjust import adjust_booked
from invledger.posting.course import Course
from invledger.posting.derive import derive_vouchers
from invledger.posting.methods import CLOSING, DIFFERENCE
from invledger.posting.plan import Planner
from invledger.posting.pools import APART
from invledger.posting.rule import Rule
from invledger.posting.sources import Derivation, Sources

INVENTORY_ROLES = frozenset({"inventory", *APART.values()})


class Comparison(NamedTuple):
    """One account and item: both sides in minor units. `between` names a row that is by design."""

    account: str
    item: str
    between: str
    stock_value: int
    ledger_value: int
    place: Place = NOWHERE

    @property
    def difference(self) -> int:
        return self.stock_value - self.ledger_value

    def plus(self, other: Comparison) -> Comparison:
        return self._replace(
            stock_value=self.stock_value + other.stock_value,
            ledger_value=self.ledger_value + other.ledger_value,
        )


def check(sources: Sources, derivation: Derivation, last: str = "9999-12-31") -> list[Problem]:
    """One Problem for every account and item whose two sides differ as of a date."""
    decimals = sources.company.currency_decimals
    found = _differing(sources, derivation, last)
    if found:
        standing, _ = adjust_booked(derivation.vouchers, sources)
        left = _differing(replace(sources, posted=standing), derivation, last)
        found = {key: row for key, row in found.items() if key in left}
    return [
        problem(
            "stock-gl-difference",
            row.place,
            account=row.account,
            item=row.item or "-",
            stock=format_scaled(row.stock_value, decimals),
            ledger=format_scaled(row.ledger_value, decimals),
            difference=format_scaled(row.difference, decimals),
        )
        for row in found.values()
    ]


def _differing(
    sources: Sources, derivation: Derivation, last: str
) -> dict[tuple[str, str], Comparison]:
    """Accounts and items whose two sides differ."""
    sums: dict[tuple[str, str], Comparison] = {}
    for row in comparisons(sources, derivation, last):
        known = sums.get((row.account, row.item))
        sums[row.account, row.item] = row if known is None else known.plus(row)
    return {key: row for key, row in sums.items() if row.difference}


def comparisons(sources: Sources, derivation: Derivation, last: str) -> list[Comparison]:
    """Both sides as of a date, by account and item; rows that are by design come last."""
    sources, derivation = as_of(sources, derivation, last)
    now = holdings(sources, derivation, last)
    stock = stock_values(sources, now, stage_on(sources, last))
    for key, value in _open_orders(sources, derivation, now).items():
        stock[key] = stock.get(key, 0) + value
    ledger, places = _ledger_values(sources, last)
    between = {
        "adjustment-later": _adjusted_later(sources, derivation, last),
        "cost-not-carried": _not_carried(sources, derivation, now, last),
    }
    rows = []
    for key in sorted({*stock, *ledger}):
        place = places.get(key, NOWHERE)
        rows.append(Comparison(*key, "", stock.get(key, 0), ledger.get(key, 0), place))
    for name, values in between.items():
        for (account, item), value in sorted(values.items()):
            if value:
                rows.append(Comparison(account, item, name, 0, value))
    return rows


def inventory_accounts(sources: Sources) -> frozenset[str]:
    """Accounts that hold the value of goods: those that claim an inventory role, and the role of
    a difference beside their price where some method keeps one.
    """
    methods = sources.company.methods()
    roles = INVENTORY_ROLES | {role for method, role in DIFFERENCE.items() if method in methods}
    return frozenset(
        account.name
        for account in sources.master.accounts.values()
        if any(claim.role in roles for claim in account.roles)
    )


def stock_values(sources: Sources, now: Holdings, stage: int) -> dict[tuple[str, str], int]:
    """Pool values by inventory account and item; account `?` where the chart names none."""
    values: dict[tuple[str, str], int] = {}
    planner, course = Planner(sources), Course(sources.company, sources.master, sources.table)
    for key, (account, item, location) in _accounts_of_pools(sources, now).items():
        state = now.costed.pools.get(key)
        if state is None or not (state.value or state.quantity):
            continue
        parts = [(account, state.value)]
        role = DIFFERENCE.get(course.policy(item, stage).method)
        if role is not None:
            base = now.bases.get(key, 0)
            beside = planner.resolve(role, item, location) or "?"
            parts = [(account, base), (beside, state.value - base)]
        for name, value in parts:
            values[name, item] = values.get((name, item), 0) + value
    return values


def _open_orders(
    sources: Sources, derivation: Derivation, now: Holdings
) -> dict[tuple[str, str], int]:
    """What movements that are orders of their own have taken in and not given out (a subcontract
    receipt whose product was taken back): cost of no item, in the account of goods sent out.
    """
    table, lines, planner = sources.table, derivation.valued.lines, Planner(sources)
    roles = {type_: _own_role(versions) for type_, versions in sources.rules.items()}
    own = {type_ for type_, role in roles.items() if role}
    left = {key: value for key, value in now.costed.orders.items() if value}
    values: dict[tuple[str, str], int] = {}
    if not left or own.isdisjoint(table.type):
        return values
    for at in range(now.count):
        if table.type[at] in own and lines[at].order in left:
            party = table.party[at] if planner.by_party else ""
            account = planner.resolve(roles[table.type[at]], table.item[at], "", party) or "?"
            value = left.pop(lines[at].order)
            values[account, ""] = values.get((account, ""), 0) + value
    return values


def _own_role(versions: Sequence[Rule]) -> str:
    """The inventory role that a type's orders lie in; '' where they are no orders of their own."""
    apart = APART.values()
    found = (line.role for rule in versions if rule.is_order for line in rule.lines)
    return next((role for role in found if role in apart), "")


def _accounts_of_pools(sources: Sources, now: Holdings) -> dict[str, tuple[str, str, str]]:
    """Account, item and a location of every pool: a pool lies in one account (the linter sees
    to it).
    """
    found: dict[str, tuple[str, str, str]] = {}
    planner = Planner(sources)
    for spot, key in sorted(now.pools.items()):
        if key not in found:
            account = planner.resolve("inventory", spot.item, spot.location)
            found[key] = (account or "?", spot.item, spot.location)
    return found


def _ledger_values(
    sources: Sources, last: str
) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], Place]]:
    """Balances of inventory accounts by item, and the place of the last posting without one."""
    accounts = inventory_accounts(sources)
    values: dict[tuple[str, str], int] = {}
    places: dict[tuple[str, str], Place] = {}
    for voucher in (*sources.money, *sources.posted):
        if voucher.date > last:
            continue
        for key, amount in _inventory_lines(voucher, accounts):
            values[key] = values.get(key, 0) + amount
            places[key] = voucher.place
    return values, places


def _inventory_lines(
    voucher: Voucher, accounts: frozenset[str]
) -> list[tuple[tuple[str, str], int]]:
    return [
        ((posting.account, dict(posting.meta).get("item", "")), posting.amount)
        for posting in voucher.postings
        if posting.account in accounts
    ]


def _adjusted_later(
    sources: Sources, derivation: Derivation, last: str
) -> dict[tuple[str, str], int]:
    """Adjustments (`…~n`) dated after `last` of vouchers derived on or before it."""
    accounts = inventory_accounts(sources)
    dates = {voucher.identity: voucher.date for voucher in derivation.vouchers}
    values: dict[tuple[str, str], int] = {}
    for voucher in sources.posted:
        base, tilde, _ = voucher.identity.rpartition("~")
        if not tilde or voucher.date <= last or dates.get(base, last) > last:
            continue
        for key, amount in _inventory_lines(voucher, accounts):
            values[key] = values.get(key, 0) + amount
    return values


def _not_carried(
    sources: Sources, derivation: Derivation, now: Holdings, last: str
) -> dict[tuple[str, str], int]:
    """What vouchers at the end of unfinished periods will carry over for goods that have left."""
    if not sources.company.methods() & PERIODIC:
        return {}
    valued, count = derivation.valued, now.count
    accounts = inventory_accounts(sources)
    mine = replace(sources, table=sources.table.head(count))
    cut = replace(valued, lines=valued.lines[:count], amounts=valued.amounts[:count])
    vouchers, _ = derive_vouchers(mine, cut, replace(now.costed, switched=[]))
    values: dict[tuple[str, str], int] = {}
    for voucher in vouchers:
        if voucher.date > last and voucher.identity.endswith(f"/{CLOSING}"):
            for key, amount in _inventory_lines(voucher, accounts):
                values[key] = values.get(key, 0) + amount
    return values
