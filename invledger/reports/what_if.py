"""`cost --what-if`: what another policy, price, rule or date would do (schema `what_if/1`).

In: the books as they are and as they would be. Out: by item and period opening, receipts, issues
and closing now and then, and the profit effect. The profit of a voucher that differs goes to the
items whose cost made it differ, by what their lines differ; in a period whose vouchers name no
movement, by the cost of what was issued. What no item explains stands in a row without item: the
rows add up to the whole difference of profit exactly.
"""

from __future__ import annotations

from collections import defaultdict

from invledger.costing.interface import OUT_OF_POOL, Kind
from invledger.model import Cell, Column, Table, Title, Voucher, share
from invledger.reports.costs import SIDES, Sums, sums_by_period
from invledger.reports.effect import PROFIT_ROOTS, Effect, Side, is_transfer
from invledger.reports.figures import Figures
from invledger.reports.query import Query, sorted_rows

TITLE: Title = ("What if", "假设分析：成本差异")
_SHOWN = ("opening", "receipts", "issues", "closing")
COLUMNS = (
    Column("item", ("Item", "存货编码")),
    Column("name", ("Name", "名称")),
    Column("period", ("Period", "会计期间")),
    *(
        Column(f"{name}_{side}", (f"{SIDES[name][0]} {english}", f"{SIDES[name][1]}{chinese}"),
               "money")
        for name in _SHOWN
        for side, english, chinese in (("now", "now", "（现）"), ("then", "then", "（假设）"))
    ),
    Column("profit", ("Profit effect", "利润影响"), "money"),
)  # fmt: skip
_OTHER: Title = ("(no item)", "（不分存货）")
Spot = tuple[str, str]  # item, period


def what_if(found: Effect, query: Query, supposed: tuple[str, ...]) -> Table:
    """The difference by item and period; periods in which nothing differs are left out."""
    now = sums_by_period(found.before.sources, found.before.derivation, query)
    then = sums_by_period(found.after.sources, found.after.derivation, query)
    profits = _profits(found)
    chosen = set(now) | set(then)
    spots = {(item, period) for sums in (now, then) for item in sums for period in sums[item]}
    spots |= {spot for spot in profits if not spot[0] or spot[0] in chosen}
    rows = []
    sums = dict.fromkeys(("issues_now", "issues_then", "profit"), 0)
    for item, period in sorted(spots):
        if period < query.first[:7] or period > query.last[:7]:
            continue
        pair = (_at(now, item, period), _at(then, item, period))
        profit = profits.get((item, period), 0)
        if not profit and _values(pair[0]) == _values(pair[1]) and not query.zero:
            continue
        rows.append(_row(found, (item, period), pair, profit))
        sums["issues_now"] += pair[0].issues[1]
        sums["issues_then"] += pair[1].issues[1]
        sums["profit"] += profit
    figures = Figures.of(found.after.sources)
    totals = {name: figures.money(value) for name, value in sums.items()}
    text = " ".join(supposed)
    about = ((("Supposed", "假设"), (text, text)),)
    rows = sorted_rows(rows, query.sort, COLUMNS)
    return Table("what_if", TITLE, COLUMNS, rows, totals, about=about)


def _at(sums: dict[str, dict[str, Sums]], item: str, period: str) -> Sums:
    """An item in a period; where nothing happened, what the last period before left."""
    periods = sums.get(item, {})
    if period in periods:
        return periods[period]
    earlier = [name for name in periods if name < period]
    return Sums(opening=periods[earlier[-1]].closing) if earlier else Sums()


def _values(sums: Sums) -> tuple[int, ...]:
    return (*sums.opening, *sums.receipts, *sums.issues, sums.adjusted)


