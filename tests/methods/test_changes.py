"""Dated changes of cost policy, prospective and retrospective (CO-06)."""

from __future__ import annotations

import pytest

from tests.methods.kept import Kept, kept, moved, priced

BUY = moved("2026-01-05", "purchase-receipt", "R1", "10", price="10.00")
BUY_MORE = moved("2026-01-10", "purchase-receipt", "R2", "10", price="14.00")
SELL = moved("2026-01-20", "sale-delivery", "S1", "10")
SELL_MORE = moved("2026-04-02", "sale-delivery", "S2", "5")


def changed(first: str, then: str, apply: str, *entries: str, prices: str = "") -> Kept:
    policy = (
        f"cost: {{{first}}}\ncost-changes:\n"
        f"  - {{from: 2026-04-01, cost: {{{then}}}, apply: {apply}, reason: new system}}"
    )
    books = kept(policy, *(entries or (BUY, BUY_MORE, SELL, SELL_MORE)), prices=prices)
    assert books.sources.problems == books.derivation.problems == []
    assert books.differences() == {}
    assert books.differences("2026-04-01") == {}, books.compared("2026-04-01")
    assert books.problems() == []
    return books


@pytest.mark.req("CO-06")
def test_first_in_first_out_to_average_keeps_its_value() -> None:
    """10 left at 14.00 = 140.00; the average begins with them: 5 cost 70.00. No voucher."""
    books = changed("method: fifo", "method: moving-average", "prospective")
    assert books.costs() == {"R1": "100.00", "R2": "140.00", "S1": "100.00", "S2": "70.00"}
    assert not any(name.startswith("policy-change") for name in books.dates())


@pytest.mark.req("CO-06")
def test_retrospective_change_goes_to_retained_earnings() -> None:
    """By the average from the first day 10 left would be worth 120.00, not 140.00: 20.00 less,
    against 利润分配——未分配利润 (CAS 28), on the first day of the period.
    """
    books = changed("method: fifo", "method: moving-average", "retrospective")
    assert books.lines("policy-change/2026-04-01/main") == [
        ("1405", "-20.00R"),
        ("4104", "20.00R"),
    ]
    assert books.dates()["policy-change/2026-04-01/main"] == "2026-04-01"
    assert books.costs()["S1"] == "100.00"
    assert books.costs()["S2"] == "60.00"
    assert books.value() == books.balance("1405") == "60.00"


@pytest.mark.req("CO-06", "CO-05")
def test_to_standard_cost() -> None:
    """10 left worth 140.00 come to a standard of 12.00 each: 20.00 less, a revaluation."""
    prices = priced("2026-04-01", "P1", "12.00", "standard")
    books = changed("method: fifo", "method: standard", "prospective", prices=prices)
    assert books.lines("policy-change/2026-04-01/main") == [
        ("1405", "-20.00R"),
        ("6401", "20.00R"),
    ]
    assert books.costs()["S2"] == "60.00"


@pytest.mark.req("CO-06", "CO-05")
def test_to_planned_cost_and_back() -> None:
    """10 left worth 140.00 at a plan of 12.00: 120.00 on 1405, 20.00 on 1404; nothing else."""
    prices = priced("2026-01-01", "P1", "12.00", "planned")
    books = changed("method: fifo", "method: planned", "prospective", prices=prices)
    assert books.lines("policy-change/2026-04-01/main") == [("1405", "-20.00R"), ("1404", "20.00")]
    assert books.costs()["S2"] == "70.00"
    assert (books.balance("1405"), books.balance("1404")) == ("60.00", "10.00")


@pytest.mark.req("CO-06", "CO-05")
def test_from_planned_cost() -> None:
    """20 at plan 240.00 cost 260.00; half is left, 120.00 and 10.00 beside it: together 130.00."""
    dear = moved("2026-01-10", "purchase-receipt", "R2", "10", price="16.00")
    prices = priced("2026-01-01", "P1", "12.00", "planned")
    books = changed(
        "method: planned", "method: fifo", "prospective",
        BUY, dear, SELL, SELL_MORE, prices=prices,
    )  # fmt: skip
    assert books.lines("policy-change/2026-04-01/main") == [("1405", "10.00"), ("1404", "-10.00R")]
    assert books.costs()["S2"] == "65.00"
    assert (books.balance("1405"), books.balance("1404")) == ("65.00", "0.00")


@pytest.mark.req("CO-06")
def test_pools_are_joined() -> None:
    """Two sites, 10 at 10.00 and 10 at 14.00, become one pool of the company: 5 cost 60.00."""
    beijing = "Assets:Stock:BJ:Main"
    books = changed(
        "method: moving-average, pool: site", "pool: company", "prospective",
        BUY, moved("2026-01-10", "purchase-receipt", "R2", "10", price="14.00", target=beijing),
        SELL_MORE,
    )  # fmt: skip
    assert books.costs()["S2"] == "60.00"
    assert books.value() == "180.00"


@pytest.mark.req("CO-06")
def test_a_pool_is_divided() -> None:
    """One pool of 20 worth 240.00 becomes two of 10: 5 of them cost 60.00 each side."""
    beijing = "Assets:Stock:BJ:Main"
    books = changed(
        "method: moving-average", "pool: site", "prospective",
        BUY, moved("2026-01-10", "purchase-receipt", "R2", "10", price="14.00", target=beijing),
        SELL_MORE,
        moved("2026-04-03", "purchase-receipt", "R3", "5", price="20.00", target=beijing),
        moved("2026-04-04", "sale-delivery", "S3", "3", source=beijing),
    )  # fmt: skip
    assert books.costs()["S2"] == "60.00"
    assert books.costs()["S3"] == "44.00"  # (120 + 100) / 15 × 3
