"""Daily work on small books: a page of help, the stock, one line recorded after another.

DESIGN section 5: `--help` and `stock` on 1,000 movements take at most twice a bare Typer program;
`record` acknowledges a line within 50 ms (99 of 100, once running), 1,000 a second in batches.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from tests.bench.child import measure
from tests.bench.company import make_company

MOVEMENTS = 1_000
RUNS = 5
COUNTS = (300, 5_000)  # lines one by one, lines in a batch
ENTRY = {
    "type": "purchase-receipt", "date": "2026-12-31", "party": "SUP001", "item": "I00001",
    "qty": "10", "price": "2.35", "to": "Assets:Stock:WH1",
}  # fmt: skip
AT_ONCE = 200  # lines: what the pipes hold
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "invledger"]


class Answered(NamedTuple):
    """Seconds to each acknowledgement of single lines, and lines a second in one batch."""

    waits: list[float]
    rate: float


def show_daily(generator: Path, say: IO[str], bare: Path) -> None:
    """Make 1,000 movements, post, ask and record; `bare` is the program to compare with."""
    with tempfile.TemporaryDirectory(prefix="invledger-bench-") as folder:
        work = Path(folder)
        made = measure(
            [sys.executable, str(generator), "--movements", str(MOVEMENTS), "--out", folder], work
        )
        if made.code:
            sys.exit(f"the generator failed:\n{made.errors}")
        company = work / "company"
        files = make_company(work / "movements.csv", company, "fifo").files
        cache = {"XDG_CACHE_HOME": str(work / "cache"), "XDG_STATE_HOME": str(work / "state")}
        ask = [*PROGRAM, "--root", str(company)]
        measure([*ask, "post"], ROOT, cache)
        seconds = _in_turn(
            {
                "bare Typer program": [sys.executable, str(bare)],
                "invledger --help": [*PROGRAM, "--help"],
                "invledger stock": [*ask, "stock"],
            },
            cache,
        )
        answered = record(company, cache, ENTRY)
    say.write(f"\nDaily work: {MOVEMENTS:,} movements in {files:,} files, posted\n")
    least = seconds["bare Typer program"]
    for name, found in seconds.items():
        say.write(f"  {name:<42}{found:8.2f} s  {found / least:5.1f}x a bare Typer program\n")
    waits = sorted(answered.waits)
    usual, slow = waits[len(waits) // 2], waits[len(waits) * 99 // 100]
    say.write(
        f"  {'invledger record -, a line at a time':<42}{1000 * usual:8.2f} ms the usual one, "
        f"{1000 * slow:.2f} ms the slowest but 1 of 100\n"
        f"  {'invledger record -, in one batch':<42}{answered.rate:8,.0f} lines a second\n"
    )
    say.flush()


def _in_turn(commands: dict[str, list[str]], more: dict[str, str]) -> dict[str, float]:
    """The quickest of some runs of each; raises SystemExit where one fails."""
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(RUNS):
        for name, command in commands.items():
            run = measure(command, ROOT, more)
            if run.code:
                sys.exit(f"{name} failed:\n{run.errors}")
            best[name] = min(best[name], run.seconds)
    return best


def record(
    company: Path, more: dict[str, str], entry: dict[str, str], counts: tuple[int, int] = COUNTS
) -> Answered:
    """Lines through a pipe: each after the answer to the one before, then many at once."""
    one_by_one, batch = counts
    line = json.dumps(entry).encode() + b"\n"
    with _recorder(company, more) as (lines, answers):
        _tell(lines, answers, [line])  # it is running
        waits = []
        for _ in range(one_by_one):
            begun = time.perf_counter()
            _tell(lines, answers, [line])
            waits.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        _tell(lines, answers, [line] * batch)
        return Answered(waits, batch / (time.perf_counter() - begun))


@contextmanager
def _recorder(company: Path, more: dict[str, str]) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """`record -`, and the two ends of its pipes."""
    with subprocess.Popen(
        [*PROGRAM, "--root", str(company), "record", "-"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **more},
    ) as child:  # fmt: skip
        if child.stdin is None or child.stdout is None:
            raise AssertionError
        yield child.stdin, child.stdout


def _tell(lines: IO[bytes], answers: IO[bytes], told: Sequence[bytes]) -> None:
    """Send lines and hear the answer to each; raises SystemExit for a refusal."""
    for start in range(0, len(told), AT_ONCE):
        part = told[start : start + AT_ONCE]
        lines.write(b"".join(part))
        lines.flush()
        for _ in part:
            answer = json.loads(answers.readline() or b"{}")
            if not answer.get("is_new"):
                sys.exit(f"a line was not recorded: {answer}")
