"""`python -m tests.mutation`: mutants of the cost engine, and which of them the tests kill.

A seeded sample with the same share of every file, or `--whole`. Prints every survivor with its
place and what it changes, then a table of the files, the score and, of a sample, how far the whole
may be from it; exit code 1 where less than 95 % are killed. Mutants that change nothing anybody
could see are in `equivalents.txt`, each with its reason, and do not count. Those that live though
somebody could are in `survivors.txt`, each with the reason why no test is worth it, and do count.

With `--notes DIR` a run that was stopped goes on where it was, and after new tests were written
only survivors are judged again: a killed mutant counts as killed while its source file and the
file of the test that killed it are what they were.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from pathlib import Path
from random import Random

import pytest

from tests.mutation.kept import Kept
from tests.mutation.operators import mutants_of
from tests.mutation.server import INVALID, KILLED, Server, Verdict
from tests.source_files import ROOT

LEAST = 0.95
ROOMS = ("invledger/costing", "invledger/posting")
#: Where the quick tests of these rooms are; what only copies or starts the program sees no mutant.
TESTS = ("costing", "posting", "oracle", "methods", "cases", "errors", "reports",
         "properties/test_histories.py", "books/test_swift.py", "test_sample.py")  # fmt: skip
#: More that pass through posting.
WIDER = ("books", "checks", "test_northwind.py", "cli/test_cost.py", "cli/test_diff.py")
BLIND = ("oracle/test_mutants.py", "cases/test_runner.py")

Key = tuple[str, str, str, str]


def main() -> int:
    """Run it; the exit code."""
    given = _arguments()
    sources = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for room in ROOMS
        for path in sorted((ROOT / room).glob("*.py"))
    }
    keys = {
        path: [mutant.key for mutant in mutants_of(path, text)]
        for path, text in sources.items()
        if any(part in path for part in given.only or [""])
    }
    every = [key for found in keys.values() for key in found]
    chosen = every if given.whole else sample(keys, given.n, given.seed)
    if given.again:
        survived = set(blocks(given.again.read_text(encoding="utf-8")))
        chosen = [key for key in every if key in survived]
    print(f"{len(every)} mutants, {len(chosen)} chosen", flush=True)
    known, kept = equivalents(), Kept(given.notes, ROOT, sources)
    counting = [key for key in chosen if key not in known]
    dead = {key for key in counting if kept.is_killed(key)}
    begun = time.time()
    server = Server(ROOT, set(counting) - dead, kept, given.jobs, given.seconds,
                    tell=_teller(given.verbose))  # fmt: skip
    if server.chosen:
        code = pytest.main(_pytest_arguments(given, server), plugins=[server])
        if not server.verdicts:
            print(f"nothing was judged (pytest: {code})")
            return 1
    verdicts = [Verdict(key, 0, KILLED, kept.killer(key), 0.0) for key in dead] + server.verdicts
    print(f"\n{time.time() - begun:.0f} s, {len(server.verdicts)} judged now, "
          f"{sum(v.seconds for v in server.verdicts):.0f} s of CPU")  # fmt: skip
    equivalent = Counter(key[0] for key in chosen if key in known)
    return report(verdicts, equivalent, {path: len(found) for path, found in keys.items()})


def _pytest_arguments(given: argparse.Namespace, server: Server) -> list[str]:
    wide = any("/posting/" in key[0] for key in server.chosen)
    names = given.tests or (*TESTS, *(WIDER if wide else ()))
    tests = [str(ROOT / "tests" / name) for name in names if (ROOT / "tests" / name).exists()]
    ignored = [f"--ignore={ROOT / 'tests' / name}" for name in BLIND]
    return ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--rootdir={ROOT}",
            *ignored, *tests]  # fmt: skip


def sample(keys: Mapping[str, Sequence[Key]], count: int, seed: int) -> list[Key]:
    """So many mutants, of every file its share."""
    chance = Random(seed)  # noqa: S311  no secret
    every = sum(map(len, keys.values()))
    chosen: list[Key] = []
    due = 0
    for path in sorted(keys):
        due += len(keys[path])
        more = min(round(count * due / every), every) - len(chosen)
        chosen += chance.sample(sorted(keys[path]), min(more, len(keys[path])))
    return chosen


def report(
    verdicts: Sequence[Verdict], equivalent: Mapping[str, int], mutants: Mapping[str, int]
) -> int:
    """Say what came of it, by file and in all; the exit code."""
    print(f"\n{'mutants':>8}{'judged':>8}{'killed':>8}{'equal':>8}")
    for path, count in mutants.items():
        here = Counter(verdict.outcome for verdict in verdicts if verdict.key[0] == path)
        judged = sum(here.values()) - here[INVALID]
        if judged or equivalent.get(path, 0):
            share = 100 * here[KILLED] / (judged or 1)
            equal = equivalent.get(path, 0)
            print(f"{count:8}{judged:8}{here[KILLED]:8}{equal:8}{share:7.1f} %  {path}")
    counts = Counter(verdict.outcome for verdict in verdicts)
    judged = sum(counts.values()) - counts[INVALID]
    score = counts[KILLED] / judged if judged else 0.0
    alive = {v.key for v in verdicts if v.outcome not in {KILLED, INVALID}}
    said = len(alive & survivors().keys())
    print(f"\n{counts[KILLED]} of {judged} killed: {100 * score:.1f} %")
    print(f"{len(alive)} live, {said} of them with a reason")
    equal = sum(equivalent.values())
    print(f"{equal} equivalent, {counts[INVALID]} that were none")
    if sum(counts.values()) + equal < sum(mutants.values()):
        low, high = interval(counts[KILLED], judged)
        print(f"of the whole, at 95 % confidence: {100 * low:.1f} % to {100 * high:.1f} %")
    return int(score < LEAST)


def interval(killed: int, judged: int) -> tuple[float, float]:
    """Wilson's interval of a share, at 95 % confidence."""
    if not judged:
        return 0.0, 1.0
    z, share = 1.96, killed / judged
    middle = share + z * z / (2 * judged)
    reach = z * sqrt(share * (1 - share) / judged + z * z / (4 * judged * judged))
    return (middle - reach) / (1 + z * z / judged), (middle + reach) / (1 + z * z / judged)


def equivalents() -> dict[Key, str]:
    """The mutants that cannot be killed, each with its reason."""
    return blocks((Path(__file__).parent / "equivalents.txt").read_text(encoding="utf-8"))


def survivors() -> dict[Key, str]:
    """The mutants that no test kills though one could, each with its reason."""
    return blocks((Path(__file__).parent / "survivors.txt").read_text(encoding="utf-8"))


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
                      f"{verdict.by}", flush=True)  # fmt: skip
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
    parser.add_argument("--whole", action="store_true", help="all of them")
    parser.add_argument("--notes", type=Path, metavar="DIR", help="keep what was found there")
    parser.add_argument("--seconds", type=int, default=12,
                        help="of tests that a survivor has lived through (12)")  # fmt: skip
    parser.add_argument("--jobs", type=int, default=1, help="how many at once (1)")
    parser.add_argument("--only", action="append", help="files whose path has this in it")
    parser.add_argument("--again", type=Path, metavar="FILE", help="those that survived there")
    parser.add_argument("--tests", action="append", help="only tests of this part of tests/")
    parser.add_argument("--verbose", action="store_true", help="tell the killed ones too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
