"""A writer to be killed: appends blocks as `record` does, and says so only when acknowledged.

`python -m tests.crash.writer ROOT NAME SEED VARIANT`: blocks of 1 to 400 lines, some to a file of
its own and some to one shared by all; each id on a line of stdout once acknowledged. Variants
other than `real` are controls: known-bad ways to write.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import random
import sys
from pathlib import Path

from invledger.store import append_block

FOLDER = "ledgers/movements/2026/01"


def block_of(id_: str, lines: int) -> str:
    """A block with its checksum in its last line, as the printer makes them."""
    text = [f"  line {n} of {lines}" for n in range(lines)]
    body = [f'2026-01-05 * "{id_}"', f'  id: "{id_}"', *text]
    digest = hashlib.sha256("\n".join(body).encode()).hexdigest()[:16]
    return "\n".join([*body, f"; sum: {digest}", ""])


def write_real(root: Path, path: str, id_: str, text: str) -> None:
    mark = f'id: "{id_}"'.encode()
    append_block(root, path, text, accept=lambda held: mark not in held)


def write_lines(root: Path, path: str, id_: str, text: str) -> None:
    """Control: line by line, no lock, no sync."""
    del id_
    with (root / path).open("a") as file:
        for line in text.splitlines(keepends=True):
            file.write(line)
            file.flush()


def write_early(root: Path, path: str, id_: str, text: str) -> None:
    """Control: acknowledges before it writes."""
    tell(id_)
    write_real(root, path, id_, text)


def write_slowly(root: Path, path: str, id_: str, text: str) -> None:
    """Control: locked and synced, but in two writes without a journal."""
    del id_
    target = root / path
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        data = text.encode()
        os.write(handle, data[: len(data) // 2])
        os.fdatasync(handle)
        os.write(handle, data[len(data) // 2 :])
        os.fdatasync(handle)
    finally:
        os.close(handle)


def tell(id_: str) -> None:
    os.write(1, f"{id_}\n".encode())


WRITERS = {
    "real": write_real,
    "lines": write_lines,
    "early": write_early,
    "slow": write_slowly,
}


def main() -> None:
    root, name, seed, variant = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
    chance = random.Random(seed)  # noqa: S311  a seed
    write = WRITERS[variant]
    number = 0
    while True:
        number += 1
        id_ = f"{name}-{seed}-{number}"
        own = chance.random() < 0.7
        path = f"{FOLDER}/2026-01-05.{name if own else 'ALL'}.beancount"
        write(root, path, id_, block_of(id_, chance.choice((1, 2, 5, 20, 400))))
        if variant != "early":
            tell(id_)


if __name__ == "__main__":
    main()
