"""The same id twice: same content is a repeat delivery, other content a Problem.

Problems: movement-differs.
"""

from __future__ import annotations

from invledger.model import MovementTable, Place, Problem, Row, problem


def without_repeats(table: MovementTable) -> tuple[MovementTable, list[Problem]]:
    """The table with every movement once, and a Problem for each id with two contents."""
    if len(set(table.id)) == len(table):
        return table, []
    places: dict[str, set[tuple[str, int]]] = {}
    for id_, path, lineno in zip(table.id, table.path, table.lineno, strict=True):
        places.setdefault(id_, set()).add((path, lineno))
    several = {id_ for id_, found in places.items() if len(found) > 1}
    if not several:
        return table, []
    return _judged(table, several)


def _judged(table: MovementTable, several: set[str]) -> tuple[MovementTable, list[Problem]]:
    copies: dict[str, dict[tuple[str, int], list[Row]]] = {}
    for at, id_ in enumerate(table.id):
        if id_ in several:
            row = table.row(at)
            copies.setdefault(id_, {}).setdefault((row.path, row.lineno), []).append(row)
    kept: set[tuple[str, int]] = set()
    problems: list[Problem] = []
    for id_, found in copies.items():
        first, *others = sorted(found)
        kept.add(first)
        problems += [
            problem("movement-differs", Place(*other), id=id_, other=Place(*first))
            for other in others
            if _content(found[first]) != _content(found[other])
        ]
    rows = [
        row
        for row in table.rows()
        if row.id not in several or (row.path, row.lineno) in kept
    ]
    return MovementTable.of(rows), problems


def _content(rows: list[Row]) -> list[Row]:
    return [row._replace(path="", lineno=0) for row in rows]
