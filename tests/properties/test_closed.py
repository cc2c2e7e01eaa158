"""N7: from a close, posting gives the bytes, counts and lists that a full run gives."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from invledger.books import (
    Signers,
    after_close,
    book,
    checkpoint,
    close,
    closed,
    memory,
    post,
    reopen,
)
from invledger.books.prepared import Prepared
from invledger.ledger import print_location, read_master
from invledger.model import Location
from invledger.store import FolderTree
from tests.properties.changing import ITEMS, Firm

METHODS = ("moving-average", "periodic-average", "planned", "retail", "fifo")
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")
WHO = Signers("a", "b", "c")


class Closer(Firm):
    """A firm that closes its periods, and whose goods are kept at averages or at prices."""

    def __init__(self, folder: Path, random: Random) -> None:
        super().__init__(folder, random)
        self.only = ""  # month of the only change, where it is in one
        self.work: list[str] = []  # orders begun
        prices = [
            f'2026-01-01 price {item} {random.randrange(200, 900) / 100:.2f} CNY\n  kind: "{kind}"'
            for item in ITEMS
            for kind in ("planned", "retail")
        ]
        (self.root / "ledgers/prices.beancount").write_text("\n".join(prices) + "\n")
        places = [
            print_location(Location(f"Equity:Invoice:{one}", "invoice", opened="2026-01-01"))
            for one in ("Supplier", "Purchase")
        ]
        self.add("ledgers/locations.beancount", "\n".join(places))
        if random.random() < 0.3:
            self.turn(random.choice(("2026-02-01", "2026-03-01")))
        for month in MONTHS[:2]:
            for _ in range(random.randrange(3, 9)):
                self.move(month)
        post(self.root)
        for month in MONTHS[: random.randrange(1, 3)]:
            self.end(month)

    def set_method(self) -> None:
        path = self.root / "rules" / "company.yaml"
        kept = [line for line in path.read_text("utf-8").splitlines()
                if not line.startswith(("cost", "categories:", "items:", " ", "#"))]  # fmt: skip
        method, own = self.random.choice(METHODS), self.random.choice(METHODS)
        pool = self.random.choice(("company", "site"))
        cost = [f"cost: {{method: {method}, pool: {pool}}}", "categories:", "  goods:",
                "    title: {zh: 商品, en: Goods}", "items:",
                f"  SKU-B: {{method: {own}, reason: another}}"]  # fmt: skip
        path.write_text("\n".join([*kept, *cost, ""]), "utf-8")

    def turn(self, date: str) -> None:
        """The policy of an item, or of all, changes on a date."""
        method, apply = self.random.choice(METHODS), self.random.choice(("pro", "retro"))
        item = self.random.choice(("", "item: SKU-A, "))
        self.add("rules/company.yaml", (
            f"cost-changes:\n  - {{from: {date}, {item}cost: {{method: {method}}}, "
            f"apply: {apply}spective, reason: another}}\n"
        ))  # fmt: skip

    def move(self, month: str) -> None:
        """Goods come, go or are moved on a day of a month."""
        types = ("purchase-receipt", "sale-delivery", "sale-delivery", "transfer", "scrap")
        date, random = f"{month}-{self.random.randrange(3, 28):02}", self.random
        item, other = random.sample(ITEMS, 2)
        if random.random() < 0.06:
            self.work.append(f"W{self.count}")
            self.put("production-issue", date, [(item, 3)], order=self.work[-1])
            return
        if self.work and random.random() < 0.06:  # perhaps begun in a month that is closed
            order = self.work.pop(random.randrange(len(self.work)))
            self.put("production-receipt", date, [(other, 2)], order=order)
            return
        lines = [(item, random.randrange(1, 9))] + [(other, 2)] * (random.random() < 0.1)
        self.put(random.choice(types), date, lines)

    def invoice(self, month: str) -> None:
        """The invoice of a receipt, perhaps for another price or for less."""
        random = self.random
        id_, item, _ = random.choice(self.ids["purchase-receipt"]).split()
        self.count += 1
        date, leg = (
            f"{month}-28",
            f"{random.randrange(1, 5)} {item} @ {random.randrange(1, 9)}.50 CNY",
        )
        self.add(f"ledgers/documents/{date[:4]}/{date[5:7]}/{date}.{self.count}.beancount", (
            f'{date} * "x" "y"\n  id: "I-{self.count:04}"\n  type: "purchase-invoice"\n'
            f'  party: "V1"\n  ref: "{id_}/1"\n  Equity:Invoice:Purchase  {leg}\n'
            f"  Equity:Invoice:Supplier  -{leg}\n"
        ))  # fmt: skip

    def add(self, path: str, text: str) -> None:
        """Something at the end of a file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        before = f"{file.read_text('utf-8')}\n" if file.exists() else ""
        file.write_text(before + text, "utf-8")

    def end(self, month: str) -> None:
        """Close a month, on a day of the next; it is as well if that is refused."""
        number = int(month[5:]) + 1
        close(self.root, month, f"2026-{number:02}-{self.random.choice(('01', '28'))}", WHO)

    def change(self) -> None:
        kind, random = self.random.random(), self.random
        self.only = ""
        if kind < 0.5:
            self.only = random.choice(MONTHS[2:])
            self.move(self.only)
        elif kind < 0.57:
            self._return()
        elif kind < 0.65:
            self.only = random.choice(MONTHS[1:])
            self.invoice(self.only)
        elif kind < 0.7:
            self.move(random.choice(MONTHS[:2]))
        elif kind < 0.78:
            self.text(random.randrange(14, 20))
        elif kind < 0.81:
            self._value(f"{random.choice(MONTHS)}-28")
        elif kind < 0.86:
            self.frame()
        elif kind < 0.9:
            book(self.root, f"{random.choice(MONTHS[1:3])}-{random.randrange(3, 28):02}", WHO)
        elif kind < 0.94:
            self.end(random.choice(MONTHS[:3]))
        elif kind < 0.96:
            reopen(self.root, random.choice(MONTHS[:2]), "2026-04-28", "a slip")
        else:
            self.harm()

    def frame(self) -> None:
        """What is no movement changes: policies, prices, master data, rules."""
        kind, item = self.random.randrange(6), self.random.choice(ITEMS)
        if kind == 0:
            self.set_method()
            return
        path, text = (
            ("prices", "2026-01-01 price USD 7.1 CNY\n"),
            ("prices", f'2026-03-01 price {item} 5 CNY\n  kind: "retail"\n'),
            ("items", f'2026-01-01 commodity NEW-{self.count}\n  unit: "EA"\n'),
            ("parties", f'2026-01-01 custom "party" "N{self.count}" "n"\n'),
            ("periods", "; a remark\n"),
        )[kind - 1]
        self.add(f"ledgers/{path}.beancount", text)

    def harm(self) -> None:
        """Something of the cache is cut, another's, or gone; or a voucher file is."""
        below = sorted(p for p in (self.folder / "cache").rglob("*") if p.is_file())
        files = sorted((self.root / "ledgers/vouchers").rglob("2026-*.beancount"))
        if files and (not below or self.random.random() < 0.3):
            path = self.random.choice(files)
            path.write_bytes(path.read_bytes()[:-1])
            return
        path, other = self.random.choice(below), self.random.choice(below)
        way = self.random.randrange(3)
        if way == 0:
            path.unlink()
        elif way == 1:
            path.write_bytes(path.read_bytes()[:-3])
        else:
            path.write_bytes(other.read_bytes())


