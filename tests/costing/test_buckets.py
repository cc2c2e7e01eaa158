"""Costed in buckets or in one run: the same, field by field (CO-07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invledger.costing import (
    Costed,
    CostLine,
    Kind,
    Layer,
    PoolState,
    Setting,
    Switch,
    Trouble,
    TrueUp,
    cost,
)
from invledger.costing.buckets import (
    Bucket,
    components,
    cost_in_buckets,
    first_lines,
    merge_costed,
    split_lines,
)
from invledger.costing.interface import Rate
from invledger.model import CostPolicy
from tests.costing.lines import add, consume, issue, produce, receive
from tests.costing.test_properties import LINES, METHODS, NEGATIVE

WORDS = str.maketrans("PQ", "RS")


def other_items(lines: Sequence[CostLine]) -> list[CostLine]:
    """The same lines about other items, pools and orders."""
    return [
        line._replace(
            item=line.item.translate(WORDS),
            source=line.source.translate(WORDS),
            target=line.target.translate(WORDS),
            order=line.order.replace("W", "X"),
        )
        for line in lines
    ]


def kernel(buckets: Sequence[Bucket]) -> list[Costed]:
    return [cost(b.lines, b.policies, setting=b.setting) for b in buckets]


@pytest.mark.req("CO-07")
@settings(max_examples=100)
@given(LINES, LINES, METHODS, NEGATIVE, st.integers(1, 4))
def test_buckets_give_what_one_run_gives(
    first: list[CostLine], second: list[CostLine], method: str, negative: str, count: int
) -> None:
    """Two sets of items, mixed line by line: split, costed apart, merged, nothing differs."""
    mixed: list[CostLine] = []
    for at in range(max(len(first), len(second))):
        for lines in (first, other_items(second)):
            if at < len(lines):
                old = lines[at].cites
                mixed.append(lines[at]._replace(cites=min(old, 60)))
    policies = {item: CostPolicy(method, negative=negative) for item in "PQRS"}
    whole = cost(mixed, policies)
    apart = cost_in_buckets(mixed, policies, Setting(), count, kernel)
    for field in fields(Costed):
        if field.name == "sequence":  # serves provenance
            continue
        assert getattr(apart, field.name) == getattr(whole, field.name), field.name


@pytest.mark.req("CO-07", "CO-08")
def test_what_moves_value_ties_items() -> None:
    """P is consumed by W1 and Q comes out of it: one component. R stands alone."""
    lines = [
        receive(5, 500),
        receive(3, 90, "C", "R"),
        consume(5),
        add(100),
        produce(1),
        issue(1, "C", item="R"),
    ]
    assert components(lines, Setting()) == [0, 1, 0, 0, 0, 1]
    buckets = split_lines(lines, {}, Setting(), 2)
    assert [list(b.numbers) for b in buckets] == [[0, 2, 3, 4], [1, 5]]
    assert len(split_lines(lines, {}, Setting(), 9)) == 2


def test_what_a_line_knows_travels_with_it() -> None:
    """Sparse facts keep their line, period starts their place, whatever bucket they land in."""
    lines = [receive(5, 500), receive(3, 90, "C", "R"), issue(2), issue(1, "C", item="R")]
    setting = Setting(
        standards={2: 20, 3: 30}, citations={3: ((1, 1),)}, periods={"month": [0, 3]}
    )
    first, second = split_lines(lines, {}, setting, 2)
    assert list(first.numbers) == [0, 2]
    assert list(second.numbers) == [1, 3]
    assert (first.setting.standards, second.setting.standards) == ({1: 20}, {1: 30})
    assert second.setting.citations == {1: ((0, 1),)}
    assert (first.setting.periods["month"], second.setting.periods["month"]) == ([0, 2], [0, 1])


def test_every_line_is_in_one_bucket() -> None:
    lines = [CostLine(Kind.RECEIVE, f"I{n % 7}", 1, "", f"I{n % 7}", n, -1, "") for n in range(50)]
    buckets = split_lines(lines, {}, Setting(), 3)
    assert sorted(at for bucket in buckets for at in bucket.numbers) == list(range(50))
    assert max(len(b.numbers) for b in buckets) <= 22  # 7 items of 7 or 8 lines: 3 + 2 + 2


def test_parts_are_merged_field_by_field() -> None:
    """Line n of a part is line `numbers[n]` of the whole, wherever a figure names one."""
    none = Setting()
    first = Bucket([1, 3], [], {}, none)
    second = Bucket([0, 2], [], {}, none)
    one = Costed(
        costs=[5, 7], cited={0: 1}, true_ups=[TrueUp(1, 0, 2, 3)],
        pools={"A": PoolState("P", 2, 9, [Layer(1, 1, 5), Layer(-1, 1, 4), Layer(0, 0, 0)])},
        orders={"W1": 4},
        troubles=[Trouble("x", 1, (("item", "P"), ("cited", "0"))),
                  Trouble("y", 1, (("cited", "2"),))],
        revalued={1: [("A", 3)]}, variances={0: 6}, followed={1: [("W1", 2)]},
        capitalised={1: [(0, 8)]}, rates=[Rate("B", 1, 2, 3), Rate("A", 1, 5, 6)],
        switched=[(1, "A", 2, 3)], provisional=frozenset({1}), unfit={1: 4},
    )  # fmt: skip
    other = Costed(
        costs=[11, 13], cited={}, true_ups=[TrueUp(0, 1, 1, 1)], pools={}, orders={},
        troubles=[Trouble("z", 1)], rates=[Rate("C", 0, 1, 1)], switched=[(0, "C", 1, 2)],
        provisional=frozenset({0}),
    )  # fmt: skip
    whole = merge_costed(5, [(first, one), (second, other)])
    assert whole.costs == [11, 5, 13, 7, 0]
    assert (whole.cited, whole.variances) == ({1: 1}, {1: 6})
    assert whole.true_ups == [TrueUp(0, 2, 1, 1), TrueUp(3, 1, 2, 3)]
    layers = [Layer(3, 1, 5), Layer(-1, 1, 4), Layer(1, 0, 0)]
    assert whole.pools == {"A": PoolState("P", 2, 9, layers)}
    assert whole.orders == {"W1": 4}
    assert whole.troubles == [
        Trouble("z", 2), Trouble("x", 3, (("item", "P"), ("cited", "1"))),
        Trouble("y", 3, (("cited", "5"),)),  # beyond the last line, as before
    ]  # fmt: skip
    assert (whole.revalued, whole.followed) == ({3: [("A", 3)]}, {3: [("W1", 2)]})
    assert (whole.capitalised, whole.unfit) == ({3: [(1, 8)]}, {3: 4})
    assert whole.rates == [Rate("C", 0, 1, 1), Rate("A", 1, 5, 6), Rate("B", 1, 2, 3)]
    assert whole.switched == [(0, "C", 1, 2), (1, "A", 2, 3)]
    assert whole.provisional == {0, 3}


def test_provenance_is_not_merged() -> None:
    with pytest.raises(ValueError, match="over all lines"):
        merge_costed(1, [(Bucket([0], [], {}, Setting()), Costed([1], {}, [], {}, {}, [], []))])


def test_a_document_ties_what_it_cites() -> None:
    lines = [
        receive(1, 1),
        receive(1, 1, "C", "R"),
        CostLine(Kind.REVALUE, "", 0, "", "", 2, -1, ""),
    ]
    assert components(lines, Setting(citations={2: ((0, 1), (1, 1))})) == [0, 0, 0]
    assert components(lines, Setting()) == [0, 1, 2]


def test_facts_of_lines_and_items_go_to_their_part() -> None:
    lines = [receive(5, 500), receive(3, 90, "C", "R"), issue(2, cites=0),
             issue(1, "C", cites=1, item="R"), issue(1, "C", cites=9, item="R")]  # fmt: skip
    change = Switch(3, "R", CostPolicy())
    setting = Setting(
        stated={1: 7, 2: 8}, backdated=frozenset({0, 1}), fallback={"P": (1, 1), "R": (2, 1)},
        unit_shift={"P": 2, "R": 3}, switches=[change], periods={"month": [2, 9]},
    )  # fmt: skip
    policies = {"R": CostPolicy(), "P": CostPolicy("fifo"), "X": CostPolicy()}
    second, first = split_lines(lines, policies, setting, 2)
    assert [line.cites for line in first.lines] == [-1, 0]
    assert [line.cites for line in second.lines] == [-1, 0, 9 - 2]
    assert (first.policies, second.policies) == ({"P": policies["P"]}, {"R": policies["R"]})
    assert (first.setting.stated, second.setting.stated) == ({1: 8}, {0: 7})
    assert first.setting.backdated == second.setting.backdated == frozenset({0})
    assert (first.setting.fallback, second.setting.fallback) == ({"P": (1, 1)}, {"R": (2, 1)})
    assert first.setting.unit_shift == second.setting.unit_shift == {"P": 2, "R": 3}
    assert (first.setting.switches, second.setting.switches) == (
        [change._replace(before=2)], [change._replace(before=1)],
    )  # fmt: skip
    assert (first.setting.periods, second.setting.periods) == (
        {"month": [1, 2]},
        {"month": [1, 3]},
    )


def test_the_first_lines_know_what_concerns_them() -> None:
    change = Switch(3, "R", CostPolicy())
    setting = Setting(
        standards={0: 1, 1: 2, 2: 3}, citations={1: ((0, 1),), 2: ((0, 1),)},
        estimates=frozenset({1, 2}), periods={"month": [0, 1, 2]}, switches=[change],
        fallback={"P": (1, 1)},
    )  # fmt: skip
    assert first_lines(setting, 2) == Setting(
        standards={0: 1, 1: 2}, citations={1: ((0, 1),)}, estimates=frozenset({1}),
        periods={"month": [0, 1]}, switches=[change], fallback={"P": (1, 1)},
    )  # fmt: skip
