"""Was anything put into a closed period, or dated after today?

Once a period is closed, its vouchers stand in the register. A movement or voucher of that period
that no booked voucher names came later: it is refused, and the correction belongs into the open
period. Movements dated after today are allowed in plans only, so they are pointed out.

Anti-pattern: in March, a receipt that was forgotten, dated 2026-01-20, with January closed.

Good: the receipt dated on the day it is entered, with `reason:`; or `reopen` January, which leaves
a trace, and close it again.

Emits `closed-period`, `date-in-future`.
"""

from __future__ import annotations

from bisect import bisect_right

from invledger.ledger import link_of
from invledger.model import Place, Problem, problem
from invledger.posting.sources import Derivation, Sources


def check(sources: Sources, derivation: Derivation, today: str) -> list[Problem]:
    """Problems of dates; `today` is `YYYY-MM-DD`, empty to leave the future alone."""
    return [*_closed(sources, derivation), *_future(sources, today)]


def _closed(sources: Sources, derivation: Derivation) -> list[Problem]:
    closed = sources.master.closed_periods()
    if not closed:
        return []
    booked = {entry.identity for entry in sources.register}
    known = {link for v in sources.posted if v.identity in booked for link in v.links}
    late = {
        link
        for voucher in derivation.vouchers
        if voucher.date[:7] in closed
        for link in voucher.links
        if link not in known
    }
    found = [
        problem("closed-period", voucher.place, id=voucher.identity, period=voucher.date[:7])
        for voucher in sources.money
        if voucher.date[:7] in closed and voucher.identity not in booked
    ]
    if not late:
        return found
    table = sources.table
    named: set[str] = set()
    for row, id_ in enumerate(table.id):
        if table.date[row][:7] in closed and id_ not in named and link_of(id_) in late:
            named.add(id_)
            place = Place(table.path[row], table.lineno[row])
            found.append(problem("closed-period", place, id=id_, period=table.date[row][:7]))
    return found


def _future(sources: Sources, today: str) -> list[Problem]:
    if not today:
        return []
    table = sources.table
    named: set[str] = set()
    found = []
    start = bisect_right(table.date, today) if sources.company.order == "by-date" else 0
    for row in range(start, len(table)):
        if table.date[row] > today and table.id[row] not in named:
            named.add(table.id[row])
            place = Place(table.path[row], table.lineno[row])
            found.append(problem("date-in-future", place, id=table.id[row], date=table.date[row]))
    return found
