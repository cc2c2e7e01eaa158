"""`close` and `reopen`: a period is over, or open again; each is an entry in `periods.beancount`.

A close is the last word on a period: nothing in it is wrong, every voucher stands on disk as it
derives and in the register, and the entry names digests of all that (see `sealing`), so that a
later edit shows. It is read from the files, never from the cache. What is booked stays booked
when a period is reopened; corrections become adjusting vouchers.

Problems: period-unclear, close-again, close-order, close-date, close-unbooked, reopen-order, those
of `book` and of every check.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from invledger.books.booking import (
    Signers,
    enter_in_register,
    numbered,
    same_person,
    unposted,
    waiting_until,
)
from invledger.books.deriving import derive
from invledger.books.gate import changes_of_closed
from invledger.books.loading import load
from invledger.books.posting import standing_vouchers
from invledger.books.sealing import seal_of
from invledger.checks import run_checks
from invledger.ledger import print_period, read_master
from invledger.ledger.master import is_period
from invledger.model import NOWHERE, Booking, Period, Place, Problem, Voucher, problem
from invledger.posting import Sources
from invledger.posting.adjust import next_period
from invledger.store import FolderTree, Lock, append_block, run_foreign

PATH = "ledgers/periods.beancount"


@dataclass(slots=True)
class CloseOutcome:
    """What was entered: the block of the close or reopening, and vouchers booked on the way."""

    text: str = ""
    entries: list[Booking] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def close(
    root: Path, period: str, date: str, signers: Signers | None = None, *, dry_run: bool = False
) -> CloseOutcome:
    """Close the earliest open period (YYYY-MM), as on a date after it.

    With `signers`, vouchers that are not in the register yet are booked first; without, they are
    in the way, unless the company books with the close. Raises Refused (locked, disk-full);
    refusals come back as `problems`, with nothing written.
    """
    tree = FolderTree(root)
    with Lock(root, "ledgers/.post.lock"):
        sources = load(tree)
        derivation = derive(sources)
        found = list(_out_of_turn(sources, period, date))
        if found:
            return CloseOutcome(problems=found)
        entry = Period(period, "closed", date, NOWHERE)
        standing, found = standing_vouchers(sources, derivation)
        found += run_checks(sources, derivation, date, tree)
        found += unposted(tree, sources, standing, f"{period}-31")
        found = [one for one in dict.fromkeys(found) if one.severity == "error"]
        found = found or changes_of_closed(sources) or _reaching_back(sources, standing, entry)
        if found:
            return CloseOutcome(problems=found)
        entries, found = _bookings(sources, standing, period, signers)
        if found:
            return CloseOutcome(problems=found)
        sources.register = [*sources.register, *entries]
        seal = seal_of(sources, period)
        text = print_period(entry._replace(seal=tuple(seal.digests.items())))
        if not dry_run:
            enter_in_register(root, entries)
            append_block(root, PATH, text)
    return CloseOutcome(text, entries)


def reopen(
    root: Path, period: str, date: str, reason: str, *, dry_run: bool = False
) -> CloseOutcome:
    """Open the last closed period again; the entry is its trace. Raises Refused."""
    with Lock(root, "ledgers/.post.lock"):
        master, found = read_master(FolderTree(root), run_foreign)
        found = [one for one in found if one.severity == "error"]
        closed = sorted(master.closed_periods())
        if not is_period(period):
            found.append(problem("period-unclear", Place(PATH), period=period))
        elif not closed or closed[-1] != period:
            last = closed[-1] if closed else "-"
            found.append(problem("reopen-order", Place(PATH), period=period, last=last))
        else:
            found += _too_early(master.periods, period, date)
        if found:
            return CloseOutcome(problems=found)
        text = print_period(Period(period, "open", date, NOWHERE, (("reason", reason),)))
        if not dry_run:
            append_block(root, PATH, text)
    return CloseOutcome(text)


def _out_of_turn(sources: Sources, period: str, date: str) -> Iterator[Problem]:
    """What keeps a period from being the next one to close."""
    if not is_period(period):
        yield problem("period-unclear", Place(PATH), period=period)
        return
    closes = sources.master.closes()
    if period in closes:
        yield problem("close-again", closes[period].place, period=period)
        return
    dates = [*sources.table.date, *(voucher.date for voucher in sources.money)]
    first = min([date[:7] for date in dates] + [*closes], default=period)
    while first in closes:
        first = next_period(first)
    if first != period:
        yield problem("close-order", Place(PATH), period=period, first=first)
    elif date[:7] <= period:
        start = f"{next_period(period)}-01"
        yield problem("close-date", Place(PATH), period=period, date=date, first=start)
    else:
        yield from _too_early(sources.master.periods, period, date)


def _too_early(entries: list[Period], period: str, date: str) -> Iterator[Problem]:
    """An entry is not dated before one that stands already: the youngest counts."""
    last = max((entry.date for entry in entries), default="")
    if date < last:
        yield problem("close-date", Place(PATH), period=period, date=date, first=last)


def _reaching_back(
    sources: Sources, standing: Collection[Voucher], entry: Period
) -> list[Problem]:
    """Documents dated on or after the close that so far changed what it closes: they would not
    any more once it stands, and what was posted in the period would be another.
    """
    late = max(sources.table.date, default="")
    if late < entry.date:
        return []
    master = replace(sources.master, periods=[*sources.master.periods, entry])
    after = replace(sources, master=master)
    now, _ = standing_vouchers(after, derive(after))
    end = f"{entry.period}-31"
    was = {v.identity: v.postings for v in standing if v.date <= end}
    will = {v.identity: v.postings for v in now if v.date <= end}
    adjusted = {v.identity for v in now} - {v.identity for v in standing}
    if was == will and not any("~" in identity for identity in adjusted):
        return []
    place = Place(PATH)
    return [problem("close-date", place, period=entry.period, date=entry.date, first=late)]


def _bookings(
    sources: Sources, standing: Collection[Voucher], period: str, signers: Signers | None
) -> tuple[list[Booking], list[Problem]]:
    """Entries for what is not booked yet, or why there are none."""
    found: list[Problem] = []
    waiting = waiting_until(sources, standing, f"{period}-31", found)
    if signers is None and sources.company.book == "period":
        signers = Signers()
    if waiting and signers is None:
        count, first = len(waiting), waiting[0].identity
        place = waiting[0].place
        found.append(problem("close-unbooked", place, period=period, count=count, voucher=first))
    found += same_person(signers or Signers())
    if found or signers is None:
        return [], found
    return numbered(sources, waiting, signers), []
