"""One run in a process of its own: `python -m tests.bench.worker COMPANY CACHE`, JSON on stdout.

Runs what a user runs, `books.post` and then the trial balance, and takes the time of its stages by
wrapping the functions that `books` calls: nothing in the program knows of this. `CACHE` is a
folder, or `-` for none. `print` is the making of the voucher text, `write` the rest of putting
files in place.
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


def run(root: Path, cache_folder: str) -> dict[str, Any]:
    """Post and balance; gives seconds by stage, counts and the peak of memory in MiB."""
    watch = Stopwatch()
    whole = time.perf_counter()
    begun = watch.begin()
    from invledger import reports
    from invledger.books import deriving, loading, posting
    from invledger.store import Cache

    watch.end("start", begun)
    for name, stage in {
        "load_rules": "rules", "read_master": "master", "read_raw": "read", "dump_raw": "cache",
        "load_raw": "cache", "resolve": "resolve", "read_money": "money",
    }.items():  # fmt: skip
        watch.wrap(loading, name, stage)
    watch.wrap(posting, "load", "load", "sources")
    watch.wrap(posting, "derive", "derive", "derivation")
    watch.wrap(deriving, "value_rows", "value")
    watch.wrap(deriving, "cost", "cost")
    watch.wrap(deriving, "derive_vouchers", "post")
    watch.wrap(posting, "standing_vouchers", "stand", "standing")
    watch.wrap_iterator(posting, "day_files", "print")
    watch.wrap(posting, "replace_files", "write")
    cache = None if cache_folder == "-" else Cache(Path(cache_folder))
    outcome = posting.post(root, cache=cache)
    errors = [found for found in outcome.problems if found.severity == "error"]
    if errors:
        first = errors[0]
        raise SystemExit(f"{len(errors)} errors, the first: {first.place}: {first.text()}")
    begun = watch.begin()
    sources = replace(watch.kept["sources"], posted=watch.kept["standing"][0])
    with loading.no_collection():
        table = reports.balance(sources, watch.kept["derivation"], reports.Query())
    watch.end("balance", begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": time.perf_counter() - whole,
        "peak": peak,
        "stages": watch.seconds,
        "movements": len(sources.table),
        "vouchers": len(watch.kept["standing"][0]),
        "files": len(outcome.written),
        "balance": table.totals,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(Path(sys.argv[1]), sys.argv[2]), default=str) + "\n")
