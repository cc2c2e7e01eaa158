"""Booked vouchers stand for ever; differences come as adjusting vouchers in an open period."""

from __future__ import annotations

import pytest

from invledger.ledger import voucher_digest
from invledger.model import Booking, Period, Place, Posting, Problem, Voucher
from invledger.posting import adjust_booked
from invledger.posting.adjust import base_identity, next_period
from tests.posting.small import closed, derive, row, sources_of

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "100", price="2.35")
SALE = row("2026-01-08", "sale-delivery", "D1", "40")
INVOICE = row("2026-01-20", "purchase-invoice", "I1", "100", price="2.40", ref="R1/1")
COST = "sale-delivery/D1/cost"


def booking(voucher: Voucher, number: int) -> Booking:
    digest = voucher_digest(voucher, 2)
    return Booking(
        voucher.date[:7], voucher.word, number, voucher.identity, digest, voucher.date,
        "张三", "李四", "2026-02-05",
    )  # fmt: skip


def standing(
    posted: list[Voucher],
    booked: list[Voucher],
    *rows: object,
    periods: list[Period] | None = None,
) -> tuple[dict[str, Voucher], list[Problem]]:
    """What belongs on disk when `booked` of the `posted` vouchers are in the register."""
    sources = sources_of(list(rows), periods=periods or [])  # type: ignore[arg-type]  # rows all
    sources.posted = posted
    sources.register = [booking(v, n) for n, v in enumerate(booked, 1)]
    made, problems = adjust_booked(list(derive(sources).vouchers.values()), sources)
    return {v.identity: v for v in made}, problems


def test_what_is_booked_and_unchanged_stays_alone() -> None:
    before = list(derive(sources_of([RECEIPT, SALE])).vouchers.values())
    after, problems = standing(before, before, RECEIPT, SALE)
    assert problems == []
    assert after == {v.identity: v for v in before}


@pytest.mark.req("FIN-04", "FIN-05")
def test_a_difference_comes_as_an_adjustment() -> None:
    """The invoice raises 40 pieces from 94.00 to 96.00: 2.00 more cost, in the open month."""
    before = list(derive(sources_of([RECEIPT, SALE])).vouchers.values())
    after, problems = standing(before, before, RECEIPT, SALE, INVOICE)
    assert problems == []
    assert after[COST] in before
    adjusting = after[f"{COST}~1"]
    assert adjusting.date == "2026-01-08"
    assert [(p.amount, p.red) for p in adjusting.postings] == [(200, False), (-200, False)]
    assert all(k != "qty" for p in adjusting.postings for k, _ in p.meta)
    receipt = after["purchase-receipt/R1/main~1"]
    assert [p.amount for p in receipt.postings] == [500, -500]


