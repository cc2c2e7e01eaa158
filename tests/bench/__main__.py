"""Time our whole run against other engines on the same movements.

    python -m tests.bench --n 1000000 [--shared ../shared] [--keep DIR]

For each size up to N: the generator's movements are written once in our full format and once in
the generator's own beancount layout (one FIFO account an item and warehouse, as `uro` likes it
best). Each run is a process of its own, measured from outside.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.child import Measured, measure

SIZES = (10_000, 100_000, 1_000_000)
BEAN_CHECK_MAX = 100_000
ROOT = Path(__file__).resolve().parents[2]


NOTE = """\
What each read and did. invledger: our full format (id, type, time, party, document number, lot,
price, checksum; one file a warehouse and day) -> order, checks, values, costs by location, and
vouchers to the cent written as one file a day, trial balance. uro check, bean-check: the
generator's one file (type, lot; one FIFO account an item and warehouse) -> booked lots, balance
checks; nothing written."""


class Result(NamedTuple):
    """One run at one size."""

    who: str
    size: int
    seconds: float
    peak: float
    detail: dict[str, Any]


def say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Parse, run all sizes, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--n", type=int, default=SIZES[-1], help="largest number of movements")
    parser.add_argument(
        "--shared", default=str(ROOT.parent / "shared"), help="holds bench/gen_movements.py"
    )
    parser.add_argument("--keep", default="", help="folder for the data; kept")
    parser.add_argument("--methods", default="fifo,moving-average")
    given = parser.parse_args()
    generator = Path(given.shared) / "bench" / "gen_movements.py"
    if not generator.is_file():
        say(f"{generator} is missing: --shared names the folder that holds bench/gen_movements.py")
        return 6
    work = Path(given.keep or tempfile.mkdtemp(prefix="invledger-bench-"))
    sizes = [size for size in SIZES if size <= given.n] or [given.n]
    results: list[Result] = []
    try:
        for size in sizes:
            results += run_size(generator, work / str(size), size, given.methods.split(","))
    finally:
        if not given.keep:
            shutil.rmtree(work, ignore_errors=True)
    show_growth(results)
    return 0 if all("error" not in one.detail for one in results) else 1


def run_size(generator: Path, folder: Path, size: int, methods: list[str]) -> list[Result]:
    """Generate once, run everybody."""
    say(f"\n{size:,} movements")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "movements.beancount").exists():
        made = measure(
            [sys.executable, str(generator), "--movements", str(size), "--out", str(folder),
             "--beancount", "--account-per-item"], folder,
        )  # fmt: skip
        if made.code:
            sys.exit(f"the generator failed (numpy comes with the extra `bench`):\n{made.errors}")
    results = [run_bare(folder, size), *run_peers(folder, size)]
    for method in methods:
        results += run_ours(folder, size, method)
    for one in results:
        show(one, results)
    return results


def run_bare(folder: Path, size: int) -> Result:
    """A Typer program that prints one line: what starting up costs in any case."""
    program = folder / "bare.py"
    program.write_text(
        "import typer\napp = typer.Typer()\n@app.command()\ndef main() -> None:\n"
        "    print('ready')\napp()\n",
        "utf-8",
    )
    return result("bare Typer program", size, measure([sys.executable, str(program)], folder))


def run_peers(folder: Path, size: int) -> list[Result]:
    """`uro check` and `bean-check` on the generator's layout: parse, book FIFO lots, balance."""
    book = str(folder / "movements.beancount")
    tools = Path(sys.executable).parent
    results = []
    if (tools / "uro").exists():
        results.append(
            result("uro check", size, measure([str(tools / "uro"), "check", book], folder))
        )
    if size <= BEAN_CHECK_MAX and (tools / "bean-check").exists():
        command = [str(tools / "bean-check"), "--no-cache", book]
        results.append(result("bean-check", size, measure(command, folder)))
    return results


def run_ours(folder: Path, size: int, method: str) -> list[Result]:
    """Cold without any cache, cold filling one, warm with nothing to write; then the program."""
    from tests.bench.company import make_company, set_method

    company, cache = folder / "company", folder / "cache"
    if company.exists():
        set_method(company, method)
    else:
        made = make_company(folder / "movements.csv", company, method)
        say(f"  our layout: {made.files:,} files, {made.bytes / 2**20:.1f} MiB")
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(mode=0o700)
    results = []
    for name, store in (
        ("cold", "-"),
        ("cold, fills cache", str(cache)),
        ("warm", str(cache)),
    ):
        if name != "warm":
            clear_vouchers(company)
        command = [sys.executable, "-m", "tests.bench.worker", str(company), store]
        run = measure(command, ROOT)
        results.append(result(f"invledger {method}, {name}", size, run, is_json=True))
    clear_vouchers(company)
    command = [sys.executable, "-m", "invledger", "--root", str(company), "post"]
    program = f"invledger {method}, post alone"
    environment = {"INVLEDGER_CACHE": "off"}
    results.append(result(program, size, measure(command, ROOT, environment)))
    return results


def clear_vouchers(company: Path) -> None:
    """Take the derived files away, as in a fresh clone."""
    folder = company / "ledgers" / "vouchers"
    for year in folder.iterdir():
        if year.name != "0000":
            shutil.rmtree(year)


def result(who: str, size: int, run: Measured, *, is_json: bool = False) -> Result:
    detail: dict[str, Any] = {}
    if run.code:
        detail["error"] = (run.errors or run.output).strip()[-600:]
    elif is_json:
        detail = json.loads(run.output)
    return Result(who, size, run.seconds, run.peak, detail)


def show(one: Result, results: list[Result]) -> None:
    """A line of the table, the ratios to the peers, and where our time went."""
    ratios = [
        f"{peer.who} {peer.seconds / one.seconds:5.1f}x"
        for peer in results
        if peer.who in {"uro check", "bean-check"} and one.who.startswith("invledger")
    ]
    say(
        f"  {one.who:<36}{one.seconds:8.2f} s {one.peak:8.0f} MiB"
        f" {one.size / one.seconds:10,.0f}/s  {'  '.join(ratios)}"
    )
    if "error" in one.detail:
        say(f"    FAILED: {one.detail['error']}")
    stages = one.detail.get("stages", {})
    if stages:
        spent = {name: seconds for name, seconds in stages.items() if seconds >= 0.005}
        line = "  ".join(f"{name} {seconds:.2f}" for name, seconds in spent.items())
        counts = f"{one.detail['vouchers']:,} vouchers, {one.detail['files']:,} files written"
        say(f"    {line}   ({counts})")


def show_growth(results: list[Result]) -> None:
    """Seconds at one size over seconds at the size before: ten times the work, how much longer?"""
    say("\nGrowth, 10.0 is linear")
    good = [one for one in results if "error" not in one.detail]
    for who in dict.fromkeys(one.who for one in good):
        mine = [one for one in good if one.who == who]
        steps = [
            f"{a.size:,} -> {b.size:,}: {b.seconds / a.seconds:.1f}x time,"
            f" {b.peak / a.peak:.1f}x memory"
            for a, b in pairwise(mine)
        ]
        if steps:
            say(f"  {who:<36}{'   '.join(steps)}")
    say(f"\n{NOTE}\n{os.cpu_count()} cores; every run is a process of its own.")


if __name__ == "__main__":
    sys.exit(main())
