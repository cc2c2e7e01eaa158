"""Today's date, where the company is: the only clock of the program that reports may see."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

#: Where the machine has no time zone data, the zone of most of our users is known by heart.
CHINA = timezone(timedelta(hours=8))


def today_in(zone: str) -> str:
    """Today in a time zone as YYYY-MM-DD; INVLEDGER_TODAY, where it is a date, stops the clock."""
    fixed = os.environ.get("INVLEDGER_TODAY", "")
    return fixed if is_date(fixed) else datetime.now(zone_of(zone)).date().isoformat()


def is_date(text: str) -> bool:
    """Whether a text is a date YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def zone_of(name: str) -> tzinfo:
    """A time zone by name; China's without data, UTC for a name that nobody knows."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return CHINA if name == "Asia/Shanghai" else UTC
