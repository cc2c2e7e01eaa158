"""A pool: goods of one item that share one cost, whatever the method.

A method is one subclass of `Pool` in one file, entered in `methods.METHODS`. The kernel asks a
pool to put slices in, to take slices out, and what it is worth; shortages (goods issued that were
not there) are kept here, the same for every method.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from invledger.costing.interface import Layer, PoolState, Share
from invledger.model import CostPolicy, share


class Slice(NamedTuple):
    """Goods on their way between pools. `parts` is empty unless provenance is asked for."""

    origin: int
    quantity: int
    value: int
    parts: tuple[Share, ...] = ()


class Shortage(NamedTuple):
    """Goods that line `of` issued at the estimate `value` before they were there."""

    of: int
    quantity: int
    value: int


class Pool(ABC):
    """What every method has: an item, a quantity on hand (never below zero), shortages."""

    __slots__ = (
        "item",
        "last_quantity",
        "last_value",
        "mixes",
        "policy",
        "quantity",
        "received",
        "refused",
        "shortages",
        "since",
    )

    #: Whether layers keep their identity in other pools.
    layered: ClassVar[bool] = False
    #: Whether lines must name the goods that leave.
    by_name: ClassVar[bool] = False
    #: Whether goods come and go at standard value.
    at_standard: ClassVar[bool] = False

    def __init__(self, item: str, mixes: list[tuple[Share, ...]] | None = None) -> None:
        self.item = item
        self.mixes = mixes if mixes is not None else []  # of the run; only grows
        self.quantity = 0
        self.last_value = 0  # of `last_quantity` units: the last known unit cost
        self.last_quantity = 0
        self.received = (0, 0)  # value and quantity that came last; kept where estimates ask
        self.shortages: list[Shortage] = []
        self.policy = CostPolicy()
        self.since = 0  # the first line after the last change of policy
        self.refused = False  # a shortage was reported; later ones are its echoes

    @abstractmethod
    def put(self, part: Slice) -> None:
        """Take goods in; the pool is not short."""

    @abstractmethod
    def take(self, quantity: int) -> list[Slice]:
        """Give goods out by the method; `quantity` is on hand."""

    @abstractmethod
    def take_cited(
        self, wanted: Sequence[tuple[int, int]], value: int, stated: Sequence[int] = ()
    ) -> list[Slice]:
        """Give back goods that certain lines brought in, as far as they are there.

        `wanted`: (line, quantity) pairs; `value`: what the cited lines say they are worth;
        `stated`: that of each where it binds layers, too.
        """

    @abstractmethod
    def held(self, origin: int, received: int) -> int:
        """How many of the goods that `origin` brought in count as still here."""

    def counts_in(self, line: int, origin: int) -> bool:
        """Whether `held` counts goods that another line brought among those of `origin`."""
        return max(line, origin) < self.since

    @abstractmethod
    def revalue(self, by: int, origin: int, amount: int) -> int:
        """Change value without quantity; comes back with the part that fits (value >= 0).

        `by` is the line that does it; `origin` the layer, or -1 for the whole pool.
        """

    def give_up(self) -> list[Slice]:
        """All that is on hand, for a pool of another method; this one is used no more."""
        whole = Slice(-1, self.quantity, self.worth(), self.made_of())
        return [whole] if self.quantity else []

    @abstractmethod
    def worth(self) -> int:
        """Value of what is on hand."""

    @abstractmethod
    def layers(self) -> list[Layer]:
        """What is on hand, oldest first."""

    @abstractmethod
    def made_of(self) -> tuple[Share, ...]:
        """Provenance of what is on hand."""

    def unit_cost(self) -> tuple[int, int]:
        """Current unit cost as (value, quantity); (0, 0) where nothing is known."""
        if self.quantity:
            return self.worth(), self.quantity
        return self.last_value, self.last_quantity

    def short(self) -> int:
        """Quantity issued that was not there and has not come yet."""
        return sum(shortage.quantity for shortage in self.shortages)

    def state(self) -> PoolState:
        """The pool as the caller sees it: shortages are layers below zero."""
        below = [Layer(of, -quantity, -value) for of, quantity, value in self.shortages]
        return PoolState(
            self.item,
            self.quantity - self.short(),
            self.worth() + sum(layer.value for layer in below),
            [*self.layers(), *below],
        )


def cut(part: Slice, quantity: int) -> tuple[Slice, Slice]:
    """Cut `quantity` off a slice: the piece and the rest, which keeps the residue."""
    value = share(part.value, quantity, part.quantity)
    parts, rest = cut_parts(part.parts, quantity, value)
    return (
        Slice(part.origin, quantity, value, parts),
        Slice(part.origin, part.quantity - quantity, part.value - value, rest),
    )


def cut_parts(
    parts: Sequence[Share], quantity: int, value: int
) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
    """Divide provenance pro rata so that quantities and values of the piece add up exactly."""
    if not parts:
        return (), ()
    whole, worth = sum(part.quantity for part in parts), sum(part.value for part in parts)
    if quantity == whole and value == worth:
        return tuple(parts), ()
    quantities = apportion([part.quantity for part in parts], quantity)
    if worth or not whole:
        values = apportion([part.value for part in parts], value)
    else:  # the parts cancel out: by quantity
        values = [share(part.value, quantity, whole) for part in parts]
    piece, rest = [], []
    for part, units, cents in zip(parts, quantities, values, strict=True):
        origin, there, amount = part
        if units or cents:
            piece.append(Share(origin, units, cents))
        if units != there or cents != amount:
            rest.append(Share(origin, there - units, amount - cents))
    missing = value - sum(values)
    if missing:  # cents that no part can carry are a residue with a name of their own
        return (
            merge_parts((*piece, Share(-1, 0, missing))),
            merge_parts((*rest, Share(-1, 0, -missing))),
        )
    return tuple(piece), tuple(rest)


def merge_parts(parts: Iterable[Share]) -> tuple[Share, ...]:
    """One share an origin, in order of first appearance; empty ones left out."""
    sums: dict[int, tuple[int, int]] = {}
    for origin, quantity, value in parts:
        before = sums.get(origin, (0, 0))
        sums[origin] = (before[0] + quantity, before[1] + value)
    return tuple(Share(origin, q, v) for origin, (q, v) in sums.items() if q or v)


def apportion(weights: Sequence[int], total: int) -> list[int]:
    """Whole numbers in proportion to the weights that add up to `total`: largest remainder first.

    All zero where the weights cancel out. No part exceeds its weight while total <= sum.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    pairs = [divmod(weight * total, whole) for weight in weights]
    parts = [pair[0] for pair in pairs]
    left = total - sum(parts)
    if left:
        remainders = [abs(pair[1]) for pair in pairs]
        largest = sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)
        for n in largest[:left]:
            parts[n] += 1
    return parts
