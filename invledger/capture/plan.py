"""An import, planned: files and a map -> blocks to append, control totals, every rejected row.

`plan_import` is pure: bytes and the books as they stand go in, an `ImportPlan` comes out; `books`
writes it, whole or not at all. Rules of the house:

- A row that cannot be taken is a Problem with file, line and column, and one such row refuses the
  whole import. What is to be left out is said in the map (`where`, `left-out`), where a reviewer
  sees it, and stands in the control totals.
- The id of a record is made from the source's key. A record that the books already hold with the
  same content is a repeat and is not written again; other content is `import-record-differs`.
  Items, parties and locations that stand in the books are kept as they are, with a warning where
  they differ, since people may improve a name after an import.
- Amounts: `quantity` sums are in base units over all items, `amount` sums in minor units of the
  functional currency, each line rounded as the ledger rounds it.

Emits the `import-…` codes, and those of `ledger.resolve`, at the place of the source's row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from invledger.capture.counting import FileCount, ImportPlan, count_left_out
from invledger.capture.drafting import Drafter
from invledger.capture.import_map import ImportMap, LeftOut, MapDocument, Output
from invledger.capture.joining import Joiner
from invledger.capture.lines import plan_lines
from invledger.capture.map_reader import read_import_map
from invledger.capture.masters import plan_masters
from invledger.capture.sheet import Sheet, read_sheet
from invledger.capture.template import Reference, references
from invledger.model import Place, Problem, problem

if TYPE_CHECKING:
    from invledger.posting.sources import Sources


def plan_import(
    document: MapDocument, files: Mapping[str, bytes], existing: Sources
) -> ImportPlan:
    """Plan an import of `files` (name as given -> bytes) into the books that stand."""
    import_map, problems = read_import_map(document)
    if import_map is None:
        return ImportPlan(document.path, problems=problems)
    plan = ImportPlan(import_map.name, import_map.title, import_map.device)
    sheets = _sheets(import_map, files, plan.problems)
    plan.problems += _missing_columns(import_map, sheets)
    if plan.is_refused:
        plan.files = [FileCount(s.path, len(s) + s.faulty, s.faulty) for s in sheets.values()]
        return plan
    drafter = Drafter(import_map, Joiner(sheets, import_map.formats), plan.problems)
    drafts = [drafter.drafts(output) for output in import_map.outputs]
    plan.outputs = drafter.counts
    master = plan_masters(drafts, drafter.counts, existing.master, plan)
    plan_lines(drafts, drafter.counts, replace(existing, master=master), plan)
    plan.files = [drafter.file_count(name) for name in sheets]
    plan.left_out = [
        count_left_out(part, drafter.joiner, plan.problems)
        for part in import_map.left_out
        if part.source in sheets
    ]
    plan.problems.sort(key=lambda found: (found.place, found.code))
    return plan


def _sheets(
    import_map: ImportMap, files: Mapping[str, bytes], problems: list[Problem]
) -> dict[str, Sheet]:
    """The sheets by their name in the map; files are told apart by their base name."""
    named = {source.file: name for name, source in import_map.files.items()}
    sheets: dict[str, Sheet] = {}
    for path in sorted(files):
        name = named.get(PurePosixPath(path.replace("\\", "/")).name)
        if name is None:
            problems.append(problem("import-file-unknown", Place(path), file=path))
            continue
        sheets[name], found = read_sheet(path, files[path], import_map.files[name].format)
        problems += found
    for name, source in import_map.files.items():
        if name not in sheets and not source.optional:
            place = Place(import_map.path)
            problems.append(problem("import-file-missing", place, file=source.file))
    return sheets


def _missing_columns(import_map: ImportMap, sheets: Mapping[str, Sheet]) -> list[Problem]:
    """Columns that the map reads and a file lacks, each once."""
    missing: dict[tuple[str, str], None] = {}
    parts: tuple[Output | LeftOut, ...] = (*import_map.outputs, *import_map.left_out)
    for part in parts:
        files = {"": part.source} | {join.alias: join.file for join in part.joins}
        for cell in _cells_of(part):
            file = files.get(cell.alias, "")
            if file in sheets and cell.column not in sheets[file].columns:
                missing[file, cell.column] = None
        for join in part.joins:
            for column, _ in join.key:
                if join.file in sheets and column not in sheets[join.file].columns:
                    missing[join.file, column] = None
    return [
        problem(
            "import-column-missing",
            Place(sheets[file].path, import_map.files[file].format.header),
            file=sheets[file].path,
            column=column,
            known=", ".join(sheets[file].columns),
        )
        for file, column in missing
    ]


def _cells_of(part: Output | LeftOut) -> Iterable[Reference]:
    """Every cell that a part of the map reads."""
    yield from (one.cell for one in part.where)
    yield from (own for join in part.joins for _, own in join.key)
    if isinstance(part, LeftOut):
        yield from (cell for _, cells in part.sums for cell in cells)
        return
    yield from (cell for one in part.agree for cell in (one.left, one.right))
    yield from (cell for template in part.fields.values() for cell in references(template))
