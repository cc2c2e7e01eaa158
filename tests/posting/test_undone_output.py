"""Output taken back: by its reversal while its order is unsettled; a subcontract receipt in parts.

Figures by hand.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from invledger.books.deriving import derive
from invledger.checks.stock_gl import check, comparisons
from invledger.model import CostPolicy, Price, Row
from invledger.model.problem import Place
from invledger.posting import Derivation, Sources
from tests.posting.small import (
    MAIN,
    PRODUCTION,
    SUBCONTRACT,
    SUPPLIER,
    code_of,
    company,
    row,
    sources_of,
)

PLACE = Place("prices.beancount", 1)
PRICES = [
    Price("2026-01-01", item, price * 10**10, "CNY", PLACE, kind)
    for item, price in (("SYRUP", 20), ("SUGAR", 10), ("COLA", 2), ("WORK", 1))
    for kind in ("standard", "planned", "retail")
]
METHODS = ["fifo", "moving-average", "standard", "periodic-average", "planned", "retail"]


def kept(method: str, rows: list[Row], *, order: str = "by-date") -> tuple[Sources, Derivation]:
    """Books whose finished goods are kept by a method, all else by FIFO; booked as derived."""
    kinds = {
        name: replace(one, cost=CostPolicy(method if name == "finished" else "fifo"))
        for name, one in company().categories.items()
    }
    numbered = [one._replace(lineno=number) for number, one in enumerate(rows, 1)]
    sources = sources_of(numbered, replace(company(), categories=kinds, order=order))
    sources.master.prices = PRICES
    sources.master.accounts = dict(sources.chart.accounts)
    found = derive(sources)
    sources.posted = list(found.vouchers)
    return sources, found


def balances(sources: Sources) -> dict[tuple[str, str], int]:
    """What is left by account and item."""
    left: dict[tuple[str, str], int] = {}
    for voucher in sources.posted:
        for one in voucher.postings:
            key = code_of(one.account).split(":")[0], dict(one.meta).get("item", "")
            left[key] = left.get(key, 0) + one.amount
    return {key: amount for key, amount in left.items() if amount}


def value(type_: str, date: str, id_: str, **given: str) -> Row:
    return row(date, type_, id_, item="", order="W1", **given)._replace(party="")


RECEIVED = [
    row("2026-01-01", "purchase-receipt", "R1", "50.000", item="SUGAR", price="10.00", tax="0"),
    row("2026-01-02", "production-issue", "I1", "50.000", item="SUGAR", order="W1"),
    row("2026-01-04", "production-receipt", "P1", "10", item="SYRUP", order="W1", price="30.00",
        estimate="stated"),
]  # fmt: skip
SETTLED = value(
    "production-settlement", "2026-01-31", "S1", settlement="equivalent-units", wip="10"
)
OPENED = value("production-settlement", "2026-02-01", "Z0", reverses="S1")
UNDONE = row("2026-02-03", "production-receipt", "Z1", "10", item="SYRUP", order="W1",
             source=MAIN, target=PRODUCTION, reverses="P1")  # fmt: skip


@pytest.mark.req("CO-08", "OUT-05")
@pytest.mark.parametrize("method", METHODS)
def test_settled_output_is_reversed_only_after_its_settlement(method: str) -> None:
    """500.00 of sugar, 10 out at 300.00; 250.00 of it is settled. Its reversal takes 300.00 back
    out of 250.00: refused at its line, the settlement named, also where stock stays at 20.00.
    """
    _, found = kept(method, [*RECEIVED, SETTLED, UNDONE])
    problem = next(iter(found.problems))
    assert [one.code for one in found.problems] == ["reversal-consumed"]
    assert (problem.place.line, dict(problem.args)["consumers"]) == (5, "S1")


@pytest.mark.req("CO-08", "OUT-05")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("between", [[], [SETTLED, OPENED]], ids=["unsettled", "open again"])
def test_unsettled_output_is_reversed(method: str, between: list[Row]) -> None:
    """The order holds its 500.00 of sugar again; no product, no variance."""
    sources, found = kept(method, [*RECEIVED, *between, UNDONE])
    assert found.problems == []
    assert found.costed.orders == {"W1": 50000}
    assert balances(sources) == {("2202", ""): -50000, ("5001", ""): 50000}


COMPLETED = value("production-settlement", "2026-01-31", "S1")


@pytest.mark.req("CO-08", "OUT-05", "OUT-01")
@pytest.mark.parametrize("method", METHODS)
def test_output_of_a_completed_order_is_refused_once(method: str) -> None:
    """The order is complete, too; what was done about it since is what helps."""
    _, found = kept(method, [*RECEIVED, COMPLETED, UNDONE])
    (problem,) = found.problems
    assert (problem.code, problem.place.line) == ("reversal-consumed", 5)
    assert dict(problem.args)["consumers"] == "S1"


@pytest.mark.req("CO-08", "OUT-05", "OUT-01")
@pytest.mark.parametrize("given", [{"reverses": "I1"}, {"ref": "I1"}], ids=["undone", "back"])
def test_input_of_a_completed_order_is_refused_once(given: dict[str, str]) -> None:
    """Nobody used what went in: the order's completion is all there is to say."""
    ends = {"source": PRODUCTION, "target": MAIN} if "reverses" in given else {}
    type_ = "production-issue" if ends else "production-handback"
    back = row("2026-02-03", type_, "Z1", "50.000", item="SUGAR", order="W1", **ends, **given)
    _, found = kept("fifo", [*RECEIVED, COMPLETED, back])
    (problem,) = found.problems
    assert (problem.code, problem.place.line) == ("order-completed", 5)


