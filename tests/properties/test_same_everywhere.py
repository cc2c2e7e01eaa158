"""N6: the same books give the same vouchers, on any machine, in any order, by any name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

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
code = {check}
for words in ("stock", "summary --period 2026-02", "cost", "cost --by period", "balance",
        "journal", "reconcile stock-gl", "explain SZ1-260323-0001"):
    code = code or run([*words.split(), "--lang", "en", "--format", "csv"])
raise SystemExit(code)
"""
#: Whether movements lie in the future is the one question whose answer hangs on the clock.
CHECK = 'run(["check", "--lang", "en"])'
#: A process that believes in another time, writes by so many threads, runs on so many processors.
SETUP = """
import datetime, os, time
clock, threads, processors = {clock}, {threads}, {processors}
if clock is not None:
    real = datetime.datetime
    class Clock(real):
        @classmethod
        def now(cls, tz=None):
            return real.fromtimestamp(clock, tz)
    datetime.datetime = Clock
    time.time, time.time_ns = lambda: float(clock), lambda: clock * 10**9
if processors and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:processors])
import invledger.store.replace
invledger.store.replace._THREADS = threads
"""
YEAR_1970, YEAR_2099 = 0, 4_070_908_800 + 86_399  # seconds: its first one, and one of 1 January


class Machine(NamedTuple):
    """What `post` and the reports run on."""

    python: str = sys.executable
    clock: int | None = None  # seconds since 1970; the real one where None
    threads: int = 8
    processors: int = 0  # all

    def setup(self) -> str:
        return SETUP.format(clock=self.clock, threads=self.threads, processors=self.processors)

    def env(self, env: dict[str, str]) -> dict[str, str]:
        """The environment of its processes; another Python has our packages, its own cache."""
        count = str(self.threads)
        paths = [str(ROOT), *(sys.path if self.python != sys.executable else ())]
        threads = {"POLARS_MAX_THREADS": count, "NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": count}
        return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **threads, **env}


HERE = Machine()
MACHINES = (
    Machine(clock=YEAR_1970, threads=1),
    Machine(clock=YEAR_2099, threads=8, processors=1),
    Machine(threads=2),
    Machine(clock=YEAR_1970, threads=3, processors=1),
    Machine(clock=YEAR_2099, threads=5),
    Machine(threads=8, processors=2),
)
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
    root: Path,
    env: dict[str, str],
    machine: Machine = HERE,
    *,
    umask: int = 0o022,
    cwd: Path | None = None,
) -> None:
    start = machine.setup() + START.format(umask=umask)
    done = subprocess.run(
        [machine.python, "-c", start, "post", "--root", str(root)],
        cwd=cwd or root,
        env=machine.env(env),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def reported(root: Path, env: dict[str, str], machine: Machine = HERE) -> str:
    """Reports and, where the clock is right, findings of a folder."""
    reports = REPORTS.format(check=CHECK if machine.clock is None else "0")
    done = subprocess.run(
        [machine.python, "-c", machine.setup() + reports],
        cwd=root,
        env=machine.env(env),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


@cache
def wanted() -> str:
    """What the shipped company reports in the tests' own world; nothing is found in it."""
    return reported(ROOT, {})


def pythons() -> Iterator[str]:
    """Other Pythons of this machine that can run the program with our packages."""
    mine = sys.version_info[:3]
    names = ["python3", *(f"python3.{minor}" for minor in range(11, 16))]
    places = [shutil.which(name, path=f"/usr/bin{os.pathsep}/usr/local/bin") for name in names]
    for python in dict.fromkeys(os.path.realpath(place) for place in places if place):
        ask = "import sys, typer, yaml, invledger.cli; print(sys.version_info[:3])"
        done = subprocess.run(
            [python, "-c", ask], env=Machine(python).env({}), capture_output=True, check=False
        )
        if done.returncode == 0 and done.stdout.decode().strip() != str(mine):
            yield python


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
def test_any_world_and_any_order_of_files_give_the_same_bytes(tmp_path: Path, number: int) -> None:
    random = Random(number)  # noqa: S311  a seed
    root = sample(tmp_path / ("a" if number % 2 else "b c 中") / str(number))
    rearranged(root, random)
    env = WORLDS[number] | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    machine = MACHINES[number]
    umask, cwd = random.choice((0o022, 0o077, 0)), random.choice((root, tmp_path))
    posted(root, env, machine, umask=umask, cwd=cwd)
    shipped = vouchers(ROOT)
    made = vouchers(root)
    assert sorted(made) == sorted(shipped)
    assert [path for path in shipped if made[path] != shipped[path]] == []
    if number % 2:
        assert reported(root, env, machine) == wanted()


@pytest.mark.req("TE-05", "FIN-03")
def test_another_python_gives_the_same_bytes(tmp_path: Path) -> None:
    python = next(pythons(), None)
    if python is None:
        pytest.skip("no second Python 3.11 or later here that can import our packages")
    root = sample(tmp_path / "p")
    rearranged(root, Random(99))  # noqa: S311  a seed
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPYCACHEPREFIX": str(tmp_path / "c")}
    posted(root, env, Machine(python))
    assert vouchers(root) == vouchers(ROOT)
    assert reported(root, env, Machine(python)) == wanted()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(6, 66))
def test_any_world_in_large_number(tmp_path: Path, number: int) -> None:
    random = Random(number)  # noqa: S311  a seed
    root = sample(tmp_path / str(number))
    rearranged(root, random)
    world = random.choice(WORLDS) | {"PYTHONHASHSEED": str(number)}
    machine = Machine(
        random.choice([sys.executable, *list(pythons())[:1]]),
        random.choice((None, YEAR_1970, YEAR_2099, random.randrange(YEAR_2099))),
        random.randrange(1, 9),
        random.choice((0, 1)),
    )
    world |= (
        {"PYTHONPYCACHEPREFIX": str(tmp_path / "c")} if machine.python != sys.executable else {}
    )
    posted(root, world | {"XDG_CACHE_HOME": str(tmp_path / "cache")}, machine)
    assert vouchers(root) == vouchers(ROOT)
    assert reported(root, world, machine) == wanted()


@pytest.mark.parametrize(("clock", "day"), [(YEAR_1970, "1970-01-01"), (YEAR_2099, "2099-01-01")])
def test_another_clock_is_believed(clock: int, day: str) -> None:
    """Control: the program itself sees the other time."""
    machine = Machine(clock=clock, threads=3)
    ask = "from invledger.cli.clock import today_in; print(today_in('UTC'), time.time())"
    done = subprocess.run(
        [machine.python, "-c", machine.setup() + ask],
        env=machine.env({}), capture_output=True, check=False,
    )  # fmt: skip
    assert done.stdout.decode().split() == [day, f"{clock}.0"]


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
