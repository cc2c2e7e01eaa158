"""Settings of a policy where respected systems differ: each against figures worked by hand."""

from __future__ import annotations

import pytest

from invledger.costing import Costed, CostLine, Kind, Setting, cost
from invledger.model import CostPolicy
from tests.costing.lines import (
    add,
    both_ways,
    codes,
    consume,
    issue,
    left,
    receive,
    return_in,
    return_out,
    revalue,
)  # fmt: skip


def run(lines: list[CostLine], policy: CostPolicy, **facts: object) -> Costed:
    return both_ways(lines, dict.fromkeys("PQ", policy), Setting(**facts))  # type: ignore[arg-type]  # words of a test


def short(method: str = "fifo", **more: object) -> CostPolicy:
    return CostPolicy(method, negative="provisional", **more)  # type: ignore[arg-type]  # words of a test


@pytest.mark.req("CO-01", "CO-02")
@pytest.mark.parametrize("method", ["fifo", "lifo", "moving-average"])
def test_short_goods_cost_nothing_until_bought(method: str) -> None:
    """LedgerSMB: 8 sold short, 2 come back, 8 bought at 10.00: 60.00 to cost of sales then."""
    lines = [issue(8), return_in(2, 0), receive(8, 8000)]
    costed = run(lines, short(method, estimate="zero"))
    assert not costed.troubles
    assert costed.costs == [0, 0, 8000]
    assert sum(up.amount for up in costed.true_ups if up.at == 2) == 6000
    assert left(costed) == (2, 2000)


@pytest.mark.req("CO-01")
def test_nothing_known_is_an_error_but_under_zero() -> None:
    assert codes(run([issue(1)], short())) == [("cost-estimate-missing", 0)]
    assert not run([issue(1)], short(estimate="zero")).troubles


@pytest.mark.req("CO-01")
def test_the_last_receipt_is_no_return_and_no_layer_used() -> None:
    """Bought at 1.00 and at 5.00, the dear one sold and back: short goods cost 5.00 a piece."""
    lines = [receive(2, 200), receive(1, 500), issue(1, cites=1), return_in(1, 2), issue(3)]
    lines.append(issue(1))
    assert run(lines, short(estimate="last-receipt")).costs[5] == 500
    lines = [receive(2, 200), receive(1, 500), issue(1, cites=1), issue(3)]
    assert run(lines, short()).costs[3] == 300
    assert run(lines, short(estimate="last-receipt")).costs[3] == 700


@pytest.mark.req("CO-01")
def test_a_balance_still_short_is_priced_again() -> None:
    """Tryton: short 2 at 5.00; one comes at 3.00 (-2.00, and -2.00 for the other), two at 2.00."""
    lines = [issue(1), issue(1), receive(1, 300), receive(2, 400)]
    setting = Setting(fallback={"P": (500, 1)})
    costed = cost(lines, {"P": short("moving-average", true_up="balance")}, setting=setting)
    assert [(up.at, up.of, up.quantity, up.amount) for up in costed.true_ups] == [
        (2, 0, 1, -200), (2, 1, 0, -200), (3, 1, 1, -100),
    ]  # fmt: skip
    assert left(costed) == (1, 200)


@pytest.mark.req("CO-08")
def test_what_an_open_order_took_on_credit_is_priced_again_in_it() -> None:
    lines = [receive(1, 500), consume(3), receive(1, 300)]
    costed = run(lines, short(true_up="balance"))
    assert costed.orders == {"W1": 500 + 300 + 300}
    assert left(costed) == (-1, -300)


@pytest.mark.req("CO-01", "CO-02")
@pytest.mark.parametrize(
    ("method", "by_receipt", "by_method"),
    [("fifo", 300, 100), ("lifo", 300, 900), ("moving-average", 300, 433)],
)
def test_a_purchase_return_by_receipt_or_by_method(
    method: str, by_receipt: int, by_method: int
) -> None:
    """1.00, 3.00, 9.00 on hand; the second goes back, credited at 3.00 either way."""
    lines = [receive(1, 100), receive(1, 300), receive(1, 900), return_out(1, 1)]
    for purchase_return, expected in (("receipt-cost", by_receipt), ("method", by_method)):
        costed = run(lines, CostPolicy(method, purchase_return=purchase_return))
        assert (costed.costs[3], costed.cited[3]) == (expected, 300)
        assert left(costed) == (2, 1300 - expected)


