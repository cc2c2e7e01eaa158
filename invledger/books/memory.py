"""What `post` knows of its last run, and keeps of this one (see `checkpoint`, `incremental`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from invledger.books.checkpoint import Checkpoint, Look, keep, kept, look_at, made_of
from invledger.books.incremental import prepare
from invledger.books.posting import PLACEHOLDER, DayFile, PostOutcome
from invledger.books.prefix import Notes, Prefix, keep_prefix, kept_prefix, prefix_of
from invledger.books.splicing import NotPlain
from invledger.model import PERIODIC, Refused, Voucher
from invledger.posting import Derivation, Sources
from invledger.store import Cache, FolderTree

if TYPE_CHECKING:
    from invledger.books.prepared import Prepared

CLOSED = "post-closed"  # what is noted of a close (see `closed`)


class Memory:
    """What `post` knows of its last run; it looks at the folder before anything is read."""

    def __init__(self, tree: FolderTree, cache: Cache) -> None:
        self._tree, self._cache = tree, cache
        self._look = look_at(tree, cache)
        self._digests: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._made: Checkpoint | None = None
        self.notes = Notes()

    def prepared(self, *, is_detailed: bool) -> Prepared | None:
        """What the change since the last run does; None where only a full run can say."""
        tree, cache, look = self._tree, self._cache, self._look
        if look is None:
            return None
        with suppress(NotPlain, Refused):
            checkpoint = kept(cache, tree)
            if checkpoint is not None and checkpoint.fits(look):
                outcome = PostOutcome(is_detailed=is_detailed)
                outcome.counts["unchanged"] = checkpoint.count
                return prepare(tree, cache, checkpoint, look, outcome)
            prefix = kept_prefix(cache, tree)
            if prefix is not None and prefix.fits(look):
                from invledger.books.suffix import post_after

                return post_after(tree, cache, prefix, look, is_detailed=is_detailed)
        with suppress(NotPlain, Refused):
            if data := cache.note(tree, CLOSED):
                from invledger.books.after_close import post_from_close
                from invledger.books.closed import closed_in

                closed = closed_in(data)
                return post_from_close(tree, cache, closed, look, is_detailed=is_detailed)
        return None

    def keep(self, made: Prepared) -> None:
        """Remember the run whose files are written now."""
        if isinstance(made.kept, Checkpoint):
            keep(self._cache, self._tree, made.kept)
        elif isinstance(made.kept, Prefix):
            keep_prefix(self._cache, self._tree, made.kept)
        else:
            self._cache.put_note(self._tree, CLOSED, made.kept.data())

    def noting(self, days: Iterable[DayFile]) -> Iterator[DayFile]:
        """The days of a full run, their digests noted on the way."""
        for day in days:
            self._digests[day.path] = hashlib.sha256(day.data).hexdigest()
            self._counts[day.path] = len(day.vouchers)
            yield day

    def note_rows(self, sources: Sources) -> None:
        """Put the rows of a full run into the cache, before what follows from them takes room."""
        is_by_period = sources.company.methods() <= PERIODIC  # vouchers of many movements
        if self._look is not None and sources.company.order == "by-date" and not is_by_period:
            items = sources.master.items
            self._made = made_of(sources.table, items, self._cache, self._look)

    def remember(
        self, sources: Sources, derivation: Derivation, standing: Iterable[Voucher]
    ) -> None:
        """Make a checkpoint of a full run without any Problem, whose files are written now."""
        made = self._made
        is_sealed = any(one.seal for one in sources.master.periods)
        now = self._unchanged() if made is not None or is_sealed else None
        if now is None:
            return
        if is_sealed:
            from invledger.books.closed import closed_of

            books = (sources, derivation, standing)
            closed = closed_of(self._cache, now, books, self._counts)
            if closed is not None:
                self._cache.put_note(self._tree, CLOSED, closed.data())
        if made is not None:
            made.vouchers, made.count = now.vouchers, sum(self._counts.values())
            keep(self._cache, self._tree, made)

    def remember_prefix(self) -> None:
        """The same of a swift run."""
        now = self._unchanged()
        made = prefix_of(self._cache, now, self.notes, self._counts) if now is not None else None
        if made is not None:
            keep_prefix(self._cache, self._tree, made)

    def _unchanged(self) -> Look | None:
        """The folder as it is after a run; None where somebody wrote meanwhile: who knows then
        what was read.
        """
        before, now = self._look, look_at(self._tree, self._cache)
        if now is None or before is None:
            return None
        if (now.frame, now.files) != (before.frame, before.files):
            return None
        there = {path: digest for path, digest in now.vouchers.items() if path != PLACEHOLDER}
        return now if there == self._digests else None
