"""The swift way of `post`: what plain books need, without an object a row.

One seam: `swift_days` gives the voucher files day by day, or raises NotPlain; then the plain path
does everything, and says what is wrong where something is. Plain are movements of one line as our
printer writes them, in files of one day each, of kinds that have a stencil (`posting.stencil`),
under policies that stand at their defaults. What is tested and printed is the same byte for byte.

Engines: `compiled` (extra `fast`: numba) and `bulk` (nothing but the standard library). Small
books take neither, since there is little to save.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import NamedTuple

from invledger.books.prefix import Notes
from invledger.books.prefix_months import MonthNote
from invledger.ledger import print_voucher_file
from invledger.ledger.grammar import is_date
from invledger.ledger.prescan import scan_bytes
from invledger.model import CostPolicy, Item, Party, Posting, Voucher
from invledger.posting import Sources, ranks_of
from invledger.posting.closing_form import Closings
from invledger.posting.plain_company import is_plain_company, item_class
from invledger.posting.stencil import Stencils
from invledger.posting.stencil_form import Like, Stencil
from invledger.store import FolderTree

MOVEMENTS, DOCUMENTS = "ledgers/movements", "ledgers/documents"
PERIODIC = "periodic-average"
METHODS = ("fifo", "moving-average", PERIODIC)
#: Metadata that say nothing to posting; any other key is not plain.
SILENT_KEYS = ("doc", "handler", "prepared", "dept", "project", "rank", "reason")
UNNAMED = "\u2026"  # a reason that no rule speaks of
BULK_BYTES = 1 << 16  # smaller books take the plain path
COMPILED_BYTES = 8 << 20  # smaller books do not win back what linking takes
MARKED_BYTES = 8 << 20  # days after a note that get notes of their own
COMPILING_BYTES = 24 << 20  # smaller books do not wait for the compiler

_NAME = re.compile(r".*/([0-9]{4}-[0-9]{2}-[0-9]{2})\.[^/]*beancount")
_WORD = re.compile(r"[!#-\[\]-~]+")


class NotPlain(Exception):
    """Something that the swift way leaves to the plain one."""


class Day:
    """The files of one date, read when somebody asks, and not kept; `size` is of them all."""

    __slots__ = ("date", "paths", "size", "tree")

    def __init__(self, date: str, paths: Sequence[str], tree: FolderTree, size: int) -> None:
        self.date, self.paths, self.tree, self.size = date, paths, tree, size

    @property
    def files(self) -> list[bytes]:
        """The bytes of each file; raises NotPlain, Refused."""
        files = [self.tree.read(path) for path in self.paths]
        for path, data in zip(self.paths, files, strict=True):
            if not data.isascii():
                check_text(path, data)
        return files


class Sum(NamedTuple):
    """What the lines of one kind add up to: which account, side and sign."""

    account: str
    sign: int
    is_red: bool
    amount: int


class Printed(NamedTuple):
    """A day's vouchers as their file's text; `inputs` is the digest of its rows."""

    date: str
    inputs: str
    text: bytes
    vouchers: int
    sums: tuple[Sum, ...]


@dataclass(slots=True)
class Words:
    """What rows may name, in the order that gives each its number."""

    types: list[str]
    ranks: list[int]
    items: list[Item]
    locations: list[str]
    parties: list[Party]
    reasons: list[str]  # that some rule speaks of
    classes: list[int] = field(default_factory=list)  # by item
    likeness: list[str] = field(default_factory=list)  # an item for each class


Engine = Callable[["Plain", Iterable[Day]], Iterator[Printed]]


class Plain:
    """What an engine must know of the books; learns stencils when it meets new kinds of rows."""

    def __init__(self, sources: Sources, date: str) -> None:
        self.sources = sources
        self.words = _words(sources)
        self.currency = sources.company.currency
        self.decimals = sources.company.currency_decimals
        self._stencils = Stencils(sources, date)
        self.notes: Notes | None = None  # what a later run may begin with
        self.before: MonthNote | None = None  # what came before the days that are given

    @property
    def cuts(self) -> frozenset[str]:
        """Dates at whose end a group of days has to end."""
        return self.notes.cuts if self.notes is not None else frozenset()

    def stencil(  # noqa: PLR0913  what makes rows alike
        self, type_: int, source: int, target: int, class_: int, *, has_price: bool,
        has_party: bool, reason: int,
    ) -> Stencil:  # fmt: skip
        """The stencil of rows by the numbers of what they name; raises NotPlain.

        `reason`: 0 for none, 1 for one that no rule speaks of, else its number plus 2.
        """
        words = self.words
        named = ("", UNNAMED, *words.reasons)[reason]
        like = Like(
            words.types[type_], words.locations[source], words.locations[target],
            words.likeness[class_], has_price, has_party, named,
        )  # fmt: skip
        found = self._stencils.of(like)
        if found is None:
            raise NotPlain(f"{like}")
        return found

    def head(self, inputs: str) -> bytes:
        """How the voucher file of a day begins; always as long."""
        engine = self.sources.company.engine
        return print_voucher_file((), self.decimals, engine=engine, inputs=inputs).encode()

    def closings(self) -> Closings:
        """What makes the vouchers of a month's end."""
        return self._stencils.closings(self.words.items)

    def method(self, item: Item) -> str:
        """How the cost of an item is kept."""
        return self.sources.company.cost_policy(item.code, item.category).method

    def policy(self, item: int) -> CostPolicy:
        """The cost policy of an item by its number."""
        known = self.words.items[item]
        return self.sources.company.cost_policy(known.code, known.category)

    def is_periodic(self) -> bool:
        """Whether costs are found at the end of months; raises NotPlain where some are."""
        methods = {self.method(item) for item in self.words.items}
        if PERIODIC in methods and len(methods) > 1:
            raise NotPlain("methods with and without periods")
        return PERIODIC in methods


