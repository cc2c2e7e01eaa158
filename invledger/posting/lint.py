"""The linter of rules: what is wrong with a set of rules before any movement meets it.

Questions: do versions overlap or leave a gap; can a line ever apply (the facts of `when:` are
finite); does the role of every line have an account in the chart; is an inventory account finer
than the cost pool; do default ends fit a flow; is debit equal to credit for every combination of
facts. The last is proven symbolically over the names of amounts, with the identities that
valuation guarantees (gross = net + tax, …), so it holds for all numbers. Codes:
rule-overlap, rule-gap, rule-fact-unknown, rule-line-unreachable, rule-unbalanced,
rule-role-unclaimed, rule-account-finer, rule-cites-unknown, rule-default-flow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise, product

from invledger.costing.interface import Kind
from invledger.model import METHODS, Company, Problem, problem
from invledger.posting.chart import Chart
from invledger.posting.methods import lines_of
from invledger.posting.plan import kind_name
from invledger.posting.pools import COUNTERPARTIES, OURS, class_of, kind_of
from invledger.posting.rule import Rule, RuleLine
from invledger.posting.schema import nearest

CHARTS = ("cas", "sbe")
TAXPAYERS = ("general", "small-scale", "none")
REVENUE = ("at-delivery", "at-invoice", "at-acceptance")
Facts = Mapping[str, str]
Vector = dict[str, int]

#: What an amount is made of; atoms stand for themselves. One mapping a kind of row.
_PURCHASE: dict[str, Vector] = {
    "gross": {"net": 1, "tax": 1},
    "value": {"net": 1, "tax": 1, "deductible-tax": -1},
}
_INVOICE = {
    "in-transit": {
        "net": 1,
        "tax": 1,
        "deductible-tax": -1,
        "matched": -1,
        "difference": -1,
        "cost": -1,
        "expensed": -1,
        "followed": -1,
        "exchange-loss": -1,
        "exchange-gain": 1,
    }
}
_RECEIPT: dict[str, Vector] = {"value": {"accrued": 1, "invoiced": 1, "landed": 1}}


def lint_rules(
    rules: Mapping[str, tuple[Rule, ...]], company: Company, chart: Chart | None = None
) -> list[Problem]:
    """All findings about the rules, for this company's chart where one is given."""
    problems: list[Problem] = []
    for type_, versions in rules.items():
        problems += _versions(type_, versions)
        for rule in versions:
            problems += _cites(rule, rules)
            problems += _lines(rule, rules)
            problems += _defaults(rule)
            if chart is not None:
                problems += _roles(rule, company, chart, rules)
    if chart is not None:
        problems += _finer(company, chart)
    return problems


def _versions(type_: str, versions: tuple[Rule, ...]) -> Iterator[Problem]:
    for before, after in pairwise(versions):
        if before.valid_from == after.valid_from:
            yield problem(
                "rule-overlap",
                after.place,
                type=type_,
                date=after.valid_from or "-",
                other=str(before.place),
            )
    if versions[0].valid_from:
        yield problem("rule-gap", versions[0].place, type=type_, date=versions[0].valid_from)


def _cites(rule: Rule, rules: Mapping[str, tuple[Rule, ...]]) -> Iterator[Problem]:
    for type_ in rule.cites:
        if type_ not in rules:
            near = nearest(type_, list(rules))
            yield problem(
                "rule-cites-unknown", rule.place, type=rule.type, cites=type_, nearest=near
            )


def _defaults(rule: Rule) -> Iterator[Problem]:
    """Counterparties that `record` would take by default and that no flow allows."""
    for side, account in enumerate((rule.default_source, rule.default_target)):
        allowed = frozenset[str]().union(*(flow[side] for flow in rule.flows))
        if account.startswith("Equity:") and class_of(account, {}) not in allowed:
            known = " ".join(sorted(allowed))
            yield problem(
                "rule-default-flow", rule.place, type=rule.type, account=account, known=known
            )


