"""reports: questions answered as tables. Pure: `(sources, derivation, query) -> Table`."""

from invledger.reports.balance import balance
from invledger.reports.query import Query
from invledger.reports.stock import stock

__all__ = ["Query", "balance", "stock"]
