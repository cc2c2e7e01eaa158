"""Time our whole run against other engines on the same movements.

    python -m tests.bench --n 1000000 [--shared ../shared] [--keep DIR]

For each size up to N: the generator's movements are written once in our full format and once in
the generator's own beancount layout (one FIFO account an item and warehouse, as `uro` likes it
best). Each run is a process of its own, measured from outside.

Leave five minutes between two runs of the bench: see `clear_vouchers` for what ext4 does after
thousands of files were deleted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.child import Measured, measure
from tests.bench.cluster import show_cluster
from tests.bench.daily import show_daily

SIZES = (10_000, 100_000, 1_000_000)
PLAIN_MAX = 100_000  # of larger books the plain path is not timed, bean-check once
#: Shapes of books: what the generator is told. `layers`: written by ourselves, see `open_layers`.
SHAPES = {
    "100,000 items": ["--items", "100000"],
    "one item": ["--items", "1", "--warehouses", "1"],
    "10,000 open layers": [],
}
LAYERS = 10_000
GONE = "gone-"  # folders of derived files that were taken away
START = date(2026, 1, 1).toordinal()
RUNS = 5
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
    cpu: float
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
    parser.add_argument("--methods", default="fifo,moving-average,periodic-average")
    parser.add_argument(
        "--shapes", action="store_true", help="also many items, one item, many open layers"
    )
    given = parser.parse_args()
    generator = Path(given.shared).resolve() / "bench" / "gen_movements.py"
    if not generator.is_file():
        say(f"{generator} is missing: --shared names the folder that holds bench/gen_movements.py")
        return 6
    work = Path(given.keep or tempfile.mkdtemp(prefix="invledger-bench-"))
    sizes = [size for size in SIZES if size <= given.n] or [given.n]
    say(f"Python {sys.version} of {sys.base_prefix}, {os.cpu_count()} processors")
    results: list[Result] = []
    try:
        for size in sizes:
            results += run_size(generator, work / str(size), size, given.methods.split(","))
        if given.shapes:
            for shape in SHAPES:
                results += run_shape(generator, work / shape, shape, sizes[-1])
        show_daily(generator, sys.stdout, work / str(sizes[0]) / "bare.py")
    finally:
        for folder in [work] if not given.keep else work.glob(f"*/{GONE}*"):
            shutil.rmtree(folder, ignore_errors=True)
    show_growth(results)
    show_cluster(given.n)
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

    def turn(number: int) -> Iterator[Result]:
        is_short = not number or size <= PLAIN_MAX
        yield run_bare(folder, size)
        yield from run_peers(folder, size, ["uro", "bean-check"] if is_short else ["uro"])
        for method in methods:
            yield from run_ours(folder, size, method)

    return quickest(turn)


def run_shape(generator: Path, folder: Path, shape: str, size: int) -> list[Result]:
    """Books of another shape: cold runs of FIFO, and `uro check` on the same movements."""
    from tests.bench.company import make_company

    say(f"\n{shape}, {size:,} movements")
    folder.mkdir(parents=True, exist_ok=True)
    if SHAPES[shape]:
        measure(
            [sys.executable, str(generator), "--movements", str(size), "--out", str(folder),
             "--beancount", "--account-per-item", *SHAPES[shape]], folder,
        )  # fmt: skip
    else:
        open_layers(folder / "movements.csv", size)
    company = folder / "company"
    make_company(folder / "movements.csv", company, "fifo")
    worker = [sys.executable, "-m", "tests.bench.worker", str(company)]

    def turn(_: int) -> Iterator[Result]:
        if SHAPES[shape]:
            yield from run_peers(folder, size, ["uro"])
        runs = cold_runs(worker, size, lambda: clear_vouchers(company))
        for name, run in runs.items():
            yield result(f"invledger fifo, {shape}, {name}", size, run, is_json=True)

    return quickest(turn)


def quickest(turn: Callable[[int], Iterator[Result]]) -> list[Result]:
    """Everybody in turn, RUNS times over; the quickest run of each, shown.

    Others use the machine, too, and for minutes: so one's runs lie apart.
    """
    found: dict[str, Result] = {}
    for number in range(RUNS):
        for one in turn(number):
            best = found.setdefault(one.who, one)
            if ("error" in one.detail, one.seconds) < ("error" in best.detail, best.seconds):
                found[one.who] = one
    results = list(found.values())
    for one in results:
        show(one, results)
    return results


def open_layers(path: Path, size: int) -> None:
    """One item with ever so many open layers: receipts first, then one out for each one in."""
    first = min(LAYERS, size // 2)
    with path.open("w", encoding="utf-8") as out:
        out.write("seq,date,doc,type,item,from,to,qty,unit_price,lot\n")
        for number in range(1, size + 1):
            day = date.fromordinal(START + number * 364 // size).isoformat()
            head = f"{number},{day}"
            if number <= first or number % 2:
                price = f"{number % 997 + 1}.{number % 100:02d}"
                out.write(f"{head},GR{number},receipt,I1,SUP001,WH1,10,{price},L{number}\n")
            else:
                out.write(f"{head},SI{number},issue,I1,WH1,CUS001,10,,\n")


def run_bare(folder: Path, size: int) -> Result:
    """A Typer program that prints one line: what starting up costs in any case."""
    program = folder / "bare.py"
    program.write_text(
        "import typer\napp = typer.Typer()\n@app.command()\ndef main() -> None:\n"
        "    print('ready')\napp()\n",
        "utf-8",
    )
    return result("bare Typer program", size, measure([sys.executable, str(program)], folder))


def run_peers(folder: Path, size: int, peers: Sequence[str]) -> list[Result]:
    """`uro check` and `bean-check` on the generator's layout: parse, book FIFO lots, balance."""
    book = str(folder / "movements.beancount")
    commands = {
        "uro": ("uro check", ["check", book]),
        "bean-check": ("bean-check", ["--no-cache", book]),
    }
    tools = Path(sys.executable).parent
    return [
        result(who, size, measure([str(tools / tool), *given], folder))
        for tool, (who, given) in commands.items()
        if tool in peers and (tools / tool).exists()
    ]


