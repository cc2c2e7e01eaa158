"""Seeded worlds: longer than hypothesis draws them, and with citations that mostly make sense."""

from __future__ import annotations

from random import Random

from invledger.costing import CostLine, Kind, Setting, Switch
from invledger.costing.interface import INTO_POOL, OUT_OF_POOL
from invledger.model import CostPolicy
from tests.costing.worlds import CITING, PERPETUAL, World

ORDERED = {Kind.CONSUME, Kind.HAND_BACK, Kind.PRODUCE, Kind.ADD_TO_ORDER}
KINDS = (
    *(kind for kind in Kind if kind <= Kind.REVALUE),
    *[Kind.RECEIVE] * 4, *[Kind.ISSUE] * 3, Kind.MOVE, Kind.REVALUE, Kind.RETURN_OUT,
)  # fmt: skip
#: What a kind mostly cites; the others cite what brought goods in.
CITED = {
    Kind.RETURN_IN: OUT_OF_POOL,
    Kind.HAND_BACK: frozenset({Kind.CONSUME}),
    Kind.CONSUME: frozenset({Kind.RECEIVE, Kind.PRODUCE, Kind.HAND_BACK}),
    Kind.MOVE: frozenset({Kind.MOVE, Kind.RECEIVE}),
}


def history(seed: int, switches: int = 3, steps: int = 0) -> World:
    """Two items in three pools each; the same seed gives the same world, of 5 to 60 lines where
    `steps` does not say how many.
    """
    random = Random(seed)  # noqa: S311 - reproducible test data, no secret
    lines: list[CostLine] = []
    for _ in range(steps or random.randint(5, 60)):
        lines.append(_line(random, lines))
    changes = [_switch(random, len(lines)) for _ in range(random.randint(0, switches))]
    policies = {item: _policy(random) for item in "PQ"}
    return World(lines, policies, _setting(random, lines, changes))


def _line(random: Random, lines: list[CostLine]) -> CostLine:
    kind, item = random.choice(KINDS), random.choice("PPPQ")
    pools = [f"{item}{n}" for n in range(3)]
    value = random.choice([None, random.randint(0, 5000)])
    if kind == Kind.REVALUE:
        value = random.randint(-800, 800)
    cites = -1
    if lines and random.random() < 0.6:
        wanted = CITED.get(kind, INTO_POOL)
        fitting = [n for n, row in enumerate(lines) if row.kind in wanted and row.item == item]
        is_apt = bool(fitting) and random.random() < 0.9
        cites = random.choice(fitting) if is_apt else random.randrange(len(lines))
    return CostLine(
        kind,
        item,
        random.randint(1, 12) if random.random() < 0.99 else 0,
        random.choice(pools) if kind in OUT_OF_POOL else "",
        random.choice(pools) if kind in INTO_POOL or kind == Kind.REVALUE else "",
        value,
        cites,
        random.choice(["W1", "W2"]) if kind in ORDERED else "",
    )


def _policy(random: Random) -> CostPolicy:
    return CostPolicy(
        random.choice(PERPETUAL),
        random.choice(["company", "lot"]),
        random.choice(["refuse", "provisional"]),
        random.choice(["last-used", "last-receipt", "zero"]),
        random.choice(["shortage", "balance"]),
        random.choice(["receipt-cost", "method"]),
        random.choice(["recost", "current-average"]),
        random.choice(["ignore", "cost"]),
    )


def _switch(random: Random, size: int) -> Switch:
    item = random.choice("PQ")
    scope, quantity = random.choice(["", "", "joined", "divided"]), random.randint(1, 9)
    return Switch(
        random.randint(0, size),
        item,
        _policy(random),
        random.random() < 0.5,
        {f"{item}0": f"{item}1"} if scope == "joined" else None,
        {f"{item}0": ((f"{item}1", quantity), (f"{item}9", 1))} if scope == "divided" else None,
    )


def _setting(random: Random, lines: list[CostLine], switches: list[Switch]) -> Setting:
    units = {item: random.randint(0, 400) for item in "PQ"}
    citations = {}
    for at, line in enumerate(lines):
        if line.kind in CITING and line.cites >= 0 and random.random() < 0.3:
            cited = lines[line.cites]
            alike = [n for n in range(at) if lines[n].kind == cited.kind] or [0]
            other = random.choice(alike)
            parts = (line.value or 0, 7) if line.kind == Kind.REVALUE else (1, line.quantity)
            citations[at] = ((line.cites, parts[0]), (other, parts[1]))

    def some(share: float, *kinds: Kind) -> list[int]:
        return [
            at
            for at, line in enumerate(lines)
            if (not kinds or line.kind in kinds) and random.random() < share
        ]

    treats = ("", "remaining-share", "on-hand-share")
    return Setting(
        standards={
            at: units[lines[at].item] * lines[at].quantity + random.randint(0, 2)
            for at in some(0.95)
        },
        citations=citations,
        stated={at: random.randint(0, 4000) for at in some(0.3)},
        treats={at: random.choice(treats) for at in some(1, Kind.REVALUE)},
        backdated=frozenset(some(0.3, Kind.RECEIVE)),
        portions={at: (random.randint(1, 3), 3) for at in some(0.3, Kind.PRODUCE)},
        switches=switches,
    )
