"""Plans of imports: what is taken, what is refused and where, what a second run does."""

from __future__ import annotations

from fractions import Fraction

import pytest

from invledger.capture import control_table
from invledger.model import Item
from tests.capture.books import found, planned, sources, with_movements

MAP = """
import: shop
title: {zh: 网店, en: Shop}
device: SHOP
files:
  goods: {file: goods.csv}
movements:
  - name: receipts
    from: goods
    where: {kind: IN}
    set:
      id: "SHOP-{day|yymmdd}-{no|pad 4}"
      type: purchase-receipt
      date: "{day|date}"
      item: "{item}"
      quantity: "{qty|number}"
      unit: "{unit}"
      price: "{price|number}"
      from: Equity:Stock:Supplier
      to: Assets:Stock:SH:Main
      party: V1
      comment: "{note|line}"
left-out:
  - {title: {zh: 退货, en: Returns}, from: goods, where: {kind: OUT}, sum: {amount: [qty, price]}}
"""
HEAD = "no,day,kind,item,qty,unit,price,note\n"
ROW = '1,2026-01-05,IN,COLA,100,EA,2.35,"first\nlot"\n'


@pytest.mark.req("IT-01")
def test_a_row_becomes_a_movement_in_the_file_of_its_day_and_writer() -> None:
    plan = planned(MAP, {"goods.csv": HEAD + ROW})
    assert found(plan) == []
    ((path, [(text, place)]),) = plan.blocks.items()
    assert path == "ledgers/movements/2026/01/2026-01-05.SHOP.beancount"
    assert str(place) == "goods.csv:2"
    for line in ('id: "SHOP-260105-0001"', 'comment: "first lot"', 'party: "V1"'):
        assert f"  {line}\n" in text
    assert "100 COLA @ 2.35 CNY\n" in text
    assert "-100 COLA @ 2.35 CNY\n" in text
    assert "\n; sum: " in text


def test_the_second_run_writes_nothing() -> None:
    files = {"goods.csv": HEAD + ROW + "2,2026-01-06,IN,COLA,7,EA,3,\n"}
    books = with_movements(sources(), planned(MAP, files))
    again = planned(MAP, files, books)
    assert (found(again), again.blocks) == ([], {})
    assert (again.outputs[0].read, again.outputs[0].accepted, again.outputs[0].repeated) == (
        2,
        0,
        2,
    )


def test_a_changed_row_of_the_same_key_is_refused() -> None:
    books = with_movements(sources(), planned(MAP, {"goods.csv": HEAD + ROW}))
    plan = planned(MAP, {"goods.csv": HEAD + ROW.replace(",100,", ",120,")}, books)
    assert found(plan) == [("import-record-differs", "goods.csv:2")]
    assert "quantity: 100 -> 120" in plan.problems[0].text()
    assert plan.is_refused


def test_a_line_break_that_the_map_keeps_is_told_at_its_row() -> None:
    plan = planned(MAP.replace("{note|line}", "{note}"), {"goods.csv": HEAD + ROW})
    assert found(plan) == [("text-with-line-break", "goods.csv:2")]
    assert plan.blocks == {}


def test_a_payment_is_no_movement() -> None:
    plan = planned(MAP.replace("purchase-receipt", "payment"), {"goods.csv": HEAD + ROW})
    assert found(plan) == [("import-type-unfit", "goods.csv:2")]
    assert (plan.outputs[0].read, plan.outputs[0].accepted, plan.outputs[0].rejected) == (1, 0, 1)


def test_the_same_row_twice_counts_once_and_another_of_that_id_is_refused() -> None:
    plan = planned(MAP, {"goods.csv": HEAD + ROW + ROW})
    assert (found(plan), plan.outputs[0].accepted, plan.outputs[0].repeated) == ([], 1, 1)
    plan = planned(MAP, {"goods.csv": HEAD + ROW + ROW.replace("2.35", "2.40")})
    assert found(plan) == [("import-id-twice", "goods.csv:4")]
    assert "goods.csv:2" in plan.problems[0].text("zh")


@pytest.mark.parametrize(
    ("row", "code", "place"),
    [
        ("1,05.01.2026,IN,COLA,1,EA,2,\n", "import-cell-date", "goods.csv:2:2"),
        ("1,2026-01-05,IN,COLA,1x,EA,2,\n", "import-cell-number", "goods.csv:2:5"),
        ("1,2026-01-05,IN,COLA,1,BOX,2,\n", "import-unit-unknown", "goods.csv:2"),
        ("1,,IN,COLA,1,EA,2,\n", "import-cell-empty", "goods.csv:2:2"),
    ],
)
def test_a_rejected_row_has_file_line_and_column(row: str, code: str, place: str) -> None:
    plan = planned(MAP, {"goods.csv": HEAD + row})
    assert (code, place) in found(plan)
    assert plan.is_refused
    assert plan.outputs[0].rejected == 1


def test_every_wrong_row_is_told_and_an_unknown_item_in_the_words_of_the_ledger() -> None:
    rows = "1,2026-01-05,IN,PEPSI,1,EA,2,\n2,2026-13-05,IN,COLA,1,EA,2,\n" + ROW.replace(
        "1,", "3,", 1
    )
    plan = planned(MAP, {"goods.csv": HEAD + rows})
    assert found(plan) == [("item-unknown", "goods.csv:2"), ("import-cell-date", "goods.csv:3:2")]
    assert plan.outputs[0].rejected == 2
    assert plan.is_refused


