"""A company's files, whatever holds them: a folder (`store`) or a commit (`vcs`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from invledger.model.problem import Place, Refused, problem


class Tree(Protocol):
    """Read-only view of the files below a company's root; paths use `/` and are relative."""

    def paths(self, folder: str, suffix: str = "") -> Iterator[str]:
        """Regular files below `folder` whose name ends in `suffix`, sorted by bytes."""

    def exists(self, path: str) -> bool:
        """Whether a regular file stands at `path`."""

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises Refused with a Problem when it cannot be read."""

    def stamp(self) -> str:
        """What the audit stamp names: a commit id, with `+` where files differ from it."""


class MemoryTree:
    """A Tree of a few texts in memory: for tests, previews and what-if."""

    def __init__(self, files: dict[str, bytes], stamp: str = "memory") -> None:
        self._files = files
        self._stamp = stamp

    def paths(self, folder: str, suffix: str = "") -> Iterator[str]:
        prefix = folder.rstrip("/") + "/" if folder else ""
        return iter(sorted(p for p in self._files if p.startswith(prefix) and p.endswith(suffix)))

    def exists(self, path: str) -> bool:
        return path in self._files

    def read(self, path: str) -> bytes:
        if path not in self._files:
            raise Refused(problem("file-missing", Place(path)))
        return self._files[path]

    def stamp(self) -> str:
        return self._stamp


class OverlayTree:
    """A Tree with some files replaced, added, or (None) taken away: previews never touch disk."""

    def __init__(self, below: Tree, files: dict[str, bytes | None]) -> None:
        self._below = below
        self._files = files

    def paths(self, folder: str, suffix: str = "") -> Iterator[str]:
        prefix = folder.rstrip("/") + "/" if folder else ""
        kept = {p for p in self._below.paths(folder, suffix) if p not in self._files}
        added = {
            p
            for p, data in self._files.items()
            if data is not None and p.startswith(prefix) and p.endswith(suffix)
        }
        return iter(sorted(kept | added))

    def exists(self, path: str) -> bool:
        if path in self._files:
            return self._files[path] is not None
        return self._below.exists(path)

    def read(self, path: str) -> bytes:
        data = self._files.get(path)
        return self._below.read(path) if data is None else data

    def stamp(self) -> str:
        return self._below.stamp() + "+"
