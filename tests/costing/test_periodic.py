"""Periodic methods by hand and by the book; what holds whatever the lines."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invledger.costing import Costed, CostLine, Setting, Switch, cost
from invledger.model import CostPolicy
from tests.costing.lines import (
    add,
    both_ways,
    codes,
    consume,
    hand_back,
    issue,
    left,
    months,
    move,
    produce,
    receive,
    return_in,
    return_out,
    revalue,
)

pytestmark = pytest.mark.req("CO-03", "CO-05")


def average(lines: list[CostLine], *starts: int, **policy: object) -> Costed:
    return both_ways(lines, CostPolicy("periodic-average", **policy), months(*starts))  # type: ignore[arg-type]  # one of its fields


def test_the_textbook_with_a_rounded_unit_cost() -> None:
    """66,350.00 for 53,000 is 1.25; 40,600 issued are 50,750.00, what stays is the rest."""
    lines = [
        receive(15_000, 2_025_000), receive(36_000, 4_320_000), receive(2000, 290_000),
        issue(40_600),
    ]  # fmt: skip
    policy = CostPolicy("periodic-average", unit_decimals=2)
    costed = both_ways(lines, policy, Setting(unit_shift={"P": 0 - 2}))
    assert costed.costs[3] == 5_075_000
    assert left(costed) == (12_400, 1_560_000)
    assert [(rate.rounded, rate.decimals) for rate in costed.rates] == [(125, 0)]


def test_the_same_as_an_exact_ratio() -> None:
    lines = [receive(15_000, 2_025_000), receive(38_000, 4_610_000), issue(40_600)]
    assert average(lines).costs[2] == 5_082_660  # 40,600 x 66,350 / 53,000 = 50,826.60


def test_all_issues_share_one_cost_wherever_they_stand() -> None:
    """10 at 10.00 and 10 at 20.00: 15.00 for all, also for what left before the second came."""
    costed = average([receive(10, 10_000), issue(4), receive(10, 20_000), issue(6)])
    assert costed.costs == [10_000, 6000, 20_000, 9000]
    assert left(costed) == (10, 15_000)


def test_the_residue_is_the_last_issue_s() -> None:
    costed = average([receive(3, 1000), issue(1), issue(1), issue(1)])
    assert costed.costs[1:] == [333, 333, 334]
    assert left(costed) == (0, 0)


def test_a_large_residue_is_spread_cent_by_cent() -> None:
    """20 pieces at 3.335: each rounds up by half a cent, together ten cents."""
    costed = average([receive(20, 6670), *[issue(1)] * 20])
    assert sorted(costed.costs[1:]) == [333] * 10 + [334] * 10
    assert left(costed) == (0, 0)


def test_purchase_returns_leave_at_their_receipt_s_cost() -> None:
    """(200 + 1000 - 1000 + 100) / 2 = 150: the mistyped receipt leaves no trace."""
    lines = [
        receive(1, 20_000),
        receive(1, 100_000),
        return_out(1, 1),
        receive(1, 10_000),
        issue(2),
    ]
    assert average(lines).costs == [20_000, 100_000, 100_000, 10_000, 30_000]
    assert average(lines, purchase_return="method").costs[2:] == [43_333, 10_000, 86_667]


def test_a_purchase_return_takes_no_more_than_is_there() -> None:
    """The receipt cost 30.00, all that is there is worth 8.00: the rest is expensed."""
    lines = [receive(2, 6000), issue(2), receive(2, 800), return_out(1, 0)]
    costed = average(lines, 0, 2)
    assert (costed.costs[3], costed.cited[3]) == (800, 3000)
    assert left(costed) == (1, 0)


def test_sale_returns_of_the_period_reduce_its_issues() -> None:
    """It is the issue's cost that comes back; the average does not move: 12.50."""
    costed = average([receive(4, 4000), issue(2), return_in(1, 1), receive(4, 6000), issue(3)])
    assert costed.costs == [4000, 2500, 1250, 6000, 3750]
    assert left(costed) == (4, 5000)


def test_older_returns_enter_at_booked_cost() -> None:
    """Sold at 10.00 in January, back in February: (10.00 + 3 x 20.00) / 4 = 17.50."""
    costed = average(
        [receive(2, 2000), issue(2), return_in(1, 1), receive(3, 6000), issue(2)], 0, 2
    )
    assert costed.costs == [2000, 2000, 1000, 6000, 3500]


def test_an_overage_enters_at_the_period_s_average() -> None:
    """It is no receipt of the average: 10 for 100.00 and 2 found, 120.00 in all."""
    costed = average([receive(5, 4000), receive(2, None), receive(5, 6000), issue(12)])
    assert costed.costs == [4000, 2000, 6000, 12_000]
    assert left(costed) == (0, 0)


