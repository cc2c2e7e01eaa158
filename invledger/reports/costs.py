"""Costs by item and by period: what came in, what went out at what cost, what is left.

Schemas `invledger.cost_items/1`, `cost_periods/1`. In every row opening +
receipts + adjusted - issues = closing. Moves between our own pools are neither receipt nor
issue; stock that sets the books up is opening balance; a return reduces the side that it returns
(red); `adjusted` is value without goods and the effect of a change of method; a true-up of goods
issued before they came belongs to the issues. `provisional` marks costs that may still change
without any movement before them (CO-01, CO-07).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from invledger.checks.holdings import costed_until
from invledger.costing.interface import INTO_POOL, OUT_OF_POOL, Costed, Kind
from invledger.model import Cell, Column, Table, Title
from invledger.posting.pools import class_of
from invledger.posting.sources import Derivation, Sources
from invledger.reports.figures import Figures
from invledger.reports.query import Query, chosen_items, sorted_rows
from invledger.reports.scope import method_on
from invledger.reports.written_down import COLUMNS as NET_COLUMNS
from invledger.reports.written_down import allowances_on, net_cells

_RETURNS_ISSUE = frozenset({Kind.RETURN_IN, Kind.HAND_BACK})
SIDES: dict[str, Title] = {
    "opening": ("Opening", "期初"),
    "receipts": ("Receipts", "收入"),
    "issues": ("Issues", "发出"),
    "closing": ("Closing", "结存"),
}
_ITEM = Column("item", ("Item", "存货编码"))
_NAME = Column("name", ("Name", "名称"))
_METHOD = Column("method", ("Method", "计价方法"), "term")
_PERIOD = Column("period", ("Period", "会计期间"))
_MARK = Column("provisional", ("Provisional", "暂估"), "term")


class Step(NamedTuple):
    """What one line does to an item: quantity and value in or out, or value alone."""

    at: int
    item: str
    side: str  # receipts, issues, adjusted
    quantity: int
    value: int


@dataclass(slots=True)
class Sums:
    """An item in a span: pairs of quantity and value, minor units."""

    opening: tuple[int, int] = (0, 0)
    set_up: tuple[int, int] = (0, 0)  # opening stock taken on in this very span
    receipts: tuple[int, int] = (0, 0)
    issues: tuple[int, int] = (0, 0)
    adjusted: int = 0
    is_provisional: bool = False

    @property
    def closing(self) -> tuple[int, int]:
        (q, v), (come, worth), (gone, cost) = self.opening, self.receipts, self.issues
        return q + come - gone, v + worth + self.adjusted - cost

    def add(self, side: str, quantity: int, value: int) -> None:
        if side == "adjusted":
            self.adjusted += value
        elif side == "opening":
            self.set_up = self.set_up[0] + quantity, self.set_up[1] + value
        elif side == "receipts":
            self.receipts = self.receipts[0] + quantity, self.receipts[1] + value
        else:
            self.issues = self.issues[0] + quantity, self.issues[1] + value

    def is_used(self) -> bool:
        return any((*self.opening, *self.receipts, *self.issues, self.adjusted))


def steps(derivation: Derivation, costed: Costed) -> Iterator[Step]:
    """What every line does to its item, in order but for true-ups and changes, which come last."""
    costs, pools, lines = costed.costs, costed.pools, derivation.valued.lines
    for at, line in enumerate(lines[: len(costs)]):
        kind = line.kind
        if kind == Kind.MOVE or not line.item:
            pass
        elif kind in INTO_POOL:
            sign, side = (-1, "issues") if kind in _RETURNS_ISSUE else (1, "receipts")
            yield Step(at, line.item, side, sign * line.quantity, sign * costs[at])
        elif kind in OUT_OF_POOL:
            sign, side = (-1, "receipts") if kind == Kind.RETURN_OUT else (1, "issues")
            yield Step(at, line.item, side, sign * line.quantity, sign * costs[at])
        for key, amount in costed.revalued.get(at, ()):
            yield Step(at, pools[key].item, "adjusted", 0, amount)
    for up in costed.true_ups:
        yield Step(max(up.at, up.of), lines[up.of].item, "issues", 0, up.amount)
    switches = derivation.valued.setting.switches
    for number, _, before, after in costed.switched:
        at = min(switches[number].before, len(costs) - 1)
        yield Step(at, switches[number].item, "adjusted", 0, after - before)


def sums_by_period(
    sources: Sources, derivation: Derivation, query: Query
) -> dict[str, dict[str, Sums]]:
    """By item, by period in order; raises RuntimeError where they contradict the pools."""
    costed, _ = costed_until(sources, derivation, query.last)
    chosen, dates = chosen_items(sources, query), sources.table.date
    places = sources.master.locations
    found: dict[str, dict[str, Sums]] = defaultdict(dict)
    for at, item, side, quantity, value in steps(derivation, costed):
        if chosen is None or item in chosen:
            sums = found[item].setdefault(dates[at][:7], Sums())
            is_set_up = (
                side == "receipts" and class_of(sources.table.source[at], places) == "opening"
            )
            sums.add("opening" if is_set_up else side, quantity, value)
            sums.is_provisional = sums.is_provisional or at in costed.provisional
    held: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for state in costed.pools.values():
        quantity, value = held[state.item]
        held[state.item] = quantity + state.quantity, value + state.value
    result = {}
    for item in sorted(found):
        periods = {period: found[item][period] for period in sorted(found[item])}
        before = (0, 0)
        for sums in periods.values():
            sums.opening = before[0] + sums.set_up[0], before[1] + sums.set_up[1]
            before = sums.closing
        if before != held[item]:
            raise RuntimeError(f"costs of {item} by period do not add up to its pools")
        result[item] = periods
    return result


def cost_periods(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """Costs by item and period of the query's span."""
    rows = [
        _row(sources, item, sums, f"{period}-31", period)
        for item, periods in sums_by_period(sources, derivation, query).items()
        for period, sums in periods.items()
        if query.first[:7] <= period
    ]
    columns = (_ITEM, _NAME, _PERIOD, *_columns())
    title = ("Costs by item and period", "存货成本：按期间")
    return Table("cost_periods", title, columns, sorted_rows(rows, query.sort, columns))


