"""What decides the lines of a row: facts of the company, of its rule's version, of its price."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Row
from tests.posting.small import (
    DISPATCHED,
    MAIN,
    Books,
    books,
    derive,
    row,
    rules,
    sources_of,
)
from tests.posting.test_clearing import by

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")
SPOILT = row("2026-01-06", "scrap", "S1", "5", reason="broken")


@pytest.mark.req("FIN-02", "FIN-14")
@pytest.mark.parametrize(
    ("fact", "ours", "other"),
    [
        ("chart", "cas", "sbe"), ("taxpayer", "general", "small-scale"),
        ("revenue", "at-delivery", "at-invoice"), ("type", "scrap", "transfer"),
        ("method", "moving-average", "fifo"), ("backdated", "recost", "current-average"),
        ("kind", "issue", "consume"), ("from", "available", "locked"), ("to", "scrap", "count"),
        ("reason", "broken", "stolen"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_cited", [False, True], ids=["in bulk", "one by one"])
def test_each_fact_decides_where_what_was_spoilt_stands(
    fact: str, ours: str, other: str, *, is_cited: bool
) -> None:
    """Lines for our fact on one account, for any other on another."""
    rule = rules()["scrap"][-1]
    lines = tuple(
        replace(line, role=role, when={fact: (value,)})
        for line in rule.lines[:1]
        for role, value in (("pending-loss", ours), ("loss-abnormal", other))
    )
    spoilt = SPOILT._replace(meta=(("pick", "R1"),)) if is_cited else SPOILT
    sources = sources_of([RECEIPT, spoilt])
    sources.rules = {**sources.rules, "scrap": (replace(rule, lines=(*lines, rule.lines[1])),)}
    made = derive(sources)
    assert made.codes() == []
    assert made.lines("scrap/S1/main") == [
        ("1901:待处理流动资产损溢", "10.00"), ("1405", "-10.00"),
    ]  # fmt: skip


@pytest.mark.req("FIN-02", "TE-07")
def test_an_account_that_nobody_claims_is_told_with_the_category_of_the_goods() -> None:
    """A value document has no goods, and so no category."""
    labour = row("2026-01-06", "production-cost", "C1", item="", amount="5.00", order="WO-1",
                 reason="labour", party="")  # fmt: skip
    for bad, category in ((SPOILT, "goods"), (labour, "-")):
        rule = rules()[bad.type][-1]
        lines = (replace(rule.lines[0], role="nobody-s"), *rule.lines[1:])
        sources = sources_of([RECEIPT, bad])
        sources.rules = {**sources.rules, bad.type: (replace(rule, lines=lines),)}
        [found] = derive(sources).problems
        assert found.code == "role-unclaimed"
        assert dict(found.args)["category"] == category


@pytest.mark.req("FIN-02", "CF-05")
def test_a_rule_s_second_version_asks_what_the_first_did_not() -> None:
    """From February on a receipt names its order."""
    first = rules()["purchase-receipt"][-1]
    then = replace(first, valid_from="2026-02-01", fields={**first.fields, "order": "required"})
    plain = RECEIPT._replace(tax="")
    late = plain._replace(date="2026-02-01", id="R2")
    sources = sources_of([plain, late, late._replace(id="R3", order="PO-1")])
    sources.rules = {**sources.rules, "purchase-receipt": (first, then)}
    made = derive(sources)
    assert [(one.code, dict(one.args)["id"]) for one in made.problems] == [
        ("field-required", "R2")
    ]


@pytest.mark.req("OUT-01", "TE-07")
def test_goods_sold_for_nothing_want_a_reason() -> None:
    out = row("2026-01-06", "sale-delivery", "D1", "5", price="0", tax="13")
    for sold in (out, out._replace(tax="")):  # with a stated rate, and plainly
        assert books(RECEIPT, sold).codes() == ["zero-price"]
        assert books(RECEIPT, sold._replace(reason="gift")).codes() == []


@pytest.mark.req("OUT-11", "CO-02")
def test_goods_that_the_customer_never_took_come_back_as_what_they_were() -> None:
    """5 at 1.00 and 5 at 3.00 are under way; 2 of the second delivery come back: 6.00."""
    dear = row("2026-01-05", "purchase-receipt", "R2", "5", price="3.00", tax="0")
    rows = [RECEIPT._replace(quantity=5, price=10**10), dear]
    rows += [row("2026-01-06", "sale-delivery", f"D{n}", "5", price="9.00", target=DISPATCHED)
             for n in (1, 2)]  # fmt: skip
    back = row("2026-01-08", "sale-return", "T1", "2", source=DISPATCHED, target=MAIN, ref="D2")
    mine = replace(by("fifo"), revenue="at-acceptance")
    made = books(*rows, back, mine=mine)
    assert made.codes() == [] == made.costed.troubles
    assert made.costed.costs[-1] == 600
    assert (made.balance("1405"), made.balance("1406")) == (600, 1400)
    over = back._replace(quantity=6)
    assert books(*rows, over, mine=mine).codes() == ["citation-quantity"]


@pytest.mark.req("IN-04", "OUT-05", "TE-07")
def test_what_came_back_wholly_does_not_come_back_again() -> None:
    """One finding: no price, no cost and no layer is asked of what is not there."""
    out = row("2026-01-06", "sale-delivery", "D1", "5", price="9.00", tax="0")
    cases: list[tuple[list[Row], Row]] = [
        ([RECEIPT, out], row("2026-01-08", "sale-return", "T1", "5", ref="D1")),
        (
            [RECEIPT._replace(id="R0"), RECEIPT],
            row("2026-01-08", "purchase-return", "T1", "10", ref="R1"),
        ),
    ]
    for before, back in cases:
        again = back._replace(date="2026-01-09", id="T2", quantity=1)
        made: Books = books(*before, back, again, mine=by("moving-average"))
        assert made.codes() == ["citation-quantity"]
        assert made.costed.troubles == []


@pytest.mark.req("IN-14", "TE-07")
def test_a_charge_that_says_neither_amount_nor_goods() -> None:
    charge = row("2026-01-08", "landed-cost", "L1", item="")
    assert books(RECEIPT, charge).codes() == ["landed-no-receipts", "missing-price"]
    paid = row("2026-01-08", "landed-cost", "L1", item="", amount="5.00", ref="R9", tax="0")
    assert books(RECEIPT, paid).codes() == ["citation-unknown"]


@pytest.mark.req("FIN-09", "FIN-18")
def test_amounts_of_a_reversal_are_those_of_what_it_undoes() -> None:
    """Billed dearer, then undone without saying a price: 25.00 and not 20.00."""
    paper = row("2026-01-08", "purchase-invoice", "I1", "10", price="2.50", tax="0", ref="R1")
    off = RECEIPT._replace(date="2026-01-09", id="X1", source=RECEIPT.target, price=None,
                           target=RECEIPT.source, meta=(("reverses", "R1"),))  # fmt: skip
    made = books(RECEIPT, paper, off)
    assert made.valued.amounts[2] == made.valued.amounts[0]
