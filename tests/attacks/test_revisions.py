"""Family A11: a stranger's repository, its configuration, its names and its revisions."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.attacks.hostile import Yard

REVISIONS = (
    "--help", "-x", "--upload-pack=touch x", "--output=x", "@{u}", "@{-1}", "@{push}", "HEAD^{tree}",
    "HEAD:ledgers", "HEAD~99", "a" * 5000, "\x1b[31m", "main..main", ":/zz", "$(touch x)", "`id`",
    "HEAD\n", "ext::sh -c touch% x", "0" * 40, "refs/heads/../main", "HEAD^{/zz}", ":0:ledgers",
    "\udcff", "-", "--", "^HEAD", "HEAD HEAD",
)  # fmt: skip


def git(yard: Yard, *words: str) -> None:
    subprocess.run(["git", "-C", str(yard.root), *words], capture_output=True, check=True)


@pytest.fixture
def repo(yard: Yard) -> Yard:
    git(yard, "init", "-q", "-b", "main")
    git(yard, "add", "-A")
    git(yard, "commit", "-q", "-m", "x")
    return yard


@pytest.mark.req("AU-06", "SE-12", "TE-03")
def test_what_names_no_commit_is_a_problem_and_runs_nothing(repo: Yard) -> None:
    before = repo.files()
    for revision in REVISIONS:
        said = repo("stock", f"--at={revision}")
        assert (said.code, "revision-unknown" in said.err) == (3, True), revision
    assert repo.files() == before
    for revision in ("HEAD", "@", "main", "refs/heads/main", "main^{/x}", "HEAD^{commit}"):
        assert repo("stock", f"--at={revision}").code == 0


def every_setting(yard: Yard, mark: Path) -> None:
    """Whatever git can be told to run."""
    script = yard.root / ".git" / "evil"
    script.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    script.chmod(0o755)
    for key in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass",
        "core.gitProxy", "core.alternateRefsCommand", "gpg.program", "gpg.ssh.program",
        "filter.e.clean", "filter.e.smudge", "filter.e.process", "diff.external", "diff.e.textconv",
        "diff.e.command", "merge.e.driver", "credential.helper", "uploadpack.packObjectsHook",
        "pager.status", "pager.log", "trailer.x.command", "sequence.editor",
    ):  # fmt: skip
        git(yard, "config", key, str(script))
    for name in ("status", "ls-tree", "cat-file", "rev-parse", "config"):
        git(yard, "config", f"alias.{name}", f"!{script}")
    hooks = yard.root / ".git" / "own"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "pre-commit", "post-checkout",
                 "fsmonitor-watchman"):  # fmt: skip
        (hooks / name).write_text(script.read_text())
        (hooks / name).chmod(0o755)
    git(yard, "config", "core.hooksPath", str(hooks))
    (yard.root / ".gitattributes").write_text("* filter=e diff=e merge=e\n")
    path = yard.root / "ledgers" / "items.beancount"
    os.utime(path, (1, 1))


@pytest.mark.req("SE-12", "TE-03")
def test_no_setting_of_a_repository_runs_under_any_command(repo: Yard, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    every_setting(repo, mark)
    for words in (
        ("check",), ("check", "--at", "HEAD"), ("stock",), ("stock", "--at", "HEAD"), ("post",),
        ("post", "--check"), ("balance", "--at", "main"), ("journal",), ("doctor",), ("summary",),
        ("card", "SKU-A"), ("explain", "S1"), ("reconcile", "stock-gl"), ("cost", "--at", "@"),
    ):  # fmt: skip
        assert repo(*words).code == 0, words
    assert not mark.exists()
    subprocess.run(["git", "-C", str(repo.root), "add", "-A"], capture_output=True, check=False)
    assert mark.exists(), "git itself would have run it"


@pytest.mark.req("SE-12")
@pytest.mark.parametrize("harm", ["head", "config", "objects", "gitfile", "link", "empty"])
def test_a_broken_repository_is_no_repository(repo: Yard, harm: str) -> None:
    folder = repo.root / ".git"
    if harm == "head":
        (folder / "HEAD").write_text("noise\n")
    elif harm == "config":
        (folder / "config").write_text("[[[")
    elif harm == "objects":
        for path in (folder / "objects").rglob("*"):
            if path.is_file():
                path.unlink()
    else:
        folder.rename(repo.root.parent / "elsewhere")
        if harm == "gitfile":
            folder.write_text("gitdir: /nowhere\n")
        elif harm == "link":
            folder.symlink_to("/nowhere")
        else:
            folder.mkdir()
    assert repo("stock").code == 0
    assert repo("post").code == 0
    assert repo("stock", "--at", "HEAD").code == 3


@pytest.mark.req("AU-06", "SE-12")
def test_links_odd_names_and_modules_in_a_commit_are_refused_as_on_disk(repo: Yard) -> None:
    folder = repo.root / "ledgers/movements/2026/01"
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\x1b\n.beancount")).write_text(";\n")
    (folder / "-x.beancount").write_text(";\n")
    (repo.root / "ledgers/prices.beancount").unlink()
    (repo.root / "ledgers/prices.beancount").symlink_to(repo.secret)
    git(repo, "add", "-A")
    module = "160000," + "1" * 40 + ",ledgers/movements/2026/09"
    git(repo, "update-index", "--add", "--cacheinfo", module)
    git(repo, "commit", "-q", "-m", "y")
    disk = repo("check", "--format", "json")
    commit = repo("check", "--format", "json", "--at", "HEAD")
    assert disk.code == commit.code == 3
    for said in (disk, commit):
        assert said.out.count('"file-name-bad"') == 1
        assert "ledgers/prices.beancount" in said.out
    assert "ledgers/movements/2026/09" in commit.out
