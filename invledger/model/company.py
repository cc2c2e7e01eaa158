"""What `rules/company.yaml` says: the policies that every other room asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from invledger.model.problem import NOWHERE, Place

METHODS = ("fifo", "moving-average")
POOLS = ("company", "site", "location", "lot", "lot+site")


@dataclass(frozen=True, slots=True)
class CostPolicy:
    """How an item's cost is kept. The kernel's interface carries every method of the design."""

    method: str = "moving-average"
    pool: str = "company"
    negative: str = "refuse"  # or "provisional"


@dataclass(frozen=True, slots=True)
class Category:
    """A class of items: cost policy, VAT class and titles. The chart maps roles by category."""

    name: str
    title: str = ""
    title_en: str = ""
    cost: CostPolicy = CostPolicy()
    tax: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """The company and its accounting policies."""

    name: str
    name_en: str = ""
    registration: str = ""
    currency: str = "CNY"
    currency_decimals: int = 2
    chart: str = "cas"  # cas 企业会计准则, sbe 小企业会计准则
    taxpayer: str = "general"  # or "small-scale", "none" (no VAT at all)
    prices: str = "net"  # or "gross": what a typed price means where the line does not say
    revenue: str = "at-delivery"
    cost_voucher: str = "separate"  # or "together": cost of sales in its own voucher
    invoice_difference: str = "recost"  # or "expense"
    grouping: Mapping[str, str] = field(default_factory=dict)  # type -> document, day, period
    book: str = "manual"
    timezone: str = "Asia/Shanghai"
    engine: str = "1"
    default_cost: CostPolicy = CostPolicy()
    categories: Mapping[str, Category] = field(default_factory=dict)
    item_cost: Mapping[str, CostPolicy] = field(default_factory=dict)  # exceptions, with a reason
    place: Place = NOWHERE

    def cost_policy(self, item: str, category: str) -> CostPolicy:
        """The policy in force for an item: its own exception, its category's, the default."""
        own = self.item_cost.get(item)
        if own is not None:
            return own
        known = self.categories.get(category)
        return known.cost if known is not None else self.default_cost
