"""FIFO and LIFO against beancount's own booking: the same lots, quantities and costs leave.

Every receipt is a lot labelled with its line, so that equal prices stay apart. Issues are `{}`
reductions; beancount chooses the lots. Returns to the supplier name their lot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from beancount.core.amount import Amount
from beancount.core.data import Transaction
from beancount.core.position import Cost
from beancount.loader import load_string

from invledger.costing import CostLine, Kind, cost
from invledger.model import CostPolicy, divide_rounded

HEAD = """
option "inferred_tolerance_default" "CNY:0.01"
2020-01-01 open Assets:Stock "{booking}"
2020-01-01 open Equity:Other
"""


def movements(seed: int, price_decimals: int, method: str) -> Iterator[tuple[str, int, int, int]]:
    """(kind, quantity, price, cited) of about thirty movements that are possible in order."""
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    lots: dict[int, int] = {}
    for n in range(30):
        quantity = random.randint(1, 12)
        on_hand = sum(lots.values())
        if random.random() < 0.45 or not on_hand:
            # few different prices, so that equal lots meet
            price = random.randint(1, 4) * 10**price_decimals + random.randint(0, 3)
            lots[n] = quantity
            yield "receive", quantity, price, -1
        elif random.random() < 0.2:
            cited = random.choice([lot for lot, left in lots.items() if left])
            quantity = min(quantity, lots[cited])
            lots[cited] -= quantity
            yield "return", quantity, 0, cited
        else:
            quantity = left = min(quantity, on_hand)
            for lot, there in sorted(lots.items(), reverse=method == "lifo"):
                part = min(left, there)
                lots[lot] = there - part
                left -= part
            yield "issue", quantity, 0, -1


def ledger_and_lines(
    seed: int, price_decimals: int, method: str
) -> tuple[str, list[CostLine]]:
    """The same movements as a beancount ledger and as lines for the kernel."""
    text, lines = [HEAD.format(booking=method.upper())], list[CostLine]()
    for n, (kind, quantity, price, cited) in enumerate(movements(seed, price_decimals, method)):
        day = date(2026, 1, 1) + timedelta(n)
        shown = Decimal(price).scaleb(-price_decimals)
        cost_text, signed = f'{{{shown} CNY, "M{n}"}}', quantity
        if kind == "receive":
            cents = divide_rounded(quantity * price * 100, 10**price_decimals)
            lines.append(CostLine(Kind.RECEIVE, "P", quantity, "", "A", cents, -1, ""))
        else:
            cost_text, signed = f'{{"M{cited}"}}' if cited >= 0 else "{}", -quantity
            out = Kind.RETURN_OUT if cited >= 0 else Kind.ISSUE
            lines.append(CostLine(out, "P", quantity, "A", "", None, cited, ""))
        text.append(f'{day} * "{n}"\n  Assets:Stock {signed} ITEM {cost_text}\n  Equity:Other\n')
    return "\n".join(text), lines


def lots_out(text: str) -> list[dict[int, tuple[int, Decimal]]]:
    """By transaction: {lot: (quantity, cost)} that beancount moved."""
    entries, errors, _ = load_string(text)
    assert not errors, errors[0]
    result = []
    for entry in entries:
        if isinstance(entry, Transaction):
            moved: dict[int, tuple[int, Decimal]] = {}
            for posting in entry.postings:
                units, lot = posting.units, posting.cost
                if isinstance(units, Amount) and isinstance(lot, Cost):
                    assert units.number is not None
                    assert lot.label is not None
                    total = abs(units.number * lot.number)
                    moved[int(lot.label[1:])] = (abs(int(units.number)), total)
            result.append(moved)
    return result


def compare(seed: int, price_decimals: int, cents_off: int, method: str) -> None:
    text, lines = ledger_and_lines(seed, price_decimals, method)
    costed = cost(lines, {"P": CostPolicy(method)}, provenance=True)
    assert not costed.troubles
    assert costed.shares is not None
    left: Counter[int] = Counter()
    for at, moved in enumerate(lots_out(text)):
        shares = {share.origin: share for share in costed.shares[at]}
        assert {lot: share.quantity for lot, share in shares.items()} == {
            lot: quantity for lot, (quantity, _) in moved.items()
        }, f"seed {seed}, line {at}"
        for lot, (quantity, total) in moved.items():
            assert abs(shares[lot].value - total * 100) <= cents_off, f"seed {seed}, line {at}"
            left[lot] += quantity if lines[at].kind == Kind.RECEIVE else -quantity
    layers = {layer.origin: layer.quantity for layer in costed.pools["A"].layers}
    assert layers == {lot: quantity for lot, quantity in left.items() if quantity}


METHODS = pytest.mark.parametrize("method", ["fifo", "lifo"])


@METHODS
@pytest.mark.req("CO-02", "CO-04")
def test_whole_cents_agree_exactly(method: str) -> None:
    """Prices of two decimals: same lots, same quantities, same cents, 100 ledgers in all."""
    for seed in range(50):
        compare(seed, price_decimals=2, cents_off=0, method=method)


@METHODS
@pytest.mark.req("CO-02", "CO-04")
def test_fractions_of_cents_differ_by_the_residue_only(method: str) -> None:
    """Prices of four decimals: same lots and quantities; a lot's cents off by at most one."""
    for seed in range(100, 120):
        compare(seed, price_decimals=4, cents_off=1, method=method)


@pytest.mark.slow
@METHODS
@pytest.mark.req("CO-02", "CO-04")
def test_two_thousand_ledgers(method: str) -> None:
    for seed in range(1000, 3000):
        compare(seed, price_decimals=2, cents_off=0, method=method)
