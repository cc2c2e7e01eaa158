"""A window of lines that periodic pools take part in: what must be costed before what.

Nodes are the lines and, for every periodic pool in every period, three events: all has come in,
the pool is priced, the period is over. Lines of a perpetual pool or of a cost object keep their
order; a line comes after what it cites. So mixed companies are costed in dependency order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from invledger.costing.interface import INTO_POOL, OUT_OF_POOL, CostLine, Kind
from invledger.costing.periodic_pool import PeriodicLifoPool, PeriodicPool
from invledger.costing.pool import Pool
from invledger.costing.pricing import Post
from invledger.costing.run import Run

#: Events of a pool's period, as offsets of its node.
CAME, PRICED, OVER = 0, 1, 2
_EITHER = frozenset({Kind.HAND_BACK, Kind.PRODUCE})


@dataclass(slots=True)
class Piece:
    """A periodic pool in one period."""

    key: str
    period: int  # -1: before the first one
    pool: Pool
    node: int  # of its event CAME
    first: int  # first line
    moves: list[tuple[int, int]] = field(default_factory=list)  # line, change of quantity
    posts: list[Post] = field(default_factory=list)
    before: Piece | None = None
    later: Piece | None = None
    is_last: bool = False  # the last period: not over yet
    is_lent: bool = False  # lines left before pricing, to break a cycle
    is_previous: bool = False  # and did so at the opening average
    early: int = 0  # quantity before what leaves after pricing does
    posted: int = 0  # change of quantity by the lines after pricing
    lowest: int = 0  # the least that this ever was

    def note(self, change: int, *, is_post: bool) -> None:
        """Goods come or go: of what is early, or after pricing in the lines' own order."""
        if not is_post:
            self.early += change
            return
        self.posted += change
        self.lowest = min(self.lowest, self.posted)

    def first_short(self, there: int) -> tuple[int, int, int] | None:
        """The first line that, in the lines' own order, takes what is not there yet: its index,
        how many there are by then, how many it takes. `there`: on hand before them.
        """
        for at, change in self.moves:
            if there + change < 0 > change:
                return at, there, -change
            there += change
        return None

    def would_starve(self, quantity: int) -> bool:
        """Whether what leaves early takes goods that a line before needs, though all are there
        in the lines' own order: what was sold came back first.
        """
        rest = self.early - quantity
        return rest + self.lowest < 0 <= rest + self.posted


