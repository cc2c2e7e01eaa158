"""What an import comes to: the plan as a value, and its control totals.

Counts are of rows of the source; `quantity` sums are in base units at `PRICE_DECIMALS` decimals,
over all items of an output, `amount` sums in minor units of the functional currency. What the map
leaves out is counted twice: by the map's own `left-out` list, with sums, and by file, where a row
that no output takes and no join finds is `unused`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction

from invledger.capture.import_map import LeftOut, Output
from invledger.capture.joining import Joiner, View, fault_problem
from invledger.capture.template import CellFault, Reference, read_reference
from invledger.model import PRICE_DECIMALS, Place, Problem, Title, parse_scaled


@dataclass(slots=True)
class OutputCount:
    """One output: rows that it read = accepted + repeated + rejected."""

    output: Output
    read: int = 0
    accepted: int = 0
    repeated: int = 0
    rejected: int = 0
    quantity: int = 0  # of PRICE_DECIMALS, of accepted and repeated rows
    amount: int = 0  # minor units, of accepted and repeated rows


@dataclass(frozen=True, slots=True)
class FileCount:
    """One file: rows = faulty + taken + joined + unused."""

    path: str
    rows: int
    faulty: int
    taken: int = 0  # became records
    joined: int = 0  # only looked up by a record
    unused: int = 0


@dataclass(frozen=True, slots=True)
class LeftOutCount:
    """One entry of the map's `left-out`; sums are None where the map asks for none."""

    title: Title
    path: str
    rows: int
    quantity: Fraction | None = None
    amount: Fraction | None = None


@dataclass(slots=True)
class ImportPlan:
    """What an import would write: `blocks[file]` are texts with the source row of each."""

    name: str
    title: Title = ("", "")
    device: str = ""
    blocks: dict[str, list[tuple[str, Place]]] = field(default_factory=dict)
    outputs: list[OutputCount] = field(default_factory=list)
    files: list[FileCount] = field(default_factory=list)
    left_out: list[LeftOutCount] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """Whether anything keeps the import from being written."""
        return any(found.severity == "error" for found in self.problems)

    @property
    def records(self) -> int:
        """How many records would be written."""
        return sum(len(blocks) for blocks in self.blocks.values())


def count_left_out(part: LeftOut, joiner: Joiner, problems: list[Problem]) -> LeftOutCount:
    """Count and sum the rows that an entry of `left-out` describes."""
    sheet = joiner.sheets[part.source]
    rows, sums = 0, {name: Fraction() for name, _ in part.sums}
    for row in range(len(sheet)):
        own = View({"": sheet}, {"": row})
        try:
            view = joiner.view(part.source, row, part.joins, part.where)
            if isinstance(view, Problem):
                problems.append(view)
            elif view is not None:
                rows += 1
                for name, cells in part.sums:
                    sums[name] += math.prod(_number(view, cell, joiner) for cell in cells)
        except CellFault as fault:
            problems.append(fault_problem(fault, own))
    return LeftOutCount(part.title, sheet.path, rows, sums.get("quantity"), sums.get("amount"))


def _number(view: View, cell: Reference, joiner: Joiner) -> Fraction:
    """A cell as an exact number, empty as nothing; raises CellFault."""
    text = read_reference(cell, view.text, joiner.formats) or "0"
    scaled = parse_scaled(text, PRICE_DECIMALS)
    if scaled is None:
        raise CellFault("import-cell-number", cell, text)
    return Fraction(scaled, 10**PRICE_DECIMALS)
