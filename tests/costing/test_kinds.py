"""Corners of what each kind of line does, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from invledger.costing import Costed, CostLine, Kind, Layer, Setting, Share, cost
from invledger.model import CostPolicy
from tests.costing.lines import (
    add,
    codes,
    consume,
    hand_back,
    issue,
    left,
    move,
    produce,
    receive,
    return_in,
    return_out,
)

pytestmark = pytest.mark.req("CO-01", "CO-08")
SETTLE = CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1")


def run(lines: list[CostLine], method: str = "fifo", **facts: Any) -> Costed:  # noqa: ANN401  facts
    """Any method for all items, with provenance and without."""
    negative = facts.pop("negative", "refuse")
    policies = {line.item: CostPolicy(method, negative=negative) for line in lines}
    setting = Setting(**facts)
    quick = cost(lines, policies, setting=setting)
    full = cost(lines, policies, provenance=True, setting=setting)
    for name in ("costs", "cited", "true_ups", "pools", "orders", "troubles", "variances"):
        assert getattr(quick, name) == getattr(full, name), name
    return full


def taken_back(quantity: int, cites: int) -> CostLine:
    """Output goes back into the order W1."""
    return CostLine(Kind.CONSUME, "Q", quantity, "Q", "", None, cites, "W1")


def test_the_first_line_s_move_is_undone_at_its_own_cost() -> None:
    """3 moved in advance turn out to cost 3.30; B holds 6 for 9.30 then, of which they leave."""
    lines = [move(3), receive(3, 330), receive(3, 600, "B"), move(3, "B", "A", cites=0)]
    costed = run(lines, "moving-average", negative="provisional", fallback={"P": (100, 1)})
    assert costed.costs == [300, 330, 600, 330]
    assert left(costed, "B") == (3, 570)


def test_an_average_asks_for_no_citation_of_a_move() -> None:
    """Its own line is none that it could undo; layers are asked for by name, and not found."""
    lines = [receive(4, 400), move(2, cites=1)]
    assert codes(run(lines, "moving-average")) == []
    assert codes(run(lines)) == [("citation-unusable", 1)]


def test_goods_that_nobody_knows_a_cost_of_are_worth_nothing() -> None:
    costed = run([return_in(2, -1)])
    assert (costed.costs, codes(costed)) == ([0], [("citation-missing", 0)])
    costed = run([add(100), hand_back(1, -1)])
    assert (costed.costs, codes(costed)) == ([100, 0], [("citation-missing", 1)])
    costed = run([receive(2, None)])
    assert (costed.costs, codes(costed)) == ([0], [("value-missing", 0)])
    costed = run([receive(2, None)], fallback={"P": (7, 2)})
    assert (costed.costs, codes(costed)) == ([7], [])
    costed = run([receive(2, -5)])
    assert (costed.costs, codes(costed)) == ([0], [("value-negative", 0)])


def test_free_goods_go_back_for_nothing() -> None:
    lines = [receive(2, 0), receive(2, 100), return_out(1, 0)]
    costed = run(lines, "moving-average")
    assert (costed.costs[2], costed.cited, left(costed)) == (0, {2: 0}, (3, 100))


def test_what_nothing_says_comes_in_at_the_price_or_at_what_such_goods_cost() -> None:
    lines = [receive(2, 60), receive(1, None)]
    assert run(lines, "standard", standards={0: 80, 1: 40}).costs == [80, 40]
    assert run(lines, "fifo", standards={0: 80, 1: 40}).costs == [60, 30]


@pytest.mark.parametrize(("first", "made"), [((1, 2), 451), ((1, 3), 300)])
def test_output_undone_is_no_portion_of_the_order_any_more(
    first: tuple[int, int], made: int
) -> None:
    """9.01 in; a portion is made, taken back, and made again in halves: the rest is there."""
    lines = [add(901), produce(2), taken_back(2, 1), produce(2), produce(2)]
    costed = run(lines, portions={1: first, 3: (1, 2), 4: (1, 2)})
    assert costed.costs == [901, made, made, 451, 450]
    assert (codes(costed), costed.orders) == ([], {"W1": 0})


def test_output_at_a_price_of_its_own_is_no_portion() -> None:
    lines = [add(901), produce(2, 100), taken_back(2, 1), produce(2), produce(2)]
    costed = run(lines, portions={3: (1, 2), 4: (1, 2)})
    assert costed.costs == [901, 100, 100, 451, 450]
    assert codes(costed) == []


def test_an_estimate_undone_is_no_portion_either() -> None:
    """The weight of an estimate counts at the settlement alone."""
    lines = [add(901), produce(2, 100), taken_back(2, 1), produce(2), produce(2)]
    costed = run(lines, estimates=frozenset({1}), portions={1: (1, 2), 3: (1, 2), 4: (1, 2)})
    assert costed.costs == [901, 100, 100, 451, 450]
    assert codes(costed) == []


def test_an_estimate_undone_was_never_given() -> None:
    """1.00 in, 0.60 out at an estimate and back: all is inside, made of what came in."""
    lines = [add(100), produce(2, 60), taken_back(2, 1)]
    costed = run(lines, estimates=frozenset({1}))
    assert costed.orders == {"W1": 100}
    assert costed.inside == {"W1": (Share(0, 0, 100),)}
    settled = run([*lines, SETTLE], estimates=frozenset({1}))
    assert (settled.cited[3], settled.orders) == (100, {"W1": 0})


def test_an_estimate_in_the_very_first_line_can_be_undone() -> None:
    lines = [produce(2, 60), taken_back(2, 0), add(100)]
    costed = run(lines, estimates=frozenset({0}))
    assert (codes(costed), costed.orders) == ([], {"W1": 100})
    assert costed.inside == {"W1": (Share(2, 0, 100),)}


def test_output_without_an_estimate_of_its_own() -> None:
    """At what such goods cost; where nobody knows, at nothing, and it is told."""
    lines = [add(100), receive(4, 200, "Q", "Q"), produce(2)]
    assert run(lines, estimates=frozenset({2})).costs[2] == 100
    costed = run([add(100), produce(2)], estimates=frozenset({1}))
    assert (costed.costs[1], codes(costed)) == (0, [("cost-estimate-missing", 1)])
    assert dict(costed.troubles[0].args)["pool"] == "Q"


def test_a_settlement_in_the_very_first_line_can_be_undone() -> None:
    lines = [SETTLE, SETTLE._replace(cites=0)]
    assert codes(run(lines)) == [("order-empty", 0)]


def test_a_portion_of_nothing_is_nothing() -> None:
    costed = run([produce(2)], portions={0: (1, 2)})
    assert (costed.costs, codes(costed)) == ([0], [])


def test_an_order_done_without_a_settlement_keeps_nothing() -> None:
    """An estimate of 0.60 stands when the rest of 0.40 is taken: nothing is left to settle."""
    costed = run([add(100), produce(2, 60), produce(1)], estimates=frozenset({1}))
    assert costed.costs == [100, 60, 40]
    assert (costed.orders, costed.inside) == ({"W1": 0}, {"W1": ()})
    settled = run([add(100), produce(2, 60), produce(1), SETTLE], estimates=frozenset({1}))
    assert settled.cited[3] == 0


def test_what_cited_layers_lack_is_told_once() -> None:
    lines = [receive(1, 10), receive(1, 20), receive(9, 900), issue(4, cites=0)]
    costed = run(lines, citations={3: ((0, 2), (1, 2))})
    assert codes(costed) == [("cited-layer-short", 3)]
    args = {"item": "P", "cited": "0", "left": "1", "wanted": "2"}
    assert dict(costed.troubles[0].args) == args


def test_work_goes_into_no_finished_order() -> None:
    costed = run([receive(4, 40), consume(2), produce(1), consume(1), consume(1)])
    assert codes(costed) == [("order-completed", 3)]


# ── settlements ──────────────────────────────────────────────────────────────────────────────────

MADE = [add(100), produce(2, 60), produce(1, 20)]


def told(costed: Costed, at: int) -> list[tuple[int, tuple[Share, ...]]]:
    return [(one[0], one[-1]) for one in costed.settled[at]]


def test_a_settlement_divides_by_estimate() -> None:
    """1.00 for what stood at 0.60 and 0.20: 0.15 and 0.05 more; undone, all is as before."""
    costed = run([*MADE, SETTLE], estimates=frozenset({1, 2}))
    assert (costed.costs[3], costed.cited[3], costed.orders) == (20, 0, {"W1": 0})
    assert costed.pools["Q"].layers == [Layer(1, 2, 75), Layer(2, 1, 25)]
    assert told(costed, 3) == [
        (1, (Share(0, 0, 75), Share(1, -2, -60))), (2, (Share(0, 0, 25), Share(2, -1, -20))),
    ]  # fmt: skip
    assert costed.shares is not None
    assert costed.shares[3] == (Share(3, 0, 20),)
    costed = run([*MADE, SETTLE, SETTLE._replace(cites=3)], estimates=frozenset({1, 2}))
    assert (costed.costs[4], costed.cited[4], costed.orders) == (-20, 0, {"W1": 20})
    assert costed.pools["Q"].layers == [Layer(1, 2, 60), Layer(2, 1, 20)]
    assert told(costed, 4) == [
        (1, (Share(0, 0, -75), Share(1, 2, 60))), (2, (Share(0, 0, -25), Share(2, 1, 20))),
    ]  # fmt: skip
    assert costed.inside == {"W1": (Share(0, 0, 100), Share(1, 0, -60), Share(2, 0, -20))}


def test_a_settlement_divides_by_weight_or_by_pieces() -> None:
    estimates = frozenset({1, 2})
    costed = run([*MADE, SETTLE], estimates=estimates, portions={1: (1, 4), 2: (3, 4)})
    assert [layer.value for layer in costed.pools["Q"].layers] == [25, 75]
    costed = run([*MADE, SETTLE], estimates=estimates, portions={1: (1, 3), 2: (1, 2)})
    assert [layer.value for layer in costed.pools["Q"].layers] == [40, 60]
    costed = run([*MADE, SETTLE], estimates=estimates, portions={1: (1, 4)})
    assert [layer.value for layer in costed.pools["Q"].layers] == [75, 25]
    free = [add(100), produce(3, 0), produce(1, 0), SETTLE]
    costed = run(free, estimates=estimates)
    assert [layer.value for layer in costed.pools["Q"].layers] == [75, 25]


def test_material_and_work_are_settled_apart() -> None:
    """4.00 of material, 1.00 of wages; 3.00 estimated."""
    lines = [receive(4, 400), consume(4), add(100), produce(2, 300), SETTLE, consume(1)]
    facts: dict[str, Any] = {"estimates": frozenset({3}), "negative": "provisional"}
    costed = run(lines[:5], **facts, portions={4: (1, 2)}, materials={4: (1, 1)})
    assert (costed.costs[4], costed.orders) == (150, {"W1": 50})
    assert costed.inside == {"W1": (Share(2, 0, 50),)}
    costed = run(lines[:5], **facts, portions={4: (1, 2)})
    assert (costed.costs[4], costed.orders) == (-50, {"W1": 250})
    assert costed.inside == {"W1": (Share(1, 2, 200), Share(2, 0, 50))}
    costed = run(lines[:5], **facts, portions={4: (1, 1)}, materials={4: (1, 2)})
    assert (costed.costs[4], costed.orders) == (0, {"W1": 200})
    assert codes(run([*lines[:5], receive(1, 9), consume(1)], **facts)) == [("order-completed", 6)]
    parts: tuple[dict[str, Any], ...] = (
        {"portions": {4: (1, 2)}}, {"portions": {4: (1, 1)}, "materials": {4: (1, 2)}},
    )  # fmt: skip
    for facts_of in parts:
        again = run([*lines[:5], receive(1, 9), consume(1)], **facts, **facts_of)
        assert codes(again) == []


def test_a_kind_of_input_below_nothing_is_settled_with_the_other() -> None:
    """4.00 of material less 0.50 taken off: half of 3.50."""
    lines = [receive(4, 400), consume(4), add(-50), SETTLE]
    costed = run(lines, portions={3: (1, 2)}, materials={3: (1, 1)})
    assert (costed.cited[3], costed.orders) == (175, {"W1": 175})
    costed = run([*lines[:2], add(0), SETTLE], portions={3: (1, 2)}, materials={3: (1, 1)})
    assert costed.cited[3] == 400
    costed = run([add(50), *lines[:2], SETTLE], portions={3: (1, 2)}, materials={3: (1, 1)})
    assert (costed.cited[3], costed.orders) == (425, {"W1": 25})


def test_what_made_nothing_is_expensed() -> None:
    costed = run([add(100), SETTLE])
    assert (costed.costs[1], costed.cited[1], costed.orders) == (0, 100, {"W1": 0})
    assert told(costed, 1) == [(-1, (Share(0, 0, 100),))]


def test_output_at_standard_bears_a_variance() -> None:
    lines = [add(100), produce(2, 60), SETTLE]
    costed = run(lines, "standard", estimates=frozenset({1}), standards={1: 50})
    assert (costed.costs, costed.cited[2], costed.variances) == ([100, 50, 0], 0, {1: 10, 2: 40})


def test_only_a_settlement_of_that_order_can_be_undone() -> None:
    undo = SETTLE._replace(cites=0)
    assert codes(run([add(100), undo])) == [("citation-unusable", 1)]
    other = [add(100), SETTLE, SETTLE._replace(cites=1, order="W2")]
    assert codes(run(other)) == [("citation-unusable", 2)]
    twice = [add(100), SETTLE, *[SETTLE._replace(cites=1)] * 2]
    assert codes(run(twice)) == [("citation-unusable", 3)]
    assert run(twice[:3]).orders == {"W1": 100}


def test_an_estimate_in_the_first_line_is_settled() -> None:
    costed = run([produce(2, 60), add(100), SETTLE], estimates=frozenset({0}))
    assert told(costed, 2) == [(0, (Share(1, 0, 100), Share(0, -2, -60)))]
    first = [produce(2, 60), produce(2, 20), add(100), SETTLE]
    costed = run(first, estimates=frozenset({0, 1}))
    assert [one[0] for one in told(costed, 3)] == [0, 1]
    assert sum(part.value for _, parts in told(costed, 3) for part in parts) == 20
