"""What a close says beside its date: digests of what was closed and of what decided it.

Deciding are the movements dated until the period's end and all of rules, policies, prices and
master data that is in force for them; what follows from these alone, without a later document, is
the derived part: vouchers, and the costing state at the end, the opening layers of the next
period. Documents of open periods reach back by design (late value, returns, adjusting vouchers)
and change neither. So an edit that would change a closed period shows at once, whoever made it,
and an edit that changes nothing may pass (DESIGN section 2, dated, not edited; `gate`).
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import NamedTuple

from invledger.books.deriving import derive
from invledger.books.stamping import day_digests, telling
from invledger.costing.interface import Costed
from invledger.model import (
    Company,
    Master,
    MovementTable,
    Period,
    Row,
    Voucher,
)
from invledger.posting import Derivation, Sources
from invledger.posting.standards import bases_of
from invledger.posting.tax import TaxTable

FORM = "2"  # of the digests; what another form means, only the program that wrote it knows
DECIDING = ("movements", "policies", "rules", "prices", "master")
REGISTER, VOUCHERS, COSTS = "register", "vouchers", "costs"
PARTS = (*DECIDING, REGISTER, VOUCHERS, COSTS)
#: Of the company, what no voucher follows from.
_IDLE = frozenset(
    {"name", "name_en", "registration", "book", "timezone", "engine", "management", "place",
     "item_places", "categories", "item_cost", "cost_changes"}
)  # fmt: skip


class Opening(NamedTuple):
    """What a pool holds at the end of a period: `base` is its value at standard, planned or
    selling price, where it is kept at one; layers by the line that brought them in.
    """

    item: str
    key: str
    quantity: int
    value: int
    base: int | None
    layers: list[tuple[str, int, int]]


class Seal(NamedTuple):
    """The digests of a close, by part, and the state that `costs` is the digest of."""

    digests: dict[str, str]
    state: str


class Used(NamedTuple):
    """Items, locations and parties that rows name."""

    items: list[str]
    places: list[str]
    parties: list[str]


def sealed(master: Master) -> list[Period]:
    """The closes in force that carry digests which we can make, earliest first."""
    return [close for close in master.closes().values() if is_whole(close)]


def is_whole(close: Period) -> bool:
    """Whether a close names all digests, in the form that we know."""
    said = dict(close.seal)
    return said.get("form") == FORM and all(part in said for part in PARTS)


def until(sources: Sources, period: str) -> Sources:
    """The books as the end of a period decides them: nothing that is dated later."""
    end, master = f"{period}-31", sources.master
    return replace(
        sources,
        company=replace(
            sources.company,
            cost_changes=tuple(c for c in sources.company.cost_changes if c.start <= end),
        ),
        master=replace(
            master,
            prices=[price for price in master.prices if price.date <= end],
            settings=[one for one in master.settings if one.date <= end],
            periods=[entry for entry in master.periods if entry.date <= end],
            _by_kind=(0, {}),
        ),
        rules={
            type_: tuple(rule for rule in versions if rule.valid_from <= end)
            for type_, versions in sources.rules.items()
        },
        tax=TaxTable(
            tuple(rate for rate in sources.tax.rates if rate.since <= end),
            sources.tax.deemed_margin,
        ),
        table=_rows_until(sources.table, end, is_by_date=sources.company.order == "by-date"),
        money=[],
        posted=[],
        register=[],
        problems=[],
    )


def _rows_until(table: MovementTable, end: str, *, is_by_date: bool) -> MovementTable:
    columns = {name: getattr(table, name) for name in Row._fields}
    if is_by_date:
        count = bisect_right(table.date, end)
        return MovementTable(**{name: column[:count] for name, column in columns.items()})
    kept = [at for at, date in enumerate(table.date) if date <= end]
    return MovementTable(**{name: [column[at] for at in kept] for name, column in columns.items()})


def seal_of(sources: Sources, period: str) -> Seal:
    """All digests of a period, and the costing state at its end."""
    past = until(sources, period)
    derived, state = derived_digests(past)
    digests = deciding_digests(past) | {REGISTER: register_digest(sources, period)} | derived
    return Seal({"form": FORM} | digests, state)


def used_in(table: MovementTable) -> Used:
    """What the rows of a table name."""
    places = {*table.source, *table.target}
    return Used(sorted({*table.item}), sorted(places), sorted({*table.party}))


def deciding_digests(past: Sources, used: Used | None = None) -> dict[str, str]:
    """What decides the books of `until`: digest by part.

    `used` is what its rows name, where they are not at hand: then nothing is said of them.
    """
    master = past.master
    items, places, parties = used or used_in(past.table)
    items = [code for code in items if code in master.items]
    named = [
        *(telling(master.items[code]) for code in items),
        *(telling(master.locations[one]) for one in places if one in master.locations),
        *(telling(master.parties[code]) for code in parties if code in master.parties),
        *(telling(master.accounts[name]) for name in sorted(master.accounts)),
        *(telling(one) for one in master.settings),
        *(repr((entry.period, entry.state, entry.date)) for entry in master.periods),
    ]
    rules = [telling(past.rules[name]) for name in sorted(past.rules)]
    moved = {} if used else {"movements": _moved(past)}
    return moved | {
        "policies": _digest(_policies(past.company, items)),
        "rules": _digest("\n".join([*rules, telling(past.tax)])),
        "prices": _digest("\n".join(sorted(map(telling, master.prices)))),
        "master": _digest("\n".join(named)),
    }


def _moved(past: Sources) -> str:
    days = day_digests(past.table, past.master, past.company)
    return _digest("\n".join(f"{date} {digest}" for date, digest in days.items()))


def _policies(company: Company, items: list[str]) -> str:
    """The company's policies as text; exceptions only of items that were moved."""
    parts = [
        f"{one.name}={telling(getattr(company, one.name))}"
        for one in fields(company)
        if one.name not in _IDLE
    ]
    for name in sorted(company.categories):
        known = company.categories[name]
        parts.append(f"category {name}={telling(known.cost)} {known.tax}")
    said = company.item_cost
    parts += [f"item {code}={telling(said[code])}" for code in items if code in said]
    for change in company.cost_changes:
        own = {code: change.items[code] for code in items if code in change.items}
        parts.append(f"change {telling(replace(change, reason='', items=own))}")
    return "\n".join(parts)


