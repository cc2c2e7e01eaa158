"""The pool of a periodic method, call by call: what it holds, gives and remembers."""

from __future__ import annotations

from itertools import product

import pytest

from invledger.costing.interface import Share
from invledger.costing.periodic_pool import Amount, ListPool, PeriodicLifoPool, PeriodicPool
from invledger.costing.pool import Shortage, Slice, merge_parts

pytestmark = pytest.mark.req("CO-03", "CO-05")


def pool(quantity: int = 0, value: int = 0, base: int | None = None) -> PeriodicPool:
    made = PeriodicPool("P")
    made.quantity, made.value = quantity, value
    made.base = quantity if base is None else base
    return made


def amount(of: PeriodicPool) -> Amount:
    return Amount(of.quantity, of.value, of.base)


def test_a_new_pool_knows_nothing() -> None:
    new = PeriodicPool("P")
    assert (new.last_in, new.lent_last, new.mix, new.whole_of, new.line) == (
        -1, -1, -1, -1, (-1, 0, 0),
    )  # fmt: skip
    assert (amount(new), new.opening, new.opens_at, new.lent, new.gone) == (
        Amount(), Amount(), 0, Amount(), Amount(),
    )  # fmt: skip
    assert not any((new.is_cyclic, new.is_priced, new.is_over, new.is_traced, new.at_list))
    assert new.unit == new.unit_cost() == (0, 0)
    new.price({}, {}, Amount())
    assert (new.shortages, new.quantity) == ([], 0)
    assert ListPool("P").at_list
    assert PeriodicLifoPool("P").layered


def test_goods_bring_their_base_with_them() -> None:
    """All of a line: its base; a part: its part, rounded; between periods: the quantity."""
    one = pool(1, 5, 2)
    one.line = (3, 10, 4)
    one.put(Slice(3, 4, 100))
    assert (amount(one), one.last_in) == (Amount(5, 105, 12), 3)
    one.put(Slice(3, 1, 9))
    assert amount(one) == Amount(6, 114, 15)  # 10 / 4 = 2.5
    one.line = (2, 7, 0)
    one.put(Slice(2, 1, 1))
    assert (amount(one), one.last_in) == (Amount(7, 115, 22), 3)
    one.line = (-1, 50, 3)
    one.put(Slice(-1, 3, 9))
    assert amount(one) == Amount(10, 124, 25)
    one.line = (0, 5, 2)
    one.put(Slice(0, 2, 8))
    assert amount(one) == Amount(12, 132, 30)
    assert one.came == []


def test_what_comes_back_was_lent_already() -> None:
    one = pool(5, 100)
    one.returning = {4: Amount(1, 20, 1), 6: Amount(1, 7, 1)}
    one.line = (4, 3, 3)
    one.put(Slice(4, 3, 70))
    assert amount(one) == Amount(7, 150, 7)
    assert one.returning == {6: Amount(1, 7, 1)}


def test_what_left_before_pricing_is_counted_as_gone() -> None:
    one = pool(9, 90, 18)
    one.lent_lines = {4, 5}
    one.line = (4, 6, 3)
    assert one.take(3) == [Slice(-1, 3, 30)]
    assert (one.gone, amount(one)) == (Amount(3, 30, 6), Amount(6, 60, 12))
    one.line = (5, 4, 2)
    one.put(Slice(5, 2, 25))
    assert (one.gone, amount(one)) == (Amount(1, 5, 2), Amount(8, 85, 16))
    one.line = (6, 2, 1)
    one.take(1)
    assert one.gone == Amount(1, 5, 2)


def test_a_line_leaves_at_the_cost_planned_for_it() -> None:
    one = pool(3, 100, 6)
    one.planned, one.line = {7: 35, 8: 99}, (7, 2, 1)
    assert one.take(1) == [Slice(-1, 1, 35)]
    assert (amount(one), one.planned) == (Amount(2, 65, 4), {8: 99})
    one.line = (8, 5, 3)  # but a part of it by share
    assert one.take(1) == [Slice(-1, 1, 33)]  # 32.5
    assert amount(one) == Amount(1, 32, 2)  # 5 / 3 = 1.67
    low = pool(2, -5)
    low.line = (1, 1, 1)
    assert low.take(1) == [Slice(-1, 1, 0)]
    low.line = (1, 3, 0)
    assert low.take(1) == [Slice(-1, 1, 0)]
    assert low.base == 2 - 1 - 3


