"""The equations of pools that feed each other in a period: by hand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest

from invledger.costing import CostLine, Setting
from invledger.costing.forms import CONSTANT, Forms, add, solve
from invledger.costing.periodic_pool import PeriodicPool
from invledger.costing.run import Run
from invledger.costing.window import Piece
from invledger.model import CostPolicy
from tests.costing.lines import (
    add as add_to,
)
from tests.costing.lines import (
    consume,
    hand_back,
    issue,
    move,
    produce,
    receive,
    return_in,
    return_out,
    revalue,
)

pytestmark = pytest.mark.req("CO-03", "CO-05")
AVERAGE = CostPolicy("periodic-average")


def form(**parts: int) -> dict[str, Fraction]:
    return {CONSTANT if key == "c" else key: Fraction(part) for key, part in parts.items()}


@pytest.mark.parametrize(
    ("inflow", "bases", "known", "rates"),
    [
        ({"a": form(c=1000, b=20), "b": form(c=1000, a=50)}, {"a": 120, "b": 100}, {},
         {"a": Fraction(120, 11), "b": Fraction(170, 11)}),
        ({"a": form(c=1000, b=20), "b": form(c=1, a=50)}, {"a": 120, "b": 100}, {"b": Fraction(5)},
         {"a": Fraction(55, 6), "b": Fraction(5)}),
        ({"q": form(c=105, q=2)}, {"q": 7}, {}, {"q": Fraction(21)}),
        ({"a": form(c=10, z=3), "z": form(c=9)}, {"a": 5, "z": 0}, {},
         {"a": Fraction(2), "z": Fraction(0)}),
        ({"a": form(c=10)}, {"a": 1}, {}, {"a": Fraction(10)}),
        ({"a": form(c=6, b=1), "b": form(c=1, d=1), "d": form(a=1)}, {"a": 2, "b": 1, "d": 1}, {},
         {"a": Fraction(7), "b": Fraction(8), "d": Fraction(7)}),
        ({"a": form(c=1, b=1, d=1), "b": form(c=2, a=1), "d": form(c=3, a=1, b=1)},
         {"a": 4, "b": 2, "d": 5}, {}, {"a": Fraction(7, 8), "b": Fraction(23, 16),
                                        "d": Fraction(17, 16)}),
        ({"a": form(c=0, a=1)}, {"a": 1}, {}, None),  # goods that only go round
        ({"a": form(b=1), "b": form(a=1)}, {"a": 1, "b": 1}, {}, None),
        ({}, {}, {}, {}),
    ],
)  # fmt: skip
def test_rates_of_a_circle(
    inflow: dict[str, dict[str, Fraction]],
    bases: dict[str, int],
    known: dict[str, Fraction],
    rates: dict[str, Fraction] | None,
) -> None:
    assert solve(inflow, bases, known) == rates


def test_forms_are_added() -> None:
    one = form(c=5, a=2)
    add(one, form(a=3, b=1), 2)
    add(one, form(c=1), Fraction(1, 2))
    assert one == {CONSTANT: Fraction(11, 2), "a": Fraction(8), "b": Fraction(2)}


def forms(
    lines: Sequence[CostLine],
    posts: dict[int, str],
    setting: Setting | None = None,
    known: dict[str, Fraction] | None = None,
) -> Forms:
    """Pools A (4 for 1.00) and B (empty); `posts`: lines that leave at a pool's unknown rate."""
    run = Run(lines, {"P": AVERAGE}, provenance=False, setting=setting or Setting())
    pools = {}
    for key in "AB":
        pool = pools[key] = PeriodicPool("P")
        run.add_pool(key, pool)
    pools["A"].quantity, pools["A"].value, pools["A"].base = 4, 100, 4
    left_in = {at: Piece(key, 0, pools[key], 99, 0) for at, key in posts.items()}
    made_of = Forms(run, left_in, known or {})
    for key, pool in pools.items():
        made_of.enter(key, pool)
    for at, row in enumerate(lines):
        made_of.line(at, {key: row.quantity for key in (row.source, row.target) if key in pools})
    return made_of


