"""One run in a process of its own: `python -m tests.bench.worker COMPANY CACHE [ENGINE]` -> JSON.

Runs what a user runs, `books.post` and then the trial balance, and takes the time of its stages by
wrapping the functions that `books` calls: nothing in the program knows of this. `CACHE` is a
folder, or `-` for none. `ENGINE`: `core` (as without the extra `fast`), `plain` (no swift way at
all); else what the program chooses. `print` is the making of the voucher text, `write` the rest
of putting files in place; the swift way reads, costs and prints in `days`.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any


class Stopwatch:
    """Seconds by stage. A stage inside another counts for the inner one only."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.kept: dict[str, Any] = {}
        self._open: list[float] = []

    def begin(self) -> float:
        self._open.append(0.0)
        return time.perf_counter()

    def end(self, stage: str, begun: float) -> None:
        spent = time.perf_counter() - begun
        inner = self._open.pop()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + spent - inner
        if self._open:
            self._open[-1] += spent

    def wrap(self, module: ModuleType, name: str, stage: str, keep: str = "") -> None:
        """Replace a function of a module by one that is timed; `keep` remembers its result."""
        function = getattr(module, name, None)
        if function is None:
            return

        def timed(*args: Any, **options: Any) -> Any:  # noqa: ANN401  any function's
            begun = self.begin()
            try:
                result = function(*args, **options)
            finally:
                self.end(stage, begun)
            if keep:
                self.kept[keep] = result
            return result

        setattr(module, name, timed)

    def wrap_iterator(self, module: ModuleType, name: str, stage: str) -> None:
        """The same for a function that gives an iterator: the time of each step counts."""
        function: Callable[..., Iterable[Any]] = getattr(module, name)

        def timed(*args: Any, **options: Any) -> Iterator[Any]:  # noqa: ANN401  any function's
            steps = iter(function(*args, **options))
            while True:
                begun = self.begin()
                try:
                    value = next(steps)
                except StopIteration:
                    return
                finally:
                    self.end(stage, begun)
                yield value

        setattr(module, name, timed)


def run(root: Path, cache_folder: str, engine: str = "") -> dict[str, Any]:
    """Post and balance; gives seconds by stage, counts and the peak of memory in MiB."""
    watch = Stopwatch()
    whole = time.perf_counter()
    begun = watch.begin()
    from invledger.books import loading, posting, swift, swift_post
    from invledger.store import Cache

    watch.end("start", begun)
    if engine == "core":
        vars(swift)["find_spec"] = lambda _: None  # as if there were no numba
    if engine == "plain":
        vars(posting)["swift_way"] = lambda *_: None  # no books are plain
    for name, stage in {
        "load_rules": "rules", "read_master": "master", "read_money": "money",
    }.items():  # fmt: skip
        watch.wrap(loading, name, stage)
    watch.wrap(posting, "load", "load", "sources")
    watch.wrap(posting, "standing_vouchers", "stand", "standing")
    watch.wrap_iterator(posting, "day_files", "print")
    watch.wrap(swift_post, "engine_for", "engine")
    watch.wrap(posting, "swift_way", "load", "way")
    watch.wrap_iterator(posting, "swift_files", "days")
    watch.wrap(posting, "replace_files", "write")
    for name in ("swift_way", "_post_swiftly"):
        _unless(posting, name, lambda: _wrap_plain_path(watch))
    cache = None if cache_folder == "-" else Cache(Path(cache_folder))
    outcome = posting.post(root, cache=cache)
    errors = [found for found in outcome.problems if found.severity == "error"]
    if errors:
        first = errors[0]
        raise SystemExit(f"{len(errors)} errors, the first: {first.place}: {first.text()}")
    begun = watch.begin()
    totals = _balance(outcome, watch.kept)
    watch.end("balance", begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": time.perf_counter() - whole,
        "peak": peak,
        "stages": watch.seconds,
        "vouchers": sum(outcome.counts.values()),
        "files": len(outcome.written),
        "balance": totals,
    }


def _unless(module: ModuleType, name: str, otherwise: Callable[[], None]) -> None:
    """Do something where a function of a module gives None."""
    function = getattr(module, name)

    def asked(*args: Any) -> Any:  # noqa: ANN401  any function's
        found = function(*args)
        if found is None:
            otherwise()
        return found

    setattr(module, name, asked)


def _wrap_plain_path(watch: Stopwatch) -> None:
    """Time the stages of modules that only the plain path loads."""
    from invledger.books import deriving, movement_files

    watch.wrap(movement_files, "read_raw", "read")
    watch.wrap(movement_files, "dump_raw", "cache")
    watch.wrap(movement_files, "load_raw", "cache")
    watch.wrap(movement_files, "resolve", "resolve")
    watch.wrap(deriving, "derive", "derive", "derivation")
    watch.wrap(deriving, "value_rows", "value")
    watch.wrap(deriving, "cost", "cost")
    watch.wrap(deriving, "derive_vouchers", "post")


def _balance(outcome: Any, kept: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  PostOutcome
    """The trial balance of what was posted; none where only what changed was derived."""
    from invledger import reports
    from invledger.books.loading import no_collection
    from invledger.books.swift import summary

    derivation: Any = kept.get("derivation")  # balances do not look at it
    if outcome.printed:
        apart = kept["way"].sources
        sources = replace(apart, posted=summary(outcome.printed, apart.company.currency))
    elif "standing" in kept:
        sources = replace(kept["sources"], posted=kept["standing"][0])
    else:
        return {}
    with no_collection():
        return dict(reports.balance(sources, derivation, reports.Query()).totals)


if __name__ == "__main__":
    made = run(Path(sys.argv[1]), *sys.argv[2:])
    sys.stdout.write(json.dumps(made, default=str) + "\n")
