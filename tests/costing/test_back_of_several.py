"""Goods of several receipts go back at once, and come again: each part at what it is worth."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from invledger.costing import (
    Costed,
    CostLine,
    Layer,
    Node,
    Setting,
    Share,
    explain_line,
    flows_into,
)
from invledger.model import CostPolicy
from tests.costing.lines import (
    both_ways,
    codes,
    issue,
    left,
    receive,
    return_in,
    return_out,
    revalue,
    run_of,
)

pytestmark = pytest.mark.req("CO-01", "CO-03", "OUT-05")

ALL = ("fifo", "lifo", "moving-average", "periodic-average", "periodic-lifo")
LAYERED = ("fifo", "lifo", "specific", "periodic-lifo")
#: 10 @ 2.00 of which 6 were billed @ 3.00, so 26.00; 10 @ 5.00; 10 @ 1.00, all of it billed @ 4.00
RECEIPTS = [receive(10, 2600), receive(10, 5000), receive(10, 4000)]
#: 4 of the first, not billed: 8.00; 2 of the second: 10.00; 3 of the third: 12.00
BACK = return_out(9, 0)._replace(value=3000)
CITED: dict[str, object] = {
    "citations": {3: ((0, 4), (1, 2), (2, 3))},
    "returned": {3: (800, 1000, 1200)},
}


def run(lines: list[CostLine], method: str, **facts: object) -> Costed:
    setting = Setting(periods={"month": [0]}, **facts)  # type: ignore[arg-type]  # facts
    return both_ways(lines, CostPolicy(method), setting)


@pytest.mark.parametrize("method", LAYERED)
def test_each_layer_gives_what_is_stated_of_it(method: str) -> None:
    """6 @ 3.00, 8 @ 5.00 and 7 @ 4.00 stay."""
    costed = run([*RECEIPTS, BACK], method, **CITED)
    assert (codes(costed), costed.costs[3], costed.cited[3]) == ([], 3000, 3000)
    assert costed.pools["A"].layers == [Layer(0, 6, 1800), Layer(1, 8, 4000), Layer(2, 7, 2800)]


@pytest.mark.parametrize("method", ["moving-average", "periodic-average"])
def test_an_average_gives_the_sum(method: str) -> None:
    costed = run([*RECEIPTS, BACK], method, **CITED)
    assert (codes(costed), costed.costs[3], left(costed)) == ([], 3000, (21, 8600))


@pytest.mark.parametrize("method", LAYERED)
def test_what_it_is_made_of(method: str) -> None:
    """Both walks: each receipt has in the return what the return was told of it."""
    lines = [*RECEIPTS, BACK]
    costed = run(lines, method, **CITED)
    assert explain_line(costed, lines, 3).children == (
        Node(0, "receipt", 4, 800), Node(1, "receipt", 2, 1000), Node(2, "receipt", 3, 1200),
    )  # fmt: skip
    flows = [flows_into(costed, lines, at) for at in range(3)]
    assert [flow.lines[0].value for flow in flows] == [800, 1000, 1200]
    assert [flow.on_hand for flow in flows] == [(6, 1800), (8, 4000), (7, 2800)]


def test_of_a_layer_that_was_sold_in_part_its_last_goods_take_all() -> None:
    """FIFO sold 8 @ 2.60: 2 @ 2.60 are there and go, the other 2 are of the next layer, @ 5.00;
    2 of the second and 3 of the third as stated: 5.20 + 10.00 + 12.00 + 10.00.
    """
    lines = [*RECEIPTS, issue(8), BACK]
    costed = run(
        lines, "fifo", citations={4: ((0, 4), (1, 2), (2, 3))}, returned={4: (800, 1000, 1200)}
    )
    assert (codes(costed), costed.costs[3:], costed.cited[4]) == ([], [2080, 3720], 3000)
    assert costed.pools["A"].layers == [Layer(1, 6, 3000), Layer(2, 7, 2800)]


def test_of_a_layer_that_is_sold_nothing_goes() -> None:
    """FIFO sold the first: 4 instead of it @ 5.00; then 2 and 3 as stated."""
    lines = [*RECEIPTS, issue(10), BACK]
    costed = run(
        lines, "fifo", citations={4: ((0, 4), (1, 2), (2, 3))}, returned={4: (800, 1000, 1200)}
    )
    assert (codes(costed), costed.costs[3:], costed.cited[4]) == ([], [2600, 4200], 3000)
    assert costed.pools["A"].layers == [Layer(1, 4, 2000), Layer(2, 7, 2800)]


@pytest.mark.parametrize("method", LAYERED)
def test_undone_every_layer_is_as_before(method: str) -> None:
    lines = [*RECEIPTS, BACK, return_in(9, 3)]
    costed = run(lines, method, **CITED)
    assert (codes(costed), costed.costs[3:]) == ([], [3000, 3000])
    assert costed.pools["A"].layers == [Layer(0, 10, 2600), Layer(1, 10, 5000), Layer(2, 10, 4000)]


@pytest.mark.parametrize("method", ALL)
def test_undone_each_may_go_back_at_its_own_price(method: str) -> None:
    """10 @ 2.00, 10 @ 5.00; 4 and 2 go back for 18.00, which is undone; then the first ten."""
    lines = [
        receive(10, 2000), receive(10, 5000), return_out(6, 0), return_in(6, 2), return_out(10, 0),
    ]  # fmt: skip
    costed = run(lines, method, citations={2: ((0, 4), (1, 2))})
    assert codes(costed) == []
    assert costed.costs[2:] == [1800, 1800, 2000]
    assert left(costed) == (10, 5000)


def test_undone_the_supplier_is_owed_what_he_was() -> None:
    """Average of 3.50: the last 6, due for 30.00, are there for 21.00; undone, and with others
    @ 5.00 there all ten go back for the 50.00 that they came for.
    """
    lines = [
        receive(10, 2000), receive(10, 5000), issue(14), return_out(6, 1), return_in(6, 3),
        receive(100, 50_000), return_out(10, 1),
    ]  # fmt: skip
    costed = run(lines, "moving-average")
    assert codes(costed) == []
    assert costed.costs[2:] == [4900, 2100, 2100, 50_000, 5000]
    assert costed.cited[3] == 3000


@pytest.mark.parametrize(("kind", "left"), [(return_in, (3, 66)), (return_out, (3, 60))])
def test_what_an_undone_return_may_give_again(
    kind: Callable[..., CostLine], left: tuple[int, int]
) -> None:
    """Two were drawn for 0.40 and cost 0.46: what the supplier is owed for them stays 0.40."""
    run = run_of([receive(3, 60), kind(2, 0), receive(1, 0)._replace(cites=1)])
    run.costs[:2], run.left = [60, 46], {0: (1, 20)}
    run.drawn[1] = [Share(0, 2, 40)]
    assert run.draw(2, 1, 2) == 46
    assert run.left[0] == left


def test_a_return_of_nothing_gives_nothing_back() -> None:
    """Taken back already, or worth nothing: by quantity then."""
    run = run_of([receive(3, 0), return_out(2, 0), return_in(2, 1)])
    run.left = {0: (1, 0), 1: (0, 0)}
    run.draw(2, 1, 2)
    assert run.left == {0: (1, 0), 1: (0, 0)}
    run.costs[1], run.left, run.drawn[1] = 9, {0: (1, 0)}, [Share(0, 2, 0)]
    run.draw(2, 1, 2)
    assert run.left == {0: (3, 0), 1: (0, 0)}
    run.drawn.clear()  # hand-backs draw of one line
    run.left = {0: (1, 7)}
    run.draw(2, 1, 2)
    assert run.left == {0: (3, 16), 1: (0, 0)}


def test_only_what_is_cited_notes_what_it_drew() -> None:
    lines = [receive(3, 60), return_out(1, 0), return_out(1, 0), return_in(1, 1)]
    run = run_of(lines)
    run.costs[0] = 60
    assert run.draw_all(1) == run.draw_all(2) == [Share(0, 1, 20)]
    assert run.drawn == {1: [Share(0, 1, 20)]}


@pytest.mark.req("CO-09")
@pytest.mark.parametrize(
    ("between", "stays"),
    [
        ([return_out(5, 0), return_in(5, 2)], 100),  # all of it is there again, as old as it was
        ([return_out(2, 0), return_in(2, 2)], 100),
        ([issue(2), return_in(2, 2)], 60),  # of customers' returns nobody knows which they are
        ([return_out(2, -1), return_in(2, 2)], 60),  # nor of what cited nothing
        ([return_out(2, 1), return_in(2, 2)], 100),
        ([return_out(2, 0), receive(2, 40)], 100),  # of 3 that are left, all are there
    ],
)
def test_late_value_onto_what_is_there_again(between: list[CostLine], stays: int) -> None:
    """5 @ 1.00, 5 @ 2.00; of 1.00 late onto the first what is left of them takes its share, the
    oldest having left first.
    """
    lines = [receive(5, 500), receive(5, 1000), *between, revalue(100, 0)]
    costed = run(lines, "moving-average", treats={4: "remaining-share"})
    assert (codes(costed), costed.costs[4]) == ([], stays)
