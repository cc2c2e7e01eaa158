"""Replace derived files: each is either the old or the new one at any moment, never a mixture.

One file: temporary file in the same folder, mode kept, sync, rename, sync folder. Many files of
one run: all temporary files are written and synced first, then renamed, then the folders synced;
a crash between leaves every file old or new, and a second run finishes the work. Large files are
written in threads, beside the making of the next, and the disk begins with each at once.

Problems: disk-full, file-unwritable (exit 6), file-not-plain.
"""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from invledger.model import Place, Refused, problem
from invledger.store.append import make_folders, write_problem
from invledger.store.folder import open_folder

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_MANY = 16
_THREADS = 8
_LARGE = 1 << 16  # such files are worth a thread's attention
_AHEAD = 8  # large files that are being written at one time
_HANDLES = 64  # that a thread has open at one time
_READ = os.O_RDONLY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def replace_file(root: Path, path: str, data: bytes) -> None:
    """Put `data` at `path` below `root` in one step; raises Refused."""
    replace_files(root, [(path, data)], ())


def replace_files(
    root: Path, files: Iterable[tuple[str, bytes | memoryview]], gone: Iterable[str]
) -> None:
    """Put many files in place and take others away, as one run; raises Refused.

    `files` may be a generator: few are held before they are written.
    """
    written = _Written(root)
    path = ""
    try:
        try:
            for path, data in files:
                written.take(path, data)
            written.finish()
        except BaseException:
            written.take_back()
            raise
        for path in written.paths:
            folder, name = written.folder_of(path), path.rpartition("/")[2]
            os.rename(_beside(name), name, src_dir_fd=folder, dst_dir_fd=folder)
        for path in gone:
            os.unlink(path.rpartition("/")[2], dir_fd=written.folder_of(path))
        written.sync_folders()
    except OSError as error:
        raise Refused(write_problem(written.failed or path, error)) from error
    finally:
        written.close()


class _Written:
    """New files beside the old ones, on their way to the disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.paths: list[str] = []
        self.failed = ""  # the file that a thread could not write
        self._folders: dict[str, int] = {}
        self._threads: ThreadPoolExecutor | None = None
        self._at_work: deque[Future[None]] = deque()
        self._stack = ExitStack()

    def folder_of(self, path: str) -> int:
        """A handle of a file's folder, made where it is not there; raises OSError, Refused."""
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            make_folders(self.root, folder)
            handle = self._folders[folder] = open_folder(self.root, folder)
            self._stack.callback(os.close, handle)
        return self._folders[folder]

    def take(self, path: str, data: bytes | memoryview) -> None:
        """Write a file beside its place, now or in a while; raises OSError, Refused."""
        folder = self.folder_of(path)
        self.paths.append(path)
        if len(data) < _LARGE:
            self._write(folder, path, data)
            return
        if len(self._at_work) >= _AHEAD:
            self._at_work.popleft().result()
        self._at_work.append(self._pool().submit(self._write, folder, path, data))

    def _write(self, folder: int, path: str, data: bytes | memoryview) -> None:
        try:
            _write_beside(folder, path, data)
        except BaseException:
            self.failed = self.failed or path
            raise

    def finish(self) -> None:
        """Every file is whole and on the disk; raises OSError, Refused."""
        while self._at_work:
            self._at_work.popleft().result()
        if len(self.paths) < _MANY:
            self._sync(self.paths)
            return
        # Many at once, since the disk then syncs them together.
        size = min(-(-len(self.paths) // _THREADS), _HANDLES)
        parts = [self.paths[at : at + size] for at in range(0, len(self.paths), size)]
        for _ in self._pool().map(self._sync, parts):
            continue

    def _sync(self, paths: Sequence[str]) -> None:
        """All are on the disk; it begins with each before the first is waited for."""
        path = ""
        try:
            with ExitStack() as stack:
                handles: dict[str, int] = {}
                for path in paths:
                    folder, _, name = path.rpartition("/")
                    handles[path] = os.open(_beside(name), _READ, dir_fd=self._folders[folder])
                    stack.callback(os.close, handles[path])
                    _begin(handles[path])
                for path in paths:
                    os.fsync(handles[path])
        except OSError:
            self.failed = self.failed or path
            raise

    def sync_folders(self) -> None:
        """The names, too, are on the disk; raises OSError."""
        for handle in self._folders.values():
            os.fsync(handle)

    def take_back(self) -> None:
        """Nothing is left beside the old files."""
        for future in self._at_work:
            future.exception()
        for path in self.paths:
            folder, _, name = path.rpartition("/")
            try:
                os.unlink(_beside(name), dir_fd=self._folders[folder])
            except OSError:
                continue

    def _pool(self) -> ThreadPoolExecutor:
        if self._threads is None:
            from concurrent.futures import ThreadPoolExecutor

            self._threads = self._stack.enter_context(ThreadPoolExecutor(_THREADS))
        return self._threads

    def close(self) -> None:
        """Threads end, then folders are closed."""
        self._stack.close()


def _beside(name: str) -> str:
    return f".{name}.tmp"


def _write_beside(folder: int, path: str, data: bytes | memoryview) -> None:
    name = path.rpartition("/")[2]
    mode = 0o666
    try:
        state = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        pass
    else:
        if not stat.S_ISREG(state.st_mode):
            raise Refused(problem("file-not-plain", Place(path)))
        mode = stat.S_IMODE(state.st_mode)
    try:
        handle = os.open(_beside(name), _NEW, mode, dir_fd=folder)
    except FileExistsError:  # left by a crash
        os.unlink(_beside(name), dir_fd=folder)
        handle = os.open(_beside(name), _NEW, mode, dir_fd=folder)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        if mode != 0o666:
            os.fchmod(handle, mode)
        if len(data) >= _LARGE:
            _begin(handle)
    finally:
        os.close(handle)


def _begin(handle: int) -> None:
    """Make the disk begin to write what has changed in a file, where that can be asked for."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
