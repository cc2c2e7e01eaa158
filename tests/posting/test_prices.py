"""Goods that are kept at a price: cents of whole pools, changes of price and of policy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.costing.interface import Switch
from invledger.model import CostChange, CostPolicy, Price, Row
from invledger.model.problem import Place
from tests.posting.small import BEIJING, DISPATCHED, Books, company, derive, row, sources_of

PRICES = Place("ledgers/prices.beancount", 1)
PLACE = Place("rules/company.yaml", 7)


def kept(
    rows: list[Row], *stages: tuple[str, CostPolicy], back: bool = False, **prices: str
) -> Books:
    """Books whose policy changes; a price of COLA by day (`d0101="3.00"`), of any kind."""
    (_, first), *later = stages
    changes = tuple(
        CostChange(day, "", "", back, "x", policy, {}, {}, PLACE) for day, policy in later
    )
    mine = replace(company(), default_cost=first, categories={}, cost_changes=changes)
    sources = sources_of(rows, mine)
    sources.master.prices = [
        Price(f"2026-{day[1:3]}-{day[3:]}", "COLA", round(float(price) * 10**10), "CNY", PRICES,
              kind)
        for day, price in sorted(prices.items())
        for kind in ("standard", "planned", "retail")
    ]  # fmt: skip
    return derive(sources)


def came(id_: str, quantity: str, price: str, date: str = "2026-01-05", **given: str) -> Row:
    return row(date, "opening", id_, quantity, price=price, **given)


def left(date: str, id_: str, quantity: str = "1", **given: str) -> Row:
    return row(date, "scrap", id_, quantity, reason="x", **given)


def priced(made: Books) -> list[int]:
    """What each line is worth at the price, in order."""
    return [made.valued.setting.standards[at] for at in sorted(made.valued.setting.standards)]


def switches(made: Books) -> list[Switch]:
    return [one for one in made.valued.setting.switches if one.item == "COLA"]


@pytest.mark.req("CO-05")
@pytest.mark.parametrize("method", ["standard", "planned", "retail"])
def test_the_last_of_a_pool_takes_its_cents(method: str) -> None:
    """3 at 0.335 are 1.01 (1.005): one by one they are 0.34, 0.34 and, the last, 0.33."""
    rows = [came("O1", "3", "0.30"), *(left(f"2026-01-0{n}", f"S{n}") for n in (6, 7, 8))]
    made = kept(rows, ("", CostPolicy(method)), d0101="0.335")
    assert made.codes() == []
    assert priced(made) == [101, 34, 34, 33]


@pytest.mark.req("CO-05", "CO-06")
@pytest.mark.parametrize("method", ["standard", "planned", "retail"])
def test_goods_that_come_to_a_price_are_a_pool_of_it(method: str) -> None:
    """As above, from the first of February on; a price of March wants its document."""
    rows = [came("O1", "3", "0.30"), *(left(f"2026-02-0{n}", f"S{n}") for n in (6, 7, 8))]
    stages = (("", CostPolicy("moving-average")), ("2026-02-01", CostPolicy(method)))
    made = kept(rows, *stages, d0101="0.335")
    assert made.codes() == []
    assert priced(made) == [34, 34, 33]
    [switch] = switches(made)
    assert switch.standards == {"COLA": 101}
    late = [*rows[:2], left("2026-03-07", "S9")]
    made = kept(late, *stages, d0101="0.335", d0301="0.40")
    assert [(p.code, dict(p.args)["id"]) for p in made.problems] == [
        ("standard-change-missing", "S9"),
    ]  # fmt: skip


@pytest.mark.req("CO-05", "CO-06")
def test_a_price_that_stays_keeps_the_value_of_its_pools() -> None:
    """Another way to round the rate changes nothing at the plan: 3 are 1.01 still."""
    rows = [came("O1", "3", "0.30"), left("2026-02-06", "S1"), left("2026-02-07", "S2", "2")]
    stages = (("", CostPolicy("planned")), ("2026-02-01", CostPolicy("planned", rate_decimals=2)))
    made = kept(rows, *stages, d0101="0.335")
    assert made.codes() == []
    assert priced(made) == [101, 34, 67]
    assert switches(made)[0].standards == {"COLA": 101}


@pytest.mark.req("CO-05")
@pytest.mark.parametrize("method", ["standard", "planned", "retail"])
def test_a_new_price_restates_what_lies_in_each_pool(method: str) -> None:
    """3 and 5 at 2.00 become 2.50: 1.50 and 2.50 more; an empty pool has nothing to restate."""
    rows = [came("O1", "3", "2.00"), came("O2", "5", "2.00", target=BEIJING),
            row("2026-02-01", "standard-cost-change", "N1", item="")._replace(
                party="", meta=(("item", "COLA"),)),
            left("2026-02-06", "S1", "3")]  # fmt: skip
    made = kept(rows, ("", CostPolicy(method, "site")), d0101="2.00", d0201="2.50")
    assert made.codes() == []
    at = made.sources.table.id.index("N1")
    assert dict(made.valued.setting.restated[at]) == {"COLA@SH": 150, "COLA@BJ": 250}
    assert priced(made) == [600, 1000, 400, 750]
    revalued = method == "standard"
    assert made.valued.lines[at].value == (400 if revalued else 0)
    gone = [rows[0], left("2026-01-06", "S0", "3"), *rows[1:3]]
    made = kept(gone, ("", CostPolicy(method, "site")), d0101="2.00", d0201="2.50")
    assert dict(made.valued.setting.restated[3]) == {"COLA@BJ": 250}


@pytest.mark.req("CO-05", "INV-18")
@pytest.mark.parametrize(
    ("method", "other"), [("standard", "6401"), ("planned", "1404"), ("retail", "1407")]
)
def test_a_restatement_meets_the_account_of_each_pool(method: str, other: str) -> None:
    """3 here and 5 that are dispatched, 0.50 more each: 1.50 on 1405, 2.50 on 1406."""
    rows = [came("O1", "3", "2.00"), came("O2", "5", "2.00", target=DISPATCHED),
            row("2026-02-01", "standard-cost-change", "N1", item="")._replace(
                party="", meta=(("item", "COLA"),))]  # fmt: skip
    made = kept(rows, ("", CostPolicy(method)), d0101="2.00", d0201="2.50")
    assert made.codes() == []
    assert made.lines("standard-cost-change/N1/main") == [
        ("1405", "1.50"), ("1406", "2.50"), (other, "-4.00"),
    ]  # fmt: skip


@pytest.mark.req("CO-06")
@pytest.mark.parametrize("back", [False, True])
def test_one_place_that_becomes_a_pool_of_its_own_is_not_divided(*, back: bool) -> None:
    """All goods lie in one place: the pool of the company becomes that of the site, whole."""
    rows = [came("O1", "4", "2.00"), came("O2", "4", "4.00", "2026-01-06"),
            left("2026-01-07", "S1", "2"), left("2026-02-06", "S2", "3")]  # fmt: skip
    stages = (("", CostPolicy("moving-average")), ("2026-02-01", CostPolicy("fifo", "site")))
    made = kept(rows, *stages, back=back)
    assert made.codes() == []
    [switch] = switches(made)
    assert (switch.pools, switch.splits) == ({"COLA": "COLA@SH"}, None)
    # kept: 6 worth 18.00, 3 of them 9.00; as if always first in, first out: 2 @ 2.00, 4 @ 4.00
    assert made.costed.costs[-1] == (2 * 200 + 400 if back else 900)


@pytest.mark.req("CO-06")
def test_pools_that_are_divided_say_how_much_goes_where() -> None:
    rows = [came("O1", "4", "2.00"), came("O2", "3", "2.00", "2026-01-06", target=BEIJING),
            left("2026-01-07", "S1", "1"), left("2026-02-06", "S2", "1")]  # fmt: skip
    stages = (("", CostPolicy("moving-average")), ("2026-02-01", CostPolicy("fifo", "site")))
    made = kept(rows, *stages)
    assert made.codes() == []
    [switch] = switches(made)
    assert (switch.pools, switch.splits) == ({}, {"COLA": [("COLA@BJ", 3), ("COLA@SH", 3)]})
    told = kept(rows, *stages, back=True)
    assert told.codes() == ["cost-change-divides"]
    assert [one.is_retrospective for one in switches(told)] == [False]


@pytest.mark.req("TE-06")
@pytest.mark.parametrize(
    ("kinds", "price"),
    [("estimate standard planned", 1), ("standard planned", 2), ("planned", 3), ("nrv", None)],
)
def test_what_goods_without_history_are_estimated_at(kinds: str, price: int | None) -> None:
    """An estimate before a standard before a plan, in force at the item's first line."""
    sources = sources_of([came("O1", "1", "9.00", "2026-02-05")])
    sources.master.prices = [
        Price(day, "COLA", cents * {"estimate": 1, "standard": 2}.get(kind, 3) * 10**10, "CNY",
              PRICES, kind)
        for day, cents in (("2026-01-01", 1), ("2026-03-01", 5))
        for kind in kinds.split()
    ]  # fmt: skip
    found = derive(sources).valued.setting.fallback
    assert found == ({} if price is None else {"COLA": (price * 10**10, 10**8)})
