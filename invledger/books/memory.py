"""What `post` knows of its last run, and keeps of this one (see `checkpoint`, `incremental`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from invledger.books.checkpoint import keep, kept, look_at, made_of
from invledger.books.incremental import Prepared, prepare
from invledger.books.posting import PLACEHOLDER, DayFile, PostOutcome
from invledger.books.splicing import NotPlain
from invledger.model import Refused
from invledger.posting import Sources
from invledger.store import Cache, FolderTree


class Memory:
    """What `post` knows of its last run; it looks at the folder before anything is read."""

    def __init__(self, tree: FolderTree, cache: Cache) -> None:
        self._tree, self._cache = tree, cache
        self._look = look_at(tree, cache)
        self._digests: dict[str, str] = {}
        self._count = 0

    def prepared(self, *, is_detailed: bool) -> Prepared | None:
        """What the change of movements since the last run does; None where only a full run can
        say.
        """
        look, checkpoint = self._look, kept(self._cache, self._tree)
        if look is None or checkpoint is None or not checkpoint.fits(look):
            return None
        outcome = PostOutcome(is_detailed=is_detailed)
        outcome.counts["unchanged"] = checkpoint.count
        try:
            return prepare(self._tree, self._cache, checkpoint, look, outcome)
        except (NotPlain, Refused):
            return None

    def keep(self, prepared: Prepared) -> None:
        """Remember the run whose files are written now."""
        keep(self._cache, self._tree, prepared.checkpoint)

    def noting(self, days: Iterable[DayFile]) -> Iterator[DayFile]:
        """The days of a full run, their digests noted on the way."""
        for day in days:
            self._digests[day.path] = hashlib.sha256(day.data).hexdigest()
            self._count += len(day.vouchers)
            yield day

    def remember(self, sources: Sources) -> None:
        """Make a checkpoint of a full run without any Problem, whose files are written now."""
        if self._look is None or sources.company.order != "by-date":
            return
        now = look_at(self._tree, self._cache)
        if now is None or (now.frame, now.files) != (self._look.frame, self._look.files):
            return  # somebody wrote meanwhile: who knows what was read
        there = {path: digest for path, digest in now.vouchers.items() if path != PLACEHOLDER}
        if there != self._digests:
            return
        made = made_of(sources.table, sources.master.items, self._cache, now)
        if made is not None:
            made.vouchers, made.count = now.vouchers, self._count
            keep(self._cache, self._tree, made)