@pytest.mark.parametrize(
    ("wanted", "value", "taken"),
    [
        ([(0, 2), (1, 1)], 20, [Slice(-1, 3, 20)]),
        ([(0, 2), (1, 1)], 70, [Slice(-1, 3, 50)]),  # never more than is there
        ([(0, 2)], -4, [Slice(-1, 2, 0)]),  # nor less than nothing
        ([(0, 5)], 20, [Slice(-1, 5, 50)]),  # who takes all takes its value
        ([(0, 9)], 20, [Slice(-1, 5, 50)]),
        ([(0, 0)], 20, []),
        ([], 20, []),
    ],
)
def test_cited_goods(wanted: list[tuple[int, int]], value: int, taken: list[Slice]) -> None:
    assert pool(5, 50).take_cited(wanted, value) == taken


def test_a_planned_line_leaves_at_its_plan_whatever_it_cites() -> None:
    one = pool(5, 50)
    one.planned, one.line = {7: 35}, (7, 2, 2)
    assert one.take_cited([(0, 2)], 20) == [Slice(-1, 2, 35)]


def test_what_counts_as_held_of_a_receipt() -> None:
    """Of the period: what is there; of before it: the opening; late: what is left."""
    one = pool(8, 80)
    one.opens_at, one.opening = 10, Amount(3, 30, 3)
    one.lent, one.gone = Amount(-2, -20, -2), Amount(1, 10, 1)
    assert one.whole() == Amount(11, 110, 11)
    assert [one.held(10, 20), one.held(10, 5), one.held(9, 20), one.held(9, 2)] == [11, 5, 3, 2]
    one.is_over = True
    assert [one.held(10, 20), one.held(9, 20), one.held(9, 2)] == [8, 8, 2]
    one.is_over, one.is_priced = False, True
    assert [one.held(10, 20), one.held(9, 20), one.held(9, 2)] == [8, 8, 2]


def test_what_of_others_counts_in() -> None:
    one = pool()
    one.opens_at = 10
    seen = {pair: one.counts_in(*pair) for pair in product((9, 10), (9, 10))}
    assert seen == {(9, 9): True, (9, 10): True, (10, 9): False, (10, 10): True}
    one.is_over = True
    assert one.counts_in(10, 9)
    one.is_over, one.is_priced = False, True
    assert one.counts_in(10, 9)


def test_a_change_of_value_never_goes_below_nothing() -> None:
    one = pool(2, 30)
    assert [one.revalue(5, -1, 7), one.revalue(5, -1, -40), one.value] == [7, -37, 0]
    assert one.came == []
    one.is_traced = True
    assert one.revalue(6, -1, -4) == 0
    assert one.came == []
    assert one.revalue(6, -1, 4) == 4
    assert one.came == [Share(6, 0, 4)]
    assert pool(0, 0).revalue(1, -1, 5) == 0
    single = pool(1, 0)
    assert single.revalue(1, -1, 5) == 5


def test_the_unit_cost_known_best() -> None:
    """The period's where it is priced, else the opening's, else the last, else what there is."""
    one = pool(4, 44, 8)
    assert one.unit_cost() == (44, 8)
    one.last_value, one.last_quantity = 9, 1
    assert one.unit_cost() == (9, 1)
    one.opening = Amount(1, 6, 1)
    assert one.unit_cost() == (6, 1)
    one.unit = (5, 1)
    assert one.unit_cost() == (6, 1)
    one.is_priced = True
    assert one.unit_cost() == (5, 1)
    one.unit = (5, 0)
    assert one.unit_cost() == (6, 1)
    one.opening, one.last_quantity = Amount(), 0
    assert one.unit_cost() == (0, 0)
    one.is_priced = False
    one.value, one.base = -3, -2
    assert one.unit_cost() == (0, 0)


