"""Work orders as cost objects: output by value, share, estimate; settlements; losses.

Figures of other systems' tests, of exercises on 约当产量法, and by hand.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from invledger.model import Company, CostPolicy, Price, Row
from invledger.model.problem import Place
from tests.posting.small import (
    MAIN,
    PRODUCTION,
    SUBCONTRACT,
    SUPPLIER,
    Books,
    books,
    closed,
    code_of,
    company,
    derive,
    row,
    sources_of,
)

SUGAR = row("2026-01-01", "purchase-receipt", "R1", "100.000", item="SUGAR", price="10.00",
            tax="0")  # fmt: skip


def by(**given: str) -> Company:
    cost = CostPolicy("fifo")
    kinds = {name: replace(c, cost=cost) for name, c in company().categories.items()}
    return replace(company(), categories=kinds, **given)  # type: ignore[arg-type]  # texts only


def issue(quantity: str, id_: str = "I1", order: str = "W1", date: str = "2026-01-02") -> Row:
    return row(date, "production-issue", id_, quantity, item="SUGAR", order=order)


def labour(amount: str, id_: str = "C1", date: str = "2026-01-03") -> Row:
    return row(date, "production-cost", id_, item="", amount=amount, order="W1", reason="labour")


def made(quantity: str, id_: str, date: str = "2026-01-04", **given: str) -> Row:
    given = {"item": "SYRUP", "order": "W1", **given}
    return row(date, "production-receipt", id_, quantity, **given)


def settled(date: str = "2026-01-31", id_: str = "S1", **given: str) -> Row:
    return row(date, "production-settlement", id_, item="", order="W1", **given)._replace(party="")


def held(found: Books, item: str) -> int:
    """Value of an item, once stock and orders agree with the ledger."""
    assert found.codes() == [] == found.costed.troubles
    value = sum(pool.value for pool in found.costed.pools.values())
    assert value == sum(found.balance(code) for code in ("1403", "1405", "1406"))
    assert sum(found.costed.orders.values()) == found.balance("5001")
    return sum(pool.value for pool in found.costed.pools.values() if pool.item == item)


@pytest.mark.req("CO-08")
def test_output_by_share_and_the_rest() -> None:
    """erpnext: 5,000.00 in, 0.6 and 0.4 out: 3,000.00 and 2,000.00; 60% and the rest alike."""
    rows = SUGAR, issue("50.000")
    found = books(*rows, made("60", "P1", share="0.6"), made("40", "P2", item="COLA", share="2/5"),
                  mine=by())  # fmt: skip
    assert (held(found, "SYRUP"), held(found, "COLA")) == (30000, 20000)
    found = books(*rows, made("60", "P1", share="60%"), made("40", "P2", item="COLA"), mine=by())
    assert (held(found, "SYRUP"), held(found, "COLA")) == (30000, 20000)


@pytest.mark.req("CO-08")
def test_a_by_product_at_a_stated_value_and_labour_and_hand_backs() -> None:
    """500.00 + 100.00 labour - 50.00 handed back - 20.00 by-product: 530.00."""
    back = row("2026-01-03", "production-handback", "H1", "5.000", item="SUGAR", ref="I1")
    husks = made("10", "P1", item="COLA", amount="20.00")
    found = books(SUGAR, issue("50.000"), labour("100.00"), back, husks, made("10", "P2"),
                  mine=by())  # fmt: skip
    assert (held(found, "COLA"), held(found, "SYRUP")) == (2000, 53000)
    assert held(found, "SUGAR") == 55000
    assert found.balance("5001") == 0


@pytest.mark.req("CO-08")
@pytest.mark.parametrize("way", ["stated", "standard", "company"])
def test_an_estimate_is_trued_up_at_completion(way: str) -> None:
    """10 made at 45.00 before the labour is known: 450.00; in all 600.00. 4 are sold by then:
    90.00 of the 150.00 stay in stock, 60.00 are cost of sales.
    """
    mine = by(estimate="standard") if way == "company" else by()
    given = {"stated": {"price": "45.00", "estimate": "stated"},
             "standard": {"estimate": "standard"}, "company": {}}[way]  # fmt: skip
    rows = [
        SUGAR, issue("50.000"), made("10", "P1", **given),
        row("2026-01-05", "sale-delivery", "D1", "4", item="SYRUP"),
        labour("100.00", date="2026-01-20"), settled(),
    ]  # fmt: skip
    sources = sources_of(rows, mine)
    price = Price("2026-01-01", "SYRUP", 45 * 10**10, "CNY", Place("p", 1), "standard")
    sources.master.prices = [price]
    found = derive(sources)
    assert held(found, "SYRUP") == 36000
    assert found.lines("production-settlement/S1/main") == [
        ("1405", "90.00"), ("6401", "60.00"), ("5001", "-150.00"),
    ]  # fmt: skip
    assert found.balance("6401") == 24000


@pytest.mark.req("CO-08")
def test_an_estimate_at_the_last_cost() -> None:
    """Such goods cost 50.00 each: 10 are 500.00 until 300.00 + 100.00 turn out to be all."""
    first = row("2026-01-01", "other-in", "O1", "2", item="SYRUP", price="50.00", reason="x")
    rows = first, SUGAR, issue("30.000"), made("10", "P1", estimate="last-cost")
    assert held(books(*rows, mine=by()), "SYRUP") == 60000
    found = books(*rows, labour("100.00", date="2026-01-20"), settled(), mine=by())
    assert held(found, "SYRUP") == 50000


@pytest.mark.req("CO-08")
def test_equivalent_units() -> None:
    """Material 1,000.00 all in at the start, conversion 600.00; 80 finished, 20 in work at 50 %:
    material 800.00 and conversion 600 × 80/90 = 533.33 to the finished.
    """
    mine = by(settlement="equivalent-units", estimate="last-cost")
    rows = [
        row("2026-01-01", "other-in", "O1", "1", item="SYRUP", price="15.00", reason="x"),
        SUGAR, issue("100.000"), labour("600.00"), made("80", "P1"),
        settled(wip="20", stage="50%"),
    ]  # fmt: skip
    found = books(*rows, mine=mine)
    assert held(found, "SYRUP") == 1500 + 80000 + 53333
    assert found.balance("5001") == 20000 + 6667
    rows += [labour("33.33", "C2", "2026-02-05"), made("20", "P2", "2026-02-06"),
             settled("2026-02-28", "S2", wip="0")]  # fmt: skip
    found = books(*rows, mine=mine)
    assert found.balance("5001") == 0
    assert held(found, "SYRUP") == 1500 + 100000 + 63333


@pytest.mark.req("CO-08")
def test_what_is_in_work_bears_material_only() -> None:
    """只计材料: 80 finished take 800.00 of 1,000.00 material and all 600.00 of conversion."""
    mine = by(settlement="material-only")
    first = made("80", "P1", price="15.00", estimate="stated")
    found = books(SUGAR, issue("100.000"), labour("600.00"), first, settled(wip="20"), mine=mine)
    assert (held(found, "SYRUP"), found.balance("5001")) == (140000, 20000)


@pytest.mark.req("CO-08")
def test_co_products_settled_by_share() -> None:
    """1,000.00 to two products 3 : 1, each at an estimate of 100.00 before."""
    found = books(
        SUGAR, issue("100.000"),
        made("10", "P1", price="10.00", estimate="stated", share="75%"),
        made("10", "P2", item="COLA", price="10.00", estimate="stated", share="25%"),
        settled(), mine=by(),
    )  # fmt: skip
    assert (held(found, "SYRUP"), held(found, "COLA")) == (75000, 25000)


@pytest.mark.req("CO-08", "IN-14")
def test_abnormal_loss_waits_for_its_settlement() -> None:
    """100.00 of 500.00 are lost: 1901, then cleared by cause; the product bears 400.00."""
    loss = row("2026-01-03", "production-loss", "X1", item="", amount="100.00", order="W1",
               reason="fire")._replace(party="")  # fmt: skip
    rows = SUGAR, issue("50.000"), loss, made("10", "P1")
    found = books(*rows, mine=by())
    assert held(found, "SYRUP") == 40000
    assert found.balance("1901") == 10000
    cleared = row("2026-01-09", "loss-settlement", "L1", item="", ref="X1", reason="disaster")
    found = books(*rows, cleared._replace(party=""), mine=by())
    assert (found.balance("1901"), found.balance("6711")) == (0, 10000)


@pytest.mark.req("CO-08")
@pytest.mark.parametrize("lost", [{"share": "1/4"}, {"amount": "125.00"}])
def test_shares_are_of_all_that_came_whatever_is_lost(lost: dict[str, str]) -> None:
    """500.00 came: a half is made, a quarter lost by share or amount, then a quarter is made."""
    gone = row("2026-01-05", "production-loss", "X1", item="", order="W1", reason="fire", **lost)
    gone = gone._replace(party="")
    rows = SUGAR, issue("50.000"), made("2", "P1", share="1/2")
    last = made("1", "P2", date="2026-01-07", share="25%")
    found = books(*rows, gone, last, mine=by())
    assert held(found, "SYRUP") == 37500
    assert (found.balance("5001"), found.balance("1901")) == (0, 12500)
    undo = gone._replace(date="2026-01-06", id="Z1", meta=(("reverses", "X1"),))
    found = books(*rows, gone, undo, last, mine=by())
    assert held(found, "SYRUP") == 37500
    assert (found.balance("5001"), found.balance("1901")) == (12500, 0)
    assert found.lines("production-loss/Z1/main") == [
        ("1901:待处理流动资产损溢", "-125.00R"), ("5001", "125.00R"),
    ]  # fmt: skip


@pytest.mark.req("CO-08")
def test_an_order_that_made_nothing_is_scrapped() -> None:
    found = books(SUGAR, issue("50.000"), settled(reason="scrap"), mine=by())
    assert held(found, "SYRUP") == 0
    assert (found.balance("1901"), found.balance("5001")) == (50000, 0)


@pytest.mark.req("CO-08")
def test_taking_goods_apart() -> None:
    """A product of 550.00 goes into an order of its own; sugar comes back at what it cost, what
    is left goes to the bottle.
    """
    rows = [
        SUGAR, issue("50.000"), labour("50.00"), made("1", "P1"),
        row("2026-01-05", "production-issue", "I2", "1", item="SYRUP", order="W2"),
        row("2026-01-06", "production-handback", "H1", "40.000", item="SUGAR", ref="I1",
            order="W2"),
        row("2026-01-07", "production-receipt", "P2", "1", item="COLA", order="W2"),
    ]  # fmt: skip
    found = books(*rows, mine=by())
    assert (held(found, "SUGAR"), held(found, "COLA"), held(found, "SYRUP")) == (90000, 15000, 0)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (made("1", "P1", share="0"), "share-unclear"),
        (made("1", "P1", share="120%"), "share-unclear"),
        (made("1", "P1", share="a/b"), "share-unclear"),
        (made("1", "P1", share="1/0"), "share-unclear"),
        (made("1", "P1", share="0.5", price="1.00"), "share-unclear"),
        (made("1", "P1", estimate="guess"), "estimate-unclear"),
        (made("1", "P1", estimate="stated"), "estimate-unclear"),
        (made("1", "P1", estimate="standard", price="1.00"), "estimate-unclear"),
        (made("1", "P1", estimate="standard"), "estimate-missing"),
        (settled(settlement="some"), "settlement-unclear"),
        (settled(wip="5"), "settlement-unclear"),
        (settled(settlement="material-only"), "settlement-unclear"),
        (settled(settlement="equivalent-units", wip="5", stage="2"), "settlement-unclear"),
    ],
)
def test_what_is_unclear_is_refused(found: Row, code: str) -> None:
    assert books(SUGAR, issue("50.000"), found, mine=by()).codes() == [code]


SOLD = row("2026-01-10", "sale-delivery", "D1", "4", item="SYRUP", price="90.00", tax="0")
UNDONE = settled("2026-02-01", "Z1", reverses="S1")


@pytest.mark.req("CO-08")
def test_a_settlement_reversed_and_made_again() -> None:
    """500.00 sugar and 120.00 labour made 10 at 45.00; 4 were sold at 180.00. Actual 62.00 each:
    170.00 more, 102.00 of it in stock. Reversed: as before. With 30.00 more labour 65.00 each:
    200.00 more, 120.00 in stock, 80.00 sold.
    """
    rows = [SUGAR, issue("50.000"), labour("120.00"),
            made("10", "P1", price="45.00", estimate="stated"), SOLD, settled()]  # fmt: skip
    found = books(*rows, mine=by())
    assert (held(found, "SYRUP"), found.balance("5001"), found.balance("6401")) == (
        37200, 0, 24800,
    )  # fmt: skip
    found = books(*rows, UNDONE, mine=by())
    assert (held(found, "SYRUP"), found.balance("5001"), found.balance("6401")) == (
        27000, 17000, 18000,
    )  # fmt: skip
    assert found.lines("production-settlement/Z1/main") == [
        ("1405", "-102.00R"), ("6401", "-68.00R"), ("5001", "170.00R"),
    ]  # fmt: skip
    again = [labour("30.00", "C2", "2026-02-02"), settled("2026-02-28", "S2")]
    found = books(*rows, UNDONE, *again, mine=by())
    assert (held(found, "SYRUP"), found.balance("5001"), found.balance("6401")) == (
        39000, 0, 26000,
    )  # fmt: skip


def test_a_settlement_is_reversed_only_while_its_value_is_where_it_went() -> None:
    rows = [SUGAR, issue("50.000"), made("10", "P1", price="45.00", estimate="stated"), settled(),
            SOLD._replace(date="2026-02-01", id="D2"), UNDONE]  # fmt: skip
    problems = books(*rows, mine=by()).problems
    assert [problem.code for problem in problems] == ["reversal-consumed"]
    assert dict(problems[0].args)["consumers"] == "D2"


@pytest.mark.req("CO-08")
def test_what_a_reversed_settlement_had_made_counts_as_equivalent_units_again() -> None:
    """10 finished, 10 in work, all material in it: 250.00 of 500.00 to those finished, against
    300.00 that they stood at; the same again after a reversal.
    """
    said = {"settlement": "equivalent-units", "wip": "10"}
    rows = [SUGAR, issue("50.000"), made("10", "P1", price="30.00", estimate="stated")]
    once = books(*rows, settled(**said), mine=by())
    twice = books(*rows, settled(**said), UNDONE, settled("2026-02-28", "S2", **said), mine=by())
    assert held(once, "SYRUP") == held(twice, "SYRUP") == 25000
    assert once.balance("5001") == twice.balance("5001") == 25000


def test_estimated_output_reversed_before_the_settlement() -> None:
    first = made("10", "P1", price="45.00", estimate="stated")
    undone = first._replace(date="2026-01-05", id="Z1", source=MAIN, target=PRODUCTION,
                            price=None, meta=(("reverses", "P1"),))  # fmt: skip
    found = books(SUGAR, issue("50.000"), first, undone, made("10", "P2", "2026-01-06"), mine=by())
    assert held(found, "SYRUP") == 50000
    assert found.balance("5001") == 0


@pytest.mark.req("CO-08", "CO-09", "IN-14")
def test_late_freight_follows_its_goods_into_an_open_order_and_into_what_was_made() -> None:
    """100 kg came before the close: 40 are in the open order W1, 20 were made into W2's product,
    10 sold, 30 here. 100.00 freight: 40.00, 20.00, 10.00 (cost of sales), 30.00.
    """
    rows = (
        SUGAR,
        issue("40.000"),
        issue("20.000", "I2", "W2"),
        row("2026-01-04", "production-receipt", "P1", "2", item="SYRUP", order="W2"),
        row("2026-01-05", "sale-delivery", "D1", "10.000", item="SUGAR"),
        row("2026-02-20", "landed-cost", "L1", item="", amount="100.00", ref="R1", tax="0"),
    )
    periods = [closed("2026-01", "2026-02-03")]
    found = books(*rows, mine=by(), periods=periods)
    assert held(found, "SUGAR") == 30000 + 3000
    assert held(found, "SYRUP") == 20000 + 2000
    assert found.balance("5001") == 40000 + 4000
    assert found.balance("6401") == 10000 + 1000
    lines = dict(found.lines("landed-cost/L1/main"))
    assert (lines["5001"], lines["6401"], lines["2202"]) == ("40.00", "10.00", "-100.00")
    order = [p for p in found.vouchers["landed-cost/L1/main"].postings if "5001" in p.account]
    assert order[0].meta == (("order", "W1"),)


def test_output_undone_on_credit_is_trued_up_out_of_its_order() -> None:
    """The product of 500.00 was sold before it is taken back: lent at 50.00 each, filled at 30.00
    by a later receipt: the order gets 200.00 less, stock and ledger agree.
    """
    kinds = {
        name: replace(c, cost=CostPolicy("fifo", negative="provisional"))
        for name, c in company().categories.items()
    }
    first = made("10", "P1")
    rows = (
        SUGAR, issue("50.000"), first,
        row("2026-01-05", "sale-delivery", "D1", "10", item="SYRUP"),
        first._replace(date="2026-01-06", id="Z1", source=MAIN, target=PRODUCTION,
                       meta=(("reverses", "P1"),)),
        row("2026-01-07", "other-in", "O1", "10", item="SYRUP", price="30.00", reason="found"),
    )  # fmt: skip
    found = books(*rows, mine=replace(company(), categories=kinds))
    assert sum(found.costed.orders.values()) == found.balance("5001")
    stock = sum(pool.value for pool in found.costed.pools.values())
    assert stock == found.balance("1405") + found.balance("1403")


@pytest.mark.req("CO-05", "CO-08")
def test_output_at_a_planned_price_is_settled_beside_it() -> None:
    """10 at a planned 40.00, estimate 450.00, in all 600.00: 1405 400.00, 1404 200.00."""
    kinds = dict(by().categories)
    kinds["finished"] = replace(kinds["finished"], cost=CostPolicy("planned"))
    first = made("10", "P1", price="45.00", estimate="stated")
    rows = [SUGAR, issue("50.000"), first, labour("100.00", date="2026-01-20"), settled()]
    sources = sources_of(rows, replace(company(), categories=kinds))
    price = Price("2026-01-01", "SYRUP", 40 * 10**10, "CNY", Place("p", 1), "planned")
    sources.master.prices = [price]
    found = derive(sources)
    assert found.codes() == [] == found.costed.troubles
    lines = found.lines("production-settlement/S1/main")
    assert lines == [("1404", "150.00"), ("5001", "-150.00")]
    assert (found.balance("1405"), found.balance("1404")) == (40000, 20000)
    assert found.balance("5001") == 0


@pytest.mark.req("CO-03", "FIN-06")
@pytest.mark.parametrize("method", ["periodic-average", "periodic-lifo", "moving-average"])
def test_a_subcontracted_order_is_no_item_s(method: str) -> None:
    """10 for 20.00; 4 of them and a fee of 12.00 become a barrel for 20.00. 1408 holds the goods
    sent out by item, the order by none: both end at nothing, whenever cost is carried over.
    """
    kinds = {name: replace(c, cost=CostPolicy(method)) for name, c in by().categories.items()}
    fetch = partial(row, "2026-01-09", "subcontract-receipt", "B1", party="V2")
    made = books(
        row("2026-01-05", "opening", "O1", "10", price="2.00"),
        row("2026-01-06", "subcontract-issue", "S1", "4", party="V2"),
        fetch("4", source=SUBCONTRACT, target=PRODUCTION, line="1"),
        fetch("1", item="WORK", source=SUPPLIER, target=PRODUCTION, line="2", price="12.00"),
        fetch("1", item="SYRUP", source=PRODUCTION, target=MAIN, line="3"),
        mine=replace(company(), categories=kinds),
    )
    assert made.problems == []
    held: dict[tuple[str, str], int] = {}
    for voucher in made.vouchers.values():
        for one in voucher.postings:
            key = (code_of(one.account), dict(one.meta).get("item", ""))
            held[key] = held.get(key, 0) + one.amount
    assert {key: n for key, n in held.items() if key[0].startswith("140") and n} == {
        ("1405", "COLA"): 1200, ("1405", "SYRUP"): 2000,
    }  # fmt: skip
