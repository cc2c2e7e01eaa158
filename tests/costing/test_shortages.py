"""Goods that leave before they are there, call by call; figures by hand."""

from __future__ import annotations

import pytest

from invledger.costing import (
    CostLine,
    Kind,
    Setting,
    Share,
    Trouble,
    TrueUp,
)
from invledger.costing.pool import Pool, Shortage, Slice
from invledger.costing.run import Run
from invledger.costing.shortages import borrow, fill, note_receipt, reprice
from invledger.model import CostPolicy
from tests.costing.lines import (
    consume,
    issue,
    receive,
)

pytestmark = pytest.mark.req("CO-01", "CO-08", "CO-09")


def short_run(line: CostLine, pool_facts: dict[str, object], **policy: str) -> tuple[Run, Pool]:
    """A run of receipts 0, 1 and `line` 2, which finds a pool as the facts say."""
    lines = [receive(4, 100), receive(2, 60), line]
    made = CostPolicy("fifo", **policy)  # type: ignore[arg-type]  # fields of it
    setting = Setting(fallback={"P": (7, 2)}, standards={2: 99})
    run = Run(lines, {"P": made}, provenance=True, setting=setting)
    pool = run.pool(2, "A")
    for name, value in pool_facts.items():
        setattr(pool, name, value)
    return run, pool


@pytest.mark.parametrize(
    ("facts", "policy", "value"),
    [
        ({"received": (90, 3), "last_value": 40, "last_quantity": 2}, {}, 60),
        ({"last_value": 40, "last_quantity": 2}, {}, 40),
        ({"last_value": 9, "last_quantity": 1, "received": (8, 0)}, {}, 18),
        ({"received": (90, 1)}, {"estimate": "zero"}, 0),
        ({}, {}, 7),
    ],
)
def test_what_goods_not_there_are_estimated_at(
    facts: dict[str, object], policy: dict[str, str], value: int
) -> None:
    """2 of 5 are missing: at the last receipt's cost, else the last used, else the books'."""
    run, pool = short_run(issue(5), facts, **policy)
    assert borrow(run, 2, pool, 2) == Slice(2, 2, value, (Share(-1, 2, value),))
    assert pool.shortages == [Shortage(2, 2, value)]
    args = (("item", "P"), ("pool", "A"), ("on_hand", "3"), ("wanted", "5"))
    assert (run.troubles, pool.refused) == ([Trouble("stock-short", 2, args)], True)


def test_a_shortage_is_told_once() -> None:
    facts: dict[str, object] = {"refused": True, "last_value": 9, "last_quantity": 1}
    run, pool = short_run(issue(5), facts, negative="provisional")
    borrow(run, 2, pool, 1)
    assert run.troubles == []
    for negative, told in (("provisional", ["cost-estimate-missing"]), ("refuse", [])):
        run, pool = short_run(issue(5), {"refused": True}, negative=negative)
        run.setting.fallback.clear()  # type: ignore[attr-defined]  # a dict
        assert borrow(run, 2, pool, 1).value == 0
        assert [trouble.code for trouble in run.troubles] == told
    assert borrow(run, 2, pool, 1).value == 0


def test_on_hand_is_less_what_is_short_already() -> None:
    run, pool = short_run(issue(5), {"shortages": [Shortage(1, 4, 40)]})
    borrow(run, 2, pool, 3)
    assert dict(run.troubles[0].args)["on_hand"] == "-2"


def test_goods_at_standard_are_short_at_standard() -> None:
    lines = [issue(5)]
    policy = {"P": CostPolicy("standard", negative="provisional")}
    run = Run(lines, policy, provenance=False, setting=Setting(standards={0: 50}))
    pool = run.pool(0, "A")
    assert borrow(run, 0, pool, 2) == Slice(0, 2, 20)
    run = Run(lines, policy, provenance=False, setting=Setting())
    assert borrow(run, 0, run.pool(0, "A"), 2).value == 0


@pytest.mark.parametrize("kind", Kind)
def test_what_is_a_receipt_for_estimates(kind: Kind) -> None:
    run, pool = short_run(CostLine(kind, "P", 3, "A", "A", None, -1, ""), {})
    run.costs[2] = 45
    note_receipt(run, 2, pool)
    is_one = kind in (Kind.RECEIVE, Kind.PRODUCE, Kind.MOVE)
    assert pool.received == ((45, 3) if is_one else (0, 0))


def test_goods_that_come_fill_a_shortage() -> None:
    """3 short at 0.50; 2 come at 0.20 each, then the last at 0.30."""
    run, pool = short_run(receive(3, 70), {"shortages": [Shortage(0, 3, 50), Shortage(1, 1, 9)]})
    fill(run, 2, pool, Slice(2, 2, 40, (Share(2, 2, 40),)))
    assert pool.shortages == [Shortage(0, 1, 17), Shortage(1, 1, 9)]
    assert (pool.last_value, pool.last_quantity) == (40, 2)
    fill(run, 2, pool, Slice(2, 1, 30, (Share(2, 1, 30),)))
    assert pool.shortages == [Shortage(1, 1, 9)]
    assert run.true_ups == [TrueUp(2, 0, 2, 7), TrueUp(2, 0, 1, 13)]
    assert run.adjusted == {0: 20}
    assert run.fills == [(Share(2, 2, 40),), (Share(2, 1, 30),)]


def test_what_is_still_short_is_priced_again() -> None:
    facts = {"shortages": [Shortage(0, 3, 50), Shortage(1, 2, 40)], "last_value": 60,
             "last_quantity": 3}  # fmt: skip
    run, pool = short_run(receive(3, 70), facts)
    reprice(run, 2, pool)
    assert pool.shortages == [Shortage(0, 3, 60), Shortage(1, 2, 40)]
    assert (run.true_ups, run.fills) == ([TrueUp(2, 0, 0, 10)], [()])


@pytest.mark.parametrize(
    ("value", "completed", "amount", "order"),
    [(30, False, 5, "W1"), (30, True, 5, ""), (30, False, -30, "W1"), (30, False, -31, "")],
)
def test_a_true_up_goes_where_the_goods_went(
    value: int,
    completed: bool,
    amount: int,
    order: str,
) -> None:
    """Into the order that they fed, as long as it is open and can give so much back."""
    lines = [consume(1), receive(1, 50 + amount)]
    run = Run(lines, {}, provenance=False, setting=Setting())
    pool = run.pool(0, "A")
    run.orders["W1"].add(Share(0, 1, value))
    run.orders["W1"].completed = completed
    pool.shortages = [Shortage(0, 1, 50)]
    fill(run, 1, pool, Slice(1, 1, 50 + amount))
    assert run.true_ups == [TrueUp(1, 0, 1, amount, order)]
    assert run.orders["W1"].value == value + (amount if order else 0)
    if order:
        assert run.orders["W1"].parts == {0: Share(0, 1, value + amount)}
    assert run.fills is None


def test_a_true_up_opens_no_order() -> None:
    run = Run([issue(1), receive(1, 55)], {}, provenance=False, setting=Setting())
    pool = run.pool(0, "A")
    pool.shortages = [Shortage(0, 1, 50)]
    fill(run, 1, pool, Slice(1, 1, 55))
    assert (run.true_ups, dict(run.orders)) == ([TrueUp(1, 0, 1, 5)], {})
