"""`explain`: an amount down to its receipts, and a receipt out to where it went."""

from __future__ import annotations

import pytest

from invledger.costing import Kind, Setting, Switch
from invledger.model import CostPolicy, Refused, Table
from invledger.reports import TERMS, Query, explain
from tests.handmade import (
    CASH,
    CUSTOMER,
    GOODS,
    MAIN,
    PRODUCTION,
    SUPPLIER,
    Books,
    of_item,
    voucher,
)


def shown(table: Table) -> list[tuple[object, ...]]:
    assert {row["why"] for row in table.rows} <= set(TERMS)
    return [
        (row["depth"], row["id"], row["quantity"], row["value"], row["why"]) for row in table.rows
    ]


def sold() -> Books:
    """FIFO: 10 for 100.00 (5.00 of it freight), 10 for 120.00; 15 sold for 160.00, one returns."""
    books = Books()
    books.item("A")
    books.move(
        "2026-01-05", "R1", 10, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=10000,
        amounts={"net": 9500, "tax": 0, "value": 9500, "landed": 500},
    )  # fmt: skip
    books.move("2026-01-06", "R2", 10, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=12000)
    sale = books.move("2026-01-10", "S1", 15, MAIN, CUSTOMER, kind=Kind.ISSUE)
    books.move("2026-01-12", "B1", 3, CUSTOMER, MAIN, kind=Kind.RETURN_IN, cites=sale)
    return books


@pytest.mark.req("CO-11")
def test_an_issue_down_to_its_receipts() -> None:
    assert shown(explain(*sold().closed(), Query(subject="S1/1"))) == [
        (0, "S1/1", "15", "160.00", "issue"),
        (1, "R1/1", "10", "100.00", "receipt"),
        (2, "", "", "95.00", "net"),
        (2, "", "", "5.00", "landed"),
        (1, "R2/1", "5", "60.00", "receipt"),
    ]


@pytest.mark.req("CO-11")
def test_a_receipt_out_to_where_it_went() -> None:
    # Of the 100.00, 10 pieces went with the sale; the return brings 3 of 15 back: a fifth, 20.00.
    assert shown(explain(*sold().closed(), Query(subject="R1", reverse=True))) == [
        (0, "R1/1", "10", "100.00", "receive"),
        (1, "S1/1", "10", "100.00", "issue"),
        (1, "B1/1", "2", "20.00", "return-in"),
        (1, "", "2", "20.00", "on-hand"),
    ]


@pytest.mark.req("CO-11", "CO-08")
def test_a_product_down_to_material_and_labour() -> None:
    books = Books()
    books.item("A")
    books.item("P")
    books.move("2026-01-05", "R1", 4, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=4000)
    books.move("2026-01-06", "I1", 3, MAIN, PRODUCTION, kind=Kind.CONSUME, order="W1")
    books.move(
        "2026-01-07", "L1", 0, "", "", kind=Kind.ADD_TO_ORDER, item="", value=500, order="W1"
    )
    books.move("2026-01-08", "F1", 2, PRODUCTION, MAIN, kind=Kind.PRODUCE, item="P", order="W1")
    assert shown(explain(*books.closed(), Query(subject="F1"))) == [
        (0, "F1/1", "2", "35.00", "produce"),
        (1, "I1/1", "3", "30.00", "consumed"),
        (2, "R1/1", "3", "30.00", "receipt"),
        (1, "L1/1", "", "5.00", "added"),
    ]
    went = shown(explain(*books.closed(), Query(subject="R1", reverse=True)))
    # One piece lies there as it came, three are in the product: nothing has left.
    assert went[-1] == (1, "", "4", "40.00", "on-hand")


def test_a_voucher_by_its_movements() -> None:
    books = sold()
    books.posted = [
        voucher(
            "2026-01-10", "sale/S1/cost", of_item(GOODS, -16000), (GOODS, 16000), links=("S1",)
        )
    ]
    rows = shown(explain(*books.closed(), Query(subject="sale/S1/cost")))
    assert rows[:2] == [
        (0, "sale/S1/cost", "", "160.00", "voucher"),
        (1, "S1/1", "15", "160.00", "issue"),
    ]