def _row(found: Effect, spot: Spot, pair: tuple[Sums, Sums], profit: int) -> dict[str, Cell]:
    code, period = spot
    figures = Figures.of(found.after.sources)
    item = found.after.sources.master.items.get(code)
    row: dict[str, Cell] = {
        "item": code,
        "name": item.name if item is not None else _OTHER[1],
        "name_en": item.name_en if item is not None else _OTHER[0],
        "period": period,
        "profit": figures.money(profit),
    }
    for name in _SHOWN:
        values = []
        for side, sums in zip(("now", "then"), pair, strict=True):
            quantity, value = getattr(sums, name)
            value += sums.adjusted if name == "receipts" else 0
            row[f"{name}_{side}"] = figures.money(value)
            row[f"{name}_quantity_{side}"] = figures.quantity(quantity, item)
            values.append(value)
        row[f"{name}_change"] = figures.money(values[1] - values[0])
    return row


def _profits(found: Effect) -> dict[Spot, int]:
    """Profit effect by item and period of the voucher."""
    differences = _cost_differences(found.before, found.after)
    profits: dict[Spot, int] = defaultdict(int)
    for one in found.shown:
        parts = [(one.before, -1), (one.after, 1)]
        links = {id_: None for voucher, _ in parts if voucher is not None for id_ in voucher.links}
        weights = _weights(links, differences)
        for voucher, sign in parts:
            amount = sign * _earned(voucher) if voucher is not None else 0
            if voucher is not None and amount:
                for item, part in _allotted(amount, weights):
                    profits[item, voucher.date[:7]] += part
    _settle_periods(found, profits)
    return {spot: amount for spot, amount in profits.items() if amount}


def _settle_periods(found: Effect, profits: dict[Spot, int]) -> None:
    """Where vouchers of a whole period name no movement, the items' issues say who is meant.

    What is then not explained by the cost of issues stays without item.
    """
    periods = {period for item, period in profits if not item}
    whole = {period: [s for s in profits if s[1] == period] for period in periods}
    issued = _issued(found.before, 1)
    for spot, value in _issued(found.after, -1).items():
        issued[spot] += value
    for period, spots in whole.items():
        total = sum(profits.pop(spot) for spot in spots)
        for (item, of), value in issued.items():
            if of == period and value:
                profits[item, period] += value
                total -= value
        if total:
            profits["", period] += total


def _issued(side: Side, sign: int) -> dict[Spot, int]:
    """Cost of what was issued to the outside, by item and period; returns of it in red."""
    found: dict[Spot, int] = defaultdict(int)
    dates, costs = side.sources.table.date, side.derivation.costed.costs
    for at, line in enumerate(side.derivation.valued.lines):
        if line.kind in (Kind.ISSUE, Kind.RETURN_IN):
            out = sign if line.kind == Kind.ISSUE else -sign
            found[line.item, dates[at][:7]] += out * costs[at]
    return found


def _earned(voucher: Voucher) -> int:
    if is_transfer(voucher):
        return 0
    return -sum(p.amount for p in voucher.postings if p.account.startswith(PROFIT_ROOTS))


def _cost_differences(before: Side, after: Side) -> dict[str, dict[str, int]]:
    """By movement and item: how much less its lines took out of stock than before."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for side, sign in ((before, 1), (after, -1)):
        ids, costs = side.sources.table.id, side.derivation.costed.costs
        for at, line in enumerate(side.derivation.valued.lines):
            if line.item and costs[at]:
                out = 1 if line.kind in OUT_OF_POOL else -1
                found[ids[at]][line.item] += sign * out * costs[at]
    return found


def _weights(links: dict[str, None], differences: dict[str, dict[str, int]]) -> dict[str, int]:
    """How much the lines of the movements that a voucher speaks of differ, by item."""
    weights: dict[str, int] = defaultdict(int)
    for id_ in links:
        for item, weight in differences.get(id_, {}).items():
            weights[item] += weight
    return weights


def _allotted(amount: int, weights: dict[str, int]) -> list[tuple[str, int]]:
    """An amount over the items of the movements that a voucher speaks of."""
    if len(weights) == 1:
        return [(next(iter(weights)), amount)]
    weights = {item: weight for item, weight in weights.items() if weight}
    whole = sum(weights.values())
    if not whole:
        return [("", amount)]
    parts, running, given = [], 0, 0
    for item, weight in sorted(weights.items()):
        running += weight
        due = share(amount, running, whole)
        parts.append((item, due - given))
        given = due
    return parts
