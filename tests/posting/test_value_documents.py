"""Documents that say what goods are worth: in other currencies, of nothing, of single pieces."""

from __future__ import annotations

import pytest

from invledger.model import Row
from tests.posting.small import Books, books, row
from tests.posting.test_clearing import by

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="10.00", tax="0")
GIFT = row("2026-01-05", "purchase-receipt", "R1", "10", price="0", tax="0", reason="gift")
SWEETS = row("2026-01-05", "purchase-receipt", "R2", "4.000", item="SUGAR", price="0", tax="0",
             reason="gift")  # fmt: skip


def document(type_: str, amount: str = "", ref: str = "", **notes: str) -> Row:
    """Onto what it cites, else onto all COLA."""
    made = row("2026-01-31", type_, "A1", item="", amount=amount, ref=ref, reason="review",
               party="")  # fmt: skip
    said = ((key.replace("_", "-"), text) for key, text in notes.items())
    return made._replace(meta=(*said, *(() if ref else (("item", "COLA"),))))


def worth(made: Books) -> tuple[int, int]:
    """Stock at cost and allowance; the first is what the kernel says, too."""
    assert made.codes() == [] == made.costed.troubles
    stock = made.balance("14") - made.balance("1471")
    assert stock == sum(pool.value for pool in made.costed.pools.values())
    return stock, made.balance("1471")


@pytest.mark.req("FIN-09", "CO-09", "CO-10")
@pytest.mark.parametrize(
    ("paper", "stock"),
    [
        (document("cost-adjustment", "10.00", ref="R1", rate="7"), (17000, 0)),
        (document("revaluation", "10.00", rate="7"), (17000, 0)),
        (document("write-down", "10.00", rate="7"), (10000, -7000)),
    ],
    ids=lambda one: getattr(one, "type", ""),
)
def test_an_amount_in_a_foreign_currency_is_worth_its_rate(
    paper: Row, stock: tuple[int, int]
) -> None:
    """10.00 USD at 7 are 70.00."""
    assert worth(books(RECEIPT, paper._replace(currency="USD"))) == stock


@pytest.mark.req("CO-10", "TE-07")
def test_a_write_down_of_nothing_makes_nothing() -> None:
    made = books(RECEIPT, document("write-down", "0.00"))
    assert worth(made) == (10000, 0)
    assert "write-down/A1/main" not in made.vouchers


@pytest.mark.req("CO-09")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_goods_may_be_worth_nothing_from_now_on(method: str) -> None:
    """A unit cost of 0.00 takes all of 100.00."""
    for paper in (document("revaluation", unit_cost="0"),
                  document("revaluation", ref="R1", unit_cost="0.00")):  # fmt: skip
        made = books(RECEIPT, paper, mine=by(method))
        assert worth(made) == (0, 0)
        assert made.balance("6401") == 10000


@pytest.mark.req("CO-10")
def test_a_write_down_counts_what_a_revaluation_left() -> None:
    """10 of 10.00 bear 20.00 more: at 9.00 they lack 30.00, not 10.00."""
    up = document("revaluation", "20.00")._replace(id="A0", rank=90)
    down = document("write-down", nrv="9.00")._replace(rank=95)
    assert worth(books(RECEIPT, up, down)) == (12000, -3000)


@pytest.mark.req("CO-10")
def test_a_single_piece_is_written_down() -> None:
    one = RECEIPT._replace(quantity=1)
    assert worth(books(one, document("write-down", "4.00"))) == (1000, -400)
    assert worth(books(one, document("write-down", "10.00"))) == (1000, -1000)


@pytest.mark.req("CO-10", "TE-07")
def test_what_costs_nothing_is_not_written_down() -> None:
    made = books(GIFT, document("write-down", "0.01"))
    assert made.codes() == ["allowance-exceeds"]
    assert made.balance("1471") == 0


@pytest.mark.req("CO-09", "TE-07")
def test_an_amount_over_gifts_of_several_items_must_name_one() -> None:
    """By value it would have no share in either: nothing is guessed, each gets its own paper."""
    both = document("cost-adjustment", "10.00", ref="R1 R2")
    made = books(GIFT, SWEETS, both)
    assert made.codes() == ["citation-single"]
    assert made.balance("14") == 0
    one = document("cost-adjustment", "10.00", ref="R1")
    assert worth(books(GIFT, SWEETS, one)) == (1000, 0)
    same = GIFT._replace(id="R3", quantity=30)  # of one item by quantity: 2.50 and 7.50
    made = books(GIFT, same, document("cost-adjustment", "10.00", ref="R1 R3"), mine=by("fifo"))
    assert worth(made) == (1000, 0)
    assert sorted(layer.value for layer in made.costed.pools["COLA"].layers) == [250, 750]


@pytest.mark.req("CO-09")
def test_a_document_on_a_pool_cites_no_line() -> None:
    """The kernel's word for none is -1."""
    made = books(RECEIPT, document("revaluation", "20.00"))
    assert (made.valued.lines[1].cites, made.valued.lines[1].target) == (-1, "COLA")
