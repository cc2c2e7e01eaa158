"""Specific identification 个别计价法: goods leave at the cost of their own receipt (CO-05).

The line cites its receipts, or the pool is one lot (a serial number is a lot of one): then the
lot is the name, and inside it the oldest receipt leaves first. Goods that nothing names are never
guessed: `Run.withdraw` reports `goods-not-named`.
"""

from __future__ import annotations

from typing import ClassVar

from invledger.costing.fifo import FifoPool


class SpecificPool(FifoPool):
    """Layers as under FIFO; which of them leaves is the line's to say."""

    __slots__ = ()

    by_name: ClassVar[bool] = True
