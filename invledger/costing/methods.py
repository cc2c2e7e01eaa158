"""The table of valuation methods 计价方法: a method is one file with one class, one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from invledger.costing.average import AveragePool
from invledger.costing.fifo import FifoPool
from invledger.costing.lifo import LifoPool
from invledger.costing.pool import Pool
from invledger.costing.specific import SpecificPool
from invledger.costing.standard import StandardPool

METHODS: Mapping[str, type[Pool]] = MappingProxyType(
    {
        "fifo": FifoPool,
        "lifo": LifoPool,
        "moving-average": AveragePool,
        "specific": SpecificPool,
        "standard": StandardPool,
    }
)
