"""Companies for the tests of the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.company import Desk, founded, settled


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One company, made once and copied; whoever comes after in this process has its own day."""
    folder = tmp_path_factory.mktemp("pattern")
    with pytest.MonkeyPatch.context() as patch:
        settled(patch, folder / "state")
        return founded(folder / "books")


@pytest.fixture
def books(pattern: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the company, for one test."""
    settled(monkeypatch, tmp_path / "state")
    return Path(shutil.copytree(pattern, tmp_path / "books"))


@pytest.fixture
def desk(books: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Runs commands on the copy."""
    return Desk(books, capsys)
