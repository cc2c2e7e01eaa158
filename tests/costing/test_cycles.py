"""Pools that feed each other in a period: solved as linear equations, by hand and exactly."""

from __future__ import annotations

import pytest

from invledger.costing import Costed, CostLine, Kind, Setting, cost, problem_of
from invledger.model import CostPolicy, Place
from tests.costing.lines import (
    add,
    both_ways,
    codes,
    consume,
    issue,
    left,
    months,
    move,
    produce,
    receive,
    return_in,
    revalue,
)

pytestmark = pytest.mark.req("CO-03")

AVERAGE = CostPolicy("periodic-average")


def run(lines: list[CostLine], *, cycles: str = "exact", starts: tuple[int, ...] = ()) -> Costed:
    return both_ways(lines, CostPolicy("periodic-average", cycles=cycles), months(*starts))


def unsolved(lines: list[CostLine], *starts: int) -> Costed:
    """The same where goods may be short: else that is what is told, and nothing else."""
    assert [code for code, _ in codes(run(lines, starts=starts))] == ["stock-short"]
    policy = CostPolicy("periodic-average", negative="provisional")
    return both_ways(lines, policy, months(*starts))


def test_two_warehouses_supply_each_other() -> None:
    """By hand: a = (1000 + 20 b) / 120, b = (1000 + 50 a) / 100: a = 120/11, b = 170/11."""
    lines = [
        receive(100, 100_000, "A"), receive(50, 100_000, "B"),
        move(50, "A", "B"), move(20, "B", "A"), issue(11, "A"), issue(11, "B"),
    ]  # fmt: skip
    costed = run(lines)
    assert costed.costs[2:4] == [54_545, 30_909]  # 50 x 10.9090…, 20 x 15.4545…
    assert costed.costs[4] in (12_000, 12_001)  # 11 x 120/11 = 120.00
    assert costed.costs[5] in (16_999, 17_000, 17_001)
    assert sum(costed.costs[4:]) + left(costed, "A")[1] + left(costed, "B")[1] == 200_000


def test_an_emptied_cycle_leaves_no_cent() -> None:
    lines = [
        receive(100, 100_000, "A"), receive(50, 100_000, "B"),
        move(50, "A", "B"), move(20, "B", "A"), issue(70, "A"), issue(80, "B"),
    ]  # fmt: skip
    costed = run(lines)
    assert left(costed, "A") == left(costed, "B") == (0, 0)
    assert sum(costed.costs[4:]) == 200_000


def test_through_transit_to_and_fro() -> None:
    """Transit ends empty and leads nowhere but into the cycle: no cent stays in it.

    9 a = 1000 + 2 t, 8 b = 901 + 3 t, 5 t = 3 a + 2 b: 60 t = 4000 + 8 t + 2703 + 9 t.
    """
    lines = [
        receive(7, 1000, "A"), receive(5, 901, "B"),
        move(3, "A", "T"), move(3, "T", "B"), move(2, "B", "T"), move(2, "T", "A"),
    ]  # fmt: skip
    costed = run(lines)
    assert left(costed, "T") == (0, 0)
    assert left(costed, "A")[1] + left(costed, "B")[1] == 1901
    # t = 6703/43 = 155.88, a = 145.75, b = 171.08
    assert costed.costs[2] == 437  # 3 a
    assert costed.costs[4] == 342  # 2 b
    assert costed.costs[5] in (311, 312)  # 2 t
    assert costed.costs[3] in (467, 468)  # 3 t


def test_reciprocal_departments() -> None:
    """The textbook's reciprocal services, as goods: S1 = 96,000 + 20 % S2; S2 = 54,000 + 25 % S1.

    (reciprocal method of allocation) S1 = 106,800/0.95 = 112,421.05…; here each makes 100 hours.
    """
    lines = [
        add(9_600_000, "o1"), add(5_400_000, "o2"),
        CostLine(Kind.CONSUME, "Y", 20, "Y", "", None, -1, "o1"),
        CostLine(Kind.CONSUME, "X", 25, "X", "", None, -1, "o2"),
        CostLine(Kind.PRODUCE, "X", 100, "", "X", None, -1, "o1"),
        CostLine(Kind.PRODUCE, "Y", 100, "", "Y", None, -1, "o2"),
        CostLine(Kind.ISSUE, "X", 75, "X", "", None, -1, ""),
        CostLine(Kind.ISSUE, "Y", 80, "Y", "", None, -1, ""),
    ]  # fmt: skip
    costed = run(lines)
    # S1 = 96,000 + 0.2 (54,000 + 0.25 S1) = 106,800 + 0.05 S1 -> 112,421.05; S2 = 82,105.26
    assert costed.costs[4:6] == [11_242_105, 8_210_526]
    assert costed.costs[2:4] == [1_642_105, 2_810_526]
    assert costed.costs[6:] == [8_431_579, 6_568_421]
    assert sum(costed.costs[6:]) == 15_000_000
    assert [code for code, _ in codes(costed)] == ["stock-short", "stock-short"]  # by the day


