"""What a row's citations do to money: invoices, returns, landed cost, settlements.

A purchase invoice clears the accrual (暂估) of the receipt lines that it cites; what it does not
find goes to goods in transit (在途物资), which later receipts clear by citing the invoice. Its
price difference re-costs the receipt (`recost`), is expensed (`expense`), or, where the receipt's
period was closed on the invoice's date, revalues what is left of it (DESIGN section 3, late
value; FIELD-NOTES 3.7, 单到补差). A sale invoice books what its deliveries have not.

Codes: citation-type, citation-quantity, citation-single, citation-item, closed-receipts and those
of `citations`.
"""

from __future__ import annotations

from invledger.costing.interface import Kind
from invledger.model import share
from invledger.posting.citations import Citation, resolve_ref
from invledger.posting.work import Amounts, Shape, Work

_SALE = ("net", "tax", "gross")
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
    work.cited[at] = citations
    if rule.uses("matched"):
        _match_purchase(work, at, shape, citations)
    elif rule.ledger == "value":
        if rule.uses("landed") and citations:
            _spread_landed(work, at, citations)
        elif rule.uses("cost"):
            _check_settlement(work, at, citations)
    elif work.lines[at].kind in _RETURNS:
        _cite_origin(work, at, shape, citations)
    elif rule.uses("invoiced") or rule.uses("advance"):
        _use_earlier_invoice(work, at, shape, citations)


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


def _pieces(work: Work, at: int, purpose: str, citations: list[Citation]) -> list[tuple[int, int]]:
    """`(cited line, quantity)` that row `at` takes for a purpose, never more than is left."""
    table = work.sources.table
    rest, pieces = table.quantity[at], []
    for cited, wanted in citations:
        if table.item[cited] != table.item[at]:
            work.report("citation-item", at, cited=table.id[cited], item=table.item[cited])
            continue
        whole = table.quantity[cited]
        if purpose == "invoice":
            whole -= work.covered.get(cited, 0)  # an earlier invoice has brought these
        left = work.shares.left(purpose, cited, whole)
        quantity = min(left, rest) if wanted is None else wanted
        if quantity > left or quantity > rest:
            work.report("citation-quantity", at, ref=table.ref[at])
            quantity = min(left, rest)
        if quantity > 0:
            pieces.append((cited, quantity))
            rest -= quantity
    return pieces


def slice_of(total: int, before: int, after: int, whole: int) -> int:
    """The part of a total between two running quantities: parts of a whole add up exactly."""
    return share(total, after, whole) - share(total, before, whole)


def _match_purchase(work: Work, at: int, shape: Shape, citations: list[Citation]) -> None:
    table = work.sources.table
    amounts: Amounts = dict(work.amounts[at])
    value, quantity = amounts.get("value", 0), table.quantity[at]
    matched = difference = revalued = taken = 0
    closed: list[tuple[int, int]] = []
    for cited, part in _pieces(work, at, "invoice", citations):
        mine = slice_of(value, taken, taken + part, quantity)
        taken += part
        before, after = work.shares.take("invoice", cited, part)
        if work.lines[cited].kind == Kind.RETURN_OUT:
            work.late_matches.setdefault(at, []).append((cited, before, after))
            difference += mine  # until the kernel says what the return was worth
            continue
        own = _accrual(work, cited, before, after)
        if _recosts(work, at, cited, shape):
            _recost(work, cited, mine - own)
            matched += mine
            continue
        matched += own
        if work.sources.company.invoice_difference == "expense" or not _is_late(work, at, cited):
            difference += mine - own
        elif mine != own:
            revalued += mine - own
            closed.append((cited, part))
    work.taken[at] = taken
    amounts |= {"matched": matched, "difference": difference}
    amounts["in-transit"] = slice_of(value, taken, quantity, quantity) if quantity else 0
    work.amounts[at] = amounts
    if closed:
        _revalue(work, at, [cited for cited, _ in closed], revalued)


def _accrual(work: Work, cited: int, before: int, after: int) -> int:
    """What a receipt accrued for the running quantities, as it stated it itself."""
    stated = work.original.get(cited, work.amounts[cited])
    covered = work.covered.get(cited, 0)
    whole = work.sources.table.quantity[cited] - covered
    if whole <= 0:
        return 0
    return slice_of(stated.get("accrued", 0), min(before, whole), min(after, whole), whole)


def _is_late(work: Work, at: int, cited: int) -> bool:
    """Whether the receipt's period was closed when the invoice came."""
    table = work.sources.table
    return work.is_closed(table.date[cited][:7], table.date[at])


def _recosts(work: Work, at: int, cited: int, shape: Shape) -> bool:
    """Whether the invoice's value becomes the receipt's: open, not reversed, and a receipt."""
    kinds = (Kind.RECEIVE, Kind.ADD_TO_ORDER)
    return (
        work.sources.company.invoice_difference == "recost"
        and work.lines[cited].kind in kinds
        and shape.rule.uses("in-transit")
        and at not in work.reversed_rows
        and cited not in work.reversed_rows
        and not _is_late(work, at, cited)
    )


def _recost(work: Work, cited: int, difference: int) -> None:
    """The difference of the invoice becomes value of the receipt, in its own voucher."""
    work.unpriced.discard(cited)
    now = dict(work.amounts[cited])
    work.original.setdefault(cited, dict(now))
    for name in ("value", "accrued"):
        now[name] = now.get(name, 0) + difference
    work.amounts[cited] = now


