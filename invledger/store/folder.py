"""A company's files in a folder: the Tree of daily work, confined to its root.

Every part of a path is opened below the folder before it, without following links, so that a
link planted or swapped between check and open leads nowhere. What is neither file nor folder is
listed under its own name: reading it gives the Problem that says so.

A block that `append` is writing at this moment, or that a crash cut off, is invisible: the
journal beside the file tells how much of its tail counts (see `journal`).

Problems: file-missing, file-not-plain, file-too-large, file-name-bad, file-unreadable,
files-too-many, folders-too-deep.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from invledger.model import Place, Problem, Refused, Tree, problem
from invledger.store.journal import journal_name, kept_length

FILE_BYTES_MAX = 16 * 2**20
DERIVED_BYTES_MAX = 64 * 2**20
GIVEN_BYTES_MAX = 256 * 2**20  # a table of another system
FILES_MAX = 100_000
DEPTH_MAX = 12

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def shown(path: str) -> str:
    """A path as it may stand in a message: no control characters, no broken encoding."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


class FolderTree:
    """A Tree on a folder. `stamp` is asked late, for git is not needed to read."""

    def __init__(self, root: Path, stamp: Callable[[], str] | None = None) -> None:
        self.root = root.resolve()
        self._stamp = stamp
        self._holders = 0
        self._held: tuple[str, int] | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Inside, the folder last read from stays open, for the next file is mostly beside it.

        A folder that is moved away meanwhile is read on as it was.
        """
        self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1
            if not self._holders:
                self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            os.close(self._held[1])
            self._held = None

    def _enter(self, folder: str) -> int:
        """A handle of a folder, to be given to `_leave`; raises OSError."""
        if not self._holders:
            return open_folder(self.root, folder)
        if self._held is None or self._held[0] != folder:
            self._let_go()
            self._held = folder, open_folder(self.root, folder)
        return self._held[1]

    def _leave(self, handle: int) -> None:
        if self._held is None or self._held[1] != handle:
            os.close(handle)

    def paths(self, folder: str, suffix: str = "") -> Iterator[str]:
        """Files below `folder`, sorted by bytes; raises Refused beyond the limits."""
        return iter(sorted(self._found(folder, suffix, is_sized=False), key=os.fsencode))

    def sizes(self, folder: str, suffix: str = "") -> dict[str, int]:
        """The same with what the file system says of their bytes, to choose a way by."""
        found = self._found(folder, suffix, is_sized=True)
        return {path: found[path] for path in sorted(found, key=os.fsencode)}

    def _found(self, folder: str, suffix: str, *, is_sized: bool) -> dict[str, int]:
        found: dict[str, int] = {}
        try:
            handle = open_folder(self.root, folder)
        except FileNotFoundError:
            return found
        except OSError as error:
            raise Refused(_unreadable(folder, error)) from error
        try:
            self._walk(handle, folder.rstrip("/"), suffix, found, is_sized=is_sized)
        finally:
            os.close(handle)
        return found

    def _walk(
        self, handle: int, folder: str, suffix: str, found: dict[str, int], *, is_sized: bool
    ) -> None:
        if folder.count("/") >= DEPTH_MAX:
            raise Refused(problem("folders-too-deep", Place(shown(folder)), limit=DEPTH_MAX))
        with os.scandir(handle) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                path = f"{folder}/{entry.name}" if folder else entry.name
                if entry.is_dir(follow_symlinks=False):
                    below = os.open(entry.name, _FOLDER, dir_fd=handle)
                    try:
                        self._walk(below, path, suffix, found, is_sized=is_sized)
                    finally:
                        os.close(below)
                elif entry.name.endswith(suffix) or entry.is_symlink():
                    found[path] = entry.stat(follow_symlinks=False).st_size if is_sized else 0
                    if len(found) > FILES_MAX:
                        raise Refused(
                            problem("files-too-many", Place(shown(folder)), limit=FILES_MAX)
                        )

    def exists(self, path: str) -> bool:
        try:
            handle = self._enter(path.rpartition("/")[0])
        except OSError:
            return False
        try:
            state = os.stat(path.rpartition("/")[2], dir_fd=handle, follow_symlinks=False)
        except OSError:
            return False
        finally:
            self._leave(handle)
        return stat.S_ISREG(state.st_mode)

    def read(self, path: str) -> bytes:
        """The bytes of a file, whole blocks only; raises Refused."""
        return self.read_with_state(path)[0]

    def read_with_state(self, path: str) -> tuple[bytes, os.stat_result]:
        """The bytes of a file and its state as it was after reading."""
        try:
            path.encode()
        except UnicodeEncodeError as error:
            raise Refused(problem("file-name-bad", Place(shown(path)))) from error
        try:
            folder = self._enter(path.rpartition("/")[0])
        except OSError as error:
            raise Refused(_unreadable(path, error)) from error
        try:
            return _read_whole(folder, path)
        except OSError as error:
            raise Refused(_unreadable(path, error)) from error
        finally:
            self._leave(folder)

    def read_into(self, path: str, room: memoryview) -> int:
        """The bytes of a file, whole blocks only, into some room; how many, and -1 where they do
        not fit. Raises Refused.
        """
        count = self._read_at_once(path, room)
        if count < 0:  # once more, for what is wrong, or until it stands still
            data = self.read(path)
            count = len(data) if len(data) <= len(room) else -1
            room[: max(count, 0)] = data[: max(count, 0)]
        return count

    def _read_at_once(self, path: str, room: memoryview) -> int:
        """A file at which nobody is at work; -1 for any other, or where it does not fit."""
        folder_path, _, name = path.rpartition("/")
        try:
            path.encode()
            folder = self._enter(folder_path)
        except (OSError, UnicodeEncodeError):
            return -1
        try:
            handle = open_plain(folder, name, path)
            try:
                count = os.preadv(handle, [room], 0)
                is_calm = not _has(folder, journal_name(name))
                size = os.fstat(handle).st_size  # last, as in `_read_whole`
                return count if is_calm and count == size <= FILE_BYTES_MAX else -1
            finally:
                os.close(handle)
        except OSError:
            return -1
        finally:
            self._leave(folder)

    def state(self, path: str) -> os.stat_result | None:
        """What the file system says of a plain file; None where a journal stands beside it."""
        folder, _, name = path.rpartition("/")
        try:
            handle = self._enter(folder)
        except OSError:
            return None
        try:
            found = os.stat(name, dir_fd=handle, follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode) or _has(handle, journal_name(name)):
                return None
        except OSError:
            return None
        finally:
            self._leave(handle)
        return found

    def stamp(self) -> str:
        return self._stamp() if self._stamp is not None else ""


def holding(tree: Tree) -> AbstractContextManager[None]:
    """`FolderTree.held` of a tree that is one; nothing for any other."""
    return tree.held() if isinstance(tree, FolderTree) else nullcontext()


def read_given(path: Path) -> bytes:
    """The bytes of a plain file that a person named, wherever it lies; raises Refused.

    A device never ends and a pipe may never begin: both are refused unread.
    """
    place = Place(shown(path.as_posix()))
    try:
        handle = os.open(path, _FILE & ~os.O_NOFOLLOW)
    except FileNotFoundError as error:
        raise Refused(problem("file-missing", place)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused(problem("file-unreadable", place, reason=reason)) from error
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode):
        os.close(handle)
        raise Refused(problem("file-not-plain", place))
    with os.fdopen(handle, "rb") as file:
        if state.st_size > GIVEN_BYTES_MAX:
            found = problem("file-too-large", place, size=state.st_size, limit=GIVEN_BYTES_MAX)
            raise Refused(found)
        return file.read()


def open_folder(root: Path, folder: str) -> int:
    """A handle of a folder below `root`, reached without following any link; raises OSError."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for part in folder.split("/"):
        if not part:
            continue
        if part in (".", ".."):
            os.close(handle)
            raise PermissionError(f"{part} in a path")
        try:
            below = os.open(part, _FOLDER, dir_fd=handle)
        finally:
            os.close(handle)
        handle = below
    return handle


