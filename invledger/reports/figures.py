"""Integers to text, in one place: money, quantities and unit costs as reports show them."""

from __future__ import annotations

from dataclasses import dataclass

from invledger.model import Item, divide_rounded, format_scaled
from invledger.posting.sources import Sources

UNIT_COST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Figures:
    """Prints the numbers of one company: money with the currency's decimals, all of them."""

    money_decimals: int

    @classmethod
    def of(cls, sources: Sources) -> Figures:
        return cls(sources.company.currency_decimals)

    def money(self, value: int) -> str:
        return format_scaled(value, self.money_decimals)

    def quantity(self, quantity: int, item: Item | None) -> str:
        return format_scaled(quantity, item.decimals if item is not None else 0)

    def unit_cost(self, value: int, quantity: int, item: Item | None) -> str | None:
        """Value per base unit, at most six decimals, for display only; None where no quantity."""
        if quantity == 0:
            return None
        decimals = item.decimals if item is not None else 0
        scale = UNIT_COST_DECIMALS - self.money_decimals + decimals
        numerator, denominator = value, quantity
        if scale >= 0:
            numerator *= 10**scale
        else:
            denominator *= 10**-scale
        unit = divide_rounded(numerator, denominator)
        return format_scaled(unit, UNIT_COST_DECIMALS, self.money_decimals)
