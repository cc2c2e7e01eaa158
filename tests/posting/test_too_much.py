"""Goods are never worth less than nothing: what takes more from them is refused where it stands,
and posts nothing. Settlements of orders that nobody knows.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, CostPolicy, Price, Row
from invledger.model.problem import Place
from tests.posting.small import Books, books, company, derive, row, sources_of
from tests.posting.test_adjusting import by, document, on_item

METHODS = ["fifo", "lifo", "moving-average", "specific", "standard",
           "periodic-average", "periodic-lifo", "planned", "retail"]  # fmt: skip
KIND = {"standard": "standard", "planned": "planned", "retail": "retail"}
RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "5", price="10.00", tax="0")


def made_by(method: str, *rows: Row, mine: Company | None = None) -> Books:
    sources = sources_of(rows, mine or by(method))
    if method in KIND:
        place = Place("ledgers/prices.beancount", 1)
        price = Price("2026-01-01", "COLA", 12 * 10**10, "CNY", place, KIND[method])
        sources.master.prices = [price]
    return derive(sources)


def refused(made: Books, code: str, date: str, *figures: str) -> None:
    """One Problem at the document's own line, in both languages; no voucher of the document."""
    assert made.codes() == [code]
    assert made.costed.troubles == []
    found = made.problems[0]
    assert found.place == Place(f"ledgers/movements/{date}.beancount", 3)
    for language in ("en", "zh"):
        text = found.text(language)
        assert "{" not in text + found.remedy(language)
        assert all(figure in text for figure in figures)


@pytest.mark.req("IN-14")
@pytest.mark.parametrize("treat", ["", "remaining-share", "on-hand-share"])
@pytest.mark.parametrize("method", METHODS)
def test_a_credit_of_300_on_a_receipt_of_50(method: str, treat: str) -> None:
    given = {"treat": treat} if treat else {}
    credit = row("2026-01-20", "landed-cost", "L1", item="", amount="-300.00", ref="R1", **given)
    made = made_by(method, RECEIPT, credit)
    refused(made, "landed-exceeds", "2026-01-20", "-300.00", "50.00", "R1")
    assert not [identity for identity in made.vouchers if identity.startswith("landed-cost")]
    assert made.valued.lines[0].value == 5000


@pytest.mark.req("IN-14")
def test_a_credit_of_all_that_a_receipt_is_worth() -> None:
    """-30.00 and -20.00 on 50.00 leave nothing; one cent more is too much; expense takes all."""
    lowered = [
        row(f"2026-01-{20 + n}", "landed-cost", f"L{n}", item="", amount=amount, ref="R1", tax="0")
        for n, amount in enumerate(("-30.00", "-20.00", "-0.01"))
    ]
    made = books(RECEIPT, *lowered[:2], mine=by("fifo"))
    assert (made.codes(), made.balance("1405")) == ([], 0)
    made = books(RECEIPT, *lowered, mine=by("fifo"))
    refused(made, "landed-exceeds", "2026-01-22", "-0.01", " 0.00")
    spent = row("2026-01-20", "landed-cost", "L1", item="", amount="-300.00", ref="R1", tax="0",
                treat="expense")  # fmt: skip
    made = books(RECEIPT, spent, mine=by("fifo"))
    assert (made.codes(), made.balance("1405"), made.balance("6401")) == ([], 5000, -30000)


@pytest.mark.req("CO-09")
@pytest.mark.parametrize("type_", ["cost-adjustment", "revaluation"])
@pytest.mark.parametrize("method", METHODS)
def test_an_adjustment_of_500_on_a_receipt_of_50(method: str, type_: str) -> None:
    """2 of 5 are sold, so that 30.00 are left; the receipt was worth 50.00."""
    sold = row("2026-01-06", "sale-delivery", "D1", "2", price="20.00")
    if method == "specific":
        sold = sold._replace(meta=(*sold.meta, ("pick", "R1")))
    down = document(type_, "2026-01-10", "-500.00", ref="R1")
    made = made_by(method, RECEIPT, sold, down)
    refused(made, "adjustment-exceeds", "2026-01-10", "-500.00", "50.00")
    assert f"{type_}/A1/main" not in made.vouchers
    before = made_by(method, RECEIPT, sold)
    assert made.costed.pools["COLA"].value == before.costed.pools["COLA"].value


