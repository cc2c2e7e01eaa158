"""What a row that is being recorded may state of price and amount, judged by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import DIGITS_MAX, PRICE_ONE, MovementTable, Row
from invledger.posting import refused_worth
from tests.posting.small import row, rules

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00")
DELIVERY = row("2026-01-06", "sale-delivery", "D1", "10", price="3.00")
CHARGE = row("2026-01-07", "landed-cost", "L1", item="", amount="3.00", ref="R1")
MOVE = row("2026-01-08", "transfer", "T1", "10")


def told(*rows: Row, means: str = "") -> list[tuple[str, dict[str, object], int]]:
    """Code, what is said and line of each finding; `means` is what the rule's price means."""
    rule = rules()[rows[0].type][-1]
    rule = replace(rule, price_means=means) if means else rule
    found = refused_worth(MovementTable.of(list(rows)), rule)
    assert all(one.place.path == rows[0].path for one in found)
    return [(one.code, dict(one.args), one.place.line) for one in found]


@pytest.mark.req("TE-07")
@pytest.mark.parametrize(
    ("nothing", "code"),
    [
        (RECEIPT._replace(price=0), "zero-price"),
        (RECEIPT._replace(price=None, amount=0), "zero-price"),
        (DELIVERY._replace(price=0), "zero-price"),
        (CHARGE._replace(amount=0), "zero-amount"),
    ],
)
def test_nothing_is_paid_only_with_a_reason(nothing: Row, code: str) -> None:
    said = {"id": nothing.id} | ({"item": "COLA"} if code == "zero-price" else {})
    assert told(nothing) == [(code, said, 3)]
    assert told(nothing._replace(reason="gift")) == []


@pytest.mark.req("TE-07")
@pytest.mark.parametrize("sound", [RECEIPT, DELIVERY, CHARGE, MOVE, MOVE._replace(price=0),
                                   RECEIPT._replace(price=None, amount=2000),
                                   RECEIPT._replace(price=None), RECEIPT._replace(amount=0)],
                         ids=str)  # fmt: skip
def test_what_states_a_worth_or_need_not_is_sound(sound: Row) -> None:
    """An amount beside a price is that price's tax or discount: the price is what counts."""
    assert told(sound) == []


@pytest.mark.req("TE-07")
def test_a_document_of_no_value_kind_may_say_nothing() -> None:
    """An invoice is about goods: without an item it states no value of its own."""
    paper = row("2026-01-09", "purchase-invoice", "I1", item="", amount="0.00")
    assert told(paper) == []


@pytest.mark.req("TE-07")
def test_a_worth_of_more_digits_than_a_number_may_have() -> None:
    """A quantity of 1 at 10^28 is a digit too long, at one less it is the longest there is."""
    longest = RECEIPT._replace(quantity=1, price=10**DIGITS_MAX * PRICE_ONE - 1)
    assert told(longest) == []
    longer = longest._replace(price=10**DIGITS_MAX * PRICE_ONE)
    assert told(longest, longer, RECEIPT._replace(price=None)) == [
        ("amount-too-long", {"id": "R1", "limit": "28"}, 3)
    ]
    assert DIGITS_MAX == 28
