"""Corners of valuation and vouchers, which a mutation run found untested."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Company, CostChange, CostPolicy, MovementTable, Price
from invledger.model.problem import Place
from invledger.posting import money_voucher
from invledger.posting.course import Course
from invledger.posting.plain_company import is_plain_company
from tests.posting.small import DISPATCHED, books, company, derive, row, rules, sources_of


def goods_by(policy: CostPolicy, *changes: CostChange) -> Company:
    """The company with all its goods under a policy, and dated changes of it."""
    goods = replace(company().categories["goods"], cost=policy)
    return replace(
        company(), categories={**company().categories, "goods": goods}, cost_changes=changes
    )


def change_to(policy: CostPolicy, *, is_retrospective: bool) -> CostChange:
    """From February on all goods are kept otherwise."""
    categories = {name: category.cost for name, category in company().categories.items()}
    return CostChange(
        "2026-02-01", "goods", "", is_retrospective=is_retrospective, reason="x",
        default=CostPolicy(), categories={**categories, "goods": policy}, items={},
    )  # fmt: skip


@pytest.mark.req("CO-09")
def test_a_cent_onto_two_receipts_goes_to_the_first() -> None:
    """0.01 over one piece each: the running share of the first is 0.005, rounded half up."""
    rows = [
        row("2026-01-05", "purchase-receipt", "R1", "1", price="1.00", tax="0"),
        row("2026-01-05", "purchase-receipt", "R2", "1", price="1.00", tax="0"),
        row("2026-01-06", "cost-adjustment", "A1", item="", amount="0.01", ref="R1 R2",
            reason="review")._replace(party=""),
        row("2026-01-07", "sale-delivery", "D1", "1"),
        row("2026-01-08", "sale-delivery", "D2", "1"),
    ]  # fmt: skip
    made = books(*rows, mine=goods_by(CostPolicy("fifo")))
    assert made.codes() == []
    assert made.costed.costs[-2:] == [101, 100]


@pytest.mark.req("CO-06")
@pytest.mark.parametrize(("is_retrospective", "kind"), [(True, "standard"), (False, "")])
def test_goods_taken_as_always_kept_at_a_price_want_it_from_the_beginning(
    is_retrospective: bool, kind: str
) -> None:
    change = change_to(CostPolicy("standard"), is_retrospective=is_retrospective)
    rows = [row("2026-02-05", "opening", "O1", "1", price="1.00")]
    sources = sources_of(rows, goods_by(CostPolicy("fifo"), change))
    course = Course(sources.company, sources.master, sources.table)
    assert (course.kind("COLA", 0), course.kind("COLA", 1)) == (kind, "standard")


@pytest.mark.req("CO-05", "CO-06")
def test_goods_at_a_standard_keep_their_value_when_only_another_setting_changes() -> None:
    """Three times one piece at 0.125: 0.13 each, 0.39; the last ones take what is left."""
    before = CostPolicy("standard")
    change = change_to(replace(before, negative="provisional"), is_retrospective=False)
    rows = [
        row("2026-01-05", "opening", f"O{n}", "1", price="0.13") for n in range(3)
    ] + [row("2026-02-05", "scrap", "S1", "3", reason="x")]  # fmt: skip
    sources = sources_of(rows, goods_by(before, change))
    place = Place("ledgers/prices.beancount", 1)
    sources.master.prices = [
        Price("2026-01-01", "COLA", 125 * 10**7, "CNY", place, "standard")
    ]  # fmt: skip
    made = derive(sources)
    assert made.codes() == []
    assert made.valued.setting.standards[3] == 39
    assert made.costed.costs == [13, 13, 13, 39]


@pytest.mark.req("CO-07")
def test_an_issue_states_its_cost_where_its_own_policy_lets_it() -> None:
    """Only goods may: 7.77 for cola; sugar goes out at its 10 @ 2.00."""
    mine = goods_by(CostPolicy("moving-average", stated_issue="cost"))
    rows = [
        row("2026-01-05", "opening", f"O{item}", "10", item=item, price="2.00")
        for item in ("COLA", "SUGAR")
    ] + [
        row("2026-01-06", "scrap", f"S{item}", "1", item=item, reason="x", cost="7.77")
        for item in ("COLA", "SUGAR")
    ]  # fmt: skip
    assert books(*rows, mine=mine).costed.costs[2:] == [777, 200]


@pytest.mark.req("OUT-01")
def test_no_more_is_accepted_than_was_dispatched() -> None:
    """10 dispatched, 6 accepted: of 5 more only 4 are left of that delivery."""
    dispatched = [
        row("2026-01-06", "sale-delivery", id_, "10", price="5.00", target=DISPATCHED)
        for id_ in ("D1", "D2")
    ]
    rows = [
        row("2026-01-05", "opening", "O1", "20", price="2.00"),
        *dispatched,
        row("2026-01-07", "sale-acceptance", "A1", "6", ref="D1/1"),
    ]
    mine = replace(company(), revenue="at-acceptance")
    rest = row("2026-01-08", "sale-acceptance", "A2", "4", ref="D1/1")
    assert books(*rows, rest, mine=mine).codes() == []
    more = row("2026-01-08", "sale-acceptance", "A2", "5", ref="D1/1")
    assert books(*rows, more, mine=mine).codes() == ["citation-quantity"]


def test_charges_on_something_unknown_are_one_finding() -> None:
    made = books(
        row("2026-01-05", "landed-cost", "L1", item="", amount="10.00", ref="R9", tax="0")
    )
    assert made.codes() == ["citation-unknown"]
    amounts = [amount for _, amount in made.lines("landed-cost/L1/main")]
    assert amounts == ["10.00", "-10.00"]


@pytest.mark.req("AR-08")
def test_a_payment_finds_the_account_of_its_party() -> None:
    sources = sources_of([])
    own = next(n for n in sources.chart.accounts if n.startswith("Liabilities:2202"))
    mine = own + ":V1"
    sources.chart._claims["payable"].append(({"party": "V1"}, mine))
    for party, account in (("V1", mine), ("V2", own)):
        values = {"date": "2026-01-05", "id": "P1", "amount": "10.00", "party": party}
        found, problems = money_voucher(sources, "payment", values)
        assert problems == []
        assert found is not None
        assert account in {p.account for p in found.postings}


@pytest.mark.req("AR-10")
def test_labour_in_a_foreign_currency() -> None:
    """10.00 USD at 7.1 into a work order: 71.00."""
    labour = row("2026-01-05", "production-cost", "C1", item="", amount="10.00", order="WO-1",
                 reason="labour", rate="7.1")._replace(party="", currency="USD")  # fmt: skip
    made = books(labour)
    assert made.codes() == []
    assert made.balance("2211") == -7100
    assert made.valued.lines[0].cites == -1


def test_amounts_of_an_opening_balance() -> None:
    """10 @ 2.00 without VAT: 20.00 whichever way it is called."""
    made = books(row("2026-01-05", "opening", "O1", "10", price="2.00"))
    assert dict(made.valued.amounts[0]) == dict.fromkeys(
        ("net", "gross", "value", "accrued"), 2000
    )


def test_a_foreign_invoice_without_tax_at_the_rate_of_its_delivery() -> None:
    """10 delivered at 2.00 USD and 7.1, billed at 7.3, by rules that know no VAT: nothing new."""
    rows = [
        row("2026-01-05", "opening", "O1", "10", price="2.00"),
        row("2026-01-06", "sale-delivery", "D1", "10", price="2.00", rate="7.1"),
        row("2026-01-11", "sale-invoice", "S1", "10", price="2.00", ref="D1", rate="7.3"),
    ]
    sources = sources_of([rows[0], *(one._replace(currency="USD") for one in rows[1:])])
    plain = {
        type_: tuple(replace(rule, taxed=False) for rule in rules()[type_])
        for type_ in ("sale-delivery", "sale-invoice")
    }
    sources.rules = {**rules(), **plain}
    made = derive(sources)
    assert made.codes() == []
    assert "sale-invoice/S1/main" not in made.vouchers
    assert (made.balance("1122"), made.balance("6001")) == (14200, -14200)


@pytest.mark.req("IN-04")
def test_goods_billed_ahead_go_back_at_their_own_part_of_the_invoice() -> None:
    """0.02 for 3 pieces, delivered 1 and 2: 0.01 each time; the two go back for 0.01."""
    made = books(
        row("2026-01-05", "opening", "O1", "10", price="2.00"),
        row("2026-01-06", "sale-invoice", "S1", "3", amount="0.02", tax="0"),
        row("2026-01-07", "sale-delivery", "D1", "1", ref="S1/1", tax="0"),
        row("2026-01-08", "sale-delivery", "D2", "2", ref="S1/1", tax="0"),
        row("2026-01-09", "sale-return", "T1", "2", ref="D2/1", tax="0"),
    )
    assert made.codes() == []
    assert (made.balance("6001"), made.balance("1122"), made.balance("2205")) == (-1, 1, 0)


@pytest.mark.req("IN-13")
def test_a_receipt_invoiced_in_part_goes_back_at_what_each_part_was_worth() -> None:
    """10 at 1.00, of which 4 billed at 2.00: all of them go back at 6.00 + 8.00."""
    made = books(
        row("2026-01-05", "purchase-receipt", "R1", "10", price="1.00", tax="0"),
        row("2026-01-06", "purchase-invoice", "I1", "4", price="2.00", ref="R1/1", tax="0"),
        row("2026-01-07", "purchase-return", "B1", "10", ref="R1/1"),
    )
    assert made.codes() == []
    assert made.lines("purchase-return/B1/main") == [("1405", "-14.00R"), ("2202:暂估", "14.00R")]


@pytest.mark.req("CO-10")
def test_a_rule_of_write_downs_releases_what_an_issue_entered_later_takes() -> None:
    """In force from the 6th; an issue of the 5th entered after the write-down takes 4 of 10: 2.00
    of 5.00, out of the allowance as out of the account, whatever version of the rule says how.
    """
    down = row("2026-01-06", "write-down", "W1", item="", amount="5.00")
    rows = [
        row("2026-01-05", "opening", "O1", "10", price="2.00"),
        down._replace(party="", meta=(("item", "COLA"),)),
        row("2026-01-05", "scrap", "S1", "4", reason="x"),
    ]
    sources = sources_of(rows, replace(company(), order="as-entered"))
    sources.table = MovementTable.of(rows)
    dated = tuple(replace(rule, valid_from="2026-01-06") for rule in rules()["write-down"])
    sources.rules = {**rules(), "write-down": dated}
    made = derive(sources)
    assert "scrap/S1/main" in made.vouchers
    assert made.lines("scrap/S1/release") == [("1471", "2.00"), ("6701", "-2.00")]
    assert made.balance("1471") == -300
    sources.rules = rules()
    assert derive(sources).lines("scrap/S1/release") == made.lines("scrap/S1/release")


def test_a_company_is_plain_whatever_its_categories() -> None:
    """What stencils look at may be as it likes; a method or a setting they do not know may not."""
    sources = sources_of([])
    sources.master.parties.clear()  # some have tax rates of their own
    methods = frozenset({"fifo", "moving-average"})
    goods = company().categories["goods"]
    sources.company = replace(company(), categories={"goods": goods})
    assert is_plain_company(sources, methods)
    assert not is_plain_company(sources, frozenset({"fifo"}))
    sources.company = replace(sources.company, settlement="material-only")
    assert not is_plain_company(sources, methods)


@pytest.mark.req("OUT-01")
def test_an_acceptance_with_a_price_of_its_own_keeps_it() -> None:
    """Dispatched at 5.00, accepted at 6.00: revenue 60.00, tax 7.80."""
    made = books(
        row("2026-01-05", "opening", "O1", "10", price="2.00"),
        row("2026-01-06", "sale-delivery", "D1", "10", price="5.00", target=DISPATCHED),
        row("2026-01-07", "sale-acceptance", "A1", "10", price="6.00", ref="D1/1"),
        mine=replace(company(), revenue="at-acceptance"),
    )
    assert made.codes() == []
    assert (made.balance("6001"), made.balance("1122")) == (-6000, 6780)


def test_goods_sold_without_tax_come_back_without_tax() -> None:
    sources = sources_of([
        row("2026-01-05", "opening", "O1", "10", price="2.00"),
        row("2026-01-06", "sale-delivery", "D1", "10", price="2.00"),
        row("2026-01-07", "sale-return", "T1", "10", ref="D1"),
    ])  # fmt: skip
    types = ("sale-delivery", "sale-return")
    plain = {t: tuple(replace(rule, taxed=False) for rule in rules()[t]) for t in types}
    sources.rules = {**rules(), **plain}
    made = derive(sources)
    assert made.codes() == []
    assert [made.balance(code) for code in ("1122", "6001", "2221")] == [0, 0, 0]


@pytest.mark.req("AR-10")
def test_a_foreign_price_that_holds_its_tax() -> None:
    """113.00 USD with 13 % at 7.1: 710.00 of goods, 92.30 of tax, 802.30 owed."""
    receipt = row("2026-01-05", "purchase-receipt", "R1", "100", price="1.13", tax="13",
                  rate="7.1")._replace(currency="USD")  # fmt: skip
    invoice = row("2026-01-06", "purchase-invoice", "I1", "100", price="1.13", tax="13",
                  rate="7.1", ref="R1")._replace(currency="USD")  # fmt: skip
    made = books(receipt, invoice, mine=replace(company(), prices="gross"))
    assert made.codes() == []
    assert (made.balance("1405"), made.balance("2202:暂估")) == (71000, 0)
    assert (made.balance("2221"), made.balance("2202")) == (9230, -80230)


def test_a_value_document_undone_cites_no_line_for_the_kernel() -> None:
    first = row("2026-01-05", "production-cost", "C1", item="", amount="10.00", order="WO-1",
                reason="labour")._replace(party="")  # fmt: skip
    undone = first._replace(id="C2", date="2026-01-06", meta=(("reverses", "C1"),))
    made = books(first, undone)
    assert made.codes() == []
    assert [line.cites for line in made.valued.lines] == [-1, -1]
    assert made.balance("2211") == 0


def test_a_payment_without_a_field_that_its_rule_requires() -> None:
    sources = sources_of([])
    rule = replace(sources.rules["payment"][0], fields={"party": "required"})
    sources.rules = {"payment": (rule,)}
    values = {"date": "2026-01-05", "id": "P1", "amount": "10.00"}
    found, problems = money_voucher(sources, "payment", values)
    assert found is None
    assert [one.code for one in problems] == ["field-required"]


def test_a_document_cited_whole_means_its_lines_of_the_same_item() -> None:
    made = books(
        row("2026-01-05", "purchase-receipt", "R1", "10", price="1.00"),
        row("2026-01-05", "purchase-receipt", "R1", "5.000", item="SUGAR", price="3.00", line="2"),
        row("2026-01-06", "purchase-invoice", "I1", "5.000", item="SUGAR", price="3.00", ref="R1"),
    )
    assert made.codes() == []
    assert made.balance("2202:暂估") == -1000
