"""The number behind a device and a day in an id: kept on the device, never going back.

State: `$XDG_STATE_HOME/invledger/<device>.json`, `{"260105": {"last": 12, "seen": [company]}}`.
Written and synced before a number is given out, so that no crash gives it twice; the first number
of a day for a company also looks at what its ledger already holds, for state can be lost.

Problems: device-bad, state-folder-missing (exit 6), locked.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from invledger.model import Refused, problem
from invledger.store.lock import Lock
from invledger.store.replace import replace_file

DAYS_KEPT = 400
DEVICE = re.compile(r"[A-Z][A-Z0-9]{0,15}", re.ASCII)


def state_folder(env: Mapping[str, str]) -> Path:
    """The device's own state folder, made where it is missing; raises Refused."""
    base = env.get("XDG_STATE_HOME") or (f"{env['HOME']}/.local/state" if env.get("HOME") else "")
    if not base.startswith("/"):
        raise Refused(problem("state-folder-missing", reason="HOME"))
    folder = Path(base) / "invledger"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(problem("state-folder-missing", reason=str(error.strerror))) from error
    return folder


def next_number(
    folder: Path, series: tuple[str, str], root: Path, seen: Callable[[], int], count: int = 1
) -> int:
    """The first of `count` numbers never given before for a series: device and day (`yymmdd`).

    `seen` is asked once a day and company for the largest number that its ledger holds.
    """
    device, day = series
    if DEVICE.fullmatch(device) is None:
        raise Refused(problem("device-bad", device=device))
    company = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]
    name = f"{device}.json"
    with Lock(folder, f".{name}.lock"):
        state = _read(folder / name)
        entry = state.setdefault(day, {"last": 0, "seen": []})
        last = _number(entry.get("last"))
        known = entry.get("seen")
        companies = [str(one) for one in known] if isinstance(known, list) else []
        if company not in companies:
            last = max(last, seen())
            companies.append(company)
        state[day] = {"last": last + count, "seen": companies}
        kept = {key: state[key] for key in sorted(state)[-DAYS_KEPT:]}
        kept[day] = state[day]
        replace_file(folder, name, json.dumps(kept).encode())
    return last + 1


def _read(path: Path) -> dict[str, dict[str, object]]:
    """The state; empty where it is missing or damaged (the ledger is asked then)."""
    try:
        state = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(state, dict):
        return {}
    return {str(day): entry for day, entry in state.items() if isinstance(entry, dict)}


def _number(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
