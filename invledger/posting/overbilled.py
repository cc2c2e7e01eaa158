"""What an invoice bills beyond what is left of the goods that it cites.

Goods may be billed before they come, so what finds none waits: in goods in transit (在途物资), or
as the customer's advance (合同负债). Where a cited line had goods that another document took
before, it rather is the same goods billed twice, or goods that came back: a warning, until goods
cite the invoice for all of it. What a credit note has too much never comes. Code: citation-billed.
"""

from __future__ import annotations

from invledger.model import format_scaled
from invledger.posting.work import Work


def warn_of_overbilled(work: Work) -> None:
    """Report each standing invoice or credit note with more goods than it found; not one whose
    quantities were refused.
    """
    table, used = work.sources.table, work.shares.used
    told = {dict(one.args)["id"] for one in work.problems if one.code == "citation-quantity"}
    for at, taken in work.taken.items():
        came = used.get(("cover", at), 0) + used.get(("sale-cover", at), 0)
        surplus = table.quantity[at] - taken - came
        if surplus <= 0 or at in work.reversed_rows or table.id[at] in told:
            continue
        rows = dict.fromkeys(citation.at for citation in work.cited[at])
        known = {row: [one for one in work.takers.get(row, ()) if one[0] < at] for row in rows}
        shape = work.shape(at)
        is_credit = shape is not None and shape.rule.cites_required
        lines = [f"{table.id[row]}/{table.line[row]}" for row in rows if known[row] or is_credit]
        if not lines:
            continue
        item = work.master.items[table.item[at]]
        shown = [
            f"{table.id[row]} {format_scaled(quantity, item.decimals, 0)}"
            for pairs in known.values()
            for row, quantity in pairs
        ]
        work.report(
            "citation-billed",
            at,
            surplus=format_scaled(surplus, item.decimals, 0),
            item=item.code,
            cited=" ".join(lines),
            takers=", ".join(shown) or "-",
        )
