"""序时账: vouchers line by line, as they stand on disk (schema `invledger.journal/1`).

In order of date, then booked number, then as the ledger has them (main before cost). `number` is
the register's, empty while a voucher is not booked. Red letters stand as negative figures on their
own side.
"""

from __future__ import annotations

from invledger.model import Cell, Column, Posting, Table, Voucher
from invledger.posting.sources import Derivation, Sources
from invledger.reports.figures import Figures
from invledger.reports.money import chosen_postings, dimensions_of, ledger, type_of
from invledger.reports.numbering import VoucherNames
from invledger.reports.query import Query, checked, is_chosen_account, sorted_rows

COLUMNS = (
    Column("date", ("Date", "日期"), "date"),
    Column("number", ("Number", "凭证字号")),
    Column("voucher", ("Voucher", "凭证标识")),
    Column("summary", ("Summary", "摘要")),
    Column("code", ("Code", "科目编码")),
    Column("title", ("Account", "科目名称")),
    Column("debit", ("Debit", "借方金额"), "money"),
    Column("credit", ("Credit", "贷方金额"), "money"),
)
TITLE = ("Journal", "序时账")
UNNUMBERED = 10**9


def journal(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """Lines of the vouchers in the query's span, filtered by account, party, type, dimension."""
    del derivation  # a journal shows what is on disk
    query = checked(sources, query)
    names, figures = VoucherNames.of(sources), Figures.of(sources)
    first, last = query.first, query.last
    chosen = [voucher for voucher in ledger(sources) if first <= voucher.date <= last]
    chosen.sort(key=lambda v: (v.date, *names.numbers.get(v.identity, ("", UNNUMBERED))[::-1]))
    rows: list[dict[str, Cell]] = []
    debit = credit = vouchers = 0
    for voucher in chosen:
        before = len(rows)
        for posting in chosen_postings(voucher, query):
            if not is_chosen_account(posting.account, _code(sources, posting), query):
                continue
            rows.append(_row(sources, voucher, posting, names, figures))
            debit += posting.debit
            credit += posting.credit
        vouchers += len(rows) > before
    totals: dict[str, object] = {
        "debit": figures.money(debit),
        "credit": figures.money(credit),
        "vouchers": vouchers,
    }
    return Table("journal", TITLE, COLUMNS, sorted_rows(rows, query.sort, COLUMNS), totals)


def _code(sources: Sources, posting: Posting) -> str:
    known = sources.master.accounts.get(posting.account)
    return known.code if known is not None else ""


def _row(
    sources: Sources, voucher: Voucher, posting: Posting, names: VoucherNames, figures: Figures
) -> dict[str, Cell]:
    account = sources.master.accounts.get(posting.account)
    dimensions = dimensions_of(voucher, posting)
    return {
        "date": voucher.date,
        "number": names.of_voucher(voucher),
        "word": voucher.word,
        "voucher": voucher.identity,
        "type": type_of(voucher),
        "payee": voucher.payee,
        "summary": voucher.narration,
        "account": posting.account,
        "code": account.code if account is not None else "",
        "title": account.title if account is not None else posting.account,
        "title_en": account.title_en if account is not None else "",
        "debit": figures.money(posting.debit) if posting.debit else "",
        "credit": figures.money(posting.credit) if posting.credit else "",
        "currency": posting.currency,
        "party": dimensions.get("party", ""),
        "item": dimensions.get("item", ""),
        "quantity": dimensions.get("qty", ""),
    }
