"""What a close says beside its date: digests of what was closed and of what decided it.

Deciding are the movements dated until the period's end and all of rules, policies, prices and
master data that is in force for them; what follows from these alone, without a later document, is
the derived part: vouchers, and the costing state at the end, the opening layers of the next
period. Documents of open periods reach back by design (late value, returns, adjusting vouchers)
and change neither. So an edit that would change a closed period shows at once, whoever made it,
and an edit that changes nothing may pass (DESIGN section 2, dated, not edited).

Codes: closed-period, closed-period-edited, closed-period-changed, closed-register-changed.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import NamedTuple

from invledger.books.deriving import derive
from invledger.books.stamping import canonical, day_digests
from invledger.checks import periods
from invledger.costing.interface import Costed
from invledger.model import (
    Company,
    Master,
    MovementTable,
    Period,
    Place,
    Problem,
    Row,
    Voucher,
    problem,
)
from invledger.posting import Derivation, Sources
from invledger.posting.standards import bases_of
from invledger.posting.tax import TaxTable

FORM = "1"  # of the digests; what another form means, only the program that wrote it knows
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
    found = []
    for close in master.closes().values():
        said = dict(close.seal)
        if said.get("form") == FORM and all(part in said for part in PARTS):
            found.append(close)
    return found


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
    return MovementTable(
        **{name: [column[at] for at in kept] for name, column in columns.items()}
    )


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
        *(canonical(master.items[code]) for code in items),
        *(canonical(master.locations[one]) for one in places if one in master.locations),
        *(canonical(master.parties[code]) for code in parties if code in master.parties),
        *(canonical(master.accounts[name]) for name in sorted(master.accounts)),
        *(canonical(one) for one in master.settings),
        *(repr((entry.period, entry.state, entry.date)) for entry in master.periods),
    ]
    rules = [canonical(past.rules[name]) for name in sorted(past.rules)]
    days = "\n".join(f"{date} {digest}" for date, digest in day_digests(past.table).items())
    return ({} if used else {"movements": _digest(days)}) | {
        "policies": _digest(_policies(past.company, items)),
        "rules": _digest("\n".join([*rules, canonical(past.tax)])),
        "prices": _digest("\n".join(sorted(map(canonical, master.prices)))),
        "master": _digest("\n".join(named)),
    }


def _policies(company: Company, items: list[str]) -> str:
    """The company's policies as text; exceptions only of items that were moved."""
    parts = [
        f"{one.name}={canonical(getattr(company, one.name))}"
        for one in fields(company)
        if one.name not in _IDLE
    ]
    for name in sorted(company.categories):
        known = company.categories[name]
        parts.append(f"category {name}={canonical(known.cost)} {known.tax}")
    said = company.item_cost
    parts += [f"item {code}={canonical(said[code])}" for code in items if code in said]
    for change in company.cost_changes:
        own = {code: change.items[code] for code in items if code in change.items}
        parts.append(f"change {canonical(replace(change, reason='', items=own))}")
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
    vouchers = hashlib.sha256()
    for voucher in derivation.vouchers:
        said = repr((voucher.date, voucher.identity, voucher.postings))
        vouchers.update(f"{said}\n".encode())
    state = state_of(past, derivation)
    return {VOUCHERS: vouchers.hexdigest(), COSTS: _digest(state)}, state


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
    return state_text(costed, len(table), pools)


