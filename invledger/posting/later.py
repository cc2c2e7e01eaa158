"""Vouchers that follow a row after its own: true-ups of estimates, releases of write-downs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invledger.costing.interface import Kind, TrueUp
from invledger.posting.methods import DIFFERENCE
from invledger.posting.plan import Counted, Ends, LinePlan, Plan
from invledger.posting.rule import version_at

if TYPE_CHECKING:
    from invledger.posting.derive import Deriver

RELEASE = "release"


def post_true_ups(deriver: Deriver) -> None:
    """Issues costed at an estimate: the difference, dated at the receipt that filled them; what a
    period's end finds on no goods, at the last line that took of them.
    """
    table = deriver.table
    for up in deriver.costed.true_ups:
        plan = deriver.plan_of(up.of)
        if plan is None or not up.amount:
            continue
        aspect = f"true-up-{table.id[up.at]}"
        day = max(table.date[up.at], table.date[up.of])
        group = deriver.group(up.of, plan, aspect, table.id[up.of], day)
        group.links[table.id[up.at]] = None
        lines, sign = _filling(deriver, up, plan), 1
        if up.order and up.of in deriver.valued.reverses:
            sign = -1  # output or a hand-back undone: into the order what its lines take out
        deriver.add(group, up.of, lines, {"cost": up.amount}, Counted(sign, 0))


def _filling(deriver: Deriver, up: TrueUp, plan: Plan) -> tuple[LinePlan, ...]:
    """The lines of a true-up: those of the issue where it was an expense or fed an order that
    is still open; else out of stock into cost of sales, for the goods have moved on (or gone
    back to the supplier, who owes what he owes).
    """
    kind = deriver.valued.lines[up.of].kind
    if kind == Kind.ISSUE or up.order:
        own = [line for _, some in plan.aspects for line in some if line.amount == "cost"]
        lines = own or [line._replace(amount="cost") for line in plan.closing]
        if lines and not sum(line.sign for line in lines):  # else others take the difference
            return tuple(lines)
    at, table = up.of, deriver.table
    item = deriver.sources.master.items[table.item[at]]
    policy = deriver.course.policy(item.code, deriver.course.stage(at))
    stock = DIFFERENCE.get(policy.method, "inventory")  # what is kept at a price keeps it
    made = []
    for role, sign, decimals in (("cost-of-sales", 1, -1), (stock, -1, item.decimals)):
        account = deriver.planner.resolve(role, item.code, table.source[at]) or f"?{role}"
        made.append(LinePlan(account, sign, sign > 0, "cost", decimals, ()))
    return tuple(made)


def post_releases(deriver: Deriver) -> None:
    """What goods that left release of the write-downs of their pool, beside their own voucher."""
    if not deriver.allowances.released:
        return
    table = deriver.table
    rules = deriver.sources.rules
    types = [type_ for type_, found in rules.items() if any(r.uses("released") for r in found)]
    for at, amount in deriver.allowances.released.items():
        origin = deriver.valued.reverses.get(at, at)
        plan = deriver.plan_of(origin)
        if plan is None:
            continue
        versions = rules[types[0]]
        rule = version_at(versions, table.date[at]) or versions[0]  # entered after the write-down
        left = at if amount > 0 else origin  # a receipt undone sends goods away, too
        ends = Ends(
            table.item[left], table.source[left], table.target[left], table.reason[left],
            "", deriver.valued.lines[left].kind,
        )  # fmt: skip
        for aspect, lines in deriver.planner.plan(rule, ends).aspects:
            if aspect == RELEASE:
                group = deriver.group_of(at, plan, RELEASE)
                deriver.add(group, at, lines, {"released": amount}, Counted(1, 0))
