"""The table of valuation methods 计价方法: a method is one file with one class, one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from invledger.costing.average import AveragePool
from invledger.costing.fifo import FifoPool
from invledger.costing.lifo import LifoPool
from invledger.costing.periodic_pool import ListPool, PeriodicLifoPool, PeriodicPool
from invledger.costing.pool import Pool
from invledger.costing.specific import SpecificPool
from invledger.costing.standard import StandardPool
from invledger.model import CostPolicy

METHODS: Mapping[str, type[Pool]] = MappingProxyType(
    {
        "fifo": FifoPool,
        "lifo": LifoPool,
        "moving-average": AveragePool,
        "periodic-average": PeriodicPool,
        "periodic-lifo": PeriodicLifoPool,
        "planned": ListPool,
        "retail": ListPool,
        "specific": SpecificPool,
        "standard": StandardPool,
    }
)


def class_of(policy: CostPolicy) -> type[Pool] | None:
    """The class of pools under a policy; None for a method that does not exist."""
    is_first = policy.method == "lifo" and policy.receipts_first
    return METHODS.get("periodic-lifo" if is_first else policy.method)
