"""`cost()`: lines in, costs and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from invledger.costing.conserve import check_conservation
from invledger.costing.interface import Costed, CostLine, Setting
from invledger.costing.kinds import apply, refuse_owing
from invledger.costing.periodic import by_period
from invledger.costing.quick import apply_all
from invledger.costing.run import Run
from invledger.costing.switch import pass_through
from invledger.model import CostPolicy


def cost(
    lines: Iterable[CostLine],
    policies: Mapping[str, CostPolicy],
    *,
    provenance: bool = False,
    setting: Setting | None = None,
) -> Costed:
    """Cost every line, in the order given.

    `policies` by item (moving average where an item has none); `setting`: what few lines need
    beside themselves. `provenance` keeps for every line where its cost came from. Raises
    KernelError only where the kernel contradicts itself.
    """
    rows: Sequence[CostLine] = lines if isinstance(lines, list | tuple) else list(lines)
    run = Run(rows, policies, provenance=provenance, setting=setting or Setting())
    plain = _plainly if provenance else apply_all
    pass_through(run, by_period(run, plain))
    refuse_owing(run)
    costed = Costed(
        costs=run.costs,
        cited=run.cited,
        true_ups=run.true_ups,
        pools={key: pool.state() for key, pool in run.pools.items()},
        orders={key: order.value for key, order in run.orders.items()},
        troubles=run.troubles,
        shares=run.shares,
        fills=run.fills,
        revalued=run.revalued,
        unfit=run.unfit,
        variances=run.variances,
        capitalised=run.capitalised,
        late_mixes=run.late_mixes,
        switched=run.switched,
        followed=run.followed,
        rates=run.rates,
        provisional=frozenset(run.provisional),
        sequence=run.sequence,
        restated=run.restated,
        settled=run.settled,
    )
    if provenance:
        costed.mixes = run.mixes
        costed.held = {key: pool.made_of() for key, pool in run.pools.items()}
        costed.inside = {key: order.made_of() for key, order in run.orders.items()}
    check_conservation(run, costed)
    return costed


def _plainly(run: Run, start: int, stop: int) -> None:
    """One line after the other, with provenance."""
    for at in range(start, stop):
        apply(run, at)
