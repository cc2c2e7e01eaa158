"""Periodic methods: a period is evaluated as a whole, window by window (CO-03, CO-05).

Lines of items that no periodic item is tied to are costed as always. Of the others, those of one
window (the longest period among their policies) are costed in dependency order; see `window`.
Cycles among pools are broken by `cycles`. Codes: stock-short, cost-estimate-missing,
standard-missing, cycle-unsolvable, cycle-refused, cycle-mixed, cycle-settlement.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise

from invledger.costing.cycles import break_cycles
from invledger.costing.interface import CostLine, Kind, Rate, Share, TrueUp
from invledger.costing.kinds import apply
from invledger.costing.periodic_network import rule_in
from invledger.costing.periodic_pool import Amount, ListPool, PeriodicPool
from invledger.costing.periodic_quick import cost_plain, plain_items
from invledger.costing.pricing import Post, price
from invledger.costing.run import Run
from invledger.costing.window import OVER, PRICED, Piece, Window
from invledger.model import PERIODIC, CostPolicy, share

_FROM_OUTSIDE = frozenset({Kind.RECEIVE, Kind.ADD_TO_ORDER})
_LENGTHS = ("day", "month", "year")
Step = Callable[[Run, int, int], None]
_NOTHING = CostLine(Kind.SKIP, "", 0, "", "", None, -1, "")


def is_periodic(policy: CostPolicy) -> bool:
    """Whether a cost is known only when its period is over."""
    return policy.method in PERIODIC or (policy.method == "lifo" and policy.receipts_first)


class Periodic:
    """The periodic part of a run, and what it found."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.open: set[str] = set()  # pools and cost objects with value that may change

    def cost(self, lines: list[int]) -> None:
        """Cost lines of one window, given in their order."""
        window = Window(self.run, lines)
        for piece in window.pieces:
            if piece.before is None:
                self._enter_period(piece)
        while len(window.done) < len(window.need):
            while window.ready:
                node = window.pop()
                if node < len(self.run.rows):
                    self._line(window, node)
                else:
                    self._event(window, node)
                window.finish(node)
            if len(window.done) < len(window.need):
                break_cycles(self, window)

    def _line(self, window: Window, at: int) -> None:
        row = self.run.rows[at]
        keys = dict.fromkeys((row.source, row.target)) if row.kind != Kind.SKIP else ()
        for key in keys:
            pool = self.run.pools.get(key) if key else None
            if isinstance(pool, PeriodicPool):
                pool.line = (at, self.base(at, pool), row.quantity)
        if self.run.shares is not None:
            self.run.sequence.append(at)
        if not (row.kind == Kind.REVALUE and self._is_relisted(at, row)):
            apply(self.run, at)
        self._note_provisional(window, at, row)

    def _note_provisional(self, window: Window, at: int, row: CostLine) -> None:
        """A cost of the last period may change, and whatever it goes into."""
        places = {row.source, row.target}
        if row.order:
            places.add(f"order {row.order}")
        piece = window.left_in.get(at)
        is_drawn = bool(places & self.open) and row.kind not in _FROM_OUTSIDE
        if not is_drawn and (piece is None or not piece.is_last):
            return
        self.run.provisional.add(at)
        self.open |= places - {"", row.source}

    def _is_relisted(self, at: int, row: CostLine) -> bool:
        """A change of the planned or selling price: the base changes, the value does not."""
        lists = [
            (pool, part)
            for key, part in self.run.setting.restated.get(at, ())
            if isinstance(pool := self.run.pools.get(key), ListPool)
        ]
        for pool, part in lists:
            pool.base += part
        return bool(lists) and not row.value

    def base(self, at: int, pool: PeriodicPool) -> int:
        """What the cost of a line is proportional to: quantity, or value at list price."""
        row = self.run.rows[at]
        if not pool.at_list or row.kind == Kind.REVALUE:
            return row.quantity
        known = self.run.standard(at)
        if known is not None:
            return known
        if row.value is not None:
            return row.value
        quantity, _, base = pool.opening
        return share(base, row.quantity, quantity) if quantity > 0 else row.quantity

    def _event(self, window: Window, node: int) -> None:
        piece, event = window.piece_of(node)
        if not isinstance(piece.pool, PeriodicPool):
            return
        if event == PRICED:
            self._price(window, piece, piece.pool)
        elif event == OVER:
            self._close(piece, piece.pool)
            if piece.later is not None:
                self._enter_period(piece.later)

    def _enter_period(self, piece: Piece) -> None:
        if isinstance(piece.pool, PeriodicPool):
            piece.pool.begin(piece.first)
            piece.pool.is_traced = self.run.shares is not None

    def _price(self, window: Window, piece: Piece, pool: PeriodicPool) -> None:
        """All has come in: find what leaving costs."""
        goods = pool.whole()
        lent = pool.lent
        if piece.is_previous:
            goods = Amount(*(whole - part for whole, part in zip(goods, lent, strict=True)))
            lent = Amount()
        posts = self.posts(window, piece, pool)
        goods = goods._replace(base=goods.base + self._relisted(posts, pool))
        rule = rule_in(self.run, pool, goods)
        self._find_short(piece, pool)
        priced = price((pool.policy, rule), goods, posts, window.citers, lent=lent)
        if rule.base:
            found = (rule.value, rule.base, rule.rounded, rule.decimals)
            self.run.rates.append(Rate(piece.key, piece.period, *found))
        expected = {} if pool.shortages else priced.returning  # what is owed comes first
        pool.price(priced.costs, expected, goods)

    def posts(self, window: Window, piece: Piece, pool: PeriodicPool) -> list[Post]:
        """The lines after pricing, each with its base: what comes back has that of its issue."""
        rows, outs = self.run.rows, {post.at for post in piece.posts if not post.is_back}
        posts: list[Post] = []
        for post in piece.posts:
            base = self.base(post.at, pool)
            if post.is_back and post.cites in outs and pool.at_list:
                left = self.base(post.cites, pool)
                base = share(left, post.quantity, rows[post.cites].quantity)
            posts.append(post._replace(base=base, is_cited=post.at in window.citers))
        return posts

    def _relisted(self, posts: list[Post], pool: PeriodicPool) -> int:
        """The list price changed while goods were away: they come back at today's, so that their
        base grows as that of goods on hand did.
        """
        return sum(self.base(post.at, pool) - post.base for post in posts if post.is_back)

    def _find_short(self, piece: Piece, pool: PeriodicPool) -> None:
        """Report the first line that, in the lines' own order, takes what is not there yet."""
        if pool.refused:
            return
        found = piece.first_short(pool.opening.quantity - pool.short())
        if found is not None:
            pool.refused = True
            at, there, wanted = found
            self.run.trouble("stock-short", at, pool=piece.key, on_hand=there, wanted=wanted)

    def _close(self, piece: Piece, pool: PeriodicPool) -> None:
        """Nothing on hand is worth nothing: stray cents go with the last issue, or expensed."""
        run, stray = self.run, pool.close()
        if not stray:
            return
        issues = [
            post.at
            for post in piece.posts
            if post.is_outside and not post.is_back and run.costs[post.at] + stray >= 0
        ]
        if issues:
            run.costs[issues[-1]] += stray
            if run.shares is not None:
                run.shares[issues[-1]] += (Share(-1, 0, stray),)
            return
        out = [at for at, change in piece.moves if change < 0]
        of = piece.posts[-1].at if piece.posts else out[-1] if out else pool.last_in
        came = pool.last_in if pool.last_in >= 0 else max(run.lines_into(piece.key), default=of)
        run.true_ups.append(TrueUp(came, of, 0, stray))
        if run.fills is not None:
            run.fills.append((Share(-1, 0, stray),))


