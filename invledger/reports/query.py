"""What a reader asks for: dates, filters, order. One record for every report.

Emits `query-period` (no such period or date), `query-unknown` (a filter that names nothing) and
`query-choice` (no such column or group), all as Refused: an empty table because of a typing error
would pass for an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from invledger.checks.holdings import our_locations
from invledger.model import NOWHERE, Cell, Column, Location, Refused, problem
from invledger.posting.sources import Sources

FIRST = "0001-01-01"
LAST = "9999-12-31"

_PERIOD = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Query:
    """Filters of a report; an empty one does not filter. It knows no language.

    `period` is `YYYY`, `YYYY-MM` or `FROM..TO` of these; `since` and `until` are dates and
    included; `as_of` is the last date that counts. Locations and accounts filter with everything
    below them, accounts by code too. `sort` is a column key, `-key` for falling order.
    """

    as_of: str = ""
    period: str = ""
    since: str = ""
    until: str = ""
    items: tuple[str, ...] = ()  # code or sku
    categories: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    dimensions: tuple[tuple[str, str], ...] = ()  # metadata key and value of a posting
    group: str = ""
    sort: str = ""
    zero: bool = False  # show rows of nothing too
    level: int = 0  # deepest level of accounts, 0 for all
    subject: str = ""  # what `explain` is to explain: a movement, a line, a voucher
    reverse: bool = False  # explain: where it went, not where it came from

    def with_dates_read(self) -> Query:
        """The same, once all its dates are read; Refused where one is none, also an idle one."""
        if self.first > self.last:
            raise Refused(problem("query-period", text=f"{self.first}..{self.last}"))
        return self

    @property
    def last(self) -> str:
        """The last date that counts."""
        ends = [_checked(e) for e in (self.as_of, self.until) if e]
        return min([*ends, *filter(None, [_ends(self.period)[1]])], default=LAST)

    @property
    def first(self) -> str:
        """The first date of the span; what lies before is its opening balance."""
        starts = [_checked(self.since)] if self.since else []
        return max([*starts, *filter(None, [_ends(self.period)[0]])], default=FIRST)


def _checked(text: str) -> str:
    """A date that the calendar has."""
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise Refused(problem("query-period", NOWHERE, text=text))


def _ends(period: str) -> tuple[str, str]:
    """First and last date of a period; the 31st stands for the end of any month."""
    if not period:
        return "", ""
    start, dots, end = period.partition("..")
    first, last = _PERIOD.fullmatch(start), _PERIOD.fullmatch(end if dots else start)
    if first is not None and last is not None:
        ends = f"{first[1]}-{first[2] or '01'}-01", f"{last[1]}-{last[2] or '12'}-31"
        if ends[0] < ends[1]:
            return ends
    raise Refused(problem("query-period", NOWHERE, text=period))


def checked(sources: Sources, query: Query) -> Query:
    """The query with items as codes; Refused where a party, type or account is not in the books.

    For the reports on money, whose postings name items by code.
    """
    demand_known(sources, query)
    for name in query.accounts:
        if not any(_is_or_below(a.name, a.code, name) for a in sources.master.accounts.values()):
            raise Refused(problem("query-unknown", NOWHERE, what="account", name=name))
    items = chosen_items(sources, query)
    return query if items is None else replace(query, items=tuple(sorted(items)))


def demand_known(sources: Sources, query: Query) -> None:
    """Refused where a party or type is not in the books."""
    _demand("party", query.parties, sources.master.parties)
    if query.types:
        vouchers = (*sources.money, *sources.posted)
        types = {voucher.identity.partition("/")[0] for voucher in vouchers}
        _demand("type", query.types, {*types, *sources.rules, *sources.table.type})


def chosen_items(sources: Sources, query: Query) -> frozenset[str] | None:
    """Codes of the items that the filters let through; None for all."""
    items = sources.master.items
    if not query.items and not query.categories:
        return None
    names = set(query.items)
    known = {i.code for i in items.values()} | {i.sku for i in items.values()}
    _demand("item", names, known)
    _demand("category", query.categories, {i.category for i in items.values()})
    return frozenset(
        item.code
        for item in items.values()
        if (not names or item.code in names or item.sku in names)
        and (not query.categories or item.category in query.categories)
    )


def chosen_locations(sources: Sources, query: Query) -> dict[str, Location]:
    """Our own locations that the filters let through (all of them without a filter)."""
    ours = our_locations(sources)
    _demand("site", query.sites, {place.site for place in ours.values()})
    _demand("status", query.statuses, {place.class_ for place in ours.values()})
    for name in query.locations:
        if not any(_below(account, name) for account in ours):
            raise Refused(problem("query-unknown", NOWHERE, what="location", name=name))
    return {
        account: place
        for account, place in ours.items()
        if (not query.sites or place.site in query.sites)
        and (not query.statuses or place.class_ in query.statuses)
        and (not query.locations or any(_below(account, name) for name in query.locations))
    }


def is_chosen_account(account: str, code: str, query: Query) -> bool:
    """Whether the account filter lets an account through, by name, by code, or as a child."""
    return not query.accounts or any(_is_or_below(account, code, name) for name in query.accounts)


def _is_or_below(account: str, code: str, name: str) -> bool:
    return _below(account, name) or (name.isdigit() and code.startswith(name))


def demand_group(group: str, known: Iterable[str]) -> None:
    """Refused where a table cannot be summed by that; nothing is no group."""
    if group and group not in known:
        names = " ".join(filter(None, known)) or "-"
        raise Refused(problem("query-choice", what="group", name=group, known=names))


def sorted_rows(
    rows: list[dict[str, Cell]], sort: str, columns: Iterable[Column]
) -> list[dict[str, Cell]]:
    """Rows by one column, numbers by size; the given order where the column is equal."""
    key = sort.removeprefix("-")
    if not key:
        return rows
    known = [column.key for column in columns]
    if key not in known and not all(key in row for row in rows[:1] or [{}]):
        names = " ".join(known)
        raise Refused(problem("query-choice", what="column", name=key, known=names))
    return sorted(rows, key=lambda row: _sortable(row[key]), reverse=sort.startswith("-"))


def _sortable(cell: Cell) -> tuple[int, int, str]:
    """Nothing first, then numbers (scaled to ten decimals), then text."""
    if cell is None:
        return (0, 0, "")
    if isinstance(cell, int):
        return (1, cell * 10**10, "")
    match = re.fullmatch(r"(-?)(\d+)(?:\.(\d{1,10}))?", cell, re.ASCII)
    if match is None:
        return (2, 0, cell)
    size = int(match[2] + (match[3] or "").ljust(10, "0"))
    return (1, -size if match[1] else size, "")


def _below(account: str, name: str) -> bool:
    return account == name or account.startswith(name + ":")


def _demand(what: str, names: Iterable[str], known: Iterable[str] | Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            raise Refused(problem("query-unknown", NOWHERE, what=what, name=name))
