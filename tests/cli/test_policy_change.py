"""Dated changes of cost policy in stock card and costs: the row of the change, and the ledger met.

Moving average, from February on FIFO, retrospective: 100 at 10.00 and 200 at 13.00 come
(3,600.00), 120 go at 12.00, 50 come for 700.50, 30 go for 373.11 (2,860.50 x 30 / 230): 200 left,
2,487.39. FIFO would have left 150 at 13.00 and 50 for 700.50 = 2,650.50: 163.11 more. 60 go then
at 13.00.

Pools by site from February, one pool and FIFO from March on, retrospective: of 180 at 12.00, 90
lie in Beijing. 60 go from Shanghai (720.00); 40 at 15.00 come to Beijing (1,680.00 for 130), 30 go
(387.69). Left 1,652.31; FIFO would have left 90 at 13.00 and 40 at 15.00 = 1,770.00: 117.69 more.
30 go at 13.00: 1,380.00 left.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.company import Desk, settled
from tests.cli.months import agreed, founded, recorded, rows, vouchers

MASTERS = (
    "item add WIDGET --name 件 --unit 件 --category goods",
    "location add Assets:Stock:SH:Main --name 上海仓",
    "location add Assets:Stock:BJ:Main --name 北京仓",
    "party add V0001 --name 供应商 --kind supplier",
    "party add C0001 --name 顾客 --kind customer",
)
BUY = "--item WIDGET --party V0001 --to SH:Main"
SELL = "--item WIDGET --party C0001 --from SH:Main --to Equity:Stock:Customer --price 20.00"
JANUARY = f"""
opening --date 2026-01-01 --item WIDGET --qty 100 --price 10.00 --to SH:Main
purchase-receipt --date 2026-01-05 --qty 200 --price 13.00 {BUY}
sale-delivery --date 2026-01-10 --qty 120 {SELL}
"""
AVERAGE = f"""{JANUARY}purchase-receipt --date 2026-01-12 --qty 50 --amount 700.50 {BUY}
sale-delivery --date 2026-01-20 --qty 30 {SELL}
sale-delivery --date 2026-02-05 --qty 60 {SELL}
"""
SITES = f"""{JANUARY}transfer --date 2026-01-11 --item WIDGET --qty 90 --from SH:Main --to BJ:Main
sale-delivery --date 2026-02-05 --qty 60 {SELL}
purchase-receipt --date 2026-02-06 --qty 40 --price 15.00 {BUY.replace("SH", "BJ")}
sale-delivery --date 2026-02-07 --qty 30 {SELL.replace("SH", "BJ")}
sale-delivery --date 2026-03-05 --qty 30 {SELL}
"""
TO_FIFO = "{from: 2026-02-01, cost: {method: fifo}, apply: retrospective, reason: new system}"
BY_SITE = "{from: 2026-02-01, cost: {pool: site}, apply: prospective, reason: two stores}"
TOGETHER = (
    "{from: 2026-03-01, cost: {pool: company, method: fifo}, apply: retrospective, reason: one}"
)
Open = Callable[..., Desk]


@pytest.fixture
def opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Open:
    """Makes a posted company from the words of `record` and its changes of policy."""
    settled(monkeypatch, tmp_path / "state")
    monkeypatch.setenv("INVLEDGER_TODAY", "2026-03-31")

    def open_(movements: str, changes: tuple[str, ...], method: str = "moving-average") -> Desk:
        lines = "".join(f"\n  - {change}" for change in changes)
        policy = f"cost: {{method: {method}, pool: company}}"
        policy += f"\ncost-changes:{lines}" * bool(changes)
        founded(tmp_path / "books", policy, {}, *MASTERS)
        desk = Desk(tmp_path / "books", capsys)
        recorded(desk, movements)
        assert desk("post").code == 0
        return desk

    return open_


@pytest.mark.req("CO-06", "RP-04")
def test_the_change_has_a_row_and_its_voucher(opened: Open) -> None:
    desk = opened(AVERAGE, (TO_FIFO,))
    assert vouchers(desk, "2026-02")["policy-change/2026-02-01/main"] == [
        ("1405", "163.11"), ("410401", "-163.11"),
    ]  # fmt: skip
    told = [
        (row["date"], row["voucher"], row["id"], row["adjust_value"], row["balance_value"])
        for row in rows(desk, "card", "--item", "WIDGET", "--from", "2026-02-01")
        if row["kind"] == "line"
    ]
    number = "T1-260331-0006"
    assert told == [
        ("2026-02-01", "policy-change/2026-02-01/main", "", "163.11", "2650.50"),
        ("2026-02-05", f"sale-delivery/{number}/main", number, None, "1870.50"),
    ]
    why = [
        (str(row["depth"]), row["item"], row["value"], row["why"])
        for row in rows(desk, "explain", "policy-change/2026-02-01/main")[1:]
    ]
    assert why == [
        ("1", "WIDGET", "163.11", "restated"),
        ("2", "WIDGET", "2650.50", "value-after"),
        ("2", "WIDGET", "-2487.39", "value-before"),
    ]
    agreed(desk)


@pytest.mark.req("CO-06", "RP-04")
def test_costs_by_movement_end_at_the_ledger_and_name_the_method_of_their_day(
    opened: Open,
) -> None:
    desk = opened(AVERAGE, (TO_FIFO,))
    told = [
        (row["date"], row["type"], row["method"], row["cost"], row["balance_value"])
        for row in rows(desk, "cost", "--by", "movement")[4:]
    ]
    assert told == [
        ("2026-01-20", "sale-delivery", "moving-average", "373.11", "2487.39"),
        ("2026-02-01", "policy-change", "fifo", "163.11", "2650.50"),
        ("2026-02-05", "sale-delivery", "fifo", "780.00", "1870.50"),
    ]
    assert [row["method"] for row in rows(desk, "cost", "--by", "period")] == [
        "moving-average", "fifo",
    ]  # fmt: skip
    assert [row["method"] for row in rows(desk, "cost", "--by", "item")] == ["fifo"]
    january = rows(desk, "cost", "--by", "item", "--as-of", "2026-01-31")
    assert [row["method"] for row in january] == ["moving-average"]


@pytest.mark.req("CO-06", "RP-04")
def test_pools_divided_and_joined_leave_the_card_at_the_ledger(opened: Open) -> None:
    desk = opened(SITES, (BY_SITE, TOGETHER))
    told = [
        (row["date"], row["adjust_value"], row["balance_value"])
        for row in rows(desk, "card", "--item", "WIDGET", "--from", "2026-02-01")
        if row["kind"] == "line"
    ]
    assert told == [
        ("2026-02-05", None, "1440.00"),
        ("2026-02-06", None, "2040.00"),
        ("2026-02-07", None, "1652.31"),
        ("2026-03-01", "117.69", "1770.00"),
        ("2026-03-05", None, "1380.00"),
    ]
    movements = rows(desk, "cost", "--by", "movement")
    assert movements[-1]["balance_value"] == "1380.00"
    between = [
        (row["pool"][6:], row["cost"], row["balance_quantity"], row["balance_value"])
        for row in movements
        if row["date"][:7] == "2026-02" or row["type"] == "policy-change"
    ]
    assert between == [
        ("", "-2160.00", "0", "0.00"),
        ("@BJ", "1080.00", "90", "1080.00"),
        ("@SH", "1080.00", "90", "1080.00"),
        ("@SH", "720.00", "30", "360.00"),
        ("@BJ", "600.00", "130", "1680.00"),
        ("@BJ", "387.69", "100", "1292.31"),
        ("", "1770.00", "130", "1770.00"),
        ("@BJ", "-1292.31", "0", "0.00"),
        ("@SH", "-360.00", "0", "0.00"),
    ]
    agreed(desk)


@pytest.mark.req("CO-06", "RP-04")
def test_what_is_owed_goes_to_the_last_of_the_pools(opened: Open) -> None:
    """100 at 10.00, 110 go: 10 are owed at 10.00, though 20 lie in Beijing."""
    owed = f"""opening --date 2026-01-01 --item WIDGET --qty 100 --price 10.00 --to SH:Main
