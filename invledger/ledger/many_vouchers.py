"""Vouchers as text, by the hundred thousand: what `print_voucher` says, with its work remembered.

Accounts, parties, items and quantities come again and again, so their lines are made once. A
voucher of any other shape goes to `print_voucher`; a property test holds both equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from invledger.ledger.layout import CURRENCY_COLUMN, meta_line
from invledger.ledger.voucher import print_voucher
from invledger.model import Posting, Voucher, format_scaled

REMEMBERED_MAX = 200_000

# Links that `link_of` leaves as they are.
_LINK = re.compile(r"(?!_\.)[A-Za-z0-9/._-]+").fullmatch


def voucher_printer(decimals: int) -> Callable[[Iterable[Voucher]], list[str]]:
    """What prints day after day of vouchers, each block as `print_voucher` prints it."""
    quick = _Printer(decimals)
    return lambda vouchers: [quick.block(voucher) for voucher in vouchers]


class _Printer:
    """Remembers the texts that it has made."""

    def __init__(self, decimals: int) -> None:
        self._decimals = decimals
        self._metas: dict[object, str] = {}
        self._heads: dict[str, tuple[str, int]] = {}

    def block(self, voucher: Voucher) -> str:
        date, identity, payee, narration, postings, links, word, meta, derived, _ = voucher
        if meta or not derived or word != "记" or len(links) != 1:
            return print_voucher(voucher, self._decimals)
        link = links[0]
        said = f"{payee}{narration}{identity}"
        if not said.isprintable() or '"' in said or "\\" in said or not _LINK(link):
            return print_voucher(voucher, self._decimals)
        lines = "".join([self._posting(posting) for posting in postings])
        payee = f'"{payee}" ' if payee else ""
        return f'{date} * {payee}"{narration}" ^{link}\n  voucher: "{identity}"\n{lines}'

    def _posting(self, posting: Posting) -> str:
        account, amount, currency, is_red, meta = posting
        if self._decimals == 2 and (amount >= 100 or amount <= -100):
            digits = str(amount)
            number = f"{digits[:-2]}.{digits[-2:]}"
        else:
            number = format_scaled(amount, self._decimals)
        known = self._heads.get(account)
        if known is None:
            head = f"  {account}  "
            known = self._heads[account] = head, CURRENCY_COLUMN - 2 - len(head)
        text = f"{known[0]}{number.rjust(known[1])} {currency}\n"
        if is_red:
            text += "    red: TRUE\n"
        if meta:
            text += self._metas.get(meta) or self._meta(meta)
        return text

    def _meta(self, meta: tuple[tuple[str, str], ...]) -> str:
        if len(self._metas) >= REMEMBERED_MAX:
            self._metas.clear()
        lines = [f"{meta_line(key, value, '    ')}\n" for key, value in meta if value]
        text = self._metas[meta] = "".join(lines)
        return text
