"""Whole months through the commands: a company from text, its vouchers and stock as figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from invledger.cli import run
from tests.cli.company import Desk

#: Account and amount, debit above zero, of each line of a voucher.
Lines = list[tuple[str, str]]


def founded(folder: Path, policy: str, files: Mapping[str, str], *masters: str) -> None:
    """A company in `folder` whose `cost:` is `policy`; `masters` are commands, words apart."""
    made = run(["init", str(folder), "--name", "甲公司", "--name-en", "A Ltd"])
    if made != 0:
        raise AssertionError(folder)
    company = folder / "rules" / "company.yaml"
    text = company.read_text("utf-8")
    company.write_text(text.replace("cost: {method: moving-average, pool: company}", policy))
    for words in masters:
        if run([*words.split(), "--root", str(folder)]) != 0:
            raise AssertionError(words)
    for path, text in files.items():
        place = folder / "ledgers" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8") as out:
            out.write(text)


def recorded(desk: Desk, text: str) -> None:
    """Record a movement a line, as words of `record`."""
    for words in text.strip().splitlines():
        said = desk("record", *words.split())
        assert said.code == 0, said.err


def rows(desk: Desk, *words: str) -> list[dict[str, str]]:
    """The rows of a report."""
    said = desk(*words, "--format", "json")
    assert said.code == 0, said.err
    found: list[dict[str, str]] = json.loads(said.out)["rows"]
    return found


def vouchers(desk: Desk, period: str) -> dict[str, Lines]:
    """What the posted vouchers of a period say, by identity."""
    found: dict[str, Lines] = {}
    for row in rows(desk, "journal", "--period", period):
        amount = row["debit"] or f"-{row['credit']}".replace("--", "")
        found.setdefault(row["voucher"], []).append((row["code"], amount))
    return found


def held(desk: Desk) -> dict[str, tuple[str, str]]:
    """Quantity and value of what is on hand, by item and the end of its location."""
    return {
        f"{row['item']} {row['location'].removeprefix('Assets:Stock:')}": (
            row["quantity"], row["value"],
        )
        for row in rows(desk, "stock")
    }  # fmt: skip


def agreed(desk: Desk) -> None:
    """Vouchers stand as derived, no check finds anything, stock is what the ledger says."""
    assert desk("post", "--check").code == 0
    checked = desk("check")
    assert checked.code == 0, checked.out + checked.err
    assert {row["difference"] for row in rows(desk, "reconcile", "stock-gl")} == {"0.00"}
