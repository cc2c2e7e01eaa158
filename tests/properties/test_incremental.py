"""N7: posting after each change gives the bytes that posting from nothing gives."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random

import pytest

from invledger.books import post
from invledger.store import Cache
from tests.attacks.hostile import lay_out, movement

FOLDER = "ledgers/movements"
RULES = (
    ("rules/company.yaml", "method: fifo", "method: moving-average"),
    ("rules/company.yaml", "cost-voucher: separate", "cost-voucher: together"),
    ("rules/movements/purchase-receipt.yaml", "zh: 采购入库", "zh: 采购验收"),
    ("ledgers/items.beancount", 'name: "可乐"', 'name: "汽水"'),
    ("ledgers/parties.beancount", '"V1"', '"V1" '),
)


class Shop:
    """A company that changes; `now` are its source files."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.root = lay_out(folder / "books")
        self.random = random
        cache = Cache.of_user({"XDG_CACHE_HOME": str(folder / "cache")})
        assert cache is not None
        self.cache = cache
        self.count = 10

    def change(self) -> None:
        """One change of a source file, as a person or a merge might make it."""
        kind = self.random.randrange(8)
        if kind < 4 or not self.paths():
            self.add(self.random.choice(("purchase-receipt", "purchase-receipt", "sale-delivery")))
        elif kind == 4:
            self.alter()
        elif kind == 5:
            self.remove()
        elif kind == 6:
            path, one, other = self.random.choice(RULES)
            self.swap(path, one, other)
        else:
            self.move()

    def paths(self) -> list[Path]:
        return [p for p in sorted((self.root / FOLDER).rglob("20*.beancount")) if p.is_file()]

    def add(self, type_: str) -> None:
        day = f"2026-0{self.random.randrange(1, 3)}-{self.random.randrange(1, 29):02}"
        self.count += 1
        text = movement(
            date=day, id=f"R{self.count}", qty=str(self.random.randrange(1, 9)),
            price=f"{self.random.randrange(1, 999) / 100:.2f}",
        )  # fmt: skip
        if type_ == "sale-delivery":
            text = text.replace("purchase-receipt", type_).replace('"V1"', '"C1"')
            text = text.replace("Assets:Stock:SH:Main  ", "Equity:Stock:Customer  ")
            text = text.replace("Equity:Stock:Supplier  -", "Assets:Stock:SH:Main  -")
        path = self.root / FOLDER / day[:4] / day[5:7] / f"{day}.beancount"
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text() + "\n" if path.exists() else ""
        path.write_text(before + text)

    def alter(self) -> None:
        path = self.random.choice(self.paths())
        old = self.random.choice(("2.00 CNY", "5.00 CNY", "2026-01-05", "x"))
        new = {"2026-01-05": "2026-01-06"}.get(old, old.replace("00", "37"))
        path.write_text(path.read_text().replace(old, new))

    def remove(self) -> None:
        path = self.random.choice(self.paths())
        blocks = path.read_text().strip("\n").split("\n\n")
        blocks.pop(self.random.randrange(len(blocks)))
        path.write_text("\n\n".join(blocks) + "\n") if blocks else path.unlink()

    def swap(self, path: str, one: str, other: str) -> None:
        target = self.root / path
        text = target.read_text()
        target.write_text(text.replace(one, other) if one in text else text.replace(other, one))

    def move(self) -> None:
        """All of a file under another name."""
        path = self.random.choice(self.paths())
        path.rename(path.with_name(f"{path.stem}-{self.count}.beancount"))

    def sources(self) -> dict[Path, bytes]:
        below = [*(self.root / "ledgers").rglob("*"), *(self.root / "rules").rglob("*")]
        return {p: p.read_bytes() for p in below if p.is_file() and "vouchers" not in p.parts}

    def go_back(self, before: dict[Path, bytes]) -> None:
        for path in self.sources().keys() - before.keys():
            path.unlink()
        for path, data in before.items():
            path.write_bytes(data)

    def vouchers(self, root: Path) -> dict[str, bytes]:
        folder = root / "ledgers" / "vouchers"
        below = [p for p in folder.rglob("*") if p.is_file()]
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in below}

    def from_nothing(self, folder: Path) -> dict[str, bytes]:
        """What posting gives in a fresh copy without vouchers, without a cache."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.root, folder)
        shutil.rmtree(folder / "ledgers" / "vouchers" / "2026", ignore_errors=True)
        problems = [one for one in post(folder).problems if one.severity == "error"]
        assert problems == []
        return self.vouchers(folder)


def changed_again_and_again(folder: Path, seed: int, count: int) -> int:
    """Change and post `count` times; the number of changes that could be posted."""
    shop = Shop(folder, Random(seed))  # noqa: S311  a seed
    posted = 0
    for number in range(count):
        before = shop.sources()
        shop.change()
        if shop.sources() == before:
            continue
        outcome = post(shop.root, cache=shop.cache)
        if any(one.severity == "error" for one in outcome.problems):
            assert not outcome.written, "nothing is written beside an error"
            shop.go_back(before)
            continue
        posted += 1
        assert shop.vouchers(shop.root) == shop.from_nothing(folder / "anew"), (seed, number)
        assert post(shop.root, check=True, cache=shop.cache).is_clean
    return posted


@pytest.mark.req("FIN-03", "TE-05", "OP-07")
def test_posting_after_each_change_equals_posting_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # nothing dies here
    assert changed_again_and_again(tmp_path, 7, 65) >= 40


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_posting_after_each_change_in_large_number(tmp_path: Path, seed: int) -> None:
    assert changed_again_and_again(tmp_path, seed, 75) >= 30
