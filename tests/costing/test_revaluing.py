"""Late value and new values, treatment by treatment, and what a change of policy hands on."""

from __future__ import annotations

from typing import Any

import pytest

from invledger.costing import Costed, CostLine, Kind, Layer, Setting, Share, Switch, cost
from invledger.costing.pool import Shortage, Slice
from invledger.costing.revaluing import Spot, spots_of
from invledger.costing.run import Run
from invledger.costing.switch import _blocks, _divide, _put_in
from invledger.model import CostPolicy
from tests.costing.lines import codes, issue, left, move, receive, return_out, revalue

pytestmark = pytest.mark.req("CO-06", "CO-08", "CO-09")


def run(lines: list[CostLine], method: str = "fifo", **facts: Any) -> Costed:  # noqa: ANN401  facts
    policies = {line.item: CostPolicy(method) for line in lines}
    setting = Setting(**facts)
    quick = cost(lines, policies, setting=setting)
    full = cost(lines, policies, provenance=True, setting=setting)
    for name in ("costs", "cited", "pools", "troubles", "revalued", "variances", "capitalised"):
        assert getattr(quick, name) == getattr(full, name), name
    return full


def unit_cost(value: int, per: int, cites: int = -1, target: str = "") -> tuple[CostLine, int]:
    """From now on so much for so many; the value is stated beside the line."""
    return CostLine(Kind.REVALUE, "P", per, "", target, None, cites, ""), value


TWO = [receive(2, 200), receive(2, 400)]


def test_late_value_over_several_receipts_is_kept_apart() -> None:
    """0.60 on two of which one is sold, 0.30 on two that are here."""
    costed = run([*TWO, issue(1), revalue(90, 0)], citations={3: ((0, 60), (1, 30))})
    assert (costed.costs[3], costed.cited[3]) == (60, 30)
    assert costed.revalued == {3: [("A", 60)]}
    assert costed.capitalised == {3: [(0, 30), (1, 30)]}
    assert costed.mixes == [(Share(3, 0, 30),), (Share(3, 0, 30),)]
    assert costed.late_mixes == {0: 0, 1: 1}
    assert costed.pools["A"].layers == [Layer(0, 1, 130), Layer(1, 2, 430)]
    assert costed.held is not None
    assert sorted(costed.held["A"]) == [
        Share(-3, 0, 30), Share(-2, 0, 30), Share(0, 1, 100), Share(1, 2, 400),
    ]  # fmt: skip


def test_late_value_on_one_receipt_is_its_own_line_s() -> None:
    costed = run([*TWO, issue(1), revalue(60, 0)])
    assert (costed.costs[3], costed.cited[3], costed.capitalised) == (30, 30, {})
    assert (costed.mixes, costed.late_mixes, costed.revalued) == ([], {}, {3: [("A", 30)]})
    assert costed.shares is not None
    assert costed.shares[3] == (Share(3, 0, 30),)


def test_late_value_finds_layers_wherever_they_lie() -> None:
    costed = run([receive(4, 400), move(1), issue(1), revalue(80, 0)])
    assert costed.revalued == {3: [("A", 40), ("B", 20)]}
    assert (costed.costs[3], costed.cited[3]) == (60, 20)
    costed = run([receive(3, 300), move(1), revalue(100, 0)])
    assert costed.revalued == {2: [("A", 67), ("B", 33)]}


def test_goods_are_never_worth_less_than_nothing() -> None:
    costed = run([*TWO, revalue(-999, 0)])
    assert (costed.costs[2], costed.cited[2], left(costed)) == (-200, -799, (4, 400))
    costed = run([*TWO, revalue(-999, -1, "A")])
    assert (costed.costs[2], costed.cited[2], left(costed)) == (-600, -399, (4, 0))


