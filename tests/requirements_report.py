"""Every row of the acceptance table with the tests that prove it: `make requirements`.

In: the path of REQUIREMENTS.md, and the `req` markers of all tests, slow ones too, as pytest
collects them. Out: one line a row, below it its tests, or `none`. A test proves a row only by
naming it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT.parent / "shared" / "docs" / "REQUIREMENTS.md"
ROW = re.compile(r"\|\s*([A-Z]{2,}-[0-9]+[a-z]?)\s*\|\s*(.+?)\s*\|\s*([FTDL][^|]*?)\s*\|")

Proofs = Mapping[str, list[str]]


class Row(NamedTuple):
    """A capability that is required: `code` is F, T, D or L, as the table explains."""

    id: str
    capability: str
    code: str


def read_rows(text: str) -> list[Row]:
    """The rows of the table, in its order."""
    matches = (ROW.match(line) for line in text.splitlines())
    return [Row(*match.groups()) for match in matches if match]


def proofs_of(items: Iterable[pytest.Item]) -> dict[str, list[str]]:
    """Row id -> the tests that name it, without their parameters, each once."""
    proofs: dict[str, list[str]] = {}
    for item in items:
        test = item.nodeid.split("[")[0]
        for marker in item.iter_markers("req"):
            for row in marker.args:
                tests = proofs.setdefault(str(row), [])
                if test not in tests:
                    tests.append(test)
    return proofs


class Collector:
    """A pytest plugin that keeps what was collected."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = list(session.items)


def collect() -> list[pytest.Item] | None:
    """All tests of the repository; None where pytest cannot collect them."""
    collector = Collector()
    arguments = ["--collect-only", "-p", "no:terminal", "-m", "", f"--rootdir={ROOT}", str(ROOT)]
    return collector.items if pytest.main(arguments, plugins=[collector]) == 0 else None


def report(rows: list[Row], proofs: Proofs) -> Iterator[str]:
    """The table as lines; without rows, what the tests claim."""
    for row in rows:
        yield f"{row.id:8} {row.code:4} {row.capability}"
        yield from (f"         {test}" for test in proofs.get(row.id, ["none"]))
    known = {row.id for row in rows}
    for row_id, tests in sorted(proofs.items()):
        if row_id not in known:
            yield f"{row_id:8} {'' if rows else '?':4} {'not a row of the table' if rows else ''}"
            yield from (f"         {test}" for test in tests)
    if rows:
        proven = sum(row.id in proofs for row in rows)
        yield f"{proven} of {len(rows)} rows have a test, {len(rows) - proven} have none."


def main(arguments: list[str]) -> int:
    """Print the report; 1 where a test names a row that is none, 6 where tests cannot be read."""
    path = Path(arguments[0]) if arguments else TABLE
    items = collect()
    if items is None:
        print("pytest cannot collect the tests; `make test` says why.", file=sys.stderr)
        return 6
    rows: list[Row] = []
    if path.is_file():
        rows = read_rows(path.read_text(encoding="utf-8"))
    else:
        print(f"{path} is absent: here is only what the tests claim.", file=sys.stderr)
    proofs = proofs_of(items)
    print("\n".join(report(rows, proofs)))
    return int(bool(rows) and not {row.id for row in rows}.issuperset(proofs))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
