"""Prices in a foreign currency: the rate of the day, frozen at receipt; what a row says in it.

Goods are non-monetary: they keep the rate of their receipt (of the payment, for what was prepaid:
`rate:` on the movement states it). Payables, receivables and the accrual remember the foreign
amount, in posting metadata. Source: DESIGN section 2, Currency; 企业会计准则第19号.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from invledger.model import PRICE_DECIMALS, Master, divide_rounded, parse_scaled

PRICE_ONE = 10**PRICE_DECIMALS


@dataclass(slots=True)
class Foreign:
    """What a row says in a foreign currency: `exact` gives, by name of amount, what it is in the
    company's currency and in the foreign one; `rates` the rate where it is not the row's own.
    """

    currency: str
    rate: int  # company's currency for one of the foreign, PRICE_DECIMALS
    shift: int = 0  # decimals of the company's currency less those of the foreign
    exact: dict[str, tuple[int, int]] = field(default_factory=dict)
    rates: dict[str, int] = field(default_factory=dict)

    def rate_of(self, name: str) -> int:
        """The rate at which an amount of that name was converted."""
        return self.rates.get(name, self.rate)

    def amount(self, name: str, amount: int) -> int:
        """An amount of the company's currency in the foreign one."""
        known = self.exact.get(name)
        if known is not None and known[0] == amount:
            return known[1]
        over, under = _scales(self.shift)
        return divide_rounded(amount * PRICE_ONE * under, self.rate_of(name) * over)

    def converted(self, amount: int, rate: int) -> int:
        """A foreign amount in the company's currency at a rate, rounded once."""
        over, under = _scales(self.shift)
        return divide_rounded(amount * rate * over, PRICE_ONE * under)


def _scales(shift: int) -> tuple[int, int]:
    """Powers of ten that multiply and divide."""
    return 10 ** max(shift, 0), 10 ** max(-shift, 0)


class ExchangeRates:
    """The rates of `prices.beancount` into one currency."""

    def __init__(self, master: Master, currency: str) -> None:
        self._dates: dict[str, list[str]] = {}
        self._rates: dict[str, list[int]] = {}
        for price in sorted(master.prices, key=lambda p: p.date):
            if price.currency == currency and price.commodity not in master.items:
                self._dates.setdefault(price.commodity, []).append(price.date)
                self._rates.setdefault(price.commodity, []).append(price.price)

    def at(self, currency: str, date: str) -> int | None:
        """The youngest rate on or before a date; None where there is none."""
        place = bisect_right(self._dates.get(currency, []), date)
        return self._rates[currency][place - 1] if place else None


def stated_rate_of(text: str) -> int | None:
    """`rate: 7.1` as an integer of PRICE_DECIMALS; None where it is no rate."""
    rate = parse_scaled(text, PRICE_DECIMALS)
    return rate if rate is not None and rate > 0 else None
