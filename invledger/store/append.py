"""Append to a source file so that what was acknowledged is there, whole and once.

lock -> move a torn tail aside -> ask whether the block may go in -> journal, synced -> one write,
counted -> fdatasync (and the folder, for a new file) -> read back and let the caller parse it ->
acknowledge. On any error the file is cut back to its old length and synced. What a person typed
is never moved: only the beginning of a block that stands in the journal is (see `journal`).

Problems: disk-full, file-unwritable (exit 6), locked (5), file-too-large.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from invledger.model import Place, Problem, Refused, problem
from invledger.store import lock
from invledger.store.folder import FILE_BYTES_MAX, open_folder, open_plain, read_all
from invledger.store.journal import journal_bytes, journal_name, parse_journal, torn_at

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Appended(NamedTuple):
    """What became of an append: `is_new` False means that the block was already there."""

    is_new: bool
    torn: Problem | None = None  # a tail that was moved aside on the way


def append_block(
    root: Path,
    path: str,
    text: str,
    *,
    accept: Callable[[bytes], bool] | None = None,
    confirm: Callable[[bytes], None] | None = None,
) -> Appended:
    """Append `text` (whole blocks, ending in a newline) to the file at `path` below `root`.

    `accept` sees what the file holds and says whether to write (False: already there); `confirm`
    sees the file afterwards, as read back. Both may raise Refused, then nothing has changed.
    """
    folder_path, _, name = path.rpartition("/")
    try:
        make_folders(root, folder_path)
        folder = open_folder(root, folder_path)
    except OSError as error:
        raise Refused(write_problem(path, error)) from error
    try:
        handle = lock.take(folder, journal_name(name), path)
        try:
            done = _append_locked(_Place(folder, name, path, handle), text, accept, confirm)
        except _TailLeftError:
            os.close(handle)  # the journal stays: the next writer repairs
            raise
        except BaseException:
            lock.drop(folder, journal_name(name), handle)
            raise
        else:
            lock.drop(folder, journal_name(name), handle)
            return done
    except OSError as error:
        raise Refused(write_problem(path, error)) from error
    finally:
        os.close(folder)


class _TailLeftError(OSError):
    """The file could not be cut back after an error."""


class _Place(NamedTuple):
    """A file to append to: its open folder, its name, its path, and its locked journal."""

    folder: int
    name: str
    path: str
    journal: int


def _append_locked(
    place: _Place,
    text: str,
    accept: Callable[[bytes], bool] | None,
    confirm: Callable[[bytes], None] | None,
) -> Appended:
    handle, is_created = _open_target(place)
    is_empty = is_created
    try:
        held, torn = _repair(place, handle)
        if accept is not None and not accept(held):
            return Appended(is_new=False, torn=torn)
        block = _glue(held) + text.encode()
        if len(held) + len(block) > FILE_BYTES_MAX:
            size = len(held) + len(block)
            raise Refused(
                problem("file-too-large", Place(place.path), size=size, limit=FILE_BYTES_MAX)
            )
        _write_journal(place, len(held), block)
        is_empty = False
        try:
            _write_block(handle, len(held), block)
            if is_created:
                os.fsync(place.folder)
            after = _read_back(handle, held + block)
            if confirm is not None:
                confirm(after)
        except BaseException:
            _cut_back(place, handle, len(held), is_created)
            raise
    finally:
        if is_empty:  # made for nothing: an empty file says nothing and may stay
            with contextlib.suppress(OSError):
                os.unlink(place.name, dir_fd=place.folder)
        os.close(handle)
    return Appended(is_new=True, torn=torn)


def _open_target(place: _Place) -> tuple[int, bool]:
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        os.close(open_plain(place.folder, place.name, place.path))
    except FileNotFoundError:
        made = os.open(place.name, flags | os.O_CREAT | os.O_EXCL, 0o666, dir_fd=place.folder)
        return made, True
    return os.open(place.name, flags, dir_fd=place.folder), False


def _repair(place: _Place, handle: int) -> tuple[bytes, Problem | None]:
    """What the file holds after a torn tail was moved to a side file."""
    data = read_all(handle, os.fstat(handle).st_size)
    entry = parse_journal(read_all(place.journal, os.fstat(place.journal).st_size))
    cut = torn_at(entry, data)
    if cut is None:
        return data, None
    side = _write_side_file(place, data[cut:])
    os.ftruncate(handle, cut)
    os.fdatasync(handle)
    found = problem("tail-torn", Place(place.path), bytes=len(data) - cut, side=side)
    return data[:cut], found


def _write_side_file(place: _Place, tail: bytes) -> str:
    number = 1
    while True:
        name = f"{place.name}.torn{number}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            handle = os.open(name, flags, 0o666, dir_fd=place.folder)
        except FileExistsError:
            number += 1
            continue
        try:
            write_counted(handle, tail)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.fsync(place.folder)
        return name


def _glue(held: bytes) -> bytes:
    """What goes between the text that is there and a new block: one blank line."""
    if not held or held.endswith(b"\n\n"):
        return b""
    return b"\n" if held.endswith(b"\n") else b"\n\n"


def _write_journal(place: _Place, offset: int, block: bytes) -> None:
    os.ftruncate(place.journal, 0)
    os.lseek(place.journal, 0, os.SEEK_SET)
    write_counted(place.journal, journal_bytes(offset, block))
    os.fsync(place.journal)
    os.fsync(place.folder)


def _write_block(handle: int, offset: int, block: bytes) -> None:
    os.lseek(handle, offset, os.SEEK_SET)
    write_counted(handle, block)
    os.fdatasync(handle)


def _read_back(handle: int, wanted: bytes) -> bytes:
    after = read_all(handle, len(wanted))
    if after != wanted:
        raise OSError(errno.EIO, "what was read back differs from what was written")
    return after


def _cut_back(place: _Place, handle: int, length: int, is_created: bool) -> None:
    try:
        os.ftruncate(handle, length)
        os.fdatasync(handle)
        if is_created:
            os.unlink(place.name, dir_fd=place.folder)
            os.fsync(place.folder)
    except OSError as error:
        raise _TailLeftError(error.errno, error.strerror) from error


def write_counted(handle: int, data: bytes) -> None:
    """One write, its count compared; a short one is an error (disk full)."""
    count = os.write(handle, data)
    if count != len(data):
        raise OSError(errno.ENOSPC, f"{count} of {len(data)} bytes written")


def make_folders(root: Path, folder: str) -> None:
    """Make the folders of a path that are missing, each synced into the one above."""
    parent = open_folder(root, "")
    try:
        for part in filter(None, folder.split("/")):
            try:
                os.mkdir(part, dir_fd=parent)
                os.fsync(parent)
            except FileExistsError:
                pass
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            below = os.open(part, flags, dir_fd=parent)
            os.close(parent)
            parent = below
    finally:
        os.close(parent)


def write_problem(path: str, error: OSError) -> Problem:
    """What kept a file from being written, as a Problem (exit 6)."""
    if error.errno in _FULL:
        return problem("disk-full", Place(path))
    return problem("file-unwritable", Place(path), reason=error.strerror or str(error))
