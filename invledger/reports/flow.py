"""What each movement brought into or took out of a scope: the ground of card and summary.

A scope is a set of our own locations at a grain: the company, each site, or each location. Goods
that move between two places of the same grain do not flow. Purchase returns are negative
receipts, sale returns and hand-backs of material negative issues, and so is the reversal of
anything: that is how a Chinese stock book reads them, in red on the side of the original. Value
that comes or goes without goods (landed cost, an invoice that differs, an estimate trued up) is
neither receipt nor issue but an adjustment.

Where a cost pool reaches across the borders of the scope, nobody can say what its part is worth:
the value is None. Goods of others do not flow.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from invledger.checks.holdings import Holdings, holdings
from invledger.costing.interface import Kind
from invledger.model import Location, MovementTable
from invledger.posting.course import Course
from invledger.posting.sources import Derivation, Sources
from invledger.reports.query import Query, chosen_items, chosen_locations

RECEIPTS = ("purchase", "production", "transfer", "count", "other")
ISSUES = ("sale", "production", "transfer", "count", "scrap", "other")
ADJUST = "adjust"
CHANGE = "policy-change"  # of a dated change of cost policy: what nobody moved
#: Lines that bring value to goods, no goods.
LATE_VALUE = frozenset({Kind.REVALUE, Kind.SETTLE})

#: On which side, and as what, flows with a counterparty of a class are read.
_IN = {"production": "production", "count": "count", "opening": "opening"}
_OUT = {"production": "production", "count": "count", "scrap": "scrap"}


class Flow(NamedTuple):
    """One movement's effect: exactly one of receipt and issue names a column, signed figures.

    An adjustment has receipt `adjust`, no quantity, and a value that is negative where it goes.
    """

    row: int  # of the movement table
    item: str
    place: str  # of the grain; empty for the company
    receipt: str  # one of RECEIPTS, `opening` or `adjust`
    issue: str  # one of ISSUES
    quantity: int
    value: int | None
    change: str = ""  # the date of a change of policy that adjusted it; `row` came no earlier


class _Restated(NamedTuple):
    """What a change of policy on a date did to the value of goods at a place of the scope."""

    date: str
    item: str
    place: str
    amount: int


class _Route(NamedTuple):
    """What goods on the way between two locations are to one place of the scope."""

    place: str
    receipt: str
    issue: str
    sign: int  # of quantity and value in that column


@dataclass(slots=True)
class _Reader:
    """The table's columns, and which of our places stands for what."""

    table: MovementTable
    places: dict[str, str]  # our location in the scope -> its place at the grain
    classes: dict[str, str]
    known: Holdings
    unvalued: frozenset[tuple[str, str]]  # item, place
    pools: dict[str, tuple[str, str]]  # item and a place in the scope, by pool
    routes: dict[tuple[str, str, bool], tuple[_Route, ...]] = field(default_factory=dict)

    def route(self, source: str, target: str, *, back: bool) -> tuple[_Route, ...]:
        """None, one or two routes; remembered, since a company has few of them."""
        key = (source, target, back)
        found = self.routes.get(key)
        if found is None:
            found = self.routes[key] = tuple(_routes(self, source, target, back=back))
        return found


def flows(
    sources: Sources, derivation: Derivation, query: Query, grain: str = "company"
) -> Iterator[Flow]:
    """Effects in total order up to the query's last date, for its items, places and lots."""
    items, lots = chosen_items(sources, query), query.lots
    reader = _reader(sources, derivation, query, grain)
    table, costs = reader.table, reader.known.costed.costs
    later = _true_ups(reader)
    changed = _changes(sources, derivation, reader)
    columns = (table.item, table.quantity, table.source, table.target, table.owner, table.meta)
    lines = derivation.valued.lines[: reader.known.count]
    for row, (line, code, quantity, source, target, owner, meta) in enumerate(
        zip(lines, *columns, strict=False)
    ):
        item = line.item or code
        if row in changed:
            yield from _restated(reader, row, items, changed[row])
        if line.kind in LATE_VALUE:
            yield from _revalued(reader, row, items)
        elif owner or (items is not None and item not in items):
            continue
        elif quantity and (not lots or table.lot[row] in lots):
            back = line.kind == Kind.HAND_BACK or (bool(meta) and _is_reversal(meta))
            for place, receipt, issue, sign in reader.route(source, target, back=back):
                value = None if (item, place) in reader.unvalued else sign * costs[row]
                yield Flow(row, item, place, receipt, issue, sign * quantity, value)
        if row in later:
            yield from later[row]
    if len(lines) in changed:
        yield from _restated(reader, len(lines) - 1, items, changed[len(lines)])


def _changes(
    sources: Sources, derivation: Derivation, reader: _Reader
) -> dict[int, list[_Restated]]:
    """What changes of cost policy did to pools, by the row that they come before."""
    changed: dict[int, list[_Restated]] = {}
    if not reader.known.costed.switched:
        return changed
    course = Course(sources.company, sources.master, sources.table)
    dates = [turn.change.start for turn in course.turns()]
    switches = derivation.valued.setting.switches
    spots = dict[str, tuple[str, str | None]]()  # of pools that are no more, too
    for at, line in enumerate(derivation.valued.lines):
        for key, location in (
            (line.source, reader.table.source[at]),
            (line.target, reader.table.target[at]),
        ):
            if key and line.kind not in LATE_VALUE:
                spots.setdefault(key, (line.item, reader.places.get(location)))
    for number, key, before, after in reader.known.costed.switched:
        row = min(switches[number].before, reader.known.count)
        item, place = reader.pools.get(key) or spots.get(key, (switches[number].item, ""))
        if place is not None:
            part = _Restated(dates[number], item, place, after - before)
            changed.setdefault(row, []).append(part)
    return changed


