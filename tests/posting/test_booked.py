"""Booked vouchers stand for ever; differences come as adjusting vouchers in an open period."""

from __future__ import annotations

import pytest

from invledger.ledger import voucher_digest
from invledger.model import Booking, Period, Posting, Problem, Voucher
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
