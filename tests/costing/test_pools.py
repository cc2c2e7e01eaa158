"""Pools of the perpetual methods, call by call, and the quick loop over them; figures by hand."""

from __future__ import annotations

import pytest

from invledger.costing import CostLine, Kind, Layer, PoolState, Setting, Share, quick
from invledger.costing.average import PARTS_MAX, AveragePool
from invledger.costing.fifo import USED_MAX, FifoPool
from invledger.costing.layered import LayeredPool
from invledger.costing.lifo import LifoPool
from invledger.costing.methods import class_of
from invledger.costing.periodic_pool import ListPool, PeriodicLifoPool, PeriodicPool
from invledger.costing.pool import Pool, Shortage, Slice, cut, cut_parts, merge_parts
from invledger.costing.quick import apply_all
from invledger.costing.run import Run
from invledger.costing.specific import SpecificPool
from invledger.costing.standard import StandardPool
from invledger.model import CostPolicy
from tests.costing.lines import issue, move, receive

pytestmark = pytest.mark.req("CO-01", "CO-02", "CO-05")


def part(origin: int, quantity: int, value: int) -> Slice:
    """A slice that names its own line."""
    return Slice(origin, quantity, value, (Share(origin, quantity, value),))


def filled(pool: Pool, *slices: tuple[int, int, int]) -> Pool:
    for one in slices:
        pool.put(part(*one))
    return pool


# ── what all pools have ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "made", "facts"),
    [
        ("fifo", FifoPool, (True, False, False)), ("lifo", LifoPool, (True, False, False)),
        ("moving-average", AveragePool, (False, False, False)),
        ("specific", SpecificPool, (True, True, False)),
        ("standard", StandardPool, (False, False, True)),
        ("periodic-average", PeriodicPool, (False, False, False)),
        ("periodic-lifo", PeriodicLifoPool, (True, False, False)),
        ("planned", ListPool, (False, False, False)), ("retail", ListPool, (False, False, False)),
    ],
)  # fmt: skip
def test_what_a_method_is(method: str, made: type[Pool], facts: tuple[bool, bool, bool]) -> None:
    found = class_of(CostPolicy(method))
    assert found is made
    pool = made("P")
    assert (pool.layered, pool.by_name, pool.at_standard) == facts
    assert (pool.item, pool.quantity, pool.worth(), pool.since) == ("P", 0, 0, 0)
    assert (pool.last_value, pool.last_quantity, pool.received) == (0, 0, (0, 0))
    assert (pool.shortages, pool.mixes, pool.refused, pool.policy) == ([], [], False, CostPolicy())
    assert (pool.give_up(), pool.unit_cost()) == ([], (0, 0))


def test_receipts_first_is_a_matter_of_lifo_alone() -> None:
    found = [class_of(CostPolicy(name, receipts_first=True)) for name in ("lifo", "fifo")]
    assert found == [PeriodicLifoPool, FifoPool]


def test_a_pool_without_goods_knows_its_last_cost() -> None:
    pool = FifoPool("P")
    pool.last_value, pool.last_quantity = 90, 4
    assert pool.unit_cost() == (90, 4)
    filled(pool, (0, 1, 7))
    assert pool.unit_cost() == (7, 1)


def test_shortages_are_layers_below_zero() -> None:
    pool = filled(AveragePool("P"), (0, 3, 100))
    pool.shortages = [Shortage(4, 1, 30), Shortage(6, 4, 130)]
    assert pool.short() == 5
    layers = [Layer(-1, 3, 100), Layer(4, -1, -30), Layer(6, -4, -130)]
    assert pool.state() == PoolState("P", -2, -60, layers)


def test_a_slice_is_cut() -> None:
    assert cut(part(7, 3, 100), 2) == (part(7, 2, 67), part(7, 1, 33))


