"""Planned cost 计划成本法 and retail 售价金额核算法, against Chinese exercises (CO-05)."""

from __future__ import annotations

import pytest

from tests.methods.kept import kept, moved, noted, priced

PLANNED = "cost: {method: planned}"
RETAIL = "cost: {method: retail}"
PLAN_ONE = priced("2026-01-01", "M1", "1.00", "planned")
SOLD_ONE = priced("2026-01-01", "M1", "1.00", "retail")


def worth(type_: str, date: str, id_: str, quantity: str, amount: str = "", **given: str) -> str:
    return moved(date, type_, id_, quantity, item="M1", amount=amount, **given)


@pytest.mark.req("CO-05")
@pytest.mark.parametrize("chart", ["cas", "sbe"])
def test_savings_leave_with_the_goods(chart: str) -> None:
    """Opening 50,000 at plan, 51,000 actual; bought 300,000 for 292,000; rate -2 %; 200,000 used
    (exam question: actual cost 196,000.00, left 147,000.00).
    """
    wip = {"cas": "5001", "sbe": "4001"}[chart]
    books = kept(
        PLANNED,
        worth("opening", "2026-01-01", "O1", "50000.00", "51000.00"),
        worth("purchase-receipt", "2026-01-02", "R1", "300000.00", "292000.00"),
        worth("production-issue", "2026-01-03", "I1", "200000.00", order="W1"),
        prices=PLAN_ONE,
        chart=chart,
    )
    assert books.sources.problems == books.derivation.problems == []
    assert books.lines("purchase-receipt/R1/main") == [
        ("1403", "300000.00"), ("1404", "-8000.00R"), ("2202", "-292000.00"),
    ]  # fmt: skip
    assert books.lines("production-issue/I1/main") == [
        (wip, "200000.00"), ("1403", "-200000.00"),
    ]  # fmt: skip
    assert books.lines("production-issue/2026-01/period-cost") == [
        (wip, "-4000.00R"), ("1404", "4000.00R"),
    ]  # fmt: skip
    assert books.dates()["production-issue/2026-01/period-cost"] == "2026-01-31"
    assert books.costs()["I1"] == "196000.00"
    assert books.value("M1") == "147000.00"
    assert (books.balance("1403"), books.balance("1404")) == ("150000.00", "-3000.00")
    assert books.differences() == {}
    assert books.problems() == []


@pytest.mark.req("CO-05")
@pytest.mark.parametrize(
    ("rate", "cost"), [("rate-decimals: 4", "61161000.00"), ("rate: opening", "59740000.00")]
)
def test_the_rate_of_the_period_or_of_the_opening_stock(rate: str, cost: str) -> None:
    """Worked exercise: 5.45 % rounded to two decimals of a per cent; or 3 % of the opening."""
    books = kept(
        "cost: {method: planned, " + rate + "}",
        worth("opening", "2026-01-01", "O1", "10000000.00", "10300000.00"),
        worth("purchase-receipt", "2026-01-02", "R1", "40000000.00", "43030000.00"),
        worth("purchase-receipt", "2026-01-03", "R2", "10000000.00", "11510000.00"),
        worth("purchase-receipt", "2026-01-04", "R3", "20000000.00", "19518000.00"),
        worth("production-issue", "2026-01-05", "I1", "58000000.00", order="W1"),
        prices=PLAN_ONE,
    )
    assert books.derivation.problems == []
    assert books.costs()["I1"] == cost
    assert books.differences() == {}


@pytest.mark.req("CO-05")
def test_the_margin_leaves_with_the_goods() -> None:
    """Opening 220 at selling price, 200 cost; bought 180 for 150; sold 240: margin rate 12.5 %,
    cost of sales 210 (exam question, in 10,000 yuan).
    """
    books = kept(
        RETAIL,
        worth("opening", "2026-01-01", "O1", "220.00", "200.00"),
        worth("purchase-receipt", "2026-01-02", "R1", "180.00", "150.00"),
        worth("sale-delivery", "2026-01-03", "S1", "240.00"),
        prices=SOLD_ONE,
    )
    assert books.derivation.problems == []
    assert books.lines("purchase-receipt/R1/main") == [
        ("1403", "180.00"), ("1407", "-30.00"), ("2202", "-150.00"),
    ]  # fmt: skip
    assert books.lines("sale-delivery/S1/cost") == [("6401", "240.00"), ("1403", "-240.00")]
    assert books.lines("sale-delivery/2026-01/period-cost") == [
        ("6401", "-30.00"), ("1407", "30.00"),
    ]  # fmt: skip
    assert books.balance("6401") == "210.00"
    assert (books.balance("1403"), books.balance("1407")) == ("160.00", "-20.00")
    assert books.value("M1") == "140.00"
    assert books.differences() == {}
    assert books.problems() == []


