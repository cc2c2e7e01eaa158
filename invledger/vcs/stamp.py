"""What the audit stamp says of the working folder: its commit, and `+` where files differ."""

from __future__ import annotations

from pathlib import Path

from invledger.model import Refused
from invledger.vcs.command import filters_off, run_git, top_of

FOLDERS = ("ledgers", "rules")
_OID = "# branch.oid "


def head_stamp(root: Path) -> str:
    """The commit that a company's folder is at; `+` behind it when ledgers or rules differ.

    "" where there is no git, no repository, or no commit yet: git is never needed to read books.
    """
    folder = root.resolve()
    top = top_of(folder)
    if top is None:
        return ""
    below = folder.relative_to(top)
    try:
        said = run_git(
            top, "-c", f"core.worktree={top}", *filters_off(top),
            "status", "--porcelain=v2", "--branch", "-z", "--ignore-submodules=all",
            "--no-renames", "--untracked-files=normal",
            "--", *(str(below / name) for name in FOLDERS),
        )  # fmt: skip
    except Refused:
        return ""
    commit, is_changed = "", False
    for entry in said.decode("utf-8", "replace").split("\0"):
        if entry.startswith(_OID):
            commit = entry.removeprefix(_OID)
        elif entry and not entry.startswith("# "):
            is_changed = True
    if not commit or commit == "(initial)":
        return ""
    return f"{commit}+" if is_changed else commit
