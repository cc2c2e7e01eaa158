"""Where costing on a cluster starts to pay: the kernel here against two workers on this machine.

    python -m tests.bench.cluster [--n 1000000]

Lines are made in memory, so that only what travels is compared: dividing, sending, costing,
merging; starting the workers is shown by itself. Plain lines (FIFO receipts and issues) cost a
microsecond each; lines of works orders under periodic average, which are solved as a graph,
several. Both give the same costs, or the run fails.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable

from invledger.costing import Costed, CostLine, Kind, Setting, cost
from invledger.model import CostPolicy

GROUPS = 200  # of items that have nothing to do with each other
MONTHS = 12
WORKERS = 2
ORDERS_MAX = 100_000  # lines that are solved as a graph take their time
SIZES = (10_000, 100_000, 1_000_000)


def plain_lines(count: int) -> list[CostLine]:
    """Receipts of 3 and issues of 1, in turn through the items."""
    lines = []
    for n in range(count):
        item = f"R{n % GROUPS}"
        if n // GROUPS % 4 == 0:
            value = 700 + n % 97
            lines.append(CostLine(Kind.RECEIVE, item, 3, "", item, value, -1, ""))
        else:
            lines.append(CostLine(Kind.ISSUE, item, 1, item, "", None, -1, ""))
    return lines


def order_lines(count: int) -> list[CostLine]:
    """For each group in turn: raw material in, into a works order, product out of it, sold."""
    lines: list[CostLine] = []
    turn = 0
    while len(lines) < count:
        group = turn % GROUPS
        raw, made, order = f"R{group}", f"F{group}", f"W{turn}"
        lines += [
            CostLine(Kind.RECEIVE, raw, 5, "", raw, 900 + turn % 97, -1, ""),
            CostLine(Kind.CONSUME, raw, 4, raw, "", None, -1, order),
            CostLine(Kind.PRODUCE, made, 2, "", made, None, -1, order),
            CostLine(Kind.ISSUE, made, 1, made, "", None, -1, ""),
        ]
        turn += 1
    return lines[:count]


def main() -> int:
    """Time each kind of lines at each size; print one row each."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cluster")
    parser.add_argument("--n", type=int, default=SIZES[-1], help="largest number of lines")
    return show_cluster(parser.parse_args().n)


def show_cluster(largest: int) -> int:
    """The rows up to a size; 0, or 6 where the extra is missing."""
    try:
        from distributed import LocalCluster
    except ImportError:
        say("cluster: left out, pip install 'invledger[dask]' brings it")
        return 6
    say(f"\nCosting here and on a cluster of {WORKERS} workers (this machine), kernel alone")
    began = time.perf_counter()
    with LocalCluster(
        n_workers=WORKERS, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=50
    ) as cluster:
        say(f"  workers started in {time.perf_counter() - began:.2f} s")
        address = "dask://" + str(cluster.scheduler_address).removeprefix("tcp://")
        for name, method, make, most in (
            ("FIFO, receipts and issues", "fifo", plain_lines, SIZES[-1]),
            ("periodic average, works orders", "periodic-average", order_lines, ORDERS_MAX),
        ):
            for size in (one for one in SIZES if one <= min(largest, most)):
                _row(address, f"{name}, {size:,} lines", method, make(size))
    return 0


def _row(address: str, name: str, method: str, lines: list[CostLine]) -> None:
    from invledger.books import engine_of

    policies = {line.item: CostPolicy(method) for line in lines}
    months = [n * len(lines) // MONTHS for n in range(MONTHS)]
    setting = Setting(periods={"month": months})
    engine = engine_of(address)
    if engine is None:
        raise ValueError(address)
    here, ours = _timed(lambda: cost(lines, policies, setting=setting))
    there, theirs = _timed(lambda: engine(lines, policies, setting))
    if ours.costs != theirs.costs:
        raise AssertionError(f"{name}: the cluster costs otherwise")
    verdict = "pays" if there < here else "does not pay"
    times = f"here {here:6.2f} s   cluster {there:6.2f} s   {here / there:4.2f}x"
    say(f"  {name:46} {times}, {verdict}")


def _timed(run: Callable[[], Costed]) -> tuple[float, Costed]:
    gc.collect()
    gc.disable()
    try:
        began = time.perf_counter()
        made = run()
        return time.perf_counter() - began, made
    finally:
        gc.enable()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
