"""科目余额表 and trial balance 试算平衡, from the money ledger (schema `invledger.balance/1`).

Turnover is read by side: a red debit is a negative debit, no credit. `opening` and `closing`
stand on the account's own direction (借 or 贷), so a negative figure is a balance on the other
side; `closing = opening + debit - credit` for a debit account, `opening - debit + credit` for a
credit account. Vouchers that set the books up (type `opening`) are opening balances wherever in
the span they are dated, and count in no turnover. Parents hold the sums of what is below them.

`totals.by_level` gives per printed level the sums of both sides; `totals.trial_balance` the sums
over the accounts themselves (no parent counted twice) and whether all three pairs agree. It is
left out where a filter (account, party, item, type, dimension) shows a part of the ledger only:
parts need not balance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from invledger.model import Account, Cell, Column, Table
from invledger.posting.sources import Derivation, Sources
from invledger.reports.account_tree import AccountTree
from invledger.reports.figures import Figures
from invledger.reports.money import chosen_postings, is_opening, ledger
from invledger.reports.query import LAST, Query, checked, is_chosen_account, sorted_rows

COLUMNS = (
    Column("account", ("Account", "科目")),
    Column("code", ("Code", "科目编码")),
    Column("level", ("Level", "级次"), "number"),
    Column("title", ("Title", "科目名称")),
    Column("direction", ("Direction", "方向"), "term"),
    Column("currency", ("Currency", "币种")),
    Column("opening", ("Opening", "期初余额"), "money"),
    Column("debit", ("Debit", "本期借方"), "money"),
    Column("credit", ("Credit", "本期贷方"), "money"),
    Column("ytd_debit", ("Debit this year", "本年累计借方"), "money"),
    Column("ytd_credit", ("Credit this year", "本年累计贷方"), "money"),
    Column("closing", ("Closing", "期末余额"), "money"),
)
TITLE = ("Account balances", "科目余额表")
NOTE = (
    "Opening and closing stand on the account's direction; negative is the other side.",
    "期初、期末余额按科目方向列示，负数表示相反方向。",
)


@dataclass(slots=True)
class Sums:
    """Minor units of one account and currency; `opening` is debit less credit."""

    opening: int = 0
    debit: int = 0
    credit: int = 0
    ytd_debit: int = 0
    ytd_credit: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit

    def add(self, other: Sums) -> None:
        self.opening += other.opening
        self.debit += other.debit
        self.credit += other.credit
        self.ytd_debit += other.ytd_debit
        self.ytd_credit += other.ytd_credit

    def is_nothing(self) -> bool:
        return not (self.opening or self.debit or self.credit or self.ytd_debit or self.ytd_credit)


Key = tuple[str, str]  # account, currency


def balance(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """Balances for the query's span, filtered by account, party, item, type, dimension."""
    del derivation  # what is on disk is compared with derivation elsewhere, never mixed
    query = checked(sources, query)
    own = account_sums(sources, query)
    tree = AccountTree.of(sources.master.accounts, {name for name, _ in own})
    summed: dict[Key, Sums] = {}
    for (used, currency), sums in own.items():
        for name in tree.above(used):
            summed.setdefault((name, currency), Sums()).add(sums)
    figures = Figures.of(sources)
    rows: list[dict[str, Cell]] = []
    currencies = sorted({currency for _, currency in own}) or [sources.company.currency]
    for name in tree.order:
        account, level = tree.accounts[name], tree.levels[name]
        if (query.level and level > query.level) or not is_chosen_account(
            name, account.code, query
        ):
            continue
        for currency in currencies:
            found = summed.get((name, currency), Sums())
            if query.zero or not found.is_nothing():
                rows.append(_row(account, level, currency, found, figures))
    totals: dict[str, object] = {"by_level": _by_level(tree, summed, query, figures)}
    if not is_part(query):
        totals["trial_balance"] = _trial_balance(own, figures)
    return Table(
        "balance", TITLE, COLUMNS, sorted_rows(rows, query.sort, COLUMNS), totals, notes=(NOTE,)
    )