def test_a_whole_pool_takes_value_if_there_are_goods() -> None:
    costed = run([*TWO, revalue(30, -1, "A")])
    assert costed.pools["A"].layers == [Layer(0, 2, 210), Layer(1, 2, 420)]
    costed = run([*TWO, issue(4), revalue(30, -1, "A")])
    assert (costed.costs[3], costed.cited[3], costed.revalued) == (0, 30, {})
    costed = run([*TWO, revalue(30, -1, "A")], restated={2: (("A", 10), ("B", 20))})
    assert (costed.costs[2], costed.cited[2], costed.revalued) == (10, 20, {2: [("A", 10)]})


def test_what_late_value_says() -> None:
    assert codes(run([*TWO, revalue(None, 0)])) == [("value-missing", 2)]
    assert codes(run([*TWO, issue(1), revalue(5, 2)])) == [("citation-unusable", 3)]
    assert codes(run([*TWO, revalue(5, 7)])) == [("citation-unusable", 2)]
    assert codes(run([*TWO, revalue(5, 2)])) == [("citation-unusable", 2)]
    assert codes(run([*TWO, revalue(5, 0)._replace(item="X")])) == [("citation-unusable", 2)]
    assert codes(run([*TWO, revalue(5, 0)._replace(item="")])) == []
    assert codes(run([receive(0, 5), revalue(5, 0)])) == [
        ("quantity-not-positive", 0), ("citation-unusable", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "treat", "kept"),
    [
        ("fifo", "remaining-share", 20), ("fifo", "on-hand-share", 60),
        ("moving-average", "remaining-share", 20), ("moving-average", "on-hand-share", 60),
    ],
)  # fmt: skip
def test_treatments(method: str, treat: str, kept: int) -> None:
    """4 came, 3 left, 2 came: 1 of the first is left; 3 are here."""
    lines = [receive(4, 400), issue(3), receive(2, 200), revalue(80, 0)]
    costed = run(lines, method, treats={3: treat})
    assert (costed.costs[3], costed.cited[3]) == (kept, 80 - kept)


def test_what_is_left_of_a_receipt_if_the_oldest_left_first() -> None:
    """Under an average: newest first, less what went back to the supplier; void lines do not
    count, nor lines after the late value.
    """
    lines = [
        receive(4, 400), receive(3, 300), receive(0, 9), return_out(1, 1), issue(1),
        revalue(80, 0), receive(9, 900),
    ]  # fmt: skip
    costed = run(lines, "moving-average", treats={5: "remaining-share"})
    assert costed.costs[5] == 60  # 5 here, 2 of the second: 3 of 4
    lines[4] = issue(5)
    costed = run(lines, "moving-average", treats={5: "remaining-share"})
    assert costed.costs[5] == 0
    lines[4] = issue(4)  # 2 here, the second's own
    costed = run(lines, "moving-average", treats={5: "remaining-share"})
    assert costed.costs[5] == 0
    lines[4] = issue(3)
    costed = run(lines, "moving-average", treats={5: "remaining-share"})
    assert costed.costs[5] == 20


def test_what_went_back_is_no_part_of_its_receipt() -> None:
    costed = run([receive(2, 200), return_out(1, 0), revalue(50, 0)])
    assert (costed.costs[2], costed.cited[2]) == (50, 0)
    costed = run([receive(2, 200), receive(2, 200), return_out(2, 0), revalue(50, 0)])
    assert (costed.costs[3], costed.cited[3]) == (0, 50)


def test_late_value_on_goods_at_standard_is_a_variance() -> None:
    lines = [*TWO, revalue(50, 0), return_out(1, 0)]
    costed = run(lines, "standard", standards={0: 220, 1: 220, 3: 110})
    assert (costed.costs[2], costed.cited[2]) == (0, 0)
    assert costed.variances[2] == 50
    assert costed.cited[3] == 125  # 2.50 for 2
    lines = [*TWO, revalue(50, 0)]
    costed = run(lines, "standard", standards={0: 220, 1: 220}, citations={2: ((0, 20), (1, 30))})
    assert costed.variances[2] == 50


