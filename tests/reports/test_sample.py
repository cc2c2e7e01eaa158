"""The reports of the sample company against beancount's own sums, and against each other."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from decimal import Decimal
from functools import cache

import pytest
from beancount import loader
from beancount.core.data import Transaction

from invledger.books import derive, load
from invledger.posting import Derivation, Sources
from invledger.reports import (
    Query,
    balance,
    card,
    cost_layers,
    journal,
    movements,
    reconcile_stock_gl,
    stock,
    summary,
)
from invledger.reports.costs import cost_items
from invledger.store import FolderTree
from tests.source_files import ROOT

SPANS = [
    Query(),
    Query(period="2026-01"),
    Query(period="2026-02"),
    Query(period="2026-03"),
    Query(period="2026-01..2026-02"),
    Query(as_of="2026-02-15"),
]


@cache
def sample() -> tuple[Sources, Derivation]:
    sources = load(FolderTree(ROOT))
    return sources, derive(sources)


@cache
def sums_by_beancount(entry: str, last: str) -> dict[tuple[str, str], Decimal]:
    """Units by account and commodity up to a date, as beancount reads the same files."""
    entries, errors, _ = loader.load_file(str(ROOT / "ledgers" / entry))
    assert errors == []
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for found in entries:
        if isinstance(found, Transaction) and found.date.isoformat() <= last:
            for posting in found.postings:
                assert posting.units is not None
                assert posting.units.number is not None
                sums[posting.account, posting.units.currency] += posting.units.number
    return {key: number for key, number in sums.items() if number}


def at_end_of(query: Query) -> Query:
    """The state at the end of a query's span; a period's 31st may be no day."""
    year, month, day = map(int, query.last.split("-"))
    return Query(as_of=f"{year:04}-{month:02}-{min(day, monthrange(year, month)[1]):02}")


def number(cell: object) -> Decimal:
    assert isinstance(cell, str)
    return Decimal(cell)


@pytest.mark.req("RP-20", "FIN-06")
@pytest.mark.parametrize("query", SPANS, ids=str)
def test_balances_equal_those_of_beancount(query: Query) -> None:
    sources, derivation = sample()
    table = balance(sources, derivation, query)
    parents = {name.rpartition(":")[0] for name in sources.master.accounts}
    leaves: dict[tuple[str, str], Decimal] = {}
    for row in table.rows:
        account = str(row["account"])
        sign = 1 if row["direction"] == "debit" else -1
        moved = number(row["debit"]) - number(row["credit"])
        assert number(row["closing"]) == number(row["opening"]) + sign * moved
        codes = [a.code for a in sources.master.accounts.values() if a.code != row["code"]]
        has_below = any(code.startswith(str(row["code"])) for code in codes if row["code"])
        if account not in parents and not has_below and number(row["closing"]):
            leaves[account, str(row["currency"])] = sign * number(row["closing"])
    expected = sums_by_beancount("main.beancount", query.last)
    assert leaves == {key: value for key, value in expected.items() if key in leaves}
    tops = sum(
        (1 if row["direction"] == "debit" else -1) * number(row["closing"])
        for row in table.rows
        if row["level"] == 1
    )
    assert tops == 0
    assert isinstance(table.totals["trial_balance"], dict)
    assert table.totals["trial_balance"]["balanced"] == "yes"


@pytest.mark.req("RP-02", "INV-01")
@pytest.mark.parametrize("query", SPANS, ids=str)
def test_quantities_equal_those_of_beancount(query: Query) -> None:
    sources, derivation = sample()
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in stock(sources, derivation, query).rows:
        found[str(row["location"]), str(row["item"])] += number(row["quantity"])
    expected = sums_by_beancount("stock.beancount", query.last)
    assert found == {k: v for k, v in expected.items() if k[0].startswith("Assets:Stock")}


@pytest.mark.req("FIN-06", "INV-19", "RP-03")
@pytest.mark.parametrize("query", SPANS, ids=str)
def test_stock_layers_summary_cards_and_ledger_agree(query: Query) -> None:
    sources, derivation = sample()
    at_end = at_end_of(query)
    worth = stock(sources, derivation, at_end).totals["value"]
    assert cost_layers(sources, derivation, at_end).totals["value"] == worth
    totals = summary(sources, derivation, query).totals
    assert totals["closing_value"] == worth
    assert reconcile_stock_gl(sources, derivation, at_end).totals["unexplained"] == 0
    last = {row["item"]: row["balance_value"] for row in card(sources, derivation, query).rows}
    assert sum(map(number, last.values())) == number(worth)


@pytest.mark.req("RP-03")
@pytest.mark.parametrize("query", SPANS, ids=str)
@pytest.mark.parametrize("group", ["", "category"])
def test_opening_and_receipts_less_issues_is_closing(query: Query, group: str) -> None:
    sources, derivation = sample()
    table = summary(sources, derivation, Query(period=query.period, group=group))
    for row in table.rows:
        for figure in ("quantity", "value"):
            if row[f"closing_{figure}"] is None:
                assert (figure, row["kind"]) == ("quantity", "subtotal")
                continue
            opening, receipts, issues, closing = (
                number(row[f"{side}_{figure}"])
                for side in ("opening", "receipts", "issues", "closing")
            )
            adjusted = number(row["adjust_value"] or "0") if figure == "value" else 0
            assert opening + receipts + adjusted - issues == closing
            kinds = [k for k in row if k.startswith("receipt_") and k.endswith(figure)]
            assert sum(number(row[k]) for k in kinds if row[k] is not None) == receipts


@pytest.mark.req("RP-03", "FIN-06")
@pytest.mark.parametrize("query", SPANS, ids=str)
def test_the_printed_totals_of_the_summary_add_up_and_meet_the_ledger(query: Query) -> None:
    """By hand: FIN-260203-0001 invoices 30 tents 2.00 above their receipt: 60.00 adjusted; in
    March 10.00 of freight on lamps, - 3.80 on bars, 0.20 on each of 200 cartons, and what the
    settlement adds to the chairs that came in at an estimate (their stock is worked out in
    tests/test_sample.py).
    """
    sources, derivation = sample()
    table = summary(sources, derivation, query)
    totals = {key: number(value) for key, value in table.totals.items()}
    parts = [totals["opening_value"], totals["receipts_value"], -totals["issues_value"]]
    assert sum(parts) + totals.get("adjust_value", 0) == totals["closing_value"]
    printed = sum(number(row["closing_value"]) for row in table.rows)
    assert printed == totals["closing_value"]
    later = totals.get("adjusted_later", 0)
    assert totals["difference"] == printed - totals["ledger_value"] - later == 0
    inventory = [
        number(row["closing"])
        for row in balance(sources, derivation, at_end_of(query)).rows
        if row["code"] in {"1403", "1405", "1406", "1408", "1411"}
    ]
    assert sum(inventory) == totals["ledger_value"]
    if not query.first > "2026-02-03" and query.last >= "2026-02-03":
        later_on = Decimal("10.00") - Decimal("3.80") + 40 + Decimal("483.82")
        assert totals["adjust_value"] == 60 + (later_on if query.last >= "2026-03-31" else 0)


@pytest.mark.req("RP-01")
@pytest.mark.parametrize("query", SPANS, ids=str)
def test_every_line_of_a_card_leads_from_balance_to_balance(query: Query) -> None:
    sources, derivation = sample()
    held: dict[object, tuple[Decimal, Decimal]] = {}
    for row in card(sources, derivation, query).rows:
        after = number(row["balance_quantity"]), number(row["balance_value"])
        if row["kind"] == "line":
            before = held.get(row["item"], (Decimal(0), Decimal(0)))
            moved = [
                number(row[f"in_{figure}"] or "0") - number(row[f"out_{figure}"] or "0")
                for figure in ("quantity", "value")
            ]
            adjusted = number(row["adjust_value"] or "0")
            assert (before[0] + moved[0], before[1] + moved[1] + adjusted) == after
        held[row["item"]] = after


@pytest.mark.req("RP-20")
def test_every_voucher_of_the_journal_balances() -> None:
    sources, derivation = sample()
    sums: dict[object, Decimal] = defaultdict(Decimal)
    for row in journal(sources, derivation, Query()).rows:
        sums[row["voucher"]] += Decimal(str(row["debit"] or 0)) - Decimal(str(row["credit"] or 0))
    assert set(sums.values()) == {Decimal(0)}
    assert len(sums) == len(sources.money) + len(sources.posted)


@pytest.mark.req("RP-04")
def test_every_line_stands_in_the_movement_list() -> None:
    sources, derivation = sample()
    assert len(movements(sources, derivation, Query()).rows) == len(sources.table)


@pytest.mark.req("CO-10")
def test_a_write_down_stands_beside_what_goods_cost() -> None:
    """47 tents for 15,964.00, written down by 150.00 on 31 March: 15,814.00; none before that."""
    sources, derivation = sample()
    found = stock(sources, derivation, Query(items=("TENT-2P",), group="item"))
    (tents,) = found.rows
    assert [tents[key] for key in ("value", "allowance", "net")] == [
        "15964.00", "150.00", "15814.00",
    ]  # fmt: skip
    assert found.totals["net"] == "15814.00"
    (tents,) = cost_items(sources, derivation, Query(items=("TENT-2P",))).rows
    assert [tents[key] for key in ("closing_value", "allowance", "net")] == [
        "15964.00", "150.00", "15814.00",
    ]  # fmt: skip
    before = stock(sources, derivation, Query(as_of="2026-03-30"))
    assert "allowance" not in [column.key for column in before.columns]
    whole = stock(sources, derivation, Query())
    by_place = sum(Decimal(str(row["allowance"] or "0")) for row in whole.rows)
    assert by_place == Decimal("150.00")