WAYS: list[str] = []


class Watched(memory.Memory):
    """Says which way it went."""

    def prepared(self, *, is_detailed: bool) -> Prepared | None:
        found = super().prepared(is_detailed=is_detailed)
        WAYS.append(type(found.kept).__name__ if found else "")
        return found


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # nothing dies here
    monkeypatch.setattr(closed, "BUCKET_ROWS", 1)
    monkeypatch.setattr(after_close, "PART_MAX", 1.0)
    monkeypatch.setattr(memory, "Memory", Watched)


def follow(folder: Path, seed: int, count: int) -> Counter[str]:
    """Change and post `count` times; how many runs went which way, or were refused."""
    firm, seen = Closer(folder, Random(seed)), Counter[str]()  # noqa: S311  a seed
    post(firm.root, cache=firm.cache)
    for number in range(count):
        before = firm.sources()
        last = max(read_master(FolderTree(firm.root))[0].closed_periods(), default="")
        firm.change()
        plain = post(firm.root, dry_run=True, cache=firm.forgetful)
        dry = post(firm.root, dry_run=True, cache=firm.cache)
        at = (seed, number)
        assert (dry.counts, dry.written, dry.removed) == (
            plain.counts, plain.written, plain.removed,
        ), at  # fmt: skip
        assert [c[:4] for c in dry.changes] == [c[:4] for c in plain.changes], at
        WAYS.clear()
        said = post(firm.root, cache=firm.cache)
        assert [p.code for p in said.problems] == [p.code for p in plain.problems], at
        if any(one.severity == "error" for one in said.problems):
            assert not said.written
            if firm.only > last:
                assert not any(one.code.startswith("close") for one in said.problems), at
            seen.update({f"refused {one.code}" for one in said.problems})
            firm.go_back(before)
            continue
        assert said.counts == plain.counts, at
        seen[WAYS[-1]] += 1
        assert firm.vouchers() == firm.anew(), at
        assert post(firm.root, check=True, cache=firm.cache).is_clean
    return seen


@pytest.mark.req("FIN-03", "FIN-10", "TE-05", "OP-07")
def test_a_run_from_a_close_is_a_full_run(tmp_path: Path) -> None:
    seen = follow(tmp_path, 507, 24)
    assert seen["Closed"] >= 9, seen


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300, 340))
def test_closes_in_large_number(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if seed % 2:  # with the other way beside it
        monkeypatch.setattr(checkpoint, "ROWS_MIN", 0)
    follow(tmp_path, seed, 50)
