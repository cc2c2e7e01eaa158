"""The cache: right or silent."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from invledger.store import Cache, FolderTree
from invledger.store import cache as cache_module

DIGEST = "ab" * 32


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    found = Cache.of_user({"XDG_CACHE_HOME": str(tmp_path)})
    assert found is not None
    return found


def entry_of(tmp_path: Path) -> Path:
    return next(p for p in (tmp_path / "invledger").rglob("*") if p.is_file())


@pytest.mark.req("OP-07")
def test_what_was_put_comes_back_for_the_same_content_and_reader(cache: Cache) -> None:
    cache.put(DIGEST, "raw-1", b"payload\n\n\x00")
    assert cache.get(DIGEST, "raw-1") == b"payload\n\n\x00"
    assert cache.get(DIGEST, "raw-2") is None
    assert cache.get("cd" * 32, "raw-1") is None
    cache.put(DIGEST, "raw-1", b"")
    assert cache.get(DIGEST, "raw-1") == b""


@pytest.mark.req("OP-07", "TE-03")
def test_damage_is_a_miss(cache: Cache, tmp_path: Path) -> None:
    cache.put(DIGEST, "raw-1", b"payload")
    path = entry_of(tmp_path)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at])
        assert cache.get(DIGEST, "raw-1") is None, f"cut at {at}"
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert cache.get(DIGEST, "raw-1") is None, f"bit of {at}"


@pytest.mark.req("OP-07", "TE-03")
def test_an_entry_of_another_content_is_a_miss(cache: Cache, tmp_path: Path) -> None:
    cache.put(DIGEST, "raw-1", b"payload")
    other = entry_of(tmp_path).read_bytes()
    entry_of(tmp_path).unlink()
    cache.put("cd" * 32, "raw-1", b"other")
    entry_of(tmp_path).write_bytes(other)
    assert cache.get("cd" * 32, "raw-1") is None


@pytest.mark.req("OP-07", "TE-03")
def test_links_and_folders_of_others_are_not_used(cache: Cache, tmp_path: Path) -> None:
    cache.put(DIGEST, "raw-1", b"payload")
    path = entry_of(tmp_path)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert cache.get(DIGEST, "raw-1") is None
    (tmp_path / "invledger").chmod(0o777)
    assert Cache.of_user({"XDG_CACHE_HOME": str(tmp_path)}) is None
    (tmp_path / "real").mkdir()
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "invledger").symlink_to(tmp_path / "real")
    assert Cache.of_user({"XDG_CACHE_HOME": str(tmp_path / "base")}) is None


@pytest.mark.parametrize(
    "env", [{}, {"XDG_CACHE_HOME": "relative"}, {"INVLEDGER_CACHE": "off", "HOME": "/root"}]
)
def test_no_folder_no_cache(env: dict[str, str]) -> None:
    assert Cache.of_user(env) is None


def test_a_cache_that_cannot_write_is_silent(cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "invledger").rename(tmp_path / "gone")
    cache.put(DIGEST, "raw-1", b"payload")
    assert cache.get(DIGEST, "raw-1") is None


def company(tmp_path: Path) -> FolderTree:
    (tmp_path / "books").mkdir()
    path = tmp_path / "books" / "a"
    path.write_bytes(b"one")
    old = time.time_ns() - 10**10
    os.utime(path, ns=(old, old))
    return FolderTree(tmp_path / "books")


@pytest.mark.req("OP-07")
def test_unchanged_files_are_not_read_again(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_YOUNG_NS", -(10**15))  # the clock of a test is short
    tree = company(tmp_path)
    index = cache.index(tree)
    digest, data = index.digest("a")
    assert data == b"one"
    index.save()
    again = cache.index(tree)
    assert again.digest("a") == (digest, None)
    path = tmp_path / "books" / "a"
    state = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))  # same size, same time
    changed, data = cache.index(tree).digest("a")
    assert (changed != digest, data) == (True, b"two")


@pytest.mark.req("OP-07")
def test_a_file_as_young_as_the_look_at_it_is_not_trusted(cache: Cache, tmp_path: Path) -> None:
    tree = company(tmp_path)
    index = cache.index(tree)
    index.digest("a")  # changed a moment ago: it could change again within the clock's grain
    index.save()
    assert cache.index(tree).digest("a")[1] == b"one"


def test_a_damaged_index_is_forgotten(cache: Cache, tmp_path: Path) -> None:
    tree = company(tmp_path)
    index = cache.index(tree)
    index.digest("a")
    index.save()
    for path in (tmp_path / "invledger" / "index").glob("*"):
        path.write_bytes(b"junk" * 20)
    assert cache.index(tree).digest("a")[1] == b"one"


def test_too_many_entries_lose_their_oldest_half(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "ENTRIES_MAX", 10)
    for n in range(12):
        cache.put(f"{n:064d}", "raw-1", b"x")
    cache.save_index(tmp_path / "invledger" / "index" / "x", {})
    kept = [n for n in range(12) if cache.get(f"{n:064d}", "raw-1") is not None]
    assert len(kept) == 6
