"""C2, C4, C5, C6, C7: crash, error and short write at every system call of append and replace."""

from __future__ import annotations

import errno
import os
import resource
import signal
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from invledger.model import Refused
from invledger.store import FolderTree, append_block, replace_files
from tests.crash.faults import calls_of, crash_at, failing_at

PATH = "ledgers/movements/2026/01/2026-01-05.SH1.beancount"
TYPED = '2026-01-05 * "typed by hand"\n  Assets:Stock:SH  1 A\n  Equity:Stock:Supplier  -1 A\n'
BLOCK = '2026-01-05 * "one"\n' + "  line\n" * 300 + "; sum: 0123456789abcdef\n"
NEXT = '2026-01-05 * "two"\n; sum: fedcba9876543210\n'


def company(folder: Path, held: str) -> Path:
    (folder / PATH).parent.mkdir(parents=True)
    (folder / PATH).write_text(held)
    return folder


def states(held: str, block: str) -> tuple[bytes, bytes]:
    """A file before and after a block is appended."""
    glue = "\n" if held else ""
    return held.encode(), (held + glue + block).encode()


@pytest.mark.req("OP-05", "TE-08", "SE-06")
@pytest.mark.parametrize("held", ["", TYPED])
def test_an_append_that_dies_at_any_call_leaves_before_or_after(
    tmp_path: Path, held: str
) -> None:
    for nth in count(1):
        root = company(tmp_path / str(nth), held)
        died = crash_at(nth, partial(append_block, root, PATH, BLOCK))
        before, after = states(held, BLOCK)
        seen = FolderTree(root).read(PATH)
        assert seen in {before, after}, f"call {nth}: a reader sees part of a block"
        append_block(root, PATH, NEXT)
        recovered = (root / PATH).read_bytes()
        assert recovered in {states(held, NEXT)[1], after + b"\n" + NEXT.encode()}, f"call {nth}"
        assert not list((root / PATH).parent.glob(".*")), "no lock or journal is left"
        if not died:
            break
    assert nth > 4


@pytest.mark.req("OP-05")
def test_recovery_that_dies_at_any_call_can_be_repeated(tmp_path: Path) -> None:
    torn = next(n for n in count(1) if is_torn_by(tmp_path / f"try{n}", n))
    for nth in count(1):
        root = company(tmp_path / str(nth), TYPED)
        assert crash_at(torn, partial(append_block, root, PATH, BLOCK))
        died = crash_at(nth, partial(append_block, root, PATH, NEXT))
        append_block(root, PATH, NEXT)
        assert list((root / PATH).parent.glob("*.torn*")), f"call {nth}: a torn tail was found"
        once, twice = states(TYPED, NEXT)[1], states(TYPED, NEXT)[1] + b"\n" + NEXT.encode()
        assert (root / PATH).read_bytes() in {once, twice}
        if not died:
            break
    assert nth > 6


def is_torn_by(folder: Path, nth: int) -> bool:
    """Whether a crash at the Nth call of an append leaves half a block in the file."""
    root = company(folder, TYPED)
    crash_at(nth, lambda: append_block(root, PATH, BLOCK))
    held = (root / PATH).read_bytes()
    return held not in states(TYPED, BLOCK)


@pytest.mark.req("OP-05")
def test_the_torn_tail_is_moved_aside_and_told(tmp_path: Path) -> None:
    torn = next(n for n in count(1) if is_torn_by(tmp_path / f"try{n}", n))
    root = company(tmp_path / "real", TYPED)
    crash_at(torn, lambda: append_block(root, PATH, BLOCK))
    half = (root / PATH).read_bytes()[len(TYPED) :]
    done = append_block(root, PATH, NEXT)
    assert done.torn is not None
    assert done.torn.code == "tail-torn"
    assert (root / f"{PATH}.torn1").read_bytes() == half
    assert half.startswith(b'\n2026-01-05 * "one"')


@pytest.mark.req("OP-05")
@pytest.mark.parametrize("tail", ["", "\n", " ; no newline at the end"])
def test_what_a_person_typed_is_never_moved(tmp_path: Path, tail: str) -> None:
    held = TYPED.rstrip("\n") + tail
    root = company(tmp_path, held)
    append_block(root, PATH, NEXT)
    text = (root / PATH).read_text()
    assert text.startswith(held)
    assert text.endswith("\n\n" + NEXT)
    assert len(list((root / PATH).parent.iterdir())) == 1


