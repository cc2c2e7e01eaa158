"""Chart packs: the two standards, accounts made from them, money types on them."""

from __future__ import annotations

import pytest

from invledger.posting import Chart, accounts_of, inventory_account, money_voucher, read_chart_pack
from tests.posting.small import (
    DISPATCHED,
    MAIN,
    TRANSIT,
    chart,
    code_of,
    document,
    pack,
    sources_of,
)


@pytest.mark.req("FIN-14")
@pytest.mark.parametrize(
    ("standard", "code", "title", "root"),
    [
        ("cas", "5001", "生产成本", "Assets"),
        ("sbe", "5001", "主营业务收入", "Income"),
        ("cas", "4001", "实收资本", "Equity"),
        ("sbe", "4001", "生产成本", "Assets"),
        ("cas", "4101", "盈余公积", "Equity"),
        ("sbe", "4101", "制造费用", "Assets"),
        ("cas", "1471", "存货跌价准备", "Assets"),
        ("cas", "6401", "主营业务成本", "Expenses"),
        ("sbe", "5401", "主营业务成本", "Expenses"),
        ("cas", "2205", "合同负债", "Liabilities"),
        ("sbe", "3104", "利润分配", "Equity"),
    ],
)
def test_codes_of_the_two_standards(standard: str, code: str, title: str, root: str) -> None:
    found = next(a for a in pack(standard).accounts if a.code == code)
    assert (found.title, found.root) == (title, root)
    assert found.title_en


def test_what_only_one_standard_has() -> None:
    sbe = {a.code for a in pack("sbe").accounts}
    assert not {"1231", "1471", "6701", "6901"} & sbe
    assert {"1406", "1901", "2221"} <= sbe


def test_names_of_accounts() -> None:
    names = {a.code: a for a in accounts_of(pack("cas"), taxpayer="general", opened="2026-01-01")}
    assert names["1405"].name == "Assets:1405-库存商品"
    assert names["220201"].name == "Liabilities:2202-应付账款:暂估"
    assert names["22210101"].name == "Liabilities:2221-应交税费:应交增值税:进项税额"
    assert names["22210101"].direction == "debit"
    assert names["1602"].direction == "credit"
    assert names["5001"].direction == "debit"


def test_small_scale_has_one_tax_account() -> None:
    accounts = accounts_of(pack("cas"), taxpayer="small-scale", opened="2026-01-01")
    assert not any("进项税额" in a.name for a in accounts)
    found = Chart.of(accounts).account("output-tax")
    assert found == "Liabilities:2221-应交税费:应交增值税"
    assert len({a.name for a in accounts}) == len(accounts)


@pytest.mark.parametrize("standard", ["cas", "sbe"])
def test_the_most_specific_claim_wins(standard: str) -> None:
    found = chart(standard)
    assert code_of(found.account("inventory", category="raw") or "") == "1403"
    assert code_of(found.account("inventory", category="packing") or "") == "1411"
    assert code_of(found.account("inventory", category="goods") or "") == "1405"
    assert found.account("no-such-role") is None


def test_inventory_by_location() -> None:
    sources = sources_of([])
    assert inventory_account(sources, "SUGAR", MAIN) == "Assets:1403-原材料"
    assert inventory_account(sources, "SUGAR", TRANSIT) == "Assets:1403-原材料"
    assert inventory_account(sources, "COLA", DISPATCHED) == "Assets:1406-发出商品"


CHART = """\
chart: mine
title: {zh: 我的, en: Mine}
accounts:
  - {code: 1405, zh: 库存商品, en: Goods, root: Assets, role: inventory}
"""


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("{code: 1405, zh: 又, en: Again, root: Assets}", "chart-twice"),
        ("{code: 140601, zh: 子, en: Sub, root: Assets, parent: 1406}", "chart-parent"),
        ("{code: 1406, zh: 发, en: X, root: Assets, role: 'dispatched =a=b'}", "chart-role"),
        ("{code: 14x, zh: 发, en: X, root: Assets}", "yaml-bad-value"),
    ],
)
def test_bad_charts(extra: str, code: str) -> None:
    made, problems = read_chart_pack(document("rules/charts/mine.yaml", f"{CHART}  - {extra}\n"))
    assert made is None
    assert [p.code for p in problems] == [code]
    assert problems[0].place.line == 5


@pytest.mark.req("AR-01", "AR-06")
@pytest.mark.parametrize(
    ("type_", "reason", "debit", "credit"),
    [
        ("payment", "", "2202", "1002"),
        ("payment", "invoice", "2202", "1002"),
        ("payment", "advance", "1123", "1002"),
        ("payment", "wages", "2211", "1002"),
        ("collection", "", "1002", "1122"),
        ("collection", "advance", "1002", "2205"),
    ],
)
def test_payments_and_collections(type_: str, reason: str, debit: str, credit: str) -> None:
    values = {
        "date": "2026-01-20",
        "id": "P1",
        "amount": "265.55",
        "party": "V1",
        "reason": reason,
    }
    voucher, problems = money_voucher(sources_of([]), type_, values)
    assert problems == []
    assert voucher is not None
    assert [(code_of(p.account), p.amount) for p in voucher.postings] == [
        (debit, 26555),
        (credit, -26555),
    ]
    assert voucher.identity == f"{type_}/P1/main"
    assert voucher.derived is False


def test_money_from_a_given_account() -> None:
    values = {
        "date": "2026-01-20",
        "id": "P1",
        "amount": "5.00",
        "account": "Assets:1001-库存现金",
    }
    voucher, _ = money_voucher(sources_of([]), "payment", values)
    assert voucher is not None
    assert voucher.postings[1].account == "Assets:1001-库存现金"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": "1.005"}, "amount-unreadable"),
        ({"account": "Assets:1003"}, "account-unknown"),
        ({"reason": "invioce"}, "reason-unknown"),
        ({"type": "paymnt"}, "rule-unknown"),
    ],
)
def test_money_that_cannot_be_booked(change: dict[str, str], code: str) -> None:
    values = {"date": "2026-01-20", "id": "P1", "amount": "5.00", **change}
    voucher, problems = money_voucher(sources_of([]), values.pop("type", "payment"), values)
    assert voucher is None
    assert [p.code for p in problems] == [code]
    assert "{" not in problems[0].text("zh") + problems[0].remedy("zh")
