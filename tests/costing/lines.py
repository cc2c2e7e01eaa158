"""Short ways to write lines in tests: quantities in pieces, values in cents, item P, pool A."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from invledger.costing import Costed, CostLine, Kind, Setting, cost
from invledger.costing.run import Run
from invledger.model import CostPolicy


def receive(quantity: int, value: int | None, target: str = "A", item: str = "P") -> CostLine:
    return CostLine(Kind.RECEIVE, item, quantity, "", target, value, -1, "")


def issue(quantity: int, source: str = "A", cites: int = -1, item: str = "P") -> CostLine:
    return CostLine(Kind.ISSUE, item, quantity, source, "", None, cites, "")


def move(quantity: int, source: str = "A", target: str = "B", cites: int = -1) -> CostLine:
    return CostLine(Kind.MOVE, "P", quantity, source, target, None, cites, "")


def return_in(quantity: int, cites: int, target: str = "A", value: int | None = None) -> CostLine:
    return CostLine(Kind.RETURN_IN, "P", quantity, "", target, value, cites, "")


def return_out(quantity: int, cites: int, source: str = "A") -> CostLine:
    return CostLine(Kind.RETURN_OUT, "P", quantity, source, "", None, cites, "")


def consume(quantity: int, order: str = "W1", source: str = "A") -> CostLine:
    return CostLine(Kind.CONSUME, "P", quantity, source, "", None, -1, order)


def hand_back(quantity: int, cites: int, order: str = "W1") -> CostLine:
    return CostLine(Kind.HAND_BACK, "P", quantity, "", "A", None, cites, order)


def produce(quantity: int, value: int | None = None, order: str = "W1") -> CostLine:
    return CostLine(Kind.PRODUCE, "Q", quantity, "", "Q", value, -1, order)


def add(value: int | None, order: str = "W1") -> CostLine:
    return CostLine(Kind.ADD_TO_ORDER, "", 0, "", "", value, -1, order)


def revalue(value: int | None, cites: int = -1, target: str = "") -> CostLine:
    return CostLine(Kind.REVALUE, "P", 0, "", target, value, cites, "")


#: What provenance must not change.
SAME = (
    "costs", "cited", "true_ups", "pools", "orders", "troubles", "revalued", "variances",
    "followed", "rates", "switched", "provisional",
)  # fmt: skip


def run(
    lines: Sequence[CostLine],
    method: str = "fifo",
    *,
    negative: str = "refuse",
    fallback: dict[str, tuple[int, int]] | None = None,
) -> Costed:
    """Lines of one method, costed both ways."""
    policy = CostPolicy(method, negative=negative)
    return both_ways(lines, policy, Setting(fallback=fallback or {}))


def run_of(
    lines: Sequence[CostLine],
    policy: CostPolicy | None = None,
    setting: Setting | None = None,
    *,
    provenance: bool = False,
) -> Run:
    """A run that nothing was costed in yet; FIFO where no policy is given."""
    policies = {line.item: policy or CostPolicy("fifo") for line in lines}
    return Run(lines, policies, provenance=provenance, setting=setting or Setting())


def both_ways(
    lines: Sequence[CostLine],
    policy: CostPolicy | Mapping[str, CostPolicy],
    setting: Setting | None = None,
) -> Costed:
    """Cost the lines both ways, quick and with provenance; the two must not differ."""
    if isinstance(policy, CostPolicy):
        policy = {line.item: policy for line in lines}
    quick = cost(lines, policy, setting=setting)
    full = cost(iter(lines), policy, provenance=True, setting=setting)
    for field in SAME:
        assert getattr(quick, field) == getattr(full, field), field
    return full


def months(*starts: int) -> Setting:
    """Months that begin with these lines; without any, all is one."""
    return Setting(periods={"month": starts} if starts else {})


def codes(costed: Costed) -> list[tuple[str, int]]:
    """Code and line of every finding."""
    return [(trouble.code, trouble.at) for trouble in costed.troubles]


def left(costed: Costed, pool: str = "A") -> tuple[int, int]:
    """Quantity and value of a pool."""
    state = costed.pools[pool]
    return state.quantity, state.value