def test_a_new_unit_cost_for_all_layers() -> None:
    line, stated = unit_cost(150, 1, target="A")
    costed = run([receive(2, 200), receive(3, 600), receive(1, 9, "B"), line], stated={3: stated})
    assert costed.pools["A"].layers == [Layer(0, 2, 300), Layer(1, 3, 450)]
    assert (costed.costs[3], costed.cited[3], costed.revalued) == (-50, 0, {3: [("A", -50)]})
    line, stated = unit_cost(100, 3)  # wherever it lies: 3 for 1.00, the cents add up
    lines = [receive(1, 1), receive(1, 33), receive(1, 1), receive(2, 9, "B"), line]
    costed = run(lines, stated={4: stated})
    assert [layer.value for layer in costed.pools["A"].layers] == [33, 34, 33]
    assert left(costed, "B") == (2, 67)
    assert costed.revalued == {4: [("A", 65), ("B", 58)]}


def test_a_new_unit_cost_for_one_receipt() -> None:
    line, stated = unit_cost(150, 1, cites=0)
    costed = run([*TWO, move(1), line], stated={3: stated})
    assert costed.revalued == {3: [("A", 50), ("B", 50)]}
    assert costed.pools["A"].layers == [Layer(0, 1, 150), Layer(1, 2, 400)]
    costed = run([*TWO, receive(2, 600), issue(1), line], "moving-average", stated={4: stated})
    # 5 of 10.00 are here, 2 of the receipt: 4.00 of it become 3.00
    assert (costed.costs[4], left(costed)) == (-100, (5, 900))


def test_an_average_gets_its_new_unit_cost() -> None:
    line, stated = unit_cost(160, 1, target="A")
    costed = run([*TWO, issue(1), line], "moving-average", stated={3: stated})
    assert (costed.costs[3], left(costed)) == (480 - 450, (3, 480))
    line, stated = unit_cost(150, 1, target="A")
    costed = run([*TWO, line], "moving-average", stated={2: stated})
    assert (costed.costs[2], costed.revalued) == (0, {})


def test_where_late_value_would_go() -> None:
    lines = [*TWO, revalue(90, 0), revalue(30, -1, "A"), revalue(None, 0), revalue(5, 7),
             revalue(30, -1, "B")]  # fmt: skip
    setting = Setting(citations={2: ((0, 60), (1, 30))})
    state = Run(lines, {"P": CostPolicy("fifo")}, provenance=False, setting=setting)
    pool = state.pool(0, "A")
    pool.put(Slice(0, 1, 100))
    pool.put(Slice(1, 2, 400))
    assert [spots_of(state, at) for at in range(2, 7)] == [
        [Spot("A", 0, 30), Spot("A", 1, 30)], [Spot("A", -1, 30)], [], [], [],
    ]  # fmt: skip


# ── changes of policy ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("quantity", "first", "rest"),
    [
        (0, [], [(1, 2, 9), (2, 3, 10)]),
        (1, [(1, 1, 5)], [(1, 1, 4), (2, 3, 10)]),
        (2, [(1, 2, 9)], [(2, 3, 10)]),
        (4, [(1, 2, 9), (2, 2, 7)], [(2, 1, 3)]),
        (5, [(1, 2, 9), (2, 3, 10)], []),
        (9, [(1, 2, 9), (2, 3, 10)], []),
    ],
)
def test_goods_are_divided(
    quantity: int, first: list[tuple[int, int, int]], rest: list[tuple[int, int, int]]
) -> None:
    slices = [Slice(1, 2, 9), Slice(2, 3, 10)]
    assert _divide(slices, quantity) == ([Slice(*p) for p in first], [Slice(*p) for p in rest])


def test_joined_goods_fill_what_pools_owe() -> None:
    state = Run([issue(3), issue(2)], {}, provenance=False, setting=Setting())
    pool = state.pool(0, "A")
    pool.shortages = [Shortage(0, 3, 10), Shortage(1, 2, 8)]
    _put_in(state, pool, [Slice(5, 2, 9), Slice(6, 2, 30), Slice(7, 3, 12)])
    assert (pool.shortages, pool.quantity, pool.worth()) == ([], 2, 8)
    assert state.adjusted == {0: 9 - 7 + 15 - 3, 1: 15 - 4 + 4 - 4}


