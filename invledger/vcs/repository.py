"""Making a repository for a new company. The one place that needs GitPython's porcelain."""

from __future__ import annotations

from pathlib import Path

from invledger.model import Refused, problem
from invledger.vcs.command import run_git, safe_environment, top_of


def start_repository(folder: Path, branch: str = "main") -> bool:
    """Make a git repository in `folder` unless it lies in one; False where git is missing."""
    if top_of(folder.resolve()) is not None:
        return True
    try:
        version = git_version()
    except Refused:
        return False
    if not version:
        return False
    from git import GitCommandError, Repo

    try:
        Repo.init(folder, mkdir=False, env=safe_environment(), initial_branch=branch).close()
    except GitCommandError as error:
        raise Refused(problem("git-failed", reason=str(error.stderr).strip())) from error
    return True


def git_version() -> str:
    """`2.39.5`; raises Refused (git-missing)."""
    return run_git(Path("/"), "--version").decode().removeprefix("git version").strip()
