"""What leaves a period costs, function by function, each figure by hand."""

from __future__ import annotations

from itertools import starmap

import pytest

from invledger.costing.periodic_pool import Amount
from invledger.costing.pricing import (
    NOTHING,
    Post,
    Priced,
    Rule,
    price,
    returning,
    rule_of,
    spread_residue,
)
from invledger.model import CostPolicy

pytestmark = pytest.mark.req("CO-03", "CO-05")
AVERAGE, PLANNED, RETAIL = (CostPolicy(name) for name in ("periodic-average", "planned", "retail"))
THIRD = Rule(100, 3, value=100, base=3)


@pytest.mark.parametrize(
    ("decimals", "goods", "known", "expected"),
    [
        (None, (3, 100, 3), (7, 2), Rule(100, 3, value=100, base=3)),
        (None, (1, 9, 1), (7, 2), Rule(9, 1, value=9, base=1)),
        (None, (0, 0, 0), (7, 2), Rule(7, 2, value=7, base=2)),  # none here: what was known
        (None, (0, 0, 0), (4, 1), Rule(4, 1, value=4, base=1)),
        (None, (0, 8, 0), (5, 0), Rule(0, 1)),  # nothing known
        (None, (2, -5, 2), (7, 2), Rule(0, 2, base=2)),  # no cost is below nothing
        (2, (3, 1000, 3), (7, 2), Rule(33333, 100, 0, 33333, 2, 1000, 3)),
        (0, (3, 1000, 3), (7, 2), Rule(333, 1, 0, 333, 0, 1000, 3)),
        (-1, (3, 1000, 3), (7, 2), Rule(330, 1, 0, 33, -1, 1000, 3)),
        (-2, (3, 1000, 3), (7, 2), Rule(300, 1, 0, 3, -2, 1000, 3)),
    ],
)
def test_the_rule_of_an_average(
    decimals: int | None, goods: tuple[int, int, int], known: tuple[int, int], expected: Rule
) -> None:
    policy = CostPolicy("periodic-average", unit_decimals=decimals)
    assert rule_of(policy, Amount(*goods), Amount(9, 90, 9), known) == expected


@pytest.mark.parametrize(
    ("policy", "opening", "goods", "expected"),
    [
        (PLANNED, (5, 450, 500), (10, 1100, 1000), Rule(100, 1000, 1, value=100, base=1000)),
        (RETAIL, (5, 450, 500), (10, 700, 1000), Rule(700, 1000, 0, value=700, base=1000)),
        (CostPolicy("planned", rate="opening"), (5, 450, 500), (10, 1100, 1000),
         Rule(-50, 500, 1, value=-50, base=500)),
        (CostPolicy("planned", rate="opening"), (1, 3, 1), (10, 1100, 1000),
         Rule(2, 1, 1, value=2, base=1)),
        (CostPolicy("planned", rate="opening"), (0, 0, 0), (10, 1100, 1000),
         Rule(100, 1000, 1, value=100, base=1000)),
        (PLANNED, (0, 0, 0), (0, 7, 0), Rule(0, 1, 1)),  # planned value, no variance
        (RETAIL, (0, 0, 0), (0, 7, 0), Rule(1, 1, 0)),  # the selling price itself
        (PLANNED, (0, 0, 0), (1, 3, 1), Rule(2, 1, 1, value=2, base=1)),
        (RETAIL, (0, 0, 0), (1, -5, 10), Rule(0, 10, 0, value=0, base=10)),
        (CostPolicy("planned", rate_decimals=2), (0, 0, 0), (10, 1234, 1000),
         Rule(23, 100, 1, 23, 2, 234, 1000)),  # 23.4 %
        (CostPolicy("retail", rate_decimals=3), (0, 0, 0), (10, 777, 1111),
         Rule(699, 1000, 0, 699, 3, 777, 1111)),  # 0.69937
    ],
)  # fmt: skip
def test_the_rule_of_a_list_price(
    policy: CostPolicy, opening: tuple[int, int, int], goods: tuple[int, int, int], expected: Rule
) -> None:
    assert rule_of(policy, Amount(*goods), Amount(*opening), (7, 2)) == expected


