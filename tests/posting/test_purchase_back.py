"""Purchases taken back: returns, red invoices, freight on what goes back, reversals.

Amounts are worked out by hand from 13 % VAT and the cost of the receipt that is cited.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostPolicy
from tests.posting.small import MAIN, SUPPLIER, books, code_of, company, row

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "100", price="2.35")


@pytest.mark.req("OUT-05")
def test_a_return_is_red_at_the_receipt_s_cost() -> None:
    """Receipts at 2.35 and 3.35, pool average 2.85; the return takes 10 at 2.35."""
    made = books(
        RECEIPT,
        row("2026-01-06", "purchase-receipt", "R2", "100", price="3.35"),
        row("2026-01-09", "purchase-return", "B1", "10", ref="R1/1"),
        row("2026-01-12", "purchase-credit", "N1", "10", price="2.35", ref="B1/1"),
    )
    assert made.codes() == []
    assert made.lines("purchase-return/B1/main") == [("1405", "-23.50R"), ("2202:暂估", "23.50R")]
    assert made.lines("purchase-credit/N1/main") == [
        ("2202:暂估", "-23.50R"),
        ("2221:应交增值税:进项税额", "-3.06R"),
        ("2202", "26.56R"),
    ]
    assert made.balance("1405") == 23500 + 33500 - 2350


def test_a_return_must_cite_and_not_exceed() -> None:
    assert books(RECEIPT, row("2026-01-09", "purchase-return", "B1", "10")).codes() == [
        "citation-required"
    ]
    over = books(RECEIPT, row("2026-01-09", "purchase-return", "B1", "101", ref="R1/1"))
    assert "citation-quantity" in over.codes()


@pytest.mark.req("IN-14")
def test_freight_is_spread_over_receipts_and_the_last_takes_the_cents() -> None:
    """10.00 over 100, 100 and 100 of equal value: 3.33, 3.34, 3.33 by running shares."""
    receipts = [row("2026-01-05", "purchase-receipt", f"R{n}", "100", price="1.00") for n in "123"]
    made = books(
        *receipts,
        row("2026-01-20", "landed-cost", "L1", item="", amount="10.00", tax="9", ref="R1 R2 R3"),
    )
    assert made.codes() == []
    assert sum(a["landed"] for a in made.valued.amounts[:3]) == 1000
    assert made.lines("landed-cost/L1/main") == [
        ("2202:暂估", "10.00"),
        ("2221:应交增值税:进项税额", "0.90"),
        ("2202", "-10.90"),
    ]
    assert made.lines("purchase-receipt/R1/main") == [
        ("1405", "103.33"),
        ("2202:暂估", "-100.00"),
        ("2202:暂估", "-3.33"),
    ]
    assert made.balance("1405") == 31000


@pytest.mark.parametrize(("basis", "first"), [("quantity", 250), ("equally", 500), ("value", 625)])
def test_bases_of_landed_cost(basis: str, first: int) -> None:
    """10.00 over 50 at 5.00 and 150 at 1.00."""
    made = books(
        row("2026-01-05", "purchase-receipt", "R1", "50", price="5.00"),
        row("2026-01-05", "purchase-receipt", "R2", "150", price="1.00"),
        row("2026-01-20", "landed-cost", "L1", item="", amount="10.00", ref="R1 R2", basis=basis),
    )
    assert [a["landed"] for a in made.valued.amounts[:2]] == [first, 1000 - first]


@pytest.mark.req("FIN-18")
def test_a_reversed_receipt_is_the_exact_red() -> None:
    made = books(
        RECEIPT,
        row("2026-01-07", "purchase-receipt", "X1", "100", source=MAIN, target=SUPPLIER,
            price="2.35", reverses="R1"),
    )  # fmt: skip
    assert made.codes() == []
    assert made.lines("purchase-receipt/X1/main") == [
        ("1405", "-235.00R"),
        ("2202:暂估", "235.00R"),
    ]
    assert made.balance("1405") == 0


def test_a_reversal_of_used_goods_names_the_users() -> None:
    made = books(
        RECEIPT,
        row("2026-01-06", "sale-delivery", "D1", "100"),
        row("2026-01-06", "purchase-receipt", "R2", "100", price="3.00"),
        row("2026-01-07", "purchase-receipt", "X1", "100", source=MAIN, target=SUPPLIER,
            price="2.35", reverses="R1"),
    )  # fmt: skip
    found = next(p for p in made.problems if p.code == "reversal-consumed")
    assert dict(found.args)["consumers"] == "D1"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"meta": (("reverses", "NONE"),)}, "reversal-unknown"),
        ({"date": "2026-01-04"}, "reversal-later"),
        ({"quantity": 99}, "reversal-differs"),
    ],
)
def test_reversals_that_do_not_fit(change: dict[str, object], code: str) -> None:
    undo = row("2026-01-07", "purchase-receipt", "X1", "100", source=MAIN, target=SUPPLIER,
               reverses="R1")  # fmt: skip
    assert code in books(RECEIPT, undo._replace(**change)).codes()  # type: ignore[arg-type]  # by name


def test_a_second_reversal_is_refused() -> None:
    undo = row("2026-01-07", "purchase-receipt", "X1", "100", source=MAIN, target=SUPPLIER,
               reverses="R1")  # fmt: skip
    assert "reversal-twice" in books(RECEIPT, undo, undo._replace(id="X2")).codes()


def test_a_reversed_invoice_leaves_the_receipt_as_it_was() -> None:
    invoice = row("2026-01-20", "purchase-invoice", "I1", "100", price="2.40", ref="R1/1")
    undo = invoice._replace(
        id="X1", date="2026-01-21", ref="", source=invoice.target, target=invoice.source,
        meta=(("reverses", "I1"),),
    )  # fmt: skip
    made = books(RECEIPT, invoice, undo)
    assert made.codes() == []
    assert made.balance("1405") == 23500
    assert made.balance("2202:暂估") == -23500
    assert made.balance("2221") == 0
    assert all(p.red for p in made.vouchers["purchase-invoice/X1/main"].postings)


def test_the_accrual_clears_when_the_rest_is_invoiced_dearer() -> None:
    """100 at 2.35, 10 go back, 90 are invoiced at 2.40: nothing stays accrued."""
    made = books(
        RECEIPT,
        row("2026-01-09", "purchase-return", "B1", "10", ref="R1/1"),
        row("2026-01-20", "purchase-invoice", "I1", "90", price="2.40", ref="R1/1=90"),
    )
    assert made.codes() == []
    assert made.lines("purchase-return/B1/main")[-1] == ("2202:暂估", "23.50R")
    assert made.balance("2202:暂估") == 0
    assert made.balance("2202") == -21600 - 2808  # 90 x 2.40 and 13 % of it
    assert made.balance("1405") + made.balance("6401") == 21600


def test_a_return_after_the_invoice_goes_at_its_price() -> None:
    """100 at 2.35 invoiced at 2.40; 10 go back and the red invoice clears them."""
    made = books(
        RECEIPT,
        row("2026-01-20", "purchase-invoice", "I1", "100", price="2.40", ref="R1/1"),
        row("2026-01-22", "purchase-return", "B1", "10", ref="R1/1"),
        row("2026-01-23", "purchase-credit", "N1", "10", price="2.40", ref="B1/1"),
    )
    assert made.codes() == []
    assert made.lines("purchase-return/B1/main") == [("1405", "-24.00R"), ("2202:暂估", "24.00R")]
    assert made.balance("2202:暂估") == 0
    assert made.balance("1405") == 21600


def test_freight_on_returned_goods_is_lost() -> None:
    """10.00 of freight on 100 at 1.00; 10 go back: 10.00 from the supplier, 1.00 lost."""
    made = books(
        row("2026-01-05", "purchase-receipt", "R1", "100", price="1.00"),
        row("2026-01-06", "landed-cost", "L1", item="", amount="10.00", ref="R1"),
        row("2026-01-07", "purchase-return", "B1", "10", ref="R1"),
    )
    assert made.codes() == []
    assert made.lines("purchase-return/B1/main") == [
        ("1405", "-11.00R"),
        ("6401", "1.00"),
        ("2202:暂估", "10.00R"),
    ]


@pytest.mark.req("OUT-05")
def test_a_return_of_two_origins() -> None:
    """5 at 2.35 and 5 at 3.35 go back: 28.50."""
    made = books(
        RECEIPT,
        row("2026-01-06", "purchase-receipt", "R2", "100", price="3.35"),
        row("2026-01-09", "purchase-return", "B1", "10", ref="R1=5 R2=5"),
    )
    assert made.codes() == []
    assert made.lines("purchase-return/B1/main")[-1] == ("2202:暂估", "28.50R")


def test_charges_need_something_to_lie_on() -> None:
    made = books(
        row("2026-01-05", "purchase-receipt", "R1", "100", price="0", reason="gift"),
        row("2026-01-06", "landed-cost", "L1", item="", amount="10.00", ref="R1"),
    )
    assert "landed-no-basis" in made.codes()


def test_a_reversal_is_not_reversed() -> None:
    undo = row("2026-01-07", "purchase-receipt", "X1", "100", source=MAIN, target=SUPPLIER,
               reverses="R1")  # fmt: skip
    redo = row("2026-01-08", "purchase-receipt", "X2", "100", reverses="X1")
    assert "reversal-of-reversal" in books(RECEIPT, undo, redo).codes()


@pytest.mark.parametrize("method", ["fifo", "moving-average", "periodic-average"])
@pytest.mark.parametrize(
    ("notes", "left"),
    [
        (["6"], {}),
        (["2", "4"], {}),
        (["7"], {"6401": -100, "2202:暂估": -200, "2202": 300}),  # one that was never billed
    ],
)
def test_a_credit_note_is_for_what_was_billed(
    method: str, notes: list[str], left: dict[str, int]
) -> None:
    """10 @ 2.00, of which 6 are billed @ 3.00, go back: 4 @ 2.00 off the accrual, 6 @ 3.00 are
    credited, and nothing is left of any of it.
    """
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0"),
        row("2026-01-07", "purchase-invoice", "I1", "6", price="3.00", tax="0", ref="R1/1=6"),
        row("2026-01-09", "purchase-return", "B1", "10", ref="R1"),
        *(
            row("2026-01-10", "purchase-credit", f"N{n}", many, price="3.00", tax="0",
                ref=f"B1/1={many}")
            for n, many in enumerate(notes, 1)
        ),
    ]  # fmt: skip
    goods = replace(company().categories["goods"], cost=CostPolicy(method))
    mine = replace(company(), categories={**company().categories, "goods": goods})
    made = books(*rows, mine=mine)
    assert made.problems == []
    balances: dict[str, int] = {}
    for voucher in made.vouchers.values():
        for one in voucher.postings:
            code = code_of(one.account)
            balances[code] = balances.get(code, 0) + one.amount
    assert {code: amount for code, amount in balances.items() if amount} == left
