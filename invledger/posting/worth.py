"""What a row states that can be refused by itself, without any other row: `record` asks it.

Zero prices and amounts without a reason, products of more digits than a number may have.
Codes: zero-price, zero-amount, amount-too-long.
"""

from __future__ import annotations

from collections.abc import Iterator

from invledger.model import DIGITS_MAX, PRICE_ONE, MovementTable, Place, Problem, problem
from invledger.posting.rule import Rule


def refused_worth(table: MovementTable, rule: Rule) -> list[Problem]:
    """Problems of rows of one type, each at its place."""
    return [
        problem(code, Place(table.path[at], table.lineno[at]), "", id=table.id[at], **said)
        for at in range(len(table))
        for code, said in _faults(table, at, rule)
    ]


def _faults(table: MovementTable, at: int, rule: Rule) -> Iterator[tuple[str, dict[str, str]]]:
    price, amount, item = table.price[at], table.amount[at], table.item[at]
    is_nothing = price == 0 or (price is None and amount == 0)
    if is_nothing and not table.reason[at]:
        if item and rule.price_means in ("cost", "sale"):
            yield "zero-price", {"item": item}
        elif not item and rule.ledger == "value":
            yield "zero-amount", {}
    if table.quantity[at] * (price or 0) >= 10**DIGITS_MAX * PRICE_ONE:
        yield "amount-too-long", {"limit": str(DIGITS_MAX)}