def test_rework_into_the_same_product() -> None:
    """5 made for 100.00; 2 of them reworked with wages 5.00: 7 q = 100 + 2 q + 5, q = 21.00."""
    lines = [
        receive(10, 10_000), consume(10), produce(5),
        CostLine(Kind.CONSUME, "Q", 2, "Q", "", None, -1, "W2"), add(500, "W2"),
        CostLine(Kind.PRODUCE, "Q", 2, "", "Q", None, -1, "W2"), issue(3, "Q", item="Q"),
    ]  # fmt: skip
    costed = run(lines)
    assert costed.troubles == []
    assert costed.costs[3:] == [4200, 500, 4700, 6300]
    assert costed.orders == {"W1": 0, "W2": 0}
    assert left(costed, "Q") == (2, 4200)


def test_previous_average() -> None:
    """In the second period the loop leaves at the opening averages 10.00 and 20.00."""
    lines = [
        receive(100, 100_000, "A"), receive(50, 100_000, "B"),
        move(50, "A", "B"), move(20, "B", "A"), receive(10, 30_000, "A"), issue(10, "A"),
    ]  # fmt: skip
    costed = run(lines, cycles="previous", starts=(0, 2))
    assert costed.costs[2:4] == [50_000, 40_000]
    # A: 100 - 50 + 20 + 10 = 80 for 1000 - 500 + 400 + 300 = 1200.00: 15.00
    assert costed.costs[5] == 15_000
    assert left(costed, "A") == (70, 105_000)
    assert left(costed, "B") == (80, 110_000)


def test_previous_without_an_opening_is_exact() -> None:
    lines = [
        receive(100, 100_000, "A"), receive(50, 100_000, "B"), move(50, "A", "B"),
        move(20, "B", "A"),
    ]  # fmt: skip
    assert run(lines, cycles="previous").costs == run(lines).costs


def test_refused() -> None:
    lines = [
        receive(100, 100_000, "A"), receive(50, 100_000, "B"), move(50, "A", "B"),
        move(20, "B", "A"),
    ]  # fmt: skip
    costed = run(lines, cycles="refuse")
    assert codes(costed) == [("cycle-refused", 2)]
    assert costed.costs == run(lines).costs


def test_goods_that_only_go_round() -> None:
    costed = unsolved([move(3, "A", "T"), move(3, "T", "A")])
    assert codes(costed) == [("cycle-unsolvable", 0)]
    (found,) = costed.troubles
    place = Place("movements/x.beancount", 1)
    shown = problem_of(found, place, quantity_decimals=0, money_decimals=2, names={"A": "main"})
    assert dict(shown.args)["pools"] == "main T"
    assert costed.costs == [0, 0]


def test_layers_in_the_way() -> None:
    """Product under FIFO, consumed into the order that makes the material it is made of."""
    lines = [
        receive(10, 1000), consume(5), produce(5),
        CostLine(Kind.CONSUME, "Q", 2, "Q", "", None, -1, "W2"),
        CostLine(Kind.PRODUCE, "P", 2, "", "A", None, -1, "W2"), issue(3),
    ]  # fmt: skip
    costed = cost(lines, {"P": AVERAGE, "Q": CostPolicy("fifo")})
    assert codes(costed) == [("cycle-mixed", 1)]
    assert sum(costed.costs[at] for at in (0,)) == costed.costs[5] + sum(
        state.value for state in costed.pools.values()
    )


def test_mixed_methods_without_a_cycle() -> None:
    """Material by the month, product by layers: the product waits for the month's price.

    20 kg for 100.00 and 10 kg for 80.00: 6.00 each; 10 kg are 60.00, and wages 40.00.
    """
    lines = [
        receive(20, 10_000), consume(10), add(4000), produce(10), issue(4, "Q", item="Q"),
        receive(10, 8000), issue(20),
    ]  # fmt: skip
    costed = cost(lines, {"P": AVERAGE, "Q": CostPolicy("fifo")}, provenance=True)
    assert costed.troubles == []
    assert costed.costs == [10_000, 6000, 4000, 10_000, 4000, 8000, 12_000]
    assert costed.sequence == [0, 2, 5, 1, 3, 4, 6]


