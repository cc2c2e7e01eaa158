"""What the audit stamp says of the working folder: its commit, and `+` where files differ."""

from __future__ import annotations

from pathlib import Path

from invledger.model import Refused
from invledger.vcs.command import filters_off, run_git, top_of

FOLDERS = ("ledgers", "rules")


def head_stamp(root: Path) -> str:
    """The commit that a company's folder is at; `+` behind it when ledgers or rules differ.

    "" where there is no git, no repository, or no commit yet: git is never needed to read books.
    """
    folder = root.resolve()
    top = top_of(folder)
    if top is None:
        return ""
    try:
        commit = run_git(top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode().strip()
        changed = changed_paths(folder, top)
    except Refused:
        return ""
    return f"{commit}+" if changed else commit


def changed_paths(root: Path, top: Path) -> bool:
    """Whether anything under ledgers/ and rules/ differs from the commit, new files included."""
    options = ("-c", f"core.worktree={top}", *filters_off(top))
    below = root.relative_to(top)
    said = run_git(
        top, *options, "status", "--porcelain", "-z", "--ignore-submodules=all", "--no-renames",
        "--untracked-files=normal", "--", *(str(below / folder) for folder in FOLDERS),
    )  # fmt: skip
    return bool(said)