@pytest.mark.req("CO-09")
@pytest.mark.parametrize("type_", ["cost-adjustment", "revaluation"])
@pytest.mark.parametrize(
    "method", ["fifo", "lifo", "moving-average", "periodic-average", "periodic-lifo"]
)
def test_an_adjustment_of_all_that_a_pool_holds(method: str, type_: str) -> None:
    """5 at 10.00: -50.00 leaves nothing, -50.01 is too much."""
    made = made_by(method, RECEIPT, on_item(document(type_, "2026-01-10", "-50.00")))
    assert (made.codes(), made.balance("1405")) == ([], 0)
    made = made_by(method, RECEIPT, on_item(document(type_, "2026-01-10", "-50.01")))
    refused(made, "adjustment-exceeds", "2026-01-10", "-50.01", " 50.00")
    assert f"{type_}/A1/main" not in made.vouchers


@pytest.mark.req("CO-09")
def test_an_adjustment_counts_those_before_it() -> None:
    """50.00 and 6.00, less 44.00: of the 12.00 left 12.01 are too much."""
    steps = [("A1", "6.00"), ("A2", "-44.00"), ("A3", "-12.01")]
    rows = [
        document("cost-adjustment", f"2026-01-1{n}", amount, ref="R1")._replace(id=id_)
        for n, (id_, amount) in enumerate(steps)
    ]
    assert books(RECEIPT, *rows[:2], mine=by("fifo")).codes() == []
    made = books(RECEIPT, *rows, mine=by("fifo"))
    refused(made, "adjustment-exceeds", "2026-01-12", "-12.01", " 12.00")
    assert made.balance("1405") == 1200


@pytest.mark.req("CO-09")
def test_an_adjustment_to_expense_may_be_of_any_amount() -> None:
    down = document("cost-adjustment", "2026-01-10", "-500.00", ref="R1", treat="expense")
    made = books(RECEIPT, down, mine=by("fifo"))
    assert (made.codes(), made.balance("1405"), made.balance("6401")) == ([], 5000, 0)
    assert made.lines("cost-adjustment/A1/main") == [("6401", "-500.00R"), ("6401", "500.00R")]


@pytest.mark.req("CO-09")
def test_a_product_whose_cost_only_its_order_tells() -> None:
    """2 of 5 at 10.00 went into it: 20.00, so -20.01 is too much."""
    rows = [
        RECEIPT,
        row("2026-01-06", "production-issue", "P1", "2", order="WO-1"),
        row("2026-01-07", "production-receipt", "F1", "1", item="SYRUP", order="WO-1"),
    ]
    down = document("cost-adjustment", "2026-01-10", "-20.01", ref="F1")
    refused(books(*rows, down), "adjustment-exceeds", "2026-01-10", "-20.01", " 20.00")
    down = document("cost-adjustment", "2026-01-10", "-20.00", ref="F1")
    assert books(*rows, down).codes() == []


@pytest.mark.req("CO-09")
def test_too_much_off_one_product_that_its_pool_could_bear_may_be_undone() -> None:
    """20.00 beside another of 90.00 in one average: 25.00 less would fit, and comes back."""
    rows = [
        RECEIPT,
        row("2026-01-02", "opening", "O1", "1", item="SYRUP", price="90.00"),
        row("2026-01-06", "production-issue", "P1", "2", order="WO-1"),
        row("2026-01-07", "production-receipt", "F1", "1", item="SYRUP", order="WO-1"),
    ]
    down = document("cost-adjustment", "2026-01-10", "-25.00", ref="F1")
    undone = down._replace(id="X1", date="2026-01-12", ref="", meta=(("reverses", "A1"),))
    kind = replace(company().categories["finished"], cost=CostPolicy("moving-average"))
    mine = replace(company(), categories={**company().categories, "finished": kind})
    assert books(*rows, down, mine=mine).codes() == ["adjustment-exceeds"]
    made = books(*rows, down, undone, mine=mine)
    assert (made.codes(), made.costed.pools["SYRUP"].value) == ([], 11000)


@pytest.mark.req("CO-10")
def test_a_settlement_of_an_order_that_nobody_knows() -> None:
    rows = [RECEIPT, row("2026-01-06", "production-issue", "P1", "2", order="WO-1")]
    done = row("2026-01-31", "production-settlement", "S1", item="", order="WO-2")
    made = books(*rows, done._replace(party=""))
    refused(made, "settlement-order-unknown", "2026-01-31", "WO-2")
    assert made.problems[0].severity == "error"
    assert "WO-1" in made.problems[0].remedy("en")
    assert not [identity for identity in made.vouchers if "settlement" in identity]


def test_a_policy_of_the_item_that_expenses_charges_lets_them_be() -> None:
    mine = by("fifo")
    policy = CostPolicy("fifo", landed_cost="expense")
    goods = replace(company().categories["goods"], cost=policy)
    mine = replace(mine, categories={**mine.categories, "goods": goods})
    credit = row("2026-01-20", "landed-cost", "L1", item="", amount="-300.00", ref="R1", tax="0")
    made = books(RECEIPT, credit, mine=mine)
    assert (made.codes(), made.balance("6401")) == ([], -30000)


