"""What `rules/company.yaml` says: the policies that every other room asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from invledger.model.problem import NOWHERE, Place
from invledger.model.records import Item

#: What one `cost:` mapping says, by field of CostPolicy; the rest is inherited.
Says = Mapping[str, "str | int | bool | None"]

METHODS = (
    "fifo", "moving-average", "specific", "standard", "lifo",
    "periodic-average", "periodic-lifo", "planned", "retail",
)  # fmt: skip
#: Methods that cost a period as a whole, at its end.
PERIODIC = frozenset({"periodic-average", "periodic-lifo", "planned", "retail"})
#: Methods that CAS 1 and IAS 2 do not allow: for management accounts only.
MANAGEMENT_ONLY = frozenset({"lifo", "periodic-lifo"})
#: The kind of price that a method keeps goods at (`kind:` of a price directive).
PRICE_KINDS = {"standard": "standard", "planned": "planned", "retail": "retail"}
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
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CostChange:
    """A dated change of cost policies (CO-06): what it was said for, and all that holds after it.

    `category` or `item` says for whom; neither: for the company. `default`, `categories` and
    `items` are what holds from `start` on, this change included.
    """

    start: str  # first day of a period
    category: str
    item: str
    is_retrospective: bool
    reason: str
    default: CostPolicy
    categories: Mapping[str, CostPolicy]
    items: Mapping[str, Says]
    place: Place = NOWHERE

    def policy(self, item: str, category: str) -> CostPolicy:
        """The policy of an item from `start` on."""
        return saying(self.categories.get(category, self.default), self.items.get(item))


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
    settlement: str = "at-completion"  # of work orders; or "equivalent-units", "material-only"
    estimate: str = ""  # output until its order is settled: "standard", "bom", "last-cost"
    invoice_difference: str = "recost"  # or "expense", "remaining-share", "on-hand-share"
    grouping: Mapping[str, str] = field(default_factory=dict)  # type -> document, day, period
    book: str = "manual"
    timezone: str = "Asia/Shanghai"
    engine: str = "1"
    default_cost: CostPolicy = CostPolicy()
    categories: Mapping[str, Category] = field(default_factory=dict)
    item_cost: Mapping[str, Says] = field(default_factory=dict)  # exceptions, with a reason
    item_places: Mapping[str, Place] = field(default_factory=dict)  # where exceptions stand
    order: str = "by-date"  # or "as-entered": a back-dated entry takes its place at the end
    books: str = "statutory"  # or "management": methods that no standard allows
    cost_changes: tuple[CostChange, ...] = ()  # by start
    management: Says = field(default_factory=dict)  # what the management view says instead
    place: Place = NOWHERE

    def last_policy(self, item: str, category: str) -> CostPolicy:
        """The policy of an item after all dated changes."""
        if self.cost_changes:
            return self.cost_changes[-1].policy(item, category)
        return self.cost_policy(item, category)

    def cost_policy(self, item: str, category: str) -> CostPolicy:
        """The policy of an item before any dated change: its exception, category, default."""
        known = self.categories.get(category)
        policy = known.cost if known is not None else self.default_cost
        return saying(policy, self.item_cost.get(item))

    def cost_policy_on(self, item: str, category: str, date: str) -> CostPolicy:
        """The policy of an item on a date, by the dated changes until then."""
        changes = [change for change in self.cost_changes if change.start <= date]
        return changes[-1].policy(item, category) if changes else self.cost_policy(item, category)

    def policies(self, items: Mapping[str, Item]) -> dict[str, CostPolicy]:
        """The policy of every item before any dated change, fitted to it."""
        return {
            code: fitted(self.cost_policy(code, item.category), has_lots=item.lot)
            for code, item in items.items()
        }

    def methods(self) -> frozenset[str]:
        """Every method that some policy names, now or after a change."""
        stages = [(self.default_cost, [c.cost for c in self.categories.values()], self.item_cost)]
        stages += [(c.default, [*c.categories.values()], c.items) for c in self.cost_changes]
        found: set[str] = set()
        for default, categories, items in stages:
            found |= {default.method, *(policy.method for policy in categories)}
            found |= {str(says["method"]) for says in items.values() if "method" in says}
        return frozenset(found)


def saying(base: CostPolicy, says: Says | None) -> CostPolicy:
    """A policy with what a mapping says put over it."""
    return replace(base, **says) if says else base  # type: ignore[arg-type]  # read by schema


def fitted(policy: CostPolicy, *, has_lots: bool) -> CostPolicy:
    """A policy as one item follows it.

    Where goods are specific and the item keeps lots, the lot names them, whatever wider pool the
    policy speaks of. LIFO with `receipts-first` looks at a period as a whole.
    """
    if policy.method == "lifo" and policy.receipts_first:
        return replace(policy, method="periodic-lifo")
    if policy.method != "specific" or not has_lots:
        return policy
    by_lot = {"company": "lot", "site": "lot+site"}.get(policy.pool)
    return replace(policy, pool=by_lot) if by_lot else policy


def management_view(company: Company) -> Company:
    """The company as managers look at it: `management:` over every policy; LIFO where it is
    silent and no policy is for management only anyway. Never for statutory books.
    """
    says = company.management
    if not says:
        says = {} if company.methods() & MANAGEMENT_ONLY else {"method": "lifo"}

    def seen(items: Mapping[str, Says]) -> dict[str, Says]:
        return {code: {**own, **says} for code, own in items.items()}

    changes = tuple(
        replace(
            change,
            default=saying(change.default, says),
            categories={name: saying(cost, says) for name, cost in change.categories.items()},
            items=seen(change.items),
        )
        for change in company.cost_changes
    )
    return replace(
        company,
        books="management",
        default_cost=saying(company.default_cost, says),
        categories={
            name: replace(known, cost=saying(known.cost, says))
            for name, known in company.categories.items()
        },
        item_cost=seen(company.item_cost),
        cost_changes=changes,
    )
