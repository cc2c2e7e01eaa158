"""Output of a work order: all that is left in it, a stated value, a share, or an estimate.

`share:` (0.4, 40% or 2/5) of all that went into the order; `estimate:` says by what the goods are
valued until the order is settled: `stated` (the line's own price), `standard` (the price of that
kind, else of kind estimate, in force on the date) or `last-cost` (what such goods cost in their
pool). Source: DESIGN section 3, production. Codes: share-unclear, estimate-unclear,
estimate-missing.
"""

from __future__ import annotations

from fractions import Fraction

from invledger.model import DIGITS_MAX, NUMBER, line_amount
from invledger.posting.work import Work

ESTIMATES = ("stated", "standard", "last-cost")


def portion_of(text: str) -> Fraction | None:
    """A share above 0 and up to 1, exact; None where the text is none."""
    over, slash, under = text.partition("/")
    percent = over.removesuffix("%")
    whole = Fraction(1, 100) if percent != over else Fraction(1)
    parts = (percent, under) if slash else (percent, "1")
    if any(len(p) > DIGITS_MAX + 2 or NUMBER.fullmatch(p) is None for p in parts):
        return None
    if not Fraction(parts[1]):
        return None
    found = Fraction(parts[0]) / Fraction(parts[1]) * whole
    return found if 0 < found <= 1 else None


def note_output(work: Work, at: int, value: int | None) -> int | None:
    """Note the share or estimate of a production receipt; gives its value for the kernel."""
    notes = work.special.get(at, {})
    if "share" in notes:
        share = portion_of(notes["share"])
        if share is None or value is not None:
            work.report("share-unclear", at, share=notes["share"])
        else:
            work.portions[at] = (share.numerator, share.denominator)
    how = notes.get("estimate", "")
    if not how:
        return value
    if how not in ESTIMATES or (how == "stated") is (value is None):
        work.report("estimate-unclear", at, estimate=how, known=" ".join(ESTIMATES))
        return value
    work.estimates.add(at)
    return _standard(work, at) if how == "standard" else value


def _standard(work: Work, at: int) -> int | None:
    """The quantity at the standard price, or the estimate, in force on the row's date."""
    table, master = work.sources.table, work.master
    item, date = table.item[at], table.date[at]
    for kind in ("standard", "estimate"):
        price = master.price_on(item, kind, date)
        if price is not None:
            decimals = work.sources.company.currency_decimals
            known = master.items[item].decimals
            return line_amount(table.quantity[at], known, price.price, decimals)
    work.report("estimate-missing", at, item=item, date=date)
    return 0
