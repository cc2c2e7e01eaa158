"""Accounts in the cases' vouchers -> roles of our rules that mean the same.

What follows a colon in a case (`landed-cost-clearing:customs`) is left out. Names of a case with a
common role of ours are compared as their sum: the other system splits what we keep in one account.
"""

from __future__ import annotations

from collections.abc import Mapping

#: What is owed to suppliers, billed or not: a clearing account only splits it in two steps.
OWED = frozenset({"goods-received-not-invoiced", "payable", "landed-cost-accrual"})
STOCK = frozenset({"inventory", "inventory-in-transit", "materials-variance", "retail-margin"})
#: A count's gain or loss waits in 待处理财产损溢 until its cause is known.
PENDING = frozenset({"pending-loss"})
#: The usage variance of a run stays in its work order until the order is settled.
ORDER = frozenset({"production-cost"})

ROLES: Mapping[str, frozenset[str]] = {
    "inventory": STOCK,
    "cogs": frozenset({"cost-of-sales"}),
    "grir": OWED,
    "payable": OWED,
    "landed-cost-clearing": OWED,
    "price-variance": frozenset({"purchase-price-variance"}),
    "inventory-loss": PENDING,
    "inventory-gain": PENDING,
    "inventory-suspense": PENDING,
    "inventory-revaluation": frozenset({"cost-revaluation"}),
    "impairment-loss": frozenset({"inventory-write-down"}),
    "inventory-allowance": frozenset({"inventory-allowance"}),
    "wip": ORDER,
    "usage-variance": ORDER,
}
#: Where a cost or price difference goes that is not stock.
EXPENSES = frozenset({"cost-of-sales", "purchase-price-variance"})
VARIANCE = frozenset({"purchase-price-variance"})
ALLOWANCE = frozenset({"inventory-allowance"})
