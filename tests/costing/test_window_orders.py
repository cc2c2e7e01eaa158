"""Which lines of a work order wait for which: goods and costs that go in for none of each other,
what takes a share or is undone for all before it, and late value for nobody's order.
"""

from __future__ import annotations

import pytest

from invledger.costing import CostLine, Kind, Setting
from tests.costing.lines import add, consume, receive, revalue
from tests.costing.test_window import edges, made, window

pytestmark = pytest.mark.req("CO-05", "CO-08")


def test_what_goes_in_waits_for_nothing_else_that_goes_in() -> None:
    """Be it a cost of nothing."""
    lines = [receive(4, 400), consume(1), add(0), consume(1), made()]
    found = edges(window(lines))
    assert not {(1, 2), (2, 3), (1, 3)} & found
    assert {(1, 4), (2, 4), (3, 4)} <= found


def test_a_loss_by_share_waits_for_all_that_went_in() -> None:
    """And what goes in later for the loss."""
    lines = [receive(4, 400), consume(1), add(None), consume(1), made()]
    found = edges(window(lines, setting=Setting(portions={2: (1, 5)})))
    assert {(1, 2), (2, 3), (3, 4)} <= found


def test_output_of_the_first_line_taken_back_is_waited_for() -> None:
    lines = [
        made(value=50), CostLine(Kind.CONSUME, "Q", 1, "Q", "", None, 0, "W1"),
        receive(2, 200), consume(1), made(),
    ]  # fmt: skip
    assert {(0, 1), (1, 3), (3, 4)} <= edges(window(lines))


def test_late_value_on_output_is_no_part_of_its_order() -> None:
    """What the order takes in later does not wait for it."""
    lines = [
        receive(4, 400), consume(2), made(value=100), revalue(5, 2)._replace(item="Q"), consume(1),
    ]  # fmt: skip
    found = edges(window(lines))
    assert (2, 3) in found
    assert (3, 4) not in found


def test_only_late_value_that_follows_goods_is_waited_for_by_their_order() -> None:
    """Of two on one receipt, the one that goes by what is left of it follows nothing."""
    lines = [receive(4, 400), consume(2), revalue(10, 0), revalue(10, 0), made()]
    found = edges(window(lines, setting=Setting(treats={3: "remaining-share"})))
    assert (2, 4) in found
    assert (3, 4) not in found
