"""A cost object: what a work order has taken in and not yet given, input by input (CO-08)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from invledger.costing.interface import Share
from invledger.costing.pool import cut_parts
from invledger.model import share


class Settlement(NamedTuple):
    """What a settlement took out of a cost object, so that it can be undone."""

    taken: tuple[Share, ...]  # inputs
    given: dict[int, int]  # estimates that it replaced, by line
    spread: tuple[tuple[int, int], ...]  # output line, late value onto it
    completes: bool


@dataclass(slots=True)
class Order:
    """A cost object: value put in and not yet taken out."""

    value: int = 0
    fed: bool = False
    came: int = 0  # all value that was ever put in, less hand-backs; losses do not lower it
    portions: Fraction = Fraction(0)  # of it that output was given, or lost
    completed: bool = False
    refused: bool = False
    parts: dict[int, Share] = field(default_factory=dict)  # inputs not yet taken out, by line
    given: dict[int, int] = field(default_factory=dict)  # output at an estimate, until settled

    @property
    def worth(self) -> int:
        """What its inputs cost that are not taken out yet: estimates are no cost."""
        return self.value + sum(self.given.values())

    def give(self, at: int, value: int) -> None:
        """Output leaves at an estimate; its inputs stay until the order is settled."""
        self.given[at] = value
        self.value -= value

    def take_back(self, at: int, cost: int) -> None:
        """Output at an estimate comes back; what it can no longer give stays to be settled."""
        left = self.given.pop(at) - cost
        if left:
            self.given[at] = left
        self.value += cost

    def made_of(self) -> tuple[Share, ...]:
        """What its value is made of: inputs, less output at an estimate."""
        given = (Share(at, 0, -value) for at, value in self.given.items())
        return (*self.parts.values(), *given)

    def add(self, part: Share) -> None:
        """Put an input in, or with a sign below zero take that very input out."""
        origin, quantity, value = part
        before = self.parts.get(origin)
        if before is not None:
            part = Share(origin, before.quantity + quantity, before.value + value)
        self.parts[origin] = part
        self.value += value
        self.came += value
        self.fed = True

    def restore(self, undone: Settlement) -> None:
        """A settlement undone: inputs and estimates are as before it."""
        for origin, quantity, value in undone.taken:
            before = self.parts.get(origin, Share(origin, 0, 0))
            self.parts[origin] = Share(origin, before.quantity + quantity, before.value + value)
        self.value += sum(part.value for part in undone.taken) - sum(undone.given.values())
        self.given = {**undone.given, **self.given}
        if undone.completes:
            self.completed = False

    def take(self, value: int) -> tuple[Share, ...]:
        """Take value out; comes back with its inputs, pro rata."""
        parts = tuple(self.parts.values())
        quantity = sum(part.quantity for part in parts)
        asked = share(quantity, value, self.worth) if self.worth else quantity
        taken, rest = cut_parts(parts, asked, value)
        self.parts = {part.origin: part for part in rest}
        self.value -= value
        return taken
