"""Vouchers of money that `record` writes: the whole voucher, and every refusal with its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from invledger.model import Party, Posting, Problem, RoleClaim, Voucher
from invledger.posting import Chart, RuleLine, Sources, money_voucher
from tests.posting.small import company, rules, sources_of

BANK, PAYABLE = "Assets:1002-银行存款", "Liabilities:2202-应付账款"
FULL = {"date": "2026-01-20", "id": "P1", "amount": "265.55", "party": "V1"}


def said(problems: list[Problem]) -> list[tuple[str, dict[str, str]]]:
    return [(one.code, dict(one.args)) for one in problems]


def paid(values: Mapping[str, str], sources: Sources | None = None) -> Voucher:
    made, problems = money_voucher(sources or sources_of([]), "payment", values)
    assert problems == []
    assert made is not None
    return made


@pytest.mark.req("AR-01", "AR-06")
def test_a_payment_is_this_voucher() -> None:
    more = {"ref": "I1", "reason": "invoice", "doc": "回单 7", "handler": "李四", "order": "",
            "approved": "王五"}
    assert paid(FULL | more) == Voucher(
        "2026-01-20", "payment/P1/main", "华东电子", "付款 华东电子",
        (Posting(PAYABLE, 26555, "CNY", False, (("party", "V1"),)),
         Posting(BANK, -26555, "CNY", False, ())),
        (), "记",
        (("party", "V1"), ("ref", "I1"), ("reason", "invoice"), ("doc", "回单 7"),
         ("approved", "王五"), ("handler", "李四")),
        derived=False,
    )  # fmt: skip


def test_what_nobody_says_is_not_noted() -> None:
    made = paid({"date": "2026-01-20", "id": "P1", "amount": "1"})
    assert (made.payee, made.narration, made.meta) == ("", "付款", ())
    assert [p.meta for p in made.postings] == [(), ()]
    assert paid(FULL | {"narration": "月结"}).narration == "月结"
    elsewhere = {"narration": "月结", "account": BANK, "payee": "张", "links": "A"}
    assert paid(FULL | elsewhere).meta == (("party", "V1"),)
    stranger = paid(FULL | {"party": "V9"})
    assert (stranger.payee, stranger.narration) == ("", "付款")
    sources = sources_of([])
    sources.master.parties["V1"] = Party("V1", "华东  电子")
    assert paid(FULL, sources).narration == "付款 华东 电子"


def test_decimals_currency_and_word_are_the_company_s_and_the_rule_s() -> None:
    sources = sources_of([], replace(company(), currency="JPY", currency_decimals=0))
    rule = rules()["payment"][0]
    first, *rest = rule.lines
    noted = replace(first, dimensions=("party", "order", "handler"), red=True)
    against = replace(rest[-1], red=True)
    sources.rules = {"payment": (replace(rule, word="付", lines=(noted, *rest[:-1], against)),)}
    made = paid(FULL | {"amount": "265", "handler": "李四"}, sources)
    assert made.word == "付"
    # a red debit is negative: the same accounts, against their sides
    assert made.postings == (
        Posting(PAYABLE, -265, "JPY", True, (("party", "V1"), ("handler", "李四"))),
        Posting(BANK, 265, "JPY", True, ()),
    )


def test_nothing_paid_is_neither_black_nor_red() -> None:
    assert [(p.amount, p.red) for p in paid(FULL | {"amount": "0"}).postings] == [(0, False)] * 2


@pytest.mark.req("AR-01")
def test_the_bank_is_the_given_account_all_others_are_by_role() -> None:
    made = paid(FULL | {"account": "Assets:1001-库存现金"})
    assert [p.account for p in made.postings] == [PAYABLE, "Assets:1001-库存现金"]
    sources = sources_of([])
    accounts = dict(sources.chart.accounts)
    own = replace(accounts[PAYABLE], name=f"{PAYABLE}:华东",
                  roles=(RoleClaim("payable", (("party", "V1"),)),))  # fmt: skip
    sources.chart = Chart.of([*accounts.values(), own])
    assert paid(FULL, sources).postings[0].account == own.name
    assert paid(FULL | {"party": "V2"}, sources).postings[0].account == PAYABLE


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"amount": "1.005"}, ("amount-unreadable", {"value": "1.005"})),
        ({"amount": ""}, ("amount-unreadable", {"value": ""})),
        ({"account": "Assets:1002-银行存"},
         ("account-unknown", {"account": "Assets:1002-银行存", "nearest": BANK})),
        ({"reason": "advanse"},
         ("reason-unknown", {"reason": "advanse", "type": "payment", "nearest": "advance",
                             "id": "P1"})),
    ],
)  # fmt: skip
def test_a_refusal_names_what_was_meant(
    change: dict[str, str], found: tuple[str, dict[str, str]]
) -> None:
    made, problems = money_voucher(sources_of([]), "payment", FULL | change)
    assert made is None
    assert said(problems) == [found]


def test_all_that_is_wrong_is_said_at_once() -> None:
    values = {"date": "2026-01-20", "account": "x", "reason": "x"}
    problems = money_voucher(sources_of([]), "payment", values)[1]
    wanted = ["reason-unknown", "amount-unreadable", "account-unknown"]
    assert [one.code for one in problems] == wanted
    assert dict(problems[0].args)["id"] == ""
    assert dict(problems[1].args)["value"] == ""


def test_a_field_that_a_rule_requires() -> None:
    sources = sources_of([])
    rule = rules()["payment"][0]
    fields = {"party": "required", "handler": "optional", "doc": "required"}
    sources.rules = {"payment": (replace(rule, fields=fields),)}
    made, problems = money_voucher(sources, "payment", FULL)
    assert made is None
    assert said(problems) == [("field-required", {"field": "doc", "type": "payment", "id": "P1"})]
    assert paid(FULL | {"doc": "7"}, sources).meta == (("party", "V1"), ("doc", "7"))


def test_a_type_that_nobody_knows_names_those_of_money() -> None:
    made, problems = money_voucher(sources_of([]), "paymnt", FULL)
    assert made is None
    known = {"type": "paymnt", "id": "P1", "date": "", "nearest": "payment"}
    assert said(problems) == [("rule-unknown", known)]
    problems = money_voucher(sources_of([]), "zzz", {})[1]
    known = {"type": "zzz", "id": "", "date": "", "nearest": "collection payment"}
    assert said(problems) == [("rule-unknown", known)]
    dated = tuple(replace(one, valid_from="2026-02-01") for one in rules()["payment"])
    sources = sources_of([])
    sources.rules = {"payment": dated}
    assert [p.code for p in money_voucher(sources, "payment", FULL)[1]] == ["rule-unknown"]
    paid(FULL | {"date": "2026-02-01"}, sources)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ((RuleLine("debit", "nobody", "gross"),),
         ("role-unclaimed", {"role": "nobody", "type": "payment", "category": "-"})),
        ((RuleLine("debit", "payable", "gross"),),
         ("voucher-unbalanced", {"identity": "payment/P1/main", "difference": "26555"})),
        ((RuleLine("debit", "payable", "gross", when={"reason": ("tax",)}),),
         ("voucher-unbalanced", {"identity": "payment/P1/main", "difference": "0"})),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_posted_makes_no_voucher(
    lines: tuple[RuleLine, ...], found: tuple[str, dict[str, str]]
) -> None:
    sources = sources_of([])
    sources.rules = {"payment": (replace(rules()["payment"][0], lines=lines),)}
    made, problems = money_voucher(sources, "payment", FULL)
    assert made is None
    assert said(problems) == [found]
    place = lines[0].place if found[0] == "role-unclaimed" else rules()["payment"][0].place
    assert problems[0].place == place
