"""Movements undone by a reversal, where what they did lies in several places or grew since."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, CostPolicy, Row
from tests.posting.small import BACK, CUSTOMER, MAIN, OTHER, books, closed, company, row
from tests.posting.test_clearing import by

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="10.00", tax="0")
FREIGHT = row("2026-02-02", "landed-cost", "L1", item="", amount="12.00", ref="R1", tax="0")
JANUARY = closed("2026-01", "2026-02-01")


def undone(first: Row, id_: str, date: str) -> Row:
    return first._replace(
        id=id_, date=date, source=first.target, target=first.source, ref="",
        meta=(*first.meta, ("reverses", first.id)),
    )  # fmt: skip


def onto_all_on_hand() -> Company:
    goods = replace(company().categories["goods"],
                    cost=CostPolicy("moving-average", landed_cost="on-hand-share"))  # fmt: skip
    return replace(company(), categories={**company().categories, "goods": goods})


@pytest.mark.req("FIN-18", "IN-14")
@pytest.mark.parametrize("mine", [by("fifo"), by("moving-average"), onto_all_on_hand()],
                         ids=["fifo", "moving-average", "on-hand-share"])  # fmt: skip
def test_a_receipt_that_bears_late_freight_is_reversed_after_the_freight(mine: Company) -> None:
    """10 at 10.00 bear 12.00 of February: red 100.00 would leave 12.00 of no goods. First the
    freight is undone, then the receipt, and nothing is left.
    """
    other = RECEIPT._replace(id="R0", date="2026-01-04", quantity=7)
    back = undone(RECEIPT, "X1", "2026-02-05")
    early = books(other, RECEIPT, FREIGHT, back, mine=mine, periods=[JANUARY])
    assert [(one.code, dict(one.args)) for one in early.problems] == [
        (
            "reversal-consumed",
            {"id": "X1", "reverses": "R1", "consumers": "?"},
        )  # nobody took of it
    ]
    off = undone(FREIGHT, "X0", "2026-02-04")
    made = books(other, RECEIPT, FREIGHT, off, back, mine=mine, periods=[JANUARY])
    assert made.codes() == [] == made.costed.troubles
    assert [made.balance(code) for code in ("1405", "2202", "6401")] == [7000, -7000, 0]


@pytest.mark.req("FIN-18", "OUT-11")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_a_return_of_two_deliveries_is_undone_and_comes_again(method: str) -> None:
    """4 and 7 went out at 2.00; 9 of them come back twice, between that they did not."""
    stock = row("2026-01-05", "purchase-receipt", "R1", "20", price="2.00", tax="0")
    goods = [row("2026-01-06", "sale-delivery", id_, quantity, price="3.00", tax="0")
             for id_, quantity in (("D1", "4"), ("D2", "7"))]  # fmt: skip
    back = row("2026-01-07", "sale-return", "T1", "9", ref="D1 D2")
    off = undone(back, "X1", "2026-01-08")
    again = back._replace(id="T2", date="2026-01-09")
    made = books(stock, *goods, back, off, again, mine=by(method))
    assert made.codes() == [] == made.costed.troubles
    assert made.costed.costs[3:] == [1800, 1800, 1800]
    assert made.balance("1405") == 4000 - 2 * 200
    assert made.balance("6001") == -2 * 300
    assert made.lines("sale-return/X1/cost") == [("6401", "18.00"), ("1405", "-18.00")]


@pytest.mark.req("FIN-18", "CO-05")
def test_an_issue_that_picked_two_receipts_is_undone() -> None:
    """2 at 1.00 and 3 at 4.00 were picked: 14.00 come back."""
    one = row("2026-01-05", "purchase-receipt", "R1", "5", price="1.00", tax="0")
    two = row("2026-01-06", "purchase-receipt", "R2", "5", price="4.00", tax="0")
    out = row("2026-01-07", "scrap", "S1", "5", reason="broken", pick="R1=2 R2=3")
    made = books(one, two, out, undone(out, "X1", "2026-01-08"), mine=by("fifo"))
    assert made.codes() == [] == made.costed.troubles
    assert made.costed.costs[2:] == [1400, 1400]
    assert made.balance("1405") == 2500


@pytest.mark.req("FIN-18")
@pytest.mark.parametrize(
    ("source", "target", "codes"),
    [(CUSTOMER, MAIN, []), (MAIN, CUSTOMER, ["reversal-differs"]),
     (CUSTOMER, BACK, ["reversal-differs"]), (OTHER, MAIN, ["reversal-differs"])],
)  # fmt: skip
def test_goods_go_back_the_way_they_came(source: str, target: str, codes: list[str]) -> None:
    out = row("2026-01-06", "sale-delivery", "D1", "4", price="3.00", tax="0")
    back = undone(out, "X1", "2026-01-08")._replace(source=source, target=target)
    assert books(RECEIPT, out, back).codes() == codes


@pytest.mark.req("FIN-18", "TE-07")
def test_a_charge_that_reverses_nothing_is_one_finding() -> None:
    for type_ in ("landed-cost", "purchase-invoice", "production-cost", "cost-adjustment"):
        item = "COLA" if type_ == "purchase-invoice" else ""
        off = row("2026-02-04", type_, "X0", item=item, amount="12.00", reverses="L9", tax="0",
                  order="WO-1", reason="labour")  # fmt: skip
        off = off._replace(quantity=10 if item else 0)
        assert books(RECEIPT, off).codes() == ["reversal-unknown"], type_


SOLD = row("2026-01-08", "sale-delivery", "D1", "4", price="20.00", tax="0")
USED = row("2026-01-08", "production-issue", "P1", "4", order="WO-1")


@pytest.mark.req("FIN-18", "IN-14")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
@pytest.mark.parametrize("treat", ["recost", "remaining-share", "on-hand-share", "expense"])
def test_late_freight_goes_back_from_wherever_it_went(treat: str, method: str) -> None:
    """4 of 10 were sold, or consumed: what they bear, and what was expensed, comes back, too."""
    for left in (SOLD, USED):
        freight = FREIGHT._replace(meta=(("treat", treat),))
        off = undone(freight, "X0", "2026-02-04")
        periods = [JANUARY]
        plain = books(RECEIPT, left, mine=by(method), periods=periods)
        made = books(RECEIPT, left, freight, off, mine=by(method), periods=periods)
        assert made.codes() == [] == made.costed.troubles
        for code in ("1405", "2202", "5001", "6401"):
            assert made.balance(code) == plain.balance(code)
        assert made.costed.pools["COLA"].value == 6000


@pytest.mark.req("FIN-18", "IN-14", "CO-08")
def test_freight_that_went_on_with_the_product_is_not_undone() -> None:
    """4 of 10 bear 4.80 of 12.00 in their order; it is done since, and its product was sold."""
    rows = [
        RECEIPT, USED, FREIGHT,
        row("2026-02-03", "production-receipt", "F1", "1", item="SYRUP", order="WO-1"),
        row("2026-02-03", "sale-delivery", "D2", "1", item="SYRUP", price="90.00", tax="0"),
    ]  # fmt: skip
    made = books(*rows, mine=by("fifo"), periods=[JANUARY])
    assert (made.codes(), made.balance("6401")) == ([], 4480)
    off = undone(FREIGHT, "X0", "2026-02-04")
    made = books(*rows, off, mine=by("fifo"), periods=[JANUARY])
    assert made.codes() == ["reversal-consumed"]


@pytest.mark.req("FIN-18", "CO-08")
@pytest.mark.parametrize("is_undone", ["not", "before", "after"])
def test_output_undone_names_the_settlement_alone(is_undone: str) -> None:
    """Estimated at 50.00, settled at 70.00: only while the settlement stands it is in the way,
    not the labour that its order took, and a settlement undone later stands still.
    """

    def value(type_: str, date: str, id_: str, **given: str) -> Row:
        return row(date, type_, id_, item="", order="WO-1", **given)._replace(party="")

    out = row("2026-01-09", "production-receipt", "F1", "1", item="SYRUP", order="WO-1",
              price="50.00", estimate="stated")  # fmt: skip
    done = value("production-settlement", "2026-01-31", "S1")
    rows = [RECEIPT, USED, out, done,
            value("production-cost", "2026-01-10", "C1", amount="30.00", reason="labour"),
            undone(out, "X1", "2026-02-05")]  # fmt: skip
    if is_undone != "not":
        day = "2026-02-03" if is_undone == "before" else "2026-02-08"
        rows.append(undone(done, "X2", day))
    made = books(*rows)
    told = [dict(one.args)["consumers"] for one in made.problems]
    assert told[:1] == ([] if is_undone == "before" else ["S1"])
