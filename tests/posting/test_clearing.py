"""Goods, invoices, returns and charges in any order: what is owed is what was billed, to the cent.

Nothing is reckoned here as the program does it: when each piece of a receipt (a delivery) was
either billed or sent back unbilled, accruals (advances) are empty and debts are the bills.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from invledger.model import Company, CostPolicy, Row
from tests.posting.small import Books, books, company, row


def by(method: str) -> Company:
    goods = replace(company().categories["goods"], cost=CostPolicy(method))
    return replace(company(), categories={**company().categories, "goods": goods})


def money(cents: int) -> str:
    return f"{'-' * (cents < 0)}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def day(number: int) -> str:
    return f"2026-01-{number:02d}"


def bill(number: int, quantity: int, cents: int, ref: str, type_: str) -> Row:
    return row(day(number), type_, f"I{number}", str(quantity), amount=money(cents), ref=ref,
               tax="13" if type_ == "sale-invoice" else "0")  # fmt: skip


def checked(made: Books) -> Books:
    assert made.codes() == [] == made.costed.troubles
    assert made.balance("1405") == sum(pool.value for pool in made.costed.pools.values())
    return made


@pytest.mark.req("AR-05", "IN-04", "CO-08")
@pytest.mark.parametrize("method", ["fifo", "moving-average"])
def test_accruals_are_cleared_by_bills_and_returns(method: str) -> None:
    for seed in range(120):
        chance = Random(seed)  # noqa: S311  the same books each time
        whole = open_ = chance.randint(1, 9)
        ahead = chance.choice((0, 0, chance.randint(1, whole)))
        rows, owed, spent = list[Row](), 0, 0
        if ahead:  # billed before the goods came, all of the bill or a part of it
            more, cents = chance.choice((0, 2)), chance.randint(1, 500)
            owed += cents
            rows.append(bill(2, ahead + more, cents, "", "purchase-invoice"))
            if more:  # others come for the rest of the bill
                rest = row(day(4), "purchase-receipt", "R0", str(more), amount="1.23", tax="0",
                           ref="I2")  # fmt: skip
                rows.append(rest)
        ref = f"I2/1={ahead}" if ahead else ""
        rows.append(row(day(3), "purchase-receipt", "R1", str(whole),
                        amount=money(chance.randint(whole, 999)), tax="0", ref=ref))  # fmt: skip
        open_ -= ahead
        for number in range(5, 9):
            if not open_:
                break
            part, way = chance.randint(1, open_), chance.choice(("bill", "back", "charge"))
            if way == "charge":
                cents = chance.randint(1, 99)
                spent += cents
                rows.append(row(day(number), "landed-cost", f"L{number}", item="",
                                amount=money(cents), ref="R1", tax="0"))  # fmt: skip
            elif way == "bill":
                cents = chance.randint(1, 900)
                owed += cents
                rows.append(bill(number, part, cents, f"R1/1={part}", "purchase-invoice"))
                open_ -= part
            else:
                rows.append(row(day(number), "purchase-return", f"B{number}", str(part),
                                ref="R1/1"))  # fmt: skip
                open_ -= part
        if open_:
            owed += 777
            rows.append(bill(9, open_, 777, f"R1/1={open_}", "purchase-invoice"))
        made = checked(books(*rows, mine=by(method)))
        said = {name: made.balance(name) for name in ("2202:暂估", "1402")}
        assert said == {"2202:暂估": 0, "1402": 0}, f"seed {seed}"
        assert made.balance("2202") == -owed - spent, f"seed {seed}"


@pytest.mark.req("AR-06", "OUT-03")
@pytest.mark.parametrize("revenue", ["at-delivery", "at-acceptance"])
def test_receivables_are_what_was_billed(revenue: str) -> None:
    stock = row(day(1), "opening", "O1", "50", price="1.00")
    is_late = revenue == "at-acceptance"
    for seed in range(120):
        chance = Random(seed)  # noqa: S311  the same books each time
        whole = open_ = chance.randint(1, 9)
        ahead = chance.choice((0, 0, chance.randint(1, whole)))
        rows, owed = [stock], list[int]()
        if ahead:
            cents = chance.randint(1, 500)
            owed.append(cents)
            rows.append(bill(2, ahead, cents, "", "sale-invoice"))
        price = chance.choice(("", money(chance.randint(1, 999))))
        given = {"amount": price, "tax": "13"} if price else {}
        goods = "D1"
        if is_late:
            rows.append(row(day(2), "sale-delivery", "D0", str(whole), **given,
                            target="Assets:Stock:Dispatched:C1"))  # fmt: skip
            given, goods = {}, "A1"
        if ahead and (ahead < whole or is_late) and not price:
            continue  # a part without any price
        ref = " ".join([*(["D0"] if is_late else []), *(["I2"] if ahead else [])])
        type_ = "sale-acceptance" if is_late else "sale-delivery"
        if is_late and not price:
            continue
        rows.append(row(day(3), type_, goods, str(whole), ref=ref, **given))
        open_ -= ahead
        for number in range(5, 9):
            if not open_:
                break
            part = chance.randint(1, open_)
            open_ -= part
            if chance.random() < 0.6:
                cents = chance.randint(1, 900)
                owed.append(cents)
                rows.append(bill(number, part, cents, f"{goods}/1={part}", "sale-invoice"))
            else:
                rows.append(row(day(number), "sale-return", f"B{number}", str(part),
                                ref=f"{goods}/1"))  # fmt: skip
        if open_:
            owed.append(777)
            rows.append(bill(9, open_, 777, f"{goods}/1={open_}", "sale-invoice"))
        made = checked(books(*rows, mine=replace(by("fifo"), revenue=revenue)))
        net, tax = sum(owed), sum((13 * cents + 50) // 100 for cents in owed)
        said = {name: made.balance(name) for name in ("1122", "2205", "6001", "2221")}
        assert said == {"1122": net + tax, "2205": 0, "6001": -net, "2221": -tax}, f"seed {seed}"
