"""The master data of a company: everything in `ledgers/` that is neither movement nor voucher."""

from __future__ import annotations

from dataclasses import dataclass, field

from invledger.model.records import Account, Item, Location, Party, Period, Price, Setting


@dataclass(slots=True)
class Master:
    """Items, locations, parties, accounts by code; prices, settings and periods by date."""

    items: dict[str, Item] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    prices: list[Price] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)

    def closed_periods(self) -> frozenset[str]:
        """Periods `YYYY-MM` that stand closed after all entries of `periods.beancount`."""
        state: dict[str, str] = {}
        for entry in self.periods:
            state[entry.period] = entry.state
        return frozenset(period for period, now in state.items() if now == "closed")