def test_what_comes_into_the_pools_of_a_circle() -> None:
    of = forms([receive(2, 60), move(3), move(1, "B", "A")], {1: "A", 2: "B"})
    assert of.inflow == {"A": form(c=160, B=1), "B": form(c=0, A=3)}
    assert (of.bases, of.quantities) == ({"A": 7, "B": 3}, {"A": 7, "B": 3})
    of = forms([receive(2, 60), move(3)], {1: "A"}, known={"A": Fraction(30)})
    assert of.inflow == {"A": form(c=160), "B": form(c=90)}


def test_goods_back_in_a_circle() -> None:
    """Of an issue at the rate: no inflow, it leaves with the others; of another line: at that."""
    of = forms([issue(3), return_in(1, 0), return_in(2, -1, value=50)], {0: "A", 1: "A"})
    assert of.inflow["A"] == form(c=150)
    assert (of.of[1], of.bases["A"]) == ({"A": Fraction(1)}, 6)
    of = forms([issue(3, "B"), return_in(2, 0)], {0: "B"})
    assert of.inflow["A"] == form(c=100, B=2)
    of = forms([receive(2, None), issue(1)], {0: "A", 1: "A"})
    assert (of.of[0], of.inflow["A"], of.bases["A"]) == (form(A=2), form(c=100), 4)
    of = forms([receive(2, None)], {})
    assert of.inflow["A"] == form(c=100)


def test_goods_that_leave_a_circle_at_a_cost_of_their_own() -> None:
    of = forms([receive(2, 60), return_out(1, 0)], {})
    assert of.inflow["A"] == form(c=130)
    assert (of.bases["A"], of.quantities["A"]) == (5, 5)
    citations = Setting(citations={2: ((0, 1), (1, 2))})
    of = forms([receive(2, 60), receive(4, 20), return_out(3, 0)], {}, citations)
    assert of.inflow["A"] == form(c=140)  # 180 - 30 - 10


def test_costs_of_before_the_circle_are_known() -> None:
    lines = [receive(2, 60), return_out(1, 0)]
    of = forms(lines, {})
    of.of.clear()
    of.run.costs[0], of.run.adjusted[0] = 60, 10
    of.line(1, {"A": 1})
    assert of.of[1] == form(c=35)


def test_orders_in_a_circle() -> None:
    """Half of all that came in, then the rest; what is handed back never came."""
    lines = [
        consume(4), add_to(50), hand_back(1, 0),
        *[produce(1, value)._replace(item="P", target="B") for value in (None, None, 7)],
    ]  # fmt: skip
    of = forms(lines, {0: "A", 2: "A"}, Setting(portions={3: (1, 2)}))
    half = {"A": Fraction(3, 2), CONSTANT: Fraction(25)}
    assert (of.of[2], of.of[3], of.of[4], of.of[5]) == (form(A=1), half, half, form(c=7))
    assert of.inflow["B"] == form(c=57, A=3)
    assert of.inside["W1"] == form(A=0, c=-7)
    assert of.came["W1"] == form(A=3, c=50)


def test_an_order_of_before_the_circle_brings_its_value_in() -> None:
    run = forms([add_to(5)], {}).run
    run.orders["W2"].value, run.orders["W2"].came = 30, 80
    of = Forms(run, {}, {})
    of.line(0, {})
    run.rows = [add_to(5, "W2")]
    of.line(0, {})
    assert (of.inside["W2"], of.came["W2"]) == (form(c=35), form(c=85))
    assert of.inside["W1"] == form(c=5)


def test_late_value_in_a_circle() -> None:
    """All of it lies on the goods that will be there; on none it goes nowhere."""
    of = forms([receive(2, 60), revalue(30, 0)], {})
    assert of.inflow["A"] == form(c=190)
    assert of.run.pools["A"].quantity == 4
    of = forms([receive(2, 60), revalue(30, -1, "B")], {})
    assert of.inflow == {"A": form(c=160), "B": form(c=0)}
