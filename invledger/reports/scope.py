"""What a table is about: its span, its filters, the item of a card. For the lines under a title.

A printed balance without its date is worth nothing: where the query names no last day, the last
day of the books stands there.
"""

from __future__ import annotations

from invledger.model import Title
from invledger.posting.sources import Sources
from invledger.reports.layers import real_day
from invledger.reports.query import FIRST, LAST, Query
from invledger.reports.terms import TERMS

About = tuple[Title, Title]
PERIOD: Title = ("Period", "期间")
AS_OF: Title = ("As of", "截至")
_FILTERS: dict[str, Title] = {
    "items": ("Item", "存货"),
    "categories": ("Category", "类别"),
    "sites": ("Site", "仓库点"),
    "locations": ("Location", "库位"),
    "statuses": ("Status", "状态"),
    "lots": ("Lot", "批次"),
    "parties": ("Party", "往来单位"),
    "types": ("Type", "类型"),
    "accounts": ("Account", "科目"),
}


def scope_of(sources: Sources, query: Query) -> list[About]:
    """Span and filters of a query, as titles and values in both languages."""
    last = real_day(_last_of_books(sources) if query.last == LAST else query.last)
    lines: list[About] = []
    if query.first != FIRST:
        span = f"{query.first} … {last}" if last else query.first
        lines.append((PERIOD, (span, span)))
    elif last:
        lines.append((AS_OF, (last, last)))
    for name, title in _FILTERS.items():
        if getattr(query, name):
            text = " ".join(getattr(query, name))
            lines.append((title, (text, text)))
    if query.dimensions:
        text = " ".join(f"{key}={value}" for key, value in query.dimensions)
        lines.append((("Dimension", "辅助核算"), (text, text)))
    return lines


def method_on(sources: Sources, code: str, date: str) -> str:
    """The cost method in force for an item on a date."""
    item = sources.master.items.get(code)
    category = item.category if item is not None else ""
    return sources.company.cost_policy_on(code, category, date).method


def of_item(sources: Sources, code: str, last: str) -> list[About]:
    """Head of a card 明细账: name, specification, unit, category, how issues were costed last."""
    item = sources.master.items.get(code)
    if item is None:
        return []
    category = sources.company.categories.get(item.category)
    title = (item.category, item.category)
    if category is not None:
        title = (category.title_en or item.category, category.title or item.category)
    method = method_on(sources, code, last)
    lines: list[About] = [
        (("Name", "品名"), (item.name_en or item.name, item.name)),
        (("Specification", "规格"), (item.spec, item.spec)),
        (("Unit", "计量单位"), (item.unit, item.unit)),
        (("Category", "类别"), title),
        (("Method", "计价方法"), TERMS.get(method, (method, method))),
    ]
    return [line for line in lines if line[1][0]]


def _last_of_books(sources: Sources) -> str:
    """The date of the last movement or voucher; empty where there is none."""
    vouchers = [voucher.date for voucher in (*sources.money, *sources.posted)]
    return max([*sources.table.date[-1:], sources.posted_until, *vouchers])
