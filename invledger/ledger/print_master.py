"""Master data, prices, periods and register entries as text; each block ends with a line feed.

Master data carry no checksum: people edit them. Register entries do.

Problems (raised as Refused): text-with-line-break, metadata-key.
"""

from __future__ import annotations

from invledger.ledger.layout import aligned, meta_lines, quote
from invledger.ledger.master import class_of
from invledger.ledger.sums import with_sum
from invledger.model import (
    Account,
    Booking,
    DatedSetting,
    Item,
    Location,
    Party,
    Period,
    Price,
    format_price,
)


def _block(head: str, pairs: list[tuple[str, str]], *bare: str) -> str:
    return "\n".join([head, *meta_lines(pairs), *bare]) + "\n"


def print_item(item: Item, date: str = "") -> str:
    """The commodity directive of an item; `date` where the record names none."""
    bare = [f"  decimals: {item.decimals}"]
    bare += [f"  {key}: TRUE" for key in ("lot", "expiry") if getattr(item, key)]
    units = " ".join(f"{unit}={ratio}" for unit, ratio in item.units.items())
    pairs = [
        ("name", item.name), ("name-en", item.name_en), ("sku", item.sku), ("spec", item.spec),
        ("category", item.category), ("tax", item.tax), ("unit", item.unit), ("units", units),
        *item.meta.items(),
    ]  # fmt: skip
    return _block(f"{item.opened or date} commodity {item.code}", pairs, *bare)


def print_location(location: Location, date: str = "") -> str:
    """The open directive of a location; what follows from the account's name is left out."""
    parts = location.account.split(":")
    usual = class_of(location.account)
    is_status = location.is_ours and usual == "available"
    site = parts[2] if is_status and len(parts) > 2 else ""
    pairs = [
        ("name", location.name if location.name != location.account else ""),
        ("name-en", location.name_en),
        ("site", location.site if location.site != site else ""),
        ("status", location.class_ if is_status and location.class_ != "available" else ""),
        *location.meta.items(),
    ]
    return _block(f"{location.opened or date} open {location.account}", pairs)


def print_party(party: Party, date: str) -> str:
    """The custom directive of a party, dated `date`."""
    head = f"{date} custom {quote('party')} {quote(party.code)} {quote(party.name)}"
    return _block(head, [("name-en", party.name_en), *party.meta.items()])


def print_account(account: Account, date: str = "") -> str:
    """The open directive of an account of the money ledger."""
    roles = "; ".join(
        " ".join([claim.role, *(f"{key}={value}" for key, value in claim.where)])
        for claim in account.roles
    )
    usual = "debit" if account.name.startswith(("Assets:", "Expenses:")) else "credit"
    pairs = [
        ("code", account.code), ("name", account.title), ("name-en", account.title_en),
        ("direction", account.direction if account.direction != usual else ""), ("role", roles),
    ]  # fmt: skip
    return _block(f"{account.opened or date} open {account.name}", pairs)


def print_price(price: Price) -> str:
    """A price directive, its number aligned, and its kind."""
    head = f"{price.date} price {price.commodity}"
    kind = [("kind", price.kind)]
    return _block(aligned(head, format_price(price.price), price.currency), kind)


def print_setting(setting: DatedSetting) -> str:
    """A dated change."""
    values = " ".join(map(quote, ("set", setting.thing, setting.key, setting.value)))
    return f"{setting.date} custom {values}\n"


def print_period(period: Period) -> str:
    """The closing or reopening of a period, with what it says beside that."""
    word = "close" if period.state == "closed" else "reopen"
    return _block(f"{period.date} custom {quote(word)} {quote(period.period)}", [*period.seal])


def print_register_entry(booking: Booking) -> str:
    """A booked voucher's entry in the register, with its checksum."""
    head = (
        f"{booking.date} custom {quote('booked')} {quote(booking.word)} {booking.number}"
        f" {quote(booking.identity)} {quote(booking.digest)}"
    )
    pairs = [
        ("prepared", booking.prepared), ("reviewed", booking.reviewed), ("booked", booking.booked)
    ]  # fmt: skip
    return with_sum("\n".join([head, *meta_lines(pairs)]))
