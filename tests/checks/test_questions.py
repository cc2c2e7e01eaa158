"""Each question of `check` on hand-made books; the places and words are the gallery's task."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from invledger.checks import (
    QUESTIONS,
    accounts,
    lots,
    manual,
    negative,
    owners,
    periods,
    register,
    run_checks,
    stock_gl,
    vouchers,
)
from invledger.costing import Kind
from invledger.model import Booking, CostPolicy, Period, Place, Problem
from tests.handmade import (
    ACCRUAL,
    CASH,
    CUSTOMER,
    GOODS,
    MAIN,
    SCRAP,
    SHOP,
    SUPPLIER,
    Books,
    of_item,
    voucher,
)


def said(problems: list[Problem]) -> list[tuple[str, int]]:
    """Codes and line numbers; hand-made rows stand at 1, 11, 21 …"""
    return [(problem.code, problem.place.line) for problem in problems]


def word(problem: Problem, name: str) -> str:
    return dict(problem.args)[name]


# --- negative


@pytest.mark.req("INV-02", "OUT-17")
def test_the_first_movement_below_zero_is_named_and_no_later_one() -> None:
    books = Books()
    books.move("2026-01-05", "R1", 10, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=1000)
    books.move("2026-01-06", "S1", 4, SHOP, CUSTOMER, kind=Kind.ISSUE)
    books.move("2026-01-07", "S2", 4, SHOP, CUSTOMER, kind=Kind.ISSUE)
    books.move("2026-01-08", "T1", 9, SHOP, MAIN, kind=Kind.SKIP)
    (found,) = negative.check(*books.closed())
    assert (found.code, found.place.line) == ("stock-negative", 11)
    assert (word(found, "id"), word(found, "before"), word(found, "wanted")) == ("S1/1", "0", "4")


def test_what_the_kernel_has_named_is_not_named_again() -> None:
    books = Books()
    books.move("2026-01-06", "S1", 4, MAIN, CUSTOMER, kind=Kind.ISSUE)
    sources, derivation = books.closed()
    assert [trouble.code for trouble in derivation.costed.troubles][:1] == ["stock-short"]
    assert negative.check(sources, derivation) == []


def test_a_policy_may_let_own_goods_go_below_zero_but_not_those_of_others() -> None:
    books = Books(CostPolicy("fifo", negative="provisional"))
    books.move("2026-01-05", "R1", 1, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=1000)
    books.move("2026-01-06", "S1", 4, MAIN, CUSTOMER, kind=Kind.ISSUE)
    books.move("2026-01-06", "C1", 1, MAIN, CUSTOMER, kind=Kind.SKIP, owner="V9")
    assert said(negative.check(*books.closed())) == [("stock-negative", 21)]


def test_one_lot_is_no_other_lot() -> None:
    books = Books()
    books.item("A", lot=True)
    books.move("2026-01-05", "R1", 5, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=500, lot="L1")
    books.move("2026-01-06", "S1", 2, MAIN, CUSTOMER, kind=Kind.ISSUE, lot="L2")
    (found,) = negative.check(*books.closed())
    assert (word(found, "lot"), word(found, "before")) == (" (L2)", "0")


# --- lots


def dated() -> Books:
    books = Books()
    books.item("A", lot=True, expiry=True)
    books.move("2026-01-05", "R1", 9, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=900, lot="L1",
               expiry="2026-01-20")  # fmt: skip
    return books


@pytest.mark.req("INV-04")
@pytest.mark.parametrize(
    ("date", "target", "kind", "codes"),
    [
        ("2026-01-20", CUSTOMER, Kind.ISSUE, []),
        ("2026-01-21", CUSTOMER, Kind.ISSUE, ["lot-expired"]),
        ("2026-01-21", SCRAP, Kind.ISSUE, []),
        ("2026-01-21", SUPPLIER, Kind.RETURN_OUT, []),
        ("2026-01-21", SHOP, Kind.SKIP, []),
    ],
)
def test_past_its_date_a_lot_may_go_anywhere_but_to_use(
    date: str, target: str, kind: Kind, codes: list[str]
) -> None:
    books = dated()
    books.move(date, "X1", 1, MAIN, target, kind=kind, lot="L1", cites=0)
    assert [problem.code for problem in lots.check(*books.closed())] == codes


def test_a_second_receipt_of_a_lot_need_not_repeat_the_date() -> None:
    books = dated()
    books.move("2026-01-06", "R2", 1, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=90, lot="L1")
    assert lots.check(*books.closed()) == []


def test_items_without_lots_are_left_alone() -> None:
    books = Books()
    books.move("2026-01-05", "R1", 5, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=500)
    assert lots.check(*books.closed()) == []


# --- owners


@pytest.mark.req("INV-09")
def test_goods_of_others_bear_no_price() -> None:
    books = Books()
    books.move("2026-01-05", "C1", 5, SUPPLIER, MAIN, kind=Kind.SKIP, owner="V9")
    books.move("2026-01-05", "C2", 5, SUPPLIER, MAIN, kind=Kind.SKIP, owner="V9", price=0)
    books.move("2026-01-05", "C3", 5, SUPPLIER, MAIN, kind=Kind.SKIP, owner="V9", amount=100)
    assert said(owners.check(*books.closed())) == [("owner-priced", 11), ("owner-priced", 21)]


# --- vouchers


def posted() -> Books:
    books = Books()
    books.move("2026-01-05", "R1", 10, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=1000)
    lines = (of_item(GOODS, 1000), (ACCRUAL, -1000))
    at = Place("ledgers/vouchers/2026/01/2026-01-05.beancount", 4)
    books.posted = [voucher("2026-01-05", "receipt/R1/main", *lines, links=("R1",), place=at)]
    books.derived = [books.posted[0]._replace(place=Place(""))]
    return books


@pytest.mark.req("FIN-04")
def test_vouchers_as_derived_pass_wherever_they_stand() -> None:
    assert vouchers.check(*posted().closed()) == []


@pytest.mark.req("FIN-04")
def test_a_missing_voucher_is_found_at_its_movement() -> None:
    books = posted()
    assert books.derived is not None
    books.derived.append(voucher("2026-01-05", "sale/S1/main", (GOODS, 1), links=("R1",)))
    (found,) = vouchers.check(*books.closed())
    assert (found.code, str(found.place)) == ("voucher-missing", "ledgers/movements/m.beancount:1")


@pytest.mark.req("FIN-04")
def test_a_day_that_was_never_posted_is_one_finding() -> None:
    books = posted()
    books.posted = []
    (found,) = vouchers.check(*books.closed())
    assert (found.code, word(found, "count")) == ("vouchers-unposted", "1")


@pytest.mark.req("FIN-04")
@pytest.mark.parametrize(("days", "findings"), [(3, 3), (4, 1), (31, 1)])
def test_many_days_that_were_never_posted_are_one_finding(days: int, findings: int) -> None:
    books = posted()
    books.posted = []
    dates = [f"2026-01-{day:02}" for day in range(1, days + 1)]
    books.derived = [voucher(date, f"sale/{date}/main", (GOODS, 1), (CASH, -1)) for date in dates]
    found = vouchers.check(*books.closed())
    assert [problem.code for problem in found] == ["vouchers-unposted"] * findings
    assert sum(int(word(problem, "count")) for problem in found) == days
    if findings == 1:
        assert word(found[0], "when") == f"2026-01-01 … {dates[-1]}"


@pytest.mark.req("FIN-04")
@pytest.mark.parametrize(
    "changed",
    [
        {"date": "2026-01-06"},
        {"payee": "别家"},
        {"narration": "改"},
        {"links": ("R1", "R2")},
        {"postings": (of_item(GOODS, 900), *voucher("", "", (ACCRUAL, -900)).postings)},
    ],
)
def test_whatever_is_changed_by_hand_is_found(changed: dict[str, object]) -> None:
    books = posted()
    books.posted = [books.posted[0]._replace(**changed)]  # type: ignore[arg-type]  # by name
    assert said(vouchers.check(*books.closed())) == [("voucher-differs", 4)]


# --- register


def booking(number: int, identity: str, **more: str) -> Booking:
    place = Place("ledgers/register/2026-01.beancount", number)
    entry = Booking("2026-01", "记", number, identity, "", "2026-01-05", "", "", "", place)
    return entry._replace(**more)  # type: ignore[arg-type]  # words by name


@pytest.mark.req("FIN-05")
def test_numbers_run_without_gap_per_period_and_word() -> None:
    books = Books()
    books.register = [
        booking(1, "a"), booking(2, "b"), booking(6, "c"), booking(7, "d"),
        booking(1, "e", word="收"), booking(1, "f", period="2026-02"),
    ]  # fmt: skip
    (found,) = register.check(*books.closed())
    assert (found.code, found.place.line) == ("register-gap", 6)
    assert word(found, "missing") == "记-3 … 记-5"


@pytest.mark.req("FIN-05")
def test_a_number_and_a_voucher_stand_once() -> None:
    books = Books()
    books.register = [booking(1, "a"), booking(1, "b"), booking(2, "a")]
    found = [problem.code for problem in register.check(*books.closed())]
    assert found == ["register-number-twice", "register-voucher-twice"]


@pytest.mark.req("FIN-17")
def test_preparer_and_reviewer_are_two_people() -> None:
    books = Books()
    books.register = [booking(1, "a", prepared="王芳", reviewed="李雷"), booking(2, "b"),
                      booking(3, "c", prepared="王芳", reviewed="王芳")]  # fmt: skip
    assert said(register.check(*books.closed())) == [("register-same-person", 3)]


@pytest.mark.req("FIN-18")
def test_a_booked_voucher_by_hand_does_not_change() -> None:
    books = Books()
    books.money = [voucher("2026-01-05", "manual/M1/main", (CASH, 1), (ACCRUAL, -1))]
    books.register = [booking(1, "manual/M1/main", digest="0" * 64)]
    assert [problem.code for problem in register.check(*books.closed())] == ["booked-edited"]


# --- periods


def january_closed() -> Books:
    books = posted()
    books.register = [booking(1, "receipt/R1/main")]
    books.periods = [Period("2026-01", "closed", "2026-02-05", Place("ledgers/periods"))]
    return books


@pytest.mark.req("FIN-10")
def test_what_was_booked_may_stand_in_a_closed_period() -> None:
    assert periods.check(*january_closed().closed(), "") == []


@pytest.mark.req("FIN-10", "FIN-18")
def test_what_came_later_may_not() -> None:
    books = january_closed()
    books.move("2026-01-20", "R2", 1, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=100)
    assert books.derived is not None
    # Grouped with what is booked or not: the link tells that the movement came later.
    grouped = books.derived[0]._replace(links=("R1", "R2"))
    alone = voucher("2026-01-20", "receipt/R2/main", (GOODS, 100), (ACCRUAL, -100), links=("R2",))
    for late in (grouped, alone):
        books.derived = [books.posted[0], late]
        assert said(periods.check(*books.closed(), "")) == [("closed-period", 11)]
    books.periods.append(Period("2026-01", "open", "2026-02-06", Place("ledgers/periods")))
    assert periods.check(*books.closed(), "") == []


def test_vouchers_by_hand_are_held_to_the_same() -> None:
    books = january_closed()
    books.money = [voucher("2026-01-31", "manual/M1/main", (CASH, 1), (ACCRUAL, -1))]
    assert [problem.code for problem in periods.check(*books.closed(), "")] == ["closed-period"]


def test_the_future_is_pointed_out_once_a_movement() -> None:
    books = posted()
    books.move("2026-03-02", "R2", 1, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=100)
    books.move("2026-03-02", "R2", 1, SUPPLIER, MAIN, kind=Kind.RECEIVE, value=100, line=2)
    assert said(periods.check(*books.closed(), "2026-03-01")) == [("date-in-future", 11)]
    assert periods.check(*books.closed(), "2026-03-02") == []


# --- accounts, stock against ledger, all together


@pytest.mark.req("FIN-06", "INV-19")
def test_stock_and_ledger_differ_to_the_cent() -> None:
    books = posted()
    books.money = [voucher("2026-01-31", "manual/M1/main", of_item(GOODS, -1), (CASH, 1))]
    (found,) = stock_gl.check(*books.closed())
    assert [word(found, name) for name in ("item", "stock", "ledger", "difference")] == [
        "A", "10.00", "9.99", "0.01",
    ]  # fmt: skip


@pytest.mark.req("FIN-06", "FIN-04")
@pytest.mark.parametrize("on_disk", [[], [(of_item(GOODS, 999), (ACCRUAL, -999))]])
def test_a_difference_that_vouchers_explain_is_told_once(on_disk: list[Any]) -> None:
    """Not posted, or edited: the finding on the voucher says it; no item says it again."""
    books = posted()
    books.posted = [voucher("2026-01-05", "receipt/R1/main", *lines) for lines in on_disk]
    found = run_checks(*books.closed(), "")
    assert [problem.code for problem in found if "voucher" in problem.code] != []
    assert [problem.code for problem in found if problem.code == "stock-gl-difference"] == []


def test_an_account_is_asked_for_once_a_voucher() -> None:
    books = Books()
    books.money = [voucher("2026-01-05", "manual/1/main", ("Assets:X", 1), ("Assets:X", -1))]
    found = accounts.check(*books.closed())
    assert [problem.code for problem in found] == ["account-not-in-chart"]


def test_everything_comes_in_one_run_sorted_and_once() -> None:
    books = posted()
    books.move("2026-01-06", "S1", 4, SHOP, CUSTOMER, kind=Kind.ISSUE)
    books.move("2026-01-07", "C1", 4, SUPPLIER, SHOP, kind=Kind.SKIP, owner="V9", price=1)
    sources, derivation = books.closed()
    twice = Problem("owner-priced", Place("ledgers/a", 1), (("id", "x"), ("owner", "y")))
    sources.problems += [twice, twice]
    found = run_checks(sources, derivation, "")
    assert found == sorted(set(found), key=lambda p: (*p.place, p.code, p.args))
    assert found.count(twice) == 1
    assert {"stock-negative", "owner-priced"} <= {p.code for p in found}
    assert "stock-gl-difference" not in {p.code for p in found}, "nothing can be posted yet"


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_its_own_manual_page(name: str) -> None:
    page = manual()[name.replace("_", "-")]
    assert page.partition("\n")[0].endswith("?")
    assert "Anti-pattern" in page
    assert "\nGood" in page
    assert "Emits" in page
    module = importlib.import_module(f"invledger.checks.{name}")
    assert callable(module.check)