def test_parts_are_cut() -> None:
    """Pro rata of quantity and of value, each by largest remainder; empty pieces are left out."""
    assert cut_parts((), 1, 1) == ((), ())
    parts = (Share(1, 2, 10), Share(2, 1, 20))
    assert cut_parts(parts, 3, 30) == (parts, ())
    assert cut_parts(parts, 1, 10) == (
        (Share(1, 1, 3), Share(2, 0, 7)), (Share(1, 1, 7), Share(2, 1, 13)),
    )  # fmt: skip
    assert cut_parts(parts, 3, 3) == (
        (Share(1, 2, 1), Share(2, 1, 2)), (Share(1, 0, 9), Share(2, 0, 18)),
    )  # fmt: skip
    assert cut_parts((Share(1, 4, 0), Share(2, 0, 8)), 1, 0) == (
        (Share(1, 1, 0),), (Share(1, 3, 0), Share(2, 0, 8)),
    )  # fmt: skip
    assert cut_parts((Share(1, 2, -6), Share(2, 2, 6)), 2, 0) == (
        (Share(1, 1, -3), Share(2, 1, 3)), (Share(1, 1, -3), Share(2, 1, 3)),
    )  # fmt: skip
    assert cut_parts((Share(1, 1, -6), Share(2, -1, 6)), 0, 0) == (
        (Share(1, 1, -6), Share(2, -1, 6)), (),
    )  # fmt: skip
    assert cut_parts((Share(1, 1, -6), Share(2, -1, 6)), 1, 2) == (
        (Share(-1, 0, 2),), (Share(1, 1, -6), Share(2, -1, 6), Share(-1, 0, -2)),
    )  # fmt: skip


def test_parts_of_one_origin_are_one() -> None:
    shares = [Share(2, 1, 5), Share(1, 1, 1), Share(2, 2, -5), Share(3, 1, 1), Share(3, -1, -1)]
    assert merge_parts(shares) == (Share(2, 3, 0), Share(1, 1, 1))


# ── the average ──────────────────────────────────────────────────────────────────────────────────


def test_an_average() -> None:
    pool = filled(AveragePool("P"), (0, 3, 100), (1, 1, 20))
    assert (pool.quantity, pool.worth(), pool.layers()) == (4, 120, [Layer(-1, 4, 120)])
    assert pool.take(3) == [Slice(-1, 3, 90, (Share(0, 2, 75), Share(1, 1, 15)))]
    assert (pool.last_value, pool.last_quantity) == (0, 0)
    assert pool.made_of() == (Share(0, 1, 25), Share(1, 0, 5))
    assert pool.give_up() == [Slice(-1, 1, 30, pool.made_of())]
    assert pool.take(1) == [Slice(-1, 1, 30, (Share(0, 1, 25), Share(1, 0, 5)))]
    assert (pool.last_value, pool.last_quantity, pool.layers()) == (30, 1, [])
    assert (pool.counts_in(5, 3), pool.counts_in(0, 0)) == (True, True)


@pytest.mark.parametrize(
    ("wanted", "value", "taken"),
    [([(0, 1), (1, 1)], 40, (2, 40)), ([(0, 2)], 900, (2, 120)), ([(0, 4)], 7, (4, 120)),
     ([(0, 9)], 7, (4, 120))],
)  # fmt: skip
def test_cited_goods_of_an_average(
    wanted: list[tuple[int, int]], value: int, taken: tuple[int, int]
) -> None:
    pool = AveragePool("P")
    pool.put(Slice(0, 4, 120))
    assert pool.take_cited(wanted, value) == [Slice(-1, *taken)]
    assert (pool.held(0, 3), pool.held(0, 1)) == (min(3, 4 - taken[0]), min(1, 4 - taken[0]))
    assert pool.take_cited([(0, 0)], 5) == []


def test_an_average_worth_more_or_less() -> None:
    pool = AveragePool("P")
    pool.put(Slice(0, 2, 50))
    assert (pool.revalue(3, -1, -20), pool.worth(), pool.made_of()) == (-20, 30, ())
    filled(pool, (4, 1, 10))
    assert (pool.revalue(5, -1, -99), pool.worth()) == (-40, 0)
    assert pool.made_of() == (Share(4, 1, 10), Share(5, 0, -40))


