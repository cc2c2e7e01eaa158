"""A works' month by periodic average 全月一次加权平均法, pools by site, worked out by hand.

Steel in Shanghai, February (closed in a test of its own): 1,000 kg at 4.00 and 500 at 4.30 are
6,150.00 for 1,500 kg = 4.10. 600 go into work order WO-1 (2,460.00), with 900.00 of labour; 100
are sold (410.00). Left are 800 kg, 3,280.00.

March, Shanghai and Beijing:

| day | Shanghai                                   |    kg |     value |
|-----|--------------------------------------------|------:|----------:|
|  1  | opening                                    |   800 |  3,280.00 |
|  3  | R2 at 4.50                                 |   400 |  1,800.00 |
| 12  | freight 70.00 on 400 + 300 kg, by quantity |       |     40.00 |
| 20  | R2 billed at 4.56                          |       |     24.00 |
|     | freight of R2, billed on 3 April           |       |     21.00 |
| 10  | 30 kg sold in February come back at 4.10   |    30 |    123.00 |
| 21  | 50 kg of R2 go back at 1,885.00 / 400      |   -50 |   -235.63 |
| 22  | 20 kg handed back by WO-1 at 4.10          |    20 |     82.00 |
| 18  | from Beijing, at b                         |    50 |       50b |

Beijing: R3 300 kg at 4.40 and freight 30.00 = 1,350.00; 200 kg from Shanghai at a.

1,250a = 5,134.37 + 50b; 500b = 1,350.00 + 200a, so 1,230a = 5,269.37: a = 4.28404065,
b = 4.41361626. To Beijing 856.81 (856.808), to Shanghai 220.68 (220.681), from Beijing 250 kg into
WO-1 1,103.40 (1,103.404). Left in Beijing: 2,206.81 - 220.68 - 1,103.40 = 882.73 for 200 kg.
From Shanghai 300 kg sold 1,285.21, 5 kg not found 21.42; left 745 kg, 5,355.05 - 856.81 - 1,285.21
- 21.42 = 3,191.61.

WO-1: 3,360.00 + 1,103.40 - 82.00 + labour 1,500.00 + overhead 700.00 = 6,581.40 for 80 parts; 30
sold 2,468.03 (2,468.025); left 50, 4,113.37. The 50 kg go back at 4.56 as billed, 228.00; their
freight and the cent are cost of sales, 7.63.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.company import Desk, settled
from tests.cli.months import agreed, founded, held, rows, vouchers
from tests.vcs.test_vcs import commit

MASTERS = (
    "item add STEEL --name 钢材 --unit kg --decimals 2 --category raw",
    "item add PART --name 零件 --unit 件 --category finished",
    "location add Assets:Stock:SH:Main --name 上海仓",
    "location add Assets:Stock:BJ:Main --name 北京仓",
    "party add V0001 --name 钢厂 --kind supplier",
    "party add V0002 --name 物流 --kind supplier",
    "party add C0001 --name 客户 --kind customer",
)
SH, BJ = "Assets:Stock:SH:Main", "Assets:Stock:BJ:Main"


def moved(
    date: str, number: str, type_: str, ends: tuple[str, str], what: str, **meta: str
) -> str:
    """A movement of one line, of `what`: quantity, item and price."""
    quantity, item, *price = what.split()
    at = f" @ {price[0]} CNY" if price else ""
    said = {"id": number, "type": type_, **meta}
    lines = [f'{date} * "x"', *(f'  {key}: "{value}"' for key, value in said.items())]
    lines += [f"  {ends[1]}  {quantity} {item}{at}", f"  {ends[0]}  -{quantity} {item}{at}"]
    return "\n" + "\n".join(lines) + "\n"


def out(name: str) -> str:
    return f"Equity:Stock:{name}"


V1, V2, C1, WO = {"party": "V0001"}, {"party": "V0002"}, {"party": "C0001"}, {"order": "WO-1"}
FEBRUARY = (
    moved("2026-02-01", "O1", "opening", (out("Opening"), SH), "1000.00 STEEL 4.00"),
    moved("2026-02-10", "R1", "purchase-receipt", (out("Supplier"), SH), "500 STEEL 4.30", **V1),
    moved("2026-02-15", "I1", "production-issue", (SH, out("Production")), "600 STEEL", **WO),
    moved("2026-02-20", "S1", "sale-delivery", (SH, out("Customer")), "100 STEEL 6.00", **C1),
)
MARCH = (
    moved("2026-03-03", "R2", "purchase-receipt", (out("Supplier"), SH), "400 STEEL 4.50", **V1),
    moved("2026-03-05", "R3", "purchase-receipt", (out("Supplier"), BJ), "300 STEEL 4.40", **V1),
    moved("2026-03-10", "B1", "sale-return", (out("Customer"), SH), "30 STEEL", ref="S1", **C1),
    moved("2026-03-15", "T1", "transfer", (SH, BJ), "200 STEEL"),
    moved("2026-03-16", "I2", "production-issue", (BJ, out("Production")), "250 STEEL", **WO),
    moved("2026-03-18", "T2", "transfer", (BJ, SH), "50 STEEL"),
    moved(
        "2026-03-21", "P1", "purchase-return", (SH, out("Supplier")), "50 STEEL", ref="R2", **V1,
    ),
    moved(
        "2026-03-22", "H1", "production-handback", (out("Production"), SH), "20 STEEL", ref="I1",
        **WO,
    ),
    moved("2026-03-25", "S2", "sale-delivery", (SH, out("Customer")), "300 STEEL 6.50", **C1),
    moved("2026-03-31", "M1", "production-receipt", (out("Production"), SH), "80 PART", **WO),
    moved("2026-03-31", "S3", "sale-delivery", (SH, out("Customer")), "30 PART 120.00", **C1),
    moved("2026-03-31", "C1", "count-shortage", (SH, out("Count")), "5 STEEL"),
)  # fmt: skip
INVOICE = ("Equity:Invoice:Supplier", "Equity:Invoice:Purchase")


def value(date: str, number: str, type_: str, amount: str, **meta: str) -> str:
    said = "".join(f'  {key}: "{text}"\n' for key, text in meta.items())
    return f'\n{date} custom "{type_}" "{number}" {amount} CNY\n{said}'


PAPERS = (
    value("2026-02-28", "W1", "production-cost", "900.00", reason="labour", **WO),
    value("2026-03-12", "F1", "landed-cost", "70.00", ref="R2 R3", basis="quantity", **V2),
    moved("2026-03-20", "N1", "purchase-invoice", INVOICE, "400 STEEL 4.56", ref="R2", **V1),
    value("2026-03-31", "W2", "production-cost", "1500.00", reason="labour", **WO),
    value("2026-03-31", "W3", "production-cost", "700.00", reason="overhead", **WO),
    value("2026-04-03", "F2", "landed-cost", "21.00", ref="R2", **V2),
)
VOUCHERS = {
    "purchase-receipt/R2/main": [
        ("1403", "1885.00"), ("220201", "-1824.00"), ("220201", "-61.00"),
    ],
    "purchase-receipt/R3/main": [
        ("1403", "1350.00"), ("220201", "-1320.00"), ("220201", "-30.00"),
    ],
    "sale-return/B1/main": [("1122", "-203.40"), ("6001", "180.00"), ("22210107", "23.40")],
    "landed-cost/F1/main": [("220201", "70.00"), ("2202", "-70.00")],
    "purchase-invoice/N1/main": [
        ("220201", "1824.00"), ("22210101", "237.12"), ("2202", "-2061.12"),
    ],
    "purchase-return/P1/main": [("1403", "-235.63"), ("6401", "7.63"), ("220201", "228.00")],
    "sale-delivery/S2/main": [("1122", "2203.50"), ("6001", "-1950.00"), ("22210107", "-253.50")],
    "sale-return/2026-03/period-cost": [("6401", "-123.00"), ("1403", "123.00")],
    "production-issue/2026-03/period-cost": [("5001", "1103.40"), ("1403", "-1103.40")],
    "production-handback/2026-03/period-cost": [("5001", "-82.00"), ("1403", "82.00")],
    "sale-delivery/2026-03/period-cost": [
        ("6401", "1285.21"), ("1403", "-1285.21"), ("6401", "2468.03"), ("1405", "-2468.03"),
    ],
    "production-cost/W2/main": [("5001", "1500.00"), ("2211", "-1500.00")],
    "production-cost/W3/main": [("5001", "700.00"), ("5101", "-700.00")],
    "production-receipt/2026-03/period-cost": [("1405", "6581.40"), ("5001", "-6581.40")],
    "sale-delivery/S3/main": [("1122", "4068.00"), ("6001", "-3600.00"), ("22210107", "-468.00")],
    "count-shortage/2026-03/period-cost": [("190101", "21.42"), ("1403", "-21.42")],
}  # fmt: skip


@pytest.fixture
def works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    settled(monkeypatch, tmp_path / "state")
    monkeypatch.setenv("INVLEDGER_TODAY", "2026-04-05")
    policy = "cost: {method: periodic-average, pool: site}"
    files = {
        "movements/2026/02/2026-02-28.A.beancount": "".join(FEBRUARY),
        "movements/2026/03/2026-03-31.A.beancount": "".join(MARCH),
        "documents/2026/03/2026-03-31.A.beancount": "".join(PAPERS),
    }
    founded(tmp_path / "books", policy, files, *MASTERS)
    desk = Desk(tmp_path / "books", capsys)
    assert desk("post").code == 0
    return desk


@pytest.mark.req("CO-03", "CO-08", "IN-02", "IN-14", "OUT-04", "ID-03", "FIN-04")
def test_every_voucher_of_march(works: Desk) -> None:
    assert vouchers(works, "2026-03") == VOUCHERS
    assert vouchers(works, "2026-02")["production-issue/2026-02/period-cost"] == [
        ("5001", "2460.00"), ("1403", "-2460.00"),
    ]  # fmt: skip
    agreed(works)


@pytest.mark.req("CO-03", "CO-08")
def test_stock_by_site_and_what_is_left_in_the_order(works: Desk) -> None:
    assert held(works) == {
        "STEEL SH:Main": ("745.00", "3191.61"),
        "STEEL BJ:Main": ("200.00", "882.73"),
        "PART SH:Main": ("50", "4113.37"),
    }
    closing = {row["code"]: row["closing"] for row in rows(works, "balance")}
    wanted = {"1403": "4074.34", "1405": "4113.37", "5001": "0.00", "6401": "4047.87"}
    assert {code: closing[code] for code in wanted} == wanted


@pytest.mark.req("CO-07", "IN-14", "FIN-10")
def test_an_invoice_of_a_closed_month_goes_to_the_goods_on_hand(works: Desk) -> None:
    """February is closed, R1 (500 kg) billed 0.15 higher in March: all 800 kg on hand at the close
    are as much as R1 brought, so 75.00 come onto the goods of March. 1,230a = 5,344.37 gives
    a = 4.34501626, b = 4.43800650.
    """
    signed = ("--prepared", "A", "--reviewed", "B", "--booked", "C", "--date", "2026-03-02")
    closed = works("close", "2026-02", *signed)
    assert closed.code == 0, closed.err
    paper = works.root / "ledgers/documents/2026/03/2026-03-28.A.beancount"
    bill = moved("2026-03-28", "N2", "purchase-invoice", INVOICE, "500 STEEL 4.45", ref="R1", **V1)
    paper.write_text(bill, "utf-8")
    assert works("post").code == 0
    found = vouchers(works, "2026-03")
    assert found["purchase-invoice/N2/main"] == [
        ("220201", "2150.00"), ("1403", "75.00"), ("22210101", "289.25"), ("2202", "-2514.25"),
    ]  # fmt: skip
    assert found["production-issue/2026-03/period-cost"][0] == ("5001", "1109.50")
    assert found["sale-delivery/2026-03/period-cost"][0] == ("6401", "1303.50")
    agreed(works)


@pytest.mark.req("FIN-04", "CO-07")
def test_the_effect_of_a_late_invoice_names_it(works: Desk) -> None:
    """R3, 300 kg, is billed at 4.45 in place of 4.40: 15.00 more in Beijing, 1,230a = 5,270.87 and
    500b = 1,365.00 + 200a make b = 4.44410407; 250 kg into WO-1 cost 1,111.03 (1,111.026).
    """
    commit(works.root)
    paper = works.root / "ledgers/documents/2026/03/2026-03-28.A.beancount"
    bill = moved("2026-03-28", "N2", "purchase-invoice", INVOICE, "300 STEEL 4.45", ref="R3", **V1)
    paper.write_text(bill, "utf-8")
    told = {
        (row["voucher"], row["account"]): (row["before"], row["after"], row["why"])
        for row in rows(works, "diff", "--part", "voucher")
    }
    work = "production-issue/2026-03/period-cost"
    assert told[work, "Assets:5001-生产成本"] == ("1103.40", "1111.03", "N2")
    assert {why for *_, why in told.values()} == {"N2"}


@pytest.mark.req("CO-07", "FIN-10", "TE-07")
def test_a_movement_dated_into_the_closed_month_is_refused_until_it_is_opened(works: Desk) -> None:
    signed = ("--prepared", "A", "--reviewed", "B", "--booked", "C", "--date", "2026-03-02")
    assert works("close", "2026-02", *signed).code == 0
    late = works.root / "ledgers/movements/2026/02/2026-02-20.B.beancount"
    late.write_text(
        moved("2026-02-20", "S9", "sale-delivery", (SH, out("Customer")), "10 STEEL 6.00", **C1),
        "utf-8",
    )
    before = {path: path.read_bytes() for path in works.root.rglob("*.beancount")}
    refused = works("--lang", "en", "post")
    assert refused.code != 0
    assert "ledgers/movements/2026/02/2026-02-20.B.beancount:" in refused.err
    assert "closed-period" in refused.err
    assert {path: path.read_bytes() for path in works.root.rglob("*.beancount")} == before
    assert works("reopen", "2026-02", "--reason", "late paper").code == 0
    assert works("post").code == 0
    # 410.00 were booked for 100 kg; 110 kg of the same cost 451.00.
    adjusted = vouchers(works, "2026-02")["sale-delivery/2026-02/period-cost~1"]
    assert adjusted == [("6401", "41.00"), ("1403", "-41.00")]
    agreed(works)


@pytest.mark.req("FIN-10", "CO-07")
def test_an_edit_that_changes_a_closed_month_is_told_once_with_its_first_voucher(
    works: Desk,
) -> None:
    """Both months are closed on 9 April, with the freight of the 3rd in R2. At unit costs of two
    decimals February (4.10) stays as it was; of March the steel into WO-1 is the first to change.
    """
    signed = ("--prepared", "A", "--reviewed", "B", "--booked", "C", "--date", "2026-04-09")
    for period in ("2026-02", "2026-03"):
        assert works("close", period, *signed).code == 0
    company = works.root / "rules" / "company.yaml"
    text = company.read_text("utf-8")
    company.write_text(text.replace("pool: site}", "pool: site, unit-decimals: 2}"), "utf-8")
    refused = works("--lang", "en", "post")
    assert refused.code == 4
    assert "2026-03 was closed with" in refused.err
    assert "first voucher: production-issue/2026-03/period-cost" in refused.err
    found = works("--lang", "en", "check")
    assert "errors: 1, warnings: 0" in found.out + found.err
