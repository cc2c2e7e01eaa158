"""Broken files by the thousand: `python -m tests.attacks.fuzzer KIND FIRST COUNT`.

Each seed changes one file of a small company or of the sample and asks the whole program about
it. What went wrong stands on stdout, one line a seed. A process of its own, so that a death by
signal is a finding and not the end of the tests; limited to 1 GiB.
"""

from __future__ import annotations

import gc
import re
import resource
import signal
import sys
import time
from collections.abc import Mapping
from functools import cache
from random import Random

from invledger.render import render_problems
from invledger.store import Cache
from tests.attacks.hostile import CODES, misplaced, told
from tests.errors.company import base
from tests.source_files import ROOT

SECONDS_MAX = 2.0
TOKENS = (
    'plugin "x"', 'option "title" "x"', 'include "/etc/passwd"', "1/0", "(", ")", '"', "\\", ";",
    "\n", "\n\n", "\0", "\ufeff", "\r", "\t", "  ", "*", "!", "#tag", "^link", "{", "}", "{{", "@",
    "@@", "1e9", "NaN", "-", "--", "0", "9" * 29, "0." + "0" * 26 + "1", "2026-13-45", "0000-00-00",
    "9999-12-31", 'custom "party"', 'custom "set" "item SKU-A" "unit" "x"', "TRUE", "NULL",
    'custom "close" "2026-01"', '  id: "x"', '  ref: "R1"', '  reverses: "R1"', "CNY", "USD",
    "Assets:", "Equity:Stock:Supplier", "pushtag #x", "balance", "pad", "close", "open", "note",
    "event", "query", "document", "price", "commodity", "txn", "\u202e", "\uff11", "%", "~1", "=",
    "/1=5", '  lot: "L1"', "  expiry: 2026-01-01", "  line: 1", "  amount: 10.00 CNY", "  rank: -5",
    '  time: "25:99"', "- ", "&a", "*a", "!!python/object:os.system", "<<: ", ": ", "? ", "[", "]",
    "{a: b}", "|\n  x", "---\n", "...\n", "%YAML 1.2\n", "zh", "debit", "amount", "cost", "; sum: ",
)  # fmt: skip
NUMBERS = ("0", "-1", "1.5", "9" * 15, "0.0000001", "1,000", "00012", "1e5", "\u0661", "9" * 29)
TEXTS = ('""', '"x\ny"', '"' + "A" * 5000 + '"', '"\\""', '"-"', '" "', '"../../etc"', '"中"')


class Memory(Cache):
    """What was read of unchanged files, as the user's cache keeps it, without a disk."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], bytes] = {}

    def get(self, digest: str, reader: str) -> bytes | None:
        return self.entries.get((digest, reader))

    def put(self, digest: str, reader: str, payload: bytes) -> None:
        self.entries[digest, reader] = payload


KEPT = Memory()


@cache
def sample() -> dict[str, bytes]:
    """The company that ships with the program."""
    paths = [p for name in ("ledgers", "rules") for p in sorted((ROOT / name).rglob("*"))]
    return {p.relative_to(ROOT).as_posix(): p.read_bytes() for p in paths if p.is_file()}


def broken(random: Random, data: bytes, corpus: list[bytes]) -> bytes:
    """A few changes, of bytes, of lines or of words, some taken from other files."""
    for _ in range(random.choice((1, 1, 1, 2, 4, 12))):
        change = random.choice((_of_bytes, _of_lines, _of_words))
        data = change(random, data, random.choice(corpus))
    return data


def _of_bytes(random: Random, data: bytes, other: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    kind = random.randrange(5)
    if kind == 0:
        return data[:at] + random.choice(TOKENS).encode() + data[at:]
    if kind == 1:
        return data[:at] + data[at + random.randrange(1, 30) :]
    if kind == 2 and at < len(data):
        return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]
    if kind == 3:
        start = random.randrange(len(other) + 1)
        return data[:at] + other[start : start + random.randrange(1, 200)] + data[at:]
    return data[:at] if random.random() < 0.3 else data


def _of_lines(random: Random, data: bytes, other: bytes) -> bytes:
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    kind = random.randrange(5)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines[at] = b""
    elif kind == 2:
        lines.insert(random.randrange(len(lines) + 1), lines[at])
    elif kind == 3:
        lines[at] = random.choice(other.split(b"\n"))
    else:
        random.shuffle(lines)
    return b"\n".join(lines)


def _of_words(random: Random, data: bytes, _: bytes) -> bytes:
    pattern, values = random.choice(
        ((rb"[0-9][0-9.]*", NUMBERS), (rb'"[^"\n]*"', TEXTS), (rb"[A-Za-z][A-Za-z0-9:-]+", TOKENS))
    )
    found = list(re.finditer(pattern, data))
    if not found:
        return data
    match = random.choice(found)
    near = random.choice(found)[0]
    value = near if random.random() < 0.5 else random.choice(values).encode()
    return data[: match.start()] + value + data[match.end() :]


def case(kind: str, seed: int) -> dict[str, bytes]:
    """The files of a seed: one of them broken."""
    random = Random(seed)  # noqa: S311  a seed
    files = dict(base() if seed % 20 else sample())
    paths = [p for p in sorted(files) if p.endswith(kind) and files[p]]
    corpus = [files[p] for p in paths]
    path = random.choice(paths)
    return files | {path: broken(random, files[path], corpus)}


def faults(files: Mapping[str, bytes]) -> str:
    """What the program did wrong with these files; "" where it kept all promises."""
    begun = time.process_time()  # of this process: others may keep the machine busy
    found = told(files, KEPT)
    text = render_problems(found, "table", "en") + render_problems(found, "json", "zh")
    if lost := misplaced(files, found):
        return f"no place: {lost[0]}"
    if any(one.exit_code not in CODES for one in found):
        return "exit code"
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text):
        return "control character"
    seconds = time.process_time() - begun
    return f"{seconds:.1f} s" if seconds > SECONDS_MAX else ""


def main() -> None:
    """Run seeds; tell what broke, and the count at the end."""
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(1800)
    kind, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    for seed in range(first, first + count):
        try:
            fault = faults(case(kind, seed))
        except Exception as error:  # noqa: BLE001  whatever escapes is what we look for
            fault = f"{type(error).__name__}: {error}"
        if not seed % 200:  # loading hides what it made from the collector: fine for one command
            KEPT.entries.clear()
            gc.unfreeze()
            gc.collect()
        if fault:
            sys.stdout.write(f"{kind} {seed}: {fault}\n")
            sys.stdout.flush()
    sys.stdout.write(f"done {count}\n")


if __name__ == "__main__":
    main()