def test_an_average_of_many_receipts_is_a_mix() -> None:
    pool = AveragePool("P", [(), ()])
    filled(pool, *((at, 1, at) for at in range(PARTS_MAX)))
    assert (len(pool.made_of()), len(pool.mixes)) == (16, 2)
    filled(pool, (99, 1, 5))
    assert len(pool.mixes[2]) == 17
    assert pool.made_of() == (Share(-4, 17, 125),)


# ── layers ───────────────────────────────────────────────────────────────────────────────────────


def test_layers_lie_in_the_order_of_their_receipts() -> None:
    """What comes back from another pool joins its layer, or takes its old place."""
    pool = FifoPool("P")
    filled(pool, (2, 3, 30), (6, 2, 40), (4, 1, 15), (6, 1, 20))
    assert (pool.origins, pool.quantities, pool.values) == ([2, 4, 6], [3, 1, 3], [30, 15, 60])
    assert (pool.quantity, pool.worth()) == (7, 105)
    assert pool.give_up() == [part(2, 3, 30), part(4, 1, 15), part(6, 3, 60)]
    assert pool.made_of() == (Share(2, 3, 30), Share(6, 3, 60), Share(4, 1, 15))


def test_first_in_first_out() -> None:
    pool = filled(FifoPool("P"), (2, 3, 100), (4, 1, 15))
    assert pool.take(1) == [part(2, 1, 33)]
    assert (pool.last_value, pool.last_quantity) == (100, 3)
    assert pool.take(3) == [part(2, 2, 67), part(4, 1, 15)]
    assert (pool.quantity, pool.layers(), pool.made_of(), pool.worth()) == (0, [], (), 0)
    assert (pool.last_value, pool.last_quantity) == (15, 1)
    assert isinstance(pool, FifoPool)
    assert pool.parts == {}


def test_last_in_first_out() -> None:
    pool = LifoPool("P")
    filled(pool, (2, 3, 100), (4, 1, 15))
    assert pool.take(2) == [part(4, 1, 15), part(2, 1, 33)]
    assert (pool.origins, pool.quantities, pool.values) == ([2], [2], [67])


@pytest.mark.parametrize(("count", "dropped_at"), [(1030, 1026), (2100, 1052)])
def test_used_up_layers_are_forgotten(count: int, dropped_at: int) -> None:
    """More than USED_MAX of them, and more than half of all."""
    assert USED_MAX == 1024
    pool, run = FifoPool("P"), Run([], {}, provenance=False, setting=Setting())
    pool.origins, pool.quantities, pool.values = list(range(count)), [1] * count, [5] * count
    pool.quantity = count
    pool.take(dropped_at - 1)
    assert (len(pool.origins), pool.head) == (count, dropped_at - 2)
    pool.take(1)
    assert (len(pool.origins), pool.head) == (count - dropped_at + 1, 0)
    assert pool.origins[0] == dropped_at - 1
    assert len(pool.quantities) == len(pool.values) == len(pool.origins)
    run.rows = [issue(dropped_at - 1), issue(1)]
    run.costs = [0, 0]
    pool = FifoPool("P")
    pool.origins, pool.quantities, pool.values = list(range(count)), [1] * count, [5] * count
    pool.quantity = count
    run.quick = {"A": pool}
    apply_all(run, 0, 1)
    assert (len(pool.origins), pool.head) == (count, dropped_at - 2)
    apply_all(run, 1)
    assert (len(pool.origins), pool.head) == (count - dropped_at + 1, 0)
    assert (pool.origins[0], pool.quantities[0], pool.values[0]) == (dropped_at - 1, 0, 0)
    assert run.costs == [5 * (dropped_at - 1), 5]


