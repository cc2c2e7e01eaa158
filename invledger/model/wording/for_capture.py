"""Problem codes of the room `capture`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

CAPTURE: dict[str, Wording] = {}