def register_digest(sources: Sources, period: str) -> str:
    """The booked vouchers of a period: numbers, identities, digests, as the register has them."""
    return _digest(
        "\n".join(
            f"{entry.word} {entry.number} {entry.identity} {entry.digest}"
            for entry in sources.register
            if entry.period == period
        )
    )


def derived_digests(past: Sources) -> tuple[dict[str, str], str]:
    """What follows from the books of `until`: digests of vouchers and costs, and the state."""
    derivation = derive(past, is_read_once=True)
    vouchers = vouchers_digest(derivation.vouchers)
    state = state_of(past, derivation)
    return {VOUCHERS: vouchers, COSTS: _digest(state)}, state


def vouchers_digest(vouchers: Iterable[Voucher]) -> str:
    """What vouchers post, in the order of derivation; how they word it is left aside."""
    digest = hashlib.sha256()
    for voucher in vouchers:
        said = repr((voucher.date, voucher.identity, voucher.postings))
        digest.update(f"{said}\n".encode())
    return digest.hexdigest()


def state_of(past: Sources, derivation: Derivation) -> str:
    """The costing state at the end as text: what lines cost, pools with their layers, orders."""
    table, costed = past.table, derivation.costed
    bases = bases_of(derivation.valued, len(table), derivation.valued.setting.switches)
    pools = []
    for key in sorted(costed.pools):
        pool = costed.pools[key]
        if pool.quantity or pool.value or pool.layers:
            layers = [(_named(table, x.origin), x.quantity, x.value) for x in pool.layers]
            pools.append(
                Opening(pool.item, key, pool.quantity, pool.value, bases.get(key), layers)
            )
    return state_text(costed, len(table), pools, costed.orders)


def state_text(costed: Costed, count: int, pools: list[Opening], orders: Mapping[str, int]) -> str:
    """What the first `count` lines cost and leave in pools and orders, as text."""
    cited = sorted((at, value) for at, value in costed.cited.items() if at < count)
    said = {
        "lines": _digest(f"{costed.costs[:count]!r}\n{cited!r}"),
        "orders": {key: left for key, left in sorted(orders.items()) if left},
        "pools": pools,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def openings_of(state: str) -> list[Opening]:
    """The pools of a state text; raises ValueError for another text."""
    return [Opening(*one) for one in json.loads(state)["pools"]]


def _named(table: MovementTable, origin: int) -> str:
    """The line that brought a layer in; empty for what no single line did."""
    return f"{table.id[origin]}/{table.line[origin]}" if 0 <= origin < len(table) else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
