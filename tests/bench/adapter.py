"""The generator's CSV -> a company in our full format, as a warehouse would have written it.

One file a writer and day; every movement has id, type, time, party, document number and checksum,
receipts their lot and price. Receipts become purchase-receipt, issues sale-delivery, transfers
transfer, scrap scrap, counts count-overage or count-shortage.

`time` follows the generator's sequence, so that within a day and rank the order is its order.
A count that finds goods carries `rank: 10`: the generator may sell on the same day what it found.
Both keep every location at or above zero, as the generator does. The order within a day is
otherwise ours (causes before effects), so costs differ by a little from a peer that reads the
file's order; `tests/bench/test_bench.py` recomputes them on their own.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import NamedTuple

TYPES = {"receipt": "purchase-receipt", "issue": "sale-delivery", "transfer": "transfer",
         "scrap": "scrap"}  # fmt: skip
OUTSIDE = {"receipt": "Supplier", "issue": "Customer", "scrap": "Scrap", "count": "Count"}
OPENED = "2025-12-31"


class Made(NamedTuple):
    """What was written: the company's master data, and the movements by type."""

    items: dict[str, int]  # code -> decimals
    sites: set[str]
    parties: set[str]
    movements: int
    files: int
    bytes: int


def write_movements(source: Path, root: Path) -> Made:
    """Write `ledgers/movements` below `root` from a generator CSV."""
    made = _Writer(root)
    with source.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        day, number = "", 0
        for seq, date, doc, kind, item, origin, goal, quantity, price, lot in rows:
            if date != day:
                made.close_day()
                day, number = date, 0
            number += 1
            made.write(
                Line(int(seq), number, date, doc, kind, item, origin, goal, quantity, price, lot)
            )
        made.close_day()
    return Made(made.items, made.sites, made.parties, made.movements, made.files, made.bytes)


class Line(NamedTuple):
    """One row of the generator; `number` counts within the day."""

    seq: int
    number: int
    date: str
    doc: str
    kind: str
    item: str
    origin: str
    goal: str
    quantity: str
    price: str
    lot: str


class _Writer:
    """Collects a day's blocks by writer, then writes the files."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.items: dict[str, int] = {}
        self.sites: set[str] = set()
        self.parties: set[str] = set()
        self.movements = self.files = self.bytes = 0
        self._blocks: dict[str, list[str]] = {}
        self._counters: dict[str, int] = {}
        self._date = ""

    def write(self, line: Line) -> None:
        gain = not line.origin.startswith("WH")
        device = line.goal if gain else line.origin
        self._date = line.date
        self._counters[device] = self._counters.get(device, 0) + 1
        entered = line.date[2:].replace("-", "")
        identity = f"{device}-{entered}-{self._counters[device]:04d}"
        decimals = 3 if "." in line.quantity or self.items.get(line.item) else 0
        self.items[line.item] = decimals
        self.sites.update(x for x in (line.origin, line.goal) if x.startswith("WH"))
        self._blocks.setdefault(device, []).append(block_of(line, identity, gain=gain))
        self.movements += 1
        party = _party(line)
        if party:
            self.parties.add(party)

    def close_day(self) -> None:
        for device, blocks in self._blocks.items():
            year, month, _ = self._date.split("-")
            folder = self.root / "ledgers" / "movements" / year / month
            folder.mkdir(parents=True, exist_ok=True)
            text = "\n".join(blocks)
            (folder / f"{self._date}.{device}.beancount").write_text(text, encoding="utf-8")
            self.files += 1
            self.bytes += len(text)
        self._blocks.clear()
        self._counters.clear()


def _party(line: Line) -> str:
    if line.kind == "receipt":
        return line.origin
    return line.goal if line.kind == "issue" else ""


def block_of(line: Line, identity: str, *, gain: bool) -> str:
    """One movement as the program prints it, with its checksum line."""
    kind = TYPES.get(line.kind) or ("count-overage" if gain else "count-shortage")
    outside = OUTSIDE.get(line.kind, "")
    source = f"Equity:Stock:{outside}" if gain else f"Assets:Stock:{line.origin}"
    target = (
        f"Assets:Stock:{line.goal}" if line.goal.startswith("WH") else f"Equity:Stock:{outside}"
    )
    party = _party(line)
    seconds = min(line.number, 86_399)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    head = [f'{line.date} * "{party}" "{line.kind}"' if party else f'{line.date} * "{line.kind}"']
    head += [f'  id: "{identity}"', f'  type: "{kind}"', f'  time: "{clock}"']
    if party:
        head.append(f'  party: "{party}"')
    if kind == "count-overage":
        head.append("  rank: 10")
    if kind == "scrap":
        head.append('  reason: "damaged"')
    head.append(f'  doc: "{line.doc}"')
    price = f" @ {line.price} CNY" if line.price else ""
    head.append(_posting(target, line.quantity, line.item, price))
    if line.lot:
        head.append(f'    lot: "{line.lot}"')
    head.append(_posting(source, f"-{line.quantity}", line.item, price))
    text = "\n".join(head)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{text}\n; sum: {digest}\n"


def _posting(account: str, quantity: str, item: str, price: str) -> str:
    """A posting whose quantity ends in column 70, as bean-format -c 72 aligns it."""
    return f"  {account}  {quantity.rjust(max(0, 66 - len(account)))} {item}{price}"
