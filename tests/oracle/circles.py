"""Random books of circles, and what must be true of every line of them, to the cent.

Nothing is costed here a second time: the cost of every pool of a circle is solved exactly from the
cents that came into the circle, and every line is held against it and against the other lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import NamedTuple

from invledger.costing import Costed, CostLine, Kind
from tests.oracle.exact import rounded

ITEMS = {"A": "P", "B": "P", "T": "P", "X": "Q", "Y": "Q", "Z": "R"}


class Book(NamedTuple):
    """Lines, the first line of the month that is looked at, and how circles are solved."""

    lines: list[CostLine]
    start: int
    cycles: str
    decimals: int | None


@dataclass
class _Writer:
    """Lines that are never short."""

    random: Random
    lines: list[CostLine] = field(default_factory=list)
    there: dict[str, int] = field(default_factory=dict)

    def add(  # noqa: PLR0917  as the fields of a line
        self, kind: Kind, quantity: int, ends: tuple[str, str] = ("", ""),
        value: int | None = None, cites: int = -1, order: str = "",
    ) -> int:  # fmt: skip
        source, target = ends
        item = ITEMS.get(source or target, "")
        self.lines.append(CostLine(kind, item, quantity, source, target, value, cites, order))
        for key, sign in ((source, -1), (target, 1)):
            self.there[key] = self.there.get(key, 0) + sign * quantity
        return len(self.lines) - 1

    def some(self, key: str) -> int:
        """So many of a pool, often all; 0 where it is empty."""
        held = self.there.get(key, 0)
        return held and (held if self.random.random() < 0.3 else self.random.randint(1, held))

    def move(self, source: str, target: str) -> None:
        if quantity := self.some(source):
            self.add(Kind.MOVE, quantity, (source, target))

    def order(self, name: str, sources: str, target: str) -> None:
        """Goods and wages become goods; some goods are handed back, some are a by-product."""
        random, used = self.random, 0
        for source in sources:
            if not (quantity := self.some(source)):
                continue
            at = self.add(Kind.CONSUME, quantity, (source, ""), order=name)
            used += 1
            if quantity > 1 and random.random() < 0.4:
                back = random.randint(1, quantity - 1)
                self.add(Kind.HAND_BACK, back, ("", source), cites=at, order=name)
        if not used:
            return
        if random.random() < 0.6:
            self.add(Kind.ADD_TO_ORDER, 0, value=random.randint(200, 900), order=name)
            if random.random() < 0.5:
                value = random.randint(0, 200)
                self.add(Kind.PRODUCE, 1, ("", "Z"), value=value, order=name)
        self.add(Kind.PRODUCE, random.randint(1, 6), ("", target), order=name)


def book(seed: int) -> Book:  # noqa: C901  one thing after the other
    """A month of receipts, then one of circles."""
    random = Random(seed)  # noqa: S311  reproducible test data, no secret
    writer = _Writer(random)
    for key in "ABX":
        if random.random() < 0.8:
            writer.add(Kind.RECEIVE, random.randint(1, 30), ("", key), random.randint(0, 9999))
    start = len(writer.lines)
    for key in "ABX":
        if random.random() < 0.4:
            writer.add(Kind.RECEIVE, random.randint(1, 9), ("", key), random.randint(0, 9999))
    for key in "ABX":
        if writer.there.get(key, 0) and random.random() < 0.2:
            writer.add(Kind.REVALUE, 0, ("", key), random.randint(1, 500))
    for n in range(random.randint(3, 8)):
        chance = random.random()
        if chance < 0.5:
            writer.move(*random.sample("ABT", 2))
        elif chance < 0.6:
            writer.move(*random.sample("XY", 2))
        else:
            sources, target = random.choice((("A", "X"), ("XY", "B"), ("BX", "A"), ("T", "Y")))
            writer.order(f"W{n}", sources, target)
    for key in "ABTXY":
        for _ in range(2):
            if random.random() < 0.3 and (quantity := writer.some(key)):
                writer.add(Kind.ISSUE, quantity, (key, ""))
    cycles = ("exact", "previous", "refuse")[seed % 3]
    return Book(writer.lines, start, cycles, (None, None, 0, 1)[seed // 3 % 4])


class Certificate:
    """The claims about one costed book; each raises AssertionError where it is not so."""

    def __init__(self, of: Book, costed: Costed) -> None:
        self.book, self.costed, self.costs = of, costed, costed.costs
        self.month = range(of.start, len(of.lines))
        self.edges = [edge for at in self.month if (edge := self._edge(at))]
        nodes = {node for source, target, _ in self.edges for node in (source, target)}
        self.group: dict[str, frozenset[str]] = {}
        reach = {node: self._reached(node) for node in nodes}
        for node in nodes:
            self.group[node] = frozenset(
                one for one in reach[node] if node in reach[one]
            ) | {node}  # fmt: skip
        self.circles = {group for group in self.group.values() if len(group) > 1}

    def _edge(self, at: int) -> tuple[str, str, int] | None:
        row = self.book.lines[at]
        order = f"order {row.order}"
        if row.kind == Kind.MOVE:
            return row.source, row.target, at
        if row.kind == Kind.CONSUME:
            return row.source, order, at
        return (order, row.target, at) if row.kind == Kind.PRODUCE and row.value is None else None

    def _reached(self, node: str) -> set[str]:
        found, todo = set[str](), [node]
        while todo:
            one = todo.pop()
            new = {target for source, target, _ in self.edges if source == one} - found
            found |= new
            todo += new
        return found

    def is_inner(self, at: int) -> bool:
        """Whether a line goes from one part of a circle to another, or comes back of one."""
        row = self.book.lines[at]
        edge = self._edge(row.cites if row.kind == Kind.HAND_BACK else at)
        return edge is not None and edge[1] in self.group[edge[0]]

    def opening(self, key: str) -> tuple[int, int]:
        rows = [(at, row) for at, row in enumerate(self.book.lines[: self.book.start])]
        mine = [(row.quantity, self.costs[at]) for at, row in rows if row.target == key]
        return sum(part[0] for part in mine), sum(part[1] for part in mine)

    def came(self, key: str, *, outside: bool = False) -> tuple[int, int]:
        """All goods and value that came into a pool; `outside`: not from its own circle."""
        quantity, value = self.opening(key)
        for at in self.month:
            row = self.book.lines[at]
            if row.target != key or row.kind == Kind.HAND_BACK:
                continue
            quantity += row.quantity
            if not (outside and self.is_inner(at)):
                value += self.costs[at]
        return quantity, value

    def net(self, lines: Sequence[int]) -> tuple[int, int]:
        """What leaves by some lines, less what they bring back."""
        signs = [(-1 if self.book.lines[at].kind == Kind.HAND_BACK else 1, at) for at in lines]
        return (
            sum(sign * self.book.lines[at].quantity for sign, at in signs),
            sum(sign * self.costs[at] for sign, at in signs),
        )

    def gone(self, key: str) -> list[int]:
        """The lines that take goods out of a pool, and those that bring them back."""
        rows = self.book.lines
        return [
            at
            for at in self.month
            if rows[at].source == key
            or (rows[at].target == key and rows[at].kind == Kind.HAND_BACK)
        ]

    def rates(self, circle: frozenset[str], known: Mapping[str, Fraction]) -> dict[str, Fraction]:
        """The exact unit cost of every pool of a circle, by iteration-free elimination."""
        names = sorted(circle)
        place = {name: n for n, name in enumerate(names)}
        matrix = [[Fraction(0)] * (len(names) + 1) for _ in names]
        for name, n in place.items():
            if name in known:
                matrix[n][n], matrix[n][-1] = Fraction(1), known[name]
                continue
            if name.startswith("order "):
                matrix[n][n], matrix[n][-1] = Fraction(1), self._into_order(name[6:])
            else:
                quantity, value = self.came(name, outside=True)
                matrix[n][n], matrix[n][-1] = Fraction(quantity), Fraction(value)
            for source, target, at in self.edges:
                if target == name and source in circle:
                    part = 1 if source.startswith("order ") else self._lasting(at)
                    matrix[n][place[source]] -= part
        return dict(zip(names, _solved(matrix), strict=True))

    def _lasting(self, at: int) -> int:
        backs = [row for row in self.book.lines if row.cites == at]
        return self.book.lines[at].quantity - sum(row.quantity for row in backs)

    def _into_order(self, order: str) -> Fraction:
        """What an order has from outside of the circle, less by-products."""
        value = Fraction(0)
        for at in self.month:
            row = self.book.lines[at]
            if row.order != order or self.is_inner(at):
                continue
            if row.kind in (Kind.CONSUME, Kind.ADD_TO_ORDER):
                value += self.costs[at]
            elif row.kind == Kind.HAND_BACK:
                value -= self._handed_back(at)
            elif row.kind == Kind.PRODUCE and row.value is not None:
                value -= self.costs[at]
        return value

    def _handed_back(self, at: int) -> Fraction:
        """What comes back out of an order: still in fractions where the order's goods are."""
        row = self.book.lines[at]
        before = [
            one for one in self.month if one < at and self.book.lines[one].order == row.order
        ]
        if not any(self.is_inner(one) for one in before):
            return Fraction(self.costs[at])
        return Fraction(self.costs[row.cites] * row.quantity, self.book.lines[row.cites].quantity)

    def solved(self, circle: frozenset[str]) -> tuple[dict[str, Fraction], set[str]]:
        """The rates that hold, and the pools whose other goods leave at what is left: all, where
        one is at its opening average.
        """
        pools = [name for name in circle if not name.startswith("order ")]
        openings = {key: self.opening(key) for key in pools}
        known = {key: Fraction(v, q) for key, (q, v) in openings.items() if q}
        if known and self.book.cycles == "previous":
            rates = self.rates(circle, known)
            if min(rates.values()) >= 0 and all(self._suffices(key, rates) for key in pools):
                return rates, set(pools)
        return self.rates(circle, {}), set()

    def _suffices(self, key: str, rates: Mapping[str, Fraction]) -> bool:
        value = Fraction(self.came(key, outside=True)[1])
        for source, target, at in self.edges:
            if target == key and source in self.group[key]:
                value += rates[source] * (1 if source[:6] == "order " else self._lasting(at))
        inner = [at for at in self.gone(key) if self.is_inner(at)]
        return value >= rates[key] * self.net(inner)[0]

    def unit(self, rate: Fraction) -> Fraction:
        decimals = self.book.decimals
        return rate if decimals is None else Fraction(rounded(rate * 10**decimals), 10**decimals)

    def hold(self) -> None:
        """Every line, one by one."""
        for at in self.month:
            row = self.book.lines[at]
            if row.kind == Kind.PRODUCE and row.value is None:
                assert self.costs[at] == self._in_order(row.order, at), at
            elif row.kind == Kind.HAND_BACK:
                whole = self.book.lines[row.cites].quantity
                assert self.costs[at] == rounded(
                    Fraction(self.costs[row.cites] * row.quantity, whole)
                )
        rates: dict[str, Fraction] = {}
        previous: set[str] = set()
        for circle in self.circles:
            found, fixed = self.solved(circle)
            rates |= found
            previous |= fixed
        for key in ITEMS:
            self._hold_pool(key, rates.get(key), is_previous=key in previous)

    def _in_order(self, order: str, before: int) -> int:
        inward = (Kind.CONSUME, Kind.ADD_TO_ORDER)
        return sum(
            self.costs[at] if row.kind in inward else -self.costs[at]
            for at, row in enumerate(self.book.lines[:before])
            if row.order == order
        )

    def _hold_pool(self, key: str, rate: Fraction | None, *, is_previous: bool) -> None:
        gone = self.gone(key)
        inner = [at for at in gone if self.is_inner(at)] if rate is not None else []
        quantity, value = self.came(key)
        left = quantity - self.net(gone)[0]
        if rate is not None:
            taker = -1
            if len(inner) == len(gone) and not left:
                taker = self._taker(key, inner)
                inner = [at for at in inner if at != taker]
            unit = self.unit(rate)
            for at in inner:
                row = self.book.lines[at]
                if row.kind != Kind.HAND_BACK:
                    assert self.costs[at] == rounded(unit * row.quantity), at
        assert left or value == self.net(gone)[1], key
        if quantity:
            self._hold_outer(key, gone, inner, (quantity, value), is_previous=is_previous)

    def _hold_outer(
        self,
        key: str,
        gone: list[int],
        inner: list[int],
        goods: tuple[int, int],
        is_previous: bool,
    ) -> None:
        outer = [at for at in gone if at not in inner]
        lent = self.net(inner)
        if is_previous:
            goods, lent = (goods[0] - lent[0], goods[1] - lent[1]), (0, 0)
        if not outer or goods[0] <= 0:
            return
        unit = self.unit(Fraction(max(goods[1], 0), goods[0]))
        there, (out, cents) = goods[1] - lent[1], self.net(outer)
        total = there
        if goods[0] - lent[0] - out:
            total = min(rounded(unit * (out + lent[0])) - lent[1], there)
        outs = [at for at in outer if self.book.lines[at].kind != Kind.HAND_BACK]
        backs = {self.book.lines[at].cites for at in outer} - {-1}
        free = [at for at in outs if at not in backs]
        if not free:  # a part of the rest comes back with the goods
            return
        assert cents == total, (key, cents, total)
        sold = [at for at in free if self.book.lines[at].kind == Kind.ISSUE]
        last = max(sold or free)
        plain = {at: rounded(unit * self.book.lines[at].quantity) for at in outs}
        if abs(self.costs[last] - plain[last]) <= 5 and self.costs[last] > 0:
            for at in outs:
                assert at == last or self.costs[at] == plain[at], (key, at)

    def _taker(self, key: str, inner: Sequence[int]) -> int:
        """Of a pool that goods only pass: the last of the lines that lead nearest to a way out."""
        circle = self.group[key]
        far = {node: 0 for node in circle if self._leads_out(node)}
        edges = [edge for edge in self.edges if edge[0] in circle and edge[1] in circle]
        for step in range(1, len(circle) + 1):
            near = {s for s, target, _ in edges if far.get(target) == step - 1} - far.keys()
            far |= dict.fromkeys(near, step)
        ways = [(target, at) for source, target, at in edges if source == key and at in inner]
        ways = [way for way in ways if far[way[0]] == far[key] - 1]
        if len({target for target, _ in ways}) == 1:
            return max(at for _, at in ways)
        rests = [at for _, at in ways]
        rate = self.unit(self.solved(circle)[0][key])
        quantities = self.book.lines
        off = [at for at in rests if self.costs[at] != rounded(rate * quantities[at].quantity)]
        return off[0] if off else rests[-1]

    def _leads_out(self, node: str) -> bool:
        if node.startswith("order "):
            return False
        gone = self.gone(node)
        is_empty = self.came(node)[0] == self.net(gone)[0]
        return not (is_empty and all(self.is_inner(at) for at in gone))


def _solved(matrix: list[list[Fraction]]) -> list[Fraction]:
    """Gauss and Jordan, dense."""
    size = len(matrix)
    for n in range(size):
        pivot = next(row for row in range(n, size) if matrix[row][n])
        matrix[n], matrix[pivot] = matrix[pivot], matrix[n]
        matrix[n] = [part / matrix[n][n] for part in matrix[n]]
        for row in range(size):
            if row != n and (times := matrix[row][n]):
                pairs = zip(matrix[row], matrix[n], strict=True)
                matrix[row] = [own - times * other for own, other in pairs]
    return [row[-1] for row in matrix]