def test_a_list_price_counts_its_own_goods() -> None:
    """Cost 0.75 per 1.00 of list value; the line's 4 pieces list at 20: (3 x 20) / (4 x 4)."""
    one = ListPool("P")
    one.is_priced, one.unit, one.line = True, (3, 4), (0, 20, 4)
    assert one.unit_cost() == (60, 16)


def test_lines_lent_to_a_circle() -> None:
    one = pool(1, 10)
    one.lend({3: 40, 5: 60}, {3, 5}, Amount(2, 100, 3))
    assert (amount(one), one.lent, one.lent_last) == (Amount(3, 110, 4), Amount(2, 100, 3), 5)
    assert (one.planned, one.lent_lines) == ({3: 40, 5: 60}, {3, 5})
    assert (one.is_cyclic, one.mixes, one.mix) == (True, [()], 0)
    one.lend({}, {9}, Amount(1, 5, 1))
    assert (one.lent, one.lent_last, one.lent_lines) == (Amount(3, 105, 4), 5, {3, 5, 9})
    assert (amount(one), one.mixes, one.mix) == (Amount(4, 115, 5), [()], 0)
    other = PeriodicPool("P", [(), ()])
    other.lend({1: 1}, {1}, Amount(1, 1, 1))
    assert (other.mix, len(other.mixes)) == (2, 3)


def test_pricing_settles_what_was_lent() -> None:
    one = pool(1, 10)
    one.lend({3: 40}, {3}, Amount(2, 90, 2))
    one.gone = Amount(1, 1, 1)
    one.price({8: 4}, {9: Amount(1, 5, 1)}, Amount(4, 44, 8))
    assert amount(one) == Amount(2, 15, 2)
    assert (one.lent, one.gone, one.lent_lines, one.shortages) == (Amount(), Amount(), set(), [])
    assert (one.planned, one.returning) == ({3: 40, 8: 4}, {9: Amount(1, 5, 1)})
    assert (one.unit, one.is_priced) == ((44, 8), True)
    assert (one.last_value, one.last_quantity) == (44, 4)


def test_pricing_of_more_than_ever_came_is_a_shortage() -> None:
    one = pool(1, 10)
    one.is_traced = True
    one.lend({3: 40, 4: 50}, {3, 4}, Amount(3, 90, 3))
    one.line = (4, 3, 3)
    one._take(3, 95)  # what left of 1 + 3
    one.price({}, {}, Amount(1, -10, 1))
    assert one.shortages == [Shortage(4, 2, 85)]
    assert amount(one) == Amount(0, 0, 0)
    assert (one.unit, one.last_quantity) == ((0, 1), 0)
    assert (one.mixes, one.parts) == ([(Share(-1, 2, 85),)], (Share(-2, -1, -10),))
    rich = pool(1, 10)
    rich.lend({3: 1}, {3}, Amount(3, 9, 3))
    rich.line = (3, 3, 3)
    rich._take(3, 2)
    rich.price({}, {}, Amount(1, -10, 1))
    assert (rich.shortages, amount(rich)) == ([Shortage(3, 2, 0)], Amount(0, 8, 0))


@pytest.mark.parametrize(
    ("quantity", "unit", "last"),
    [(1, (1, 9, 1), (9, 1)), (0, (4, 9, 4), (3, 2)), (1, (0, 9, 1), (3, 2)),
     (1, (2, -9, 1), (0, 2))],
)  # fmt: skip
def test_the_last_known_cost(
    quantity: int, unit: tuple[int, int, int], last: tuple[int, int]
) -> None:
    one = pool(quantity, 5)
    one.last_value, one.last_quantity = 3, 2
    one.price({}, {}, Amount(*unit))
    assert (one.last_value, one.last_quantity) == last


