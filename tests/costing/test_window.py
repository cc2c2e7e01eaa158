"""What must be costed before what in a period, and the equations of a circle: all by hand.

With n lines, the events of the first pool's period are the nodes n (all has come in), n + 1 (the
pool is priced), n + 2 (the period is over); those of the next piece n + 3 to n + 5, and so on.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from invledger.costing import CostLine, Kind, Setting
from invledger.costing.cycles import first_components
from invledger.costing.periodic_pool import PeriodicPool
from invledger.costing.pool import Shortage
from invledger.costing.pricing import Post
from invledger.costing.run import Run
from invledger.costing.window import Piece, Window
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
LIFO = CostPolicy("periodic-lifo")
Edge = tuple[int, int]


def window(
    lines: Sequence[CostLine],
    policy: CostPolicy = AVERAGE,
    setting: Setting | None = None,
    other: CostPolicy = AVERAGE,
) -> Window:
    """The window of all lines; item Q under the other policy."""
    run = Run(lines, {"P": policy, "Q": other}, provenance=False, setting=setting or Setting())
    return Window(run, list(range(len(lines))))


def edges(of: Window) -> set[Edge]:
    found = [(node, other) for node, others in of.after.items() for other in others]
    assert sorted(of.need) == sorted(of.after)
    for node, need in of.need.items():
        assert need == sum(other == node for _, other in found)
    return set(found)


def piece(first: int) -> set[Edge]:
    """The events of a piece follow each other."""
    return {(first, first + 1), (first + 1, first + 2)}


def ins(at: int, node: int) -> set[Edge]:
    return {(at, node)}


def post(at: int, node: int) -> set[Edge]:
    return {(node + 1, at), (at, node + 2)}


def take(at: int, node: int) -> set[Edge]:
    return {(node, at), (at, node + 1)}


MONTHS = Setting(periods={"month": (0, 2)})
MOVE_BACK = move(1, "B", "A", cites=1)
SETTLE = CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1")
SKIP = CostLine(Kind.SKIP, "", 0, "", "", None, -1, "")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([receive(2, 9), issue(1)], ins(0, 2) | post(1, 2)),
        ([receive(2, 9), issue(0), receive(0, 5)], ins(0, 3)),
        ([receive(2, 9), SKIP], ins(0, 2)),
        # goods back of this period's issue leave with it; others come in
        ([receive(2, 9), issue(2), return_in(1, 1)],
         ins(0, 3) | post(1, 3) | {(1, 2)} | post(2, 3)),
        ([receive(2, 9), return_in(1, 0, value=4)], ins(0, 2) | {(0, 1)} | ins(1, 2)),
        ([receive(2, 9), return_in(1, -1, value=4)], ins(0, 2) | ins(1, 2)),
        ([receive(2, 9), return_in(1, -1)], ins(0, 2) | post(1, 2)),
        ([receive(2, 9), receive(1, None)], ins(0, 2) | post(1, 2)),
        ([receive(2, 9), return_in(1, 5, value=4)], ins(0, 2) | ins(1, 2)),
        # back to the supplier, at a cost of its own: all has come in, nothing is priced
        ([receive(2, 9), return_out(1, 0)], ins(0, 2) | {(0, 1)} | take(1, 2)),
        ([issue(2), return_out(1, 0)], post(0, 2) | {(0, 1)} | post(1, 2)),
        ([receive(2, 9), return_out(1, -1)], ins(0, 2) | post(1, 2)),
        # two that draw on one line do so in turn
        ([receive(2, 9), return_out(1, 0), return_out(1, 0)],
         ins(0, 3) | {(0, 1), (1, 2)} | take(1, 3) | take(2, 3)),
        # late value
        ([receive(2, 9), revalue(5, 0)], ins(0, 2) | {(0, 1)} | take(1, 2)),
        ([receive(2, 9), revalue(5, -1, "A")], ins(0, 2) | take(1, 2)),
        ([receive(2, 9), revalue(5, 3)], ins(0, 2)),
        # what cannot be undone
        ([receive(2, 9), issue(1, cites=0)], ins(0, 2) | {(0, 1)} | post(1, 2)),
    ],
)  # fmt: skip
def test_one_pool_in_one_period(lines: list[CostLine], expected: set[Edge]) -> None:
    of = window(lines)
    assert edges(of) == expected | piece(len(lines))
    (only,) = of.pieces
    assert (only.key, only.period, only.node, only.is_last) == ("A", 0, len(lines), True)
    assert (only.before, only.later) == (None, None)


def test_one_period_after_the_other() -> None:
    of = window([receive(2, 9), issue(1), receive(3, 9), issue(2)], setting=MONTHS)
    assert edges(of) == (
        piece(4) | ins(0, 4) | post(1, 4)
        | piece(7) | {(6, 7)} | ins(2, 7) | {(6, 2)} | post(3, 7) | {(6, 3)}
    )  # fmt: skip
    first, second = of.pieces
    assert (first.later, second.before, first.is_last, second.is_last) == (
        second, first, False, True,
    )  # fmt: skip
    assert (first.moves, second.moves) == ([(0, 2), (1, -1)], [(2, 3), (3, -2)])
    assert [p.at for p in second.posts] == [3]
    assert (second.early, first.posted, second.posted) == (1 + 3, -1, -2)
    assert of.current == {"A": second}
    assert of.left_in == {1: first, 3: second}
    assert [of.piece_of(node) for node in (4, 6, 8)] == [(first, 0), (first, 2), (second, 1)]


def test_before_the_first_period() -> None:
    of = window([receive(2, 9), receive(1, 9)], setting=Setting(periods={"month": (1,)}))
    assert [(one.period, one.first, one.is_last) for one in of.pieces] == [
        (-1, 0, False), (0, 1, True),
    ]  # fmt: skip


def test_late_value_of_an_earlier_period() -> None:
    of = window([receive(2, 9), issue(1), revalue(5, 0)], setting=MONTHS)
    assert edges(of) == (
        piece(3) | ins(0, 3) | post(1, 3) | {(0, 2)}
        | piece(6) | {(5, 6)} | take(2, 6) | {(5, 2)}
    )  # fmt: skip


def test_what_a_pool_opens_with() -> None:
    run = Run([issue(1)], {"P": AVERAGE}, provenance=False, setting=Setting())
    pool = run.pool(0, "A")
    pool.quantity, pool.shortages = 5, [Shortage(0, 2, 1)]
    assert Window(run, [0]).pieces[0].early == 3


def test_moves_and_their_undoing() -> None:
    of = window([receive(2, 9), move(2), MOVE_BACK, issue(1, "B")])
    assert edges(of) == (
        piece(4) | ins(0, 4) | post(1, 4)  # out of A at its average
        | piece(7) | ins(1, 7) | {(1, 2)} | take(2, 7) | ins(2, 4)  # into B, back at own cost
        | post(3, 7)
    )  # fmt: skip
    assert of.taken == {2: of.pieces[1]}
    of = window([receive(2, 9), move(2, cites=0)])
    assert edges(of) == piece(2) | ins(0, 2) | {(0, 1)} | post(1, 2) | piece(5) | ins(1, 5)


def test_what_left_at_its_own_cost_comes_back_at_it() -> None:
    lines = [receive(4, 9), return_out(2, 0), return_in(1, 1)]
    of = window(lines)
    assert edges(of) == (
        piece(3) | ins(0, 3) | {(0, 1)} | take(1, 3) | {(1, 2)} | take(2, 3)
    )  # fmt: skip


def test_settings_that_decide_what_leaves_at_a_cost_of_its_own() -> None:
    lines = [receive(2, 9), return_out(1, 0)]
    method = CostPolicy("periodic-average", purchase_return="method")
    assert edges(window(lines, method)) == piece(2) | ins(0, 2) | {(0, 1)} | post(1, 2)
    lines = [receive(2, 9), issue(1)]
    stated = Setting(stated={1: 5})
    kept = CostPolicy("periodic-average", stated_issue="cost")
    assert edges(window(lines, kept, stated)) == piece(2) | ins(0, 2) | take(1, 2)
    assert edges(window(lines, kept)) == piece(2) | ins(0, 2) | post(1, 2)
    assert edges(window(lines, AVERAGE, stated)) == piece(2) | ins(0, 2) | post(1, 2)


def test_several_cited_lines_are_waited_for() -> None:
    lines = [receive(2, 9), receive(2, 9), revalue(8, 0)]
    of = window(lines, setting=Setting(citations={2: ((0, 4), (1, 4))}))
    assert edges(of) == piece(3) | ins(0, 3) | ins(1, 3) | {(0, 2), (1, 2)} | take(2, 3)
    lines = [receive(2, 9), issue(1), issue(1), return_in(2, 1)]
    of = window(lines, setting=Setting(citations={3: ((1, 1), (2, 1))}))
    assert edges(of) == (
        piece(4) | ins(0, 4) | post(1, 4) | post(2, 4) | {(1, 3), (2, 3)} | ins(3, 4)
    )  # fmt: skip
    assert of.citers == {1: [(1, 1), (3, 1)], 2: [(2, 1), (3, 1)]}


def test_pools_brought_to_a_new_price_wait() -> None:
    lines = [receive(2, 9), receive(2, 9, "B"), revalue(8, -1, "A")]
    of = window(lines, setting=Setting(restated={2: (("A", 3), ("B", 5))}))
    assert edges(of) == (
        piece(3) | piece(6) | ins(0, 3) | ins(1, 6) | take(2, 3) | take(2, 6)
    )  # fmt: skip


def test_newest_layers_of_a_period_leave_in_turn() -> None:
    of = window([receive(2, 9), issue(1), issue(1)], LIFO)
    assert edges(of) == piece(3) | ins(0, 3) | post(1, 3) | post(2, 3) | {(1, 2)}


def test_perpetual_pools_keep_their_order() -> None:
    fifo = CostPolicy("fifo")
    lines = [receive(2, 9, "Q", "Q"), issue(1, "Q", item="Q"), receive(2, 9)]
    of = window(lines, other=fifo)
    assert edges(of) == {(0, 1)} | piece(3) | ins(2, 3)
    late = revalue(5, 0)._replace(item="Q")
    of = window([lines[0], lines[1], late], other=fifo)
    assert edges(of) == {(0, 1), (0, 2), (1, 2)}


def made(at_order: str = "W1", value: int | None = None) -> CostLine:
    return produce(1, value, at_order)


def test_who_takes_out_of_an_order_waits_for_all_that_went_in() -> None:
    """Material and wages in any order, then the product; material again waits for it."""
    lines = [receive(4, 9), consume(1), add_to(5), made(), consume(1)]
    of = window(lines, other=CostPolicy("fifo"))
    assert edges(of) == (
        piece(5) | ins(0, 5) | post(1, 5) | {(1, 3), (2, 3)} | {(3, 4)} | post(4, 5)
    )  # fmt: skip
    lines = [add_to(5), add_to(-2), made(), SETTLE]
    of = window(lines, other=CostPolicy("fifo"))
    assert edges(of) == {(0, 1), (1, 2), (2, 3)}
    lines = [receive(4, 9), consume(2), hand_back(1, 1), made()]
    of = window(lines, other=CostPolicy("fifo"))
    assert edges(of) == (
        piece(4) | ins(0, 4) | post(1, 4) | {(1, 2)} | post(2, 4) | {(2, 3)}
    )  # fmt: skip


def test_a_settlement_waits_for_the_pools_of_its_output() -> None:
    lines = [add_to(5), made(), SETTLE]
    of = window(lines, setting=Setting(estimates=frozenset({1})))
    assert edges(of) == {(0, 1), (1, 2)} | piece(3) | ins(1, 3) | take(2, 3)


def test_goods_handed_back_of_another_order_wait_for_both() -> None:
    lines = [receive(4, 9), consume(2), add_to(5, "W2"), hand_back(1, 1, "W2"), add_to(6)]
    of = window(lines)
    assert edges(of) == (
        piece(5) | ins(0, 5) | post(1, 5) | {(1, 3), (2, 3), (3, 4)} | post(3, 5)
    )  # fmt: skip


def test_walking_the_graph() -> None:
    """Events first, lines in their order; who waited for a node alone is ready then."""
    of = window([receive(2, 9), issue(1), receive(1, 4)])
    assert [of.pop(), of.pop()] == [0, 2]
    assert of.ready == []
    of.finish(0)
    assert of.ready == []
    of.finish(2)
    assert [of.pop(), of.done] == [3, {0, 2}]
    of.cut(4, 1)
    assert ([of.pop()], of.after[4], of.need[1]) == ([1], [5], 0)
    of.push(1)
    of.push(5)
    of.push(0)
    assert [of.pop() for _ in range(3)] == [5, 0, 1]


def test_what_leaves_early_starves_a_later_line() -> None:
    """5 there; 3 leave, 4 come back in the lines' own order: 3 early ones cannot go before."""
    one = Piece("A", 0, PeriodicPool("P"), 9, 0)
    one.note(5, is_post=False)
    one.note(-3, is_post=True)
    one.note(4, is_post=True)
    assert (one.early, one.posted, one.lowest) == (5, 1, -3)
    assert [one.would_starve(q) for q in (2, 3, 6, 7)] == [False, True, True, False]
    one.note(-2, is_post=True)
    assert (one.posted, one.lowest) == (-1, -3)


