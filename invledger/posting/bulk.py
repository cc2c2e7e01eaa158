"""The short way of `derive` for the many plain rows: no late amounts, no reversal, no metadata.

A movement of one line that posts by document has vouchers of its own: they are only checked here
and made when somebody reads them (`Vouchers`), since a million at once fill the memory. All others
are summed: every voucher line is linear in amounts, so rows that share plan, group,
party and order are added up first and posted once. Rows that need more go back to the long way.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from invledger.model import NOWHERE, Posting, Voucher, format_scaled
from invledger.posting.methods import CLOSING, SPANS, period_end
from invledger.posting.plan import NOTHING_NOTED, LinePlan, Plan
from invledger.posting.rule import Rule

if TYPE_CHECKING:
    from invledger.posting.derive import Deriver, Group

_PLAIN = ("party", "order")
_SHARED_MAX = 100_000  # pairs that are kept to be shared
_SUMMARY = "{title} {party} {id}"
Pair = tuple[str, str]
Sums = dict[tuple[str, bool, tuple[Pair, ...]], list[int]]
_NEW = tuple.__new__  # records of a loop that runs a million times: no keyword handling


class Flat(NamedTuple):
    """A line plan with all that does not change from row to row."""

    account: str
    sign: int
    is_debit: bool
    name: str
    decimals: int
    item: tuple[Pair, ...]
    dimensions: tuple[str, ...]


class Aspect(NamedTuple):
    """One voucher of a plan made flat; `nets` is the sign with which each amount enters its total:
    0 where debit and credit carry the same.
    """

    name: str
    lines: tuple[Flat, ...]
    rule: Rule
    nets: tuple[tuple[str, int], ...]


class Quick(NamedTuple):
    """A plan made flat: what the loop needs, looked up once."""

    number: int
    plan: Plan
    names: tuple[str, ...]  # amounts that its lines post, but cost
    nothing: dict[str, int]  # zero for each of them
    by_party: bool
    by_order: bool
    direct: bool
    span: int  # characters of the date that make the group's key; 0 = by document
    aspects: tuple[Aspect, ...]
    later: Quick | None = None  # what is posted once a period


class Slot:
    """Rows that become the same lines: their sums, by name as the plan lists them."""

    __slots__ = ("cost", "first", "quantity", "quick", "rows", "sums")

    def __init__(self, quick: Quick, first: int) -> None:
        self.quick, self.first = quick, first
        self.cost = self.quantity = 0
        self.sums = quick.nothing.copy()
        self.rows: list[int] = []


class Bulk:
    """One pass over the table; `places` and `parts` say of which row and aspect a voucher is."""

    def __init__(self, deriver: Deriver) -> None:
        self.deriver = deriver
        self.places = array("q")
        self.parts: list[Aspect] = []
        self.slots: dict[tuple[int, str, str, str], Slot] = {}
        self._quicks: dict[tuple[object, ...], Quick | None] = {}
        self._counted: dict[tuple[tuple[Pair, ...], int], tuple[Pair, ...]] = {}
        self._names: dict[tuple[tuple[str, ...], str, str], tuple[Pair, ...]] = {}
        self._currency = deriver.currency

    def run(self) -> list[int]:
        """Take every row that is plain; gives back the others, in order."""
        deriver = self.deriver
        table, reverses = deriver.table, deriver.valued.reverses
        quicks, ids = self._quicks, [*deriver.table.id, ""]
        apart = {at for at, owner in enumerate(table.owner) if owner} | reverses.keys()
        apart |= deriver.valued.foreign.keys()
        rest: list[int] = []
        keys = zip(
            table.type, table.item, table.source, table.target, table.reason,
            [line[0] for line in deriver.valued.lines], self._stages(),
            strict=True,
        )  # fmt: skip
        for at, key in enumerate(keys):
            quick = quicks[key] if key in quicks else quicks.setdefault(key, self._quick(at))
            if quick is None or at in apart:
                rest.append(at)
                continue
            id_ = ids[at]
            if quick.direct and id_ != ids[at + 1] and id_ != ids[at - 1]:
                self._direct(at, quick)
            elif quick.aspects:
                self._sum(at, quick)
            if quick.later is not None:
                self._sum(at, quick.later)
        return rest

    def _stages(self) -> array[int]:
        """How many changes of cost policy came before each row."""
        starts = [0, *self.deriver.course.changes, len(self.deriver.table)]
        stages = array("H")
        for stage, (start, end) in enumerate(pairwise(starts)):
            stages += array("H", [stage]) * (end - start)
        return stages

    def _sum(self, at: int, quick: Quick) -> None:
        """Row `at` onto the sums of the rows that become the same lines."""
        deriver, table = self.deriver, self.deriver.table
        where = (
            quick.number,
            table.date[at][: quick.span] if quick.span else table.id[at],
            table.party[at] if quick.by_party else "",
            table.order[at] if quick.by_order else "",
        )
        slot = self.slots.get(where)
        if slot is None:
            slot = self.slots[where] = Slot(quick, at)
        slot.cost += deriver.costed.costs[at]
        slot.quantity += table.quantity[at]
        slot.rows.append(at)
        if quick.names:
            mine, sums = deriver.valued.amounts[at], slot.sums
            for name in mine:
                if name in sums:
                    sums[name] += mine[name]

    def _quick(self, at: int) -> Quick | None:
        """The plan of rows like this one made flat, or None where they need the long way."""
        deriver = self.deriver
        starts = deriver.starts.get(deriver.table.type[at], ())
        if starts != ("",) or deriver.planner.by_party:
            return None
        plan = deriver.plan_of(at)
        if plan is None or plan.is_late:
            return None
        lines = [line for _, some in plan.aspects for line in some]
        asked = {name for line in (*lines, *plan.closing) for name in line.dimensions}
        if asked - set(_PLAIN) or any(line.account[0] == "?" for line in (*lines, *plan.closing)):
            return None
        twins = any(
            len({(x.account, x.is_debit, x.decimals >= 0, x.dimensions) for x in some}) < len(some)
            for _, some in plan.aspects
        )
        span = {"day": 10, "period": 7}.get(plan.group, 0)
        direct = not span and not twins and bool(lines) and plan.rule.summary == _SUMMARY
        later = None
        number = 2 * len(self._quicks)
        if plan.closing:
            parts = ((CLOSING, plan.closing),)
            later = self._flat(at, plan, parts, (number + 1, False, SPANS[plan.span]))
        found = self._flat(at, plan, plan.aspects, (number, direct, span))
        return found._replace(later=later)

    def _flat(
        self,
        at: int,
        plan: Plan,
        parts: Sequence[tuple[str, tuple[LinePlan, ...]]],
        said: tuple[int, bool, int],
    ) -> Quick:
        """Some vouchers of a plan made flat; `said` is number, direct and span of the Quick."""
        number, direct, span = said
        lines = [line for _, some in parts for line in some]
        names = dict.fromkeys(line.amount for line in lines if line.amount != "cost")
        asked = {name for line in lines for name in line.dimensions}
        item = (("item", self.deriver.table.item[at]),)
        flat = []
        for aspect, some in parts:
            nets: dict[str, int] = {}
            for line in some:
                nets[line.amount] = nets.get(line.amount, 0) + line.sign
            made = tuple(
                Flat(*x[:5], item if x.decimals != NOTHING_NOTED else (), x.dimensions)
                for x in some
            )
            flat.append(Aspect(aspect, made, plan.rule, tuple(nets.items())))
        return Quick(
            number, plan, tuple(names), dict.fromkeys(names, 0), "party" in asked,
            "order" in asked, direct, span, tuple(flat),
        )  # fmt: skip

    def _direct(self, at: int, quick: Quick) -> None:
        """The vouchers of a movement of one line: which there will be, and that they balance."""
        deriver = self.deriver
        stated, cost = deriver.valued.amounts[at], deriver.costed.costs[at]
        for part in quick.aspects:
            total, is_one = 0, False
            for name, net in part.nets:
                amount = cost if name == "cost" else stated.get(name, 0)
                if amount:
                    is_one = True
                    total += amount * net
            if total:
                identity = f"{part.rule.type}/{deriver.table.id[at]}/{part.name}"
                deriver.unbalanced(part.rule, identity, total)
            elif is_one:
                self.places.append(at)
                self.parts.append(part)

    def voucher(self, at: int, part: Aspect) -> Voucher:
        """The voucher of row `at` by one aspect of its plan."""
        deriver, table = self.deriver, self.deriver.table
        id_, party = table.id[at], table.party[at]
        payee = table.payee[at] or deriver.party_name(party)
        _, lines, rule, _ = part
        narration = f"{rule.title} {payee} {id_}" if payee else f"{rule.title} {id_}"
        if "  " in payee:
            narration = " ".join(narration.split())
        links: tuple[str, ...] = (id_,)
        if table.links[at]:
            links = tuple(sorted({id_, *table.links[at].split()}))
        stated, cost = deriver.valued.amounts[at], deriver.costed.costs[at]
        postings: list[Posting] = []
        for account, sign, is_debit, name, decimals, noted, dimensions in lines:
            amount = cost if name == "cost" else stated.get(name, 0)
            if not amount:
                continue
            if sign < 0:
                amount = -amount
            meta = noted
            if decimals >= 0:
                quantity = table.quantity[at] * sign
                known = self._counted.get((noted, quantity))
                meta = known or self._count(noted, quantity, decimals)
            if dimensions:
                named = self._named(dimensions, party, table.order[at])
                meta = (*meta, *named) if meta else named
            is_red = (amount < 0) is is_debit
            postings.append(_NEW(Posting, (account, amount, self._currency, is_red, meta)))
        identity = f"{rule.type}/{id_}/{part.name}"
        said = (table.date[at], identity, payee, narration, tuple(postings), links, rule.word)
        return _NEW(Voucher, (*said, (), True, NOWHERE))

    def _count(self, noted: tuple[Pair, ...], quantity: int, decimals: int) -> tuple[Pair, ...]:
        """Item and quantity of a line; rows that say the same share one."""
        if len(self._counted) > _SHARED_MAX:
            self._counted.clear()
        found = (*noted, ("qty", format_scaled(quantity, decimals)))
        self._counted[noted, quantity] = found
        return found

    def _named(self, dimensions: tuple[str, ...], party: str, order: str) -> tuple[Pair, ...]:
        """Party and order of a line; rows that say the same share one."""
        key = (dimensions, party, order)
        found = self._names.get(key)
        if found is None:
            if len(self._names) > _SHARED_MAX:
                self._names.clear()
            values = {"party": party, "order": order}
            found = tuple((name, values[name]) for name in dimensions if values[name])
            self._names[key] = found
        return found

    def flush(self) -> None:
        """Sums into the deriver's groups."""
        deriver, table = self.deriver, self.deriver.table
        groups: dict[tuple[str, str, str], Group] = {}
        ids, linked = table.id, table.links
        for (_, key, party, order), slot in self.slots.items():
            plan, first, span = slot.quick.plan, slot.first, slot.quick.span
            is_closing = slot.quick.aspects[0].name == CLOSING
            links = [] if is_closing else [ids[at] for at in slot.rows]
            for at in () if is_closing else slot.rows:
                if linked[at]:
                    links += linked[at].split()
            for aspect, lines, _, _ in slot.quick.aspects:
                group = groups.get((plan.rule.type, key, aspect))
                if group is None:
                    date = period_end(key) if span else table.date[first]
                    group = deriver.group(first, plan, aspect, key, date)
                    groups[plan.rule.type, key, aspect] = group
                for link in links:
                    group.links[link] = None
                self._add(group.lines, slot, lines, (party, order))
        self.slots.clear()

    def _add(
        self, sums: Sums, slot: Slot, lines: tuple[Flat, ...], values: tuple[str, str]
    ) -> None:
        """A slot's sums onto a group's lines; `Deriver.add` for many rows at once."""
        for account, sign, is_debit, name, decimals, noted, dimensions in lines:
            amount = (slot.cost if name == "cost" else slot.sums[name]) * sign
            if not amount and decimals < 0:
                continue
            meta = noted
            if dimensions:
                meta = (*meta, *self._named(dimensions, *values))
            key = (account, is_debit, meta)
            quantity = slot.quantity * sign if decimals >= 0 else 0
            held = sums.get(key)
            if held is None:
                sums[key] = [amount, quantity, decimals]
            else:
                held[0] += amount
                held[1] += quantity


class Vouchers(Collection[Voucher]):
    """All derived vouchers in order of date, first row and aspect; plain ones are made anew each
    time they are read, so that a reader who drops what it has read never holds all of them.
    """

    def __init__(self, bulk: Bulk, grouped: list[tuple[tuple[str, int, int], Voucher]]) -> None:
        self._bulk, self._grouped = bulk, grouped

    def __len__(self) -> int:
        return len(self._bulk.places) + len(self._grouped)

    def __contains__(self, voucher: object) -> bool:
        return any(voucher == one for one in self)

    def __iter__(self) -> Iterator[Voucher]:
        bulk, grouped = self._bulk, self._grouped
        dates, next_one, end = bulk.deriver.table.date, 0, len(grouped)
        pairs: Iterable[tuple[int, Aspect]] = zip(bulk.places, bulk.parts, strict=True)
        if bulk.deriver.sources.company.order != "by-date":
            pairs = sorted(pairs, key=lambda pair: (dates[pair[0]], pair[0]))
        for at, part in pairs:
            while next_one < end and grouped[next_one][0] < (dates[at], at, 0):
                yield grouped[next_one][1]
                next_one += 1
            yield bulk.voucher(at, part)
        for _, voucher in grouped[next_one:]:
            yield voucher