transfer --date 2026-01-11 --item WIDGET --qty 20 --from SH:Main --to BJ:Main
sale-delivery --date 2026-01-12 --qty 110 {SELL}
sale-delivery --date 2026-02-05 --qty 1 {SELL}
"""
    desk = opened(owed, (BY_SITE,), "moving-average, negative: provisional")
    told = [
        (row["pool"][6:], row["cost"], row["balance_quantity"], row["balance_value"])
        for row in rows(desk, "cost", "--by", "movement")[1:]
    ]
    assert told == [
        ("", "1100.00", "-10", "-100.00"),
        ("", "100.00", "0", "0.00"),
        ("@SH", "-100.00", "-10", "-100.00"),
        ("@SH", "10.00", "-11", "-110.00"),
    ]


@pytest.mark.req("CO-05", "RP-04")
@pytest.mark.parametrize(
    ("method", "zh"), [("retail", "售价金额核算法"), ("periodic-lifo", "后进先出法（按期）")]
)
def test_every_method_has_its_name(opened: Open, method: str, zh: str) -> None:
    desk = opened(JANUARY, ())
    company = desk.root / "rules" / "company.yaml"
    text = company.read_text("utf-8").replace("method: moving-average", f"method: {method}")
    company.write_text(f"{text}books: management\n", "utf-8")
    prices = desk.root / "ledgers" / "prices.beancount"
    prices.write_text('2026-01-01 price WIDGET 20.00 CNY\n  kind: "retail"\n', "utf-8")
    assert zh in desk("--lang", "zh", "cost", "--by", "item").out
