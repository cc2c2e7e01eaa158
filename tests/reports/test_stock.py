"""库存余额表: quantities by place, values that add up to the pools."""

from __future__ import annotations

import pytest

from invledger.checks.holdings import allocate
from invledger.costing import Kind
from invledger.model import CostPolicy, Item, Refused
from invledger.reports import Query, stock
from tests.handmade import BJ, CUSTOMER, MAIN, SHOP, SUPPLIER, Books


def two_places() -> Books:
    """10 pieces for 100.00, then 3 for 10.00; 4 go to the shop inside one pool."""
    books = Books()
    books.item("A", name="甲", category="goods")
    books.move("2026-01-05", "R1", 10, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=10000)
    books.move("2026-01-06", "R2", 3, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=1000)
    books.move("2026-01-07", "T1", 4, MAIN, SHOP, kind=Kind.SKIP)
    return books


def cells(rows: object, *keys: str) -> list[tuple[object, ...]]:
    assert isinstance(rows, list)
    return [tuple(row[key] for key in keys) for row in rows]


@pytest.mark.req("RP-02", "INV-01")
def test_quantities_by_place_and_values_by_share() -> None:
    # 110.00 over 9 and 4 of 13 pieces: 76.15 and the rest, 33.85.
    table = stock(*two_places().closed(), Query())
    assert table.schema == "invledger.stock/1"
    assert cells(table.rows, "item", "location", "status", "quantity", "unit", "value") == [
        ("A", MAIN, "available", "9", "PCS", "76.15"),
        ("A", SHOP, "available", "4", "PCS", "33.85"),
    ]
    assert table.totals == {"value": "110.00", "quantity": "13"}


@pytest.mark.req("RP-02")
def test_as_of_a_date_sees_the_pools_of_that_date() -> None:
    books = two_places()
    table = stock(*books.closed(), Query(as_of="2026-01-05"))
    assert cells(table.rows, "location", "quantity", "value") == [(MAIN, "10", "100.00")]


def test_pools_by_site_keep_their_own_values() -> None:
    books = Books(CostPolicy("moving-average", "site"))
    pools = ("", "A@SH")
    books.move("2026-01-05", "R1", 3, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=1000, pools=pools)
    books.move("2026-01-06", "T1", 1, MAIN, BJ, kind=Kind.MOVE, pools=("A@SH", "A@BJ"))
    table = stock(*books.closed(), Query())
    # 10.00 / 3 = 3.33 leaves, 6.67 stays.
    assert cells(table.rows, "location", "quantity", "value") == [
        (BJ, "1", "3.33"),
        (MAIN, "2", "6.67"),
    ]


def test_goods_of_others_are_counted_and_not_valued() -> None:
    books = two_places()
    books.move("2026-01-08", "C1", 5, SUPPLIER, MAIN, kind=Kind.SKIP, owner="V9")
    table = stock(*books.closed(), Query(locations=(MAIN,)))
    assert cells(table.rows, "owner", "quantity", "value", "currency") == [
        ("", "9", "76.15", "CNY"),
        ("V9", "5", None, ""),
    ]


def test_empty_places_are_hidden_unless_asked_for() -> None:
    books = Books()
    books.move("2026-01-05", "R1", 1, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=100)
    books.move("2026-01-06", "S1", 1, MAIN, CUSTOMER, kind=Kind.ISSUE)
    assert stock(*books.closed(), Query()).rows == []
    shown = stock(*books.closed(), Query(zero=True)).rows
    assert cells(shown, "quantity", "value") == [("0", "0.00")]


def test_fractions_of_a_unit_are_printed_with_the_items_decimals() -> None:
    books = Books()
    books.item("A", decimals=3, unit="KG")
    books.move("2026-01-05", "R1", 1500, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=999)
    assert cells(stock(*books.closed(), Query()).rows, "quantity", "unit") == [("1.500", "KG")]


@pytest.mark.req("RP-13")
@pytest.mark.parametrize(
    ("group", "key", "expected"),
    [
        ("item", "item", [("A", "13", "110.00"), ("B", "7", "70.00")]),
        ("category", "category", [("goods", None, "180.00")]),
        ("site", "location", [("BJ", "7", "70.00"), ("SH", "13", "110.00")]),
        ("location", "location", [(BJ, "7", "70.00"), (MAIN, "9", "76.15"), (SHOP, "4", "33.85")]),
        ("status", "status", [("available", None, "180.00")]),
    ],
)
def test_groups(group: str, key: str, expected: list[tuple[object, ...]]) -> None:
    books = two_places()
    books.item("B", category="goods")
    books.move("2026-01-08", "R3", 7, SUPPLIER, BJ, kind=Kind.RECEIVE, item="B", value=7000)
    table = stock(*books.closed(), Query(group=group))
    assert cells(table.rows, key, "quantity", "value") == expected
    assert table.totals["value"] == "180.00"


@pytest.mark.req("RP-13")
def test_rows_sort_by_size_not_by_text() -> None:
    books = Books()
    for code, value in (("A", 900), ("B", 10000), ("C", 2000)):
        books.item(code)
        books.move("2026-01-05", f"R{code}", 1, SUPPLIER, MAIN, kind=Kind.RECEIVE, item=code,
                   value=value)  # fmt: skip
    rows = stock(*books.closed(), Query(sort="-value")).rows
    assert [row["value"] for row in rows] == ["100.00", "20.00", "9.00"]
    assert [r["item"] for r in stock(*books.closed(), Query(sort="value")).rows] == ["A", "C", "B"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (Query(items=("NONE",)), "query-unknown"),
        (Query(sites=("XX",)), "query-unknown"),
        (Query(locations=("Assets:Stock:XX",)), "query-unknown"),
        (Query(group="colour"), "query-choice"),
        (Query(sort="colour"), "query-choice"),
        (Query(as_of="2026-13-01"), "query-period"),
        (Query(as_of="yesterday"), "query-period"),
        (Query(as_of="2026-02-30"), "query-period"),
        (Query(period="2026-13"), "query-period"),
        (Query(period="2026-03..2026-01"), "query-period"),
    ],
)
def test_a_filter_that_names_nothing_is_refused(query: Query, code: str) -> None:
    with pytest.raises(Refused) as refused:
        stock(*two_places().closed(), query)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_items_are_found_by_sku_too() -> None:
    books = two_places()
    books.items["A"] = Item("A", "甲", "PCS", 0, sku="甲-1")
    assert len(stock(*books.closed(), Query(items=("甲-1",))).rows) == 2


@pytest.mark.parametrize(
    ("value", "quantities", "expected"),
    [
        (1000, [1, 1, 1], [333, 334, 333]),
        (1, [1, 1, 1], [0, 1, 0]),
        (-1000, [1, 1, 1], [-333, -334, -333]),
        (11000, [9, 4], [7615, 3385]),
        (500, [3, -3], [0, 500]),
        (100, [-1, 3], [-50, 150]),
        (0, [5, 5], [0, 0]),
        (0, [], []),
    ],
)
def test_allocation_adds_up(value: int, quantities: list[int], expected: list[int]) -> None:
    assert allocate(value, quantities) == expected
    assert sum(allocate(value, quantities)) == value


def test_a_choice_is_refused_with_what_there_is_also_where_no_row_stands() -> None:
    for query in (Query(group="colour"), Query(sort="-colour")):
        with pytest.raises(Refused) as refused:
            stock(*Books().closed(), query)
        (found,) = refused.value.problems
        assert found.code == "query-choice"
        assert "location" in found.text("en")
        assert "group" not in found.text("zh")
