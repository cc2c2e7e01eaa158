"""`close` and `reopen` as people type them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.company import Desk, files_of

SIGNED = ("--prepared", "王", "--reviewed", "李", "--booked", "张")


@pytest.mark.req("FIN-10", "FIN-17")
def test_a_period_is_closed_and_opened_again(desk: Desk, books: Path) -> None:
    assert desk("post").code == 0
    before = dict(files_of(books))
    tried = desk("close", "2026-01", "--date", "2026-02-03", *SIGNED, "--dry-run")
    assert (tried.code, dict(files_of(books))) == (0, before)
    done = desk("close", "2026-01", "--date", "2026-02-03", *SIGNED)
    assert (done.code, done.out) == (0, tried.out)
    assert done.out.startswith('2026-02-03 custom "close" "2026-01"\n  form: "2"\n  movements: "')
    assert "2026-01 closed" in done.err
    again = desk("close", "2026-01", "--date", "2026-02-03", *SIGNED, "--lang", "zh")
    assert again.code == 4
    assert "会计期间 2026-01 已经结账" in again.err
    assert desk("reopen", "2026-01").code == 2
    opened = desk(
        "reopen", "2026-01", "--reason", "发票迟到", "--date", "2026-02-04", "--lang", "zh"
    )
    assert (opened.code, opened.err.strip()) == (0, "2026-01 已反结账")
    assert '  reason: "发票迟到"' in (books / "ledgers/periods.beancount").read_text("utf-8")
    assert desk("post", "--check").code == 0


@pytest.mark.req("FIN-10")
def test_check_and_post_tell_what_would_change_it(desk: Desk, books: Path) -> None:
    assert desk("post").code == 0
    assert desk("close", "2026-01", "--date", "2026-02-03", *SIGNED).code == 0
    rules = books / "rules/movements/sale-delivery.yaml"
    rules.write_text(rules.read_text("utf-8").replace("party: true", "party: false"), "utf-8")
    for command in ("check", "post"):
        said = desk(command)
        assert said.code == 4, said.err
        told = said.out + said.err
        assert "rules/movements/sale-delivery.yaml" in told
        assert "closed-period-changed" in told


@pytest.mark.req("FIN-10")
def test_a_date_that_is_none_is_a_usage_error(desk: Desk) -> None:
    assert desk("close", "2026-01", "--date", "3 February").code == 2