def test_closing_takes_stray_cents_out() -> None:
    one = pool(1, 12, 3)
    one.returning, one.parts, one.came = {4: Amount(1, 7, 1)}, (Share(0, 0, 5),), [Share(1, 0, 1)]
    one.planned, one.line, one.is_cyclic, one.is_priced, one.mix = {1: 1}, (4, 1, 1), True, True, 0
    assert one.close() == 5
    assert (amount(one), [*one.parts, *one.came]) == (Amount(), [])
    assert (one.planned, one.returning, one.is_over, one.mix) == ({}, {}, True, -1)
    assert (one.is_cyclic, one.is_priced, one.line) == (False, False, (-1, 0, 0))


def test_closing_keeps_what_lies_on_goods() -> None:
    one = pool(3, 20, 5)
    one.returning = {4: Amount(1, 8, 3)}
    one.is_traced, one.parts, one.came = True, (Share(0, 2, 12),), [Share(1, 0, 0)]
    assert (one.close(), amount(one), one.parts) == (0, Amount(2, 12, 2), (Share(0, 2, 12),))
    free = pool(2, 0)
    free.parts = (Share(0, 2, 0),)
    assert (free.close(), free.parts) == (0, (Share(0, 2, 0),))
    low = pool(2, -3)
    low.whole_of, low.parts, low.came = 7, (Share(0, 2, -3),), [Share(1, 0, 0)]
    assert (low.close(), amount(low)) == (-3, Amount(2, 0, 2))
    assert [*low.parts, *low.came] == []
    traced = pool(2, -3)
    traced.is_traced, traced.whole_of = True, 7
    assert (traced.close(), traced.parts) == (-3, (Share(7, 2, 0),))
    low.begin(9)
    assert (low.opening, low.opens_at, low.is_over) == (Amount(2, 0, 2), 9, False)


def shares(of: PeriodicPool, at: int, quantity: int, value: int) -> tuple[Share, ...]:
    of.line = (at, quantity, quantity)
    of.put(Slice(at, quantity, value, (Share(at, quantity, value),)))
    return of.made_of()


def traced() -> PeriodicPool:
    made = PeriodicPool("P")
    made.is_traced = True
    return made


def test_one_receipt_names_itself() -> None:
    one = traced()
    assert shares(one, 3, 4, 40) == (Share(3, 4, 40),)
    one.price({8: 11, 9: 9}, {}, Amount(4, 40, 4))
    assert (one.parts, one.whole_of, one.mix, one.mixes) == ((Share(3, 4, 40),), 3, -1, [])
    one.line = (8, 1, 1)
    assert one.take(1)[0].parts == (Share(3, 1, 11),)
    assert one.made_of() == (Share(3, 3, 29),)
    one.line = (9, 3, 3)
    assert one.take(3)[0].parts == (Share(3, 3, 9),)
    assert one.made_of() == (Share(3, 0, 20),)


def test_several_receipts_are_one_mix() -> None:
    one = traced()
    shares(one, 3, 4, 40)
    assert shares(one, 5, 2, 26) == (Share(3, 4, 40), Share(5, 2, 26))
    one.price({8: 12}, {}, Amount(6, 66, 6))
    assert (one.mixes, one.mix) == ([(Share(3, 4, 40), Share(5, 2, 26))], 0)
    assert (one.parts, one.whole_of) == ((Share(-2, 6, 66),), -2)
    one.line = (8, 1, 1)
    assert one.take(1)[0].parts == (Share(-2, 1, 12),)
    assert one.made_of() == (Share(-2, 5, 54),)
    assert shares(one, 9, 1, 10) == (Share(-2, 5, 54), Share(9, 1, 10))  # after pricing
    assert one.came == []


def test_a_circle_has_its_mix_before_it_is_known() -> None:
    one = PeriodicPool("P", [(), (), ()])
    one.is_traced = True
    shares(one, 3, 4, 40)
    one.lend({5: 9}, {5}, Amount(1, 9, 1))
    one.line = (5, 1, 1)
    assert one.take(1)[0].parts == (Share(-5, 1, 9),)
    assert one.came[-1] == Share(-5, -1, -9)
    one.line = (6, 2, 2)  # comes from the circle: under its own number
    one.put(Slice(6, 2, 30, (Share(-3, 2, 30),)))
    assert one.came[-1] == Share(6, 2, 30)
    one.price({}, {}, one.whole())
    assert one.mixes[3:] == [(Share(3, 4, 40), Share(6, 2, 30))]
    assert (one.parts, one.whole_of, one.quantity) == ((Share(-5, 5, 61),), -5, 5)


