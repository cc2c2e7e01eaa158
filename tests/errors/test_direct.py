"""Codes of functions that no file of a company provokes: asked for directly."""

from __future__ import annotations

from pathlib import Path

import pytest

import invledger
from invledger.books.founding import sample_root
from invledger.cli.failing import guarded
from invledger.model import MemoryTree, Refused
from invledger.model.wording import WORDINGS
from invledger.posting import Rule, YamlDocument, money_voucher, read_chart_pack
from invledger.store import read_yaml, replace_file
from invledger.vcs.command import run_git
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


def test_a_file_that_no_disk_takes(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        replace_file(tmp_path, "x" * 300, b"")
    assert [problem.code for problem in refused.value.problems] == ["file-unwritable"]


def test_git_that_cannot_answer(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        run_git(tmp_path, "rev-parse", "HEAD")
    assert [problem.code for problem in refused.value.problems] == ["git-failed"]


def test_an_installation_without_its_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invledger, "__file__", str(tmp_path / "invledger" / "__init__.py"))
    with pytest.raises(Refused) as refused:
        sample_root()
    assert [problem.code for problem in refused.value.problems] == ["init-sample-missing"]


def test_a_machine_without_memory(capsys: pytest.CaptureFixture[str]) -> None:
    def run() -> int:
        raise MemoryError

    assert guarded(run, "en") == WORDINGS["memory-exhausted"].exit_code == 6
    assert WORDINGS["memory-exhausted"].en in capsys.readouterr().err
