"""Yes and no in rules: how they are written, and what they are not."""

from __future__ import annotations

import pytest

from invledger.posting import read_rule
from tests.posting.small import document

RULE = """\
type: own
title: 自定
from: available
to: other
voucher:
  lines:
    - {debit: selling-expense, amount: cost, red: "%s"}
    - {credit: inventory, amount: cost, red: "%s"}
"""


@pytest.mark.req("CF-01")
@pytest.mark.parametrize(("word", "is_red"), [("true", 1), ("false", 0), ("yes", 1), ("no", 0)])
def test_yes_and_no_are_said_in_two_ways(word: str, is_red: int) -> None:
    [rule], problems = read_rule(document("rules/movements/own.yaml", RULE % (word, word)))
    assert problems == []
    assert [line.red for line in rule.lines] == [bool(is_red)] * 2


@pytest.mark.req("CF-01", "TE-07")
def test_a_list_is_no_yes_and_no_no() -> None:
    text = RULE.replace('"%s"', "[yes]", 1) % "no"
    made, problems = read_rule(document("rules/movements/own.yaml", text))
    assert list(made) == []
    assert [(one.code, dict(one.args)["value"], one.place.line) for one in problems] == [
        ("yaml-bad-value", "list", 7)
    ]
