"""Third pass of valuation: what only all citations together can tell.

Receipts and services take their final value to the kernel. A purchase return takes back from the
accrual what the receipt had accrued: goods not invoiced at the receipt's own price, others at
the invoices'; so the accrual of a receipt that is invoiced and returned in full is zero.
"""

from __future__ import annotations

from invledger.costing.interface import Kind
from invledger.posting.revalue import slice_of
from invledger.posting.work import Work


def settle_receipts(work: Work) -> None:
    """Hand the final values of receipts and services to the kernel's lines."""
    for at in {*work.original, *work.covered, *work.landed}:
        line = work.lines[at]
        if line.kind in (Kind.RECEIVE, Kind.ADD_TO_ORDER) and line.item:
            work.set_line(at, value=work.amounts[at].get("value"))


def settle_returns(work: Work) -> None:
    """The supplier's side of every purchase return, as its amount `value`.

    Where an invoice re-costed the receipt or added late value to it, the kernel is told what these
    goods are worth: those not invoiced bear nothing of the invoice's difference, all bear their
    landed cost.
    """
    for at, taken in work.returned.items():
        is_back = work.lines[at].kind == Kind.RETURN_OUT
        if is_back and all("accrued" in work.amounts[cited] for cited, _, _ in taken):
            parts = [_returned_value(work, at, *part) for part in taken]
            open_ = sum(part[0] for part in parts), sum(part[1] for part in parts)
            value = open_[1] + sum(part[2] for part in parts)
            work.unbilled[at] = open_
            work.amounts[at] = {"value": value}
            if any(_is_dearer(work, at, cited) for cited, _, _ in taken):
                worths = [
                    accrued + billed + _landed(work, *part)
                    for (_, accrued, billed), part in zip(parts, taken, strict=True)
                ]
                work.set_line(at, value=sum(worths))
                work.worths[at] = tuple(worths)


def _is_dearer(work: Work, at: int, cited: int) -> bool:
    """Whether an invoice had changed what a receipt's goods are worth before they went back: and
    where its period was closed, nothing else; of late freight each of the goods bears its part.
    """
    if cited in work.original:
        return True
    late = work.late_value.get(cited, ())
    is_alone = work.borne.get(cited) == sum(more for _, more in late)
    return is_alone and any(invoice < at for invoice, _ in late)


def _landed(work: Work, cited: int, before: int, after: int) -> int:
    """Landed cost of what goes back between two running quantities."""
    whole = work.sources.table.quantity[cited]
    return slice_of(work.amounts[cited].get("landed", 0), before, after, whole)


def _returned_value(
    work: Work, at: int, cited: int, before: int, after: int
) -> tuple[int, int, int]:
    """What the running quantities of returns had been accrued or invoiced at: how many were not
    billed, what these and what the others were worth.
    """
    quantity = work.sources.table.quantity[cited]
    now = work.amounts[cited]
    stated = work.original.get(cited, now).get("accrued", 0)
    whole = quantity - work.covered.get(cited, 0)
    invoiced = work.shares.used.get(("invoice", cited), 0)
    open_ = whole - invoiced
    first, last = min(before, open_), min(after, open_)
    accrued = slice_of(stated, invoiced + first, invoiced + last, whole or 1)
    value = 0
    settled = quantity - open_
    if after > open_ and settled:
        rest = slice_of(stated, invoiced, whole, whole or 1)
        late = sum(more for invoice, more in work.late_value.get(cited, ()) if invoice < at)
        total = now.get("value", 0) - now.get("landed", 0) - rest + late
        value = slice_of(total, max(before - open_, 0), after - open_, settled)
    return last - first, accrued, value
