"""Ruff and mypy, as configured in pyproject.toml, over the program and its tests."""

from __future__ import annotations

import subprocess
import sys

from tests.source_files import ROOT


def findings_of(*arguments: str) -> str:
    """What a tool says, or '' where it is content."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments, "invledger", "tests"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else f"\n{done.stdout}{done.stderr}"


def test_ruff() -> None:
    findings = findings_of("ruff", "check", "--quiet", "--output-format=concise")
    assert not findings, findings


def test_mypy() -> None:
    findings = findings_of("mypy", "--no-error-summary")
    assert not findings, findings
