"""`python -m tests.cases FOLDER`: every case of a folder, passed, failed or skipped."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from tests.cases.books import Desk
from tests.cases.judging import FAILED, PASSED, SKIPPED, Verdict, judge
from tests.cases.reading import Case, CaseError, read_folder


def main(arguments: list[str] | None = None, out: TextIO | None = None) -> int:
    """Print a line a case and the counts; 1 where a case failed, 2 where there is none."""
    out = out or sys.stdout
    parser = argparse.ArgumentParser(prog="python -m tests.cases", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of JSON cases")
    parser.add_argument("--only", metavar="WORD", default="", help="cases with this in their name")
    parser.add_argument("--keep", type=Path, help="write the books here and leave them")
    chosen = parser.parse_args(arguments)
    counts = dict.fromkeys((PASSED, FAILED, SKIPPED), 0)
    with tempfile.TemporaryDirectory(prefix="cases-") as scratch:
        for verdict in verdicts(chosen.folder, chosen.only, chosen.keep or Path(scratch)):
            counts[verdict.state] += 1
            out.write("\n".join(said(verdict)) + "\n")
            out.flush()
    if not sum(counts.values()):
        out.write(f"no cases (*.json) in {chosen.folder}\n")
        return 2
    out.write(", ".join(f"{count} {state}" for state, count in counts.items()) + "\n")
    return 1 if counts[FAILED] else 0


def verdicts(folder: Path, only: str, scratch: Path) -> Iterator[Verdict]:
    """The verdict on each case, by file name."""
    desk = Desk(scratch)
    for name, case in read_folder(folder):
        if only not in name:
            continue
        if isinstance(case, CaseError):
            yield Verdict(name, FAILED, f"{name}.json {case}")
        else:
            yield _judged(name, case, desk)


def _judged(name: str, case: Case, desk: Desk) -> Verdict:
    """The verdict; a program that stops has failed the case and no other."""
    try:
        return judge(case, desk)._replace(name=name)
    except Exception as error:  # noqa: BLE001  whatever it is, the other cases count too
        return Verdict(name, FAILED, f"stopped by {type(error).__name__}: {error}")


def said(verdict: Verdict) -> Iterator[str]:
    """A verdict as lines of text."""
    reason = f": {verdict.reason}" if verdict.reason else ""
    yield f"{verdict.state:7} {verdict.name}{reason}"
    for wrong in verdict.wrong:
        yield (
            f"        after {wrong.after}, {wrong.figure}: "
            f"expected {wrong.expected}, got {wrong.got}"
        )


if __name__ == "__main__":
    sys.exit(main())
