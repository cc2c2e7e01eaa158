"""`books.import_files` on disk: whole or not at all, once, and told at the source's row."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from invledger.books import ImportOutcome, NewCompany, import_files, init, load
from invledger.model import Refused
from invledger.store import FolderTree, Lock

MAP = """
import: shop
title: {zh: 网店, en: Shop}
device: SHOP
files:
  goods: {file: goods.csv}
  buys: {file: buys.csv}
items:
  - name: goods
    from: goods
    set:
      {code: "{code}", sku: "{sku}", name: "{name}", unit: 件, decimals: "0", opened: "2026-01-01"}
parties:
  - set: {code: V1, name: 供应商一, kind: supplier, opened: "2026-01-01"}
movements:
  - name: buys
    from: buys
    set:
      id: "SHOP-{day|yymmdd}-{no|pad 4}"
      type: purchase-receipt
      date: "{day|date}"
      item: "{code}"
      quantity: "{qty|number}"
      price: "{price|number}"
      from: Equity:Stock:Supplier
      to: Assets:Stock:Main
      party: V1
"""
GOODS = "code,sku,name\nCOLA,K-1,可乐\nMILK,M-1,牛奶\n"
BUYS = "no,day,code,qty,price\n1,2026-01-05,COLA,100,2.35\n2,2026-01-06,MILK,7,3.5\n"


class Shop:
    """A fresh company and the files of its shop."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.root = folder / "books"
        self.folder = folder
        init(self.root, NewCompany("测试"))
        (folder / "map.yaml").write_text(MAP, "utf-8")

    def run(self, goods: str = GOODS, buys: str = BUYS, *, dry_run: bool = False) -> ImportOutcome:
        paths = [self.folder / "goods.csv", self.folder / "buys.csv"]
        for path, text in zip(paths, (goods, buys), strict=True):
            path.write_text(text, "utf-8")
        return import_files(self.root, self.folder / "map.yaml", paths, dry_run=dry_run)

    def files(self) -> dict[str, bytes]:
        ledgers = self.root / "ledgers"
        return {
            str(p.relative_to(self.root)): p.read_bytes()
            for p in ledgers.rglob("*")
            if p.is_file()
        }


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def errors(outcome: ImportOutcome) -> list[tuple[str, str, int]]:
    return [
        (one.code, Path(one.place.path).name, one.place.line)
        for one in outcome.problems
        if one.severity == "error"
    ]


@pytest.mark.req("IT-01")
def test_an_import_lands_and_the_second_one_writes_nothing(shop: Shop) -> None:
    outcome = shop.run()
    assert errors(outcome) == []
    assert outcome.written == [
        "ledgers/items.beancount",
        "ledgers/movements/2026/01/2026-01-05.SHOP.beancount",
        "ledgers/movements/2026/01/2026-01-06.SHOP.beancount",
        "ledgers/parties.beancount",
    ]
    books = load(FolderTree(shop.root))
    assert [p.code for p in books.problems] == []
    assert [(r.item, r.quantity, r.price) for r in books.table.rows()] == [
        ("COLA", 100, 23_500_000_000),
        ("MILK", 7, 35_000_000_000),
    ]
    before = shop.files()
    again = shop.run()
    assert (again.written, errors(again), again.plan.records) == ([], [], 0)
    assert shop.files() == before


def test_later_rows_go_behind_what_stands(shop: Shop) -> None:
    shop.run()
    old = shop.files()["ledgers/movements/2026/01/2026-01-06.SHOP.beancount"]
    outcome = shop.run(buys=BUYS + "3,2026-01-06,COLA,1,2.5\n")
    assert outcome.written == ["ledgers/movements/2026/01/2026-01-06.SHOP.beancount"]
    new = shop.files()[outcome.written[0]]
    assert new.startswith(old + b"\n2026-01-06 * ")
    assert new.count(b"; sum: ") == 2
    assert len(load(FolderTree(shop.root)).table) == 3


def test_a_dry_run_writes_nothing_and_says_what_it_would(shop: Shop) -> None:
    before = shop.files()
    outcome = shop.run(dry_run=True)
    assert len(outcome.written) == 4
    assert shop.files() == before


def test_one_bad_row_keeps_every_file_as_it_was(shop: Shop) -> None:
    before = shop.files()
    outcome = shop.run(buys=BUYS + "3,2026-01-07,COLA,ten,2\n4,2026-01-07,PEPSI,1,2\n")
    assert errors(outcome) == [
        ("import-cell-number", "buys.csv", 4),
        ("item-unknown", "buys.csv", 5),
    ]
    assert shop.files() == before


def test_what_the_books_would_refuse_is_told_at_the_row_of_the_source(shop: Shop) -> None:
    before = shop.files()
    outcome = shop.run(goods=GOODS + "SODA,K-1,汽水\n")
    assert errors(outcome) == [("sku-twice", "goods.csv", 4)]
    assert shop.files() == before


def test_a_second_import_at_the_same_time_waits_and_is_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lock.__init__, "__defaults__", (0.05,))
    with Lock(shop.root, "ledgers/.import.lock"), pytest.raises(Refused) as caught:
        shop.run()
    assert caught.value.problems[0].code == "locked"


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from invledger.books import importing

    items = shop.root / "ledgers" / "items.beancount"
    made = importing._new_problems

    def disturbed(*given: object) -> object:
        items.write_text(items.read_text("utf-8") + "; a person was here\n", "utf-8")
        return made(*given)  # type: ignore[arg-type]  # what it was given

    monkeypatch.setattr(importing, "_new_problems", disturbed)
    with pytest.raises(Refused) as caught:
        shop.run()
    assert [p.code for p in caught.value.problems] == ["import-changed-meanwhile"]
    assert items.read_text("utf-8").endswith("; a person was here\n")
    assert not list((shop.root / "ledgers").rglob("*.SHOP.beancount"))


@pytest.mark.parametrize("whole", [0, 1, 2, 3])
def test_after_a_crash_between_two_files_the_same_import_finishes(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    """Power fails after some renames: every file is old or new, and a second run adds the rest."""
    other = Shop(tmp_path / "other")
    other.run()
    rename = os.rename
    done: list[object] = []

    def fail_after(*given: Any, **options: Any) -> None:  # noqa: ANN401  os.rename's
        if len(done) == whole:
            raise OSError(errno.EIO, "power")
        rename(*given, **options)
        done.append(given)

    monkeypatch.setattr(os, "rename", fail_after)
    with pytest.raises(Refused):
        shop.run()
    monkeypatch.setattr(os, "rename", rename)
    outcome = shop.run()
    assert errors(outcome) == []
    assert len(outcome.written) == 4 - whole
    text = {path: data for path, data in shop.files().items() if path.endswith(".beancount")}
    assert text == {k: v for k, v in other.files().items() if k.endswith(".beancount")}


def test_a_file_that_cannot_be_read(shop: Shop, tmp_path: Path) -> None:
    outcome = import_files(shop.root, tmp_path / "none.yaml", [tmp_path / "none.csv"])
    assert errors(outcome) == [
        ("file-missing", "none.yaml", 0),
        ("file-missing", "none.csv", 0),
    ]


@pytest.mark.req("IT-01")
def test_rows_that_post_would_refuse_are_refused_at_their_line(shop: Shop) -> None:
    """A price of zero without a reason: the whole import waits, nothing is written."""
    before = shop.files()
    outcome = shop.run(buys=BUYS.replace("2.35", "0.00"))
    assert [(code, name) for code, name, _ in errors(outcome)] == [("zero-price", "buys.csv")]
    assert shop.files() == before
