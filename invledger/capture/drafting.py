"""Rows of the source -> drafts: joins, conditions, templates, comparisons; every fault collected.

Emits `import-cell-…`, `import-cells-…` and `import-join-…` at the cell of the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from invledger.capture.counting import FileCount, OutputCount
from invledger.capture.drafts import Draft
from invledger.capture.import_map import REQUIRED, ImportMap, Output
from invledger.capture.joining import Joiner, View, fault_problem
from invledger.capture.template import CellFault, fill, read_reference, references
from invledger.model import Problem, problem


@dataclass(slots=True)
class Drafter:
    """Makes the drafts of one output after the other; `counts` follow the outputs' order."""

    map: ImportMap
    joiner: Joiner
    problems: list[Problem]
    counts: list[OutputCount] = field(default_factory=list)
    _taken: dict[str, set[int]] = field(default_factory=dict)

    def drafts(self, output: Output) -> list[Draft]:
        """The drafts of an output; a row that cannot be one becomes a Problem."""
        count = OutputCount(output)
        self.counts.append(count)
        made = []
        for view in self._views(output, count):
            count.read += 1
            draft = self._draft(output, view)
            if draft is None:
                count.rejected += 1
            else:
                made.append(draft)
        return made

    def file_count(self, name: str) -> FileCount:
        """How many rows of a file became records, were looked up, or served nothing."""
        sheet = self.joiner.sheets[name]
        taken = self._taken.get(name, set())
        joined = self.joiner.found.get(name, set()) - taken
        return FileCount(
            path=sheet.path,
            rows=len(sheet) + sheet.faulty,
            faulty=sheet.faulty,
            taken=len(taken),
            joined=len(joined),
            unused=len(sheet) - len(taken) - len(joined),
        )

    def _views(self, output: Output, count: OutputCount) -> Iterator[View]:
        """The rows that an output takes, with their joined rows."""
        if not output.source:
            yield View({}, {})
            return
        sheet = self.joiner.sheets.get(output.source)
        for row in range(len(sheet) if sheet else 0):
            found = self._view(output, row)
            if isinstance(found, View):
                self._taken.setdefault(output.source, set()).add(row)
                yield found
            elif found is not None:
                count.read += 1
                count.rejected += 1
                self.problems.append(found)

    def _view(self, output: Output, row: int) -> View | Problem | None:
        """A row with its joins; None where the output does not take it."""
        try:
            view = self.joiner.view(output.source, row, output.joins, output.where)
        except CellFault as fault:
            return fault_problem(fault, View({"": self.joiner.sheets[output.source]}, {"": row}))
        if not isinstance(view, View):
            return view
        return self.joiner.take(view, output.joins, str(len(self.counts))) or view

    def _draft(self, output: Output, view: View) -> Draft | None:
        """Fill the templates and compare the cells that must agree."""
        fields: dict[str, str] = {}
        faults = list(self._disagreements(output, view))
        for name, template in output.fields.items():
            try:
                value = fill(template, view.text, self.map.formats)
            except CellFault as fault:
                faults.append(fault_problem(fault, view))
                continue
            if value:
                fields[name] = value
            elif name in REQUIRED[output.kind]:
                cell = next(iter(references(template)), None)
                faults.append(problem("import-cell-empty", view.place(cell), field=name))
        faults = list(dict.fromkeys(faults))  # a cell that two fields use is told once
        self.problems += faults
        if any(fault.severity == "error" for fault in faults):
            return None
        return Draft(output, fields, view)

    def _disagreements(self, output: Output, view: View) -> Iterator[Problem]:
        """Pairs of cells that say different things; a row that is not there says nothing."""
        for one in output.agree:
            if any(view.rows[cell.alias] < 0 for cell in (one.left, one.right)):
                continue
            try:
                left = read_reference(one.left, view.text, self.map.formats)
                right = read_reference(one.right, view.text, self.map.formats)
            except CellFault as fault:
                yield fault_problem(fault, view)
                continue
            if left != right:
                yield problem(
                    "import-cells-noted" if one.otherwise == "note" else "import-cells-disagree",
                    view.place(one.left),
                    left=one.left,
                    right=one.right,
                    left_value=left,
                    right_value=right,
                )


def flat(drafts: Sequence[Sequence[Draft]]) -> Iterator[tuple[int, Draft]]:
    """Every draft with the position of its output."""
    for position, made in enumerate(drafts):
        for draft in made:
            yield position, draft
