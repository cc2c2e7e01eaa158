"""Vouchers of the money ledger that a rule with `ledger: money` writes: payment, collection.

`record` calls this with what the user typed; the result goes into `ledgers/money` as source.
Codes: amount-unreadable, field-required, reason-unknown, account-unknown, role-unclaimed,
voucher-unbalanced.
"""

from __future__ import annotations

from collections.abc import Mapping

from invledger.model import Posting, Problem, Voucher, parse_scaled, problem
from invledger.posting.plan import Ends, Planner
from invledger.posting.rule import DIMENSIONS, Rule, version_at
from invledger.posting.schema import nearest
from invledger.posting.sources import Sources

_FIRST = ("party", "ref", "reason", "doc")  # of the metadata
_SAID_ELSEWHERE = {*_FIRST, "date", "id", "amount", "account", "payee", "narration", "links"}


def money_voucher(
    sources: Sources, type_: str, values: Mapping[str, str]
) -> tuple[Voucher | None, list[Problem]]:
    """The voucher of a payment, collection or other money type.

    `values`: date, id, amount (required); party, account (of the bank or cash used; default: the
    account with the role `bank`), reason, ref, narration and the dimensions; whatever else is
    metadata. Amounts are plain numbers in the company's currency.
    """
    rule = version_at(sources.rules.get(type_, ()), values.get("date", ""))
    if rule is None:
        known = [t for t, versions in sources.rules.items() if versions[-1].ledger == "money"]
        return None, [
            problem(
                "rule-unknown",
                type=type_,
                id=values.get("id", ""),
                date="",
                nearest=nearest(type_, known),
            )
        ]
    problems = _demands(rule, values)
    amount = parse_scaled(values.get("amount", ""), sources.company.currency_decimals)
    if amount is None:
        problems.append(problem("amount-unreadable", value=values.get("amount", "")))
    account = values.get("account", "")
    if account and account not in sources.chart.accounts:
        near = nearest(account, list(sources.chart.accounts)) if account else ""
        problems.append(problem("account-unknown", account=account, nearest=near))
    if problems or amount is None:
        return None, problems
    postings, problems = _postings(sources, rule, values, amount)
    return (None if problems else _voucher(sources, rule, values, postings)), problems


def _demands(rule: Rule, values: Mapping[str, str]) -> list[Problem]:
    id_ = values.get("id", "")
    problems = [
        problem("field-required", field=name, type=rule.type, id=id_)
        for name, demand in rule.fields.items()
        if demand == "required" and not values.get(name)
    ]
    reason = values.get("reason", "")
    if rule.reasons and reason and reason not in rule.reasons:
        near = nearest(reason, rule.reasons)
        problems.append(
            problem("reason-unknown", reason=reason, type=rule.type, nearest=near, id=id_)
        )
    return problems


def _postings(
    sources: Sources, rule: Rule, values: Mapping[str, str], amount: int
) -> tuple[tuple[Posting, ...], list[Problem]]:
    planner = Planner(sources)
    party = values.get("party", "")
    ends = Ends("", "", "", values.get("reason", ""), party, 0)
    facts = planner.facts(rule, ends)
    made: list[Posting] = []
    for line in rule.lines:
        if not line.applies(facts):
            continue
        account = values.get("account", "") if line.role == "bank" else ""
        account = account or planner.resolve(line.role, "", "", party) or ""
        if not account:
            return (), [
                problem("role-unclaimed", line.place, role=line.role, type=rule.type, category="-")
            ]
        signed = amount * line.sign
        noted = tuple(
            (name, values[name])
            for name in DIMENSIONS
            if name in line.dimensions and values.get(name)
        )
        is_red = (signed < 0) is (line.side == "debit") and signed != 0
        made.append(Posting(account, signed, sources.company.currency, is_red, noted))
    total = sum(posting.amount for posting in made)
    if total or not made:
        identity = f"{rule.type}/{values.get('id', '')}/main"
        return (), [
            problem("voucher-unbalanced", rule.place, identity=identity, difference=str(total))
        ]
    return tuple(made), []


def _voucher(
    sources: Sources, rule: Rule, values: Mapping[str, str], postings: tuple[Posting, ...]
) -> Voucher:
    party = sources.master.parties.get(values.get("party", ""))
    payee = party.name if party else ""
    narration = values.get("narration", "") or " ".join(f"{rule.title} {payee}".split())
    rest = sorted(name for name in values if name not in _SAID_ELSEWHERE)
    meta = tuple((name, values[name]) for name in (*_FIRST, *rest) if values.get(name))
    id_ = values.get("id", "")
    return Voucher(
        values["date"],
        f"{rule.type}/{id_}/main",
        payee,
        narration,
        postings,
        (),
        rule.word,
        meta,
        derived=False,
    )
