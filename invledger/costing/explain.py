"""Where a cost came from, and where it went: reads what `cost(…, provenance=True)` kept.

`explain_line` walks from a line to the receipts, additions and late values behind it; `flows_into`
walks from a receipt to every line that carries its value. Values of a node's children add up to
the node; a cent that no share can carry is its own node, named residue.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from invledger.costing.interface import Costed, CostLine, Kind, Share
from invledger.costing.pool import cut_parts, merge_parts
from invledger.model import share

#: Levels below which an explanation is not taken further; deeper nodes explain themselves.
DEPTH_MAX = 12


class Node(NamedTuple):
    """Part of a cost. `line` is -1 for an estimate or a residue.

    `role`: line (what was asked), receipt, returned, handed-back, produced, consumed, moved,
    added, revalued, estimate, residue, true-up.
    """

    line: int
    role: str
    quantity: int
    value: int
    children: tuple[Node, ...] = ()


class Flow(NamedTuple):
    """What a line carries of a receipt: in the units of the receipt, and in money."""

    line: int
    quantity: int
    value: int


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
}


def explain_line(costed: Costed, lines: Sequence[CostLine], index: int) -> Node:
    """The tree behind the cost of a line, true-ups as children of their own beside it.

    Raises ValueError where the run kept no provenance.
    """
    children = _children(costed, lines, _shares(costed)[index], index, DEPTH_MAX)
    settled = [
        Node(true_up.at, "true-up", true_up.quantity, true_up.amount)
        for true_up in costed.true_ups
        if true_up.of == index
    ]
    value = costed.costs[index] + sum(node.value for node in settled)
    return Node(index, "line", lines[index].quantity, value, (*children, *settled))


def flows_into(costed: Costed, lines: Sequence[CostLine], index: int) -> list[Flow]:
    """The lines whose cost rests on a receipt (or on any line that brings value in), in order.

    Goods that pass several lines (moved, issued, returned, issued again) appear once a line.
    Raises ValueError where the run kept no provenance.
    """
    shares = _shares(costed)
    search = _Search(costed, lines, index)
    for true_up, parts in zip(costed.true_ups, costed.fills or (), strict=True):
        search.note(true_up.of, [p for p in _unmixed(costed, parts) if p.origin == index])
    for at in range(index + 1, len(lines)):
        search.note(at, [search.portion(part) for part in shares[at] if part.origin != at])
    found = sorted(search.found.items())
    return [Flow(at, quantity, value) for at, (quantity, value) in found]


class _Search:
    """What each line, and each mix of an average, carries of the line `index`."""

    def __init__(self, costed: Costed, lines: Sequence[CostLine], index: int) -> None:
        self.index = index
        self.found: dict[int, tuple[int, int]] = {}
        self.mixes = costed.mixes or []
        self.mixed: list[tuple[int, int]] = []  # by mix, as far as looked at
        self.wholes = list(zip((line.quantity for line in lines), costed.costs, strict=True))
        for true_up in costed.true_ups:
            quantity, value = self.wholes[true_up.of]
            self.wholes[true_up.of] = (quantity, value + true_up.amount)

    def note(self, at: int, parts: Sequence[Share]) -> None:
        """Line `at` carries these parts of it."""
        quantity = sum(part.quantity for part in parts)
        value = sum(part.value for part in parts)
        if quantity or value:
            before = self.found.get(at, (0, 0))
            self.found[at] = (before[0] + quantity, before[1] + value)

    def portion(self, part: Share) -> Share:
        """What a share brings of it, through the line or mix that the share comes from."""
        if part.origin == self.index:
            return part
        if part.origin < -1:
            number = -2 - part.origin
            while len(self.mixed) <= number:  # oldest first: a mix holds older mixes only
                inside = [self.portion(p) for p in self.mixes[len(self.mixed)]]
                self.mixed.append((sum(p.quantity for p in inside), sum(p.value for p in inside)))
            carried, mix = self.mixed[number], self.mixes[number]
            whole = (sum(p.quantity for p in mix), sum(p.value for p in mix))
        elif part.origin in self.found:
            carried, whole = self.found[part.origin], self.wholes[part.origin]
        else:
            return Share(part.origin, 0, 0)
        return Share(
            part.origin,
            share(carried[0], part.quantity, whole[0]) if whole[0] else 0,
            share(carried[1], part.value, whole[1]) if whole[1] else 0,
        )


def _shares(costed: Costed) -> list[tuple[Share, ...]]:
    if costed.shares is None:
        raise ValueError("costs were computed without provenance")
    return costed.shares


def _children(
    costed: Costed, lines: Sequence[CostLine], parts: Sequence[Share], parent: int, depth: int
) -> tuple[Node, ...]:
    shares, nodes = _shares(costed), []
    for origin, quantity, value in _unmixed(costed, parts):
        if origin == parent:  # brought in by the line itself: nothing behind it
            continue
        if origin < 0:
            nodes.append(Node(-1, "estimate" if quantity else "residue", quantity, value))
            continue
        below: tuple[Node, ...] = ()
        if depth > 1:
            behind = shares[origin]
            piece, _ = cut_parts(behind, _scaled(behind, lines[origin], quantity), value)
            below = _children(costed, lines, piece, origin, depth - 1)
        nodes.append(Node(origin, _ROLES[Kind(lines[origin].kind)], quantity, value, below))
    return tuple(nodes)


def _unmixed(costed: Costed, parts: Sequence[Share]) -> tuple[Share, ...]:
    """Shares with every mix taken apart into the lines that went into it, newest mix first."""
    result = [part for part in parts if part.origin >= -1]
    pending = {part.origin: part for part in parts if part.origin < -1}
    while pending:
        mix = pending.pop(min(pending))
        piece, _ = cut_parts((costed.mixes or [])[-2 - mix.origin], mix.quantity, mix.value)
        for part in piece:
            if part.origin >= -1:
                result.append(part)
            else:
                (pending[part.origin],) = merge_parts(
                    (pending.get(part.origin, Share(part.origin, 0, 0)), part)
                )
    return merge_parts(result)


def _scaled(parts: Sequence[Share], row: CostLine, quantity: int) -> int:
    """Quantity of a line's shares that stands behind `quantity` of the line."""
    whole = sum(part.quantity for part in parts)
    return share(whole, quantity, row.quantity) if row.quantity else 0
