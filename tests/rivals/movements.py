"""Movements to compare: chosen hard ones, and generated ones (the same for the same seed)."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction

from tests.rivals.habits import Move

IN, OUT = "purchase-receipt", "sale-delivery"
BACK, UNDO = "sale-return", "purchase-return"
SEED = 20261123

#: name -> movements as (day of January 2026, type, quantity, price or movement cited)
HARD: Mapping[str, tuple[tuple[int, str, int, str, int], ...]] = {
    "even": ((1, IN, 10, "2.00", 0), (2, IN, 10, "3.00", 0), (3, OUT, 15, "0", 0)),
    "thirds": ((1, IN, 3, "10/3", 0), (2, OUT, 1, "0", 0), (3, OUT, 1, "0", 0),
               (4, OUT, 1, "0", 0)),
    "sevenths": ((1, IN, 7, "100/7", 0), (2, IN, 7, "11.03", 0), (3, OUT, 5, "0", 0),
                 (4, OUT, 6, "0", 0)),
    "cheap and many": ((1, IN, 100_000, "0.17", 0), (2, IN, 80_000, "0.23", 0),
                       (3, IN, 70_001, "0.19", 0), (4, OUT, 200_000, "0", 0)),
    "back-dated receipt": ((1, IN, 10, "10.00", 0), (5, OUT, 8, "0", 0), (6, IN, 5, "14.00", 0),
                           (2, IN, 10, "4.00", 0), (7, OUT, 9, "0", 0)),
    "customer return": ((1, IN, 10, "10.00", 0), (2, OUT, 6, "0", 0), (3, IN, 10, "20.00", 0),
                        (4, BACK, 4, "0", 2), (5, OUT, 7, "0", 0)),
    "supplier return": ((1, IN, 10, "10.00", 0), (2, IN, 10, "16.00", 0), (3, OUT, 5, "0", 0),
                        (4, UNDO, 4, "16.00", 2), (5, OUT, 6, "0", 0)),
    "all back, dearer": ((1, IN, 8, "10.00", 0), (2, IN, 4, "16.00", 0), (3, OUT, 10, "0", 0),
                         (4, OUT, 1, "0", 0), (5, UNDO, 1, "10.00", 1)),
    "shortage": ((1, IN, 10, "10.00", 0), (2, OUT, 14, "0", 0), (3, IN, 10, "13.00", 0),
                 (4, OUT, 3, "0", 0)),
    "short twice": ((1, IN, 2, "5.00", 0), (2, OUT, 6, "0", 0), (3, IN, 3, "7.00", 0),
                    (4, IN, 5, "6.00", 0), (5, OUT, 2, "0", 0)),
}  # fmt: skip


def hard() -> dict[str, list[Move]]:
    """The chosen ones, by name."""
    return {
        name: [
            Move(n, f"2026-01-{day:02d}", type_, quantity, Fraction(price), ref)
            for n, (day, type_, quantity, price, ref) in enumerate(lines, 1)
        ]
        for name, lines in HARD.items()
    }


def generated(count: int, length: int = 14) -> dict[str, list[Move]]:
    """Items with random movements; entered by date, never more out than in."""
    chance = random.Random(SEED)  # noqa: S311  for tests, not for secrets
    return {f"generated {number}": _item(chance, length) for number in range(1, count + 1)}


def _item(chance: random.Random, length: int) -> list[Move]:
    moves: list[Move] = []
    there = 0
    for n in range(1, length + 1):
        date = f"2026-02-{n:02d}"
        sold = [m for m in moves if m.type == OUT]
        if there < 4 or chance.random() < 0.45:
            quantity = chance.randint(1, 30)
            price = Fraction(chance.randint(100, 2000), 100)
            moves.append(Move(n, date, IN, quantity, price))
        elif sold and chance.random() < 0.2:
            of = sold[-1]
            back = sum(m.quantity for m in moves if m.ref == of.n)
            if of.quantity == back:
                moves.append(Move(n, date, OUT, 1))
                there -= 1
                continue
            quantity = chance.randint(1, of.quantity - back)
            moves.append(Move(n, date, BACK, quantity, ref=of.n))
        else:
            quantity = chance.randint(1, there)
            moves.append(Move(n, date, OUT, quantity))
            there -= quantity
            continue
        there += quantity
    return moves
