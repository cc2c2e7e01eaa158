"""beancount loads books of every method without error and finds the same balances (CO-05)."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from tests.books.test_company import beancount_errors
from tests.methods.kept import Kept, kept, moved, noted, priced

PRICES = "".join(
    priced("2026-01-01", "P1", "12.00", kind) + priced("2026-02-10", "P1", "13.00", kind)
    for kind in ("standard", "planned", "retail")
)
ROWS = (
    moved("2026-01-01", "opening", "O1", "7", amount="80.00"),
    moved("2026-01-05", "purchase-receipt", "R1", "10", price="10.00"),
    moved("2026-01-20", "sale-delivery", "S1", "5", price="20.00"),
    moved("2026-01-25", "transfer", "T1", "3"),
    moved("2026-02-01", "purchase-receipt", "R2", "3", amount="40.01"),
    moved("2026-02-05", "sale-return", "B1", "1", ref="S1"),
    noted("2026-02-10", "standard-cost-change", "X1", item="P1"),
    moved("2026-02-11", "purchase-return", "B2", "2", ref="R2"),
    moved("2026-02-12", "count-overage", "C1", "1"),
    moved("2026-02-13", "production-issue", "I1", "4", order="W1"),
    moved("2026-03-20", "sale-delivery", "S2", "8", price="20.00"),
)
POLICIES = {
    "standard": "cost: {method: standard}",
    "standard by site": "cost: {method: standard, pool: site}",
    "planned": "cost: {method: planned}",
    "planned by site": "cost: {method: planned, pool: site}",
    "planned by the year": "cost: {method: planned, period: year}",
    "retail": "cost: {method: retail}",
    "average": "cost: {method: periodic-average}",
    "average by day and site": "cost: {method: periodic-average, period: day, pool: site}",
    "average to planned": "cost: {method: periodic-average}\ncost-changes:\n  - {from: 2026-02-01,"
    " cost: {method: planned}, apply: prospective, reason: x}",
    "fifo to standard": "cost: {method: fifo}\ncost-changes:\n  - {from: 2026-02-01,"
    " cost: {method: standard}, apply: retrospective, reason: x}",
    "lifo": "books: management\ncost: {method: lifo}",
    "periodic lifo": "books: management\ncost: {method: periodic-lifo}",
}


def books(policy: str) -> Kept:
    is_priced = any(word in policy for word in ("standard", "planned", "retail"))
    rows = ROWS if is_priced else [row for row in ROWS if "cost-change" not in row]
    return kept(policy, *rows, prices=PRICES)


@pytest.mark.req("CO-03", "CO-04", "CO-05", "CO-06", "FIN-06")
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
def test_stock_meets_the_ledger_at_the_end_of_every_week(policy: str) -> None:
    made = books(policy)
    assert made.sources.problems == made.derivation.problems == []
    assert made.problems() == []
    for last in (
        "2026-01-07",
        "2026-01-22",
        "2026-01-31",
        "2026-02-10",
        "2026-02-28",
        "2026-04-01",
    ):
        assert made.differences(last) == {}, last
    empty = [pool for pool in made.derivation.costed.pools.values() if not pool.quantity]
    assert all(pool.value == 0 for pool in empty)


@pytest.mark.req("CO-05", "IT-03")
@pytest.mark.parametrize("policy", [POLICIES["planned by site"], POLICIES["fifo to standard"]])
def test_beancount_finds_no_fault(policy: str, tmp_path: Path) -> None:
    made = books(policy)
    for path, data in made.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    assert beancount_errors(tmp_path) == ""


@pytest.mark.req("CO-05")
def test_what_left_at_plan_bears_the_difference_of_the_period() -> None:
    """Two sites, a new plan in February: cost of sales and work together are what was paid, less
    what is left.
    """
    made = books(POLICIES["planned by site"])
    paid = Decimal("80.00") + 100 + Decimal("40.01") - Decimal("26.67")  # opening, R1, R2 less 2/3
    found = Decimal(made.balance("1901"))  # what was found in the count came in at cost
    left = Decimal(made.balance("1405")) + Decimal(made.balance("1404"))
    gone = Decimal(made.balance("6401")) + Decimal(made.balance("5001"))
    assert left + gone == paid - found
    sums: dict[str, int] = defaultdict(int)
    for pool in made.derivation.costed.pools.values():
        sums[pool.item] += pool.value
    assert Decimal(sums["P1"]) / 100 == left


@pytest.mark.req("CO-05")
def test_an_issue_may_state_its_cost() -> None:
    """Sources differ (metasfresh): goods may leave at a cost that the issue states."""
    policy = "cost: {method: moving-average, stated-issue: cost}"
    made = kept(
        policy,
        moved("2026-01-05", "purchase-receipt", "R1", "10", price="10.00"),
        moved("2026-01-20", "sale-delivery", "S1", "2", unit_cost="12.00"),
        moved("2026-01-21", "sale-delivery", "S2", "2", cost="21.00"),
        moved("2026-01-22", "sale-delivery", "S3", "2"),
    )
    assert made.derivation.problems == []
    # 100.00 - 24.00 - 21.00 = 55.00 for 6: two of them 18.33
    assert [made.costs()[id_] for id_ in ("S1", "S2", "S3")] == ["24.00", "21.00", "18.33"]
    ignored = kept("cost: {method: moving-average}", *ROWS[1:2],
                   moved("2026-01-20", "sale-delivery", "S1", "2", unit_cost="12.00"))  # fmt: skip
    assert ignored.costs()["S1"] == "20.00"
