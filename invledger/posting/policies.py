"""Read `rules/company.yaml`: the company, its cost policies and their dated changes.

In: a YamlDocument. Out: the Company, or None where the document cannot be used, and Problems with
`file:line:col`. A policy takes from the one above what it does not say itself: built-in default,
company, category, item (DESIGN section 3; CO-01 to CO-06). Codes: those of `schema`,
company-method, company-exception-reason, method-not-statutory, cost-change-date,
cost-change-target, cost-change-twice; against the master data: cost-item-unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING

from invledger.model import (
    MANAGEMENT_ONLY,
    METHODS,
    Category,
    Company,
    CostChange,
    CostPolicy,
    Master,
    Problem,
    Says,
    problem,
    saying,
)
from invledger.posting.schema import Path, YamlDocument, nearest, validate

if TYPE_CHECKING:
    from invledger.posting.documents import CompanyDoc, CostChangeDoc, CostDoc

_PLACES = frozenset({"unit_decimals", "rate_decimals"})
_FIELDS = tuple(one.name for one in fields(CostPolicy))


def read_company(document: YamlDocument) -> tuple[Company | None, list[Problem]]:
    """The company of `rules/company.yaml`, or None where it cannot be read."""
    from invledger.posting.documents import CompanyDoc

    doc, problems = validate(document, CompanyDoc)
    if doc is None:
        return None, problems
    reader = _Reader(document, doc, problems)
    company = reader.company()
    company = replace(company, cost_changes=reader.changes(company))
    return company, problems


def unknown_items(company: Company, master: Master) -> list[Problem]:
    """A cost-item-unknown for each exception or dated change whose item is not in the master."""
    named = [*company.item_places.items()]
    named += [(change.item, change.place) for change in company.cost_changes if change.item]
    lacking = [(code, place) for code, place in named if code not in master.items]
    if not lacking:
        return []
    from difflib import get_close_matches

    known = sorted(master.items)
    near = {code: get_close_matches(code, known, n=1) or known[:5] or ["-"] for code, _ in lacking}
    return [
        problem("cost-item-unknown", place, item=code, nearest=" ".join(near[code]))
        for code, place in lacking
    ]


class _Reader:
    """One document being read; findings go to `problems`."""

    def __init__(self, document: YamlDocument, doc: CompanyDoc, problems: list[Problem]) -> None:
        self.document, self.doc, self.problems = document, doc, problems

    def company(self) -> Company:
        """The company without its dated changes."""
        doc = self.doc
        base = saying(CostPolicy(), self.says(doc.cost, ("cost",)))
        categories = {
            name: Category(
                name=name,
                title=known.title.zh,
                title_en=known.title.en,
                cost=saying(base, self.says(known.cost, ("categories", name, "cost"))),
                tax=known.tax,
                place=self.document.place("categories", name, "cost"),
            )
            for name, known in doc.categories.items()
        }
        return Company(
            name=doc.name.zh,
            name_en=doc.name.en,
            registration=doc.registration,
            currency=doc.currency,
            currency_decimals=int(doc.currency_decimals),
            chart=doc.chart,
            taxpayer=doc.taxpayer,
            prices=doc.prices,
            revenue=doc.revenue,
            cost_voucher=doc.cost_voucher,
            settlement=doc.production.settlement,
            estimate=doc.production.estimate,
            invoice_difference=doc.invoice_difference,
            grouping=dict(doc.grouping),
            book=doc.book,
            timezone=doc.timezone,
            engine=doc.engine,
            default_cost=base,
            categories=categories,
            item_cost={code: self.exception(code, cost) for code, cost in doc.items.items()},
            item_places={code: self.document.place("items", code) for code in doc.items},
            order=doc.order,
            books=doc.books,
            management=self.says(doc.management, ("management",), is_view=True),
            place=self.document.place(),
        )

    def exception(self, code: str, cost: CostDoc) -> Says:
        """What one item's exception says; it must say why (consistency, CAS 1)."""
        if not cost.reason:
            place = self.document.place("items", code)
            self.problems.append(problem("company-exception-reason", place, item=code))
        return self.says(cost, ("items", code))

    def says(self, doc: CostDoc, at: Path, *, is_view: bool = False) -> Says:
        """What a `cost:` mapping says, by field of CostPolicy."""
        said: dict[str, str | int | bool | None] = {}
        for name in _FIELDS:
            value = getattr(doc, name)
            if value is not None:
                said[name] = value
            if value is not None and name in _PLACES:
                said[name] = None if value == "exact" else int(value)
        method = said.get("method", "")
        place = self.document.place(*at, "method")
        if method and method not in METHODS:
            near = nearest(str(method), METHODS)
            self.problems.append(problem("company-method", place, method=method, nearest=near))
            del said["method"]
        elif method in MANAGEMENT_ONLY and self.doc.books == "statutory" and not is_view:
            self.problems.append(problem("method-not-statutory", place, method=method))
        return said

    def changes(self, company: Company) -> tuple[CostChange, ...]:
        """The dated changes in order of their start, each with all that holds from then on."""
        wanted = sorted(enumerate(self.doc.cost_changes), key=lambda pair: pair[1].from_)
        stage = _Stage(self, company)
        made: list[CostChange] = []
        seen: set[tuple[str, str, str]] = set()
        for index, doc in wanted:
            at: Path = ("cost-changes", index)
            said = self.says(doc.cost, (*at, "cost"))
            who = (doc.from_, doc.category or "", doc.item or "")
            if not self._is_sound(doc, at, company, seen):
                continue
            seen.add(who)
            stage.take(who[1], who[2], said)
            made.append(
                CostChange(
                    *who, doc.apply == "retrospective", doc.reason, stage.default(),
                    stage.categories(), dict(stage.items), self.document.place(*at),
                )
            )  # fmt: skip
        return tuple(made)

    def _is_sound(
        self,
        doc: CostChangeDoc,
        at: Path,
        company: Company,
        seen: set[tuple[str, str, str]],
    ) -> bool:
        """Whether a change begins with a period, and says for whom, once."""
        found: list[Problem] = []
        if not _is_period_start(doc.from_):
            place = self.document.place(*at, "from")
            found.append(problem("cost-change-date", place, date=doc.from_))
        target = f"category {doc.category}" if doc.category else f"item {doc.item}"
        if doc.category and (doc.item or doc.category not in company.categories):
            known = nearest(doc.category, list(company.categories))
            place = self.document.place(*at, "category")
            found.append(problem("cost-change-target", place, target=target, nearest=known))
        if (doc.from_, doc.category or "", doc.item or "") in seen:
            place = self.document.place(*at)
            named = target if doc.category or doc.item else company.name
            found.append(problem("cost-change-twice", place, date=doc.from_, target=named))
        self.problems += found
        return not found


class _Stage:
    """What company, categories and items say at one moment of the dated changes."""

    def __init__(self, reader: _Reader, company: Company) -> None:
        doc = reader.doc
        quiet = _Reader(reader.document, doc, [])  # its findings are known already
        self.base: Says = quiet.says(doc.cost, ("cost",))
        self.by_category: dict[str, Says] = {
            name: quiet.says(known.cost, ("categories", name, "cost"))
            for name, known in doc.categories.items()
        }
        self.items: dict[str, Says] = dict(company.item_cost)

    def take(self, category: str, item: str, said: Says) -> None:
        """Put what a change says over what its target said before."""
        if item:
            self.items[item] = {**self.items.get(item, {}), **said}
        elif category:
            self.by_category[category] = {**self.by_category[category], **said}
        else:
            self.base = {**self.base, **said}

    def default(self) -> CostPolicy:
        return saying(CostPolicy(), self.base)

    def categories(self) -> Mapping[str, CostPolicy]:
        base = self.default()
        return {name: saying(base, said) for name, said in self.by_category.items()}


def _is_period_start(text: str) -> bool:
    """Whether a text is the first day of a month that exists."""
    try:
        return date.fromisoformat(text).day == 1
    except ValueError:
        return False
