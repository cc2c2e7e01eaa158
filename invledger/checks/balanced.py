"""Does every voucher balance exactly?

Debit equals credit to the minor unit, per currency, with no tolerance: beancount would let half a
cent pass in each transaction. A voucher also needs two lines at least, and no line may be zero
(it would say nothing).

Anti-pattern

    2026-01-31 * "电费"
      Expenses:6602-管理费用          100.00 CNY
      Liabilities:2202-应付账款       -99.99 CNY

Good: the same, with -100.00 CNY.

Emits `voucher-unbalanced`.
"""

from __future__ import annotations

from invledger.model import Problem, Voucher, format_scaled, problem
from invledger.posting.sources import Derivation, Sources


def check(sources: Sources, derivation: Derivation) -> list[Problem]:
    """One Problem a voucher on disk, written by people or derived, that does not net to zero."""
    del derivation
    decimals = sources.company.currency_decimals
    return [
        problem(
            "voucher-unbalanced",
            voucher.place,
            identity=voucher.identity,
            difference=" ".join(format_scaled(left, decimals) for left in remains),
        )
        for voucher in (*sources.money, *sources.posted)
        if (remains := _remains(voucher))
    ]


def _remains(voucher: Voucher) -> list[int]:
    """What each currency fails to net to."""
    sums: dict[str, int] = {}
    for posting in voucher.postings:
        sums[posting.currency] = sums.get(posting.currency, 0) + posting.amount
    return [left for left in sums.values() if left]
