"""Problem codes of the room `posting`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

POSTING: dict[str, Wording] = {}
