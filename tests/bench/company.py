"""A company around the generated movements: master data, chart, rules, cost policy."""

from __future__ import annotations

import os
import re
import shutil
from itertools import islice
from pathlib import Path

from invledger.books import NewCompany, init
from invledger.ledger import print_item, print_location, print_party
from invledger.model import PERIODIC, Item, Location, Party
from tests.bench.adapter import OPENED, OUTSIDE, Line, Made, block_of, write_movements

SAMPLE = Path(__file__).resolve().parents[2]


def make_company(source: Path, root: Path, method: str) -> Made:
    """Build a company at `root` from a generator CSV; `method` is the cost method."""
    shutil.rmtree(root, ignore_errors=True)
    init(root, NewCompany("青禾测试", "Bench", start=OPENED))
    made = write_movements(source, root)
    _write_master(root, made)
    set_method(root, method)
    return made


def add_one(source: Path, root: Path) -> Path:
    """One more receipt on the last day, by a writer of its own: the file that was written."""
    with source.open(encoding="utf-8") as lines:
        rows = [row.rstrip("\n").split(",") for row in islice(lines, 2)]
    with source.open("rb") as tail:
        tail.seek(-200, os.SEEK_END)
        date = tail.read().decode().splitlines()[-1].split(",")[1]
    _, _, _, kind, item, origin, goal, quantity, price, _ = rows[1]
    if kind != "receipt":
        raise ValueError(f"{source}: the first movement is no receipt")
    line = Line(0, 86_000, date, "GR-MORE", kind, item, origin, goal, quantity, price, "L-MORE")
    entered = date[2:].replace("-", "")
    folder = root / "ledgers" / "movements" / date[:4] / date[5:7]
    path = folder / f"{date}.MORE.beancount"
    path.write_text(block_of(line, f"MORE-{entered}-0001", gain=True), "utf-8")
    return path


def set_method(root: Path, method: str) -> None:
    """Say in `rules/company.yaml` how costs are kept: a pool a location, as the peers do; under a
    method of periods one for the company, as 全月一次加权平均 is kept.
    """
    path = root / "rules" / "company.yaml"
    text = re.sub(r"(?m)^(cost|categories):.*\n([ #].*\n)*", "", path.read_text("utf-8"))
    pool = "company" if method in PERIODIC else "location"
    path.write_text(f"{text}cost: {{method: {method}, pool: {pool}}}\n", "utf-8")


def _write_master(root: Path, made: Made) -> None:
    items = [
        Item(code=code, name=code, unit="EA", decimals=decimals, opened=OPENED)
        for code, decimals in sorted(made.items.items())
    ]
    locations = [
        Location(f"Assets:Stock:{site}", "available", site, site, opened=OPENED)
        for site in sorted(made.sites)
    ]
    locations += [
        Location(f"Equity:Stock:{name}", name.lower(), opened=OPENED)
        for name in sorted(OUTSIDE.values())
    ]
    ledgers = root / "ledgers"
    for name, texts in {
        "items": [print_item(one) for one in items],
        "locations": [print_location(one) for one in locations],
        "parties": [print_party(Party(code, code), OPENED) for code in sorted(made.parties)],
    }.items():
        (ledgers / f"{name}.beancount").write_text("\n".join(texts), "utf-8")
