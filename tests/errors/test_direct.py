"""Codes of functions that no file of a company provokes: asked for directly."""

from __future__ import annotations

import pytest

from invledger.model import MemoryTree
from invledger.posting import Rule, YamlDocument, money_voucher, read_chart_pack
from invledger.store import read_yaml
from tests.errors.company import base
from tests.handmade import Books

PACK = b"""chart: cas
title: {zh: \xe7\x94\xb2, en: A}
accounts:
  - {code: 1001, zh: \xe7\x94\xb2, en: Cash, root: Assets, role: cash}
"""


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("chart-twice", b"  - {code: 1001, zh: \xe4\xb9\x99, en: Other, root: Assets}\n"),
        (
            "chart-parent",
            b"  - {code: 100101, zh: \xe4\xb9\x99, en: B, root: Assets, parent: 9}\n",
        ),
        (
            "chart-role",
            b'  - {code: 1002, zh: \xe4\xb9\x99, en: B, root: Assets, role: "cash x"}\n',
        ),
    ],
)
def test_a_chart_pack_that_contradicts_itself(code: str, line: bytes) -> None:
    data, marks, problems = read_yaml(MemoryTree({"c.yaml": PACK + line}), "c.yaml")
    assert problems == []
    _, problems = read_chart_pack(YamlDocument("c.yaml", data, marks))
    assert [(problem.code, problem.place.line) for problem in problems] == [(code, 5)]


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("account-unknown", {"amount": "5.00", "account": "Assets:1002-银行存"}),
        ("amount-unreadable", {"amount": "five"}),
    ],
)
def test_a_payment_that_cannot_be_made(code: str, values: dict[str, str]) -> None:
    sources = Books().sources()
    sources.rules = payment_rules()
    given = {"date": "2026-02-01", "id": "P1", **values}
    voucher, problems = money_voucher(sources, "payment", given)
    assert voucher is None
    assert code in [problem.code for problem in problems]


def payment_rules() -> dict[str, tuple[Rule, ...]]:
    """A rule of a payment that demands nothing but an amount."""
    return {"payment": (Rule("payment", "付款", "Payment", ledger="money"),)}


def test_the_company_of_the_gallery_is_posted() -> None:
    assert any(path.startswith("ledgers/vouchers/2026/") for path in base())
