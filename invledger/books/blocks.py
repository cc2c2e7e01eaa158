"""The vouchers of a derived file as blocks of text: enough to tell which differ, unparsed."""

from __future__ import annotations

import re

_IDENTITY = re.compile(rb'^  voucher: "([^"\\]*)"$', re.MULTILINE)


def blocks_by_identity(data: bytes) -> dict[bytes, bytes] | None:
    """The blocks of a file as our printer writes it; None where identities are no names."""
    head, *blocks = data.rstrip(b"\n").split(b"\n\n")
    found: dict[bytes, bytes] = {}
    for block in blocks:
        match = _IDENTITY.search(block)
        if match is None or match[1] in found:
            return None
        found[match[1]] = block
    return None if blocks and not head.startswith(b"; derived by ") else found


def count_changes(before: bytes, after: bytes, counts: dict[str, int]) -> bool:
    """Count what is new and gone between two states of a file; whether that could be told.

    It cannot where the same voucher has other text: only reading says whether it says the same.
    """
    old = blocks_by_identity(before) if before else {}
    new = blocks_by_identity(after) if after else {}
    if old is None or new is None:
        return False
    both = old.keys() & new.keys()
    if any(old[identity] != new[identity] for identity in both):
        return False
    counts["new"] += len(new) - len(both)
    counts["gone"] += len(old) - len(both)
    counts["unchanged"] += len(both)
    return True
