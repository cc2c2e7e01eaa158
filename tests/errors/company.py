"""The tiny company of the gallery, whole and posted, and the same with one folder laid over it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from invledger.books import derive, load
from invledger.books.posting import day_files, standing_vouchers
from invledger.checks import run_checks
from invledger.ledger import empty_files, entry_files
from invledger.model import MemoryTree, Problem

HERE = Path(__file__).resolve().parent
TODAY = "2026-03-01"


class Expected(NamedTuple):
    """What `expect` in a folder of the gallery says."""

    places: tuple[str, ...]  # `path:line`, `path`, or empty for nowhere
    absent: tuple[str, ...]  # files of the base that are taken away


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path in the company."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "expect"
    }


@cache
def base() -> dict[str, bytes]:
    """The company's files, vouchers posted."""
    files = {
        path: text.encode() for path, text in {**entry_files(), **empty_files()}.items()
    } | files_below(HERE / "_base")
    sources = load(MemoryTree(files))
    standing, _ = standing_vouchers(sources, derive(sources))
    return files | {day.path: day.data for day in day_files(sources, standing)}


def expected(folder: Path) -> Expected:
    lines = (folder / "expect").read_text(encoding="utf-8").splitlines()
    words = [line.partition(" ") for line in lines if line and not line.startswith("#")]
    return Expected(
        tuple(rest for word, _, rest in words if word == "at"),
        tuple(rest for word, _, rest in words if word == "absent"),
    )


def problems_of(files: dict[str, bytes]) -> list[Problem]:
    """What reading, deriving and every check say of these files."""
    tree = MemoryTree(files)
    sources = load(tree)
    return run_checks(sources, derive(sources), TODAY, tree)


def provoked(folder: Path) -> list[Problem]:
    """The Problems of the base with a folder's files laid over it."""
    files = base() | files_below(folder)
    for path in expected(folder).absent:
        del files[path]
    return problems_of(files)
