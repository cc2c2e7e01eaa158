"""N7 for large plain books of periodic average: from a day's notes, a full run's bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest

from invledger.books import post, resuming, swift
from tests.properties.changing import ITEMS, Firm, summed

ENGINES = ("bulk", *(["compiled"] if find_spec("numba") else []))
#: Most changes come late, as in life; ends of months are days of their own kind.
DATES = (
    *(f"2026-03-{day:02}" for day in range(20, 32)), "2026-03-31", "2026-01-03", "2026-01-30",
    "2026-01-31", "2026-02-01", "2026-02-27", "2026-02-28", "2026-03-01", "2026-03-30",
)  # fmt: skip
APRIL = tuple(f"2026-04-{day:02}" for day in (1, 2, 15, 29, 30))


RESUMED: list[str] = []  # from which days runs began


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # nothing dies here
    days_after = resuming.days_after

    def told(*given: Any) -> resuming.Later:  # noqa: ANN401  as `days_after`
        found = days_after(*given)
        RESUMED.append(given[3][0])
        return found

    monkeypatch.setattr(resuming, "days_after", told)


def use(monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    monkeypatch.setattr(swift, "BULK_BYTES", 0)
    for name in ("COMPILED_BYTES", "COMPILING_BYTES"):
        monkeypatch.setattr(swift, name, 0 if engine == "compiled" else 1 << 60)


class Monthly(Firm):
    """A firm of periodic average whose books stay plain."""

    dates = DATES

    def set_method(self, method: str = "periodic-average") -> None:
        path = self.root / "rules" / "company.yaml"
        kept = [line for line in path.read_text("utf-8").splitlines()
                if not line.startswith(("cost:", "categories:", " ", "#"))]  # fmt: skip
        cost = f"cost: {{method: {method}, pool: company}}"
        goods = "categories:\n  goods:\n    title: {zh: 商品, en: Goods}"
        path.write_text("\n".join([*kept, cost, goods, ""]), "utf-8")

    def plainly(self) -> None:
        """A day's goods: what comes in changes the month's cost, what goes out bears it."""
        random, date = self.random, self.random.choice(self.dates)
        types = ("purchase-receipt", "sale-delivery", "sale-delivery", "transfer", "scrap")
        self.put("purchase-receipt", date, [(random.choice(ITEMS), random.randrange(1, 9))])
        for _ in range(random.randrange(1, 4)):
            line = random.choice(ITEMS), random.randrange(1, 6)
            self.put(random.choice(types), date, [line])

    def put_off(self, path: Path) -> None:
        """A file of movements again, on a day that may be later."""
        day = path.name[:10]
        other = self.random.choice([day, *self.dates])
        text = summed(path.read_text("utf-8").replace(day, other))
        folder = self.root / "ledgers" / "movements" / other[:4] / other[5:7]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{other}.{self.count}.beancount").write_text(text, "utf-8")
        self.count += 1

    def turn(self) -> str:
        """One change; its name."""
        kind = self.random.choice(
            ["more"] * 9
            + ["price", "price", "removal", "removal", "file", "name", "day", "method"]
        )
        since = "2026-01-03"  # the first goods stay, so that there always are some
        if kind == "more":
            self.plainly()
        elif kind in {"file", "day"}:
            below = sorted((self.root / "ledgers" / "movements").rglob("2026-*.beancount"))
            path = self.random.choice([path for path in below if path.name >= since])
            if kind == "day":
                self.put_off(path)
            path.unlink()
        elif kind == "method":
            self.set_method("fifo")
            post(self.root, cache=self.cache)
            self.set_method()
        else:
            self.text({"price": 15, "removal": 16, "name": 17}[kind], since)
        return kind

    def harm(self) -> None:
        """Some files of the cache come to harm: cut off, another byte, or gone."""
        held = sorted(p for p in (self.folder / "cache").rglob("*") if p.is_file())
        for path in self.random.sample(held, len(held) // 3):
            data = path.read_bytes()
            at = self.random.randrange(max(1, len(data)))
            harmed = {0: data[:at], 1: data[:at] + b"#" + data[at + 1 :]}
            now = harmed.get(self.random.randrange(3))
            path.unlink() if now is None else path.write_bytes(now)


def settle(firm: Monthly, seen: Counter[str], *, name: str) -> None:
    """Post; the same bytes, counts and list of changes as a full run by the plain path."""
    plain = post(firm.root, dry_run=True, cache=firm.forgetful)
    dry = post(firm.root, dry_run=True, cache=firm.cache)
    assert [c[:4] for c in dry.changes] == [c[:4] for c in plain.changes], name
    RESUMED.clear()
    said = post(firm.root, cache=firm.cache)
    errors = [one.text() for one in said.problems if one.severity == "error"]
    assert errors == [one.text() for one in plain.problems if one.severity == "error"]
    if errors:
        seen["refused"] += 1
        return
    seen["full" if said.printed else "quick" if RESUMED else "other"] += 1
    assert said.counts == plain.counts, name
    assert firm.vouchers() == firm.anew(), name


def follow(folder: Path, seed: int, count: int, *, harm: float = 0.0) -> Counter[str]:
    """Change and post; how many runs began at a day, were full, plain (other), or refused."""
    firm = Monthly(folder, Random(seed))  # noqa: S311  a seed
    firm.sells_unpriced = True
    seen = Counter[str]()
    for _ in range(25):
        firm.plainly()
    assert post(firm.root, cache=firm.cache).printed, "these books are plain"
    for number in range(count):
        before = firm.sources()
        if number == 2 * count // 3:
            firm.dates = DATES + APRIL * 3
        name = f"{seed} {number} {firm.turn()}"
        if firm.random.random() < harm:
            firm.harm()
        refused = seen["refused"]
        settle(firm, seen, name=name)
        if seen["refused"] > refused:
            firm.go_back(before)
    return seen


@pytest.mark.req("FIN-03", "TE-05", "OP-07", "CO-03")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("marked", [0, swift.MARKED_BYTES])
def test_a_run_within_a_month_is_a_full_run(
    tmp_path: Path, engine: str, marked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a run from a note makes notes of its own."""
    use(monkeypatch, engine)
    monkeypatch.setattr(swift, "MARKED_BYTES", marked)
    seen = follow(tmp_path, 5 + bool(marked), 14)
    assert seen["quick"] >= 5, seen