def test_boxes_become_base_units_exactly() -> None:
    milk = Item("MILK", "牛奶", "EA", 0, units={"BOX": Fraction(24), "DRUM": Fraction(1, 3)})
    row = "1,2026-01-05,IN,MILK,5,BOX,48.12,\n2,2026-01-05,IN,MILK,2,BOX,10,\n"
    plan = planned(MAP, {"goods.csv": HEAD + row}, sources(MILK=milk))
    assert found(plan) == []
    text = "".join(block for block, _ in next(iter(plan.blocks.values())))
    assert "120 MILK @ 2.005 CNY\n" in text
    assert 'entered: "5 BOX"' in text
    assert 'entered-price: "48.12"' in text
    assert "amount: 20.00 CNY" in text  # 10 / 24 has no end: the line's total says it
    drum = "1,2026-01-05,IN,MILK,1,DRUM,2,\n"
    plan = planned(MAP, {"goods.csv": HEAD + drum}, sources(MILK=milk))
    assert found(plan) == [("import-quantity-inexact", "goods.csv:2")]


def test_control_totals() -> None:
    rows = f"{ROW}2,2026-01-06,IN,COLA,7,EA,3.333,\n"
    rows += "3,2026-01-06,OUT,COLA,3,EA,2.35,\n4,2026-01-07,?,,,,,\n"
    plan = planned(MAP, {"goods.csv": HEAD + rows})
    table = control_table(plan, 2)
    receipts, file, returns = table.rows
    assert (receipts["rows"], receipts["accepted"], receipts["quantity"]) == (2, 2, "107")
    assert receipts["amount"] == "258.33"  # 235.00 + round(23.331)
    assert (file["rows"], file["accepted"], file["left_out"]) == (4, 2, 2)
    assert (returns["left_out"], returns["amount"]) == (1, "7.05")
    assert table.totals["records"] == 2


def test_files_are_told_apart_by_name() -> None:
    plan = planned(MAP, {"in/goods.csv": HEAD, "other.csv": "a\n1\n"})
    assert found(plan) == [("import-file-unknown", "other.csv")]
    plan = planned(MAP, {})
    assert found(plan) == [("import-file-missing", "map.yaml")]


def test_a_column_that_is_not_there() -> None:
    plan = planned(MAP, {"goods.csv": HEAD.replace("price", "cost") + ROW})
    assert found(plan) == [("import-column-missing", "goods.csv:1")]
    assert "no column price" in plan.problems[0].text()


JOINED = """
import: shop
title: {zh: 网店, en: Shop}
device: SHOP
files:
  goods: {file: goods.csv}
  costs: {file: costs.csv}
  names: {file: names.csv}
maps:
  codes: {cola: COLA}
items:
  - from: names
    set:
      code: "{code}"
      name: "{name}"
      unit: EA
      decimals: "0"
      opened: "2026-01-01"
      list-price: "{list|number}"
movements:
  - from: goods
    join:
      cost: {file: costs, key: {goods_id: id}, required: true, once: true}
    agree:
      - {left: qty, right: cost.qty}
      - {left: item, right: cost.item, otherwise: note}
    set:
      id: "SHOP-260105-{id|pad 4}"
      type: purchase-receipt
      date: "2026-01-05"
      item: "{item|map codes}"
      quantity: "{qty}"
      price: "{cost.price}"
      from: Equity:Stock:Supplier
      to: Assets:Stock:SH:Main
      party: V1
"""


def joined(goods: str, costs: str, names: str = "") -> list[tuple[str, str]]:
    files = {
        "goods.csv": "id,item,qty\n" + goods,
        "costs.csv": "goods_id,item,qty,price\n" + costs,
        "names.csv": "code,name,list\n" + names,
    }
    return found(planned(JOINED, files))


@pytest.mark.parametrize(
    ("goods", "costs", "problems"),
    [
        ("1,cola,5\n", "1,cola,5,2\n", []),
        ("1,cola,5\n", "2,cola,5,2\n", [("import-join-missing", "goods.csv:2:1")]),
        ("1,cola,5\n", "1,cola,5,2\n1,cola,5,3\n", [("import-join-ambiguous", "goods.csv:2:1")]),
        ("1,cola,5\n", "1,cola,6,2\n", [("import-cells-disagree", "goods.csv:2:3")]),
        ("1,cola,5\n", "1,pepsi,5,2\n", [("import-cells-noted", "goods.csv:2:2")]),
        ("1,fanta,5\n", "1,fanta,5,2\n", [("import-cell-unmapped", "goods.csv:2:2")]),
        (
            "1,cola,5\n1,cola,5\n",
            "1,cola,5,2\n",
            [("import-join-shared", "goods.csv:3:1")],
        ),
    ],
)
def test_joins_and_comparisons(goods: str, costs: str, problems: list[tuple[str, str]]) -> None:
    assert joined(goods, costs) == problems


def test_items_are_added_once_and_those_in_the_books_are_kept() -> None:
    names = "COLA,Cola,3.5\nMILK,牛奶,.5\n"
    files = {"goods.csv": "id,item,qty\n", "costs.csv": "goods_id,item,qty,price\n"}
    plan = planned(JOINED, {**files, "names.csv": "code,name,list\n" + names})
    assert found(plan) == [("import-master-differs", "names.csv:2")]
    assert not plan.is_refused
    ((path, blocks),) = plan.blocks.items()
    assert path == "ledgers/items.beancount"
    ((text, _),) = blocks
    assert "commodity MILK\n" in text
    assert 'list-price: "0.5"' in text
