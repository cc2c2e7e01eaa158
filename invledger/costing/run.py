"""One pass of the kernel: the state of a run, and what all kinds of lines need from it.

Costs are a function of the lines in their order and of nothing else. A line that cannot be costed
becomes a Trouble, once for what causes it, and the run goes on with the most sensible figure, so
that later findings are not echoes of earlier ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from invledger.costing.interface import CostLine, Kind, Setting, Share, Trouble, TrueUp
from invledger.costing.methods import METHODS
from invledger.costing.pool import Pool, Shortage, Slice, cut, cut_parts, merge_parts
from invledger.model import CostPolicy, share

Fallback = Mapping[str, tuple[int, int]]


RETURNS = frozenset({Kind.RETURN_IN, Kind.RETURN_OUT, Kind.HAND_BACK})


class KernelError(RuntimeError):
    """The kernel contradicts itself: a fault of the program, never of the books."""


@dataclass(slots=True)
class Order:
    """A cost object: value put in and not yet taken out."""

    value: int = 0
    fed: bool = False
    completed: bool = False
    refused: bool = False
    parts: dict[int, Share] = field(default_factory=dict)  # inputs not yet taken out, by line

    def add(self, part: Share) -> None:
        """Put an input in, or with a sign below zero take that very input out."""
        origin, quantity, value = part
        before = self.parts.get(origin)
        if before is not None:
            part = Share(origin, before.quantity + quantity, before.value + value)
        self.parts[origin] = part
        self.value += value
        self.fed = True

    def take(self, value: int) -> tuple[Share, ...]:
        """Take value out; comes back with its inputs, pro rata."""
        parts = tuple(self.parts.values())
        quantity = sum(part.quantity for part in parts)
        asked = share(quantity, value, self.value) if self.value else quantity
        taken, rest = cut_parts(parts, asked, value)
        self.parts = {part.origin: part for part in rest}
        self.value -= value
        return taken


class Run:
    """Pools, orders and findings while the lines go by."""

    def __init__(
        self,
        rows: Sequence[CostLine],
        policies: Mapping[str, CostPolicy],
        *,
        provenance: bool,
        fallback: Fallback,
    ) -> None:
        self.rows = rows
        self.policies = policies
        self.fallback = fallback
        self.setting = Setting()
        self.costs = [0] * len(rows)
        self.cited: dict[int, int] = {}
        self.true_ups: list[TrueUp] = []
        self.troubles: list[Trouble] = []
        self.pools: dict[str, Pool] = {}
        self.pools_of: dict[str, list[tuple[str, Pool]]] = {}  # by item, with their keys
        self.orders: dict[str, Order] = defaultdict(Order)
        self.left: dict[int, tuple[int, int]] = {}  # of cited lines: quantity and value to return
        self.adjusted: dict[int, int] = defaultdict(int)  # true-ups and late value, by line
        self.carried: dict[int, list[Slice]] = {}  # what the MOVE lines cited later moved
        self.revalued: dict[int, list[tuple[str, int]]] = {}  # pool key, amount; by line
        self.handed_from: dict[int, str] = {}  # order by HAND_BACK line, where not its own
        self.void: set[int] = set()  # lines that moved nothing
        self.unknown: set[str] = set()  # items whose method was refused already
        self.shares: list[tuple[Share, ...]] | None = [()] * len(rows) if provenance else None
        self.mixes: list[tuple[Share, ...]] = []
        self.fills: list[tuple[Share, ...]] | None = [] if provenance else None
        self.cited_lines = {row.cites for row in rows}

    def trouble(self, code: str, at: int, **args: object) -> None:
        """Note a finding; its item is always among its arguments, or what stands for one."""
        row = self.rows[at]
        item = row.item or (self.rows[row.cites].item if 0 <= row.cites < at else row.order)
        named = {"item": item, **args}
        self.troubles.append(Trouble(code, at, tuple((k, str(v)) for k, v in named.items())))

    def pool(self, at: int, key: str) -> Pool:
        """The pool of that key, made at its first line by the policy of the item."""
        item = self.rows[at].item
        pool = self.pools.get(key)
        if pool is None:
            pool = self.pools[key] = self._new_pool(at, item)
            self.pools_of.setdefault(item, []).append((key, pool))
        elif pool.item != item:
            raise KernelError(f"pool {key!r} holds {pool.item!r}, line {at} brings {item!r}")
        return pool

    def deposit(self, at: int, pool: Pool, slices: Iterable[Slice]) -> None:
        """Put goods into a pool; what it owes is filled first, each shortage with a true-up."""
        for part in slices:
            rest = part
            while pool.shortages and rest.quantity:
                filled, rest = cut(rest, min(rest.quantity, pool.shortages[0].quantity))
                self._fill(at, pool, filled)
            if rest.quantity:
                pool.put(rest)

    def withdraw(
        self, at: int, pool: Pool, cited: Sequence[tuple[int, int]] = (), value: int = 0
    ) -> list[Slice]:
        """Take the line's quantity out: cited goods first, then by method, then on credit."""
        slices = []
        if cited:
            is_stated = self.rows[at].kind == Kind.RETURN_OUT and self.rows[at].value is not None
            slices = pool.take_cited(cited, value, is_stated=is_stated)
        left = self.rows[at].quantity - sum(part.quantity for part in slices)
        here = min(left, pool.quantity)
        if here:
            slices += pool.take(here)
        if left > here:
            slices.append(self._borrow(at, pool, left - here))
        return slices

    def spend(self, at: int, slices: Sequence[Slice]) -> int:
        """Enter what left a pool as the line's cost."""
        cost = self.costs[at] = sum(part.value for part in slices)
        if self.shares is not None:
            self.shares[at] = merge_parts(part for piece in slices for part in piece.parts)
        return cost

    def bring(self, at: int, pool: Pool, value: int, parts: tuple[Share, ...] = ()) -> None:
        """Enter new goods into a pool as a layer of their own, at the line's cost."""
        quantity = self.rows[at].quantity
        own: tuple[Share, ...] = ()
        if self.shares is not None:
            own = (Share(at, quantity, value),)
            self.shares[at] = parts or own
        self.costs[at] = value
        self.deposit(at, pool, [Slice(at, quantity, value, own)])

    def draw(self, at: int, cited: int) -> int:
        """The line's part of what the cited line moved and has not been returned yet.

        What it states itself, else pro rata, the last unit takes the rest. More than is left is
        refused, and the excess valued at the cited line's own unit cost.
        """
        row, wanted = self.rows[cited], self.rows[at].quantity
        whole = self.costs[cited] + self.adjusted.get(cited, 0)
        quantity, value = self.left.get(cited, (row.quantity, whole))
        drawn = share(value, min(wanted, quantity), quantity) if quantity else 0
        mine = self.rows[at]
        if mine.kind == Kind.RETURN_OUT and mine.value is not None:
            drawn = mine.value
        self.left[cited] = (max(quantity - wanted, 0), value - drawn)
        if row.kind in RETURNS and row.cites in self.left:  # a return undone may be made again
            again_quantity, again_value = self.left[row.cites]
            back = min(wanted, quantity)
            self.left[row.cites] = (again_quantity + back, again_value + drawn)
        if wanted > quantity:
            self.trouble("return-exceeds", at, cited=cited, left=quantity, wanted=wanted)
            drawn += share(whole, wanted - quantity, row.quantity)
        return drawn

    def adjust(self, of: int, amount: int) -> None:
        """A line's goods turn out to be worth more by `amount`: returns of them follow."""
        self.adjusted[of] += amount
        quantity, value = self.left.get(of, (0, 0))
        if quantity:
            self.left[of] = (quantity, value + amount)

    def _new_pool(self, at: int, item: str) -> Pool:
        policy = self.policies.get(item, CostPolicy())
        method = METHODS.get(policy.method)
        if method is None:
            if item not in self.unknown:
                self.unknown.add(item)
                known = " ".join(METHODS)
                self.trouble("cost-method-unknown", at, method=policy.method, known=known)
            method = METHODS[CostPolicy().method]
        pool = method(item, self.mixes)
        pool.provisional = policy.negative == "provisional"
        pool.refused = pool.provisional  # nothing left to refuse
        return pool

    def _fill(self, at: int, pool: Pool, filled: Slice) -> None:
        """Goods that came meet the oldest shortage: its estimate becomes actual."""
        of, quantity, estimate = pool.shortages[0]
        settled = share(estimate, filled.quantity, quantity)
        if filled.quantity == quantity:
            del pool.shortages[0]
        else:
            pool.shortages[0] = Shortage(of, quantity - filled.quantity, estimate - settled)
        pool.last_value, pool.last_quantity = filled.value, filled.quantity
        amount = filled.value - settled
        key = self.rows[of].order
        order = self.orders.get(key) if key else None
        if order is None or order.completed or order.value + amount < 0:
            key = ""
        else:
            order.add(Share(of, 0, amount))
        self.true_ups.append(TrueUp(at, of, filled.quantity, amount, key))
        self.adjust(of, amount)
        if self.fills is not None:
            self.fills.append(filled.parts)

    def _borrow(self, at: int, pool: Pool, quantity: int) -> Slice:
        """Goods that are not there leave at the last known unit cost."""
        known_value, known_quantity = pool.last_value, pool.last_quantity
        if not known_quantity:
            known_value, known_quantity = self.fallback.get(pool.item, (0, 0))
        wanted = self.rows[at].quantity
        if not pool.refused:
            pool.refused = True
            on_hand = wanted - quantity - pool.short()
            key = self.rows[at].source
            self.trouble("stock-short", at, pool=key, on_hand=on_hand, wanted=wanted)
        elif not known_quantity and pool.provisional:
            self.trouble("cost-estimate-missing", at, pool=self.rows[at].source)
        value = share(known_value, quantity, known_quantity) if known_quantity else 0
        pool.shortages.append(Shortage(at, quantity, value))
        parts = (Share(-1, quantity, value),) if self.shares is not None else ()
        return Slice(at, quantity, value, parts)
