"""Pools that feed each other within a period: transfers to and fro, rework, goods made of goods.

Under averages such a cycle is a system of linear equations: what a pool is worth is what came in
from outside plus so many units of the others at their unknown cost. It is solved exactly, in
fractions. Then the lines of the cycle leave at that cost, each rounded once, before the pools are
priced; a pool through which all goods only pass gives its rest to one line that leads out of the
cycle, so no cent stays on no goods. `cycles: previous` takes the opening average instead, as far
as there is one and as much value. Source: DESIGN section 3, periodic average.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from invledger.costing.components import components, ways_out
from invledger.costing.forms import CONSTANT, Forms, solve
from invledger.costing.interface import OUT_OF_POOL, Kind
from invledger.costing.periodic_network import policy_of
from invledger.costing.periodic_pool import Amount, PeriodicPool
from invledger.costing.pricing import Post, returning, rule_of
from invledger.costing.window import PRICED, Piece, Window

if TYPE_CHECKING:
    from invledger.costing.periodic import Periodic


def break_cycles(periodic: Periodic, window: Window) -> None:
    """Free some nodes of a window in which every node left waits for another."""
    for nodes in first_components(window):
        _Cycle(periodic, window, nodes).free()


def first_components(window: Window) -> list[set[int]]:
    """Nodes left that wait for each other, and for no others."""
    waiting = [node for node in window.need if node not in window.done]
    component: dict[int, int] = {}
    members = components(waiting, window.after)
    for number, nodes in enumerate(members):
        for node in nodes:
            component[node] = number
    fed = {
        component[other]
        for node in waiting
        for other in window.after[node]
        if component[other] != component[node]
    }
    return [set(nodes) for number, nodes in enumerate(members) if number not in fed]


class _Cycle:
    """One component: its pools in their period, its lines, the cost at which they leave."""

    def __init__(self, periodic: Periodic, window: Window, nodes: set[int]) -> None:
        self.periodic, self.window, self.run = periodic, window, periodic.run
        count = len(self.run.rows)
        self.nodes = nodes
        self.lines = sorted(node for node in nodes if node < count)
        pieces = [window.piece_of(node) for node in sorted(nodes) if node >= count]
        self.pieces = [piece for piece, event in pieces if event == PRICED]
        self.inner = {
            piece.key: [post for post in piece.posts if post.at in nodes] for piece in self.pieces
        }
        self.rates: dict[str, Fraction] = {}

    def free(self) -> None:
        """Let the lines of the cycle leave before their pools are priced."""
        if not any(self.inner.values()):
            self._force()
            return
        settling = [at for at in self.lines if self.run.rows[at].kind == Kind.SETTLE]
        if settling:
            self.trouble("cycle-settlement", settling[0])
        if any(piece.is_lent for piece in self.pieces) or not self._is_solved():
            self._free_at_previous()
            return
        keep = self._takers()
        if keep is None:
            self._unsolvable()
            keep = {}
        for piece in self.pieces:
            self._lend(piece, keep.get(piece.key, -1))

    def _force(self) -> None:
        """Lines at costs of their own wait for no more goods: they are there, or fall short."""
        for node in sorted(self.nodes - set(self.lines)):
            for other in [one for one in self.window.after[node] if one in self.nodes]:
                self.window.cut(node, other)

    def _is_solved(self) -> bool:
        """Find the cost of every pool of the cycle."""
        policies = [piece.pool.policy for piece in self.pieces]
        if any(policy.cycles == "refuse" for policy in policies):
            self.trouble("cycle-refused")
        if self._is_mixed():
            self.trouble("cycle-mixed")
            return False
        fixed = {
            piece.key: rate
            for piece in self.pieces
            if (rate := self._known(piece)) is not None
            and (piece.pool.policy.cycles == "previous" or piece.pool.policy.rate == "opening")
        }
        for known in (fixed, {}) if fixed else ({},):
            forms = self._forms(known)
            rates = solve(forms.inflow, forms.bases, known)
            if rates is None or any(rate < 0 for rate in rates.values()):
                continue
            if all(self._suffices(piece, forms, rates) for piece in self.pieces):
                self.rates = rates
                for piece in self.pieces:
                    piece.is_previous = bool(known)
                return True
        self._unsolvable()
        return False

    def _is_mixed(self) -> bool:
        """Whether goods of another method, or layers, lie in the way."""
        if not all(isinstance(piece.pool, PeriodicPool) for piece in self.pieces):
            return True
        keys = {piece.key for piece in self.pieces}
        for at in self.lines:
            row = self.run.rows[at]
            if row.kind in OUT_OF_POOL and row.source not in keys:
                pool = self.run.pools.get(row.source)
                if not isinstance(pool, PeriodicPool) or at not in pool.planned:
                    return True
        return False

    def _forms(self, known: Mapping[str, Fraction]) -> Forms:
        """What comes into each pool of the cycle, in terms of the unknown rates."""
        forms = Forms(self.run, self.window.left_in, known)
        for piece in self.pieces:
            pool = piece.pool
            if isinstance(pool, PeriodicPool):
                forms.enter(piece.key, pool)
        for at in self.lines:
            row = self.run.rows[at]
            bases = {
                key: self.periodic.base(at, own)
                for key in (row.source, row.target)
                if isinstance(own := self.run.pools.get(key), PeriodicPool)
            }
            forms.line(at, bases)
        return forms

    def _known(self, piece: Piece) -> Fraction | None:
        """The opening average of a pool, or the last one known."""
        pool = piece.pool
        if not isinstance(pool, PeriodicPool):
            return None
        if pool.opening.base > 0:
            return Fraction(max(pool.opening.value, 0), pool.opening.base)
        if pool.at_list or not pool.last_quantity:
            return None
        return Fraction(max(pool.last_value, 0), pool.last_quantity)

    def _suffices(self, piece: Piece, forms: Forms, rates: Mapping[str, Fraction]) -> bool:
        """Whether the pool holds the value that its lines in the cycle take."""
        whole = forms.inflow[piece.key]
        value = sum(
            (part * (rates[key] if key != CONSTANT else 1) for key, part in whole.items()),
            Fraction(0),
        )
        base = sum(self._signed_base(piece, post) for post in self.inner[piece.key])
        return value >= rates[piece.key] * base or forms.bases[piece.key] <= 0

    def _signed_base(self, piece: Piece, post: Post) -> int:
        pool = piece.pool
        base = self.periodic.base(post.at, pool) if isinstance(pool, PeriodicPool) else 0
        return -base if post.is_back else base

    def _takers(self) -> dict[str, int] | None:
        """For pools that end empty and lead nowhere else: the line that takes their rest.

        None where some have none: their goods only go round.
        """
        rows = self.run.rows
        passing = {piece.key for piece in self.pieces if self._is_passing(piece)}
        keys = {piece.key for piece in self.pieces}
        into: dict[str, list[tuple[str, int]]] = defaultdict(list)  # node -> (node before, line)
        outlets: set[str] = keys - passing
        for at in self.lines:
            row = rows[at]
            if row.kind == Kind.MOVE:
                into[row.target].append((row.source, at))
            elif row.kind == Kind.CONSUME:
                into[f"order {row.order}"].append((row.source, at))
            elif row.kind == Kind.PRODUCE and row.value is None:
                if row.target in keys:
                    into[row.target].append((f"order {row.order}", at))
                else:
                    outlets.add(f"order {row.order}")
        made = {rows[at].order for at in self.lines if rows[at].kind == Kind.PRODUCE}
        outlets |= {name for name in into if name[:6] == "order " and name[6:] not in made}
        lines, seen = ways_out(outlets, into)
        return {key: lines[key] for key in passing} if passing <= seen else None

    def _is_passing(self, piece: Piece) -> bool:
        inner = {post.at for post in self.inner[piece.key]}
        if any(post.at not in inner and not post.is_back for post in piece.posts):
            return False
        pool = piece.pool
        there = pool.opening.quantity - pool.short() if isinstance(pool, PeriodicPool) else 0
        return there + sum(change for _, change in piece.moves) == 0

    def _lend(self, piece: Piece, keep: int) -> None:
        """Let the inner lines of a pool go, at its rate; `keep` waits and takes the rest, and
        what comes back of it waits for that.
        """
        pool = piece.pool
        kept = {keep} - {-1}
        posts = [post for post in self.inner[piece.key] if not kept & {post.at, post.cites}]
        freed = {post.at for post in posts}
        if isinstance(pool, PeriodicPool):
            rate = self.rates.get(piece.key, Fraction(0))
            posts = [post._replace(base=self.periodic.base(post.at, pool)) for post in posts]
            goods = Amount(0, rate.numerator, rate.denominator)
            rule = rule_of(policy_of(self.run, pool), goods, pool.opening, (0, 0))
            costs = {post.at: rule.cost(post.base) for post in posts if not post.is_back}
            backs = [post for post in posts if post.is_back]
            parts = returning(rule, backs, costs, self.window.citers)
            signs = [(-1 if post.is_back else 1, post) for post in posts]
            lent = Amount(
                sum(sign * post.quantity for sign, post in signs),
                sum(costs.values()) - sum(part.value for part in parts.values()),
                sum(sign * post.base for sign, post in signs),
            )
            pool.lend(costs, freed, lent, parts)
        piece.is_lent = True
        piece.posts = [post for post in piece.posts if post.at not in freed]
        for at in freed:
            self.window.cut(piece.node + PRICED, at)

    def _free_at_previous(self) -> None:
        """Go on after a refusal: at the opening averages if there is so much value, else at 0."""
        known = {piece.key: self._known(piece) or Fraction(0) for piece in self.pieces}
        if not self._is_mixed():
            forms = self._forms(known)
            if not all(self._suffices(piece, forms, known) for piece in self.pieces):
                known = dict.fromkeys(known, Fraction(0))
        else:
            known = dict.fromkeys(known, Fraction(0))
        self.rates = known
        for piece in self.pieces:
            piece.is_previous = True
            if not isinstance(piece.pool, PeriodicPool):
                piece.pool.refused = True
            self._lend(piece, -1)

    def _unsolvable(self) -> None:
        """Nothing fixes the costs; not told where goods are refused that are not there."""
        if not any(
            piece.first_short(piece.pool.opening.quantity - piece.pool.short())
            for piece in self.pieces
            if isinstance(piece.pool, PeriodicPool) and not piece.pool.refused
        ):
            self.trouble("cycle-unsolvable")

    def trouble(self, code: str, at: int = -1) -> None:
        """Name all that the cycle ties together, at its first line or the one that is meant."""
        names = {"items": [self.run.rows[at].item for at in self.lines]}
        names["pools"] = [piece.key for piece in self.pieces]
        said = {name: "\n".join(dict.fromkeys(filter(None, keys))) for name, keys in names.items()}
        self.run.trouble(code, self.lines[0] if at < 0 else at, **said)
