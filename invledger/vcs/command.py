"""How git is called: argument lists, a clean environment, nothing from the repository runs.

A clone's own configuration is a stranger's text: file monitors, hooks, filters, textconv and
replaced objects are switched off for every call. Ownership is left to git, which refuses
repositories of other users.

Problems: git-missing (exit 6), not-a-repository, git-failed.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from invledger.model import Refused, problem

SECONDS_MAX = 120
_SAFE = (
    "--no-optional-locks", "--no-replace-objects", "--literal-pathspecs", "--no-pager",
    "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.quotePath=false",
    "-c", "protocol.ext.allow=never",
    "-c", "submodule.recurse=false",
)  # fmt: skip
_KEPT = (
    "PATH", "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH",
    "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
)  # fmt: skip


def safe_environment() -> dict[str, str]:
    """The environment of every git child: what it needs, and nothing that changes its mind."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    fixed = {"LC_ALL": "C.UTF-8", "GIT_TERMINAL_PROMPT": "0", "GIT_GRAFT_FILE": os.devnull}
    return {**kept, **fixed}


def safe_command(folder: Path, arguments: Sequence[str]) -> list[str]:
    """The argument list of a git call in a folder."""
    return ["git", "-C", str(folder), *_SAFE, *arguments]


def run_git(folder: Path, *arguments: str, more: Mapping[str, str] | None = None) -> bytes:
    """Run git and give its output; raises Refused with a Problem when it fails.

    `more` are variables that this one call needs besides.
    """
    try:
        done = subprocess.run(
            safe_command(folder, arguments),
            capture_output=True,
            check=False,
            env={**safe_environment(), **(more or {})},
            stdin=subprocess.DEVNULL,
            timeout=SECONDS_MAX,
        )
    except FileNotFoundError as error:
        raise Refused(problem("git-missing")) from error
    except subprocess.TimeoutExpired as error:
        raise Refused(problem("git-failed", reason=f"{SECONDS_MAX} s")) from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Refused(problem("git-failed", reason=said[-1] if said else str(done.returncode)))
    return done.stdout


def top_of(folder: Path) -> Path | None:
    """The folder that holds `.git`, going upward from `folder`; None outside a repository."""
    for above in (folder, *folder.parents):
        if (above / ".git").exists():
            return above
    return None


def filters_off(top: Path) -> tuple[str, ...]:
    """Options that silence every content filter the repository's configuration defines.

    git is asked for their names only where its configuration file hints at some.
    """
    try:
        text = (top / ".git" / "config").read_bytes().lower()
    except OSError:
        text = b"filter"  # a linked work tree: its configuration is elsewhere
    if b"filter" not in text and b"include" not in text:
        return ()
    try:
        listed = run_git(top, "config", "-z", "--name-only", "--get-regexp", r"^filter\.")
    except Refused:
        return ()
    options: list[str] = []
    for name in listed.decode(errors="replace").split("\0"):
        if name:
            options += ["-c", f"{name}={'false' if name.endswith('.required') else ''}"]
    return tuple(options)
