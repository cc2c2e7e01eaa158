"""A fresh company with an item, a supplier and a customer, and a desk that records."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from invledger.books import (
    Entry,
    NewCompany,
    RecordOutcome,
    add_item,
    add_party,
    init,
    record,
)

Record = Callable[..., RecordOutcome]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    company = tmp_path / "company"
    init(company, NewCompany("测试公司", "Test Ltd"))
    item = {"code": "SKU-COLA330", "name": "可乐", "unit": "罐", "units": "BOX=24 DOZEN=12"}
    assert add_item(company, item | {"category": "goods"}).exit_code == 0
    rice = {"code": "SKU-RICE", "name": "大米", "unit": "kg", "decimals": "3"}
    assert add_item(company, rice).exit_code == 0
    for code, name, kind in (("V0001", "华东电子", "supplier"), ("C0001", "新世纪", "customer")):
        assert add_party(company, {"code": code, "name": name, "kind": kind}).exit_code == 0
    return company


@pytest.fixture
def note(root: Path) -> Record:
    """Record an entry of device SH1 on 2026-01-05: `note("purchase-receipt", qty="5")`."""

    def take(
        type_: str,
        lines: Sequence[Mapping[str, str]] = (),
        *,
        dry_run: bool = False,
        **values: str,
    ) -> RecordOutcome:
        named = {name.rstrip("_").replace("_", "-"): value for name, value in values.items()}
        return record(root, Entry(type_, named, lines), "SH1", "2026-01-05", dry_run=dry_run)

    return take


@pytest.fixture
def receive(note: Record) -> Record:
    """100 cans at 2.35."""

    def take(**values: str) -> RecordOutcome:
        usual = {"party": "V0001", "item": "SKU-COLA330", "qty": "100", "price": "2.35"}
        return note("purchase-receipt", **{**usual, "to": "Main", **values})

    return take


def files_of(root: Path) -> dict[str, bytes]:
    """Everything under ledgers/, by path."""
    found = {}
    for folder, _, names in os.walk(root / "ledgers"):
        for name in names:
            path = Path(folder) / name
            found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found
