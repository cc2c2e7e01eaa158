"""Costed in buckets or in one run: the same, field by field (CO-07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invledger.costing import Costed, CostLine, Kind, Setting, cost
from invledger.costing.buckets import Bucket, components, cost_in_buckets, split_lines
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
