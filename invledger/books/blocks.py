"""The vouchers of a derived file as blocks of text: enough to tell which differ, unparsed."""

from __future__ import annotations

import re

_IDENTITY = re.compile(rb'^  voucher: "([^"\\]*)"$', re.MULTILINE)


def blocks_by_identity(data: bytes) -> dict[bytes, bytes] | None:
    """The blocks of a file as our printer writes it; None where identities are no names."""
    head, *blocks = data.removesuffix(b"\n").split(b"\n\n")
    found: dict[bytes, bytes] = {}
    for block in blocks:
        match = _IDENTITY.search(block)
        if match is None or match[1] in found:
            return None
        found[match[1]] = block
    return None if blocks and not head.startswith(b"; derived by ") else found


def count_changes(before: bytes, after: bytes, counts: dict[str, int]) -> bool:
    """Count what differs between two states of a file; whether that could be told."""
    old = blocks_by_identity(before) if before else {}
    new = blocks_by_identity(after) if after else {}
    if old is None or new is None:
        return False
    same = sum(old.get(identity) == block for identity, block in new.items())
    both = len(old.keys() & new.keys())
    counts["new"] += len(new) - both
    counts["changed"] += both - same
    counts["gone"] += len(old) - both
    counts["unchanged"] += same
    return True
