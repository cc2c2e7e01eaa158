"""Problem codes of the room `costing`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

COSTING: dict[str, Wording] = {}
