"""Value documents on goods: revaluation and cost adjustment, figures of other systems' tests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, CostPolicy, Row
from tests.posting.small import BACK, MAIN, Books, books, company, row


def by(method: str, pool: str = "company") -> Company:
    goods = replace(company().categories["goods"], cost=CostPolicy(method, pool))
    return replace(company(), categories={**company().categories, "goods": goods})


def receipt(id_: str, quantity: str, price: str, date: str = "2026-01-01") -> Row:
    return row(date, "purchase-receipt", id_, quantity, price=price)


def document(type_: str, date: str, amount: str = "", **given: str) -> Row:
    return row(date, type_, "A1", item="", amount=amount, reason="review", **given)._replace(
        party=""
    )


def on_item(document_: Row, item: str = "COLA", **given: str) -> Row:
    """With `item:` and the like, which `row` knows as columns."""
    pairs = (("item", item), *((k.replace("_", "-"), v) for k, v in given.items()))
    return document_._replace(meta=(*document_.meta, *pairs))


def stock(made: Books) -> int:
    assert made.codes() == [] == made.costed.troubles
    value = sum(pool.value for pool in made.costed.pools.values())
    assert value == made.balance("1405")
    return value


@pytest.mark.req("CO-09")
def test_what_is_left_of_a_receipt_at_a_new_unit_cost() -> None:
    """Business Central: 6 at 10.00, 2 sold, the rest at 8.00: 32.00, and sold for 32.00."""
    down = document("revaluation", "2026-01-03", ref="R1", unit_cost="8.00")
    first = (receipt("R1", "6", "10.00"), row("2026-01-02", "sale-delivery", "D1", "2"), down)
    made = books(*first, mine=by("fifo"))
    assert stock(made) == 3200
    assert made.lines("revaluation/A1/main") == [("1405", "-8.00R"), ("6401", "8.00R")]
    assert made.vouchers["revaluation/A1/main"].postings[0].meta == (("item", "COLA"),)
    last = row("2026-01-04", "sale-delivery", "D2", "4")
    made = books(*first, last, mine=by("fifo"))
    assert (stock(made), made.costed.costs[-1]) == (0, 3200)


@pytest.mark.req("CO-09")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_all_on_hand_at_a_new_unit_cost(method: str) -> None:
    """1 at 12.00 becomes 16.00; 3 at 10.00 and 3 at 20.00 become 7.00 each, layer by layer."""
    up = on_item(document("revaluation", "2026-01-04", unit_cost="16.00"))
    made = books(receipt("R1", "1", "12.00"), up, mine=by(method))
    assert stock(made) == 1600
    down = on_item(document("revaluation", "2026-01-04", unit_cost="7.00"))
    made = books(receipt("R1", "3", "10.00"), receipt("R2", "3", "20.00"), down, mine=by(method))
    assert stock(made) == 4200
    assert {layer.value / layer.quantity for layer in made.costed.pools["COLA"].layers} == {700}


@pytest.mark.req("CO-09")
def test_an_amount_onto_all_that_one_pool_holds() -> None:
    far = row("2026-01-02", "transfer", "T1", "2", target=BACK)
    more = on_item(document("revaluation", "2026-01-04", "5.00"), location=MAIN)
    made = books(receipt("R1", "6", "10.00"), far, more, mine=by("moving-average", "location"))
    assert stock(made) == 6500
    assert {key: pool.value for key, pool in made.costed.pools.items()} == {
        f"COLA@{MAIN}": 4500, f"COLA@{BACK}": 2000,
    }  # fmt: skip


@pytest.mark.req("CO-09")
def test_a_cost_adjustment_follows_what_is_left() -> None:
    """6.00 onto 6 of which 2 are sold: 4.00 stay, 2.00 are cost of sales; reversed in full."""
    rows = (receipt("R1", "6", "10.00"), row("2026-01-02", "sale-delivery", "D1", "2"),
            document("cost-adjustment", "2026-01-05", "6.00", ref="R1"))  # fmt: skip
    made = books(*rows, mine=by("fifo"))
    assert stock(made) == 4400
    assert made.balance("6401") == 2000 + 200 - 600
    undone = rows[2]._replace(date="2026-01-06", id="Z1", meta=(("reverses", "A1"),), ref="")
    made = books(*rows, undone, mine=by("fifo"))
    assert (stock(made), made.balance("6401")) == (4000, 2000)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (document("revaluation", "2026-01-03", "1.00"), "field-required"),
        (document("revaluation", "2026-01-03"), "revaluation-unclear"),
        (on_item(document("revaluation", "2026-01-03", "1.00", unit_cost="8")),
         "revaluation-unclear"),
        (on_item(document("revaluation", "2026-01-03", unit_cost="-8")), "amount-unreadable"),
        (on_item(document("revaluation", "2026-01-03", "1.00"), "KOLA"), "document-item-unknown"),
        (on_item(document("revaluation", "2026-01-03", "1.00"), location="Assets:Moon"),
         "document-location-unknown"),
        (on_item(document("revaluation", "2026-01-03", "1.00"), "SYRUP"),
         "revaluation-of-nothing"),
        (document("revaluation", "2026-01-03", ref="R1 R2", unit_cost="8"), "citation-single"),
    ],
)  # fmt: skip
def test_what_is_unclear_is_refused(found: Row, code: str) -> None:
    made = books(receipt("R1", "6", "10.00"), receipt("R2", "6", "10.00"), found)
    assert made.codes() == [code]
    assert made.costed.troubles == []
    assert made.balance("1405") == 12000


@pytest.mark.parametrize("pool", ["location", "lot"])
def test_a_finer_pool_must_be_named(pool: str) -> None:
    found = on_item(document("revaluation", "2026-01-03", "1.00"))
    goods = receipt("R1", "6", "10.00")._replace(lot="L1")
    made = books(goods, found, mine=by("moving-average", pool))
    assert made.codes() == ["field-required"]


@pytest.mark.parametrize("method", ["standard", "periodic-average"])
def test_a_unit_cost_is_not_set_where_the_method_makes_it(method: str) -> None:
    found = on_item(document("revaluation", "2026-01-03", unit_cost="8.00"))
    made = books(receipt("R1", "6", "10.00"), found, mine=by(method))
    assert "revaluation-method" in made.codes()
