"""Problem codes of the room `ledger`."""

from __future__ import annotations

from invledger.model.wording.entry import Wording

LEDGER: dict[str, Wording] = {}
