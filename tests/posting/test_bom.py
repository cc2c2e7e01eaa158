"""Estimates from a bill of material, and losses by share: figures by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invledger.model import Price, Row
from invledger.model.problem import Place
from tests.posting.small import Books, derive, row, sources_of
from tests.posting.test_production import SUGAR, by, held, issue, labour, made, settled

PLACE = Place("ledgers/prices.beancount", 1)
SUGAR_PRICE = Price("2026-01-01", "SUGAR", 95 * 10**9, "CNY", PLACE, "estimate")  # 9.50
COLA_PRICE = Price("2026-01-01", "COLA", 2 * 10**10, "CNY", PLACE, "standard")


def of(*rows: Row, prices: list[Price], **bills: str) -> Books:
    """Books in which SYRUP (and COLA) have bills of material."""
    sources = sources_of(rows, by())
    sources.master.prices = prices
    for name, bill in bills.items():
        code, _, key = name.partition("_")
        item = sources.master.items[code]
        meta = {**item.meta, key.replace("_", "-") or "bom": bill}
        sources.master.items[code] = replace(item, meta=meta)
    return derive(sources)


ROWS = [SUGAR, issue("50.000"), made("10", "P1", estimate="bom")]


@pytest.mark.req("CO-08")
def test_output_is_worth_its_bill_until_it_is_settled() -> None:
    """One takes 4.5 kg at 9.50 and 3.00 of wages: 45.75, ten 457.50; settled at 500.00."""
    bills = {"SYRUP": "SUGAR=4.5", "SYRUP_bom_cost": "3.00"}
    found = of(*ROWS, prices=[SUGAR_PRICE], **bills)
    assert held(found, "SYRUP") == 45750
    assert found.balance("5001") == 50000 - 45750
    found = of(*ROWS, settled(), prices=[SUGAR_PRICE], **bills)
    assert (held(found, "SYRUP"), found.balance("5001")) == (50000, 0)


@pytest.mark.req("CO-08")
def test_a_component_without_a_price_is_worth_its_own_bill() -> None:
    """SYRUP takes 3 COLA and 1 kg; COLA 1/3 kg at 9.50: 9.50 + 9.50, ten 190.00."""
    found = of(*ROWS, prices=[SUGAR_PRICE], SYRUP="COLA=3 SUGAR=1", COLA="SUGAR=1/3")
    assert held(found, "SYRUP") == 19000
    dearer = of(*ROWS, prices=[SUGAR_PRICE, COLA_PRICE], SYRUP="COLA=3 SUGAR=1", COLA="SUGAR=1/3")
    assert held(dearer, "SYRUP") == 15500  # 3 x 2.00 + 9.50


@pytest.mark.parametrize(
    ("bills", "code", "item"),
    [
        ({}, "bom-missing", "SYRUP"),
        ({"SYRUP": "SUGAR"}, "bom-unclear", "SYRUP"),
        ({"SYRUP": "SUGER=1"}, "bom-unclear", "SYRUP"),
        ({"SYRUP": "SUGAR=-1"}, "bom-unclear", "SYRUP"),
        ({"SYRUP": "SUGAR=1/0"}, "bom-unclear", "SYRUP"),
        ({"SYRUP": "SUGAR=1", "SYRUP_bom_cost": "x"}, "bom-unclear", "SYRUP"),
        ({"SYRUP": "COLA=1", "COLA": "SYRUP=1"}, "bom-unclear", "COLA"),
        ({"SYRUP": "COLA=1"}, "estimate-missing", "COLA"),
    ],
)
def test_a_bill_that_says_too_little_is_refused(
    bills: dict[str, str], code: str, item: str
) -> None:
    found = of(*ROWS, prices=[SUGAR_PRICE], **bills)
    assert found.codes() == [code]
    assert dict(found.problems[0].args)["item"] == item
    assert "{" not in found.problems[0].text("zh") + found.problems[0].remedy("zh")


def lost(share: str = "", amount: str = "", date: str = "2026-01-04") -> Row:
    given = {"share": share} if share else {}
    if amount:
        given["amount"] = amount
    return row(date, "production-loss", "V1", item="", order="W1", reason="fire", **given)


@pytest.mark.req("CO-08", "CO-09")
def test_an_abnormal_loss_by_its_share_of_what_the_order_took_in() -> None:
    """5 of 50 spoilt: 62.00 of 500.00 sugar and 120.00 wages; 558.00 for what was made."""
    rows = [SUGAR, issue("50.000"), labour("120.00"), lost("5/50"), made("45", "P1", "2026-01-05")]
    found = of(*rows, prices=[])
    assert (held(found, "SYRUP"), found.balance("5001"), found.balance("1901")) == (
        55800, 0, 6200,
    )  # fmt: skip
    assert found.lines("production-loss/V1/main")[1] == ("5001", "-62.00")
    cleared = row("2026-01-31", "loss-settlement", "Q1", item="", reason="disaster", ref="V1")
    found = of(*rows, cleared._replace(party=""), prices=[])
    assert (found.balance("1901"), found.balance("6711")) == (0, 6200)


def test_a_loss_says_an_amount_or_a_share() -> None:
    before = [SUGAR, issue("50.000")]
    assert of(*before, lost("5/50", "10.00"), prices=[]).codes() == ["share-unclear"]
    assert of(*before, lost("x"), prices=[]).codes() == ["share-unclear"]
    assert of(*before, lost(), prices=[]).codes() == ["missing-price"]
