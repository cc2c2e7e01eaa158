"""Where a cost came from, and where it went: reads what `cost(…, provenance=True)` kept.

`explain_line` walks from a line to the receipts, additions and late values behind it; `flows_into`
walks from a receipt to every line that carries its value. Values of a node's children add up to
the node; a cent that no share can carry is its own node, named residue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from invledger.costing.interface import Costed, CostLine, Kind, Share
from invledger.costing.pool import cut_parts
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
    shares = _provenance(costed)
    children = _children(shares, lines, shares[index], index, DEPTH_MAX)
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
    shares = _provenance(costed)
    found: dict[int, tuple[int, int]] = {}
    settled: dict[int, int] = defaultdict(int)
    for true_up in costed.true_ups:
        settled[true_up.of] += true_up.amount
    for true_up, parts in zip(costed.true_ups, costed.fills or (), strict=True):
        _note(found, true_up.of, [part for part in parts if part.origin == index])
    for at in range(index + 1, len(lines)):
        carried = [part for part in shares[at] if part.origin == index]
        carried += [
            _portion(
                lines[part.origin],
                costed.costs[part.origin] + settled.get(part.origin, 0),
                found[part.origin],
                part,
            )
            for part in shares[at]
            if part.origin in found and part.origin != at
        ]
        _note(found, at, carried)
    return [Flow(at, quantity, value) for at, (quantity, value) in sorted(found.items())]


def _provenance(costed: Costed) -> list[tuple[Share, ...]]:
    if costed.shares is None:
        raise ValueError("costs were computed without provenance")
    return costed.shares


def _children(
    shares: Sequence[tuple[Share, ...]],
    lines: Sequence[CostLine],
    parts: Sequence[Share],
    parent: int,
    depth: int,
) -> tuple[Node, ...]:
    nodes = []
    for origin, quantity, value in parts:
        if origin == parent:  # brought in by the line itself: nothing behind it
            continue
        if origin < 0:
            nodes.append(Node(-1, "estimate" if quantity else "residue", quantity, value))
            continue
        below: tuple[Node, ...] = ()
        if depth > 1:
            of = shares[origin]
            piece, _ = cut_parts(of, _scaled(of, lines[origin], quantity), value)
            below = _children(shares, lines, piece, origin, depth - 1)
        nodes.append(Node(origin, _ROLES[Kind(lines[origin].kind)], quantity, value, below))
    return tuple(nodes)


def _scaled(parts: Sequence[Share], row: CostLine, quantity: int) -> int:
    """Quantity of a line's shares that stands behind `quantity` of the line."""
    whole = sum(part.quantity for part in parts)
    return share(whole, quantity, row.quantity) if row.quantity else 0


def _portion(row: CostLine, cost: int, carried: tuple[int, int], part: Share) -> Share:
    """What a share of line `row` brings of the receipt, where that line carries some of it."""
    quantity, value = carried
    return Share(
        part.origin,
        share(quantity, part.quantity, row.quantity) if row.quantity else 0,
        share(value, part.value, cost) if cost else 0,
    )


def _note(found: dict[int, tuple[int, int]], at: int, parts: Sequence[Share]) -> None:
    quantity = sum(part.quantity for part in parts)
    value = sum(part.value for part in parts)
    if quantity or value:
        before = found.get(at, (0, 0))
        found[at] = (before[0] + quantity, before[1] + value)
