"""What a stencil says: which rows it is of, and the text of their vouchers, pieces that stay and
places for what differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from invledger.ledger.layout import CURRENCY_COLUMN
from invledger.posting.plan import LinePlan
from invledger.posting.rule import Rule


class Slot(IntEnum):
    """What stands in a voucher's text and differs from row to row."""

    DATE = 0
    PAYEE = 1
    ID = 2
    ITEM = 3
    QUANTITY = 4  # with the sign of the line
    PARTY = 5


class Figure(NamedTuple):
    """An amount: the row's cost or its net amount, times a sign, at the end of some width."""

    is_cost: bool
    sign: int
    width: int


class Count(NamedTuple):
    """The row's quantity times a sign, with all decimals of the item."""

    sign: int
    decimals: int


Piece = str | Slot | Figure | Count
Pieces = tuple[Piece, ...]


class StencilLine(NamedTuple):
    """One line of a voucher: left out where its amount is zero."""

    account: str
    sign: int
    is_red: bool
    is_cost: bool
    before_party: Pieces
    party: Pieces  # left out where the row names none


class StencilVoucher(NamedTuple):
    """One voucher: its head for rows with and without payee, and its lines."""

    with_payee: Pieces
    without_payee: Pieces
    lines: tuple[StencilLine, ...]


class Like(NamedTuple):
    """What rows of one stencil share; `item` stands for all of its class."""

    type: str
    source: str
    target: str
    item: str
    has_price: bool
    has_party: bool
    reason: str


class Stencil(NamedTuple):
    """What rows of one kind become. Pools are named by what follows the item's code; None: none.

    `is_valued`: the row's net amount enters the pool, and is its cost. `closing`: lines that are
    posted once a period, of all such rows together.
    """

    kind: int
    source: str | None
    target: str | None
    is_valued: bool
    vouchers: tuple[StencilVoucher, ...]
    like: Like
    closing: tuple[LinePlan, ...] = ()


_SIGNS = {Slot.DATE: "\1", Slot.PAYEE: "\2", Slot.ID: "\3"}


def voucher_form(
    rule: Rule, aspect: str, lines: Sequence[LinePlan], currency: str
) -> StencilVoucher:
    """A voucher of a rule's aspect with its lines."""

    def head(payee: str) -> Pieces:
        summary = rule.summary
        for name, value in (
            ("title", rule.title), ("title-en", rule.title_en), ("party", payee),
            ("id", _SIGNS[Slot.ID]), ("date", _SIGNS[Slot.DATE]),
        ):  # fmt: skip
            summary = summary.replace("{" + name + "}", value)
        narration = " ".join(summary.split())
        named = f'"{payee}" ' if payee else ""
        word = f'  word: "{rule.word}"\n' if rule.word != "记" else ""
        return _cut(
            f'{_SIGNS[Slot.DATE]} * {named}"{narration}" ^{_SIGNS[Slot.ID]}\n'
            f'  voucher: "{rule.type}/{_SIGNS[Slot.ID]}/{aspect}"\n{word}'
        )

    made = tuple(_line(line, currency) for line in lines)
    return StencilVoucher(head(_SIGNS[Slot.PAYEE]), head(""), made)


def _cut(text: str) -> Pieces:
    """A text with signs for slots as pieces."""
    pieces: list[Piece] = []
    slots = {sign: slot for slot, sign in _SIGNS.items()}
    start = 0
    for at, character in enumerate(text):
        if character in slots:
            pieces += [text[start:at], slots[character]]
            start = at + 1
    return tuple(piece for piece in (*pieces, text[start:]) if piece != "")


def _line(line: LinePlan, currency: str) -> StencilLine:
    head = f"  {line.account}"
    is_red = (line.sign < 0) is line.is_debit
    blanks = CURRENCY_COLUMN - 4 - len(head)
    pieces: list[Piece] = [
        f"{head}  ", Figure(line.amount == "cost", line.sign, max(blanks, 0)),
        f" {currency}\n" + ("    red: TRUE\n" if is_red else ""),
    ]  # fmt: skip
    if line.decimals >= 0:
        pieces += ['    item: "', Slot.ITEM, '"\n    qty: ', Count(line.sign, line.decimals), "\n"]
    party: Pieces = ()
    if "party" in line.dimensions:
        party = ('    party: "', Slot.PARTY, '"\n')
    return StencilLine(
        line.account, line.sign, is_red, line.amount == "cost", tuple(pieces), party
    )
