"""`import` through the command line: control totals, rejected rows with their place, repeats."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.company import Desk, files_of

MAP = """\
import: shop
title: {zh: 网店订单, en: Shop orders}
device: SHOP
files:
  sales: {file: sales.csv}
movements:
  - name: sale
    from: sales
    set:
      type: sale-delivery
      id: "SHOP-{date|yymmdd}-{no|pad 4}"
      date: "{date|date}"
      item: "{sku}"
      quantity: "{qty|number}"
      price: "{price|number}"
      from: "Assets:Stock:Main"
      to: "Equity:Stock:Customer"
      party: "C0001"
"""
HEAD = "no,date,sku,qty,price\n"
GOOD = "1,2026-01-12,SKU-COLA330,3,5.00\n2,2026-01-13,SKU-COLA330,2,5.50\n"


@pytest.fixture
def sales(desk: Desk) -> Path:
    (desk.root / "shop.yaml").write_text(MAP, encoding="utf-8")
    path = desk.root / "sales.csv"
    path.write_text(HEAD + GOOD, encoding="utf-8")
    return path


def imported(desk: Desk, sales: Path, *more: str) -> tuple[int, str, str]:
    said = desk("import", "--map", str(desk.root / "shop.yaml"), str(sales), *more)
    return said.code, said.out, said.err


@pytest.mark.req("IT-09")
def test_an_import_shows_its_totals_and_can_be_repeated(desk: Desk, sales: Path) -> None:
    before = dict(files_of(desk.root))
    code, out, err = imported(desk, sales, "--dry-run")
    assert (code, dict(files_of(desk.root))) == (0, before), err
    assert "26.00" in out  # 3 at 5.00 and 2 at 5.50
    assert imported(desk, sales)[0] == 0
    after = dict(files_of(desk.root))
    assert after != before
    code, _, err = imported(desk, sales)
    assert (code, dict(files_of(desk.root))) == (0, after)
    assert '"65"' in desk("stock", "--format", "json").out


@pytest.mark.req("IT-09")
def test_one_rejected_row_refuses_all_and_names_its_place(desk: Desk, sales: Path) -> None:
    sales.write_text(HEAD + GOOD + "3,2026-01-14,SKU-COLA330,many,5.00\n", encoding="utf-8")
    before = dict(files_of(desk.root))
    code, _, err = imported(desk, sales)
    assert code == 3
    assert f"{sales.as_posix()}:4:" in err
    assert "many" in err
    assert dict(files_of(desk.root)) == before
