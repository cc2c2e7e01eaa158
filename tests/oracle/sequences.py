"""Seeded sequences of lines: receipts, issues, moves, returns, some of them entered late.

Movements get a date and cite each other by number; a late one lands between older ones when all
are put in order. What cannot happen in that order (an issue of more than is there, a return of
something later) is cut or left out, so that every sequence is a possible history.
"""

from __future__ import annotations

from collections import Counter
from random import Random

from tests.oracle.exact import ISSUE, MOVE, RECEIVE, RETURN_IN, RETURN_OUT, Line

POOLS = ("A", "B", "C")
QUANTITY_MAX, CENTS_MAX = 9, 1000
KINDS = (RECEIVE, RECEIVE, RECEIVE, ISSUE, ISSUE, ISSUE, MOVE, RETURN_IN, RETURN_OUT)


def history(seed: int, steps: int = 30, kinds: tuple[int, ...] = KINDS) -> list[Line]:
    """A possible history of one item in three pools; the same seed gives the same history.

    `kinds`: what may happen, each as likely as it is often there.
    """
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    entered = [
        (date if random.random() < 0.8 else random.randrange(steps), n, random.choice(kinds))
        for n, date in enumerate(range(steps))
    ]
    lines: list[Line] = []
    stock: Counter[str] = Counter()
    back: dict[int, int] = {}  # line -> what of it may still come back
    for _, _, kind in sorted(entered):
        line = _step(random, kind, lines, stock, back)
        if line is None:
            continue
        if line.cites >= 0:
            back[line.cites] -= line.quantity
        if line.source:
            stock[line.source] -= line.quantity
        if line.target:
            stock[line.target] += line.quantity
        if kind in (RECEIVE, ISSUE):
            back[len(lines)] = line.quantity
        lines.append(line)
    return lines


def _step(
    random: Random,
    kind: int,
    lines: list[Line],
    stock: Counter[str],
    back: dict[int, int],
) -> Line | None:
    """One line that can happen now, or None."""
    quantity = random.randint(1, QUANTITY_MAX)
    full = [pool for pool in POOLS if stock[pool]]
    if kind == RECEIVE:
        value = random.randint(0, CENTS_MAX)
        return Line(kind, "P", quantity, "", random.choice(POOLS), value, -1, "")
    if kind == RETURN_IN:
        cited = [n for n, left in back.items() if left and lines[n].kind == ISSUE]
        if not cited:
            return None
        n = random.choice(cited)
        return Line(kind, "P", min(quantity, back[n]), "", random.choice(POOLS), None, n, "")
    if not full:
        return None
    source = random.choice(full)
    quantity = min(quantity, stock[source])
    if kind == RETURN_OUT:
        cited = [n for n, left in back.items() if left and lines[n].kind == RECEIVE]
        if not cited:
            return None
        n = random.choice(cited)
        return Line(kind, "P", min(quantity, back[n]), source, "", None, n, "")
    target = random.choice([p for p in POOLS if p != source]) if kind == MOVE else ""
    return Line(kind, "P", quantity, source, target, None, -1, "")


def named_history(seed: int, steps: int = 30) -> list[Line]:
    """The same for specific identification: whatever leaves names its receipt."""
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    lines: list[Line] = []
    there: Counter[tuple[str, int]] = Counter()  # (pool, receipt) -> units
    back: Counter[int] = Counter()
    for _ in range(steps):
        kind, quantity = random.choice(KINDS), random.randint(1, QUANTITY_MAX)
        issued = [at for at, line in enumerate(lines) if line.kind == ISSUE and back[at]]
        full = [place for place in there if there[place]]
        if kind == RETURN_IN and issued:
            cited = random.choice(issued)
            quantity = min(quantity, back[cited])
            line = Line(kind, "P", quantity, "", random.choice(POOLS), None, cited, "")
            back[cited] -= quantity
        elif kind in (ISSUE, MOVE, RETURN_OUT) and full:
            source, receipt = random.choice(full)
            quantity = min(quantity, there[source, receipt])
            if kind == RETURN_OUT and lines[receipt].kind != RECEIVE:
                kind = ISSUE
            if kind == RETURN_OUT:
                quantity = min(quantity, back[receipt])
                back[receipt] -= quantity
            if not quantity:
                continue
            target = random.choice([p for p in POOLS if p != source]) if kind == MOVE else ""
            there[source, receipt] -= quantity
            there[target, receipt] += quantity if target else 0
            line = Line(kind, "P", quantity, source, target, None, receipt, "")
        else:
            value = random.randint(0, CENTS_MAX)
            line = Line(RECEIVE, "P", quantity, "", random.choice(POOLS), value, -1, "")
        if line.kind in (RECEIVE, RETURN_IN):
            there[line.target, len(lines)] += line.quantity
        if line.kind in (RECEIVE, ISSUE):
            back[len(lines)] = line.quantity
        lines.append(line)
    return lines
