"""The short way of `derive` for the many plain rows: no late amounts, no reversal, no metadata.

A movement of one line that posts by document becomes its vouchers at once. All others are summed:
every voucher line is linear in the row's amounts, so rows that share plan, group, party and order
are added up first and posted once. Rows that need more are handed back for the long way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from invledger.model import NOWHERE, Posting, Voucher, format_scaled
from invledger.posting.plan import LinePlan, Plan

if TYPE_CHECKING:
    from invledger.posting.derive import Deriver

_PLAIN = ("party", "order")
_SUMMARY = "{title} {party} {id}"
_NOTHING: tuple[tuple[str, str], ...] = ()
Pair = tuple[str, str]


class Quick(NamedTuple):
    """A plan made flat: what the loop needs, looked up once."""

    number: int
    plan: Plan
    names: tuple[str, ...]  # amounts that its lines post, but cost
    by_party: bool
    by_order: bool
    direct: bool
    span: int  # characters of the date that make the group's key; 0 = by document


class Slot:
    """Rows that become the same lines: their sums."""

    __slots__ = ("cost", "first", "names", "quantity", "quick", "rows")

    def __init__(self, quick: Quick, first: int) -> None:
        self.quick, self.first = quick, first
        self.cost = self.quantity = 0
        self.names = dict.fromkeys(quick.names, 0)
        self.rows: list[int] = []


class Bulk:
    """One pass over the table; `done` and `places` hold finished vouchers and their rows."""

    def __init__(self, deriver: Deriver) -> None:
        self.deriver = deriver
        self.done: list[Voucher] = []
        self.places: list[int] = []
        self.slots: dict[tuple[int, str, str, str], Slot] = {}
        self._quicks: dict[tuple[object, ...], Quick | None] = {}
        self._quantities: dict[tuple[int, int], Pair] = {}
        self._parties: dict[str, tuple[Pair, ...]] = {}

    def run(self) -> list[int]:
        """Take every row that is plain; gives back the others, in order."""
        deriver = self.deriver
        table, reverses = deriver.table, deriver.valued.reverses
        quicks, slots, ids = self._quicks, self.slots, [*deriver.table.id, ""]
        amounts, costs = deriver.valued.amounts, deriver.costed.costs
        rest: list[int] = []
        last = ""
        rows = zip(
            table.type, table.item, table.source, table.target, table.reason, table.owner,
            table.party, table.order, deriver.valued.lines, table.date, table.id,
            strict=True,
        )  # fmt: skip
        at = -1
        for type_, item, source, target, reason, owner, party, order, line, date, id_ in rows:
            at += 1
            key = (type_, item, source, target, reason, line[0])
            if key in quicks:
                quick = quicks[key]
            else:
                quick = quicks[key] = self._quick(at)
            if quick is None or owner or at in reverses:
                rest.append(at)
            elif quick.direct and id_ != last and id_ != ids[at + 1]:
                self._direct(at, quick)
            elif quick.plan.aspects:
                group = date[: quick.span] if quick.span else id_
                where = (
                    quick.number, group,
                    party if quick.by_party else "", order if quick.by_order else "",
                )  # fmt: skip
                slot = slots.get(where)
                if slot is None:
                    slot = slots[where] = Slot(quick, at)
                slot.cost += costs[at]
                slot.quantity += table.quantity[at]
                slot.rows.append(at)
                if quick.names:
                    mine = amounts[at]
                    for name in quick.names:
                        slot.names[name] += mine.get(name, 0)
            last = id_
        return rest

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
        asked = {name for line in lines for name in line.dimensions}
        if asked - set(_PLAIN) or any(line.account[0] == "?" for line in lines):
            return None
        twins = any(
            len({(x.account, x.is_debit, x.decimals >= 0, x.dimensions) for x in some}) < len(some)
            for _, some in plan.aspects
        )
        names = dict.fromkeys(line.amount for line in lines if line.amount != "cost")
        span = {"day": 10, "period": 7}.get(plan.group, 0)
        direct = not span and not twins and bool(lines) and plan.rule.summary == _SUMMARY
        return Quick(
            len(self._quicks), plan, tuple(names), "party" in asked, "order" in asked, direct, span
        )

    def _direct(self, at: int, quick: Quick) -> None:
        """The vouchers of a movement of one line."""
        deriver, table = self.deriver, self.deriver.table
        id_, party = table.id[at], table.party[at]
        payee = table.payee[at] or deriver.party_name(party)
        rule = quick.plan.rule
        narration = f"{rule.title} {payee} {id_}" if payee else f"{rule.title} {id_}"
        if "  " in payee:
            narration = " ".join(narration.split())
        links: tuple[str, ...] = (id_,)
        if table.links[at]:
            links = tuple(sorted({id_, *table.links[at].split()}))
        for aspect, lines in quick.plan.aspects:
            postings = self._postings(at, lines)
            if not postings:
                continue
            identity = f"{rule.type}/{id_}/{aspect}"
            if sum([posting[1] for posting in postings]):
                deriver.unbalanced(rule, identity, sum(p[1] for p in postings))
                continue
            self.places.append(at)
            self.done.append(
                Voucher._make(
                    (table.date[at], identity, payee, narration, tuple(postings), links,
                     rule.word, (), True, NOWHERE)
                )
            )  # fmt: skip

    def _postings(self, at: int, lines: tuple[LinePlan, ...]) -> list[Posting]:
        deriver = self.deriver
        stated, cost = deriver.valued.amounts[at], deriver.costed.costs[at]
        currency, made = deriver.currency, []
        for account, sign, is_debit, name, decimals, dimensions in lines:
            amount = (cost if name == "cost" else stated.get(name, 0)) * sign
            if not amount:
                continue
            meta = self._noted(at, dimensions) if dimensions else _NOTHING
            if decimals >= 0:
                quantity = deriver.table.quantity[at] * sign
                pair = self._quantities.get((quantity, decimals))
                if pair is None:
                    pair = ("qty", format_scaled(quantity, decimals))
                    self._quantities[quantity, decimals] = pair
                item = ("item", deriver.table.item[at])
                meta = (item, pair, *meta) if quantity else (item, *meta)
            made.append(Posting._make((account, amount, currency, (amount < 0) is is_debit, meta)))
        return made

    def _noted(self, at: int, dimensions: tuple[str, ...]) -> tuple[Pair, ...]:
        table = self.deriver.table
        party = table.party[at]
        if dimensions == ("party",):
            known = self._parties.get(party)
            if known is None:
                known = self._parties[party] = (("party", party),) if party else ()
            return known
        values = {"party": party, "order": table.order[at]}
        return tuple((name, values[name]) for name in dimensions if values[name])

    def flush(self) -> None:
        """Sums into the deriver's groups."""
        deriver, table = self.deriver, self.deriver.table
        for (_, key, _, _), slot in self.slots.items():
            plan, first = slot.quick.plan, slot.first
            amounts = {**slot.names, "cost": slot.cost}
            date = table.date[first] if slot.quick.span != 7 else deriver.month_end(key)
            links = dict.fromkeys(table.id[at] for at in slot.rows)
            for at in slot.rows:
                if table.links[at]:
                    links.update(dict.fromkeys(table.links[at].split()))
            for aspect, lines in plan.aspects:
                group = deriver.group(first, plan, aspect, key, date)
                group.links.update(links)
                deriver.add(group, first, lines, amounts, (1, slot.quantity))
