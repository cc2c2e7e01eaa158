"""A folder as a Tree: confined, bounded, and never a part of a block."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from invledger.model import Refused
from invledger.store import FolderTree, find_root, folder
from invledger.store.journal import journal_bytes


def refused(tree: FolderTree, path: str) -> str:
    with pytest.raises(Refused) as found:
        tree.read(path)
    return found.value.problems[0].code


@pytest.fixture
def root(tmp_path: Path) -> Path:
    company = tmp_path / "company"
    (company / "ledgers" / "movements").mkdir(parents=True)
    (company / "rules").mkdir()
    (company / "ledgers" / "a.beancount").write_text("a\n")
    (tmp_path / "secret").write_text("secret\n")
    return company


def test_paths_are_sorted_by_bytes_and_hidden_files_left_out(root: Path) -> None:
    for name in ("b.beancount", "B.beancount", "中.beancount", ".c.beancount", "d.txt"):
        (root / "ledgers" / "movements" / name).write_text("")
    found = list(FolderTree(root).paths("ledgers/movements", ".beancount"))
    names = [path.removeprefix("ledgers/movements/") for path in found]
    assert names == ["B.beancount", "b.beancount", "中.beancount"]
    assert list(FolderTree(root).paths("nowhere")) == []


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "ledgers/../../secret", "ledgers/."])
def test_nothing_outside_is_read(root: Path, path: str) -> None:
    assert refused(FolderTree(root), path) in {"file-missing", "file-unreadable", "file-not-plain"}
    assert not FolderTree(root).exists(path)


@pytest.mark.req("SE-12", "TE-03")
def test_links_are_listed_but_not_followed(root: Path) -> None:
    tree = FolderTree(root)
    (root / "ledgers" / "movements" / "link.beancount").symlink_to("../../../secret")
    (root / "ledgers" / "movements" / "2026").symlink_to(root.parent)
    (root / "rules" / "linked").symlink_to(root / "ledgers")
    listed = list(tree.paths("ledgers/movements", ".beancount"))
    assert listed == ["ledgers/movements/2026", "ledgers/movements/link.beancount"]
    for path in [*listed, "ledgers/movements/2026/secret", "rules/linked/a.beancount"]:
        assert refused(tree, path) == "file-not-plain"
        assert not tree.exists(path)


@pytest.mark.req("SE-12", "TE-03")
def test_a_pipe_is_refused_and_does_not_hang(root: Path) -> None:
    os.mkfifo(root / "ledgers" / "pipe.beancount")
    assert refused(FolderTree(root), "ledgers/pipe.beancount") == "file-not-plain"


@pytest.mark.req("SE-12", "TE-03")
def test_a_link_swapped_in_while_reading_gives_nothing_away(root: Path) -> None:
    tree, path = FolderTree(root), root / "ledgers" / "swap.beancount"
    path.write_text("inside\n")
    link, plain = root / "ledgers" / "l.tmp", root / "ledgers" / "p.tmp"
    is_done = threading.Event()

    def swap() -> None:
        while not is_done.is_set():
            link.symlink_to("../../secret")
            link.replace(path)
            plain.write_text("inside\n")
            plain.replace(path)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        seen = {outcome(tree, "ledgers/swap.beancount") for _ in range(2000)}
    finally:
        is_done.set()
        thread.join()
    assert seen <= {"inside\n", "file-not-plain", "file-missing"}


def outcome(tree: FolderTree, path: str) -> str:
    """What reading gives: the text, or the code of the Problem."""
    try:
        return tree.read(path).decode()
    except Refused as refusal:
        return refusal.problems[0].code


@pytest.mark.req("SE-12")
def test_limits_are_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = FolderTree(root)
    big = root / "ledgers" / "big.beancount"
    with big.open("wb") as file:
        file.truncate(folder.FILE_BYTES_MAX + 1)
    assert refused(tree, "ledgers/big.beancount") == "file-too-large"
    monkeypatch.setattr(folder, "FILES_MAX", 1)
    with pytest.raises(Refused) as found:
        tree.paths("ledgers")
    assert found.value.problems[0].code == "files-too-many"
    (root / "ledgers" / "/".join("abcdefghijklm")).mkdir(parents=True)
    monkeypatch.setattr(folder, "FILES_MAX", 9)
    with pytest.raises(Refused) as found:
        tree.paths("ledgers")
    assert found.value.problems[0].code == "folders-too-deep"


def test_a_name_that_is_not_utf8_is_a_problem_that_can_be_printed(root: Path) -> None:
    name = os.fsdecode(b"\xff\x1b.beancount")
    (root / "ledgers" / name).write_text("x")
    tree = FolderTree(root)
    path = next(p for p in tree.paths("ledgers", ".beancount") if "a.b" not in p)
    with pytest.raises(Refused) as found:
        tree.read(path)
    assert found.value.problems[0].code == "file-name-bad"
    assert found.value.problems[0].place.path == "ledgers/\\xff\\x1b.beancount"


@pytest.mark.req("OP-05", "TE-08")
@pytest.mark.parametrize("length", [0, 1, 7, 15])
def test_a_block_that_is_being_written_is_not_seen(root: Path, length: int) -> None:
    block = b"\nblock of bytes\n"
    path = root / "ledgers" / "a.beancount"
    path.write_bytes(b"a\n" + block[:length])
    (root / "ledgers" / ".a.beancount.lock").write_bytes(journal_bytes(2, block))
    tree = FolderTree(root)
    assert tree.read("ledgers/a.beancount") == b"a\n"
    assert tree.state("ledgers/a.beancount") is None, "its state is no proof of its content"
    path.write_bytes(b"a\n" + block)
    assert tree.read("ledgers/a.beancount") == b"a\n" + block
    path.write_bytes(b"a\ntyped")
    assert tree.read("ledgers/a.beancount") == b"a\ntyped", "what a person typed is seen"


@pytest.mark.req("OP-05", "TE-08")
@pytest.mark.parametrize("length", [0, 3, 7])
def test_into_a_room_goes_what_reading_gives(root: Path, length: int) -> None:
    block = b"\nblock\n"
    path, file = "ledgers/a.beancount", root / "ledgers" / "a.beancount"
    room = memoryview(bytearray(20))
    for is_begun in (False, True):
        if is_begun:
            (root / "ledgers" / ".a.beancount.lock").write_bytes(journal_bytes(2, block))
        file.write_bytes(b"a\n" + block[:length])
        wanted = FolderTree(root).read(path)
        assert FolderTree(root).read_into(path, room) == len(wanted)
        assert room[: len(wanted)] == wanted
        assert FolderTree(root).read_into(path, room[: len(wanted)]) == len(wanted)
        assert FolderTree(root).read_into(path, room[: len(wanted) - 1]) == -1


@pytest.mark.req("OP-05")
def test_what_is_not_read_goes_into_no_room(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree, room = FolderTree(root), memoryview(bytearray(20))
    (root / "ledgers" / "link").symlink_to(root / "ledgers" / "a.beancount")
    monkeypatch.setattr(folder, "FILE_BYTES_MAX", 1)
    found = []
    for path in ("ledgers/none", "none/at/all", "ledgers/link", "ledgers/a.beancount", "\udcff"):
        with pytest.raises(Refused) as refusal:
            tree.read_into(path, room)
        found.append(refusal.value.problems[0].code)
    assert found == [refused(tree, p) for p in ("ledgers/none", "none/at/all", "ledgers/link",
                                                "ledgers/a.beancount", "\udcff")]  # fmt: skip


@pytest.mark.parametrize(
    "journal",
    [b"", b"junk", b"invledger journal 1 2 3 4\nabc", journal_bytes(2, b"\nblock\n")[:-1]],
)
def test_a_journal_that_is_not_whole_hides_nothing(root: Path, journal: bytes) -> None:
    (root / "ledgers" / ".a.beancount.lock").write_bytes(journal)
    (root / "ledgers" / "a.beancount").write_bytes(b"a\n\nblo")
    assert FolderTree(root).read("ledgers/a.beancount") == b"a\n\nblo"


def test_the_stamp_is_asked_late(root: Path) -> None:
    assert FolderTree(root).stamp() == ""
    assert FolderTree(root, lambda: "abc+").stamp() == "abc+"


@pytest.mark.req("CF-01")
def test_the_root_is_found_by_option_environment_and_upward(root: Path, tmp_path: Path) -> None:
    below = root / "ledgers" / "movements"
    assert find_root(below, {}) == root
    assert find_root(tmp_path, {"INVLEDGER_ROOT": str(root)}) == root
    assert find_root(below, {"INVLEDGER_ROOT": "/nowhere"}, str(root)) == root
    for start, env, option in (
        (tmp_path, {}, None),
        (below, {"INVLEDGER_ROOT": str(tmp_path)}, None),
        (below, {}, str(tmp_path)),
    ):
        with pytest.raises(Refused) as found:
            find_root(start, env, option)
        assert found.value.problems[0].code == "root-missing"
        assert found.value.problems[0].exit_code == 3


def test_the_search_stops_at_the_top_of_the_repository(root: Path) -> None:
    inner = root / "other"
    (inner / ".git").mkdir(parents=True)
    (inner / "sub").mkdir()
    with pytest.raises(Refused):
        find_root(inner / "sub", {})


def test_while_held_files_read_the_same_and_no_handle_is_left(root: Path) -> None:
    (root / "ledgers" / "movements" / "b.beancount").write_text("b\n")
    (root / "rules" / "c.yaml").write_text("c\n")
    paths = ["ledgers/a.beancount", "ledgers/movements/b.beancount", "rules/c.yaml"]
    tree = FolderTree(root)
    before = len(list(Path("/dev/fd").iterdir()))
    with tree.held(), tree.held():
        assert [tree.read(path) for path in (*paths, *paths)] == [b"a\n", b"b\n", b"c\n"] * 2
        assert tree.exists("rules/c.yaml")
        assert not tree.exists("rules/d.yaml")
        assert refused(tree, "nowhere/c.yaml") == "file-missing"
        assert refused(tree, "rules/d.yaml") == "file-missing"
        assert len(list(Path("/dev/fd").iterdir())) == before + 1
    assert len(list(Path("/dev/fd").iterdir())) == before


@pytest.mark.req("SE-12", "TE-03")
def test_a_link_put_in_the_place_of_a_held_folder_leads_nowhere(root: Path) -> None:
    (root / "rules" / "secret").write_text("rule\n")
    tree = FolderTree(root)
    with tree.held():
        assert tree.read("rules/secret") == b"rule\n"
        (root / "rules").rename(root / "moved")
        (root / "rules").symlink_to(root.parent)
        assert tree.read("rules/secret") == b"rule\n"
    assert refused(tree, "rules/secret") == "file-not-plain"
