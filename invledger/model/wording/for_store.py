"""Problem codes of the room `store`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

STORE: dict[str, Wording] = {}
