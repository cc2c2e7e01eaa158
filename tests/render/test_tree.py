from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from invledger.model import Cell, Column, Table
from invledger.render import tree_dot, tree_svg, tree_text
from invledger.render.graph import graph_of

TABLE = Table(
    "explain",
    ("Explanation", "金额来源"),
    (
        Column("depth", ("Depth", "层次"), "number"),
        Column("id", ("Line", "单据行")),
        Column("value", ("Value", "金额"), "money"),
    ),
    [
        {"depth": 0, "id": "S-1", "value": "30.00"},
        {"depth": 1, "id": "R-1", "value": "20.00"},
        {"depth": 2, "id": 'net "x"', "value": "18.00"},
        {"depth": 2, "id": "landed", "value": "2.00"},
        {"depth": 1, "id": "R-2", "value": "10.00"},
        {"depth": 2, "id": "net", "value": "10.00"},
    ],
)


def test_the_depth_becomes_branches() -> None:
    lines = [line.split("  ")[0] for line in tree_text(TABLE, "zh").splitlines()[4:10]]
    assert [line.rstrip() for line in lines[:2]] == ["S-1", "├─ R-1"]
    body = tree_text(TABLE, "zh").splitlines()[4:10]
    assert body[2].startswith('│  ├─ net "x"')
    assert body[3].startswith("│  └─ landed")
    assert body[4].startswith("└─ R-2")
    assert body[5].startswith("   └─ net")


def test_a_screen_without_box_characters_gets_plain_ones() -> None:
    assert tree_text(TABLE, "en", ascii_only=True).isascii()


def test_dot_has_an_edge_from_each_row_to_its_parts() -> None:
    made = tree_dot(TABLE, "en")
    assert made.startswith("digraph invledger {")
    edges = [line.strip() for line in made.splitlines() if "->" in line]
    assert [edge.split(" [")[0] for edge in edges] == [
        "n0 -> n1", "n1 -> n2", "n1 -> n3", "n0 -> n4", "n4 -> n5",
    ]  # fmt: skip
    assert edges[0].endswith('[label="20.00"];')
    assert 'n2 [label="net \\"x\\"\\n18.00"];' in made
    assert "dir=back" in made
    assert "dir=forward" in tree_dot(TABLE, "en", reverse=True)


def test_a_line_that_feeds_two_is_one_node_with_two_edges() -> None:
    """One receipt fed both materials' issues: 3 + 4 pieces, 30.00 + 40.10, in the third layer."""
    rows: list[dict[str, Cell]] = [
        {"depth": 0, "id": "F", "value": "70.10"},
        {"depth": 1, "id": "I-1", "value": "30.00"},
        {"depth": 2, "id": "R", "value": "30.00"},
        {"depth": 1, "id": "I-2", "value": "40.10"},
        {"depth": 2, "id": "R", "value": "40.10"},
    ]
    graph = graph_of(replace(TABLE, rows=rows), "en")
    assert [knot.lines for knot in graph.knots] == [
        ("F", "70.10"), ("I-1", "30.00"), ("R", "70.10"), ("I-2", "40.10"),
    ]  # fmt: skip
    assert [edge[:3] for edge in graph.edges] == [
        (0, 1, "30.00"), (1, 2, "30.00"), (0, 3, "40.10"), (3, 2, "40.10"),
    ]  # fmt: skip


def test_a_stated_parent_wins_over_the_depth() -> None:
    rows: list[dict[str, Cell]] = [
        {"depth": 0, "id": "R-1", "value": "30.00", "parent": None},
        {"depth": 1, "id": "S-1", "value": "5.00", "parent": 0},
        {"depth": 1, "id": "S-2", "value": "5.00", "parent": 1},
        {"depth": 1, "id": "S-3", "value": "5.00", "parent": 9},
    ]
    graph = graph_of(replace(TABLE, rows=rows), "en")
    assert [knot.layer for knot in graph.knots] == [0, 1, 2, 1]


def boxes_of(made: str) -> list[tuple[float, float, float, float]]:
    """x, y, width, height of every box of a picture."""
    root = ET.fromstring(made)  # noqa: S314 - our own text
    return [
        (float(r.get("x", 0)), float(r.get("y", 0)), float(r.get("width", 0)),
         float(r.get("height", 0)))
        for r in root.iter("{http://www.w3.org/2000/svg}rect")
        if r.get("rx") == "4"
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_is_xml_with_a_box_a_node_none_on_another(language: str) -> None:
    rows: list[dict[str, Cell]] = [
        {"depth": 1 + n % 3 if n else 0, "id": f"<R&{n}> 很长的名称", "value": "1.00"}
        for n in range(41)
    ]
    made = tree_svg(replace(TABLE, rows=rows), language)
    boxes = boxes_of(made)
    assert len(boxes) == 41
    for n, (x, y, width, height) in enumerate(boxes):
        for other in boxes[:n]:
            apart_x = x >= other[0] + other[2] or other[0] >= x + width
            apart_y = y >= other[1] + other[3] or other[1] >= y + height
            assert apart_x or apart_y
    root = ET.fromstring(made)  # noqa: S314 - our own text
    assert float(root.get("height", 0)) >= max(box[1] + box[3] for box in boxes)
    assert float(root.get("width", 0)) >= max(box[0] + box[2] for box in boxes)


def test_bands_are_as_wide_as_their_part() -> None:
    """R-1 is two thirds of S-1, R-2 one third."""
    root = ET.fromstring(tree_svg(TABLE, "en"))  # noqa: S314 - our own text
    wide = [
        float(path.get("stroke-width", 0))
        for path in root.iter("{http://www.w3.org/2000/svg}path")
        if path.get("stroke-opacity")
    ]
    assert wide[0] == pytest.approx(2 * wide[1], abs=0.2)


def test_a_picture_of_nothing_is_a_picture() -> None:
    assert boxes_of(tree_svg(replace(TABLE, rows=[]), "zh")) == []
