"""What each movement brought into or took out of a scope: the ground of card and summary.

A scope is a set of our own locations at a grain: the company, each site, or each location. Goods
that move between two places of the same grain do not flow. Purchase returns are negative
receipts, sale returns and hand-backs of material negative issues, and so is the reversal of
anything: that is how a Chinese stock book reads them, in red on the side of the original.

Where a cost pool reaches across the borders of the scope, nobody can say what its part is worth:
the value is None. Goods of others do not flow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from invledger.checks.holdings import Holdings, holdings
from invledger.costing.interface import Kind
from invledger.model import Location, MovementTable
from invledger.posting.sources import Derivation, Sources
from invledger.reports.query import Query, chosen_items, chosen_locations

RECEIPTS = ("purchase", "production", "transfer", "count", "other")
ISSUES = ("sale", "production", "transfer", "count", "scrap", "other")
GRAINS = ("company", "site", "location")

#: On which side, and as what, flows with a counterparty of a class are read.
_IN = {"production": "production", "count": "count", "opening": "opening"}
_OUT = {"production": "production", "count": "count", "scrap": "scrap"}


class Flow(NamedTuple):
    """One movement's effect: exactly one of receipt and issue names a column, signed figures."""

    row: int  # of the movement table
    item: str
    place: str  # of the grain; empty for the company
    receipt: str  # one of RECEIPTS, or `opening`
    issue: str  # one of ISSUES
    quantity: int
    value: int | None


@dataclass(slots=True)
class _Reader:
    """The table's columns, and which of our places stands for what."""

    table: MovementTable
    places: dict[str, str]  # our location in the scope -> its place at the grain
    classes: dict[str, str]
    known: Holdings
    unvalued: frozenset[tuple[str, str]]  # item, place


def flows(
    sources: Sources, derivation: Derivation, query: Query, grain: str = "company"
) -> Iterator[Flow]:
    """Effects in total order up to the query's last date, for its items, places and lots."""
    items = chosen_items(sources, query)
    reader = _reader(sources, derivation, query, grain)
    table, count = reader.table, reader.known.count
    later: dict[int, list[Flow]] = {}
    for true_up in reader.known.costed.true_ups:
        item = table.item[true_up.of]
        place = _place_of(reader, true_up.of)
        if place is not None:
            flow = Flow(true_up.at, item, place, "", "other", 0, true_up.amount)
            later.setdefault(true_up.at, []).append(_priced(reader, flow))
    for index in range(count):
        item = derivation.valued.lines[index].item or table.item[index]
        if (items is None or item in items) and not table.owner[index]:
            if not query.lots or table.lot[index] in query.lots:
                yield from _flows_of(reader, derivation, index, item)
            yield from later.get(index, ())


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
    return _Reader(sources.table, places, classes, known, frozenset(unvalued))


def _flows_of(reader: _Reader, derivation: Derivation, index: int, item: str) -> Iterator[Flow]:
    """The one or two effects of a row, priced where the scope has a price."""
    table, line = reader.table, derivation.valued.lines[index]
    value = reader.known.costed.costs[index]
    if line.kind == Kind.REVALUE:
        place = _place_of(reader, line.cites)
        if place is not None:
            yield _priced(reader, Flow(index, item, place, "other", "", 0, value))
        return
    quantity = table.quantity[index]
    source, target = table.source[index], table.target[index]
    left, entered = reader.places.get(source), reader.places.get(target)
    if left == entered:
        return
    is_reversal = any(key == "reverses" for key, _ in table.meta[index])
    back = is_reversal or line.kind == Kind.HAND_BACK
    if entered is not None:
        receipt, issue = _column(reader.classes.get(source, ""), enters=True, back=back)
        sign = 1 if receipt else -1
        flow = Flow(index, item, entered, receipt, issue, sign * quantity, sign * value)
        yield _priced(reader, flow)
    if left is not None:
        receipt, issue = _column(reader.classes.get(target, ""), enters=False, back=back)
        sign = -1 if receipt else 1
        flow = Flow(index, item, left, receipt, issue, sign * quantity, sign * value)
        yield _priced(reader, flow)


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
