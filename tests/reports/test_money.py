"""科目余额表, journal and reconciliation: read from vouchers on disk, by side."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from invledger.costing import Kind
from invledger.model import Booking, Cell, Party, Posting, Refused
from invledger.reports import Query, balance, journal, reconcile_stock_gl
from tests.handmade import (
    ACCRUAL,
    CAPITAL,
    CASH,
    COGS,
    CUSTOMER,
    GOODS,
    MAIN,
    PAYABLE,
    SUPPLIER,
    Books,
    of_item,
    voucher,
)


def year() -> Books:
    """Capital in December, a purchase, a red correction of it, a sale and a payment."""
    books = Books()
    books.money = [
        voucher("2025-12-31", "manual/M0/main", (CASH, 100000), (CAPITAL, -100000)),
        voucher("2026-02-10", "payment/M1/main", (PAYABLE, 5000), (CASH, -5000)),
    ]
    books.posted = [
        voucher("2026-01-05", "receipt/R1/main", of_item(GOODS, 23500), (ACCRUAL, -23500)),
        voucher(
            "2026-01-06",
            "receipt/R1/main~1",
            of_item(GOODS, -3500, red=True),
            Posting(ACCRUAL, 3500, "CNY", red=True),
        ),
        voucher("2026-02-03", "sale/S1/cost", (COGS, 8000), of_item(GOODS, -8000)),
    ]
    return books


def by_account(rows: object) -> dict[Cell, Mapping[str, Cell]]:
    assert isinstance(rows, list)
    return {row["account"]: row for row in rows}


FIGURES = ("opening", "debit", "credit", "ytd_debit", "ytd_credit", "closing")


@pytest.mark.req("RP-20")
def test_balances_of_a_period_with_red_letters_on_their_side() -> None:
    table = balance(*year().closed(), Query(period="2026-01"))
    rows = by_account(table.rows)
    # The red debit reduces the debit turnover: 235.00 - 35.00, and nothing is credited.
    assert [rows[GOODS][key] for key in FIGURES] == [
        "0.00", "200.00", "0.00", "200.00", "0.00", "200.00",
    ]  # fmt: skip
    assert [rows[ACCRUAL][key] for key in FIGURES] == [
        "0.00", "0.00", "200.00", "0.00", "200.00", "200.00",
    ]  # fmt: skip
    assert [rows[CAPITAL][key] for key in FIGURES] == [
        "1000.00", "0.00", "0.00", "0.00", "0.00", "1000.00",
    ]  # fmt: skip


@pytest.mark.req("RP-20")
def test_the_trial_balance() -> None:
    trial = balance(*year().closed(), Query(period="2026-02")).totals["trial_balance"]
    assert trial == {
        "opening_debit": "1200.00",
        "opening_credit": "1200.00",
        "debit": "130.00",
        "credit": "130.00",
        "ytd_debit": "330.00",
        "ytd_credit": "330.00",
        "closing_debit": "1200.00",
        "closing_credit": "1200.00",
        "balanced": "yes",
    }


def test_parents_hold_the_sums_of_what_is_below_them() -> None:
    table = balance(*year().closed(), Query(period="2026-02"))
    rows = by_account(table.rows)
    assert (rows[PAYABLE]["level"], rows[ACCRUAL]["level"]) == (1, 2)
    # 200.00 accrued, 50.00 paid on the parent itself.
    assert (rows[PAYABLE]["opening"], rows[PAYABLE]["debit"], rows[PAYABLE]["closing"]) == (
        "200.00", "50.00", "150.00",
    )  # fmt: skip
    order = [row["account"] for row in table.rows]
    assert order.index(PAYABLE) + 1 == order.index(ACCRUAL)


def test_levels_by_code() -> None:
    books = Books()
    tax = "Liabilities:22210101-进项税额"
    books.posted = [voucher("2026-01-05", "x/1/main", (tax, 1300), (CASH, -1300))]
    rows = by_account(balance(*books.closed(), Query()).rows)
    assert [(rows[name]["level"], rows[name]["direction"], rows[name]["closing"]) for name in (
        "Liabilities:2221-应交税费", "Liabilities:222101-应交增值税", tax,
    )] == [(1, "credit", "-13.00"), (2, "credit", "-13.00"), (3, "debit", "13.00")]  # fmt: skip
    first = balance(*books.closed(), Query(level=1))
    assert {row["level"] for row in first.rows} == {1}
    whole, printed = balance(*books.closed(), Query()).totals["by_level"], first.totals["by_level"]
    assert isinstance(whole, dict)
    assert printed == {"1": whole["1"]}


@pytest.mark.req("RP-20")
def test_a_part_of_the_ledger_has_no_trial_balance() -> None:
    """Postings of one account or party need not balance: nobody is told that they do not."""
    for part in (
        Query(accounts=("1001",)),
        Query(types=("sale",)),
        Query(dimensions=(("a", "b"),)),
    ):
        assert "trial_balance" not in balance(*year().closed(), part).totals
    assert "trial_balance" in balance(*year().closed(), Query(period="2026-01")).totals


def test_an_unbalanced_ledger_shows_in_the_trial_balance() -> None:
    books = Books()
    books.money = [voucher("2026-01-05", "manual/1/main", (CASH, 100), (CAPITAL, -99))]
    trial = balance(*books.closed(), Query()).totals["trial_balance"]
    assert isinstance(trial, dict)
    assert trial["balanced"] == "no"


def test_setting_the_books_up_is_no_turnover() -> None:
    books = Books()
    books.posted = [voucher("2026-01-01", "opening/O1/main", (GOODS, 100), (CAPITAL, -100))]
    row = by_account(balance(*books.closed(), Query(period="2026-01")).rows)[GOODS]
    assert [row[key] for key in FIGURES] == ["1.00", "0.00", "0.00", "0.00", "0.00", "1.00"]


@pytest.mark.req("RP-13")
def test_balance_by_party() -> None:
    books = Books()
    for number, party, amount in ((1, "V1", 100), (2, "V2", 200)):
        line = Posting(PAYABLE, -amount, "CNY", meta=(("party", party),))
        name = f"receipt/R{number}/main"
        books.posted.append(voucher("2026-01-05", name, (GOODS, amount), line))
    sources, derivation = books.closed()
    sources.master.parties = {code: Party(code, code) for code in ("V1", "V2")}
    rows = by_account(balance(sources, derivation, Query(parties=("V2",))).rows)
    assert list(rows) == [PAYABLE]
    assert rows[PAYABLE]["closing"] == "2.00"


@pytest.mark.req("RP-20")
def test_the_journal_numbers_what_is_booked_and_shows_red() -> None:
    books = year()
    books.register = [
        Booking("2026-01", "记", 1, "receipt/R1/main", "", "2026-01-05", "", "", ""),
    ]
    table = journal(*books.closed(), Query(period="2026-01"))
    keys = ("date", "number", "code", "debit", "credit")
    assert [tuple(row[key] for key in keys) for row in table.rows] == [
        ("2026-01-05", "记-1", "1405", "235.00", ""),
        ("2026-01-05", "记-1", "", "", "235.00"),
        ("2026-01-06", "", "1405", "-35.00", ""),
        ("2026-01-06", "", "", "", "-35.00"),
    ]
    assert table.totals == {"debit": "200.00", "credit": "200.00", "vouchers": 2}


@pytest.mark.parametrize(
    "query", [Query(parties=("V9",)), Query(types=("gift",)), Query(accounts=("9999",))]
)
def test_filters_that_name_nothing_are_refused(query: Query) -> None:
    with pytest.raises(Refused):
        journal(*year().closed(), query)


def test_the_journal_of_one_account() -> None:
    table = journal(*year().closed(), Query(accounts=("1001",)))
    assert [(row["voucher"], row["debit"], row["credit"]) for row in table.rows] == [
        ("manual/M0/main", "1000.00", ""),
        ("payment/M1/main", "", "50.00"),
    ]


def stocked() -> Books:
    books = Books()
    books.move("2026-01-05", "R1", 10, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=10000)
    books.move("2026-02-05", "S1", 4, MAIN, CUSTOMER, kind=Kind.ISSUE)
    books.posted = [
        voucher("2026-01-05", "receipt/R1/main", of_item(GOODS, 10000), (ACCRUAL, -10000)),
        voucher("2026-02-05", "sale/S1/cost", (COGS, 4000), of_item(GOODS, -4000)),
    ]
    return books


@pytest.mark.req("FIN-06", "INV-19")
def test_stock_and_ledger_agree() -> None:
    table = reconcile_stock_gl(*stocked().closed(), Query())
    (row,) = table.rows
    assert (row["account"], row["item"]) == (GOODS, "A")
    assert (row["stock_value"], row["ledger_value"], row["difference"]) == (
        "60.00",
        "60.00",
        "0.00",
    )
    assert table.totals["unexplained"] == 0


@pytest.mark.req("FIN-06", "INV-19")
def test_a_line_by_hand_on_the_stock_account_parts_them() -> None:
    books = stocked()
    books.money = [voucher("2026-02-06", "manual/1/main", (GOODS, 500), (CASH, -500))]
    table = reconcile_stock_gl(*books.closed(), Query())
    assert [(row["item"], row["difference"]) for row in table.rows] == [
        ("", "-5.00"),
        ("A", "0.00"),
    ]
    assert (table.totals["difference"], table.totals["unexplained"]) == ("-5.00", 1)


@pytest.mark.req("FIN-06")
def test_an_adjustment_in_a_later_period_has_a_row_of_its_own() -> None:
    # The receipt of January was booked at 90.00; February adjusts it to the 100.00 it is worth.
    books = stocked()
    first = voucher("2026-01-05", "receipt/R1/main", of_item(GOODS, 9000), (ACCRUAL, -9000))
    later = voucher("2026-02-01", "receipt/R1/main~1", of_item(GOODS, 1000), (ACCRUAL, -1000))
    books.derived = list(books.posted)
    books.posted = [first, later, books.posted[1]]
    table = reconcile_stock_gl(*books.closed(), Query(as_of="2026-01-31"))
    keys = ("between", "stock_value", "ledger_value", "difference")
    assert [tuple(row[key] for key in keys) for row in table.rows] == [
        ("", "100.00", "90.00", "10.00"),
        ("adjustment-later", "0.00", "10.00", "-10.00"),
    ]
    assert (table.totals["difference"], table.totals["unexplained"]) == ("0.00", 0)


@pytest.mark.req("RP-20")
def test_the_journal_keeps_the_ledgers_order_within_a_day() -> None:
    """As they stand in the day's file, main before cost; what is booked by its number."""
    books = Books()
    names = ["sale/S2/main", "sale/S2/cost", "sale/S1/main", "sale/S1/cost"]
    books.posted = [voucher("2026-01-05", name, (CASH, 1), (GOODS, -1)) for name in names]
    books.money = [voucher("2026-01-05", "z/M1/main", (CASH, 1), (GOODS, -1))]
    rows = journal(*books.closed(), Query()).rows
    assert [row["voucher"] for row in rows[::2]] == ["z/M1/main", *names]
    books.register = [
        Booking("2026-01", "记", number, name, "", "2026-01-05", "", "", "")
        for number, name in enumerate([*names[2:], *names[:2]], 1)
    ]
    rows = journal(*books.closed(), Query()).rows
    assert [row["number"] for row in rows[::2]] == ["记-1", "记-2", "记-3", "记-4", ""]
    assert [row["voucher"] for row in rows[::2]][:2] == ["sale/S1/main", "sale/S1/cost"]