def test_changes_before_one_line_go_together() -> None:
    def change(before: int, item: str) -> Switch:
        return Switch(before, item, CostPolicy())

    changes = [change(5, "P"), change(2, "P"), change(5, "Q"), change(5, "P"), change(2, "Q")]
    state = Run([], {}, provenance=False, setting=Setting(switches=changes))
    assert _blocks(state) == [[1, 4], [0, 2], [3]]


def switched(
    lines: list[CostLine],
    method: str,
    *changes: Switch,
    **facts: Any,  # noqa: ANN401  facts of a setting
) -> Costed:
    return run(lines, method, switches=changes, **facts)


FIFO, AVERAGE = CostPolicy("fifo"), CostPolicy("moving-average")


def test_pools_are_joined_and_divided() -> None:
    """A and B become one; then 3 of it are one pool, the rest another."""
    lines = [receive(2, 200), receive(2, 600, "B"), issue(1), issue(1)]
    joined = Switch(2, "P", FIFO, pools={"A": "C", "B": "C"})
    costed = switched([*lines[:2], issue(3, "C")], "fifo", joined)
    assert costed.costs[2] == 500
    assert costed.pools["C"].layers == [Layer(1, 1, 300)]
    assert costed.switched == [(0, "A", 200, 0), (0, "B", 600, 0), (0, "C", 0, 800)]
    divided = Switch(2, "P", FIFO, splits={"A": (("D", 1), ("E", 0))})
    costed = switched([*lines[:2], issue(1, "D"), issue(1, "E")], "fifo", divided)
    assert (costed.costs[2:], left(costed, "B")) == ([100, 100], (2, 600))
    assert costed.switched == [(0, "A", 200, 0), (0, "D", 0, 100), (0, "E", 0, 100)]


def test_a_change_to_a_price() -> None:
    """2 worth 2.00 are kept at 1.20 each from now on; nothing is told of pools without value."""
    lines = [receive(2, 200), receive(2, 200, "B"), issue(2, "B"), issue(1)]
    change = Switch(3, "P", CostPolicy("standard"), standards={"A": 240, "B": 0})
    costed = switched(lines, "fifo", change, standards={3: 120})
    assert (costed.costs[3], costed.switched, left(costed)) == (
        120,
        [(0, "A", 200, 240)],
        (1, 120),
    )
    same = Switch(3, "P", CostPolicy("standard"), standards={"A": 200})
    costed = switched(lines, "fifo", same, standards={3: 100})
    assert costed.switched == [(0, "A", 200, 200)]


def test_only_changes_that_look_back_cost_again() -> None:
    lines = [receive(2, 200), receive(2, 600), issue(1), issue(1)]
    assert switched(lines, "fifo", Switch(3, "P", AVERAGE)).costs[3] == 233
    back = Switch(3, "P", AVERAGE, is_retrospective=True)
    costed = switched(lines, "fifo", back)
    assert (costed.costs[3], costed.switched) == (200, [(0, "A", 700, 600)])
    late = Switch(9, "P", AVERAGE)
    assert switched(lines, "fifo", late).costs == [200, 600, 100, 100]
    assert switched([], "fifo", Switch(0, "P", AVERAGE)).costs == []
    first = Switch(0, "P", AVERAGE)
    assert switched(lines, "fifo", first).costs == [200, 600, 200, 200]


def test_what_is_owed_and_known_goes_along() -> None:
    """Issued at 1.00 before they came; after the change 3 at 1.50 come: 2 of them are owed."""
    lines = [receive(1, 100), issue(3), receive(3, 450), issue(1)]
    costed = switched(lines, "fifo", Switch(2, "P", AVERAGE))
    assert [(up.at, up.of, up.quantity, up.amount) for up in costed.true_ups] == [(2, 1, 2, 100)]
    assert costed.costs[3] == 150
    assert codes(costed) == [("stock-short", 1)]
    again = [*lines[:2], issue(1), receive(1, 9)]
    assert codes(switched(again, "fifo", Switch(2, "P", AVERAGE))) == [("stock-short", 1)]
    assert switched(again, "fifo", Switch(2, "P", AVERAGE)).costs[2] == 100


