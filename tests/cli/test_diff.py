"""`diff`: 100 at 2.35 become 100 at 2.40; 30 are sold. All figures by hand."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.cli.company import Desk, files_of
from tests.vcs.test_vcs import commit

Row = dict[str, str]


@pytest.fixture
def history(desk: Desk) -> Desk:
    """The company committed, and the receipt's price changed afterwards."""
    commit(desk.root)
    path = next((desk.root / "ledgers" / "movements" / "2026").rglob("2026-01-05*.beancount"))
    lines = [x for x in path.read_text("utf-8").splitlines() if not x.startswith("; sum")]
    path.write_text("\n".join(lines).replace("2.35 CNY", "2.40 CNY") + "\n", "utf-8")
    return desk


def rows(desk: Desk, *words: str) -> list[Row]:
    said = desk("diff", *words, "--format", "json")
    assert said.code == 0, said.err
    found = json.loads(said.out)["rows"]
    assert isinstance(found, list)
    return found


def pairs(found: list[Row], part: str, *keys: str) -> list[tuple[str, ...]]:
    return [tuple(row[key] for key in keys) for row in found if row["part"] == part]


@pytest.mark.req("FIN-04")
def test_effect_of_a_price(history: Desk) -> None:
    found = rows(history)
    assert pairs(found, "stock", "item", "quantity_change", "before", "after", "change") == [
        ("SKU-COLA330", "0", "164.50", "168.00", "3.50")
    ]
    assert pairs(found, "profit", "period", "before", "after", "change") == [
        ("2026-01", "79.50", "78.00", "-1.50")  # 150.00 less 70.50, less 72.00
    ]
    balances = {row["code"]: row["change"] for row in found if row["part"] == "balance"}
    assert (balances["1405"], balances["6401"]) == ("3.50", "1.50")
    vouchers = pairs(found, "voucher", "kind", "code", "before", "after", "change")
    assert ("changed", "6401", "70.50", "72.00", "1.50") in vouchers
    assert ("changed", "1405", "235.00", "240.00", "5.00") in vouchers
    moved = pairs(found, "movement", "kind", "field", "was", "now")
    assert ("changed", "price", "2.35", "2.40") in moved
    assert ("recosted", "cost", "70.50", "72.00") in moved
    receipt = next(row["movement"] for row in found if row.get("field") == "price")
    why = {row["why"] for row in found if row["part"] == "voucher"}
    assert why == {receipt.partition("/")[0]}


def test_both_ways_and_against_itself(history: Desk) -> None:
    commit(history.root)
    there = pairs(rows(history, "HEAD~1..HEAD"), "stock", "change")
    back = pairs(rows(history, "HEAD..HEAD~1"), "stock", "change")
    assert (there, back) == ([("3.50",)], [("-3.50",)])
    assert rows(history, "HEAD..HEAD") == [] == rows(history, "HEAD") == rows(history)
    said = history("diff")
    assert (said.code, said.out, said.err.strip()) == (0, "", "no effect on the books")
    assert history("diff", "--exit-code").code == 0
    assert history("diff", "HEAD~1", "--exit-code").code == 1


def test_new_and_gone_movements(history: Desk) -> None:
    path = next((history.root / "ledgers" / "movements" / "2026").rglob("2026-01-10*.beancount"))
    path.unlink()
    found = rows(history)
    kinds = set(pairs(found, "voucher", "kind", "voucher"))
    assert {kind for kind, name in kinds if name.startswith("sale-delivery")} == {"gone"}
    after = {row["after"] for row in found if row["kind"] == "gone" and row["part"] == "voucher"}
    assert after == {None}
    assert pairs(found, "stock", "quantity_change", "change") == [
        ("30", "75.50")
    ]  # 240.00 - 164.50


@pytest.mark.req("FIN-04", "CO-09")
def test_freight_is_to_blame_for_its_receipt_and_for_what_was_sold_of_it(desk: Desk) -> None:
    """10 at 2.00 before, 10.00 of freight on the 100 at 2.35: 265.00 / 110, 30 sold: 72.27."""
    commit(desk.root)
    known = json.loads(desk("cost", "--by", "movement", "--format", "json").out)["rows"]
    receipt = known[0]["movement"].partition("/")[0]
    party = ("--party", "V0001")
    goods = ("--item", "SKU-COLA330", "--qty", "10", "--price", "2.00", "--to", "Main")
    for words in (
        ("purchase-receipt", "--date", "2026-01-04", "--id", "OLD-1", *goods, *party),
        ("landed-cost", "--date", "2026-01-20", "--id", "FREIGHT-1", "--amount", "10.00",
         "--ref", receipt, *party),
    ):  # fmt: skip
        assert desk("record", *words).code == 0
    found = rows(desk, "--part", "movement")
    recosted = [row for row in found if row["kind"] == "recosted"]
    said = {row["movement"].partition("/")[0]: (row["now"], row["why"]) for row in recosted}
    assert said.pop(receipt) == ("245.00", "FREIGHT-1")
    assert list(said.values()) == [("72.27", "OLD-1 FREIGHT-1")]


@pytest.mark.req("CF-07")
def test_tables_for_people_in_two_languages(history: Desk) -> None:
    said = history("diff", "--part", "voucher", "--lang", "zh")
    assert "凭证变化" in said.out
    assert "变更" in said.out
    assert "利润影响 -1.50，存货影响 3.50" in said.err
    assert "库存变化" not in said.out
    assert "commit" in said.out
    head = history("diff", "--part", "profit", "--format", "csv").out.splitlines()[0]
    assert head == "part,period,before,after,change"


def test_filters(history: Desk) -> None:
    assert {row["account"] for row in rows(history, "--part", "balance", "--account", "1405")} == {
        "Assets:1405-库存商品"
    }
    assert not rows(history, "--part", "voucher", "--type", "transfer", "--part", "movement")
    kinds = {row["voucher"].partition("/")[0]
             for row in rows(history, "--part", "voucher", "--type", "sale-delivery")}  # fmt: skip
    assert kinds == {"sale-delivery"}
    assert not rows(history, "--period", "2026-02", "--part", "profit")


def test_nonsense_is_a_problem(history: Desk) -> None:
    before = list(files_of(history.root))
    for words, code in (
        (("nosuch..HEAD",), "revision-unknown"),
        (("HEAD...main",), "diff-range"),
        (("a..b..c",), "diff-range"),
        (("--part", "all"), "diff-part"),
        (("--item", "NO-ITEM"), "query-unknown"),
        (("--period", "2026-13"), "query-period"),
    ):
        said = history("diff", *words)
        assert said.code == 3, said
        assert code in said.err
        assert not said.out
    assert list(files_of(history.root)) == before


def test_a_side_with_errors_is_not_compared(history: Desk) -> None:
    path = next((history.root / "ledgers" / "movements" / "2026").rglob("2026-01-05*.beancount"))
    path.write_text(path.read_text("utf-8").replace("SKU-COLA330", "SKU-COLA331"), "utf-8")
    said = history("diff")
    assert (said.code, said.out) == (3, "")
    assert "item-unknown" in said.err


def test_without_git(desk: Desk) -> None:
    shutil.rmtree(desk.root / ".git")
    said = desk("diff")
    assert (said.code, "revision-unknown" in said.err) == (3, True)
