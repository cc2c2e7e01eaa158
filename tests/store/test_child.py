"""The limited child: what beancount's parser does to itself stays in there."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from invledger.model import Refused
from invledger.store import child, run_foreign


@pytest.mark.req("SE-12")
def test_plain_text_comes_back_as_json() -> None:
    assert json.loads(run_foreign("2026-01-05 open Assets:Cash\n"))


@pytest.mark.req("SE-12", "TE-03")
def test_a_division_by_zero_kills_only_the_child() -> None:
    """RELIABILITY B: an amount of 1/0 is a segmentation fault in beancount's parser."""
    text = '2026-01-05 * "x"\n  Assets:Cash  1/0 CNY\n  Equity:Other\n'
    assert outcome(text) in {"foreign-killed", "json"}


def outcome(text: str) -> str:
    """`json` where the child answered, else the code of the Problem."""
    try:
        json.loads(run_foreign(text))
    except Refused as refused:
        return refused.problems[0].code
    return "json"


@pytest.mark.req("SE-12", "TE-03")
def test_a_child_that_takes_too_long_is_ended() -> None:
    begun = time.monotonic()
    with pytest.raises(Refused) as found:
        run_foreign("2026-01-05 open Assets:Cash\n" * 200_000, seconds_max=0.05)
    assert found.value.problems[0].code == "foreign-late"
    assert time.monotonic() - begun < 5


@pytest.mark.req("SE-12", "TE-03")
def test_a_child_that_takes_too_much_memory_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MEMORY_BYTES_MAX", 40 * 2**20)
    with pytest.raises(Refused) as found:
        run_foreign("2026-01-05 open Assets:Cash\n" * 100_000)
    assert found.value.problems[0].code == "foreign-killed"
    assert found.value.problems[0].exit_code == 3


@pytest.mark.req("SE-12", "TE-03")
def test_nothing_beside_the_books_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module named like one of ours, in the working folder and on PYTHONPATH, stays asleep."""
    canary = tmp_path / "canary"
    for name in ("json", "beancount", "sitecustomize", "usercustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(canary)!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    assert run_foreign("2026-01-05 open Assets:Cash\n")
    assert not canary.exists()
    assert os.environ["PYTHONPATH"] == str(tmp_path)
