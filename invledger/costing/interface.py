"""What the kernel eats and gives back: the seam that every method and every fast path keeps.

Lines come in total order (design, section 2). Quantities are positive integers of the item's
decimals, values integers of minor units. The kernel knows pools and cost objects by opaque keys;
it knows nothing of accounts, types, files or dates. A pool key belongs to one item only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from invledger.model import CostPolicy


class Kind(IntEnum):
    """What a line does to cost."""

    SKIP = 0  # no cost: documents, goods of others, moves inside one pool
    RECEIVE = 1  # outside -> target, at `value`; None: at the pool's current unit cost
    ISSUE = 2  # source -> outside, by the pool's method (or the cited layer: specific)
    MOVE = 3  # source -> target pool: the cost travels (FIFO layers keep identity and order);
    #           citing a MOVE: that one undone, with the layers it brought
    RETURN_IN = 4  # outside -> target at the cost of the cited issue (pro rata, last takes rest);
    #                without citation at `value`
    RETURN_OUT = 5  # source -> outside at the cost of the cited receipt, as far as it is there,
    #                 or at `value` where that is known better; without citation by the method
    CONSUME = 6  # source -> cost object `order`; citing a HAND_BACK or PRODUCE: that undone
    HAND_BACK = 7  # the cited CONSUME line's cost object -> target, at that line's cost
    PRODUCE = 8  # cost object `order` -> target: `value` when stated, else all that is left in it
    ADD_TO_ORDER = 9  # `value` into cost object `order` (labour, overhead, fees); no quantity;
    #                   citing one without a value (a loss by share): that one undone
    REVALUE = 10  # `value` (signed) onto what is left of the cited receipt; rest -> expensed;
    #               without citation onto all that is in the pool `target`
    SETTLE = 11  # cost object `order`: its estimated output becomes actual cost; as REVALUE,
    #              `revalued[i]` by pool, costs[i] what stayed in stock, cited[i] expensed;
    #              citing a SETTLE: that one undone


#: Kinds that bring goods into a pool (of these, MOVE out of another), and that take them out.
INTO_POOL = frozenset({Kind.RECEIVE, Kind.MOVE, Kind.RETURN_IN, Kind.HAND_BACK, Kind.PRODUCE})
OUT_OF_POOL = frozenset({Kind.ISSUE, Kind.MOVE, Kind.RETURN_OUT, Kind.CONSUME})


class CostLine(NamedTuple):
    """One line for the kernel. Keys are empty and `cites` is -1 where they do not apply."""

    kind: int
    item: str
    quantity: int
    source: str  # pool key
    target: str  # pool key
    value: int | None
    cites: int  # index of the cited line in the same sequence
    order: str  # cost object key


class Switch(NamedTuple):
    """The policy of an item changes before line `before` (CO-06): always at a period's start.

    Prospective: the pools keep their value. Retrospective: they take the value that the new
    policy would have given them from the first line on; the difference is in `Costed.switched`.
    """

    before: int
    item: str
    policy: CostPolicy
    is_retrospective: bool = False
    pools: Mapping[str, str] | None = None  # new pool key by old, where the pool's scope changes
    #: where it becomes narrower: (new pool key, quantity) by old; the last takes what is over
    splits: Mapping[str, Sequence[tuple[str, int]]] | None = None
    #: to standard, planned, retail: value at standard of what each (new) pool holds
    standards: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What few lines need beside themselves; empty for most books.

    `standards[i]`: value of line i's quantity at the standard, planned or selling price, in minor
    units; asked of every line of pools under those methods. `citations[i]`: (line, quantity) of
    all that line i cites, where it cites several (REVALUE: (line, value)). `stated[i]`: the value
    at which line i is to leave. `periods`: "day", "month", "year" -> index of the first line of
    each period. `fallback`: by item (value, quantity) to estimate from without cost history.
    `treats[i]`: how REVALUE line i treats what it cites: "remaining-share" (what is left of that
    receipt, first in first out under averages too) or "on-hand-share" (min(on hand, received) /
    received); absent: what is on hand, and what left follows where it went. REVALUE without a
    value: `stated[i]` is what the line's quantity is to be worth from now on. `portions[i]`:
    PRODUCE line i takes numerator / denominator of all value that its order ever took in, less
    hand-backs; so does an ADD_TO_ORDER line without a value, for what is lost. `lost`:
    ADD_TO_ORDER lines that take a value out for what is lost, and those that undo them: they are
    no part of what the order took in. `estimates`:
    PRODUCE lines whose value is an estimate until the order is settled (None: what such goods cost
    in the pool); a portion is then their weight at the settlement.
    SETTLE line i takes `portions[i]` of the conversion cost in its order and `materials[i]` (else
    the same) of the material; without them all, and completes it.
    `backdated`: RECEIVE lines entered after lines of a later date (company order as-entered).
    `undoing`: HAND_BACK, ADD_TO_ORDER and CONSUME lines of a reversal whose later lines take back
    what the order had made: until then it is complete, and may owe.
    `returned[i]`: of RETURN_OUT line i with a value, the part of each that it cites.
    `restated[i]`: REVALUE line i brings whole pools to a new price: (pool key, change) of each.
    Lines before the first of `periods` are opening balances. `unit_shift`: by item, its decimals
    less the currency's, so that `CostPolicy.unit_decimals` counts decimals of the unit cost as
    people write it.
    """

    standards: Mapping[int, int] = field(default_factory=dict)
    citations: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    stated: Mapping[int, int] = field(default_factory=dict)
    periods: Mapping[str, Sequence[int]] = field(default_factory=dict)
    switches: Sequence[Switch] = ()
    fallback: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    treats: Mapping[int, str] = field(default_factory=dict)
    portions: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    lost: frozenset[int] = frozenset()
    estimates: frozenset[int] = frozenset()
    materials: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    backdated: frozenset[int] = frozenset()
    undoing: frozenset[int] = frozenset()
    returned: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    restated: Mapping[int, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    unit_shift: Mapping[str, int] = field(default_factory=dict)


class Rate(NamedTuple):
    """What a periodic method found: unit cost, variance rate or cost rate of a pool in a period.

    Unit cost: value / quantity. Rates: value (variance, cost) / standard (planned, selling).
    `rounded` is the scaled figure used where the policy rounds it first (see `decimals`).
    """

    pool: str
    period: int  # index into Setting.periods[policy.period]
    value: int
    base: int  # quantity, or value at standard
    rounded: int | None = None
    decimals: int | None = None


class Layer(NamedTuple):
    """What is left of one receipt in a pool (under averages: one layer, origin -1).

    A shortage is a layer below zero: origin is the line that issued what was not there.
    """

    origin: int  # index of the line that brought it in
    quantity: int
    value: int


class Share(NamedTuple):
    """Part of a line's cost that came from the line `origin`.

    Origin -1: an estimate for goods that were not there (quantity above 0) or a rounding residue
    (quantity 0). Origin -2 - n: what was mixed in an average as `Costed.mixes[n]` says. Shares of
    a PRODUCE line name its inputs, quantities in the inputs' own units.
    """

    origin: int
    quantity: int
    value: int


class TrueUp(NamedTuple):
    """A shortage filled: line `at` brought goods that line `of` had issued at an estimate.

    The amount is an expense, or cost of the unfinished cost object `order` that `of` fed.
    """

    at: int
    of: int
    quantity: int
    amount: int  # actual minus estimate; more cost where positive
    order: str = ""


class Restated(NamedTuple):
    """A change of policy after which an item's pools are made of something else, or of less:
    retrospective, or goods of pools it joined filled what others owed.
    """

    item: str
    before: int  # line
    after: int  # how many lines were costed before it
    mixes: tuple[int, int, int, int]  # those before it, + of the costing again, + of others, + own
    was: tuple[Share, ...]  # what the pools were made of
    became: tuple[Share, ...]
    past: Costed | None  # provenance of the lines so far, costed again
    is_retrospective: bool


class Settled(NamedTuple):
    """What a SETTLE line made of one output that had stood at an estimate.

    `parts`: inputs that fall to it, last the estimate (the output's own line, below zero); they
    add up to the late value, which came into pools by mixes from `first` to before `last`. An
    order that made nothing has one of output -1, with inputs only.
    """

    output: int
    first: int
    last: int
    parts: tuple[Share, ...]


class Trouble(NamedTuple):
    """Something the kernel refuses, by line; `code` is a Problem code of for_costing."""

    code: str
    at: int  # index of the line
    args: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class PoolState:
    """A pool after the last line. `quantity` 0 means `value` 0."""

    item: str
    quantity: int = 0
    value: int = 0
    layers: list[Layer] = field(default_factory=list)


@dataclass(slots=True)
class Costed:
    """What every line cost, and what is left.

    `costs[i]`: value that line i moved (>= 0; signed for REVALUE: the part that stayed in stock).
    `revalued[i]` for REVALUE: (pool key, value) of what stayed in stock, pool by pool.
    `cited[i]` for RETURN_OUT: the cited receipt's own value for that quantity (differs from
    `costs[i]` where the pool could not give it all back); for REVALUE: the part expensed.
    `capitalised[i]` for late value onto several receipts: (cited line, value that stayed in
    stock); with provenance each such part is a mix of its own: `late_mixes` says of which line.
    `mixes[n]`, with provenance: what an average was made of at a moment that shares refer to.
    `fills[k]`, with provenance: what the receipt of `true_ups[k]` gave for the shortage.
    `held`, with provenance: what the goods in each pool, `inside`: what the value left in each
    cost object is made of.
    `unfit[i]`: value that line i was to take from goods on hand and could not (it is expensed):
    they are never worth less than nothing.
    `variances[i]`: actual minus standard value of what line i brought in, or of late value on it
    (more cost where > 0); back-dated receipts at the current average: stated minus entered value.
    `followed[i]`: late value of line i (REVALUE, SETTLE) that went into open cost objects: (order,
    value). `rates`: what periodic methods found. `switched`: (index into Setting.switches, pool
    key, value before, value after) of pools whose value or account (of a price) changes.
    `provisional`: lines whose cost may still change without a new line before them: periodic
    methods in the last period, output of unsettled orders. `sequence`: the lines in the order in
    which they were costed, where that is not their own: a periodic issue draws on later receipts
    of its period. `restated`, with provenance: changes of policy that changed what is in pools.
    `settled[i]`, with provenance: what SETTLE line i took and gave, output by output.
    """

    costs: list[int]
    cited: dict[int, int]
    true_ups: list[TrueUp]
    pools: dict[str, PoolState]
    orders: dict[str, int]  # value left in each cost object
    troubles: list[Trouble]
    shares: list[tuple[Share, ...]] | None = None  # provenance per line, when asked for
    fills: list[tuple[Share, ...]] | None = None
    mixes: list[tuple[Share, ...]] | None = None
    held: dict[str, tuple[Share, ...]] | None = None
    inside: dict[str, tuple[Share, ...]] | None = None
    revalued: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    capitalised: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    late_mixes: dict[int, int] = field(default_factory=dict)
    unfit: dict[int, int] = field(default_factory=dict)
    variances: dict[int, int] = field(default_factory=dict)
    followed: dict[int, list[tuple[str, int]]] = field(default_factory=dict)
    rates: list[Rate] = field(default_factory=list)
    switched: list[tuple[int, str, int, int]] = field(default_factory=list)
    provisional: frozenset[int] = frozenset()
    sequence: list[int] = field(default_factory=list)
    restated: list[Restated] = field(default_factory=list)
    settled: dict[int, tuple[Settled, ...]] = field(default_factory=dict)
