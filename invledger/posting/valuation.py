"""The table seen by the kernel: one CostLine a row, and the money that rows and documents state.

In: Sources. Out: Valued (lines and amounts, one a row, and Problems). Three passes in total
order: every row by itself; rows that cite or reverse others (`matching`, `reversal`); what only
then can be judged, such as a receipt whose price an invoice has brought.

Codes: rule-unknown, rule-not-in-force, flow-not-allowed, field-required, field-forbidden,
reason-unknown, missing-price, zero-price, foreign-price, tax-rate-unknown, order-required and
those of `citations`, `matching` and `reversal`.
"""

from __future__ import annotations

from bisect import bisect_right

from invledger.costing.interface import CostLine, Kind
from invledger.model import PRICE_DECIMALS, MovementTable, divide_rounded, parse_scaled
from invledger.posting.matching import match_row, settle_receipts
from invledger.posting.pools import kind_of
from invledger.posting.reversal import link_reversal, settle_reversals
from invledger.posting.sources import Sources, Valued
from invledger.posting.split import NO_TAX, split_amount, stated_rate
from invledger.posting.tax import Rate
from invledger.posting.work import NOTHING, SKIPPED, SPECIAL, Amounts, Shape, Work

_COUNTED = (Kind.RETURN_IN, Kind.RETURN_OUT, Kind.HAND_BACK)


def value_rows(sources: Sources) -> Valued:
    """One CostLine and one mapping of amounts for each row of the table (see AMOUNTS)."""
    work = Work.of(sources)
    wanted = _specials(work)
    _own_rows(work)
    _citing_rows(work, wanted)
    settle_receipts(work)
    settle_reversals(work)
    for at in sorted(work.unpriced):
        table = sources.table
        work.report("missing-price", at, item=table.item[at], type=table.type[at])
    if not len(work.lines) == len(work.amounts) == len(sources.table):
        raise AssertionError("valuation: one line and one mapping a row")
    return Valued(
        work.lines, work.amounts, work.problems, work.reverses, work.cited, work.late_matches
    )


def _specials(work: Work) -> set[str]:
    """Note metadata that matters here; gives the ids that `ref:` or `reverses:` name."""
    from invledger.posting.citations import Index, ids_in

    table = work.sources.table
    special = work.special
    wanted: set[str] = set()
    for at, meta in enumerate(table.meta):
        for key, value in meta:
            if key in SPECIAL:
                special.setdefault(at, {})[key] = value
                if key == "reverses":
                    wanted.add(value)
    for ref in table.ref:
        if ref:
            wanted.update(ids_in(ref))
    work.index = Index(table, wanted)
    return wanted


def _own_rows(work: Work) -> None:
    """First pass: kind, pools and own amounts of every row."""
    table = work.sources.table
    stem, special, reversing = work.pools.stem, work.special, Kind.MOVE
    add_line, add_amounts = work.lines.append, work.amounts.append
    money = _Money(work)
    rows = zip(
        table.item,
        table.quantity,
        table.source,
        table.target,
        table.lot,
        table.order,
        table.ref,
        table.owner,
        strict=True,
    )
    for at, (item, quantity, source, target, lot, order, ref, owner) in enumerate(rows):
        shape = work.shape(at)
        if shape is None:
            add_line(SKIPPED)
            add_amounts(NOTHING)
            continue
        is_reversal = at in special and "reverses" in special[at]
        if not shape.allowed and not is_reversal and item:
            _refuse_flow(work, at, shape)
        if shape.demanding:
            _check_fields(work, at, shape)
        if owner:
            add_line(SKIPPED)
            add_amounts(NOTHING)
            continue
        amounts = money.of(at, shape)
        add_amounts(amounts)
        if not item:
            value = amounts.get("value")
            is_cost = bool(order) and shape.rule.ledger == "value"
            kind = Kind.ADD_TO_ORDER if is_cost else Kind.SKIP
            add_line(CostLine(kind, "", 0, "", "", value if is_cost else None, -1, order))
            continue
        kind = kind_of(
            shape.source_class,
            shape.target_class,
            cites=bool(ref) or is_reversal,
            has_order=bool(order) or is_own_order(shape),
            hand_back=shape.hand_back,
        )
        come = go = ""
        if kind in _LEAVES:
            come, by_lot = stem(item, source)
            come = f"{come}#{lot}" if by_lot else come
        if kind in _ENTERS:
            go, by_lot = stem(item, target)
            go = f"{go}#{lot}" if by_lot else go
        if kind is reversing and come == go:
            kind = Kind.SKIP
        value = amounts.get("value") if kind in _VALUED and not shape.selling else None
        if kind in _ORDERED:
            add_line(CostLine(kind, item, quantity, come, go, value, -1, order or table.id[at]))
        else:
            add_line(CostLine(kind, item, quantity, come, go, value, -1, order))


_LEAVES = frozenset([Kind.ISSUE, Kind.MOVE, Kind.RETURN_OUT, Kind.CONSUME])
_ENTERS = frozenset([Kind.RECEIVE, Kind.MOVE, Kind.RETURN_IN, Kind.HAND_BACK, Kind.PRODUCE])
_VALUED = frozenset([Kind.RECEIVE, Kind.PRODUCE, Kind.ADD_TO_ORDER])
_ORDERED = frozenset([Kind.CONSUME, Kind.HAND_BACK, Kind.PRODUCE, Kind.ADD_TO_ORDER])


def is_own_order(shape: Shape) -> bool:
    """A type that takes in and gives out in one movement is a cost object by itself."""
    into = out = False
    for come, go in shape.rule.flows:
        into = into or "production" in go
        out = out or "production" in come
    return into and out


