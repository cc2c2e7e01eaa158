"""A company of several items whose source files change at random, posted after each change."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from invledger.books import NewCompany, Signers, book, derive, init, load
from invledger.books.posting import day_files, standing_vouchers
from invledger.ledger import print_item, print_location, print_movement, print_party
from invledger.ledger.sums import with_sum
from invledger.model import PRICE_DECIMALS, Item, Location, Party, Row
from invledger.store import Cache, FolderTree

ITEMS = ("SKU-A", "SKU-B", "SKU-C", "SKU-D", "SKU-E", "SKU-F")
OPENED = "2026-01-01"
KNOWN = {code: Item(code, code, "EA", 0, category="goods", opened=OPENED) for code in ITEMS}
PLACES = {
    "purchase-receipt": ("Equity:Stock:Supplier", "Assets:Stock:SH"),
    "sale-delivery": ("Assets:Stock:SH", "Equity:Stock:Customer"),
    "transfer": ("Assets:Stock:SH", "Assets:Stock:SZ"),
    "scrap": ("Assets:Stock:SH", "Equity:Stock:Scrap"),
    "purchase-return": ("Assets:Stock:SH", "Equity:Stock:Supplier"),
    "sale-return": ("Equity:Stock:Customer", "Assets:Stock:SH"),
    "production-issue": ("Assets:Stock:SH", "Equity:Stock:Production"),
    "production-receipt": ("Equity:Stock:Production", "Assets:Stock:SH"),
}
METHODS = ("fifo", "moving-average")
POOLS = ("company", "site", "location")


def summed(text: str) -> str:
    """The blocks of a file with the checksums that they should have."""
    blocks = [re.sub(r"; sum: .*\n?", "", block) for block in text.strip("\n").split("\n\n")]
    return "\n".join(with_sum(block.rstrip("\n")) for block in blocks)


class Forgetful(Cache):
    """A cache that keeps what was read, and no checkpoint."""

    def note(self, tree: FolderTree, purpose: str) -> bytes:
        """Nothing was noted."""
        return b""

    def put_note(self, tree: FolderTree, purpose: str, payload: bytes) -> None:
        """Note nothing."""


class Firm:
    """The books, a cache of their own, and ways to change them."""

    def __init__(self, folder: Path, random: Random, *, sells_unpriced: bool = False) -> None:
        self.sells_unpriced, self.closes = sells_unpriced, 0
        self.folder, self.root, self.random = folder, folder / "books", random
        cache = Cache.of_user({"XDG_CACHE_HOME": str(folder / "cache")})
        if cache is None:
            raise AssertionError("no cache")
        self.forgetful = Forgetful(folder / "cache" / "invledger")
        self.cache, self.count, self.ids = cache, 0, dict[str, list[str]]()
        init(self.root, NewCompany("测试", "Test", start=OPENED))
        ledgers = self.root / "ledgers"
        places = [Location(f"Assets:Stock:{s}", "available", s, s, opened=OPENED)
                  for s in ("SH", "SZ")]  # fmt: skip
        places += [
            Location(f"Equity:Stock:{name}", name.lower(), opened=OPENED)
            for name in ("Supplier", "Customer", "Scrap", "Production")
        ]
        texts = {
            "items": [print_item(one) for one in KNOWN.values()],
            "locations": [print_location(one) for one in places],
            "parties": [print_party(Party(code, code), OPENED) for code in ("V1", "C1")],
        }
        for name, found in texts.items():
            (ledgers / f"{name}.beancount").write_text("\n".join(found), "utf-8")
        self.set_method()
        for item in ITEMS:
            self.put("purchase-receipt", "2026-01-02", [(item, 500)])

    def set_method(self) -> None:
        path = self.root / "rules" / "company.yaml"
        kept = [line for line in path.read_text("utf-8").splitlines()
                if not line.startswith(("cost:", "categories:", " ", "#"))]  # fmt: skip
        cost = (
            f"cost: {{method: {self.random.choice(METHODS)}, pool: {self.random.choice(POOLS)}}}"
        )
        goods = "categories:\n  goods:\n    title: {zh: 商品, en: Goods}"
        path.write_text("\n".join([*kept, cost, goods, ""]), "utf-8")

    def put(
        self,
        type_: str,
        date: str,
        lines: list[tuple[str, int]],
        *,
        ref: str = "",
        order: str = "",
    ) -> None:
        """A movement at the end of its day's file, or of another writer's."""
        self.count += 1
        id_ = f"{self.random.choice(('X', 'Y'))}-{self.count:04}"
        source, target = PLACES[type_]
        party = {"purchase": "V1", "sale": "C1"}.get(type_.partition("-")[0])
        price = self.random.randrange(100, 999) * 10 ** (PRICE_DECIMALS - 2)
        is_priced = type_ == "purchase-receipt" or (
            type_ == "sale-delivery" and not self.sells_unpriced
        )
        time = self.random.choice(("", "", "09:00:00", "17:00:00"))
        rows = [
            Row(
                date=date, rank=0, time=time, id=id_, line=number, type=type_, party=party or "",
                item=item, quantity=quantity, source=source, target=target,
                price=price if is_priced else None, amount=None,
                currency="CNY" if is_priced else "", lot="", expiry="", order=order, ref=ref,
                reason="lost" if type_ == "scrap" else "", tax="", owner="", payee="x",
                narration="y", links="", meta=(), path="", lineno=0,
            )
            for number, (item, quantity) in enumerate(lines, 1)
        ]  # fmt: skip
        text = print_movement(rows, KNOWN)
        self.ids.setdefault(type_, []).append(f"{id_} {lines[0][0]} {date}")
        writer = self.random.choice(("", ".B"))
        path = self.root / "ledgers" / "movements" / date[:4] / date[5:7]
        path.mkdir(parents=True, exist_ok=True)
        path = path / f"{date}{writer}.beancount"
        before = path.read_text("utf-8") + "\n" if path.exists() else ""
        path.write_text(before + text, "utf-8")

    def change(self) -> None:
        """One change as a person, a device or a merge might make it."""
        kind = self.random.randrange(24)
        date = f"2026-0{self.random.randrange(1, 4)}-{self.random.randrange(3, 28):02}"
        item, other = self.random.sample(ITEMS, 2)
        quantity = self.random.randrange(1, 9)
        if kind < 9:
            type_ = self.random.choice(("purchase-receipt", "sale-delivery", "sale-delivery",
                                        "transfer", "scrap"))  # fmt: skip
            lines = [(item, quantity)] + [(other, 3)] * (self.random.random() < 0.2)
            self.put(type_, date, lines)
        elif kind < 12:
            self._return()
        elif kind == 12:
            order = f"W{self.count}"
            self.put("production-issue", date, [(item, quantity)], order=order)
            self.put("production-receipt", date, [(other, 2)], order=order)
        elif kind == 13:
            self.set_method()
        elif kind == 20:
            self._vouchers()
        elif kind > 20:
            self._value(f"{date[:8]}28")
        else:
            self.text(kind)

    def _value(self, date: str) -> None:
        """Freight over two receipts, or a change of value of one item."""
        self.count += 1
        amount = f"{self.random.randrange(100, 5000) / 100:.2f}"
        receipts = self.ids.get("purchase-receipt", [])
        if self.random.random() < 0.6:
            two = self.random.sample(receipts, 2)
            ref = " ".join(one.split()[0] for one in two)
            text = f'{date} custom "landed-cost" "L-{self.count:04}" {amount} CNY\n'
            text += f'  party: "V1"\n  ref: "{ref}"\n  basis: "value"\n'
        else:
            item = self.random.choice(ITEMS)
            text = f'{date} custom "cost-adjustment" "L-{self.count:04}" {amount} CNY\n'
            text += f'  item: "{item}"\n  location: "Assets:Stock:SH"\n  reason: "test"\n'
        path = self.root / "ledgers" / "documents" / date[:4] / date[5:7]
        path.mkdir(parents=True, exist_ok=True)
        (path / f"{date}.{self.count}.beancount").write_text(text, "utf-8")

    def _return(self) -> None:
        type_ = self.random.choice(("purchase-return", "sale-return"))
        of = {"purchase-return": "purchase-receipt", "sale-return": "sale-delivery"}[type_]
        if self.ids.get(of):
            id_, item, date = self.random.choice(self.ids[of]).split()
            late = f"{date[:8]}28" if date[8:] < "28" else date
            self.put(type_, late, [(item, 1)], ref=f"{id_}/1")

    def _vouchers(self) -> None:
        """Derived files come to harm, some of them are booked, a period is closed or opened."""
        below = sorted((self.root / "ledgers" / "vouchers").rglob("2026-*.beancount"))
        chance = self.random.random()
        if chance < 0.4:
            day = self.random.choice(("2026-01-10", "2026-02-05"))
            book(self.root, day, Signers("a", "b", "c"))
        elif chance < 0.6:
            path = self.root / "ledgers" / "periods.beancount"
            self.closes += 1
            word = "close" if self.closes % 2 else "reopen"
            line = f'2026-04-{self.closes:02} custom "{word}" "2026-01"\n'
            path.write_text(path.read_text("utf-8") + line, "utf-8")
        elif below:
            path = self.random.choice(below)
            path.write_bytes(path.read_bytes() + b"\n")

    def text(self, kind: int, since: str = "2026") -> None:
        """An edit, a removal, a renaming of a source file of a date."""
        below = sorted((self.root / "ledgers" / "movements").rglob("2026-*.beancount"))
        path = self.random.choice([path for path in below if path.name >= since])
        text = path.read_text("utf-8")
        if kind == 15:
            path.write_text(summed(text.replace("2.1", "2.7").replace(".3", ".8")))
        elif kind == 14:
            old, new = self.random.sample(("09:00:00", "17:00:00", "12:30:00"), 2)
            path.write_text(summed(text.replace(old, new)))
        elif kind == 16:
            blocks = text.strip("\n").split("\n\n")
            blocks.pop(self.random.randrange(len(blocks)))
            path.write_text("\n\n".join(blocks) + "\n") if blocks else path.unlink()
        elif kind == 17:
            path.rename(path.with_name(f"{path.stem}.{self.count}.beancount"))
        elif kind == 18:
            path.write_text(f"; a remark\n\n{text}")
        else:
            day = path.name[:10]
            other = f"{day[:8]}{self.random.randrange(3, 28):02}"
            path.write_text(summed(text.replace(day, other)))

    def sources(self) -> dict[Path, bytes]:
        below = [*(self.root / "ledgers").rglob("*"), *(self.root / "rules").rglob("*")]
        return {p: p.read_bytes() for p in below if p.is_file() and "vouchers" not in p.parts}

    def go_back(self, before: dict[Path, bytes]) -> None:
        for path in self.sources().keys() - before.keys():
            path.unlink()
        for path, data in before.items():
            path.write_bytes(data)

    def vouchers(self) -> dict[str, bytes]:
        """The voucher files on disk."""
        below = (self.root / "ledgers" / "vouchers").rglob("2*.beancount")
        return {p.relative_to(self.root).as_posix(): p.read_bytes() for p in below}

    def anew(self) -> dict[str, bytes]:
        """The voucher files that a full run gives."""
        sources = load(FolderTree(self.root), cache=self.forgetful)
        standing, problems = standing_vouchers(sources, derive(sources))
        if problems:
            raise AssertionError(problems)
        return {day.path: day.data for day in day_files(sources, standing)}