def test_booked_adjustments_count_as_booked() -> None:
    before = list(derive(sources_of([RECEIPT, SALE])).vouchers.values())
    first, _ = standing(before, before, RECEIPT, SALE, INVOICE)
    blocks = list(first.values())
    dearer = INVOICE._replace(price=INVOICE.price and INVOICE.price * 125 // 120)  # 2.50
    second, problems = standing(blocks, blocks, RECEIPT, SALE, dearer)
    assert problems == []
    assert [p.amount for p in second[f"{COST}~2"].postings] == [400, -400]
    third, _ = standing(blocks, blocks, RECEIPT, SALE, INVOICE)
    assert f"{COST}~2" not in third


def test_less_cost_is_red() -> None:
    before = list(derive(sources_of([RECEIPT, SALE])).vouchers.values())
    cheaper = INVOICE._replace(price=23_000_000_000)
    after, _ = standing(before, before, RECEIPT, SALE, cheaper)
    assert [(p.amount, p.red) for p in after[f"{COST}~1"].postings] == [(-200, True), (200, True)]


@pytest.mark.req("FIN-10", "FIN-18")
def test_closed_months_push_the_adjustment_forward() -> None:
    before = list(derive(sources_of([RECEIPT, SALE])).vouchers.values())
    periods = [closed("2026-01", "2026-02-05"), closed("2026-02", "2026-03-05")]
    late = row("2026-01-09", "purchase-receipt", "R2", "100", price="3.35")._replace(rank=5,
               date="2026-01-07")  # fmt: skip
    after, _ = standing(before, before, RECEIPT, SALE, late, periods=periods)
    assert after[f"{COST}~1"].date == "2026-03-01"
    assert [p.amount for p in after[f"{COST}~1"].postings] == [2000, -2000]  # 40 at 2.85


def test_a_vanished_derivation_is_wholly_taken_back() -> None:
    before = list(derive(sources_of([RECEIPT, SALE])).vouchers.values())
    after, problems = standing(before, before, RECEIPT)
    assert problems == []
    back = after[f"{COST}~1"]
    assert [(p.amount, p.red) for p in back.postings] == [(-9400, True), (9400, True)]
    assert ("qty", "40") in back.postings[1].meta


def test_a_booked_voucher_that_is_gone_or_edited() -> None:
    before = list(derive(sources_of([RECEIPT, SALE])).vouchers.values())
    after, problems = standing(before[1:], before, RECEIPT, SALE)
    assert [p.code for p in problems] == ["booked-missing"]
    assert before[0].identity not in after
    edited = [before[0]._replace(narration="改过"), *before[1:]]
    sources = sources_of([RECEIPT, SALE])
    sources.posted = edited
    sources.register = [booking(v, n) for n, v in enumerate(before, 1)]
    made, problems = adjust_booked(before, sources)
    assert [p.code for p in problems] == ["booked-edited"]
    assert edited[0] in made
    assert "{" not in problems[0].text("zh")


def test_quantities_of_different_decimals_are_compared_exactly() -> None:
    def voucher(amount: int, quantity: str) -> Voucher:
        meta = (("item", "SUGAR"), ("qty", quantity))
        lines = (
            Posting("Assets:1403-原材料", amount, "CNY", False, meta),
            Posting("Equity:4999-期初余额", -amount, "CNY"),
        )
        return Voucher("2026-01-01", "opening/O1/main", "", "期初", lines)

    booked = voucher(100, "1.5")
    sources = sources_of([])
    sources.posted = [booked]
    sources.register = [booking(booked, 1)]
    made, _ = adjust_booked([voucher(170, "1.625")], sources)
    assert made[1].postings[0] == Posting(
        "Assets:1403-原材料", 70, "CNY", False, (("item", "SUGAR"), ("qty", "0.125"))
    )


def test_identities_and_periods() -> None:
    assert base_identity("a/b~c/main~12") == "a/b~c/main"
    assert base_identity("a/b~c/main") == "a/b~c/main"
    assert next_period("2026-12") == "2027-01"
    assert next_period("2026-01") == "2026-02"


def said(identity: str, *lines: Posting, date: str = "2026-01-05") -> Voucher:
    return Voucher(date, identity, "某某", "摘要", lines, (identity[:2],), "转")


def adjusted(
    booked: list[Voucher], derived: list[Voucher], periods: list[Period] | None = None
) -> tuple[list[Voucher], list[tuple[str, dict[str, str]]]]:
    """What stands on disk when all of `booked` are, and what is told."""
    sources = sources_of([], periods=periods or [])
    sources.posted = booked
    sources.register = [booking(v, n) for n, v in enumerate(booked, 1)]
    made, problems = adjust_booked(derived, sources)
    return made, [(one.code, dict(one.args)) for one in problems]


@pytest.mark.req("FIN-04", "FIN-05")
def test_an_adjustment_is_this_voucher() -> None:
    """Line by line what is derived now less what was booked; what did not change is not told."""
    goods, order = (("item", "X"), ("qty", "3"), ("lot", "L")), (("order", "W1"),)
    was = said(
        "a/1/main", Posting("A", 300, "CNY", False, goods), Posting("B", -200, "CNY", False, ()),
        Posting("C", -100, "CNY", False, order),
    )  # fmt: skip
    now = said(
        "a/1/main", Posting("A", 350, "CNY", False, goods), Posting("B", -200, "CNY", False, ()),
        Posting("C", -100, "CNY", False, ()), Posting("D", -50, "CNY", False, order),
    )._replace(payee="别人", narration="别的", links=("x", "y"), word="记")  # fmt: skip
    made, problems = adjusted([was], [now])
    assert problems == []
    assert made == [was, Voucher(
        "2026-01-05", "a/1/main~1", "某某", "调整 摘要",
        (
            Posting("A", 50, "CNY", False, (("item", "X"), ("lot", "L"))),
            Posting("C", 100, "CNY", True, order),  # on its own side, in red
            Posting("C", -100, "CNY", False, ()),
            Posting("D", -50, "CNY", False, order),
        ),
        ("x", "y"), "转",
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [("3", "5", "2"), ("1.625", "1.5", "-0.125"), ("1.5", "1.625", "0.125"),
     ("2", "0.75", "-1.25"), ("0.75", "2", "1.25"), ("1.50", "1.5", ""), ("0.1", "0.3", "0.2")],
)  # fmt: skip
def test_quantities_that_differ_are_told_exactly(before: str, after: str, told: str) -> None:
    def voucher(amount: int, text: str) -> Voucher:
        goods = (("item", "X"), ("qty", text), ("lot", "L"))
        return said("a/1/main", Posting("A", amount, "CNY", False, goods),
                    Posting("B", -amount, "CNY", False, ()))  # fmt: skip

    made, _ = adjusted([voucher(100, before)], [voucher(170, after)])
    meta = (("item", "X"), *((("qty", told),) if told else ()), ("lot", "L"))
    assert made[1].postings[0] == Posting("A", 70, "CNY", False, meta)
    same, _ = adjusted([voucher(100, before)], [voucher(100, after)])
    assert len(same) == 1  # an adjustment is of value: no quantity alone


def test_sides_and_colours_are_lines_of_their_own() -> None:
    """10.00 taken back in red is no credit: the adjustment says on which side."""
    black = said("a/1/main", Posting("A", 1000, "CNY", False), Posting("B", -1000, "CNY", False))
    red = said("a/1/main", Posting("A", 1000, "CNY", True), Posting("B", -1000, "CNY", True))
    made, _ = adjusted([black], [red])
    assert [(p.account, p.amount, p.red) for p in made[1].postings] == [
        ("A", -1000, True), ("B", 1000, True), ("A", 1000, True), ("B", -1000, True),
    ]  # fmt: skip


def test_a_cent_lies_on_the_side_it_was_booked_on() -> None:
    """0.01 was booked, 2.00 is derived: 1.99 more on the same side, and on the same line."""

    def voucher(cents: int) -> Voucher:
        return said(
            "a/1/main", Posting("A", cents, "CNY", False), Posting("B", -cents, "CNY", False)
        )

    made, _ = adjusted([voucher(1)], [voucher(200)])
    assert [(p.account, p.amount, p.red) for p in made[1].postings] == [
        ("A", 199, False), ("B", -199, False),
    ]  # fmt: skip


def test_numbers_of_adjustments_go_on_and_blocks_are_in_order_of_date() -> None:
    def voucher(identity: str, amount: int, date: str) -> Voucher:
        return said(identity, Posting("A", amount, "CNY", False),
                    Posting("B", -amount, "CNY", False), date=date)  # fmt: skip

    booked = [voucher("a/1/main", 100, "2026-01-07"), voucher("a/1/main~2", 5, "2026-01-09"),
              voucher("a/1/main~1", 3, "2026-01-08")]  # fmt: skip
    free = voucher("b/1/main", 7, "2026-01-06")
    made, problems = adjusted(booked, [free, voucher("a/1/main", 110, "2026-01-07")])
    assert problems == []
    assert [(one.identity, one.date, one.postings[0].amount) for one in made] == [
        ("b/1/main", "2026-01-06", 7), ("a/1/main", "2026-01-07", 100),
        ("a/1/main~3", "2026-01-07", 2), ("a/1/main~1", "2026-01-08", 3),
        ("a/1/main~2", "2026-01-09", 5),
    ]  # fmt: skip
    gone, _ = adjusted(booked, [free])
    [back] = [one for one in gone if one.identity == "a/1/main~3"]
    assert (back.postings[0].amount, back.postings[0].red, back.links) == (-108, True, ("a/",))


def test_what_people_wrote_is_booked_and_never_adjusted() -> None:
    line, other = Posting("A", 100, "CNY", False), Posting("B", -100, "CNY", False)
    own = Voucher("2026-01-05", "payment/P1/main", "", "付款", (line, other), derived=False)
    sources = sources_of([])
    sources.money = [own]
    sources.register = [booking(own, 1)]
    assert adjust_booked([], sources) == ([], [])


def test_what_is_gone_or_edited_is_told_by_its_number_and_not_adjusted() -> None:
    one = said("a/1/main", Posting("A", 100, "CNY", False), Posting("B", -100, "CNY", False))
    two = one._replace(identity="a/2/main", place=Place("vouchers/x.beancount", 7))
    sources = sources_of([])
    sources.posted = [two._replace(narration="改")]
    entries = [booking(one, 3)._replace(place=Place("register/2026-01.beancount", 2)),
               booking(two, 4)]  # fmt: skip
    sources.register = entries
    dearer = [v._replace(postings=tuple(p._replace(amount=2 * p.amount) for p in v.postings))
              for v in (one, two)]  # fmt: skip
    made, problems = adjust_booked(dearer, sources)
    assert made == sources.posted
    assert [(p.code, str(p.place), dict(p.args)) for p in problems] == [
        ("booked-missing", "register/2026-01.beancount:2",
         {"identity": "a/1/main", "number": "转-3", "period": "2026-01"}),
        ("booked-edited", "vouchers/x.beancount:7", {"identity": "a/2/main", "number": "转-4"}),
    ]  # fmt: skip


@pytest.mark.req("FIN-18")
@pytest.mark.parametrize(
    ("shut", "date"),
    [
        ([], "2026-01-05"),
        (["2026-02"], "2026-01-05"),
        (["2026-01"], "2026-02-01"),
        (["2026-01", "2026-02", "2026-03"], "2026-04-01"),
        (["2026-01", "2026-03"], "2026-02-01"),
    ],
)
def test_an_adjustment_is_dated_in_the_first_open_period(shut: list[str], date: str) -> None:
    one = said("a/1/main", Posting("A", 100, "CNY", False), Posting("B", -100, "CNY", False))
    periods = [closed(period, "2026-05-01") for period in shut]
    made, _ = adjusted([one], [], periods)
    assert [v.date for v in made if v.identity.endswith("~1")] == [date]
