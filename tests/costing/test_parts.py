"""Small parts of the kernel, each by itself: what it checks, notes and estimates; by hand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from invledger.costing import (
    Costed,
    CostLine,
    KernelError,
    Kind,
    PoolState,
    Setting,
    Share,
    Trouble,
    TrueUp,
    cost,
    kernel,
    problem_of,
)
from invledger.costing.components import components, ways_out
from invledger.costing.conserve import check_conservation
from invledger.costing.order import Order, Settlement
from invledger.costing.pool import Slice
from invledger.costing.run import Run
from invledger.costing.watching import Watch
from invledger.model import CostPolicy, Place
from tests.costing.lines import (
    add,
    consume,
    hand_back,
    issue,
    move,
    produce,
    receive,
    return_in,
    revalue,
)

pytestmark = pytest.mark.req("CO-01", "CO-08", "CO-09")

# ── conservation ─────────────────────────────────────────────────────────────────────────────────

Tamper = Callable[[Run, Costed], None]


def seen(monkeypatch: pytest.MonkeyPatch) -> tuple[Run, Costed]:
    """A run with every kind of flow, as conservation sees it at the end."""
    found: list[tuple[Run, Costed]] = []
    monkeypatch.setattr(kernel, "check_conservation", lambda *args: found.append(args))
    lines = [
        receive(9, 900), issue(2), consume(4), add(50), hand_back(1, 2), produce(2, 100),
        move(1), revalue(30, 0), issue(9, "B"), receive(9, 990, "B"), issue(0), produce(1, 10),
        CostLine(Kind.SETTLE, "", 0, "", "", None, -1, "W1"),
    ]  # fmt: skip
    policies = {"P": CostPolicy("fifo", negative="provisional"), "Q": CostPolicy("fifo")}
    setting = Setting(estimates=frozenset({11}))
    cost(lines, policies, provenance=True, setting=setting)
    return found[0]


def one_more(key: str, name: str) -> Tamper:
    def tamper(_: Run, costed: Costed) -> None:
        state = costed.pools[key]
        setattr(state, name, getattr(state, name) + 1)

    return tamper


def cost_more(at: int) -> Tamper:
    def tamper(run: Run, _: Costed) -> None:
        run.costs[at] += 1

    return tamper


def row(run: Run, line: CostLine) -> None:
    assert isinstance(run.rows, list)
    run.rows.append(line)
    run.costs.append(0)


TAMPERS: dict[str, Tamper] = {
    "a pool's quantity": one_more("A", "quantity"),
    "a pool's value": one_more("A", "value"),
    **{f"what line {at} cost": cost_more(at) for at in (0, 1, 2, 3, 4, 5, 6, 8, 9, 11, 12)},
    "late value": lambda run, _: run.revalued[7].append(("A", 1)),
    "a change of policy": lambda _, costed: costed.switched.append((0, "A", 5, 6)),
    "goods of a change": lambda run, _: run.rescoped.update({"A": 1}),
    "a true-up": lambda _, costed: costed.true_ups.append(TrueUp(9, 8, 0, 1)),
    "a true-up of an order": lambda _, costed: costed.true_ups.append(TrueUp(3, 2, 0, 1, "W1")),
    "an order": lambda _, costed: costed.orders.update(W1=costed.orders["W1"] + 1),
    "an order below nothing": lambda run, _: setattr(run.orders["W1"], "value", -1),
    "value that followed": lambda run, _: run.followed.setdefault(7, []).append(("W1", 1)),
    "a variance": lambda run, _: run.variances.update({2: 1}),
    "a variance of output": lambda run, _: run.variances.update({5: 1}),
    "a variance of a settlement": lambda run, _: run.variances.update({12: 1}),
    "what a settlement expensed": lambda run, _: run.cited.update({12: run.cited[12] + 1}),
    "whose hand-back": lambda run, _: run.handed_from.update({4: "W2"}),
    "shares": lambda _, costed: setattr(costed, "shares", [(), *(costed.shares or [])[1:]]),
    "goods of no pool": lambda run, _: row(run, receive(1, 0, "Z")),
    "goods out of no pool": lambda run, _: row(run, issue(1, "Z")),
    "a void line": lambda run, _: run.void.add(1),
}


@pytest.mark.parametrize("name", TAMPERS)
def test_nothing_comes_or_goes_by_itself(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    run, costed = seen(monkeypatch)
    check_conservation(run, costed)
    TAMPERS[name](run, costed)
    with pytest.raises(KernelError):
        check_conservation(run, costed)


def test_what_is_empty_is_conserved(monkeypatch: pytest.MonkeyPatch) -> None:
    run, costed = seen(monkeypatch)
    costed.pools["N"] = PoolState("P")
    costed.orders["W9"] = 0
    row(run, receive(2, 0, "Z"))
    row(run, issue(2, "Z"))
    row(run, receive(2, 0, "Z"))
    run.void.add(len(run.rows) - 1)
    costed.shares = None
    check_conservation(run, costed)
    bare = Costed([], {}, [], {}, {}, [])
    check_conservation(Run([], {}, provenance=False, setting=Setting()), bare)


# ── findings ─────────────────────────────────────────────────────────────────────────────────────


def said(code: str, **args: str) -> dict[str, str]:
    found = problem_of(
        Trouble(code, 3, tuple(args.items())), Place("x", 4), quantity_decimals=3,
        money_decimals=2, names={"P": "tea", "A": "main", "W1": "order 1"},
    )  # fmt: skip
    assert (found.code, found.place) == (code, Place("x", 4))
    return dict(found.args)


def test_integers_become_numbers() -> None:
    assert said("stock-short", item="P", pool="A", on_hand="1500", wanted="2000") == {
        "item": "tea", "pool": "main", "on_hand": "1.5", "wanted": "2",
    }  # fmt: skip
    assert said("value-negative", item="P", value="-1250") == {"item": "tea", "value": "-12.50"}
    assert said("quantity-not-positive", item="P", quantity="-500")["quantity"] == "-0.5"
    assert said("order-overdrawn", item="P", order="W1", left="1500", wanted="2000") == {
        "item": "tea", "order": "order 1", "left": "15.00", "wanted": "20.00",
    }  # fmt: skip
    assert said("cycle-mixed", items="P\nQ", pools="A\nB") == {"items": "tea Q", "pools": "main B"}
    bare = problem_of(
        Trouble("stock-short", 0, (("item", "P"), ("pool", "A"), ("on_hand", "1"))), Place("x", 1),
        quantity_decimals=0, money_decimals=2,
    )  # fmt: skip
    assert dict(bare.args) == {"item": "P", "pool": "A", "on_hand": "1"}


# ── graphs ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("after", "groups"),
    [
        ({1: [2], 2: [3], 3: []}, [{3}, {2}, {1}]),
        ({1: [2], 2: [1], 3: [1]}, [{1, 2}, {3}]),
        ({1: [2, 4], 2: [3], 3: [2, 1], 4: [5], 5: []}, [{5}, {4}, {1, 2, 3}]),
        # 4 leads to a group that is done: it is none of it
        ({1: [2], 2: [1], 4: [1, 5], 5: [4]}, [{1, 2}, {4, 5}]),
        # back to the middle, and through it to the root
        ({1: [2], 2: [3], 3: [4], 4: [2, 5], 5: [1]}, [{1, 2, 3, 4, 5}]),
        ({1: [2, 3], 2: [1], 3: [4], 4: [3]}, [{3, 4}, {1, 2}]),
        ({1: [1]}, [{1}]),
        ({}, []),
    ],
)
def test_what_reaches_each_other(after: dict[int, list[int]], groups: list[set[int]]) -> None:
    assert [set(group) for group in components(after, after)] == groups


def test_the_nearest_way_out() -> None:
    """From c by line 7; a by 3 through c, though 9 leads to b, which is farther; d nowhere."""
    into = {
        "out": [("c", 5), ("c", 7)],
        "c": [("a", 3), ("b", 4)],
        "b": [("a", 9)],
        "e": [("d", 1)],
    }
    lines, seen_nodes = ways_out(["out"], into)
    assert lines == {"c": 7, "a": 3, "b": 4}
    assert seen_nodes == {"out", "a", "b", "c"}


# ── a cost object ────────────────────────────────────────────────────────────────────────────────


def test_an_order() -> None:
    order = Order()
    assert (order.fed, order.completed, order.refused, order.portions) == (
        False, False, False, Fraction(0),
    )  # fmt: skip
    order.add(Share(1, 4, 40))
    order.add(Share(2, 0, 60))
    order.add(Share(1, -1, -10))
    assert (order.value, order.came, order.worth, order.fed) == (90, 90, 90, True)
    assert order.made_of() == (Share(1, 3, 30), Share(2, 0, 60))
    assert order.take(30) == (Share(1, 1, 10), Share(2, 0, 20))
    assert (order.value, order.came) == (60, 90)
    assert order.parts == {1: Share(1, 2, 20), 2: Share(2, 0, 40)}
    order.give(7, 25)
    order.give(8, 5)
    assert (order.value, order.worth) == (30, 60)
    assert order.made_of() == (
        Share(1, 2, 20), Share(2, 0, 40), Share(7, 0, -25), Share(8, 0, -5),
    )  # fmt: skip
    order.take_back(7, 15)
    order.take_back(8, 5)
    assert (order.given, order.value, order.worth) == ({7: 10}, 50, 60)
    assert order.take(60) == (Share(1, 2, 20), Share(2, 0, 40))
    assert (order.parts, order.value) == ({}, -10)


def test_free_inputs_are_taken_whole() -> None:
    order = Order()
    order.add(Share(1, 4, 0))
    assert order.take(0) == (Share(1, 4, 0),)


@pytest.mark.parametrize("completes", [True, False])
def test_a_settlement_undone(completes: bool) -> None:
    order = Order(value=5, completed=True)
    order.parts, order.given = {1: Share(1, 1, 10)}, {9: 3}
    taken = (Share(1, 2, 20), Share(4, 0, 7))
    order.restore(Settlement(taken, {8: 11}, (), completes))
    assert order.parts == {1: Share(1, 3, 30), 4: Share(4, 0, 7)}
    assert (order.value, order.given) == (5 + 27 - 11, {8: 11, 9: 3})
    assert order.completed is not completes


# ── what late value will need ────────────────────────────────────────────────────────────────────


def watch(lines: list[CostLine], setting: Setting | None = None) -> Watch:
    return Watch(lines, setting or Setting())


def test_only_goods_that_may_be_found_again_are_watched() -> None:
    late = revalue(10, 0)
    assert watch([receive(1, 1), late]).items == set()
    assert watch([receive(1, 1), consume(1), late]).items == {"P"}
    assert watch([receive(1, 1), move(1), late]).items == {"P"}
    assert watch([receive(1, 1), issue(1), return_in(1, 1), late]).items == {"P"}
    assert watch([receive(1, 1), issue(1), return_in(1, -1), late]).items == set()
    assert watch([receive(1, 1), consume(1)]).items == set()
    assert watch([receive(1, 1), consume(1), revalue(10)]).items == set()
    treated = Setting(treats={2: "on-hand-share"})
    assert watch([receive(1, 1), consume(1), late], treated).items == set()
    lines = [receive(1, 1, "X", "X"), receive(1, 1), consume(1), revalue(9, 0)]
    assert watch(lines).items == set()
    assert watch(lines, Setting(citations={3: ((0, 4), (1, 5))})).items == {"P"}
    assert watch([consume(1), produce(1)], Setting(estimates=frozenset({1, 7}))).items == set()
    used = consume(1)._replace(item="Q")
    assert watch([produce(1), used], Setting(estimates=frozenset({0}))).items == {"Q"}
    assert watch([receive(1, 1), consume(1), revalue(9, 7)]).items == set()


def test_products_are_watched_through_their_orders() -> None:
    """P goes into W1, whose Q goes into W2, whose R is moved."""
    lines = [
        CostLine(Kind.CONSUME, "Q", 1, "Q", "", None, -1, "W2"),
        CostLine(Kind.PRODUCE, "R", 1, "", "R", None, -1, "W2"),
        CostLine(Kind.MOVE, "R", 1, "R", "R2", None, -1, ""),
        receive(5, 500), consume(2), produce(1), hand_back(1, 4), revalue(10, 3),
        CostLine(Kind.MOVE, "Z", 1, "Z", "Z2", None, -1, ""),
    ]  # fmt: skip
    found = watch(lines)
    assert found.items == {"P", "Q", "R"}
    assert found.outputs == {"W2": [1], "W1": [5]}
    assert found.consumed == {"Q": [0], "P": [4]}
    assert found.backs == {4: [6]}
    assert watch(lines[:7]).outputs == {}


def test_where_goods_went() -> None:
    found = watch([])
    found.note(5, issue(9), [Slice(2, 3, 30), Slice(5, 1, 10), Slice(-1, 2, 20), Slice(4, 0, 5)])
    found.note(6, move(2), [Slice(2, 2, 20), Slice(-1, 2, 20)])
    found.note(7, issue(1), [Slice(0, 1, 1)])
    assert found.went == {("", 2): [(5, 3)], ("A", -1): [(5, 2), (6, 2)], ("", 0): [(7, 1)]}
