"""Values at standard, planned or selling prices, line by line, and changes of those prices.

Quantity × price in force at the line's date, rounded once. A line that empties a pool takes what
is left of the pool's value at standard, so that no goods have no value at any price. A document
that restates (`standard-cost-change`) brings what lies in every pool of its item to the price in
force on its date. Codes: standard-cost-missing, standard-change-idle, standard-change-item,
standard-change-missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from invledger.costing.interface import CostLine, Kind, Switch
from invledger.model import PRICE_DECIMALS, PRICE_KINDS, Item, divide_rounded
from invledger.posting.course import Turn
from invledger.posting.sources import Valued
from invledger.posting.turning import is_to_price, pools_before
from invledger.posting.work import Work

Changes = dict[int, tuple[tuple[str, int], ...]]  # pool key, change; by line


@dataclass(slots=True)
class Base:
    """What a pool holds, and its value at the price at which it is kept."""

    quantity: int = 0
    value: int = 0
    price: int = -1  # -1: nothing came in yet


class _Price(NamedTuple):
    """A price of an item while it holds."""

    since: str
    until: str  # exclusive
    price: int  # -1: none is in force


class Standards:
    """One pass over the lines of items that are kept at a price.

    `values`: value at standard by line; `restated`: what restating documents change, pool by
    pool; `turned`: value at standard of each pool, by number of the change of policy that brings
    its goods to a price.
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self.values: dict[int, int] = {}
        self.restated: Changes = {}
        self.turned: dict[int, dict[str, int]] = {}
        self.bases: dict[str, Base] = {}
        self.pools_of: dict[str, list[str]] = {}
        self._prices: dict[tuple[str, str], _Price] = {}
        self._missing: set[str] = set()
        self._stale: set[tuple[str, int]] = set()

    def run(self) -> None:
        """Look at every line and every document that restates goods."""
        work = self.work
        priced = {code for code in work.master.items if work.course.is_priced(code)}
        documents = {
            type_
            for type_, versions in work.sources.rules.items()
            if any(rule.restates for rule in versions)
        }
        turns: dict[int, list[tuple[int, Turn]]] = {}
        for number, turn in enumerate(work.course.turns()):
            if turn.item in priced:
                turns.setdefault(turn.before, []).append((number, turn))
        table = work.sources.table
        for key, (code, quantity, value, price) in work.sources.held.items():
            base = self._base(key, code)
            base.quantity, base.value, base.price = quantity, value, price
        for at, line in enumerate(work.lines):
            for number, turn in turns.get(at, ()):
                self._turn(number, turn)
            moves = line.kind not in (Kind.SKIP, Kind.REVALUE)
            if line.item in priced and line.quantity and moves:
                self._goods(at, line)
            elif table.type[at] in documents:
                self._restate(at)

    def _turn(self, number: int, turn: Turn) -> None:
        """Goods on hand come under a new policy: to its price, in its pools."""
        course, item = self.work.course, self.work.master.items[turn.item]
        kind, before = course.kind(turn.item, turn.stage), course.kind(turn.item, turn.stage - 1)
        if kind == before and turn.old.pool == turn.new.pool and not is_to_price(turn):
            self.turned[number] = {
                key: self.bases[key].value for key in self.pools_of.get(turn.item, ())
            }
            return
        for key in self.pools_of.pop(turn.item, ()):
            del self.bases[key]
        if not kind:
            return
        held, found = pools_before(self.work, turn), dict[str, int]()
        price = self._price_on(turn.before, item, kind, turn.change.start) if held else 0
        for key, quantity in held.items():
            base = self._base(key, turn.item)
            base.quantity, base.price = quantity, price
            base.value = found[key] = self._value(quantity, max(price, 0), item)
        self.turned[number] = found

    def _goods(self, at: int, line: CostLine) -> None:
        """A line that moves goods."""
        course, item = self.work.course, self.work.master.items[line.item]
        kind = course.kind(line.item, course.stage(at))
        if not kind:
            return
        price = self._price_on(at, item, kind, self.work.sources.table.date[at])
        if price < 0:
            return
        source = self.bases.get(line.source) if line.source else None
        value = self._value(line.quantity, price, item)
        if source is not None:
            self._judge_price(at, source, price, line.item)
            if source.quantity == line.quantity:
                value = source.value
            source.quantity -= line.quantity
            source.value -= value
        if line.target:
            target = self._base(line.target, line.item)
            self._judge_price(at, target, price, line.item)
            target.quantity += line.quantity
            target.value += value
            target.price = price
        self.values[at] = value

    def _base(self, key: str, item: str) -> Base:
        found = self.bases.get(key)
        if found is None:
            found = self.bases[key] = Base()
            self.pools_of.setdefault(item, []).append(key)
        return found

    def _value(self, quantity: int, price: int, item: Item) -> int:
        decimals = self.work.sources.company.currency_decimals
        return divide_rounded(quantity * price, 10 ** (item.decimals + PRICE_DECIMALS - decimals))

    def _price_on(self, at: int, item: Item, kind: str, date: str) -> int:
        """The price in force on a date; -1, and a Problem once an item, where none is."""
        known = self._prices.get((item.code, kind))
        if known is None or not known.since <= date < known.until:
            known = self._prices[item.code, kind] = self._look(item.code, kind, date)
        if known.price < 0 and item.code not in self._missing:
            self._missing.add(item.code)
            currency = self.work.sources.company.currency
            said = {"item": item.code, "kind": kind, "date": date, "currency": currency}
            self.work.report("standard-cost-missing", at, **said)
        return known.price

    def _look(self, item: str, kind: str, date: str) -> _Price:
        since, until, price = "", "9999-99-99", -1
        for one in self.work.master.dated_prices(item, kind):
            if one.date > date:
                until = one.date
                break
            since, price = one.date, one.price
        return _Price(since, until, price)

    def _judge_price(self, at: int, base: Base, price: int, item: str) -> None:
        """Goods that lie at an old price want a document that brings them to the new one. Where
        they will be kept at a price only later, that change does it.
        """
        is_kept = PRICE_KINDS.get(self.work.policy(item, at).method) is not None
        if base.price in (price, -1) or not base.quantity or not is_kept:
            return
        if (item, price) not in self._stale:
            self._stale.add((item, price))
            date = self.work.sources.table.date[at]
            self.work.report("standard-change-missing", at, item=item, date=date)

    def _restate(self, at: int) -> None:
        """A document that brings an item's goods to the price in force on its date."""
        work = self.work
        code = work.special.get(at, {}).get("item", "")
        item = work.master.items.get(code)
        method = work.policy(code, at).method if item is not None else ""
        kind = PRICE_KINDS.get(method)
        if item is None or kind is None:
            found = "standard-change-item" if item is None else "standard-change-idle"
            work.report(found, at, item=code)
            return
        price = self._price_on(at, item, kind, work.sources.table.date[at])
        if price < 0:
            return
        changes: list[tuple[str, int]] = []
        for key in self.pools_of.get(code, ()):
            base = self.bases[key]
            base.price = price
            if base.quantity:
                value = self._value(base.quantity, price, item)
                changes.append((key, value - base.value))
                base.value = value
        total = sum(change for _, change in changes)
        work.amounts[at] = {**work.amounts[at], "revaluation": total}
        if not changes:
            return
        self.restated[at] = tuple(changes)
        self.values[at] = total
        value = total if method == "standard" else 0
        work.set_line(at, kind=Kind.REVALUE, item=code, value=value, cites=-1)


def bases_of(valued: Valued, count: int, switches: Sequence[Switch] = ()) -> dict[str, int]:
    """Value at standard of what each pool holds after the first `count` lines, and after those
    changes of policy.
    """
    bases: dict[str, int] = {}
    setting = valued.setting
    turns: dict[int, list[Switch]] = {}
    for switch in switches:
        turns.setdefault(switch.before, []).append(switch)
    for at in sorted({*setting.standards, *turns}):
        for switch in turns.get(at, ()):
            for key in (*(switch.pools or ()), *(switch.splits or ())):
                bases.pop(key, None)
            bases.update(switch.standards or {})
        if at >= count or at not in setting.standards:
            continue
        line, value = valued.lines[at], setting.standards[at]
        if line.kind == Kind.REVALUE:
            for key, change in setting.restated.get(at, ()):
                bases[key] += change
            continue
        for key, part in ((line.source, -value), (line.target, value)):
            if key:
                bases[key] = bases.get(key, 0) + part
    return bases