FETCH = partial(row, "2026-01-09", "subcontract-receipt", "B1", party="V2")
BACK = partial(row, "2026-02-03", "subcontract-receipt", party="V2", reverses="B1")
SENT = [
    row("2026-01-05", "opening", "O1", "10", price="2.00"),
    row("2026-01-06", "subcontract-issue", "S1", "4", party="V2"),
    FETCH("4", source=SUBCONTRACT, target=PRODUCTION, line="1"),
    FETCH("1", item="WORK", source=SUPPLIER, target=PRODUCTION, line="2", price="12.00"),
    FETCH("1", item="SYRUP", source=PRODUCTION, target=MAIN, line="3"),
]
NO_PRODUCT = BACK("Z1", "1", item="SYRUP", source=MAIN, target=PRODUCTION, line="3")
NOT_USED = BACK("Z2", "4", source=PRODUCTION, target=SUBCONTRACT, line="1")
NO_FEE = BACK("Z3", "1", item="WORK", source=PRODUCTION, target=SUPPLIER, line="2")


@pytest.mark.req("CO-08", "OUT-05", "FIN-03")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("undone", "order", "goods"),
    [([NO_PRODUCT], 2000, 0), ([NO_PRODUCT, NOT_USED], 1200, 800),
     ([NO_PRODUCT, NO_FEE], 800, 0), ([NO_PRODUCT, NOT_USED, NO_FEE], 0, 800)],
)  # fmt: skip
def test_a_subcontract_receipt_reversed_in_parts(
    method: str, undone: list[Row], order: int, goods: int
) -> None:
    """8.00 of cola and a fee of 12.00 became a barrel. Without it 20.00 is in work with the
    subcontractor, on 1408 of no item; then less what of it is undone: stock meets the ledger.
    """
    sources, found = kept(method, [*SENT, *undone])
    assert found.problems == []
    left = balances(sources)
    assert (left.get(("1408", ""), 0), left.get(("1408", "COLA"), 0)) == (order, goods)
    assert found.costed.orders == {"B1": order}
    for last in ("2026-01-31", "2026-02-28"):
        assert check(sources, found, last) == []


WHOLE = [
    BACK("Z1", "4", source=PRODUCTION, target=SUBCONTRACT, line="1"),
    BACK("Z1", "1", item="WORK", source=PRODUCTION, target=SUPPLIER, line="2"),
    BACK("Z1", "1", item="SYRUP", source=MAIN, target=PRODUCTION, line="3"),
]


def look_as_before(sources: Sources, found: Derivation) -> None:
    """8.00 of cola lies with the subcontractor as if nothing had come back."""
    assert found.problems == []
    assert found.costed.orders == {"B1": 0}
    assert balances(sources) == {
        ("1405", "COLA"): 1200, ("1408", "COLA"): 800, ("4999", ""): -2000,
    }  # fmt: skip
    for last in ("2026-01-31", "2026-02-28"):
        assert check(sources, found, last) == []


