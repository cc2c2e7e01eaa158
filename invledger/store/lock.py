"""One writer at a time: `flock` on a file that stands only while it is held.

The file is taken away by its holder; whoever was waiting notices by the inode and asks again.
Problems: locked (exit 5), file-not-plain, file-unwritable and disk-full (exit 6).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from invledger.model import Place, Problem, Refused, problem
from invledger.store.folder import open_folder

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
WAIT_SECONDS = 10.0
_PAUSE_SECONDS = 0.002


class Lock:
    """A lock named by a path below the root; a context manager. Raises Refused when it is late."""

    def __init__(self, root: Path, path: str, wait_seconds: float = WAIT_SECONDS) -> None:
        self._root = root
        self._path = path
        self._wait_seconds = wait_seconds
        self._folder = -1
        self._handle = -1

    def __enter__(self) -> Self:
        folder, _, name = self._path.rpartition("/")
        try:
            self._folder = open_folder(self._root, folder)
            self._handle = take(self._folder, name, self._path, self._wait_seconds)
        except BaseException as error:
            if self._folder >= 0:
                os.close(self._folder)
            if isinstance(error, OSError):
                raise Refused(lock_problem(self._path, error)) from error
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        drop(self._folder, self._path.rpartition("/")[2], self._handle)
        os.close(self._folder)


def lock_problem(path: str, error: OSError) -> Problem:
    """Why a lock cannot be made: a link stands there, or the disk refuses."""
    if error.errno in {errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO}:
        return problem("file-not-plain", Place(path))
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return problem("disk-full", Place(path))
    return problem("file-unwritable", Place(path), reason=error.strerror or str(error))


def take(folder: int, name: str, path: str, wait_seconds: float = WAIT_SECONDS) -> int:
    """Lock `name` in an open folder, making it where needed; gives its handle."""
    end = time.monotonic() + wait_seconds
    pause = _PAUSE_SECONDS
    while True:
        handle = os.open(name, _FLAGS, 0o666, dir_fd=folder)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
        else:
            if _is_same(folder, name, handle):
                return handle
            os.close(handle)
            continue
        if time.monotonic() >= end:
            raise Refused(problem("locked", Place(path), seconds=f"{wait_seconds:g}"))
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


def drop(folder: int, name: str, handle: int) -> None:
    """Take the lock file away and let the next one in."""
    with contextlib.suppress(OSError):  # a file left behind locks nobody out
        os.unlink(name, dir_fd=folder)
    os.close(handle)


def _is_same(folder: int, name: str, handle: int) -> bool:
    try:
        there = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(handle))
