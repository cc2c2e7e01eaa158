"""What `rules/company.yaml` says: the policies that every other room asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from invledger.model.problem import NOWHERE, Place

METHODS = ("fifo", "moving-average")
POOLS = ("company", "site", "location", "lot", "lot+site")


@dataclass(frozen=True, slots=True)
class CostPolicy:
    """How an item's cost is kept (CO-01 to CO-06): defaults are those of the design, section 3."""

    method: str = "moving-average"
    pool: str = "company"
    negative: str = "refuse"  # or "provisional"
    estimate: str = "last-used"  # cost of goods not there yet: also "last-receipt", "zero"
    true_up: str = "shortage"  # or "balance": a balance still below zero is repriced too
    purchase_return: str = "receipt-cost"  # or "method": as an ordinary issue
    backdated: str = "recost"  # or "current-average": enters at today's average, rest expensed
    stated_issue: str = "ignore"  # or "cost": an issue that states a unit cost leaves at it
    landed_cost: str = "recost"  # or "remaining-share", "on-hand-share", "expense"
    invoice_difference: str = ""  # as landed_cost; "" as the company says
    period: str = "month"  # of periodic methods: "day", "month", "year"
    receipts_first: bool = False  # periodic LIFO: the period's receipts count before its issues
    cycles: str = "exact"  # periodic average: also "previous", "refuse"
    unit_decimals: int | None = None  # round the period's unit cost first; None: exact ratio
    rate: str = "period"  # planned cost, retail: or "opening"
    rate_decimals: int | None = None  # of the variance or cost rate; None: exact ratio
    ending: str = "rest"  # or "rate": ending stock by the rate, cost of sales is the rest


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