def test_unused_material_comes_back_at_what_it_was_consumed_for() -> None:
    lines = [receive(10, 10_000), consume(6), hand_back(2, 1), produce(4), receive(10, 30_000)]
    costed = average(lines)
    assert costed.costs == [10_000, 12_000, 4000, 8000, 30_000]
    assert costed.orders == {"W1": 0}


def test_late_value_of_the_period_reaches_all_that_leaves() -> None:
    costed = average([receive(10, 10_000), issue(5), revalue(1000, 0)])
    assert costed.costs == [10_000, 5500, 1000]
    assert left(costed) == (5, 5500)


def test_late_value_of_an_older_receipt_reaches_what_was_there() -> None:
    """4 of 10 were there when the period began: 40 % of it, and it is sold with them."""
    costed = average([receive(10, 10_000), issue(6), revalue(1000, 0), issue(4)], 0, 2)
    assert costed.costs[2:] == [400, 4400]
    assert costed.cited[2] == 600


def test_transfer_leaves_at_the_month_s_average() -> None:
    costed = average([receive(4, 4000), move(2), receive(4, 8000), issue(1, "B")])
    assert costed.costs == [4000, 3000, 8000, 1500]
    assert left(costed, "B") == (1, 1500)


def test_what_was_never_there_is_reported_once_and_in_its_place() -> None:
    costed = average([receive(2, 200), issue(3), issue(1), receive(5, 800)])
    assert codes(costed) == [("stock-short", 1)]
    assert costed.costs == [200, 429, 142, 800]  # (200 + 800) / 7 each, the residue last


def test_a_shortage_at_the_end_is_an_estimate_and_trued_up() -> None:
    lines = [receive(2, 200), issue(3), receive(2, 300)]
    costed = average(lines, 0, 2, negative="provisional")
    assert costed.troubles == []
    assert costed.costs == [200, 300, 300]
    assert [(t.of, t.quantity, t.amount) for t in costed.true_ups] == [(1, 1, 50)]
    assert left(costed) == (1, 150)


def test_the_last_period_is_provisional() -> None:
    lines = [receive(4, 4000), issue(1), receive(4, 8000), issue(1), consume(2), produce(1)]
    assert average(lines, 0, 2).provisional == {3, 4, 5}


def test_shares_add_up_and_name_the_receipts() -> None:
    costed = average([receive(1, 100), receive(2, 400), issue(2), issue(1)])
    assert costed.shares is not None
    assert costed.mixes is not None
    assert costed.shares[2] == ((-2, 2, 333),)
    assert costed.shares[3] == ((-2, 1, 167),)
    assert costed.mixes[0] == ((0, 1, 100), (1, 2, 400))


def test_periodic_lifo() -> None:
    """Falling prices: all receipts of the month are there before its issues; 2,600.00."""
    lines = [
        receive(100, 100_000), issue(100), receive(100, 80_000), issue(40), issue(40),
        receive(150, 90_000), issue(160),
    ]  # fmt: skip
    costed = both_ways(lines, CostPolicy("periodic-lifo"))
    assert sum(costed.costs[at] for at in (1, 3, 4, 6)) == 260_000
    assert left(costed) == (10, 10_000)
    assert both_ways(lines, CostPolicy("lifo", receipts_first=True)).costs == costed.costs


def listed(method: str, *amounts: tuple[int | None, int], **policy: object) -> Costed:
    """Lines by (cost; None: an issue, value at list price); the first is the opening balance."""
    lines = [
        issue(base) if value is None else receive(base, value) for value, base in amounts
    ]  # fmt: skip
    standards = {at: base for at, (_, base) in enumerate(amounts)}
    setting = Setting(standards=standards, periods={"month": (1,)})
    return both_ways(lines, CostPolicy(method, **policy), setting)  # type: ignore[arg-type]  # one of its fields


def test_planned_cost() -> None:
    """计划成本法: -2 % = (1,000 - 8,000) / 350,000; 200,000 at plan cost 196,000."""
    costed = listed("planned", (51_000, 50_000), (292_000, 300_000), (None, 200_000))
    assert costed.costs[2] == 196_000
    rate = costed.rates[-1]
    assert (rate.value, rate.base) == (-7000, 350_000)


def test_planned_cost_at_the_opening_rate() -> None:
    """3 % on hand at the start, whatever the month brings: 58,000 cost 59,740."""
    amounts = [(10_300, 10_000), (43_030, 40_000), (11_510, 10_000), (19_518, 20_000)]
    costed = listed("planned", *amounts, (None, 58_000), rate="opening")
    assert costed.costs[4] == 59_740