def test_only_circles_that_wait_for_no_other_are_broken() -> None:
    """A and B supply each other, and C; C and D supply each other, too."""
    lines = [
        receive(9, 90), move(5), move(2, "B", "A"), move(1, "B", "C"), move(1, "C", "D"),
        move(1, "D", "C"),
    ]  # fmt: skip
    of = window(lines)
    while of.ready:
        of.finish(of.pop())
    (nodes,) = first_components(of)
    assert {node for node in nodes if node < len(lines)} == {1, 2}


@pytest.mark.parametrize(
    ("lines", "posts"),
    [
        ([receive(2, 9), issue(2), return_in(1, 1)],
         [Post(1, 2, 0), Post(2, 1, 0, is_back=True, cites=1, is_outside=False)]),
        ([return_in(1, -1), return_out(1, -1)],
         [Post(0, 1, 0, is_back=True, is_outside=False), Post(1, 1, 0)]),
        ([receive(2, 9), issue(1), hand_back(1, 1)],
         [Post(1, 1, 0), Post(2, 1, 0, is_back=True, is_outside=False)]),
        ([receive(2, 9), consume(1), hand_back(1, 1)],
         [Post(1, 1, 0, is_outside=False),
          Post(2, 1, 0, is_back=True, cites=1, is_outside=False)]),
        ([receive(2, 9), move(1)], [Post(1, 1, 0, is_outside=False)]),
        ([hand_back(1, -1)], [Post(0, 1, 0, is_back=True, is_outside=False)]),
    ],
)  # fmt: skip
def test_what_leaves_at_the_rate_of_the_period(lines: list[CostLine], posts: list[Post]) -> None:
    assert window(lines).pieces[0].posts == posts


