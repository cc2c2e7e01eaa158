"""What all tests share: a world without the machine's own settings, in memory where there is room,
and style before all else.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings

from tests import source_files

settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("wide", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

STATE = pytest.StashKey[Path]()
MEMORY = Path("/dev/shm")  # noqa: S108  each test gets a folder of its own there
ROOM = 4 << 30
READERS = ("test_style.py", "test_layers.py", "test_tidy.py", "test_gallery.py", "test_package.py")


def pytest_configure(config: pytest.Config) -> None:
    """Same time zone, no colour, no settings of the user or of git, caches in a scratch folder.

    Thousands of small companies are written and taken away: the quick tests do that in memory.
    """
    is_quick = config.option.markexpr == "not slow"
    if is_quick and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    place = os.environ.get("PYTEST_DEBUG_TEMPROOT")
    state = Path(tempfile.mkdtemp(prefix="invledger-tests-", dir=place))
    config.stash[STATE] = state
    for name in [name for name in os.environ if name.startswith(("INVLEDGER_", "GIT_"))]:
        del os.environ[name]
    os.environ.update(
        COLUMNS="100",
        GIT_AUTHOR_EMAIL="tester@example.com",
        GIT_AUTHOR_NAME="Tester",
        GIT_COMMITTER_EMAIL="tester@example.com",
        GIT_COMMITTER_NAME="Tester",
        GIT_CONFIG_GLOBAL=os.devnull,
        GIT_CONFIG_NOSYSTEM="1",
        LC_ALL="C.UTF-8",
        NO_COLOR="1",
        TERM="dumb",
        TZ="UTC",
        XDG_CACHE_HOME=str(state / "cache"),
        XDG_CONFIG_HOME=str(state / "config"),
        XDG_STATE_HOME=str(state / "state"),
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the scratch folder away."""
    shutil.rmtree(config.stash[STATE], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ruff and mypy speak first, the rules on layers and tidiness second."""
    items.sort(key=lambda item: READERS.index(item.path.name) if reads(item) else len(READERS))


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Whoever forks has the less to take along."""
    if reads(item) and not (nextitem and reads(nextitem)):
        source_files.forget()


def reads(item: pytest.Item) -> bool:
    """Whether a test judges the source of the program."""
    return item.path.name in READERS


@pytest.fixture(autouse=True, scope="session")
def _rules_are_checked_once() -> Iterator[None]:
    """Thousands of books here have the same `rules/`: the same bytes are checked once a process.

    What comes of them depends on nothing else. Every caller gets lists of its own.
    """
    from invledger.books import ruling
    from invledger.model import Problem

    known: dict[tuple[tuple[str, bytes], ...], ruling.Rulebook] = {}
    checked = ruling._checked

    def remembered(files: dict[str, bytes], problems: list[Problem]) -> ruling.Rulebook:
        if problems:
            return checked(files, problems)
        name = tuple(files.items())
        book = known[name] if name in known else known.setdefault(name, checked(files, []))
        return replace(book, rules=dict(book.rules), problems=list(book.problems))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ruling, "_checked", remembered)
        yield
