"""Late value: what an invoice or a charge adds to receipts that it does not cost anew.

Four treatments (DESIGN section 3, late value; FIELD-NOTES 3.7, 单到补差), as the document's
`treat:` says, else the item's policy: `recost` (an open receipt is costed anew; of a closed one
the part on hand today is capitalised and the rest follows where it went), `remaining-share` (what
is left of the receipt, first in first out, bears its part; the rest is expensed), `on-hand-share`
(min(on hand, received) / received of it is capitalised), `expense`. Codes: treat-unknown,
treat-mixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from invledger.costing.interface import Kind
from invledger.model import share
from invledger.posting.pools import class_of
from invledger.posting.work import Work

TREATS = ("recost", "remaining-share", "on-hand-share", "expense")


class Part(NamedTuple):
    """What falls to one receipt, and how it is treated."""

    cited: int
    amount: int
    treat: str


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


def stated_treat(work: Work, at: int) -> str:
    """What the document says by `treat:`; '' where it says nothing or nothing known."""
    said = work.special.get(at, {}).get("treat", "")
    if said and said not in TREATS:
        work.report("treat-unknown", at, treat=said, known=" ".join(TREATS))
        return ""
    return said


def treat_of(work: Work, cited: int, setting: str) -> str:
    """The policy of the cited line's item: `setting` is landed_cost or invoice_difference."""
    policy = work.policy(work.sources.table.item[cited], cited)
    if setting == "landed_cost":
        return policy.landed_cost
    return policy.invoice_difference or work.sources.company.invoice_difference


def worth_of(work: Work, cited: int) -> int | None:
    """What a receipt is worth in minor units with what it bears so far; None where only the
    kernel, or an invoice that is to come, says so.
    """
    value = work.amounts[cited].get("value")
    if value is None or cited in work.unpriced:
        return None
    return value + work.borne.get(cited, 0)


def take_too_much(work: Work, parts: Sequence[Part]) -> int | None:
    """What the receipts are worth together if some part takes more from one than it is worth."""
    sums: dict[int, int] = {}
    for cited, amount, treat in parts:
        if treat != "expense":
            sums[cited] = sums.get(cited, 0) + amount
    known = {cited: worth_of(work, cited) for cited in sums}
    if not any(w is not None and sums[c] < 0 and w + sums[c] < 0 for c, w in known.items()):
        return None
    return sum(worth or 0 for worth in known.values())


def revalue(work: Work, at: int, parts: Sequence[Part], otherwise: str) -> None:
    """Let row `at` add to each receipt its part; the kernel says what stays in stock.

    Parts of several treatments are refused; their sum goes to the amount `otherwise`, so that one
    finding is enough.
    """
    table = work.sources.table
    sums: dict[int, int] = {}
    for cited, amount, _ in parts:
        sums[cited] = sums.get(cited, 0) + amount
    treats = sorted({treat for _, _, treat in parts})
    if len(treats) > 1:
        work.report("treat-mixed", at, treats=" ".join(treats))
        known = work.amounts[at].get(otherwise, 0)
        work.amounts[at] = {**work.amounts[at], otherwise: known + sum(sums.values())}
        return
    if at not in work.reversed_rows:
        for cited, amount in sums.items():
            work.borne[cited] = work.borne.get(cited, 0) + amount
    first = next(iter(sums))
    is_one = len({table.item[cited] for cited in sums}) == 1
    work.set_line(
        at,
        kind=Kind.REVALUE,
        item=table.item[first] if is_one else "",
        target=work.lines[first].target if is_one else "",
        value=sum(sums.values()),
        cites=first,
    )
    if len(sums) > 1:
        work.citations[at] = tuple(sums.items())
    if treats[0] != "recost":
        work.treats[at] = treats[0]
