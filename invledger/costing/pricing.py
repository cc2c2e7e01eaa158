"""The cost of what leaves a pool in a period, once all that came in is known (CO-03, CO-05).

A rule turns the base of a line (quantity, or value at planned or selling price) into its cost.
All issues of the period share one total: each is rounded by itself, the residue is the last
issue's. What is left on no goods is nothing: a pool that empties gives its whole value away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from invledger.costing.periodic_pool import Amount
from invledger.model import CostPolicy, divide_rounded, share

#: A residue up to so many minor units is one issue's; a larger one is spread cent by cent.
RESIDUE_MAX = 5


NOTHING = Amount()


class Rule(NamedTuple):
    """Cost of a base: base x offset + base x numerator / denominator, rounded once."""

    numerator: int
    denominator: int
    offset: int = 0  # 1: the rate is a variance rate, on top of the planned value
    rounded: int | None = None
    decimals: int | None = None
    value: int = 0  # what the rate was found from
    base: int = 0

    def cost(self, base: int) -> int:
        """What goods of that base cost."""
        return self.offset * base + divide_rounded(base * self.numerator, self.denominator)


class Post(NamedTuple):
    """A line after pricing: goods that leave or, with `is_back`, come back of these."""

    at: int
    quantity: int
    base: int
    is_back: bool = False
    cites: int = -1
    is_cited: bool = False  # later lines of the period come back at its cost
    is_outside: bool = True  # its cost goes out of stock, to no pool and no cost object


class Priced(NamedTuple):
    """Costs by line that leaves, what comes back by line, and which line has the residue."""

    costs: dict[int, int]
    returning: dict[int, Amount]
    residue_at: int


def rule_of(policy: CostPolicy, goods: Amount, opening: Amount, known: tuple[int, int]) -> Rule:
    """The rule of a pool that holds `goods` before anything leaves.

    `known`: last known (value, base), for a pool with no goods at all. `policy.unit_decimals` is
    in minor units per smallest unit here.
    """
    if policy.method in ("planned", "retail"):
        return _list_rule(policy, goods, opening)
    value, base = (max(goods.value, 0), goods.base) if goods.base > 0 else known
    if base <= 0:
        return Rule(0, 1)
    decimals = policy.unit_decimals
    if decimals is None:
        return Rule(value, base, value=value, base=base)
    one, scale = 10 ** max(decimals, 0), 10 ** max(-decimals, 0)
    rounded = divide_rounded(value * one, base * scale)
    return Rule(rounded * scale, one, 0, rounded, decimals, value, base)


def _list_rule(policy: CostPolicy, goods: Amount, opening: Amount) -> Rule:
    of = opening if policy.rate == "opening" and opening.base > 0 else goods
    offset = 1 if policy.method == "planned" else 0
    if of.base <= 0:
        return Rule(1 - offset, 1, offset)  # nothing known: planned value without variance
    part = max(of.value, 0) - offset * of.base
    if policy.rate_decimals is None:
        return Rule(part, of.base, offset, value=part, base=of.base)
    one = 10**policy.rate_decimals
    rounded = divide_rounded(part * one, of.base)
    return Rule(rounded, one, offset, rounded, policy.rate_decimals, part, of.base)


def price(
    pricing: tuple[CostPolicy, Rule],
    goods: Amount,
    posts: Sequence[Post],
    citers: Mapping[int, Sequence[tuple[int, int]]],
    *,
    lent: Amount = NOTHING,
) -> Priced:
    """Costs of the posts of a period, in their order, from a pool that holds `goods`.

    `lent`: what of these left before pricing. `citers`: by line its own quantity, then (line,
    quantity) of each that brings some of it back in the period, wherever to.
    """
    policy, rule = pricing
    costs = {post.at: rule.cost(post.base) for post in posts if not post.is_back}
    backs = [post for post in posts if post.is_back]
    outs = [post for post in posts if not post.is_back]
    out_base = sum(post.base for post in outs) - sum(post.base for post in backs)
    out = sum(post.quantity for post in outs) - sum(post.quantity for post in backs)
    left = goods.quantity - lent.quantity - out
    there = goods.value - lent.value
    free = [post.at for post in outs if not post.is_cited]
    carriers = [post.at for post in outs if post.is_outside and not post.is_cited] or free
    if left >= 0 and outs:
        total = there
        if left:
            total = min(_total(policy, rule, goods, out_base + lent.base) - lent.value, there)
        back = sum(part.value for part in returning(rule, backs, costs, citers).values())
        over = spread_residue(costs, carriers, total + back - sum(costs.values()))
        over = spread_residue(costs, free, over)
        for post in reversed(outs):
            if post.is_cited:
                over = _burden(costs, post.at, backs, citers, over)
    residue_at = (carriers or [-1, *(post.at for post in outs)])[-1]
    parts = returning(rule, backs, costs, citers) if left >= 0 else {}
    return Priced(costs, parts, residue_at)


def _total(policy: CostPolicy, rule: Rule, goods: Amount, out_base: int) -> int:
    """What all that leaves costs together, where something stays."""
    if policy.ending == "rate":
        return goods.value - min(max(rule.cost(goods.base - out_base), 0), goods.value)
    return rule.cost(out_base)


def spread_residue(
    costs: dict[int, int] | list[int], carriers: Sequence[int], residue: int
) -> int:
    """Put the residue onto the last issue; a large one cent by cent onto the last ones.

    Gives what is left over: no issue costs less than nothing.
    """
    step = 1 if residue > 0 else -1
    if RESIDUE_MAX < abs(residue) <= len(carriers):
        for at in carriers[-abs(residue) :]:
            if costs[at] + step >= 0:
                costs[at] += step
                residue -= step
    for at in reversed(carriers):
        if not residue:
            break
        taken = max(residue, -costs[at])
        costs[at] += taken
        residue -= taken
    return residue


def _burden(
    costs: dict[int, int],
    at: int,
    backs: Sequence[Post],
    citers: Mapping[int, Sequence[tuple[int, int]]],
    residue: int,
) -> int:
    """Put a residue onto a line that comes back in part: what stays away carries it alone.

    Gives what is left over: all of it where nothing stays away.
    """
    pairs = citers[at]
    mine = {post.at for post in backs if post.cites == at}
    staying = pairs[0][1] - sum(quantity for back, quantity in pairs if back in mine)
    if staying <= 0:
        return residue

    def kept_away(cost: int) -> int:  # of each cent more, all or nothing
        drawn = _drawn(cost, pairs)
        return cost - sum(drawn[back] for back in mine)

    is_large = abs(residue) > RESIDUE_MAX
    step = share(residue, pairs[0][1], staying) if is_large else residue
    while residue > 0 or (residue and costs[at]):
        before = kept_away(costs[at])
        costs[at] += max(step, -costs[at])
        residue -= kept_away(costs[at]) - before
        step = residue
    return residue


def _drawn(value: int, pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """What comes back of a cost by each line, as `Run.draw` divides it; `pairs`: see `price`."""
    drawn: dict[int, int] = {}
    left = pairs[0][1] if pairs else 0
    for at, quantity in pairs[1:]:
        drawn[at] = share(value, min(quantity, left), left) if left else 0
        left, value = max(left - quantity, 0), value - drawn[at]
    return drawn


def returning(
    rule: Rule,
    backs: Sequence[Post],
    costs: Mapping[int, int],
    citers: Mapping[int, Sequence[tuple[int, int]]],
) -> dict[int, Amount]:
    """What comes back, each at its part of the line it cites (as `Run.draw` divides it)."""
    drawn: dict[int, int] = {}
    for cited in dict.fromkeys(post.cites for post in backs if post.cites in costs):
        drawn |= _drawn(costs[cited], citers[cited])
    return {
        post.at: Amount(
            post.quantity, drawn[post.at] if post.at in drawn else rule.cost(post.base), post.base
        )
        for post in backs
    }