class _Money:
    """Own amounts of a row: what price, quantity and VAT say, memoised by item, party, epoch."""

    def __init__(self, work: Work) -> None:
        self.work = work
        table = work.sources.table
        self.changes = work.sources.tax.changes()
        self.date, self.epoch = "", 0
        self.rates: dict[tuple[str, str, int, bool], tuple[Rate, bool]] = {}
        decimals = work.sources.company.currency_decimals
        shift = PRICE_DECIMALS - decimals
        self.scales = {
            code: 10 ** (item.decimals + shift) for code, item in work.master.items.items()
        }
        self.one = 10**shift
        self.gross_entry = work.sources.company.prices == "gross"
        self.table: MovementTable = table

    def of(self, at: int, shape: Shape) -> Amounts:
        table, rule = self.table, shape.rule
        amount = table.amount[at]
        if amount is None:
            price = table.price[at]
            if price is None:
                if rule.price_required:
                    self.work.unpriced.add(at)
                return NOTHING
            if not price and not table.reason[at]:
                self.work.report("zero-price", at, item=table.item[at])
            scale = self.scales.get(table.item[at], self.one)
            amount = divide_rounded(table.quantity[at] * price, scale)
        if table.currency[at] not in ("", self.work.sources.company.currency):
            self.work.report("foreign-price", at, currency=table.currency[at])
        if shape.buying or shape.selling:
            return self._split(at, amount, shape)
        return {"net": amount, "gross": amount, "value": amount}

    def _split(self, at: int, amount: int, shape: Shape) -> Amounts:
        if not shape.rule.taxed:
            return {"net": amount, "gross": amount, "value": amount, "accrued": amount}
        rate, deductible = self._rate(at, shape)
        gross_entry, tax_amount = self.gross_entry, None
        notes = self.work.special.get(at)
        if notes is not None:
            gross_entry = notes.get("price-is", "gross" if gross_entry else "net") == "gross"
            if "tax-amount" in notes:
                decimals = self.work.sources.company.currency_decimals
                tax_amount = parse_scaled(notes["tax-amount"], decimals)
                if tax_amount is None:
                    self.work.report("tax-rate-unknown", at, tax=notes["tax-amount"])
        net, tax, gross = split_amount(
            amount, rate, gross_entry=gross_entry, tax_amount=tax_amount
        )
        if shape.selling:
            return {"net": net, "tax": tax, "gross": gross, "value": net}
        off = tax if deductible else 0
        value = gross - off
        return {
            "net": net,
            "tax": tax,
            "gross": gross,
            "value": value,
            "accrued": value,
            "deductible-tax": off,
        }

    def _rate(self, at: int, shape: Shape) -> tuple[int, bool]:
        """The rate of a row in ten-thousandths, and whether its tax may be deducted."""
        table, work = self.table, self.work
        if table.date[at] != self.date:
            self.date = table.date[at]
            self.epoch = bisect_right(self.changes, self.date)
        item, party = table.item[at], table.party[at]
        key = (item, party, self.epoch, shape.buying)
        known = self.rates.get(key)
        if known is None:
            rate = (
                NO_TAX
                if not item
                else work.taxes.rate(item, party, self.date, buying=shape.buying)
            )
            if rate is None:
                rate = NO_TAX
                if not table.tax[at]:
                    name = work.taxes.class_of(item)
                    work.report("tax-rate-unknown", at, tax=name)
            known = self.rates[key] = (rate, work.taxes.deductible(party, "", rate))
        stated, notes = table.tax[at], work.special.get(at)
        if not stated and notes is None:
            return known[0].rate, known[1]
        share = stated_rate(stated) if stated else known[0].rate
        if share is None:
            work.report("tax-rate-unknown", at, tax=stated)
            share = 0
        own = Rate("", "", "", share) if stated else known[0]
        says = notes.get("deductible", "") if notes else ""
        return share, work.taxes.deductible(party, says, own)


def _refuse_flow(work: Work, at: int, shape: Shape) -> None:
    flows = "; ".join(
        f"{' '.join(sorted(come))} -> {' '.join(sorted(go))}" for come, go in shape.rule.flows
    )
    table = work.sources.table
    work.report(
        "flow-not-allowed",
        at,
        type=shape.rule.type,
        flows=flows,
        source=f"{table.source[at]} ({shape.source_class or '?'})",
        target=f"{table.target[at]} ({shape.target_class or '?'})",
    )


def _check_fields(work: Work, at: int, shape: Shape) -> None:
    from invledger.posting.schema import nearest

    table, rule = work.sources.table, shape.rule
    for name, demand in rule.fields.items():
        if name in ("party", "order", "reason", "lot", "expiry", "ref", "tax", "owner", "time"):
            value = str(getattr(table, name)[at])
        else:
            value = next((v for k, v in table.meta[at] if k == name), "")
        if demand == "required" and not value:
            work.report("field-required", at, field=name, type=rule.type)
        elif demand == "forbidden" and value:
            work.report("field-forbidden", at, field=name, type=rule.type)
    reason = table.reason[at]
    if rule.reasons and reason and reason not in rule.reasons:
        near = nearest(reason, rule.reasons)
        work.report("reason-unknown", at, reason=reason, type=rule.type, nearest=near)


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
        if any(rule.cites_required or rule.matches for rule in versions)
    }
    for at, (ref, type_) in enumerate(zip(table.ref, table.type, strict=True)):
        if not (ref or type_ in asking) or at in reversing:
            continue
        shape = work.shape(at)
        if shape is None or table.owner[at]:
            continue
        if ref or shape.rule.matches:
            match_row(work, at, shape)
        elif shape.rule.cites_required:
            cites = " ".join(shape.rule.cites)
            work.report("citation-required", at, type=type_, cites=cites)
