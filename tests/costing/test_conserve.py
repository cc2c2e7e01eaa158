"""The program's own check: value or goods that come or go by themselves stop the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from invledger.costing import Costed, KernelError, Setting
from invledger.costing.conserve import check_conservation
from invledger.costing.kinds import apply
from invledger.costing.run import Run
from invledger.model import CostPolicy
from tests.costing.lines import add, consume, issue, move, produce, receive, return_in, revalue

LINES = (
    receive(3, 1000),
    issue(1),
    move(1),
    return_in(1, 1),
    consume(1),
    add(50),
    produce(2, 100),
    revalue(10, 0),
    issue(5),
    receive(6, 3000),
)


class Made(NamedTuple):
    """A run and its result."""

    run: Run
    costed: Costed


def finished() -> tuple[Run, Costed]:
    """A run over all kinds of flows, and its result, before the check."""
    policies = {item: CostPolicy("fifo", negative="provisional") for item in ("P", "Q", "")}
    run = Run(LINES, policies, provenance=True, setting=Setting())
    for at in range(len(LINES)):
        apply(run, at)
    pools = {key: pool.state() for key, pool in run.pools.items()}
    orders = {key: order.value for key, order in run.orders.items()}
    return run, Costed(
        run.costs, run.cited, run.true_ups, pools, orders, run.troubles, run.shares, run.fills
    )


def test_an_honest_run_passes() -> None:
    check_conservation(*finished())


def cost_changed(made: Made) -> None:
    made.run.costs[1] += 1


def value_lost(made: Made) -> None:
    made.costed.pools["B"].value -= 1


def goods_lost(made: Made) -> None:
    made.costed.pools["B"].quantity += 1


def layer_lost(made: Made) -> None:
    made.costed.pools["B"].layers.clear()


def layers_shifted(made: Made) -> None:
    layer = made.costed.pools["B"].layers[0]
    made.costed.pools["B"].layers[:] = [
        layer._replace(value=-1),
        layer._replace(quantity=0, value=334),
    ]


def true_up_lost(made: Made) -> None:
    made.costed.true_ups.pop()


def revaluation_lost(made: Made) -> None:
    made.run.revalued.clear()


@pytest.mark.req("CO-01", "CO-02", "CO-09")
@pytest.mark.parametrize(
    "tamper",
    [cost_changed, value_lost, goods_lost, layer_lost, layers_shifted, true_up_lost,
     revaluation_lost],
)  # fmt: skip
def test_what_does_not_add_up_names_item_and_pool(tamper: Callable[[Made], None]) -> None:
    run, costed = finished()
    tamper(Made(run, costed))
    with pytest.raises(KernelError, match=r"item 'P', pool '[AB]'"):
        check_conservation(run, costed)


def test_orders_and_shares_are_checked_too() -> None:
    run, costed = finished()
    costed.orders["W1"] += 1
    with pytest.raises(KernelError, match="order 'W1'"):
        check_conservation(run, costed)
    run, costed = finished()
    assert costed.shares is not None
    costed.shares[1] = ()
    with pytest.raises(KernelError, match="line 1: shares"):
        check_conservation(run, costed)
    run, costed = finished()
    del costed.pools["B"]
    with pytest.raises(KernelError, match="pools that are not there"):
        check_conservation(run, costed)
