from __future__ import annotations

from invledger.model import Column, Table
from invledger.render import tree_dot, tree_text

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
    assert edges == ["n0 -> n1;", "n1 -> n2;", "n1 -> n3;", "n0 -> n4;", "n4 -> n5;"]
    assert 'n2 [label="net \\"x\\"\\n18.00"];' in made
