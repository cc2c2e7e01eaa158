"""Properties of whole books: reversals cancel, both ways agree, nothing depends on grouping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invledger.model import Row, Voucher
from invledger.posting import derive_vouchers, value_rows
from invledger.posting.bulk import Bulk
from invledger.posting.rows import own_rows
from invledger.posting.work import Work
from tests.posting.small import (
    BACK,
    BEIJING,
    MAIN,
    Books,
    books,
    company,
    derive,
    row,
    rules,
    sources_of,
)

STOCK = [
    row("2026-01-01", "opening", "O1", "100", price="2.35"),
    row("2026-01-01", "opening", "O2", "50.000", item="SUGAR", price="6.01"),
    row("2026-01-02", "purchase-receipt", "R0", "33", price="3.33"),
    row("2026-01-02", "sale-delivery", "D0", "7", price="5.55"),
    row("2026-01-02", "production-issue", "M0", "10.000", item="SUGAR", order="W0"),
]


def undone(first: Row, id_: str = "X1") -> Row:
    return first._replace(
        id=id_, source=first.target, target=first.source, ref="",
        meta=(*first.meta, ("reverses", first.id)), date="2026-01-20",
    )  # fmt: skip


def totals(made: Books) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for voucher in made.vouchers.values():
        for posting in voucher.postings:
            sums[posting.account] += posting.amount
    return {account: amount for account, amount in sums.items() if amount}


def turnover(made: Books) -> dict[str, tuple[int, int]]:
    """Debit and credit turnover by account."""
    debit: Counter[str] = Counter()
    credit: Counter[str] = Counter()
    for voucher in made.vouchers.values():
        for posting in voucher.postings:
            debit[posting.account] += posting.debit
            credit[posting.account] += posting.credit
    found = {a: (debit[a], credit[a]) for a in {*debit, *credit}}
    return {a: pair for a, pair in found.items() if pair != (0, 0)}


@pytest.mark.req("FIN-18")
@pytest.mark.parametrize(
    "first",
    [
        row("2026-01-10", "purchase-receipt", "A1", "10", price="4.44"),
        row("2026-01-10", "purchase-return", "A1", "5", ref="R0"),
        row("2026-01-10", "sale-delivery", "A1", "10", price="5.00"),
        row("2026-01-10", "sale-return", "A1", "3", ref="D0"),
        row("2026-01-10", "transfer-out", "A1", "10"),
        row("2026-01-10", "scrap", "A1", "10", reason="broken"),
        row("2026-01-10", "other-in", "A1", "10", price="2.00", reason="gift"),
        row("2026-01-10", "other-out", "A1", "10", reason="sample"),
        row("2026-01-10", "count-overage", "A1", "2"),
        row("2026-01-10", "count-shortage", "A1", "2"),
        row("2026-01-10", "production-issue", "A1", "5.000", item="SUGAR", order="W0"),
        row("2026-01-10", "production-handback", "A1", "5.000", item="SUGAR", ref="M0"),
        row("2026-01-10", "production-receipt", "A1", "3", item="SYRUP", order="W0"),
        row("2026-01-10", "subcontract-issue", "A1", "5.000", item="SUGAR"),
        row("2026-01-10", "purchase-invoice", "A1", "33", price="3.50", ref="R0"),
        row("2026-01-10", "sale-invoice", "A1", "7", price="5.00", ref="D0"),
        row("2026-01-10", "production-cost", "A1", item="", amount="9.99", order="W0",
            reason="labour"),
    ],
    ids=lambda first: first.type,
)  # fmt: skip
def test_a_movement_and_its_reversal_leave_nothing(first: Row) -> None:
    before, after = books(*STOCK), books(*STOCK, first, undone(first))
    assert after.codes() == []
    assert after.costed.troubles == []
    assert totals(after) == totals(before)
    assert turnover(after) == turnover(before)
    assert {k: (p.quantity, p.value) for k, p in after.costed.pools.items() if p.quantity} == {
        k: (p.quantity, p.value) for k, p in before.costed.pools.items() if p.quantity
    }
    assert after.costed.orders.get("W0", 0) == before.costed.orders["W0"]


def test_stock_equals_the_control_accounts() -> None:
    made = books(
        *STOCK,
        row("2026-01-03", "purchase-invoice", "I1", "20", price="3.50", ref="R0=20"),
        row("2026-01-04", "purchase-return", "B1", "5", ref="R0"),
        row("2026-01-05", "sale-return", "B2", "3", ref="D0"),
        row("2026-01-06", "scrap", "S1", "4", reason="broken"),
        row("2026-01-07", "production-receipt", "M1", "3", item="SYRUP", order="W0"),
        row("2026-01-08", "other-out", "S2", "4.125", item="SUGAR", reason="internal-use"),
    )
    assert made.codes() == []
    value = sum(pool.value for pool in made.costed.pools.values())
    assert value == made.balance("1405") + made.balance("1403")
    assert made.balance("5001") == sum(made.costed.orders.values()) == 0


NAMES = ("purchase-receipt", "sale-delivery", "transfer", "other-in", "count-shortage", "scrap")


@st.composite
def plain_rows(draw: st.DrawFn) -> Row:
    type_ = draw(st.sampled_from(NAMES))
    item = draw(st.sampled_from(["COLA", "SUGAR"]))
    given_: dict[str, str] = {"item": item, "lot": draw(st.sampled_from(["", "L1"]))}
    if type_ in ("purchase-receipt", "sale-delivery", "other-in"):
        given_["price"] = draw(st.sampled_from(["1.005", "2.35", "0", ""]))
        given_["party"] = draw(st.sampled_from(["V1", "V2", "V3", ""]))
        given_["tax"] = draw(st.sampled_from(["", "", "9"]))
    if draw(st.booleans()):
        given_["reason"] = "x"
    if type_ == "transfer":
        given_["target"] = draw(st.sampled_from([BACK, BEIJING]))
    if draw(st.integers(0, 9)) == 0:
        given_["owner"] = "C1"
    day, number = draw(st.integers(2, 28)), draw(st.integers(1, 9999))
    return row(f"2026-01-{day:02d}", type_, f"N{number}", str(draw(st.integers(1, 9))), **given_)


@pytest.mark.req("CO-01")
@settings(max_examples=60)
@given(
    st.lists(plain_rows(), max_size=8, unique_by=lambda r: r.id),
    st.sampled_from(["general", "small-scale", "none"]),
    st.sampled_from(["net", "gross"]),
    st.sampled_from(["company", "site", "location", "lot", "lot+site"]),
)
def test_the_short_way_values_as_the_long_one(
    rows: list[Row], taxpayer: str, prices: str, pool: str
) -> None:
    goods = company().categories["goods"]
    goods = replace(goods, cost=replace(goods.cost, pool=pool))
    mine = replace(
        company(), taxpayer=taxpayer, prices=prices,
        categories={**company().categories, "goods": goods},
    )  # fmt: skip
    sources = sources_of(rows, mine)
    short, long = Work.of(sources), Work.of(sources)
    own_rows(short)
    own_rows(long, is_short=False)
    assert short.lines == long.lines
    for one, other in zip(short.amounts, long.amounts, strict=True):
        assert dict(one).items() <= dict(other).items()
    assert short.problems == long.problems
    assert short.unpriced == long.unpriced


def by_day(made: Books) -> Iterator[Voucher]:
    return iter(made.vouchers.values())


@settings(max_examples=40)
@given(st.lists(plain_rows(), max_size=8, unique_by=lambda r: r.id))
def test_grouping_changes_no_balance(rows: list[Row]) -> None:
    stock = [row("2026-01-01", "opening", f"Z{n}", "999", item=i, price="2.01")
             for n, i in enumerate(["COLA", "SUGAR"])]  # fmt: skip
    single = books(*stock, *rows)
    for group in ("day", "period"):
        mine = replace(company(), grouping=dict.fromkeys(rules(), group))
        grouped = books(*stock, *rows, mine=mine)
        assert turnover(grouped) == turnover(single)
        assert [v.date for v in by_day(grouped)] == sorted(v.date for v in by_day(grouped))
    assert [v.date for v in by_day(single)] == sorted(v.date for v in by_day(single))


def test_vouchers_are_the_same_at_each_reading() -> None:
    """In order of rows (what consumes for production goes before what is sold), wherever a voucher
    comes from: one of a day's sum stands between those of single movements.
    """
    mine = replace(company(), grouping={"production-issue": "day"})
    made = books(*STOCK, mine=mine)
    vouchers, problems = derive_vouchers(made.sources, made.valued, made.costed)
    first, second = list(vouchers), list(vouchers)
    assert [v.identity for v in first] == [
        "opening/O1/main", "opening/O2/main", "purchase-receipt/R0/main",
        "production-issue/2026-01-02/main", "sale-delivery/D0/main", "sale-delivery/D0/cost",
    ]  # fmt: skip
    assert first == second
    assert len(vouchers) == len(first)
    assert all(voucher in vouchers for voucher in first)
    assert first[0]._replace(payee="?") not in vouchers
    assert problems == []


def test_a_rule_that_does_not_balance_makes_no_voucher() -> None:
    scrap = rules()["scrap"][0]
    for lines in (scrap.lines[:1], (*scrap.lines, scrap.lines[0])):
        sources = sources_of([*STOCK, row("2026-01-09", "scrap", "S1", "1", reason="x")])
        sources.rules = {**rules(), "scrap": (replace(scrap, lines=lines),)}
        made = derive(sources)
        assert made.codes() == ["voucher-unbalanced"]
        assert "scrap/S1/main" not in made.vouchers
        assert "{" not in made.problems[0].text("zh")


def test_a_forbidden_field() -> None:
    sources = sources_of([row("2026-01-01", "opening", "O1", "1", price="1.00", order="W1")])
    sources.rules = {"opening": (replace(rules()["opening"][0], fields={"order": "forbidden"}),)}
    found = derive(sources).problems
    assert [p.code for p in found] == ["field-forbidden"]


def test_several_lines_of_a_movement_are_one_voucher() -> None:
    made = books(
        row("2026-01-05", "purchase-receipt", "R1", "10", price="1.00"),
        row("2026-01-05", "purchase-receipt", "R1", "20", price="2.00", line="2"),
        row("2026-01-05", "purchase-receipt", "R1", "1.000", item="SUGAR", price="6.00", line="3"),
    )
    assert made.lines("purchase-receipt/R1/main") == [
        ("1405", "50.00"),
        ("2202:暂估", "-56.00"),
        ("1403", "6.00"),
    ]
    assert made.vouchers["purchase-receipt/R1/main"].postings[0].meta[1] == ("qty", "30")


def test_links_of_orders_travel() -> None:
    made = books(row("2026-01-05", "purchase-receipt", "R1", "10", price="1.00", links="PO-7"))
    assert made.vouchers["purchase-receipt/R1/main"].links == ("PO-7", "R1")
    assert len(value_rows(made.sources).lines) == 1
    assert MAIN in made.sources.table.target


@pytest.mark.parametrize("group", ["document", "day", "period"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(plain_rows(), max_size=8, unique_by=lambda r: r.id))
def test_vouchers_in_bulk_are_those_of_the_long_way(
    rows: list[Row], group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = replace(company(), grouping=dict.fromkeys(rules(), group))
    short = books(*STOCK, *rows, mine=mine)
    with monkeypatch.context() as patched:
        patched.setattr(Bulk, "_quick", lambda *_: None)
        long = books(*STOCK, *rows, mine=mine)
    assert list(short.vouchers) == list(long.vouchers)
    for identity, voucher in short.vouchers.items():
        other = long.vouchers[identity]
        assert sorted(voucher.postings) == sorted(other.postings)
        assert voucher._replace(postings=()) == other._replace(postings=())
        if group == "document":
            assert voucher == other
    assert short.problems == long.problems
