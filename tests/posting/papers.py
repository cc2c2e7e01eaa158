"""Random papers of one sale or purchase of two lots of goods, of which all comes back in the end.

Billed ahead, after, in parts, together or not at all; no paper takes more than is open. Goods not
billed come back before billed ones, so nobody bills what came back.
"""

from __future__ import annotations

from random import Random

from invledger.model import Row
from tests.posting.small import row
from tests.posting.test_clearing import day, money

WHOLES = (1, 2, 3, 4, 7, 9)
OPENING = row(day(1), "opening", "O1", "50", price="1.37")


def paper(what: tuple[int, str, str], quantity: int, chance: Random, ref: str = "") -> Row:
    """An invoice, credit note, receipt or delivery of any amount; `what`: day, type, id."""
    number, type_, id_ = what
    tax = "13" if type_.startswith("sale") else "0"
    return row(day(number), type_, id_, str(quantity), tax=tax, ref=ref,
               amount=money(chance.randint(1, 900)))  # fmt: skip


def began(
    chance: Random, bill: str, goods: str, ids: tuple[str, str]
) -> tuple[list[Row], dict[str, int], dict[str, int]]:
    """A bill ahead, perhaps, and two lots that use it up; their quantities, and what of them is
    not billed.
    """
    wholes = {id_: chance.choice(WHOLES) for id_ in ids}
    unbilled = dict(wholes)
    ahead = chance.choice((0, 0, chance.randint(1, sum(wholes.values()))))
    rows = [paper((2, bill, "I2"), ahead, chance)] if ahead else []
    for at, (id_, whole) in enumerate(wholes.items()):
        paid = min(ahead, whole)
        ahead, unbilled[id_] = ahead - paid, whole - paid
        rows.append(paper((3 + at, goods, id_), whole, chance, f"I2/1={paid}" if paid else ""))
    return rows, wholes, unbilled


def cited(chance: Random, wanted: int, open_: dict[str, int], *, named: bool) -> tuple[int, str]:
    """So much of what is open by line, taken off it, and a reference to it."""
    parts: dict[str, int] = {}
    for id_ in chance.sample(sorted(open_), len(open_)):
        part = min(wanted - sum(parts.values()), open_[id_])
        if part:
            parts[id_] = part
            open_[id_] -= part
    words = (f"{id_}/1={part}" if named else f"{id_}/1" for id_, part in parts.items())
    return sum(parts.values()), " ".join(words)


def sold(seed: int) -> list[Row]:
    """Two deliveries out of an opening balance; bills and returns of both at once, too."""
    chance = Random(seed)  # noqa: S311  the same papers each time
    rows, left, unbilled = began(chance, "sale-invoice", "sale-delivery", ("D1", "D2"))
    for number in range(5, 28):
        wanted, named = chance.randint(1, 9), chance.random() < 0.5
        if chance.random() < 0.4 and any(unbilled.values()):
            part, ref = cited(chance, wanted, unbilled, named=True)
            rows.append(paper((number, "sale-invoice", f"I{number}"), part, chance, ref))
            continue
        before = dict(left)
        part, ref = cited(chance, wanted if number < 27 else 99, left, named=named)
        if part:
            rows.append(row(day(number), "sale-return", f"B{number}", str(part), ref=ref))
        for id_ in unbilled:
            unbilled[id_] -= min(unbilled[id_], before[id_] - left[id_])
    return [OPENING, *rows]


def bought(seed: int) -> list[Row]:
    """Two receipts; each return is of billed goods, and a credit note comes, or of others."""
    chance = Random(seed)  # noqa: S311  the same papers each time
    rows, left, unbilled = began(chance, "purchase-invoice", "purchase-receipt", ("R1", "R2"))
    for number in range(5, 28):
        id_ = {26: "R1", 27: "R2"}.get(number) or chance.choice(("R1", "R2"))
        is_last = number >= 26
        if (chance.random() < 0.4 or is_last) and unbilled[id_]:
            wanted = unbilled[id_] if is_last else chance.randint(1, 9)
            part, ref = cited(chance, wanted, {id_: unbilled[id_]} if is_last else unbilled,
                              named=True)  # fmt: skip
            unbilled[id_] = 0 if is_last else unbilled[id_]
            rows.append(paper((number, "purchase-invoice", f"I{number}"), part, chance, ref))
        if not left[id_] or (rows[-1].date == day(number) and not is_last):
            continue
        most = unbilled[id_] or left[id_]
        part = most if is_last else min(chance.randint(1, 9), most)
        is_billed, left[id_] = not unbilled[id_], left[id_] - part
        unbilled[id_] -= 0 if is_billed else part
        date = day(number + is_last)  # after the last bill
        rows.append(row(date, "purchase-return", f"B{number}", str(part), ref=f"{id_}/1"))
        if is_billed:
            note = paper((28, "purchase-credit", f"N{number}"), part, chance, f"B{number}/1")
            rows.append(note)
    return rows
