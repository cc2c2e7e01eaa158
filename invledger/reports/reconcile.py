"""库存账与财务账对账: stock against the inventory accounts (schema `invledger.reconcile/1`).

One row an account and item: the value of its cost pools, the balance of the account's postings
that name the item, and what parts them. Rows with a `between` are there by design: amounts that
the ledger holds on a later date. `totals.unexplained` counts accounts and items that do not meet.
"""

from __future__ import annotations

from invledger.checks import stock_gl
from invledger.model import Cell, Column, Refused, Table, problem
from invledger.posting.sources import Derivation, Sources
from invledger.reports.figures import Figures
from invledger.reports.query import Query, chosen_items, is_chosen_account, sorted_rows

COLUMNS = (
    Column("account", ("Account", "科目")),
    Column("item", ("Item", "存货编码")),
    Column("name", ("Name", "名称")),
    Column("between", ("By design", "应有差异"), "term"),
    Column("stock_value", ("Stock value", "库存账金额"), "money"),
    Column("ledger_value", ("Ledger value", "财务账金额"), "money"),
    Column("difference", ("Difference", "差异"), "money"),
)
TITLE = ("Stock against general ledger", "库存账与总账对账")


def reconcile_stock_gl(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """Both sides as of the query's last date, filtered by item, category and account."""
    items = chosen_items(sources, query)
    compared = [
        row
        for row in stock_gl.comparisons(sources, derivation, query.last)
        if (items is None or row.item in items)
        and is_chosen_account(row.account, _code(sources, row.account), query)
    ]
    figures = Figures.of(sources)
    left: dict[tuple[str, str], int] = {}
    for row in compared:
        left[row.account, row.item] = left.get((row.account, row.item), 0) + row.difference
    rows = [
        _row(sources, row, figures)
        for row in compared
        if query.zero or row.stock_value or row.ledger_value
    ]
    totals: dict[str, object] = {
        "stock_value": figures.money(sum(row.stock_value for row in compared)),
        "ledger_value": figures.money(sum(row.ledger_value for row in compared)),
        "difference": figures.money(sum(row.difference for row in compared)),
        "unexplained": sum(1 for difference in left.values() if difference),
    }
    return Table("reconcile", TITLE, COLUMNS, sorted_rows(rows, query.sort, COLUMNS), totals)


def reconcile(sources: Sources, derivation: Derivation, query: Query, what: str) -> Table:
    """The reconciliation of that name; Refused for a name that there is not."""
    if what != "stock-gl":
        raise Refused(problem("query-unknown", what="reconciliation", name=what))
    return reconcile_stock_gl(sources, derivation, query)


def _code(sources: Sources, account: str) -> str:
    known = sources.master.accounts.get(account)
    return known.code if known is not None else ""


def _row(sources: Sources, row: stock_gl.Comparison, figures: Figures) -> dict[str, Cell]:
    item = sources.master.items.get(row.item)
    return {
        "account": row.account,
        "item": row.item,
        "name": item.name if item is not None else "",
        "name_en": item.name_en if item is not None else "",
        "between": row.between,
        "stock_value": figures.money(row.stock_value),
        "ledger_value": figures.money(row.ledger_value),
        "difference": figures.money(row.difference),
    }
