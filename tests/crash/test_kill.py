"""C1: `kill -9` at random moments; what was acknowledged is there once, and nothing is partial."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from invledger.store import FolderTree, append_block
from tests.crash.writer import FOLDER, block_of
from tests.source_files import ROOT

WRITERS = 8


@dataclass
class Toll:
    """What a storm of kills left."""

    kills: int = 0
    acknowledged: set[str] = field(default_factory=set)
    found: Counter[str] = field(default_factory=Counter)
    partial: int = 0

    @property
    def lost(self) -> set[str]:
        return self.acknowledged - set(self.found)

    @property
    def doubled(self) -> set[str]:
        return {id_ for id_, count in self.found.items() if count > 1}


def start(root: Path, name: str, seed: int, variant: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.crash.writer", str(root), name, str(seed), variant]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def storm(root: Path, variant: str, kills: int, records: int, seconds_max: float) -> Toll:
    """Let writers run and kill them one after another until both counts are reached."""
    (root / FOLDER).mkdir(parents=True)
    chance = random.Random(20260105)  # noqa: S311  a seed
    toll = Toll()
    seed = 0
    running = [start(root, f"W{n}", seed, variant) for n in range(WRITERS)]
    end = time.monotonic() + seconds_max
    while time.monotonic() < end:
        if toll.kills >= kills and len(toll.acknowledged) >= records:
            break
        time.sleep(chance.uniform(0.0, 0.12))
        victim = chance.randrange(WRITERS)
        reap(running[victim], toll)
        seed += 1
        running[victim] = start(root, f"W{victim}", seed, variant)
    for process in running:
        reap(process, toll)
    judge(root, toll)
    return toll


def reap(process: subprocess.Popen[bytes], toll: Toll) -> None:
    os.kill(process.pid, signal.SIGKILL)
    assert process.stdout is not None
    said = process.stdout.read().decode()
    process.stdout.close()
    process.wait()
    toll.kills += 1
    toll.acknowledged.update(said[: said.rfind("\n") + 1].split())


def judge(root: Path, toll: Toll) -> None:
    """Let the next writer recover each file, then look at its very bytes: blocks are whole."""
    tree = FolderTree(root)
    for path in tree.paths(FOLDER, ".beancount"):
        before = tree.read(path)
        append_block(root, path, "")
        text = (root / path).read_text()
        assert text.rstrip() == before.decode().rstrip(), "readers saw what recovery leaves"
        for block in filter(None, text.split("\n\n")):
            lines = block.strip("\n").split("\n")
            id_ = lines[0].partition('"')[2].rstrip('"')
            if block.strip("\n") + "\n" == block_of(id_, len(lines) - 3):
                toll.found[id_] += 1
            else:
                toll.partial += 1


@pytest.mark.req("TE-08", "OP-05", "SE-06")
def test_no_acknowledged_record_is_lost_doubled_or_cut(tmp_path: Path) -> None:
    toll = storm(tmp_path, "real", kills=30, records=1000, seconds_max=60)
    assert toll.kills >= 30
    assert len(toll.acknowledged) >= 1000
    assert (toll.lost, toll.doubled, toll.partial) == (set(), set(), 0)
    # at most one unacknowledged block a kill
    assert sum(toll.found.values()) - len(toll.acknowledged) <= toll.kills


@pytest.mark.slow
@pytest.mark.req("TE-08")
def test_no_acknowledged_record_is_lost_in_a_longer_storm(tmp_path: Path) -> None:
    toll = storm(tmp_path, "real", kills=500, records=15_000, seconds_max=600)
    assert toll.kills >= 500
    assert len(toll.acknowledged) >= 15_000
    assert (toll.lost, toll.doubled, toll.partial) == (set(), set(), 0)


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["lines", "early", "slow"])
def test_the_storm_finds_bad_writers(tmp_path: Path, variant: str) -> None:
    """Controls: each known-bad way must lose or damage something."""
    toll = storm(tmp_path, variant, kills=40, records=1, seconds_max=20)
    assert toll.lost or toll.partial or toll.doubled
