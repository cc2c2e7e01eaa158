"""Vouchers of a month's end by stencil against those that the plain path derives."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from invledger.costing import Costed, CostLine
from invledger.ledger import print_voucher
from invledger.model import CostPolicy, MovementTable, RoleClaim, Row, Voucher
from invledger.posting import Sources, Valued, derive_vouchers
from invledger.posting.chart import Chart
from invledger.posting.closing_form import Carried, Closing
from invledger.posting.methods import CLOSING
from invledger.posting.plain_company import is_plain_company
from invledger.posting.plan import ITEM_NOTED, NOTHING_NOTED, LinePlan
from invledger.posting.stencil import Stencils
from invledger.posting.stencil_form import Like, Stencil
from tests.posting.small import BEIJING, ENDS, MAIN, TRANSIT, company, row, sources_of

TYPES = ("sale-delivery", "scrap", "count-overage", "count-shortage", "purchase-receipt")


def books() -> Sources:
    cost = CostPolicy("periodic-average", "company")
    mine = company()
    categories = {name: replace(one, cost=cost) for name, one in mine.categories.items()}
    sources = sources_of((), replace(mine, categories=categories, default_cost=cost))
    for code in ("V2", "V3"):  # they have tax rates of their own
        del sources.master.parties[code]
    return sources


def likes(sources: Sources) -> list[Like]:
    """Rows of several types, from two places, of all items."""
    found = []
    for type_ in TYPES:
        for place in (MAIN, BEIJING):
            ends = tuple(place if end == MAIN else end for end in ENDS[type_])
            reasons = ("damaged", "expired") if type_ == "scrap" else ("",)
            is_priced = type_ in ("count-overage", "purchase-receipt")
            found += [
                Like(type_, ends[0], ends[1], item, is_priced, True, reason)
                for item in sources.master.items
                for reason in reasons
            ]
    return found


Sums = dict[tuple[str, int, bool], int]


def plainly(
    sources: Sources, rows: list[Row], kinds: list[int], costs: list[int]
) -> list[tuple[str, Sums]]:
    """What the plain path closes a month with, row by row, and what its postings add up to."""
    lines = [
        CostLine(kind, row.item, row.quantity, "", "", None, -1, "")
        for kind, row in zip(kinds, rows, strict=True)
    ]
    mini = replace(sources, table=MovementTable.of(rows), problems=[])
    valued = Valued(lines, [{} for _ in rows], [])
    made, problems = derive_vouchers(mini, valued, Costed(costs, {}, [], {}, {}, []))
    assert problems == []
    closings = [one for one in made if one.identity.endswith(f"/{CLOSING}")]
    return [(print_voucher(one, 2), sums_of(one)) for one in closings]


def sums_of(voucher: Voucher) -> Sums:
    """What postings add up to by account, sign and red."""
    sums: Sums = {}
    for posting in voucher.postings:
        sign = 1 if posting.amount > 0 else -1
        key = (posting.account, sign, posting.red)
        sums[key] = sums.get(key, 0) + abs(posting.amount)
    return sums


@pytest.mark.req("CO-03", "TE-02")
@pytest.mark.parametrize("seed", range(12))
def test_a_month_closes_as_the_plain_path_closes_it(seed: int) -> None:
    """Rows in any order; every third month has rows without a cost."""
    sources, chance = books(), random.Random(seed)  # noqa: S311  the same rows each time
    stencils = Stencils(sources, "2026-01-01")
    known = [found for like in likes(sources) if (found := stencils.of(like)) is not None]
    assert {one.like.type for one in known} >= set(TYPES)
    items = list(sources.master.items.values())
    rows, kinds, costs = [], [], []
    sums: dict[tuple[int, int], list[int]] = {}
    for number in range(60):
        at = chance.randrange(len(known))
        stencil = known[at]
        cost = 0 if seed % 3 == 0 and chance.random() < 0.6 else chance.randint(1, 90_000)
        quantity = chance.randint(1, 5_000)
        like = stencil.like
        rows.append(row_of(like, number, quantity))
        kinds.append(stencil.kind)
        costs.append(cost)
        item = [one.code for one in items].index(like.item)
        held = sums.setdefault((at, item), [0, 0])
        held[0] += quantity
        held[1] += cost
    want = plainly(sources, rows, kinds, costs)
    carried = [Carried(at, item, *held) for (at, item), held in sums.items()]
    made = stencils.closings(items).of_month("2026-01", known, carried)
    assert [(closing.text, closing.sums) for closing in made] == want
    assert len(want) >= 4


def row_of(like: Like, number: int, quantity: int) -> Row:
    made = row(
        "2026-01-07", like.type, f"A-{number}", item=like.item, source=like.source,
        target=like.target, reason=like.reason,
    )  # fmt: skip
    return made._replace(quantity=quantity)


def closings_of(lines: list[LinePlan], item: str = "COLA", cost: int = 5) -> list[Closing]:
    """A month of 30 pieces whose rows close with such lines, by the type `scrap`."""
    sources = books()
    like = Like("scrap", MAIN, ENDS["scrap"][1], item, False, False, "damaged")
    stencil = Stencil(2, "", None, False, (), like, tuple(lines))
    items = [sources.master.items[item]]
    printer = Stencils(sources, "2026-01-01").closings(items)
    return printer.of_month("2026-01", [stencil], [Carried(0, 0, 30, cost)])


def test_lines_in_red_stay_on_their_side() -> None:
    """A debit below zero and a credit above it are red (借方红字); one cent is an amount."""
    lines = [
        LinePlan("Expenses:A", -1, True, "cost", NOTHING_NOTED, ()),
        LinePlan("Assets:B", 1, False, "cost", 0, ()),
        LinePlan("Assets:C", 1, True, "cost", ITEM_NOTED, ()),
        LinePlan("Assets:D", -1, False, "cost", 0, ()),
    ]
    (made,) = closings_of(lines, cost=1)
    assert made.sums == {
        ("Expenses:A", -1, True): 1, ("Assets:B", 1, True): 1,
        ("Assets:C", 1, False): 1, ("Assets:D", -1, False): 1,
    }  # fmt: skip
    assert made.text.split("\n")[2:] == [
        f"  Expenses:A{'-0.01':>58} CNY", "    red: TRUE",
        f"  Assets:B{'0.01':>60} CNY", "    red: TRUE", '    item: "COLA"', "    qty: 30",
        f"  Assets:C{'0.01':>60} CNY", '    item: "COLA"',
        f"  Assets:D{'-0.01':>60} CNY", '    item: "COLA"', "    qty: -30", "",
    ]  # fmt: skip


def test_lines_of_one_account_and_side_are_one() -> None:
    """Whether its quantity is noted is what the first of them says; no quantity says none."""
    first = LinePlan("Assets:B", 1, True, "cost", ITEM_NOTED, ())
    second = LinePlan("Assets:B", 1, True, "cost", 0, ())
    back = LinePlan("Assets:B", -1, True, "cost", 0, ())
    (noted,) = closings_of([second, first])
    (unnoted,) = closings_of([first, second])
    assert (noted.text.count("qty: 30"), unnoted.text.count("qty")) == (1, 0)
    assert noted.sums == unnoted.sums == {("Assets:B", 1, False): 10}
    (three,) = closings_of([second, first, back])
    assert (three.sums, "qty" in three.text) == ({("Assets:B", 1, False): 5}, False)
    assert closings_of([second, back]) == []


def test_stencils_without_closing_lines_close_nothing() -> None:
    sources = books()
    stencils = Stencils(sources, "2026-01-01")
    source, target = ENDS["transfer-out"]
    found = stencils.of(Like("transfer-out", source, target, "COLA", False, False, ""))
    assert isinstance(found, Stencil)
    assert TRANSIT in target
    items = [sources.master.items["COLA"]]
    assert stencils.closings(items).of_month("2026-01", [found], [Carried(0, 0, 5, 100)]) == []


def test_books_whose_accounts_hang_on_the_party_are_not_plain() -> None:
    """A stencil knows one party; another may have an account of its own."""
    sources = books()
    methods = frozenset({"periodic-average"})
    assert is_plain_company(sources, methods)
    account = next(iter(sources.chart.accounts.values()))
    claimed = replace(account, roles=(RoleClaim("payable", (("party", "V1"),)),))
    chart = Chart.of([*sources.chart.accounts.values(), claimed])
    assert not is_plain_company(replace(sources, chart=chart), methods)