@pytest.mark.req("OP-05", "SE-06")
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_no_acknowledgement_after_a_failed_call(tmp_path: Path, error: int) -> None:
    calls = calls_of(lambda: append_block(company(tmp_path / "count", TYPED), PATH, BLOCK))
    refused = 0
    for nth in range(3, len(calls) + 1):  # the first calls make the test's own folders
        root = company(tmp_path / str(nth), TYPED)
        with failing_at(nth - 2, error):
            said = refusal(root)
        if said is not None:
            refused += 1
            assert said.problems[0].exit_code == 6
            assert (root / PATH).read_bytes() == TYPED.encode()
        else:
            assert (root / PATH).read_bytes() == states(TYPED, BLOCK)[1]
        append_block(root, PATH, NEXT)
        assert (root / PATH).read_bytes().endswith(NEXT.encode())
    assert refused >= 4


def refusal(root: Path) -> Refused | None:
    """What an append was refused with; None when it was acknowledged."""
    try:
        append_block(root, PATH, BLOCK)
    except Refused as refused:
        return refused
    return None


@pytest.mark.req("OP-05")
def test_a_short_write_is_noticed_and_taken_back(tmp_path: Path) -> None:
    for nth in range(1, 8):
        root = company(tmp_path / str(nth), TYPED)
        with failing_at(nth, errno.EIO, short=True):
            try:
                append_block(root, PATH, BLOCK)
            except Refused:
                assert (root / PATH).read_bytes() == TYPED.encode()
            else:
                assert (root / PATH).read_bytes() == states(TYPED, BLOCK)[1]


@pytest.mark.req("OP-05")
def test_the_order_of_syncs_is_as_promised(tmp_path: Path) -> None:
    """C6: journal and its name are safe before the block, the block before the acknowledgement."""
    root = company(tmp_path, TYPED)
    assert calls_of(lambda: append_block(root, PATH, BLOCK)) == [
        "mkdir", "mkdir", "mkdir", "mkdir",  # all there already
        "ftruncate", "write", "fsync", "fsync",  # journal, and its folder
        "write", "fdatasync",  # block
        "unlink",  # journal
    ]  # fmt: skip


@pytest.mark.req("OP-05", "SE-06")
def test_a_file_size_limit_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    root = company(tmp_path, TYPED)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        with pytest.raises(Refused) as found:
            append_block(root, PATH, BLOCK)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert found.value.problems[0].code == "disk-full"
    assert found.value.problems[0].exit_code == 6
    assert (root / PATH).read_bytes() == TYPED.encode()
    append_block(root, PATH, NEXT)
    assert (root / PATH).read_bytes() == states(TYPED, NEXT)[1]


A, B, C = (f"ledgers/vouchers/2026/0{n}/{n}.beancount" for n in (1, 2, 3))
OLD = {A: b"old a\n" * 99, B: b"old b\n"}
NEW = {A: b"new a\n", C: b"new c\n" * 99}
GONE = (B,)


def run(root: Path, gone: tuple[str, ...] = GONE) -> None:
    left = [path for path in gone if (root / path).exists()]
    replace_files(root, NEW.items(), left)


@pytest.mark.req("OP-05", "FIN-03")
def test_a_replacing_run_that_dies_leaves_each_file_old_or_new(tmp_path: Path) -> None:
    for nth in count(1):
        root = tmp_path / str(nth)
        root.mkdir()
        replace_files(root, OLD.items(), ())
        died = crash_at(nth, partial(run, root))
        for path in FolderTree(root).paths("ledgers", ".beancount"):
            data = (root / path).read_bytes()
            assert data in {OLD.get(path), NEW.get(path)}, f"call {nth}: {path}"
        run(root)
        found = {p: (root / p).read_bytes() for p in FolderTree(root).paths("ledgers")}
        assert found == NEW, f"call {nth}: the second run finishes"
        assert not list(root.rglob(".*")), "nothing is left beside"
        if not died:
            break
    assert nth > 10


@pytest.mark.req("OP-05")
def test_writing_in_place_would_be_found(tmp_path: Path) -> None:
    """Control: a plain overwrite leaves a mixture when it dies."""
    path = tmp_path / "a"
    path.write_bytes(b"old\n" * 50)

    def overwrite() -> None:
        handle = os.open(path, os.O_WRONLY | os.O_TRUNC)
        os.write(handle, b"new\n" * 50)

    crash_at(1, overwrite)
    assert path.read_bytes() not in {b"old\n" * 50, b"new\n" * 50}
