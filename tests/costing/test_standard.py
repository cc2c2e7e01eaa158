"""Standard cost: stock at standard, what was paid beside it is a variance of the line."""

from __future__ import annotations

import pytest

from invledger.costing import Costed, CostLine, Setting, cost
from invledger.model import CostPolicy
from tests.costing.lines import (
    add,
    codes,
    consume,
    issue,
    left,
    move,
    produce,
    receive,
    return_in,
    return_out,
    revalue,
)

pytestmark = pytest.mark.req("CO-05")


def at_standard(lines: list[CostLine], unit: int, *, negative: str = "refuse") -> Costed:
    """Cost lines of which each piece is `unit` at standard, both ways."""
    policies = {"P": CostPolicy("standard", negative=negative)}
    policies["Q"] = CostPolicy("standard")
    setting = Setting(standards={n: unit * line.quantity for n, line in enumerate(lines)})
    quick = cost(lines, policies, setting=setting)
    plain = cost(lines, policies, setting=setting, provenance=True)
    assert quick.costs == plain.costs
    assert quick.variances == plain.variances
    assert quick.pools == plain.pools
    return plain


def test_receipts_above_and_below() -> None:
    """Business Central's three at 10, 20, 30 with standard 15: variance 15 in all."""
    lines = [receive(1, 1000), receive(1, 2000), receive(1, 3000), issue(1), issue(2)]
    costed = at_standard(lines, 1500)
    assert costed.variances == {0: -500, 1: 500, 2: 1500}
    assert costed.costs == [1500, 1500, 1500, 1500, 3000]
    assert left(costed) == (0, 0)


def test_late_value_is_variance_and_touches_no_stock() -> None:
    """Bought at 90 with a charge of 20 against standard 100: variance -10, then +10 in all."""
    costed = at_standard([receive(1, 9000), revalue(2000, 0)], 10000)
    assert sum(costed.variances.values()) == 1000
    assert (costed.costs[1], costed.cited[1]) == (0, 0)
    assert left(costed) == (1, 10000)


def test_a_return_to_the_supplier_is_credited_at_what_was_paid() -> None:
    """Two at 11.00 against standard 10.00: one goes back, the supplier owes 11.00."""
    costed = at_standard([receive(2, 2200), return_out(1, 0)], 1000)
    assert (costed.costs[1], costed.cited[1]) == (1000, 1100)
    assert left(costed) == (1, 1000)


def test_a_sale_return_comes_back_at_standard() -> None:
    lines = [receive(2, 2000), issue(2), return_in(1, 1)]
    setting = Setting(standards={0: 2000, 1: 2000, 2: 1200})  # the standard rose meanwhile
    costed = cost(lines, {"P": CostPolicy("standard")}, setting=setting)
    assert costed.costs[2] == 1200
    assert costed.variances == {2: -200}


def test_production_against_standard() -> None:
    """Odoo's table: a run of 628.75 enters at 8.80; the rest is variance."""
    costed = at_standard([add(62875), produce(1)], 880)
    assert costed.costs[1] == 880
    assert costed.variances == {1: 61995}
    assert costed.orders == {"W1": 0}
    assert costed.shares is not None
    assert sum(share.value for share in costed.shares[1]) == 880


def test_an_output_taken_back_takes_its_variance_back() -> None:
    undone = consume(1)._replace(item="Q", source="Q", cites=1)
    costed = at_standard([add(1000), produce(1), undone], 880)
    assert costed.variances == {1: 120, 2: -120}
    assert costed.orders == {"W1": 1000}


def test_a_move_carries_the_standard() -> None:
    costed = at_standard([receive(3, 100), move(1), move(2)], 50)
    assert left(costed, "B") == (3, 150)
    assert left(costed) == (0, 0)


def test_rounding_stays_until_the_last_unit() -> None:
    """Half pieces at 3 in a currency without decimals: 2 + 2 in, 2 + 2 out, nothing left."""
    lines = [receive(1, 2), receive(1, 2), issue(1), issue(1)]
    assert cost(
        lines, {"P": CostPolicy("standard")}, setting=Setting(standards=dict.fromkeys(range(4), 2))
    ).costs == [2, 2, 2, 2]
    setting = Setting(standards={0: 2, 1: 2, 2: 3, 3: 2})  # what is left is what is left
    costed = cost(lines, {"P": CostPolicy("standard")}, setting=setting)
    assert costed.costs == [2, 2, 3, 1]
    assert left(costed) == (0, 0)


def test_a_missing_standard_is_said_once() -> None:
    costed = cost([receive(2, 300), issue(1)], {"P": CostPolicy("standard")})
    assert codes(costed) == [("standard-missing", 0)]
    assert costed.costs == [300, 150]
    assert not costed.variances


def test_goods_not_there_leave_at_standard() -> None:
    """Filled at standard, too: no true-up, the price paid is a variance."""
    costed = at_standard([issue(2), receive(3, 999)], 500, negative="provisional")
    assert costed.costs == [1000, 1500]
    assert costed.variances == {1: -501}
    assert [up.amount for up in costed.true_ups] == [0]
    assert left(costed) == (1, 500)


def test_a_change_of_standard_by_pool() -> None:
    """5 in A and 2 in B from 10.00 to 15.00: 25.00 and 10.00 more."""
    lines = [receive(5, 5000), receive(2, 2000, "B"), revalue(3500)]
    setting = Setting(standards={0: 5000, 1: 2000}, restated={2: (("A", 2500), ("B", 1000))})
    costed = cost(lines, {"P": CostPolicy("standard")}, setting=setting)
    assert left(costed) == (5, 7500)
    assert left(costed, "B") == (2, 3000)
    assert costed.revalued[2] == [("A", 2500), ("B", 1000)]
    assert costed.costs[2] == 3500
    assert not costed.variances