def test_planned_cost_with_a_rounded_rate() -> None:
    """4,358 / 80,000 is 5.45 %: 58,000 cost 61,161."""
    amounts = [(10_300, 10_000), (43_030, 40_000), (11_510, 10_000), (19_518, 20_000)]
    costed = listed("planned", *amounts, (None, 58_000), rate_decimals=4)
    assert costed.costs[4] == 61_161
    assert costed.rates[-1].rounded == 545


def test_planned_cost_leaves_no_variance_on_nothing() -> None:
    costed = listed("planned", (1003, 1000), (None, 333), (None, 667))
    assert sum(costed.costs[1:]) == 1003
    assert left(costed) == (0, 0)


def test_a_change_of_the_planned_price_moves_no_value() -> None:
    """1,000 at plan for 1,100.00; the plan rises to 1,200: what was 10 % over is 1/12 under."""
    lines = [receive(10, 1100), revalue(0, target="A"), issue(5)]
    setting = Setting(standards={0: 1000, 2: 600}, restated={1: (("A", 200),)})
    costed = both_ways(lines, CostPolicy("planned"), setting)
    assert costed.costs == [1100, 0, 550]


def test_retail_method() -> None:
    """售价金额核算法: 52 / 80 = 65 %; sales of 60 cost 39."""
    costed = listed("retail", (2100, 3000), (3100, 5000), (None, 6000))
    assert costed.costs[2] == 3900
    assert left(costed)[1] == 1300


def test_retail_method_with_ending_stock_by_the_rate() -> None:
    """1,124,000 / 1,650,000 is 68.12 %; 360,000 on hand are 245,232, the rest is cost of sales."""
    costed = listed(
        "retail", (320_000, 480_000), (804_000, 1_170_000), (None, 1_290_000),
        rate_decimals=4, ending="rate",
    )  # fmt: skip
    assert left(costed)[1] == 245_232
    assert costed.costs[2] == 1_124_000 - 245_232


def test_days_within_a_month() -> None:
    """One item by the day, another by the month; the second is made of the first."""
    lines = [
        receive(2, 200), consume(1), produce(1), receive(2, 600), consume(1, "W2"),
        produce(3, order="W2"), issue(4, "Q", item="Q"),
    ]  # fmt: skip
    policies = {
        "P": CostPolicy("periodic-average", period="day"), "Q": CostPolicy("periodic-average"),
    }  # fmt: skip
    setting = Setting(periods={"day": (0, 3), "month": (0,)})
    costed = cost(lines, policies, setting=setting)
    assert costed.costs == [200, 100, 100, 600, 233, 233, 333]


@st.composite
def month(draw: st.DrawFn) -> list[CostLine]:
    """Receipts, issues, moves one way and orders; never short, whatever the order."""
    lines = [receive(200, draw(st.integers(0, 99_999)), pool) for pool in ("A", "B")]
    for _ in range(draw(st.integers(0, 14))):
        quantity = draw(st.integers(1, 9))
        lines.append(
            draw(
                st.sampled_from(
                    [
                        receive(quantity, 37 * quantity, "A"),
                        receive(quantity, 91 * quantity, "B"),
                        issue(quantity, "A"), issue(quantity, "B"), move(quantity, "A", "B"),
                        consume(quantity, "W1"), add(quantity * 11),
                    ]
                )
            )
        )  # fmt: skip
    return lines


@settings(max_examples=150)
@given(month(), st.randoms(use_true_random=False))
def test_the_order_within_a_period_does_not_matter(lines: list[CostLine], random: object) -> None:
    """Rates and values at the end are the same; only where the residue lies may change."""
    other = lines[2:]
    random.shuffle(other)  # type: ignore[attr-defined]  # Hypothesis' Random
    one, two = average(lines), average([*lines[:2], *other])
    assert one.rates[0] == two.rates[0]
    for key in ("A", "B"):
        assert one.pools[key].quantity == two.pools[key].quantity
        assert abs(one.pools[key].value - two.pools[key].value) <= len(lines)
    assert one.pools["A"].value == two.pools["A"].value


@settings(max_examples=150)
@given(st.lists(month(), min_size=3, max_size=3))
def test_period_by_period_is_the_same_as_all_at_once(parts: list[list[CostLine]]) -> None:
    """Closed periods never change: each prefix of periods is costed as within the whole."""
    lines = [line for part in parts for line in part]
    ends = [sum(len(part) for part in parts[:n]) for n in range(len(parts) + 1)]
    whole = average(lines, *ends[:-1])
    for start, end in pairwise(ends):
        starts = [at for at in ends[:-1] if at <= start]
        part = average(lines[:end], *starts)
        assert part.costs == whole.costs[:end]
        assert part.provisional == {at for at in part.provisional if at >= start}


