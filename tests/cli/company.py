"""A small company made by the commands themselves, and a way to run commands on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from invledger.cli import run
from tests.source_files import ROOT


class Said(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


class Desk:
    """Runs commands in a company, in this process."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capture = capture

    def __call__(self, *words: str) -> Said:
        self._capture.readouterr()
        code = run([*words, "--root", str(self.root)])
        out, err = self._capture.readouterr()
        return Said(code, out, err)


RECEIPT = (
    "record", "purchase-receipt", "--date", "2026-01-05", "--party", "V0001",
    "--item", "SKU-COLA330", "--qty", "100", "--price", "2.35", "--to", "Main",
)  # fmt: skip
DELIVERY = (
    "record", "sale-delivery", "--date", "2026-01-10", "--party", "C0001", "--from", "Main",
    "--to", "Equity:Stock:Customer", "--line", "SKU-COLA330 30 5.00",
)  # fmt: skip


def founded(folder: Path) -> Path:
    """A company with one item, a supplier, a customer, a receipt and a delivery; not posted."""
    given = (
        ("init", str(folder), "--name", "测试公司", "--name-en", "Test Ltd"),
        ("item", "add", "SKU-COLA330", "--name", "可乐", "--name-en", "Cola", "--unit", "罐",
         "--units", "BOX=24", "--category", "goods"),
        ("party", "add", "V0001", "--name", "华东电子", "--kind", "supplier"),
        ("party", "add", "C0001", "--name", "新世纪", "--kind", "customer"),
        RECEIPT,
        DELIVERY,
    )  # fmt: skip
    for words in given:
        where = [] if words[0] == "init" else ["--root", str(folder)]
        if run([*words, *where]) != 0:
            raise AssertionError(words)
    return folder


def settled(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    """A device with a name, a clock that stands still, state of its own."""
    monkeypatch.setenv("INVLEDGER_DEVICE", "T1")
    monkeypatch.setenv("INVLEDGER_TODAY", "2026-01-31")
    monkeypatch.setenv("XDG_STATE_HOME", str(state))


def child(
    words: list[str], folder: Path | None = None, stdin: str | None = None, **env: str
) -> subprocess.CompletedProcess[bytes]:
    """The program as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "invledger", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        input=None if stdin is None else stdin.encode(),
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        check=False,
    )


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the books with its bytes."""
    for path in sorted((folder / "ledgers").rglob("*.beancount")):
        yield path.relative_to(folder).as_posix(), path.read_bytes()
