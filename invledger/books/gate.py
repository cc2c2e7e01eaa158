"""What would change a closed period: the digests of its close against the books as they are.

What decides it (`sealing.DECIDING`) is compared first; only where that differs, what follows from
it is derived anew and compared, so that an edit which changes nothing may stay. Documents of open
periods reach back by design and are no part of it. The place of a Problem is the edit itself as
far as it can be told from what would be another voucher, else the entry of the close.

Codes: close-unclear, closed-period, closed-period-edited, closed-period-changed,
closed-register-changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from invledger.books.checkpoint import program_digest
from invledger.books.deriving import derive
from invledger.books.sealing import (
    COSTS,
    DECIDING,
    PARTS,
    REGISTER,
    VOUCHERS,
    deciding_digests,
    derived_digests,
    is_whole,
    register_digest,
    sealed,
    until,
)
from invledger.checks import periods
from invledger.ledger.order import entry_date
from invledger.model import Period, Place, Problem, Voucher, problem
from invledger.posting import Sources
from invledger.store import Cache


def changes_of_closed(sources: Sources, cache: Cache | None = None) -> list[Problem]:
    """What would change a sealed period: Problems at the edit, as near as can be told.

    The sources are without errors, and derive without one. `cache` remembers edits that change
    nothing.
    """
    closes = sealed(sources.master)
    found = [
        problem("close-unclear", close.place, period=close.period)
        for close in sources.master.closes().values()
        if not is_whole(close) and any(key in {"form", *PARTS} for key, _ in close.seal)
    ]
    if not closes:
        return found
    found += [
        problem("closed-register-changed", close.place, period=close.period)
        for close in closes
        if register_digest(sources, close.period) != dict(close.seal)[REGISTER]
    ]
    last = closes[-1]
    past, said = until(sources, last.period), dict(last.seal)
    now = deciding_digests(past)
    if all(now[part] == said[part] for part in DECIDING):
        return found
    told = json.dumps([last.period, now, said], sort_keys=True).encode()
    key, reader = hashlib.sha256(told).hexdigest(), f"gate {program_digest()}"
    if cache is not None and cache.get(key, reader) == told:
        return found
    if _is_changed(past, now, said):
        found += _edits(sources, closes)
    elif cache is not None:
        cache.put(key, reader, told)
    return found


def _is_changed(past: Sources, now: Mapping[str, str], said: Mapping[str, str]) -> bool:
    """Whether a period would be another one than the one that was closed."""
    if now["movements"] != said["movements"]:
        return True
    derived, _ = derived_digests(past)
    return any(derived[part] != said[part] for part in (VOUCHERS, COSTS))


def _edits(sources: Sources, closes: list[Period]) -> Iterator[Problem]:
    """One Problem for each part that differs, of the earliest period that would be another."""
    for close in closes:
        past, said = until(sources, close.period), dict(close.seal)
        now = deciding_digests(past)
        parts = [part for part in DECIDING if now[part] != said[part]]
        if not parts or not _is_changed(past, now, said):
            continue
        if "movements" in parts:  # what they name is part of these: wait until they are mended
            parts = [part for part in parts if part not in ("policies", "master")]
        first = _first_change(sources, close.period)
        for part in parts:
            if part == "movements":
                yield from _latecomers(sources, past, close) or [
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


def _latecomers(sources: Sources, past: Sources, close: Period) -> list[Problem]:
    """Movements that came into closed periods since: those that no booked voucher knows, and
    those whose id says that they were entered on the day of the close or later.
    """
    found = periods.check(sources, derive(sources), "")
    found = [one for one in found if dict(one.args).get("period", "") <= close.period]
    table, told = past.table, {dict(one.args).get("id") for one in found}
    for at, id_ in enumerate(table.id):
        if id_ not in told and entry_date(id_, table.date[at]) >= close.date:
            told.add(id_)
            place, period = Place(table.path[at], table.lineno[at]), table.date[at][:7]
            found.append(problem("closed-period", place, id=id_, period=period))
    return found


def _first_change(sources: Sources, period: str) -> Voucher | None:
    """The first booked voucher of a period that would now be another, or not be; what came after
    the period and before its close counts, as it did when the period was closed.
    """
    posted = {voucher.identity: voucher for voucher in sources.posted}
    booked = {entry.identity for entry in sources.register if entry.period == period}
    seen = set[str]()
    for voucher in derive(sources).vouchers:
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
    """The item's exception, else where its category says how it is costed."""
    company, code = past.company, _item_of(voucher)
    item = past.master.items.get(code)
    category = company.categories.get(item.category) if item is not None else None
    place = category.place if category is not None else company.place
    return company.item_places.get(code, place)


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