def test_a_true_up_is_part_of_the_issue_that_it_settles() -> None:
    books = Books(CostPolicy("fifo", negative="provisional"))
    books.move("2026-01-01", "R1", 1, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=1000)
    books.move("2026-01-02", "S1", 3, MAIN, CUSTOMER, kind=Kind.ISSUE)
    books.move("2026-01-03", "R2", 5, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=6000)
    rows = shown(explain(*books.closed(), Query(subject="S1")))
    assert rows[0] == (0, "S1/1", "3", "34.00", "issue")
    assert rows[1:] == [
        (1, "R1/1", "1", "10.00", "receipt"),
        (1, "", "2", "20.00", "estimate"),
        (1, "R2/1", "", "4.00", "true-up"),
        (2, "R2/1", "2", "24.00", "receipt"),
        (2, "", "-2", "-20.00", "estimate"),
    ]


def at_list(policy: CostPolicy, standards: dict[int, int]) -> Books:
    """2 for 20.00 and, after an issue of 2, 2 for 28.00; all in one month."""
    books = Books(policy)
    books.setting = Setting(standards=standards, unit_shift={"A": -2})
    books.move("2026-01-01", "R1", 2, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=2000)
    books.move("2026-01-02", "S1", 2, MAIN, CUSTOMER, kind=Kind.ISSUE)
    books.move("2026-01-03", "R2", 2, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=2800)
    return books


@pytest.mark.req("CO-11", "CO-03", "CO-05")
@pytest.mark.parametrize(
    ("policy", "value", "basis", "basis_zh"),
    [
        (CostPolicy("periodic-average"), "24.00", "48.00 / 4 = 12.00", None),
        (CostPolicy("periodic-average", unit_decimals=1), "24.00", "48.00 / 4 = 12.0", None),
        # Planned at 10.00: 40.00, a variance of 8.00, a fifth.
        (
            CostPolicy("planned"), "24.00", "planned 20.00, variance 8.00 / 40.00 = 20.0000 %",
            "计划成本 20.00, 差异率 8.00 / 40.00 = 20.0000 %",
        ),
        (
            CostPolicy("planned", rate_decimals=3), "24.00",
            "planned 20.00, variance 8.00 / 40.00 = 20.000 %",
            "计划成本 20.00, 差异率 8.00 / 40.00 = 20.000 %",
        ),
        # Sold at 10.00 a piece: of 40.00, cost is 48.00 (a loss).
        (
            CostPolicy("retail"), "24.00",
            "selling value 20.00, cost rate 48.00 / 40.00 = 120.0000 % (margin -20.0000 %)",
            "售价金额 20.00, 成本率 48.00 / 40.00 = 120.0000 % (差价率 -20.0000 %)",
        ),
        (CostPolicy("standard"), "20.00", "standard 10.00", "标准成本 10.00"),
    ],
    ids=lambda one: one.method if isinstance(one, CostPolicy) else "",
)  # fmt: skip
def test_a_cost_says_what_it_was_reckoned_on(
    policy: CostPolicy, value: str, basis: str, basis_zh: str | None
) -> None:
    books = at_list(policy, {0: 2000, 1: 2000, 2: 2000})
    row = explain(*books.closed(), Query(subject="S1")).rows[0]
    assert (row["value"], row["basis"], row.get("basis_zh")) == (value, basis, basis_zh)


@pytest.mark.req("CO-11", "CO-05")
def test_a_receipt_at_standard_shows_price_and_variance() -> None:
    """Paid 28.00 for what is kept at 20.00."""
    books = at_list(CostPolicy("standard"), {0: 2000, 1: 2000, 2: 2000})
    books.amounts[2] = {"net": 2800}
    assert shown(explain(*books.closed(), Query(subject="R2"))) == [
        (0, "R2/1", "2", "20.00", "receive"),
        (1, "", "", "28.00", "net"),
        (1, "", "", "-8.00", "price-variance"),
    ]