def layered(since: int = 0) -> LayeredPool:
    pool = FifoPool("P")
    filled(pool, (2, 3, 100), (4, 2, 40))
    pool.since = since
    return pool


def test_cited_layers() -> None:
    pool = layered()
    assert [pool.held(at, 9) for at in (2, 3, 4, 5)] == [3, 0, 2, 0]
    assert pool.take_cited([(4, 1), (3, 1), (2, 9)], 0) == [part(4, 1, 20), part(2, 3, 100)]
    pool = layered()
    assert pool.take_cited([(2, 2)], 30) == [part(2, 2, 67)]
    pool = layered()
    assert pool.take_cited([(2, 2)], 30, [30]) == [part(2, 2, 30)]
    assert pool.layers() == [Layer(2, 1, 70), Layer(4, 2, 40)]
    pool = layered()
    assert pool.take_cited([(2, 2)], 300, [300]) == [part(2, 2, 100)]
    pool = layered()  # all of it, or more than it: what it is worth
    assert pool.take_cited([(2, 3)], 30, [30]) == [part(2, 3, 100)]
    pool = layered()
    assert pool.take_cited([(4, 3)], 30, [30]) == [part(4, 2, 40)]
    pool = layered()  # of several each as it is stated
    assert pool.take_cited([(2, 1), (4, 1)], 9, [5, 4]) == [part(2, 1, 5), part(4, 1, 4)]
    assert pool.layers() == [Layer(2, 2, 95), Layer(4, 1, 36)]
    pool = layered()
    assert pool.take_cited([(2, 1), (4, 1)], 9) == [part(2, 1, 33), part(4, 1, 20)]
    pool = layered()  # nothing of line 3 is there
    wanted = [(2, 1), (3, 1), (4, 1)]
    assert pool.take_cited(wanted, 9, [5, 3, 1]) == [part(2, 1, 5), part(4, 1, 1)]


def test_goods_of_before_a_change_of_method_lie_together() -> None:
    pool = FifoPool("P")
    filled(pool, (-1, 3, 100), (6, 2, 40))
    assert [pool.held(at, 9) for at in (2, 6, 7)] == [0, 2, 0]
    pool.since = 5
    assert [pool.held(at, 9) for at in (4, 5, 6)] == [3, 0, 2]
    pairs = [(4, 4), (4, 5), (5, 4), (5, 5)]
    assert [pool.counts_in(*pair) for pair in pairs] == [True, False, False, False]


def test_layers_worth_more_or_less() -> None:
    pool = layered()
    assert pool.revalue(9, 2, 11) == 11
    assert pool.revalue(9, 4, -60) == -40
    assert (pool.values, pool.worth()) == ([111, 0], 111)
    assert pool.parts[2] == (Share(2, 3, 100), Share(9, 0, 11))
    pool = layered()
    assert pool.revalue(9, -1, 14) == 14  # in proportion to value
    assert pool.values == [110, 44]
    free = filled(FifoPool("P"), (2, 3, 0), (4, 1, 0))
    assert free.revalue(9, -1, 8) == 8  # of nothing: to quantity
    assert [layer.value for layer in free.layers()] == [6, 2]
    assert free.made_of() == (Share(2, 3, 0), Share(9, 0, 8), Share(4, 1, 0))
    used = layered()
    used.take(3)
    used.take(1)
    assert (used.head, used.revalue(9, -1, 5), used.worth()) == (1, 5, 25)
    first = filled(FifoPool("P"), (0, 1, 5), (1, 1, 5))
    assert (first.revalue(9, 0, 6), first.layers()) == (6, [Layer(0, 1, 11), Layer(1, 1, 5)])
    silent = FifoPool("P")
    silent.put(Slice(2, 1, 5))
    assert (silent.revalue(9, 2, 5), silent.parts) == (5, {})


