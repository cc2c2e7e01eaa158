"""Write-downs 存货跌价准备 beside cost: allowance and net value, where there is any on a date.

Cost layers stay what they are (CAS 1, 15-19): reports show what goods cost, the allowance of
their pool, and what is left of it, the carrying amount of the balance sheet.
"""

from __future__ import annotations

from dataclasses import replace

from invledger.checks.holdings import costed_until
from invledger.model import Cell, Column
from invledger.posting.allowance import allowances_of
from invledger.posting.sources import Derivation, Sources
from invledger.reports.figures import Figures

COLUMNS = (
    Column("allowance", ("Allowance", "跌价准备"), "money"),
    Column("net", ("Net", "账面价值"), "money"),
)


def allowances_on(sources: Sources, derivation: Derivation, last: str) -> dict[str, int]:
    """What is left of the allowances on a date, by cost pool, in minor units."""
    notes = derivation.valued.write_downs
    if not notes:
        return {}
    costed, count = costed_until(sources, derivation, last)
    valued = replace(
        derivation.valued,
        lines=derivation.valued.lines[:count],
        write_downs={at: note for at, note in notes.items() if at < count},
    )
    left = allowances_of(sources, valued, costed).left
    return {pool: amount for pool, amount in left.items() if amount}


def net_cells(figures: Figures, value: int | None, allowance: int | None) -> dict[str, Cell]:
    """The cells of `COLUMNS`; empty for goods of others, which have no value."""
    if value is None:
        return {"allowance": None, "net": None}
    off = allowance or 0
    return {"allowance": figures.money(off), "net": figures.money(value - off)}
