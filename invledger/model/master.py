"""The master data of a company: everything in `ledgers/` that is neither movement nor voucher."""

from __future__ import annotations

from dataclasses import dataclass, field

from invledger.model.company import Company
from invledger.model.currency import MINOR_UNITS, USUAL
from invledger.model.records import Account, DatedSetting, Item, Location, Party, Period, Price


@dataclass(slots=True)
class Master:
    """Items, locations, parties, accounts by code; prices, settings and periods by date."""

    items: dict[str, Item] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    prices: list[Price] = field(default_factory=list)
    settings: list[DatedSetting] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    currencies: dict[str, int] = field(default_factory=dict)  # declared decimals
    _by_kind: tuple[int, dict[tuple[str, str], list[Price]]] = field(
        default=(0, {}), compare=False, repr=False
    )

    def decimals_of(self, currency: str, company: Company) -> int:
        """Decimals of an amount in a currency; none named: the company's own."""
        if currency in ("", company.currency):
            return company.currency_decimals
        return self.currencies.get(currency, MINOR_UNITS.get(currency, USUAL))

    def price_on(self, item: str, kind: str, date: str) -> Price | None:
        """The price of a kind that is in force on a date: the youngest not after it."""
        found = None
        for price in self._kinds().get((item, kind), ()):
            if price.date > date:
                break
            found = price
        return found

    def dated_prices(self, item: str, kind: str) -> list[Price]:
        """All prices of a kind of an item, oldest first."""
        return self._kinds().get((item, kind), [])

    def _kinds(self) -> dict[tuple[str, str], list[Price]]:
        """Prices that have a kind, by item and kind; read once for as many as there are."""
        if self._by_kind[0] != len(self.prices):
            made: dict[tuple[str, str], list[Price]] = {}
            for price in sorted(self.prices, key=lambda price: price.date):
                if price.kind:
                    made.setdefault((price.commodity, price.kind), []).append(price)
            self._by_kind = (len(self.prices), made)
        return self._by_kind[1]

    def closed_periods(self) -> frozenset[str]:
        """Periods `YYYY-MM` that stand closed after all entries of `periods.beancount`."""
        return frozenset(self.closes())

    def closes(self) -> dict[str, Period]:
        """The entries by which periods stand closed, by period, earliest first."""
        last = {entry.period: entry for entry in self.periods}
        return {period: last[period] for period in sorted(last) if last[period].state == "closed"}
