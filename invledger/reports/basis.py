"""On what the cost of a line was reckoned, in one line of text: `66,350.00 / 53,000 = 1.25`.

Periodic methods: value and quantity of the pool in the period, 计划成本法 and 售价金额核算法: the
period's variance or cost over the value at list price; standard cost: the standard. Perpetual
methods need no such word: the receipts that stand below a line are its whole reckoning.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from invledger.costing import Costed
from invledger.costing.interface import INTO_POOL, OUT_OF_POOL, Kind, Rate, Setting
from invledger.model import Cell, CostPolicy, Item, divide_rounded, format_scaled
from invledger.posting.sources import Sources, Valued
from invledger.reports.figures import Figures

PERCENT_DECIMALS = 4
AT_LIST = {
    "planned": (("planned", "计划成本"), ("variance", "差异率")),
    "retail": (("selling value", "售价金额"), ("cost rate", "成本率")),
}
MARGIN = ("margin", "差价率")  # what the selling price holds beside cost


class Basis:
    """Looks up what the kernel found, line by line."""

    def __init__(
        self,
        sources: Sources,
        valued: Valued,
        costed: Costed,
        policies: Mapping[str, CostPolicy],
    ) -> None:
        self._lines, self._setting, self._costed = valued.lines, valued.setting, costed
        self._items = sources.master.items
        self._figures = Figures.of(sources)
        self._policies = policies
        self._rates = {(rate.pool, rate.period): rate for rate in costed.rates}

    def of(self, line: int) -> dict[str, Cell]:
        """Cells `basis` and, where it has words, `basis_zh`; none where nothing needs saying."""
        row = self._lines[line]
        policy = policy_at(self._setting, self._policies, row.item, line)
        item = self._items.get(row.item)
        if policy is None or item is None:
            return {}
        if policy.method == "standard" and row.kind in INTO_POOL | OUT_OF_POOL:
            return self._at_standard(line, item)
        rate = self._rate(line, policy) if row.kind in OUT_OF_POOL else None
        if rate is None or not rate.base or self._is_own(line, policy):
            return {}
        if policy.method in AT_LIST:
            return self._at_list(line, policy.method, rate)
        unit = self._figures.unit_cost(rate.value, rate.base, item)
        if rate.rounded is not None:
            unit = format_scaled(rate.rounded, policy.unit_decimals or 0)
        value, base = self._figures.money(rate.value), self._figures.quantity(rate.base, item)
        return {"basis": f"{_grouped(value)} / {_grouped(base)} = {unit}"}

    def _rate(self, line: int, policy: CostPolicy) -> Rate | None:
        starts = self._setting.periods.get(policy.period, (0,))
        period = bisect_right(starts, line) - 1
        return self._rates.get((self._lines[line].source, period))

    def _is_own(self, line: int, policy: CostPolicy) -> bool:
        """Whether goods left at a cost of their own: that of what they cite, or a stated one."""
        row = self._lines[line]
        if row.kind == Kind.RETURN_OUT:
            return row.cites >= 0 and policy.purchase_return != "method"
        is_stated = policy.stated_issue == "cost" and line in self._setting.stated
        return is_stated or (row.kind != Kind.ISSUE and row.cites >= 0)

    def _at_standard(self, line: int, item: Item) -> dict[str, Cell]:
        value, quantity = self._setting.standards.get(line), self._lines[line].quantity
        if value is None or not quantity:
            return {}
        unit = self._figures.unit_cost(value, quantity, item)
        return {"basis": f"standard {unit}", "basis_zh": f"标准成本 {unit}"}

    def _at_list(self, line: int, method: str, rate: Rate) -> dict[str, Cell]:
        """List value of the line, and the rate that was laid upon it, in per cent."""
        listed = self._setting.standards.get(line)
        decimals, scaled = PERCENT_DECIMALS, 0
        if rate.rounded is not None and rate.decimals is not None:
            decimals, scaled = rate.decimals, rate.rounded * 100
        else:
            scaled = divide_rounded(rate.value * 100 * 10**decimals, rate.base)
        per_cent = format_scaled(scaled, decimals)
        margin = format_scaled(100 * 10**decimals - scaled, decimals)
        value, base = self._figures.money(rate.value), self._figures.money(rate.base)
        division = f"{_grouped(value)} / {_grouped(base)}"
        texts = {}
        for number, key in enumerate(("basis", "basis_zh")):
            listing, rating = (title[number] for title in AT_LIST[method])
            texts[key] = f"{rating} {division} = {per_cent} %"
            if method == "retail":
                texts[key] += f" ({MARGIN[number]} {margin} %)"
            if listed is not None:
                texts[key] = f"{listing} {_grouped(self._figures.money(listed))}, {texts[key]}"
        return dict(texts)


def policy_at(
    setting: Setting, policies: Mapping[str, CostPolicy], item: str, line: int
) -> CostPolicy | None:
    """The policy of an item when a line was costed; `policies` as they were at first."""
    found = policies.get(item)
    for change in setting.switches:
        if change.item == item and change.before <= line:
            found = change.policy
    return found


def _grouped(figure: str) -> str:
    """A plain figure with thousands separators."""
    whole, point, rest = figure.partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.lstrip("-").strip("0") else figure
