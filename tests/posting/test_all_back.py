"""What was sold and billed, or bought and billed, in any pieces and all came back, left nothing.

Nothing is reckoned here as the program does it: goods that all came back are neither sold nor
bought, so no account may keep a cent of them, whichever papers came when; and a paper that was
undone is as if it never was.
"""

from __future__ import annotations

from random import Random

import pytest

from tests.posting.papers import OPENING, bought, sold
from tests.posting.small import Books, books
from tests.posting.test_clearing import by, checked

PAPERS = {"sold": sold, "bought": bought}


@pytest.mark.req("IN-04", "AR-06", "OUT-11")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_what_customers_send_back_leaves_no_sale(method: str) -> None:
    for seed in range(100):
        made = checked(books(*sold(seed), mine=by(method)))
        said = {code: made.balance(code) for code in ("1122", "2205", "6001", "2221", "6401")}
        assert said == dict.fromkeys(said, 0), f"seed {seed}"
        assert made.balance("1405") == 50 * 137, f"seed {seed}"


@pytest.mark.req("OUT-05", "AR-05", "IN-13")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_what_goes_back_to_suppliers_leaves_no_purchase(method: str) -> None:
    """What a credit note differs by from the bill of its goods is expense."""
    signs = {"purchase-invoice": 1, "purchase-credit": -1}
    for seed in range(100):
        papers = bought(seed)
        made = checked(books(*papers, mine=by(method)))
        owed = sum(signs.get(one.type, 0) * (one.amount or 0) for one in papers)
        said = {code: made.balance(code) for code in ("1402", "1405", "2202:暂估", "2202", "6401")}
        assert said == {"1402": 0, "1405": 0, "2202:暂估": 0, "2202": -owed, "6401": owed}, (
            f"seed {seed}"
        )


@pytest.mark.req("FIN-18", "AR-05", "AR-06")
@pytest.mark.parametrize("which", PAPERS)
def test_a_paper_undone_is_as_if_it_never_was(which: str) -> None:
    """Before some paper, a copy of it and its reversal: all else is posted as without the two."""
    mine = by("moving-average")
    for seed in range(60):
        chance = Random(seed)  # noqa: S311  the same papers each time
        papers = PAPERS[which](seed)
        one = chance.choice([paper for paper in papers if paper is not OPENING])
        copy = one._replace(id="A1", time="08:00")
        undone = copy._replace(id="A2", time="09:00", source=one.target, target=one.source,
                               ref="", meta=(("reverses", "A1"),))  # fmt: skip
        plain = posted(checked(books(*papers, mine=mine)))
        made = posted(checked(books(*papers, copy, undone, mine=mine)))
        own = [made.pop(name) for name in list(made) if "/A1/" in name or "/A2/" in name]
        assert made == plain, f"seed {seed}"
        assert sum(amount for lines in own for _, amount in lines) == 0, f"seed {seed}"
        sums: dict[str, int] = {}
        for account, amount in (line for lines in own for line in lines):
            sums[account] = sums.get(account, 0) + amount
        assert set(sums.values()) <= {0}, f"seed {seed}"


def posted(made: Books) -> dict[str, list[tuple[str, int]]]:
    return {
        name: [(line.account, line.amount) for line in voucher.postings]
        for name, voucher in made.vouchers.items()
    }
