"""Freight, duty and the like onto the receipts that a landed-cost document cites (采购费用分摊).

Spread by value (default), quantity, weight, volume or equally; the last receipt takes the cents.
Weight and volume are metadata of the item, of one base unit. How each receipt takes its part says
`revalue`. Codes: landed-basis-unknown, landed-no-basis, landed-exceeds and those of `revalue`.
"""

from __future__ import annotations

from invledger.model import format_scaled, parse_scaled, share
from invledger.posting.citations import Citation
from invledger.posting.revalue import (
    Part,
    is_late,
    revalue,
    stated_treat,
    take_too_much,
    treat_of,
)
from invledger.posting.work import NOTHING, Work

BASES = ("value", "quantity", "weight", "volume", "equal")
_SIZE_DECIMALS = 9
_ITEM_DECIMALS_MAX = 9


def spread_landed(work: Work, at: int, citations: list[Citation]) -> None:
    """The value of row `at` onto the receipts that it cites, each in its share."""
    rows = list(dict.fromkeys(citation.at for citation in citations))
    value = work.amounts[at].get("value", 0)
    basis = work.special.get(at, {}).get("basis", "value")
    basis = "equal" if basis == "equally" else basis
    work.amounts[at] = {**work.amounts[at], "landed": value}  # where it is refused: one finding
    if basis not in BASES:
        work.report("landed-basis-unknown", at, basis=basis, known=" ".join(BASES))
        return
    weights = [_weight(work, cited, basis) for cited in rows]
    whole = sum(weights)
    if whole <= 0 or (basis in ("weight", "volume") and 0 in weights):
        work.report("landed-no-basis", at, basis=basis)
        return
    parts = [share(value, weight, whole) for weight in weights[:-1]]
    parts.append(value - sum(parts))  # the last line takes the cents
    stated = stated_treat(work, at)
    _lay(work, at, [
        Part(cited, part, stated or treat_of(work, cited, "landed_cost"))
        for cited, part in zip(rows, parts, strict=True)
    ])  # fmt: skip


def _lay(work: Work, at: int, parts: list[Part]) -> None:
    """Each receipt takes its part as its treatment says; refused where one would be worth less
    than nothing.
    """
    worth = take_too_much(work, parts) if at not in work.reversed_rows else None
    if worth is not None:
        decimals = work.sources.company.currency_decimals
        whole = format_scaled(sum(part.amount for part in parts), decimals)
        said = {"amount": whole, "worth": format_scaled(worth, decimals)}
        work.report("landed-exceeds", at, ref=work.sources.table.ref[at], **said)
        work.amounts[at] = NOTHING
        return
    late: list[Part] = []
    now_landed = expensed = 0
    for cited, part, treat in parts:
        if treat == "expense":
            expensed += part
        elif treat != "recost" or is_late(work, at, cited):
            late.append(Part(cited, part, treat))
        else:
            now_landed += part
            if at not in work.reversed_rows:  # else charge and reversal clear each other
                _land(work, cited, part)
    work.amounts[at] = {**work.amounts[at], "landed": now_landed, "expensed": expensed}
    if late:
        revalue(work, at, late, "landed")


def _land(work: Work, cited: int, part: int) -> None:
    """Part of a charge becomes value of an open receipt."""
    now = dict(work.amounts[cited])
    now["value"] = now.get("value", 0) + part
    now["landed"] = now.get("landed", 0) + part
    work.amounts[cited] = now
    work.landed.add(cited)


def _weight(work: Work, cited: int, basis: str) -> int:
    """How much of a charge one receipt draws, as a whole number; 0 where nothing says it."""
    table = work.sources.table
    if basis == "equal":
        return 1
    if basis != "value":
        item = work.master.items[table.item[cited]]
        size = 1
        if basis != "quantity":
            size = parse_scaled(item.meta.get(basis, ""), _SIZE_DECIMALS) or 0
        # items have decimals of their own: all quantities are brought to one scale
        scale: int = 10 ** (_ITEM_DECIMALS_MAX - item.decimals)
        return table.quantity[cited] * size * scale
    return work.amounts[cited].get("value", 0) - work.amounts[cited].get("landed", 0)
