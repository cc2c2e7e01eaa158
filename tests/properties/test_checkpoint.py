"""N7: from a checkpoint, posting gives the bytes, counts and lists that a full run gives."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from invledger.books import checkpoint, incremental, memory, post
from invledger.books.prepared import Prepared
from tests.properties.changing import Firm


def follow(folder: Path, seed: int, count: int) -> Counter[str]:
    """Change and post `count` times; how many runs were quick, full, refused."""
    firm, seen = Firm(folder, Random(seed)), Counter[str]()  # noqa: S311  a seed
    post(firm.root, cache=firm.cache)
    for number in range(count):
        before = firm.sources()
        firm.change()
        plain = post(firm.root, dry_run=True, cache=firm.forgetful)
        dry = post(firm.root, dry_run=True, cache=firm.cache)
        assert (dry.counts, dry.written, dry.removed) == (
            plain.counts, plain.written, plain.removed,
        ), (seed, number)  # fmt: skip
        assert [c[:4] for c in dry.changes] == [c[:4] for c in plain.changes], (seed, number)
        WAYS.clear()
        said = post(firm.root, cache=firm.cache)
        if any(one.severity == "error" for one in said.problems):
            assert not said.written
            firm.go_back(before)
            seen["refused"] += 1
            continue
        assert said.counts == plain.counts, (seed, number)
        seen[WAYS[-1]] += 1
        assert firm.vouchers() == firm.anew(), (seed, number)
        assert post(firm.root, check=True, cache=firm.cache).is_clean
    return seen


WAYS: list[str] = []


class Watched(memory.Memory):
    """Says which way it went."""

    def prepared(self, *, is_detailed: bool) -> Prepared | None:
        found = super().prepared(is_detailed=is_detailed)
        WAYS.append("quick" if found else "full")
        return found


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # nothing dies here
    monkeypatch.setattr(checkpoint, "ROWS_MIN", 0)
    monkeypatch.setattr(checkpoint, "BUCKET_ROWS", 1)
    monkeypatch.setattr(incremental, "PART_MAX", 1.0)
    monkeypatch.setattr(memory, "Memory", Watched)


@pytest.mark.req("FIN-03", "TE-05", "OP-07")
def test_a_run_from_a_checkpoint_is_a_full_run(tmp_path: Path) -> None:
    seen = follow(tmp_path, 4, 50)
    assert seen["quick"] >= 15, seen


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 240))
def test_checkpoints_in_large_number(tmp_path: Path, seed: int) -> None:
    follow(tmp_path, seed, 50)
