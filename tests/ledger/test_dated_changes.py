"""Items, locations and parties change by dated entries; before the date they are as they were."""

from __future__ import annotations

import pytest

from invledger.ledger import item_at, location_at, party_at, read_master, read_units
from invledger.model import Master, MemoryTree

ITEMS = """
2026-01-01 commodity SKU-A
  name: "可乐"
  unit: "瓶"
  category: "goods"
  lot: TRUE
  colour: "red"
2026-03-01 custom "set" "item SKU-A" "category" "drinks"
2026-02-01 custom "set" "item SKU-A" "category" "food"
2026-02-01 custom "set" "item SKU-A" "lot" "FALSE"
2026-02-01 custom "set" "item SKU-A" "colour" "blue"
2026-02-01 custom "set" "location Assets:Stock:SH:Main" "status" "locked"
2026-02-01 custom "set" "location Assets:Stock:SH:Main" "name" "冷库"
2026-02-01 custom "set" "party V0001" "name" "华东电子二厂"
2026-02-01 custom "set" "party V0001" "tax-id" "91"
"""


PARTY = '2026-01-01 custom "party" "V0001" "华东电子"\n'


def master() -> Master:
    found, problems = read_master(
        MemoryTree(
            {
                "ledgers/items.beancount": ITEMS.encode(),
                "ledgers/locations.beancount": b"2026-01-01 open Assets:Stock:SH:Main\n",
                "ledgers/parties.beancount": PARTY.encode(),
            }
        )
    )
    assert problems == []
    return found


@pytest.mark.parametrize(
    ("date", "category", "lot", "colour"),
    [
        ("2026-01-31", "goods", True, "red"),
        ("2026-02-01", "food", False, "blue"),
        ("2026-03-01", "drinks", False, "blue"),
    ],
)
def test_an_item_changes_on_its_date(date: str, category: str, lot: bool, colour: str) -> None:
    item = item_at(master(), "SKU-A", date)
    assert (item.category, item.lot, item.meta["colour"]) == (category, lot, colour)
    assert (item.name, item.unit) == ("可乐", "瓶")


def test_a_location_changes_on_its_date() -> None:
    before = location_at(master(), "Assets:Stock:SH:Main", "2026-01-31")
    after = location_at(master(), "Assets:Stock:SH:Main", "2026-02-01")
    assert (before.class_, before.name, before.site) == (
        "available", "Assets:Stock:SH:Main", "SH",
    )  # fmt: skip
    assert (after.class_, after.name, after.site) == ("locked", "冷库", "SH")


def test_a_party_changes_on_its_date() -> None:
    assert party_at(master(), "V0001", "2026-01-31").name == "华东电子"
    after = party_at(master(), "V0001", "2026-02-01")
    assert (after.name, after.meta) == ("华东电子二厂", {"tax-id": "91"})


@pytest.mark.parametrize(
    "text", ["BOX", "BOX=", "BOX=0", "BOX=-1", "BOX=1/0", "BOX=1 BOX=2", "=3"]
)
def test_unclear_units(text: str) -> None:
    assert read_units(text) is None


def test_units_are_exact_rationals() -> None:
    units = read_units("BOX=24 THIRD=1/3 KILO=0.001")
    assert units is not None
    assert {name: str(ratio) for name, ratio in units.items()} == {
        "BOX": "24", "THIRD": "1/3", "KILO": "1/1000",
    }  # fmt: skip
