"""The table seen by the kernel: one CostLine a row, and the money that rows and documents state.

In: Sources. Out: Valued (lines and amounts, one a row, and Problems). Three passes in total
order: every row by itself; rows that cite or reverse others (`matching`, `reversal`); what only
then can be judged, such as a receipt whose price an invoice has brought.

Codes: rule-unknown, rule-not-in-force, flow-not-allowed, field-required, field-forbidden,
reason-unknown, missing-price, zero-price, zero-amount, amount-too-long, rate-missing,
tax-rate-unknown, landed-no-receipts and those of `citations`, `matching` and `reversal`.
"""

from __future__ import annotations

from invledger.costing.interface import Kind
from invledger.model import DIGITS_MAX
from invledger.posting.adjusting import adjust_stock, note_write_down
from invledger.posting.citations import Index, ids_in
from invledger.posting.matching import forget_origin, match_row, pick_goods
from invledger.posting.overbilled import warn_of_overbilled
from invledger.posting.production import refuse_unknown_orders
from invledger.posting.reversal import link_reversal, settle_reversals
from invledger.posting.rows import own_rows
from invledger.posting.setting import setting_of, stated_cost
from invledger.posting.settle import settle_receipts, settle_returns
from invledger.posting.sources import Sources, Valued
from invledger.posting.work import SPECIAL, Shape, Work


def value_rows(sources: Sources) -> Valued:
    """One CostLine and one mapping of amounts for each row of the table (see AMOUNTS)."""
    work = Work.of(sources)
    wanted = _specials(work)
    own_rows(work)
    _citing_rows(work, wanted)
    refuse_unknown_orders(work)
    settle_receipts(work)
    settle_returns(work)
    settle_reversals(work)
    warn_of_overbilled(work)
    for at in sorted(work.unpriced):
        table = sources.table
        work.report("missing-price", at, item=table.item[at], type=table.type[at])
    _refuse_long_amounts(work)
    if not len(work.lines) == len(work.amounts) == len(sources.table):
        raise AssertionError("valuation: one line and one mapping a row")
    setting = setting_of(work)
    return Valued(
        work.lines, work.amounts, work.problems, work.reverses, work.cited, work.late_matches,
        setting, work.foreign, work.write_downs, work.unbilled,
    )  # fmt: skip


def _refuse_long_amounts(work: Work) -> None:
    """No amount has more digits than a number may have in any file (quantity x price may)."""
    table = work.sources.table
    prices = (price or 0 for price in table.price)
    if max(table.quantity, default=0) * max(prices, default=0) < 10**DIGITS_MAX:
        return
    for at, amounts in enumerate(work.amounts):
        if any(abs(amount) >= 10**DIGITS_MAX for amount in amounts.values()):
            work.report("amount-too-long", at, limit=DIGITS_MAX)


def _specials(work: Work) -> set[str]:
    """Note metadata that matters here; gives the ids that `ref:` or `reverses:` name."""
    table = work.sources.table
    special = work.special
    wanted: set[str] = set()
    for at, meta in enumerate(table.meta):
        for key, value in meta:
            if key in SPECIAL:
                special.setdefault(at, {})[key] = value
                if key == "reverses":
                    wanted.add(value)
                elif key == "pick":
                    wanted.update(ids_in(value))
    for ref in table.ref:
        if ref:
            wanted.update(ids_in(ref))
    work.index = Index(table, wanted)
    return wanted


def _needs_no_origin(work: Work, at: int, shape: Shape) -> bool:
    """Whether a return may cite nothing: a purchase return that is an ordinary issue by the policy
    of its item; a sale return, with a reason, of goods sold before these books began, which states
    what they cost.
    """
    table = work.sources.table
    if work.lines[at].kind == Kind.ISSUE:
        return work.policy(table.item[at], at).purchase_return == "method"
    if not (shape.selling and shape.source_class == "customer" and table.reason[at]):
        return False
    cost = stated_cost(work, at)
    if cost is not None:
        work.set_line(at, kind=Kind.RETURN_IN, value=cost)
    return cost is not None


def _citing_rows(work: Work, wanted: set[str]) -> None:
    """Second pass, over rows that cite or reverse others, in total order."""
    table = work.sources.table
    reversing = {at for at, notes in work.special.items() if "reverses" in notes}
    if wanted:
        for at in sorted(reversing):
            link_reversal(work, at)
    asking = {
        type_
        for type_, versions in work.sources.rules.items()
        if any(r.cites_required or r.matches or r.adjusts or r.writes_down for r in versions)
    }
    for at, (ref, type_) in enumerate(zip(table.ref, table.type, strict=True)):
        if not (ref or type_ in asking) or at in reversing:
            continue
        shape = work.shape(at)
        if shape is None or table.owner[at]:
            continue
        if ref or shape.rule.matches:
            match_row(work, at, shape)
        elif shape.rule.adjusts:
            adjust_stock(work, at, [])
        elif shape.rule.writes_down:
            note_write_down(work, at)
        elif shape.rule.cites_required and not _needs_no_origin(work, at, shape):
            cites = " ".join(shape.rule.cites)
            code = "landed-no-receipts" if shape.rule.uses("landed") else "citation-required"
            work.report(code, at, type=type_, cites=cites)
            forget_origin(work, at)
    for at in sorted(at for at, notes in work.special.items() if "pick" in notes):
        if at not in reversing and not table.owner[at] and work.shape(at) is not None:
            pick_goods(work, at)