def _revalue(work: Work, at: int, cited: list[int], amount: int) -> None:
    """A late difference: onto what is left of the one receipt, the rest to cost of sales."""
    table = work.sources.table
    if len(set(cited)) > 1:
        work.report("closed-receipts", at, cited=" ".join(table.id[k] for k in cited))
        work.amounts[at] = {**work.amounts[at], "difference": amount}
        return
    line = work.lines[cited[0]]
    work.set_line(
        at,
        kind=Kind.REVALUE,
        item=table.item[cited[0]],
        target=line.target,
        value=amount,
        cites=cited[0],
    )


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
        for cited, part in _pieces(work, at, "cover", citations):
            before, after = work.shares.take("cover", cited, part)
            whole = _uncited(work, cited)
            total = work.amounts[cited].get("in-transit", 0)
            invoiced += slice_of(total, min(before, whole), min(after, whole), whole or 1)
            taken += part
        accrued = share(own.get("value", 0), quantity - taken, quantity)
        work.covered[at] = taken
        if taken == quantity:
            work.unpriced.discard(at)
        value = accrued + invoiced
        work.amounts[at] = {**own, "value": value, "accrued": accrued, "invoiced": invoiced}
        return
    work.original[at] = own
    _match_sale(work, at, citations, own, is_document=is_document)


def _uncited(work: Work, cited: int) -> int:
    """Quantity of an invoice line that found no goods when it came."""
    return work.sources.table.quantity[cited] - work.taken.get(cited, 0)


def _match_sale(
    work: Work, at: int, citations: list[Citation], own: Amounts, *, is_document: bool
) -> None:
    table = work.sources.table
    quantity, taken, advance = table.quantity[at], 0, 0
    booked = dict.fromkeys(_SALE, 0)
    purpose = "sale-invoice" if is_document else "sale-cover"
    for cited, part in _pieces(work, at, purpose, citations):
        before, after = work.shares.take(purpose, cited, part)
        if is_document:
            is_booked = work.lines[cited].kind == Kind.ISSUE  # dispatched goods: nothing yet
            stated = work.amounts[cited] if is_booked else {}
            for name in _SALE:
                total = stated.get(name, 0)
                booked[name] += slice_of(total, before, after, table.quantity[cited])
        else:
            whole = _uncited(work, cited)
            total = work.amounts[cited].get("advance", 0)
            advance += slice_of(total, min(before, whole), min(after, whole), whole or 1)
        taken += part
    if is_document:
        work.taken[at] = taken
        advance = slice_of(own.get("net", 0), taken, quantity, quantity)
        now = {name: own.get(name, 0) - booked[name] for name in _SALE}
        work.amounts[at] = {**own, **now, "net": now["net"] - advance, "advance": advance}
        return
    now = {name: share(own.get(name, 0), quantity - taken, quantity) for name in ("net", "tax")}
    now["gross"] = now["net"] + now["tax"]
    work.amounts[at] = {**own, **now, "net": now["net"] + advance, "advance": advance}


def _cite_origin(work: Work, at: int, shape: Shape, citations: list[Citation]) -> None:
    """A return cites one line: its cost, and its price where the return states none."""
    table = work.sources.table
    origins = {citation.at for citation in citations}
    if len(origins) != 1:
        if citations:
            work.report("citation-single", at, ref=table.ref[at])
        return
    pieces = _pieces(work, at, "return", citations)
    if not pieces:
        work.report("citation-quantity", at, ref=table.ref[at])
        return
    cited, part = pieces[0]
    if part < table.quantity[at]:
        work.report("citation-quantity", at, ref=table.ref[at])
    before, after = work.shares.take("return", cited, part)
    work.returned[at] = (cited, before, after)
    work.set_line(at, cites=cited)
    if work.lines[at].kind == Kind.HAND_BACK:
        work.set_line(at, order=work.lines[cited].order)
    if shape.selling and "net" not in work.amounts[at]:
        stated = work.original.get(cited, work.amounts[cited])
        parts = {
            name: slice_of(stated.get(name, 0), before, after, table.quantity[cited])
            for name in ("net", "tax")
        }
        work.amounts[at] = {**parts, "gross": parts["net"] + parts["tax"], "value": parts["net"]}


def _spread_landed(work: Work, at: int, citations: list[Citation]) -> None:
    """Freight, duty and the like onto receipts, by value (default), quantity or equally."""
    table = work.sources.table
    amount = table.amount[at] or 0
    rows = list(dict.fromkeys(citation.at for citation in citations))
    late = [cited for cited in rows if _is_late(work, at, cited)]
    value = work.amounts[at].get("value", amount)
    if late:
        work.amounts[at] = {**work.amounts[at], "landed": 0}
        _revalue(work, at, rows, value)
        return
    basis = work.special.get(at, {}).get("basis", "value")
    weights = [_weight(work, cited, basis) for cited in rows]
    whole, running = sum(weights), 0
    if whole <= 0:
        work.report("landed-no-basis", at, basis=basis)
        return
    for cited, weight in zip(rows, weights, strict=True):
        part = slice_of(value, running, running + weight, whole)
        running += weight
        now = dict(work.amounts[cited])
        now["value"] = now.get("value", 0) + part
        now["landed"] = now.get("landed", 0) + part
        work.amounts[cited] = now
        work.landed.add(cited)
    work.amounts[at] = {**work.amounts[at], "landed": value}


def _check_settlement(work: Work, at: int, citations: list[Citation]) -> None:
    """A settlement clears losses, or with the reason `overage` what was found too much."""
    is_overage = work.sources.table.reason[at] == "overage"
    if any((work.lines[c.at].kind == Kind.RECEIVE) is not is_overage for c in citations):
        work.report("settlement-mixed", at)


def _weight(work: Work, cited: int, basis: str) -> int:
    if basis == "equally":
        return 1
    if basis == "quantity":
        return work.sources.table.quantity[cited]
    return work.amounts[cited].get("value", 0) - work.amounts[cited].get("landed", 0)
