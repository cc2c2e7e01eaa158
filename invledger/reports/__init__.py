"""reports: questions answered as tables. Pure: `(sources, derivation, query) -> Table`.

A report is imported when it is first asked for, since start-up counts: `stock` need not wait for
`balance`. Several are named as their modules are; what is public here is the function, and no
module of another name may import such a module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from invledger import late

if TYPE_CHECKING:
    from invledger.reports.balance import balance
    from invledger.reports.card import card
    from invledger.reports.explain import explain
    from invledger.reports.journal import journal
    from invledger.reports.layers import cost_layers
    from invledger.reports.movements import movements
    from invledger.reports.query import Query
    from invledger.reports.reconcile import reconcile, reconcile_stock_gl
    from invledger.reports.scope import scope_of
    from invledger.reports.stock import stock
    from invledger.reports.summary import summary
    from invledger.reports.terms import TERMS

__all__ = [
    "TERMS", "Query", "balance", "card", "cost_layers", "explain", "journal", "movements",
    "reconcile", "reconcile_stock_gl", "scope_of", "stock", "summary",
]  # fmt: skip

__getattr__ = late(
    __name__,
    {
        "balance": ("balance",),
        "card": ("card",),
        "explain": ("explain",),
        "journal": ("journal",),
        "layers": ("cost_layers",),
        "movements": ("movements",),
        "query": ("Query",),
        "reconcile": ("reconcile", "reconcile_stock_gl"),
        "scope": ("scope_of",),
        "stock": ("stock",),
        "summary": ("summary",),
        "terms": ("TERMS",),
    },
)