def test_goods_that_go_back_before_the_price_is_known() -> None:
    one = traced()
    shares(one, 3, 4, 40)
    shares(one, 5, 4, 80)
    one.line = (6, 2, 2)
    parts = one.take_cited([(4, 2)], 30)[0].parts
    assert parts == (Share(3, 1, 10), Share(5, 1, 20))  # nothing of 4 is here: pro rata
    assert (one.made_of(), one.came) == ((Share(3, 3, 30), Share(5, 3, 60)), [])
    one.line = (7, 2, 2)
    assert one.take_cited([(5, 2)], 50)[0].parts == (Share(5, 2, 50),)
    one.line = (7, 4, 4)
    assert one.take(4)[0].parts == (Share(3, 3, 30), Share(5, 1, 10))
    assert one.made_of() == ()
    one.line = (8, 1, 1)
    assert one._take(1, 5).parts == (Share(-1, 1, 5),)  # of nothing known
    assert one.made_of() == (Share(-1, -1, -5),)


@pytest.mark.parametrize(
    ("named", "value", "taken"),
    [
        ([(5, 3)], 24, [(5, 3, 24)]),
        ([(5, 4)], 80, [(5, 4, 80)]),  # all of it
        ([(3, 2), (5, 1)], 40, [(3, 2, 20), (5, 1, 20)]),
        ([(3, 2), (5, 1)], 60, [(3, 2, 30), (5, 1, 30)]),  # in proportion to what they are worth
        ([(5, 5)], 90, [(3, 2, 36), (5, 2, 72), (9, 1, -18)]),  # more than of 5: of all alike
        ([(5, 1), (4, 2)], 60, [(3, 1, 24), (5, 1, 48), (9, 1, -12)]),  # of 4 nothing is here
        ([(9, 1)], 20, [(9, 1, 20)]),
        ([(3, 1), (8, 1)], 0, [(3, 1, 0), (5, 1, 0)]),
        ([(6, 1)], 5, [(3, 1, 2), (5, 0, 4), (9, 0, -1)]),  # that has no value
    ],
)
def test_what_is_named_leaves_of_its_own(
    named: list[tuple[int, int]], value: int, taken: list[tuple[int, int, int]]
) -> None:
    """4 for 0.40, 4 for 0.80 and, in the red, 2 for -0.20."""
    one = traced()
    shares(one, 3, 4, 40)
    shares(one, 5, 4, 80)
    shares(one, 9, 2, -20)
    units = sum(quantity for _, quantity in named)
    one.line = (10, units, units)
    before = one.made_of()
    (piece,) = one.take_cited(named, value)
    assert piece.parts == tuple(Share(*part) for part in taken)
    assert sorted(merge_parts((*one.made_of(), *piece.parts))) == sorted(before)


@pytest.mark.parametrize(
    ("parts", "quantity", "value", "taken"),
    [
        # all of it, though one part alone is more
        ([(7, 5, 50), (9, -2, -20)], 3, 30, [(7, 5, 50), (9, -2, -20)]),
        # as much as the first part: pro rata of all parts
        ([(7, 3, 30), (9, 2, 30)], 3, 36, [(7, 2, 18), (9, 1, 18)]),
        # less than the first: of that mix
        ([(7, 3, 30), (9, 2, 30)], 2, 24, [(7, 2, 24)]),
        # more than is known
        ([(3, 1, 10)], 2, 15, [(7, 2, 15)]),
    ],
)
def test_what_leaves_is_made_of(
    parts: list[tuple[int, int, int]], quantity: int, value: int, taken: list[tuple[int, int, int]]
) -> None:
    one = pool(9, 90)
    one.is_traced, one.is_priced, one.whole_of = True, True, 7
    one.parts = tuple(Share(*part) for part in parts)
    assert one._take(quantity, value).parts == tuple(Share(*part) for part in taken)
