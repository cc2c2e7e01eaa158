"""The quick way of printing what most movements are: the text is that of the general way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import pytest

from invledger.ledger import print_movement, print_value_document, with_sum
from invledger.ledger.printer import _usual_text, document_text, movement_text
from invledger.model import Item, Row
from tests.properties.messy import ITEMS, OURS, document, movement, seeded

pytestmark = pytest.mark.req("AU-10")


def both_ways(rows: list[Row], items: Mapping[str, Item] = ITEMS) -> tuple[str, str]:
    """A movement as it is printed, and as the general way prints it."""
    text = movement_text(rows, items)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("invledger.ledger.printer._usual_text", lambda *_: "")
        return text, movement_text(rows, items)


def usual_row(**more: object) -> Row:
    """A receipt of FLOUR.5 that says what most movements say."""
    row = movement(seeded(1), 1)[0]._replace(
        line=1, item="FLOUR.5", time="", party="V0001", price=23_500_000_000, amount=None,
        currency="CNY", lot="", expiry="", order="", ref="", reason="", tax="", owner="",
        payee="华东电子", narration="采购入库", links="", meta=(("doc", "D 1"),),
    )  # fmt: skip
    return row._replace(**more)  # type: ignore[arg-type]  # fields of any type


FAR = "Assets:Stock:" + "A" * 60
CHOICES: dict[str, tuple[object, ...]] = {
    "payee": ("", "华东电子", 'a "b"'), "narration": ("", "入库", "back\\slash"),
    "time": ("", "08:30", "08:30:59"), "party": ("", "V0001"), "reason": ("", "damaged", "坏 了"),
    "item": tuple(ITEMS), "quantity": (1, 10, 1000, 5250, 10**15 - 1, 10**18),
    "price": (None, 0, 1, 10**10, 15_000_000_000, 10**10 * 10**15),
    "lot": ("", "L1", "批次 7", "a\u3000b"), "expiry": ("", "", "2027-12-31"),
    "target": (OURS[0], OURS[2], FAR, FAR[:66], FAR[:67], "Assets:Stock:华东仓库"),
    "links": ("", "", "PO-1"), "line": (1, 1, 1, 2), "owner": ("", "", "C0009"),
    "meta": (
        (), (("doc", "D"),), (("doc", "D"), ("handler", "王芳"), ("dept", "仓"), ("project", "P")),
        (("handler", "it's"), ("doc", "D"), ("prepared", "x")), (("doc", 'a"b'),), (("doc", ""),),
        (("doc", "a\u3000b"),), (("rank", "7"), ("doc", "D")), (("tags", "b a"),),
        (("qty2", "5"),), (("serial", "S1"), ("doc", "D")), (("doc", "1"), ("doc", "2")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("field", CHOICES)
def test_the_quick_way_prints_what_the_general_one_does(field: str) -> None:
    """Every choice of a field beside chances of the others."""
    random = seeded(len(field))
    for choice in CHOICES[field]:
        for _ in range(60):
            others = {name: random.choice(some) for name, some in CHOICES.items()}
            row = usual_row(**{**others, field: choice})
            if row.price is None:
                row = row._replace(amount=random.choice([None, None, -1000]))
            quick, general = both_ways([row])
            assert quick == general


@pytest.mark.parametrize("seed", range(0, 900, 90))
def test_the_quick_way_prints_random_movements_alike(seed: int) -> None:
    for number in range(seed, seed + 90):
        rows = movement(seeded(number), number)
        for some in (rows, [rows[0]._replace(line=1, amount=None, expiry="", links="", tax="")]):
            quick, general = both_ways(some)
            assert quick == general


@pytest.mark.parametrize("decimals", [0, 1, 3, 9])
def test_the_quick_way_knows_the_decimals_of_an_item(decimals: int) -> None:
    items = {"FLOUR.5": replace(ITEMS["FLOUR.5"], decimals=decimals)}
    for quantity in (1, 5, 10**decimals, 25 * 10**decimals, 10**decimals + 1, 10**15):
        quick, general = both_ways([usual_row(quantity=quantity)], items)
        assert quick == general


def test_the_quick_way_is_taken_for_what_is_usual_and_for_nothing_else() -> None:
    item = ITEMS["FLOUR.5"]
    bare = {"payee": "", "narration": "", "party": "", "price": None, "meta": ()}
    bare |= {"currency": ""}
    for more in ({}, bare, {"time": "08:30", "reason": "it's", "lot": "批次 7"}):
        row = usual_row(**more)
        assert _usual_text(row, item) == movement_text([row], ITEMS)
    for odd in (
        {"line": 2}, {"amount": 1}, {"expiry": "2027-12-31"}, {"order": "WO-1"}, {"ref": "A-1/1"},
        {"tax": "13"}, {"owner": "C1"}, {"links": "PO-1"}, {"meta": (("rank", "7"),)},
        {"narration": 'a "b"'}, {"lot": "a\\b"}, {"reason": "a\u3000b"}, {"payee": "a\tb"},
        {"meta": (("doc", 'a"b'),)}, {"meta": (("doc", ""),)}, {"meta": (("note-2", "x"),)},
    ):  # fmt: skip
        assert _usual_text(usual_row(**odd), item) == ""


def lines_of(*metas: tuple[tuple[str, str], ...], **more: object) -> list[Row]:
    """A movement with a line for each."""
    return [
        usual_row(line=at, meta=meta, **more) for at, meta in enumerate(metas, 1)
    ]  # fmt: skip


SAID = [
    lines_of((), ()), lines_of((), (("tags", "x"),)), lines_of((), (("tags", "y z"),)),
    lines_of((), (("rank", "11"),)), lines_of((("rank", "11"),), (("rank", "11"),)),
    lines_of((("rank", "11"),), ()), lines_of((("tags", "x"),), (("tags", "x"),)),
    lines_of((("rank", "1"), ("tags", "华东")), (("rank", "2"), ("tags", "华东"))),
    lines_of(()), lines_of((("handler", ""),)), lines_of((("reverses", ""),)),
    lines_of((("rank", "7"), ("doc", ""))), lines_of((("tags", "华东 a"),)),
    lines_of((), price=None, currency=""), lines_of((), price=None),
    lines_of((), price=None, amount=5), lines_of((), amount=None, price=5),
]  # fmt: skip


def test_whatever_a_movement_says_is_printed() -> None:
    """So that two that differ have digests that differ; what is printed reads back."""
    texts = [movement_text(rows, ITEMS) for rows in SAID]
    assert len(set(texts)) == len(SAID)


def test_amounts_have_the_decimals_of_their_currency() -> None:
    rows = [
        *lines_of((), price=None, amount=500, currency="JPY"),
        *lines_of((), price=None, amount=5125, currency="KWD"),
    ]
    rows[1] = rows[1]._replace(line=2)
    places = {"JPY": 0, "KWD": 3}
    text = movement_text(rows, ITEMS, places.__getitem__)
    assert "    amount: 500 JPY\n" in text
    assert "    amount: 5.125 KWD\n" in text
    paper = document(seeded(1), 1)._replace(amount=500, currency="JPY")
    assert " 500 JPY\n" in document_text(paper, places.__getitem__)


@pytest.mark.parametrize("seed", range(20))
def test_a_movement_is_its_text_and_the_checksum_of_it(seed: int) -> None:
    rows = movement(seeded(seed), seed)[: 1 + seed % 2 * 9]
    text = movement_text(rows, ITEMS)
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert print_movement(rows, ITEMS) == with_sum(text) == f"{text}\n; sum: {digest[:16]}\n"
    paper = document(seeded(seed), seed)
    digest = hashlib.sha256(document_text(paper).encode()).hexdigest()
    assert print_value_document(paper) == f"{document_text(paper)}\n; sum: {digest[:16]}\n"