def tied(run: Run, items: set[str]) -> tuple[set[str], set[str]]:
    """The items and cost objects that value can flow between, from some items."""
    rows = run.rows
    pairs = {(row.item, row.order) for row in rows if row.order}
    for at, cited in run.setting.citations.items():  # a charge over receipts of several items
        if at < len(rows):
            names = {rows[one].item for one, _ in cited if one < len(rows)} | {rows[at].item}
            pairs |= {(item, f"cited by {at}") for item in names}
    items, orders = set(items), set[str]()
    size = -1
    while size != len(items) + len(orders):
        size = len(items) + len(orders)
        orders |= {order for item, order in pairs if item in items}
        items |= {item for item, order in pairs if order in orders and item}
    return items, orders


def tied_lines(run: Run, items: set[str], start: int, stop: int) -> list[int]:
    """Lines of the items, and of all that cost objects tie to them."""
    items, orders = tied(run, items)
    rows, cited = run.rows, run.setting.citations
    return [
        at
        for at, row in enumerate(rows[start:stop], start)
        if row.item in items
        or (row.order and row.order in orders)
        or (not row.item and row.cites >= 0 and rows[row.cites].item in items)
        or (not row.item and any(rows[one].item in items for one, _ in cited.get(at, ())))
    ]


def windows(run: Run, lines: list[int], policies: Iterable[CostPolicy]) -> list[list[int]]:
    """The lines, by the longest period among the policies."""
    lengths = {policy.period for policy in policies if is_periodic(policy)}
    longest = max(lengths, key=_LENGTHS.index, default="month")
    starts = run.setting.periods.get(longest, ())
    bounds = [0, *(bisect_left(lines, start) for start in starts), len(lines)]
    return [lines[a:b] for a, b in pairwise(bounds) if a < b]


