"""Work orders that give away parts of what they took: shares, losses, credits, to the last cent;
goods that leave at a stated cost, or go back of a move.
"""

from __future__ import annotations

import pytest

from invledger.costing import Costed, CostLine, Layer, Setting
from invledger.model import CostPolicy
from tests.costing.lines import (
    add,
    both_ways,
    codes,
    consume,
    left,
    move,
    produce,
    receive,
    revalue,
)

pytestmark = pytest.mark.req("CO-08")


def run(lines: list[CostLine], method: str = "fifo", **facts: object) -> Costed:
    policy = CostPolicy(method, stated_issue="cost")
    return both_ways(lines, policy, Setting(**facts))  # type: ignore[arg-type]  # facts


def test_shares_that_make_one_take_the_rest() -> None:
    """1.00 over three: 0.33, 0.33, and the last cent with the last third."""
    lines = [receive(1, 100), consume(1), produce(1), produce(1), produce(1)]
    costed = run(lines, portions=dict.fromkeys((2, 3, 4), (1, 3)))
    assert costed.costs[2:] == [33, 33, 34]
    assert (costed.orders, codes(costed)) == ({"W1": 0}, [])


def test_a_share_of_nothing_is_lost_without_a_word() -> None:
    costed = run([add(None)], portions={0: (1, 2)})
    assert (costed.costs, costed.orders, codes(costed)) == ([0], {"W1": 0}, [])


def test_no_more_is_lost_than_is_left() -> None:
    """Of 1.00 four fifths are made into goods; a half of it cannot be lost then, a fifth is."""
    lines = [receive(1, 100), consume(1), produce(1), add(None)]
    costed = run(lines, portions={2: (4, 5), 3: (1, 2)})
    assert codes(costed) == [("order-overdrawn", 3)]
    assert (costed.costs[3], costed.orders) == (-20, {"W1": 0})


EVERY = ("fifo", "moving-average", "periodic-average", "periodic-lifo")


@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize(
    ("came", "parts"), [(1000, (500, 250, 250)), (101, (51, 25, 25)), (103, (52, 26, 25))]
)
def test_a_loss_lowers_nothing_of_which_a_share_is_taken(
    method: str, came: int, parts: tuple[int, int, int]
) -> None:
    """A half made, a quarter lost, a quarter made: of all that came, and the last the rest."""
    first, lost, last = parts
    lines = [receive(1, came), consume(1), produce(2), add(None), produce(1), add(1)]
    costed = run(lines, method, portions={2: (1, 2), 3: (1, 4), 4: (1, 4)})
    assert costed.costs[2:5] == [first, -lost, last]
    assert codes(costed) == [("order-completed", 5)]
    lines = [receive(1, came), consume(1), produce(2), produce(1), add(None), add(7)]
    costed = run(lines, method, portions={2: (1, 2), 3: (1, 4), 4: (1, 4)})
    assert costed.costs[2:5] == [first, lost, -last]  # what is lost last takes the rest
    assert (codes(costed), costed.orders) == ([], {"W1": 7})  # and completes no order


@pytest.mark.parametrize(("lost", "made"), [({2}, 250), (set(), 188)])
def test_an_amount_that_is_lost_lowers_nothing_either(lost: set[int], made: int) -> None:
    """10.00 came; 2.50 of it are lost, or a credit: then 7.50 came, of which 1.88 is a quarter."""
    lines = [receive(1, 1000), consume(1), add(-250), produce(1)]
    costed = run(lines, portions={3: (1, 4)}, lost=frozenset(lost))
    assert (codes(costed), costed.costs[2:]) == ([], [-250, made])
    assert costed.orders == {"W1": 750 - made}


@pytest.mark.parametrize("method", EVERY)
def test_a_loss_undone_is_there_again(method: str) -> None:
    """Of 10.00 a quarter lost and found; then a half is made, a quarter lost, a quarter made."""
    lines = [
        receive(1, 1000), consume(1), add(None), add(None)._replace(cites=2), produce(2),
        add(None), produce(1),
    ]  # fmt: skip
    portions = {2: (1, 4), 4: (1, 2), 5: (1, 4), 6: (1, 4)}
    costed = run(lines, method, portions=portions)
    assert (codes(costed), costed.costs[2:]) == ([], [-250, 250, 500, -250, 250])
    assert (costed.orders, costed.inside) == ({"W1": 0}, {"W1": ()})


@pytest.mark.parametrize("cited", [0, 1, 2, 3, 5, 9])
def test_only_a_loss_by_share_of_that_order_is_undone(cited: int) -> None:
    """Not goods, nor an amount, a loss of another order, itself or what is no line."""
    lines = [consume(1), add(50), add(None, "W2"), add(None), add(None)._replace(cites=cited)]
    costed = run([receive(1, 100), *lines], portions={3: (1, 2), 4: (1, 2)})
    assert [code for code, _ in codes(costed)] == ["value-missing"]
    assert costed.costs[4:] == [-75, 0]


def test_a_loss_that_cites_itself_is_a_loss() -> None:
    lines = [add(100), add(None)._replace(cites=1)]
    assert run(lines, portions={1: (1, 4)}).costs == [100, -25]


def test_a_loss_of_nothing_as_the_first_line_is_undone() -> None:
    lines = [add(None), add(None)._replace(cites=0), add(100), produce(1), add(1)]
    costed = run(lines, portions={0: (1, 2), 3: (1, 1)})
    assert costed.costs == [0, 0, 100, 100, 1]
    assert codes(costed) == [("order-completed", 4)]  # the one share is all


def test_all_of_what_is_not_there_is_nothing() -> None:
    costed = run([add(100), produce(1, 100), add(None)], portions={2: (1, 1)})
    assert (codes(costed), costed.costs, costed.orders) == ([], [100, 100, 0], {"W1": 0})


@pytest.mark.parametrize(("credit", "said"), [(-99, []), (-100, []), (-101, ["order-overdrawn"])])
def test_a_credit_takes_back_no_more_than_went_in(credit: int, said: list[str]) -> None:
    costed = run([add(60), add(40), add(credit)])
    assert [code for code, _ in codes(costed)] == said
    assert costed.costs[2] == max(credit, -100)
    assert costed.orders == {"W1": 100 + max(credit, -100)}


def test_late_value_follows_goods_of_a_stated_cost_like_others() -> None:
    """4 came; one left for W1 at a stated 1.30, one for W2 as it was. Of 0.80 late each of the
    four bears 0.20.
    """
    lines = [receive(4, 400), consume(1), consume(1, "W2"), revalue(80, 0)]
    costed = run(lines, stated={1: 130})
    assert costed.costs[:3] == [400, 130, 90]
    assert costed.followed == {3: [("W1", 20), ("W2", 20)]}
    assert costed.costs[3] == 40


def test_a_part_of_a_move_goes_back_oldest_goods_first() -> None:
    """3 moved, two at 1.00 and one at 3.00; two go back: those at 1.00."""
    lines = [receive(2, 200), receive(2, 600), move(3), move(2, "B", "A", cites=2)]
    costed = run(lines)
    assert costed.costs[2:] == [500, 200]
    assert costed.pools["A"].layers == [Layer(0, 2, 200), Layer(1, 1, 300)]
    assert left(costed, "B") == (1, 300)