def run_ours(folder: Path, size: int, method: str) -> list[Result]:
    """Cold without cache, cold filling one, warm with nothing new, one more; the program."""
    from tests.bench.company import make_company, set_method

    company, cache = folder / "company", folder / "cache"
    if company.exists():
        set_method(company, method)
    else:
        made = make_company(folder / "movements.csv", company, method)
        say(f"  our layout: {made.files:,} files, {made.bytes / 2**20:.1f} MiB")
    worker = [sys.executable, "-m", "tests.bench.worker", str(company)]
    program = [sys.executable, "-m", "invledger", "--root", str(company), "post"]
    no_cache = {"INVLEDGER_CACHE": "off"}

    def afresh() -> None:
        clear_vouchers(company)
        clear_folder(cache)

    runs = cold_runs(worker, size, afresh)
    afresh()
    runs["cold, fills cache"] = measure([*worker, str(cache)], ROOT)
    runs["warm"] = measure([*worker, str(cache)], ROOT)
    runs["one more"] = one_more([*worker, str(cache)], folder)
    afresh()
    runs["post alone"] = measure(program, ROOT, no_cache)
    return [
        result(f"invledger {method}, {name}", size, run, is_json=name != "post alone")
        for name, run in runs.items()
    ]


def cold_runs(worker: Sequence[str], size: int, afresh: Callable[[], None]) -> dict[str, Measured]:
    """Without cache: the core, the extra `fast` where it is installed, the plain path."""
    engines = ["core"]
    if find_spec("numba") is not None:
        engines.append("fast")
        afresh()
        measure([*worker, "-", "fast"], ROOT)  # compiles, once and for all
    if size <= PLAIN_MAX:
        engines.append("plain")
    runs = {}
    for engine in engines:
        afresh()
        runs[f"{engine}, cold"] = measure([*worker, "-", engine], ROOT)
    return runs


def one_more(command: Sequence[str], folder: Path) -> Measured:
    """The books as they stand, cache warm, vouchers posted, and one movement added."""
    from tests.bench.company import add_one

    added = add_one(folder / "movements.csv", folder / "company")
    try:
        return measure(command, ROOT)
    finally:
        added.unlink()


def clear_folder(folder: Path) -> None:
    """An empty folder of one's own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)


def clear_vouchers(company: Path) -> None:
    """Take the derived files away, as in a fresh clone.

    Emptied and moved aside, not deleted: ext4 without a journal keeps off the inodes of files
    deleted in the last minutes and looks long for others, which no fresh clone meets.
    """
    folder = company / "ledgers" / "vouchers"
    gone = Path(tempfile.mkdtemp(prefix=GONE, dir=company.parent))
    for year in folder.iterdir():
        if year.name != "0000":
            for path in year.rglob("*.beancount"):
                os.truncate(path, 0)
            year.rename(gone / year.name)


def result(who: str, size: int, run: Measured, *, is_json: bool = False) -> Result:
    detail: dict[str, Any] = {}
    if run.code:
        detail["error"] = (run.errors or run.output).strip()[-600:]
    elif is_json:
        detail = json.loads(run.output)
    return Result(who, size, run.seconds, run.cpu, run.peak, detail)


def show(one: Result, results: list[Result]) -> None:
    """A line of the table, the ratios to the peers, and where our time went."""
    ratios = [
        f"{peer.who} {peer.seconds / one.seconds:5.1f}x"
        for peer in results
        if peer.who in {"uro check", "bean-check"} and one.who.startswith("invledger")
    ]
    say(
        f"  {one.who:<42}{one.seconds:8.2f} s {one.cpu:8.2f} s cpu {one.peak:6.0f} MiB"
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
    good = [one for one in results if "error" not in one.detail]
    lines = []
    for who in dict.fromkeys(one.who for one in good):
        steps = [
            f"{a.size:,} -> {b.size:,}: {b.seconds / a.seconds:.1f}x time,"
            f" {b.cpu / a.cpu:.1f}x cpu,"
            f" {b.peak / a.peak:.1f}x memory"
            for a, b in pairwise([one for one in good if one.who == who])
        ]
        lines += [f"  {who:<42}{'   '.join(steps)}"] if steps else []
    if lines:
        say("\nGrowth for ten times the movements; 10.0x is linear")
        say("\n".join(lines))
    shown = f"every run is a process of its own, shown is the quickest of {RUNS}, taken in turn"
    say(f"\n{NOTE}\n{os.cpu_count()} cores; {shown}.")


if __name__ == "__main__":
    sys.exit(main())
