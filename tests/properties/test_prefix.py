"""N7 for large plain books: from a day's pools, posting gives the bytes of a full run."""

from __future__ import annotations

import os
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest

from invledger.books import post, swift
from invledger.books.prefix import by_eights
from tests.properties.changing import ITEMS, Firm

ENGINES = ("bulk", *(["compiled"] if find_spec("numba") else []))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # nothing dies here


def plainly(firm: Firm, edits: float = 0.3) -> None:
    """One more plain movement, an edit of one, or its removal."""
    random = firm.random
    date = f"2026-0{random.randrange(1, 4)}-{random.randrange(3, 28):02}"
    if random.random() >= edits:
        type_ = random.choice(("purchase-receipt", "sale-delivery", "transfer"))
        firm.put("purchase-receipt", date, [(random.choice(ITEMS), 2)])
        firm.put(type_, date, [(random.choice(ITEMS), random.randrange(1, 9))])
    else:
        firm.text(random.choice((15, 16)))


def follow(folder: Path, seed: int, count: int) -> Counter[str]:
    """Change and post; how many runs began at a day, were full, or refused."""
    firm = Firm(folder, Random(seed), sells_unpriced=True)  # noqa: S311  a seed
    seen = Counter[str]()
    for _ in range(20):
        plainly(firm, 0)
    assert post(firm.root, cache=firm.cache).printed, "these books are plain"
    for number in range(count):
        before = firm.sources()
        plainly(firm)
        plain = post(firm.root, dry_run=True, cache=firm.forgetful)
        dry = post(firm.root, dry_run=True, cache=firm.cache)
        assert [c[:4] for c in dry.changes] == [c[:4] for c in plain.changes], (seed, number)
        said = post(firm.root, cache=firm.cache)
        if any(one.severity == "error" for one in said.problems):
            firm.go_back(before)
            seen["refused"] += 1
            continue
        seen["full" if said.printed else "quick"] += 1
        assert said.counts == plain.counts, (seed, number)
        assert firm.vouchers() == firm.anew(), (seed, number)
    return seen


@pytest.mark.req("FIN-03", "TE-05", "OP-07")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_from_a_day_on_is_a_full_run(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swift, "BULK_BYTES", 0)
    for name in ("COMPILED_BYTES", "COMPILING_BYTES"):
        monkeypatch.setattr(swift, name, 0 if engine == "compiled" else 1 << 60)
    seen = follow(tmp_path, 3, 25)
    assert seen["quick"] >= 10, seen


@pytest.mark.skipif(find_spec("numba") is None, reason="the extra `fast` is not installed")
def test_ids_are_hashed_as_the_compiled_engine_does() -> None:
    import numba

    from invledger.ledger.compiled_text import id_parts
    from invledger.ledger.flat import address_of, text

    hashed = numba.njit(lambda at, size: id_parts(at, size)[2])
    for id_ in (
        "A",
        "AB-1",
        "SH1-0012",
        "WH1-260105-0001",
        "A" * 64,
        "LONG-DEVICE.NAME-260105-17",
    ):
        held = text(id_.encode())
        assert by_eights(id_.encode()) == hashed(address_of(held), len(id_)), id_
