"""`demo`, as the README shows it to a stranger."""

from __future__ import annotations

from pathlib import Path

import pytest

from invledger.cli import run
from tests.cli.company import settled


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "company"


@pytest.mark.req("TE-10")
def test_demo_posts_checks_reconciles_and_shows(
    shown: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(monkeypatch, shown.parent / "state")
    assert run(["demo", "--out", str(shown), "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    for title in ("科目余额表", "试算平衡", "库存余额表", "库存账与总账对账", "金额来源"):
        assert title in out
    assert "0 个错误" in err
    assert "相差 0.00" in err
    assert "invledger explain" in err
    assert out.count("engine 1") == 1


@pytest.mark.req("TE-10")
def test_what_demo_built_is_a_company_that_checks(
    shown: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(monkeypatch, shown.parent / "state")
    if not shown.exists():
        run(["demo", str(shown)])
    monkeypatch.setenv("INVLEDGER_TODAY", "2026-03-31")
    assert run(["post", "--check", "--root", str(shown)]) == 0
    assert run(["check", "--root", str(shown)]) == 0
    assert run(["demo", str(shown)]) == 5  # nothing is overwritten
    assert "init-not-empty" in capsys.readouterr().err
