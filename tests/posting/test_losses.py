"""1901 待处理财产损溢 clears once and wholly; goods issued before they were there.

All goods cost 2.00, or 3.00 where a later receipt says so.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import CostPolicy, Row
from tests.posting.small import BEIJING, DISPATCHED, Books, books, company, row

RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "100", price="2.00")
LATER = row("2026-01-07", "purchase-receipt", "R2", "50", price="3.00")
LOST = row("2026-01-09", "count-shortage", "X1", "10")


def settled(date: str, id_: str, reason: str, **given: str) -> Row:
    return row(date, "loss-settlement", id_, item="", reason=reason, ref="X1", **given)


@pytest.mark.req("INV-11")
def test_a_second_settlement_takes_what_is_left() -> None:
    """A loss of 20.00: 15.00 claimed, the rest abnormal: 5.00 and 13 % of it."""
    made = books(
        RECEIPT, LOST,
        settled("2026-01-10", "L1", "claim", amount="15.00", party="C1"),
        settled("2026-01-11", "L2", "abnormal"),
    )  # fmt: skip
    assert made.codes() == []
    assert made.lines("loss-settlement/L2/main") == [
        ("6711", "5.65"),
        ("1901:待处理流动资产损溢", "-5.00"),
        ("2221:应交增值税:进项税额转出", "-0.65"),
    ]
    assert made.balance("1901") == 0


def test_a_claim_for_bad_management_bears_the_input_tax() -> None:
    """Of 20.00 lost by negligence 15.00 are paid for: 15.00 + 1.95 claimed, 5.00 + 0.65 lost."""
    made = books(
        RECEIPT, LOST,
        settled("2026-01-10", "L1", "abnormal-claim", amount="15.00", party="C1"),
        settled("2026-01-11", "L2", "abnormal"),
    )  # fmt: skip
    assert made.codes() == []
    assert (made.balance("1221"), made.balance("6711")) == (1695, 565)
    assert made.balance("2221:应交增值税:进项税额转出") == -260
    assert made.balance("1901") == 0


def test_nothing_is_settled_twice() -> None:
    first = settled("2026-01-10", "L1", "normal")
    again = books(RECEIPT, LOST, first, settled("2026-01-11", "L2", "claim"))
    assert again.codes() == ["settlement-exceeds"]
    over = books(RECEIPT, LOST, settled("2026-01-11", "L2", "normal", amount="20.01"))
    assert over.codes() == ["settlement-exceeds"]
    assert dict(over.problems[0].args)["left"] == "20.00"


def test_a_loss_that_was_reversed_leaves_nothing_to_settle() -> None:
    undone = LOST._replace(
        date="2026-01-10", id="Z1", source=LOST.target, target=LOST.source,
        meta=(("reverses", "X1"),),
    )  # fmt: skip
    made = books(RECEIPT, LOST, undone, settled("2026-01-11", "L1", "normal"))
    assert made.codes() == ["citation-reversed"]


def test_a_reversed_settlement_may_be_made_again() -> None:
    first = settled("2026-01-10", "L1", "normal")
    undone = first._replace(date="2026-01-11", id="Z1", meta=(("reverses", "L1"),))
    made = books(RECEIPT, LOST, first, undone, settled("2026-01-12", "L2", "abnormal"))
    assert made.codes() == []
    assert (made.balance("1901"), made.balance("6602"), made.balance("6711")) == (0, 0, 2260)


def short(*rows: Row, pool: str = "company", method: str = "moving-average") -> Books:
    """Books that may issue before goods are there."""
    policy = CostPolicy(method, pool, "provisional")
    known = {name: replace(c, cost=policy) for name, c in company().categories.items()}
    return books(*rows, mine=replace(company(), categories=known, default_cost=policy))


@pytest.mark.req("TE-06")
@pytest.mark.parametrize("method", ["moving-average", "fifo"])
@pytest.mark.parametrize(
    ("taken", "pool", "stock", "elsewhere"),
    [
        # 120 of 100 leave at 2.00; the receipt of 50 at 3.00 fills 20: 20.00 more than estimated.
        (row("2026-01-06", "sale-delivery", "D1", "120", target=DISPATCHED), "company",
         9000, 24000),
        (row("2026-01-06", "transfer", "D1", "120", target=BEIJING), "site", 33000, 0),
    ],
)  # fmt: skip
def test_goods_that_moved_before_they_were_there(
    taken: Row, pool: str, stock: int, elsewhere: int, method: str
) -> None:
    """The estimate stays with the goods that moved on; the difference is cost of sales."""
    made = short(RECEIPT, taken, LATER, pool=pool, method=method)
    assert made.codes() == []
    assert made.lines(f"{taken.type}/D1/true-up-R2") == [("6401", "20.00"), ("1405", "-20.00")]
    assert (made.balance("1405"), made.balance("1406")) == (stock, elsewhere)
    assert sum(pool.value for pool in made.costed.pools.values()) == stock + elsewhere


def test_a_shortage_filled_later_is_settled_with_its_difference() -> None:
    """120 lost at 2.00, 20 of them filled at 3.00: 260.00 to settle."""
    lost = row("2026-01-06", "count-shortage", "X1", "120")
    made = short(RECEIPT, lost, LATER, settled("2026-01-08", "L1", "normal"))
    assert made.codes() == []
    assert (made.balance("1901"), made.balance("6602"), made.balance("1405")) == (0, 26000, 9000)


@pytest.mark.parametrize(("done", "wip", "sold"), [("2026-01-10", 0, 0), ("2026-01-06", 0, 1000)])
def test_material_that_came_later_follows_its_order(done: str, wip: int, sold: int) -> None:
    """6 issued of 5 at 30.00, one more at 40.00: into the order while open, else cost of sales."""
    made = short(
        row("2026-01-05", "purchase-receipt", "RS", "5", price="30.00", item="SUGAR"),
        row("2026-01-06", "production-issue", "P1", "6", item="SUGAR", order="W"),
        row("2026-01-08", "purchase-receipt", "RT", "5", price="40.00", item="SUGAR"),
        row(done, "production-receipt", "F1", "10", item="SYRUP", order="W"),
    )
    assert made.codes() == []
    assert (made.balance("5001"), made.balance("6401")) == (wip, sold)
    assert made.balance("1405") == 19000 - sold
    assert made.balance("1403") == 16000
