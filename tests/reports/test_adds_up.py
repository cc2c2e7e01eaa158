"""N10: on random books, printed totals are the sums of printed rows, and periods join.

The same books also try `explain`: every tree adds up to the cent, every amount is that of the
kernel, and every picture is sound XML.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from random import Random
from xml.etree import ElementTree as ET

import pytest

from invledger.books.deriving import derive
from invledger.costing import Costed, Kind
from invledger.model import Cell, Table
from invledger.posting import Derivation, Sources
from invledger.render import tree_dot, tree_svg, tree_text
from invledger.reports import (
    Query,
    balance,
    cost_layers,
    explain,
    journal,
    movements,
    reconcile_stock_gl,
    stock,
    summary,
)
from tests.properties.happenings import STEPS
from tests.properties.histories import PERIODIC, PERPETUAL, History

Report = Callable[[Sources, Derivation, Query], Table]
MONTHS = [f"2026-{month:02}" for month in range(1, 7)]
SUMMED: tuple[Report, ...] = (stock, summary, cost_layers, movements, reconcile_stock_gl, journal)
ALL = PERPETUAL + PERIODIC


def books(seed: int, methods: tuple[str, ...], steps: int) -> tuple[Sources, Derivation]:
    """Random books without errors, posted; the seed after the first that has none."""
    for number in range(seed, seed + 1000, 7):
        sources = History(Random(number), methods).sources(steps, STEPS)  # noqa: S311  a seed
        found = derive(sources)
        sources.posted = list(found.vouchers)
        if len(sources.table) < steps // 2:
            continue
        if not [p for p in (*found.problems, *sources.problems) if p.severity == "error"]:
            return sources, found
    raise LookupError(f"no sound books from seed {seed} on")


def number(cell: Cell) -> Decimal:
    return Decimal(str(cell or 0))


def check_totals(table: Table) -> None:
    """Every total that belongs under a column is the sum of the figures printed in it."""
    for column in table.columns:
        total = table.totals.get(column.key)
        if isinstance(total, str | int) and column.kind in {"money", "quantity"}:
            printed = sum((number(row.get(column.key)) for row in table.rows), Decimal(0))
            assert printed == number(total), f"{table.name}: {column.key}"


def closing_is_opening(tables: Sequence[Table], key: Sequence[str], kinds: Iterable[str]) -> None:
    """What one period closes with, the next one opens with, row by row."""
    for before, after in pairwise(tables):
        for kind in kinds:
            left: dict[tuple[Cell, ...], Decimal] = defaultdict(Decimal)
            for table, side, sign in ((before, "closing", 1), (after, "opening", -1)):
                for row in table.rows:
                    name = tuple(row.get(part) for part in key)
                    left[name] += sign * number(row.get(f"{side}{kind}"))
            assert not any(left.values()), f"{before.name}: {dict(left)}"


def check_reports(seed: int, methods: tuple[str, ...], steps: int) -> None:
    sources, found = books(seed, methods, steps)
    for report in SUMMED:
        for query in (Query(), *(Query(period=month) for month in MONTHS)):
            check_totals(report(sources, found, query))
    months = [summary(sources, found, Query(period=month)) for month in MONTHS]
    closing_is_opening(months, ("item",), ("_quantity", "_value"))
    accounts = [balance(sources, found, Query(period=month)) for month in MONTHS]
    closing_is_opening(accounts, ("account", "currency"), ("",))
    for table in accounts:
        for row in table.rows:
            sign = 1 if row["direction"] == "debit" else -1
            moved = number(row["debit"]) - number(row["credit"])
            assert number(row["closing"]) == number(row["opening"]) + sign * moved


def check_explanations(seed: int, methods: tuple[str, ...], steps: int) -> None:
    """Every movement of the books, forwards and back."""
    sources, found = books(seed, methods, steps)
    names = [sources.table.row(at).citation for at in range(len(sources.table))]
    for at, name in enumerate(names):
        table = explain(sources, found, Query(subject=name))
        check_tree(table)
        if found.valued.lines[at].kind != Kind.SKIP:
            settled = sum(one.amount for one in found.costed.true_ups if one.of == at)
            if found.valued.lines[at].kind == Kind.SETTLE:  # shown with all that it brought
                settled += settlement(found.costed, at)
            amount = number(table.rows[0]["value"]) * 100
            assert amount == found.costed.costs[at] + settled, name
        back = explain(sources, found, Query(subject=name, reverse=True))
        check_reverse(back)
        if not found.costed.sequence and set(methods) <= set(PERPETUAL):
            assert "whole" not in {row["why"] for row in back.rows}, name
        for one, reverse in ((table, False), (back, True)):
            ET.fromstring(tree_svg(one, "zh", reverse=reverse))  # noqa: S314 - our own text
            assert tree_dot(one, "en", reverse=reverse).endswith("}\n")
            assert tree_text(one, "zh")


def settlement(costed: Costed, at: int) -> int:
    """What a settlement brought beyond what is in stock: expensed, in orders, beside standard."""
    followed = sum(value for _, value in costed.followed.get(at, ()))
    return costed.cited.get(at, 0) + costed.variances.get(at, 0) + followed


def check_tree(table: Table) -> None:
    """What stands under a row adds up to it."""
    below: dict[Cell, list[Decimal]] = defaultdict(list)
    for row in table.rows:
        assert row["parent"] is None or int(row["parent"]) < int(row["node"] or 0)
        if row["parent"] is not None:
            below[row["parent"]].append(number(row["value"]))
    for node, parts in below.items():
        row = table.rows[int(node or 0)]
        if row["why"] != "voucher":
            assert sum(parts) == number(row["value"]), row


def check_reverse(table: Table) -> None:
    """Subject + late values + what came back = what left + what is on hand."""
    ways = {"issue": -1, "return-out": -1, "consume": -1, "true-up": -1, "on-hand": -1,
            "whole": -1, "expensed": -1, "price-variance": -1, "variance": -1,
            "in-orders": 0, "move": 0, "skip": 0}  # fmt: skip
    first, *rest = table.rows
    ways["settle"] = int(first["why"] == "produce")  # late value onto it; else a scrapped order
    if rest and first["why"] != "skip":
        is_outside = first["why"] in {"issue", "return-out", "consume", "add-to-order"}
        total = Decimal(0) if is_outside else number(first["value"])
        total += sum(ways.get(str(row["why"]), 1) * number(row["value"]) for row in rest)
        assert total == 0, table.rows


@pytest.mark.req("RP-20", "CO-11")
@pytest.mark.parametrize("methods", [PERPETUAL, PERIODIC], ids=["perpetual", "periodic"])
def test_a_few_books_add_up(methods: tuple[str, ...]) -> None:
    for seed in (2, 3):
        check_reports(seed, methods, 25)


@pytest.mark.req("CO-11")
@pytest.mark.parametrize("method", ALL)
def test_explanations_of_random_books_add_up(method: str) -> None:
    check_explanations(5, (method,), 15)


@pytest.mark.req("RP-20", "CO-11")
def test_value_that_went_round_between_pools_adds_up() -> None:
    """A book in which an older mix of an average holds value of a younger one."""
    check_explanations(171_003, ALL, 15)


@pytest.mark.slow
@pytest.mark.req("RP-20", "CO-11")
@pytest.mark.parametrize("block", range(20))
def test_two_hundred_books_add_up(block: int) -> None:
    for seed in range(10):
        methods = (PERPETUAL, PERIODIC)[seed % 2]
        check_reports(10_000 * block + 1000 * seed, methods, 10 + 5 * seed)
        check_explanations(10_000 * block + 1000 * seed + 3, ALL, 15)
