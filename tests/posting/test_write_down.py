"""Write-downs: made, released with the goods, reversed; figures of CAS 1 exercises and by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, CostPolicy, Row
from tests.posting.small import BACK, BEIJING, MAIN, Books, books, company, row

GOODS = row("2026-01-01", "purchase-receipt", "R1", "1300", price="1.40", tax="0")


def down(date: str, amount: str = "", id_: str = "W1", item: str = "COLA", **given: str) -> Row:
    made = row(date, "write-down", id_, item="", amount=amount)
    pairs = tuple((key.replace("_", "-"), text) for key, text in given.items())
    return made._replace(party="", meta=(("item", item), *pairs) if item else pairs)


def by(pool: str) -> Company:
    goods = replace(company().categories["goods"], cost=CostPolicy("moving-average", pool))
    return replace(company(), categories={**company().categories, "goods": goods})


def figures(made: Books) -> tuple[int, int, int, int]:
    """Stock at cost, allowance, cost of sales, loss."""
    assert made.codes() == [] == made.costed.troubles
    stock = sum(pool.value for pool in made.costed.pools.values())
    assert stock == made.balance("1405") + made.balance("1406")
    return stock, made.balance("1471"), made.balance("6401"), made.balance("6701")


@pytest.mark.req("CO-10")
def test_an_allowance_leaves_cost_alone() -> None:
    """CAS exercise: 1,300 at 1.40, 300 of them without contract worth 1.25: 45.00."""
    made = books(GOODS, down("2026-01-31", "45.00"))
    assert figures(made) == (182000, -4500, 0, 4500)
    assert made.lines("write-down/W1/main") == [("6701", "45.00"), ("1471", "-45.00")]
    assert made.vouchers["write-down/W1/main"].postings[1].meta == (("item", "COLA"),)


@pytest.mark.req("CO-10")
def test_goods_that_leave_release_their_share() -> None:
    """650 of 1,300 sold: half of 45.00 out of cost of sales; the last ones take the rest."""
    rows = (GOODS, down("2026-01-31", "45.01"), row("2026-02-01", "sale-delivery", "D1", "650"))
    made = books(*rows)
    assert figures(made) == (91000, -2250, 91000 - 2251, 4501)
    assert made.lines("sale-delivery/D1/release") == [("1471", "22.51"), ("6401", "-22.51")]
    spoilt = row("2026-02-02", "scrap", "S1", "650", reason="x")
    assert figures(books(*rows, spoilt)) == (0, 0, 91000 - 2251, 4501 - 2250)


@pytest.mark.req("CO-10")
def test_the_allowance_follows_net_realisable_value_and_is_reversed_up_to_what_was_made() -> None:
    """Cost 1.40: at 1.30 the allowance is 130.00, at 1.35 65.00, at 1.50 none."""
    rows = [GOODS, down("2026-01-31", nrv="1.30")]
    assert figures(books(*rows))[1:] == (-13000, 0, 13000)
    rows.append(down("2026-02-28", id_="W2", nrv="1.35"))
    assert figures(books(*rows))[1:] == (-6500, 0, 6500)
    rows.append(down("2026-03-31", id_="W3", nrv="1.50"))
    assert figures(books(*rows))[1:] == (0, 0, 0)
    made = books(*rows)
    assert made.lines("write-down/W3/main") == [("6701", "-65.00R"), ("1471", "65.00R")]


@pytest.mark.req("CO-10")
def test_an_allowance_belongs_to_a_pool_and_moves_with_the_goods() -> None:
    """100.00 on MAIN, half of it goes to Beijing; selling there releases its part."""
    rows = (
        GOODS,
        down("2026-01-31", "100.00", location=MAIN),
        row("2026-02-01", "transfer", "T1", "650", target=BEIJING),
        row("2026-02-02", "sale-delivery", "D1", "650", source=BEIJING),
    )
    assert figures(books(*rows, mine=by("location"))) == (91000, -5000, 91000 - 5000, 10000)
    made = books(*rows, mine=by("location"))
    assert "transfer/T1/release" not in made.vouchers
    other = down("2026-02-03", "1.00", id_="W2", location=BACK)
    assert books(*rows, other, mine=by("location")).codes() == ["allowance-nothing"]


@pytest.mark.req("CO-10", "FIN-18")
def test_a_write_down_or_an_issue_reversed() -> None:
    sold = row("2026-02-01", "sale-delivery", "D1", "650")
    undone = sold._replace(date="2026-02-02", id="Z1", source=sold.target, target=sold.source,
                           meta=(("reverses", "D1"),))  # fmt: skip
    made = books(GOODS, down("2026-01-31", "45.00"), sold, undone)
    assert figures(made) == (182000, -4500, 0, 4500)
    back = down("2026-02-03", "45.00", id_="Z2", item="", reverses="W1")
    assert figures(books(GOODS, down("2026-01-31", "45.00"), back)) == (182000, 0, 0, 0)


@pytest.mark.req("CO-10", "FIN-18")
def test_a_receipt_reversed_takes_its_allowance_along() -> None:
    undone = GOODS._replace(date="2026-02-01", id="Z1", source=GOODS.target, target=GOODS.source,
                            price=None, meta=(("reverses", "R1"),))  # fmt: skip
    assert figures(books(GOODS, down("2026-01-31", "45.00"), undone)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (down("2026-01-31"), "write-down-unclear"),
        (down("2026-01-31", "1.00", nrv="1.30"), "write-down-unclear"),
        (down("2026-01-31", nrv="-1"), "amount-unreadable"),
        (down("2026-01-31", "1.00", item=""), "field-required"),
        (down("2026-01-31", "1.00", item="KOLA"), "document-item-unknown"),
        (down("2026-01-31", "-1.00"), "allowance-exceeds"),
        (down("2026-01-31", "1820.01"), "allowance-exceeds"),
        (down("2026-01-31", "1.00", item="SYRUP"), "allowance-nothing"),
    ],
)
def test_what_is_unclear_or_too_much_is_refused(found: Row, code: str) -> None:
    made = books(GOODS, found)
    assert made.codes() == [code]
    assert made.balance("1471") == 0


@pytest.mark.req("CO-10", "FIN-14")
def test_small_enterprises_keep_no_allowance() -> None:
    made = books(GOODS, down("2026-01-31", "1.00"), mine=replace(company(), chart="sbe"))
    assert made.codes() == ["write-down-refused"]
    assert "{" not in made.problems[0].text("zh")


@pytest.mark.req("CO-10", "FIN-18")
def test_an_allowance_reversed_is_no_longer_released() -> None:
    """Made and taken back: 650 sold afterwards release nothing; of 45.00 made again 22.50."""
    back = down("2026-02-03", "45.00", id_="Z2", item="", reverses="W1")
    sold = row("2026-02-04", "sale-delivery", "D1", "650")
    made = books(GOODS, down("2026-01-31", "45.00"), back, sold)
    assert figures(made) == (91000, 0, 91000, 0)
    assert "sale-delivery/D1/release" not in made.vouchers
    again = down("2026-02-03", "45.00", id_="W3")._replace(rank=99)
    made = books(GOODS, down("2026-01-31", "45.00"), back, again, sold)
    assert figures(made) == (91000, -2250, 91000 - 2250, 4500)


@pytest.mark.req("CO-10")
@pytest.mark.parametrize("pool", ["lot", "lot+site"])
def test_goods_of_one_lot_are_written_down(pool: str) -> None:
    """A pool by lot is named by its lot, and by a place where it is by site, too."""
    goods = GOODS._replace(lot="L1")
    named = down("2026-01-31", "45.00", **({"location": MAIN} if pool == "lot+site" else {}))
    assert figures(books(goods, named._replace(lot="L1"), mine=by(pool))) == (
        182000, -4500, 0, 4500,
    )  # fmt: skip
    for lacking in (named, down("2026-01-31", "45.00")._replace(lot="L1")):
        made = books(goods, lacking, mine=by(pool))
        is_enough = pool == "lot" and lacking.lot
        assert made.codes() == ([] if is_enough else ["field-required"])


@pytest.mark.req("CO-10")
def test_goods_may_be_worth_nothing_and_empty_pools_bear_no_cent() -> None:
    made = books(GOODS, down("2026-01-31", nrv="0"))
    assert figures(made) == (182000, -182000, 0, 182000)
    assert books(GOODS, down("2026-01-31", "0.01", item="SYRUP")).codes() == ["allowance-nothing"]


@pytest.mark.req("CO-10", "TE-06")
def test_goods_that_filled_a_shortage_count_at_what_is_left_of_them() -> None:
    """15 of 10 @ 2.00 leave; 10 @ 3.00 fill 5 of them: 5 are left, 15.00, worth 5.00."""
    goods = replace(company().categories["goods"],
                    cost=CostPolicy("moving-average", negative="provisional"))  # fmt: skip
    mine = replace(company(), categories={**company().categories, "goods": goods})
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0"),
        row("2026-01-06", "sale-delivery", "D1", "15"),
        row("2026-01-07", "purchase-receipt", "R2", "10", price="3.00", tax="0"),
    ]
    made = books(*rows, down("2026-01-31", nrv="1.00"), mine=mine)
    assert figures(made) == (1500, -1000, 3500, 1000)
