"""First pass of valuation, each row by itself: kind, pools, own amounts, fields asked for.

Rows of a plain kind (a receipt, delivery or transfer that cites nothing) take a short way; all
others the long one. Both give the same (a property test holds it). Codes: flow-not-allowed,
field-required, field-forbidden, reason-unknown and those of `pricing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

from invledger.costing.interface import CostLine, Kind
from invledger.posting.pools import kind_of
from invledger.posting.pricing import Pricing
from invledger.posting.production import note_loss, note_output, note_settlement
from invledger.posting.split import split_amount
from invledger.posting.work import NOTHING, SKIPPED, Amounts, Shape, Work

_LEAVES = frozenset([Kind.ISSUE, Kind.MOVE, Kind.RETURN_OUT, Kind.CONSUME])
_ENTERS = frozenset([Kind.RECEIVE, Kind.MOVE, Kind.RETURN_IN, Kind.HAND_BACK, Kind.PRODUCE])
_VALUED = frozenset([Kind.RECEIVE, Kind.PRODUCE, Kind.ADD_TO_ORDER])
_ORDERED = frozenset([Kind.CONSUME, Kind.HAND_BACK, Kind.PRODUCE, Kind.ADD_TO_ORDER])
_WITHOUT_GOODS = frozenset({"value", "money"})  # ledgers of documents that name no goods
SHARED_MAX = 100_000  # amounts that are kept to be shared between rows
_UNUSED = ("tax", "gross", "deductible-tax")


class Short(NamedTuple):
    """What the short way knows of all rows of one type between two locations."""

    kind: Kind
    leaves: bool
    enters: bool
    needs_party: bool
    price_required: bool
    has_price: bool
    selling: bool
    taxed: bool


def own_rows(work: Work, *, is_short: bool = True) -> None:
    """A CostLine and the own amounts of every row, in order."""
    table, pricing = work.sources.table, Pricing(work)
    rows = zip(
        table.type, table.item, table.quantity, table.source, table.target,
        table.lot, table.price, table.party,
        table.order, table.ref, table.owner, table.tax, table.amount, table.currency,
        strict=True,
    )  # fmt: skip
    start = 0
    for stage, end in enumerate((*work.course.changes, len(table))):
        work.pools.stage = stage
        _rows_of_stage(work, pricing, islice(rows, end - start), is_short=is_short)
        start = end


def _rows_of_stage(
    work: Work, pricing: Pricing, rows: Iterable[tuple[Any, ...]], *, is_short: bool
) -> None:
    """The next rows, which know one set of cost policies."""
    special, stem = work.special, work.pools.stem
    add_line, add_amounts = work.lines.append, work.amounts.append
    currencies = ("", work.sources.company.currency)
    shorts: dict[tuple[str, str, str], Short | None] = {}
    make = CostLine._make
    at = len(work.lines) - 1
    for (
        type_, item, quantity, source, target, lot, price, party,
        order, ref, owner, tax, amount, currency,
    ) in rows:  # fmt: skip
        at += 1
        short = None
        if not (order or ref or owner or tax) and amount is None and at not in special:
            key = (type_, source, target)
            if key in shorts:
                short = shorts[key]
            elif is_short and item:
                short = shorts[key] = _short(work, at)
        if (
            short is None
            or not item
            or (short.needs_party and not party)
            or (not price and (short.price_required or price == 0))
            or currency not in currencies
            or (price is not None and not short.has_price)
        ):
            _long_row(work, pricing, at)
            continue
        value = None
        if price is None:
            add_amounts(NOTHING)
        else:
            stated, value = _plain_amounts(work, pricing, at, short)
            add_amounts(stated)
        kind, come, go = short.kind, "", ""
        if short.leaves:
            come, by_lot = stem(item, source)
            if by_lot:
                come = f"{come}#{lot}"
        if short.enters:
            go, by_lot = stem(item, target)
            if by_lot:
                go = f"{go}#{lot}"
            if come == go:
                kind = Kind.SKIP
        add_line(make((kind, item, quantity, come, go, value, -1, "")))


def _plain_amounts(
    work: Work, pricing: Pricing, at: int, short: Short
) -> tuple[Amounts, int | None]:
    """The amounts of a plain row that has a price, and its value for the kernel."""
    table = work.sources.table
    item = table.item[at]
    scale = pricing.scales.get(item, pricing.one)
    net = (2 * table.quantity[at] * (table.price[at] or 0) + scale) // (2 * scale)
    rate, is_deductible = 0, True
    if short.taxed:
        rate, is_deductible, _ = pricing.known_rate(
            at, table.date[at], item, table.party[at], not short.selling
        )
    key = (net, rate, is_deductible, short.selling, short.taxed)
    found = pricing.shared.get(key)
    if found is None:
        if len(pricing.shared) > SHARED_MAX:
            pricing.shared.clear()
        found = pricing.shared[key] = _split_plain(key, gross_entry=pricing.gross_entry)
    return found


def _split_plain(
    key: tuple[int, int, bool, bool, bool], *, gross_entry: bool
) -> tuple[Amounts, int | None]:
    """What rows of one amount and rate share: amounts that nobody changes, and the value."""
    net, rate, is_deductible, selling, taxed = key
    if not taxed:
        return {"net": net, "gross": net, "value": net, "accrued": net}, net
    net, tax, gross = split_amount(net, rate, gross_entry=gross_entry)
    if selling:
        return {"net": net, "tax": tax, "gross": gross, "value": net}, None
    value = net if is_deductible else gross
    return {"net": net, "value": value, "accrued": value}, value


def _short(work: Work, at: int) -> Short | None:
    """What holds for all plain rows like this one, or None where they need the long way."""
    if work.starts.get(work.sources.table.type[at]) != ("",):
        return None
    shape = work.shape(at)
    if shape is None or not shape.allowed or shape.rule.reasons:
        return None
    if shape.rule.ledger in _WITHOUT_GOODS:
        return None
    rule = shape.rule
    if set(rule.fields.items()) - {("party", "required")}:
        return None
    kind = kind_of(
        shape.source_class, shape.target_class, cites=False, has_order=shape.rule.is_order,
        hand_back=shape.hand_back,
    )  # fmt: skip
    if kind not in (Kind.RECEIVE, Kind.ISSUE, Kind.MOVE):
        return None
    has_price = shape.selling or (shape.buying and not any(rule.uses(n) for n in _UNUSED))
    if shape.selling and kind is Kind.RECEIVE:
        return None
    return Short(
        kind, kind in _LEAVES, kind in _ENTERS, "party" in rule.fields, rule.price_required,
        has_price, shape.selling, rule.taxed,
    )  # fmt: skip


def _long_row(work: Work, pricing: Pricing, at: int) -> None:
    """Any row, with all that it may need."""
    table = work.sources.table
    shape = work.shape(at)
    if shape is None:
        work.lines.append(SKIPPED)
        work.amounts.append(NOTHING)
        return
    if bool(table.item[at]) is (shape.rule.ledger in _WITHOUT_GOODS):
        code = "goods-unwanted" if table.item[at] else "goods-missing"
        work.report(code, at, type=shape.rule.type)
        work.lines.append(SKIPPED)
        work.amounts.append(NOTHING)
        return
    is_reversal = at in work.special and "reverses" in work.special[at]
    if not shape.allowed and not is_reversal and table.item[at]:
        _refuse_flow(work, at, shape)
    if shape.demanding:
        _check_fields(work, at, shape)
    if table.owner[at]:
        work.lines.append(SKIPPED)
        work.amounts.append(NOTHING)
        return
    amounts = pricing.of(at, shape)
    work.amounts.append(amounts)
    make = _item_line if table.item[at] else _value_line
    work.lines.append(make(work, at, shape, amounts))


def _value_line(work: Work, at: int, shape: Shape, amounts: Amounts) -> CostLine:
    """A value document: into an order where it names one, else nothing for the kernel yet."""
    order = work.sources.table.order[at]
    if order and shape.rule.completes:
        note_settlement(work, at)
        return CostLine(Kind.SETTLE, "", 0, "", "", None, -1, order)
    if order and shape.rule.ledger == "value":
        value = amounts.get("value")
        if shape.rule.takes_out:
            work.lost.add(at)
            note_loss(work, at, value)
            value = None if value is None else -value
        return CostLine(Kind.ADD_TO_ORDER, "", 0, "", "", value, -1, order)
    return CostLine(Kind.SKIP, "", 0, "", "", None, -1, order)


def _item_line(work: Work, at: int, shape: Shape, amounts: Amounts) -> CostLine:
    table = work.sources.table
    item, lot, order = table.item[at], table.lot[at], table.order[at]
    is_reversal = at in work.special and "reverses" in work.special[at]
    kind = kind_of(
        shape.source_class,
        shape.target_class,
        cites=bool(table.ref[at]) or is_reversal,
        has_order=bool(order) or shape.rule.is_order,
        hand_back=shape.hand_back,
    )
    come = work.pools.key(item, table.source[at], lot) if kind in _LEAVES else ""
    go = work.pools.key(item, table.target[at], lot) if kind in _ENTERS else ""
    if kind is Kind.MOVE and come == go:
        kind = Kind.SKIP
    value = amounts.get("value") if kind in _VALUED and not shape.selling else None
    if kind is Kind.PRODUCE and not is_reversal and not shape.rule.is_order:
        value = note_output(work, at, value)
    if kind in _ORDERED:
        order = order or table.id[at]
    return CostLine(kind, item, table.quantity[at], come, go, value, -1, order)


def _refuse_flow(work: Work, at: int, shape: Shape) -> None:
    table = work.sources.table
    work.report(
        "flow-not-allowed",
        at,
        type=shape.rule.type,
        flows=shape.rule.told_flows,
        source=f"{table.source[at]} ({shape.source_class or '?'})",
        target=f"{table.target[at]} ({shape.target_class or '?'})",
    )


def _check_fields(work: Work, at: int, shape: Shape) -> None:
    from invledger.posting.schema import nearest

    table, rule = work.sources.table, shape.rule
    for name, demand in rule.fields.items():
        if name in ("party", "order", "reason", "lot", "expiry", "ref", "tax", "owner", "time"):
            value = str(getattr(table, name)[at])
        else:
            value = next((v for k, v in table.meta[at] if k == name), "")
        if demand == "required" and not value:
            work.report("field-required", at, field=name, type=rule.type)
        elif demand == "forbidden" and value:
            work.report("field-forbidden", at, field=name, type=rule.type)
    reason = table.reason[at]
    if rule.reasons and reason and reason not in rule.reasons:
        near = nearest(reason, rule.reasons)
        work.report("reason-unknown", at, reason=reason, type=rule.type, nearest=near)