def fact_values(rule: Rule) -> dict[str, tuple[str, ...]]:
    """The finite facts of a rule that do not depend on its flow."""
    free = () if rule.fields.get("reason") == "required" and rule.reasons else ("",)
    return {
        "reason": (*rule.reasons, *free),
        "chart": CHARTS,
        "taxpayer": TAXPAYERS,
        "revenue": REVENUE,
        "method": METHODS,
        "backdated": ("recost", "current-average"),
        "apply": ("prospective", "retrospective"),
    }


def flow_facts(rule: Rule, rules: Mapping[str, tuple[Rule, ...]]) -> list[dict[str, str]]:
    """Every combination of from, to and kind that rows of a rule can have."""
    if not rule.flows:
        facts = [{"kind": k} for k in _value_kinds(rule)]
        if rule.uses("released"):  # beside the goods that leave
            facts += [{"from": "available", "to": t, "kind": "issue"} for t in COUNTERPARTIES]
        return facts
    hand_back = any(
        "production" in go and "production" not in come
        for type_ in rule.cites
        for version in rules.get(type_, ())
        for come, go in version.flows
    )
    found = []
    for comes, goes in rule.flows:
        for come, go in product(sorted(comes), sorted(goes)):
            kinds = {
                kind_of(come, go, cites=cites, has_order=order, hand_back=hand_back)
                for cites in ((True,) if rule.cites_required else (True, False))
                for order in (True, False)
            }
            if come in OURS and go in OURS:
                kinds.add(Kind.SKIP)
            if rule.uses("expensed"):
                kinds.add(Kind.REVALUE)
            found += [{"from": come, "to": go, "kind": kind_name(k)} for k in sorted(kinds)]
    return found


def _value_kinds(rule: Rule) -> tuple[str, ...]:
    """What a value document does to cost: nothing, into an order, onto a late receipt."""
    if rule.completes:
        return ("settle",)
    if rule.uses("expensed"):
        return ("skip", "revalue")
    return ("add-to-order",) if rule.fields.get("order") == "required" else ("skip",)


def _lines(rule: Rule, rules: Mapping[str, tuple[Rule, ...]]) -> Iterator[Problem]:
    """Unknown facts, unreachable lines, and debit unequal to credit."""
    values = fact_values(rule)
    flows = flow_facts(rule, rules)
    known = {*values, "from", "to", "kind"}
    asked = {key for line in rule.lines for key in line.when}
    for line in rule.lines:
        for key in line.when:
            if key not in known:
                near = nearest(key, sorted(known))
                yield problem(
                    "rule-fact-unknown", line.place, type=rule.type, fact=key, nearest=near
                )
    free = sorted(asked & set(values))
    reached: set[int] = set()
    unbalanced: dict[str, dict[str, str]] = {}
    for flow in flows:
        for chosen in product(*(values[key] for key in free)):
            facts: dict[str, str] = {**flow, **dict(zip(free, chosen, strict=True))}
            lines = [n for n, line in enumerate(rule.lines) if line.applies(facts)]
            reached.update(lines)
            rest = _rest(rule, [rule.lines[n] for n in lines], facts)
            if rest:
                unbalanced.setdefault(rest, facts)
    for number, line in enumerate(rule.lines):
        if number not in reached and asked <= known:
            when = " ".join(f"{k}={'|'.join(v)}" for k, v in line.when.items())
            yield problem("rule-line-unreachable", line.place, type=rule.type, when=when)
    for rest, facts in unbalanced.items():
        shown = " ".join(f"{k}={v}" for k, v in facts.items() if v)
        yield problem("rule-unbalanced", rule.place, type=rule.type, rest=rest, facts=shown)


def _rest(rule: Rule, lines: list[RuleLine], facts: Facts) -> str:
    """What debit exceeds credit by, as a sum of amount names; '' where they are equal."""
    total: Vector = {}
    for line in lines:
        for name, times in _atoms(rule, line.amount, facts).items():
            total[name] = total.get(name, 0) + times * line.sign
    return " ".join(
        f"{'+' if times > 0 else '-'}{name}" for name, times in sorted(total.items()) if times
    )


