"""A case's books, posted and read back: what the program says at one moment.

`At` is the company after one movement has been entered: posted, opened as every reading command
opens it, and asked through reports and vouchers.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from invledger.books import open_books, post
from invledger.ledger import commodity_of
from invledger.model import Problem, Voucher
from invledger.posting import Derivation, Sources
from invledger.reports import Query, cost_layers, reconcile_stock_gl, stock
from invledger.store import FolderTree
from tests.cases.company import fill, found
from tests.cases.reading import Case
from tests.cases.writer import Writer, account_of


@dataclass(slots=True)
class At:
    """What the program says after one movement."""

    sources: Sources
    derivation: Derivation
    problems: list[Problem]  # errors, each with its place
    vouchers: list[Voucher]  # as they stand on disk

    @property
    def money_one(self) -> int:
        return int(10**self.sources.company.currency_decimals)

    def money(self, minor: int) -> Fraction:
        return Fraction(minor, self.money_one)

    def stock(self, item: str, where: str, lot: str) -> tuple[Fraction, Fraction]:
        """Quantity and value on hand, from the stock report."""
        table = stock(self.sources, self.derivation, Query(zero=True))
        quantity = value = Fraction()
        for row in table.rows:
            here = where == "company" or row["location"] == account_of(where)
            if row["item"] == commodity_of(item) and here and lot in ("", row["lot"]):
                quantity += Fraction(str(row["quantity"]))
                value += Fraction(str(row["value"]))
        return quantity, value

    def total(self) -> Fraction:
        """The value of all stock."""
        table = stock(self.sources, self.derivation, Query(zero=True))
        return sum((Fraction(str(row["value"])) for row in table.rows), Fraction())

    def unexplained(self) -> list[tuple[str, str]]:
        """Accounts of goods that differ from the stock by more than what is so by design."""
        table = reconcile_stock_gl(self.sources, self.derivation, Query())
        if not table.totals["unexplained"]:
            return []
        return [
            (f"{row['account']} {row['item']}", str(row["difference"]))
            for row in table.rows
            if Fraction(str(row["difference"])) and not row["between"]
        ]

    def layers(self, item: str, where: str, lot: str) -> list[tuple[Fraction, Fraction]]:
        """Quantity and value of what is left of each receipt, from the report of cost layers."""
        table = cost_layers(self.sources, self.derivation, Query())
        return [
            (Fraction(str(row["quantity"])), Fraction(str(row["value"])))
            for row in table.rows
            if row["item"] == commodity_of(item)
            and (where == "company" or account_of(where).split(":")[2] in _places(row))
            and (not lot or str(row["pool"]).endswith(f"#{lot}"))
        ]

    def lines_of(self, ids: Iterable[str]) -> list[int]:
        """The lines of some movements."""
        wanted = set(ids)
        return [at for at, id_ in enumerate(self.sources.table.id) if id_ in wanted]

    def cost_of(self, ids: Iterable[str]) -> Fraction:
        """What left, by the derived cost of the lines."""
        lines = [at for at in self.lines_of(ids) if self.derivation.valued.lines[at].quantity]
        return self.money(sum(self.derivation.costed.costs[at] for at in lines))

    def true_up(self) -> Fraction:
        return self.money(sum(t.amount for t in self.derivation.costed.true_ups))

    def balance(self, roles: frozenset[str]) -> Fraction:
        """Debit less credit of all vouchers on the accounts of some roles."""
        totals = self.by_account()
        return sum((totals[name] for name in totals if self.role(name) in roles), Fraction())

    def by_account(self) -> dict[str, Fraction]:
        """Debit less credit of all vouchers, by account."""
        totals: dict[str, int] = {}
        for voucher in self.vouchers:
            for posting in voucher.postings:
                totals[posting.account] = totals.get(posting.account, 0) + posting.amount
        return {name: self.money(total) for name, total in totals.items()}

    def expensed(self, ids: Iterable[str], roles: frozenset[str]) -> Fraction:
        """Debit less credit on the accounts of some roles in the vouchers of some movements."""
        wanted = set(ids)
        return self.money(
            sum(
                posting.amount
                for voucher in self.vouchers
                if voucher.identity.split("/")[1] in wanted
                for posting in voucher.postings
                if self.role(posting.account) in roles
            )
        )

    def role(self, account: str) -> str:
        """The one role of an account of these companies."""
        claims = self.sources.master.accounts[account].roles
        return claims[0].role if claims else ""

    def rate(self, item: str) -> Fraction | None:
        """The last rate that a periodic method found for a pool of the item."""
        code = commodity_of(item)
        found = [
            rate
            for rate in self.derivation.costed.rates
            if rate.pool == code or rate.pool.startswith((f"{code}@", f"{code}#"))
        ]
        if not found:
            return None
        last = found[-1]
        if last.rounded is not None and last.decimals is not None:
            return Fraction(last.rounded, 10**last.decimals)
        return Fraction(last.value, last.base) if last.base else None


def _places(row: Mapping[str, Any]) -> str:
    return str(row["pool"]).partition("#")[0].partition("@")[2]


@dataclass(slots=True)
class Desk:
    """Founds companies in a scratch folder and takes cases through them."""

    scratch: Path
    _founded: dict[str, Path] = field(default_factory=dict)

    def at(self, case: Case, writer: Writer, until: int) -> At:
        """The company of a case after the movement `until`, posted and read back."""
        root = self._root(case)
        fill(root, case, writer, until)
        outcome = post(root)
        sources, derivation = open_books(FolderTree(root))
        problems = [p for p in outcome.problems if p.severity == "error"]
        return At(sources, derivation, problems, list(sources.posted))

    def _root(self, case: Case) -> Path:
        root = self._founded.get(case.currency)
        if root is None:
            root = self._founded[case.currency] = self.scratch / case.currency
            shutil.rmtree(root, ignore_errors=True)
            found(root, case.currency)
        return root
