"""Costs by movement: what each line cost, and what its pool held afterwards, in total order.

Schema `invledger.cost_movements/1`. A dated change of policy that changes the value of a pool has
a row of its own, before the lines that follow it; one that divides or joins pools has a row for
each (CO-01, CO-06).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from invledger.checks.holdings import costed_until
from invledger.costing.interface import (
    INTO_POOL,
    OUT_OF_POOL,
    Costed,
    CostLine,
    Kind,
    Switch,
)
from invledger.model import Cell, Column, Table
from invledger.posting.course import Course
from invledger.posting.sources import Derivation, Sources
from invledger.reports.figures import Figures
from invledger.reports.flow import CHANGE
from invledger.reports.query import Query, chosen_items, sorted_rows
from invledger.reports.scope import method_on

COLUMNS = (
    Column("date", ("Date", "日期"), "date"),
    Column("movement", ("Movement", "单据行")),
    Column("type", ("Type", "类型"), "term"),
    Column("item", ("Item", "存货编码")),
    Column("kind", ("Kind", "计价"), "term"),
    Column("quantity", ("Quantity", "数量"), "quantity"),
    Column("unit_cost", ("Unit cost", "单位成本"), "price"),
    Column("cost", ("Cost", "成本"), "money"),
    Column("pool", ("Pool", "成本池")),
    Column("balance_quantity", ("Balance", "结存数量"), "quantity"),
    Column("balance_unit_cost", ("Unit cost", "结存单价"), "price"),
    Column("balance_value", ("Value", "结存金额"), "money"),
    Column("provisional", ("Provisional", "暂估"), "term"),
)
_Held = dict[str, list[int]]


class _Change(NamedTuple):
    """What a change of policy, by number, did to the value of a pool."""

    number: int
    pool: str
    amount: int


def cost_movements(sources: Sources, derivation: Derivation, query: Query) -> Table:
    """What each line cost, and what its pool held afterwards, in total order."""
    costed, count = costed_until(sources, derivation, query.last)
    lines, switches = derivation.valued.lines[:count], derivation.valued.setting.switches
    balances = _Balances(lines, costed, switches)
    chosen, table = chosen_items(sources, query), sources.table
    course = Course(sources.company, sources.master, table)
    starts = [turn.change.start for turn in course.turns()] if switches else []
    is_filtered = bool(query.types or query.parties or query.lots)
    rows = []
    for at, line in enumerate(lines):
        for change in balances.turn(at):
            item, date = switches[change.number].item, starts[change.number]
            if (chosen is None or item in chosen) and date >= query.first and not is_filtered:
                rows.append(_changed(sources, balances.held, change, (item, date)))
        balances.carry(at)
        item = line.item or next(
            (costed.pools[k].item for k, _ in costed.revalued.get(at, ())), ""
        )
        if (
            line.kind == Kind.SKIP
            or (chosen is not None and item not in chosen)
            or table.date[at] < query.first
            or (query.types and table.type[at] not in query.types)
            or (query.parties and table.party[at] not in query.parties)
            or (query.lots and table.lot[at] not in query.lots)
        ):
            continue
        rows.append(_movement(sources, costed, balances.held, (at, line, item)))
    title = ("Costs by movement", "存货成本：逐笔")
    return Table("cost_movements", title, COLUMNS, sorted_rows(rows, query.sort, COLUMNS))


class _Balances:
    """Quantity and value of every pool while the lines are walked in order."""

    def __init__(self, lines: list[CostLine], costed: Costed, switches: Sequence[Switch]) -> None:
        self.lines, self.costed, self.switches = lines, costed, switches
        self.held: _Held = {}
        self.filled: dict[int, int] = defaultdict(int)
        for up in costed.true_ups:
            self.filled[up.at] += up.amount
        self.changes: dict[int, list[_Change]] = defaultdict(list)
        for number, pool, before, after in costed.switched:
            self.changes[number].append(_Change(number, pool, after - before))
        self.turns: dict[int, list[int]] = defaultdict(list)
        for number, switch in enumerate(switches):
            self.turns[switch.before].append(number)

    def turn(self, at: int) -> Iterator[_Change]:
        """What the changes of policy before line `at` did, each once it is done."""
        for number in self.turns.get(at, ()):
            self._hand_over(self.switches[number])
            for change in self.changes.get(number, ()):
                self.held.setdefault(change.pool, [0, 0])[1] += change.amount
                yield change

    def _hand_over(self, switch: Switch) -> None:
        """Quantities go to other pools; their value goes by what the change did to each."""
        held, pools, splits = self.held, switch.pools or {}, switch.splits or {}
        old = {key: held[key][0] for key in {**pools, **splits} if key in held}
        for key, left in old.items():
            heirs = splits.get(key) or [(pools[key], 0)]
            parts: list[int] = []
            for _, wanted in heirs[:-1]:  # what is owed goes to the last
                parts.append(max(min(wanted, left - sum(parts)), 0))
            held[key][0] -= left
            for (heir, _), part in zip(heirs, [*parts, left - sum(parts)], strict=True):
                held.setdefault(heir, [0, 0])[0] += part

    def carry(self, at: int) -> None:
        """What line `at` leaves in the pools that it touches."""
        line, costed, held = self.lines[at], self.costed, self.held
        cost = costed.costs[at]
        parts = list(costed.revalued.get(at, ()))
        if line.kind in INTO_POOL:
            held.setdefault(line.target, [0, 0])[0] += line.quantity
            parts.append((line.target, cost - self.filled.get(at, 0)))
        if line.kind in OUT_OF_POOL:
            held.setdefault(line.source, [0, 0])[0] -= line.quantity
            parts.append((line.source, -cost))
        for key, amount in parts:
            held.setdefault(key, [0, 0])[1] += amount


def _movement(
    sources: Sources, costed: Costed, held: _Held, found: tuple[int, CostLine, str]
) -> dict[str, Cell]:
    at, line, code = found
    item, figures, table = sources.master.items.get(code), Figures.of(sources), sources.table
    spread = [key for key, _ in costed.revalued.get(at, ())]
    pool = line.target if line.kind in INTO_POOL else line.source or " ".join(spread)
    goods, cost = line.quantity if line.item else 0, costed.costs[at]
    row: dict[str, Cell] = {
        "date": table.date[at],
        "movement": f"{table.id[at]}/{table.line[at]}",
        "type": table.type[at],
        "item": code,
        "kind": Kind(line.kind).name.lower().replace("_", "-"),
        "quantity": figures.quantity(goods, item) if goods else None,
        "unit_cost": figures.unit_cost(cost, goods, item) if goods else None,
        "cost": figures.money(cost),
        "pool": pool,
        "method": method_on(sources, code, table.date[at]),
        "provisional": "provisional" if at in costed.provisional else "",
    }
    return row | _balance(sources, code, held.get(pool))


def _changed(
    sources: Sources, held: _Held, change: _Change, what: tuple[str, str]
) -> dict[str, Cell]:
    """A change of policy, of an item on a date."""
    code, date = what
    row: dict[str, Cell] = {
        "date": date,
        "movement": "",
        "type": CHANGE,
        "item": code,
        "kind": "restated",
        "quantity": None,
        "unit_cost": None,
        "cost": Figures.of(sources).money(change.amount),
        "pool": change.pool,
        "method": method_on(sources, code, date),
        "provisional": "",
    }
    return row | _balance(sources, code, held.get(change.pool))


def _balance(sources: Sources, code: str, held: list[int] | None) -> dict[str, Cell]:
    """What a pool holds; empty where a row tells of several."""
    if held is None:
        return {"balance_quantity": None, "balance_unit_cost": None, "balance_value": None}
    quantity, value = held
    item, figures = sources.master.items.get(code), Figures.of(sources)
    return {
        "balance_quantity": figures.quantity(quantity, item),
        "balance_unit_cost": figures.unit_cost(value, quantity, item),
        "balance_value": figures.money(value),
    }
