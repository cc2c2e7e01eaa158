"""Circles of pools and orders, line by line: the lines of a circle at its exact cost, the rest."""

from __future__ import annotations

from collections import Counter

import pytest

from invledger.costing import Setting, cost
from invledger.model import CostPolicy
from tests.oracle.circles import ITEMS, Certificate, book

pytestmark = pytest.mark.req("CO-03")


def hold(seed: int) -> str:
    """Hold one book against its certificate; what it had in it."""
    of = book(seed)
    policy = CostPolicy("periodic-average", cycles=of.cycles, unit_decimals=of.decimals)
    setting = Setting(periods={"month": [0, of.start]})
    policies = dict.fromkeys(ITEMS.values(), policy)
    costed = cost(of.lines, policies, provenance=seed % 2 > 0, setting=setting)
    certificate = Certificate(of, costed)
    found = Counter(trouble.code for trouble in costed.troubles)
    refused = len(certificate.circles) if of.cycles == "refuse" else 0
    assert found["cycle-refused"] == refused
    assert not found.keys() - {"cycle-refused"}
    assert not costed.true_ups
    certificate.hold()
    return "circle" if certificate.circles else "none"


def test_every_line_of_a_circle() -> None:
    found = Counter(hold(seed) for seed in range(700))
    assert found["circle"] >= 200


@pytest.mark.slow
def test_every_line_of_many_circles() -> None:
    for seed in range(1000, 11_000):
        hold(seed)