@pytest.mark.slow
@pytest.mark.req("FIN-03", "TE-05", "OP-07", "CO-03")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", range(10))
def test_many_runs_within_months_are_full_runs(
    tmp_path: Path, engine: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, engine)
    monkeypatch.setattr(swift, "MARKED_BYTES", 0 if seed % 2 else swift.MARKED_BYTES)
    seen = follow(tmp_path, 100 + seed, 40)
    assert seen["quick"] >= 10, seen


@pytest.mark.req("OP-07")
@pytest.mark.parametrize("engine", ENGINES)
def test_notes_that_came_to_harm_are_no_notes(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, engine)
    seen = follow(tmp_path, 21, 12, harm=0.7)
    assert seen["full"] >= 3, seen


@pytest.mark.skipif(len(ENGINES) < 2, reason="the extra `fast` is not installed")
@pytest.mark.parametrize("first", ENGINES)
def test_another_engine_reads_the_notes_of_the_first_or_leaves_them(
    tmp_path: Path, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hash ids in ways of their own: notes of the other are as if they were not there."""
    use(monkeypatch, first)
    firm = Monthly(tmp_path, Random(4))  # noqa: S311  a seed
    firm.sells_unpriced = True
    for _ in range(20):
        firm.plainly()
    assert post(firm.root, cache=firm.cache).printed
    use(monkeypatch, next(one for one in ENGINES if one != first))
    firm.dates = ("2026-03-31",)
    firm.plainly()
    seen = Counter[str]()
    settle(firm, seen, name=first)
    assert seen["full"] == 1
    firm.plainly()
    settle(firm, seen, name=first)
    assert seen["quick"] == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_an_id_of_before_the_note_is_told(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, engine)
    firm = Monthly(tmp_path, Random(8))  # noqa: S311  a seed
    firm.sells_unpriced = True
    for _ in range(20):
        firm.plainly()
    assert post(firm.root, cache=firm.cache).printed
    folder = firm.root / "ledgers" / "movements" / "2026"
    first = next((folder / "01").glob("2026-01-02*"))
    block = first.read_text("utf-8").split("\n\n")[0]
    late = block.rpartition("\n; sum:")[0].replace("2026-01-02", "2026-03-31")
    from invledger.ledger.sums import with_sum

    (folder / "03" / "2026-03-31.C.beancount").write_text(with_sum(late), "utf-8")
    said = post(firm.root, cache=firm.cache)
    assert [one.code for one in said.problems if one.severity == "error"] == ["movement-differs"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_closed_period_takes_the_plain_path_again(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, engine)
    firm = Monthly(tmp_path, Random(9))  # noqa: S311  a seed
    firm.sells_unpriced = True
    for _ in range(20):
        firm.plainly()
    assert post(firm.root, cache=firm.cache).printed
    path = firm.root / "ledgers" / "periods.beancount"
    path.write_text(path.read_text("utf-8") + '2026-04-01 custom "close" "2026-01"\n', "utf-8")
    firm.dates = ("2026-03-31",)
    firm.plainly()
    seen = Counter[str]()
    settle(firm, seen, name="closed")
    assert seen == {"other": 1}
    assert not post(firm.root, cache=firm.cache).written


_POSTING = """
import os, signal, sys
from pathlib import Path
from invledger.books import post, swift
from invledger.store import Cache
swift.BULK_BYTES = 0
swift.COMPILED_BYTES = swift.COMPILING_BYTES = int(sys.argv[3])
left = int(sys.argv[4])
write = Cache._write
def dying(self, path, data):
    global left
    left -= 1
    if left < 0:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_bytes(data[: len(data) // 2])
        os.kill(os.getpid(), signal.SIGKILL)
    write(self, path, data)
Cache._write = dying
post(Path(sys.argv[1]), cache=Cache(Path(sys.argv[2])))
"""


@pytest.mark.slow
@pytest.mark.req("OP-07")
@pytest.mark.parametrize("engine", ENGINES)
def test_who_dies_while_noting_leaves_what_the_next_run_mends(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at each writing into the cache in turn, half of the file written in place: of full
    runs, and in between of runs from notes.
    """
    use(monkeypatch, engine)
    firm = Monthly(tmp_path, Random(11))  # noqa: S311  a seed
    firm.sells_unpriced = True
    for _ in range(20):
        firm.plainly()
    folder = tmp_path / "cache" / "invledger"
    least = 0 if engine == "compiled" else 1 << 60
    is_done, number = False, 0
    while not is_done:
        is_full = number % 2 == 0
        if is_full:
            shutil.rmtree(folder)
            folder.mkdir(mode=0o700)
        given = [firm.root, folder, least, number // 2 * 3]
        command = [sys.executable, "-c", _POSTING, *map(str, given)]
        said = subprocess.run(command, capture_output=True, timeout=300, check=False)
        died = said.returncode == -signal.SIGKILL
        assert died or said.returncode == 0, said.stderr
        firm.dates = (f"2026-03-{20 + number % 12:02}",)
        firm.plainly()
        settle(firm, Counter[str](), name=f"{number}")
        firm.plainly()
        is_done = is_full and not died
        number += 1
    assert number > 8
