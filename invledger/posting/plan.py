"""Rules made ready to run: for each kind of row, which accounts take which amounts.

A plan holds for all rows that share type, version, ends, item and reason, so the million rows of
a year need a few thousand plans. Inventory lines resolve by location: `at: to` where value comes
in, `at: from` where it leaves, unless the line says otherwise; two inventory lines that meet in
one account cancel and are dropped (a transfer inside an account posts nothing). Code:
role-unclaimed.
"""

from __future__ import annotations

from typing import NamedTuple

from invledger.costing.interface import Kind
from invledger.model import CostPolicy, Problem, problem
from invledger.posting.methods import lines_of
from invledger.posting.pools import APART, class_of
from invledger.posting.rule import LATE_AMOUNTS, Rule, RuleLine
from invledger.posting.sources import Sources

NOTHING_NOTED = -1
ITEM_NOTED = -2


class LinePlan(NamedTuple):
    """One voucher line to be: account, sign of a positive amount, and what to note."""

    account: str
    sign: int
    is_debit: bool
    amount: str
    decimals: int  # of the item, where quantity is noted; NOTHING_NOTED, or ITEM_NOTED alone
    dimensions: tuple[str, ...]
    foreign: bool = False  # remembers what it is in a foreign currency


class Counted(NamedTuple):
    """How a row counts in a voucher line: `sign` is -1 for a reversal, `quantity` 0 for value
    that comes without goods, `item` whose value it is and `order` into which, where the row does
    not say.
    """

    sign: int
    quantity: int
    item: str = ""
    order: str = ""


class Plan(NamedTuple):
    """What rows of one kind become: aspects with their lines."""

    rule: Rule
    group: str
    aspects: tuple[tuple[str, tuple[LinePlan, ...]], ...]
    is_late: bool  # some amount is known after costing only, and is not plain cost
    closing: tuple[LinePlan, ...] = ()  # posted once a period, at its end
    span: str = ""  # that period: day, month, year


class Ends(NamedTuple):
    """What decides the accounts of a row."""

    item: str
    source: str
    target: str
    reason: str
    party: str
    kind: int
    policy: CostPolicy = CostPolicy()


def kind_name(kind: int) -> str:
    """`RETURN_IN` as rules write it: `return-in`."""
    return Kind(kind).name.lower().replace("_", "-")


class Planner:
    """Makes plans and resolves roles for one company; collects what the chart does not claim."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.problems: list[Problem] = []
        self.by_party = "party" in sources.chart.claim_keys()
        self._missing: set[tuple[str, str, str]] = set()

    def company_facts(self) -> dict[str, str]:
        """What `when:` may ask about the company."""
        company = self.sources.company
        return {
            "chart": company.chart, "taxpayer": company.taxpayer, "revenue": company.revenue,
        }  # fmt: skip

    def facts(self, rule: Rule, ends: Ends) -> dict[str, str]:
        """What `when:` may ask about a row."""
        locations = self.sources.master.locations
        return {
            **self.company_facts(),
            "kind": kind_name(ends.kind),
            "from": class_of(ends.source, locations),
            "to": class_of(ends.target, locations),
            "reason": ends.reason,
            "type": rule.type,
            "method": ends.policy.method,
            "backdated": ends.policy.backdated,
        }

    def plan(self, rule: Rule, ends: Ends) -> Plan:
        """The plan for rows of a rule with these ends; `?role` where no account claims a role."""
        company = self.sources.company
        aspects: dict[str, list[LinePlan]] = {}
        closing: list[LinePlan] = []
        amounts: set[str] = set()
        for line in lines_of(rule, self.facts(rule, ends)):
            amounts.add(line.amount)
            if line.closing:
                closing.append(self._line(line, ends))
                continue
            together = company.cost_voucher == "together" and line.aspect == "cost"
            aspect = "main" if together else line.aspect
            aspects.setdefault(aspect, []).append(self._line(line, ends))
        made = tuple((name, _without_pairs(lines)) for name, lines in aspects.items())
        group = company.grouping.get(rule.type, rule.group)
        is_late = rule.ledger == "value" or ends.kind in (Kind.REVALUE, Kind.RETURN_OUT)
        return Plan(
            rule,
            group,
            tuple((a, ls) for a, ls in made if ls),
            is_late or not amounts.isdisjoint(LATE_AMOUNTS),
            _without_pairs(closing),
            ends.policy.period,
        )

    def _line(self, line: RuleLine, ends: Ends) -> LinePlan:
        account = self._account(line, ends) or f"?{line.role}"
        item = self.sources.master.items.get(ends.item)
        decimals = ITEM_NOTED if item and line.item else NOTHING_NOTED
        if item and line.quantity:
            decimals = item.decimals
        is_debit = line.side == "debit"
        return LinePlan(
            account, line.sign, is_debit, line.amount, decimals, line.dimensions, line.foreign
        )

    def _account(self, line: RuleLine, ends: Ends) -> str | None:
        at = line.at or ("to" if line.sign > 0 else "from")
        location = ends.target if at == "to" else ends.source
        return self.resolve(line.role, ends.item, location, ends.party)

    def report(self, rule: Rule, role: str, item: str) -> None:
        """A role that money should go to and no account claims, once a type and category."""
        known = self.sources.master.items.get(item)
        category = (known.category if known else "") or "-"
        key = (rule.type, role, category)
        if key not in self._missing:
            self._missing.add(key)
            self.problems.append(
                problem("role-unclaimed", rule.place, role=role, type=rule.type, category=category)
            )

    def resolve(self, role: str, item: str, location: str, party: str = "") -> str | None:
        """The account of a role for an item at a location, the most specific claim first."""
        chart, master = self.sources.chart, self.sources.master
        if role == "inventory":
            apart = APART.get(class_of(location, master.locations), "")
            if apart and chart.claims(apart):
                role = apart
        known = master.items.get(item)
        place = master.locations.get(location)
        return chart.account(
            role,
            category=known.category if known else "",
            site=place.site if place else "",
            party=party,
        )


def _without_pairs(lines: list[LinePlan]) -> tuple[LinePlan, ...]:
    """Lines of one aspect without those that put an amount into an account and take it out."""
    kept: list[LinePlan] = []
    for line in lines:
        twin = next(
            (
                k
                for k in kept
                if k.account == line.account
                and k.amount == line.amount
                and k.sign == -line.sign
                and NOTHING_NOTED not in (k.decimals, line.decimals)
            ),
            None,
        )
        if twin is None:
            kept.append(line)
        else:
            kept.remove(twin)
    return tuple(kept)


def inventory_account(sources: Sources, item: str, location: str) -> str | None:
    """The control account of an item's value at a location; None where none claims it."""
    return Planner(sources).resolve("inventory", item, location)