@pytest.mark.req("CO-09")
def test_a_receipt_of_an_average_gives_no_more_than_the_pool_still_holds() -> None:
    """100 at 10.00 and 100 at 1.00, 190 gone: 10 are left at 5.50. -900.00 onto the first receipt
    would take 90.00 of the 55.00; -550.00 takes them all, into cost of sales; what is gone is
    there already.
    """
    rows = [
        RECEIPT._replace(quantity=100),
        row("2026-01-06", "purchase-receipt", "R2", "100", price="1.00", tax="0"),
        row("2026-01-07", "scrap", "S1", "190", reason="x"),
    ]
    down = document("cost-adjustment", "2026-01-10", "-900.00", ref="R1")
    made = books(*rows, down, mine=by("moving-average"))
    refused(made, "adjustment-exceeds", "2026-01-10", "-90.00", "55.00")
    assert "cost-adjustment/A1/main" not in made.vouchers
    down = document("cost-adjustment", "2026-01-10", "-550.00", ref="R1")
    made = books(*rows, down, mine=by("moving-average"))
    assert (made.codes(), made.balance("1405"), made.balance("6401")) == ([], 0, 5500)


@pytest.mark.req("CO-09")
@pytest.mark.parametrize("is_cited", [True, False])
@pytest.mark.parametrize(
    "method", ["fifo", "lifo", "moving-average", "periodic-average", "periodic-lifo"]
)
def test_what_was_too_much_and_is_undone_is_told_by_its_cause(method: str, is_cited: bool) -> None:
    """2 of 5 at 10.00 are sold: of -500.00 onto all five -300.00 fall to the 30.00 that are left,
    of -500.00 onto the pool all; in a period they are the 50.00 of all five. What undoes it is
    not the fault.
    """
    sold = row("2026-01-06", "sale-delivery", "D1", "2", price="20.00")
    down = document("cost-adjustment", "2026-01-10", "-500.00", ref="R1" if is_cited else "")
    down = down if is_cited else on_item(down)
    undone = down._replace(id="X1", date="2026-01-12", ref="", meta=(("reverses", "A1"),))
    made = made_by(method, RECEIPT, sold, down, undone)
    is_periodic = method.startswith("periodic")
    amount = "-300.00" if is_cited and not is_periodic else "-500.00"
    refused(made, "adjustment-exceeds", "2026-01-10", amount, "50.00" if is_periodic else "30.00")
    fits = down._replace(amount=-2000)
    kept = made_by(method, RECEIPT, sold, fits, undone._replace(amount=-2000))
    assert (kept.codes(), kept.balance("1405"), kept.balance("6401")) == ([], 3000, 2000)


@pytest.mark.req("CO-09")
@pytest.mark.parametrize("is_cited", [True, False])
def test_a_new_unit_cost_is_replaced_and_not_undone(is_cited: bool) -> None:
    """5 at 10.00 become 5 at 8.00; another 10.00 brings them back."""
    down = row("2026-01-10", "revaluation", "A1", item="", reason="x", unit_cost="8.00",
               ref="R1" if is_cited else "")._replace(party="")  # fmt: skip
    down = down if is_cited else on_item(down)
    undone = row("2026-01-12", "revaluation", "X1", item="", reason="x", reverses="A1")
    undone = undone._replace(party="")
    made = books(RECEIPT, down, undone, mine=by("fifo"))
    refused(made, "reversal-unit-cost", "2026-01-12", "A1")
    meta = tuple((key, "10.00" if key == "unit-cost" else said) for key, said in down.meta)
    made = books(RECEIPT, down, down._replace(id="A2", date="2026-01-12", meta=meta),
                 mine=by("fifo"))  # fmt: skip
    assert (made.codes(), made.balance("1405")) == ([], 5000)


@pytest.mark.req("CO-05", "CO-09")
@pytest.mark.parametrize("method", METHODS)
def test_a_receipt_is_brought_to_a_unit_cost_only_where_no_price_or_period_says_it(
    method: str,
) -> None:
    down = row("2026-01-10", "revaluation", "A1", item="", reason="x", unit_cost="8.00",
               ref="R1")._replace(party="")  # fmt: skip
    made = made_by(method, RECEIPT, down)
    if method in {"fifo", "lifo", "moving-average", "specific"}:
        assert (made.codes(), made.balance("1405")) == ([], 4000)
    else:
        refused(made, "revaluation-method", "2026-01-10", method)
        assert made.costed.costs[1] == 0
