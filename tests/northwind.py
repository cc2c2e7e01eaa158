"""The Northwind sample, end to end through the program: `python -m tests.northwind OUT`.

Builds a company in OUT with the commands that a user types (`init`, `import`, `post`, `check`,
`reconcile stock-gl`, `stock`, `balance`), loads both entry files with `bean-check`, imports a
second time, and compares the totals with ones computed here from the CSV files alone: plain
Python, exact fractions, none of the program's own code.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
MAP = "rules/imports/northwind.yaml"
PURCHASED, SOLD, ON_HOLD = "1", "2", "3"


class Expected(NamedTuple):
    """What the books must come to; money in units of the currency, exact."""

    available: dict[str, Fraction]  # item number -> quantity in the main warehouse
    held: dict[str, Fraction]  # item number -> quantity on hold
    purchased: Fraction
    sold: Fraction
    cost_of_sales: Fraction
    counts: dict[str, int]

    @property
    def stock(self) -> Fraction:
        return self.purchased - self.cost_of_sales


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def expected(folder: Path) -> Expected:
    """Totals from the CSV files: receipts and issues day by day, moving average per item.

    Within a day purchases come before sales, as in the books. The average is kept exact: every
    item of the sample has one cost only, so no rounding can occur, and that is asserted.
    """
    cost = {r["inventory_id"]: r for r in table(folder, "purchase_order_details")}
    price = {r["inventory_id"]: r for r in table(folder, "order_details")}
    rows = table(folder, "inventory_transactions")
    rows.sort(key=lambda r: (r["transaction_created_date"][:10], r["transaction_type"]))
    quantity: dict[str, Fraction] = {}
    value: dict[str, Fraction] = {}
    held: dict[str, Fraction] = {}
    purchased = sold = cost_of_sales = Fraction()
    counts: dict[str, int] = {}
    for row in rows:
        item, count, kind = row["product_id"], Fraction(row["quantity"]), row["transaction_type"]
        counts[kind] = counts.get(kind, 0) + 1
        if kind == PURCHASED:
            amount = count * Fraction(cost[row["id"]]["unit_cost"])
            quantity[item] = quantity.get(item, Fraction()) + count
            value[item] = value.get(item, Fraction()) + amount
            purchased += amount
        elif kind == SOLD:
            out = value[item] * count / quantity[item]
            if (out * 100).denominator != 1:
                raise ValueError(f"the cost of transaction {row['id']} is no whole cent")
            quantity[item] -= count
            value[item] -= out
            cost_of_sales += out
            sold += count * Fraction(price[row["id"]]["unit_price"])
        elif kind == ON_HOLD:
            held[item] = held.get(item, Fraction()) + count
    available = {item: have - held.get(item, 0) for item, have in quantity.items()}
    return Expected(available, held, purchased, sold, cost_of_sales, counts)


def plain(amount: Fraction) -> str:
    """An amount with two decimals; every one here is a whole number of cents."""
    return f"{Decimal(amount.numerator) / Decimal(amount.denominator):,.2f}"


class Company:
    """The company in a folder, asked through the program's command line."""

    def __init__(self, root: Path, *, quiet: bool = False) -> None:
        self.root = root
        self.quiet = quiet

    def run(self, *words: str, codes: tuple[int, ...] = (0,), show: bool = True) -> str:
        """Run a command; show it and what it prints; stop where it ends with another code."""
        done = subprocess.run(
            [sys.executable, "-m", "invledger", *words],
            cwd=self.root if self.root.is_dir() else ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        if show:
            self.say(f"\n$ invledger {' '.join(words)}\n{done.stdout}{done.stderr}")
        if done.returncode not in codes:
            self.say(f"{done.stdout}{done.stderr}")
            raise SystemExit(f"invledger {' '.join(words)} ended with {done.returncode}")
        return done.stdout

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """The rows of a report."""
        found = json.loads(self.run(*words, "--format", "json", show=False))["rows"]
        return list(found)

    def say(self, text: str) -> None:
        if not self.quiet:
            sys.stdout.write(text.rstrip() + "\n")
            sys.stdout.flush()


def build(out: Path, data: Path, *, quiet: bool = False) -> Company:
    """Found the company, import, post and check it, showing each step."""
    company = Company(out, quiet=quiet)
    company.run(
        "init", str(out), "--name", "Northwind Traders", "--chart", "sbe",
        "--currency", "USD", "--taxpayer", "none",
    )  # fmt: skip
    files = [str(path) for path in sorted(data.glob("*.csv"))]
    company.run("import", "--map", str(out / MAP), *files, "--dry-run")
    company.run("import", "--map", str(out / MAP), *files)
    company.run("post")
    company.run("check")
    company.run("reconcile", "stock-gl")
    company.run("stock")
    company.run("balance")
    return company


def findings(company: Company, data: Path) -> Iterator[str]:
    """What differs between the books and the totals computed from the CSV files."""
    want = expected(data)
    stock = company.rows("stock")
    for place, held in (("Main", want.available), ("Hold", want.held)):
        have: dict[str, Fraction] = {}
        for row in stock:
            if row["location"].endswith(f":{place}"):
                item = row["item"].removeprefix("NW-")
                have[item] = have.get(item, Fraction()) + Fraction(row["quantity"])
        for item in sorted(held.keys() | have.keys(), key=int):
            if have.get(item, 0) != held.get(item, 0):
                yield f"stock of {item} in {place}: {have.get(item)}, not {held.get(item)}"
    value = sum(Fraction(row["value"]) for row in stock)
    if value != want.stock:
        yield f"stock value {value}, not {want.stock}"
    differences = [
        row for row in company.rows("reconcile", "stock-gl") if Fraction(row["difference"])
    ]
    yield from (f"stock and ledger differ: {row}" for row in differences)
    closing = {
        row["code"]: Fraction(row["closing"]) for row in company.rows("balance") if row["code"]
    }
    for code, amount in {
        "1405": want.stock, "5001": want.sold, "5401": want.cost_of_sales,
        "1122": want.sold, "2202": want.purchased,
    }.items():  # fmt: skip
        if abs(closing.get(code, Fraction())) != amount:
            yield f"account {code} closes with {closing.get(code)}, not {amount}"


def repeats(company: Company, data: Path) -> Iterator[str]:
    """A second import of the same files must write nothing."""
    before = {p: p.read_bytes() for p in (company.root / "ledgers").rglob("*.beancount")}
    files = [str(path) for path in sorted(data.glob("*.csv"))]
    company.run("import", "--map", str(company.root / MAP), *files, show=False)
    after = {p: p.read_bytes() for p in (company.root / "ledgers").rglob("*.beancount")}
    if before != after:
        yield "a second import of the same files changed the books"


def bean_check(company: Company) -> Iterator[str]:
    """Both entry files load in beancount, where it is installed."""
    tool = Path(sys.executable).parent / "bean-check"
    if not tool.exists():
        company.say("bean-check is not installed: the second engine was not asked")
        return
    for entry in ("main", "stock"):
        book = company.root / "ledgers" / f"{entry}.beancount"
        done = subprocess.run(
            [str(tool), "--no-cache", str(book)], capture_output=True, text=True, check=False
        )
        company.say(f"\n$ bean-check ledgers/{entry}.beancount\n{done.stdout}{done.stderr}")
        if done.returncode:
            yield f"bean-check refuses ledgers/{entry}.beancount"


def main() -> int:
    """Build, verify, say what differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.northwind")
    parser.add_argument("out", type=Path, help="folder to build the company in; must not exist")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "northwind")
    given = parser.parse_args()
    data = given.data.resolve()
    if not (data / "inventory_transactions.csv").is_file():
        sys.stderr.write(f"{data} holds no Northwind tables; --data names their folder\n")
        return 6
    company = build(given.out.resolve(), data)
    found = [*findings(company, data), *repeats(company, data), *bean_check(company)]
    want = expected(data)
    company.say(
        "\nComputed from the CSV files alone: "
        f"purchased {plain(want.purchased)}, sold {plain(want.sold)}, "
        f"cost of sales {plain(want.cost_of_sales)}, stock {plain(want.stock)}."
    )
    for line in found:
        company.say(f"DIFFERS: {line}")
    company.say("" if found else "The books agree with them to the cent.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
