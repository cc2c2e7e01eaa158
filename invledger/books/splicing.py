"""One day's voucher file, when some of its vouchers give way to others (see `incremental`)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Protocol

from invledger.books.posting import NO_ROWS, Change, PostOutcome, day_path
from invledger.books.stamping import day_digests
from invledger.ledger import print_voucher, print_voucher_file
from invledger.model import MovementTable, Tree, Voucher
from invledger.posting import Sources

_IDENTITY = re.compile(r'^  voucher: "([^"]*)"$', re.MULTILINE)


class NotPlain(Exception):
    """Something that only a full run may judge."""


def document_of(identity: str) -> str:
    """The document, day or period that a voucher is named after."""
    return identity.partition("/")[2].rpartition("/")[0]


class Desk(Protocol):
    """What splicing asks of who does it."""

    engine: str
    decimals: int
    sources: Sources  # what the digest of a day asks for: items, decimals of currencies
    moved: set[str]  # documents whose vouchers may stand elsewhere in the day now

    @property
    def tree(self) -> Tree:
        """The files of the company."""

    @property
    def files(self) -> Mapping[str, str]:
        """Digests of the voucher files as they were looked at."""

    def day(self, date: str) -> MovementTable:
        """All rows of a date."""


class Splice:
    """One day's voucher file: some blocks give way to others."""

    def __init__(
        self,
        desk: Desk,
        date: str,
        was: dict[str, Voucher],
        now: dict[str, Voucher],
        turns: dict[str, int],
    ) -> None:
        self.desk, self.date, self.was, self.now, self.turns = desk, date, was, now, turns
        self.path = day_path(date)
        self.decimals = desk.decimals

    def run(self, outcome: PostOutcome, *, has_new_rows: bool) -> Iterator[tuple[str, bytes]]:
        before = b""
        if self.path in self.desk.files:
            before = self.desk.tree.read(self.path)
            if hashlib.sha256(before).hexdigest() != self.desk.files[self.path]:
                raise NotPlain
        head, blocks = _blocks(before.decode())
        found = self._blocks(blocks)
        if not found:
            if before:
                outcome.removed.append(self.path)
                self._count(outcome)
            return
        if has_new_rows or not head:
            head = self._head()
        data = "\n\n".join([head, *found]).encode() + b"\n"
        if data != before:
            outcome.written.append(self.path)
            self._count(outcome)
            yield self.path, data

    def _head(self) -> str:
        known = self.desk.sources
        digests = day_digests(self.desk.day(self.date), known.master, known.company)
        inputs = digests.get(self.date, NO_ROWS)
        engine = self.desk.engine
        return print_voucher_file((), self.decimals, engine=engine, inputs=inputs).rstrip("\n")

    def _blocks(self, blocks: list[str]) -> list[str]:
        """The blocks of the day as they shall stand."""
        texts = {i: print_voucher(v, self.decimals).rstrip("\n") for i, v in self.was.items()}
        places = {block: at for at, block in enumerate(blocks)}
        at_of: dict[str, int] = {}
        for identity, text in texts.items():
            if text not in places:
                raise NotPlain
            at_of[identity] = places[text]
        fresh = {i: print_voucher(v, self.decimals).rstrip("\n") for i, v in self.now.items()}
        is_moved = any(document_of(identity) in self.desk.moved for identity in fresh)
        if texts.keys() == fresh.keys() and not is_moved:
            found = list(blocks)
            for identity, text in fresh.items():
                found[at_of[identity]] = text
            return found
        gone = set(at_of.values())
        left = [block for at, block in enumerate(blocks) if at not in gone]
        if not fresh:
            return left
        return self._merged(left, fresh)

    def _merged(self, left: list[str], fresh: dict[str, str]) -> list[str]:
        """Blocks that stay and new ones in the order of derivation: that of the day's rows."""
        order: dict[str, int] = {}
        for id_ in self.desk.day(self.date).id:
            order.setdefault(id_, len(order))
        stay = [(self._key(_identity(block), order), block) for block in left]
        keys = [key for key, _ in stay]
        if keys != sorted(keys):
            raise NotPlain
        come = [(self._key(identity, order), text) for identity, text in fresh.items()]
        return [block for _, block in sorted([*stay, *come], key=lambda pair: pair[0])]

    def _key(self, identity: str, order: dict[str, int]) -> tuple[int, int]:
        id_ = document_of(identity)
        if "~" in identity or id_ not in order:
            raise NotPlain  # what another day's document brings stands apart
        return order[id_], self.turns.get(identity, 0)

    def _count(self, outcome: PostOutcome) -> None:
        """Count and, where asked for, list what differs on this day."""
        counts = outcome.counts
        turn = self.turns
        last = len(turn)

        def place(name: str) -> tuple[int, str]:
            return turn.get(name.partition("~")[0], last), name

        for identity in sorted(self.now, key=place):
            old, new = self.was.get(identity), self.now[identity]
            if old is not None and _text(old, self.decimals) == _text(new, self.decimals):
                continue
            kind = "new" if old is None else "changed"
            counts[kind] += 1
            counts["unchanged"] -= old is not None
            if outcome.is_detailed:
                outcome.changes.append(Change(kind, identity, self.date, self.path, old, new))
        for identity, old in self.was.items():
            if identity not in self.now:
                counts["gone"] += 1
                counts["unchanged"] -= 1
                if outcome.is_detailed:
                    change = Change("gone", identity, self.date, self.path, old, None)
                    outcome.changes.append(change)


def _text(voucher: Voucher, decimals: int) -> str:
    return print_voucher(voucher, decimals)


def _blocks(text: str) -> tuple[str, list[str]]:
    """Head and vouchers of a file as our printer writes it."""
    if not text:
        return "", []
    head, *blocks = text.removesuffix("\n").split("\n\n")
    return head, blocks


def _identity(block: str) -> str:
    found = _IDENTITY.search(block)
    if found is None:
        raise NotPlain
    return found[1]
