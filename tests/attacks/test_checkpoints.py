"""A13: whatever becomes of a checkpoint in the cache, posting gives the bytes of a full run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from invledger.books import checkpoint, incremental, post, swift
from tests.properties.changing import ITEMS, Firm


def truncated(path: Path, _: list[Path]) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path, _: list[Path]) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def figures(path: Path, _: list[Path]) -> None:
    path.write_bytes(path.read_bytes().replace(b"500", b"600").replace(b"[0,5", b"[0,6"))


def swapped(path: Path, others: list[Path]) -> None:
    path.write_bytes(others[(others.index(path) + 1) % len(others)].read_bytes())


def linked(path: Path, others: list[Path]) -> None:
    path.unlink()
    path.symlink_to(others[(others.index(path) + 1) % len(others)])


def gone(path: Path, _: list[Path]) -> None:
    path.unlink()


def emptied(path: Path, _: list[Path]) -> None:
    path.write_bytes(b"")


HARMS: tuple[Callable[[Path, list[Path]], None], ...] = (
    truncated, flipped, figures, swapped, linked, gone, emptied,
)  # fmt: skip


@pytest.fixture(params=["components", "days"])
def firm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Firm:
    """A company posted once, with one kind of checkpoint or the other."""
    monkeypatch.setattr(os, "fsync", lambda _: None)  # nothing dies here
    if request.param == "components":
        monkeypatch.setattr(checkpoint, "ROWS_MIN", 0)
        monkeypatch.setattr(checkpoint, "BUCKET_ROWS", 2)
        monkeypatch.setattr(incremental, "PART_MAX", 1.0)
    else:
        monkeypatch.setattr(swift, "BULK_BYTES", 0)
        monkeypatch.setattr(swift, "COMPILED_BYTES", 1 << 60)
    made = Firm(tmp_path, Random(1), sells_unpriced=True)  # noqa: S311  a seed
    for day in range(3, 20):
        for item in ITEMS[:3]:
            made.put("purchase-receipt", f"2026-01-{day:02}", [(item, 5)])
            made.put("sale-delivery", f"2026-01-{day:02}", [(item, 3)])
    post(made.root, cache=made.cache)
    return made


def entries(firm: Firm) -> list[Path]:
    below = (firm.folder / "cache" / "invledger").rglob("*")
    return sorted(path for path in below if path.is_file() and not path.is_symlink())


def posted(firm: Firm, new: int = 1) -> None:
    """One more movement, posted; the bytes are those of a full run."""
    firm.put("sale-delivery", "2026-01-19", [(firm.random.choice(ITEMS), 1)])
    said = post(firm.root, cache=firm.cache)
    assert [one for one in said.problems if one.severity == "error"] == []
    assert said.counts["new"] == new
    assert firm.vouchers() == firm.anew()


@pytest.mark.req("TE-05")
@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_a_harmed_cache_changes_nothing(firm: Firm, harm: Callable[..., None]) -> None:
    there = entries(firm)
    for path in there:
        if not path.is_symlink():
            harm(path, there)
    posted(firm)
    posted(firm)


@pytest.mark.req("TE-05")
def test_one_harmed_entry_changes_nothing(firm: Firm) -> None:
    for harm in HARMS:
        for _ in range(3):
            there = entries(firm)
            harm(firm.random.choice(there), there)
            posted(firm)


def test_an_older_checkpoint_and_that_of_another_company(firm: Firm) -> None:
    notes = [path for path in entries(firm) if path.parent.name == "index"]
    older = {path: path.read_bytes() for path in notes}
    posted(firm)
    for path, data in older.items():
        path.write_bytes(data)
    posted(firm)
    other = firm.root.with_name("other")
    shutil.copytree(firm.root, other)
    for path in (other / "ledgers" / "movements").rglob("2026-01-05*"):
        path.unlink()
    post(other, cache=firm.cache)
    mine = {path.name.partition(".")[0] for path in older}
    for path in entries(firm):
        name, _, purpose = path.name.partition(".")
        if path.parent.name == "index" and name not in mine:
            for own in mine:
                (path.parent / f"{own}.{purpose}".rstrip(".")).write_bytes(path.read_bytes())
    posted(firm)


def test_vouchers_that_somebody_wrote_on_are_put_right(firm: Firm) -> None:
    path = next((firm.root / "ledgers" / "vouchers").rglob("2026-01-07.beancount"))
    path.write_bytes(path.read_bytes().replace(b"CNY", b"CNY ", 1))
    assert post(firm.root, cache=firm.cache).written == [path.relative_to(firm.root).as_posix()]
    assert firm.vouchers() == firm.anew()
    path.unlink()
    posted(firm, 7)  # the six of that day once more


def test_another_program_believes_nothing(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "program_digest", lambda: "another")
    posted(firm)