def test_output_taken_back_leaves_at_its_own_cost() -> None:
    lines = [produce(2, 5)._replace(item="P", target="A"), consume(1)._replace(cites=0)]
    assert edges(window(lines)) == piece(2) | ins(0, 2) | {(0, 1)} | take(1, 2)


def test_newest_layers_that_a_return_would_starve() -> None:
    """2 come and are sold, and come back: the supplier gets 1 of them, not one of before."""
    lines = [receive(2, 9), issue(2), return_in(2, 1), return_out(1, 0)]
    assert edges(window(lines, LIFO)) == (
        piece(4) | ins(0, 4) | post(1, 4) | {(1, 2)} | post(2, 4) | {(0, 3)} | post(3, 4)
        | {(2, 3)}
    )  # fmt: skip
    lines = [move(2, "B", "A"), issue(2), return_in(2, 1), move(1, cites=0)]
    of = window(lines, LIFO)
    assert take(3, of.current["A"].node) <= edges(of)  # what is undone is, in any case


@pytest.mark.parametrize(("method", "more"), [("fifo", {(2, 3)}), ("moving-average", set())])
def test_late_value_waits_for_wherever_layers_went(method: str, more: set[Edge]) -> None:
    lines = [
        receive(2, 9, "Q", "Q"), move(2, "Q", "Q2")._replace(item="Q"), issue(1, "Q2", item="Q"),
        revalue(5, 0)._replace(item="Q"),
    ]  # fmt: skip
    of = window(lines, other=CostPolicy(method))
    assert edges(of) == {(0, 1), (1, 2), (0, 3), (1, 3)} | more


