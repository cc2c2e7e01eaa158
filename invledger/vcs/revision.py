"""A company's files as known at a commit: a Tree that never touches the working folder.

Objects are named by their ids after the first look; one `git cat-file --batch` child serves all
reads. Works for a company in a sub-folder of a repository and for bare repositories. `:staged`
stands for what the next commit would hold: no branch can have that name.

Problems: revision-unknown, revision-without-books, file-missing, file-not-plain,
file-name-bad, file-too-large.
"""

from __future__ import annotations

import os
import re
import subprocess
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from invledger.model import Place, Refused, problem
from invledger.vcs.command import run_git, safe_command, safe_environment, top_of

BYTES_MAX = 64 * 2**20
STAGED = ":staged"
_PLAIN = ("100644", "100755")
_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class _Blob(NamedTuple):
    mode: str
    oid: str
    size: int


class RevisionTree:
    """The Tree of a company's root folder at a revision; a context manager that ends its child."""

    def __init__(self, repo_root: Path, rev: str) -> None:
        folder = repo_root.resolve()
        top = top_of(folder) or folder
        self._top = top
        self.commit = _staged(top) if rev == STAGED else resolve_revision(top, rev)
        below = folder.relative_to(top).as_posix()
        self._blobs = _list_blobs(top, self.commit, "" if below == "." else below)
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child process; reading again starts another."""
        if self._child is not None:
            _end(self._child)
            self._child = None

    def paths(self, folder: str, suffix: str = "") -> Iterator[str]:
        prefix = folder.rstrip("/") + "/" if folder else ""
        found = [
            path
            for path, blob in self._blobs.items()
            if path.startswith(prefix)
            and (path.endswith(suffix) or blob.mode not in _PLAIN)
            and "/." not in f"/{path}"
        ]
        return iter(sorted(found, key=lambda path: path.encode("utf-8", "surrogateescape")))

    def exists(self, path: str) -> bool:
        blob = self._blobs.get(path)
        return blob is not None and blob.mode in _PLAIN

    def read(self, path: str) -> bytes:
        blob = self._blobs.get(path)
        if blob is None:
            raise Refused(problem("file-missing", Place(path)))
        if blob.mode not in _PLAIN:
            raise Refused(problem("file-not-plain", Place(path)))
        try:
            path.encode()
        except UnicodeEncodeError as error:
            said = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            raise Refused(problem("file-name-bad", Place(said))) from error
        if blob.size > BYTES_MAX:
            raise Refused(problem("file-too-large", Place(path), size=blob.size, limit=BYTES_MAX))
        return self._fetch(blob)

    def stamp(self) -> str:
        return self.commit

    def _fetch(self, blob: _Blob) -> bytes:
        child = self._started()
        if child.stdin is None or child.stdout is None:
            raise AssertionError("both are pipes, see _started")
        child.stdin.write(blob.oid.encode() + b"\n")
        child.stdin.flush()
        head = child.stdout.readline().split()
        if head[1:] != [b"blob", b"%d" % blob.size]:
            raise Refused(problem("git-failed", reason=f"object {blob.oid} is missing"))
        data = child.stdout.read(blob.size + 1)[:-1]
        if len(data) != blob.size:
            raise Refused(problem("git-failed", reason=f"object {blob.oid} is cut off"))
        return data

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            self._child = subprocess.Popen(
                safe_command(self._top, ["cat-file", "--batch"]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=safe_environment(),
            )
            weakref.finalize(self, _end, self._child)
        return self._child


def resolve_revision(top: Path, rev: str) -> str:
    """The commit id that a revision names; raises Refused (revision-unknown)."""
    try:
        said = run_git(top, "rev-parse", "--verify", "--end-of-options", f"{rev}^{{commit}}")
    except Refused as refused:
        if refused.problems[0].code == "git-missing":
            raise
        raise Refused(problem("revision-unknown", revision=rev)) from refused
    commit = said.decode().strip()
    if _OID.fullmatch(commit) is None:  # `^HEAD` says what is not wanted
        raise Refused(problem("revision-unknown", revision=rev))
    return commit


def _staged(top: Path) -> str:
    """The id of a tree of the index; in a hook git says which file is the index."""
    index = os.environ.get("GIT_INDEX_FILE", "")
    more = {"GIT_INDEX_FILE": str(top / index)} if index else {}
    return run_git(top, "write-tree", more=more).decode().strip()


def _list_blobs(top: Path, commit: str, below: str) -> dict[str, _Blob]:
    try:
        listed = run_git(top, "ls-tree", "-r", "-z", "-l", "--full-tree", f"{commit}:{below}")
    except Refused as refused:
        raise Refused(
            problem("revision-without-books", revision=commit[:12], folder=below or "/")
        ) from refused
    blobs: dict[str, _Blob] = {}
    for entry in listed.split(b"\0"):
        head, _, name = entry.partition(b"\t")
        if name:
            mode, _, oid, size = head.decode().split()
            path = name.decode("utf-8", "surrogateescape")
            blobs[path] = _Blob(mode, oid, int(size) if size.isdigit() else 0)
    return blobs


def _end(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None and not pipe.closed:
            pipe.close()
    child.wait()
