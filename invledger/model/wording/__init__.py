"""Every Problem code with its sentences in English and Chinese, one file a room.

`{name}` stands for an argument of the Problem. `exit_code`: 1 finding, 3 bad data, 4 refused by
policy, 5 lock or conflict, 6 environment, 0 information only.
"""

from __future__ import annotations

from invledger.model.wording.entry import Wording
from invledger.model.wording.for_capture import CAPTURE
from invledger.model.wording.for_checks import CHECKS
from invledger.model.wording.for_cli import CLI
from invledger.model.wording.for_closing import CLOSING
from invledger.model.wording.for_costing import COSTING
from invledger.model.wording.for_ledger import LEDGER
from invledger.model.wording.for_posting import POSTING
from invledger.model.wording.for_store import STORE

WORDINGS: dict[str, Wording] = {
    **LEDGER, **POSTING, **COSTING, **CHECKS, **STORE, **CLOSING, **CAPTURE, **CLI,
}  # fmt: skip

__all__ = ["WORDINGS", "Wording"]
