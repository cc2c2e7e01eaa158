"""The checksum line that ends every block written by the program.

`; sum: ` and the first 16 hex digits of SHA-256 over the block's lines above it, joined by line
feeds, without a last one (UTF-8). So a torn block can be told from a finished or an edited one.

Problems: block-torn, block-edited.
"""

from __future__ import annotations

from hashlib import sha256

MARK = "; sum: "
DIGITS = 16


def sum_of(block: str) -> str:
    """The checksum of a block's text, without line feed at its end."""
    return sha256(block.encode()).hexdigest()[:DIGITS]


def with_sum(block: str) -> str:
    """The block with its checksum line, each line ended."""
    return f"{block}\n{MARK}{sum_of(block)}\n"


def judge_sum(block: str) -> str:
    """`good`, `edited` or `torn`; `none` for a block that has no checksum line."""
    body, mark, stated = block.rpartition("\n" + MARK)
    if not mark:
        last = block[block.rfind("\n") + 1 :]
        is_start = len(last) > 3 and MARK.startswith(last)
        return "torn" if is_start or last.startswith(MARK) else "none"
    if len(stated) != DIGITS:
        return "torn"
    return "good" if stated == sum_of(body) else "edited"
