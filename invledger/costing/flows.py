"""Where a receipt went: reads what `cost(…, provenance=True)` kept.

Shares that name the receipt are exact. Through a line that only hands goods on (an issue that is
returned, a work order, a numbered mix of an average) its part is divided as the goods go: pro
rata of what is left, and whoever takes the last takes the rest. So nothing is lost or doubled:
receipt + late value + what came back = what left + what is on hand, in units and in cents.

A retrospective change of policy makes the goods on hand others than those that the lines before
it left: the receipt's part in them before and after it differ, and so do goods that fill at a
change what a joined pool owed. The difference is `Flows.restated`. What goods on hand are made
of after a retrospective change, the lines costed again say.

Output of a work order at an estimate is, once the order is settled, what its inputs were: a
receipt that the order consumed flows on into it and wherever it went, by its quantity, also
before the settlement came. The late value of a settlement is part of that output, no flow. In
pools that feed each other a walk draws on what it finds out later; walks are repeated until they
agree (see `carrying`), and then every cent that went round came from where it is.

A receipt's part is what all receipts of its item up to it carry together, less what those before
it do: so the parts of all of them add up to what each line carries, piece by piece, however often
an average was divided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from invledger.costing.carrying import Carrier, Found, Known, agreed
from invledger.costing.interface import (
    INTO_POOL,
    OUT_OF_POOL,
    Costed,
    CostLine,
    Kind,
    Restated,
    Share,
)
from invledger.model import share


class Flow(NamedTuple):
    """What a line carries of a receipt: in the units of the receipt, and in money.

    `way`: -1 out of stock, 1 into stock (again), 0 from place to place. A late value that cites
    the receipt is a flow of its own, quantity 0, way 1. `via`: the line through which most of it
    came here; -1 where it came straight from the receipt.
    """

    line: int
    quantity: int
    value: int
    way: int
    via: int = -1


class Flows(NamedTuple):
    """Lines in order, and as (quantity, value) what is on hand and in work orders at the end.

    What the line brought in + the flows, each times its way, + `restated` (what changes of policy
    made of it: more of the receipt on hand where positive) + `left_behind` (value that a line
    which left at a stated cost put onto what stayed) = on hand.
    """

    lines: list[Flow]
    on_hand: tuple[int, int]
    in_orders: tuple[int, int]
    restated: tuple[int, int] = (0, 0)
    left_behind: int = 0


def flows_into(costed: Costed, lines: Sequence[CostLine], index: int) -> Flows:
    """The lines whose cost rests on line `index`, which brings value in, and what is left of it.

    Late values (REVALUE) that cite the line are followed with it. Goods that pass several lines
    (moved, issued, returned, issued again) appear once a line. A MOVE brings nothing in: its
    goods keep the names of their receipts. Raises ValueError where no provenance was kept.
    """
    if costed.shares is None or costed.held is None or costed.inside is None:
        raise ValueError("costs were computed without provenance")
    alone = _walked(costed, lines, frozenset({index}))
    found, via = alone.sums(), alone.via
    before = _before(lines, index)
    if before:
        both = _walked(costed, lines, before | {index})
        found, via = both.sums(), {**both.via, **via}
        for key, (units, cents) in _walked(costed, lines, before).sums().items():
            there = found.get(key, (0, 0))
            found[key] = (there[0] - units, there[1] - cents)
    on_hand, in_orders, restated = (found.pop((-1, n), (0, 0)) for n in range(3))
    flows = [
        Flow(at, quantity, value, way, via.get(at, -1))
        for (at, way), (quantity, value) in sorted(found.items())
        if quantity or value
    ]
    left_behind = 0
    if lines[index].kind in OUT_OF_POOL:
        own = (part for part in costed.shares[index] if part.origin == index)
        left_behind = -sum(part.value for part in own if not part.quantity)
    return Flows(flows, on_hand, in_orders, restated, left_behind)


def _before(lines: Sequence[CostLine], index: int) -> frozenset[int]:
    """Receipts of the same item before a receipt."""
    kind, item = lines[index].kind, lines[index].item
    if kind != Kind.RECEIVE:
        return frozenset()
    return frozenset(at for at in range(index) if (lines[at].kind, lines[at].item) == (kind, item))


def _walked(costed: Costed, lines: Sequence[CostLine], sources: frozenset[int]) -> _Search:
    return agreed(lambda known: _Search(costed, lines, sources, known))


def _renaming(costed: Costed, lines: Sequence[CostLine]) -> set[int]:
    """Moves whose goods are named after them from there on, no more after their receipts. What
    comes back of a move by its citation has its name, too, and says nothing of the rest.
    """
    pairs = zip(lines, costed.shares or (), strict=False)  # lines of before a change: fewer
    taken = (parts for line, parts in pairs if line.kind in OUT_OF_POOL)
    known = (*(costed.mixes or ()), *taken, *(costed.held or {}).values())
    drawn = {origin for parts in known for origin, _, _ in parts}
    return {at for at in drawn if 0 <= at < len(lines) and lines[at].kind == Kind.MOVE}


class _Search:
    """Goes through the lines in order, with a carrier for each that has a part of `sources`."""

    def __init__(
        self,
        costed: Costed,
        lines: Sequence[CostLine],
        sources: frozenset[int],
        known: Known,
    ) -> None:
        self.costed, self.lines, self.sources = costed, lines, sources
        self.known = known  # as the walk before found it
        self.outputs = known.outputs
        self.made: dict[int, Found] = {}  # outputs, as this walk finds them
        self.done: set[int] = set()
        self.early: set[int] = set()  # lines that were drawn on before their turn
        self.round: dict[int, Found] = {}  # these lines, as this walk finds them
        self.round_mixes: dict[int, Found] = {}  # mixes that hold of themselves
        self.undone = {lines[at].cites for at in costed.settled if lines[at].cites >= 0}
        self.found: dict[tuple[int, int], tuple[int, int]] = {}  # by line and way
        self.carriers: dict[int, Carrier] = {}
        self.restated = (0, 0)
        self.renaming = _renaming(costed, lines)
        self.past = [change.mixes[2:] for change in costed.restated]
        self.behind: dict[int, Carrier] = {}  # what lines at a stated cost left in the pool
        self.via: dict[int, int] = {}  # by line, the carrier of most
        self.mixes: list[Carrier] = []  # as far as looked at
        self.names = {
            at
            for at, line in enumerate(lines)
            if line.kind == Kind.REVALUE and line.cites in sources and at > line.cites
        }
        # onto other receipts, too, or to goods that it followed
        self.names -= {
            at
            for at, to in costed.capitalised.items()
            if lines[at].cites in dict(to) or costed.variances.get(at)
        }
        self.names |= sources
        self.names |= {-2 - mix for mix, of in costed.late_mixes.items() if of in sources}
        self.short = {true_up.of for true_up in costed.true_ups}
        self.fills: dict[int, list[int]] = {}  # true-ups by the line that filled
        for number, true_up in enumerate(costed.true_ups):
            self.fills.setdefault(true_up.at, []).append(number)

    def walk(self) -> None:
        """Through all lines, with the changes of policy in their places."""
        changes, shares = list(reversed(self.costed.restated)), self.costed.shares or []
        for number, at in enumerate(self.costed.sequence or range(len(self.lines))):
            while changes and changes[-1].after <= number:
                self.change(changes.pop())
            self.line(at, shares[at])
        for change in reversed(changes):
            self.change(change)

    def line(self, at: int, shares: Sequence[Share]) -> None:
        """What line `at` carries, then what it fills."""
        kind, cost = self.lines[at].kind, self.costed.costs[at]
        self.settle(at)
        if at in self.names:
            if at not in self.sources:
                self.note(at, (0, cost), 1)
        elif at in self.costed.capitalised:
            pairs = self.costed.capitalised[at]
            self.note(at, (0, sum(value for cited, value in pairs if cited in self.sources)), 1)
        elif shares:
            carried = self.drawn(at, [part for part in shares if part.origin != at])
            if at in self.outputs:
                carried = self.outputs[at]
            if kind in OUT_OF_POOL:
                carried = self.leave(at, shares, carried)
            self.led(at, shares)
            self.note(at, carried, (kind in INTO_POOL) - (kind in OUT_OF_POOL))
            if at in self.early:
                self.round[at] = carried
            elif any(carried) or at in self.short:
                self.carriers[at] = Carrier(self.lines[at].quantity, cost, carried)
        self.done.add(at)  # not before: in a circle of pools it draws on itself
        for number in self.fills.get(at, ()):
            self.fill(number)

    def drawn(self, at: int, parts: Sequence[Share]) -> tuple[int, int]:
        """The receipt's part in what a line drew. What comes back of a move comes in once more:
        the goods are still where they were moved to.
        """
        if self.lines[at].kind != Kind.RETURN_IN:
            is_named_on = self.lines[at].kind == Kind.MOVE and at not in self.renaming
            return self.sum_of(parts, peek=is_named_on)
        moved = [part for part in parts if self.lines[part.origin].kind == Kind.MOVE]
        units, cents = self.sum_of(part for part in parts if part not in moved)
        for part in map(self.at_first, moved):
            units, cents = units + part[0], cents + part[1]
        return units, cents

    def sums(self) -> dict[tuple[int, int], Found]:
        """All that was found, by line and way; what is on hand, in orders and restated by
        -1 and 0, 1, 2.
        """
        held, inside = (self.costed.held or {}), (self.costed.inside or {})
        return {
            **self.found,
            (-1, 0): self.sum_of(part for parts in held.values() for part in parts),
            (-1, 1): self.sum_of(part for parts in inside.values() for part in parts),
            (-1, 2): self.restated,
        }

    def found_out(self) -> Known:
        """What this walk found of all that it had to know before its turn."""
        return Known(self.made, self.round, self.round_mixes)

    def settle(self, at: int) -> None:
        """What a settlement takes of the receipt is in the output that it settles, or lost."""
        if at in self.undone or self.lines[at].cites >= 0:
            return
        for output, _, _, parts in self.costed.settled.get(at, ()):
            inputs = parts if output < 0 else parts[:-1]
            carried = self.sum_of(inputs)
            if output < 0:
                self.note(at, carried, 0)
                self.led(at, inputs)
            elif any(carried):
                known = self.made.get(output, (0, 0))
                self.made[output] = (known[0] + carried[0], known[1] + carried[1])
                self.led(output, inputs)

    def fill(self, number: int) -> None:
        """Goods that filled a shortage went where a line had sent what was not there."""
        true_up = self.costed.true_ups[number]
        carried = self.sum_of(self.costed.fills[number] if self.costed.fills else ())
        self.note(true_up.of, carried, -1)
        if true_up.of in self.carriers:
            self.carriers[true_up.of].add_value(true_up.amount, carried)

    def leave(self, at: int, shares: Sequence[Share], carried: tuple[int, int]) -> tuple[int, int]:
        """What a line carries that left at a stated cost; the rest stays behind in the pool."""
        own = sum(cents for origin, units, cents in shares if origin == at and not units)
        natural = self.costed.costs[at] - own
        if not own or not natural:
            return carried
        value = share(carried[1], -own, natural)
        self.behind[at] = Carrier(0, -own, (0, value))
        return carried[0], carried[1] - value

    def led(self, at: int, shares: Sequence[Share]) -> None:
        """Note the line that most of what line `at` carries came through."""
        ways = [(cents, origin) for origin, _, cents in shares if origin in self.carriers]
        if ways and not any(origin in self.names for origin, _, _ in shares):
            self.via[at] = max(ways)[1]

    def sum_of(self, parts: Iterable[Share], *, peek: bool = False) -> tuple[int, int]:
        """The receipt's part in shares; taken out of what carries it, unless only looked at."""
        quantity = value = 0
        for origin, units, cents in parts:
            if origin in self.names:
                found = (units, cents)
            else:
                carrier = self.carrier(origin, units)
                if carrier is None:
                    continue
                found = carrier.part(units, cents) if peek else carrier.take(units, cents)
            quantity += found[0]
            value += found[1]
        return quantity, value

    def carrier(self, origin: int, units: int) -> Carrier | None:
        """What a share of that origin is a part of."""
        if not units and origin in self.behind:
            return self.behind[origin]
        if origin >= 0 and origin not in self.carriers and origin not in self.done:
            self.early.add(origin)
            of = self.known.lines.get(origin, (0, 0))
            cost = self.costed.costs[origin]
            self.carriers[origin] = Carrier(self.lines[origin].quantity, cost, of)
        return self.carriers.get(origin) if origin >= -1 else self.mix(-2 - origin)

    def change(self, change: Restated) -> None:
        """The goods on hand become others: what carries the receipt holds as much as they say."""
        first, replayed, start, last = change.mixes
        self.look_at(first)
        before = {part: self.sum_of([part]) for part in change.was}
        past = self.again(change)
        if past is not None:
            self.mixes += past.mixes[len(self.mixes) : replayed]
        self.look_at(start)
        if past is not None and change.is_retrospective:
            self.mixes += past.mixes[len(self.mixes) : last]
            after = {part: past.sum_of([part]) for part in change.became}
        else:
            self.look_at(last)
            after = {part: before.get(part) or self.at_first(part) for part in change.became}
        for (origin, units, cents), of in after.items():
            carrier = self.carrier(origin, units)
            if carrier is not None:
                carrier.hold(units, cents, of)
            elif origin >= 0 and any(of):
                self.carriers[origin] = Carrier(units, cents, of)
        gained = [sum(of[n] for of in after.values()) for n in (0, 1)]
        lost = [sum(of[n] for of in before.values()) for n in (0, 1)]
        units, cents = self.restated
        self.restated = (units + gained[0] - lost[0], cents + gained[1] - lost[1])

    def again(self, change: Restated) -> _Search | None:
        """The same search over the lines before a change, as they were costed again for it."""
        if change.past is None:
            return None
        past = _Search(change.past, self.lines[: change.before], self.sources, self.known)
        past.mixes = [Carrier(0, 0, (0, 0)) for _ in range(change.mixes[0])]
        past.walk()
        past.look_at(change.mixes[3])
        return past

    def at_first(self, part: Share) -> tuple[int, int]:
        """The receipt's part in a share, had nothing been taken out of what carries it."""
        origin, units, cents = part
        if origin in self.names:
            return units, cents
        carrier = self.carrier(origin, units)
        return carrier.part_at_first(units, cents) if carrier is not None else (0, 0)

    def mix(self, number: int) -> Carrier:
        """The carrier of a mix."""
        self.look_at(number + 1)
        return self.mixes[number]

    def look_at(self, count: int) -> None:
        """The first so many mixes; older ones first, for a mix holds older mixes only."""
        mixes = self.costed.mixes or []
        while len(self.mixes) < count:
            at, parts = len(self.mixes), mixes[len(self.mixes)]
            whole = (sum(part.quantity for part in parts), sum(part.value for part in parts))
            mine = Carrier(*whole, self.known.mixes.get(at, (0, 0)))
            self.mixes.append(mine)
            if any(start <= at < stop for start, stop in self.past):
                found = [self.at_first(part) for part in parts]
                of = (sum(units for units, _ in found), sum(cents for _, cents in found))
            else:
                of = self.sum_of(parts)
            if (mine.quantity, mine.value) != whole:  # what goes round was taken out of it
                self.round_mixes[at] = of
            else:
                self.mixes[at] = Carrier(*whole, of)

    def note(self, at: int, carried: tuple[int, int], way: int) -> None:
        if any(carried):
            before = self.found.get((at, way), (0, 0))
            self.found[at, way] = (before[0] + carried[0], before[1] + carried[1])