def test_a_base_costs_its_planned_value_and_its_variance_rounded_once() -> None:
    assert [Rule(1, 2).cost(base) for base in (0, 1, 2, 3)] == [0, 1, 1, 2]
    assert Rule(-1, 4, 1).cost(10) == 7  # 10 - 2.5
    assert Rule(1, 4, 1).cost(10) == 13


def outs(*posts: tuple[int, int, str]) -> list[Post]:
    """Lines that leave: index, quantity; c: somebody comes back of it, i: to a cost object."""
    return [
        Post(at, quantity, quantity, is_cited="c" in marks, is_outside="i" not in marks)
        for at, quantity, marks in posts
    ]


@pytest.mark.parametrize(
    ("posts", "costs", "residue_at"),
    [
        ([(5, 1, ""), (7, 1, ""), (9, 1, "")], [33, 33, 34], 9),  # the last cent with the last
        ([(5, 1, ""), (7, 1, ""), (9, 1, "i")], [33, 34, 33], 7),  # or the last that is sold
        ([(5, 1, ""), (7, 1, "c"), (9, 1, "i")], [34, 33, 33], 5),  # of which nothing comes back
        ([(5, 1, "c"), (7, 1, "i"), (9, 1, "ci")], [33, 34, 33], 7),
        ([(5, 1, "c"), (7, 1, "ci"), (9, 1, "ci")], [33, 33, 34], 9),
    ],
)
def test_who_bears_the_residue(
    posts: list[tuple[int, int, str]], costs: list[int], residue_at: int
) -> None:
    """3 goods for 1.00 leave one by one; what comes back of some comes into other pools."""
    citers = {at: [(at, quantity), (11, 1)] for at, quantity, marks in posts if "c" in marks}
    priced = price((AVERAGE, THIRD), Amount(3, 100, 3), outs(*posts), citers)
    assert list(priced.costs.values()) == costs
    assert (priced.residue_at, priced.returning) == (residue_at, {})


def test_issues_share_one_total_though_something_stays() -> None:
    """7 for 1.00: 3 cost 42.86 together, 14.29 each."""
    rule = Rule(100, 7, value=100, base=7)
    posts = outs((1, 1, ""), (2, 1, ""), (3, 1, ""))
    assert price((AVERAGE, rule), Amount(7, 100, 7), posts, {}).costs == {1: 14, 2: 14, 3: 15}


@pytest.mark.parametrize(("ending", "cost"), [("rest", 3), ("rate", 2)])
def test_which_side_is_rounded(ending: str, cost: int) -> None:
    """2 for 5 cents, 1 leaves: 2.5 rounded where it leaves or where it stays."""
    policy = CostPolicy("periodic-average", ending=ending)
    priced = price((policy, Rule(5, 2)), Amount(2, 5, 2), outs((1, 1, "")), {})
    assert priced.costs == {1: cost}


def test_no_more_than_there_is() -> None:
    """A unit cost rounded up to 2: two of three goods for 3 cost 3; what stays costs nothing.

    And a rest valued first at 4 of 3 cents leaves nothing for what goes.
    """
    priced = price((AVERAGE, Rule(2, 1)), Amount(3, 3, 3), outs((1, 1, ""), (2, 1, "")), {})
    assert priced.costs == {1: 2, 2: 1}
    policy = CostPolicy("periodic-average", ending="rate")
    priced = price((policy, Rule(1, 1)), Amount(5, 3, 5), outs((1, 1, "")), {})
    assert priced.costs == {1: 0}
    assert price((policy, Rule(-9, 1)), Amount(5, 3, 5), outs((1, 1, "")), {}).costs == {1: 3}


def test_what_the_sold_cannot_give_up_the_others_do() -> None:
    """10 for 3 cents at 1 each: 1 sold, 5 to an order, 6 cost 3 together."""
    posts = outs((5, 1, ""), (7, 5, "i"))
    assert price((AVERAGE, Rule(1, 1)), Amount(10, 3, 10), posts, {}).costs == {5: 0, 7: 3}


