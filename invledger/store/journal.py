"""What an unfinished append leaves behind, so that part of a block never counts.

Before a block is written, its place and its bytes go into `.<file>.lock`, synced; the file is
taken away when the block is safe. So a tail that is a true beginning of that block was cut off,
by a crash or because the writer is still at work, and nothing else ever is: text that a person
typed is not in a journal.

Form: `invledger journal 1 <offset> <length> <sha256 of block>`, a newline, the block.
"""

from __future__ import annotations

import hashlib
import os

_MAGIC = b"invledger journal 1 "


def journal_name(name: str) -> str:
    """The lock and journal file beside a ledger file."""
    return f".{name}.lock"


def journal_bytes(offset: int, block: bytes) -> bytes:
    """The journal that announces `block` at `offset`."""
    digest = hashlib.sha256(block).hexdigest().encode()
    return b"%b%d %d %b\n%b" % (_MAGIC, offset, len(block), digest, block)


def parse_journal(data: bytes) -> tuple[int, bytes] | None:
    """(offset, block) of a whole journal; None for an empty or torn one: nothing was begun."""
    head, newline, block = data.partition(b"\n")
    fields = head.removeprefix(_MAGIC).split(b" ")
    if not newline or not head.startswith(_MAGIC) or len(fields) != 3:
        return None
    offset, length, digest = fields
    if not offset.isdigit() or length != b"%d" % len(block):
        return None
    if hashlib.sha256(block).hexdigest().encode() != digest:
        return None
    return int(offset), block


def read_journal(folder: int, name: str) -> tuple[int, bytes] | None:
    """The journal of a ledger file in an open folder; None where there is none."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        handle = os.open(journal_name(name), flags, dir_fd=folder)
    except OSError:
        return None
    try:
        parts = []
        while part := os.read(handle, 1 << 20):
            parts.append(part)
    except OSError:
        return None
    finally:
        os.close(handle)
    return parse_journal(b"".join(parts))


def torn_at(entry: tuple[int, bytes] | None, data: bytes) -> int | None:
    """Where the torn tail of `data` begins; None where no block is cut off."""
    if entry is None:
        return None
    offset, block = entry
    tail = data[offset:]
    is_part = len(data) > offset and len(tail) < len(block) and block.startswith(tail)
    return offset if is_part else None


def kept_length(folder: int, name: str, data: bytes) -> int:
    """How much of a ledger file's bytes are whole blocks."""
    entry = read_journal(folder, name)
    cut = torn_at(entry, data)
    return len(data) if cut is None else cut
