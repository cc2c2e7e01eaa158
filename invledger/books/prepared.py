"""What `post` is to write where it goes on from what an earlier run left behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from invledger.books.checkpoint import Checkpoint
    from invledger.books.closed import Closed
    from invledger.books.posting import PostOutcome
    from invledger.books.prefix import Prefix


@dataclass(slots=True)
class Prepared:
    """What is to be written, and what the next run goes on from when it is."""

    outcome: PostOutcome
    files: list[tuple[str, bytes]]
    kept: Checkpoint | Prefix | Closed