def test_goods_come_back_into_another_pool_of_the_cycle() -> None:
    """2 of 4 sold by B come back to A: 12 a = 100 + 2 b, 10 b = 100 + 5 a: a = 120/11, b = 170/11.

    5 a = 54.55 move, 4 b = 61.82 are sold, and half of that comes back.
    """
    lines = [
        receive(10, 10_000, "A"), receive(5, 10_000, "B"),
        move(5, "A", "B"), issue(4, "B"), return_in(2, 3, "A"),
    ]  # fmt: skip
    costed = run(lines)
    assert codes(costed) == []
    assert costed.costs[2:] == [5455, 6182, 3091]


def test_goods_that_only_go_round_and_are_short_have_no_price() -> None:
    """9 leave A, 8 come back, for nothing: only the piece that stays in B is there to price."""
    costed = unsolved([move(9, "A", "B"), move(1, "B", "A"), move(7, "B", "A")])
    assert codes(costed) == [("cycle-unsolvable", 0)]
    assert costed.costs == [0, 0, 0]
    assert [(rate.pool, rate.value, rate.base) for rate in costed.rates] == [("B", 0, 1)]


def test_goods_that_only_go_round_go_at_the_last_average_known() -> None:
    """A piece for 16.00 was in A and in B before: 3 pieces there and back cost 48.00 each way."""
    lines = [
        receive(1, 1600), move(1, "A", "B"), issue(1, "B"),
        move(3, "A", "B"), move(3, "B", "A"),
    ]  # fmt: skip
    costed = unsolved(lines, 0, 3)
    assert codes(costed) == [("cycle-unsolvable", 3)]
    assert costed.costs[3:] == [4800, 4800]
    assert left(costed, "A") == left(costed, "B") == (0, 0)


def test_no_pool_lends_at_its_last_average_more_than_it_holds() -> None:
    """B holds 5 for 3.00; 9 at 0.60 would be 5.40: so they go at nothing, and 3 come back."""
    costed = unsolved([receive(5, 300, "B"), move(9, "B", "A"), move(3, "A", "B")], 0, 1)
    assert codes(costed) == [("cycle-unsolvable", 1)]
    assert costed.costs == [300, 0, 0]


def test_what_has_left_is_no_longer_in_the_mix() -> None:
    """A mixes its 8 with 4 of B; 4, 1 and 6 of the mix are gone, 4 came back: 3 of 1 + 4 leave."""
    lines = [
        receive(1, 800), receive(6, 300), receive(1, 800),
        issue(4), move(1, "A", "B"), return_in(4, 3), move(6, "A", "B"), move(4, "B", "A"),
        move(3, "A", "B"),
    ]  # fmt: skip
    costed = run(lines, cycles="previous", starts=(0, 3))
    assert codes(costed) == []
    assert costed.shares is not None
    mix, back = costed.shares[8]
    assert mix.origin < 0
    assert (mix.quantity, back.origin, back.quantity) == (1, 5, 2)  # 0.6 and 2.4, rounded


@pytest.mark.parametrize("treat", ["", "on-hand-share", "remaining-share"])
def test_one_charge_over_two_pools_that_supply_each_other(treat: str) -> None:
    """Freight of 64.04 on last month's receipts: 1.61 on A's 31 for 0.34, 62.43 on B's 22 for
    13.18. A is worth 1.95, so 12 of them take 0.75 along: 1.95 x 12/31.
    """
    lines = [
        receive(31, 34, "A"), receive(22, 1318, "B"), revalue(6404, 0, "A"), move(12, "A", "B"),
    ]  # fmt: skip
    setting = Setting(
        periods={"month": (0, 2)}, citations={2: ((0, 161), (1, 6243))},
        treats={2: treat} if treat else {},
    )  # fmt: skip
    costed = both_ways(lines, AVERAGE, setting)
    assert costed.troubles == []
    assert costed.costs[3] == 75
    assert (left(costed, "A"), left(costed, "B")) == ((19, 120), (34, 7636))
    assert costed.true_ups == []


def test_late_value_in_a_cycle_counts_what_is_there_by_then() -> None:
    """9.00 on A's 4, of which 2 went on in January: 4.50 for the 2 here, 4.50 is expensed.

    a = (2 x 10.00 + 4.50 + b) / 3 and b = (10.00 + a) / 2: a = 11.80, b = 10.90.
    """
    lines = [
        receive(4, 4000, "A"), receive(1, 1000, "B"), issue(2, "A"),
        revalue(900, 0, "A"), move(1, "A", "B"), move(1, "B", "A"),
    ]  # fmt: skip
    costed = both_ways(lines, AVERAGE, months(0, 3))
    assert costed.troubles == []
    assert costed.costs[3:] == [450, 1180, 1090]
    assert costed.cited[3] == 450
    assert (left(costed, "A"), left(costed, "B")) == ((2, 2360), (1, 1090))