def _atoms(rule: Rule, amount: str, facts: Facts) -> Vector:
    """An amount in terms of those that are free; as `valuation` and `late` relate them."""
    kind = facts["kind"]
    if kind == "return-out" and amount == "value":
        return {"cost": 1, "variance": 1}
    if rule.uses("matched"):
        known = {**_PURCHASE, **_INVOICE}
    elif rule.ledger == "value":
        known = dict(_PURCHASE)
        if amount == "landed":
            known["landed"] = {
                "net": 1,
                "tax": 1,
                "deductible-tax": -1,
                "cost": -1,
                "expensed": -1,
                "followed": -1,
            }
        if rule.completes:
            known["settled"] = {"cost": 1, "expensed": 1, "variance": 1, "followed": 1}
        elif rule.price_means == "none":
            known = {"gross": {"net": 1}, "value": {"net": 1}}
    elif rule.price_means == "sale":
        known = _sale_atoms(rule, facts)
    else:
        known = _receipt_atoms(rule, kind)
    if is_void(amount, facts.get("taxpayer", "general")):
        return {}
    if kind == "skip" and (rule.uses("matched") or rule.uses("landed")):
        known |= {"cost": {}, "followed": {}}
        if rule.uses("matched"):
            known |= {"expensed": {}}
        return _flat(known.get(amount, {amount: 1}), known)
    return known.get(amount, {amount: 1})


def _flat(vector: Vector, known: Mapping[str, Vector]) -> Vector:
    """A vector without the amounts that are known to be nothing."""
    return {name: times for name, times in vector.items() if known.get(name) != {}}


def is_void(amount: str, taxpayer: str) -> bool:
    """Whether an amount is always zero for a taxpayer status."""
    if taxpayer == "none" and amount in ("tax", "deemed-tax"):
        return True
    return taxpayer != "general" and amount in ("deductible-tax", "transferred-tax")


def _sale_atoms(rule: Rule, facts: Facts) -> dict[str, Vector]:
    if not rule.uses("advance"):
        return {"gross": {"net": 1, "tax": 1}, "value": {"net": 1}}
    side = 1 if rule.ledger == "document" else -1
    if facts["kind"] != "skip" and rule.ledger == "document":
        return {"gross": {"net": 1, "tax": 1}, "advance": {}}
    return {"gross": {"net": 1, "tax": 1, "advance": side}}


def _receipt_atoms(rule: Rule, kind: str) -> dict[str, Vector]:
    known = dict(_RECEIPT) if rule.uses("accrued") else {"value": {"net": 1}, "gross": {"net": 1}}
    if kind in ("receive", "add-to-order"):
        known["cost"] = known["value"]
    return known


def _roles(
    rule: Rule, company: Company, chart: Chart, rules: Mapping[str, tuple[Rule, ...]]
) -> Iterator[Problem]:
    """Roles of lines that can apply in this company and that no account claims."""
    mine = {"chart": company.chart, "taxpayer": company.taxpayer, "revenue": company.revenue}
    known = chart.roles()
    told: set[str] = set()
    choices = product(flow_facts(rule, rules), rule.reasons or ("",), sorted(company.methods()))
    for flow, reason, method in choices:
        for line in lines_of(rule, {**mine, **flow, "reason": reason, "method": method}):
            if line.role in known | told or is_void(line.amount, company.taxpayer):
                continue
            told.add(line.role)
            near = nearest(line.role, sorted(known))
            yield problem(
                "rule-role-unclaimed", line.place, type=rule.type, role=line.role, nearest=near
            )


def _finer(company: Company, chart: Chart) -> Iterator[Problem]:
    """Inventory accounts that part what one pool holds together."""
    for where, name in chart.claims("inventory"):
        category = where.get("category", "")
        known = company.categories.get(category)
        pool = (known.cost if known else company.default_cost).pool
        apart = "site" in where and pool in ("company", "lot")
        if apart or "party" in where:
            key = "site" if apart else "party"
            place = chart.accounts[name].place
            yield problem("rule-account-finer", place, account=name, pool=pool, key=key)
