"""Late value: what an invoice or a charge adds to receipts whose period was closed when it came.

It goes onto what is left of the receipt, the rest to cost of sales (DESIGN section 3, late value;
FIELD-NOTES 3.7, 单到补差). Code: closed-receipts.
"""

from __future__ import annotations

from collections.abc import Sequence

from invledger.costing.interface import Kind
from invledger.model import share
from invledger.posting.pools import class_of
from invledger.posting.work import Work


def slice_of(total: int, before: int, after: int, whole: int) -> int:
    """The part of a total between two running quantities: parts of a whole add up exactly."""
    return share(total, after, whole) - share(total, before, whole)


def is_late(work: Work, at: int, cited: int) -> bool:
    """Whether the period of the cited line was closed when row `at` came; opening stock was
    received before these books began.
    """
    table = work.sources.table
    if class_of(table.source[cited], work.master.locations) == "opening":
        return True
    return work.is_closed(table.date[cited][:7], table.date[at])


def revalue(work: Work, at: int, parts: Sequence[tuple[int, int]], otherwise: str) -> None:
    """Let row `at` add to each `(cited receipt, amount)`; the kernel says what stays in stock.

    Where that is refused the sum goes to the amount `otherwise`, so that one finding is enough.
    """
    table = work.sources.table
    sums: dict[int, int] = {}
    for cited, amount in parts:
        sums[cited] = sums.get(cited, 0) + amount
    if len(sums) > 1:
        work.report("closed-receipts", at, cited=" ".join(table.id[k] for k in sums))
        known = work.amounts[at].get(otherwise, 0)
        work.amounts[at] = {**work.amounts[at], otherwise: known + sum(sums.values())}
        return
    ((cited, amount),) = sums.items()
    target = work.lines[cited].target
    work.set_line(
        at, kind=Kind.REVALUE, item=table.item[cited], target=target, value=amount, cites=cited
    )
