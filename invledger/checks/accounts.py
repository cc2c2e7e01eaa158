"""Is every account, and every place of ours, open on the day on which it is used?

A posting to an account that nobody opened, that is opened later, or that was closed before, would
vanish from the balance sheet by its chart. The same holds for locations. Movements come to
accounts by roles, so it is mostly hand-written vouchers that go astray.

Anti-pattern: `Assets:1002-银行存款:ICBC` used in January, opened on 2026-02-01.

Good: `open` in `accounts.beancount` dated on or before the first use.

Emits `account-not-in-chart`, `account-not-open`, `account-closed`, `location-not-open`.
"""

from __future__ import annotations

from invledger.model import Place, Problem, Voucher, problem
from invledger.posting.sources import Derivation, Sources


def check(sources: Sources, derivation: Derivation) -> list[Problem]:
    """One Problem for each voucher and account, and for each location's first early use."""
    del derivation
    found = []
    for voucher in (*sources.money, *sources.posted):
        for name in dict.fromkeys(posting.account for posting in voucher.postings):
            code, date = _judged(sources, voucher, name)
            if code:
                facts = {"account": name, "voucher": voucher.identity, "date": date}
                found.append(problem(code, voucher.place, **facts))
    return found + _locations(sources)


def _judged(sources: Sources, voucher: Voucher, name: str) -> tuple[str, str]:
    """The code of what is wrong and the date that shows it; empty where all is well."""
    account = sources.master.accounts.get(name)
    if account is None:
        return "account-not-in-chart", voucher.date
    if account.opened and voucher.date < account.opened:
        return "account-not-open", account.opened
    if account.closed and voucher.date >= account.closed:
        return "account-closed", account.closed
    return "", ""


def _locations(sources: Sources) -> list[Problem]:
    """Uses of a location before it was opened: rows come by date, so the first one tells."""
    table = sources.table
    first: dict[str, int] = {}
    for column in (table.source, table.target):
        seen: dict[str, int] = {}
        for row, name in enumerate(column):
            seen.setdefault(name, row)
        for name, row in seen.items():
            first[name] = min(row, first.get(name, row))
    found = []
    for name, row in sorted(first.items()):
        place = sources.master.locations.get(name)
        if place is not None and place.opened and table.date[row] < place.opened:
            found.append(
                problem(
                    "location-not-open",
                    Place(table.path[row], table.lineno[row]),
                    location=name,
                    id=table.id[row],
                    date=place.opened,
                )
            )
    return found
