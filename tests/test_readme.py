"""What the README says works: its five minutes are typed word by word."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from invledger.books import load
from invledger.checks import QUESTIONS
from invledger.cli.pages import TOPICS
from invledger.render import FORMATS
from invledger.store import FolderTree
from tests.test_layers import LEVELS

HOUSE = Path(__file__).resolve().parents[1]
NUMBERS = {8: "eight", 9: "nine", 10: "ten"}
README = (HOUSE / "README.md").read_text(encoding="utf-8")


def blocks() -> list[list[str]]:
    """The shell blocks of the README, comments and blank lines left out."""
    found = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [
        [line.split("  #")[0].strip() for line in block.splitlines() if line.strip()]
        for block in found
    ]


def typed(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(line)
    assert words[0] == "invledger", line
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
    )  # fmt: skip


@pytest.mark.req("TR-01", "TR-06", "TE-06")
def test_five_minutes_on_a_company_of_ones_own(tmp_path: Path) -> None:
    first, *lines = next(b for b in blocks() if any("invledger init" in line for line in b))
    assert first == ". .venv/bin/activate"
    folder = tmp_path
    for line in lines:
        command, _, after = line.partition(" && cd ")
        done = typed(command, folder)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        folder = folder / after if after else folder
    # 10 boxes of 15 at 30.00 a box; 20 sold: (300.00 - 40.00) on 130.
    assert " 130 " in typed("invledger stock", folder).stdout
    assert "260.00" in typed("invledger stock", folder).stdout


@pytest.mark.req("TR-01", "TE-10")
def test_a_further_look_at_the_sample(tmp_path: Path) -> None:
    assert typed("invledger init books --sample", tmp_path).returncode == 0
    (lines,) = [b for b in blocks() if any("LAMP-LED" in line for line in b)]
    for line in lines:
        done = typed(line, tmp_path / "books")
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        assert done.stdout.strip(), line


@pytest.mark.req("OP-11")
def test_the_two_commands_stand_in_the_makefile() -> None:
    makefile = (HOUSE / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"make ([a-z]+)", README)
    assert {"demo", "test"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (HOUSE / link).is_file(), link


@pytest.mark.req("TR-01")
def test_the_sample_is_as_the_readme_tells_it() -> None:
    """Two sites, three months of which the first is booked and closed, every movement type."""
    sources = load(FolderTree(HOUSE))
    assert {place.site for place in sources.master.locations.values()} - {""} == {"SH", "SZ"}
    assert {date[:7] for date in sources.table.date} == {"2026-01", "2026-02", "2026-03"}
    assert sources.master.closed_periods() == {"2026-01"}
    assert {booked.date[:7] for booked in sources.register} == {"2026-01"}
    used = {*sources.table.type, *(voucher.identity.split("/")[0] for voucher in sources.money)}
    assert set(sources.rules) - used == {"policy-change"}  # no paper: rules/company.yaml says it
    (shown,) = re.findall(r"^```beancount\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    texts = (HOUSE / "ledgers" / "movements").rglob("*.beancount")
    assert any(shown in text.read_text(encoding="utf-8") for text in texts)


def test_what_the_readme_and_the_changes_count_is_so() -> None:
    """Formats, exit codes, topics, rooms, movement types, questions."""
    changes = (HOUSE / "CHANGES.md").read_text(encoding="utf-8")
    assert f"`--format {'|'.join(FORMATS)}`" in README
    (told,) = re.findall(r"Exit codes are (.*?)\.", README, re.DOTALL)
    assert re.findall(r"\d", told) == list("0123456")
    (topics,) = re.findall(r"in English and Chinese: `([^`]*) …`", README)
    assert set(topics.split()) <= set(TOPICS)
    (rooms,) = re.findall(r"^`(cli → .*?)`", README, re.MULTILINE)
    assert set(re.findall(r"[a-z]+", rooms)) == set(LEVELS)
    rules = len(list((HOUSE / "rules" / "movements").glob("*.yaml")))
    assert f"- {rules} movement types and documents as rules" in changes
    assert f"`check` with {len(QUESTIONS)} questions" in changes
    assert f"commit, in {NUMBERS[len(FORMATS)]} formats" in changes.replace("\n  ", " ")
