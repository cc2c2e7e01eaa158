"""A table whose rows have a depth (`explain`), as a tree on the screen or as a graph in DOT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from invledger.model import Cell, Table
from invledger.render.graph import graph_of
from invledger.render.safe import visible
from invledger.render.text import said, text_table

_BRANCHES = {True: ("└─ ", "   "), False: ("├─ ", "│  ")}
_PLAIN_BRANCHES = {True: ("`- ", "   "), False: ("|- ", "|  ")}


def tree_text(
    table: Table, language: str, *, color: bool = False, ascii_only: bool = False
) -> str:
    """The table with its second column drawn as a tree instead of the depth; never wrapped."""
    depths = [_depth(row.get("depth")) for row in table.rows]
    stems = _stems(depths, _PLAIN_BRANCHES if ascii_only else _BRANCHES)
    columns = [column for column in table.columns if column.key != "depth"]
    first = columns[0].key
    rows = [
        {**row, first: stem + visible(str(row.get(first) or ""))}
        for row, stem in zip(table.rows, stems, strict=True)
    ]
    return text_table(replace(table, columns=columns, rows=rows), language, None, color=color)


def tree_dot(table: Table, language: str, *, reverse: bool = False) -> str:
    """The same as a graph for Graphviz: an edge from each row to its parts, or where they went."""
    graph = graph_of(table, language)
    lines = [
        "digraph invledger {",
        f"  label={_quoted(said(table.title, language))};",
        f"  rankdir=LR; edge [dir={'forward' if reverse else 'back'}, fontsize=9];",
        "  node [shape=box, fontsize=10];",
    ]
    for number, knot in enumerate(graph.knots):
        label = _quoted("\n".join(knot.lines))
        lines.append(f"  n{number} [label={label}];")
    lines += [f"  n{e.start} -> n{e.end} [label={_quoted(e.label)}];" for e in graph.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _depth(cell: Cell) -> int:
    return int(cell or 0)


def _stems(depths: Sequence[int], branches: dict[bool, tuple[str, str]]) -> list[str]:
    """What stands before each row: a branch for its own level, trunks for those that go on."""
    stems: list[str] = []
    going: set[int] = set()
    for depth in reversed(depths):
        stem = "".join(branches[level not in going][1] for level in range(1, depth))
        if depth:
            stem += branches[depth not in going][0]
        stems.append(stem)
        going = {level for level in going if level < depth} | {depth}
    return stems[::-1]


def _quoted(text: str) -> str:
    escaped = visible_label(text).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n") + '"'


def visible_label(text: str) -> str:
    """Text of a node: its newlines stay, everything else that steers is shown."""
    return "\n".join(map(visible, text.split("\n")))