def test_late_value_waits_for_nothing_twice() -> None:
    of = window([receive(2, 9), revalue(5, 0, "A")])
    assert edges(of) == piece(2) | ins(0, 2) | {(0, 1)} | take(1, 2)
    assert of.need[1] == 2
    assert edges(window([receive(0, 9), revalue(5, 0)])) == {(0, 1)}


@pytest.mark.parametrize("treats", [{}, {3: "on-hand-share"}])
def test_late_value_that_follows_goods_into_an_order(treats: dict[int, str]) -> None:
    """It comes before the price of what was made, and before who takes value out of the order."""
    lines = [receive(4, 9), consume(2), produce(1), revalue(9, 0), produce(1)]
    followed = set() if treats else {(3, 9), (3, 4)}
    assert edges(window(lines, setting=Setting(treats=treats))) == (
        piece(5) | ins(0, 5) | post(1, 5) | {(1, 2)} | piece(8) | ins(2, 8) | {(0, 3)}
        | take(3, 5) | followed | {(2, 4)} | ins(4, 8)
    )  # fmt: skip
    before = [consume(2), receive(4, 9), produce(1), revalue(9, 1), produce(1)]
    assert (3, 4) not in edges(window(before))
    made = window([receive(4, 9), consume(2), produce(1), revalue(9, 0)], other=CostPolicy("fifo"))
    assert edges(made) == (
        piece(4) | ins(0, 4) | post(1, 4) | {(1, 2)} | {(0, 3)} | take(3, 4)
    )  # fmt: skip


def test_material_after_output_waits_for_it() -> None:
    of = window([made(), consume(1)], other=CostPolicy("fifo"))
    assert edges(of) == {(0, 1)} | piece(2) | post(1, 2)
