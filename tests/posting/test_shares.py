"""Shares and quantities of orders as they may be written: how long, how fine."""

from __future__ import annotations

from fractions import Fraction

import pytest

from invledger.posting.production import portion_of
from tests.posting.small import books
from tests.posting.test_production import SUGAR, by, issue, made, settled


@pytest.mark.req("CO-08", "TE-07")
def test_a_share_has_as_many_digits_as_a_number_may_have() -> None:
    ones = "1" * 28
    assert portion_of("0." + ones) == Fraction(int(ones), 10**28)
    assert portion_of("0." + ones + "1") is None


@pytest.mark.req("CO-08", "TE-07")
@pytest.mark.parametrize(("wip", "codes"), [("0.000000001", []), ("0.0000000001", None)])
def test_what_is_in_work_has_at_most_nine_decimals(wip: str, codes: list[str] | None) -> None:
    mine = by(settlement="material-only")
    first = made("80", "P1", price="15.00", estimate="stated")
    found = books(SUGAR, issue("100.000"), first, settled(wip=wip), mine=mine)
    assert found.codes() == (["settlement-unclear"] if codes is None else codes)
