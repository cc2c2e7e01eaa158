"""What a row's citations do to money: invoices, returns, landed cost, settlements.

A purchase invoice clears the accrual (暂估) of the receipt lines that it cites; what it does not
find goes to goods in transit (在途物资), which later receipts clear by citing the invoice. Its
price difference re-costs the receipt, revalues what is left of it or is expensed, as `revalue`
says (DESIGN section 3, late value). A sale invoice books what its deliveries have not.

Codes: citation-type, citation-quantity, citation-single, citation-item, citation-reversed,
and those of `citations` and `revalue`.
"""

from __future__ import annotations

from collections.abc import Iterable

from invledger.costing.interface import Kind
from invledger.model import share
from invledger.posting.adjusting import adjust_stock
from invledger.posting.citations import Citation, Index, resolve_ref, resolve_text
from invledger.posting.foreign import Foreign
from invledger.posting.landed import spread_landed
from invledger.posting.revalue import Part, is_late, revalue, slice_of, stated_treat, treat_of
from invledger.posting.selling import (
    bill,
    moved_by,
    note_returned,
    price_of_return,
    take_price,
    uncited,
    use_advance,
)
from invledger.posting.work import NOTHING, Amounts, Shape, Work

_RETURNS = (Kind.RETURN_IN, Kind.RETURN_OUT, Kind.HAND_BACK)


def match_row(work: Work, at: int, shape: Shape) -> None:
    """Let row `at` take up what it cites."""
    rule, table = shape.rule, work.sources.table
    if work.index is None:
        raise AssertionError("matching: citations are indexed first")
    citations, found = resolve_ref(table, work.index, work.master, at)
    work.problems += found
    if rule.cites:
        citations = _allowed(work, at, shape, citations)
    citations = _standing(work, at, citations)
    work.cited[at] = citations
    if rule.uses("matched"):
        _match_purchase(work, at, citations)
    elif rule.ledger == "value":
        _match_value(work, at, shape, citations)
    elif work.lines[at].kind in _RETURNS:
        _cite_origin(work, at, shape, citations)
    elif work.lines[at].kind == Kind.MOVE and shape.selling and shape.source_class == "dispatched":
        _cite_origin(work, at, shape, citations)  # the customer never took it
    elif rule.uses("invoiced") or rule.uses("advance"):
        if shape.selling and shape.source_class == "dispatched":
            take_price(work, at, pieces_of(work, at, "accept", moved_by(work, citations)))
        _use_earlier_invoice(work, at, shape, citations)


def _match_value(work: Work, at: int, shape: Shape, citations: list[Citation]) -> None:
    """Let a value document take up what it cites."""
    if shape.rule.adjusts:
        adjust_stock(work, at, citations)
    elif shape.rule.settles:
        _check_settlement(work, at, citations)
    elif shape.rule.uses("landed") and citations:
        spread_landed(work, at, citations)
    elif shape.rule.uses("landed"):
        forget_origin(work, at)


def _allowed(work: Work, at: int, shape: Shape, citations: list[Citation]) -> list[Citation]:
    table = work.sources.table
    kept = []
    for citation in citations:
        type_ = table.type[citation.at]
        if type_ in shape.rule.cites:
            kept.append(citation)
        else:
            work.report(
                "citation-type",
                at,
                type=shape.rule.type,
                cited=type_,
                cites=" ".join(shape.rule.cites),
            )
    return kept


def _standing(work: Work, at: int, citations: list[Citation]) -> list[Citation]:
    """Those of the citations that stand: not red letter, and not cancelled by it before."""
    kept = []
    for citation in citations:
        cancelled = work.cancelled.get(citation.at, at)
        if citation.at in work.reverses or cancelled < at:
            work.report("citation-reversed", at, cited=work.sources.table.id[citation.at])
        else:
            kept.append(citation)
    return kept


def pieces_of(
    work: Work, at: int, purpose: str, citations: list[Citation]
) -> list[tuple[int, int]]:
    """`(cited line, quantity)` that row `at` takes for a purpose, never more than is left."""
    table = work.sources.table
    rest, pieces = table.quantity[at], []
    mine: dict[int, int] = {}  # a line may be cited twice, each time with a quantity
    for cited, wanted in citations:
        if table.item[cited] != table.item[at]:
            work.report("citation-item", at, cited=table.id[cited], item=table.item[cited])
            continue
        whole = table.quantity[cited]
        if purpose in ("invoice", "sale-invoice"):
            whole -= work.covered.get(cited, 0)  # an earlier invoice has brought these
            whole -= work.came_back.get(cited, 0)
        elif purpose in ("cover", "sale-cover"):
            whole = uncited(work, cited)  # the others had come before the invoice
        left = work.shares.left(purpose, cited, whole) - mine.get(cited, 0)
        quantity = min(left, rest) if wanted is None else wanted
        if quantity > left or quantity > rest:
            said = work.special[at]["pick"] if purpose == "pick" else table.ref[at]
            work.report("citation-quantity", at, ref=said)
            quantity = min(left, rest)
        if quantity > 0:
            pieces.append((cited, quantity))
            mine[cited] = mine.get(cited, 0) + quantity
            rest -= quantity
    return pieces


