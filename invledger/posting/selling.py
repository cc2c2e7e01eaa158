"""What sale rows take up of each other: prices, what is billed already, the customer's advance.

A sale invoice books what its deliveries have not; what has no delivery yet is the customer's
advance (合同负债), which the delivery or acceptance that cites the invoice turns into revenue. An
acceptance without a price takes that of the delivery, a return that of delivery or invoice, goods
not invoiced first. Code: invoice-on-dispatched.
"""

from __future__ import annotations

from collections.abc import Sequence

from invledger.costing.interface import Kind
from invledger.posting.citations import Citation
from invledger.posting.revalue import slice_of
from invledger.posting.work import NOTHING, Amounts, Work

_SALE = ("net", "tax", "gross")
Pieces = Sequence[tuple[int, int]]


def uncited(work: Work, cited: int) -> int:
    """Quantity of an invoice line that found no goods when it came."""
    return work.sources.table.quantity[cited] - work.taken.get(cited, 0)


def moved_by(work: Work, citations: Sequence[Citation]) -> list[Citation]:
    """Those of the citations that are moves of our own goods: deliveries to dispatched goods."""
    return [citation for citation in citations if work.lines[citation.at].kind == Kind.MOVE]


def take_price(work: Work, at: int, pieces: Pieces) -> None:
    """An acceptance that states no price takes that of the deliveries that it cites."""
    if "net" in work.amounts[at] or not pieces:
        return
    if sum(part for _, part in pieces) < work.sources.table.quantity[at]:
        work.report("citation-quantity", at, ref=work.sources.table.ref[at])
    total = dict.fromkeys(("net", "tax"), 0)
    for cited, part in pieces:
        stated = work.amounts[cited]
        before, after = work.take("accept", at, cited, part)
        if "net" not in stated:
            return
        for name in total:
            whole = work.sources.table.quantity[cited]
            total[name] += slice_of(stated.get(name, 0), before, after, whole)
    work.unpriced.discard(at)
    work.amounts[at] = {**total, "value": total["net"]}  # `use_advance` adds gross


def bill(work: Work, at: int, pieces: Pieces) -> None:
    """An invoice books what the deliveries that it cites have not; the rest is an advance."""
    table = work.sources.table
    own, quantity, taken = _at_rate_of(work, at, pieces), table.quantity[at], 0
    booked = dict.fromkeys(_SALE, 0)
    for cited, part in pieces:
        if work.lines[cited].kind == Kind.MOVE:  # dispatched: nothing is booked, nothing accepted
            if work.sources.company.revenue == "at-invoice":
                work.report("invoice-on-dispatched", at, cited=table.id[cited])
            continue
        before, after = work.take("sale-invoice", at, cited, part)
        stated, ahead = work.original.get(cited, work.amounts[cited]), work.covered.get(cited, 0)
        for name in ("net", "tax"):
            start, end = ahead + before, ahead + after
            booked[name] += slice_of(stated.get(name, 0), start, end, table.quantity[cited])
        _note_bill(work, at, cited, own, (taken, taken + part, quantity))
        taken += part
    booked["gross"] = booked["net"] + booked["tax"]  # parts of a cent of each: not of their sum
    work.taken[at] = taken
    advance = slice_of(own.get("net", 0), taken, quantity, quantity)
    now = {name: own.get(name, 0) - booked[name] for name in _SALE}
    work.amounts[at] = {**own, **now, "net": now["net"] - advance, "advance": advance}


def _at_rate_of(work: Work, at: int, pieces: Pieces) -> Amounts:
    """The amounts of an invoice; in a foreign currency at the rate of its delivery, which is what
    stands in receivables already.
    """
    own, mine = dict(work.amounts[at]), work.foreign.get(at)
    other = next((work.foreign[cited] for cited, _ in pieces if cited in work.foreign), None)
    if mine is None or other is None or mine.currency != other.currency:
        return own
    said = {name: amount for name, (_, amount) in mine.exact.items()}
    own |= {name: mine.converted(said[name], other.rate) for name in own if name in said}
    own["net"] = own.get("gross", 0) - own.get("tax", 0)
    mine.rate = other.rate
    mine.exact = {name: (own[name], said[name]) for name in own if name in said}
    return own


def use_advance(work: Work, at: int, pieces: Pieces) -> None:
    """Goods that an invoice came before: the advance becomes revenue, the rest is as stated."""
    table = work.sources.table
    own, quantity, taken, advance = dict(work.amounts[at]), table.quantity[at], 0, 0
    for cited, part in pieces:
        before, after = work.take("sale-cover", at, cited, part)
        total = work.amounts[cited].get("advance", 0)
        advance += slice_of(total, before, after, uncited(work, cited))
        start = work.taken[cited]  # `bill` says it of every invoice
        first = work.original.get(cited, {})
        _note_bill(work, cited, at, first, (start + before, start + after, table.quantity[cited]))
        taken += part
    now = {name: slice_of(own.get(name, 0), taken, quantity, quantity) for name in ("net", "tax")}
    now["gross"] = now["net"] + now["tax"]
    if taken:
        work.covered[at] = taken
        work.unpriced.discard(at)
    work.amounts[at] = {**own, **now, "net": now["net"] + advance, "advance": advance}


def _note_bill(
    work: Work, invoice: int, goods: int, stated: Amounts, part: tuple[int, int, int]
) -> None:
    """Note what an invoice says goods are sold for: a return of them goes back at that."""
    if invoice in work.reversed_rows or goods in work.reversed_rows:
        return
    before, after, whole = part
    quantity, net, tax = work.billed.get(goods, (0, 0, 0))
    work.billed[goods] = (
        quantity + after - before,
        net + slice_of(stated.get("net", 0), before, after, whole),
        tax + slice_of(stated.get("tax", 0), before, after, whole),
    )


def note_returned(work: Work, at: int, taken: Sequence[tuple[int, int, int]]) -> None:
    """Goods that come back before they were billed are not there to be billed any more."""
    for cited, before, after in taken:
        billed = work.billed[cited][0] if cited in work.billed else 0
        open_ = work.sources.table.quantity[cited] - billed
        part = min(after, open_) - min(before, open_)
        if part and at not in work.reversed_rows:
            work.came_back[cited] = work.came_back.get(cited, 0) + part
            work.takers.setdefault(cited, []).append((at, part))


def price_of_return(work: Work, cited: int, before: int, after: int) -> Amounts:
    """What goods between two running quantities of returns were sold for."""
    whole = work.sources.table.quantity[cited]
    stated = work.original.get(cited, work.amounts[cited])
    quantity, net, tax = work.billed.get(cited, (0, 0, 0))
    open_ = max(whole - quantity, 0)
    found: Amounts = {}
    for name, billed in (("net", net), ("tax", tax)):
        total = stated.get(name, 0)
        end, start = whole - min(before, open_), whole - min(after, open_)
        found[name] = slice_of(total, start, end, whole)  # invoices to come take the first ones
        if after > open_:
            found[name] += slice_of(billed, max(before - open_, 0), after - open_, quantity)
    if not any(found.values()) and stated is NOTHING:
        return NOTHING
    return {**found, "gross": found["net"] + found["tax"], "value": found["net"]}
