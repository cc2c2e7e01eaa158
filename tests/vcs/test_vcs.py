"""Books as of a commit, the stamp, and git called so that a stranger's repository runs nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from invledger.model import Refused
from invledger.vcs import RevisionTree, git_version, head_stamp, start_repository
from invledger.vcs.command import filters_off, safe_command


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with a company in its sub-folder `books`, two commits."""
    books = tmp_path / "repo" / "books"
    (books / "ledgers" / "movements").mkdir(parents=True)
    (books / "rules").mkdir()
    (books / "ledgers" / "a.beancount").write_text("one\n")
    (books / "rules" / "company.yaml").write_text("name: x\n")
    git(tmp_path / "repo", "init", "-q", "-b", "main")
    commit(tmp_path / "repo")
    (books / "ledgers" / "a.beancount").write_text("two\n")
    (books / "ledgers" / "中 b.beancount").write_text("b\n")
    commit(tmp_path / "repo")
    return tmp_path / "repo"


def commit(repo: Path) -> str:
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "x")
    return git(repo, "rev-parse", "HEAD")


@pytest.mark.req("AU-01", "AU-06")
def test_books_as_known_at_a_commit(repo: Path) -> None:
    (repo / "books" / "ledgers" / "a.beancount").write_text("not committed\n")
    books = repo / "books"
    with RevisionTree(books, "HEAD") as now, RevisionTree(books, "HEAD~1") as old:
        assert now.read("ledgers/a.beancount") == b"two\n"
        assert old.read("ledgers/a.beancount") == b"one\n"
        assert list(now.paths("ledgers", ".beancount")) == [
            "ledgers/a.beancount", "ledgers/中 b.beancount"
        ]  # fmt: skip
        assert now.read("ledgers/中 b.beancount") == b"b\n"
        assert now.exists("rules/company.yaml")
        assert not now.exists("rules")
        assert not old.exists("ledgers/中 b.beancount")
        assert now.stamp() == git(repo, "rev-parse", "HEAD")
        with pytest.raises(Refused) as found:
            old.read("ledgers/none")
    assert found.value.problems[0].code == "file-missing"


def test_a_bare_repository_is_read_like_any_other(repo: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(repo), "bare.git")
    with RevisionTree(tmp_path / "bare.git", "main") as tree:
        assert tree.read("books/ledgers/a.beancount") == b"two\n"


@pytest.mark.req("SE-12", "TE-03")
def test_links_and_modules_in_a_commit_are_refused(repo: Path) -> None:
    (repo / "books" / "ledgers" / "link.beancount").symlink_to("/etc/passwd")
    commit(repo)
    with RevisionTree(repo / "books", "HEAD") as tree:
        assert "ledgers/link.beancount" in list(tree.paths("ledgers"))
        with pytest.raises(Refused) as found:
            tree.read("ledgers/link.beancount")
    assert found.value.problems[0].code == "file-not-plain"


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize("rev", ["nobody", "--help", "-n1", "HEAD:books", "", "HEAD~99", "$(id)"])
def test_what_names_no_commit_is_a_problem(repo: Path, rev: str) -> None:
    with pytest.raises(Refused) as found:
        RevisionTree(repo / "books", rev)
    assert found.value.problems[0].code == "revision-unknown"
    assert found.value.problems[0].exit_code == 3


def test_a_commit_without_the_company_is_a_problem(repo: Path) -> None:
    (repo / "later").mkdir()
    with pytest.raises(Refused) as found:
        RevisionTree(repo / "later", "HEAD")
    assert found.value.problems[0].code == "revision-without-books"


