"""Import maps are checked before a file is read; every complaint names its line in the map."""

from __future__ import annotations

from pathlib import Path

import pytest

from invledger.capture import read_import_map
from invledger.capture.import_map import MapDocument
from tests.capture.books import document
from tests.source_files import ROOT

GOOD = """import: shop
title: {zh: 网店, en: Shop}
device: SHOP
files:
  goods: {file: goods.csv, encoding: gb18030, delimiter: ";", header: "2"}
parties:
  - from: goods
    set: {code: "{id}", name: "{name}", opened: "2026-01-01"}
"""


def complaints(text: str) -> list[tuple[int, str]]:
    made, problems = read_import_map(document(text))
    assert (made is None) == bool(problems)
    return [(one.place.line, dict(one.args)["reason"]) for one in problems]


def test_a_good_map() -> None:
    made, problems = read_import_map(document(GOOD))
    assert problems == []
    assert made is not None
    assert made.files["goods"].format.encoding == "gb18030"
    assert made.title == ("Shop", "网店")


@pytest.mark.parametrize("path", sorted((ROOT / "rules" / "imports").glob("*.yaml")))
def test_the_maps_that_ship_are_good(path: Path) -> None:
    made, problems = read_import_map(document(path.read_text("utf-8")))
    assert problems == []
    assert made is not None


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("device: SHOP", "device: S-1", 3, "ASCII letters and digits"),
        ("device: SHOP", "devise: SHOP", 3, "unknown key 'devise'"),
        ("gb18030", "utf-7", 5, "encoding is one of"),
        ('";"', '";;"', 5, "one character"),
        ('header: "2"', 'header: "0"', 5, "from 1"),
        ("from: goods", "from: stuff", 7, "no file is called 'stuff'"),
        ('"{name}"', '"{name|shout}"', 8, "unknown filter"),
        ('"{name}"', '"{good.name}"', 8, "nothing brings in"),
        (', name: "{name}"', "", 8, "set names no 'name'"),
        ('"{name}"', '"{id|map state}"', 1, "no map is called 'state'"),
        ("parties:", 'formats: {dates: ["%d %B %Y"]}\nparties:', 6, "in digits"),
        ("parties:", 'formats: {decimal: ",", thousands: ","}\nparties:', 6, "two different"),
        ("    set:", '    where: {id: {around: "3"}}\n    set:', 8, "unknown key 'around'"),
        ("    set:", "    where: {id: {above: x}}\n    set:", 8, "takes a number"),
        ("    set:", "    join: {g: {file: goods}}\n    set:", 8, "needs a key"),
        (
            "    set:",
            "    agree: [{left: id, right: x, otherwise: shrug}]\n    set:",
            8,
            "reject or note",
        ),
        ("title: {zh: 网店, en: Shop}", "title: {en: Shop}", 2, "title.zh is missing"),
    ],
)
def test_a_wrong_map_is_told_its_line(old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    found = complaints(GOOD.replace(old, new))
    assert found, new
    assert [at for at, reason in found if says in reason] == [line], found


def test_a_map_that_is_no_mapping() -> None:
    made, problems = read_import_map(MapDocument("map.yaml", ["a"]))
    assert made is None
    assert problems[0].code == "import-map-invalid"