def test_more_than_is_here_is_left_to_the_shortage() -> None:
    back = Post(4, 1, 1, is_back=True, cites=1)
    posts = [*outs((1, 2, ""), (2, 2, "")), back]
    priced = price((AVERAGE, Rule(10, 3)), Amount(2, 7, 2), posts, {1: [(1, 2), (4, 1)]})
    assert priced == Priced({1: 7, 2: 7}, {}, 2)
    assert price((AVERAGE, Rule(1, 1)), NOTHING, [], {}) == Priced({}, {}, -1)


def test_what_was_lent_before_belongs_to_the_total() -> None:
    """4 for 1.01 at 0.25, one was lent at 0.20: one more costs 0.30, all three 0.81."""
    rule, goods, lent = Rule(25, 1), Amount(4, 101, 4), Amount(1, 20, 1)
    one = price((AVERAGE, rule), goods, outs((1, 1, "")), {}, lent=lent)
    assert one.costs == {1: 30}
    posts = outs((1, 1, ""), (2, 1, ""), (3, 1, ""))
    assert price((AVERAGE, rule), goods, posts, {}, lent=lent).costs == {1: 25, 2: 25, 3: 31}


def test_what_comes_back_is_part_of_the_sum() -> None:
    """7 for 1.00; 2 leave (28.57), 1 of them is back (half of 29), 1 more leaves: 2 are 28.57."""
    posts = [*outs((5, 2, "c")), Post(8, 1, 1, is_back=True, cites=5), *outs((9, 1, ""))]
    priced = price((AVERAGE, Rule(100, 7)), Amount(7, 100, 7), posts, {5: [(5, 2), (8, 1)]})
    assert priced == Priced({5: 29, 9: 15}, {8: Amount(1, 15, 1)}, 9)
    posts = [*outs((5, 6, "c")), Post(8, 1, 1, is_back=True, cites=5), *outs((9, 2, ""))]
    priced = price((AVERAGE, Rule(100, 7)), Amount(7, 100, 7), posts, {5: [(5, 6), (8, 1)]})
    # all 7 are gone: 86 (85.71), 14 of it back, 28 (28.57 less the cent of rounding): 100
    assert priced == Priced({5: 86, 9: 28}, {8: Amount(1, 14, 1)}, 9)


def test_several_come_back_of_one_line_in_turn() -> None:
    """2 cost 29: 15 and 14; of nothing comes nothing; who cites no line of the period costs
    what goods cost.
    """
    posts = list(starmap(_back, [(6, 1, 5), (7, 3, 5), (8, 1, 5), (9, 4, 3)]))
    citers = {5: [(5, 2), (6, 1), (7, 3), (8, 1)]}
    assert returning(Rule(10, 1), posts, {5: 29}, citers) == {
        6: Amount(1, 15, 1), 7: Amount(3, 14, 3), 8: Amount(1, 0, 1), 9: Amount(4, 40, 4),
    }  # fmt: skip
    posts = list(starmap(_back, [(6, 1, 5), (7, 1, 5), (8, 1, 5)]))  # of 4 for 30
    citers = {5: [(5, 4), (6, 1), (7, 1), (8, 1)]}
    parts = returning(Rule(10, 1), posts, {5: 30}, citers)
    assert [part.value for part in parts.values()] == [8, 7, 8]


def _back(at: int, quantity: int, cites: int) -> Post:
    return Post(at, quantity, quantity, is_back=True, cites=cites)


