"""Inside the company: transfers, production, subcontracting, counts, losses, two charts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.posting.small import (
    BEIJING,
    MAIN,
    PRODUCTION,
    SUBCONTRACT,
    SUPPLIER,
    TRANSIT,
    Books,
    books,
    code_of,
    company,
    row,
)

COLA = row("2026-01-01", "opening", "O1", "100", price="2.35")
SUGAR = row("2026-01-01", "opening", "O2", "50.000", item="SUGAR", price="6.00")


@pytest.mark.req("IN-03")
def test_opening_stock() -> None:
    made = books(COLA, SUGAR)
    assert made.lines("opening/O1/main") == [("1405", "235.00"), ("4999", "-235.00")]
    assert made.lines("opening/O2/main") == [("1403", "300.00"), ("4999", "-300.00")]
    assert made.vouchers["opening/O2/main"].postings[0].meta == (
        ("item", "SUGAR"),
        ("qty", "50.000"),
    )


@pytest.mark.req("OUT-02", "INV-18")
def test_transfers_inside_an_account_post_nothing() -> None:
    made = books(
        COLA,
        row("2026-01-02", "transfer", "T1", "10"),
        row("2026-01-03", "transfer-out", "T2", "20"),
        row("2026-01-04", "transfer-in", "T3", "20", ref="T2"),
        row("2026-01-05", "status-change", "T4", "5"),
    )
    assert made.codes() == []
    assert set(made.vouchers) == {"opening/O1/main"}
    assert made.costed.costs == [23500, 0, 4700, 4700, 0]
    assert made.valued.lines[2].target == f"COLA@{TRANSIT}"


@pytest.mark.req("CO-01", "INV-18")
def test_pools_by_site_move_value() -> None:
    mine = company()
    goods = mine.categories["goods"]
    goods = replace(goods, cost=replace(goods.cost, pool="site"))
    mine = replace(mine, categories={**mine.categories, "goods": goods})
    made = books(COLA, row("2026-01-02", "transfer", "T1", "10", target=BEIJING), mine=mine)
    assert made.valued.lines[1].source == "COLA@SH"
    assert made.valued.lines[1].target == "COLA@BJ"
    assert made.costed.costs == [23500, 2350]


@pytest.mark.parametrize(("pool", "key"), [("lot", "COLA#L1"), ("lot+site", "COLA@SH#L1")])
def test_pools_by_lot(pool: str, key: str) -> None:
    mine = company()
    goods = mine.categories["goods"]
    goods = replace(goods, cost=replace(goods.cost, pool=pool))
    mine = replace(mine, categories={**mine.categories, "goods": goods})
    assert books(COLA._replace(lot="L1"), mine=mine).valued.lines[0].target == key


@pytest.mark.req("IN-02", "OUT-04", "CO-08")
def test_a_work_order_collects_and_gives_out() -> None:
    """20 kg at 6.00, 5 kg back, wages 30.00, overhead 15.00: 90 + 45 = 135.00 for 10."""
    made = books(
        SUGAR,
        row("2026-01-02", "production-issue", "M1", "20.000", item="SUGAR", order="W1"),
        row("2026-01-03", "production-handback", "M2", "5.000", item="SUGAR", ref="M1/1"),
        row("2026-01-03", "production-cost", "M3", item="", amount="30.00", order="W1",
            reason="labour"),
        row("2026-01-03", "production-cost", "M4", item="", amount="15.00", order="W1",
            reason="overhead"),
        row("2026-01-04", "production-receipt", "M5", "10", item="SYRUP", order="W1"),
    )  # fmt: skip
    assert made.codes() == []
    assert made.lines("production-issue/M1/main") == [("5001", "120.00"), ("1403", "-120.00")]
    assert made.lines("production-handback/M2/main") == [("5001", "-30.00R"), ("1403", "30.00R")]
    assert made.lines("production-cost/M3/main") == [("5001", "30.00"), ("2211", "-30.00")]
    assert made.lines("production-cost/M4/main") == [("5001", "15.00"), ("5101", "-15.00")]
    assert made.lines("production-receipt/M5/main") == [("1405", "135.00"), ("5001", "-135.00")]
    assert made.vouchers["production-issue/M1/main"].postings[0].meta == (("order", "W1"),)
    assert made.balance("5001") == 0


@pytest.mark.req("INV-09")
def test_subcontracting_in_one_movement() -> None:
    """30 kg sent at 6.00, 20 used, fee 50.00 net at 6 %: 170.00 for 10; invoice at 55.00."""
    rows = [
        SUGAR,
        row("2026-01-02", "subcontract-issue", "P1", "30.000", item="SUGAR"),
        row("2026-01-09", "subcontract-receipt", "P2", "20.000", item="SUGAR",
            source=SUBCONTRACT, target=PRODUCTION),
        row("2026-01-09", "subcontract-receipt", "P2", "1", item="WORK", line="2",
            price="50.00", source=SUPPLIER, target=PRODUCTION),
        row("2026-01-09", "subcontract-receipt", "P2", "10", item="SYRUP", line="3",
            source=PRODUCTION, target=MAIN),
    ]  # fmt: skip
    made = books(*rows)
    assert made.codes() == []
    assert made.lines("subcontract-issue/P1/main") == [("1408", "180.00"), ("1403", "-180.00")]
    assert made.lines("subcontract-receipt/P2/main") == [
        ("1408", "170.00"),  # 20 kg used up at 6.00, and the fee
        ("1408", "-120.00"),
        ("2202:暂估", "-50.00"),
        ("1405", "170.00"),
        ("1408", "-170.00"),
    ]
    assert made.balance("1408") == 6000  # 10 kg are still there
    invoice = row(
        "2026-01-20", "purchase-invoice", "I1", "1", item="WORK", price="50.00", ref="P2/2"
    )
    made = books(*rows, invoice)
    assert made.codes() == []
    assert made.lines("purchase-invoice/I1/main") == [
        ("2202:暂估", "50.00"),
        ("2221:应交增值税:进项税额", "3.00"),
        ("2202", "-53.00"),
    ]


@pytest.mark.req("OUT-03", "INV-11")
@pytest.mark.parametrize(
    ("standard", "reason", "expected"),
    [
        ("cas", "normal", [("6602", "23.50"), ("1901:待处理流动资产损溢", "-23.50")]),
        ("sbe", "normal", [("5711", "23.50"), ("1901:待处理流动资产损溢", "-23.50")]),
        ("cas", "disaster", [("6711", "23.50"), ("1901:待处理流动资产损溢", "-23.50")]),
        ("sbe", "claim", [("1221", "23.50"), ("1901:待处理流动资产损溢", "-23.50")]),
        (
            "cas",
            "abnormal",
            [
                ("6711", "26.56"),  # 23.50 and 13 % of it, 3.055 -> 3.06
                ("1901:待处理流动资产损溢", "-23.50"),
                ("2221:应交增值税:进项税额转出", "-3.06"),
            ],
        ),
    ],
)
def test_a_loss_is_settled_by_cause(
    standard: str, reason: str, expected: list[tuple[str, str]]
) -> None:
    made = books(
        COLA,
        row("2026-01-05", "scrap", "S1", "10", reason="broken"),
        row("2026-01-06", "loss-settlement", "S2", item="", reason=reason, ref="S1"),
        mine=replace(company(), chart=standard),
    )
    assert made.codes() == []
    assert made.lines("scrap/S1/main") == [
        ("1901:待处理流动资产损溢", "23.50"),
        ("1405", "-23.50"),
    ]
    assert made.lines("loss-settlement/S2/main") == expected
    assert made.balance("1901") == 0


@pytest.mark.req("INV-10", "INV-11")
def test_a_loss_shared_between_staff_and_company() -> None:
    """Case zh-loss-01: 3,000.00 lost, 1,000.00 claimed, the rest to administration."""
    made = books(
        row("2026-01-01", "opening", "O1", "1", price="3000.00"),
        row("2026-01-02", "count-shortage", "K1", "1"),
        row(
            "2026-01-03",
            "loss-settlement",
            "K2",
            item="",
            reason="claim",
            amount="1000.00",
            ref="K1",
        ),
        row(
            "2026-01-03",
            "loss-settlement",
            "K3",
            item="",
            reason="normal",
            amount="2000.00",
            ref="K1",
        ),
    )
    assert made.codes() == []
    assert made.lines("count-shortage/K1/main") == [
        ("1901:待处理流动资产损溢", "3000.00"),
        ("1405", "-3000.00"),
    ]
    assert made.balance("1221") == 100000
    assert made.balance("6602") == 200000
    assert made.balance("1901") == 0


@pytest.mark.parametrize(("standard", "account"), [("cas", "6602"), ("sbe", "5301")])
def test_an_overage_comes_in_at_current_cost(standard: str, account: str) -> None:
    made = books(
        COLA,
        row("2026-01-05", "count-overage", "K1", "2"),
        row("2026-01-06", "loss-settlement", "K2", item="", reason="overage", ref="K1"),
        mine=replace(company(), chart=standard),
    )
    assert made.codes() == []
    assert made.lines("count-overage/K1/main") == [
        ("1405", "4.70"),
        ("1901:待处理流动资产损溢", "-4.70"),
    ]
    assert made.balance(account) == -470
    assert made.balance("1901") == 0


def test_a_settlement_clears_losses_or_overages() -> None:
    made = books(
        COLA,
        row("2026-01-05", "count-overage", "K1", "2"),
        row("2026-01-06", "loss-settlement", "K2", item="", reason="normal", ref="K1"),
    )
    assert made.codes() == ["settlement-mixed"]


def everything(standard: str) -> Books:
    """One of nearly each type, under a chart."""
    return books(
        COLA,
        SUGAR,
        row("2026-01-02", "purchase-receipt", "R1", "10", price="3.00"),
        row("2026-01-03", "sale-delivery", "D1", "10", price="5.00"),
        row("2026-01-04", "production-issue", "M1", "20.000", item="SUGAR", order="W1"),
        row("2026-01-05", "production-receipt", "M2", "5", item="SYRUP", order="W1"),
        row("2026-01-06", "other-in", "H1", "5", price="2.00", reason="gift"),
        mine=replace(company(), chart=standard),
    )


@pytest.mark.req("FIN-14")
def test_the_same_rules_on_both_charts() -> None:
    """5001, 4001 and 4101 mean different things in the two charts; only roles tell."""
    cas, sbe = everything("cas"), everything("sbe")
    assert cas.codes() == sbe.codes() == []
    roots = {
        standard: {
            code_of(p.account): p.account.split(":")[0]
            for v in made.vouchers.values()
            for p in v.postings
        }
        for standard, made in (("cas", cas), ("sbe", sbe))
    }
    assert roots["cas"]["5001"] == "Assets"  # 生产成本
    assert roots["sbe"]["5001"] == "Income"  # 主营业务收入
    assert roots["sbe"]["4001"] == "Assets"
    assert cas.balance("6001") == sbe.balance("5001") == -5000
    assert cas.balance("6401") == sbe.balance("5401")
    assert cas.balance("6301") == sbe.balance("5301") == -1000


def test_a_role_without_account_is_a_problem_and_no_voucher() -> None:
    made = everything("cas")
    chart = made.sources.chart
    del chart._claims["revenue"]
    from tests.posting.small import derive

    again = derive(made.sources)
    assert [(p.code, dict(p.args)["role"]) for p in again.problems] == [
        ("role-unclaimed", "revenue")
    ]
    assert "sale-delivery/D1/main" not in again.vouchers
    assert "sale-delivery/D1/cost" in again.vouchers