class Window:
    """The graph of some lines, ready to be walked."""

    def __init__(self, run: Run, lines: Sequence[int]) -> None:
        self.run = run
        self.after: dict[int, list[int]] = {at: [] for at in lines}
        self.need: dict[int, int] = dict.fromkeys(lines, 0)
        self.pieces: list[Piece] = []
        self.current: dict[str, Piece] = {}  # by pool key
        self.left_in: dict[int, Piece] = {}  # by line that leaves after pricing
        self.taken: dict[int, Piece] = {}  # by line before that, at a cost of its own
        self.chains: dict[tuple[str, str | int], int] = {}  # last node of each
        self.citers: dict[int, list[tuple[int, int]]] = {}  # by line: itself, then who cites it
        self.feeds: dict[str, list[int]] = {}  # by order, what went in since the last chain node
        self.estimates: dict[str, list[int]] = {}  # output at an estimate, by order
        for at in sorted(run.setting.estimates):
            self.estimates.setdefault(run.rows[at].order, []).append(at)
        self.done: set[int] = set()
        for at in lines:
            self._enter(at, run.rows[at])
        self.ready: list[tuple[int, int]] = []
        for node, need in self.need.items():
            if not need:
                self.push(node)

    def push(self, node: int) -> None:
        """Events go before lines, lines in their own order."""
        heappush(self.ready, (node if node < len(self.run.rows) else -1, node))

    def pop(self) -> int:
        """The next node that waits for nothing."""
        return heappop(self.ready)[1]

    def finish(self, node: int) -> None:
        """A node is done; who waited for it alone is ready."""
        self.done.add(node)
        for other in self.after[node]:
            self.need[other] -= 1
            if not self.need[other]:
                self.push(other)

    def cut(self, node: int, other: int) -> None:
        """One does not wait for the other any more."""
        self.after[node].remove(other)
        self.need[other] -= 1
        if not self.need[other]:
            self.push(other)

    def piece_of(self, node: int) -> tuple[Piece, int]:
        """The piece of an event, and which event it is."""
        number, event = divmod(node - len(self.run.rows), 3)
        return self.pieces[number], event

    def edge(self, node: int, other: int) -> None:
        self.after[node].append(other)
        self.need[other] += 1

    def _enter(self, at: int, row: CostLine) -> None:
        """Put a line into the graph."""
        kind = row.kind
        self._after_cited(at)
        if row.order:
            self._through_order(row.order, at)
        if kind in OUT_OF_POOL or kind in INTO_POOL or kind == Kind.REVALUE:
            if row.quantity <= 0 and kind != Kind.REVALUE:
                return
            if kind in OUT_OF_POOL:
                self._touch(at, row, row.source, is_out=True)
            if kind in INTO_POOL or row.target:
                self._touch(at, row, row.target, is_out=False)
            for key, _ in self.run.setting.restated.get(at, ()):
                if key != row.target:
                    self._touch(at, row, key, is_out=False)
            if kind == Kind.REVALUE:
                cites = self.run.setting.citations.get(at, ((row.cites, 0),))
                self._late(at, [cited for cited, _ in cites])
        elif kind == Kind.SETTLE:
            self._late(at, self.estimates.get(row.order, []))

    def _after_cited(self, at: int) -> None:
        """A line waits for what it cites; those who draw on one line do so in turn."""
        row = self.run.rows[at]
        pairs = (
            self.run.cited_by(at)
            if row.kind != Kind.REVALUE
            else [(cited, 0) for cited, _ in self.run.setting.citations.get(at, ((row.cites, 0),))]
        )
        for cited, quantity in pairs:
            if not 0 <= cited < at:
                continue
            self._chain(("line", cited), at, cited if cited in self.need else -1)
            if cited in self.need:
                whole = (cited, self.run.rows[cited].quantity)
                if row.kind != Kind.REVALUE:
                    self.citers.setdefault(cited, [whole]).append((at, quantity))
            order = self.run.rows[cited].order
            if row.kind == Kind.HAND_BACK and order and order != row.order:
                self._through_order(order, at)

    def _chain(self, name: tuple[str, str | int], at: int, first: int = -1) -> None:
        last = self.chains.get(name, first)
        if last >= 0 and last != at:
            self.edge(last, at)
        self.chains[name] = at

    def _through_order(self, order: str, at: int) -> None:
        """Who takes value out waits for all that went in before; what goes in waits for that."""
        row = self.run.rows[at]
        is_plain = row.cites < 0 and (row.value is None or row.value >= 0)
        is_plain = is_plain and at not in self.run.setting.portions  # a loss: a share of all
        if row.kind in (Kind.CONSUME, Kind.ADD_TO_ORDER) and is_plain:
            last = self.chains.get(("order", order), -1)
            if last >= 0:
                self.edge(last, at)
            self.feeds.setdefault(order, []).append(at)
            return
        for feed in self.feeds.pop(order, ()):
            self.edge(feed, at)
        self._chain(("order", order), at)

    def _touch(self, at: int, row: CostLine, key: str, *, is_out: bool) -> None:
        pool = self.run.pools.get(key) or self.run.pool(at, key)
        if not isinstance(pool, PeriodicPool | PeriodicLifoPool):
            self._chain(("pool", key), at)
            return
        piece = self._piece(at, key, pool)
        if is_out or row.kind != Kind.REVALUE:
            piece.moves.append((at, -row.quantity if is_out else row.quantity))
        role = self._role(at, row, piece, is_out=is_out)
        if row.kind != Kind.REVALUE:
            piece.note(-row.quantity if is_out else row.quantity, is_post=role == "post")
        if role == "in":
            self.edge(at, piece.node + CAME)
        elif role == "take":
            self.taken[at] = piece
            self.edge(piece.node + CAME, at)
            self.edge(at, piece.node + PRICED)
        else:
            self.edge(piece.node + PRICED, at)
            self.edge(at, piece.node + OVER)
            self.left_in[at] = piece
            if isinstance(pool, PeriodicLifoPool):
                self._chain(("pool", key), at)
        if piece.before is not None:
            self.edge(piece.before.node + OVER, at)

    def _role(self, at: int, row: CostLine, piece: Piece, *, is_out: bool) -> str:
        """in: comes before pricing; take: leaves at a cost of its own; post: at the period's."""
        kind = row.kind
        if kind == Kind.REVALUE:
            return "take"
        pairs = self.run.cited_by(at)
        cited = pairs[0][0]
        if is_out:
            policy = piece.pool.policy
            is_layered = isinstance(piece.pool, PeriodicLifoPool)
            is_late = is_layered and kind != Kind.MOVE and piece.would_starve(row.quantity)
            usable = self.run.is_citable
            if not is_late and (
                (
                    kind == Kind.RETURN_OUT
                    and usable(at, cited, INTO_POOL)
                    and policy.purchase_return != "method"
                    and self.left_in.get(cited) is not piece  # came at the period's cost
                )
                or (kind == Kind.CONSUME and usable(at, cited, _EITHER))
                or (kind == Kind.MOVE and usable(at, cited, frozenset({Kind.MOVE})))
                or (policy.stated_issue == "cost" and at in self.run.setting.stated)
            ):
                return "take"
            self._post(at, row, piece)
            return "post"
        if self.taken.get(cited) is piece:  # given back, and here again
            return "take"
        if kind == Kind.RETURN_IN and self.run.is_citable(at, cited, OUT_OF_POOL):
            is_back = len(pairs) == 1 and self.left_in.get(cited) is piece
        elif kind == Kind.HAND_BACK and self.run.is_citable(at, cited, frozenset({Kind.CONSUME})):
            is_back = self.left_in.get(cited) is piece
        else:
            is_back = kind == Kind.HAND_BACK or (
                kind in (Kind.RECEIVE, Kind.RETURN_IN) and row.value is None
            )
            cited = -1
        if is_back:
            self._post(at, row, piece, cited, is_back=True)
        return "post" if is_back else "in"

    def _post(
        self, at: int, row: CostLine, piece: Piece, cited: int = -1, *, is_back: bool = False
    ) -> None:
        is_outside = row.kind in (Kind.ISSUE, Kind.RETURN_OUT)
        piece.posts.append(Post(at, row.quantity, 0, is_back, cited, is_outside=is_outside))

    def _late(self, at: int, cites: list[int]) -> None:
        """Late value waits for the pools that its receipts came into, or went to as layers."""
        run = self.run
        keys: dict[str, None] = {}
        for row in (run.rows[cited] for cited in cites if 0 <= cited < at):
            for home in run.homes(row.target):
                keys[home] = None
                if home in run.pools and run.pools[home].layered:
                    keys |= dict.fromkeys(key for key, _ in run.pools_of[row.item])
        if run.watch.items and at not in run.setting.treats:
            self._may_follow(at, [cited for cited in cites if 0 <= cited < at])
        for key in keys:
            pool = run.pools.get(key)
            if pool is None or key == run.rows[at].target:
                continue
            if isinstance(pool, PeriodicPool | PeriodicLifoPool):
                piece = self._piece(at, key, pool)
                self.edge(piece.node + CAME, at)
                self.edge(at, piece.node + PRICED)
                if piece.before is not None:
                    self.edge(piece.before.node + OVER, at)
            else:
                self._chain(("pool", key), at)

    def _may_follow(self, at: int, cites: list[int]) -> None:
        """Late value may go into orders that used the goods up, and into their products.

        It comes before whoever takes that value out; it waits for nobody, since what it finds on
        hand is the opening.
        """
        run, watch = self.run, self.run.watch
        orders = {
            run.rows[one].order
            for cited in cites
            for one in watch.consumed.get(run.rows[cited].item, ())
            if cited < one < at
        }
        for order in sorted(orders):
            self.feeds.setdefault(order, []).append(at)
            for made in watch.outputs.get(order, ()):
                key = run.rows[made].target
                pool = run.pools.get(key)
                if made < at and isinstance(pool, PeriodicPool):
                    self.edge(at, self._piece(at, key, pool).node + PRICED)

    def _piece(self, at: int, key: str, pool: Pool) -> Piece:
        """The pool's period that line `at` lies in."""
        starts = self.run.setting.periods.get(pool.policy.period, (0,))
        period = bisect_right(starts, at) - 1
        piece = self.current.get(key)
        if piece is None or piece.period != period:
            node = len(self.run.rows) + 3 * len(self.pieces)
            before, piece = piece, Piece(key, period, pool, node, at)
            piece.early = before.early + before.posted if before else pool.quantity - pool.short()
            piece.is_last = period >= len(starts) - 1
            for event in (CAME, PRICED, OVER):
                self.after[node + event], self.need[node + event] = [], 0
            self.edge(node + CAME, node + PRICED)
            self.edge(node + PRICED, node + OVER)
            if before is not None:
                piece.before, before.later = before, piece
                self.edge(before.node + OVER, node + CAME)
            self.pieces.append(piece)
            self.current[key] = piece
        return piece
