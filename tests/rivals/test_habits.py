"""Another system's habits in exact fractions, against figures computed by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.rivals.habits import HABITS, Outcome, outcome, reasons
from tests.rivals.movements import generated, hard

pytestmark = pytest.mark.req("CO-01")

ITEMS = {**hard(), **generated(4)}
METHODS = ("moving-average", "fifo")


@pytest.mark.parametrize(
    ("method", "name", "cost", "left"),
    [
        # 10 at 2.00 and 10 at 3.00, 15 out: 15 at 2.50; 10 at 2.00 and 5 at 3.00
        ("moving-average", "even", "37.50", "12.50"),
        ("fifo", "even", "35.00", "15.00"),
        # 14 out of 10 at 10.00; the 4 come at 13.00: 140 + 4 x 3 + 3 x 13
        ("moving-average", "shortage", "191.00", "39.00"),
        ("fifo", "shortage", "191.00", "39.00"),
        # entered last, dated second: (10 x 10 + 10 x 4) / 20 = 7; 8 out; 12 x 7 and 5 x 14 make
        # 154 / 17 a unit, 9 out
        ("moving-average", "back-dated receipt", "2338/17", "1232/17"),
        # 6 out at 10, 4 of them back at 10; 8 at 10 and 10 at 20: 7 out at 280 / 18
        ("moving-average", "customer return", "1160/9", "1540/9"),
        ("fifo", "customer return", "120", "180"),
        # the one left is worth 12, the supplier gives 10 for it: 2 are cost of sales
        ("moving-average", "all back, dearer", "134", "0"),
    ],
)
def test_without_habits_the_cost_is_exact(method: str, name: str, cost: str, left: str) -> None:
    assert outcome(method, ITEMS[name], ()) == Outcome(Fraction(cost), Fraction(left))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", ITEMS)
def test_reasons_add_up(method: str, name: str) -> None:
    """From all habits to none, step by step, nothing is left over; and nothing is lost."""
    moves = ITEMS[name]
    with_all, with_none = outcome(method, moves, HABITS), outcome(method, moves, ())
    steps = [change for _, change in reasons(method, moves)]
    assert with_all.cost - with_none.cost == sum(step.cost for step in steps)
    assert with_all.closing - with_none.closing == sum(step.closing for step in steps)
    sign = {"purchase-receipt": 1, "purchase-return": -1}
    received = sum((m.price * m.quantity * sign.get(m.type, 0) for m in moves), Fraction())
    assert with_none.cost + with_none.closing == received
