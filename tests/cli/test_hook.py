"""The hook in real commits: what is staged is judged, not what lies in the folder."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from invledger.cli import run
from tests.cli.company import DELIVERY, Desk
from tests.source_files import ROOT


class Repository:
    """A company whose commits go through the hook, with the program on PATH."""

    def __init__(self, root: Path, tools: Path) -> None:
        self.root = root
        self._tools = tools
        tools.mkdir()
        program = tools / "invledger"
        python = f"{shlex.quote(sys.executable)} -m invledger"
        path = shlex.quote(str(ROOT))
        program.write_text(f'#!/bin/sh\nPYTHONPATH={path} exec {python} "$@"\n')
        program.chmod(0o755)
        self.git("config", "core.hooksPath", "hooks")
        for name in ("user.name", "user.email"):
            self.git("config", name, "t@example.org")

    def git(self, *words: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "PATH": f"{self._tools}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
        return subprocess.run(
            ["git", *words], cwd=self.root, env=env, capture_output=True, text=True, check=False
        )

    def commits(self) -> int:
        return len(self.git("log", "--oneline").stdout.splitlines())


@pytest.fixture
def repository(desk: Desk, tmp_path: Path) -> Repository:
    assert desk("post").code == 0
    made = Repository(desk.root, tmp_path / "tools")
    made.git("add", "--all")
    assert made.git("commit", "-m", "books").returncode == 0
    return made


@pytest.mark.req("FIN-04")
def test_good_books_are_committed_and_broken_ones_are_not(
    desk: Desk, repository: Repository
) -> None:
    assert repository.commits() == 1
    assert run([*DELIVERY, "--date", "2026-01-11", "--root", str(desk.root)]) == 0
    repository.git("add", "--all")
    refused = repository.git("commit", "-m", "not posted")
    assert refused.returncode == 1
    assert "vouchers-unposted" in refused.stdout + refused.stderr
    assert repository.commits() == 1
    assert desk("post").code == 0
    still = repository.git("commit", "-m", "vouchers are there, but not staged")
    assert still.returncode == 1
    repository.git("add", "--all")
    assert repository.git("commit", "-m", "both").returncode == 0
    assert repository.commits() == 2


def test_what_is_not_staged_is_nobodys_business(desk: Desk, repository: Repository) -> None:
    (desk.root / "notes.txt").write_text("x")
    repository.git("add", "notes.txt")
    items = desk.root / "ledgers" / "items.beancount"
    items.write_text(items.read_text() + "broken\n")
    assert desk("check").code == 3
    assert repository.git("commit", "-m", "notes").returncode == 0
    assert repository.git("commit", "--all", "-m", "items").returncode == 1


@pytest.mark.req("RP-02")
def test_a_report_of_what_is_staged_and_of_commits(desk: Desk, repository: Repository) -> None:
    before = desk("stock", "--at", "HEAD", "--format", "csv")
    assert run([*DELIVERY, "--date", "2026-01-12", "--root", str(desk.root)]) == 0
    assert desk("stock", "--at", "HEAD", "--format", "csv") == before
    assert desk("stock", "--at", ":staged", "--format", "csv") == before
    repository.git("add", "--all")
    staged = desk("stock", "--at", ":staged", "--format", "csv")
    assert staged.out == desk("stock", "--format", "csv").out != before.out
    early = desk("stock", "--at", ":staged", "--as-of", "2026-01-11", "--format", "csv")
    assert early.out == before.out
    for wrong in ("HEAD~9", "nope", "HEAD:ledgers", "--format", ""):
        said = desk("stock", f"--at={wrong}", "--format", "csv")
        assert said.code == (3 if wrong else 0)
        assert ("revision-unknown" in said.err) is bool(wrong)