@pytest.mark.parametrize(
    ("before", "residue", "after", "over"),
    [
        ([9] * 6, 5, [9, 9, 9, 9, 9, 14], 0),  # small: one issue's
        ([9] * 5, 6, [9, 9, 9, 9, 15], 0),  # large, but there are not so many
        ([9] * 6, 6, [10] * 6, 0),
        ([9] * 8, 6, [9, 9, 10, 10, 10, 10, 10, 10], 0),
        ([9] * 8, -6, [9, 9, 8, 8, 8, 8, 8, 8], 0),
        ([1, 9, 9, 9, 9, 9], -6, [0, 8, 8, 8, 8, 8], 0),
        ([0, 9, 9, 9, 9, 9], -6, [0, 8, 8, 8, 8, 7], 0),  # no issue costs less than nothing
        ([1, 2], -4, [0, 0], -1),
        ([5, 1, 2], -4, [4, 0, 0], 0),
        ([1, 2], 0, [1, 2], 0),
        ([], 3, [], 3),
    ],
)
def test_a_residue(before: list[int], residue: int, after: list[int], over: int) -> None:
    costs = list(before)
    assert spread_residue(costs, range(len(costs)), residue) == over
    assert costs == after


@pytest.mark.parametrize(
    ("of", "goods", "posts", "citers", "expected"),
    [  # 133 less 67 and 67 less 34 would leave a cent on nothing
        (THIRD, (3, 100, 3), [(5, 4), (6, 2, 5), (7, 2), (8, 1, 7)],
         {5: [(5, 4), (6, 2)], 7: [(7, 2), (8, 1)]}, {5: 133, 7: 68, 6: 67, 8: 34}),
        # 0.10 too much stays away of a third: the whole costs 0.30 less
        (Rule(100, 1), (1, 90, 1), [(5, 3), (6, 2, 5)], {5: [(5, 3), (6, 2)]}, {5: 270, 6: 180}),
        # five cents are still rounding: 2.86 less 1.91 (190.67) is the nearest that leaves 0.95
        (Rule(100, 1), (1, 95, 1), [(5, 3), (6, 2, 5)], {5: [(5, 3), (6, 2)]}, {5: 286, 6: 191}),
        # what cost nothing bears a cent: of one the half (0.5) would come back
        (Rule(0, 1), (1, 1, 1), [(5, 2), (6, 1, 5)], {5: [(5, 2), (6, 1)]}, {5: 2, 6: 1}),
        # both of 5 are back: nothing of it is away, so the rest is on 7
        (Rule(51, 1), (2, 101, 2), [(7, 3), (8, 1, 7), (9, 2), (10, 2, 9)],
         {7: [(7, 3), (8, 1)], 9: [(9, 2), (10, 2)]}, {7: 152, 9: 102, 8: 51, 10: 102}),
        # 5 comes back in two parts, one of them elsewhere: that is away for good
        (Rule(10, 1), (3, 39, 3), [(5, 4), (6, 1, 5)], {5: [(5, 4), (6, 1), (9, 2)]},
         {5: 52, 6: 13}),
        # less than nothing costs nothing: the last bears 30, the first the other 20
        (Rule(30, 1), (3, 40, 3), [(5, 2), (6, 1, 5), (7, 4), (8, 2, 7)],
         {5: [(5, 2), (6, 1)], 7: [(7, 4), (8, 2)]}, {5: 60, 7: 20, 6: 30, 8: 10}),
        (Rule(30, 1), (3, 10, 3), [(5, 2), (6, 1, 5), (7, 4), (8, 2, 7)],
         {5: [(5, 2), (6, 1)], 7: [(7, 4), (8, 2)]}, {5: 20, 7: 0, 6: 10, 8: 0}),
    ],
)  # fmt: skip
def test_a_rest_on_lines_that_come_back_in_part(
    of: Rule,
    goods: tuple[int, int, int],
    posts: list[tuple[int, int] | tuple[int, int, int]],
    citers: dict[int, list[tuple[int, int]]],
    expected: dict[int, int],
) -> None:
    """What stays away costs all that there is, to the cent; its parts come back as they do."""
    lines = [
        _back(*post) if len(post) == 3 else Post(post[0], post[1], post[1], is_cited=True)
        for post in posts
    ]
    priced = price((AVERAGE, of), Amount(*goods), lines, citers)
    back = {at: part.value for at, part in priced.returning.items()}
    assert priced.costs | back == expected
    assert sum(priced.costs.values()) - sum(back.values()) == goods[1]
