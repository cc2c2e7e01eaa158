"""A shop's month by the retail method 售价金额核算法, every figure worked out by hand.

Pens, 20.00 a piece, from the 12th 22.00 (before VAT they sell at 17.70 and 19.47):

| day |                              | pieces | selling | cost      | 1407 beside |
|-----|------------------------------|-------:|--------:|----------:|------------:|
|  1  | opening at 14.00             |    300 |   6,000 |  4,200.00 |    1,800.00 |
|  3  | R1 at 13.50                  |    500 |  10,000 |  6,750.00 |    3,250.00 |
|  6  | R2                           |    120 |   2,400 |  1,700.01 |      699.99 |
| 10  | 40 of R1 go back             |    -40 |    -800 |   -540.00 |     -260.00 |
| 12  | 530 on hand come to 22.00    |        |   1,060 |           |    1,060.00 |
| 18  | 10 sold on the 8th come back |        |      20 |           |       20.00 |
|     | all of the month             |        |  18,680 | 12,110.01 |    6,569.99 |

Rate of the margin 6,569.99 / 18,680 = 35.17125268 %, of cost 64.82874732 %.

|  8  | S1 sold                      |    350 |   7,000 |  4,538.01 |    2,461.99 |
| 15  | S2 sold                      |    200 |   4,400 |  2,852.46 |    1,547.54 |
| 18  | S1: 10 come back at 20.00    |    -10 |    -200 |   -129.66 |      -70.34 |
| 31  | 5 not found                  |      5 |     110 |     71.31 |       38.69 |
|     | together, rounded once       |    545 |  11,310 |  7,332.13 |    3,977.87 |
|     | left (110.00 takes the cent) |    335 |   7,370 |  4,777.88 |    2,592.12 |

The return stands in the books at 22.00: 220.00, of which 20.00 + 70.34 = 90.34 are margin.

A counter for food that counts no pieces (its unit is the yuan): 80,000 for 60,000.00 and 45,000
for 33,333.33: 31,666.67 / 125,000 = 25.333336 %. 70,000 sold: 52,266.66; 100.55 found too much:
75.08 (75.0773); together 69,899.45 cost 52,191.59, so the sale takes a cent: 52,266.67. Left are
55,100.55, worth 93,333.33 - 52,191.59 = 41,141.74.

What was not found is bad management: 13 % of 71.32 = 9.27 of input VAT go out.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.company import Desk, settled
from tests.cli.months import agreed, founded, held, recorded, rows, vouchers

MASTERS = (
    "item add PEN-1 --name 钢笔 --unit 支 --category goods",
    "item add FOOD --name 食品柜 --unit 元 --decimals 2 --category goods",
    "party add V0001 --name 供应商 --kind supplier",
    "party add C0001 --name 顾客 --kind customer",
)
PRICES = """
2026-03-01 price PEN-1 20.00 CNY
  kind: "retail"

2026-03-12 price PEN-1 22.00 CNY
  kind: "retail"

2026-03-01 price FOOD 1.00 CNY
  kind: "retail"