def open_plain(folder: int, name: str, path: str) -> int:
    """A reading handle of a plain file in an open folder; raises Refused or OSError."""
    before = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISREG(before.st_mode):
        raise Refused(problem("file-not-plain", Place(shown(path))))
    handle = os.open(name, _FILE, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Refused(problem("file-not-plain", Place(shown(path))))
    return handle


def read_all(handle: int, size: int) -> bytes:
    """Everything from the start of an open file; `size` is what it is thought to hold."""
    parts: list[bytes] = []
    offset = 0
    while part := os.pread(handle, max(size + 1 - offset, 65536), offset):
        parts.append(part)
        offset += len(part)
        if offset == size:  # more was asked for: that was all
            break
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _read_whole(folder: int, path: str) -> tuple[bytes, os.stat_result]:
    name = path.rpartition("/")[2]
    limit = DERIVED_BYTES_MAX if path.startswith("ledgers/vouchers/") else FILE_BYTES_MAX
    handle = open_plain(folder, name, path)
    try:
        while True:
            size = os.fstat(handle).st_size
            if size > limit:
                raise Refused(
                    problem("file-too-large", Place(path), size=size, limit=limit),
                )
            data = read_all(handle, size)
            kept = kept_length(folder, name, data)
            after = os.fstat(handle)
            # A writer at work: only when the length stands still did we read whole blocks.
            if after.st_size == len(data):
                return data[:kept], after
    finally:
        os.close(handle)


def _has(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _unreadable(path: str, error: OSError) -> Problem:
    place = Place(shown(path))
    if isinstance(error, FileNotFoundError):
        return problem("file-missing", place)
    if isinstance(error, NotADirectoryError) or error.errno == 40:  # ELOOP
        return problem("file-not-plain", place)
    return problem("file-unreadable", place, reason=error.strerror or str(error))
