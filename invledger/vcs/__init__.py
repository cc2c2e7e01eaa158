"""vcs: git. A Tree at a revision, the stamp of the working folder, a repository for a company."""

from invledger.vcs.command import run_git, top_of
from invledger.vcs.repository import git_version, start_repository
from invledger.vcs.revision import RevisionTree, resolve_revision
from invledger.vcs.stamp import head_stamp

__all__ = [
    "RevisionTree", "git_version", "head_stamp", "resolve_revision", "run_git",
    "start_repository", "top_of",
]  # fmt: skip