def _restated(
    reader: _Reader, row: int, items: Container[str] | None, parts: Sequence[_Restated]
) -> Iterator[Flow]:
    """What changes of policy made of goods at one place; pools that they join or divide cancel."""
    sums: dict[tuple[str, str, str], int] = {}
    for date, item, place, amount in parts:
        sums[date, item, place] = sums.get((date, item, place), 0) + amount
    for (date, item, place), amount in sums.items():
        if amount and (items is None or item in items):
            yield _priced(reader, Flow(row, item, place, ADJUST, "", 0, amount, date))


def _revalued(reader: _Reader, row: int, items: Container[str] | None) -> Iterator[Flow]:
    """Value without goods that row `row` brought into pools."""
    for part in reader.known.costed.revalued.get(row, ()):
        yield from _adjusted(reader, row, items, part)


def _adjusted(
    reader: _Reader, row: int, items: Container[str] | None, part: tuple[str, int]
) -> Iterator[Flow]:
    """An amount of a pool, at one of its places in the scope."""
    key, amount = part
    item, place = reader.pools.get(key, ("", ""))
    if amount and item and (items is None or item in items):
        yield _priced(reader, Flow(row, item, place, ADJUST, "", 0, amount))


def _true_ups(reader: _Reader) -> dict[int, list[Flow]]:
    """Estimates that a receipt settled, by its row: more (or less) cost of earlier issues."""
    later: dict[int, list[Flow]] = {}
    for true_up in reader.known.costed.true_ups:
        item = reader.table.item[true_up.of]
        place = _place_of(reader, true_up.of)
        if place is not None:
            flow = Flow(true_up.at, item, place, ADJUST, "", 0, -true_up.amount)
            later.setdefault(true_up.at, []).append(_priced(reader, flow))
    return later


def _is_reversal(meta: tuple[tuple[str, str], ...]) -> bool:
    return any(key == "reverses" for key, _ in meta)


def _reader(sources: Sources, derivation: Derivation, query: Query, grain: str) -> _Reader:
    names: dict[str, Callable[[Location], str]] = {
        "company": lambda _: "",
        "site": lambda place: place.site,
        "location": lambda place: place.account,
    }
    scope = chosen_locations(sources, query)
    places = {name: names[grain](place) for name, place in scope.items()}
    known = holdings(sources, derivation, query.last)
    reach: dict[str, set[tuple[str, str | None]]] = {}
    for spot, pool in known.pools.items():
        inside = not query.lots or spot.lot in query.lots
        place = places.get(spot.location) if inside else None
        reach.setdefault(pool, set()).add((spot.item, place))
    unvalued = {
        (item, place)
        for ends in reach.values()
        if len(ends) > 1
        for item, place in ends
        if place is not None
    }
    classes = {name: place.class_ for name, place in sources.master.locations.items()}
    pools = {
        key: min((item, place) for item, place in ends if place is not None)
        for key, ends in reach.items()
        if any(place is not None for _, place in ends)
    }
    return _Reader(sources.table, places, classes, known, frozenset(unvalued), pools)


def _routes(reader: _Reader, source: str, target: str, *, back: bool) -> Iterator[_Route]:
    left, entered = reader.places.get(source), reader.places.get(target)
    if left == entered:
        return
    if entered is not None:
        receipt, issue = _column(reader.classes.get(source, ""), enters=True, back=back)
        yield _Route(entered, receipt, issue, 1 if receipt else -1)
    if left is not None:
        receipt, issue = _column(reader.classes.get(target, ""), enters=False, back=back)
        yield _Route(left, receipt, issue, -1 if receipt else 1)


def _column(class_: str, *, enters: bool, back: bool) -> tuple[str, str]:
    """Receipt column or issue column of goods that come from or go to a class of places."""
    if class_ == "supplier":
        return "purchase", ""
    if class_ == "customer":
        return "", "sale"
    if class_ in {"available", "inspection", "locked", "rejected", "transit", "dispatched",
                  "subcontract"}:  # fmt: skip
        return ("transfer", "") if enters else ("", "transfer")
    if enters is not back:
        return _IN.get(class_, "other"), ""
    if class_ == "opening":
        return "opening", ""
    return "", _OUT.get(class_, "other")


def _place_of(reader: _Reader, index: int) -> str | None:
    """The place in the scope where a row's goods lie or lay; None outside the scope."""
    if index < 0:
        return None
    target = reader.places.get(reader.table.target[index])
    return target if target is not None else reader.places.get(reader.table.source[index])


def _priced(reader: _Reader, flow: Flow) -> Flow:
    if (flow.item, flow.place) in reader.unvalued:
        return flow._replace(value=None)
    return flow
