"""Seeded small worlds that make sense: no more leaves, comes back or is settled than there is."""

from __future__ import annotations

from collections import Counter
from random import Random

from invledger.costing import CostLine, Kind, Setting, Switch
from invledger.model import CostPolicy
from tests.costing.worlds import World

METHODS = ("fifo", "lifo", "moving-average", "standard", "periodic-average")
#: What an order is fed with, and where its output goes: no order takes in what it made.
ORDERS = {"W1": ("P0", "Q0"), "W2": ("Q0", "P1"), "W3": ("P1", "Q0")}
STEPS = (
    "receive", "receive", "receive", "issue", "issue", "move", "back", "back", "late",
    "consume", "consume", "hand_back", "add", "produce", "produce", "settle", "settle", "undo",
)  # fmt: skip


class Sound:
    """Writes a world line by line; what it cannot do at a moment it leaves out."""

    def __init__(self, seed: int, switches: int) -> None:
        self.random = Random(seed)  # noqa: S311 - reproducible test data, no secret
        self.lines: list[CostLine] = []
        self.held = Counter[str]()
        self.out: dict[int, int] = {}  # what can come back, by line
        self.fed = Counter[str]()  # pieces in open orders
        self.estimated: dict[str, list[int]] = {}  # output that waits for its settlement
        self.estimates: set[int] = set()
        self.settlements: dict[str, int] = {}
        self.closed = set[str]()
        self.short = self.random.random() < 0.4
        for _ in range(self.random.randint(6, 26)):
            getattr(self, self.random.choice(STEPS))()
        policies = {item: self.policy() for item in "PQ"}
        changes = [self.switch() for _ in range(self.random.randint(0, switches))]
        if any(one.method == "periodic-average" for one in policies.values()):
            changes = []
        setting = Setting(
            estimates=frozenset(self.estimates), switches=changes, periods={"month": [0]},
            standards={at: 300 * line.quantity for at, line in enumerate(self.lines)},
        )  # fmt: skip
        self.world = World(self.lines, policies, setting)

    def policy(self) -> CostPolicy:
        method = self.random.choice(METHODS[: 3 if self.short else 5])
        pool = "company" if method == "periodic-average" else "lot"
        return CostPolicy(method, pool, "provisional" if self.short else "refuse", "last-used")

    def switch(self) -> Switch:
        item, at = self.random.choice("PQ"), self.random.randint(0, len(self.lines))
        policy = self.policy()
        while policy.method.startswith("periodic"):
            policy = self.policy()
        return Switch(at, item, policy, self.random.random() < 0.5)

    def line(self, kind: Kind, quantity: int = 0, source: str = "", target: str = "", *,
             value: int | None = None, cites: int = -1, order: str = "") -> int:  # fmt: skip
        item = (source or target)[:1]
        row = CostLine(kind, item, quantity, source, target, value, cites, order)
        self.lines.append(row)
        self.held[source] -= quantity
        self.held[target] += quantity
        return len(self.lines) - 1

    def place(self) -> str:
        return self.random.choice(["P0", "P0", "P1", "Q0"])

    def some(self, key: str) -> int:
        """So many pieces of a pool; where goods may be short, now and then more than there are."""
        there = self.held[key] + (3 if self.short and self.random.random() < 0.3 else 0)
        return self.random.randint(1, there) if there > 0 else 0

    def receive(self) -> None:
        self.line(Kind.RECEIVE, self.random.randint(1, 9), target=self.place(),
                  value=self.random.randint(300, 9000))  # fmt: skip

    def issue(self) -> None:
        key = self.place()
        if many := self.some(key):
            self.out[self.line(Kind.ISSUE, many, key)] = many

    def move(self) -> None:
        source, target = self.random.sample(["P0", "P1"], 2)
        if many := self.some(source):
            self.line(Kind.MOVE, many, source, target)
            if self.random.random() < 0.5 and self.held[target] >= many:  # all of it goes on
                self.out[self.line(Kind.ISSUE, many, target)] = many

    def back(self) -> None:
        """Goods of an issue come back, to any place of their item."""
        found = [at for at, many in self.out.items() if many and not self.lines[at].order]
        if found:
            at = self.random.choice(found)
            many = self.random.randint(1, self.out[at])
            self.out[at] -= many
            self.line(Kind.RETURN_IN, many, target=self.lines[at].source, cites=at)

    def late(self) -> None:
        found = [at for at, line in enumerate(self.lines) if line.kind == Kind.RECEIVE]
        if found:
            at = self.random.choice(found)
            row = CostLine(Kind.REVALUE, self.lines[at].item, 0, "", self.lines[at].target,
                           self.random.randint(-200, 900), at, "")  # fmt: skip
            self.lines.append(row)

    def order(self) -> str:
        return self.random.choice(list(ORDERS))

    def consume(self) -> None:
        order = self.order()
        key = ORDERS[order][0]
        if order not in self.closed and (many := self.some(key)):
            self.out[self.line(Kind.CONSUME, many, key, order=order)] = many
            self.fed[order] += many

    def hand_back(self) -> None:
        found = [at for at, many in self.out.items()
                 if many and (order := self.lines[at].order) and order not in self.closed
                 and self.fed[order] > 0 and not self.estimated.get(order)]  # fmt: skip
        if found:
            at = self.random.choice(found)
            self.out[at] -= 1
            self.line(Kind.HAND_BACK, 1, target=self.lines[at].source, cites=at,
                      order=self.lines[at].order)  # fmt: skip

    def add(self) -> None:
        order = self.order()
        if order not in self.closed and self.fed[order]:
            self.line(Kind.ADD_TO_ORDER, value=self.random.randint(10, 900), order=order)

    def produce(self) -> None:
        order = self.order()
        if order in self.closed or not self.fed[order]:
            return
        target, many = ORDERS[order][1], self.random.randint(1, 5)
        if self.estimated.get(order) or self.random.random() < 0.5:
            at = self.line(Kind.PRODUCE, many, target=target, order=order,
                           value=self.random.randint(300, 4000))  # fmt: skip
            self.estimates.add(at)
            self.estimated.setdefault(order, []).append(at)
        else:
            self.line(Kind.PRODUCE, many, target=target, order=order)
            self.closed.add(order)

    def settle(self) -> None:
        for order in [one for one, outputs in self.estimated.items() if outputs]:
            if order not in self.closed:
                self.settlements[order] = self.line(Kind.SETTLE, order=order)
                self.closed.add(order)
                return

    def undo(self) -> None:
        for order, at in list(self.settlements.items()):
            if at == len(self.lines) - 1:
                self.line(Kind.SETTLE, order=order, cites=at)
                del self.settlements[order]
                self.closed.discard(order)
                return


def sound(seed: int, switches: int = 0) -> World:
    """The same seed gives the same world, of some 5 to 25 lines."""
    return Sound(seed, switches).world
