"""N6: the same books give the same vouchers, on any machine, in any order, by any name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random

import pytest

from tests.source_files import ROOT

START = """
import os, sys
os.umask({umask})
from invledger.cli import run
sys.exit(run(sys.argv[1:]))
"""
#: What is compared besides vouchers, as figures without the digests of the files they came from.
REPORTS = """
from invledger.cli import run
code = run(["check", "--lang", "en"])
for words in ("stock", "summary --period 2026-02", "cost", "cost --by period", "balance",
        "journal", "reconcile stock-gl", "explain SZ1-260323-0001"):
    code = code or run([*words.split(), "--lang", "en", "--format", "csv"])
raise SystemExit(code)
"""
WORLDS = (
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.UTF-8"},
    {"PYTHONHASHSEED": "77", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr"},
    {"PYTHONHASHSEED": "4294967295", "TZ": "Pacific/Kiritimati", "LC_ALL": "POSIX"},
    {"PYTHONHASHSEED": "5", "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "INVLEDGER_LANG": "zh"},
    {"PYTHONHASHSEED": "6", "TZ": "UTC", "LC_ALL": "de_DE@euro", "INVLEDGER_CACHE": "off"},
)


def sample(folder: Path) -> Path:
    """The sample company without its vouchers, but for what is booked."""
    for name in ("ledgers", "rules"):
        shutil.copytree(ROOT / name, folder / name)
    for month in ("02", "03"):
        shutil.rmtree(folder / "ledgers" / "vouchers" / "2026" / month)
    return folder


def posted(
    root: Path, env: dict[str, str], *, umask: int = 0o022, cwd: Path | None = None
) -> None:
    command = [sys.executable, "-c", START.format(umask=umask), "post", "--root", str(root)]
    done = subprocess.run(
        command,
        cwd=cwd or root,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def reported(root: Path, env: dict[str, str]) -> str:
    """Reports and findings of a folder."""
    done = subprocess.run(
        [sys.executable, "-c", REPORTS],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


@cache
def wanted() -> str:
    """What the shipped company reports in the tests' own world."""
    return reported(ROOT, {})


def vouchers(root: Path) -> dict[str, bytes]:
    folder = root / "ledgers" / "vouchers"
    below = sorted(folder.rglob("*.beancount"))
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in below}


def rearranged(root: Path, random: Random) -> None:
    """The same movements in other files, split and joined, in another order."""
    for name in ("movements", "documents", "money"):
        folder = root / "ledgers" / name / "2026"
        blocks = [
            block.strip("\n")
            for path in sorted(folder.rglob("*.beancount"))
            for block in path.read_text().split("\n\n")
            if block.strip() and not block.startswith(";")
        ]
        shutil.rmtree(folder)
        random.shuffle(blocks)
        count = random.randrange(1, 9)
        for number in range(count):
            path = folder / f"{random.randrange(1, 13):02}" / f"{random.random()}.beancount"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n\n".join(blocks[number::count]) + "\n" * random.randrange(1, 4))
    for name in ("items", "locations", "parties", "accounts"):
        path = root / "ledgers" / f"{name}.beancount"
        blocks = [b.strip("\n") for b in path.read_text().split("\n\n") if b.strip()]
        random.shuffle(blocks)
        path.write_text("\n\n".join(blocks) + "\n")


@pytest.mark.req("TE-05", "FIN-03")
@pytest.mark.parametrize("number", range(len(WORLDS)))
def test_any_world_and_any_order_of_files_give_the_same_bytes(
    tmp_path: Path, number: int
) -> None:
    random = Random(number)  # noqa: S311  a seed
    root = sample(tmp_path / ("a" if number % 2 else "b c 中") / str(number))
    rearranged(root, random)
    env = WORLDS[number] | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    posted(root, env, umask=random.choice((0o022, 0o077, 0)), cwd=random.choice((root, tmp_path)))
    shipped = vouchers(ROOT)
    made = vouchers(root)
    assert sorted(made) == sorted(shipped)
    assert [path for path in shipped if made[path] != shipped[path]] == []
    if number % 2:
        assert reported(root, env) == wanted()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(6, 66))
def test_any_world_in_large_number(tmp_path: Path, number: int) -> None:
    random = Random(number)  # noqa: S311  a seed
    root = sample(tmp_path / str(number))
    rearranged(root, random)
    world = random.choice(WORLDS) | {"PYTHONHASHSEED": str(number)}
    posted(root, world | {"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert vouchers(root) == vouchers(ROOT)
    assert reported(root, world) == wanted()


def test_another_movement_gives_other_bytes(tmp_path: Path) -> None:
    """Control: the comparison sees a single unit."""
    root = sample(tmp_path / "x")
    folder = root / "ledgers/movements/2026/03"
    path = next(p for p in sorted(folder.rglob("*")) if "LAMP-LED" in p.read_text())
    path.unlink()
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "invledger", "post", "--root", str(root)]
    subprocess.run(command, env={**os.environ, **env}, cwd=ROOT, capture_output=True, check=False)
    assert vouchers(root) != vouchers(ROOT)
