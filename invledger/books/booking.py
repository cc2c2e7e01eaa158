"""`book`: enter vouchers in the register, with continuous numbers per period and word.

Only what `post` would write unchanged can be booked, so the register never names a voucher that
the sources do not give. Hand-written money vouchers are booked too. Booking again books what is
left; a second run finds nothing to do.

Problems: book-unposted (exit 1), book-same-person, book-period-closed (4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from invledger.books.deriving import derive
from invledger.books.gate import changes_of_closed
from invledger.books.loading import load
from invledger.books.posting import day_files, standing_vouchers
from invledger.ledger import print_register_entry, voucher_digest
from invledger.model import Booking, Place, Problem, Tree, Voucher, problem
from invledger.posting import Sources
from invledger.store import Cache, FolderTree, Lock, append_block


@dataclass(frozen=True, slots=True)
class Signers:
    """Who prepared, reviewed and booked; a preparer may not review."""

    prepared: str = ""
    reviewed: str = ""
    booked: str = ""


@dataclass(slots=True)
class BookOutcome:
    """What was entered in the register, in order."""

    entries: list[Booking] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def book(
    root: Path,
    through: str,
    signers: Signers,
    *,
    cache: Cache | None = None,
    dry_run: bool = False,
) -> BookOutcome:
    """Book every voucher dated up to `through` (YYYY-MM-DD, or YYYY-MM for a whole period).

    Raises Refused (locked, disk-full); refusals of the books come back as `problems`, with
    nothing written.
    """
    last = f"{through}-31" if len(through) == 7 else through
    same = same_person(signers)
    if same:
        return BookOutcome(problems=same)
    tree = FolderTree(root)
    with Lock(root, "ledgers/.post.lock"):
        sources = load(tree, cache=cache)
        derivation = derive(sources)
        standing, found = standing_vouchers(sources, derivation)
        problems = [*sources.problems, *derivation.problems, *found]
        if not any(p.severity == "error" for p in problems):
            problems += changes_of_closed(sources, cache)
        if any(p.severity == "error" for p in problems):
            return BookOutcome(problems=problems)
        problems += unposted(tree, sources, standing, last)
        outcome = BookOutcome(problems=problems)
        waiting = waiting_until(sources, standing, last, problems)
        if any(p.severity == "error" for p in problems):
            return outcome
        outcome.entries = numbered(sources, waiting, signers)
        if not dry_run:
            enter_in_register(root, outcome.entries)
    return outcome


def same_person(signers: Signers) -> list[Problem]:
    """A preparer who reviews."""
    if signers.prepared and signers.prepared == signers.reviewed:
        return [problem("book-same-person", person=signers.prepared)]
    return []


def unposted(
    tree: Tree, sources: Sources, standing: Iterable[Voucher], last: str
) -> list[Problem]:
    """The voucher files until a date that are not on disk as they derive."""
    return [
        problem("book-unposted", Place(day.path))
        for day in day_files(sources, standing, last)
        if not tree.exists(day.path) or tree.read(day.path) != day.data
    ]


def waiting_until(
    sources: Sources, standing: Iterable[Voucher], last: str, problems: list[Problem]
) -> list[Voucher]:
    """Vouchers not yet in the register, in the order in which they get their numbers."""
    booked = {booking.identity for booking in sources.register}
    closed = sources.master.closed_periods()
    waiting = []
    for voucher in sorted([*sources.money, *standing], key=lambda v: (v.date, v.derived)):
        if voucher.date > last or voucher.identity in booked:
            continue
        if voucher.date[:7] in closed:
            found = problem("book-period-closed", voucher.place, period=voucher.date[:7])
            problems.append(found)
        waiting.append(voucher)
    return waiting


def numbered(sources: Sources, waiting: Iterable[Voucher], signers: Signers) -> list[Booking]:
    """The entries of vouchers, with the next numbers of their period and word."""
    decimals = sources.company.currency_decimals
    last: Counter[tuple[str, str]] = Counter()
    for booking in sources.register:
        key = (booking.period, booking.word)
        last[key] = max(last[key], booking.number)
    entries = []
    for voucher in waiting:
        key = (voucher.date[:7], voucher.word)
        last[key] += 1
        entries.append(
            Booking(
                period=key[0],
                word=voucher.word,
                number=last[key],
                identity=voucher.identity,
                digest=voucher_digest(voucher, decimals),
                date=voucher.date,
                prepared=signers.prepared,
                reviewed=signers.reviewed,
                booked=signers.booked,
                place=voucher.place,
            )
        )
    return entries


def enter_in_register(root: Path, entries: Sequence[Booking]) -> None:
    """One block a period; each is whole or absent after a crash, and a second run goes on."""
    for period in sorted({entry.period for entry in entries}):
        block = "".join(print_register_entry(e) for e in entries if e.period == period)
        append_block(root, f"ledgers/register/{period}.beancount", block)