def is_part(query: Query) -> bool:
    """Whether a filter leaves accounts or postings out."""
    return any((query.accounts, query.parties, query.items, query.categories, query.types,
                query.dimensions))  # fmt: skip


def account_sums(sources: Sources, query: Query) -> dict[Key, Sums]:
    """Sums by account and currency for the query's span, parents not included."""
    first, last = query.first, query.last
    own: dict[Key, Sums] = {}
    vouchers = [voucher for voucher in ledger(sources) if voucher.date <= last]
    year = _year_of(last, vouchers[-1].date if vouchers else "")
    for voucher in vouchers:
        opens = is_opening(voucher)
        in_span = not opens and voucher.date >= first
        in_year = not opens and voucher.date >= year
        for account, amount, currency, red, _ in chosen_postings(voucher, query):
            sums = own.get((account, currency))
            if sums is None:
                sums = own[account, currency] = Sums()
            if not in_span:
                sums.opening += amount
            elif (amount > 0) is not red:
                sums.debit += amount
            else:
                sums.credit -= amount
            if in_year and (amount > 0) is not red:
                sums.ytd_debit += amount
            elif in_year:
                sums.ytd_credit -= amount
    return own


def _year_of(last: str, latest: str) -> str:
    """First day of the year that the span ends in; of the last voucher where it has no end."""
    return f"{(latest if last == LAST and latest else last)[:4]}-01-01"


def _row(
    account: Account, level: int, currency: str, sums: Sums, figures: Figures
) -> dict[str, Cell]:
    sign = 1 if account.direction == "debit" else -1
    return {
        "account": account.name,
        "code": account.code,
        "level": level,
        "title": account.title,
        "title_en": account.title_en,
        "direction": account.direction,
        "currency": currency,
        "opening": figures.money(sign * sums.opening),
        "debit": figures.money(sums.debit),
        "credit": figures.money(sums.credit),
        "ytd_debit": figures.money(sums.ytd_debit),
        "ytd_credit": figures.money(sums.ytd_credit),
        "closing": figures.money(sign * sums.closing),
    }


def _by_level(
    tree: AccountTree, summed: Mapping[Key, Sums], query: Query, figures: Figures
) -> dict[str, dict[str, str]]:
    """Both sides of opening, turnover and closing, level by level."""
    levels: dict[int, list[Sums]] = {}
    for (name, _), sums in summed.items():
        level, code = tree.levels[name], tree.accounts[name].code
        is_printed = not query.level or level <= query.level
        if is_printed and is_chosen_account(name, code, query):
            levels.setdefault(level, []).append(sums)
    return {str(level): _sides(levels[level], figures) for level in sorted(levels)}


def _trial_balance(own: Mapping[Key, Sums], figures: Figures) -> dict[str, str]:
    """The sums over all accounts, and `yes` or `no`: opening, turnover and closing agree."""
    sides = _sides(list(own.values()), figures)
    agree = all(
        sides[f"{pair}debit"] == sides[f"{pair}credit"] for pair in ("opening_", "", "closing_")
    )
    return {**sides, "balanced": "yes" if agree else "no"}


def _sides(sums: list[Sums], figures: Figures) -> dict[str, str]:
    money = figures.money
    return {
        "opening_debit": money(sum(max(s.opening, 0) for s in sums)),
        "opening_credit": money(-sum(min(s.opening, 0) for s in sums)),
        "debit": money(sum(s.debit for s in sums)),
        "credit": money(sum(s.credit for s in sums)),
        "ytd_debit": money(sum(s.ytd_debit for s in sums)),
        "ytd_credit": money(sum(s.ytd_credit for s in sums)),
        "closing_debit": money(sum(max(s.closing, 0) for s in sums)),
        "closing_credit": money(-sum(min(s.closing, 0) for s in sums)),
    }
