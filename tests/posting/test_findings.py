"""What posting tells of a row: code, place and every word of it; and that it tells it once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from invledger.books.deriving import derive as whole_of
from invledger.model import Company, CostChange, CostPolicy, Price, Row
from invledger.model.problem import Place
from invledger.posting.landed import BASES
from invledger.posting.production import ESTIMATES, SETTLEMENTS
from invledger.posting.revalue import TREATS
from tests.posting.small import (
    BEIJING,
    MAIN,
    SUPPLIER,
    Books,
    books,
    company,
    derive,
    row,
    rules,
    sources_of,
)

Found = list[tuple[str, str, dict[str, str]]]
RECEIPT = row("2026-01-05", "purchase-receipt", "R1", "10", price="2.00", tax="0")
OTHER = row("2026-01-05", "purchase-receipt", "R2", "5.000", item="SUGAR", price="6.00", tax="0")
SOLD = row("2026-01-06", "sale-delivery", "D1", "4")


def paper(date: str, type_: str, id_: str = "X1", amount: str = "", **given: str) -> Row:
    """A value document; `it` is the item that it is about."""
    about = given.pop("it", "")
    made = row(date, type_, id_, item="", amount=amount, **given)._replace(party="")
    return made._replace(meta=(*made.meta, *((("item", about),) if about else ())))


def charge(amount: str, ref: str = "R1", **given: str) -> Row:
    made = paper("2026-01-09", "landed-cost", amount=amount, ref=ref, tax="0", **given)
    return made._replace(party="V1")


def told(made: Books) -> Found:
    """Code, day and words of each finding; all stand at the line of their row."""
    assert {one.place.line for one in made.problems} <= {3}
    for one in made.problems:
        assert "{" not in "".join(one.text(x) + one.remedy(x) for x in ("en", "zh"))
    return [(one.code, one.place.path[-20:-10], dict(one.args)) for one in made.problems]


def undone(first: Row, id_: str = "Z1", **given: object) -> Row:
    made = first._replace(date="2026-01-20", id=id_, source=first.target, target=first.source,
                          price=None, meta=(("reverses", first.id),))  # fmt: skip
    made = made._replace(**given)  # type: ignore[arg-type]  # columns of text
    return made._replace(path=f"ledgers/movements/{made.date}.beancount")


CITING: list[tuple[Row, str, dict[str, str]]] = [
    (row("2026-01-09", "purchase-return", "X1", "1", ref="D1"), "citation-type",
     {"type": "purchase-return", "cited": "sale-delivery", "cites": "purchase-receipt opening"}),
    (row("2026-01-09", "purchase-return", "X1", "1", ref="R9"), "citation-unknown",
     {"ref": "R9"}),
    (row("2026-01-05", "purchase-return", "X1", "1", ref="X2", rank="1"), "citation-unknown",
     {"ref": "X2"}),
    (row("2026-01-09", "purchase-return", "X1", "11", ref="R1"), "citation-quantity",
     {"ref": "R1"}),
    (row("2026-01-09", "purchase-return", "X1", "1"), "citation-required",
     {"type": "purchase-return", "cites": "purchase-receipt opening"}),
    (row("2026-01-09", "purchase-invoice", "X1", "1", price="2.00", ref="R2/1", tax="0"),
     "citation-item", {"cited": "R2", "item": "SUGAR"}),
    (row("2026-01-09", "scrap", "X1", "1", reason="x", pick="D1"), "pick-leaves", {"ref": "D1"}),
    (row("2026-01-09", "scrap", "X1", "3", reason="x", pick="R1=2"), "citation-quantity",
     {"ref": "R1=2"}),
    (row("2026-01-09", "scrap", "X1", "3", reason="x", pick="R1/1=2"), "citation-quantity",
     {"ref": "R1/1=2"}),
    (row("2026-01-09", "transfer", "X1", "3", pick="R1"), "pick-unusual", {"type": "transfer"}),
    (row("2026-01-09", "transfer", "X1", "3", reverses="R9"), "reversal-unknown",
     {"reverses": "R9"}),
    (undone(RECEIPT, quantity=9), "reversal-differs", {"reverses": "R1"}),
    (row("2026-01-09", "scrap", "X1", "1", reason="x", target=SUPPLIER), "flow-not-allowed",
     {"type": "scrap", "source": f"{MAIN} (available)", "target": f"{SUPPLIER} (supplier)",
      "flows": "available inspection locked rejected subcontract transit -> scrap"}),
    (row("2026-01-09", "sale-delivery", "X1", "1", party=""), "field-required",
     {"field": "party", "type": "sale-delivery"}),
    (row("2026-01-09", "transfr-out", "X1", "1"), "rule-unknown",
     {"type": "transfr-out", "date": "2026-01-09", "nearest": "transfer-out"}),
    (row("2026-01-09", "purchase-receipt", "X1", "1"), "missing-price",
     {"item": "COLA", "type": "purchase-receipt"}),
    (row("2026-01-09", "purchase-receipt", "X1", "1", price="0", tax="0"), "zero-price",
     {"item": "COLA"}),
    (row("2026-01-09", "purchase-receipt", "X1", "1", price="1", tax="x"), "tax-rate-unknown",
     {"tax": "x"}),
    (row("2026-01-09", "purchase-receipt", "X1", "1", price="1", tax_amount="x"),
     "tax-rate-unknown", {"tax": "x"}),
    (row("2026-01-09", "purchase-receipt", "X1", "1", price="1", tax="0")._replace(currency="USD"),
     "rate-missing", {"currency": "USD", "date": "2026-01-09", "rate": ""}),
    (row("2026-01-09", "purchase-receipt", "X1", "1", price="1", tax="0",
         rate="0")._replace(currency="USD"),
     "rate-missing", {"currency": "USD", "date": "2026-01-09", "rate": "(rate: 0)"}),
    (row("2026-01-09", "production-receipt", "X1", "1", item="SYRUP", order="W1", share="2"),
     "share-unclear", {"share": "2"}),
    (row("2026-01-09", "production-receipt", "X1", "1", item="SYRUP", order="W1", estimate="x"),
     "estimate-unclear", {"estimate": "x", "known": " ".join(ESTIMATES)}),
    (row("2026-01-09", "production-receipt", "X1", "1", item="SYRUP", order="W1",
         estimate="standard"), "estimate-missing", {"item": "SYRUP", "date": "2026-01-09"}),
    (charge("1.00", basis="length"),
     "landed-basis-unknown", {"basis": "length", "known": " ".join(BASES)}),
    (charge("1.00", basis="weight"),
     "landed-no-basis", {"basis": "weight"}),
    (charge("-20.01"), "landed-exceeds",
     {"ref": "R1", "amount": "-20.01", "worth": "20.00"}),
    (charge("1.00", treat="x"),
     "treat-unknown", {"treat": "x", "known": " ".join(TREATS)}),
    (paper("2026-01-09", "cost-adjustment", amount="-20.01", ref="R1", reason="x"),
     "adjustment-exceeds", {"amount": "-20.01", "worth": "20.00"}),
    (paper("2026-01-09", "cost-adjustment", amount="-20.01", it="COLA", reason="x"),
     "adjustment-exceeds", {"amount": "-20.01", "worth": "20.00"}),
    (paper("2026-01-09", "cost-adjustment", amount="1.00", it="SYRUP", reason="x"),
     "revaluation-of-nothing", {}),
    (paper("2026-01-09", "cost-adjustment", amount="1.00", it="COAL", reason="x"),
     "document-item-unknown", {"item": "COAL", "nearest": "COLA"}),
    (paper("2026-01-09", "cost-adjustment", amount="1.00", it="COLA", location="A:B", reason="x"),
     "document-location-unknown", {"location": "A:B"}),
    (paper("2026-01-09", "cost-adjustment", amount="1.00", reason="x"), "field-required",
     {"field": "item", "type": "cost-adjustment"}),
    (paper("2026-01-09", "revaluation", ref="R1 R2", unit_cost="8", reason="x"),
     "citation-single", {"ref": "R1 R2"}),
    (paper("2026-01-09", "revaluation", ref="R1", unit_cost="8,0", reason="x"),
     "amount-unreadable", {"value": "8,0"}),
    (paper("2026-01-09", "write-down", nrv="x", it="COLA"), "amount-unreadable", {"value": "x"}),
    (paper("2026-01-09", "write-down", amount="20.01", it="COLA"), "allowance-exceeds",
     {"item": "COLA", "amount": "20.01", "allowance": "0.00", "cost": "20.00"}),
    (paper("2026-01-09", "write-down", amount="1.00", it="SYRUP"), "allowance-nothing",
     {"item": "SYRUP"}),
    (paper("2026-01-09", "standard-cost-change", it="COAL"), "standard-change-item",
     {"item": "COAL"}),
    (paper("2026-01-09", "standard-cost-change", it="COLA"), "standard-change-idle",
     {"item": "COLA"}),
    (paper("2026-01-09", "production-settlement", order="W9"), "settlement-order-unknown",
     {"order": "W9", "nearest": "W1"}),
    (paper("2026-01-09", "production-settlement", order="W1", settlement="x"),
     "settlement-unclear", {"settlement": "x", "known": " ".join(SETTLEMENTS)}),
]  # fmt: skip


@pytest.mark.req("IN-14", "IN-05")
@pytest.mark.parametrize(("bad", "code", "words"), CITING)
def test_a_bad_row_is_told_once_with_all_its_words(
    bad: Row, code: str, words: dict[str, str]
) -> None:
    order = row("2026-01-06", "production-issue", "I1", "1.000", item="SUGAR", order="W1")
    goods = [] if code in ("adjustment-exceeds", "allowance-exceeds") else [SOLD]
    made = books(RECEIPT, OTHER, order, *goods, bad)
    assert told(made) == [(code, bad.date, {"id": bad.id, **words})]


SEVERAL: list[tuple[Sequence[Row], str, dict[str, str]]] = [
    ([undone(RECEIPT), undone(RECEIPT, "Z2")], "reversal-twice", {"id": "Z2", "reverses": "R1"}),
    ([undone(RECEIPT), undone(undone(RECEIPT), "Z2")], "reversal-of-reversal",
     {"id": "Z2", "reverses": "Z1"}),
    ([undone(RECEIPT, date="2026-01-04")], "reversal-later", {"id": "Z1", "reverses": "R1"}),
    ([undone(RECEIPT), row("2026-01-21", "purchase-return", "B1", "1", ref="R1")],
     "citation-reversed", {"id": "B1", "cited": "R1"}),
    ([row("2026-01-06", "scrap", "S1", "4", reason="x"),
      row("2026-01-06", "count-overage", "S2", "1"),
      paper("2026-01-09", "loss-settlement", ref="S1 S2", reason="normal")], "settlement-mixed",
     {"id": "X1"}),
    ([row("2026-01-06", "scrap", "S1", "4", reason="x"),
      paper("2026-01-09", "loss-settlement", amount="8.01", ref="S1", reason="normal")],
     "settlement-exceeds", {"id": "X1", "stated": "8.01", "left": "8.00"}),
    ([row("2026-01-06", "scrap", "S1", "4", reason="x"),
      paper("2026-01-08", "loss-settlement", "X0", amount="3.00", ref="S1", reason="normal"),
      paper("2026-01-09", "loss-settlement", amount="5.01", ref="S1", reason="normal")],
     "settlement-exceeds", {"id": "X1", "stated": "5.01", "left": "5.00"}),
]  # fmt: skip


@pytest.mark.req("IN-14")
@pytest.mark.parametrize(("rows", "code", "words"), SEVERAL)
def test_what_several_rows_do_together(
    rows: Sequence[Row], code: str, words: dict[str, str]
) -> None:
    assert told(books(RECEIPT, *rows)) == [(code, rows[-1].date, words)]


def test_a_reversal_of_goods_that_left_names_who_took_them() -> None:
    """First in, first out: the 10 @ 2.00 have lost 4, the reversal would take others."""
    dear = row("2026-01-05", "purchase-receipt", "R3", "10", price="4.00", tax="0")
    gone = row("2026-01-07", "scrap", "S1", "1", reason="x")
    far = row("2026-01-07", "scrap", "S2", "1.000", item="SUGAR", reason="x")
    late = row("2026-01-21", "scrap", "S3", "1", reason="x")
    goods = replace(company().categories["goods"], cost=CostPolicy("fifo"))
    mine = replace(company(), categories={**company().categories, "goods": goods})
    made = books(RECEIPT, OTHER, dear, SOLD, gone, far, undone(RECEIPT), late, mine=mine)
    words = {"id": "Z1", "reverses": "R1", "consumers": "D1 S1"}
    assert told(made) == [("reversal-consumed", "2026-01-20", words)]


def test_a_reason_that_nobody_knows_names_its_neighbour() -> None:
    first = told(books(RECEIPT, row("2026-01-09", "other-out", "X1", "1", reason="gfit")))[0]
    words = {"id": "X1", "reason": "gfit", "type": "other-out", "nearest": "gift"}
    assert first == ("reason-unknown", "2026-01-09", words)


@pytest.mark.parametrize("type_", ["other-out", "production-cost", "loss-settlement"])
def test_a_reason_that_nobody_knows_is_all_that_is_told(type_: str) -> None:
    """No line of the voucher is for it, so it does not balance: the same fault, not told again."""
    said = row("2026-01-09", type_, "X1", "1", reason="gfit")
    if type_ != "other-out":
        said = paper("2026-01-09", type_, amount="5.00", reason="gfit", ref="S1", order="W1")
    used = row("2026-01-06", "production-issue", "I1", "1", order="W1")
    lost = row("2026-01-07", "scrap", "S1", "1", reason="x")
    found = whole_of(sources_of([RECEIPT, used, lost, said], company())).problems
    assert [(one.code, dict(one.args)["id"]) for one in found] == [("reason-unknown", "X1")]


def test_two_treatments_in_one_document() -> None:
    """Policies of two items: a charge for both must say which treatment it wants."""
    raw = company().categories["raw"]
    late = replace(raw, cost=replace(raw.cost, landed_cost="remaining-share"))
    goods = company().categories["goods"]
    shared = replace(goods, cost=replace(goods.cost, landed_cost="on-hand-share"))
    mine = replace(company(), categories={**company().categories, "raw": late, "goods": shared})
    made = books(RECEIPT, OTHER, charge("5.00", "R1 R2"), mine=mine)
    words = {"id": "X1", "treats": "on-hand-share remaining-share"}
    assert told(made) == [("treat-mixed", "2026-01-09", words)]


@pytest.mark.parametrize(
    ("method", "kind"),
    [("standard", "standard"), ("planned", "planned"), ("retail", "retail")],
)
def test_a_price_that_is_not_in_force(method: str, kind: str) -> None:
    """Told once an item, at its first line; a new price wants its document."""
    goods = replace(company().categories["goods"], cost=CostPolicy(method))
    mine = replace(company(), categories={**company().categories, "goods": goods})
    made = books(RECEIPT, SOLD, mine=mine)
    words = {"id": "R1", "item": "COLA", "kind": kind, "date": "2026-01-05", "currency": "CNY"}
    assert told(made)[0] == ("standard-cost-missing", "2026-01-05", words)
    assert made.codes().count("standard-cost-missing") == 1
    sources = sources_of([RECEIPT, SOLD, SOLD._replace(id="D2", date="2026-01-07")], mine)
    place = Place("ledgers/prices.beancount", 1)
    sources.master.prices = [
        Price(day, "COLA", price * 10**10, "CNY", place, kind)
        for day, price in (("2026-01-01", 2), ("2026-01-06", 3))
    ]
    words = {"id": "D1", "item": "COLA", "date": "2026-01-06"}
    assert told(derive(sources)) == [("standard-change-missing", "2026-01-06", words)]


def changing(pool: str, *, back: bool) -> Company:
    """Pools change on the first of February and, retrospectively, of March."""
    mine = replace(company(), default_cost=CostPolicy("moving-average"), categories={})
    one, two = replace(mine.default_cost, pool="site"), replace(mine.default_cost, pool=pool)
    place = Place("rules/company.yaml", 7)
    return replace(mine, cost_changes=(
        CostChange("2026-02-01", "", "", back, "x", one, {}, {}, place),
        CostChange("2026-03-01", "", "", True, "x", two, {}, {}, Place("rules/company.yaml", 9)),
    ))  # fmt: skip


@pytest.mark.req("CO-06")
def test_a_pool_that_was_divided_is_not_costed_again() -> None:
    """Goods of one pool lie in two sites from February on: the past cannot say whose they were."""
    moved = row("2026-01-06", "transfer", "T1", "4", target=BEIJING)
    later = row("2026-03-05", "scrap", "S1", "1", reason="x")
    made = books(RECEIPT, moved, later, mine=changing("site", back=True))
    divides = [one for one in made.problems if one.code == "cost-change-divides"]
    assert [(one.place, dict(one.args)) for one in divides] == [
        (Place("rules/company.yaml", 7), {"item": "COLA", "date": "2026-02-01"}),
    ]  # fmt: skip
    joined = books(RECEIPT, later, mine=changing("company", back=False))
    assert joined.codes() == []


def test_a_change_without_its_rule_is_told_at_the_change() -> None:
    """Retrospectively to another method: who takes the difference says `policy-change`."""
    rows = [RECEIPT, row("2026-01-06", "purchase-receipt", "R3", "10", price="4.00", tax="0"),
            SOLD, row("2026-02-05", "scrap", "S1", "1", reason="x")]  # fmt: skip
    place = Place("rules/company.yaml", 7)
    change = CostChange("2026-02-01", "", "", True, "x", CostPolicy("fifo"), {}, {}, place)
    mine = replace(company(), default_cost=CostPolicy(), categories={}, cost_changes=(change,))
    sources = sources_of(rows, mine)
    sources.rules = {name: one for name, one in rules().items() if name != "policy-change"}
    made = derive(sources)
    [one] = made.problems
    assert (one.code, one.place) == ("rule-unknown", place)
    assert dict(one.args) == {
        "type": "policy-change", "id": "2026-02-01", "date": "2026-02-01",
        "nearest": "policy-change",
    }  # fmt: skip


def test_a_line_without_account_is_told_once_a_category() -> None:
    scrap = rules()["scrap"][0]
    first, second = scrap.lines
    sources = sources_of([
        RECEIPT, OTHER, row("2026-01-06", "scrap", "S1", "1", reason="x"),
        row("2026-01-06", "scrap", "S2", "1", reason="x"),
        row("2026-01-06", "scrap", "S3", "1.000", item="SUGAR", reason="x"),
    ])  # fmt: skip
    sources.rules = {
        **rules(),
        "scrap": (replace(scrap, lines=(replace(first, role="x"), second)),),
    }
    made = derive(sources)
    assert [(one.code, one.place, dict(one.args)) for one in made.problems] == [
        ("role-unclaimed", scrap.place, {"role": "x", "type": "scrap", "category": "goods"}),
        ("role-unclaimed", scrap.place, {"role": "x", "type": "scrap", "category": "raw"}),
    ]  # fmt: skip
    assert not [identity for identity in made.vouchers if identity.startswith("scrap")]


@pytest.mark.req("IN-14")
def test_a_line_cited_twice_gives_its_two_parts_wherever_it_stands() -> None:
    """Of 10 the bill names 6 and 4; 6 and 5 are one too many."""
    first = row("2026-01-04", "purchase-receipt", "R0", "3", price="1.00", tax="0")
    for last, codes in (("4", []), ("5", ["citation-quantity"])):
        paper = row("2026-01-20", "purchase-invoice", "I1", "11", price="2.00", tax="0",
                    ref=f"R1/1=6 R0/1=1 R1/1={last}")  # fmt: skip
        assert books(first, RECEIPT, paper).codes() == codes


def test_what_reverses_itself_comes_too_late() -> None:
    odd = row("2026-01-09", "scrap", "X1", "1", reason="x", reverses="X1")
    assert told(books(RECEIPT, odd))[0][::2] == ("reversal-later", {"id": "X1", "reverses": "X1"})


@pytest.mark.req("IN-14", "CO-09")
def test_late_value_that_a_receipt_bears_counts_as_its_worth() -> None:
    """20.00 and 5.00 onto what is left of it: 24.00 may be taken, 26.00 not."""
    late = charge("5.00", treat="remaining-share")
    for amount, codes in (("-24.00", []), ("-26.00", ["adjustment-exceeds"])):
        lower = paper("2026-01-12", "cost-adjustment", amount=amount, ref="R1", reason="x")
        assert books(RECEIPT, late, lower).codes() == codes


@pytest.mark.req("FIN-15")
def test_a_rate_that_changes_holds_from_its_day() -> None:
    """16 % until the end of March 2019, then 13 %: the same item of the same supplier."""
    days = ("2019-03-30", "2019-03-31", "2019-04-01", "2019-04-02")
    made = books(*(row(day, "purchase-invoice", f"I{n}", "10", price="10.00")
                   for n, day in enumerate(days)))  # fmt: skip
    taxes = [dict(made.lines(f"purchase-invoice/I{n}/main")) for n in range(4)]
    assert [one["2221:应交增值税:进项税额"] for one in taxes] == [
        "16.00",
        "16.00",
        "13.00",
        "13.00",
    ]
