"""Does any place hold less than nothing?

Goods cannot leave a place that they never reached. The first movement that takes an item below
zero at a place (and in a lot, where the item is kept by lot) is named; later ones follow from it.
Same-day movements count in the total order of date, rank, time and id: a receipt comes before a
delivery of the same day whatever the order of lines in files. The kernel asks the same question
of cost pools (`stock-short`); what it has named is not named again here.

Anti-pattern: delivering from the shop what lies in the store room

    2026-01-05 receipt      Assets:Stock:SH:Main   10
    2026-01-06 delivery     Assets:Stock:SH:Shop    4

Good: a transfer of 4 from Main to Shop first. Where goods are sold before their receipt is
entered, the policy `negative: provisional` lets own goods go below zero and trues up their cost.

Emits `stock-negative`.
"""

from __future__ import annotations

from invledger.checks.holdings import policies_of
from invledger.model import Place, Problem, format_scaled, problem
from invledger.posting.sources import Derivation, Sources

Key = tuple[str, str, str, str]  # item, location, lot, owner


def check(sources: Sources, derivation: Derivation) -> list[Problem]:
    """One Problem for each item, place, lot and owner: where it first goes below zero."""
    table, items = sources.table, sources.master.items
    by_lot = frozenset(code for code, item in items.items() if item.lot)
    lenient = frozenset(c for c, p in policies_of(sources).items() if p.negative == "provisional")
    ours = {name: name.startswith("Assets:") for name in {*table.source, *table.target}}
    held: dict[Key, int] = {}
    below: dict[Key, int] = {}
    columns = (table.item, table.quantity, table.source, table.target, table.lot, table.owner)
    for row, (item, quantity, source, target, lot, owner) in enumerate(zip(*columns, strict=True)):
        if not quantity:
            continue
        kept = lot if item in by_lot else ""
        if ours[source]:
            key = (item, source, kept, owner)
            left = held[key] = held.get(key, 0) - quantity
            if left < 0 and key not in below and (owner or item not in lenient):
                below[key] = row
        if ours[target]:
            key = (item, target, kept, owner)
            held[key] = held.get(key, 0) + quantity
    named = {trouble.at for trouble in derivation.costed.troubles if trouble.code == "stock-short"}
    return [_problem(sources, key, row) for key, row in below.items() if row not in named]


def _problem(sources: Sources, key: Key, row: int) -> Problem:
    """The Problem, with what lay there before; counted again, since it is rare."""
    code, location, lot, owner = key
    table, item = sources.table, sources.master.items.get(code)
    by_lot = item is not None and item.lot
    before = 0
    for at in range(row):
        if (table.item[at], table.owner[at]) == (code, owner) and (
            not by_lot or table.lot[at] == lot
        ):
            came = table.quantity[at] if table.target[at] == location else 0
            went = table.quantity[at] if table.source[at] == location else 0
            before += came - went
    decimals = item.decimals if item is not None else 0
    return problem(
        "stock-negative",
        Place(table.path[row], table.lineno[row]),
        item=code,
        location=location,
        lot=f" ({lot})" if lot else "",
        id=f"{table.id[row]}/{table.line[row]}",
        before=format_scaled(before, decimals),
        wanted=format_scaled(table.quantity[row], decimals),
    )