def cost_items(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """Costs by item over the query's span."""
    rows = []
    off = _allowances_by_item(sources, derivation, query)
    totals = dict.fromkeys(("opening", "receipts", "issues", "adjusted", "closing"), 0)
    for item, periods in sums_by_period(sources, derivation, query).items():
        sums = _whole(periods, query.first[:7])
        if not (sums.is_used() or query.zero):
            continue
        rows.append(_row(sources, item, sums, query.last))
        rows[-1] |= net_cells(Figures.of(sources), sums.closing[1], off.get(item))
        for side in SIDES:
            totals[side] += getattr(sums, side)[1]
        totals["adjusted"] += sums.adjusted
    figures, columns = Figures.of(sources), (_ITEM, _NAME, *_columns())
    if off:
        columns = (*columns[:-1], *NET_COLUMNS, columns[-1])
    told: dict[str, object] = {
        name if name == "adjusted" else f"{name}_value": figures.money(value)
        for name, value in totals.items()
    }
    if off:
        told |= net_cells(figures, totals["closing"], sum(off.values()))
    title = ("Costs by item", "存货成本：按存货")
    return Table("cost_items", title, columns, sorted_rows(rows, query.sort, columns), told)


def _allowances_by_item(sources: Sources, derivation: Derivation, query: Query) -> dict[str, int]:
    """What the items of the query are written down by at the end of its span."""
    costed, _ = costed_until(sources, derivation, query.last)
    chosen, found = chosen_items(sources, query), dict[str, int]()
    for pool, amount in allowances_on(sources, derivation, query.last).items():
        item = costed.pools[pool].item
        if chosen is None or item in chosen:
            found[item] = found.get(item, 0) + amount
    return found


def _whole(periods: dict[str, Sums], first: str) -> Sums:
    """The sums of a span as one."""
    whole = Sums()
    for period, sums in periods.items():
        if period < first:
            whole.opening = sums.closing
            continue
        quantity, value = whole.opening
        whole.opening = quantity + sums.set_up[0], value + sums.set_up[1]
        for side in ("receipts", "issues"):
            whole.add(side, *getattr(sums, side))
        whole.adjusted += sums.adjusted
        whole.is_provisional = whole.is_provisional or sums.is_provisional
    return whole


def _columns() -> list[Column]:
    columns = [_METHOD]
    for name, (english, chinese) in SIDES.items():
        columns.append(Column(f"{name}_quantity", (english, f"{chinese}数量"), "quantity"))
        if name in ("issues", "closing"):
            title = ("Unit cost", f"{chinese}单价")
            columns.append(Column(f"{name}_unit_cost", title, "price"))
        columns.append(Column(f"{name}_value", ("Value", f"{chinese}金额"), "money"))
        if name == "receipts":
            columns.append(Column("adjusted", ("Adjusted", "金额调整"), "money"))
    return [*columns, _MARK]


def _row(sources: Sources, code: str, sums: Sums, until: str, period: str = "") -> dict[str, Cell]:
    item, figures = sources.master.items.get(code), Figures.of(sources)
    row: dict[str, Cell] = {
        "item": code,
        "name": item.name if item is not None else "",
        "name_en": item.name_en if item is not None else "",
        "unit": item.unit if item is not None else "",
        "method": method_on(sources, code, until),
        "adjusted": figures.money(sums.adjusted),
        "provisional": "provisional" if sums.is_provisional else "",
    }
    if period:
        row["period"] = period
    for side in SIDES:
        quantity, value = getattr(sums, side)
        row[f"{side}_quantity"] = figures.quantity(quantity, item)
        row[f"{side}_value"] = figures.money(value)
        row[f"{side}_unit_cost"] = figures.unit_cost(value, quantity, item)
    return row
