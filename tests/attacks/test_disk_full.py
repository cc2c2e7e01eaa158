"""Family C4: no room on the disk, for every command that writes; what stood there still stands."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.hostile import CONTROL, lay_out
from tests.source_files import ROOT

START = (
    "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    "resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
    "from invledger.cli import main; main()"
)
RECEIPT = (
    "record", "purchase-receipt", "--party", "V1", "--item", "SKU-A", "--qty", "5", "--price",
    "2.00", "--to", "Assets:Stock:SH:Main", "--date", "2026-02-01",
)  # fmt: skip
WRITERS = {
    "record": RECEIPT,
    "post": ("post",),
    "book": ("book", "--period", "2026-01", "--prepared", "a", "--reviewed", "b", "--booked", "c"),
    "item": ("item", "add", "NEW", "--name", "n", "--unit", "u", "--category", "goods"),
    "party": ("party", "add", "V9", "--name", "n", "--kind", "supplier"),
    "location": ("location", "add", "Assets:Stock:BJ:Main", "--name", "n"),
    "output": ("stock", "--format", "html", "--output", "out.html"),
}


def run(root: Path, *words: str, limit: int = 2**30) -> subprocess.CompletedProcess[bytes]:
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "INVLEDGER_TODAY": "2026-03-01",
        "INVLEDGER_DEVICE": "T1", "XDG_STATE_HOME": str(root.parent / "state"),
        "INVLEDGER_CACHE": "off", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    command = [sys.executable, "-c", START.format(limit=limit), *words]
    return subprocess.run(command, cwd=root, env=env, capture_output=True, check=False)


def files(root: Path) -> dict[str, bytes]:
    below = (p for p in sorted(root.rglob("*")) if p.is_file())
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in below}


def refused_whole(root: Path, words: tuple[str, ...], limit: int = 2**30) -> None:
    """Exit 6 with a Problem, every file as it was; with room again the same command works."""
    before = files(root)
    done = run(root, *words, limit=limit)
    assert done.returncode == 6, done.stderr
    assert b"disk-full" in done.stderr
    assert b"Traceback" not in done.stderr
    assert not CONTROL.search(done.stderr.decode().replace("\n", ""))
    assert files(root) == before


@pytest.mark.req("OP-05", "SE-06", "TE-08")
@pytest.mark.parametrize("name", sorted(WRITERS))
def test_a_command_without_room_changes_nothing(tmp_path: Path, name: str) -> None:
    root = lay_out(tmp_path / "books")
    if name == "post":
        assert run(root, *RECEIPT).returncode == 0
    refused_whole(root, WRITERS[name], 120)
    assert run(root, *WRITERS[name]).returncode == 0


def test_init_without_room_can_be_done_again(tmp_path: Path) -> None:
    words = ("init", str(tmp_path / "new"), "--name", "x", "--chart", "cas")
    assert run(tmp_path, *words, limit=900).returncode == 6
    assert files(tmp_path) == {}
    assert run(tmp_path, *words).returncode == 0


def test_a_journal_cut_short_leaves_no_file(tmp_path: Path) -> None:
    """Room for the counter, none for the block: the new day's file is not left empty."""
    root = lay_out(tmp_path / "books")
    refused_whole(root, RECEIPT, 300)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KiB, where one may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        pytest.skip("no mount here")
    if done.returncode != 0:
        pytest.skip("no disk may be mounted here")
    yield place
    subprocess.run(["umount", str(place)], capture_output=True, check=True)


@pytest.mark.req("OP-05", "TE-08")
@pytest.mark.parametrize("name", ["item", "post", "record"])
def test_a_full_disk_changes_nothing(small_disk: Path, name: str) -> None:
    root = lay_out(small_disk / "books")
    (small_disk / "state").symlink_to(small_disk.parent / "state")
    (small_disk.parent / "state").mkdir()
    if name == "post":
        assert run(root, *RECEIPT).returncode == 0
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            pass
    refused_whole(root, WRITERS[name])
    ballast.unlink()
    assert run(root, *WRITERS[name]).returncode == 0
    assert run(root, "check").returncode in {0, 1}
