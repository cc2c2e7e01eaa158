"""Corners that a mutation run found unjudged; each with figures reckoned by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.costing.interface import Kind
from invledger.model import (
    Account,
    Company,
    CostChange,
    CostPolicy,
    MovementTable,
    Price,
    RoleClaim,
    Row,
)
from invledger.model.problem import Place
from invledger.posting import Chart
from invledger.posting.course import first_rows
from tests.posting.small import (
    BEIJING,
    MAIN,
    Books,
    books,
    chart,
    company,
    derive,
    row,
    sources_of,
)

PRICES = Place("ledgers/prices.beancount", 1)
RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")


def by(method: str, pool: str = "company", **says: str) -> Company:
    goods = replace(company().categories["goods"], cost=CostPolicy(method, pool, **says))  # type: ignore[arg-type]  # texts
    return replace(company(), categories={**company().categories, "goods": goods})


def bill(id_: str, quantity: str, price: str, ref: str, type_: str = "purchase-invoice") -> Row:
    return row("2026-01-20", type_, id_, quantity, price=price, ref=ref, tax="0")


def charge(amount: str, ref: str, **given: str) -> Row:
    return row("2026-01-10", "landed-cost", "L1", item="", amount=amount, ref=ref, tax="0",
               **given)  # fmt: skip


@pytest.mark.req("CO-07")
def test_freight_by_value_to_the_cent() -> None:
    """Goods of 0.01 and 0.03 bear 4.00 as one to three."""
    one = row("2026-01-05", "purchase-receipt", "R1", "1", price="0.01", tax="0")
    two = row("2026-01-05", "purchase-receipt", "R2", "1.000", item="SUGAR", price="0.03", tax="0")
    made = books(one, two, charge("4.00", "R1 R2"))
    assert made.codes() == []
    assert [made.valued.lines[at].value for at in (0, 1)] == [101, 303]


TWICE: dict[str, tuple[list[Row], list[Row]]] = {
    "invoice": ([RECEIPT], [bill("I1", "6", "2.00", "R1"), bill("I2", "5", "2.00", "R1/1=5")]),
    "cover": (
        [row("2026-01-02", "purchase-invoice", "I1", "10", price="2.00", tax="0")],
        [RECEIPT._replace(id="A1", quantity=6, ref="I1"),
         RECEIPT._replace(id="A2", quantity=5, ref="I1/1=5")],
    ),
    "return": ([RECEIPT], [row("2026-01-20", "purchase-return", "B1", "6", ref="R1"),
                           row("2026-01-20", "purchase-return", "B2", "5", ref="R1/1=5")]),
    "sale-invoice": (
        [RECEIPT, row("2026-01-06", "sale-delivery", "D1", "10", price="3.00", tax="0")],
        [bill("I1", "6", "3.00", "D1", "sale-invoice"),
         bill("I2", "5", "3.00", "D1/1=5", "sale-invoice")],
    ),
    "sale-cover": (
        [RECEIPT, row("2026-01-06", "sale-invoice", "I1", "10", price="3.00", tax="0")],
        [row("2026-01-20", "sale-delivery", "D1", "6", price="3.00", ref="I1", tax="0"),
         row("2026-01-20", "sale-delivery", "D2", "5", price="3.00", ref="I1/1=5", tax="0")],
    ),
    "sale-return": (
        [RECEIPT, row("2026-01-06", "sale-delivery", "D1", "10", price="3.00", tax="0")],
        [row("2026-01-20", "sale-return", "B1", "6", ref="D1"),
         row("2026-01-20", "sale-return", "B2", "5", ref="D1/1=5")],
    ),
}  # fmt: skip


@pytest.mark.req("IN-14")
@pytest.mark.parametrize("what", TWICE)
def test_nothing_is_taken_twice(what: str) -> None:
    """Of 10 the first takes 6; the second one of 5 is told, one of 4 takes the rest."""
    before, (first, second) = TWICE[what]
    made = books(*before, first, second)
    assert "citation-quantity" in made.codes()
    assert {dict(one.args)["id"] for one in made.problems} == {second.id}
    rest = second._replace(quantity=4, ref=second.ref.replace("=5", "=4"))
    assert books(*before, first, rest).codes() == []


@pytest.mark.req("IN-14", "AR-05")
def test_goods_that_cite_an_invoice_take_only_what_others_left_of_it() -> None:
    """Of 10 billed 6 were there before; of 10 that cite the bill 4 are paid, 6 accrue at 2.00."""
    first = RECEIPT._replace(quantity=6)
    paper = bill("I1", "10", "2.00", "R1")
    later = row("2026-01-25", "purchase-receipt", "R2", "10", price="2.00", tax="0", ref="I1")
    made = books(first, paper, later)
    assert made.codes() == []
    assert made.lines("purchase-receipt/R2/main") == [
        ("1405", "20.00"), ("2202:暂估", "-12.00"), ("1402", "-8.00"),
    ]  # fmt: skip
    assert (made.balance("1402"), made.balance("1405")) == (0, 3200)
    whole = books(RECEIPT, paper, later)  # the bill has found all its goods
    assert whole.lines("purchase-receipt/R2/main") == [("1405", "20.00"), ("2202:暂估", "-20.00")]
    named = later._replace(ref="I1/1=5")
    assert books(first, paper, named).codes() == ["citation-quantity"]


@pytest.mark.req("IN-14", "AR-05")
def test_a_delivery_that_cites_an_invoice_uses_only_what_is_left_of_its_advance() -> None:
    sold = row("2026-01-06", "sale-delivery", "D1", "4", price="3.00", tax="0")
    paper = bill("I1", "6", "3.00", "D1", "sale-invoice")
    later = row("2026-01-25", "sale-delivery", "D2", "5", price="3.00", tax="0", ref="I1")
    made = books(RECEIPT, sold, paper, later)
    assert made.codes() == []
    assert made.lines("sale-delivery/D2/main") == [
        ("1122", "9.00"), ("2205", "6.00"), ("6001", "-15.00"),
    ]  # fmt: skip
    assert (made.balance("2205"), made.balance("6001")) == (0, -2700)


@pytest.mark.req("IN-04", "AR-05")
def test_goods_billed_ahead_and_returned_owe_what_was_billed() -> None:
    """10 billed at 2.00 before they came; 4 go back: 8.00, and 12.00 of stock."""
    paper = row("2026-01-02", "purchase-invoice", "I1", "10", price="2.00", tax="0")
    back = row("2026-01-25", "purchase-return", "B1", "4", ref="R1")
    made = books(paper, RECEIPT._replace(ref="I1"), back)
    assert made.codes() == []
    assert made.lines("purchase-return/B1/main") == [("1405", "-8.00R"), ("2202:暂估", "8.00R")]
    assert made.balance("1405") == 1200


@pytest.mark.req("IN-04")
def test_a_third_of_one_goes_back_to_the_cent() -> None:
    """3 for 1.00: the first third that goes back is 0.33, all of them 1.00."""
    odd = row("2026-01-05", "purchase-receipt", "R1", "3", amount="1.00", tax="0")
    backs = [row("2026-01-25", "purchase-return", f"B{n}", "1", ref="R1") for n in range(3)]
    made = books(odd, *backs)
    assert made.codes() == []
    owed = [dict(made.lines(f"purchase-return/B{n}/main"))["2202:暂估"] for n in range(3)]
    assert owed == ["0.33R", "0.34R", "0.33R"]
    assert made.balance("2202:暂估") == 0


@pytest.mark.req("OUT-03", "AR-06")
def test_an_invoice_that_was_reversed_prices_no_return() -> None:
    """Delivered without a price, billed at 3.00, that undone, billed at 4.00: 2 back are 8.00."""
    sold = row("2026-01-06", "sale-delivery", "D1", "4")
    wrong = bill("I1", "4", "3.00", "D1", "sale-invoice")
    undone = wrong._replace(id="Z1", date="2026-01-21", source=wrong.target, target=wrong.source,
                            price=None, ref="", meta=(("reverses", "I1"),))  # fmt: skip
    right = bill("I2", "4", "4.00", "D1", "sale-invoice")._replace(date="2026-01-22")
    back = row("2026-01-25", "sale-return", "B1", "2", ref="D1")
    made = books(RECEIPT, sold, wrong, undone, right, back)
    assert made.codes() == []
    assert made.lines("sale-return/B1/main")[:2] == [("1122", "-8.00R"), ("6001", "8.00R")]


@pytest.mark.req("IN-04", "AR-05")
def test_a_return_after_invoice_and_freight_owes_what_was_billed() -> None:
    """10 @ 2.00, freight 5.00, billed at 3.00: 4 back are 12.00 off what is owed, 2.00 is lost."""
    back = row("2026-01-25", "purchase-return", "B1", "4", ref="R1")
    made = books(RECEIPT, charge("5.00", "R1"), bill("I1", "10", "3.00", "R1"), back)
    assert made.codes() == []
    lines = dict(made.lines("purchase-return/B1/main"))
    assert (lines["2202:暂估"], lines["1405"]) == ("12.00R", "-14.00R")
    assert made.balance("1405") == 3500 - 1400


@pytest.mark.req("IN-04")
def test_a_return_of_billed_goods_that_bear_no_freight() -> None:
    """10 @ 2.00 billed at 3.00 beside 10 @ 9.00: 5 back cost 15.00, to the cent."""
    dear = row("2026-01-05", "purchase-receipt", "R2", "10", price="9.00", tax="0")
    back = row("2026-01-25", "purchase-return", "B1", "5", ref="R1")
    for method in ("fifo", "moving-average"):
        made = books(RECEIPT, dear, bill("I1", "10", "3.00", "R1"), back, mine=by(method))
        assert made.codes() == []
        assert made.lines("purchase-return/B1/main") == [
            ("1405", "-15.00R"), ("2202:暂估", "15.00R"),
        ]  # fmt: skip


@pytest.mark.req("CO-02")
def test_receipts_of_one_day_are_not_backdated() -> None:
    """10 @ 1.00 and 10 @ 3.00 of one day are 40.00, whatever holds for late entries."""
    first = row("2026-01-05", "purchase-receipt", "R1", "10", price="1.00", tax="0")
    second = row("2026-01-05", "purchase-receipt", "R2", "10", price="3.00", tax="0")
    mine = by("moving-average", backdated="current-average")
    made = books(first, second, mine=mine)
    assert made.codes() == []
    assert made.valued.setting.backdated == frozenset()
    assert made.lines("purchase-receipt/R2/main") == [("1405", "30.00"), ("2202:暂估", "-30.00")]


RUPEE = Price("2026-01-01", "INR", 5 * 10**8, "CNY", PRICES)  # 0.05


@pytest.mark.req("AR-10")
def test_an_invoice_in_small_money_clears_what_it_says() -> None:
    """10.03 INR at 0.05 are 0.50; told back they would be 10.00."""
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "1", price="10.03", tax="0"),
        row("2026-01-10", "purchase-invoice", "I1", "1", price="10.03", ref="R1", tax="0"),
    ]
    sources = sources_of([one._replace(currency="INR") for one in rows])
    sources.master.prices = [RUPEE]
    made = derive(sources)
    assert made.codes() == []
    accrual, payable = made.vouchers["purchase-invoice/I1/main"].postings
    assert (accrual.amount, dict(accrual.meta)["foreign"]) == (50, "10.03 INR")
    assert (payable.amount, dict(payable.meta)["foreign"]) == (-50, "-10.03 INR")


@pytest.mark.req("AR-10")
def test_an_invoice_at_another_rate_is_converted_from_what_it_says() -> None:
    """10.08 INR: received at 0.05 (0.504), owed at 0.07 (0.7056); told back they were 10.14."""
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "1", price="10.08", tax="0"),
        row("2026-01-10", "purchase-invoice", "I1", "1", price="10.08", ref="R1", tax="0"),
    ]
    sources = sources_of([one._replace(currency="INR") for one in rows])
    sources.master.prices = [RUPEE, Price("2026-01-08", "INR", 7 * 10**8, "CNY", PRICES)]
    made = derive(sources)
    assert made.codes() == []
    assert sorted(made.lines("purchase-invoice/I1/main")) == [
        ("2202", "-0.71"), ("2202:暂估", "0.50"), ("6061", "0.21"),
    ]  # fmt: skip


@pytest.mark.req("AR-10")
def test_a_foreign_sale_invoice_balances_whatever_is_rounded() -> None:
    """At 0.05 of the delivery: 10.10 and 13 % (1.31) are 0.57, of which 0.07 tax: 0.50 net."""
    rows = [
        RECEIPT,
        row("2026-01-06", "sale-delivery", "D1", "1")._replace(currency=""),
        row("2026-01-06", "sale-delivery", "D2", "1", price="1.00", tax="13"),
        row("2026-01-10", "sale-invoice", "I2", "1", price="10.10", ref="D2", tax="13"),
    ]
    jpy = [one._replace(currency="INR") if n > 1 else one for n, one in enumerate(rows)]
    sources = sources_of(jpy)
    sources.master.prices = [RUPEE, Price("2026-01-08", "INR", 7 * 10**8, "CNY", PRICES)]
    made = derive(sources)
    assert made.codes() == []
    # delivered: 1.00 net 0.05, tax 0.13 -> 0.01, gross 0.06; billed 0.57 in all at that rate
    assert made.lines("sale-delivery/D2/main") == [
        ("1122", "0.06"), ("6001", "-0.05"), ("2221:应交增值税:销项税额", "-0.01"),
    ]  # fmt: skip
    assert made.lines("sale-invoice/I2/main") == [
        ("1122", "0.51"), ("6001", "-0.45"), ("2221:应交增值税:销项税额", "-0.06"),
    ]  # fmt: skip


def by_site() -> Chart:
    """The goods of Beijing have an account of their own."""
    plain = chart().accounts.values()
    claim = RoleClaim("inventory", (("category", "goods"), ("site", "BJ")))
    return Chart.of([*plain, Account("Assets:1405-库存商品:北京", "140502", "北京", "BJ",
                                     roles=(claim,))])  # fmt: skip


def changed(old: CostPolicy, new: CostPolicy, rows: list[Row], *, back: bool = False) -> Books:
    """Books whose policy changes on the first of February."""
    place = Place("rules/company.yaml", 7)
    change = CostChange("2026-02-01", "", "", back, "x", new, {}, {}, place)
    goods = replace(company().categories["goods"], cost=old)
    # what the change says for all holds for its categories, too
    change = replace(change, categories={"goods": new})
    mine = replace(company(), default_cost=old, categories={"goods": goods},
                   cost_changes=(change,))  # fmt: skip
    sources = sources_of(rows, mine)
    sources.chart = by_site()
    sources.master.prices = [Price("2026-01-01", "COLA", 3 * 10**10, "CNY", PRICES, "planned")]
    return derive(sources)


@pytest.mark.req("CO-06", "INV-18")
def test_a_change_of_pool_and_method_finds_the_account_of_each_place() -> None:
    """In Beijing 10 @ 2.00 and 10 @ 4.00, of which 5 left: FIFO keeps 50.00, the average 45.00."""
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0", target=BEIJING),
        row("2026-01-06", "purchase-receipt", "R2", "10", price="4.00", tax="0", target=BEIJING),
        row("2026-01-07", "scrap", "S1", "5", reason="x", source=BEIJING),
        row("2026-02-05", "opening", "E1", "1", price="1.00"),
    ]
    made = changed(CostPolicy("fifo", "location"), CostPolicy("moving-average", "site"), rows,
                   back=True)  # fmt: skip
    assert made.codes() == []
    assert made.lines("policy-change/2026-02-01/main") == [
        ("1405:北京", "-5.00R"), ("4104:未分配利润", "5.00R"),
    ]  # fmt: skip


@pytest.mark.req("CO-06", "CO-05")
def test_goods_at_a_planned_price_in_two_places_become_one_pool() -> None:
    """10 @ 2.00 and 10 @ 4.00 at a plan of 3.00 are 60.00 on the one account of the company."""
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0"),
        row("2026-01-06", "purchase-receipt", "R2", "10", price="4.00", tax="0", target=BEIJING),
        row("2026-02-05", "scrap", "S1", "1", reason="x"),
    ]
    made = changed(CostPolicy("planned", "site"), CostPolicy("moving-average"), rows)
    assert made.codes() == []
    assert made.lines("policy-change/2026-02-01/main") == [
        ("1405", "30.00"), ("1405:北京", "-30.00R"),
    ]  # fmt: skip
    assert made.balance("1404") == 0
    assert made.costed.costs[-1] == 300
    assert made.balance("1405") == 6000 - 300


def test_what_a_kernel_line_is_of_does_not_show() -> None:
    """A value document names no goods: its line is skipped."""
    made = books(RECEIPT, row("2026-01-06", "transfer", "T1", "1"))
    assert [Kind(line.kind) for line in made.valued.lines] == [Kind.RECEIVE, Kind.SKIP]
    assert MAIN in made.sources.table.target


@pytest.mark.req("CO-06", "CO-05")
def test_two_pools_come_to_one_planned_price() -> None:
    """10 @ 2.00 and in Beijing 10 @ 5.00 at a plan of 3.00: 60.00 and 10.00 beside it."""
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0"),
        row("2026-01-06", "purchase-receipt", "R2", "10", price="5.00", tax="0", target=BEIJING),
        row("2026-02-05", "scrap", "S1", "1", reason="x"),
    ]
    made = changed(CostPolicy("fifo", "site"), CostPolicy("planned"), rows)
    assert made.codes() == []
    assert sorted(made.lines("policy-change/2026-02-01/main")) == [
        ("1404", "10.00"), ("1405", "40.00"), ("1405:北京", "-50.00R"),
    ]  # fmt: skip


@pytest.mark.req("CO-10")
def test_goods_that_are_all_gone_have_no_realisable_value_to_judge() -> None:
    """At 1.00 apiece nothing on hand is worth nothing: no allowance, and no finding."""
    gone = row("2026-01-06", "scrap", "S1", "10", reason="x")
    down = row("2026-01-07", "write-down", "W1", item="")._replace(
        party="", meta=(("item", "COLA"), ("nrv", "1.00")))  # fmt: skip
    made = books(RECEIPT, gone, down)
    assert made.codes() == []
    assert "write-down/W1/main" not in made.vouchers
    kept = books(RECEIPT, down)
    assert kept.lines("write-down/W1/main") == [("6701", "10.00"), ("1471", "-10.00")]


@pytest.mark.req("CO-06")
def test_a_change_begins_with_the_first_row_of_its_period_to_be_entered() -> None:
    """As entered, a late entry of January does not end February."""
    days = ("2026-01-05", "2026-02-03", "2026-01-20", "2026-02-10")
    rows = [row(day, "opening", f"O{n}", "1", price="1.00") for n, day in enumerate(days)]
    change = CostChange("2026-02-01", "", "", False, "x", CostPolicy(), {}, {}, PRICES)
    late = replace(change, start="2026-03-01")
    mine = replace(company(), order="as-entered", cost_changes=(change, late))
    assert first_rows(mine, MovementTable.of(rows)) == (1, 4)
    by_date = MovementTable.of(sorted(rows, key=lambda one: one.date))
    assert first_rows(replace(mine, order="by-date"), by_date) == (2, 4)


@pytest.mark.req("TE-06")
def test_a_true_up_is_this_voucher() -> None:
    """15 of 10 leave at 2.00; 10 more at 3.00 fill 5 of them: 5.00, dated with what filled it."""
    filled = row("2026-01-09", "purchase-receipt", "R2", "10", price="3.00", tax="0")
    mine = by("moving-average", "site", negative="provisional")
    for left in (row("2026-01-06", "sale-delivery", "D1", "15", links="PO-7"),
                 row("2026-01-06", "transfer", "D1", "15", target=BEIJING, party="C1",
                     links="PO-7")):  # fmt: skip
        made = books(RECEIPT, left, filled, mine=mine)
        assert made.codes() == []
        voucher = made.vouchers[f"{left.type}/D1/true-up-R2"]
        assert (voucher.date, voucher.links) == ("2026-01-09", ("D1", "PO-7", "R2"))
        assert voucher.payee == "好邻居超市"
        assert (
            voucher.narration
            == f"{'销售出库' if left.target != BEIJING else '调拨'} 好邻居超市 D1"
        )
        assert [(p.account[:11], p.amount, p.red, p.meta) for p in voucher.postings] == [
            ("Expenses:64", 500, False, ()), ("Assets:1405", -500, False, (("item", "COLA"),)),
        ]  # fmt: skip
