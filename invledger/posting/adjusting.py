"""Value documents that change what stock is worth: cost adjustment, revaluation, write-down.

They name receipts by `ref:`, or by `item:` (with `location:` and lot where its pool is finer
than the company) all that a pool holds. A revaluation states an amount or a new `unit-cost:`.
Codes: field-required, document-item-unknown, document-location-unknown, revaluation-unclear,
amount-unreadable, citation-single, adjustment-exceeds, write-down-refused, write-down-unclear and
those of `revalue`.
"""

from __future__ import annotations

from typing import NamedTuple

from invledger.costing.interface import Kind
from invledger.model import PERIODIC, PRICE_DECIMALS, format_scaled, parse_scaled
from invledger.posting.citations import Citation
from invledger.posting.revalue import Part, revalue, slice_of, stated_treat, take_too_much
from invledger.posting.sources import WriteDown
from invledger.posting.work import Work


class Goods(NamedTuple):
    """All that one pool holds."""

    item: str
    pool: str
    location: str


def goods_of(work: Work, at: int, *, may_be_all: bool = False) -> Goods | None:
    """The pool that a value document names by `item:`, `location:` and lot; None where it does
    not name one, which is reported. Without both it may be all pools of the item: pool "".
    """
    table, notes = work.sources.table, work.special.get(at, {})
    item, location, lot = notes.get("item", ""), notes.get("location", ""), table.lot[at]
    type_ = table.type[at]
    if not item:
        work.report("field-required", at, field="item", type=type_)
        return None
    if item not in work.master.items:
        from invledger.posting.schema import nearest

        near = nearest(item, list(work.master.items))
        work.report("document-item-unknown", at, item=item, nearest=near)
        return None
    if location and location not in work.master.locations:
        work.report("document-location-unknown", at, location=location)
        return None
    pool = work.policy(item, at).pool
    if may_be_all and not (location or lot):
        return Goods(item, "", "")
    if not location and pool not in ("company", "lot"):
        work.report("field-required", at, field="location", type=type_)
        return None
    if not lot and pool in ("lot", "lot+site"):
        work.report("field-required", at, field="lot", type=type_)
        return None
    return Goods(item, work.pools.key(item, location, lot, work.course.stage(at)), location)


def adjust_stock(work: Work, at: int, citations: list[Citation]) -> None:
    """Row `at` changes what the cited receipts, or all goods of a pool, are worth."""
    unit_cost = work.special.get(at, {}).get("unit-cost", "")
    value = work.amounts[at].get("value", work.sources.table.amount[at])
    rows = list(dict.fromkeys(citation.at for citation in citations))
    if (value is None) is not bool(unit_cost):
        work.report("revaluation-unclear", at)
        return
    if work.sources.table.ref[at]:
        if unit_cost and len(rows) > 1:
            work.report("citation-single", at, ref=work.sources.table.ref[at])
        elif rows and not (unit_cost and _is_set(work, at, work.sources.table.item[rows[0]])):
            _onto_receipts(work, at, rows, value or 0)
    else:
        goods = goods_of(work, at, may_be_all=bool(unit_cost))
        if goods is None:
            return
        item, pool = goods.item, goods.pool
        if _is_set(work, at, item, PERIODIC if unit_cost else frozenset()):
            return
        work.set_line(at, kind=Kind.REVALUE, item=item, target=pool, value=value, cites=-1)
    if unit_cost:
        _state_unit_cost(work, at, unit_cost)


def _is_set(work: Work, at: int, item: str, beside: frozenset[str] = PERIODIC) -> bool:
    """Whether the item's method, standard cost or one of those beside, says what goods are worth:
    reported.
    """
    method = work.policy(item, at).method
    is_set = method == "standard" or method in beside
    if is_set:
        work.report("revaluation-method", at, item=item, method=method)
    return is_set


def note_write_down(work: Work, at: int) -> None:
    """An allowance for all that a pool holds; refused where the chart knows none."""
    if not work.sources.chart.claims("inventory-allowance"):
        work.report("write-down-refused", at, chart=work.sources.company.chart)
        return
    text = work.special.get(at, {}).get("nrv", "")
    amount = work.sources.table.amount[at]
    if (amount is None) is not bool(text):
        work.report("write-down-unclear", at)
        return
    goods = goods_of(work, at)
    if goods is None:
        return
    unit_value = None
    if text:
        price = parse_scaled(text, PRICE_DECIMALS)
        if price is None or price < 0:
            work.report("amount-unreadable", at, value=text)
            return
        unit_value = (price, 10 ** _shift(work, goods.item))
    work.set_line(at, item=goods.item)
    stated = work.amounts[at].get("value", 0)
    work.write_downs[at] = WriteDown(*goods, stated, unit_value)


def _shift(work: Work, item: str) -> int:
    """Decimals by which a price of PRICE_DECIMALS is the value in minor units of a quantity."""
    decimals = work.master.items[item].decimals
    return decimals + PRICE_DECIMALS - work.sources.company.currency_decimals


def _onto_receipts(work: Work, at: int, rows: list[int], value: int) -> None:
    """Spread over the receipts by quantity of one item, by value where items differ."""
    table = work.sources.table
    is_one = len({table.item[cited] for cited in rows}) == 1
    weights = [
        table.quantity[cited] if is_one else work.amounts[cited].get("value", 0) for cited in rows
    ]
    whole, running, parts = sum(weights), 0, []
    if not whole:  # several items, all of them worth nothing
        work.report("citation-single", at, ref=table.ref[at])
        return
    treat = stated_treat(work, at)
    if treat == "expense":
        work.amounts[at] = {**work.amounts[at], "expensed": value}
        return
    for cited, weight in zip(rows, weights, strict=True):
        amount = slice_of(value, running, running + weight, whole)
        parts.append(Part(cited, amount, treat or "recost"))
        running += weight
    worth = take_too_much(work, parts) if at not in work.reversed_rows else None
    if worth is not None:
        decimals = work.sources.company.currency_decimals
        said = {"amount": format_scaled(value, decimals), "worth": format_scaled(worth, decimals)}
        work.report("adjustment-exceeds", at, **said)
        return
    revalue(work, at, parts, "difference")


def _state_unit_cost(work: Work, at: int, text: str) -> None:
    """Tell the kernel the new unit cost as the value of a quantity that makes it whole."""
    price = parse_scaled(text, PRICE_DECIMALS)
    line = work.lines[at]
    if price is None or price < 0:
        work.report("amount-unreadable", at, value=text)
        work.set_line(at, kind=Kind.SKIP)
        return
    if line.kind != Kind.REVALUE:
        return
    work.set_line(at, value=None, quantity=10 ** _shift(work, line.item))
    work.stated[at] = price