@pytest.mark.req("CO-05")
def test_a_new_planned_price_moves_value_between_two_accounts() -> None:
    """100 at plan 10.00, actual 1,050.00; the plan becomes 12.00: 1403 +200, 1404 -200, in all the
    same 1,050.00; half of them leave at 525.00.
    """
    prices = priced("2026-01-01", "P1", "10.00", "planned")
    prices += priced("2026-01-15", "P1", "12.00", "planned")
    books = kept(
        PLANNED,
        moved("2026-01-02", "purchase-receipt", "R1", "100", amount="1050.00"),
        noted("2026-01-15", "standard-cost-change", "X1", item="P1"),
        moved("2026-01-20", "sale-delivery", "S1", "50"),
        prices=prices,
    )
    assert books.derivation.problems == []
    assert books.lines("standard-cost-change/X1/main") == [("1405", "200.00"), ("1404", "-200.00")]
    assert books.costs()["S1"] == "525.00"
    assert (books.balance("1405"), books.balance("1404")) == ("600.00", "-75.00")
    assert books.differences() == {}
    assert books.problems() == []


@pytest.mark.req("CO-05", "TE-07")
def test_goods_short_of_any_history_leave_at_the_planned_price() -> None:
    """40 used before anything was bought: nothing else is known, so 40.00 by the plan."""
    books = kept(
        "cost: {method: planned, negative: provisional}",
        worth("production-issue", "2026-01-05", "I1", "40.00", order="W1"),
        prices=PLAN_ONE,
    )
    assert [p.code for p in books.derivation.problems] == []
    assert books.costs()["I1"] == "40.00"
    assert books.differences() == {}


@pytest.mark.req("CO-05", "CO-08")
@pytest.mark.parametrize(("method", "beside"), [("retail", "1407"), ("planned", "1404")])
def test_goods_come_back_after_a_change_of_the_price(method: str, beside: str) -> None:
    """The change of price of what was away stays with the goods, not with the month's last issue.

    100 for 1,400.00 at 20.00, of which 60 sold for 1,200.00; the other 40 come to 25.00, + 200.00;
    10 of the 60 come back at 25.00, + 50.00. The rate is 1,400 / 2,250: the 60 cost 746.67, 10 of
    them 124.45 (746.67 / 6), 4 lost (100.00) 62.22. Left are 46 at 25.00 = 1,150.00, worth
    1,400.00 - 746.67 + 124.45 - 62.22 = 715.56; what is beside is 434.44.
    """
    prices = priced("2026-01-01", "P1", "20.00", method)
    prices += priced("2026-01-15", "P1", "25.00", method)
    books = kept(
        "cost: {method: " + method + "}",
        moved("2026-01-02", "purchase-receipt", "R1", "100", price="14.00"),
        moved("2026-01-05", "sale-delivery", "S1", "60"),
        noted("2026-01-15", "standard-cost-change", "X1", item="P1"),
        moved("2026-01-20", "sale-return", "T1", "10", ref="S1"),
        moved("2026-01-25", "scrap", "L1", "4", reason="broken"),
        prices=prices,
    )
    assert books.sources.problems == books.derivation.problems == []
    assert [books.costs()[one] for one in ("S1", "T1", "L1")] == [
        "746.67", "124.45", "62.22",
    ]  # fmt: skip
    assert books.lines("standard-cost-change/X1/main") == [("1405", "200.00"), (beside, "-200.00")]
    assert (books.balance("1405"), books.balance(beside)) == ("1150.00", "-434.44")
    assert books.value() == "715.56"
    assert books.differences() == {}
    assert books.problems() == []
