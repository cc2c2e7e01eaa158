"""Items, locations and parties as they are on a date: the master record plus dated changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from invledger.ledger.master import class_of
from invledger.model import Item, Location, Master, Party

_NAMES = {"name-en": "name_en"}


def changes_until(master: Master, thing: str, date: str) -> dict[str, str]:
    """Key -> value of the latest `custom "set"` of a thing on or before a date."""
    return {
        setting.key: setting.value
        for setting in master.settings
        if setting.thing == thing and setting.date <= date
    }


def item_at(master: Master, code: str, date: str) -> Item:
    """The item as it is on a date. Raises KeyError for an unknown item."""
    item = master.items[code]
    changes = changes_until(master, f"item {code}", date)
    if not changes:
        return item
    own, meta = _split(changes, item.meta, {"name", "name_en", "category", "spec", "tax"})
    return replace(
        item,
        name=own.get("name", item.name),
        name_en=own.get("name_en", item.name_en),
        category=own.get("category", item.category),
        spec=own.get("spec", item.spec),
        tax=own.get("tax", item.tax),
        lot=meta.pop("lot", "TRUE" if item.lot else "") == "TRUE",
        expiry=meta.pop("expiry", "TRUE" if item.expiry else "") == "TRUE",
        meta=meta,
    )


def location_at(master: Master, account: str, date: str) -> Location:
    """The location as it is on a date. Raises KeyError for an unknown location."""
    location = master.locations[account]
    changes = changes_until(master, f"location {account}", date)
    if not changes:
        return location
    own, meta = _split(changes, location.meta, {"name", "name_en", "site"})
    status = meta.pop("status", "")
    class_ = class_of(account, status) if status else location.class_
    return replace(
        location,
        name=own.get("name", location.name),
        name_en=own.get("name_en", location.name_en),
        site=own.get("site", location.site),
        class_=class_ or location.class_,
        meta=meta,
    )


def party_at(master: Master, code: str, date: str) -> Party:
    """The party as it is on a date. Raises KeyError for an unknown party."""
    party = master.parties[code]
    own, meta = _split(
        changes_until(master, f"party {code}", date), party.meta, {"name", "name_en"}
    )
    return replace(
        party,
        name=own.get("name", party.name),
        name_en=own.get("name_en", party.name_en),
        meta=meta,
    )


def _split(
    changes: Mapping[str, str], meta: Mapping[str, str], own: set[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Changes of fields, and the metadata with all other changes laid over it."""
    named = {_NAMES.get(key, key): value for key, value in changes.items()}
    mine = {key: value for key, value in named.items() if key in own}
    rest = {key: value for key, value in changes.items() if _NAMES.get(key, key) not in own}
    return mine, {**meta, **rest}


