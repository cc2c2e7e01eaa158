"""Problem codes of the room `checks`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

CHECKS: dict[str, Wording] = {}
