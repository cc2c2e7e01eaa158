"""`python -m tests.mutation`: a seeded sample of mutants, and which of them the tests kill.

Prints every survivor with its place and what it changes, then the score; exit code 1 where less
than 95 % are killed. Mutants that change nothing anybody could see are in `equivalents.txt`, each
with its reason, and do not count.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import pytest

from tests.mutation.operators import mutants_of
from tests.mutation.server import INVALID, KILLED, Server, Verdict
from tests.source_files import ROOT

LEAST = 0.95
ROOMS = ("invledger/costing", "invledger/posting")
#: Where the quick tests of these rooms are; what only copies or starts the program sees no mutant.
TESTS = ("costing", "posting", "oracle", "methods", "cases", "errors", "reports",
         "properties/test_histories.py", "books/test_swift.py", "test_sample.py")  # fmt: skip
BLIND = ("oracle/test_mutants.py", "cases/test_runner.py")

#: Machine code: a changed function never runs. Proven equal to the plain ways by tests/books.
COMPILED = ("invledger/costing/compiled.py",)

Key = tuple[str, str, str, str]


def main() -> int:
    """Run it; the exit code."""
    given = _arguments()
    files = [
        path
        for room in ROOMS
        for path in sorted((ROOT / room).glob("*.py"))
        if any(part in str(path.relative_to(ROOT)) for part in given.only or [""])
        and str(path.relative_to(ROOT)) not in COMPILED
    ]
    known = equivalents()
    keys = sorted(
        mutant.key
        for path in files
        for mutant in mutants_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    )
    chosen = Random(given.seed).sample(keys, min(given.n, len(keys)))  # noqa: S311  no secret
    if given.again:
        survived = set(blocks(given.again.read_text(encoding="utf-8")))
        chosen = [key for key in keys if key in survived]
    print(f"{len(keys)} mutants, {len(chosen)} chosen with seed {given.seed}", flush=True)
    begun = time.time()
    server = Server(ROOT, set(chosen) - set(known), given.jobs, tell=_teller(given.verbose))
    names = given.tests or TESTS
    tests = [str(ROOT / "tests" / name) for name in names if (ROOT / "tests" / name).exists()]
    ignored = [f"--ignore={ROOT / 'tests' / name}" for name in BLIND]
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--rootdir={ROOT}", *ignored]
    code = pytest.main([*options, *tests], plugins=[server])
    if not server.verdicts:
        print(f"nothing was judged (pytest: {code})")
        return 1
    return report(server.verdicts, sum(key in known for key in chosen), time.time() - begun)


def report(verdicts: Iterable[Verdict], equivalent: int, seconds: float) -> int:
    """Say what came of it; the exit code."""
    counts = Counter(verdict.outcome for verdict in verdicts)
    counted = sum(counts.values()) - counts[INVALID]
    score = counts[KILLED] / counted if counted else 0.0
    cpu = sum(verdict.seconds for verdict in verdicts) / (counted or 1)
    print(f"\n{counts[KILLED]} of {counted} killed: {100 * score:.1f} %")
    print(f"{equivalent} equivalent, {counts[INVALID]} that were none")
    print(f"{seconds:.0f} s; {cpu:.2f} s of CPU a mutant")
    return int(score < LEAST)


def equivalents() -> dict[Key, str]:
    """The mutants that cannot be killed, each with its reason."""
    return blocks((Path(__file__).parent / "equivalents.txt").read_text(encoding="utf-8"))


def blocks(text: str) -> dict[Key, str]:
    """Mutants by `= path function`, `- old`, `+ new`, with what else is said of them."""
    found: dict[Key, str] = {}
    for block in text.split("\n= ")[1:]:
        head, *lines = block.strip().split("\n")
        path, _, function = head.partition("   ")[0].strip().partition(" ")
        old = "\n".join(line[2:] for line in lines if line.startswith("- "))
        new = "\n".join(line[2:] for line in lines if line.startswith("+ "))
        reason = " ".join(line for line in lines if not line.startswith(("- ", "+ ")))
        found[path, function, old, new] = reason.strip()
    return found


def _teller(verbose: bool) -> Callable[[Verdict], None]:
    def tell(verdict: Verdict) -> None:
        path, function, old, new = verdict.key
        if verdict.outcome in {KILLED, INVALID}:
            if verbose:
                print(f"{verdict.outcome} {path}:{verdict.line} {verdict.seconds:.1f} s "
                      f"{verdict.by}")  # fmt: skip
            return
        print(f"\n= {path} {function}   (line {verdict.line}, {verdict.outcome}, "
              f"{verdict.seconds:.1f} s)")  # fmt: skip
        for mark, text in (("-", old), ("+", new)):
            print("\n".join(f"{mark} {line}" for line in text.split("\n")), flush=True)

    return tell


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("-n", type=int, default=600, help="how many mutants (600)")
    parser.add_argument("--seed", type=int, default=1, help="which (1)")
    parser.add_argument("--jobs", type=int, default=1, help="how many at once (1)")
    parser.add_argument("--only", action="append", help="files whose path has this in it")
    parser.add_argument("--again", type=Path, metavar="FILE", help="those that survived there")
    parser.add_argument("--tests", action="append", help="only tests of this part of tests/")
    parser.add_argument("--verbose", action="store_true", help="tell the killed ones too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
