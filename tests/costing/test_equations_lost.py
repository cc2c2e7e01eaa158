"""Losses in a circle, as equations: what is lost, found again, and what then came."""

from __future__ import annotations

import pytest

from invledger.costing import Setting
from invledger.costing.forms import CONSTANT
from tests.costing.lines import add, consume, produce
from tests.costing.test_equations import form, forms

pytestmark = pytest.mark.req("CO-03", "CO-08")


def test_a_loss_undone_in_a_circle_is_all_there_again() -> None:
    """4 A and 0.50 came; a quarter lost and found: all is inside, and all of it came."""
    lines = [consume(4), add(50), add(None), add(None)._replace(cites=2)]
    of = forms(lines, {0: "A"}, Setting(portions={2: (1, 4)}))
    assert {key: -part for key, part in of.of[2].items()} == of.of[3]
    assert of.inside["W1"] == of.came["W1"] == form(A=4, c=50)
    assert of.of[3][CONSTANT] * 4 == 50


def test_a_quarter_of_what_came_is_lost() -> None:
    """4 A and 10.00 came, half of it left as output: lost are 1 A and 2.50 all the same."""
    lines = [consume(4), add(1000), produce(1), add(None)]
    of = forms(lines, {0: "A"}, Setting(portions={2: (1, 2), 3: (1, 4)}))
    assert of.of[3] == form(A=-1, c=-250)
    assert of.inside["W1"] == form(A=1, c=250)
    assert of.came["W1"] == form(A=4, c=1000)