def by_period(run: Run, plain: Step) -> Step:
    """How to cost the lines of a run: by `plain`, where no item's method is periodic."""
    policies = [*run.policies.values(), *(one.policy for one in run.setting.switches)]
    if not any(is_periodic(policy) for policy in policies):
        return plain
    return partial(evaluate, plain)


def evaluate(plain: Step, run: Run, start: int, stop: int) -> None:
    """Cost some lines of a run in which some item's method is periodic, the others by `plain`."""
    items = {item for item, policy in run.policies.items() if is_periodic(policy)}
    waiting, run.waiting = run.waiting, []
    held = {run.rows[at].item for at in waiting} & items
    late = _unfinished(run, items, stop)
    simple = plain_items(run, items - held - late, start, stop)
    lines: list[int] = []
    if items - simple:
        simple -= tied(run, items - simple)[0]  # be it by an order of later lines
        lines = tied_lines(run, items - simple, start, stop)
    apart = set(tied_lines(run, late, 0, stop)) if late else set()
    run.waiting = [at for at in (*waiting, *lines) if at in apart]
    _others(plain, run, (start, stop), (simple, set(lines)))
    lines = [at for at in (*waiting, *lines) if at not in apart]
    cost_plain(run, simple, start, stop)
    policies = [run.policies[item] for item in items - simple]
    for part in windows(run, lines, policies):
        Periodic(run).cost(part)
    run.troubles.sort(key=lambda trouble: trouble.at)
    run.rates.sort(key=lambda rate: (rate.period, rate.pool))


def _unfinished(run: Run, items: set[str], stop: int) -> set[str]:
    """Items that wait for the end of their period, though another's policy changes before it."""
    if stop >= len(run.rows):
        return set()
    late = {
        item
        for item in items
        if stop not in run.setting.periods.get(run.policies[item].period, ())
    }
    changed = {one.item for one in run.setting.switches if one.before == stop}
    return tied(run, late)[0] - tied(run, changed)[0]


def _others(plain: Step, run: Run, span: tuple[int, int], mine: tuple[set[str], set[int]]) -> None:
    """Cost what no periodic item is tied to: lines that are of none of `mine`."""
    rows, (items, lines) = run.rows, mine
    others = [at for at in range(*span) if rows[at].item not in items and at not in lines]
    if run.shares is not None:
        run.sequence += others
    if not others:
        return
    if len(others) == span[1] - span[0]:
        plain(run, *span)
        return
    keep = set(others)
    _ = run.watch  # of all lines: made before some of them are covered up
    run.rows = [row if at in keep else _NOTHING for at, row in enumerate(rows)]
    plain(run, *span)
    run.rows = rows
    run.into.clear()
