"""Read a company: every file of a Tree into Sources, every Problem collected.

Source files go through the reader one by one, so that each can come from the cache (keyed by
content); only what all files say together is resolved here. Nothing stops at the first error:
a file that cannot be read leaves its Problem and the rest is read.

Problems: those of `store`, `ledger` and `posting`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from invledger.books.ruling import Rulebook, listed, load_rules
from invledger.ledger import read_master, read_money, read_register
from invledger.model import Booking, Master, MovementTable, Problem, Refused, Tree, Voucher
from invledger.posting import Chart, Sources, unknown_items
from invledger.store import Cache, holding, run_foreign

__all__ = ["Rulebook", "VoucherReader", "load", "load_rules", "no_collection"]

SUFFIX = ".beancount"

Foreign = Callable[[str], str]
T = TypeVar("T")


def load(
    tree: Tree,
    *,
    cache: Cache | None = None,
    foreign: Foreign | None = run_foreign,
    posted_on: Callable[[list[Booking]], Container[str]] | None = None,
    apart: Sources | None = None,
) -> Sources:
    """Everything derivation may look at, with all Problems of reading.

    `posted_on` says, given the register, which files of `vouchers/` are worth reading (paths);
    None reads them all. `apart` is what `load_apart` read before, without a Problem.
    """
    from invledger.books.movement_files import read_movements
    from invledger.ledger import pinpoint

    with no_collection(), holding(tree):
        book = load_rules(tree, cache) if apart is None else _book_of(apart)
        problems = book.problems
        master = _master(tree, foreign, book, problems) if apart is None else apart.master
        table = read_movements(tree, cache, foreign, master, book)
        reader = VoucherReader(tree, book.company.currency_decimals, foreign, problems)
        if apart is None:
            register = _kept(problems, lambda: read_register(tree), list[Booking]())
            money = reader.read("ledgers/money")
        else:
            register, money = apart.register, apart.money
        wanted = posted_on(register) if posted_on is not None else None
        posted = reader.read("ledgers/vouchers", wanted)
    return Sources(
        company=book.company,
        master=master,
        rules=book.rules,
        chart=Chart.of(master.accounts.values()),
        tax=book.tax,
        table=table,
        money=money,
        posted=posted,
        register=register,
        problems=pinpoint(tree, problems),
        rules_digest=book.digest,
        stamp=tree.stamp(),
    )


def _book_of(sources: Sources) -> Rulebook:
    rules = dict(sources.rules)
    return Rulebook(sources.company, rules, sources.tax, [], sources.rules_digest)


def _master(
    tree: Tree, foreign: Foreign | None, book: Rulebook, problems: list[Problem]
) -> Master:
    """The master data; rules that name an item which is not in it are told, too."""
    found: list[Problem] = []
    master = _kept(found, lambda: read_master(tree, foreign), Master())
    problems += found
    if all(one.severity != "error" for one in found):  # else it may be one that is not readable
        problems += unknown_items(book.company, master)
    return master


def load_apart(
    tree: Tree, *, cache: Cache | None = None, foreign: Foreign | None = run_foreign
) -> Sources:
    """As `load`, but for the movements and for what is in `vouchers/`: those are not looked at."""
    with holding(tree):
        book = load_rules(tree, cache)
        problems = list(book.problems)
        master = _master(tree, foreign, book, problems)
        register = _kept(problems, lambda: read_register(tree), list[Booking]())
        reader = VoucherReader(tree, book.company.currency_decimals, foreign, problems)
        money = reader.read("ledgers/money")
    return Sources(
        company=book.company,
        master=master,
        rules=book.rules,
        chart=Chart.of(master.accounts.values()),
        tax=book.tax,
        table=MovementTable(),
        money=money,
        posted=[],
        register=register,
        problems=problems,
        rules_digest=book.digest,
        stamp=tree.stamp(),
    )


@dataclass(frozen=True, slots=True)
class VoucherReader:
    """Reads the files of a folder of vouchers, Problems kept."""

    tree: Tree
    decimals: int
    foreign: Foreign | None
    problems: list[Problem]

    def read(self, folder: str, wanted: Container[str] | None = None) -> list[Voucher]:
        """The vouchers below a folder, of the wanted paths or all."""
        derived = folder.endswith("vouchers")
        vouchers: list[Voucher] = []
        for path in listed(self.tree, folder, SUFFIX, self.problems):
            if wanted is not None and path not in wanted:
                continue
            try:
                found, more = read_money(
                    path, self.tree.read(path), self.decimals, derived, self.foreign
                )
            except Refused as refused:
                self.problems.extend(refused.problems)
                continue
            vouchers += found
            self.problems.extend(more)
        return vouchers


def _kept(problems: list[Problem], read: Callable[[], tuple[T, list[Problem]]], empty: T) -> T:
    """What a reader gives, its Problems kept; `empty` where it refuses."""
    try:
        value, found = read()
    except Refused as refused:
        problems += refused.problems
        return empty
    problems += found
    return value


@contextmanager
def no_collection() -> Iterator[None]:
    """Millions of small tuples without cycles: the collector would look at them in vain.

    What was made inside is then taken out of its sight (`gc.freeze`): otherwise the next one and
    that at exit walk over all of it, which was a third of a run of 100,000 movements.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.enable()
