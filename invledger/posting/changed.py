"""Vouchers of changed cost policies: one a date, what the change did to values and accounts.

A retrospective change goes to retained earnings (CAS 28, IAS 8); a prospective one leaves values
alone, but for goods that come to a standard. Planned cost and the retail method divide the same
value over two accounts, so going there or leaving moves it between them. The rule `policy-change`
names the accounts. Code: rule-unknown, role-unclaimed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from invledger.model import problem
from invledger.posting.course import Turn
from invledger.posting.methods import DIFFERENCE, ON_CREDIT, lines_of
from invledger.posting.plan import ITEM_NOTED, NOTHING_NOTED, LinePlan, Plan
from invledger.posting.pools import Pools
from invledger.posting.rule import Rule, version_at
from invledger.posting.standards import bases_of
from invledger.posting.turning import spots_before

if TYPE_CHECKING:
    from invledger.posting.derive import Deriver

TYPE = "policy-change"


def post_changes(deriver: Deriver) -> None:
    """The vouchers of all changes that moved value, into the deriver's groups."""
    costed, course, sources = deriver.costed, deriver.course, deriver.sources
    if not costed.switched:
        return
    turns = list(course.turns())
    switches = deriver.valued.setting.switches
    bases = [
        bases_of(deriver.valued, turn.before, switches[:number])
        for number, turn in enumerate(turns)
    ]
    for number, key, before, after in costed.switched:
        turn = turns[number]
        rule = version_at(sources.rules.get(TYPE, ()), turn.change.start)
        if rule is None:
            said = {"type": TYPE, "id": turn.change.start, "date": turn.change.start}
            place = turn.change.place
            deriver.problems.append(problem("rule-unknown", place, nearest=TYPE, **said))
            return
        parts: dict[str, int] = {}
        base = (switches[number].standards or {}).get(key, 0)
        for method, value, kept, sign in (
            (turn.old.method, before, bases[number].get(key, 0), -1),
            (turn.new.method, after, base, 1),
        ):
            for role, part in _standing(method, value, kept):
                parts[role] = parts.get(role, 0) + sign * part
        _post(deriver, rule, turn, (deriver.pools.get(key, ("", ""))[1], parts))


def _standing(method: str, value: int, base: int) -> Iterator[tuple[str, int]]:
    """The roles of the accounts in which a pool's value stands, and how much in each."""
    role = DIFFERENCE.get(method)
    if role is None:
        yield "inventory", value
    else:
        yield "inventory", base
        yield role, value - base


def places_of(deriver: Deriver) -> Iterator[tuple[str, tuple[str, str]]]:
    """Item and a location of each pool that a change takes goods out of or brings them into."""
    pools = Pools(deriver.course, deriver.sources.master)
    for turn in deriver.course.turns():
        if turn.old.pool != turn.new.pool:
            for location, lot in spots_before(deriver.sources, turn.before, turn.item):
                for stage in range(turn.stage + 1):
                    yield pools.key(turn.item, location, lot, stage), (turn.item, location)


def _post(deriver: Deriver, rule: Rule, turn: Turn, pool: tuple[str, dict[str, int]]) -> None:
    """One pool's part of a change into the voucher of its date."""
    location, parts = pool
    date, item = turn.change.start, turn.item
    group = deriver.plain_group(Plan(rule, "day", (), True), date, turn.before)
    apply = "retrospective" if turn.change.is_retrospective else "prospective"
    facts = deriver.planner.company_facts() | {"apply": apply}
    net = sum(parts.values())
    wanted = [(role, part, role not in ON_CREDIT, True) for role, part in parts.items()]
    wanted += [
        (line.role, net * line.sign, line.side == "debit", line.quantity)
        for line in lines_of(rule, facts)
        if line.role != "inventory"
    ]
    decimals = deriver.sources.master.items[item].decimals
    for role, amount, is_debit, noted in wanted:
        account = deriver.planner.resolve(role, item, location) or f"?{role}"
        notes = NOTHING_NOTED if not noted else decimals if role == "inventory" else ITEM_NOTED
        line = LinePlan(account, 1, is_debit, TYPE, notes, ())
        deriver.add_value(group, turn.before, line, amount, item)
