"""Locks, appends, replacements and the counter."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from invledger.model import Place, Refused, problem
from invledger.store import (
    FolderTree,
    Lock,
    append_block,
    next_number,
    replace_file,
    replace_files,
    state_folder,
)

PATH = "ledgers/movements/2026/01/2026-01-05.SH1.beancount"


def codes(found: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in found.value.problems]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.req("OP-05", "TE-08")
def test_a_lock_that_is_held_is_a_problem_of_exit_5(tmp_path: Path) -> None:
    with Lock(tmp_path, "a.lock"):
        with pytest.raises(Refused) as found, Lock(tmp_path, "a.lock", wait_seconds=0.05):
            pass
        assert codes(found) == ["locked"]
        assert found.value.problems[0].exit_code == 5
    assert not (tmp_path / "a.lock").exists()
    with Lock(tmp_path, "a.lock", wait_seconds=0):
        assert (tmp_path / "a.lock").exists()


@pytest.mark.req("TE-08")
def test_a_lock_lets_one_in_at_a_time(tmp_path: Path) -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(50):
            with Lock(tmp_path, "a.lock"):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_lock_file_left_by_a_dead_process_locks_nobody_out(tmp_path: Path) -> None:
    (tmp_path / "a.lock").write_text("left")
    with Lock(tmp_path, "a.lock", wait_seconds=0):
        with pytest.raises(Refused) as refused, Lock(tmp_path, "a.lock", wait_seconds=0):
            pytest.fail("two have it")
        assert [one.code for one in refused.value.problems] == ["locked"]


def test_an_append_makes_its_folders_and_one_blank_line_between_blocks(tmp_path: Path) -> None:
    assert append_block(tmp_path, PATH, "one\n").is_new
    append_block(tmp_path, PATH, "two\n")
    assert (tmp_path / PATH).read_text() == "one\n\ntwo\n"
    assert [p.name for p in (tmp_path / PATH).parent.iterdir()] == [Path(PATH).name]


@pytest.mark.req("SC-08", "TE-08")
def test_a_repeat_is_accepted_once(tmp_path: Path) -> None:
    def send() -> bool:
        return append_block(tmp_path, PATH, "one\n", accept=lambda held: b"one" not in held).is_new

    assert [send(), send(), send()] == [True, False, False]
    assert (tmp_path / PATH).read_text() == "one\n"


@pytest.mark.req("OP-05")
def test_what_is_not_confirmed_is_taken_back(tmp_path: Path) -> None:
    def refuse(after: bytes) -> None:
        assert after.endswith(b"two\n")
        raise Refused(problem("record-id-taken", Place(PATH), id="x"))

    with pytest.raises(Refused):
        append_block(tmp_path, PATH, "two\n", confirm=refuse)
    assert not (tmp_path / PATH).exists()
    append_block(tmp_path, PATH, "one\n")
    with pytest.raises(Refused):
        append_block(tmp_path, PATH, "two\n", confirm=refuse)
    assert (tmp_path / PATH).read_text() == "one\n"


@pytest.mark.req("SE-12", "TE-03")
def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "ledgers").mkdir(parents=True)
    outside.write_text("mine\n")
    (root / "ledgers" / "a.beancount").symlink_to(outside)
    (root / "rules").symlink_to(tmp_path)
    with pytest.raises(Refused):
        append_block(root, "ledgers/a.beancount", "x\n")
    with pytest.raises(Refused):
        replace_file(root, "ledgers/a.beancount", b"x\n")
    with pytest.raises(Refused):
        append_block(root, "rules/new", "x\n")
    with pytest.raises(Refused):
        replace_file(root, "../new", b"x\n")
    assert outside.read_text() == "mine\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["outside", "root"]


def test_a_file_that_would_be_too_large_to_read_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(Refused) as found:
        append_block(tmp_path, PATH, "x" * 2**24 + "\n")
    assert codes(found) == ["file-too-large"]


def test_replace_keeps_the_mode_and_takes_away(tmp_path: Path) -> None:
    replace_files(tmp_path, [("v/a", b"1"), ("v/b", b"2")], ())
    (tmp_path / "v/a").chmod(0o640)
    replace_files(tmp_path, [("v/a", b"3")], ["v/b"])
    assert (tmp_path / "v/a").read_bytes() == b"3"
    assert stat.S_IMODE((tmp_path / "v/a").stat().st_mode) == 0o640
    assert names(tmp_path / "v") == ["a"]


def test_a_file_that_cannot_be_made_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    replace_file(tmp_path, "v/a", b"1")
    (tmp_path / "v" / "b").mkdir()
    with pytest.raises(Refused):
        replace_files(tmp_path, [("v/a", b"2"), ("v/b", b"2")], ())
    assert (tmp_path / "v/a").read_bytes() == b"1"
    assert names(tmp_path / "v") == ["a", "b"]


@pytest.mark.parametrize("size", [3, 1 << 17])
def test_many_files_small_and_large_are_put_in_place(tmp_path: Path, size: int) -> None:
    files = {f"v/{n % 3}/{n}": bytes([n]) * size for n in range(40)}
    replace_files(tmp_path, ((path, memoryview(data)) for path, data in files.items()), ())
    found = {p.relative_to(tmp_path).as_posix(): p for p in tmp_path.rglob("*") if p.is_file()}
    assert {path: place.read_bytes() for path, place in found.items()} == files


def test_a_large_file_that_cannot_be_made_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    replace_file(tmp_path, "v/a", b"1")
    (tmp_path / "v" / "b").mkdir()
    large = b"2" * (1 << 17)
    with pytest.raises(Refused) as found:
        replace_files(tmp_path, [("v/a", large), ("v/b", large), ("v/c", large)], ())
    assert [str(p.place) for p in found.value.problems] == ["v/b"]
    assert (tmp_path / "v/a").read_bytes() == b"1"
    assert names(tmp_path / "v") == ["a", "b"]


@pytest.mark.req("IN-16")
def test_a_number_is_never_given_twice(tmp_path: Path) -> None:
    state, root = tmp_path / "state", tmp_path / "root"
    state.mkdir()
    asked = []

    def seen() -> int:
        asked.append(1)
        return 7

    numbers = [next_number(state, ("SH1", "260105"), root, seen) for _ in range(3)]
    assert numbers == [8, 9, 10]
    assert len(asked) == 1, "the ledger is looked at once a day"
    assert next_number(state, ("SH1", "260104"), root, lambda: 0) == 1
    assert next_number(state, ("SH1", "260105"), tmp_path / "other", lambda: 40) == 41
    assert next_number(state, ("SH2", "260105"), root, lambda: 0) == 1
    assert next_number(state, ("SH1", "260105"), root, seen, count=64) == 42
    assert next_number(state, ("SH1", "260105"), root, seen) == 106
    (state / "SH1.json").write_text("damaged")
    assert next_number(state, ("SH1", "260105"), root, lambda: 10) == 11


@pytest.mark.req("IN-16", "TE-08")
def test_two_processes_never_get_the_same_number(tmp_path: Path) -> None:
    got: list[int] = []

    def work() -> None:
        series = ("SH1", "260105")
        got.extend(next_number(tmp_path, series, tmp_path, lambda: 0) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 81))


@pytest.mark.parametrize("device", ["", "sh1", "1A", "A/B", "../A", "A" * 17, "Ａ"])
def test_a_device_has_a_plain_name(tmp_path: Path, device: str) -> None:
    with pytest.raises(Refused) as found:
        next_number(tmp_path, (device, "260105"), tmp_path, lambda: 0)
    assert codes(found) == ["device-bad"]


def test_the_state_folder_is_the_users_own(tmp_path: Path) -> None:
    assert state_folder({"XDG_STATE_HOME": str(tmp_path)}) == tmp_path / "invledger"
    found = state_folder({"HOME": str(tmp_path)})
    assert found == tmp_path / ".local/state/invledger"
    assert stat.S_IMODE(found.stat().st_mode) == 0o700
    with pytest.raises(Refused) as refused:
        state_folder({})
    assert codes(refused) == ["state-folder-missing"]
    assert refused.value.problems[0].exit_code == 6


def test_a_tree_reads_what_was_appended(tmp_path: Path) -> None:
    append_block(tmp_path, PATH, "one\n")
    assert FolderTree(tmp_path).read(PATH) == b"one\n"
