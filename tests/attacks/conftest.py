"""The company that is attacked, and a file outside it that must stay unread and untouched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.hostile import SECRET, Yard, lay_out
from tests.cli.company import settled


@pytest.fixture
def yard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Yard:
    """The company on disk with its secret neighbour."""
    settled(monkeypatch, tmp_path / "state")
    monkeypatch.setenv("INVLEDGER_TODAY", "2026-03-01")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    return Yard(lay_out(tmp_path / "books"), secret, capsys)
