"""reports: questions answered as tables. Pure: `(sources, derivation, query) -> Table`."""

from invledger.reports.balance import balance
from invledger.reports.card import card
from invledger.reports.explain import explain
from invledger.reports.journal import journal
from invledger.reports.layers import cost_layers
from invledger.reports.movements import movements
from invledger.reports.query import Query
from invledger.reports.reconcile import reconcile, reconcile_stock_gl
from invledger.reports.scope import scope
from invledger.reports.stock import stock
from invledger.reports.summary import summary
from invledger.reports.terms import TERMS

__all__ = [
    "TERMS", "Query", "balance", "card", "cost_layers", "explain", "journal", "movements",
    "reconcile", "reconcile_stock_gl", "scope", "stock", "summary",
]  # fmt: skip
