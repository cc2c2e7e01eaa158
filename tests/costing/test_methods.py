"""FIFO and moving average: figures worked out by hand, residues to the last unit."""

from __future__ import annotations

from time import process_time

import pytest

from invledger.costing import CostLine, KernelError, Kind, cost
from invledger.model import CostPolicy
from tests.costing.lines import codes, issue, left, move, receive, return_out, run


@pytest.mark.req("CO-01", "CO-02")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_ten_yuan_over_three_pieces(method: str) -> None:
    """10.00 over 3: 3.33, 3.34 (6.67 / 2 = 3.335), and the last piece takes what is left."""
    costed = run([receive(3, 1000), issue(1), issue(1), issue(1)], method)
    assert costed.costs == [1000, 333, 334, 333]
    assert left(costed) == (0, 0)


@pytest.mark.req("CO-02")
def test_fifo_takes_the_oldest_first() -> None:
    costed = run([receive(2, 200), receive(2, 400), issue(3), receive(1, 900)])
    assert costed.costs[2] == 400
    assert costed.pools["A"].layers == [(1, 1, 200), (3, 1, 900)]


@pytest.mark.req("CO-01")
def test_the_average_is_never_rounded_itself() -> None:
    """7 for 10.00: 3 cost 4.29 (4.2857); 350 of 700 for 100.00 cost 50.00, not 350 x 0.14."""
    costed = run([receive(7, 1000), issue(3), receive(4, 571), issue(8)], "moving-average")
    assert costed.costs == [1000, 429, 571, 1142]
    assert run([receive(700, 100_00), issue(350)], "moving-average").costs[1] == 50_00


@pytest.mark.req("CO-02")
def test_a_move_keeps_identity_and_age_of_layers() -> None:
    """Goods of the first receipt stay the oldest, in the other pool and on their way back."""
    lines = [
        receive(2, 200),  # 0
        receive(2, 500, "B"),  # 1
        receive(1, 300),  # 2
        move(3, "A", "B"),  # 3: 2 of 0, 1 of 2
        issue(1, "B"),  # 4: the oldest: of 0
        move(1, "B", "A"),  # 5: the other one of 0
    ]
    costed = run(lines)
    assert costed.costs == [200, 500, 300, 500, 100, 100]
    assert costed.pools["B"].layers == [(1, 2, 500), (2, 1, 300)]
    assert costed.pools["A"].layers == [(0, 1, 100)]


@pytest.mark.req("CO-02")
def test_a_move_there_and_back_changes_nothing() -> None:
    lines = [receive(3, 1000), receive(3, 700), move(4), move(4, "B", "A")]
    assert run(lines).pools["A"].layers == [(0, 3, 1000), (1, 3, 700)]


@pytest.mark.req("CO-02")
def test_a_move_is_undone_with_its_own_layers() -> None:
    """B holds older goods; undoing the move takes back what it brought, not the oldest."""
    lines = [receive(1, 100, "B"), receive(1, 900), move(1), move(1, "B", "A", cites=2)]
    costed = run(lines)
    assert costed.costs[3] == 900
    assert costed.pools["A"].layers == [(1, 1, 900)]
    averaged = run(lines, "moving-average")
    assert averaged.costs[3] == 900
    assert left(averaged) == (1, 900)
    assert left(averaged, "B") == (1, 100)


@pytest.mark.req("CO-01")
def test_an_average_leaves_at_its_issue_cost() -> None:
    lines = [receive(2, 300), receive(1, 80, "B"), move(1), issue(2, "B")]
    assert run(lines, "moving-average").costs == [300, 80, 150, 230]


@pytest.mark.req("CO-05")
def test_an_issue_may_cite_a_layer() -> None:
    """Specific identification: the cited receipt's goods leave; more than it has is reported."""
    costed = run([receive(1, 100), receive(1, 200), issue(1, cites=1)])
    assert (costed.costs[2], costed.troubles) == (200, [])
    costed = run([receive(2, 100), receive(1, 200), issue(2, cites=1)])
    assert costed.costs[2] == 250
    assert costed.troubles[0][:2] == ("cited-layer-short", 2)
    assert dict(costed.troubles[0].args) == {"item": "P", "cited": "1", "left": "1", "wanted": "2"}


def test_an_overage_enters_at_the_current_unit_cost() -> None:
    costed = run([receive(4, 600), receive(2, None), issue(6), receive(1, None)])
    assert costed.costs == [600, 300, 900, 150]
    costed = run([receive(1, None)])
    assert codes(costed) == [("value-missing", 0)]
    assert run([receive(1, None)], fallback={"P": (500, 2)}).costs == [250]


def test_items_and_pools_do_not_touch() -> None:
    lines = [receive(1, 100), receive(1, 700, "X", "Q"), issue(1), issue(1, "X", item="Q")]
    assert run(lines).costs == [100, 700, 100, 700]


def test_one_pool_belongs_to_one_item() -> None:
    with pytest.raises(KernelError, match=r"'A'.*'P'.*'Q'"):
        cost([receive(1, 1), receive(1, 1, "A", "Q")], {})
    with pytest.raises(KernelError, match="no kind 99"):
        cost([CostLine(99, "P", 1, "", "A", 1, -1, "")], {})


def test_an_unknown_method_is_said_once_and_the_run_goes_on() -> None:
    costed = run([receive(2, 300), receive(1, 100, "B"), issue(1)], "lottery")
    assert codes(costed) == [("cost-method-unknown", 0)]
    assert dict(costed.troubles[0].args)["known"].startswith("fifo lifo moving-average")
    assert costed.costs[2] == 150


def test_an_item_without_policy_is_averaged() -> None:
    assert cost([receive(1, 100), receive(1, 200), issue(1)], {}).costs[2] == 150


def test_lines_without_goods_are_left_out() -> None:
    costed = run([receive(0, 500), receive(1, 100), issue(-1), return_out(1, 0)])
    assert codes(costed) == [
        ("quantity-not-positive", 0),
        ("quantity-not-positive", 2),
        ("citation-unusable", 3),
    ]
    assert left(costed) == (0, 0)


def test_a_value_below_zero_is_refused() -> None:
    costed = run([receive(1, -5)])
    assert codes(costed) == [("value-negative", 0)]
    assert left(costed) == (1, 0)


def test_a_skipped_line_costs_nothing() -> None:
    assert run([CostLine(Kind.SKIP, "P", 5, "", "", 99, -1, "")]).costs == [0]


def test_huge_numbers_stay_exact() -> None:
    """10^15 units at 10^28 minor units: no float, no overflow."""
    units, value = 10**15 - 1, 10**28 + 1
    costed = run([receive(units, value), issue(units - 1), issue(1)])
    assert sum(costed.costs[1:]) == value
    assert left(costed) == (0, 0)


def seconds(layers: int) -> float:
    """Best of three runs that open so many layers in one pool, move them and use them up."""
    lines = [receive(1, 100 + n % 7) for n in range(layers)]
    lines += [move(1, "A", "B") for _ in range(layers)]
    lines += [issue(1, "B") for _ in range(layers)]
    times = []
    for _ in range(3):
        begun = process_time()
        costed = cost(lines, {"P": CostPolicy("fifo")})
        times.append(process_time() - begun)
        assert costed.costs[:layers] == costed.costs[2 * layers :]
    return min(times)


@pytest.mark.req("CO-07")
def test_ten_thousand_open_layers_stay_linear() -> None:
    """Four times the layers: four times the work, in processor time; sixteen is quadratic."""
    assert seconds(10_000) < 8 * seconds(2_500)