@pytest.mark.parametrize("method", ["periodic-average", "planned", "retail"])
def test_another_item_s_change_of_policy_ends_no_year(method: str) -> None:
    """P is priced by the year; Q changes its method in the second month."""
    lines = [
        receive(10, 10_000),
        issue(4),
        receive(5, 500, "Q", "Q"),
        receive(10, 30_000),
        issue(6),
    ]
    setting = Setting(
        periods={"year": (0,), "month": (0, 3)}, standards={0: 100, 1: 40, 3: 100, 4: 60},
        switches=[Switch(3, "Q", CostPolicy("moving-average"))],
    )  # fmt: skip
    policies = {"P": CostPolicy(method, period="year"), "Q": CostPolicy("fifo")}
    for provenance in (False, True):
        costed = cost(lines, policies, setting=setting, provenance=provenance)
        assert costed.costs == [10_000, 8000, 500, 30_000, 12_000]


def test_from_layers_to_the_average_of_the_month() -> None:
    """15 left of 250.00 under FIFO, 225.00 had it always been averaged; 5 more at 30.00."""
    lines = [
        receive(10, 10_000), receive(10, 20_000), issue(5), receive(5, 15_000), issue(10),
    ]  # fmt: skip
    for is_retrospective, expected in ((False, 20_000), (True, 18_750)):
        change = Switch(3, "P", CostPolicy("periodic-average"), is_retrospective)
        setting = Setting(periods={"month": (0, 3)}, switches=[change])
        costed = both_ways(lines, CostPolicy("fifo"), setting)
        assert costed.costs == [10_000, 20_000, 5000, 15_000, expected]
        assert costed.switched == ([(0, "A", 25_000, 22_500)] if is_retrospective else [])


def test_from_the_average_of_the_month_to_layers() -> None:
    """15 left for 225.00 are one layer; then the receipt at 30.00."""
    lines = [
        receive(10, 10_000), receive(10, 20_000), issue(5), receive(5, 15_000), issue(16),
    ]  # fmt: skip
    change = Switch(3, "P", CostPolicy("fifo"))
    setting = Setting(periods={"month": (0, 3)}, switches=[change])
    costed = both_ways(lines, CostPolicy("periodic-average"), setting)
    assert costed.costs == [10_000, 20_000, 7500, 15_000, 25_500]


@pytest.mark.parametrize("provenance", [False, True])
def test_one_charge_over_items_of_two_methods(provenance: bool) -> None:
    """P by the month, Q by layers: the charge comes before what leaves after it, in both."""
    lines = [
        receive(5, 500), receive(5, 900, "Q", "Q"), revalue(30, 0)._replace(item=""),
        issue(5, "Q", item="Q"), issue(5),
    ]  # fmt: skip
    policies = {"P": CostPolicy("periodic-average"), "Q": CostPolicy("fifo")}
    setting = Setting(citations={2: ((0, 10), (1, 20))})
    costed = cost(lines, policies, provenance=provenance, setting=setting)
    assert costed.costs == [500, 900, 30, 920, 510]


def test_goods_without_a_planned_price_go_at_what_is_known() -> None:
    """4 planned at 3.80 cost 4.00; next month 2 without a price are half of that. Goods that come
    are planned at their cost, and where nothing is there a piece is a cent.
    """
    setting = Setting(standards={0: 380}, periods={"month": (0, 1)})
    costed = both_ways([receive(4, 400), issue(2)], CostPolicy("planned"), setting)
    assert (costed.costs[1], codes(costed)) == (200, [("standard-missing", 1)])
    one = Setting(standards={0: 95}, periods={"month": (0, 1)})
    assert both_ways([receive(1, 100), issue(1)], CostPolicy("planned"), one).costs[1] == 100
    setting = Setting(standards={1: 200})
    costed = both_ways([receive(4, 400), issue(2)], CostPolicy("planned"), setting)
    assert (costed.costs[1], codes(costed)) == (200, [("standard-missing", 0)])
    setting = Setting(standards={0: 400})
    costed = both_ways([receive(4, 400), issue(2)], CostPolicy("planned"), setting)
    assert costed.costs[1] == 2


def test_a_shortage_says_what_was_there() -> None:
    costed = average([receive(5, 500), issue(3), issue(4), receive(2, 200)])
    args = {"item": "P", "pool": "A", "on_hand": "2", "wanted": "4"}
    assert [dict(found.args) for found in costed.troubles] == [args]
    costed = average([receive(5, 500), issue(6), receive(1, 9)], 0, 1)
    assert dict(costed.troubles[0].args) == {**args, "on_hand": "5", "wanted": "6"}
