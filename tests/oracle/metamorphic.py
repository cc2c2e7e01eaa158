"""Pairs of histories whose figures must be related in a way known beforehand (RELIABILITY N9)."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from invledger.costing import Costed, CostLine, Kind, Setting, cost
from invledger.model import CostPolicy
from tests.oracle.sequences import history

PERPETUAL = ("fifo", "lifo", "moving-average", "standard")
METHODS = (*PERPETUAL, "periodic-average", "periodic-lifo", "planned", "retail")
STANDARD = 97
STRAIGHT = (1, 1, 2, 2)  # nothing goes from pool to pool: no circles within a period
Lines = list[CostLine]


def costed(lines: Sequence[CostLine], method: str, unit: int = 1) -> Costed:
    """Costs of one item, with a list price of 97 cents a piece, all in one month."""
    standards = {at: line.quantity * STANDARD // unit for at, line in enumerate(lines)}
    policies = {line.item: CostPolicy(method) for line in lines}
    return cost(lines, policies, setting=Setting(standards=standards))


def lines_of(seed: int, method: str) -> Lines:
    kinds = (1, 1, 1, 2, 2, 2, 3, 4, 5) if method in PERPETUAL else STRAIGHT
    return [CostLine(*line) for line in history(seed, kinds=kinds)]


def inserted(lines: Lines, at: int, more: Lines) -> tuple[Lines, list[int]]:
    """The lines with more of them at a place, citations following; and where the old ones are."""
    step = len(more)
    moved = [
        line._replace(cites=line.cites + step) if line.cites >= at else line for line in lines
    ]
    places = [n if n < at else n + step for n in range(len(lines))]
    return [*moved[:at], *more, *moved[at:]], places


def split_receipt(lines: Lines, seed: int, method: str) -> tuple[Lines, list[int], str]:
    """A receipt of an even price comes in two: nothing that leaves costs another cent.

    All prices are made whole cents first, so that no rounding depends on the number of layers.
    """
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    whole = [
        line._replace(value=line.quantity * (line.value // 10)) if line.value is not None else line
        for line in lines
    ]
    cited = {line.cites for line in whole}
    found = [n for n, line in enumerate(whole)
             if line.kind == Kind.RECEIVE and line.quantity > 1 and n not in cited]  # fmt: skip
    if not found:
        return whole, list(range(len(whole))), method
    at = random.choice(found)
    line, part = whole[at], random.randint(1, whole[at].quantity - 1)
    price = (line.value or 0) // line.quantity
    first = line._replace(quantity=part, value=part * price)
    rest = line._replace(quantity=line.quantity - part, value=(line.quantity - part) * price)
    result, places = inserted(whole, at, [first])
    result[at + 1] = rest
    return result, places, method


def reversed_and_again(lines: Lines, seed: int, method: str) -> tuple[Lines, list[int], str]:
    """A receipt that goes back at once changes nothing after it."""
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    at = random.randrange(len(lines) + 1)
    pool = random.choice("ABC")
    quantity, value = random.randint(1, 9), random.randint(0, 1000)
    if method == "standard":
        value = quantity * STANDARD
    more = [
        CostLine(Kind.RECEIVE, "P", quantity, "", pool, value, -1, ""),
        CostLine(Kind.RETURN_OUT, "P", quantity, pool, "", None, at, ""),
    ]
    return (*inserted(lines, at, more), method)


def another_item(lines: Lines, seed: int, method: str) -> tuple[Lines, list[int], str]:
    """Lines of an unrelated item in between change nothing."""
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    places = list(range(len(lines)))
    for _ in range(5):
        at = random.randrange(len(lines) + 1)
        value = random.randint(1, 999)
        line = CostLine(Kind.RECEIVE, "X", random.randint(1, 9), "", "X", value, -1, "")
        lines, moved = inserted(lines, at, [line])
        places = [moved[place] for place in places]
    return lines, places, method


def another_unit(lines: Lines, seed: int, method: str) -> tuple[Lines, list[int], str]:
    """The same goods counted in smaller units cost the same."""
    unit = UNITS[seed % len(UNITS)]
    changed = [line._replace(quantity=line.quantity * unit) for line in lines]
    return changed, list(range(len(lines))), method


def moved_elsewhere(lines: Lines, seed: int, method: str) -> tuple[Lines, list[int], str]:
    """All goods of a pool move to a new one, and all that follows happens there."""
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    at, pool = random.randrange(len(lines) + 1), random.choice("ABC")
    there = 0
    for line in lines[:at]:
        there += (line.target == pool) * line.quantity - (line.source == pool) * line.quantity
    if not there or method not in PERPETUAL:
        return lines, list(range(len(lines))), method
    new = {pool: "Z"}
    later = [
        line._replace(source=new.get(line.source, line.source),
                      target=new.get(line.target, line.target))
        if n >= at else line
        for n, line in enumerate(lines)
    ]  # fmt: skip
    more = [CostLine(Kind.MOVE, "P", there, pool, "Z", None, -1, "")]
    return (*inserted(later, at, more), method)


UNITS = (2, 12, 1000, 10**15)
RELATIONS = (split_receipt, reversed_and_again, another_item, another_unit, moved_elsewhere)
