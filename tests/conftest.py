"""What all tests share: a world without the machine's own settings, and style before all else."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("wide", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

STATE = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Same time zone, no colour, no settings of the user or of git, caches in a scratch folder."""
    state = Path(tempfile.mkdtemp(prefix="invledger-tests-"))
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
    first = ("test_style.py", "test_layers.py", "test_tidy.py")
    items.sort(key=lambda item: first.index(item.path.name) if item.path.name in first else 9)
