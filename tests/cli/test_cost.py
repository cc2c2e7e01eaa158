"""`cost` and `--what-if`: 100 at 2.35 and 100 at 3.35 come, 30 and 120 go. Figures by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.company import DELIVERY, RECEIPT, Desk, files_of

Row = dict[str, str]


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """FIFO; 100 at 2.35, 30 out, 100 at 3.35, 120 out; all in January."""
    path = desk.root / "rules" / "company.yaml"
    text = path.read_text("utf-8").replace("method: moving-average", "method: fifo")
    path.write_text(text.replace("cost: {method: fifo}", "cost: {}"), "utf-8")
    receipt = [*RECEIPT]
    receipt[receipt.index("2026-01-05")] = "2026-01-20"
    receipt[receipt.index("2.35")] = "3.35"
    delivery = [*DELIVERY]
    delivery[delivery.index("2026-01-10")] = "2026-01-21"
    delivery[-1] = "SKU-COLA330 120 5.00"
    assert desk(*receipt).code == 0
    assert desk(*delivery).code == 0
    return desk


def rows(desk: Desk, *words: str) -> list[Row]:
    said = desk("cost", *words, "--format", "json")
    assert said.code == 0, said.err
    found = json.loads(said.out)["rows"]
    assert isinstance(found, list)
    return found


@pytest.mark.req("CO-01", "RP-04")
def test_by_item_and_period(shop: Desk) -> None:
    for view in ("item", "period"):
        (row,) = rows(shop, "--by", view)
        assert row["method"] == "fifo"
        assert (row["receipts_quantity"], row["receipts_value"]) == ("200", "570.00")
        assert (row["issues_quantity"], row["issues_value"]) == (
            "150",
            "402.50",
        )  # 235 + 50 × 3.35
        assert (row["closing_quantity"], row["closing_value"]) == ("50", "167.50")
        assert (row["closing_unit_cost"], row["provisional"]) == ("3.35", "")
    (row,) = rows(shop, "--by", "item", "--from", "2026-02-01")
    assert (row["opening_value"], row["issues_value"], row["closing_value"]) == (
        "167.50", "0.00", "167.50",
    )  # fmt: skip


def test_by_movement(shop: Desk) -> None:
    found = rows(shop, "--by", "movement")
    figures = [
        (r["quantity"], r["cost"], r["balance_quantity"], r["balance_value"]) for r in found
    ]
    assert figures == [
        ("100", "235.00", "100", "235.00"),
        ("30", "70.50", "70", "164.50"),
        ("100", "335.00", "170", "499.50"),
        ("120", "332.00", "50", "167.50"),
    ]
    assert len(rows(shop, "--by", "movement", "--type", "sale-delivery")) == 2


@pytest.mark.req("CO-06", "CO-11")
def test_what_if_another_method(shop: Desk) -> None:
    before = list(files_of(shop.root))
    (row,) = rows(shop, "--what-if", "method=moving-average")
    # 70 at 164.50 and 100 at 335.00: 170 at 499.50; 120 of them 352.59
    assert (row["issues_now"], row["issues_then"]) == ("402.50", "423.09")
    assert (row["closing_now"], row["closing_then"]) == ("167.50", "146.91")
    assert row["profit"] == "-20.59"
    assert list(files_of(shop.root)) == before
    (row,) = rows(shop, "--what-if", "method=lifo", "--management")
    # 100 at 3.35 and 20 at 2.35 = 382.00, with the 70.50 before
    assert (row["issues_then"], row["closing_then"], row["profit"]) == (
        "452.50",
        "117.50",
        "-50.00",
    )
    assert rows(shop, "--what-if", "method=fifo") == []


def test_what_if_price_amount_date_rule(shop: Desk, tmp_path: Path) -> None:
    ids = [row["movement"].partition("/")[0] for row in rows(shop, "--by", "movement")]
    (row,) = rows(shop, "--what-if", f"price:{ids[0]}=2.45")
    assert (row["receipts_then"], row["issues_then"], row["profit"]) == (
        "580.00",
        "412.50",
        "-10.00",
    )
    (row,) = rows(shop, "--what-if", f"amount:{ids[0]}/1=300.00")
    assert (row["receipts_then"], row["profit"]) == ("635.00", "-65.00")
    january, february = rows(shop, "--what-if", f"date:{ids[3]}=2026-02-01")
    assert (january["issues_now"], january["issues_then"], january["profit"]) == (
        "402.50", "70.50", "-268.00",
    )  # fmt: skip
    assert (february["issues_then"], february["profit"]) == ("332.00", "268.00")  # 600 - 332
    rule = shop.root / "rules" / "movements" / "purchase-receipt.yaml"
    other = tmp_path / "rule.yaml"
    other.write_text(rule.read_text("utf-8"), "utf-8")
    assert rows(shop, "--what-if", f"rule:{other}") == []


@pytest.mark.req("CO-06")
def test_only_for_an_item_or_category(shop: Desk) -> None:
    wish = ("--what-if", "method=moving-average")
    for words in (("--item", "SKU-COLA330"), ("--category", "goods")):
        (row,) = rows(shop, *wish, *words)
        assert row["profit"] == "-20.59"
    said = shop("cost", *wish, "--lang", "zh")
    assert "假设分析" in said.out
    assert "利润影响" in said.out


def test_nonsense_is_a_problem(shop: Desk, tmp_path: Path) -> None:
    before = list(files_of(shop.root))
    broken = tmp_path / "broken.yaml"
    broken.write_text("type: [", "utf-8")
    for wish, code in (
        ("method=fifoo", "what-if-method"),
        ("method=lifo", "method-not-statutory"),
        ("method=standard", "standard"),
        ("method=standard", "what-if-refused"),
        ("pool=sites", "what-if-value"),
        ("colour=red", "what-if-unknown"),
        ("method", "what-if-unclear"),
        ("price:X=", "what-if-unclear"),
        ("price:NO-1=1.00", "what-if-movement"),
        ("date:NO-1=2026-01-01", "what-if-movement"),
        (f"rule:{tmp_path / 'none.yaml'}", "file-missing"),
        (f"rule:{broken}", "yaml-syntax"),
        ("rule:/dev/zero", "file-not-plain"),
    ):
        said = shop("cost", "--what-if", wish)
        assert said.code in {1, 3, 4}, (wish, said)
        assert code in said.err, (wish, said)
        assert "internal-error" not in said.err
    said = shop("cost", "--what-if", "method=fifoo")
    assert "did you mean fifo?" in said.err
    said = shop("cost", "--by", "pool")
    assert (said.code, "cost-view" in said.err) == (3, True)
    said = shop("cost", "--what-if", "pool=sites", "--what-if", "colour=red")
    assert "what-if-value" in said.err
    assert "what-if-unknown" in said.err
    assert list(files_of(shop.root)) == before