def _words(sources: Sources) -> Words:
    rules, master = sources.rules, sources.master
    ranks = ranks_of(rules)
    reasons = {
        reason
        for versions in rules.values()
        for rule in versions
        for reason in (*rule.reasons, *(r for x in rule.lines for r in x.when.get("reason", ())))
    }
    words = Words(
        types=sorted(ranks), ranks=[ranks[type_] for type_ in sorted(ranks)],
        items=[item for item in master.items.values() if _WORD.fullmatch(item.code)],
        locations=list(master.locations),
        parties=[party for party in master.parties.values() if _is_plain_party(party)],
        reasons=sorted(reasons),
    )  # fmt: skip
    classes: dict[object, int] = {}
    for item in words.items:
        number = classes.setdefault(item_class(sources.company, item), len(classes))
        if number == len(words.likeness):
            words.likeness.append(item.code)
        words.classes.append(number)
    limits = ((words.types, 9), (words.locations, 15), (words.likeness, 12), (words.reasons, 5))
    if any(len(named) >= 1 << bits for named, bits in limits):
        raise NotPlain("too many types, locations, classes of items or reasons")
    return words


def _is_plain_party(party: Party) -> bool:
    """Whether code and name stand in a voucher as they are."""
    text = f"{party.code}{party.name}"
    is_even = party.name == " ".join(party.name.split())
    return is_even and text.isprintable() and not {'"', "\\"} & set(text)


def sizes_of(tree: FolderTree) -> dict[str, int]:
    """The files of movements and documents, and how large each is."""
    return tree.sizes(MOVEMENTS, ".beancount") | tree.sizes(DOCUMENTS, ".beancount")


