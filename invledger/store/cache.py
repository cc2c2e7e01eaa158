"""What was once read need not be read again: a disposable store of bytes, keyed by content.

An entry is named by the sha256 of a source file and the version of its reader, holds both and a
checksum of its payload, and lies in the user's own cache folder (0700). Damage, doubt, another
owner or a link is a miss; nothing here is ever needed. Which files are unchanged is told as
git's index does: by size, times and inode, never trusting a file as young as the look at it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import time
from collections.abc import Mapping
from pathlib import Path

from invledger.store.folder import FolderTree

ENTRIES_MAX = 20_000
_MAGIC = b"invledger cache 1\n"
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_YOUNG_NS = 100_000_000

Signature = tuple[int, int, int, int]


class Cache:
    """A folder of entries; every method is silent about failure, for a cache may fail."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of_user(cls, env: Mapping[str, str]) -> Cache | None:
        """The user's cache in XDG_CACHE_HOME; None where the folder is not safely ours."""
        if env.get("INVLEDGER_CACHE") == "off":
            return None
        base = env.get("XDG_CACHE_HOME") or (f"{env['HOME']}/.cache" if env.get("HOME") else "")
        if not base.startswith("/"):
            return None
        folder = Path(base) / "invledger"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(folder) if is_ours(folder) else None
        except OSError:
            return None

    def get(self, digest: str, reader: str) -> bytes | None:
        """The payload kept for a content and a reader; None is a miss."""
        head, payload_digest, payload = _split(_read_own(self._path(digest, reader)))
        if head != _head(digest, reader):
            return None
        if hashlib.sha256(payload).digest() != payload_digest:
            return None
        return payload

    def put(self, digest: str, reader: str, payload: bytes) -> None:
        """Keep a payload; a crash leaves the old entry or none."""
        data = _head(digest, reader) + hashlib.sha256(payload).digest() + payload
        self._write(self._path(digest, reader), data)

    def index(self, tree: FolderTree, purpose: str = "") -> StatIndex:
        """The memory of which of a folder's files had which content, one for each purpose."""
        path = self._path_of(tree, purpose)
        return StatIndex(tree, self, path, _parse_index(_read_own(path)))

    def note(self, tree: FolderTree, purpose: str) -> bytes:
        """What `put_note` kept of a folder for a purpose; empty where nothing whole is there."""
        data = _read_own(self._path_of(tree, purpose))
        return data[32:] if hashlib.sha256(data[32:]).digest() == data[:32] else b""

    def put_note(self, tree: FolderTree, purpose: str, payload: bytes) -> None:
        """Keep something about a folder in place of what was kept before."""
        data = hashlib.sha256(payload).digest() + payload
        self._write(self._path_of(tree, purpose), data)

    def _path_of(self, tree: FolderTree, purpose: str) -> Path:
        name = hashlib.sha256(str(tree.root).encode("utf-8", "surrogateescape")).hexdigest()
        return self._folder / "index" / (f"{name}.{purpose}" if purpose else name)

    def save_index(self, path: Path, known: Mapping[str, tuple[Signature, str]]) -> None:
        text = json.dumps({name: [*found, digest] for name, (found, digest) in known.items()})
        data = text.encode("utf-8", "surrogateescape")
        self._write(path, hashlib.sha256(data).digest() + data)
        self._prune()

    def _path(self, digest: str, reader: str) -> Path:
        name = hashlib.sha256(_head(digest, reader)).hexdigest()
        return self._folder / name[:2] / name[2:]

    def _write(self, path: Path, data: bytes) -> None:
        beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            if not is_ours(path.parent):
                return
            with contextlib.suppress(FileNotFoundError):
                beside.unlink()
            handle = os.open(beside, _NEW, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            beside.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()

    def _prune(self) -> None:
        """Take the oldest half away when there are too many entries."""
        try:
            entries = [p for p in self._folder.glob("[0-9a-f][0-9a-f]/*") if p.is_file()]
            if len(entries) > ENTRIES_MAX:
                entries.sort(key=lambda p: p.stat().st_mtime_ns)
                for path in entries[: len(entries) // 2]:
                    path.unlink()
        except OSError:
            return


class StatIndex:
    """Digests of a folder's files by what `stat` says; save it after use."""

    def __init__(
        self,
        tree: FolderTree,
        cache: Cache,
        path: Path,
        known: dict[str, tuple[Signature, str]],
    ) -> None:
        self._tree = tree
        self._cache = cache
        self._path = path
        self._known = known
        self._seen: dict[str, tuple[Signature, str]] = {}

    def digest(self, path: str) -> tuple[str, bytes | None]:
        """sha256 of a file, and its bytes where they had to be read; raises Refused."""
        state = self._tree.state(path)
        known = self._known.get(path)
        if state is not None and known is not None and known[0] == _signature(state):
            self._seen[path] = known
            return known[1], None
        data, state = self._tree.read_with_state(path)
        digest = hashlib.sha256(data).hexdigest()
        young = max(state.st_mtime_ns, state.st_ctime_ns) > time.time_ns() - _YOUNG_NS
        if state.st_size == len(data) and not young:
            self._seen[path] = (_signature(state), digest)
        return digest, data

    def save(self) -> None:
        """Remember what was seen; does nothing when nothing changed."""
        if self._seen != self._known:
            self._cache.save_index(self._path, self._seen)


def is_ours(path: Path) -> bool:
    """Whether a folder is a real one, ours, and writable by nobody else."""
    state = path.lstat()
    return (
        stat.S_ISDIR(state.st_mode)
        and state.st_uid == os.geteuid()
        and not stat.S_IMODE(state.st_mode) & 0o022
    )


def _head(digest: str, reader: str) -> bytes:
    return _MAGIC + f"{digest}\n{reader}\n".encode()


def _split(data: bytes) -> tuple[bytes, bytes, bytes]:
    end = 0
    for _ in range(3):
        end = data.find(b"\n", end) + 1
        if not end:
            return b"", b"", b""
    return data[:end], data[end : end + 32], data[end + 32 :]


def _read_own(path: Path) -> bytes:
    """The bytes of a plain file of ours; empty for anything else."""
    try:
        handle = os.open(path, _READ)
    except OSError:
        return b""
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode) or state.st_uid != os.geteuid():
        os.close(handle)
        return b""
    with os.fdopen(handle, "rb") as file:
        return file.read()


def _signature(state: os.stat_result) -> Signature:
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino


def _parse_index(data: bytes) -> dict[str, tuple[Signature, str]]:
    digest, text = data[:32], data[32:]
    if hashlib.sha256(text).digest() != digest:
        return {}
    try:
        kept = json.loads(text.decode("utf-8", "surrogateescape"))
        return {
            path: ((size, mtime, ctime, inode), digest)
            for path, (size, mtime, ctime, inode, digest) in kept.items()
        }
    except (ValueError, AttributeError, TypeError):
        return {}
