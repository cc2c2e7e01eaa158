"""What carries part of a receipt in the reverse walk (`flows`), and walks until they agree.

A walk draws on some things before it comes to them: output of orders that are settled later, lines
and mixes of pools that feed each other. It takes of these what the walk before found, and is
repeated until nothing changes. Output that goes wholly back into its own order would bring
what it found once more with every walk; it is followed round once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeVar

from invledger.model import share

#: Walks until nothing changes any more. Each order that is settled after its output went on takes
#: one; in pools that feed each other every walk brings what went round once more, less each time.
WALKS_MAX = 400
#: So many walks that bring the same output the same once more: it goes round for ever.
ROUNDS_MAX = 16

Found = tuple[int, int]  # the receipt's part: quantity, value


class Known(NamedTuple):
    """The receipt's part in what a walk draws on before it comes to it."""

    outputs: dict[int, Found]
    lines: dict[int, Found]
    mixes: dict[int, Found]


class Search(Protocol):
    """One walk through all lines, and what it found out."""

    def walk(self) -> None: ...

    def found_out(self) -> Known: ...


Walker = TypeVar("Walker", bound=Search)


def agreed(begin: Callable[[Known], Walker]) -> Walker:
    """The walk that found what it had started from; or, at last, one after many."""
    known = Known({}, {}, {})
    first: dict[int, Found] = {}  # of each output, what was found first
    rounds: dict[int, int] = {}  # how often it was so much more
    search = begin(known)
    search.walk()
    for _ in range(WALKS_MAX):
        found = search.found_out()
        for output, (quantity, value) in found.outputs.items():
            before = known.outputs.get(output, (0, 0))
            more = (quantity - before[0], value - before[1])
            rounds[output] = rounds.get(output, 0) + (more == first.setdefault(output, more))
        found.outputs.update({at: first[at] for at, times in rounds.items() if times > ROUNDS_MAX})
        if found == known:
            break
        known, search = found, begin(found)
        search.walk()
    return search


class Carrier:
    """A line or mix through which the receipt goes: what has not been taken out of it yet."""

    __slots__ = ("quantity", "quantity_of", "value", "value_of", "whole")

    def __init__(self, quantity: int, value: int, of: tuple[int, int]) -> None:
        self.quantity, self.value = quantity, value
        self.quantity_of, self.value_of = of  # the receipt's part
        self.whole = (quantity, value, *of)  # before anything was taken out

    def part(self, quantity: int, value: int) -> tuple[int, int]:
        """The receipt's part in so much of what is left."""
        left = (self.quantity, self.value, self.quantity_of, self.value_of)
        return _part(left, quantity, value)

    def part_at_first(self, quantity: int, value: int) -> tuple[int, int]:
        """The receipt's part in so much of it, had nothing been taken out yet."""
        return _part(self.whole, quantity, value)

    def take(self, quantity: int, value: int) -> tuple[int, int]:
        """Take so much out; gives the receipt's part in it."""
        units, cents = self.part(quantity, value)
        self.quantity, self.quantity_of = self.quantity - quantity, self.quantity_of - units
        self.value, self.value_of = self.value - value, self.value_of - cents
        return units, cents

    def add_value(self, value: int, of: tuple[int, int]) -> None:
        """What it carries turns out to be worth more."""
        quantity, worth, units, cents = self.whole
        self.whole = (quantity, worth + value, units + of[0], cents + of[1])
        self.value += value
        self.quantity_of += of[0]
        self.value_of += of[1]

    def hold(self, quantity: int, value: int, of: tuple[int, int]) -> None:
        """A change of policy leaves so much of it."""
        self.quantity, self.value = quantity, value
        self.quantity_of, self.value_of = of


def _part(whole: tuple[int, int, int, int], quantity: int, value: int) -> tuple[int, int]:
    """Pro rata by quantity and by value; by quantity where there is no value."""
    units, worth, units_of, worth_of = whole
    if quantity == units and value == worth:
        return units_of, worth_of
    there = share(units_of, quantity, units) if units else 0
    if worth:
        return there, share(worth_of, value, worth)
    return there, share(worth_of, quantity, units) if units else 0