def _match_purchase(work: Work, at: int, citations: list[Citation]) -> None:
    table = work.sources.table
    amounts: Amounts = dict(work.amounts[at])
    value, quantity = amounts.get("value", 0), table.quantity[at]
    matched = difference = taken = exchange = 0
    closed: list[Part] = []
    stated = stated_treat(work, at)
    for cited, part in pieces_of(work, at, "invoice", citations):
        paid = slice_of(value, taken, taken + part, quantity)
        mine = slice_of(_at_rate_of(work, at, cited, value), taken, taken + part, quantity)
        exchange += paid - mine  # goods keep the rate of their receipt
        taken += part
        before, after = work.take("invoice", at, cited, part)
        if work.lines[cited].kind == Kind.RETURN_OUT:
            work.late_matches.setdefault(at, []).append((cited, before, after))
            difference += mine  # until the kernel says what the return was worth
            continue
        own = _accrual(work, cited, before, after)
        treat = stated or treat_of(work, cited, "invoice_difference")
        if _recosts(work, at, cited, treat):
            _recost(work, cited, mine - own)
            matched += mine
            continue
        matched += own
        is_stock = work.lines[cited].kind == Kind.RECEIVE  # a service went into its order long ago
        is_red = treat == "recost" and not is_late(work, at, cited)  # it never was re-costed
        if treat == "expense" or not is_stock or is_red:
            difference += mine - own
        elif mine != own:
            if at not in work.reversed_rows:
                work.late_value.setdefault(cited, []).append((at, mine - own))
            closed.append(Part(cited, mine - own, treat))
    work.taken[at] = taken
    amounts |= {"matched": matched, "difference": difference}
    if exchange:
        amounts |= {"exchange-loss": max(exchange, 0), "exchange-gain": max(-exchange, 0)}
    _note_foreign(work, at, matched)
    amounts["in-transit"] = slice_of(value, taken, quantity, quantity) if quantity else 0
    work.amounts[at] = amounts
    if closed:
        revalue(work, at, closed, "difference")


def _at_rate_of(work: Work, at: int, cited: int, value: int) -> int:
    """The value of a foreign invoice at the rate of the receipt; as it is in the same currency."""
    mine, other = work.foreign.get(at), work.foreign.get(cited)
    if mine is None or other is None or mine.currency != other.currency:
        return value
    return mine.converted(mine.amount("value", value), other.rate)


def _note_foreign(work: Work, at: int, matched: int) -> None:
    """The accrual that a foreign invoice clears stands at the rate of its receipt."""
    mine = work.foreign.get(at)
    origins = [c.at for c in work.cited.get(at, ()) if c.at in work.foreign]
    if mine is not None and origins:
        rate = mine.rates["matched"] = work.foreign[origins[0]].rate
        whole = mine.exact["value"][1]
        if mine.converted(whole, rate) == matched:
            mine.exact["matched"] = (matched, whole)


def _accrual(work: Work, cited: int, before: int, after: int) -> int:
    """What a receipt accrued for the running quantities, as it stated it itself."""
    stated = work.original.get(cited, work.amounts[cited])
    covered = work.covered.get(cited, 0)
    whole = work.sources.table.quantity[cited] - covered
    return slice_of(stated.get("accrued", 0), min(before, whole), min(after, whole), whole)


def _recosts(work: Work, at: int, cited: int, treat: str) -> bool:
    """Whether the invoice's value becomes the receipt's: open, not reversed, and a receipt. What
    no price is known of takes the invoice's, whatever the treatment.
    """
    return (
        (treat == "recost" or cited in work.unpriced)
        and work.lines[cited].kind in (Kind.RECEIVE, Kind.ADD_TO_ORDER)
        and at not in work.reversed_rows
        and cited not in work.reversed_rows
        and not is_late(work, at, cited)
    )


def _recost(work: Work, cited: int, difference: int) -> None:
    """The difference of the invoice becomes value of the receipt, in its own voucher."""
    work.unpriced.discard(cited)
    now = dict(work.amounts[cited])
    work.original.setdefault(cited, dict(now))
    for name in ("value", "accrued"):
        now[name] = now.get(name, 0) + difference
    work.amounts[cited] = now


