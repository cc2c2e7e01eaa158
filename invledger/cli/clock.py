"""Today's date, where the company is: the only clock of the program that reports may see."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

#: Where the machine has no time zone data, the zone of most of our users is known by heart.
CHINA = timezone(timedelta(hours=8))


def today_in(zone: str) -> str:
    """Today in a time zone as YYYY-MM-DD; INVLEDGER_TODAY holds the clock still."""
    return os.environ.get("INVLEDGER_TODAY") or datetime.now(zone_of(zone)).date().isoformat()


def zone_of(name: str) -> tzinfo:
    """A time zone by name; China's without data, UTC for a name that nobody knows."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return CHINA if name == "Asia/Shanghai" else UTC
