"""Vouchers that carry the cost of goods over at a month's end (结转成本), by the thousand lines.

What plain rows add up to goes in, by stencil and item; the text of the vouchers comes out, line by
line as `derive` groups and `print_voucher` prints them. `stencil.Stencils` proves it with each
stencil that has such lines, and tests hold whole months to the plain path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from invledger.ledger import print_voucher
from invledger.ledger.layout import CURRENCY_COLUMN
from invledger.model import Item, Voucher, format_scaled
from invledger.posting.methods import CLOSING, CLOSING_SUMMARY, period_end
from invledger.posting.plan import NOTHING_NOTED, LinePlan
from invledger.posting.rule import Rule
from invledger.posting.stencil_form import Stencil

_Key = tuple[str, bool, int | None]  # account, side, item by its number
_Lines = dict[_Key, list[int]]  # amount, quantity, decimals


class Carried(NamedTuple):
    """Rows of one stencil and item in a month, both by number: quantity and cost together."""

    stencil: int
    item: int
    quantity: int
    cost: int


class Closing(NamedTuple):
    """One voucher as text; `first`: the number of the first `Carried` that is of its type.

    `sums`: what its lines add up to, by account, sign and red.
    """

    first: int
    text: str
    sums: Mapping[tuple[str, int, bool], int]


class Closings:
    """Makes the vouchers of months, for items by their numbers."""

    def __init__(
        self, rules: Mapping[str, tuple[Rule, ...]], items: Sequence[Item], money: tuple[str, int]
    ) -> None:
        self._rules, self._items = rules, items
        self._currency, self._decimals = money
        self._names: dict[int, str] = {}

    def of_month(
        self, month: str, stencils: Sequence[Stencil], rows: Sequence[Carried]
    ) -> list[Closing]:
        """The vouchers of `YYYY-MM` in order; `rows` stand in the order of their first rows.

        Those of a stencil without closing lines count for nothing.
        """
        groups: dict[str, tuple[int, _Lines]] = {}
        for first, closing, item, (quantity, cost) in _alike(stencils, rows):
            type_ = stencils[rows[first].stencil].like.type
            known = groups.get(type_)
            if known is None:
                known = groups[type_] = first, {}
            _add(known[1], closing, item, quantity, cost)
        made = (self._voucher(month, type_, *group) for type_, group in groups.items())
        return [closing for closing in made if closing is not None]

    def _voucher(self, month: str, type_: str, first: int, lines: _Lines) -> Closing | None:
        texts: list[str] = []
        sums: dict[tuple[str, int, bool], int] = {}
        currency, money = self._currency, self._decimals
        names = self._names
        for (account, is_debit, number), (amount, quantity, decimals) in lines.items():
            if not amount:
                continue
            is_positive = amount > 0
            is_red = is_debit is not is_positive
            key = account, 1 if is_positive else -1, is_red
            sums[key] = sums.get(key, 0) + abs(amount)
            figure = format_scaled(amount, money).rjust(CURRENCY_COLUMN - 6 - len(account))
            text = f"  {account}  {figure} {currency}\n"
            if is_red:
                text += "    red: TRUE\n"
            if number is not None:
                name = names.get(number)
                if name is None:
                    name = names[number] = f'    item: "{self._items[number].code}"\n'
                text += name
                if decimals >= 0 and quantity:
                    text += f"    qty: {format_scaled(quantity, decimals)}\n"
            texts.append(text)
        if not texts:
            return None
        return Closing(first, self._head(month, type_) + "".join(texts), sums)

    def _head(self, month: str, type_: str) -> str:
        """What stands above the lines."""
        rule = self._rules[type_][0]
        summary = CLOSING_SUMMARY.replace("{title}", rule.title).replace("{id}", month)
        narration = " ".join(summary.split())
        identity = f"{type_}/{month}/{CLOSING}"
        voucher = Voucher(period_end(month), identity, "", narration, (), (), rule.word)
        return print_voucher(voucher, self._decimals)


def _add(
    lines: _Lines, closing: Iterable[LinePlan], item: int, quantity: int, cost: int
) -> None:
    """What rows that post alike cost onto the lines of their voucher (as `Bulk._add`)."""
    for line in closing:
        amount, decimals = cost * line.sign, line.decimals
        if not amount and decimals < 0:
            continue
        key = line.account, line.is_debit, item if decimals != NOTHING_NOTED else None
        held = lines.get(key)
        if held is None:
            held = lines[key] = [0, 0, decimals]
        held[0] += amount
        if decimals >= 0:
            held[1] += quantity * line.sign


_Alike = tuple[int, tuple[LinePlan, ...], int, list[int]]


def _alike(stencils: Sequence[Stencil], rows: Sequence[Carried]) -> Iterable[_Alike]:
    """Rows that `derive` adds up before it posts them: first of them, lines, item, sums.

    It posts row by row of a plan; where all have a cost those of one type and the same lines may
    go together, while a line without cost may be left out.
    """
    is_each_valued = all(row.cost for row in rows)
    numbers: dict[object, int] = {}
    kinds: list[int] = []  # by number of the stencil
    for stencil in stencils:
        like = stencil.like
        key: object = (like.type, stencil.closing)
        if not is_each_valued:
            key = (like.type, like.source, like.target, like.reason, stencil.closing)
        kinds.append(numbers.setdefault(key, len(numbers)))
    found: dict[tuple[int, int], _Alike] = {}
    for at, (stencil_, item, quantity, cost) in enumerate(rows):
        alike = kinds[stencil_], item
        same = found.get(alike)
        if same is not None:
            same[3][0] += quantity
            same[3][1] += cost
        elif closing := stencils[stencil_].closing:
            found[alike] = at, closing, item, [quantity, cost]
    return found.values()
