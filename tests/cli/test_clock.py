from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from invledger.cli import clock


def test_today_is_the_company_s_and_can_be_held_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVLEDGER_TODAY", "2026-02-28")
    assert clock.today_in("Asia/Shanghai") == "2026-02-28"
    monkeypatch.setenv("INVLEDGER_TODAY", "soon")
    now = datetime.now(UTC)
    assert clock.today_in("Asia/Shanghai") == (now + timedelta(hours=8)).date().isoformat()


def test_a_machine_without_zones_still_knows_china(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(_: str) -> None:
        raise KeyError

    monkeypatch.setattr("zoneinfo.ZoneInfo", without)
    assert clock.zone_of("Asia/Shanghai").utcoffset(None) == timedelta(hours=8)
    assert clock.zone_of("Mars/Olympus") is UTC


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("2026-02-28", True), ("2026-02-30", False), ("20260228", False), ("2026-W05-1", False),
     ("２026-02-28", False), ("", False)],
)  # fmt: skip
def test_dates(text: str, is_one: bool) -> None:
    assert clock.is_date(text) is is_one
