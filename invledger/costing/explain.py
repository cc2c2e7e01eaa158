"""Where a cost came from: reads what `cost(…, provenance=True)` kept.

`explain_line` walks from a line to the receipts, additions and late values behind it. The
children of a node add up to it, in cents and (but for what comes out of a work order: a PRODUCE,
or a HAND_BACK of goods that an order took apart, whose children are counted in units of their
own) in quantity; a cent that no share can carry is its own node, named residue.
An average has no pieces of its own: quantities and cents of what it mixed are divided pro rata,
largest remainder first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from invledger.costing.interface import (
    INTO_POOL,
    OUT_OF_POOL,
    Costed,
    CostLine,
    Kind,
    Settled,
    Share,
)
from invledger.costing.pool import apportion, cut_parts, merge_parts
from invledger.model import share

#: Levels below which an explanation is not taken further; deeper nodes explain themselves.
DEPTH_MAX = 12
#: Parts smaller than this share of what was asked are not taken further either.
PART_LEAST = 1000


class Node(NamedTuple):
    """Part of a cost. `line` is -1 for an estimate or a residue.

    `role`: line (what was asked), receipt, returned, handed-back, produced, consumed, moved,
    added, revalued, issued, returned-out, settled, estimated, estimate, residue, true-up, variance
    (what a line brought in for more or less than the standard at which it stands), stated (what it
    left for more or less than the method says). A true-up has no quantity: below it stand the
    goods that came and, red, the estimate that they replaced. Below a settlement stand the inputs
    that it took and, red, the `estimated` output that they replaced; below output at an estimate,
    once it is settled, its inputs and, red, what the settlement brought beside the estimate.
    """

    line: int
    role: str
    quantity: int
    value: int
    children: tuple[Node, ...] = ()


_ROLES = {
    Kind.RECEIVE: "receipt",
    Kind.RETURN_IN: "returned",
    Kind.HAND_BACK: "handed-back",
    Kind.PRODUCE: "produced",
    Kind.CONSUME: "consumed",
    Kind.MOVE: "moved",
    Kind.ADD_TO_ORDER: "added",
    Kind.REVALUE: "revalued",
    Kind.ISSUE: "issued",
    Kind.RETURN_OUT: "returned-out",
    Kind.SETTLE: "settled",
}


def explain_line(costed: Costed, lines: Sequence[CostLine], index: int) -> Node:
    """The tree behind the cost of a line, true-ups as children beside its estimates.

    Raises ValueError where the run kept no provenance.
    """
    if costed.shares is None:
        raise ValueError("costs were computed without provenance")
    teller = _Teller(costed, costed.shares, lines)
    parts = teller.behind(index, len(lines))
    value = costed.costs[index] + sum(costed.true_ups[k].amount for k in teller.settled[index])
    if index in costed.settled:
        parts = merge_parts(part for one in costed.settled[index] for part in one.parts)
        value = sum(part.value for part in parts)
    teller.least = abs(value) // PART_LEAST
    children = teller.nodes(_from_others(parts, index), index, DEPTH_MAX)
    if index in teller.outputs and not children:
        children = teller.actual(Share(index, lines[index].quantity, value), DEPTH_MAX)
    return Node(index, "line", lines[index].quantity, value, children)


#: Quantity and value of goods that came for a shortage, by true-up.
_Came = Mapping[int, tuple[int, int]]
_ALL: _Came = {}


class _Left(NamedTuple):
    """What is behind a line, or the part of it that nobody has drawn yet."""

    quantity: int  # of the line's goods
    parts: tuple[Share, ...]
    came: _Came

    def cut(self, part: Share) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
        """What is behind a part of it, and the rest."""
        whole = sum(one.quantity for one in self.parts)
        asked = share(whole, part.quantity, self.quantity) if self.quantity else 0
        return cut_parts(self.parts, asked, part.value)

    def came_of(self, part: Share) -> dict[int, tuple[int, int]]:
        """Goods that came for shortages, as far as they are in a part of it."""
        worth = sum(one.value for one in self.parts)
        value = (part.value, worth) if worth else (part.quantity, self.quantity)
        pieces = (part.quantity, self.quantity) if self.quantity else value
        return {
            number: (share(units, *pieces), share(cents, *value))
            for number, (units, cents) in self.came.items()
            if value[1]
        }

    def without(self, part: Share) -> _Left:
        """The rest of it."""
        gone = self.came_of(part)
        came = {
            number: (self.came[number][0] - units, self.came[number][1] - cents)
            for number, (units, cents) in gone.items()
        }
        return _Left(self.quantity - part.quantity, self.cut(part)[1], came)


class _Teller:
    """Makes nodes of shares. A share whose origin is `len(lines) + k` stands for true-up k, after
    the true-ups for mix k, where a settlement put it onto an output.
    """

    def __init__(
        self, costed: Costed, shares: Sequence[tuple[Share, ...]], lines: Sequence[CostLine]
    ) -> None:
        self.costed, self.shares, self.lines = costed, shares, lines
        self.least = 0  # cents of a part that is still explained
        self.rank = {at: rank for rank, at in enumerate(costed.sequence)}
        self.past: dict[int, _Teller] = {}  # of lines costed again, by change of policy
        self.settled: dict[int, list[int]] = defaultdict(list)  # true-ups by short line
        for number, true_up in enumerate(costed.true_ups):
            self.settled[true_up.of].append(number)
        self.draws: dict[int, list[tuple[int, Share]]] = defaultdict(list)  # on lines once short
        for at in costed.sequence or range(len(lines)):
            for part in shares[at] if self.settled else ():
                if part.origin in self.settled and part.origin != at:
                    self.draws[part.origin].append((at, part))
        self.beyond = len(lines) + len(costed.true_ups)
        self.outputs: dict[int, tuple[int, Settled]] = {}  # at an estimate, by line
        self.onto: dict[int, tuple[int, Settled]] = {}  # settlement and output, by mix
        self.within: set[int] = set()  # outputs that are being told of
        for at, outputs in sorted(costed.settled.items()):
            for one in outputs:
                if lines[at].cites < 0:
                    self.outputs[one.output] = (at, one)
                else:
                    self.outputs.pop(one.output, None)
                mixes = (mix for mix in range(one.first, one.last) if mix in costed.late_mixes)
                self.onto.update(dict.fromkeys(mixes, (at, one)))

    def behind(self, index: int, until: int) -> tuple[Share, ...]:
        """What a line's cost was made of when line `until` drew on it."""
        left = _Left(self.lines[index].quantity, self.shares[index], {})
        return self._with(left, self._filled(index, until)).parts

    def left_of(self, index: int, until: int) -> _Left:
        """What is behind so much of a line as others had not drawn when its last shortage was
        filled: who drew before has nothing of the goods that came then. Goods come back at what
        their line cost, whatever an order that it fed has given on.
        """
        left = _Left(self.lines[index].quantity, self.shares[index], {})
        draws = self.draws[index]
        if not self._is_of_inputs(until):
            draws = [draw for draw in draws if not self._is_of_inputs(draw[0])]
        for number in self._filled(index, until):
            at = self.costed.true_ups[number].at
            while draws and not self._is_before(at, draws[0][0]):
                left = left.without(draws[0][1])
                draws = draws[1:]
            left = self._with(left, [number])
        return left

    def _filled(self, index: int, until: int) -> list[int]:
        """True-ups of a line that came before line `until` drew on it."""
        into_order = self._is_of_inputs(until)
        return [
            number
            for number in self.settled.get(index, ())
            if self._is_before((true_up := self.costed.true_ups[number]).at, until)
            and (true_up.order or not into_order)
        ]

    def _with(self, left: _Left, numbers: Sequence[int]) -> _Left:
        """With goods that filled its shortages."""
        parts, came = left.parts, dict(left.came)
        for number in numbers:
            true_up = self.costed.true_ups[number]
            parts = (*parts, Share(len(self.lines) + number, 0, true_up.amount))
            filled = self.costed.fills[number] if self.costed.fills else ()
            came[number] = (true_up.quantity, sum(part.value for part in filled))
        return _Left(left.quantity, parts, came)

    def _is_of_inputs(self, at: int) -> bool:
        """Whether a line's shares are inputs of the work order that its goods came out of."""
        if at >= len(self.lines):  # of after a change of policy, or the end
            return False
        row = self.lines[at]
        if row.kind != Kind.HAND_BACK:
            return row.kind in (Kind.PRODUCE, Kind.SETTLE)
        return all(part.origin != row.cites for part in self.shares[at])

    def _is_before(self, at: int, until: int) -> bool:
        """Whether one line was costed before another; the last one is the end of all lines."""
        return self.rank.get(at, at) < self.rank.get(until, until)

    def nodes(
        self, parts: Sequence[Share], drawer: int, depth: int, came: _Came = _ALL
    ) -> tuple[Node, ...]:
        """Nodes for parts that line `drawer` drew; `came`: so much of goods that it was short of,
        all where it does not say.
        """
        found = []
        apart = self._unmixed(parts)
        onto = {self.onto[one.origin - self.beyond][0] for one in apart if self._is_mix(one)}
        for part in apart:
            origin, quantity, value = part
            if self._is_mix(part):
                found.append(self._settlement(part, depth))
            elif self.lines[drawer].kind == Kind.SETTLE and origin in self.outputs:
                found.append(Node(origin, "estimated", quantity, value))
            elif origin == drawer and not quantity:
                is_in = self.lines[origin].kind in INTO_POOL
                found.append(Node(-1, "variance" if is_in else "stated", quantity, value))
            elif origin < 0:
                role = "estimate" if quantity else "residue"
                found.append(Node(-1, role, quantity, value))
            elif origin >= len(self.lines):
                found.append(self._true_up(origin - len(self.lines), value, depth, came))
            else:
                node = self._line(part, drawer, depth)
                if origin in self.outputs and self.outputs[origin][0] not in onto:
                    node = node._replace(children=self.actual(part, depth - 1))
                found.append(node)
        return tuple(found)

    def _is_mix(self, part: Share) -> bool:
        return part.origin >= self.beyond

    def _settlement(self, part: Share, depth: int) -> Node:
        """Late value of a settlement: the inputs that it took, less the estimate they replaced."""
        at, one = self.onto[part.origin - self.beyond]
        below: tuple[Node, ...] = ()
        if depth > 1 and abs(part.value) >= self.least:
            below = self.nodes(_in_proportion(one.parts, part.value), at, depth - 1)
        return Node(at, "settled", part.quantity, part.value, below)

    def actual(self, part: Share, depth: int) -> tuple[Node, ...]:
        """Output at an estimate: what a settlement since took for it, and the difference."""
        at, one = self.outputs[part.origin]
        whole = self.lines[part.origin].quantity
        inputs = one.parts[:-1]
        cost = share(sum(each.value for each in inputs), part.quantity, whole)
        is_told = part.origin in self.within  # its own order took it in
        if depth < 1 or not cost or abs(part.value) < self.least or is_told:
            return ()
        self.within.add(part.origin)
        below = self.nodes(_in_proportion(inputs, cost), at, depth)
        self.within.remove(part.origin)
        beside = part.value - cost
        return (*below, Node(at, "settled-since", 0, beside)) if beside else below

    def _line(self, part: Share, drawer: int, depth: int) -> Node:
        """A line that `drawer` drew on, and what is behind the part drawn."""
        origin, quantity, value = part
        row = self.lines[origin]
        below: tuple[Node, ...] = ()
        if depth > 1 and abs(value) >= self.least:
            teller = self._after_change(origin, drawer)
            left = teller.left_of(origin, drawer)
            came = left.came_of(part)
            piece, _ = left.cut(part)
            if left.parts and not _from_others(left.parts, origin):
                piece = ()  # late value that followed into an order is no cost of its line
            if origin in teller.costed.settled:
                whole_of = (each for one in teller.costed.settled[origin] for each in one.parts)
                piece = _in_proportion(merge_parts(whole_of), value)
            late = [Share(len(teller.lines) + number, 0, 0) for number in came]
            piece = (*_from_others(piece, origin), *teller.at_estimate(late, piece))
            below = teller.nodes(piece, origin, depth - 1, came)
        return Node(origin, _ROLES[Kind(row.kind)], quantity, value, below)

    def _after_change(self, origin: int, drawer: int) -> _Teller:
        """Who knows what is behind goods: of those drawn out of a pool after a retrospective
        change of policy, the lines of before it as they were costed again.
        """
        if self.lines[drawer].kind not in OUT_OF_POOL:
            return self
        item = self.lines[drawer].item
        for number in reversed(range(len(self.costed.restated))):
            change = self.costed.restated[number]
            is_of_it = change.is_retrospective and change.item == item
            if is_of_it and origin < change.before <= drawer and change.past is not None:
                if number not in self.past:
                    lines = self.lines[: change.before]
                    self.past[number] = _Teller(change.past, change.past.shares or [], lines)
                    self.past[number].least = self.least
                return self.past[number]
        return self

    def at_estimate(self, parts: Sequence[Share], piece: Sequence[Share]) -> tuple[Share, ...]:
        """True-ups among parts that changed nothing, or nothing of a piece: no cut knows them."""
        known = {part.origin for part in piece}
        ups = range(len(self.lines), self.beyond) if piece else ()
        return tuple(
            Share(part.origin, 0, 0)
            for part in parts
            if part.origin in ups and part.origin not in known
        )

    def _true_up(self, number: int, value: int, depth: int, came: _Came) -> Node:
        """What came for a shortage, less the estimate that it was issued at."""
        at, _, quantity, _, _ = self.costed.true_ups[number]
        parts = self.costed.fills[number] if self.costed.fills else ()
        if number in came:  # of a part of the goods that were short
            quantity, cents = came[number]
            parts, _ = cut_parts(parts, quantity, cents)
        below: tuple[Node, ...] = ()
        if depth > 1 and parts:
            worth = sum(part.value for part in parts)
            estimate = Node(-1, "estimate", -quantity, value - worth)
            below = (*self.nodes(parts, at, depth - 1), estimate)
        return Node(at, "true-up", 0, value, below)

    def _unmixed(self, parts: Sequence[Share]) -> tuple[Share, ...]:
        """Shares with every mix taken apart into the lines that went into it, newest first."""
        parts = [self._known(part) for part in parts]
        pending = {part.origin: part for part in parts if part.origin < -1}
        if not pending:
            return tuple(parts)
        result = [part for part in parts if part.origin >= -1]
        apart = set[int]()  # pools that feed each other: what went round came from outside
        while pending:
            mix = pending.pop(min(pending))
            apart.add(mix.origin)
            whole = (self.costed.mixes or [])[-2 - mix.origin]
            inside = [part for part in whole if part.origin not in apart]
            piece, _ = cut_parts(inside, mix.quantity, mix.value)
            if not inside:
                piece = (Share(-1, mix.quantity, mix.value),)
            for part in map(self._known, piece):
                if part.origin >= -1:
                    result.append(part)
                else:
                    _, units, cents = pending.get(part.origin, Share(part.origin, 0, 0))
                    pending[part.origin] = Share(
                        part.origin, units + part.quantity, cents + part.value
                    )
        whole = merge_parts(result)
        return (*whole, *self.at_estimate(result, whole))

    def _known(self, part: Share) -> Share:
        """A share, by a name of its own where it is late value of a settlement."""
        mix = -2 - part.origin
        return part._replace(origin=self.beyond + mix) if mix in self.onto else part


def _in_proportion(parts: Sequence[Share], value: int) -> tuple[Share, ...]:
    """So much of all parts, whatever their sum: quantities and values in proportion to it."""
    whole = sum(part.value for part in parts)
    if not whole:
        return ()
    values = apportion([part.value for part in parts], value)
    return tuple(
        Share(part.origin, share(part.quantity, value, whole), cents)
        for part, cents in zip(parts, values, strict=True)
    )


def _from_others(parts: Sequence[Share], line: int) -> Sequence[Share]:
    """What stands behind a line: nothing where it brought all of its value itself."""
    return () if all(part.origin == line for part in parts) else parts
