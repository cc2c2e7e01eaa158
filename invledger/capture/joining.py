"""Rows of a sheet with the rows of other sheets that belong to them.

A `View` answers for one row: the text of `column` or `joined.column`. Joins are looked up in
indexes made once. Emits `import-join-missing`, `import-join-ambiguous`, `import-join-shared`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from invledger.capture.import_map import Condition, Join
from invledger.capture.sheet import Sheet
from invledger.capture.template import CellFault, Formats, Reference, read_reference
from invledger.model import NOWHERE, PRICE_DECIMALS, Place, Problem, parse_scaled, problem


@dataclass(slots=True)
class View:
    """One row of `sheets[""]` and of every joined sheet; a row -1 is one that was not found."""

    sheets: dict[str, Sheet]
    rows: dict[str, int]

    def text(self, reference: Reference) -> str:
        """The cell as it stands; empty where an optional join found nothing."""
        row = self.rows[reference.alias]
        return "" if row < 0 else self.sheets[reference.alias].cell(row, reference.column)

    def place(self, reference: Reference | None = None) -> Place:
        """Where the row, or one of its cells, stands."""
        if reference is None or self.rows.get(reference.alias, -1) < 0:
            return self.sheets[""].place(self.rows[""]) if "" in self.rows else NOWHERE
        sheet = self.sheets[reference.alias]
        return sheet.place(self.rows[reference.alias], reference.column)


@dataclass(slots=True)
class Joiner:
    """Finds the rows that belong together; remembers which rows of a file were found."""

    sheets: Mapping[str, Sheet]
    formats: Formats
    found: dict[str, set[int]] = field(default_factory=dict)
    _indexes: dict[tuple[str, ...], dict[tuple[str, ...], list[int]]] = field(default_factory=dict)

    def view(
        self, file: str, row: int, joins: Iterable[Join], where: Iterable[Condition] = ()
    ) -> View | Problem | None:
        """The row with its joined rows, what is wrong with one of them, or None by `where`."""
        view = View({"": self.sheets[file]}, {"": row})
        waiting = list(where)
        for join in joins:
            if not self._holds_so_far(view, waiting):
                return None
            sheet = self.sheets.get(join.file)
            key = self._key(view, join)
            rows = [] if sheet is None or not all(key) else self._lookup(join, key)
            if len(rows) > 1 or (not rows and join.required):
                code = "import-join-ambiguous" if rows else "import-join-missing"
                place = view.place(join.key[0][1])
                return problem(code, place, file=join.file, key=_spoken(join, key))
            if sheet is not None:
                view.sheets[join.alias] = sheet
            view.rows[join.alias] = rows[0] if rows else -1
        return view if self._holds_so_far(view, waiting) else None

    def take(self, view: View, joins: Iterable[Join], output: str) -> Problem | None:
        """Note that the joined rows are used; a Problem where a `once` row is used again."""
        for join in joins:
            row = view.rows[join.alias]
            if row < 0:
                continue
            used = self.found.setdefault(join.file, set())
            if join.once:
                taken = self.found.setdefault(f"{join.file} once for {output}", set())
                if row in taken:
                    key = _spoken(join, self._key(view, join))
                    return problem(
                        "import-join-shared", view.place(join.key[0][1]), file=join.file, key=key
                    )
                taken.add(row)
            used.add(row)
        return None

    def _holds_so_far(self, view: View, waiting: list[Condition]) -> bool:
        """Judge the conditions whose rows are there, and strike them; raises CellFault."""
        ready = [one for one in waiting if one.cell.alias in view.rows]
        waiting[:] = [one for one in waiting if one.cell.alias not in view.rows]
        return all(_holds(view, one, self.formats) for one in ready)

    def _key(self, view: View, join: Join) -> tuple[str, ...]:
        return tuple(read_reference(own, view.text, self.formats) for _, own in join.key)

    def _lookup(self, join: Join, key: tuple[str, ...]) -> list[int]:
        columns = tuple(column for column, _ in join.key)
        name = (join.file, *columns)
        if name not in self._indexes:
            sheet, index = self.sheets[join.file], dict[tuple[str, ...], list[int]]()
            for row in range(len(sheet)):
                index.setdefault(tuple(sheet.cell(row, c) for c in columns), []).append(row)
            self._indexes[name] = index
        return self._indexes[name].get(key, [])


def _spoken(join: Join, key: tuple[str, ...]) -> str:
    return ", ".join(f"{c} {v!r}" for (c, _), v in zip(join.key, key, strict=True))


def _holds(view: View, condition: Condition, formats: Formats) -> bool:
    text = read_reference(condition.cell, view.text, formats)
    if condition.operator == "empty":
        return (text == "") == (condition.values == ("true",))
    if condition.operator in {"in", "not"}:
        return (text in condition.values) == (condition.operator == "in")
    if text == "":
        return False
    number = parse_scaled(text, PRICE_DECIMALS)
    bound = parse_scaled(condition.values[0], PRICE_DECIMALS)
    if number is None or bound is None:
        raise CellFault("import-cell-number", condition.cell, text)
    return number > bound if condition.operator == "above" else number < bound


def fault_problem(fault: CellFault, view: View) -> Problem:
    """What a filter could not read, at the cell's place."""
    args = {"column": str(fault.reference), "value": fault.value, **fault.extra}
    return problem(fault.code, view.place(fault.reference), **args)
