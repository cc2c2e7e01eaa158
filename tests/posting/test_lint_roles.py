"""The linter on roles, pools and amounts: what must be claimed, and what balances by nature."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Account, CostPolicy, Place, RoleClaim
from invledger.posting import Chart, lint_rules
from tests.posting.small import chart, company, rules
from tests.posting.test_lint import findings, rule_of, said


@pytest.mark.req("FIN-02")
def test_a_role_that_no_account_claims_is_told_once_at_its_first_line() -> None:
    first = rules()["other-out"][0]
    lines = tuple(
        replace(line, role="givts-given") if line.role == "gifts-given" else line
        for line in first.lines
    )
    found = findings(replace(first, lines=lines))
    assert [one.code for one in found] == ["rule-role-unclaimed"]
    assert said(found[0]) == {"type": "other-out", "role": "givts-given", "nearest": "gifts-given"}
    assert found[0].place == next(x.place for x in first.lines if x.role == "gifts-given")


@pytest.mark.parametrize(
    ("method", "role"),
    [
        ("standard", "purchase-price-variance"),
        ("planned", "materials-variance"),
        ("retail", "retail-margin"),
    ],
)
def test_roles_that_a_cost_method_adds_are_asked_for_where_the_company_uses_it(
    method: str, role: str
) -> None:
    """Accounts beside inventory are wanted by the methods in use, of category or company."""
    lacking = Chart.of(
        replace(one, roles=tuple(claim for claim in one.roles if claim.role != role))
        for one in chart().accounts.values()
    )
    rule = {"scrap": rules()["scrap"], "opening": rules()["opening"]}
    goods = replace(company().categories["goods"], cost=CostPolicy())
    plain = replace(company(), categories={"goods": goods}, default_cost=CostPolicy())
    assert lint_rules(rule, plain, lacking) == []
    for mine in (
        replace(plain, categories={"goods": replace(goods, cost=CostPolicy(method))}),
        replace(plain, default_cost=CostPolicy(method)),
        replace(plain, item_cost={"COLA": {"method": method}}),
    ):
        found = lint_rules(rule, mine, lacking)
        assert {said(one)["role"] for one in found} == {role}


@pytest.mark.req("INV-18")
@pytest.mark.parametrize(
    ("pool", "site", "party"),
    [
        ("company", True, True),
        ("lot", True, True),
        ("site", False, True),
        ("location", False, True),
        ("lot+site", False, True),
    ],
)
def test_an_account_by_site_wants_pools_by_site(pool: str, *, site: bool, party: bool) -> None:
    """By category where a claim names one, else by the company's own pool."""
    for category in ("goods", ""):
        mine = company()
        categories = dict(mine.categories)
        if category:
            categories["goods"] = replace(categories["goods"], cost=CostPolicy(pool=pool))
        else:
            mine = replace(mine, default_cost=CostPolicy(pool=pool))
        mine = replace(mine, categories=categories)
        for key, is_found in (("site", site), ("party", party)):
            where = [("category", category)] if category else []
            claim = RoleClaim("inventory", (*where, (key, "SH")))
            place = Place("accounts.beancount", 7)
            account = Account("Assets:1405-X:SH", "1405", "X", "X", roles=(claim,), place=place)
            found = lint_rules({}, mine, Chart.of([account]))
            wanted = {"account": account.name, "pool": pool, "key": key}
            assert [said(one) for one in found] == ([wanted] if is_found else [])
            assert {one.place for one in found} <= {place}


@pytest.mark.req("FIN-02", "FIN-15")
@pytest.mark.parametrize(
    ("head", "debit", "credit"),
    [
        # a price that means nothing bears no tax: net, gross and value are one
        ("ledger: value", "gross", "net"),
        ("ledger: value", "value", "gross"),
        ("from: opening\nto: available", "gross", "value"),
        # what is bought: gross = net + tax = value + deductible tax
        ("ledger: value\nprice: {means: cost}", "gross", "net tax"),
        ("ledger: value\nprice: {means: cost}", "value deductible-tax", "gross"),
        ("ledger: value\nprice: {means: cost}", "value", "net tax deductible-tax-"),
        ("from: supplier\nto: available\nprice: {means: cost}", "value", "net"),
        ("from: supplier\nto: available\nprice: {means: cost}", "gross", "cost"),
        # what is sold: value is the net amount
        ("from: available\nto: customer\nprice: {means: sale}", "gross", "net tax"),
        ("from: available\nto: customer\nprice: {means: sale}", "value", "net"),
        ("from: available\nto: customer\nprice: {means: sale}", "gross advance", "net tax"),
        # a receipt that knows of earlier invoices and charges
        ("from: supplier\nto: available", "value", "accrued invoiced landed"),
        ("from: supplier\nto: available", "cost", "accrued invoiced landed"),
        # a settlement
        ("ledger: value", "settled", "cost expensed variance followed"),
    ],
)
def test_what_is_equal_by_nature_balances(head: str, debit: str, credit: str) -> None:
    """Amounts are known in terms of others; a `-` after a name says that it is red."""
    lines = [
        f"    - {{{side}: x, amount: {name.removesuffix('-')}"
        + (", red: true}" if name.endswith("-") else "}")
        for side, names in (("debit", debit), ("credit", credit))
        for name in names.split()
    ]
    text = "type: x\ntitle: X\n" + head + "\nvoucher:\n  lines:\n"
    sound = rule_of(text + "\n".join(lines) + "\n")
    assert findings(sound, "rule-unbalanced") == []
    for at, told in enumerate(lines):
        if "advance" in told:
            continue  # without it gross is all that is sold
        broken = rule_of(text + "\n".join(lines[:at] + lines[at + 1 :]) + "\n")
        assert findings(broken, "rule-unbalanced"), told
