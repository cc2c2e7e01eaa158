"""Which companies and items stencils know: policies at their defaults, nothing dated.

See `stencil` for what a stencil is, `books.swift` for who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import NamedTuple

from invledger.model import Company, CostPolicy, Item
from invledger.posting.sources import Sources
from invledger.posting.tax import TaxTable

#: Fields that may hold anything, or that stencils look at; any other must stand at its default.
_FREE = frozenset(
    {"name", "name_en", "registration", "currency", "currency_decimals", "chart", "revenue"}
    | {"cost_voucher", "grouping", "book", "timezone", "engine", "default_cost", "categories"}
    | {"item_cost", "invoice_difference", "management", "item_places", "place"}
)
_POOLS = frozenset({"company", "site", "location"})


class ItemClass(NamedTuple):
    """What of an item decides how it is posted."""

    category: str
    decimals: int
    tax: str
    policy: CostPolicy


def is_plain_company(sources: Sources, methods: frozenset[str]) -> bool:
    """Whether a company's policies and master data are of the kind that stencils know."""
    company, master = sources.company, sources.master
    parties = master.parties.values()
    plain = Company(name="")
    at_default = (
        getattr(company, one.name) == getattr(plain, one.name)
        for one in fields(Company)
        if one.name not in _FREE
    )
    return (
        not (master.settings or master.periods or master.prices or sources.register)
        and all(at_default)
        and all(_is_plain_policy(policy, methods) for policy in _policies(company))
        and "party" not in sources.chart.claim_keys()
        and not any({"taxpayer", "deductible"} & party.meta.keys() for party in parties)
        and _is_steady(sources.tax)
    )


def _is_steady(taxes: TaxTable) -> bool:
    """Whether the tax of a class of goods is deductible always or never."""
    ways = {(rate.name, rate.deductible) for rate in taxes.rates if rate.taxpayer == "general"}
    return len(ways) == len({name for name, _ in ways})


def _policies(company: Company) -> Iterator[CostPolicy]:
    yield company.default_cost
    for category in company.categories.values():
        yield category.cost
    for code in company.item_cost:
        yield company.cost_policy(code, "")


def _is_plain_policy(policy: CostPolicy, methods: frozenset[str]) -> bool:
    usual = replace(policy, method=CostPolicy().method, pool=CostPolicy().pool)
    return usual == CostPolicy() and policy.method in methods and policy.pool in _POOLS


def item_class(company: Company, item: Item) -> ItemClass:
    """The class of an item: one of them stands for all."""
    policy = company.cost_policy(item.code, item.category)
    return ItemClass(item.category, item.decimals, item.tax, policy)