def test_a_voucher_about_something_else_says_so() -> None:
    books = sold()
    lines = (of_item(CASH, 30000), (GOODS, -30000))
    books.posted = [voucher("2026-01-10", "sale/S1/main", *lines, links=("S1",))]
    assert len(explain(*books.closed(), Query(subject="sale/S1/main")).notes) == 1


@pytest.mark.req("CO-03", "CO-11")
def test_the_voucher_of_a_period_by_all_that_it_carries_over() -> None:
    books = at_list(CostPolicy("periodic-average"), {})
    books.move("2026-01-20", "S2", 1, MAIN, CUSTOMER, kind=Kind.ISSUE)
    books.move("2026-02-01", "S3", 1, MAIN, CUSTOMER, kind=Kind.ISSUE)
    lines = (of_item(GOODS, -3600), (CASH, 3600))
    books.posted = [voucher("2026-01-31", "issue/2026-01/period-cost", *lines)]
    table = explain(*books.closed(), Query(subject="issue/2026-01/period-cost"))
    assert [row[:4] for row in shown(table) if row[0] == 1] == [
        (1, "S1/1", "2", "24.00"), (1, "S2/1", "1", "12.00"),
    ]  # fmt: skip
    assert not table.notes


def test_rows_name_the_row_above_them() -> None:
    rows = explain(*sold().closed(), Query(subject="S1/1")).rows
    assert [(row["node"], row["parent"]) for row in rows] == [
        (0, None), (1, 0), (2, 1), (3, 1), (4, 0),
    ]  # fmt: skip


def test_in_reverse_a_row_stands_under_the_line_it_came_through() -> None:
    """The return came through the sale; what is on hand is named last."""
    rows = explain(*sold().closed(), Query(subject="R1", reverse=True)).rows
    assert [(row["id"], row["parent"]) for row in rows] == [
        ("R1/1", None), ("S1/1", 0), ("B1/1", 1), ("", 0),
    ]  # fmt: skip


def test_what_the_books_do_not_know_is_refused() -> None:
    with pytest.raises(Refused):
        explain(*sold().closed(), Query(subject="S9"))


@pytest.mark.req("CO-11", "CO-06")
def test_what_a_change_of_policy_restated_is_a_row_of_its_own() -> None:
    """1 of 2 at 1.00 left by FIFO; by the average three at 2.00 stay, 0.75 of each receipt."""
    books = Books(CostPolicy("fifo"))
    books.move("2026-01-01", "R1", 2, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=200)
    books.move("2026-01-02", "R2", 2, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=600)
    books.move("2026-01-03", "S1", 1, MAIN, CUSTOMER, kind=Kind.ISSUE)
    switch = Switch(3, "A", CostPolicy("moving-average"), is_retrospective=True)
    books.setting = Setting(switches=[switch])
    rows = shown(explain(*books.closed(), Query(subject="R2", reverse=True)))
    assert rows[0] == (0, "R2/1", "2", "6.00", "receive")
    assert [row[3:] for row in rows[1:]] == [("-1.50", "restated"), ("4.50", "on-hand")]
    rows = shown(explain(*books.closed(), Query(subject="R1", reverse=True)))
    assert [row[3:] for row in rows] == [
        ("2.00", "receive"), ("1.00", "issue"), ("0.50", "restated"), ("1.50", "on-hand"),
    ]  # fmt: skip


@pytest.mark.req("CO-11")
def test_what_a_stated_cost_left_behind_is_a_row_of_its_own() -> None:
    """1 of 2 at 2.00 leaves at 1.50: the other one bears 0.50 more."""
    books = Books(CostPolicy("fifo", stated_issue="cost"))
    books.move("2026-01-01", "R1", 2, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=400)
    books.move("2026-01-02", "S1", 1, MAIN, CUSTOMER, kind=Kind.ISSUE)
    books.setting = Setting(stated={1: 150})
    rows = shown(explain(*books.closed(), Query(subject="S1", reverse=True)))
    assert [row[3:] for row in rows] == [
        ("1.50", "issue"), ("0.50", "stated"), ("0.50", "on-hand"),
    ]  # fmt: skip
