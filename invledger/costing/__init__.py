"""costing: the kernel. Lines in total order and policies in; costs, layers and findings out."""

from invledger.costing.interface import (
    Costed,
    CostLine,
    Kind,
    Layer,
    PoolState,
    Share,
    Trouble,
    TrueUp,
)
from invledger.costing.kernel import cost
from invledger.costing.run import KernelError

__all__ = [
    "CostLine", "Costed", "KernelError", "Kind", "Layer", "PoolState", "Share", "Trouble",
    "TrueUp", "cost",
]  # fmt: skip
