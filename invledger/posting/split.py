"""Net, tax and gross of a line: who the taxpayer is, which rate, who may deduct it.

Tax is rounded to minor units per line (不含税额 = 价税合计 ÷ (1+率), FIELD-NOTES 3.4). A line's
own `tax:` wins over the item's class, the category's, `standard`; `tax-amount:` states the tax of
the paper exactly; `deductible: no` on line or party takes the deduction away. Purchases are taxed
as the supplier's status says (party metadata `taxpayer`), sales as the company's own.
"""

from __future__ import annotations

from typing import NamedTuple

from invledger.model import Company, Master, divide_rounded, parse_scaled
from invledger.posting.tax import RATE_ONE, Rate, TaxTable

NO_TAX = Rate("", "", "", 0, deductible=False)


class Split(NamedTuple):
    """Money of one line in minor units; `value` = net + tax that cannot be deducted."""

    net: int
    tax: int
    gross: int
    value: int


class Taxes:
    """Rates for lines of this company, memoised by class, status and date."""

    def __init__(self, company: Company, master: Master, table: TaxTable) -> None:
        self.company = company
        self._master = master
        self._table = table
        self._known: dict[tuple[str, str, str], Rate | None] = {}

    def class_of(self, item: str) -> str:
        """The VAT class of an item."""
        known = self._master.items.get(item)
        if known is None:
            return "standard"
        category = self.company.categories.get(known.category)
        return known.tax or (category.tax if category else "") or "standard"

    def rate(self, item: str, party: str, date: str, *, buying: bool) -> Rate | None:
        """The rate for a line that states none; None where the table has none."""
        status = self.company.taxpayer
        if status == "none":
            return NO_TAX
        if buying:
            known = self._master.parties.get(party)
            status = (known.meta.get("taxpayer") if known else None) or "general"
            if status == "none":
                return NO_TAX
        name = self.class_of(item)
        if status == "small-scale" and name != "zero":
            name = "levy"
        key = (name, status, date)
        if key not in self._known:
            self._known[key] = self._table.rate(name, status, date)
        return self._known[key]

    def deductible(self, party: str, stated: str, rate: Rate) -> bool:
        """Whether the company may deduct input tax of a line."""
        if self.company.taxpayer != "general":
            return False
        known = self._master.parties.get(party)
        says = stated or (known.meta.get("deductible", "") if known else "")
        return says not in ("no", "false", "FALSE") and rate.deductible


def stated_rate(text: str) -> int | None:
    """`13` or `6.5` per cent as ten-thousandths; None where it is no rate."""
    rate = parse_scaled(text.removesuffix("%"), 2)
    return rate if rate is not None and 0 <= rate < RATE_ONE else None


def split_amount(
    amount: int, rate: int, *, gross_entry: bool, tax_amount: int | None = None
) -> tuple[int, int, int]:
    """`(net, tax, gross)` of an amount typed net or gross, in minor units, exact in sum."""
    if gross_entry:
        net = (
            divide_rounded(amount * RATE_ONE, RATE_ONE + rate)
            if tax_amount is None
            else amount - tax_amount
        )
        return net, amount - net, amount
    tax = divide_rounded(amount * rate, RATE_ONE) if tax_amount is None else tax_amount
    return amount, tax, amount + tax