def test_two_changes_of_one_item_before_one_line_come_one_after_the_other() -> None:
    changes = [Switch(5, item, CostPolicy()) for item in "PQPQ"]
    state = Run([], {}, provenance=False, setting=Setting(switches=changes))
    assert _blocks(state) == [[0, 1], [2, 3]]


def test_an_old_pool_is_used_no_more() -> None:
    """2 at 1.00 and 2 at 3.00 are 8.00 under the average, whatever else it is asked for."""
    to = CostPolicy("moving-average", estimate="last-receipt")
    lines = [receive(2, 200), receive(2, 600), issue(1)]
    plain = CostPolicy("fifo", estimate="last-used")
    for provenance in (False, True):
        setting = Setting(switches=[Switch(1, "P", to)])
        costed = cost(lines, {"P": plain}, provenance=provenance, setting=setting)
        assert costed.costs == [200, 600, 200]


def test_planned_prices_begin_with_their_value() -> None:
    """2 worth 2.00 are planned at 2.40: a variance of -1/6, so that 1 at 1.20 costs 1.00."""
    change = Switch(1, "P", CostPolicy("planned"), standards={"A": 240})
    costed = switched([receive(2, 200), issue(1)], "fifo", change, standards={1: 120})
    assert (costed.costs[1], costed.switched) == (100, [(0, "A", 200, 200)])


def test_what_a_new_price_adds_is_nobody_s() -> None:
    change = Switch(1, "P", CostPolicy("standard"), standards={"A": 240})
    costed = switched([receive(2, 200)], "fifo", change)
    assert costed.held == {"A": (Share(0, 2, 200), Share(-1, 0, 40))}


def test_pools_joined_from_the_first_line_on() -> None:
    """Had they been one, the sale had taken one of the first: 7.00 are left instead of 5.00."""
    lines = [receive(2, 200), receive(2, 600, "B"), issue(1, "B"), receive(1, 50, "X", "X")]
    change = Switch(4, "P", FIFO, is_retrospective=True, pools={"A": "C", "B": "C"})
    costed = switched(lines, "fifo", change)
    assert (left(costed, "C"), left(costed, "X")) == ((3, 700), (1, 50))
    assert costed.switched == [(0, "A", 200, 0), (0, "B", 300, 0), (0, "C", 0, 700)]


@pytest.mark.parametrize(("before", "at"), [(0, 0), (1, 1), (2, 2), (3, 2), (9, 2)])
def test_a_method_nobody_knows_is_told_where_it_begins(before: int, at: int) -> None:
    lines = [receive(2, 200), issue(1), issue(1)]
    change = Switch(before, "P", CostPolicy("hifo"))
    assert codes(switched(lines, "fifo", change)) == [("cost-method-unknown", at)]


def test_what_the_last_receipt_cost_is_known_after_a_change() -> None:
    policy = CostPolicy("fifo", negative="provisional", estimate="last-receipt")
    to = CostPolicy("moving-average", negative="provisional", estimate="last-receipt")
    setting = Setting(switches=[Switch(1, "P", to)])
    costed = cost([receive(2, 200), issue(3)], {"P": policy}, setting=setting)
    assert costed.costs == [200, 300]


def test_the_last_pool_owes_what_a_divided_one_owed() -> None:
    change = Switch(1, "P", FIFO, splits={"A": (("D", 1), ("E", 0))})
    costed = switched([issue(1), receive(2, 20, "E")], "fifo", change)
    assert [(up.at, up.of, up.amount) for up in costed.true_ups] == [(1, 0, 10)]
    assert (left(costed, "D"), left(costed, "E")) == ((0, 0), (1, 10))