"""
BOUGHT = "--party V0001 --to Main"
BILLED = "--party V0001 --ref T1-260331-0003"
SENT = "--party V0001 --from Main"
SOLD = "--party C0001 --from Main --to Equity:Stock:Customer"
BACK = "--party C0001 --from Equity:Stock:Customer --to Main"
MONTH = f"""
opening --date 2026-03-01 --item PEN-1 --qty 300 --price 14.00 --to Main
opening --date 2026-03-01 --item FOOD --qty 80000 --amount 60000.00 --to Main
purchase-receipt --date 2026-03-03 --item PEN-1 --qty 500 --price 13.50 {BOUGHT}
purchase-receipt --date 2026-03-06 --item PEN-1 --qty 120 --amount 1700.01 {BOUGHT}
purchase-receipt --date 2026-03-06 --item FOOD --qty 45000 --amount 33333.33 {BOUGHT}
sale-delivery --date 2026-03-08 --item PEN-1 --qty 350 --price 17.70 {SOLD}
purchase-return --date 2026-03-10 --item PEN-1 --qty 40 --ref T1-260331-0003 {SENT}
standard-cost-change --date 2026-03-12 --set item=PEN-1
sale-delivery --date 2026-03-15 --item PEN-1 --qty 200 --price 19.47 {SOLD}
sale-return --date 2026-03-18 --item PEN-1 --qty 10 --ref T1-260331-0006 {BACK}
sale-delivery --date 2026-03-20 --item FOOD --qty 70000 --amount 61946.90 {SOLD}
count-shortage --date 2026-03-31 --item PEN-1 --qty 5 --from Main
count-overage --date 2026-03-31 --item FOOD --qty 100.55 --to Main
loss-settlement --date 2026-03-31 --ref T1-260331-0012 --reason abnormal
loss-settlement --date 2026-03-31 --ref T1-260331-0013 --reason overage
"""
APRIL = f"""
purchase-invoice --date 2026-04-05 --item PEN-1 --qty 460 --price 13.80 {BILLED}
sale-return --date 2026-04-06 --item PEN-1 --qty 10 --ref T1-260331-0009 {BACK}
sale-delivery --date 2026-04-08 --item PEN-1 --qty 100 --price 19.47 {SOLD}
"""
NO = "T1-260331-00"
MARCH = {
    f"opening/{NO}01/main": [("1405", "6000.00"), ("1407", "-1800.00"), ("4999", "-4200.00")],
    f"opening/{NO}02/main": [("1405", "80000.00"), ("1407", "-20000.00"), ("4999", "-60000.00")],
    f"purchase-receipt/{NO}03/main": [
        ("1405", "10000.00"), ("1407", "-3250.00"), ("220201", "-6750.00"),
    ],
    f"purchase-receipt/{NO}04/main": [
        ("1405", "2400.00"), ("1407", "-699.99"), ("220201", "-1700.01"),
    ],
    f"purchase-receipt/{NO}05/main": [
        ("1405", "45000.00"), ("1407", "-11666.67"), ("220201", "-33333.33"),
    ],
    f"sale-delivery/{NO}06/main": [
        ("1122", "7000.35"), ("6001", "-6195.00"), ("22210107", "-805.35"),
    ],
    f"sale-delivery/{NO}06/cost": [("6401", "7000.00"), ("1405", "-7000.00")],
    f"purchase-return/{NO}07/main": [
        ("1405", "-800.00"), ("1407", "260.00"), ("220201", "540.00"),
    ],
    f"standard-cost-change/{NO}08/main": [("1405", "1060.00"), ("1407", "-1060.00")],
    f"sale-delivery/{NO}09/main": [
        ("1122", "4400.22"), ("6001", "-3894.00"), ("22210107", "-506.22"),
    ],
    f"sale-delivery/{NO}09/cost": [("6401", "4400.00"), ("1405", "-4400.00")],
    f"sale-return/{NO}10/main": [("1122", "-200.01"), ("6001", "177.00"), ("22210107", "23.01")],
    f"sale-return/{NO}10/cost": [("6401", "-220.00"), ("1405", "220.00")],
    f"sale-delivery/{NO}11/main": [
        ("1122", "70000.00"), ("6001", "-61946.90"), ("22210107", "-8053.10"),
    ],
    f"sale-delivery/{NO}11/cost": [("6401", "70000.00"), ("1405", "-70000.00")],
    # 2,461.99 + 1,547.54; 17,733.33: of 70,000.00, 52,266.67 are cost.
    "sale-delivery/2026-03/period-cost": [
        ("6401", "-4009.53"), ("1407", "4009.53"), ("6401", "-17733.33"), ("1407", "17733.33"),
    ],
    "sale-return/2026-03/period-cost": [("6401", "90.34"), ("1407", "-90.34")],
    f"count-shortage/{NO}12/main": [("190101", "110.00"), ("1405", "-110.00")],
    "count-shortage/2026-03/period-cost": [("190101", "-38.68"), ("1407", "38.68")],
    f"count-overage/{NO}13/main": [("1405", "100.55"), ("190101", "-100.55")],
    "count-overage/2026-03/period-cost": [("1407", "-25.47"), ("190101", "25.47")],
    f"loss-settlement/{NO}14/main": [
        ("6711", "80.59"), ("190101", "-71.32"), ("22210109", "-9.27"),
    ],
    f"loss-settlement/{NO}15/main": [("190101", "75.08"), ("6602", "-75.08")],
}  # fmt: skip


@pytest.fixture
def shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    settled(monkeypatch, tmp_path / "state")
    monkeypatch.setenv("INVLEDGER_TODAY", "2026-03-31")
    policy = "cost: {method: retail, pool: company}"
    founded(tmp_path / "books", policy, {"prices.beancount": PRICES}, *MASTERS)
    desk = Desk(tmp_path / "books", capsys)
    recorded(desk, MONTH)
    assert desk("post").code == 0
    return desk


@pytest.mark.req("CO-05", "INV-11", "FIN-04")
def test_every_voucher_of_the_month(shop: Desk) -> None:
    assert vouchers(shop, "2026-03") == MARCH
    agreed(shop)


@pytest.mark.req("CO-05", "FIN-14")
def test_stock_accounts_and_cost_of_sales(shop: Desk) -> None:
    """Cost of sales: 4,538.01 + 2,852.46 - 129.66 + 52,266.67."""
    assert held(shop) == {
        "PEN-1 Main": ("335", "4777.88"), "FOOD Main": ("55100.55", "41141.74"),
    }  # fmt: skip
    closing = {row["code"]: row["closing"] for row in rows(shop, "balance")}
    wanted = {"1405": "62470.55", "1407": "16550.93", "6401": "59527.48", "190101": "0.00"}
    assert {code: closing[code] for code in wanted} == wanted


@pytest.mark.req("CO-05", "CO-11")
def test_the_rate_is_told_and_the_receipts_add_up(shop: Desk) -> None:
    found = rows(shop, "explain", f"{NO}12")
    assert found[0]["value"] == "71.32"
    assert found[0]["basis"] == (
        "selling value 110.00, cost rate 12,110.01 / 18,680.00 = 64.8287 % (margin 35.1713 %)"
    )
    assert sum(Decimal(row["value"]) for row in found[1:]) == Decimal("71.32")


@pytest.mark.req("CO-05", "IN-13")
def test_the_month_after(shop: Desk) -> None:
    """R1 was billed at 13.80 in April, March is open: + 138.00 for the 460 that stayed.

    So 12,248.01 of 18,680 are cost; S2 cost 2,884.97 (2,884.969), ten of its pens 144.25. Opening
    7,370 at 4,832.33 and these ten, 220 at 144.25: 4,976.58 / 7,590; 100 pens sold for 2,200 cost
    1,442.49.
    """
    recorded(shop, APRIL)
    assert shop("post").code == 0
    found = vouchers(shop, "2026-04")
    assert found["sale-return/2026-04/period-cost"] == [("6401", "75.75"), ("1407", "-75.75")]
    assert found["sale-delivery/2026-04/period-cost"] == [("6401", "-757.51"), ("1407", "757.51")]
    assert held(shop)["PEN-1 Main"] == ("245", "3534.09")
    agreed(shop)
