"""What another system's habits do to cost, in exact fractions: each can be switched off.

With all of Tryton's habits on, these few lines give Tryton's own figures (that is checked against
the real one); with all off, the exact cost by our rules before any rounding. What a figure changes
when one habit after the other goes is the reason for the difference, and the reasons add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from invledger.model import divide_rounded

ENTERED = "costed in the order of entry"
AVERAGED = "what is left counts at an average kept beside the layers"
RETURNED = "customer returns come in at the average of the day"
SHORT = "a shortage is repriced, its gap booked nowhere"
OLDEST = "a return to the supplier takes the oldest layer"
SURPLUS = "a return to the supplier may leave value without goods"
ROUNDED = "unit cost kept to four decimals"
HABITS = (ENTERED, AVERAGED, RETURNED, SHORT, OLDEST, SURPLUS, ROUNDED)
UNIT_DECIMALS = 4


class Move(NamedTuple):
    """One movement, in the order of entry; `price` is per unit, exact."""

    n: int
    date: str
    type: str
    quantity: int
    price: Fraction = Fraction()
    ref: int = 0


class Outcome(NamedTuple):
    """Cost of sales (returns less, true-ups and gaps of returns included), and what is left."""

    cost: Fraction
    closing: Fraction


@dataclass(slots=True)
class Layer:
    """What came in at once; `left` of it is still there."""

    date: str
    n: int
    left: int
    price: Fraction


@dataclass(slots=True)
class Shop:
    """One item under some habits."""

    method: str
    habits: frozenset[str]
    quantity: int = 0
    unit: Fraction = Fraction()  # the average
    last: Fraction = Fraction()  # under FIFO: unit cost of the last layer that an issue took
    cost: Fraction = Fraction()
    layers: list[Layer] = field(default_factory=list)
    gaps: list[Layer] = field(default_factory=list)  # issued, not there yet, at the estimate
    issued: dict[int, Fraction] = field(default_factory=dict)  # unit cost by movement

    def run(self, moves: Iterable[Move]) -> Outcome:
        """Everything, one after the other."""
        order = list(moves)
        if ENTERED not in self.habits:
            order.sort(key=lambda move: move.date)
        for move in order:
            _ACTIONS[move.type](self, move)
        return Outcome(self.cost, self.closing())

    def closing(self) -> Fraction:
        """What is left, by layers less what is owed to them, or at the average."""
        if self.method != "fifo" or AVERAGED in self.habits:
            return self.quantity * self.unit
        if self.quantity < 0 and SHORT in self.habits:
            return self.quantity * self.unit
        newest = sorted(self.layers, key=lambda layer: (layer.date, layer.n), reverse=True)
        there, left = Fraction(), max(self.quantity, 0)
        for layer in newest:
            part = min(layer.left, left)
            left -= part
            there += part * layer.price
        return there - sum((gap.left * gap.price for gap in self.gaps), Fraction())

    def kept(self, unit: Fraction) -> Fraction:
        """A unit cost as it is kept."""
        if ROUNDED not in self.habits:
            return unit
        scaled = unit * 10**UNIT_DECIMALS
        # Tryton's round_price rounds half to even.
        return Fraction(round(scaled), 10**UNIT_DECIMALS)

    def average_in(self, quantity: int, price: Fraction) -> None:
        """The average after goods came in (or, below zero, went out) at a price of their own."""
        after = self.quantity + quantity
        if after > 0 and self.quantity >= 0:
            self.unit = self.kept((self.unit * self.quantity + price * quantity) / after)
        elif quantity > 0:
            self.unit = self.kept(price)


def _receive(shop: Shop, move: Move) -> None:
    price = shop.kept(move.price)
    arrived = Layer(move.date, move.n, move.quantity, price)
    if SHORT not in shop.habits:
        _fill(shop, arrived)
        shop.layers.append(arrived)
        if shop.quantity < 0:  # what is left of a shortage keeps its estimate
            shop.quantity += move.quantity
            shop.unit = price if shop.quantity >= 0 else shop.unit
            return
    else:
        shop.layers.append(arrived)
    shop.average_in(move.quantity, price)
    shop.quantity += move.quantity


def _fill(shop: Shop, arrived: Layer) -> None:
    while shop.gaps and arrived.left:
        gap = shop.gaps[0]
        part = min(gap.left, arrived.left)
        gap.left -= part
        arrived.left -= part
        shop.cost += part * (arrived.price - gap.price)
        if not gap.left:
            shop.gaps.pop(0)


def _issue(shop: Shop, move: Move) -> None:
    if shop.method == "fifo":
        unit = _issue_layers(shop, move)
    else:
        unit = shop.unit
        short = move.quantity - max(shop.quantity, 0)
        if short > 0 and SHORT not in shop.habits:
            shop.gaps.append(Layer(move.date, move.n, min(short, move.quantity), unit))
    unit = shop.kept(unit)
    shop.issued[move.n] = unit
    shop.cost += unit * move.quantity
    shop.quantity -= move.quantity


def _issue_layers(shop: Shop, move: Move) -> Fraction:
    """Unit cost of goods out of the oldest layers; of what is not there, as the habit is."""
    taken = _oldest(shop, move.quantity)
    count = sum(part for part, _ in taken)
    worth = sum((part * price for part, price in taken), Fraction())
    unit = worth / count if count else shop.unit
    if SHORT not in shop.habits and move.quantity > count:
        last = taken[-1][1] if taken else shop.last
        short = move.quantity - count
        shop.gaps.append(Layer(move.date, move.n, short, last))
        unit = (worth + short * last) / move.quantity
    _average_out(shop, move.quantity, unit)
    shop.last = taken[-1][1] if taken else shop.last
    return unit


def _average_out(shop: Shop, quantity: int, unit: Fraction) -> None:
    after = shop.quantity - quantity
    if after > 0 and shop.quantity >= 0:
        shop.unit = shop.kept((shop.unit * shop.quantity - unit * quantity) / after)


def _oldest(shop: Shop, quantity: int) -> list[tuple[int, Fraction]]:
    """Oldest first, as far as goods are there; what the layers hold too much is skipped."""
    layers = sorted(shop.layers, key=lambda layer: (layer.date, layer.n))
    surplus = sum(layer.left for layer in layers) - max(shop.quantity, 0)
    taken: list[tuple[int, Fraction]] = []
    for layer in layers:
        skipped = min(layer.left, max(surplus, 0)) if OLDEST in shop.habits else 0
        surplus -= skipped
        part = min(layer.left - skipped, quantity)
        if part <= 0:
            continue
        layer.left -= part
        quantity -= part
        taken.append((part, layer.price))
    return taken


def _return_in(shop: Shop, move: Move) -> None:
    if RETURNED in shop.habits:
        unit = shop.unit
        if shop.method == "fifo":
            shop.average_in(move.quantity, unit)
    else:
        unit = shop.issued[move.ref]
        if shop.method != "fifo":
            shop.average_in(move.quantity, unit)
    shop.layers.append(Layer(move.date, move.n, move.quantity, unit))
    shop.cost -= unit * move.quantity
    shop.quantity += move.quantity


def _return_out(shop: Shop, move: Move) -> None:
    """Goods back to the supplier at the price of their receipt."""
    price = shop.kept(move.price)
    worth = shop.unit * shop.quantity
    if shop.method == "fifo" and OLDEST not in shop.habits:
        own = [layer for layer in shop.layers if layer.n == move.ref]
        others = sorted(
            (layer for layer in shop.layers if layer.n != move.ref),
            key=lambda layer: (layer.date, layer.n),
        )
        left, gone = move.quantity, Fraction()
        for layer in (*own, *others):
            part = min(layer.left, left)
            layer.left -= part
            left -= part
            gone += part * layer.price
        shop.cost += gone - price * move.quantity
    elif shop.method == "fifo" or SURPLUS in shop.habits:
        _average_out(shop, move.quantity, price)
    else:
        gone = min(price * move.quantity, worth)
        gone = worth if shop.quantity == move.quantity else gone
        shop.cost += gone - price * move.quantity
        if shop.quantity > move.quantity:
            shop.unit = shop.kept((worth - gone) / (shop.quantity - move.quantity))
    shop.quantity -= move.quantity


_ACTIONS = {
    "purchase-receipt": _receive,
    "sale-delivery": _issue,
    "sale-return": _return_in,
    "purchase-return": _return_out,
}


def outcome(method: str, moves: Sequence[Move], habits: Iterable[str]) -> Outcome:
    """Cost and closing value of one item under some habits."""
    return Shop(method, frozenset(habits)).run(moves)


def reasons(method: str, moves: Sequence[Move]) -> list[tuple[str, Outcome]]:
    """What each habit does to the cost and to what is left, switched off one after the other."""
    on = list(HABITS)
    before = outcome(method, moves, on)
    found = []
    for habit in HABITS:
        on.remove(habit)
        after = outcome(method, moves, on)
        change = Outcome(before.cost - after.cost, before.closing - after.closing)
        if any(change):
            found.append((habit, change))
        before = after
    return found


def cents(exact: Fraction) -> str:
    """Money to the cent, half away from zero."""
    scaled = exact * 100
    digits = divide_rounded(scaled.numerator, scaled.denominator)
    sign, text = ("-" if digits < 0 else ""), str(abs(digits)).rjust(3, "0")
    return f"{sign}{text[:-2]}.{text[-2:]}"
