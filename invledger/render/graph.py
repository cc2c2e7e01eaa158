"""A table whose rows have a depth (`explain`) as a graph: nodes in layers, edges with amounts.

In: a `Table` whose rows have `depth`, or `parent` (the number of a row before it) where the tree
is not the order of the rows. Out: a `Graph`. A line that stands twice in one layer under the same
subject, for the same reason, is one node with two edges; what it brought is added up. Edges lead
from a layer to the next one, so that a graph never has a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from typing import NamedTuple

from invledger.model import Cell, Column, Table
from invledger.render.text import shown

DOT = " · "  # between what stands on one line of a box
_DIGITS = 200


class Knot(NamedTuple):
    """A node: what its box says, line by line, the first line being its name."""

    layer: int
    lines: tuple[str, ...]
    role: str  # the row's `why`


class Edge(NamedTuple):
    """From a node of one layer to one of the next; quantity and amount of that part, as shown."""

    start: int
    end: int
    label: str
    value: Decimal


class Graph(NamedTuple):
    """Nodes and edges; the first nodes, of layer 0, are what was asked."""

    knots: list[Knot]
    edges: list[Edge]


def graph_of(table: Table, language: str) -> Graph:
    """The graph of a table of depths."""
    parents = _parents(table.rows)
    layers: list[int] = []
    subjects: list[int] = []
    for number, parent in enumerate(parents):
        layers.append(layers[parent] + 1 if parent is not None else 0)
        subjects.append(subjects[parent] if parent is not None else number)
    node_of: list[int] = []
    merged: list[dict[str, Cell]] = []
    places: list[int] = []
    known: dict[tuple[Cell, ...], int] = {}
    for number, row in enumerate(table.rows):
        name = row.get("id") or f"#{number}"
        key = (name, row.get("why"), row.get("item"), layers[number], subjects[number])
        at = known.get(key)
        if at is None:
            at = known[key] = len(merged)
            merged.append(dict(row))
            places.append(layers[number])
        else:
            for figure in ("quantity", "value"):
                merged[at][figure] = _sum(merged[at].get(figure), row.get(figure))
        node_of.append(at)
    knots = [
        Knot(layer, _lines(row, table.columns, language), str(row.get("why") or ""))
        for row, layer in zip(merged, places, strict=True)
    ]
    return Graph(knots, _edges(table, language, parents, node_of))


def _parents(rows: Sequence[Mapping[str, Cell]]) -> list[int | None]:
    """The row that each row belongs under; always one before it."""
    found: list[int | None] = []
    path: list[int] = []
    for number, row in enumerate(rows):
        del path[int(row.get("depth") or 0) :]
        stated = row.get("parent")
        if isinstance(stated, int) and 0 <= stated < number:
            found.append(stated)
        else:
            found.append(path[-1] if path else None)
        path.append(number)
    return found


def _edges(
    table: Table, language: str, parents: Sequence[int | None], node_of: Sequence[int]
) -> list[Edge]:
    """One edge a pair of nodes, the parts between them added up."""
    sums: dict[tuple[int, int], dict[str, Cell]] = {}
    for number, parent in enumerate(parents):
        if parent is None:
            continue
        row = table.rows[number]
        pair = (node_of[parent], node_of[number])
        before = sums.setdefault(pair, {"unit": row.get("unit")})
        for name in ("quantity", "value"):
            before[name] = _sum(before.get(name), row.get(name))
    return [
        Edge(start, end, DOT.join(_figures(row, table.columns, language)), _number(row["value"]))
        for (start, end), row in sums.items()
    ]


def _lines(row: Mapping[str, Cell], columns: Sequence[Column], language: str) -> tuple[str, ...]:
    """What a box says: id; type and date; item and name; quantity and amount; basis; why."""
    said = {column.key: shown(row, column, language) for column in columns}
    item = said.pop("item", "")
    name = shown(row, Column("name", ("", "")), language) if item else ""
    lines = [
        said.pop("id", ""),
        DOT.join(filter(None, (said.pop("type", ""), said.pop("date", "")))),
        DOT.join(filter(None, (item, name))),
        DOT.join(_figures(row, columns, language)),
        said.pop("basis", ""),
        said.pop("why", ""),
    ]
    return tuple(filter(None, lines))


def _figures(row: Mapping[str, Cell], columns: Sequence[Column], language: str) -> list[str]:
    """Quantity with its unit, and amount."""
    texts = {c.key: shown(row, c, language) for c in columns if c.key in {"quantity", "value"}}
    unit = shown(row, Column("unit", ("", "")), language)
    quantity = texts.get("quantity", "")
    return [text for text in (f"{quantity} {unit}".strip() if quantity else "",
                              texts.get("value", "")) if text]  # fmt: skip


def _number(cell: Cell) -> Decimal:
    return Decimal(str(cell or 0))


def _sum(before: Cell, more: Cell) -> Cell:
    """Two figures as text added up; nothing and something is something."""
    if before in {None, ""} or more in {None, ""}:
        return more if before in {None, ""} else before
    return f"{Context(prec=_DIGITS).add(_number(before), _number(more)):f}"