def _use_earlier_invoice(work: Work, at: int, shape: Shape, citations: list[Citation]) -> None:
    """A receipt clears goods in transit, a delivery the customer's advance; or an invoice comes
    after its deliveries and books only what they have not.
    """
    table = work.sources.table
    own: Amounts = dict(work.amounts[at])
    quantity, taken = table.quantity[at], 0
    is_document = work.lines[at].kind == Kind.SKIP
    if not is_document:
        name = "in-transit" if shape.buying else "advance"
        citations = [c for c in citations if name in work.amounts[c.at]]  # orders have none
    if shape.buying:
        invoiced = 0
        for cited, part in pieces_of(work, at, "cover", citations):
            before, after = work.take("cover", at, cited, part)
            total = work.amounts[cited].get("in-transit", 0)
            invoiced += slice_of(total, before, after, uncited(work, cited))
            taken += part
        accrued = share(own.get("value", 0), quantity - taken, quantity)
        work.covered[at] = taken
        if taken == quantity:
            work.unpriced.discard(at)
        value = accrued + invoiced
        work.amounts[at] = {**own, "value": value, "accrued": accrued, "invoiced": invoiced}
        return
    work.original[at] = own
    if is_document:
        bill(work, at, pieces_of(work, at, "sale-invoice", citations))
    else:
        use_advance(work, at, pieces_of(work, at, "sale-cover", citations))


def forget_origin(work: Work, at: int) -> None:
    """A return whose origin was refused comes in at current cost: one finding is enough."""
    if work.lines[at].kind in (Kind.RETURN_IN, Kind.HAND_BACK):
        work.set_line(at, kind=Kind.RECEIVE, order="")
    elif "value" in work.amounts[at] and work.lines[at].kind == Kind.SKIP:
        work.amounts[at] = {**work.amounts[at], "landed": work.amounts[at]["value"]}


def _cite_origin(work: Work, at: int, shape: Shape, citations: list[Citation]) -> None:
    """A return cites where its goods come from: their cost, and their price where it states none.

    Goods of several deliveries or receipts may come back at once; what comes out of one order, or
    was never taken by the customer, has one origin.
    """
    table, kind = work.sources.table, work.lines[at].kind
    origins = {citation.at for citation in citations}
    if not origins or (len(origins) > 1 and kind not in (Kind.RETURN_IN, Kind.RETURN_OUT)):
        if citations:
            work.report("citation-single", at, ref=table.ref[at])
        forget_origin(work, at)
        return
    known = len(work.problems)
    pieces = pieces_of(work, at, "return", citations)
    if sum(part for _, part in pieces) < table.quantity[at] and len(work.problems) == known:
        work.report("citation-quantity", at, ref=table.ref[at])
    if not pieces:
        forget_origin(work, at)
        return
    taken = [(cited, *work.take("return", at, cited, part)) for cited, part in pieces]
    work.returned[at] = taken
    cited = pieces[0][0]
    work.set_line(at, cites=cited)
    if len(pieces) > 1:
        work.citations[at] = tuple(pieces)
    if cited in work.foreign and not shape.selling:
        other = work.foreign[cited]
        work.foreign[at] = Foreign(other.currency, other.rate, other.shift)
    if kind == Kind.HAND_BACK and not table.order[at]:
        work.set_line(at, order=work.lines[cited].order)
    if shape.selling:
        note_returned(work, at, taken)
    if shape.selling and "net" not in work.amounts[at]:
        work.amounts[at] = added(price_of_return(work, *share) for share in taken)


def added(parts: Iterable[Amounts]) -> Amounts:
    """Amounts of several parts, name by name; nothing where none has any."""
    total: Amounts = {}
    for part in parts:
        for name, amount in part.items():
            total[name] = total.get(name, 0) + amount
    return total or NOTHING


_LEAVING = frozenset({Kind.ISSUE, Kind.CONSUME, Kind.RETURN_OUT, Kind.REVALUE, Kind.SKIP})


def pick_goods(work: Work, at: int) -> None:
    """An issue names by `pick:` the receipts that it takes, for all of its quantity."""
    table = work.sources.table
    if work.lines[at].kind not in (Kind.ISSUE, Kind.CONSUME):
        work.report("pick-unusual", at, type=table.type[at])
        return
    citations, found = resolve_text(
        table, work.index or Index(table, set()), work.master, at, work.special[at]["pick"]
    )
    work.problems += found
    brought = [c for c in citations if work.lines[c.at].kind not in _LEAVING]
    if len(brought) < len(citations):
        work.report("pick-leaves", at, ref=work.special[at]["pick"])
        return
    pieces = pieces_of(work, at, "pick", _standing(work, at, citations))
    if not found and sum(part for _, part in pieces) < table.quantity[at]:
        work.report("citation-quantity", at, ref=work.special[at]["pick"])
    if pieces:
        work.set_line(at, cites=pieces[0][0])
    if len(pieces) > 1:
        work.citations[at] = tuple(pieces)


def _check_settlement(work: Work, at: int, citations: list[Citation]) -> None:
    """A settlement clears losses, or with the reason `overage` what was found too much."""
    is_overage = work.sources.table.reason[at] == "overage"
    if any((work.lines[c.at].kind == Kind.RECEIVE) is not is_overage for c in citations):
        work.report("settlement-mixed", at)
