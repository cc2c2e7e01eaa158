"""Vouchers from costed rows: identity, sides, dimensions, grouping, true-ups.

In: Sources, Valued, Costed. Out: vouchers as derived now, in order of date and first source row,
and Problems. A voucher's identity is `<type>/<group key>/<aspect>`; lines of one account, side
and set of dimensions are one; a line of zero is none, a voucher without lines is none. A negative
amount stays on its side in red (借方红字). Codes: role-unclaimed, voucher-unbalanced,
reversal-consumed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from invledger.costing.interface import Costed, Kind
from invledger.model import (
    PRICE_DECIMALS,
    Place,
    Posting,
    Problem,
    Voucher,
    format_scaled,
    problem,
)
from invledger.posting.allowance import allowances_of
from invledger.posting.bulk import Bulk, Vouchers
from invledger.posting.changed import places_of, post_changes
from invledger.posting.course import Course
from invledger.posting.late import Late
from invledger.posting.late_value import post_late_value
from invledger.posting.later import post_releases, post_true_ups
from invledger.posting.methods import CLOSING, CLOSING_SUMMARY, SPANS, period_end
from invledger.posting.plan import NOTHING_NOTED, Counted, Ends, LinePlan, Plan, Planner
from invledger.posting.reversal import is_exact, users
from invledger.posting.rule import Rule
from invledger.posting.sources import Sources, Valued

LATE_VALUE = frozenset({Kind.REVALUE, Kind.SETTLE})
_LineKey = tuple[str, bool, tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class Group:
    """A voucher that is growing: its lines by account, side and dimensions."""

    order: tuple[str, int, int]
    date: str
    identity: str
    plan: Plan
    key: str
    payee: str
    word: str
    summary: str
    is_broken: bool = False  # some role has no account
    links: dict[str, None] = field(default_factory=dict)
    lines: dict[_LineKey, list[int]] = field(default_factory=dict)  # amount, quantity, decimals
    foreign: dict[_LineKey, int] = field(default_factory=dict)  # amounts in other currencies


def derive_vouchers(
    sources: Sources, valued: Valued, costed: Costed
) -> tuple[Collection[Voucher], list[Problem]]:
    """All vouchers that follow from the table, booked or not, in stable order.

    They are made while they are read, anew at each reading: who looks twice keeps a list.
    """
    if not len(valued.lines) == len(costed.costs) == len(sources.table):
        raise AssertionError("derive: lines, costs and rows differ in number")
    deriver = Deriver(sources, valued, costed)
    deriver.run()
    post_true_ups(deriver)
    post_releases(deriver)
    post_changes(deriver)
    vouchers = deriver.vouchers()
    problems = deriver.problems + deriver.late.problems + deriver.allowances.problems
    return vouchers, problems + deriver.planner.problems


class Deriver:
    """One derivation: plans are kept, groups grow row by row."""

    def __init__(self, sources: Sources, valued: Valued, costed: Costed) -> None:
        self.sources, self.valued, self.costed = sources, valued, costed
        self.table = sources.table
        self.planner = Planner(sources)
        self.course = Course(sources.company, sources.master, sources.table)
        self.allowances = allowances_of(sources, valued, costed)
        self.late = Late(sources, valued, costed, self.allowances)
        self.problems: list[Problem] = []
        self.currency = sources.company.currency
        self.groups: dict[str, Group] = {}
        self.plans: dict[tuple[object, ...], Plan | None] = {}
        self.starts = {
            type_: tuple(rule.valid_from for rule in versions)
            for type_, versions in sources.rules.items()
        }
        self.bulk = Bulk(self)

    def plan_of(self, at: int) -> Plan | None:
        """The plan of row `at`, memoised by everything that decides it."""
        table = self.table
        type_ = table.type[at]
        starts = self.starts.get(type_)
        if starts is None:
            return None
        version = 0 if len(starts) == 1 else bisect_right(starts, table.date[at]) - 1
        if version < 0:
            return None
        kind = self.valued.lines[at].kind
        item, source, target = self._ends(at)
        party = table.party[at] if self.planner.by_party else ""
        stage = self.course.stage(at)
        key = (type_, version, item, source, target, table.reason[at], party, kind, stage)
        if key not in self.plans:
            rule = self.sources.rules[type_][version]
            policy = self.course.policy(item, stage)
            self.plans[key] = self.planner.plan(rule, Ends(*key[2:-1], policy))
        return self.plans[key]

    def _ends(self, at: int) -> tuple[str, str, str]:
        """Item, source and target that decide the accounts of row `at`: late value lies with the
        goods, wherever the first of its receipts brought them.
        """
        table, line = self.table, self.valued.lines[at]
        if at in self.valued.write_downs:
            return line.item, "", self.valued.write_downs[at].location
        if line.kind == Kind.SETTLE:
            key = next((key for key, _ in self.costed.revalued.get(at, ())), "")
            item, location = self.pools.get(key, ("", ""))
            return item, "", location
        if line.kind != Kind.REVALUE:
            return table.item[at], table.source[at], table.target[at]
        if line.cites >= 0:
            return table.item[line.cites], table.source[line.cites], table.target[line.cites]
        return line.item, "", self.pools.get(line.target, ("", ""))[1]

    def run(self) -> None:
        """Every row into its vouchers: plain ones in bulk, the others one by one."""
        reverses = self.valued.reverses
        for at in self.bulk.run():
            origin = reverses.get(at)
            plan = self.plan_of(at if origin is None else origin)
            if plan is None or not (plan.aspects or plan.closing) or self.table.owner[at]:
                continue
            if origin is not None:
                self._reverse(at, origin, plan)
                continue
            amounts: Mapping[str, int]
            if plan.is_late:
                amounts = self.late.amounts(at, plan.rule)
                if at in self.late.refused:
                    continue
            else:
                amounts = {**self.valued.amounts[at], "cost": self.costed.costs[at]}
            for aspect, lines in plan.aspects:
                group = self.group_of(at, plan, aspect)
                if self.valued.lines[at].kind in LATE_VALUE:
                    post_late_value(self, (group, lines), (at, 1), amounts)
                else:
                    self.add(group, at, lines, amounts, Counted(1, self.table.quantity[at]))
            if plan.closing:
                counted = Counted(1, self.table.quantity[at])
                self.add(self.closing(at, plan), at, plan.closing, amounts, counted)
        self.bulk.flush()

    @cached_property
    def pools(self) -> dict[str, tuple[str, str]]:
        """Item and a location of every cost pool that some line names."""
        found: dict[str, tuple[str, str]] = {}
        for at, line in enumerate(self.valued.lines):
            if line.kind == Kind.REVALUE:
                continue
            for key, location in (
                (line.source, self.table.source[at]),
                (line.target, self.table.target[at]),
            ):
                if key:
                    found.setdefault(key, (line.item, location))
        for key, spot in places_of(self):
            found.setdefault(key, spot)
        return found

    def _reverse(self, at: int, origin: int, plan: Plan) -> None:
        """The original's lines with its own amounts, in red."""
        amounts = self.late.amounts(origin, plan.rule)
        is_told = origin in self.late.refused  # it never could be: that is the cause
        if not (is_told or is_exact(self.valued.lines, self.costed, at, origin)):
            table = self.table
            used = users(self.valued, self.costed, at, origin)
            who = " ".join(sorted({table.id[k] for k in used} - {table.id[at]})) or "?"
            place, named = Place(table.path[at], table.lineno[at]), {"id": table.id[at]}
            said = {**named, "reverses": table.id[origin], "consumers": who}
            self.problems.append(problem("reversal-consumed", place, "", **said))
        for aspect, lines in plan.aspects:
            group = self.group_of(at, plan, aspect)
            if self.valued.lines[origin].kind in LATE_VALUE:
                post_late_value(self, (group, lines), (origin, -1), amounts)
            else:
                self.add(group, origin, lines, amounts, Counted(-1, self.table.quantity[origin]))
        if plan.closing:
            counted = Counted(-1, self.table.quantity[origin])
            self.add(self.closing(at, plan), origin, plan.closing, amounts, counted)

    def group_of(self, at: int, plan: Plan, aspect: str) -> Group:
        table = self.table
        key, date = table.id[at], table.date[at]
        if plan.group == "day":
            key = date
        elif plan.group == "period":
            key = date[:7]
            date = period_end(key)
        return self.group(at, plan, aspect, key, date)

    def closing(self, at: int, plan: Plan) -> Group:
        """The voucher that carries cost over at the end of row `at`'s period."""
        key = self.table.date[at][: SPANS[plan.span]]
        return self.group(at, plan, CLOSING, key, period_end(key))

    def group(self, at: int, plan: Plan, aspect: str, key: str, date: str) -> Group:
        """The group of an identity, made where it is new; row `at` is linked to it."""
        table = self.table
        identity = f"{plan.rule.type}/{key}/{aspect}"
        found = self.groups.get(identity)
        if found is None:
            payee = table.payee[at] if key == table.id[at] else ""
            if not payee and key == table.id[at]:
                payee = self.party_name(table.party[at])
            order = (date, at, 0 if aspect == "main" else 1)
            found = self.groups[identity] = Group(
                order, date, identity, plan, key, payee, plan.rule.word,
                CLOSING_SUMMARY if aspect == CLOSING else plan.rule.summary,
            )  # fmt: skip
        if aspect == CLOSING:
            return found  # all rows of a period: they are found by type and date
        found.links[table.id[at]] = None
        if table.links[at]:
            found.links.update(dict.fromkeys(table.links[at].split()))
        return found

    def plain_group(self, plan: Plan, date: str, at: int) -> Group:
        """The group of what happens on a date to no movement in particular, before row `at`."""
        identity = f"{plan.rule.type}/{date}/main"
        if identity not in self.groups:
            rule = plan.rule
            self.groups[identity] = Group(
                (date, at, -1), date, identity, plan, date, "", rule.word, rule.summary
            )
        return self.groups[identity]

    def add_value(self, group: Group, at: int, line: LinePlan, amount: int, item: str) -> None:
        """An amount of an item onto a group's line."""
        self.add(group, at, (line,), {line.amount: amount}, Counted(1, 0, item))

    def add(
        self,
        group: Group,
        at: int,
        lines: tuple[LinePlan, ...],
        amounts: Mapping[str, int],
        counted: Counted,
    ) -> None:
        """Amounts onto a group's lines with the dimensions of row `at`."""
        sign, quantity = counted.sign, counted.quantity
        for line in lines:
            amount = amounts.get(line.amount, 0) * line.sign * sign
            if not amount and line.decimals < 0:
                continue  # goods of no value still count in a line that others give value
            if line.account[0] == "?":
                if amount:
                    group.is_broken = True
                    self.planner.report(group.plan.rule, line.account[1:], self.table.item[at])
                continue
            key = (line.account, line.is_debit, self._dimensions(at, line, counted))
            held = group.lines.get(key)
            if held is None:
                held = group.lines[key] = [0, 0, line.decimals]
            held[0] += amount
            said = self.valued.foreign.get(at) if line.foreign else None
            if said is not None:
                part = said.amount(line.amount, amounts.get(line.amount, 0)) * line.sign * sign
                group.foreign[key] = group.foreign.get(key, 0) + part
            if line.decimals >= 0:
                held[1] += quantity * line.sign * sign

    def _dimensions(self, at: int, line: LinePlan, whose: Counted) -> tuple[tuple[str, str], ...]:
        table = self.table
        found: list[tuple[str, str]] = []
        if line.decimals != NOTHING_NOTED:
            found.append(("item", whose.item or table.item[at] or self.valued.lines[at].item))
        for name in line.dimensions:
            if name == "order" and whose.order:
                value = whose.order
            elif name in ("party", "order", "lot"):
                value = str(getattr(table, name)[at])
            else:
                value = next((v for k, v in table.meta[at] if k == name), "")
            if value:
                found.append((name, value))
        said = self.valued.foreign.get(at) if line.foreign else None
        if said is not None:
            rate = format_scaled(said.rate_of(line.amount), PRICE_DECIMALS, 0)
            found += [("foreign", said.currency), ("rate", rate)]
        return tuple(found)

    def vouchers(self) -> Collection[Voucher]:
        """All vouchers, checked to balance, in order of date, first row and aspect."""
        grouped = [
            (group.order, voucher)
            for group in sorted(self.groups.values(), key=lambda g: g.order)
            if (voucher := self._voucher(group)) is not None
        ]
        self.groups.clear()
        return Vouchers(self.bulk, grouped)

    def _voucher(self, group: Group) -> Voucher | None:
        postings = tuple(
            self._posting(self._with_foreign(key, group), amount, quantity, decimals)
            for key, (amount, quantity, decimals) in group.lines.items()
            if amount
        )
        group.lines.clear()
        if not postings or group.is_broken:
            return None
        total = sum(posting.amount for posting in postings)
        if total:
            self.unbalanced(group.plan.rule, group.identity, total)
            return None
        return Voucher(
            group.date,
            group.identity,
            group.payee,
            self._summary(group),
            postings,
            tuple(sorted(group.links)),
            group.word,
        )

    def _with_foreign(self, key: _LineKey, group: Group) -> _LineKey:
        """The line's key with its sum in the foreign currency, where it has one."""
        amount = group.foreign.get(key)
        if amount is None:
            return key
        company, master = self.sources.company, self.sources.master
        said = tuple(
            (name, f"{format_scaled(amount, master.decimals_of(value, company))} {value}")
            if name == "foreign"
            else (name, value)
            for name, value in key[2]
        )
        return key[0], key[1], said

    def _posting(self, key: _LineKey, amount: int, quantity: int, decimals: int) -> Posting:
        account, is_debit, dimensions = key
        if decimals >= 0 and quantity:
            noted = ("qty", format_scaled(quantity, decimals))
            dimensions = (dimensions[0], noted, *dimensions[1:])
        is_red = (amount < 0) is is_debit
        return Posting(account, amount, self.sources.company.currency, is_red, dimensions)

    def _summary(self, group: Group) -> str:
        text = group.summary
        party = group.payee
        for name, value in (
            ("title", group.plan.rule.title),
            ("title-en", group.plan.rule.title_en),
            ("party", party),
            ("id", group.key),
            ("date", group.date),
        ):
            text = text.replace("{" + name + "}", value)
        return " ".join(text.split())

    def unbalanced(self, rule: Rule, identity: str, total: int) -> None:
        """A voucher that does not balance is a Problem of its rule, and is never made."""
        difference = format_scaled(total, self.sources.company.currency_decimals)
        self.problems.append(
            problem("voucher-unbalanced", rule.place, identity=identity, difference=difference)
        )

    def party_name(self, code: str) -> str:
        """What people call a party; '' where nobody is named."""
        party = self.sources.master.parties.get(code) if code else None
        return party.name if party else ""
