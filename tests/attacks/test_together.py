"""Several at once, and one that dies: `record`, `post` and readers on the same books."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from tests.attacks.hostile import lay_out
from tests.source_files import ROOT

RECEIPT = (
    "record", "purchase-receipt", "--party", "V1", "--item", "SKU-A", "--qty", "1", "--price",
    "2.00", "--to", "Assets:Stock:SH:Main", "--date", "2026-02-01",
)  # fmt: skip
ID = re.compile(rb"\bT[0-9]-[0-9]+-[0-9]+\b")


def start(root: Path, *words: str, device: str = "T1") -> subprocess.Popen[bytes]:
    env = {
        **os.environ, "PYTHONPATH": str(ROOT), "INVLEDGER_TODAY": "2026-03-01",
        "INVLEDGER_DEVICE": device, "XDG_STATE_HOME": str(root.parent / "state"),
        "XDG_CACHE_HOME": str(root.parent / "cache"),
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "invledger", *words], cwd=root, env=env,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def done(process: subprocess.Popen[bytes]) -> tuple[int, bytes, bytes]:
    out, err = process.communicate(timeout=60)
    assert b"Traceback" not in err
    return process.returncode, out, err


def recorded(root: Path) -> list[bytes]:
    texts = [p.read_bytes() for p in (root / "ledgers/movements").rglob("*.beancount")]
    return re.findall(rb'id: "(T[^"]+)"', b"".join(texts))


def settled(root: Path) -> None:
    """The books are whole: `post` works, `check` finds nothing, nothing is left behind."""
    assert done(start(root, "post"))[0] == 0
    code, out, err = done(start(root, "check"))
    assert code == 0, out + err
    assert done(start(root, "post", "--check"))[0] == 0
    left = [p for p in (root / "ledgers").rglob(".*") if p.name != ".gitignore"]
    assert left == []


def crowd(root: Path, rounds: int, seed: int) -> int:
    """Writers, posts and readers at once, some killed; gives the number of kills."""
    random = Random(seed)  # noqa: S311  a seed
    acknowledged: set[bytes] = set()
    kills = 0
    for _ in range(rounds):
        writers = [start(root, *RECEIPT, device=random.choice(("T1", "T1", "T2"))) for _ in "1234"]
        others = [start(root, "post"), start(root, "post"), start(root, "stock"),
                  start(root, "check")]  # fmt: skip
        time.sleep(random.uniform(0.2, 0.6))
        for victim in random.sample(writers + others, 2):
            if victim.poll() is None:
                victim.send_signal(signal.SIGKILL)
                kills += 1
        for process in writers:
            code, out, _ = done(process)
            assert code in {0, -signal.SIGKILL, 5}
            acknowledged |= set(ID.findall(out)) if code == 0 else set()
        assert all(done(process)[0] in {0, 1, -signal.SIGKILL, 5} for process in others)
    found = recorded(root)
    assert acknowledged
    assert acknowledged <= set(found), "an acknowledged movement is lost"
    assert len(found) == len(set(found)), "a movement stands twice"
    assert len(found) <= len(acknowledged) + kills
    return kills


@pytest.mark.req("TE-08", "OP-05", "SE-06")
def test_a_crowd_of_writers_and_readers_loses_nothing(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "books")
    crowd(root, 1, 3)
    settled(root)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_a_larger_crowd_loses_nothing(tmp_path: Path, seed: int) -> None:
    root = lay_out(tmp_path / "books")
    assert crowd(root, 25, seed) > 5
    settled(root)


def killed_while_posting(root: Path, times: int) -> int:
    """Kill `post` at moments spread over its run; the number that were still running."""
    wanted = {p: p.read_bytes() for p in (root / "ledgers/vouchers").rglob("*.beancount")}

    def afresh() -> subprocess.Popen[bytes]:
        for path in wanted:
            if path.parent.name != "00":
                path.unlink(missing_ok=True)
        return start(root, "post")

    began = time.monotonic()
    assert done(afresh())[0] == 0
    takes, kills = time.monotonic() - began, 0
    for number in range(times):
        process = afresh()
        time.sleep(takes * number / times)
        kills += process.poll() is None
        process.kill()
        process.communicate()
        made = {p: p.read_bytes() for p in (root / "ledgers/vouchers").rglob("*.beancount")}
        assert all(wanted[path] == data for path, data in made.items()), "never a part of a file"
        assert done(start(root, "post"))[0] == 0
        made = {p: p.read_bytes() for p in (root / "ledgers/vouchers").rglob("*.beancount")}
        assert made == wanted
    return kills


@pytest.mark.req("TE-08", "FIN-03")
def test_post_killed_and_run_again_is_clean(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "books")
    killed_while_posting(root, 3)
    settled(root)


@pytest.mark.slow
def test_post_killed_many_times_is_clean(tmp_path: Path) -> None:
    root = tmp_path / "books"
    for name in ("ledgers", "rules"):
        shutil.copytree(ROOT / name, root / name)
    base = lay_out(tmp_path / "base") / "ledgers"  # with nothing booked and no period closed
    shutil.rmtree(root / "ledgers/register")
    shutil.copytree(base / "register", root / "ledgers/register")
    shutil.copy(base / "periods.beancount", root / "ledgers/periods.beancount")
    assert done(start(root, "post"))[0] == 0
    assert killed_while_posting(root, 40) > 5


@pytest.mark.req("OP-05")
def test_two_posts_at_once_wait_for_each_other_or_say_so(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "books")
    shutil.rmtree(root / "ledgers/vouchers/2026")
    both = [start(root, "post") for _ in "12"]
    assert {done(process)[0] for process in both} <= {0, 5}
    settled(root)