def test_a_used_up_layer_is_no_home() -> None:
    pool = layered()
    pool.take(4)
    assert (pool.head, pool.held(2, 9), pool.held(4, 9)) == (1, 0, 1)
    assert pool.layers() == [Layer(4, 1, 20)]
    lone = FifoPool("P")
    lone.put(Slice(0, 2, 9))
    assert (lone.held(0, 1), lone.take_cited([(0, 2)], 0)) == (2, [Slice(0, 2, 9)])
    assert lone.take_cited([(0, 1)], 0) == []


# ── the quick loop ───────────────────────────────────────────────────────────────────────────────


def quick_run(
    monkeypatch: pytest.MonkeyPatch, method: str, lines: list[CostLine]
) -> tuple[Run, Pool, list[int]]:
    """Cost lines on a pool A with 3 for 1.00; gives which of them were handed over."""
    handed: list[int] = []
    monkeypatch.setattr(quick, "apply", lambda _, at: handed.append(at))
    policy = {"P": CostPolicy(method)}
    run = Run([receive(3, 100), *lines], policy, provenance=False, setting=Setting())
    pool = run.pool(0, "A")
    pool.put(Slice(0, 3, 100))
    apply_all(run, 1)
    return run, pool, handed


PLAIN = [receive(2, 50), receive(1, 0), issue(1), issue(4), issue(1)]


@pytest.mark.parametrize(
    ("method", "costs", "last"),
    [
        ("fifo", [50, 0, 33, 67 + 50, 0], (0, 1)),
        ("lifo", [50, 0, 0, 50 + 67, 33], (33, 1)),
        ("moving-average", [50, 0, 25, 100, 25], (25, 1)),
    ],
)
def test_what_is_plain_is_quick(
    monkeypatch: pytest.MonkeyPatch, method: str, costs: list[int], last: tuple[int, int]
) -> None:
    run, pool, handed = quick_run(monkeypatch, method, PLAIN)
    assert (run.costs[1:], handed) == (costs, [])
    assert (pool.quantity, pool.worth(), pool.layers()) == (0, 0, [])
    assert (pool.last_value, pool.last_quantity) == last


@pytest.mark.parametrize("method", ["fifo", "lifo", "moving-average"])
def test_what_stays_is_worth_the_rest(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    run, pool, _ = quick_run(monkeypatch, method, [issue(1), issue(1)])
    assert (run.costs[1:], pool.quantity, pool.worth()) == ([33, 34], 1, 33)
    last = (100, 3), (67, 2)
    known = (pool.last_value, pool.last_quantity)
    assert known == ((0, 0) if method == "moving-average" else last[1])


@pytest.mark.parametrize("method", ["fifo", "lifo", "moving-average"])
@pytest.mark.parametrize(
    "line",
    [
        issue(4), issue(1, cites=0), issue(0), issue(1, "B"), issue(1, item="Q"), move(1),
        receive(1, None), receive(1, -1), receive(1, 5, "B"), receive(1, 5, item="Q"),
        receive(0, 5), receive(1, 5)._replace(cites=0),
        CostLine(Kind.CONSUME, "P", 1, "A", "A", 5, -1, "W1"),
    ],
)  # fmt: skip
def test_what_is_not_plain_is_handed_over(
    monkeypatch: pytest.MonkeyPatch, method: str, line: CostLine
) -> None:
    _, pool, handed = quick_run(monkeypatch, method, [line, issue(1)])
    assert (handed, pool.quantity) == ([1], 2)


def test_shortages_and_other_methods_are_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for method in ("specific", "standard"):
        _, pool, handed = quick_run(monkeypatch, method, [receive(1, 5), issue(1)])
        assert (handed, pool.quantity) == ([1, 2], 3)
    run, pool, handed = quick_run(monkeypatch, "fifo", [receive(1, 5), receive(2, 5)])
    pool.shortages = [Shortage(0, 1, 1)]
    apply_all(run, 1, 2)
    assert handed == [1]
    apply_all(run)
    assert handed == [1, 0, 1, 2]