def state_text(costed: Costed, count: int, pools: list[Opening]) -> str:
    """What the first `count` lines cost and leave in pools and orders, as text."""
    cited = sorted((at, value) for at, value in costed.cited.items() if at < count)
    said = {
        "lines": _digest(f"{costed.costs[:count]!r}\n{cited!r}"),
        "orders": {key: left for key, left in sorted(costed.orders.items()) if left},
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


def changes_of_closed(sources: Sources) -> list[Problem]:
    """What would change a sealed period: Problems at the edit, as near as can be told.

    The sources are without errors, and derive without one.
    """
    closes = sealed(sources.master)
    if not closes:
        return []
    found = [
        problem("closed-register-changed", close.place, period=close.period)
        for close in closes
        if register_digest(sources, close.period) != dict(close.seal)[REGISTER]
    ]
    last = closes[-1]
    past, said = until(sources, last.period), dict(last.seal)
    now = deciding_digests(past)
    if any(now[part] != said[part] for part in DECIDING):
        derived, _ = derived_digests(past)
        is_moved = now["movements"] != said["movements"]
        if is_moved or any(derived[part] != said[part] for part in (VOUCHERS, COSTS)):
            found += _edits(sources, closes)
    return found


def _edits(sources: Sources, closes: list[Period]) -> Iterator[Problem]:
    """One Problem for each part that differs, of the earliest period in which one does."""
    for close in closes:
        past, said = until(sources, close.period), dict(close.seal)
        now = deciding_digests(past)
        parts = [part for part in DECIDING if now[part] != said[part]]
        if not parts:
            continue
        first = _first_change(sources, past, close.period)
        for part in parts:
            if part == "movements":
                late = periods.check(sources, derive(sources), "")
                late = [one for one in late if dict(one.args).get("period", "") <= close.period]
                yield from late or [
                    problem(
                        "closed-period-edited",
                        _row_place(sources, first) or close.place,
                        period=close.period,
                    )
                ]
                continue
            place = _PLACES[part](past, first) or close.place
            yield problem(
                "closed-period-changed",
                place,
                period=close.period,
                part=_WHERE[part],
                voucher=first.identity if first is not None else "-",
            )
        return


def _first_change(sources: Sources, past: Sources, period: str) -> Voucher | None:
    """The first booked voucher of a period that would now be another, or not be."""
    posted = {voucher.identity: voucher for voucher in sources.posted}
    booked = {entry.identity for entry in sources.register if entry.period == period}
    seen = set[str]()
    for voucher in derive(past).vouchers:
        if not voucher.date.startswith(period):
            continue
        seen.add(voucher.identity)
        stood = posted.get(voucher.identity)
        if stood is None or stood.postings != voucher.postings:
            return voucher
    gone = [posted[one] for one in sorted(booked - seen) if one in posted and "~" not in one]
    return gone[0] if gone else None


def _row_place(sources: Sources, voucher: Voucher | None) -> Place | None:
    """Where the document of a voucher stands."""
    if voucher is None:
        return None
    table, document = sources.table, voucher.identity.split("/")[1]
    if document not in table.id:
        return None
    at = table.id.index(document)
    return Place(table.path[at], table.lineno[at])


def _item_of(voucher: Voucher | None) -> str:
    """The item that a voucher speaks of first."""
    if voucher is not None:
        for posting in voucher.postings:
            for key, value in posting.meta:
                if key == "item":
                    return value
    return ""


def _of_policies(past: Sources, voucher: Voucher | None) -> Place | None:
    company = past.company
    return company.item_places.get(_item_of(voucher), company.place)


def _of_rules(past: Sources, voucher: Voucher | None) -> Place | None:
    versions = past.rules.get(voucher.identity.partition("/")[0]) if voucher is not None else None
    return versions[-1].place if versions else None


def _of_prices(past: Sources, voucher: Voucher | None) -> Place | None:
    item = _item_of(voucher)
    own = [price for price in past.master.prices if price.commodity == item]
    return own[-1].place if own else None


def _of_master(past: Sources, voucher: Voucher | None) -> Place | None:
    known = past.master.items.get(_item_of(voucher))
    return known.place if known is not None else None


#: Where people find a part, in any language.
_WHERE = {
    "policies": "rules/company.yaml",
    "rules": "rules/movements, rules/tax.yaml",
    "prices": "ledgers/prices.beancount",
    "master": "ledgers/items, locations, parties, accounts",
}
_PLACES = {
    "policies": _of_policies,
    "rules": _of_rules,
    "prices": _of_prices,
    "master": _of_master,
}
