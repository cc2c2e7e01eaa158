"""N11: extreme quantities, prices and dates give exact figures or a Problem, and nothing else.

Every price has up to six decimals, quantities go up to 10^15 units, amounts to 28 digits, dates
from 1900 to 2999 with leap days. The value of each receipt is worked out again in fractions.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from math import floor
from random import Random

import pytest

from invledger.books.deriving import derive
from invledger.costing import CostLine, Kind, Setting, cost, explain_line, flows_into
from invledger.model import CostPolicy, Row
from invledger.render import render_table
from invledger.reports import Query, balance, stock, summary
from tests.posting.small import MAIN, company, row, sources_of

METHODS = ("fifo", "lifo", "moving-average", "standard", "periodic-average", "planned")
_DIGESTS = re.compile(r'"(data|rules|commit)": "[^"]*"|^data .*', re.MULTILINE)
ODD = re.compile(r"nan|inf(inity)?\b|\d[eE][+-]?\d", re.IGNORECASE)
DATES = ("1900-02-28", "1999-12-31", "2000-02-29", "2024-02-29", "2026-01-01", "2100-02-28",
         "2400-02-29", "2999-12-31")  # fmt: skip
PRICES = ("0.000001", "0.01", "1", "0.333333", "999999.999999", "123456789.123456")
QUANTITIES = (1, 2, 3, 7, 10**6, 10**9 + 7, 10**12 - 1, 10**15)


def rounded(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


def rows_of(random: Random) -> tuple[list[Row], list[int]]:
    """Receipts and issues of what is there, and the value of each receipt in cents."""
    rows: list[Row] = []
    values: list[int] = []
    there = 0
    days = sorted(random.choices(DATES, k=random.randint(2, 8)))
    for number, day in enumerate(days):
        quantity = random.choice(QUANTITIES)
        if there and random.random() < 0.4:
            quantity = random.choice((there, min(quantity, there)))
            there -= quantity
            rows.append(row(day, "other-out", f"S{number}", str(quantity), source=MAIN,
                            target="Equity:Stock:Other", reason="internal-use",
                            line="1"))  # fmt: skip
            continue
        there += quantity
        price = random.choice(PRICES)
        rows.append(row(day, "other-in", f"R{number}", str(quantity), price=price, reason="gift"))
        values.append(rounded(Fraction(price) * quantity * 100))
    return rows, values


def check_books(seed: int) -> None:
    """Through posting and reports: sums in integers, no figure that is no plain number."""
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    rows, values = rows_of(random)
    method = random.choice(("fifo", "moving-average"))
    goods = company().categories["goods"]
    mine = replace(
        company(),
        categories={**company().categories, "goods": replace(goods, cost=CostPolicy(method))},
    )
    sources = sources_of(rows, mine)
    found = derive(sources)
    sources.posted = list(found.vouchers)
    assert not [one for one in found.problems if one.severity == "error"], f"seed {seed}"
    for voucher in found.vouchers:
        assert sum(posting.amount for posting in voucher.postings) == 0
    lines = found.valued.lines
    assert [line.value for line in lines if line.kind == Kind.RECEIVE] == values, f"seed {seed}"
    gone = sum(c for line, c in zip(lines, found.costed.costs, strict=True)
               if line.kind == Kind.ISSUE)  # fmt: skip
    left = sum(state.value for state in found.costed.pools.values())
    assert sum(values) == gone + left
    for report in (stock, summary, balance):
        for format_ in ("json", "table", "csv"):
            text = render_table(report(sources, found, Query()), format_, "en")
            assert isinstance(text, str)
            figures = _DIGESTS.sub("", text)
            assert not ODD.search(figures), f"seed {seed}: {ODD.search(figures)}"


def check_kernel(seed: int) -> None:
    """28 digits of cents and 10^15 units, all methods: nothing lost, all explained."""
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    lines: list[CostLine] = []
    there = 0
    for _ in range(random.randint(2, 12)):
        quantity = random.choice(QUANTITIES)
        if there and random.random() < 0.45:
            quantity = random.choice((there, min(quantity, there)))
            there -= quantity
            lines.append(CostLine(Kind.ISSUE, "P", quantity, "A", "", None, -1, ""))
        else:
            there += quantity
            value = random.choice((0, 1, 10**27, 10**28 - 1, random.randrange(10**28)))
            lines.append(CostLine(Kind.RECEIVE, "P", quantity, "", "A", value, -1, ""))
    method = random.choice(METHODS)
    standards = {at: line.quantity * 97 for at, line in enumerate(lines)}
    costed = cost(
        lines, {"P": CostPolicy(method)}, provenance=True, setting=Setting(standards=standards)
    )
    assert not costed.troubles
    came, gone = (sum(costed.costs[at] for at, line in enumerate(lines) if line.kind == kind)
                  for kind in (Kind.RECEIVE, Kind.ISSUE))  # fmt: skip
    state = costed.pools["A"]
    assert (state.quantity, came - gone) == (there, state.value)
    for at, line in enumerate(lines):
        tree = explain_line(costed, lines, at)
        assert not tree.children or sum(node.value for node in tree.children) == tree.value
        if line.kind == Kind.RECEIVE:
            flows = flows_into(costed, lines, at)
            out = sum(flow.value * flow.way for flow in flows.lines)
            assert costed.costs[at] + out == flows.on_hand[1], f"seed {seed}, line {at}"


@pytest.mark.req("FIN-01", "CO-01")
def test_extremes() -> None:
    for seed in range(60):
        check_books(seed)
        check_kernel(seed)


@pytest.mark.slow
@pytest.mark.req("FIN-01", "CO-01")
def test_five_thousand_extremes() -> None:
    for seed in range(1000, 3500):
        check_books(seed)
        check_kernel(seed)
