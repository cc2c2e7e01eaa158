"""Every id of large books comes once: looked at where two could be the same, by device and day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from invledger.books.swift import NotPlain


class Ids:
    """Every id so far; each comes once.

    Ids are kept as lines by stretch, and a stretch is asked only where two name the same device
    and day: all that stands before the last hyphen. Heads that many share have sets of hashes.
    """

    def __init__(self) -> None:
        self._stretches: list[bytes] = []
        self._heads: dict[bytes, int] = {}  # the one stretch that has ids of it so far
        self._shared: dict[bytes, set[int]] = {}

    def add(self, lines: bytes, heads: Sequence[bytes]) -> None:
        """The ids of a stretch, and the heads of each file, whose ids differ; raises NotPlain
        where one comes twice (or two look alike).
        """
        fresh = set(heads)
        known = fresh & self._heads.keys()
        ids = lines.split(b"\n") if known or len(fresh) < len(heads) else []
        if len(set(ids)) < len(ids):
            raise NotPlain("an id comes twice")
        for head in known:
            before = self._shared.get(head)
            if before is None:
                others = self._stretches[self._heads[head]].split(b"\n")
                before = self._shared[head] = _hashes(others, head)
            now = _hashes(ids, head)
            if not before.isdisjoint(now):
                raise NotPlain("an id comes twice")
            before |= now
        self._heads.update(dict.fromkeys(fresh - known, len(self._stretches)))
        self._stretches.append(lines)


def _hashes(ids: Iterable[bytes], head: bytes) -> set[int]:
    return {hash(id_) for id_ in ids if id_.rpartition(b"-")[0] == head}