@pytest.mark.req("CO-01", "CO-07")
def test_a_late_receipt_at_todays_average() -> None:
    """Dynamics 365: 16.00 on hand, one entered late at 20.00: 32.00, 4.00 expensed."""
    policy = CostPolicy("moving-average", backdated="current-average")
    costed = run([receive(1, 1600), receive(1, 2000)], policy, backdated=frozenset({1}))
    assert left(costed) == (2, 3200)
    assert costed.variances == {1: 400}
    assert run([receive(1, 1600), receive(1, 2000)], policy).variances == {}
    empty = run([receive(1, 1600), issue(1), receive(1, 2000)], policy, backdated=frozenset({2}))
    assert left(empty) == (1, 2000)  # no goods, no average
    back = [receive(1, 1600), receive(1, 2000), return_out(1, 1)]
    gone = run(back, policy, backdated=frozenset({1}))
    assert (gone.costs[2], gone.cited[2]) == (1600, 2000)  # the supplier owes what was paid


@pytest.mark.req("CO-01", "CO-02")
def test_an_issue_at_its_stated_cost() -> None:
    """metasfresh: 100 at 10.00, 10 leave at 8.00: 90 are worth 920.00."""
    stated = CostPolicy("moving-average", stated_issue="cost")
    lines = [receive(100, 100000), issue(10)]
    assert left(run(lines, stated, stated={1: 8000})) == (90, 92000)
    assert left(run(lines, CostPolicy("moving-average"), stated={1: 8000})) == (90, 90000)
    layers = CostPolicy("fifo", stated_issue="cost")
    costed = run([receive(2, 200), receive(2, 600), issue(1)], layers, stated={2: 170})
    assert costed.costs[2] == 170  # 0.70 less on 1.00 and 6.00 that stay
    assert [layer.value for layer in costed.pools["A"].layers] == [90, 540]
    high = run([receive(2, 200), issue(1)], stated, stated={1: 900})
    assert high.costs[1] == 200  # no more than there is
    last = run([receive(2, 200), issue(2)], stated, stated={1: 90})
    assert last.costs[1] == 200  # the last unit takes all


@pytest.mark.req("CO-09")
def test_what_is_left_of_a_receipt_in_an_average() -> None:
    """Odoo: 10 + 10, one sold: 9 of the first are left; 100.00 late, 90.00 stay."""
    lines = [receive(10, 10000), receive(10, 20000), issue(1), revalue(10000, 0)]
    policy = CostPolicy("moving-average")
    remaining = run(lines, policy, treats={3: "remaining-share"})
    assert (remaining.costs[3], remaining.cited[3]) == (9000, 1000)
    on_hand = run(lines, policy, treats={3: "on-hand-share"})
    assert (on_hand.costs[3], on_hand.cited[3]) == (10000, 0)
    back = [*lines[:2], return_out(10, 1), issue(5), revalue(10000, 0)]  # all of the second
    assert run(back, policy, treats={4: "remaining-share"}).costs[4] == 5000


@pytest.mark.req("CO-09")
def test_late_value_onto_several_receipts() -> None:
    lines = [receive(2, 200), receive(2, 600), issue(1), revalue(90, 0)]
    costed = run(lines, CostPolicy("fifo"), citations={3: ((0, 60), (1, 30))})
    assert (costed.costs[3], costed.cited[3]) == (60, 30)
    assert costed.capitalised == {3: [(0, 30), (1, 30)]}


@pytest.mark.req("CO-08")
def test_portions_of_an_order() -> None:
    """60 % and 40 % of 10.01: 6.01 and what is left; the order is complete then."""
    first, second = (CostLine(Kind.PRODUCE, "Q", 1, "", "Q", None, -1, "W1") for _ in "ab")
    lines = [add(1001), first, second, add(5)]
    costed = run(lines, CostPolicy("fifo"), portions={1: (3, 5), 2: (2, 5)})
    assert costed.costs[1:3] == [601, 400]
    assert codes(costed) == [("order-completed", 3)]
