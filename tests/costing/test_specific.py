"""Specific identification and LIFO: the line, the lot or the newest receipt says what leaves."""

from __future__ import annotations

import pytest

from invledger.costing import CostLine, Kind, Layer, Setting, cost
from invledger.model import CostPolicy
from tests.costing.lines import codes, issue, left, move, receive, return_in, return_out, run

pytestmark = pytest.mark.req("CO-05")
BY_LOT = {"P": CostPolicy("specific", "lot")}


def test_a_cited_receipt_leaves_at_its_own_cost() -> None:
    """10.00, 20.00, 30.00; the second and the first are sold by name."""
    lines = [
        receive(1, 1000),
        receive(1, 2000),
        receive(1, 3000),
        issue(1, cites=1),
        issue(1, cites=0),
    ]
    costed = run(lines, "specific")
    assert costed.costs[3:] == [2000, 1000]
    assert left(costed) == (1, 3000)
    assert not costed.troubles


def test_goods_that_nothing_names_are_refused_and_the_oldest_taken() -> None:
    costed = run([receive(2, 1000), receive(2, 3000), issue(1), move(1)], "specific")
    assert codes(costed) == [("goods-not-named", 2), ("goods-not-named", 3)]
    assert costed.costs[2:] == [500, 500]


def test_one_receipt_in_the_pool_is_no_name_either() -> None:
    assert codes(run([receive(2, 1000), issue(1)], "specific")) == [("goods-not-named", 1)]


def test_a_lot_names_its_goods() -> None:
    """A pool of one lot; inside it the oldest receipt leaves first."""
    lines = [
        receive(1, 1000, "P#S1"), receive(1, 2000, "P#S2"), issue(1, "P#S2"),
        receive(2, 900, "P#S1"), issue(2, "P#S1"),
    ]  # fmt: skip
    costed = cost(lines, BY_LOT)
    assert not costed.troubles
    assert costed.costs == [1000, 2000, 2000, 900, 1450]


def test_a_move_of_named_goods_and_its_undoing() -> None:
    lines = [
        receive(2, 1000), receive(2, 3000), move(1, cites=1), move(1, "B", "A", cites=2),
    ]  # fmt: skip
    costed = run(lines, "specific")
    assert not costed.troubles
    assert costed.costs[2:] == [1500, 1500]
    assert costed.pools["A"].layers == [Layer(0, 2, 1000), Layer(1, 2, 3000)]


def test_a_return_to_the_supplier_of_goods_that_are_gone_is_no_guess() -> None:
    lines = [receive(1, 1000), receive(1, 3000), issue(1, cites=0), return_out(1, 0)]
    costed = run(lines, "specific")
    assert codes(costed) == [("cited-layer-short", 3)]
    assert costed.cited[3] == 1000


def test_several_receipts_are_named_at_once() -> None:
    lines = [receive(2, 1000), receive(2, 3000), receive(2, 7000), issue(3, cites=0)]
    setting = Setting(citations={3: ((0, 1), (2, 2))})
    costed = cost(lines, {"P": CostPolicy("specific")}, setting=setting, provenance=True)
    assert not costed.troubles
    assert costed.costs[3] == 500 + 7000
    assert costed.shares is not None
    assert [tuple(share) for share in costed.shares[3]] == [(0, 1, 500), (2, 2, 7000)]


def test_a_return_over_several_receipts_takes_their_layers() -> None:
    """Two of the first at 5.00 and one of the third at 35.00 go back; nothing of the second."""
    for method, expected in (("fifo", 4500), ("lifo", 4500), ("moving-average", 4500)):
        lines = [receive(2, 1000), receive(2, 3000), receive(2, 7000), return_out(3, 0)]
        setting = Setting(citations={3: ((0, 2), (2, 1))})
        costed = cost(lines, {"P": CostPolicy(method)}, setting=setting)
        assert costed.costs[3] == costed.cited[3] == expected
        assert left(costed) == (3, 6500)


def test_a_sale_return_over_several_deliveries() -> None:
    lines = [receive(4, 1000), issue(1), receive(1, 900), issue(3), return_in(2, 1)]
    setting = Setting(citations={4: ((1, 1), (3, 1))})
    costed = cost(lines, {"P": CostPolicy("fifo")}, setting=setting, provenance=True)
    assert costed.costs[4] == 250 + 250
    assert costed.shares is not None
    assert [share.origin for share in costed.shares[4]] == [1, 3]


@pytest.mark.req("CO-04")
def test_last_in_first_out() -> None:
    """Layers 2 at 5.00, 2 at 8.00, 1 at 9.99: three leave, the newest first."""
    lines = [
        receive(2, 1000),
        receive(2, 1600),
        receive(1, 999),
        issue(3),
        receive(1, 400),
        issue(2),
    ]
    costed = run(lines, "lifo")
    assert costed.costs[3:] == [999 + 1600, 400, 400 + 500]
    assert costed.pools["A"].layers == [Layer(0, 1, 500)]


@pytest.mark.req("CO-04")
def test_lifo_on_credit_takes_the_last_layer_used() -> None:
    """ERPNext's case: 10 at 10.00, 10 at 20.00, 25 leave: 350.00, five short at 10.00."""
    lines = [receive(10, 10000), receive(10, 20000), issue(25)]
    costed = run(lines, "lifo", negative="provisional")
    assert costed.costs[2] == 35000
    assert left(costed) == (-5, -5000)


@pytest.mark.req("CO-04")
def test_a_layer_moved_under_lifo_keeps_its_age() -> None:
    lines = [receive(1, 100), receive(1, 200, "B"), move(1), issue(1, "B")]
    costed = run(lines, "lifo")
    assert costed.costs[3] == 200
    assert costed.pools["B"].layers == [Layer(0, 1, 100)]


def test_kinds_that_bring_goods_in_can_be_named() -> None:
    lines = [receive(2, 1000), issue(1, cites=0), return_in(1, 1), issue(1, cites=2)]
    costed = run(lines, "specific")
    assert not costed.troubles
    assert costed.costs == [1000, 500, 500, 500]
    produced = [
        CostLine(Kind.ADD_TO_ORDER, "", 0, "", "", 700, -1, "W"),
        CostLine(Kind.PRODUCE, "P", 2, "", "A", None, -1, "W"),
        issue(1, cites=1),
    ]
    assert run(produced, "specific").costs[2] == 350