def of(kind: Kind, item: str, quantity: int, order: str) -> CostLine:
    source, target = (item, "") if kind == Kind.CONSUME else ("", item)
    return CostLine(kind, item, quantity, source, target, None, -1, order)


def test_what_only_passes_through_two_orders_leaves_no_cent() -> None:
    """5 of 10 at 100.00 become 2 Q, and these 2 more P: 12 p = 10,000 + 5 p, 5 p = 7142.86.

    Each Q is 3571.43; the last one takes the rest of 7143.
    """
    lines = [
        receive(10, 10_000, "P"), of(Kind.CONSUME, "P", 5, "W1"), of(Kind.PRODUCE, "Q", 2, "W1"),
        of(Kind.CONSUME, "Q", 1, "W2"), of(Kind.CONSUME, "Q", 1, "W2"),
        of(Kind.PRODUCE, "P", 2, "W2"),
    ]  # fmt: skip
    costed = run(lines)
    assert costed.costs == [10_000, 7143, 7143, 3571, 3572, 7143]
    assert (codes(costed), costed.true_ups) == ([], [])
    assert (left(costed, "P"), left(costed, "Q")) == ((7, 10_000), (0, 0))
    assert costed.orders == {"W1": 0, "W2": 0}


def test_an_opening_of_one_piece_is_an_average_too() -> None:
    """1 at 10.00 in A and 1 at 20.00 in B go to and fro at these."""
    lines = [receive(1, 1000, "A"), receive(1, 2000, "B"), move(1, "A", "B"), move(1, "B", "A")]
    costed = run(lines, cycles="previous", starts=(0, 2))
    assert costed.costs[2:] == [1000, 2000]
    assert (left(costed, "A"), left(costed, "B")) == ((1, 2000), (1, 1000))


def test_one_pool_that_refuses_is_enough() -> None:
    """Two items in a circle; the policy of one refuses circles."""
    lines = [
        receive(10, 10_000, "P"), of(Kind.CONSUME, "P", 5, "W1"), of(Kind.PRODUCE, "Q", 2, "W1"),
        of(Kind.CONSUME, "Q", 1, "W2"), of(Kind.PRODUCE, "P", 2, "W2"),
    ]  # fmt: skip
    policies = {"P": AVERAGE, "Q": CostPolicy("periodic-average", cycles="refuse")}
    assert codes(cost(lines, policies)) == [("cycle-refused", 1)]
    assert codes(cost(lines, {"P": AVERAGE, "Q": AVERAGE})) == []


ROUND = [  # material into a product, two of which are used for one of the material
    receive(10, 1_000_00, "A"),
    CostLine(Kind.CONSUME, "P", 5, "A", "", None, -1, "W1"),
    CostLine(Kind.PRODUCE, "Q", 5, "", "Q", 400_00, -1, "W1"),
    CostLine(Kind.CONSUME, "Q", 2, "Q", "", None, -1, "W2"),
    CostLine(Kind.PRODUCE, "P", 1, "", "A", None, -1, "W2"),
    CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1"),
]


def test_a_settlement_within_a_cycle_is_refused_not_approximated() -> None:
    policies = dict.fromkeys("PQ", AVERAGE)
    setting = Setting(estimates=frozenset({2}), periods={"month": [0]})
    costed = cost(ROUND, policies, setting=setting)
    assert codes(costed) == [("cycle-settlement", 5)]
    later = Setting(estimates=frozenset({2}), periods={"month": [0, 5]})
    assert cost(ROUND, policies, setting=later).troubles == []


def test_a_loss_by_share_within_a_cycle_is_exact() -> None:
    """A fifth of W1 is lost, 4 are made of the rest: q = p, and 11 p = 1,000.00 + 2 q."""
    lines = [
        *ROUND[:2],
        CostLine(Kind.ADD_TO_ORDER, "", 0, "", "", None, -1, "W1"),
        CostLine(Kind.PRODUCE, "Q", 4, "", "Q", None, -1, "W1"),
        *ROUND[3:5],
    ]
    setting = Setting(portions={2: (1, 5)}, periods={"month": [0]})
    costed = cost(lines, dict.fromkeys("PQ", AVERAGE), setting=setting)
    assert costed.troubles == []
    assert costed.costs[1:] == [55_556, -11_111, 44_445, 22_222, 22_222]  # p = 111.11…