@pytest.mark.req("AU-10", "AU-06")
def test_the_stamp_says_whether_files_differ(repo: Path, tmp_path: Path) -> None:
    books = repo / "books"
    head = git(repo, "rev-parse", "HEAD")
    assert head_stamp(books) == head
    (repo / "README").write_text("not the books\n")
    assert head_stamp(books) == head
    (books / "ledgers" / "movements" / "new.beancount").write_text("new\n")
    assert head_stamp(books) == head + "+"
    commit(repo)
    assert head_stamp(books) == git(repo, "rev-parse", "HEAD")
    (books / "rules" / "company.yaml").write_text("name: y\n")
    assert head_stamp(books).endswith("+")
    (tmp_path / "plain").mkdir()
    assert head_stamp(tmp_path / "plain") == ""


def test_a_repository_without_commits_has_no_stamp(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert head_stamp(tmp_path) == ""


def hostile(repo: Path, canary: Path) -> None:
    """Let the repository's own configuration try to run something at every turn."""
    script = repo / ".git" / "evil"
    script.write_text(f"#!/bin/sh\ntouch {canary}\ncat\n")
    script.chmod(0o755)
    for name in ("post-index-change", "pre-commit", "post-checkout", "fsmonitor-watchman"):
        hook = repo / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(script.read_text())
        hook.chmod(0o755)
    git(repo, "config", "core.fsmonitor", str(script))
    git(repo, "config", "filter.evil.clean", str(script))
    git(repo, "config", "filter.evil.process", str(script))
    git(repo, "config", "filter.evil.required", "true")
    git(repo, "config", "core.pager", str(script))
    git(repo, "config", "alias.status", f"!{script}")
    git(repo, "config", "diff.external", str(script))
    (repo / ".gitattributes").write_text("* filter=evil diff=evil\n")
    (repo / "books" / "ledgers" / "a.beancount").write_text("xxx\n")  # as long as before


@pytest.mark.req("SE-12", "TE-03")
def test_nothing_of_a_hostile_repository_runs(repo: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    hostile(repo, canary)
    assert head_stamp(repo / "books").endswith("+")
    with RevisionTree(repo / "books", "HEAD") as tree:
        assert tree.read("ledgers/a.beancount") == b"two\n"
    assert not canary.exists()


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize("guard", ["core.fsmonitor=false", "filters"])
def test_each_guard_is_needed(repo: Path, tmp_path: Path, guard: str) -> None:
    """Control: with one guard off, the same call runs the stranger's command."""
    canary = tmp_path / "canary"
    hostile(repo, canary)
    harmless = "core.quotePath=false"
    command = [harmless if word == guard else word for word in safe_command(repo, [])]
    filters = () if guard == "filters" else filters_off(repo)
    subprocess.run(
        [*command, *filters, "status", "--porcelain"], capture_output=True, check=False
    )
    assert canary.exists()


@pytest.mark.req("SE-12")
def test_replaced_objects_are_not_believed(repo: Path) -> None:
    blob = git(repo, "rev-parse", "HEAD:books/ledgers/a.beancount")
    (repo / "forged").write_text("forged\n")
    forged = git(repo, "hash-object", "-w", str(repo / "forged"))
    git(repo, "replace", blob, forged)
    assert git(repo, "cat-file", "-p", blob) == "forged"
    with RevisionTree(repo / "books", "HEAD") as tree:
        assert tree.read("ledgers/a.beancount") == b"two\n"


def test_no_git_is_a_problem_where_it_is_needed(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert head_stamp(repo / "books") == ""
    with pytest.raises(Refused) as found:
        RevisionTree(repo / "books", "HEAD")
    assert found.value.problems[0].code == "git-missing"
    assert found.value.problems[0].exit_code == 6
    assert not start_repository(repo.parent / "elsewhere")


def test_a_new_repository_is_made_once(tmp_path: Path) -> None:
    assert start_repository(tmp_path)
    assert git(tmp_path, "symbolic-ref", "HEAD") == "refs/heads/main"
    (tmp_path / "sub").mkdir()
    assert start_repository(tmp_path / "sub")
    assert not (tmp_path / "sub" / ".git").exists()
    assert git_version()[0].isdigit()
    assert os.environ["GIT_CONFIG_GLOBAL"] == os.devnull