def engine_for(size: int) -> Engine | None:
    """The engine for books of so many bytes; None where the plain path is quicker."""
    if size >= COMPILED_BYTES and find_spec("numba") is not None:
        try:
            from invledger.books.compiled_days import compiled_days
            from invledger.books.machine import machine_code

            machine_code(may_compile=size >= COMPILING_BYTES)
        except (ImportError, OSError, AttributeError, RuntimeError):
            pass  # no numba that works here, no libcrypto, no machine code kept
        else:
            return compiled_days
    if size < BULK_BYTES:
        return None
    from invledger.books.bulk_days import bulk_days

    return bulk_days


def swift_days(
    tree: FolderTree, sources: Sources, engine: Engine, sizes: Mapping[str, int],
    notes: Notes | None = None,
) -> Iterator[Printed]:  # fmt: skip
    """The vouchers of every day, in order; raises NotPlain, perhaps after some days.

    `sources` is all but the movements, without a Problem; `sizes` names their files.
    """
    plain, days = _plain_days(tree, sources, sizes)
    if notes is not None:
        notes.cut_at([day.date for day in days])
        plain.notes = notes
    return engine(plain, days)


def swift_days_after(  # noqa: PLR0913  as `swift_days`, and what came before
    tree: FolderTree, sources: Sources, engine: Engine, sizes: Mapping[str, int], *,
    notes: Notes, before: tuple[str, MonthNote],
) -> Iterator[Printed]:  # fmt: skip
    """The same for the days after a date, `before`: that date and the state at its end.

    `notes` takes up the ids of these days; marks are made where they are many.
    """
    plain, days = _plain_days(tree, sources, sizes)
    plain.notes = notes
    date, plain.before = before
    days = [day for day in days if day.date > date]
    if sum(day.size for day in days) > MARKED_BYTES:
        notes.cut_at([day.date for day in days])
    return engine(plain, days)


def _plain_days(
    tree: FolderTree, sources: Sources, sizes: Mapping[str, int]
) -> tuple[Plain, list[Day]]:
    if sources.problems or not is_plain_company(sources, frozenset(METHODS)):
        raise NotPlain("policies")
    days = _dated(tree, sizes)
    if not days:
        raise NotPlain("nothing to do")
    return Plain(sources, days[0].date), days


def _dated(tree: FolderTree, sizes: Mapping[str, int]) -> list[Day]:
    """The days of movements in order; raises NotPlain for a file of no date that is not empty."""
    files: dict[str, list[str]] = {}
    for path in sizes:
        name = _NAME.fullmatch(path)
        if name is not None and is_date(name[1]) and path.startswith(MOVEMENTS):
            files.setdefault(name[1], []).append(path)
            continue
        lines = tree.read(path).splitlines()
        if any(line and not line.startswith(b";") for line in lines):
            raise NotPlain(path)
    return [
        Day(date, paths, tree, sum(sizes[path] for path in paths))
        for date, paths in sorted(files.items())
    ]


def grouped(
    days: Iterable[Day], size: int, cuts: frozenset[str] = frozenset()
) -> Iterator[list[Day]]:
    """Days in groups of about so many bytes; each date of `cuts` ends one."""
    group: list[Day] = []
    held = 0
    for day in days:
        group.append(day)
        held += day.size
        if held >= size or day.date in cuts:
            yield group
            group, held = [], 0
    if group:
        yield group


def check_text(path: str, data: bytes) -> None:
    """Raises NotPlain unless text beyond ASCII is allowed, of letters written as they are."""
    if scan_bytes(path, data) or not data.decode().replace("\n", "").isprintable():
        raise NotPlain(path)


def summary(printed: Iterable[Printed], currency: str) -> list[Voucher]:
    """One voucher a day that says what all of its vouchers add up to, account by account.

    Figures that add postings up (balances, turnover) are those of the vouchers themselves.
    """
    return [
        Voucher(
            day.date, f"summary/{day.date}/main", "", "",
            tuple(
                Posting(one.account, one.amount * one.sign, currency, one.is_red)
                for one in day.sums if one.amount
            ),
        )
        for day in printed
    ]  # fmt: skip
