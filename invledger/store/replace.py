"""Replace derived files: each is either the old or the new one at any moment, never a mixture.

One file: temporary file in the same folder, mode kept, sync, rename, sync folder. Many files of
one run: all temporary files are written and synced first, then renamed, then the folders synced;
a crash between leaves every file old or new, and a second run finishes the work.

Problems: disk-full, file-unwritable (exit 6), file-not-plain.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from invledger.model import Place, Refused, problem
from invledger.store.append import make_folders, write_problem
from invledger.store.folder import open_folder

_MANY = 16
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def replace_file(root: Path, path: str, data: bytes) -> None:
    """Put `data` at `path` below `root` in one step; raises Refused."""
    replace_files(root, [(path, data)], ())


def replace_files(root: Path, files: Iterable[tuple[str, bytes]], gone: Iterable[str]) -> None:
    """Put many files in place and take others away, as one run; raises Refused.

    `files` may be a generator: each is written before the next is made.
    """
    waiting: list[str] = []
    folders: dict[str, int] = {}
    path = ""
    try:
        try:
            for path, data in files:
                _write_beside(_folder_of(root, path, folders), path, data)
                waiting.append(path)
            _sync_all(folders, waiting)
        except BaseException:
            _take_back(folders, waiting, path)
            raise
        for path in waiting:
            folder, name = folders[path.rpartition("/")[0]], path.rpartition("/")[2]
            os.rename(_beside(name), name, src_dir_fd=folder, dst_dir_fd=folder)
        for path in gone:
            os.unlink(path.rpartition("/")[2], dir_fd=_folder_of(root, path, folders))
        for handle in folders.values():
            os.fsync(handle)
    except OSError as error:
        raise Refused(write_problem(path, error)) from error
    finally:
        for handle in folders.values():
            os.close(handle)


def _beside(name: str) -> str:
    return f".{name}.tmp"


def _folder_of(root: Path, path: str, folders: dict[str, int]) -> int:
    folder = path.rpartition("/")[0]
    if folder not in folders:
        make_folders(root, folder)
        folders[folder] = open_folder(root, folder)
    return folders[folder]


def _write_beside(folder: int, path: str, data: bytes) -> None:
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
    finally:
        os.close(handle)


def _sync_all(folders: dict[str, int], waiting: list[str]) -> None:
    """Sync every new file; many at once, since the disk then syncs them together."""

    def sync(path: str) -> None:
        folder, _, name = path.rpartition("/")
        handle = os.open(_beside(name), os.O_RDONLY | os.O_CLOEXEC, dir_fd=folders[folder])
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    if len(waiting) < _MANY:
        for path in waiting:
            sync(path)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(sync, waiting):
            continue


def _take_back(folders: dict[str, int], waiting: list[str], path: str) -> None:
    for one in {*waiting, path}:
        folder, _, name = one.rpartition("/")
        if folder in folders:
            try:
                os.unlink(_beside(name), dir_fd=folders[folder])
            except OSError:
                continue
