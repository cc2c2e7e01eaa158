"""A company on one page: its policies, prices and movements as text, read, costed and posted."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from invledger.books import derive, load
from invledger.books.posting import day_files, standing_vouchers
from invledger.checks import run_checks
from invledger.checks.stock_gl import Comparison, comparisons
from invledger.ledger import empty_files, entry_files, print_account
from invledger.model import MemoryTree, Problem
from invledger.posting import (
    Derivation,
    Sources,
    YamlDocument,
    accounts_of,
    read_chart_pack,
)
from invledger.store import Cache
from invledger.store.yamlfile import parse_yaml

ROOT = Path(__file__).resolve().parents[2]
COMPANY = """\
name: {{zh: 甲公司, en: A Ltd}}
currency: CNY
chart: {chart}
taxpayer: none
{rest}
categories:
  goods: {{title: {{zh: 商品, en: Goods}}}}
  raw: {{title: {{zh: 原材料, en: Raw material}}}}
"""
ITEMS = """\
2026-01-01 commodity P1
  name: "甲商品"
  category: "goods"
  unit: "件"
2026-01-01 commodity M1
  name: "乙材料"
  category: "raw"
  unit: "元"
  decimals: 2
"""
PLACES = """\
2026-01-01 open Assets:Stock:SH:Main
2026-01-01 open Assets:Stock:BJ:Main
2026-01-01 open Equity:Stock:Supplier
2026-01-01 open Equity:Stock:Customer
2026-01-01 open Equity:Stock:Production
2026-01-01 open Equity:Stock:Opening
2026-01-01 open Equity:Stock:Count
2026-01-01 open Equity:Stock:Scrap
2026-01-01 open Equity:Invoice:Open
2026-01-01 open Equity:Invoice:Done
"""
PARTIES = """\
2026-01-01 custom "party" "V1" "供应商"
2026-01-01 custom "party" "C1" "客户"
"""
ENDS = {
    "opening": ("Equity:Stock:Opening", "Assets:Stock:SH:Main"),
    "purchase-receipt": ("Equity:Stock:Supplier", "Assets:Stock:SH:Main"),
    "purchase-invoice": ("Equity:Invoice:Open", "Equity:Invoice:Done"),
    "purchase-credit": ("Equity:Invoice:Open", "Equity:Invoice:Done"),
    "purchase-return": ("Assets:Stock:SH:Main", "Equity:Stock:Supplier"),
    "sale-delivery": ("Assets:Stock:SH:Main", "Equity:Stock:Customer"),
    "sale-return": ("Equity:Stock:Customer", "Assets:Stock:SH:Main"),
    "production-issue": ("Assets:Stock:SH:Main", "Equity:Stock:Production"),
    "transfer": ("Assets:Stock:SH:Main", "Assets:Stock:BJ:Main"),
    "count-overage": ("Equity:Stock:Count", "Assets:Stock:SH:Main"),
    "scrap": ("Assets:Stock:SH:Main", "Equity:Stock:Scrap"),
}


def moved(date: str, type_: str, id_: str, quantity: str, **given: str) -> str:
    """A movement of one line; `price` or `amount` in CNY, `item`, `source`, `target`; the rest
    is metadata.
    """
    item, price, amount = given.pop("item", "P1"), given.pop("price", ""), given.pop("amount", "")
    source, target = ENDS[type_]
    source, target = given.pop("source", source), given.pop("target", target)
    party = {"purchase": "V1", "sale": "C1"}.get(type_.partition("-")[0], "")
    meta = {"id": id_, "type": type_, **({"party": party} if party else {}), **given}
    lines = [f'{date} * "" "x"', *(f'  {k.replace("_", "-")}: "{v}"' for k, v in meta.items())]
    lines = [line.replace('"', "") if line.startswith(_BARE) else line for line in lines]
    at = f" @ {price} CNY" if price else ""
    lines.append(f"  {target}  {quantity} {item}{at}")
    if amount:
        lines.append(f"    amount: {amount} CNY")
    lines.append(f"  {source}  -{quantity} {item}{at}")
    return "\n".join(lines) + "\n"


_BARE = ("  unit-cost:", "  cost:")


def noted(date: str, type_: str, id_: str, amount: str = "", **given: str) -> str:
    """A value document."""
    money = f" {amount} CNY" if amount else ""
    meta = "".join(f'  {key}: "{value}"\n' for key, value in given.items())
    return f'{date} custom "{type_}" "{id_}"{money}\n{meta}'


def priced(date: str, item: str, price: str, kind: str) -> str:
    return f'{date} price {item} {price} CNY\n  kind: "{kind}"\n'


@cache
def _rules() -> dict[str, bytes]:
    paths = [*(ROOT / "rules/movements").glob("*.yaml"), ROOT / "rules/tax.yaml"]
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}


@cache
def _accounts(chart: str) -> str:
    text = (ROOT / f"rules/charts/{chart}.yaml").read_bytes()
    data, marks, _ = parse_yaml("x", text)
    pack, problems = read_chart_pack(YamlDocument("x", data, marks))
    assert pack is not None, problems
    return "".join(map(print_account, accounts_of(pack, taxpayer="none", opened="2026-01-01")))


@dataclass
class Kept:
    """Books that were read, costed and posted; vouchers stand as if on disk."""

    sources: Sources
    derivation: Derivation
    files: dict[str, bytes]

    def lines(self, identity: str) -> list[tuple[str, str]]:
        """`(code of the account, amount)` of a voucher; `R` marks red."""
        (voucher,) = [v for v in self.derivation.vouchers if v.identity == identity]
        return [
            (code_of(p.account), f"{p.amount / 100:.2f}{'R' if p.red else ''}")
            for p in voucher.postings
        ]

    def dates(self) -> dict[str, str]:
        """Date of every voucher, by identity."""
        return {v.identity: v.date for v in self.derivation.vouchers}

    def balance(self, code: str) -> str:
        """Balance of the accounts whose code begins so."""
        total = sum(
            p.amount
            for v in self.derivation.vouchers
            for p in v.postings
            if code_of(p.account).startswith(code)
        )
        return f"{total / 100:.2f}"

    def value(self, pool: str = "P1") -> str:
        """Value of a cost pool."""
        return f"{self.derivation.costed.pools[pool].value / 100:.2f}"

    def costs(self) -> dict[str, str]:
        """Cost of every movement, by id."""
        pairs = zip(self.sources.table.id, self.derivation.costed.costs, strict=True)
        return {id_: f"{cost / 100:.2f}" for id_, cost in pairs}

    def compared(self, last: str = "9999-12-31") -> list[Comparison]:
        """Stock and general ledger side by side, accounts that hold nothing left out."""
        rows = comparisons(self.sources, self.derivation, last)
        return [row for row in rows if row.stock_value or row.ledger_value]

    def differences(self, last: str = "9999-12-31") -> dict[tuple[str, str], int]:
        """What is left between stock and ledger once the rows by design are counted."""
        sums: dict[tuple[str, str], int] = {}
        for row in self.compared(last):
            key = (row.account, row.item)
            sums[key] = sums.get(key, 0) + row.difference
        return {key: value for key, value in sums.items() if value}

    def problems(self) -> list[Problem]:
        """What every check says."""
        found = run_checks(self.sources, self.derivation, "2026-12-31", MemoryTree(self.files))
        return [p for p in found if p.severity == "error"]


def code_of(account: str) -> str:
    """`Assets:1405-库存商品` as `1405`."""
    return account.split(":")[1].partition("-")[0]


def written(policy: str, *entries: str, prices: str = "", chart: str = "cas") -> dict[str, bytes]:
    """The files of a company; `policy` is YAML between its name and its categories."""
    texts = {
        **entry_files(),
        **empty_files(),
        "rules/company.yaml": COMPANY.format(chart=chart, rest=policy),
        "ledgers/accounts.beancount": _accounts(chart),
        "ledgers/items.beancount": ITEMS,
        "ledgers/locations.beancount": PLACES,
        "ledgers/parties.beancount": PARTIES,
        "ledgers/prices.beancount": prices or "; none\n",
        "ledgers/periods.beancount": "; none\n",
        "ledgers/movements/2026/01/2026-01-01.beancount": "\n".join(
            entry for entry in entries if " custom " not in entry
        ),
        "ledgers/documents/2026/01/2026-01-01.beancount": "\n".join(
            entry for entry in entries if " custom " in entry
        ),
    }
    return {path: _apart(text).encode() for path, text in texts.items()} | _rules()


def _apart(text: str) -> str:
    """Directives with a blank line between them, which our own reader reads: no child process."""
    return re.sub(r"\n(?=[0-9]{4}-)", "\n\n", text)


def kept(policy: str, *entries: str, prices: str = "", chart: str = "cas") -> Kept:
    """Read, cost and post; sound but for what `derivation.problems` says."""
    files = written(policy, *entries, prices=prices, chart=chart)
    rules = Cache.of_user(os.environ)  # thirty files that are the same each time
    sources = load(MemoryTree(files), cache=rules)
    derivation = derive(sources)
    standing, _ = standing_vouchers(sources, derivation)
    files |= {day.path: day.data for day in day_files(sources, standing)}
    again = load(MemoryTree(files), cache=rules)
    assert len(again.posted) == len(derivation.vouchers)
    return Kept(replace(again, problems=sources.problems), derivation, files)
