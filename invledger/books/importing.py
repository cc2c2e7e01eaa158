"""`import`: files of another system into the books, whole or not at all.

Read the books, plan (`capture.plan_import`), read the books again in memory with the planned text
in place, and only then write: all files beside their old ones, synced, then renamed. A crash in
the middle of the renames leaves whole blocks in some files; the same import, run again, adds the
rest, since records are known by the source's key. Other writers of these files wait: each file is
locked as an append locks it, and nothing is written if one of them changed meanwhile.

What the books would say against the new text is told at the source's row that made it.
Problems: those of `store` and `capture`; import-file-missing; import-changed-meanwhile.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from invledger.books.loading import load
from invledger.capture import ImportPlan, MapDocument, plan_import
from invledger.model import OverlayTree, Place, Problem, Refused, Tree, problem
from invledger.posting import Sources, value_rows
from invledger.store import FolderTree, Lock, parse_yaml, read_given, replace_files

LOCK = "ledgers/.import.lock"


@dataclass(slots=True)
class ImportOutcome:
    """What an import did or, in a dry run, would do."""

    plan: ImportPlan
    written: list[str] = field(default_factory=list)  # paths, in order
    decimals: int = 2  # of the company's currency
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Staged:
    """The files as they shall be, and which source row made which lines of them."""

    before: dict[str, bytes] = field(default_factory=dict)
    after: dict[str, bytes] = field(default_factory=dict)
    origins: dict[str, list[tuple[int, Place]]] = field(default_factory=dict)


def import_files(
    root: Path, map_path: Path, files: Sequence[Path], *, dry_run: bool = False
) -> ImportOutcome:
    """Import CSV files by a map into the company at `root`; raises Refused (locked, disk-full …).

    Rejected rows and whatever else is wrong come back as `problems`, with nothing written.
    """
    document, problems = _read_map(map_path)
    sheets = _read_files(files, problems)
    if problems:
        return ImportOutcome(ImportPlan(map_path.name), problems=problems)
    tree = FolderTree(root)
    if dry_run:
        return _prepare(tree, document, sheets)[0]
    with Lock(root, LOCK):
        outcome, staged = _prepare(tree, document, sheets)
        if not any(found.severity == "error" for found in outcome.problems):
            _write(tree, staged, outcome)
    return outcome


def _read_map(path: Path) -> tuple[MapDocument, list[Problem]]:
    name = path.as_posix()
    try:
        data, marks, problems = parse_yaml(name, read_given(path))
    except Refused as refused:
        return MapDocument(name, {}), list(refused.problems)
    return MapDocument(name, data, marks), problems


def _read_files(files: Sequence[Path], problems: list[Problem]) -> dict[str, bytes]:
    sheets: dict[str, bytes] = {}
    for path in files:
        try:
            sheets[path.as_posix()] = read_given(path)
        except Refused as refused:
            problems += refused.problems
    return sheets


def _prepare(
    tree: FolderTree, document: MapDocument, sheets: Mapping[str, bytes]
) -> tuple[ImportOutcome, _Staged]:
    """Plan, and read the books as they would be; nothing is written."""
    existing = load(tree)
    plan = plan_import(document, sheets, existing)
    outcome = ImportOutcome(plan, decimals=existing.company.currency_decimals)
    outcome.problems += plan.problems
    staged = _Staged()
    if not plan.is_refused and plan.blocks:
        for path in sorted(plan.blocks):
            _stage(tree, path, plan.blocks[path], staged)
        outcome.problems += _new_problems(tree, staged, existing)
    outcome.written = list(staged.after)
    return outcome, staged


def _stage(tree: Tree, path: str, blocks: Sequence[tuple[str, Place]], staged: _Staged) -> None:
    """Put blocks after what a file holds, one blank line between."""
    before = tree.read(path) if tree.exists(path) else b""
    parts = [before.decode()]
    if before and not before.endswith(b"\n"):
        parts.append("\n")
    line = before.count(b"\n") + len(parts)
    places: list[tuple[int, Place]] = []
    for text, place in blocks:
        block = ("\n" if line > 1 else "") + text.rstrip("\n") + "\n"
        places.append((line, place))
        parts.append(block)
        line += block.count("\n")
    staged.before[path] = before
    staged.after[path] = "".join(parts).encode()
    staged.origins[path] = places


def _new_problems(tree: Tree, staged: _Staged, existing: Sources) -> list[Problem]:
    """Errors that the books would have with the new text, told at the rows of the source."""
    sources = load(OverlayTree(tree, dict(staged.after)))
    found, old = sources.problems, set(existing.problems)
    if not any(one.severity == "error" for one in found):
        found = value_rows(sources).problems
        old = set(value_rows(existing).problems) if found else old
    return [
        one._replace(place=_origin(one.place, staged), excerpt="")
        for one in found
        if one.severity == "error" and one not in old
    ]


def _origin(place: Place, staged: _Staged) -> Place:
    """The source row that made a line of a staged file; the place itself elsewhere."""
    places = staged.origins.get(place.path)
    if not places:
        return place
    at = bisect_right(places, place.line, key=lambda entry: entry[0]) - 1
    return places[at][1] if at >= 0 else place


def _write(tree: FolderTree, staged: _Staged, outcome: ImportOutcome) -> None:
    """Lock the files that stand, see that they are as planned, and put the new ones in place."""
    with ExitStack() as locks:
        for path in [path for path, data in staged.before.items() if data]:
            folder, _, name = path.rpartition("/")
            locks.enter_context(Lock(tree.root, f"{folder}/.{name}.lock"))
        for path, before in staged.before.items():
            now = tree.read(path) if tree.exists(path) else b""
            if now != before:
                raise Refused(problem("import-changed-meanwhile", Place(path)))
        replace_files(tree.root, staged.after.items(), ())
    outcome.written = list(staged.after)
