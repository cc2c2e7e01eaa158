"""Which items a periodic average costs in two passes: lines and settings that are plain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.costing import CostLine, Kind, Setting, Switch
from invledger.costing.periodic_quick import plain_items
from invledger.costing.pool import Shortage
from invledger.model import CostPolicy
from tests.costing.lines import (
    both_ways,
    consume,
    hand_back,
    issue,
    move,
    produce,
    receive,
    return_in,
    run_of,
)

pytestmark = pytest.mark.req("CO-01", "CO-03", "CO-08")


PERIODIC = CostPolicy("periodic-average")


@pytest.mark.parametrize(
    ("lines", "is_plain"),
    [
        ([receive(2, 9), issue(2)], True),
        ([receive(2, 0), move(2), issue(1, "B")], True),
        ([receive(2, 9), issue(3)], False),
        ([issue(1), receive(2, 9)], False),
        ([receive(2, 9), move(3)], False),
        ([receive(2, 9), issue(1, "B")], False),
        ([receive(2, 9), move(1, "B", "B")], False),
        ([receive(2, None)], False),
        ([receive(2, -1)], False),
        ([receive(0, 9)], False),
        ([receive(2, 9), issue(1, cites=0)], False),
        ([receive(2, 9), issue(1)._replace(order="W")], False),
        ([receive(2, 9), issue(1), return_in(1, -1, value=3)], False),
        ([receive(2, 9), consume(1)._replace(order="")], False),
        ([receive(2, 9), produce(1)._replace(item="P", order="", target="A")], False),
        ([receive(2, 9), CostLine(Kind.SKIP, "P", 1, "", "", None, -1, "")], True),
        ([receive(2, 9), CostLine(Kind.REVALUE, "", 0, "", "", 5, 0, "")], False),
        ([receive(2, 9), CostLine(Kind.REVALUE, "", 0, "", "", 5, 9, "")], True),
        ([receive(2, 9), CostLine(Kind.REVALUE, "X", 0, "", "X", 5, 0, "")], True),
        ([hand_back(1, -1)], False),
    ],
)
def test_what_is_plain_under_a_periodic_average(lines: list[CostLine], is_plain: bool) -> None:
    run = run_of(lines, PERIODIC)
    assert plain_items(run, {"P"}, 0, len(lines)) == ({"P"} if is_plain else set())
    assert plain_items(run, set(), 0, len(lines)) == set()
    assert plain_items(run, {"P"}, 0, 0) in ({"P"}, set())
    traced = run_of(lines, PERIODIC, provenance=True)
    assert plain_items(traced, {"P"}, 0, len(lines)) == set()


@pytest.mark.parametrize(
    ("policy", "is_plain"),
    [
        (replace(PERIODIC, pool="lot", negative="provisional", period="year"), True),
        (replace(PERIODIC, unit_decimals=2, purchase_return="method"), True),
        (replace(PERIODIC, landed_cost="remaining-share", invoice_difference="expense"), True),
        (replace(PERIODIC, ending="rate"), False),
        (replace(PERIODIC, cycles="previous"), False),
        (replace(PERIODIC, estimate="zero"), False),
        (CostPolicy("planned"), False),
    ],
)
def test_which_settings_are_plain(policy: CostPolicy, is_plain: bool) -> None:
    run = run_of([receive(2, 9)], policy)
    assert plain_items(run, {"P"}, 0, 1) == ({"P"} if is_plain else set())


def test_what_is_there_and_what_is_owed_count() -> None:
    run = run_of([issue(2), issue(1)], PERIODIC)
    pool = run.pool(0, "A")
    pool.quantity = 2
    assert plain_items(run, {"P"}, 0, 1) == {"P"}
    assert plain_items(run, {"P"}, 0, 2) == set()
    pool.shortages = [Shortage(0, 1, 1)]
    assert plain_items(run, {"P"}, 0, 1) == set()
    cited = run_of([receive(1, 9)], PERIODIC, Setting(citations={0: ((7, 1),)}))
    assert plain_items(cited, {"P"}, 0, 1) == set()
    cited.setting = Setting(citations={})
    assert plain_items(cited, {"P"}, 0, 1) == {"P"}


def test_one_pool_that_owes_goods_is_enough() -> None:
    """2 on credit at 1.00 in A, in January; 3 come for 3.30 in February: two are owed. That B owes
    nothing makes no difference.
    """
    policy = CostPolicy("periodic-average", negative="provisional")
    other = Switch(2, "Q", CostPolicy("fifo"))
    lines = [receive(1, 100, "B"), issue(2), receive(3, 330), issue(1)]
    setting = Setting(
        periods={"month": [0, 2]}, switches=(other,), fallback={"P": (100, 1)},
    )  # fmt: skip
    costed = both_ways(lines, {"P": policy, "Q": policy}, setting)
    assert costed.costs == [100, 200, 330, 110]
    assert [(up.of, up.quantity, up.amount) for up in costed.true_ups] == [(1, 2, 20)]


def test_a_line_that_costs_nothing_brings_nothing_in_whatever_it_says() -> None:
    lines = [receive(2, 200), CostLine(Kind.SKIP, "P", 5, "", "A", 900, -1, ""), issue(1)]
    assert both_ways(lines, PERIODIC).costs == [200, 0, 100]


def test_days_within_a_month_open_with_what_the_day_before_left() -> None:
    """P is priced by the day, Q by the month: of P's 2 at 1.00 one is there on the second day,
    when 2 more come at 2.00; 3 for 5.00 then.
    """
    policies = {"P": replace(PERIODIC, period="day"), "Q": PERIODIC}
    lines = [receive(2, 200), receive(1, 100, "Q", "Q"), issue(1), issue(1), receive(2, 400)]
    setting = Setting(periods={"day": [0, 3], "month": [0]})
    costed = both_ways(lines, policies, setting)
    assert costed.troubles == []
    assert costed.costs == [200, 100, 100, 167, 400]
    assert costed.pools["A"].value == 333
