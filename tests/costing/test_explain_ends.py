"""Where a tree ends: at twelve levels, whatever they are made of, and at parts below a thousandth.

The manual of `explain` promises both, so that a chain of a thousand orders has an end; each of the
ways down (receipts, estimates settled since, settlements, true-ups) has to count its levels.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from invledger.costing import Costed, CostLine, Kind, Node, Setting, Switch, cost, explain_line
from invledger.model import CostPolicy
from tests.costing.lines import issue, receive, return_in, run

pytestmark = pytest.mark.req("CO-11")

LEVELS = 12
CHAIN = 20


def depth(node: Node) -> int:
    """Levels below a node."""
    return 1 + max(map(depth, node.children)) if node.children else 0


def of_order(kind: Kind, item: str, value: int | None, order: str) -> CostLine:
    """One piece of an item, all of whose goods lie in a pool of its name."""
    source, target = (item, "") if kind == Kind.CONSUME else ("", item)
    return CostLine(kind, item, 1, source, target, value, -1, order)


def settle(order: str) -> CostLine:
    return CostLine(Kind.SETTLE, "", 0, "", "", None, -1, order)


def stages(count: int, *, settled_at_once: bool) -> tuple[list[CostLine], Setting]:
    """Item 0 is bought and made into item 1, that into item 2 …; each at an estimate of 10.00
    that its settlement, at once or when all is sold, makes the 40.00 that went in.
    """
    lines = [receive(1, 4000, "0", "0")]
    estimates = set[int]()
    for n in range(count):
        order = f"W{n}"
        lines.append(of_order(Kind.CONSUME, str(n), None, order))
        estimates.add(len(lines))
        lines.append(of_order(Kind.PRODUCE, str(n + 1), 1000, order))
        if settled_at_once:
            lines.append(settle(order))
    lines.append(issue(1, str(count), item=str(count)))
    if not settled_at_once:  # what was sold leads through the output of each order
        lines += [settle(f"W{n}") for n in range(count)]
    return lines, Setting(estimates=frozenset(estimates))


def costed_by(lines: list[CostLine], setting: Setting) -> Costed:
    policies = {line.item: CostPolicy("fifo") for line in lines}
    return cost(lines, policies, provenance=True, setting=setting)


@pytest.mark.parametrize("settled_at_once", [True, False])
def test_a_chain_of_settled_orders_ends_at_twelve_levels(*, settled_at_once: bool) -> None:
    """From any line of it, wherever in the chain the twelfth level falls; near its beginning the
    tree ends with the receipt.
    """
    lines, setting = stages(CHAIN, settled_at_once=settled_at_once)
    costed = costed_by(lines, setting)
    found = [depth(explain_line(costed, lines, at)) for at in range(len(lines))]
    assert max(found) == LEVELS
    late = [at for at, line in enumerate(lines) if line.kind == Kind.SETTLE][-4:]
    made = [at for at, line in enumerate(lines) if line.kind == Kind.PRODUCE][-4:]
    sold = next(at for at, line in enumerate(lines) if line.kind == Kind.ISSUE)
    assert {found[at] for at in (*late, *made, sold)} == {LEVELS}
    assert found[:3] == [0, 1, 2]  # bought; taken from it; made of what was taken


def short_chain(count: int) -> list[CostLine]:
    """One piece short in each of many pools; then the last gets one, and what was issued there
    comes back into the pool before it, and so on to the first.
    """
    lines = [issue(1, str(n)) for n in range(count)]
    lines.append(receive(1, 130, str(count - 1)))
    lines += [return_in(1, n, str(n - 1)) for n in reversed(range(1, count))]
    return lines


def test_a_chain_of_true_ups_ends_at_twelve_levels() -> None:
    """Issued at 1.00 each, though they cost 1.30: issued, true-up, returned, issued …"""
    lines = short_chain(CHAIN)
    lines += [receive(1, 500, "X"), issue(1, "X"), return_in(1, 0, "X"), issue(1, "X")]
    costed = run(lines, negative="provisional", fallback={"P": (100, 1)})
    assert [up.amount for up in costed.true_ups] == [30] * CHAIN
    trees = [explain_line(costed, lines, at) for at in range(len(lines))]
    assert {tree.value for tree in trees[:CHAIN]} == {130}
    first, second = trees[:2]
    assert [child[:4] for child in first.children] == [
        (-1, "estimate", 1, 100), (2 * CHAIN - 1, "true-up", 0, 30),
    ]  # fmt: skip
    assert [child[:4] for child in first.children[1].children] == [
        (2 * CHAIN - 1, "returned", 1, 130), (-1, "estimate", -1, -100),
    ]  # fmt: skip
    assert depth(first) == depth(second) == LEVELS
    assert depth(trees[2 * CHAIN - 1]) == LEVELS  # what came back first of all pools
    assert depth(trees[-1]) == LEVELS  # and what was issued of it again


def returned_of(value: int) -> list[CostLine]:
    """A piece that was sold and came back, on hand."""
    return [receive(1, value), issue(1), return_in(1, 1)]


def made_of(value: int, estimate: int) -> list[CostLine]:
    """A piece made of one that cost so much, at an estimate until it was settled."""
    return [
        receive(1, value, "S", "S"),
        CostLine(Kind.CONSUME, "S", 1, "S", "", None, -1, "W1"),
        CostLine(Kind.PRODUCE, "P", 1, "", "A", estimate, -1, "W1"),
        settle("W1"),
    ]


def _sold_then_settled(value: int) -> list[CostLine]:
    *before, last = made_of(value, value)
    return [*before, receive(999, 1_000_000 - value), issue(1000), last]


CASES: dict[str, tuple[Callable[[int], list[CostLine]], int, str]] = {
    "returned": (
        lambda v: [*returned_of(v), receive(999, 1_000_000 - v), issue(1000)], 4, "returned",
    ),
    "settled since": (_sold_then_settled, 4, "produced"),
    "settled before": (
        lambda v: [*made_of(v + 2000, 2000), receive(999, 998_000 - v), issue(1000)], 5, "settled",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_thousandth_is_still_taken_apart_and_less_is_not(name: str) -> None:
    """Of an issue of 10,000.00 a part of 10.00 says where it came from, one of 9.99 does not."""
    lines_of, at, role = CASES[name]
    for value, is_told in ((1000, True), (999, False)):
        lines = lines_of(value)
        estimates = {n for n, line in enumerate(lines) if line.kind == Kind.PRODUCE}
        costed = costed_by(lines, Setting(estimates=frozenset(estimates)))
        tree = explain_line(costed, lines, at)
        assert tree.value == 1_000_000
        part = next(child for child in tree.children if child.role == role)
        assert part.value == value
        assert bool(part.children) == is_told


def test_the_thousandth_is_of_what_was_asked_through_a_change_of_policy() -> None:
    """A piece of 5.00, sold and back, sold with others for 20.00 and back again: of 10,000.00 its
    part is less than a thousandth, also where lines were costed again for a change.
    """
    lines = [
        receive(1, 500), issue(1), return_in(1, 1), receive(3, 1500), issue(4), return_in(4, 4),
        receive(996, 998_000), issue(1000),
    ]  # fmt: skip
    change = Switch(7, "P", CostPolicy("lifo"), is_retrospective=True)
    costed = costed_by(lines, Setting(switches=(change,)))
    tree = explain_line(costed, lines, 7)
    assert tree.value == 1_000_000
    returned = next(child for child in tree.children if child.line == 5)
    issued = returned.children[0]
    assert [child[:4] for child in sorted(issued.children)] == [
        (2, "returned", 1, 500), (3, "receipt", 3, 1500),
    ]  # fmt: skip
    assert all(not child.children for child in issued.children)
