"""One pass of the kernel: the state of a run, and what all kinds of lines need from it.

Costs are a function of the lines in their order and of nothing else. A line that cannot be costed
becomes a Trouble, once for what causes it, and the run goes on with the most sensible figure, so
that later findings are not echoes of earlier ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from invledger.costing.interface import (
    INTO_POOL,
    CostLine,
    Kind,
    Rate,
    Restated,
    Setting,
    Settled,
    Share,
    Trouble,
    TrueUp,
)
from invledger.costing.methods import METHODS, class_of
from invledger.costing.order import Order, Settlement
from invledger.costing.pool import Pool, Slice, apportion, cut, merge_parts
from invledger.costing.shortages import borrow, fill, note_receipt, reprice
from invledger.costing.watching import Watch
from invledger.model import PERIODIC, CostPolicy, share

RETURNS = frozenset({Kind.RETURN_IN, Kind.RETURN_OUT, Kind.HAND_BACK})


class KernelError(RuntimeError):
    """The kernel contradicts itself: a fault of the program, never of the books."""


class Run:
    """Pools, orders and findings while the lines go by."""

    def __init__(
        self,
        rows: Sequence[CostLine],
        policies: Mapping[str, CostPolicy],
        *,
        provenance: bool,
        setting: Setting,
    ) -> None:
        self.rows = rows
        self.policies = dict(policies)
        self.policies_at_first = policies
        self.setting = setting
        self.costs = [0] * len(rows)
        self.cited: dict[int, int] = {}
        self.variances: dict[int, int] = {}
        self.true_ups: list[TrueUp] = []
        self.troubles: list[Trouble] = []
        self.pools: dict[str, Pool] = {}
        self.quick: dict[str, Pool] = {}  # those that the quick loop may touch
        self.pools_of: dict[str, list[tuple[str, Pool]]] = {}  # by item, with their keys
        self.orders: dict[str, Order] = defaultdict(Order)
        self.left: dict[int, tuple[int, int]] = {}  # of cited lines: quantity and value to return
        self.drawn: dict[int, list[Share]] = {}  # what returns that are cited took of each line
        self.adjusted: dict[int, int] = defaultdict(int)  # true-ups and late value, by line
        self.into: dict[str, list[int]] = defaultdict(list)  # lines by pool: `lines_into`
        self.heirs: dict[str, tuple[str, ...]] = {}  # new keys by old, after a change of scope
        self.switched: list[tuple[int, str, int, int]] = []
        self.restated: list[Restated] = []  # with provenance
        self.rescoped: dict[str, int] = defaultdict(int)  # quantity by pool that a change moved
        self.capitalised: dict[int, list[tuple[int, int]]] = {}  # cited line, value; by line
        self.late_mixes: dict[int, int] = {}  # of them, by mix: the receipt it is part of
        #: what the MOVE and RETURN_OUT lines cited later took along
        self.carried: dict[int, list[Slice]] = {}
        self.restored: set[int] = set()  # lines whose goods lie in the layers they had been of
        self.revalued: dict[int, list[tuple[str, int]]] = {}  # pool key, amount; by line
        self.unfit: dict[int, int] = {}  # value that goods on hand could not give, by late line
        self.handed_from: dict[int, str] = {}  # order by HAND_BACK line, where not its own
        self.void: set[int] = set()  # lines that moved nothing
        self.followed: dict[int, list[tuple[str, int]]] = {}  # order, value; by late value
        self.settlements: dict[int, Settlement] = {}  # by SETTLE line, until undone
        self.settled: dict[int, tuple[Settled, ...]] = {}  # with provenance
        self.depth = 0  # of products that late value follows through
        self.rates: list[Rate] = []
        self.provisional: set[int] = set()
        self.sequence: list[int] = []
        self.waiting: list[int] = []  # lines of a period that goes on after a change of policy
        self.unknown: set[str] = set()  # items whose method was refused already
        self.shares: list[tuple[Share, ...]] | None = [()] * len(rows) if provenance else None
        self.mixes: list[tuple[Share, ...]] = []
        self.fills: list[tuple[Share, ...]] | None = [] if provenance else None
        self.cited_lines = {row.cites for row in rows}

    @cached_property
    def watch(self) -> Watch:
        """What is noted for late value that will have to follow goods."""
        return Watch(self.rows, self.setting)

    def followed_by(self, at: int) -> int:
        """Late value of line `at` that went into cost objects."""
        return sum(value for _, value in self.followed.get(at, ()))

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
            pool = self.add_pool(key, self.new_pool(at, item))
        elif pool.item != item:
            raise KernelError(f"pool {key!r} holds {pool.item!r}, line {at} brings {item!r}")
        return pool

    def lines_into(self, key: str) -> list[int]:
        """All lines whose goods came into a pool, in order; looked up once for all pools."""
        if not self.into:
            for at, row in enumerate(self.rows):
                if row.kind in INTO_POOL:
                    for place in self.homes(row.target):
                        self.into[place].append(at)
        return self.into[key]

    def homes(self, key: str) -> list[str]:
        """Where the goods of a pool are now: in itself, but for changes of scope."""
        return [
            home
            for heir in self.heirs.get(key, ())
            for home in ([heir] if heir == key else self.homes(heir))
        ] or [key]

    def add_pool(self, key: str, pool: Pool) -> Pool:
        """Enter a pool under its key; one whose policy asks for nothing special is quick."""
        self.pools[key] = pool
        self.pools_of.setdefault(pool.item, []).append((key, pool))
        policy, setting = pool.policy, self.setting
        special = (
            policy.estimate == "last-receipt"
            or (policy.backdated == "current-average" and setting.backdated)
            or (policy.stated_issue == "cost" and setting.stated)
            or pool.item in self.watch.items
        )
        if not special:
            self.quick[key] = pool
        return pool

    def deposit(self, at: int, pool: Pool, slices: Iterable[Slice]) -> None:
        """Put goods into a pool; what it owes is filled first, each shortage with a true-up."""
        for part in slices:
            rest = part
            while pool.shortages and rest.quantity:
                filled, rest = cut(rest, min(rest.quantity, pool.shortages[0].quantity))
                fill(self, at, pool, filled)
            if rest.quantity:
                pool.put(rest)
        if pool.policy.estimate == "last-receipt":
            note_receipt(self, at, pool)
        if pool.shortages and pool.policy.true_up == "balance":
            reprice(self, at, pool)

    def withdraw(
        self,
        at: int,
        pool: Pool,
        cited: Sequence[tuple[int, int]] = (),
        value: int = 0,
        stated: Sequence[int] = (),
    ) -> list[Slice]:
        """Take the line's quantity out: cited goods first, then by method, then on credit."""
        slices = []
        if pool.at_standard and (standard := self.standard(at)) is not None:
            cited, value = [(-1, self.rows[at].quantity)], standard
        if cited:
            slices = pool.take_cited(cited, value, stated)
        left = self.rows[at].quantity - sum(part.quantity for part in slices)
        here = min(left, pool.quantity)
        if here:
            self._ask_for_names(at, pool, cited)
            slices += pool.take(here)
        if left > here:
            slices.append(borrow(self, at, pool, left - here))
        return slices

    def spend(self, at: int, slices: Sequence[Slice]) -> int:
        """Enter what left a pool as the line's cost."""
        cost = self.costs[at] = sum(part.value for part in slices)
        if self.watch.items and self.rows[at].item in self.watch.items:
            self.watch.note(at, self.rows[at], slices)
        if self.shares is not None:
            self.shares[at] = merge_parts(part for piece in slices for part in piece.parts)
        return cost

    def bring(
        self,
        at: int,
        pool: Pool,
        value: int,
        parts: tuple[Share, ...] = (),
        layers: Sequence[Slice] = (),
    ) -> None:
        """Enter new goods into a pool as a layer of their own, or into `layers` that they were of,
        at the line's cost.

        That is `value`, which `parts` add up to, or the standard; the rest is a variance.
        """
        quantity = self.rows[at].quantity
        entered = self._entered(at, pool, value)
        if entered != value:
            self.variances[at] = value - entered
        own: tuple[Share, ...] = ()
        if self.shares is not None:
            own = (Share(at, quantity, entered),)
            if parts and entered != value:
                parts = (*parts, Share(at, 0, entered - value))
            self.shares[at] = parts or own
        self.costs[at] = entered
        whole = Slice(at, quantity, entered, own)
        self.deposit(at, pool, _into_layers(whole, layers) if layers else [whole])

    def undone_return(self, at: int) -> Sequence[Slice]:
        """What the return had taken that line `at` undoes as a whole."""
        row = self.rows[at]
        taken = self.carried.get(row.cites, [])
        if self.rows[row.cites].kind != Kind.RETURN_OUT or len(self.cited_by(at)) > 1:
            return ()
        if row.quantity != sum(part.quantity for part in taken):
            return ()
        self.restored.add(at)
        return taken

    def is_loss(self, at: int) -> bool:
        """Whether line `at` takes out of a cost object what is lost, or undoes that."""
        row = self.rows[at]
        is_added = row.kind == Kind.ADD_TO_ORDER
        return is_added and (row.value is None or at in self.setting.lost)

    def undone_loss(self, at: int) -> int:
        """The loss by share that an ADD_TO_ORDER line undoes; -1 where it does no such thing."""
        cites, mine = self.rows[at].cites, self.rows[at].order
        is_loss = 0 <= cites < at and self.rows[cites].value is None and self.is_loss(cites)
        return cites if is_loss and self.rows[cites].order == mine else -1

    def standard(self, at: int) -> int | None:
        """The line's quantity at standard; None, and refused once an item, where it lacks."""
        known = self.setting.standards.get(at)
        item = self.rows[at].item
        if known is None and item not in self.unknown:
            self.unknown.add(item)
            self.trouble("standard-missing", at)
        return known

    def is_citable(self, at: int, cited: int, kinds: frozenset[Kind]) -> bool:
        """Whether a line is an earlier one of such a kind and of the item that `at` names."""
        if not 0 <= cited < at or cited in self.void:
            return False
        row, item = self.rows[cited], self.rows[at].item
        return row.kind in kinds and item in ("", row.item)

    def cited_by(self, at: int) -> list[tuple[int, int]]:
        """The lines that a line cites, each with its part of the line's quantity."""
        row = self.rows[at]
        pairs, left = [], row.quantity
        for cited, quantity in self.setting.citations.get(at, ()):
            pairs.append((cited, min(quantity, left)))
            left -= pairs[-1][1]
        if not pairs:
            return [(row.cites, left)]
        pairs[-1] = (pairs[-1][0], pairs[-1][1] + left)
        return [pair for pair in pairs if pair[1]]

    def draw_all(self, at: int) -> list[Share]:
        """What the line takes back of each line that it cites; its own word binds."""
        row, pairs = self.rows[at], self.cited_by(at)
        values: Sequence[int | None] = [None] * len(pairs)
        if row.kind == Kind.RETURN_OUT and row.value is not None:
            by_quantity = apportion([part for _, part in pairs], row.value)
            values = self.setting.returned.get(at, by_quantity)
        drawn = [
            Share(cited, part, self.draw(at, cited, part, stated=value))
            for (cited, part), value in zip(pairs, values, strict=True)
        ]
        if at in self.cited_lines:
            self.drawn[at] = drawn
        return drawn

    def draw(self, at: int, cited: int, wanted: int, *, stated: int | None = None) -> int:
        """Part of what the cited line moved and has not been returned yet.

        What is stated, else pro rata, the last unit takes the rest. More than is left is refused,
        and the excess valued at the cited line's own unit cost; never less than nothing.
        """
        row = self.rows[cited]
        whole = self.costs[cited] + self.adjusted.get(cited, 0) + self.variances.get(cited, 0)
        quantity, value = self.left.get(cited, (row.quantity, whole))
        drawn = max(share(value, min(wanted, quantity), quantity), 0) if quantity else 0
        if stated is not None:
            drawn = stated
        self.left[cited] = (max(quantity - wanted, 0), value - drawn)
        if row.kind in RETURNS:
            self._may_return_again(cited, min(wanted, quantity), drawn)
        if wanted > quantity:
            self.trouble("return-exceeds", at, cited=cited, left=quantity, wanted=wanted)
            drawn += max(share(whole, wanted - quantity, row.quantity), 0)
        return drawn

    def adjust(self, of: int, amount: int) -> None:
        """A line's goods turn out to be worth more by `amount`: returns of them follow."""
        self.adjusted[of] += amount
        quantity, value = self.left.get(of, (0, 0))
        if quantity:
            self.left[of] = (quantity, value + amount)

    def _may_return_again(self, undone: int, quantity: int, value: int) -> None:
        """A return taken back: what it returned may be returned again. What goes back to where it
        came from takes what it is owed at, whatever it cost; other goods bring what they cost.
        """
        own = [Share(self.rows[undone].cites, quantity, value)]
        backs = []
        for cited, part, worth in self.drawn.get(undone, own):
            back = min(part, quantity)
            quantity -= back
            backs.append(Share(cited, back, share(worth, back, part or 1)))
        if self.rows[undone].kind == Kind.RETURN_OUT:
            value = sum(part.value for part in backs)
        for (cited, back, _), cents in zip(backs, _spread(backs, value), strict=True):
            if back and cited in self.left:
                there, worth = self.left[cited]
                self.left[cited] = (there + back, worth + cents)

    def _entered(self, at: int, pool: Pool, value: int) -> int:
        """What goods are worth in the pool that they come into."""
        if pool.at_standard:
            standard = self.standard(at)
            return value if standard is None else standard
        is_late = at in self.setting.backdated and pool.policy.backdated == "current-average"
        if is_late and pool.quantity and pool.policy.method not in PERIODIC:
            return share(pool.worth(), self.rows[at].quantity, pool.quantity)
        return value

    def _ask_for_names(self, at: int, pool: Pool, cited: Sequence[tuple[int, int]]) -> None:
        """Goods leave that no citation named: refused where only names identify them."""
        known = self.troubles and self.troubles[-1].at == at
        if pool.by_name and not known and not pool.policy.pool.startswith("lot"):
            if cited:
                there = self.rows[at].quantity
                self.trouble("cited-layer-short", at, cited=cited[0][0], left=0, wanted=there)
            else:
                self.trouble("goods-not-named", at, pool=self.rows[at].source)

    def new_pool(self, at: int, item: str) -> Pool:
        policy = self.policies.get(item, CostPolicy())
        method = class_of(policy)
        if method is None:
            if item not in self.unknown:
                self.unknown.add(item)
                known = " ".join(METHODS)
                self.trouble("cost-method-unknown", at, method=policy.method, known=known)
            method = METHODS[CostPolicy().method]
        pool = method(item, self.mixes)
        pool.policy = policy
        pool.refused = policy.negative == "provisional"  # nothing left to refuse
        return pool


def _into_layers(whole: Slice, layers: Sequence[Slice]) -> list[Slice]:
    """Goods divided as they were, each part as much of the value as it was then."""
    return [
        Slice(
            part.origin,
            part.quantity,
            value,
            (Share(whole.origin, part.quantity, value),) if whole.parts else (),
        )
        for part, value in zip(layers, _spread(layers, whole.value), strict=True)
    ]


def _spread(parts: Sequence[Slice | Share], value: int) -> list[int]:
    """A value over parts as they are worth; by quantity where they are worth nothing."""
    values = apportion([part.value for part in parts], value)
    if sum(values) != value:
        values = apportion([part.quantity for part in parts], value)
    return values
