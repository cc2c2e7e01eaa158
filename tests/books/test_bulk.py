"""The engine `bulk`: what only it has: two processes, ids over stretches, odd orders of keys."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from invledger.books import bulk_days as bulk
from invledger.books.bulk_books import Desk
from invledger.books.bulk_ids import Ids
from invledger.books.swift import Day, NotPlain, Plain, Printed
from invledger.books.twin import Slots
from invledger.ledger import with_sum
from tests.books.test_swift import in_two, lay, made_rows, plain_files, swift_text

pytestmark = pytest.mark.req("CO-02", "TE-05")


def files_of(root: Path) -> list[Path]:
    return sorted((root / "ledgers" / "movements" / "2026").rglob("*.beancount"))


def changed(path: Path, old: str, new: str) -> None:
    """Every block with `old` gets `new` and its own checksum again."""
    blocks = path.read_text("utf-8").rstrip("\n").split("\n\n")
    signed = [with_sum(one.rpartition("\n; sum:")[0].replace(old, new)) for one in blocks]
    path.write_text("\n".join(signed), "utf-8")


def test_keys_in_another_order_are_read_as_the_plain_path_reads_them(tmp_path: Path) -> None:
    lay(tmp_path, made_rows(1), "fifo", "site")
    for path in files_of(tmp_path):
        changed(path, '  doc: "D', '  handler: "H"\n  dept: "仓 1"\n  doc: "D')
        changed(path, '  reason: "damaged"\n  rank: 50\n', '  rank: 50\n  reason: "damaged"\n')
    want = plain_files(tmp_path)
    assert swift_text(tmp_path, bulk.bulk_days) == want
    assert swift_text(tmp_path, in_two) == want


def test_an_id_that_comes_on_two_days_is_seen_by_either_process(tmp_path: Path) -> None:
    lay(tmp_path, made_rows(4), "fifo", "site")
    first, *_, last = files_of(tmp_path)
    ids = [
        path.read_text("utf-8").partition('id: "')[2].partition('"')[0] for path in (first, last)
    ]
    changed(last, f'id: "{ids[1]}"', f'id: "{ids[0]}"')
    for engine in (bulk.bulk_days, in_two):
        with pytest.raises(NotPlain):
            swift_text(tmp_path, engine)


def test_heads_of_ids_that_many_stretches_share() -> None:
    ids = Ids()
    a, b, single = b"A-260101", b"B-260101", b""
    ids.add(b"A-260101-1\nA-260101-2\nX", [a, single])
    ids.add(b"A-260101-3\nB-260101-1", [a, b])
    ids.add(b"A-260101-4\nY\nB-260101-2", [a, b, single])
    for head, twice in ((a, b"A-260101-1"), (a, b"A-260101-3"), (b, b"B-260101-1"),
                        (single, b"X"), (single, b"Y")):  # fmt: skip
        with pytest.raises(NotPlain):
            ids.add(b"C-1\n" + twice, [b"C", head])
    ids.add(b"D-1\nD-2", [b"D", b"D"])
    with pytest.raises(NotPlain):
        ids.add(b"E-1\nE-1", [b"E", b"E"])  # in two files of one day


@pytest.mark.parametrize("moment", ["reading", "printing"])
def test_a_second_process_that_dies_leaves_all_to_the_plain_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    lay(tmp_path, made_rows(2), "fifo", "site")
    mine = os.getpid()

    def dying(name: str) -> None:
        before = getattr(Desk, name)

        def die(self: Desk, *given: object) -> object:
            if os.getpid() != mine:
                os.kill(os.getpid(), signal.SIGKILL)
            return before(self, *given)

        monkeypatch.setattr(Desk, name, die)

    def waiting(plain: Plain, days: Iterable[Day]) -> Iterator[Printed]:
        # The first process reads nothing itself: all is up to the second.
        monkeypatch.setattr(bulk, "AHEAD", 0)
        yield from in_two(plain, days)

    dying({"reading": "read", "printing": "printed"}[moment])
    with pytest.raises(NotPlain):
        swift_text(tmp_path, waiting)


def test_the_second_process_may_do_all_the_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, made_rows(2), "fifo", "site")
    monkeypatch.setattr(bulk, "AHEAD", 0)
    assert swift_text(tmp_path, in_two) == plain_files(tmp_path)


def test_nothing_is_left_of_a_second_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(tmp_path, made_rows(2), "fifo", "site")
    forked: list[int] = []
    fork = os.fork

    def noted() -> int:
        pid = fork()
        forked.append(pid)
        return pid

    monkeypatch.setattr("invledger.books.twin.os.fork", noted)
    swift_text(tmp_path, in_two)
    assert len(forked) == 1
    with pytest.raises(ChildProcessError):
        os.waitpid(forked[0], 0)


def test_slots_hold_strings_of_any_length() -> None:
    slots = Slots(1 << 12)
    many: Sequence[bytes] = [b"", b"a" * 4000, b"\0\n"]
    slots.put(3, many)
    slots.put(2, [])
    assert (slots.get(3), slots.get(2)) == (many, [])
    with pytest.raises(NotPlain):
        slots.put(0, [b"a" * 4096])
    slots.close()
