"""Dated VAT rates as data (`rules/tax.yaml`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

RATE_ONE = 10_000


class Rate(NamedTuple):
    """A VAT rate in force from a date, in ten-thousandths of one (13 % = 1300)."""

    name: str  # class: standard, reduced, services, zero, levy …
    taxpayer: str  # general, small-scale
    since: str
    rate: int
    deductible: bool = True


@dataclass(frozen=True, slots=True)
class TaxTable:
    """Rates by class, taxpayer status and date."""

    rates: tuple[Rate, ...] = ()
    deemed_margin: int = 1000  # profit on cost in the composite price of a deemed sale

    def rate(self, name: str, taxpayer: str, date: str) -> Rate | None:
        """The youngest rate of a class in force on a date for a taxpayer status."""
        found = [
            r for r in self.rates if r.name == name and r.taxpayer == taxpayer and r.since <= date
        ]
        return max(found, key=lambda r: r.since, default=None)

    def changes(self) -> tuple[str, ...]:
        """The dates on which some rate begins, oldest first."""
        return tuple(sorted({r.since for r in self.rates}))
