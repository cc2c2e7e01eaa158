"""A company in yen from its first day, by commands alone: an allowance, a second bill."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.company import Desk, settled


@pytest.mark.req("CO-10", "FIN-09")
def test_books_of_whole_yen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """3 at 333.5 are 1000.5, which is 1001; 100 of that is written down; billed twice."""
    settled(monkeypatch, tmp_path / "state")
    desk = Desk(tmp_path / "tokyo", capsys)

    def done(*words: str) -> str:
        said = desk(*words, "--lang", "en")
        assert said.code == 0, said.err
        return said.out

    done("init", str(desk.root), "--name", "東京", "--currency", "JPY")
    done("item", "add", "A", "--name", "A", "--unit", "EA", "--category", "goods")
    done("party", "add", "V1", "--name", "V", "--kind", "supplier")
    receipt = done("record", "purchase-receipt", "--date", "2026-01-05", "--party", "V1",
                   "--item", "A", "--qty", "3", "--price", "333.5", "--to", "Main")  # fmt: skip
    done("record", "write-down", "--date", "2026-01-31", "--item", "A", "--amount", "100",
         "--reason", "moths")  # fmt: skip
    done("post")
    table = done("stock")
    assert [row.split() for row in table.splitlines() if "Main" in row] == [
        ["SKU.A", "Goods", "A", "Assets:Stock:Main", "available", "3", "EA", "1,001", "100", "901",
         "JPY"],
    ]  # fmt: skip
    (row,) = json.loads(done("reconcile", "stock-gl", "--format", "json"))["rows"]
    assert (row["stock_value"], row["ledger_value"], row["difference"]) == ("1001", "1001", "0")
    bill = ("record", "purchase-invoice", "--party", "V1", "--ref", receipt.strip(), "--item", "A",
            "--qty", "3", "--price", "333.5")  # fmt: skip
    first = done(*bill, "--date", "2026-01-20").strip()
    done(*bill, "--date", "2026-01-21")
    said = desk("post", "--lang", "en")
    assert "citation-billed" in said.err
    assert first in said.err
