"""Integers to text, in one place: money, quantities and unit costs; and sums of a side."""

from __future__ import annotations

from dataclasses import dataclass

from invledger.model import Item, Title, divide_rounded, format_scaled
from invledger.posting.sources import Sources

UNIT_COST_DECIMALS = 6
NO_VALUE: Title = (
    "Value is kept for a wider cost pool than this scope: quantities only.",
    "成本池范围大于所选范围，仅列数量。",
)


@dataclass(slots=True)
class Side:
    """Quantity and value of one side; the value is None as soon as one flow has none."""

    quantity: int = 0
    value: int | None = 0

    def is_used(self) -> bool:
        return bool(self.quantity or self.value or self.value is None)

    def add(self, quantity: int, value: int | None) -> None:
        self.quantity += quantity
        self.value = None if value is None or self.value is None else self.value + value


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
