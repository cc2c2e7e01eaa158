"""Strongly connected components (Tarjan), without recursion; and ways out of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def components(nodes: Iterable[T], after: Mapping[T, Iterable[T]]) -> list[list[T]]:
    """Groups of nodes that reach each other; a group comes after all groups that it leads to."""
    index: dict[T, int] = {}
    low: dict[T, int] = {}
    stack: list[T] = []
    on_stack: set[T] = set()
    result: list[list[T]] = []
    for root in nodes:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        work = [(root, iter(after[root]))]
        while work:
            node, others = work[-1]
            for other in others:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(after[other])))
                    break
                if other in on_stack:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    result.append(_popped(stack, node))
                    on_stack.difference_update(result[-1])
    return result


def _popped(stack: list[T], node: T) -> list[T]:
    """Everything of the stack down to a node."""
    group = [stack.pop()]
    while group[-1] != node:
        group.append(stack.pop())
    return group


def ways_out(
    outlets: Iterable[str], into: Mapping[str, Sequence[tuple[str, int]]]
) -> tuple[dict[str, int], set[str]]:
    """From every node the line by which it is nearest to an outlet, and all nodes that have one.

    `into`: by node, the (node before, line) that lead there; of several lines the last one.
    """
    lines: dict[str, int] = {}
    seen = set(outlets)
    queue = deque(sorted(seen))
    while queue:
        node = queue.popleft()
        for before, at in sorted(into.get(node, ()), key=lambda pair: -pair[1]):
            if before not in seen:
                seen.add(before)
                queue.append(before)
                lines[before] = at
    return lines, seen