@pytest.mark.req("CO-08", "OUT-05", "FIN-03")
@pytest.mark.parametrize("method", METHODS)
def test_a_subcontract_receipt_reversed_whole(method: str) -> None:
    """Its lines in their order: cola and fee leave the order before the barrel, of which they
    are the cost, is back in it. After all three 8.00 of cola lies with the subcontractor again.
    """
    sources, found = kept(method, [*SENT, *WHOLE])
    look_as_before(sources, found)


TWICE = [
    FETCH("4", source=SUBCONTRACT, target=PRODUCTION, line="1"),
    FETCH("1", item="SYRUP", source=PRODUCTION, target=MAIN, line="2", price="5.00"),
    FETCH("1", item="WORK", source=SUPPLIER, target=PRODUCTION, line="3", price="12.00"),
    FETCH("2", item="SYRUP", source=PRODUCTION, target=MAIN, line="4"),
]
TWICE_BACK = [
    one._replace(date="2026-02-03", id="Z1", source=one.target, target=one.source, price=None,
                 currency="", meta=(("reverses", "B1"),))
    for one in TWICE
]  # fmt: skip


@pytest.mark.req("CO-08", "OUT-05", "FIN-03")
@pytest.mark.parametrize("method", METHODS)
def test_a_subcontract_receipt_of_two_outputs_with_a_fee_between_is_reversed_whole(
    method: str,
) -> None:
    """8.00 of cola: a barrel of 5.00, a fee of 12.00, two barrels of the other 15.00."""
    sources, found = kept(method, [*SENT[:2], *TWICE, *TWICE_BACK])
    look_as_before(sources, found)


@pytest.mark.req("CO-08", "OUT-05")
def test_without_its_last_output_it_is_not_reversed() -> None:
    _, found = kept("fifo", [*SENT[:2], *TWICE, *TWICE_BACK[:3]])
    assert [(one.code, one.place.line) for one in found.problems] == [("order-completed", 8)]
    out = row("2026-01-20", "sale-delivery", "D1", "3", item="SYRUP", price="50.00")
    there = row("2026-01-21", "opening", "O2", "3", item="SYRUP", price="5.00")
    _, found = kept("fifo", [*SENT[:2], *TWICE, out, there, *TWICE_BACK])
    assert {(one.code, dict(one.args)["consumers"]) for one in found.problems} == {
        ("reversal-consumed", "D1")
    }


SOLD = row("2026-01-20", "sale-delivery", "D1", "1", item="SYRUP", price="50.00")
ANOTHER = row("2026-01-21", "opening", "O2", "1", item="SYRUP", price="5.00")


@pytest.mark.req("CO-08", "OUT-05")
@pytest.mark.parametrize(
    ("before", "code", "line"),
    [([WHOLE[0]], "order-completed", 6), ([WHOLE[0], WHOLE[1]], "order-completed", 6),
     ([SOLD, *WHOLE],
      "stock-short", 9),
     ([SOLD, ANOTHER, *WHOLE], "reversal-consumed", 10)],
    ids=["cola only", "without the barrel", "the barrel is sold", "another is there instead"],
)  # fmt: skip
def test_what_a_barrel_is_made_of_goes_back_only_with_it(
    before: list[Row], code: str, line: int
) -> None:
    _, found = kept("fifo", [*SENT, *before])
    assert [(one.code, one.place.line) for one in found.problems] == [(code, line)]


@pytest.mark.req("FIN-03")
def test_in_order_of_entry_an_open_order_counts_from_its_date_on() -> None:
    """On 3 February the barrel goes back; a receipt of January is entered last."""
    late = row("2026-01-20", "purchase-receipt", "R9", "1", price="2.00", tax="0")
    march = row("2026-03-01", "purchase-receipt", "R10", "1", price="2.00", tax="0")
    sources, found = kept("fifo", [*SENT, NO_PRODUCT, march, late], order="as-entered")
    assert found.problems == []
    for last, held in (("2026-01-31", 0), ("2026-02-28", 2000), ("2026-03-31", 2000)):
        assert check(sources, found, last) == []
        rows = [one for one in comparisons(sources, found, last) if "1408" in one.account]
        assert sum(one.stock_value for one in rows) == held
