"""Output of a work order: all that is left in it, a stated value, a share, or an estimate.

`share:` (0.4, 40% or 2/5) of all that went into the order; `estimate:` says by what the goods are
valued until the order is settled: `stated` (the line's own price), `standard` (the price of that
kind, else of kind estimate, in force on the date), `bom` (what their bill of material is worth) or
`last-cost` (what such goods cost in their pool). A loss (`production-loss`) states an amount, or
its `share:` of what the order took in. Source: DESIGN section 3, production. Codes: share-unclear,
estimate-unclear, estimate-missing, settlement-unclear, settlement-order-unknown, those of `bom`.
"""

from __future__ import annotations

from fractions import Fraction

from invledger.costing.interface import Kind
from invledger.model import DIGITS_MAX, NUMBER, divide_rounded, line_amount, parse_scaled
from invledger.posting.bom import Unknown, cost_of_one
from invledger.posting.work import Work

ESTIMATES = ("stated", "standard", "bom", "last-cost")
SETTLEMENTS = ("at-completion", "equivalent-units", "material-only")
_DECIMALS_MAX = 9  # quantities of different items are brought to one scale


def portion_of(text: str) -> Fraction | None:
    """A share above 0 and up to 1, exact; None where the text is none."""
    over, slash, under = text.partition("/")
    percent = over.removesuffix("%")
    parts = (percent, under) if slash else (percent, "1")
    if any(len(p) > DIGITS_MAX + 2 or NUMBER.fullmatch(p) is None for p in parts):
        return None
    whole = Fraction(parts[1]) * (100 if percent != over else 1)
    found = Fraction(Fraction(parts[0]), whole) if whole else Fraction(0)
    return found if 0 < found <= 1 else None


def note_output(work: Work, at: int, value: int | None) -> int | None:
    """Note the share or estimate of a production receipt; gives its value for the kernel."""
    notes = work.special.get(at, {})
    if "share" in notes:
        share = portion_of(notes["share"])
        if share is None or (value is not None and "estimate" not in notes):
            work.report("share-unclear", at, share=notes["share"])
        else:
            work.portions[at] = (share.numerator, share.denominator)
    how = notes.get("estimate", "")
    if not how and value is None and at not in work.portions:
        how = work.sources.company.estimate
    if not how:
        return value
    if how not in ESTIMATES or (how == "stated") is (value is None):
        work.report("estimate-unclear", at, estimate=how, known=" ".join(ESTIMATES))
        return value
    work.estimates.add(at)
    table = work.sources.table
    scale = 10 ** (_DECIMALS_MAX - work.master.items[table.item[at]].decimals)
    order = table.order[at]
    work.made[order] = work.made.get(order, 0) + table.quantity[at] * scale
    if how == "bom":
        return _by_bill(work, at)
    return _standard(work, at) if how == "standard" else value


def note_loss(work: Work, at: int, value: int | None) -> None:
    """A loss that states no amount takes its share of what the order took in so far."""
    text = work.special.get(at, {}).get("share", "")
    if not text:
        return
    work.unpriced.discard(at)
    share = portion_of(text)
    if share is None or value is not None:
        work.report("share-unclear", at, share=text)
        return
    work.portions[at] = (share.numerator, share.denominator)


def _by_bill(work: Work, at: int) -> int:
    """The quantity at what one is worth by the item's bill of material, rounded once."""
    table, master = work.sources.table, work.master
    item = master.items[table.item[at]]
    try:
        one = cost_of_one(master, item, table.date[at])
    except Unknown as unknown:
        work.report(unknown.code, at, **unknown.said)
        return 0
    decimals = work.sources.company.currency_decimals
    scaled = Fraction(one * table.quantity[at] * 10**decimals, 10**item.decimals)
    return divide_rounded(scaled.numerator, scaled.denominator)


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


def note_settlement(work: Work, at: int) -> None:
    """Note what of the cost in an order falls to finished goods (约当产量法, 只计材料).

    `wip:` is the quantity still in work, `stage:` how far its conversion has come, `material:`
    how much of its material is in it already (all, where nothing is said).
    """
    notes = work.special.get(at, {})
    if "reverses" in notes:
        _open_again(work, at)
        return
    work.settling.append(at)
    how = notes.get("settlement", work.sources.company.settlement)
    wip = parse_scaled(notes.get("wip", "0"), _DECIMALS_MAX)
    stage = portion_of(notes.get("stage", "100%"))
    material = portion_of(notes.get("material", "100%"))
    order = work.sources.table.order[at]
    made = work.made.pop(order, 0)
    work.made_by[work.sources.table.id[at]] = made
    is_odd = how not in SETTLEMENTS or wip is None or wip < 0 or stage is None or material is None
    if is_odd or (how != "at-completion") is not ("wip" in notes):
        known = " ".join(SETTLEMENTS)
        work.report("settlement-unclear", at, settlement=how, known=known)
        return
    if not wip or stage is None or material is None:
        return
    in_work = Fraction(wip)
    conversion = Fraction(made, made + in_work * stage)
    if how == "material-only":
        conversion = Fraction(1)
    part = Fraction(made, made + in_work * material)
    work.portions[at] = (conversion.numerator, conversion.denominator)
    work.materials[at] = (part.numerator, part.denominator)


def _open_again(work: Work, at: int) -> None:
    """A settlement reversed: what its order had made waits to be settled again."""
    made = work.made_by.pop(work.special[at]["reverses"], 0)
    order = work.sources.table.order[at]
    work.made[order] = work.made.get(order, 0) + made


def refuse_unknown_orders(work: Work) -> None:
    """A settlement settles an order that some movement before it names; else it does nothing."""
    if not work.settling:
        return
    from invledger.posting.schema import nearest

    table, waiting = work.sources.table, set(work.settling)
    first: dict[str, int] = {}
    for at, line in enumerate(work.lines):
        order = line.order or table.order[at]
        if order and at not in waiting:
            first.setdefault(order, at)
    for at in work.settling:
        order = table.order[at]
        if first.get(order, at) < at:
            continue
        near = nearest(order, list(first))
        work.report("settlement-order-unknown", at, order=order, nearest=near)
        work.set_line(at, kind=Kind.SKIP)
